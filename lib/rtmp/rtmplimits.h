/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Limits on what a peer or a user may hand us, in bytes unless said. Each says
 * where its number comes from; "RTMP" is Adobe's text, version 1.0. */
#pragma once

/* -- Handshake ---------------------------------------------------------- */

/* The version of RTMP in the first byte. RTMP 5.2.2. */
#define RTMP_VERSION 3

/* Each of the two blocks that either end sends. RTMP 5.2.3. */
#define RTMP_HANDSHAKE_BLOCK 1536

/* -- Chunks ------------------------------------------------------------- */

/* Until a SetChunkSize. RTMP 5.4.1. */
#define RTMP_DEFAULT_CHUNK_SIZE 128

/* What may be set. RTMP 5.4.1: one bit is always zero, and more than a message
 * can have is the same as that. */
#define RTMP_MAX_CHUNK_SIZE 0x7fffffff

/* A message. Its length has 24 bits. RTMP 5.3.1.2.1. */
#define RTMP_MAX_MESSAGE 0xffffff

/* Of messages whose chunks came only in part, all together. Ours: two of the
 * longest. */
#define RTMP_MAX_PARTIAL (2 * RTMP_MAX_MESSAGE)

/* Chunk streams of one connection. Ours: encoders use up to eight; nginx takes
 * ids below 32 only. */
#define RTMP_MAX_CHUNK_STREAMS 256

/* Room for a message before more of it has come than one chunk. Ours: with all
 * chunk streams open, a megabyte. */
#define RTMP_FIRST_PART 4096

/* A delta, in milliseconds, that a chunk of type 3 repeats when no delta was
 * said before it, only a time. RTMP 5.3.1.2.4 takes the time for the delta, as
 * ffmpeg writes; nginx means none. Ours: a longer one makes no sense, and would
 * double the time. */
#define RTMP_MAX_REPEATED_DELTA 1000

/* The highest id of a chunk stream, and the first that is not reserved. RTMP
 * 5.3.1.1. */
#define RTMP_MAX_CHUNK_STREAM_ID 65599
#define RTMP_MIN_CHUNK_STREAM_ID 2

/* A message of type 1 to 6. Ours: the longest, an answer to a question about a
 * player's file, has 44. */
#define RTMP_MAX_CONTROL 64

/* A command or data message. Ours: the index of a day's recording has some
 * megabyte. */
#define RTMP_MAX_SCRIPT (4 * 1024 * 1024)

/* Received before it is acknowledged, until the other end has said how much.
 * Ours: what most peers say. */
#define RTMP_DEFAULT_WINDOW 2500000

/* Answers that wait for a peer that does not read. Ours: a client says some
 * twenty things at once. */
#define RTMP_MAX_ANSWERS 1024

/* Commands of a client that has not been let in yet. Ours: encoders say five
 * without waiting. */
#define RTMP_MAX_EARLY 32

/* What a server has enciphered with a secure token. Ours: Wowza's has 32. */
#define RTMP_MAX_CHALLENGE 256

/* Message streams of one connection. Ours: encoders have one; Flash players
 * had a few. */
#define RTMP_MAX_STREAMS 16

/* Requests of a server to go elsewhere that are followed while none of them is
 * so long ago. Ours: one or two send a client on to where it is to be; more are
 * a circle. */
#define RTMP_MAX_MOVES 8
#define RTMP_MOVES_TIME (10 * G_TIME_SPAN_SECOND)

/* -- Values (AMF) ------------------------------------------------------- */

/* Objects and arrays in each other. Ours: metadata of Enhanced RTMP needs
 * four. */
#define RTMP_MAX_DEPTH 32

/* Values of one message, those that references repeat too. Ours: the index of
 * a day's recording, with a key frame each two seconds, has 86400. */
#define RTMP_MAX_VALUES (128 * 1024)

/* The name of an object's member. AMF0 2.5. */
#define RTMP_MAX_NAME 0xffff

/* Text of one message, in memory. Ours: references may repeat what the message
 * has once. */
#define RTMP_MAX_TEXT (2 * RTMP_MAX_SCRIPT)

/* -- URLs --------------------------------------------------------------- */

/* One as a user writes it, with all its options. Ours: a token that a server
 * signs has some thousand. */
#define RTMP_MAX_URL (16 * 1024)

/* Where no port is named. rtmp: the registered one. rtmps: that of HTTPS, which
 * firewalls let pass; ffmpeg, GStreamer and the large services use it. */
#define RTMP_DEFAULT_PORT 1935
#define RTMP_DEFAULT_TLS_PORT 443

/* -- Media ----------------------------------------------------------------*/

/* What stands before the tags of an FLV file. Ours: all there are have 9. */
#define RTMP_MAX_FLV_HEADER 4096

/* A codec's configuration record. Ours: the longest, of H.265 with what its
 * encoder says about itself, have 3 KiB. */
#define RTMP_MAX_CONFIG (64 * 1024)

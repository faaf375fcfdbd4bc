/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Limits on what a peer or a user may hand us, in bytes unless said. Each says
 * where its number comes from. */
#pragma once

/* One message of a server. Ours: a join lists every participant, each with up
 * to 512 KiB of metadata by the server's default; the socket takes no more. */
#define LIVEKIT_MAX_RESPONSE (16 * 1024 * 1024)

/* One message of a client. livekit-server after v1.13.5 closes beyond it. */
#define LIVEKIT_MAX_REQUEST (2 * 1024 * 1024)

/* A JoinRequest, unwrapped. livekit-server refuses larger ones. */
#define LIVEKIT_MAX_JOIN (1024 * 1024)

/* Memory a message may take, in multiples of its own limit above. Ours: an
 * empty message of two bytes unpacks to some hundred; real ones grow by less
 * than four. */
#define LIVEKIT_MAX_GROWTH 8

/* Messages in messages. Ours: the protocol needs six. */
#define LIVEKIT_MAX_DEPTH 16

/* From this size on a JoinRequest is compressed. Ours: it travels in a URL,
 * with a third added by base64. */
#define LIVEKIT_JOIN_GZIP_FROM 2048

/* A join_request value that any proxy lets pass: nginx and others stop at a
 * request line of 8 KiB; host, path and slack need the rest. */
#define LIVEKIT_SAFE_JOIN_VALUE (7 * 1024)

/* A server URL as a user writes it. Ours. */
#define LIVEKIT_MAX_URL 2048

/* A token. Ours: it travels in a header, and HTTP servers stop at 64 KiB of
 * them or earlier. */
#define LIVEKIT_MAX_TOKEN (64 * 1024)

/* Clock difference allowed to exp and nbf, in seconds: livekit-server's. */
#define LIVEKIT_TOKEN_LEEWAY 60

/* Life of a minted token that asks for none, in seconds: that of LiveKit's own
 * Go SDK. */
#define LIVEKIT_TOKEN_TTL (6 * 60 * 60)

/* Members of an object or array in a token. Ours. */
#define LIVEKIT_MAX_JSON_MEMBERS 1024

/* Arrays and objects in each other in JSON. Ours: a token needs three, and
 * json-glib before 1.10 recurses without a limit. */
#define LIVEKIT_MAX_JSON_DEPTH 16

/* Values in one JSON text. Ours: json-glib takes about a hundred bytes for
 * each, of two in the text; a signal with all its fields has some hundred. */
#define LIVEKIT_MAX_JSON_VALUES (64 * 1024)

/* The JSON around one ICE candidate. Ours: real ones stay below 300. */
#define LIVEKIT_MAX_CANDIDATE 4096

/* The m-line a candidate may name. Ours. */
#define LIVEKIT_MAX_MLINE 1024

/* -- The server's ---------------------------------------------------------- */

/* API keys, and the text they are read from. Ours. */
#define LIVEKIT_MAX_KEYS 256
#define LIVEKIT_MAX_KEYS_TEXT (64 * 1024)

/* The query of a request. Ours: libsoup takes no more than 100 KiB of headers
 * at once. */
#define LIVEKIT_MAX_QUERY (100 * 1024)

/* An identity, a name, the name of a room or of a track; metadata; attributes
 * together: livekit-server's. */
#define LIVEKIT_MAX_NAME 256
#define LIVEKIT_MAX_METADATA (512 * 1024)
#define LIVEKIT_MAX_ATTRIBUTES (64 * 1024)

/* Participants of a room, the hidden ones too; rooms. Ours: a room for one
 * machine. */
#define LIVEKIT_MAX_PARTICIPANTS 256
#define LIVEKIT_MAX_ROOMS 256

/* Tracks that one participant publishes at a time. livekit-server after
 * v1.13.5 stops at 20 that wait. */
#define LIVEKIT_MAX_TRACKS 20

/* Layers, codecs and features that a track may be described with. Ours: a
 * track has up to three layers and two codecs. */
#define LIVEKIT_MAX_TRACK_ITEMS 16

/* Lines of an allow-list, and tracks in each. Ours. */
#define LIVEKIT_MAX_ALLOWED 1024

/* A session description. Ours: one with fifty sections has some 100 KiB. */
#define LIVEKIT_MAX_SDP (256 * 1024)

/* Candidates that one end may send for one description. Ours. */
#define LIVEKIT_MAX_CANDIDATES 256

/* Sockets open at a time, whatever they are for. Ours. */
#define LIVEKIT_MAX_SOCKETS 2048

/* Connections that are complete and not taken yet. Ours; the kernel has a limit
 * of its own, by default 4096. */
#define LIVEKIT_BACKLOG 1024

/* The body of a request. Ours: metadata is the longest, with what JSON puts
 * around it. */
#define LIVEKIT_MAX_BODY (2 * LIVEKIT_MAX_METADATA)

/* From one request of a socket to the next, until one is complete, and until
 * something more of its answer is taken, in seconds. Ours. */
#define LIVEKIT_REQUEST_TIMEOUT 10

/* Said to a client since it last answered a ping: beyond, it does not read.
 * Ours: two of the longest messages. */
#define LIVEKIT_MAX_UNHEARD (2 * LIVEKIT_MAX_RESPONSE)

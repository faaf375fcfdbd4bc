/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpMessage: one message of a connection: what it is, when, and its bytes.
 * Immutable once made, counted, shared between threads. What the bytes say is
 * no matter of it. */
#pragma once

#include <glib.h>

typedef struct _RtmpMessage RtmpMessage;

/* RTMP 5.4, 7.1. */
typedef enum {
  RTMP_MESSAGE_SET_CHUNK_SIZE = 1,
  RTMP_MESSAGE_ABORT = 2,
  RTMP_MESSAGE_ACKNOWLEDGEMENT = 3,
  RTMP_MESSAGE_USER_CONTROL = 4,
  RTMP_MESSAGE_WINDOW_SIZE = 5,
  RTMP_MESSAGE_PEER_BANDWIDTH = 6,
  RTMP_MESSAGE_AUDIO = 8,
  RTMP_MESSAGE_VIDEO = 9,
  RTMP_MESSAGE_DATA_AMF3 = 15,
  RTMP_MESSAGE_SHARED_OBJECT_AMF3 = 16,
  RTMP_MESSAGE_COMMAND_AMF3 = 17,
  RTMP_MESSAGE_DATA = 18,
  RTMP_MESSAGE_SHARED_OBJECT = 19,
  RTMP_MESSAGE_COMMAND = 20,
  RTMP_MESSAGE_AGGREGATE = 22,
} RtmpMessageType;

typedef struct {
  guint8 type;                  /* RtmpMessageType, or another number */
  guint32 timestamp;            /* milliseconds, modulo 2^32 */
  guint32 stream;               /* message stream; 0: the connection */
  guint32 chunk_stream;         /* 0: the usual one of the type */
} RtmpMessageHead;

/* The whole is at most RTMP_MAX_MESSAGE bytes; NULL with a criticism for more.
 * @payload may be NULL for none. */
RtmpMessage *rtmp_message_new (const RtmpMessageHead *head, GBytes *payload);
/* A payload that lies in several places, in their order. */
RtmpMessage *rtmp_message_new_parts (const RtmpMessageHead *head,
    GBytes * const *parts, guint n_parts);
RtmpMessage *rtmp_message_new_copy (const RtmpMessageHead *head,
    gconstpointer data, gsize size);
RtmpMessage *rtmp_message_ref (RtmpMessage *self);
void rtmp_message_unref (RtmpMessage *self);

const RtmpMessageHead *rtmp_message_get_head (const RtmpMessage *self);
gsize rtmp_message_get_size (const RtmpMessage *self);
/* One for all that a reader makes; 0 for an empty one. */
guint rtmp_message_get_n_parts (const RtmpMessage *self);
const guint8 *rtmp_message_get_part (const RtmpMessage *self, guint index,
    gsize *size);
/* The whole; NULL when it is empty, or in several parts. */
const guint8 *rtmp_message_get_data (const RtmpMessage *self, gsize *size);
/* The same in one part: itself, or a copy. */
RtmpMessage *rtmp_message_flatten (RtmpMessage *self);
/* The whole, which keeps the message. */
GBytes *rtmp_message_dup_payload (RtmpMessage *self);

/* "video", "command" ...; "unknown" for a number that is none. */
const gchar *rtmp_message_type_get_name (guint type);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtmpMessage, rtmp_message_unref)

/* -- For the chunk reader, which fills one, and the writer. -------------- */

/* No longer than this the payload is copied: cheaper than to count another
 * reference, and a small message does not keep a large buffer. */
#define RTMP_MESSAGE_SMALL 512

struct _RtmpMessage {
  RtmpMessageHead head;
  gatomicrefcount ref_count;
  guint n_parts;
  gsize size;
  const guint8 *data;           /* of one part */
  GBytes *owner;                /* of that; NULL: it is in the tail */
  GBytes **parts;               /* of several; in the tail too */
  guint8 tail[];
};

/* A slice of what @owner holds. */
RtmpMessage *rtmp_message_new_slice (const RtmpMessageHead *head,
    GBytes *owner, const guint8 *data, gsize size);
/* To be filled by who made it, at its tail: room for @size bytes. */
RtmpMessage *rtmp_message_new_blank (const RtmpMessageHead *head, gsize size);
/* Room for @size bytes; the message may move. Nobody else has it. */
RtmpMessage *rtmp_message_grow (RtmpMessage *self, gsize size);
/* It has @size bytes, and is filled no more. */
void rtmp_message_fill (RtmpMessage *self, gsize size);

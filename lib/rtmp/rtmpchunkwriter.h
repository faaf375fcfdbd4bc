/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpChunkWriter: messages to bytes (RTMP 5.3), without copying payloads.
 * A queue of messages on one end, a list of places in memory on the other, for
 * one writev of many messages. One thread at a time. */
#pragma once

#include "rtmp/rtmpmessage.h"

#include <gio/gio.h>

typedef struct _RtmpChunkWriter RtmpChunkWriter;

RtmpChunkWriter *rtmp_chunk_writer_new (void);
void rtmp_chunk_writer_free (RtmpChunkWriter *self);

/* Puts @message at the end. A SetChunkSize takes effect behind it. @time is for
 * get_oldest(). */
void rtmp_chunk_writer_put (RtmpChunkWriter *self, RtmpMessage *message,
    gint64 time);

/* What is to be sent next, @n places, 0 when nothing is left. It stays as it is
 * until advance(); another put() may only add to it. */
const GOutputVector *rtmp_chunk_writer_peek (RtmpChunkWriter *self,
    guint *n);
/* That many bytes of it are sent. */
void rtmp_chunk_writer_advance (RtmpChunkWriter *self, gsize size);

/* Messages that are not sent to their end, and their payloads together. */
guint rtmp_chunk_writer_get_n_messages (const RtmpChunkWriter *self);
gsize rtmp_chunk_writer_get_size (const RtmpChunkWriter *self);
/* When the first of them was put; -1 when there is none. */
gint64 rtmp_chunk_writer_get_oldest (const RtmpChunkWriter *self);
/* Behind all that was put. */
guint32 rtmp_chunk_writer_get_chunk_size (const RtmpChunkWriter *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtmpChunkWriter, rtmp_chunk_writer_free)

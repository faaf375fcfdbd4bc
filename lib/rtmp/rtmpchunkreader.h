/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpChunkReader: bytes to messages (RTMP 5.3).
 * Takes any slicing. Obeys SetChunkSize and Abort by itself, and gives them out
 * too. After an error it stays in error. One thread at a time. */
#pragma once

#include "rtmp/rtmpmessage.h"

typedef struct _RtmpChunkReader RtmpChunkReader;

RtmpChunkReader *rtmp_chunk_reader_new (void);
void rtmp_chunk_reader_free (RtmpChunkReader *self);

/* What came next: @size bytes at @data, which @owner holds; messages may keep
 * it. With @owner NULL they do not, and the bytes have to stay until the last
 * take(). Only when all that was fed before is taken. */
void rtmp_chunk_reader_feed (RtmpChunkReader *self, GBytes *owner,
    const guint8 *data, gsize size);

/* The next message that is whole, in one part. NULL: all is taken; or with
 * @error RTMP_ERROR_PROTOCOL, RTMP_ERROR_LIMIT. */
RtmpMessage *rtmp_chunk_reader_take (RtmpChunkReader *self, GError **error);

/* What the other end has set. */
guint32 rtmp_chunk_reader_get_chunk_size (const RtmpChunkReader *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtmpChunkReader, rtmp_chunk_reader_free)

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpHandshake: what both ends send each other before the first chunk (RTMP
 * 5.2), plain or with digests. No socket and no clock: bytes go in, bytes come
 * out. One thread at a time. */
#pragma once

#include <glib.h>

typedef struct _RtmpHandshake RtmpHandshake;

/* @time in milliseconds; @random is used here only. With @digest a client
 * shows itself as a Flash player would, and answers so to a server that does
 * the same; with another it is plain. */
RtmpHandshake *rtmp_handshake_new_client (gboolean digest, guint32 time,
    GRand *random);
/* Answers each client as it begins. */
RtmpHandshake *rtmp_handshake_new_server (guint32 time, GRand *random);
void rtmp_handshake_free (RtmpHandshake *self);

/* What came next; @used of @size bytes are of the handshake. FALSE and @error
 * (RTMP_ERROR_HANDSHAKE) when the other end does not speak RTMP. */
gboolean rtmp_handshake_feed (RtmpHandshake *self, const guint8 *data,
    gsize size, gsize *used, GError **error);

/* What is to be sent next; NULL for nothing. */
GBytes *rtmp_handshake_take (RtmpHandshake *self);

/* What comes next is chunks. */
gboolean rtmp_handshake_is_done (const RtmpHandshake *self);
/* The other end has shown a digest. */
gboolean rtmp_handshake_is_digest (const RtmpHandshake *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtmpHandshake, rtmp_handshake_free)

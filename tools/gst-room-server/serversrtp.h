/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerSrtp: the sending end of SRTP (RFC 3711), with the one profile that
 * GStreamer's DTLS agrees on: AES-128 in counter mode and 80 bits of HMAC-SHA1.
 * RTP only, and no I/O; one thread at a time. */
#pragma once

#include <glib.h>

/* Master key and master salt, one behind the other. */
#define SERVER_SRTP_KEY_SIZE 30

/* A packet grows by so much. */
#define SERVER_SRTP_TAG_SIZE 10

typedef struct _ServerSrtp ServerSrtp;

ServerSrtp *server_srtp_new (const guint8 key[SERVER_SRTP_KEY_SIZE]);
/* The keys are wiped. */
void server_srtp_free (ServerSrtp *self);

/* Protects the packet of @size bytes where it is, with SERVER_SRTP_TAG_SIZE
 * bytes of room behind it. FALSE, and nothing has changed: it is none, or its
 * number has been used or is so old that nobody could tell. */
gboolean server_srtp_protect (ServerSrtp *self, guint8 *packet, gsize size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServerSrtp, server_srtp_free)

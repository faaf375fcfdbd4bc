/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpDial: makes one connection: finds the host, connects to the address that
 * answers first, and does the TLS handshake. Lives on the thread-default
 * GMainContext it was made in, and calls back there. */
#pragma once

#include <gio/gio.h>

typedef struct _RtmpDial RtmpDial;

/* Everything is copied. */
typedef struct {
  const gchar *host;
  guint16 port;
  gboolean secure;
  /* What has to be right of a certificate; all of it, G_TLS_CERTIFICATE_
   * VALIDATE_ALL, unless somebody knows better. */
  GTlsCertificateFlags tls_flags;
  GTlsDatabase *tls_database;   /* whom to trust; NULL: as the system does */
} RtmpDialConfig;

/* Once; @stream, or @error (RTMP_ERROR). Never from inside rtmp_dial_new(). It
 * may free the dial. */
typedef void (*RtmpDialFunc) (GIOStream *stream, const GError *error,
    gpointer user_data);

RtmpDial *rtmp_dial_new (const RtmpDialConfig *config, RtmpDialFunc func,
    gpointer user_data);
/* Gives up at once; nothing is called after it, and what a thread of the system
 * still works on is not waited for. */
void rtmp_dial_free (RtmpDial *self);

/* The socket under it, also under TLS. */
GSocket *rtmp_dial_get_socket (GIOStream *stream);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtmpDial, rtmp_dial_free)

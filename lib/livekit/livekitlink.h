/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitLink: the socket to a room, and the only user of libsoup's client.
 * Dials a WebSocket, turns a refused upgrade into a status and a text. Lives
 * on the thread-default GMainContext it was made in; callbacks come there. */
#pragma once

#include <gio/gio.h>

typedef struct _LivekitLink LivekitLink;

/* None is called from inside a livekit_link function; each may free the
 * link. */
typedef struct {
  void (*opened) (gpointer user_data);
  /* @status 0: no HTTP answer, @error says why (LIVEKIT_ERROR). */
  void (*refused) (guint status, const gchar *body, const GError *error,
      gpointer user_data);
  void (*message) (GBytes *message, gpointer user_data);
  /* After opened, exactly once. @error NULL: closed in order. */
  void (*closed) (const GError *error, gpointer user_data);
} LivekitLinkFuncs;

LivekitLink *livekit_link_new (const LivekitLinkFuncs *funcs,
    gpointer user_data);
/* Closes at once; no callback comes after it. */
void livekit_link_free (LivekitLink *self);

/* Default TRUE: verify certificates. Before dial. */
void livekit_link_set_ssl_strict (LivekitLink *self, gboolean strict);

/* @uri ws or wss with path and query. One dial at a time: an earlier one, or
 * its connection, is dropped without a callback. */
void livekit_link_dial (LivekitLink *self, const gchar *uri,
    const gchar *token);
void livekit_link_send (LivekitLink *self, GBytes *message);
/* Orderly: flushes, sends close; closed() follows. While dialling: gives up,
 * and no callback follows. */
void livekit_link_hang_up (LivekitLink *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LivekitLink, livekit_link_free)

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitServerSocket: one WebSocket of a participant, at the server's end. It
 * speaks as the client does: bytes, or JSON from the first text on that came,
 * as livekit-server; to its user it is bytes always. What they mean it does not
 * know. For one thread, with its context. */
#pragma once

#include <libsoup/soup.h>

typedef struct _LivekitServerSocket LivekitServerSocket;

typedef struct {
  /* A serialized SignalRequest, to be checked; NULL: a text that is none. */
  void (*said) (GBytes *request, gpointer user_data);
  /* By whichever end; nothing comes after. */
  void (*closed) (gpointer user_data);
} LivekitServerSocketFuncs;

LivekitServerSocket *livekit_server_socket_new (
    SoupWebsocketConnection *connection, const LivekitServerSocketFuncs *funcs,
    gpointer user_data);
/* Calls nobody. Also from within closed. */
void livekit_server_socket_free (LivekitServerSocket *self);

/* A serialized SignalResponse. FALSE, once: it was the last, for the client
 * does not read, and libsoup keeps what is not written without a limit. */
gboolean livekit_server_socket_say (LivekitServerSocket *self,
    GBytes *response);
/* If it is open. */
void livekit_server_socket_close (LivekitServerSocket *self, gushort code);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LivekitServerSocket, livekit_server_socket_free)

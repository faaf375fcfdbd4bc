/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitServer: the sockets of a room server: listening, the way in, one
 * WebSocket for each participant. What is said on them is the rooms' business.
 * It lives in the context that is thread-default where it is made; all of it
 * is for that thread. It logs no token and no query. */
#pragma once

#include "livekit/livekitrefusals.h"
#include "livekit/livekitrooms.h"

#include <libsoup/soup.h>

typedef struct _LivekitServer LivekitServer;

/* Borrowed, and outlive the server. */
typedef struct {
  LivekitRooms *rooms;
  const LivekitKeys *keys;

  /* Every event of the rooms but SEND and HANG_UP, which are done here, in
   * their order. May call the rooms; what they say then follows. NULL: nobody
   * has media. */
  void (*on_event) (const LivekitRoomEvent *event, gpointer user_data);
  /* Once, after livekit_server_close(), when the last WebSocket is closed. May
   * be NULL. */
  void (*on_drained) (gpointer user_data);
  /* Somebody was not let in. May be NULL. */
  LivekitRefusedFunc on_refused;
  gpointer user_data;

  /* What each answer calls the server, "name/version"; NULL: nothing. */
  const gchar *software;
  guint request_timeout;        /* ms; 0: LIVEKIT_REQUEST_TIMEOUT */
  guint max_sockets;            /* 0: LIVEKIT_MAX_SOCKETS */
} LivekitServerConfig;

LivekitServer *livekit_server_new (const LivekitServerConfig *config);
/* Cuts what is still open; nobody is called. */
void livekit_server_free (LivekitServer *self);

/* @address: an IP address; @port 0: any. Connections are taken when the
 * context runs. FALSE and @error (G_IO_ERROR, or LIVEKIT_ERROR_URL for what is
 * no address). */
gboolean livekit_server_listen (LivekitServer *self, const gchar *address,
    guint16 port, GError **error);
guint16 livekit_server_get_port (LivekitServer *self);

/* A request to @path or below it; "/": all that no other route is for. Its body
 * has at most LIVEKIT_MAX_BODY bytes. Whether it may be asked is the handler's
 * to say. */
void livekit_server_add_route (LivekitServer *self, const gchar *path,
    SoupServerCallback handler, gpointer user_data);

/* For a handler whose answer takes its time: the client may take nothing of it
 * for as long as the handler likes, until it says that it expects him to: then
 * LIVEKIT_REQUEST_TIMEOUT holds again, as it does for all other answers. */
void livekit_server_relax (LivekitServer *self, SoupServerMessage *message);
void livekit_server_expect (LivekitServer *self, SoupServerMessage *message);

/* For a handler: somebody was not let in by @message, as on_refused is told. */
void livekit_server_tell_refused (LivekitServer *self,
    SoupServerMessage *message, const gchar *room, const gchar *identity,
    const GError *error);

/* The connection that @message came by ends at once: whoever has it does not
 * read. */
void livekit_server_cut (LivekitServer *self, SoupServerMessage *message);

/* To be called when someone else has called the rooms: carries out what they
 * say and looks at their deadline. */
void livekit_server_pump (LivekitServer *self);

/* No new connections; all participants are told that the server stops, and
 * hung up. */
void livekit_server_close (LivekitServer *self);

/* WebSockets, and all connections. */
guint livekit_server_count_clients (LivekitServer *self);
guint livekit_server_count_sockets (LivekitServer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LivekitServer, livekit_server_free)

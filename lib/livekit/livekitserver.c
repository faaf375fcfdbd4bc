/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitserver.h"

#include "life/lifethrottle.h"
#include "livekit/livekitdebug.h"
#include "livekit/livekitdoor.h"
#include "livekit/livekitlimits.h"
#include "livekit/livekitlistener.h"
#include "livekit/livekitserversocket.h"
#include "livekit/livekitsockets.h"
#include "livekit/livekitverify.h"

#include <string.h>

/* As livekit-server, so that a client takes it for a route that is missing. */
#define NO_ROUTE "404 page not found\n"

/* Clients put a slash behind a URL that ends with one. */
static const gchar *const entries[] = { "/rtc", "//rtc" };

/* Where the early handler leaves what it has read for the later one. */
#define ENTRY_KEY "livekit-entry"

/* One WebSocket. */
typedef struct
{
  LivekitServer *server;
  LivekitServerSocket *socket;
  gchar *room;
  gchar *sid;                   /* NULL: nobody any more */
  GSocketAddress *remote;
} ServerClient;

struct _LivekitServer
{
  LivekitServerConfig config;
  GMainContext *context;
  SoupServer *soup;
  LivekitListener *listener;
  LivekitSockets *sockets;
  LifeThrottle warnings;
  LivekitRefusals refusals;
  LivekitDoor *door;
  GPtrArray *clients;           /* of ServerClient */
  GSource *timer;               /* at the deadline of the rooms */
  gboolean pumping;
  gboolean closing;
  gboolean drained;
};

static void
clear_timer (GSource ** timer)
{
  if (*timer != NULL)
    g_source_destroy (*timer);
  g_clear_pointer (timer, g_source_unref);
}

/* Whoever connects without end fills the log no more than the table. */
static void
warn_full (LivekitServer * self)
{
  guint held = 0;

  if (life_throttle_pass (&self->warnings, 1, G_TIME_SPAN_MINUTE,
          g_get_monotonic_time (), &held))
    GST_WARNING ("%p: too many connections, one is refused (%u more before)",
        self, held);
}

static void
on_taken (GSocketConnection * stream, GSocketAddress * remote,
    gpointer user_data)
{
  LivekitServer *self = user_data;

  if (livekit_sockets_add (self->sockets, stream, remote))
    livekit_door_wait (self->door, stream, remote);
  else
    warn_full (self);
}

static void
on_speaking (GSocketConnection * stream, GSocketAddress * remote,
    gpointer user_data)
{
  LivekitServer *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketAddress) local =
      g_socket_connection_get_local_address (stream, NULL);

  if (local != NULL && !soup_server_accept_iostream (self->soup,
          G_IO_STREAM (stream), local, remote, &error))
    GST_WARNING ("%p: %s", self, error->message);
}

/* -- Requests --------------------------------------------------------------- */

static void
respond (SoupServerMessage * message, guint status, const gchar * body)
{
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "text/plain; charset=utf-8",
      SOUP_MEMORY_COPY, body, strlen (body));
}

/* @entry: NULL: who it is was not to be believed. */
static void
refuse (LivekitServer * self, SoupServerMessage * message,
    const LivekitEntry * entry, LivekitEntryKind kind, const GError * error)
{
  g_autofree gchar *body = g_strconcat (error->message, "\n", NULL);

  GST_DEBUG ("%p: refused with %d: %s", self, error->code, error->message);
  /* Who asks why it was refused is not refused once more. */
  if (kind == LIVEKIT_ENTRY_JOIN)
    livekit_server_tell_refused (self, message,
        entry != NULL ? entry->token->grants.room : NULL,
        entry != NULL ? entry->token->identity : NULL, error);
  respond (message, error->code, body);
}

static gboolean
is_upgrade (SoupServerMessage * message)
{
  SoupMessageHeaders *headers =
      soup_server_message_get_request_headers (message);

  return soup_server_message_get_method (message) == SOUP_METHOD_GET
      && soup_message_headers_header_contains (headers, "Upgrade", "websocket");
}

/* Before libsoup upgrades: what has a status is not upgraded. */
static void
on_entry (SoupServer * soup, SoupServerMessage * message, const gchar * path,
    GHashTable * query, gpointer user_data)
{
  LivekitServer *self = user_data;
  gboolean one_connection;
  LivekitEntryKind kind = livekit_entry_find (path, &one_connection);

  if (kind == LIVEKIT_ENTRY_NONE) {
    respond (message, SOUP_STATUS_NOT_FOUND, NO_ROUTE);
    return;
  }
  if (kind == LIVEKIT_ENTRY_JOIN && !is_upgrade (message)) {
    /* The route is there: no text, so that nobody takes it for missing. */
    soup_server_message_set_status (message, SOUP_STATUS_NOT_FOUND, NULL);
    return;
  }
  if (kind == LIVEKIT_ENTRY_VALIDATE)
    /* A page of any origin asks why its upgrade was refused. */
    soup_message_headers_replace (soup_server_message_get_response_headers
        (message), "Access-Control-Allow-Origin", "*");

  g_autoptr (GError) error = NULL;
  g_autoptr (LivekitEntry) entry = livekit_entry_read (self->config.keys, path,
      g_uri_get_query (soup_server_message_get_uri (message)),
      soup_message_headers_get_one (soup_server_message_get_request_headers
          (message), "Authorization"),
      g_get_real_time () / G_TIME_SPAN_SECOND, &error);
  if (entry == NULL || !livekit_rooms_check (self->config.rooms, entry, &error))
    refuse (self, message, entry, kind, error);
  else if (kind == LIVEKIT_ENTRY_VALIDATE)
    respond (message, SOUP_STATUS_OK, "success");
  else
    g_object_set_data_full (G_OBJECT (message), ENTRY_KEY,
        g_steal_pointer (&entry), (GDestroyNotify) livekit_entry_free);
}

static void
on_other (SoupServer * soup, SoupServerMessage * message, const gchar * path,
    GHashTable * query, gpointer user_data)
{
  respond (message, SOUP_STATUS_NOT_FOUND, NO_ROUTE);
}

static void
on_headers (SoupServerMessage * message, gpointer user_data)
{
  SoupMessageHeaders *headers =
      soup_server_message_get_request_headers (message);
  if (soup_message_headers_get_encoding (headers)
      == SOUP_ENCODING_CONTENT_LENGTH
      && soup_message_headers_get_content_length (headers) > LIVEKIT_MAX_BODY) {
    /* It is read and thrown away, as long as the request may take. */
    soup_message_body_set_accumulate (soup_server_message_get_request_body
        (message), FALSE);
    respond (message, SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE, "too large\n");
  } else if (g_object_get_data (G_OBJECT (message), ENTRY_KEY) != NULL) {
    /* Let in, to be upgraded: libsoup adds to it, and clients read what was
     * there first. */
    soup_message_headers_remove (soup_server_message_get_response_headers
        (message), "Connection");
  }
}

static void
on_chunk (SoupServerMessage * message, GBytes * chunk, gpointer user_data)
{
  SoupMessageBody *body = soup_server_message_get_request_body (message);

  if (body->length <= LIVEKIT_MAX_BODY
      || soup_server_message_get_status (message) != SOUP_STATUS_NONE)
    return;
  /* How long it will be was not announced. */
  LivekitServer *self = user_data;
  soup_message_body_set_accumulate (body, FALSE);
  livekit_sockets_cut (self->sockets,
      soup_server_message_get_remote_address (message));
}

/* Each connection is for one request, and the answer says so: a client that
 * keeps it would lose his next one. libsoup does not keep those that it has not
 * taken itself, and before 3.3 never frees those that it has kept. */
static void
on_request_started (SoupServer * soup, SoupServerMessage * message,
    gpointer user_data)
{
  soup_message_headers_replace (soup_server_message_get_response_headers
      (message), "Connection", "close");
  g_signal_connect (message, "got-headers", G_CALLBACK (on_headers), user_data);
  g_signal_connect (message, "got-chunk", G_CALLBACK (on_chunk), user_data);
}

/* Whoever takes something of an answer has time for more of it. */
static void
on_written (SoupServerMessage * message, guint size, gpointer user_data)
{
  LivekitServer *self = user_data;

  livekit_sockets_await (self->sockets,
      soup_server_message_get_remote_address (message));
}

static void
on_request_read (SoupServer * soup, SoupServerMessage * message,
    gpointer user_data)
{
  livekit_server_expect (user_data, message);
}

static void
on_request_finished (SoupServer * soup, SoupServerMessage * message,
    gpointer user_data)
{
  on_written (message, 0, user_data);
}

/* -- WebSockets ------------------------------------------------------------- */

static void
client_free (gpointer data)
{
  ServerClient *client = data;

  livekit_server_socket_free (client->socket);
  g_free (client->room);
  g_free (client->sid);
  g_clear_object (&client->remote);
  g_free (client);
}

static ServerClient *
find_client (LivekitServer * self, const gchar * sid)
{
  for (guint i = 0; i < self->clients->len; i++) {
    ServerClient *client = self->clients->pdata[i];
    if (g_strcmp0 (client->sid, sid) == 0)
      return client;
  }
  return NULL;
}

static void
hang_up (ServerClient * client, gushort code)
{
  g_clear_pointer (&client->sid, g_free);
  livekit_server_socket_close (client->socket, code);
}

static void
on_said (GBytes * request, gpointer user_data)
{
  ServerClient *client = user_data;
  LivekitServer *self = client->server;

  if (client->sid == NULL)
    return;
  LivekitRoom *room = livekit_rooms_find (self->config.rooms, client->room);
  if (request != NULL) {
    if (room != NULL)
      livekit_room_feed (room, client->sid, request, g_get_monotonic_time ());
  } else {
    g_autofree gchar *sid = g_steal_pointer (&client->sid);
    hang_up (client, SOUP_WEBSOCKET_CLOSE_BAD_DATA);
    if (room != NULL)
      livekit_room_lost (room, sid, g_get_monotonic_time ());
  }
  livekit_server_pump (self);
}

static void
say (ServerClient * client, GBytes * bytes)
{
  LivekitServer *self = client->server;

  if (livekit_server_socket_say (client->socket, bytes))
    return;
  GST_WARNING ("%p: %s does not read what it is told", self, client->sid);
  livekit_sockets_cut (self->sockets, client->remote);
}

static void
look_drained (LivekitServer * self)
{
  if (!self->closing || self->drained || self->clients->len > 0)
    return;
  self->drained = TRUE;
  if (self->config.on_drained != NULL)
    self->config.on_drained (self->config.user_data);
}

static void
on_closed (gpointer user_data)
{
  ServerClient *client = user_data;
  LivekitServer *self = client->server;
  LivekitRoom *room = livekit_rooms_find (self->config.rooms, client->room);
  g_autofree gchar *sid = g_steal_pointer (&client->sid);

  g_ptr_array_remove_fast (self->clients, client);
  if (sid != NULL && room != NULL)
    livekit_room_lost (room, sid, g_get_monotonic_time ());
  livekit_server_pump (self);
  look_drained (self);
}

static const LivekitServerSocketFuncs socket_funcs = { on_said, on_closed };

static void
on_websocket (SoupServer * soup, SoupServerMessage * message,
    const gchar * path, SoupWebsocketConnection * connection,
    gpointer user_data)
{
  LivekitServer *self = user_data;
  LivekitEntry *entry = g_object_steal_data (G_OBJECT (message), ENTRY_KEY);
  g_autoptr (GError) error = NULL;

  /* From here on the room watches over its silence. */
  livekit_sockets_relax (self->sockets,
      soup_server_message_get_remote_address (message));
  g_autofree gchar *name = g_strdup (entry->token->grants.room);
  g_autofree gchar *identity = g_strdup (entry->token->identity);
  gchar *sid = livekit_rooms_join (self->config.rooms, entry,
      g_get_monotonic_time (), &error);
  ServerClient *before = sid != NULL ? find_client (self, sid) : NULL;
  if (before != NULL)
    hang_up (before, SOUP_WEBSOCKET_CLOSE_NORMAL);

  ServerClient *client = g_new0 (ServerClient, 1);
  client->server = self;
  client->room = g_steal_pointer (&name);
  client->sid = sid;
  client->remote =
      g_object_ref (soup_server_message_get_remote_address (message));
  g_ptr_array_add (self->clients, client);
  client->socket = livekit_server_socket_new (connection, &socket_funcs,
      client);
  if (sid == NULL) {
    GST_DEBUG ("%p: %s", self, error->message);
    livekit_server_tell_refused (self, message, client->room, identity, error);
    hang_up (client, SOUP_WEBSOCKET_CLOSE_GOING_AWAY);
  }
  livekit_server_pump (self);
}

/* -- What the rooms say ----------------------------------------------------- */

static void
do_event (LivekitServer * self, const LivekitRoomEvent * event)
{
  ServerClient *client;

  switch (event->type) {
    case LIVEKIT_ROOM_EVENT_SEND:
      client = find_client (self, event->participant);
      if (client != NULL)
        say (client, event->bytes);
      break;
    case LIVEKIT_ROOM_EVENT_HANG_UP:
      client = find_client (self, event->participant);
      if (client != NULL)
        hang_up (client, SOUP_WEBSOCKET_CLOSE_NORMAL);
      break;
    default:
      if (self->config.on_event != NULL)
        self->config.on_event (event, self->config.user_data);
      break;
  }
}

static gboolean
on_deadline (gpointer data)
{
  LivekitServer *self = data;

  livekit_rooms_tick (self->config.rooms, g_get_monotonic_time ());
  livekit_server_pump (self);
  return G_SOURCE_REMOVE;
}

static void
set_timer (LivekitServer * self)
{
  gint64 deadline = livekit_rooms_get_deadline (self->config.rooms);

  clear_timer (&self->timer);
  if (deadline == G_MAXINT64)
    return;
  gint64 wait = MAX (0, deadline - g_get_monotonic_time ());
  self->timer = g_timeout_source_new (MIN (wait / G_TIME_SPAN_MILLISECOND + 1,
          G_MAXINT));
  g_source_set_static_name (self->timer, "livekit-server-deadline");
  g_source_set_callback (self->timer, on_deadline, self, NULL);
  g_source_attach (self->timer, self->context);
}

void
livekit_server_pump (LivekitServer * self)
{
  g_return_if_fail (self != NULL);

  if (self->pumping)
    return;
  self->pumping = TRUE;
  LivekitRoomEvent *event;
  while ((event = livekit_rooms_take (self->config.rooms)) != NULL) {
    do_event (self, event);
    livekit_room_event_free (event);
  }
  self->pumping = FALSE;
  set_timer (self);
}

/* -- Its life --------------------------------------------------------------- */

LivekitServer *
livekit_server_new (const LivekitServerConfig * config)
{
  g_return_val_if_fail (config != NULL && config->rooms != NULL
      && config->keys != NULL, NULL);

  LivekitServer *self = g_new0 (LivekitServer, 1);
  self->config = *config;
  if (self->config.request_timeout == 0)
    self->config.request_timeout = LIVEKIT_REQUEST_TIMEOUT * 1000;
  self->refusals.tell = config->on_refused;
  self->refusals.user_data = config->user_data;
  self->context = g_main_context_ref_thread_default ();
  if (self->config.max_sockets == 0)
    self->config.max_sockets = LIVEKIT_MAX_SOCKETS;
  self->sockets = livekit_sockets_new (self->config.request_timeout,
      self->config.max_sockets);
  self->door = livekit_door_new (on_speaking, self);
  self->clients = g_ptr_array_new_with_free_func (client_free);
  self->soup = g_object_new (SOUP_TYPE_SERVER, "server-header",
      self->config.software, NULL);
  g_signal_connect (self->soup, "request-started",
      G_CALLBACK (on_request_started), self);
  g_signal_connect (self->soup, "request-read", G_CALLBACK (on_request_read),
      self);
  g_signal_connect (self->soup, "request-finished",
      G_CALLBACK (on_request_finished), self);
  soup_server_add_handler (self->soup, NULL, on_other, self, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++) {
    soup_server_add_early_handler (self->soup, entries[i], on_entry, self,
        NULL);
    soup_server_add_websocket_handler (self->soup, entries[i], NULL, NULL,
        on_websocket, self, NULL);
  }
  self->listener = livekit_listener_new (on_taken, self);
  return self;
}

void
livekit_server_free (LivekitServer * self)
{
  if (self == NULL)
    return;

  livekit_listener_free (self->listener);
  g_signal_handlers_disconnect_by_data (self->soup, self);
  g_ptr_array_unref (self->clients);
  livekit_sockets_free (self->sockets);
  livekit_door_free (self->door);
  soup_server_disconnect (self->soup);
  g_object_unref (self->soup);
  clear_timer (&self->timer);
  g_main_context_unref (self->context);
  g_free (self);
}

gboolean
livekit_server_listen (LivekitServer * self, const gchar * address,
    guint16 port, GError ** error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return livekit_listener_open (self->listener, address, port, error);
}

guint16
livekit_server_get_port (LivekitServer * self)
{
  g_return_val_if_fail (self != NULL, 0);

  return livekit_listener_get_port (self->listener);
}

void
livekit_server_add_route (LivekitServer * self, const gchar * path,
    SoupServerCallback handler, gpointer user_data)
{
  g_return_if_fail (self != NULL && path != NULL && handler != NULL);

  soup_server_add_handler (self->soup, path, handler, user_data, NULL);
}

void
livekit_server_relax (LivekitServer * self, SoupServerMessage * message)
{
  g_return_if_fail (self != NULL && message != NULL);

  g_signal_handlers_disconnect_by_func (message, on_written, self);
  livekit_sockets_relax (self->sockets,
      soup_server_message_get_remote_address (message));
}

void
livekit_server_expect (LivekitServer * self, SoupServerMessage * message)
{
  g_return_if_fail (self != NULL && message != NULL);

  g_signal_connect (message, "wrote-body-data", G_CALLBACK (on_written), self);
  livekit_sockets_await (self->sockets,
      soup_server_message_get_remote_address (message));
}

void
livekit_server_tell_refused (LivekitServer * self, SoupServerMessage * message,
    const gchar * room, const gchar * identity, const GError * error)
{
  g_return_if_fail (self != NULL && message != NULL && error != NULL);

  livekit_refusals_tell (&self->refusals,
      soup_server_message_get_remote_address (message), room, identity, error,
      g_get_monotonic_time ());
}

void
livekit_server_cut (LivekitServer * self, SoupServerMessage * message)
{
  g_return_if_fail (self != NULL && message != NULL);

  livekit_sockets_cut (self->sockets,
      soup_server_message_get_remote_address (message));
}

void
livekit_server_close (LivekitServer * self)
{
  g_return_if_fail (self != NULL);

  if (self->closing)
    return;
  self->closing = TRUE;
  livekit_listener_close (self->listener);
  livekit_rooms_close (self->config.rooms, g_get_monotonic_time ());
  livekit_server_pump (self);
  look_drained (self);
}

guint
livekit_server_count_clients (LivekitServer * self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->clients->len;
}

guint
livekit_server_count_sockets (LivekitServer * self)
{
  g_return_val_if_fail (self != NULL, 0);

  return livekit_sockets_get_count (self->sockets);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "roomscript.h"

#include "life/lifelock.h"
#include "life/lifeloop.h"
#include "scriptanswer.h"
#include "stucklistener.h"

#include <libsoup/soup.h>
#include <string.h>
#include <sys/socket.h>

#define WAIT_TIMEOUT (30 * G_TIME_SPAN_SECOND)
#define NO_ROUTE "404 page not found\n"

/* One thing that was asked of the server. */
typedef struct
{
  gint seen;
  gchar *target;
  gchar *authorization;
  GBytes *request;
} ScriptEntry;

struct _RoomScript
{
  RoomScriptConfig config;
  gchar *url;
  guint16 port;
  StuckListener *stuck;

  /* The loop's. */
  LifeLoop *loop;
  GSocketService *service;
  SoupServer *server;
  SoupWebsocketConnection *connection;  /* the newest client's */
  GSocket *socket;              /* of the connection */
  guint tracks;

  LifeLock lock;
  LifeCond changed;
  GPtrArray *entries;           /* of ScriptEntry; under the lock */
};

static void
entry_free (gpointer data)
{
  ScriptEntry *entry = data;

  g_free (entry->target);
  g_free (entry->authorization);
  g_clear_pointer (&entry->request, g_bytes_unref);
  g_free (entry);
}

static void
note (RoomScript * self, gint seen, const gchar * target,
    const gchar * authorization, GBytes * request)
{
  ScriptEntry *entry = g_new0 (ScriptEntry, 1);

  entry->seen = seen;
  entry->target = g_strdup (target);
  entry->authorization = g_strdup (authorization);
  entry->request = request != NULL ? g_bytes_ref (request) : NULL;
  g_autoptr (LifeLocker) locker = life_locker_new (&self->lock);
  g_ptr_array_add (self->entries, entry);
  life_cond_broadcast (&self->changed);
}

static void
cut_socket (GSocket * socket, gboolean reset)
{
  struct linger at_once = {.l_onoff = 1,.l_linger = 0 };

  if (reset) {
    setsockopt (g_socket_get_fd (socket), SOL_SOCKET, SO_LINGER, &at_once,
        sizeof (at_once));
    g_socket_close (socket, NULL);
  } else {
    g_socket_shutdown (socket, TRUE, TRUE, NULL);
  }
}

static void
drop_connection (RoomScript * self)
{
  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_data (self->connection, self);
  g_clear_object (&self->connection);
  g_clear_object (&self->socket);
}

static gboolean
cut_here (RoomScript * self, RoomScriptPhase phase)
{
  if (self->config.cut != phase || self->socket == NULL)
    return FALSE;
  cut_socket (self->socket, self->config.reset);
  drop_connection (self);
  note (self, ROOM_SCRIPT_SEEN_CLOSED, NULL, NULL, NULL);
  return TRUE;
}

/* Neither end has said that it closes. */
static gboolean
is_open (RoomScript * self)
{
  return self->connection != NULL
      && soup_websocket_connection_get_state (self->connection) ==
      SOUP_WEBSOCKET_STATE_OPEN;
}

/* Takes @bytes. A request may still come in while our close is on its way. */
static void
respond (RoomScript * self, GBytes * bytes)
{
  if (is_open (self))
    soup_websocket_connection_send_message (self->connection,
        SOUP_WEBSOCKET_DATA_BINARY, bytes);
  g_bytes_unref (bytes);
}

static void
close_in_order (RoomScript * self)
{
  if (is_open (self))
    soup_websocket_connection_close (self->connection,
        SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
}

static void
respond_leave (RoomScript * self, Livekit__DisconnectReason reason)
{
  respond (self, script_reply_leave (reason));
  close_in_order (self);
}

static void
on_add_track (RoomScript * self, Livekit__AddTrackRequest * request)
{
  if (self->config.refuse_track != 0) {
    respond (self, script_reply_refused (request,
            (Livekit__RequestResponse__Reason) self->config.refuse_track));
    return;
  }
  g_autofree gchar *sid = g_strdup_printf ("TR_%u", ++self->tracks);
  respond (self, script_reply_published (request, sid));
}

static void
on_offer (RoomScript * self, const Livekit__SessionDescription * offer)
{
  g_autofree gchar *sdp = NULL;

  if (self->config.answer != NULL)
    sdp = self->config.answer (offer->id, offer->sdp, self->config.user_data);
  else
    sdp = script_answer_new (offer->sdp);
  if (sdp != NULL)
    respond (self, script_reply_answer (offer->id, sdp));
}

/* What is asked, as a phase. */
static RoomScriptPhase
get_phase (const Livekit__SignalRequest * request)
{
  switch (request->message_case) {
    case LIVEKIT__SIGNAL_REQUEST__MESSAGE_ADD_TRACK:
      return ROOM_SCRIPT_ADD_TRACK;
    case LIVEKIT__SIGNAL_REQUEST__MESSAGE_OFFER:
      return ROOM_SCRIPT_OFFER;
    case LIVEKIT__SIGNAL_REQUEST__MESSAGE_PING_REQ:
      return ROOM_SCRIPT_PING;
    case LIVEKIT__SIGNAL_REQUEST__MESSAGE_LEAVE:
      return ROOM_SCRIPT_LEAVE;
    default:
      return ROOM_SCRIPT_NEVER;
  }
}

static void
on_message (SoupWebsocketConnection * connection, gint type, GBytes * message,
    gpointer user_data)
{
  RoomScript *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (Livekit__SignalRequest) request =
      livekit_signal_parse_request (message, &error);

  g_assert_no_error (error);
  RoomScriptPhase phase = get_phase (request);
  note (self, request->message_case, NULL, NULL, message);
  if (phase != ROOM_SCRIPT_NEVER && (cut_here (self, phase)
          || self->config.hang == phase))
    return;
  switch (request->message_case) {
    case LIVEKIT__SIGNAL_REQUEST__MESSAGE_ADD_TRACK:
      on_add_track (self, request->add_track);
      break;
    case LIVEKIT__SIGNAL_REQUEST__MESSAGE_OFFER:
      on_offer (self, request->offer);
      break;
    case LIVEKIT__SIGNAL_REQUEST__MESSAGE_TRICKLE:
      if (self->config.trickle != NULL)
        self->config.trickle (request->trickle->target,
            request->trickle->candidateinit, self->config.user_data);
      break;
    case LIVEKIT__SIGNAL_REQUEST__MESSAGE_PING_REQ:
      respond (self, script_reply_pong (request->ping_req->timestamp));
      break;
    case LIVEKIT__SIGNAL_REQUEST__MESSAGE_LEAVE:
      respond_leave (self, LIVEKIT__DISCONNECT_REASON__CLIENT_INITIATED);
      break;
    default:
      break;
  }
}

static void
on_closed (SoupWebsocketConnection * connection, gpointer user_data)
{
  RoomScript *self = user_data;

  drop_connection (self);
  note (self, ROOM_SCRIPT_SEEN_CLOSED, NULL, NULL, NULL);
}

/* The raw socket below libsoup's stream and, with wss, below TLS. */
static GSocket *
dup_socket (SoupWebsocketConnection * connection)
{
  g_autoptr (GIOStream) stream =
      g_object_ref (soup_websocket_connection_get_io_stream (connection));

  while (!G_IS_SOCKET_CONNECTION (stream)) {
    GIOStream *base = NULL;
    g_object_get (stream, G_IS_TLS_CONNECTION (stream)
        ? "base-io-stream" : "base-iostream", &base, NULL);
    g_object_unref (stream);
    stream = base;
  }
  return g_object_ref (g_socket_connection_get_socket (G_SOCKET_CONNECTION
          (stream)));
}

static void
on_websocket (SoupServer * server, SoupServerMessage * message,
    const gchar * path, SoupWebsocketConnection * connection,
    gpointer user_data)
{
  RoomScript *self = user_data;
  gboolean first = self->connection == NULL;

  drop_connection (self);
  self->connection = g_object_ref (connection);
  self->socket = dup_socket (connection);
  g_signal_connect (connection, "message", G_CALLBACK (on_message), self);
  g_signal_connect (connection, "closed", G_CALLBACK (on_closed), self);
  note (self, ROOM_SCRIPT_SEEN_OPEN, NULL, NULL, NULL);
  if (!first)
    note (self, ROOM_SCRIPT_SEEN_CLOSED, NULL, NULL, NULL);
  if (cut_here (self, ROOM_SCRIPT_JOIN) || self->config.hang
      == ROOM_SCRIPT_JOIN)
    return;
  if (self->config.turn_away != 0) {
    respond_leave (self, (Livekit__DisconnectReason) self->config.turn_away);
    return;
  }
  respond (self, script_reply_join (self->config.codecs,
          self->config.alternative_url));
  if (self->config.subscriber_offer && g_str_equal (path, "/rtc"))
    respond (self, script_reply_offer (SCRIPT_SUBSCRIBER_OFFER_ID,
            SCRIPT_SUBSCRIBER_OFFER));
}

static void
refuse (SoupServerMessage * message, guint status, const gchar * body)
{
  soup_server_message_set_status (message, status, NULL);
  if (body != NULL)
    soup_server_message_set_response (message, "text/plain", SOUP_MEMORY_COPY,
        body, strlen (body));
}

static void
on_request (SoupServer * server, SoupServerMessage * message,
    const gchar * path, GHashTable * query, gpointer user_data)
{
  RoomScript *self = user_data;
  const gchar *authorization = soup_message_headers_get_one
      (soup_server_message_get_request_headers (message), "Authorization");
  GUri *uri = soup_server_message_get_uri (message);
  gboolean validate = g_str_has_suffix (path, "/validate");
  g_autofree gchar *target = g_strdup_printf ("%s?%s", path,
      g_uri_get_query (uri) != NULL ? g_uri_get_query (uri) : "");

  note (self, validate ? ROOM_SCRIPT_SEEN_VALIDATE : ROOM_SCRIPT_SEEN_UPGRADE,
      target, authorization, NULL);
  if (self->config.location != NULL)
    soup_message_headers_replace (soup_server_message_get_response_headers
        (message), "Location", self->config.location);
  if (!g_str_has_prefix (path, "/rtc")
      || (self->config.no_route && g_str_has_prefix (path, "/rtc/v1")))
    refuse (message, SOUP_STATUS_NOT_FOUND, NO_ROUTE);
  else if (self->config.status != 0 && validate && !self->config.validates)
    refuse (message, self->config.status, self->config.body);
  else if (self->config.status != 0 && !validate)
    /* The client's library does not show this text: the validation's counts. */
    refuse (message, self->config.status, "refused");
  else if (validate)
    refuse (message, SOUP_STATUS_OK, "success");
}

/* libsoup 3.2 loses the sockets of the connections that it accepts by itself. */
static gboolean
on_incoming (GSocketService * service, GSocketConnection * connection,
    GObject * source, gpointer user_data)
{
  RoomScript *self = user_data;
  g_autoptr (GSocketAddress) local =
      g_socket_connection_get_local_address (connection, NULL);
  g_autoptr (GSocketAddress) remote =
      g_socket_connection_get_remote_address (connection, NULL);
  g_autoptr (GIOStream) stream = self->config.certificate != NULL
      ? g_tls_server_connection_new (G_IO_STREAM (connection),
      self->config.certificate, NULL) : g_object_ref (G_IO_STREAM (connection));

  /* A client that has gone at once has no address. */
  if (local != NULL && remote != NULL)
    soup_server_accept_iostream (self->server, stream, local, remote, NULL);
  return TRUE;
}

static void
start_server (gpointer user_data)
{
  RoomScript *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketAddress) effective = NULL;
  g_autoptr (GSocketAddress) wanted =
      g_inet_socket_address_new_from_string ("127.0.0.1", 0);

  self->server = soup_server_new (NULL, NULL);
  /* The handler of the longest path counts: once for each. */
  soup_server_add_early_handler (self->server, NULL, on_request, self, NULL);
  soup_server_add_early_handler (self->server, "/rtc", on_request, self, NULL);
  soup_server_add_websocket_handler (self->server, "/rtc", NULL, NULL,
      on_websocket, self, NULL);
  self->service = g_socket_service_new ();
  g_signal_connect (self->service, "incoming", G_CALLBACK (on_incoming), self);
  g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), wanted,
      G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL, &effective, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS
      (effective));
}

static void
on_stuck_request (GSocket * socket, const gchar * head, gpointer user_data)
{
  RoomScript *self = user_data;
  gboolean validate = strstr (head, "/validate?") != NULL;

  note (self, validate ? ROOM_SCRIPT_SEEN_VALIDATE : ROOM_SCRIPT_SEEN_UPGRADE,
      NULL, NULL, NULL);
  if (self->config.cut == ROOM_SCRIPT_UPGRADE) {
    cut_socket (socket, self->config.reset);
  } else if (self->config.hang == ROOM_SCRIPT_VALIDATE && !validate) {
    g_autofree gchar *reply = g_strdup_printf ("HTTP/1.1 %u Refused\r\n"
        "Content-Length: 0\r\n\r\n", self->config.status);
    g_socket_send (socket, reply, strlen (reply), NULL, NULL);
  }
}

RoomScript *
room_script_new (const RoomScriptConfig * config)
{
  g_return_val_if_fail (config != NULL, NULL);

  RoomScript *self = g_new0 (RoomScript, 1);
  self->config = *config;
  self->entries = g_ptr_array_new_with_free_func (entry_free);
  life_lock_init (&self->lock);
  life_cond_init (&self->changed);
  if (config->hang == ROOM_SCRIPT_ACCEPT) {
    self->stuck = stuck_listener_new_full ();
  } else if (config->hang == ROOM_SCRIPT_UPGRADE
      || config->hang == ROOM_SCRIPT_VALIDATE
      || config->cut == ROOM_SCRIPT_UPGRADE) {
    self->stuck = stuck_listener_new_mute (on_stuck_request, self);
  } else {
    self->loop = life_loop_new ("room-script");
    g_assert_true (life_loop_start (self->loop, NULL));
    g_assert_true (life_loop_call (self->loop, start_server, self, NULL,
            WAIT_TIMEOUT));
  }
  if (self->stuck != NULL)
    self->port = stuck_listener_get_port (self->stuck);
  self->url = g_strdup_printf ("%s://127.0.0.1:%u",
      config->certificate != NULL ? "wss" : "ws", self->port);
  return self;
}

static void
stop_server (gpointer user_data)
{
  RoomScript *self = user_data;

  if (self->socket != NULL)
    g_socket_shutdown (self->socket, TRUE, TRUE, NULL);
  drop_connection (self);
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_clear_object (&self->service);
  soup_server_disconnect (self->server);
  g_clear_object (&self->server);
}

void
room_script_free (RoomScript * self)
{
  g_return_if_fail (self != NULL);

  if (self->loop != NULL) {
    g_assert_true (life_loop_call (self->loop, stop_server, self, NULL,
            WAIT_TIMEOUT));
    g_assert_true (life_loop_stop (self->loop, WAIT_TIMEOUT));
    life_loop_unref (self->loop);
  }
  g_clear_pointer (&self->stuck, stuck_listener_free);
  life_cond_clear (&self->changed);
  life_lock_clear (&self->lock);
  g_ptr_array_unref (self->entries);
  g_free (self->url);
  g_free (self);
}

const gchar *
room_script_get_url (RoomScript * self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->url;
}

guint16
room_script_get_port (RoomScript * self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->port;
}

/* Under the lock. */
static ScriptEntry *
find_entry (RoomScript * self, gint seen, guint index)
{
  for (guint i = 0; i < self->entries->len; i++) {
    ScriptEntry *entry = g_ptr_array_index (self->entries, i);
    if (entry->seen == seen && index-- == 0)
      return entry;
  }
  return NULL;
}

gboolean
room_script_wait (RoomScript * self, gint seen, guint count)
{
  g_return_val_if_fail (self != NULL && count > 0, FALSE);

  gint64 end_time = g_get_monotonic_time () + WAIT_TIMEOUT;
  g_autoptr (LifeLocker) locker = life_locker_new (&self->lock);
  while (find_entry (self, seen, count - 1) == NULL) {
    if (!life_cond_wait_until (&self->changed, &self->lock, end_time))
      return find_entry (self, seen, count - 1) != NULL;
  }
  return TRUE;
}

guint
room_script_count (RoomScript * self, gint seen)
{
  g_return_val_if_fail (self != NULL, 0);

  g_autoptr (LifeLocker) locker = life_locker_new (&self->lock);
  guint count = 0;
  while (find_entry (self, seen, count) != NULL)
    count++;
  return count;
}

Livekit__SignalRequest *
room_script_dup_request (RoomScript * self,
    Livekit__SignalRequest__MessageCase kind, guint index)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_autoptr (LifeLocker) locker = life_locker_new (&self->lock);
  ScriptEntry *entry = find_entry (self, kind, index);
  return entry != NULL
      ? livekit_signal_parse_request (entry->request, NULL) : NULL;
}

gchar *
room_script_dup_target (RoomScript * self, RoomScriptSeen seen, guint index)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_autoptr (LifeLocker) locker = life_locker_new (&self->lock);
  ScriptEntry *entry = find_entry (self, seen, index);
  return entry != NULL ? g_strdup (entry->target) : NULL;
}

gchar *
room_script_dup_authorization (RoomScript * self, RoomScriptSeen seen,
    guint index)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_autoptr (LifeLocker) locker = life_locker_new (&self->lock);
  ScriptEntry *entry = find_entry (self, seen, index);
  return entry != NULL ? g_strdup (entry->authorization) : NULL;
}

/* Something to be done in the loop. */
typedef struct
{
  RoomScript *self;
  GBytes *bytes;                /* to send */
  gboolean leave;               /* then close */
  gboolean cut;
  gboolean reset;
} ScriptOrder;

static void
order_free (gpointer data)
{
  ScriptOrder *order = data;

  g_clear_pointer (&order->bytes, g_bytes_unref);
  g_free (order);
}

static void
carry_out (gpointer data)
{
  ScriptOrder *order = data;
  RoomScript *self = order->self;

  if (order->bytes != NULL)
    respond (self, g_bytes_ref (order->bytes));
  if (order->leave)
    close_in_order (self);
  if (order->cut && self->socket != NULL) {
    cut_socket (self->socket, order->reset);
    drop_connection (self);
    note (self, ROOM_SCRIPT_SEEN_CLOSED, NULL, NULL, NULL);
  }
}

/* Takes @bytes. */
static void
give_order (RoomScript * self, GBytes * bytes, gboolean leave, gboolean cut,
    gboolean reset)
{
  ScriptOrder *order = g_new0 (ScriptOrder, 1);

  order->self = self;
  order->bytes = bytes;
  order->leave = leave;
  order->cut = cut;
  order->reset = reset;
  life_loop_post (self->loop, carry_out, order, order_free);
}

void
room_script_send (RoomScript * self, GBytes * message)
{
  g_return_if_fail (self != NULL && message != NULL && self->loop != NULL);

  give_order (self, message, FALSE, FALSE, FALSE);
}

void
room_script_send_leave (RoomScript * self, Livekit__DisconnectReason reason)
{
  g_return_if_fail (self != NULL && self->loop != NULL);

  give_order (self, script_reply_leave (reason), TRUE, FALSE, FALSE);
}

void
room_script_cut (RoomScript * self, gboolean reset)
{
  g_return_if_fail (self != NULL && self->loop != NULL);

  give_order (self, NULL, FALSE, TRUE, reset);
}

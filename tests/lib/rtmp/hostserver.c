/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hostserver.h"

#include "hostrecord.h"
#include "life/lifeloop.h"
#include "rtmp/rtmpcommand.h"
#include "rtmp/rtmphost.h"
#include "rtmp/rtmplink.h"

#include <string.h>
#include <sys/socket.h>

#define STOP_TIMEOUT (10 * G_TIME_SPAN_SECOND)

typedef struct
{
  HostServer *server;
  GSocket *socket;
  RtmpHost *host;
  RtmpLink *link;
  GSource *clock;
  gboolean holds;               /* what was asked for: */
  RtmpEventKind held;
  guint32 held_stream;
  guint32 playing;              /* stream; 0: none */
  gboolean publishes;
  gboolean resting;             /* it is paused */
  guint played;
} Connection;

struct _HostServer
{
  HostServerConfig config;
  GTlsDatabase *database;       /* of its own certificate */
  LifeLoop *loop;
  GSocket *listener;
  GSource *source;
  guint16 port;
  GPtrArray *connections;       /* of Connection, in the loop */
  GRand *random;
  HostRecord record;
};

static void
count (HostServer * self, HostServerSeen seen)
{
  host_record_count (&self->record, seen);
}

guint64
host_server_count (HostServer * self, HostServerSeen seen)
{
  return host_record_get (&self->record, seen);
}

static void
connection_free (gpointer data)
{
  Connection *self = data;
  count (self->server, HOST_SERVER_CLOSED);
  g_source_destroy (self->clock);
  g_source_unref (self->clock);
  rtmp_link_free (self->link);
  rtmp_host_free (self->host);
  g_object_unref (self->socket);
  g_free (self);
}

static void
answer_connect (Connection * self, gint64 now)
{
  const HostServerConfig *config = &self->server->config;
  if (config->refuse_connect != NULL)
    rtmp_host_refuse_connect (self->host, config->refuse_connect, "not you",
        now);
  else
    rtmp_host_accept_connect (self->host, now);
  /* What follows is to create a stream. */
  if (config->hang == HOST_SERVER_CREATE_STREAM)
    rtmp_link_set_reading (self->link, FALSE);
}

static gboolean
is_taken (HostServer * self)
{
  gboolean taken = FALSE;
  for (guint i = 0; i < self->connections->len; i++) {
    Connection *connection = g_ptr_array_index (self->connections, i);
    taken |= connection->publishes;
  }
  return self->config.exclusive && taken;
}

static void
answer_wish (Connection * self, RtmpEventKind kind, guint32 stream, gint64 now)
{
  const HostServerConfig *config = &self->server->config;
  const gchar *code = is_taken (self->server) ? "NetStream.Publish.BadName"
      : config->refuse_stream;

  if (code != NULL) {
    rtmp_host_refuse (self->host, stream, code, "not here", now);
    return;
  }
  rtmp_host_accept (self->host, stream, now);
  if (config->deaf)
    rtmp_link_set_reading (self->link, FALSE);
  if (kind == RTMP_EVENT_PLAY)
    self->playing = stream;
  self->publishes = kind == RTMP_EVENT_PUBLISH;
  count (self->server, kind == RTMP_EVENT_PLAY ? HOST_SERVER_PLAYS
      : HOST_SERVER_PUBLISHES);
  if (config->send_to != NULL)
    rtmp_host_request_reconnect (self->host, config->send_to, NULL, now);
}

static void
answer (Connection * self, RtmpEventKind kind, guint32 stream, gint64 now)
{
  if (kind == RTMP_EVENT_CONNECT)
    answer_connect (self, now);
  else
    answer_wish (self, kind, stream, now);
}

static void
consider (Connection * self, const RtmpEvent * event, gint64 now)
{
  gboolean is_connect = event->kind == RTMP_EVENT_CONNECT;
  if (is_connect)
    host_record_set_application (&self->server->record,
        event->connect->application);
  count (self->server, is_connect ? HOST_SERVER_CONNECTS : HOST_SERVER_WISHES);
  if (self->server->config.hang != (is_connect ? HOST_SERVER_CONNECT
          : HOST_SERVER_START)) {
    answer (self, event->kind, event->stream, now);
    return;
  }
  self->holds = TRUE;
  self->held = event->kind;
  self->held_stream = event->stream;
}

static void
rest (Connection * self, gboolean resting)
{
  if (self->resting && !resting)
    self->played += self->server->config.pause_skips;
  self->resting = resting;
}

static void
handle_event (Connection * self, const RtmpEvent * event, gint64 now)
{
  RtmpSessionStats stats;

  switch (event->kind) {
    case RTMP_EVENT_CONNECT:
    case RTMP_EVENT_PUBLISH:
    case RTMP_EVENT_PLAY:
      consider (self, event, now);
      break;
    case RTMP_EVENT_PAUSE:
      if (self->server->config.pauses)
        rest (self, event->flag);
      count (self->server, HOST_SERVER_PAUSES);
      break;
    case RTMP_EVENT_MEDIA:
      rtmp_host_get_stats (self->host, &stats);
      host_record_add (&self->server->record, event->message,
          stats.chunk_size_in);
      break;
    case RTMP_EVENT_UNPUBLISH:
    case RTMP_EVENT_UNPLAY:
      self->playing = 0;
      self->publishes = FALSE;
      count (self->server, HOST_SERVER_ENDS);
      break;
    default:
      break;
  }
}

/* FALSE: the connection is gone. */
static gboolean
take_events (Connection * self, gint64 now)
{
  RtmpEvent event;
  gboolean over = FALSE;

  while (rtmp_host_take (self->host, &event, now)) {
    handle_event (self, &event, now);
    over |= event.kind == RTMP_EVENT_ENDED;
    rtmp_event_clear (&event);
  }
  if (over)
    g_ptr_array_remove_fast (self->server->connections, self);
  return !over;
}

static void
end_play (Connection * self, gint64 now)
{
  const gchar *code = self->server->config.end_code;

  if (code == NULL) {
    rtmp_host_end_play (self->host, self->playing, now);
    return;
  }
  g_autoptr (RtmpMessage) status =
      rtmp_command_new_status (self->playing, "status", code, "over", NULL);
  rtmp_host_send (self->host, status, now);
}

/* A few at a time, so that they wait in the network and not here. */
static void
play (Connection * self, gint64 now)
{
  const HostServerConfig *config = &self->server->config;
  RtmpMessageHead head = {.type = RTMP_MESSAGE_VIDEO,.stream = self->playing };
  RtmpSessionStats stats;

  if (config->to_play == 0 || self->resting)
    return;
  rtmp_host_get_stats (self->host, &stats);
  for (guint i = stats.queued_messages; i < 16 && self->playing != 0; i++) {
    if (self->played == config->to_play) {
      end_play (self, now);
      self->playing = 0;
      return;
    }
    g_autofree guint8 *data = g_malloc (config->play_size);
    memset (data, self->played, config->play_size);
    head.timestamp = self->played++;
    g_autoptr (RtmpMessage) message =
        rtmp_message_new_copy (&head, data, config->play_size);
    rtmp_host_send (self->host, message, now);
  }
}

static void
pump (Connection * self)
{
  gint64 now = g_get_monotonic_time ();

  if (!take_events (self, now))
    return;
  play (self, now);
  rtmp_link_flush (self->link);
  if (!take_events (self, now))
    return;
  gboolean plays = self->playing != 0 && self->server->config.to_play > 0;
  g_source_set_ready_time (self->clock,
      plays ? now + 1000 : rtmp_host_get_deadline (self->host));
}

static void
on_received (GBytes * owner, const guint8 * data, gsize size,
    gpointer user_data)
{
  Connection *self = user_data;

  rtmp_host_feed (self->host, owner, data, size, g_get_monotonic_time ());
  pump (self);
}

static const GOutputVector *
on_peek (guint * n, gpointer user_data)
{
  Connection *self = user_data;

  return rtmp_host_peek (self->host, n);
}

static void
on_advance (gsize size, gpointer user_data)
{
  Connection *self = user_data;

  rtmp_host_advance (self->host, size, g_get_monotonic_time ());
  g_source_set_ready_time (self->clock, 0);
}

static void
on_closed (const GError * error, gpointer user_data)
{
  Connection *self = user_data;

  rtmp_host_closed (self->host, error, g_get_monotonic_time ());
  pump (self);
}

static gboolean
on_clock (gpointer user_data)
{
  Connection *self = user_data;

  g_source_set_ready_time (self->clock, -1);
  rtmp_host_tick (self->host, g_get_monotonic_time ());
  pump (self);
  return G_SOURCE_CONTINUE;
}

static gboolean
dispatch_source (GSource * source, GSourceFunc callback, gpointer user_data)
{
  /* It goes with the connection, which its own callback may end. */
  g_source_ref (source);
  callback (user_data);
  g_source_unref (source);
  return G_SOURCE_CONTINUE;
}

static GIOStream *
new_stream (HostServer * self, GSocket * socket)
{
  g_autoptr (GSocketConnection) plain =
      g_socket_connection_factory_create_connection (socket);

  if (self->config.certificate == NULL)
    return G_IO_STREAM (g_steal_pointer (&plain));
  /* With a database from the start: without one it reads the system's. */
  return g_initable_new (g_tls_backend_get_server_connection_type
      (g_tls_backend_get_default ()), NULL, NULL, "base-io-stream", plain,
      "certificate", self->config.certificate, "database", self->database,
      NULL);
}

static gboolean
on_connection (GSocket * listener, GIOCondition condition, gpointer user_data)
{
  static GSourceFuncs source_funcs = { NULL, NULL, dispatch_source, NULL, NULL,
    NULL
  };
  static const RtmpLinkFuncs funcs = { on_received, on_peek, on_advance,
    on_closed
  };
  HostServer *self = user_data;
  RtmpHostConfig config = {.capabilities.any_video = self->config.any_video };
  g_autoptr (GSocket) socket = g_socket_accept (listener, NULL, NULL);

  if (socket == NULL)
    return G_SOURCE_CONTINUE;
  Connection *connection = g_new0 (Connection, 1);
  g_autoptr (GIOStream) stream = new_stream (self, socket);
  connection->server = self;
  connection->socket = g_object_ref (socket);
  connection->host = rtmp_host_new (&config, self->random,
      g_get_monotonic_time ());
  connection->link = rtmp_link_new (stream, &funcs, connection);
  connection->clock = g_source_new (&source_funcs, sizeof (GSource));
  g_source_set_callback (connection->clock, on_clock, connection, NULL);
  g_source_attach (connection->clock, life_loop_get_context (self->loop));
  g_ptr_array_add (self->connections, connection);
  count (self, HOST_SERVER_CONNECTIONS);
  return G_SOURCE_CONTINUE;
}

static void
begin (gpointer user_data)
{
  HostServer *self = user_data;

  self->source = g_socket_create_source (self->listener, G_IO_IN, NULL);
  g_source_set_callback (self->source, G_SOURCE_FUNC (on_connection), self,
      NULL);
  g_source_attach (self->source, life_loop_get_context (self->loop));
}

static void
end (gpointer user_data)
{
  HostServer *self = user_data;

  g_source_destroy (self->source);
  g_source_unref (self->source);
  g_ptr_array_set_size (self->connections, 0);
}

HostServer *
host_server_new (const HostServerConfig * config)
{
  HostServer *self = g_new0 (HostServer, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GInetAddress) loopback =
      g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);

  self->config = *config;
  if (config->certificate != NULL) {
    g_object_ref (config->certificate);
    self->database = host_database_new (config->certificate);
  }
  host_record_init (&self->record);
  self->random = g_rand_new_with_seed (1);
  self->connections = g_ptr_array_new_with_free_func (connection_free);
  self->listener = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM,
      G_SOCKET_PROTOCOL_TCP, &error);
  g_assert_no_error (error);
  g_socket_bind (self->listener, any, TRUE, &error);
  g_assert_no_error (error);
  g_socket_listen (self->listener, &error);
  g_assert_no_error (error);
  g_autoptr (GSocketAddress) bound =
      g_socket_get_local_address (self->listener, NULL);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  self->loop = life_loop_new ("host-server");
  g_assert_true (life_loop_start (self->loop, NULL));
  life_loop_post (self->loop, begin, self, NULL);
  return self;
}

void
host_server_free (HostServer * self)
{
  g_assert_true (life_loop_call (self->loop, end, self, NULL, STOP_TIMEOUT));
  g_assert_true (life_loop_stop (self->loop, STOP_TIMEOUT));
  life_loop_unref (self->loop);
  g_ptr_array_unref (self->connections);
  g_rand_free (self->random);
  g_object_unref (self->listener);
  g_clear_object (&self->database);
  g_clear_object (&self->config.certificate);
  host_record_clear (&self->record);
  g_free (self);
}

guint16
host_server_get_port (HostServer * self)
{
  return self->port;
}

gchar *
host_server_dup_url (HostServer * self)
{
  return g_strdup_printf ("%s://127.0.0.1:%u/live/key",
      self->config.certificate != NULL ? "rtmps" : "rtmp", self->port);
}

/* Called for each connection, with @data; then what it caused is sent. */
typedef void (*ConnectionFunc) (Connection * connection, gconstpointer data,
    gint64 now);

typedef struct
{
  HostServer *server;
  ConnectionFunc func;
  gconstpointer data;
} Wish;

static void
do_for_all (gpointer user_data)
{
  Wish *wish = user_data;
  GPtrArray *connections = wish->server->connections;

  /* From behind: one may go. */
  for (guint i = connections->len; i > 0; i--) {
    Connection *connection = g_ptr_array_index (connections, i - 1);
    wish->func (connection, wish->data, g_get_monotonic_time ());
    pump (connection);
  }
}

static void
for_all (HostServer * self, ConnectionFunc func, gconstpointer data)
{
  Wish wish = { self, func, data };

  g_assert_true (life_loop_call (self->loop, do_for_all, &wish, NULL,
          STOP_TIMEOUT));
}

static void
send_away (Connection * self, gconstpointer tc_url, gint64 now)
{
  rtmp_host_request_reconnect (self->host, tc_url, "please", now);
}

void
host_server_send_away (HostServer * self, const gchar * tc_url)
{
  for_all (self, send_away, tc_url);
}

static void
show (Connection * self, gconstpointer data, gint64 now)
{
  RtmpMessage *message = (RtmpMessage *) data;
  RtmpMessageHead head = *rtmp_message_get_head (message);
  g_autoptr (GBytes) payload = rtmp_message_dup_payload (message);

  if (self->playing == 0)
    return;
  head.stream = self->playing;
  g_autoptr (RtmpMessage) mine = rtmp_message_new (&head, payload);
  rtmp_host_send (self->host, mine, now);
}

void
host_server_show (HostServer * self, RtmpMessage * message)
{
  for_all (self, show, message);
  rtmp_message_unref (message);
}

static void
end_one (Connection * self, gconstpointer data, gint64 now)
{
  if (self->playing != 0)
    end_play (self, now);
  self->playing = 0;
}

void
host_server_end_plays (HostServer * self)
{
  for_all (self, end_one, NULL);
}

GPtrArray *
host_server_dup_media (HostServer * self)
{
  return host_record_dup_media (&self->record);
}

gchar *
host_server_dup_application (HostServer * self)
{
  return host_record_dup_application (&self->record);
}

static void
hush (Connection * self, gconstpointer data, gint64 now)
{
  rtmp_link_set_reading (self->link, FALSE);
  self->resting = TRUE;
}

void
host_server_hush (HostServer * self)
{
  for_all (self, hush, NULL);
}

static void
listen_again (Connection * self, gconstpointer data, gint64 now)
{
  self->server->config.hang = HOST_SERVER_NOTHING;
  rtmp_link_set_reading (self->link, TRUE);
  self->resting = FALSE;
  if (self->holds)
    answer (self, self->held, self->held_stream, now);
  self->holds = FALSE;
}

void
host_server_listen (HostServer * self)
{
  for_all (self, listen_again, NULL);
}

static void
cut_all (gpointer user_data)
{
  HostServer *self = user_data;

  g_ptr_array_set_size (self->connections, 0);
}

/* A close that does not linger is a reset. */
static void
reset_all (gpointer user_data)
{
  HostServer *self = user_data;
  const struct linger none = {.l_onoff = 1 };

  for (guint i = 0; i < self->connections->len; i++) {
    Connection *connection = g_ptr_array_index (self->connections, i);
    setsockopt (g_socket_get_fd (connection->socket), SOL_SOCKET, SO_LINGER,
        &none, sizeof none);
    g_socket_close (connection->socket, NULL);
  }
  cut_all (self);
}

void
host_server_cut (HostServer * self)
{
  g_assert_true (life_loop_call (self->loop, cut_all, self, NULL,
          STOP_TIMEOUT));
}

void
host_server_reset (HostServer * self)
{
  g_assert_true (life_loop_call (self->loop, reset_all, self, NULL,
          STOP_TIMEOUT));
}

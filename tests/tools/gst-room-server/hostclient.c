/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hostclient.h"

#include "life/lifelock.h"
#include "livekit/livekitlink.h"
#include "livekit/livekitrequest.h"
#include "livekit/livekitroute.h"
#include "livekit/livekitsignal.h"
#include "livekit/livekittoken.h"

#include <string.h>

#define KEY "devkey"
#define CALL_TIME (30 * G_TIME_SPAN_SECOND)
#define WAIT_TIME (30 * G_TIME_SPAN_SECOND)

#define PICTURE "videotestsrc is-live=true " \
    "! video/x-raw, width=160, height=120, framerate=15/1 " \
    "! vp8enc deadline=1 cpu-used=8"

/* What a browser offers for one video; its other end is never there. */
static const gchar offer[] = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\n"
    "t=0 0\r\na=group:BUNDLE 0\r\na=msid-semantic: WMS\r\n"
    "m=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\n"
    "a=ice-ufrag:EsAw\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\n"
    "a=fingerprint:sha-256 D2:FA:0E:C3:22:59:5E:14:95:69:92:3D:13:B4:84:24:2C"
    ":C2:A2:C0:3E:FD:34:8E:5E:EA:6F:AF:52:CE:E6:0F\r\na=setup:actpass\r\n"
    "a=sendonly\r\na=rtcp-mux\r\na=rtpmap:96 VP8/90000\r\n"
    "a=ssrc:7 cname:us\r\na=ssrc:7 msid:s c\r\n";

struct _HostClient
{
  LifeLoop *loop;
  StageKind kind;
  HostPhase phase;
  gchar *identity;
  guint16 port;
  gchar *token;

  LivekitLink *link;            /* the loop's */
  StageClient *client;          /* likewise; NULL: it has no media */
  GSocketConnection *stream;    /* of who speaks no further than a request */

  LifeLock lock;                /* guards all below */
  LifeCond changed;
  gboolean there;
  gboolean told;
  gboolean refused;
  guint status;
};

const gchar *
host_phase_get_name (HostPhase phase)
{
  static const gchar *const names[] = { "connected", "asking", "deaf",
    "joined", "adding", "offered", "checking", "live", "lost"
  };

  G_STATIC_ASSERT (G_N_ELEMENTS (names) == HOST_N_PHASES);
  return names[phase];
}

static void
set (HostClient * self, gboolean * flag)
{
  LIFE_LOCK_HOLD (&self->lock);

  *flag = TRUE;
  life_cond_broadcast (&self->changed);
}

static gboolean
wait_for (HostClient * self, const gboolean * flag)
{
  gint64 end_time = life_cond_end_time (WAIT_TIME);
  LIFE_LOCK_HOLD (&self->lock);

  while (!*flag && !self->refused) {
    if (!life_cond_wait_until (&self->changed, &self->lock, end_time))
      break;
  }
  return *flag;
}

/* -- What it says ----------------------------------------------------------- */

static void
on_say (GBytes * bytes, gpointer data)
{
  HostClient *self = data;
  g_autoptr (Livekit__SignalRequest) request =
      livekit_signal_parse_request (bytes, NULL);

  if (self->link != NULL && (self->phase != HOST_CHECKING
          || request->message_case != LIVEKIT__SIGNAL_REQUEST__MESSAGE_TRICKLE))
    livekit_link_send (self->link, bytes);
  g_bytes_unref (bytes);
}

static void
say (HostClient * self, GBytes * bytes)
{
  g_assert_nonnull (bytes);
  on_say (bytes, self);
}

static const StageClientFuncs client_funcs = {.say = on_say };

static void
begin (HostClient * self)
{
  LivekitTrackRequest track = {.cid = "c",.name = "video",.video = TRUE };

  if (self->phase == HOST_JOINED) {
    set (self, &self->there);
  } else if (self->phase <= HOST_OFFERED) {
    say (self, livekit_request_add_track (&track, NULL));
    if (self->phase == HOST_OFFERED)
      say (self, livekit_request_offer (1, offer, NULL));
  } else {
    stage_client_publish (self->client, "VP8", PICTURE, NULL);
  }
}

/* -- What it hears ---------------------------------------------------------- */

static gboolean
is_active (HostClient * self, const Livekit__ParticipantUpdate * update)
{
  for (gsize i = 0; i < update->n_participants; i++) {
    if (g_str_equal (update->participants[i]->identity, self->identity)
        && update->participants[i]->state
        == LIVEKIT__PARTICIPANT_INFO__STATE__ACTIVE)
      return TRUE;
  }
  return FALSE;
}

static void
look_there (HostClient * self, const Livekit__SignalResponse * heard)
{
  gboolean answer =
      heard->message_case == LIVEKIT__SIGNAL_RESPONSE__MESSAGE_ANSWER;
  gboolean there = self->phase == HOST_ADDING
      ? heard->message_case == LIVEKIT__SIGNAL_RESPONSE__MESSAGE_TRACK_PUBLISHED
      : self->phase == HOST_OFFERED || self->phase == HOST_CHECKING ? answer
      : self->phase >= HOST_LIVE
      && heard->message_case == LIVEKIT__SIGNAL_RESPONSE__MESSAGE_UPDATE
      && is_active (self, heard->update);

  if (there && self->phase == HOST_LOST)
    g_clear_pointer (&self->link, livekit_link_free);
  if (there)
    set (self, &self->there);
}

static void
on_message (GBytes * message, gpointer data)
{
  HostClient *self = data;
  g_autoptr (Livekit__SignalResponse) heard =
      livekit_signal_parse_response (message, NULL);

  g_assert_nonnull (heard);
  if (heard->message_case == LIVEKIT__SIGNAL_RESPONSE__MESSAGE_JOIN)
    begin (self);
  if (heard->message_case == LIVEKIT__SIGNAL_RESPONSE__MESSAGE_LEAVE
      && heard->leave->reason == LIVEKIT__DISCONNECT_REASON__SERVER_SHUTDOWN)
    set (self, &self->told);
  if (self->client != NULL)
    stage_client_hear (self->client, message);
  look_there (self, heard);
}

static void
on_refused (guint status, const gchar * body, const GError * error,
    gpointer data)
{
  HostClient *self = data;

  self->status = status;
  set (self, &self->refused);
}

static void
on_opened (gpointer data)
{
}

static void
on_closed (const GError * error, gpointer data)
{
}

static const LivekitLinkFuncs link_funcs = {
  on_opened, on_refused, on_message, on_closed,
};

static void
dial (gpointer data)
{
  HostClient *self = data;
  LivekitRouteInfo info = {.client_version = "1" };
  g_autofree gchar *url =
      g_strdup_printf ("ws://127.0.0.1:%u", (guint) self->port);
  g_autofree gchar *uri = self->kind == STAGE_ONE
      ? livekit_route_one_connection (url, &info, NULL)
      : livekit_route_two_connections (url, &info, NULL);

  if (self->phase >= HOST_CHECKING)
    self->client = stage_client_new (self->loop, self->kind, &client_funcs,
        self);
  self->link = livekit_link_new (&link_funcs, self);
  livekit_link_dial (self->link, uri, self->token);
}

/* -- Without a library ------------------------------------------------------ */

static void
connect_plainly (HostClient * self)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autofree gchar *asking = g_strdup_printf ("GET /rtc?protocol=17 HTTP/1.1"
      "\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Version: 13\r\nAuthorization: Bearer %s\r\n"
      "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n", self->token);
  gchar byte;

  g_socket_client_set_enable_proxy (client, FALSE);
  self->stream = g_socket_client_connect_to_host (client, "127.0.0.1",
      self->port, NULL, NULL);
  g_assert_nonnull (self->stream);
  GOutputStream *out =
      g_io_stream_get_output_stream (G_IO_STREAM (self->stream));
  if (self->phase == HOST_CONNECTED)
    return;
  g_assert_true (g_output_stream_write_all (out, asking, strlen (asking), NULL,
          NULL, NULL));
  if (self->phase == HOST_ASKING)
    return;
  g_assert_true (g_output_stream_write_all (out, "\r\n", 2, NULL, NULL, NULL));
  /* The first of what it is told, and no more. */
  g_assert_cmpint (g_input_stream_read (g_io_stream_get_input_stream
          (G_IO_STREAM (self->stream)), &byte, 1, NULL, NULL), ==, 1);
}

/* -- Its life --------------------------------------------------------------- */

static gchar *
make_token (const gchar * identity, const gchar * secret)
{
  g_autoptr (LivekitToken) token = livekit_token_new ();
  gint64 now = g_get_real_time () / G_TIME_SPAN_SECOND;

  token->key = g_strdup (KEY);
  token->identity = g_strdup (identity);
  token->grants.room_join = TRUE;
  token->grants.room = g_strdup ("stage");
  token->expires = now + 600;
  gchar *text = livekit_token_mint (token, secret, now, NULL);
  g_assert_nonnull (text);
  return text;
}

HostClient *
host_client_new (guint16 port, StageKind kind, HostPhase phase,
    const gchar * identity, const gchar * secret)
{
  HostClient *self = g_new0 (HostClient, 1);

  self->kind = kind;
  self->phase = phase;
  self->port = port;
  self->identity = g_strdup (identity);
  self->token = make_token (identity, secret);
  life_lock_init (&self->lock);
  life_cond_init (&self->changed);
  self->loop = life_loop_new ("host-client");
  g_assert_true (life_loop_start (self->loop, NULL));
  if (phase > HOST_DEAF) {
    g_assert_true (life_loop_call (self->loop, dial, self, NULL, CALL_TIME));
  } else {
    connect_plainly (self);
    self->there = TRUE;
  }
  return self;
}

gboolean
host_client_wait (HostClient * self)
{
  return wait_for (self, &self->there);
}

guint
host_client_wait_refused (HostClient * self)
{
  wait_for (self, &self->there);
  return self->status;
}

gboolean
host_client_wait_told (HostClient * self)
{
  return wait_for (self, &self->told);
}

static void
close_all (gpointer data)
{
  HostClient *self = data;

  g_clear_pointer (&self->link, livekit_link_free);
  if (self->client != NULL)
    stage_client_close (self->client);
}

void
host_client_free (HostClient * self)
{
  g_assert_true (life_loop_call (self->loop, close_all, self, NULL, CALL_TIME));
  if (self->client != NULL) {
    stage_client_shut (self->client);
    stage_client_free (self->client);
  }
  g_clear_object (&self->stream);
  g_assert_true (life_loop_stop (self->loop, CALL_TIME));
  life_loop_unref (self->loop);
  life_cond_clear (&self->changed);
  life_lock_clear (&self->lock);
  g_free (self->identity);
  g_free (self->token);
  g_free (self);
}

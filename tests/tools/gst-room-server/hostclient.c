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
#define PING_EVERY (5 * G_TIME_SPAN_SECOND)
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
  GSource *pings;               /* likewise */
  GSocketConnection *stream;    /* of who speaks no further than a request */
  gchar *sid;                   /* its own */
  gchar *answer;                /* to its offer, with the head */

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
    "joined", "adding", "offered", "checking", "live", "lost", "resuming",
    "posting", "watching", "hearing", "calling"
  };

  G_STATIC_ASSERT (G_N_ELEMENTS (names) == HOST_N_PHASES);
  return names[phase];
}

gboolean
host_phase_is_client (HostPhase phase)
{
  return phase > HOST_ASKING && phase <= HOST_RESUMING;
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

/* -- Without a library ------------------------------------------------------ */

#define UPGRADE "Upgrade: websocket\r\nConnection: Upgrade\r\n" \
    "Sec-WebSocket-Version: 13\r\n" \
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"

static GSocketConnection *
connect_plainly (HostClient * self)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();

  g_socket_client_set_enable_proxy (client, FALSE);
  GSocketConnection *stream = g_socket_client_connect_to_host (client,
      "127.0.0.1", self->port, NULL, NULL);
  g_assert_nonnull (stream);
  return stream;
}

static void
write_all (GSocketConnection * stream, const gchar * text)
{
  g_assert_true (g_output_stream_write_all (g_io_stream_get_output_stream
          (G_IO_STREAM (stream)), text, strlen (text), NULL, NULL, NULL));
}

/* @rest: more of the head, and what follows. */
static gchar *
make_head (HostClient * self, const gchar * line, const gchar * rest)
{
  return g_strconcat (line, " HTTP/1.1\r\nHost: 127.0.0.1\r\n"
      "Authorization: Bearer ", self->token, "\r\n", rest, NULL);
}

static gchar *
make_post (HostClient * self, const gchar * path, const gchar * sdp)
{
  g_autofree gchar *line = g_strconcat ("POST /room/stage/", path, NULL);
  g_autofree gchar *rest = g_strdup_printf ("Connection: close\r\n"
      "Content-Type: application/sdp\r\nContent-Length: %" G_GSIZE_FORMAT
      "\r\n\r\n%s", strlen (sdp), sdp);

  return make_head (self, line, rest);
}

static gchar *
make_resume (HostClient * self)
{
  g_autofree gchar *line =
      g_strconcat ("GET /rtc?protocol=17&reconnect=1&sid=", self->sid, NULL);

  return make_head (self, line, UPGRADE);
}

/* As far as it goes. */
static gchar *
make_request (HostClient * self)
{
  switch (self->phase) {
    case HOST_ASKING:
      return make_head (self, "GET /rtc?protocol=17", UPGRADE);
    case HOST_DEAF:
      return make_head (self, "GET /rtc?protocol=17", UPGRADE "\r\n");
    case HOST_RESUMING:
      return make_resume (self);
    case HOST_POSTING:
      return make_post (self, "whip", offer);
    case HOST_HEARING:
      return make_head (self, "GET /room/stage/events", "\r\n");
    case HOST_CALLING:
      return make_head (self, "POST /twirp/livekit.RoomService/ListRooms",
          "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{");
    default:
      return g_strdup ("");
  }
}

/* Waits for the beginning of an answer where there is to be one. */
static void
ask_plainly (HostClient * self)
{
  g_autofree gchar *request = make_request (self);
  gchar byte;

  self->stream = connect_plainly (self);
  write_all (self->stream, request);
  if (self->phase == HOST_DEAF || self->phase == HOST_HEARING)
    g_assert_cmpint (g_input_stream_read (g_io_stream_get_input_stream
            (G_IO_STREAM (self->stream)), &byte, 1, NULL, NULL), ==, 1);
}

static void
take_answer (gpointer data)
{
  HostClient *self = data;
  const gchar *body = strstr (self->answer, "\r\n\r\n");

  if (!g_str_has_prefix (self->answer, "HTTP/1.1 201 "))
    g_error ("no answer: %s", self->answer);
  g_assert_nonnull (body);
  stage_client_take_answer (self->client, body + 4, NULL);
}

/* The server answers in a thread of its own. */
static void
on_offer (const gchar * sdp, gpointer data)
{
  HostClient *self = data;
  g_autoptr (GSocketConnection) stream = connect_plainly (self);
  g_autofree gchar *request = make_post (self, "whep", sdp);
  g_autoptr (GOutputStream) answer = g_memory_output_stream_new_resizable ();

  write_all (stream, request);
  g_assert_cmpint (g_output_stream_splice (answer, g_io_stream_get_input_stream
          (G_IO_STREAM (stream)), G_OUTPUT_STREAM_SPLICE_NONE, NULL, NULL), >,
      0);
  g_assert_true (g_output_stream_write_all (answer, "", 1, NULL, NULL, NULL));
  g_assert_true (g_output_stream_close (answer, NULL, NULL));
  self->answer =
      g_memory_output_stream_steal_data (G_MEMORY_OUTPUT_STREAM (answer));
  life_loop_post (self->loop, take_answer, self, NULL);
}

/* The answer has all candidates of the server, whose checks find ours. */
static void
on_candidate (guint mline, const gchar * candidate, gpointer data)
{
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

static const StageClientFuncs client_funcs = { on_say, on_offer, on_candidate };

/* As clients are told to. */
static gboolean
on_ping (gpointer data)
{
  HostClient *self = data;

  if (self->link != NULL)
    say (self, livekit_request_ping (1, 0, NULL));
  return G_SOURCE_CONTINUE;
}

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

  if (there && self->phase >= HOST_LOST)
    g_clear_pointer (&self->link, livekit_link_free);
  if (there && self->phase == HOST_RESUMING)
    ask_plainly (self);
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
  if (heard->message_case == LIVEKIT__SIGNAL_RESPONSE__MESSAGE_JOIN) {
    self->sid = g_strdup (heard->join->participant->sid);
    begin (self);
  }
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
  self->pings = life_loop_add_timeout (self->loop, "host-client-pings",
      PING_EVERY, on_ping, self, NULL);
  self->link = livekit_link_new (&link_funcs, self);
  livekit_link_dial (self->link, uri, self->token);
}

static void
watch (gpointer data)
{
  HostClient *self = data;

  self->client = stage_client_new (self->loop, STAGE_QUIET, &client_funcs,
      self);
  stage_client_watch (self->client);
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
  if (phase == HOST_WATCHING) {
    g_assert_true (life_loop_call (self->loop, watch, self, NULL, CALL_TIME));
  } else if (phase > HOST_DEAF && phase <= HOST_RESUMING) {
    g_assert_true (life_loop_call (self->loop, dial, self, NULL, CALL_TIME));
  } else {
    ask_plainly (self);
    self->there = TRUE;
  }
  return self;
}

gboolean
host_client_wait (HostClient * self)
{
  if (self->phase == HOST_WATCHING)
    return media_view_wait_frames (stage_client_get_view (self->client), 1);
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

  if (self->pings != NULL)
    g_source_destroy (self->pings);
  g_clear_pointer (&self->pings, g_source_unref);
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
  g_free (self->sid);
  g_free (self->answer);
  g_free (self);
}

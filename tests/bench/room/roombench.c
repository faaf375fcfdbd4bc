/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The clients of a room server under load: one publisher of 2 Mbit/s and N
 * watchers, over LiveKit's signalling, with two connections each, so that any
 * server of that kind can be measured with the same ones. Prints "ready" when
 * all have packets, and then each second how many packets came in all, and when (in
 * microseconds). It ends with its standard input. */
#include "benchclient.h"

#include "livekit/livekitcandidate.h"
#include "livekit/livekitclient.h"
#include "livekit/livekitlink.h"
#include "livekit/livekitrequest.h"
#include "livekit/livekitsignal.h"
#include "livekit/livekittoken.h"
#include "livekit/livekiturl.h"

#include <stdio.h>
#include <unistd.h>

#define PING_TIME (3 * G_TIME_SPAN_SECOND)

static gint watchers = 20;
static const gchar *url;
static const gchar *key;
static const gchar *secret;

static const GOptionEntry options[] = {
  {"watchers", 'n', 0, G_OPTION_ARG_INT, &watchers, "how many", "N"},
  {"url", 'u', 0, G_OPTION_ARG_STRING, &url, "of the server", "URL"},
  {"key", 'k', 0, G_OPTION_ARG_STRING, &key, "API key", "KEY"},
  {"secret", 's', 0, G_OPTION_ARG_STRING, &secret, "API secret", "SECRET"},
  {NULL}
};

typedef struct _Bench Bench;

typedef struct
{
  Bench *bench;
  BenchClient *client;
  LivekitLink *link;            /* NULL: the publisher */
  guint offer_id;
} Member;

struct _Bench
{
  LifeLoop *loop;
  LivekitClient *publisher;
  Member *members;              /* the first publishes */
  gint ready;                   /* atomic */
};

static gchar *
make_token (guint number)
{
  g_autoptr (LivekitToken) token = livekit_token_new ();
  g_autoptr (GError) error = NULL;

  token->key = g_strdup (key);
  token->identity = g_strdup_printf ("member%u", number);
  token->grants.room = g_strdup ("bench");
  token->grants.room_join = 1;
  token->grants.can_publish = number == 0;
  token->grants.can_subscribe = number != 0;
  gchar *text = livekit_token_mint (token, secret,
      g_get_real_time () / G_USEC_PER_SEC, &error);
  if (text == NULL)
    g_error ("no token: %s", error->message);
  return text;
}

static void
send (Member * self, GBytes * message)
{
  livekit_link_send (self->link, message);
  g_bytes_unref (message);
}

/* The watchers. */
static void
on_describe (const gchar * sdp, gpointer data)
{
  Member *self = data;

  send (self, livekit_request_answer (self->offer_id, sdp, NULL));
}

static void
on_candidate (guint mline, const gchar * candidate, gpointer data)
{
  send (data, livekit_request_trickle (LIVEKIT_TARGET_SUBSCRIBER, mline,
          candidate, NULL));
}

static void
on_receives (gpointer data)
{
  Member *self = data;

  if (g_atomic_int_add (&self->bench->ready, 1) == watchers - 1)
    g_print ("ready\n");
}

static const BenchClientFuncs watcher_funcs = {
  on_describe, on_candidate, on_receives,
};

static void
take_trickle (Member * self, const Livekit__TrickleRequest * trickle)
{
  guint mline;
  g_autofree gchar *candidate =
      livekit_candidate_parse (trickle->candidateinit, &mline, NULL);

  if (trickle->target == LIVEKIT__SIGNAL_TARGET__SUBSCRIBER
      && candidate != NULL && *candidate != '\0')
    server_peer_add_candidate (bench_client_get_peer (self->client), mline,
        candidate);
}

static void
on_message (GBytes * bytes, gpointer data)
{
  Member *self = data;
  g_autoptr (Livekit__SignalResponse) message =
      livekit_signal_parse_response (bytes, NULL);

  if (message == NULL)
    return;
  if (message->message_case == LIVEKIT__SIGNAL_RESPONSE__MESSAGE_OFFER) {
    self->offer_id = message->offer->id;
    server_peer_set_offer (bench_client_get_peer (self->client),
        message->offer->sdp);
  } else if (message->message_case == LIVEKIT__SIGNAL_RESPONSE__MESSAGE_TRICKLE) {
    take_trickle (self, message->trickle);
  }
}

static void
on_opened (gpointer data)
{
}

static void
on_refused (guint status, const gchar * body, const GError * error,
    gpointer data)
{
  g_error ("refused: %u %s", status, body);
}

static void
on_closed (const GError * error, gpointer data)
{
  g_error ("the server has hung up");
}

static const LivekitLinkFuncs link_funcs = {
  on_opened, on_refused, on_message, on_closed,
};

static void
begin_watcher (Bench * self, guint number)
{
  Member *member = &self->members[number];
  g_autofree gchar *token = make_token (number);
  g_autofree gchar *uri = livekit_url_signal (url, "rtc",
      "protocol=15&sdk=cpp&auto_subscribe=1", NULL);

  member->bench = self;
  member->client = bench_client_new (self->loop, FALSE, &watcher_funcs, member);
  member->link = livekit_link_new (&link_funcs, member);
  livekit_link_dial (member->link, uri, token);
}

/* The publisher. */
static void
on_offer (const gchar * sdp, gpointer data)
{
  Member *self = data;

  livekit_client_offer (self->bench->publisher, sdp);
}

static void
on_own_candidate (guint mline, const gchar * candidate, gpointer data)
{
  Member *self = data;

  livekit_client_trickle (self->bench->publisher, LIVEKIT_TARGET_PUBLISHER,
      mline, candidate);
}

static const BenchClientFuncs publisher_funcs = {
  on_offer, on_own_candidate, NULL,
};

static void
publish (Bench * self)
{
  g_autofree gchar *track = bench_client_dup_track (self->members[0].client);
  LivekitTrackRequest request = {.cid = track,.name = "load",.video = TRUE,
    .source = LIVEKIT_SOURCE_CAMERA,.width = 1280,.height = 720,
    .bitrate = 2000000
  };

  livekit_client_add_track (self->publisher, &request);
}

static void
on_event (LivekitClient * client, const LivekitEvent * event, gpointer data)
{
  Bench *self = data;
  ServerPeer *peer = bench_client_get_peer (self->members[0].client);

  switch (event->type) {
    case LIVEKIT_EVENT_JOINED:
      publish (self);
      break;
    case LIVEKIT_EVENT_TRACK_PUBLISHED:
      server_peer_create_offer (peer);
      break;
    case LIVEKIT_EVENT_ANSWER:
      server_peer_set_answer (peer, event->sdp);
      break;
    case LIVEKIT_EVENT_CANDIDATE:
      if (event->candidate != NULL)
        server_peer_add_candidate (peer, event->mline, event->candidate);
      break;
    case LIVEKIT_EVENT_ACTIVE:
      for (gint i = 1; i <= watchers; i++)
        begin_watcher (self, i);
      break;
    case LIVEKIT_EVENT_TRACK_REFUSED:
    case LIVEKIT_EVENT_ENDED:
      g_error ("not published: %s", event->error->message);
      break;
    default:
      break;
  }
}

static gboolean
on_ping_time (gpointer data)
{
  Bench *self = data;

  for (gint i = 1; i <= watchers; i++) {
    if (self->members[i].link != NULL)
      send (&self->members[i],
          livekit_request_ping (g_get_real_time () / 1000, 0, NULL));
  }
  return G_SOURCE_CONTINUE;
}

static void
begin (gpointer data)
{
  Bench *self = data;
  g_autofree gchar *token = make_token (0);
  LivekitSessionConfig config = {.url = url,.token = token,.client_version =
        "bench"
  };

  self->members[0].bench = self;
  self->members[0].client =
      bench_client_new (self->loop, TRUE, &publisher_funcs, &self->members[0]);
  self->publisher = livekit_client_new (&config, TRUE, on_event, self);
  livekit_client_start (self->publisher);
  g_source_unref (life_loop_add_timeout (self->loop, "ping", PING_TIME,
          on_ping_time, self, NULL));
}

static gpointer
report (gpointer data)
{
  Bench *self = data;

  for (;;) {
    guint64 packets = 0;
    g_poll (NULL, 0, 1000);
    if (g_atomic_int_get (&self->ready) < watchers)
      continue;
    for (gint i = 1; i <= watchers; i++)
      packets += bench_client_get_packets (self->members[i].client);
    g_print ("packets %" G_GUINT64_FORMAT " %" G_GINT64_FORMAT "\n", packets,
        g_get_monotonic_time ());
  }
  return NULL;
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  Bench bench = { 0 };

  setvbuf (stdout, NULL, _IOLBF, 0);
  g_option_context_add_main_entries (context, options, NULL);
  g_option_context_add_group (context, gst_init_get_option_group ());
  if (!g_option_context_parse (context, &argc, &argv, NULL) || url == NULL
      || key == NULL || secret == NULL)
    return 64;
  bench.members = g_new0 (Member, watchers + 1);
  bench.loop = life_loop_new ("bench");
  life_loop_start (bench.loop, NULL);
  life_loop_post (bench.loop, begin, &bench, NULL);
  g_thread_unref (g_thread_new ("report", report, &bench));
  while (getchar () != EOF);
  _exit (0);
}

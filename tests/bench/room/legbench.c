/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a watcher costs the media part of the room server: one publisher of
 * 2 Mbit/s, a fan and N watchers, without LiveKit's signalling. The clients are
 * in a process of their own; what is counted is all that the server's uses. */
#include "benchclient.h"
#include "benchwire.h"

#include "serverleg.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static gint watchers = 20;
static gint seconds = 10;

static const GOptionEntry options[] = {
  {"watchers", 'n', 0, G_OPTION_ARG_INT, &watchers, "how many", "N"},
  {"seconds", 's', 0, G_OPTION_ARG_INT, &seconds, "how long", "N"},
  {NULL}
};

static const gchar *const loopback[] = { "127.0.0.1", NULL };

static const ServerPeerConfig config = {.addresses = loopback,
  .udp_only = TRUE
};

typedef struct _Bench Bench;

/* A client in one process, its leg in the other; number 0 publishes. */
typedef struct
{
  Bench *bench;
  guint number;
  ServerLeg *leg;
  BenchClient *client;
} Member;

struct _Bench
{
  LifeLoop *loop;
  BenchWire *wire;
  Member *members;
  ServerFan *fan;
  gint ready;                   /* watchers who get packets; atomic */
};

static gdouble
get_cpu (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
      + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static gdouble
get_rss (void)
{
  g_autofree gchar *text = NULL;
  gulong pages = 0;

  g_file_get_contents ("/proc/self/statm", &text, NULL, NULL);
  sscanf (text, "%*u %lu", &pages);
  return pages * (sysconf (_SC_PAGESIZE) / 1048576.0);
}

/* The clients. */
static void
on_client_describe (const gchar * sdp, gpointer data)
{
  Member *self = data;

  bench_wire_send (self->bench->wire, self->number,
      self->number == 0 ? 'O' : 'A', 0, sdp);
}

static void
on_candidate (guint mline, const gchar * candidate, gpointer data)
{
  Member *self = data;

  bench_wire_send (self->bench->wire, self->number, 'C', mline, candidate);
}

static void
on_receives (gpointer data)
{
  Member *self = data;

  bench_wire_send (self->bench->wire, self->number, 'F', 0, "");
}

static const BenchClientFuncs client_funcs = {
  on_client_describe, on_candidate, on_receives,
};

static void
take_as_client (const BenchMessage * message, gpointer data)
{
  Bench *self = data;
  Member *member = &self->members[message->member];

  if (member->client == NULL)
    member->client = bench_client_new (self->loop, member->number == 0,
        &client_funcs, member);
  ServerPeer *peer = bench_client_get_peer (member->client);
  if (message->what == 'B')
    server_peer_create_offer (peer);
  else if (message->what == 'O')
    server_peer_set_offer (peer, message->text);
  else if (message->what == 'A')
    server_peer_set_answer (peer, message->text);
  else if (message->what == 'C')
    server_peer_add_candidate (peer, message->mline, message->text);
}

/* The server. */
static void
on_failed (const GError * error, gpointer data)
{
  g_error ("a leg failed: %s", error->message);
}

static void
on_describe (gboolean offer, const gchar * sdp, gpointer data)
{
  Member *self = data;

  bench_wire_send (self->bench->wire, self->number, offer ? 'O' : 'A', 0, sdp);
}

static void
on_leg_state (GstWebRTCPeerConnectionState state, gpointer data)
{
}

static const ServerLegFuncs leg_funcs;

static void
begin_watcher (Bench * self, guint number)
{
  Member *member = &self->members[number];
  g_autofree gchar *track = g_strdup_printf ("track%u", number);

  member->leg = server_leg_new (self->loop, &config, &leg_funcs, member, NULL);
  server_leg_add_outlet (member->leg, self->fan, "load", track);
  server_leg_create_offer (member->leg);
}

static void
on_track (ServerTrack * track, gpointer data)
{
  Member *self = data;

  self->bench->fan = server_fan_new (server_track_get_codec (track));
  server_track_attach (track, self->bench->fan);
  for (gint i = 1; i <= watchers; i++)
    begin_watcher (self->bench, i);
}

static void
on_track_gone (ServerTrack * track, gpointer data)
{
}

static const ServerLegFuncs leg_funcs = {
  on_describe, on_candidate, on_leg_state, on_track, on_track_gone, on_failed,
  NULL,
};

static void
take_as_server (const BenchMessage * message, gpointer data)
{
  Bench *self = data;
  Member *member = &self->members[message->member];

  if (message->what == 'O')
    server_leg_set_offer (member->leg, message->text, NULL);
  else if (message->what == 'A')
    server_leg_set_answer (member->leg, message->text);
  else if (message->what == 'C')
    server_leg_add_candidate (member->leg, message->mline, message->text);
  else if (message->what == 'F' && message->member > 0)
    g_atomic_int_inc (&self->ready);
}

static void
begin (Bench * self, int fd, BenchWireFunc take)
{
  gst_init (NULL, NULL);
  self->members = g_new0 (Member, watchers + 1);
  for (gint i = 0; i <= watchers; i++) {
    self->members[i].bench = self;
    self->members[i].number = i;
  }
  self->loop = life_loop_new ("bench");
  self->wire = bench_wire_new (fd, self->loop, take, self);
  life_loop_start (self->loop, NULL);
}

static void
begin_publisher (gpointer data)
{
  Bench *self = data;

  self->members[0].leg =
      server_leg_new (self->loop, &config, &leg_funcs, &self->members[0], NULL);
  bench_wire_send (self->wire, 0, 'B', 0, "");
}

static void
report (Bench * self, gdouble cpu, gdouble wall, gdouble rss,
    const ServerFanCounts * before, const ServerFanCounts * after)
{
  gdouble rate = (after->bytes - before->bytes) * 8 / wall / 1e6;

  g_print ("watchers %d  cpu %.1f %%  per watcher %.2f %%  rss per watcher "
      "%.2f MB  (%.2f Mbit/s, %.0f packets/s)\n", watchers, cpu / wall * 100,
      cpu / wall * 100 / watchers, rss / watchers, rate,
      (after->packets - before->packets) / wall);
}

static void
measure (Bench * self)
{
  ServerFanCounts before, after;
  gdouble rss = get_rss ();

  life_loop_post (self->loop, begin_publisher, self, NULL);
  while (g_atomic_int_get (&self->ready) < watchers)
    g_poll (NULL, 0, 50);
  g_poll (NULL, 0, 3000);
  gdouble cpu = get_cpu ();
  gint64 begun = g_get_monotonic_time ();
  server_fan_get_counts (self->fan, &before);
  g_poll (NULL, 0, seconds * 1000);
  server_fan_get_counts (self->fan, &after);
  report (self, get_cpu () - cpu, (g_get_monotonic_time () - begun) / 1e6,
      get_rss () - rss, &before, &after);
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  Bench bench = { 0 };
  int fds[2];

  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, NULL)
      || socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0)
    return 64;
  pid_t child = fork ();
  if (child == 0) {
    close (fds[0]);
    begin (&bench, fds[1], take_as_client);
    for (;;)
      pause ();
  }
  close (fds[1]);
  begin (&bench, fds[0], take_as_server);
  measure (&bench);
  /* The clients end with the wire. */
  _exit (0);
}

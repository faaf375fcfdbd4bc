/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A caller and a host talk over a network that slices, delays, breaks, and in
 * some runs damages what it carries. Some hosts want a password, for which the
 * caller dials again; some callers do not read for a while. RTMP_TEST_SEED repeats a run,
 * RTMP_TEST_RUNS says how many there are. */
#include "rtmp/rtmpcaller.h"
#include "rtmp/rtmphost.h"
#include "simpipe.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RUNS 2000
#define MAX_STEPS 20000
#define SECOND G_TIME_SPAN_SECOND

/* What the network does to a run. */
typedef enum
{
  FAULT_NONE,
  FAULT_RESET,                  /* both ends are cut at once */
  FAULT_TRUNCATE,               /* a tail is lost, then the connection */
  FAULT_REORDER,                /* two slices change places */
  FAULT_DAMAGE,                 /* a byte changes */
  FAULT_BLACK_HOLE,             /* nothing goes any more, either way */
  N_FAULTS
} Fault;

/* What the host does with a client. */
typedef enum
{
  POLICY_ACCEPT,
  POLICY_REFUSE_CONNECT,
  POLICY_REFUSE_STREAM,
  POLICY_ASK,                   /* for a password, in the third connect */
  POLICY_ASK_IN_VAIN,           /* and it is wrong */
  N_POLICIES
} Policy;

#define ASK_DIALS 3

typedef struct
{
  guint32 seed;
  GRand *random;
  gint64 now;
  Fault fault;
  guint fault_at;               /* step */
  Policy policy;
  gboolean publish;
  RtmpCaller *caller;
  RtmpHost *host;
  GByteArray *up;               /* on its way */
  GByteArray *down;
  gboolean open;
  gboolean over;                /* the host has gone; its words are under way */
  gboolean deaf;                /* the caller reads nothing */
  gboolean unheard;             /* nor has it noticed the end */
  gboolean hole;
  guint dials;
  guint to_send;                /* messages that are not sent yet */
  guint sent;
  guint received;
  gboolean damaged;             /* what is received may be anything */
  guint caller_ended;
  guint host_ended;
  gboolean in_order;            /* how the caller has ended */
  gboolean started;
  gint uses;                    /* of streams, at the host */
  gboolean closing;
} Run;

#define REQUIRE(run, condition) \
    ck_assert_msg (condition, "RTMP_TEST_SEED=%u: not true: %s", \
        (run)->seed, #condition)

static guint
draw (Run * run, guint below)
{
  return g_rand_int_range (run->random, 0, below);
}

/* Message @index has a length and contents of its own. */
static RtmpMessage *
new_message (guint index, guint32 stream)
{
  RtmpMessageHead head = {
    .type = index % 3 == 0 ? RTMP_MESSAGE_AUDIO : RTMP_MESSAGE_VIDEO,
    .timestamp = index * 20,.stream = stream
  };
  guint8 data[3000];
  gsize size = 1 + index * 131 % sizeof data;

  memset (data, index, size);
  return rtmp_message_new_copy (&head, data, size);
}

static void
check_message (Run * run, const RtmpMessage * message)
{
  if (run->damaged)
    return;
  g_autoptr (RtmpMessage) wanted = new_message (run->received++, 1);
  gsize size;
  const guint8 *data = rtmp_message_get_data (message, &size);

  REQUIRE (run, size == rtmp_message_get_size (wanted));
  REQUIRE (run, memcmp (data, rtmp_message_get_data (wanted, NULL), size) == 0);
  REQUIRE (run, message->head.timestamp == wanted->head.timestamp);
  REQUIRE (run, message->head.type == wanted->head.type);
}

static void
close_host (Run * run)
{
  g_byte_array_set_size (run->up, 0);
  rtmp_host_closed (run->host, NULL, run->now);
}

static void
cut (Run * run)
{
  if (!run->open)
    return;
  run->open = FALSE;
  g_byte_array_set_size (run->down, 0);
  if (run->deaf)
    run->unheard = TRUE;
  else
    rtmp_caller_closed (run->caller, NULL, run->now);
  if (!run->over)
    close_host (run);
}

/* What the host has said before it hung up still comes. */
static void
hang_up_host (Run * run)
{
  if (!run->open || run->over)
    return;
  run->over = TRUE;
  close_host (run);
}

/* Who does not read hears of an end when it reads on, or wants to write. */
static void
hear_of_the_end (Run * run)
{
  guint n = 0;

  if (run->unheard)
    rtmp_caller_peek (run->caller, &n);
  if (run->unheard && (n > 0 || !run->deaf)) {
    run->unheard = FALSE;
    rtmp_caller_closed (run->caller, NULL, run->now);
  }
  if (run->over && run->down->len == 0)
    cut (run);
}

static void take_host (Run * run);

/* The socket of the dial before is closed. */
static void
drop_host (Run * run)
{
  if (run->host == NULL)
    return;
  if (run->open && !run->over)
    close_host (run);
  run->open = run->over = FALSE;
  g_byte_array_set_size (run->down, 0);
  take_host (run);
  REQUIRE (run, run->host_ended == 1 && run->uses == 0 && !run->started);
  run->host_ended = 0;
  g_clear_pointer (&run->host, rtmp_host_free);
}

static void
open_connection (Run * run)
{
  RtmpHostConfig config = {.chunk_size = 1 + draw (run, 5000) };

  drop_host (run);
  run->dials++;
  config.capabilities.caps = RTMP_CAPS_RECONNECT;
  run->host = rtmp_host_new (&config, run->random, run->now);
  run->open = TRUE;
  rtmp_caller_opened (run->caller, run->now);
}

static void
on_caller_event (Run * run, RtmpEvent * event)
{
  REQUIRE (run, run->caller_ended == 0);
  switch (event->kind) {
    case RTMP_EVENT_DIAL:
      REQUIRE (run, run->dials < ASK_DIALS);
      open_connection (run);
      break;
    case RTMP_EVENT_HANG_UP:
      cut (run);
      break;
    case RTMP_EVENT_STARTED:
      REQUIRE (run, !run->started);
      run->started = TRUE;
      break;
    case RTMP_EVENT_MEDIA:
      REQUIRE (run, run->started && !run->publish);
      check_message (run, event->message);
      break;
    case RTMP_EVENT_ENDED:
      run->caller_ended++;
      run->in_order = event->error == NULL;
      break;
    default:
      break;
  }
}

static void
take_caller (Run * run)
{
  RtmpEvent event;

  while (rtmp_caller_take (run->caller, &event, run->now)) {
    on_caller_event (run, &event);
    rtmp_event_clear (&event);
  }
}

static void
decide (Run * run, guint32 stream)
{
  run->uses++;
  if (run->policy != POLICY_REFUSE_STREAM) {
    rtmp_host_accept (run->host, stream, run->now);
  } else if (rtmp_host_refuse (run->host, stream, run->publish
          ? "NetStream.Publish.BadName" : "NetStream.Play.StreamNotFound",
          NULL, run->now)) {
    run->uses--;
  }
}

/* As Adobe's servers: rtmpauth.c knows whether the answer is right. */
static const gchar *demands[ASK_DIALS] = {
  "[ AccessManager.Reject ] : [ code=403 need auth; authmod=adobe ] : ",
  "[ AccessManager.Reject ] : [ authmod=adobe ] : ?reason=needauth&user=user"
      "&salt=salt&challenge=word&opaque=word",
  "[ AccessManager.Reject ] : [ authmod=adobe ] : ?reason=authfailed",
};

static void
decide_connect (Run * run, const gchar * application)
{
  gboolean asks = run->policy >= POLICY_ASK
      && (run->policy == POLICY_ASK_IN_VAIN
      || strstr (application, "&response=") == NULL);

  if (run->policy == POLICY_REFUSE_CONNECT || asks)
    rtmp_host_refuse_connect (run->host, "NetConnection.Connect.Rejected",
        asks ? demands[run->dials - 1] : NULL, run->now);
  else
    rtmp_host_accept_connect (run->host, run->now);
}

static void
on_host_event (Run * run, RtmpEvent * event)
{
  REQUIRE (run, run->host_ended == 0);
  switch (event->kind) {
    case RTMP_EVENT_CONNECT:
      decide_connect (run, event->connect->application);
      break;
    case RTMP_EVENT_PUBLISH:
    case RTMP_EVENT_PLAY:
      decide (run, event->stream);
      break;
    case RTMP_EVENT_UNPUBLISH:
    case RTMP_EVENT_UNPLAY:
      run->uses--;
      break;
    case RTMP_EVENT_MEDIA:
      REQUIRE (run, run->uses > 0);
      check_message (run, event->message);
      break;
    case RTMP_EVENT_HANG_UP:
      hang_up_host (run);
      break;
    case RTMP_EVENT_ENDED:
      run->host_ended++;
      break;
    default:
      break;
  }
}

static void
take_host (Run * run)
{
  RtmpEvent event;

  while (run->host != NULL && rtmp_host_take (run->host, &event, run->now)) {
    on_host_event (run, &event);
    rtmp_event_clear (&event);
  }
}

static void
send_up (Run * run)
{
  guint n;
  const GOutputVector *vectors = rtmp_caller_peek (run->caller, &n);

  if (run->open && !run->hole && n > 0)
    rtmp_caller_advance (run->caller, sim_pipe_put (run->up, run->random,
            vectors, n), run->now);
}

static void
send_down (Run * run)
{
  guint n;

  if (!run->open || run->over || run->hole)
    return;
  const GOutputVector *vectors = rtmp_host_peek (run->host, &n);
  if (n > 0)
    rtmp_host_advance (run->host, sim_pipe_put (run->down, run->random,
            vectors, n), run->now);
}

static void
receive_up (Run * run)
{
  if (run->over)
    g_byte_array_set_size (run->up, 0);
  if (!run->open || run->up->len == 0)
    return;
  g_autoptr (GBytes) bytes = sim_pipe_take (run->up, run->random);
  rtmp_host_feed (run->host, bytes, g_bytes_get_data (bytes, NULL),
      g_bytes_get_size (bytes), run->now);
  take_host (run);
}

static void
receive_down (Run * run)
{
  if (!run->open || run->deaf || run->down->len == 0)
    return;
  g_autoptr (GBytes) bytes = sim_pipe_take (run->down, run->random);
  rtmp_caller_feed (run->caller, bytes, g_bytes_get_data (bytes, NULL),
      g_bytes_get_size (bytes), run->now);
  take_caller (run);
}

/* Shorter than any deadline, most times. */
static void
turn_deaf (Run * run)
{
  if (!run->deaf && (!run->started || draw (run, 4) > 0))
    return;
  if (run->deaf && draw (run, 8) > 0)
    return;
  run->deaf = !run->deaf;
  rtmp_caller_set_reading (run->caller, !run->deaf, run->now);
}

/* Who publishes has a message to send; at the end the caller goes. */
static void
act (Run * run)
{
  if (run->to_send > 0) {
    g_autoptr (RtmpMessage) message = new_message (run->sent, 1);
    gboolean good = run->publish
        ? rtmp_caller_send (run->caller, message, run->now)
        : run->host != NULL && rtmp_host_send (run->host, message, run->now);
    if (good) {
      run->to_send--;
      run->sent++;
    }
    return;
  }
  gboolean all = run->publish || run->received == run->sent;
  if (!run->closing && all && run->started) {
    run->closing = TRUE;
    rtmp_caller_close (run->caller, run->now);
    take_caller (run);
  }
}

static void
strike (Run * run)
{
  GByteArray *pipe = draw (run, 2) ? run->up : run->down;

  switch (run->fault) {
    case FAULT_RESET:
      cut (run);
      break;
    case FAULT_TRUNCATE:
      g_byte_array_set_size (pipe, pipe->len / 2);
      receive_up (run);
      receive_down (run);
      cut (run);
      break;
    case FAULT_REORDER:
      run->damaged |= sim_pipe_swap (pipe);
      break;
    case FAULT_DAMAGE:
      run->damaged |= sim_pipe_flip (pipe, run->random);
      break;
    case FAULT_BLACK_HOLE:
      run->hole = TRUE;
      break;
    default:
      break;
  }
  take_caller (run);
  take_host (run);
}

static gint64
earlier (gint64 a, gint64 b)
{
  if (a < 0 || b < 0)
    return MAX (a, b);
  return MIN (a, b);
}

static gboolean
is_quiet (Run * run)
{
  guint up = 0, down = 0;

  if (run->open && !run->hole) {
    rtmp_caller_peek (run->caller, &up);
    if (!run->over)
      rtmp_host_peek (run->host, &down);
  }
  return up + down + run->up->len + run->down->len == 0;
}

/* A moment; or until the next deadline, when nothing else can happen. */
static void
pass_time (Run * run)
{
  gint64 deadline = rtmp_caller_get_deadline (run->caller);

  if (run->host != NULL)
    deadline = earlier (deadline, rtmp_host_get_deadline (run->host));
  if (is_quiet (run) && deadline > run->now && draw (run, 4) == 0)
    run->now = deadline;
  else
    run->now += draw (run, 20000);
  rtmp_caller_tick (run->caller, run->now);
  if (run->host != NULL)
    rtmp_host_tick (run->host, run->now);
  take_caller (run);
  take_host (run);
}

static void
step (Run * run)
{
  switch (draw (run, 9)) {
    case 0:
    case 1:
      send_up (run);
      break;
    case 2:
    case 3:
      send_down (run);
      break;
    case 4:
      receive_up (run);
      break;
    case 5:
      receive_down (run);
      break;
    case 6:
      act (run);
      break;
    case 7:
      turn_deaf (run);
      break;
    default:
      pass_time (run);
      break;
  }
  hear_of_the_end (run);
  take_caller (run);
  take_host (run);
}

static void
check_end (Run * run)
{
  REQUIRE (run, run->caller_ended == 1);
  REQUIRE (run, run->host_ended == 1);
  REQUIRE (run, run->uses == 0);
  REQUIRE (run, run->received <= run->sent || run->damaged);
  if (run->fault != FAULT_NONE)
    return;
  REQUIRE (run, run->dials == (run->policy >= POLICY_ASK ? ASK_DIALS : 1));
  if (run->policy != POLICY_ACCEPT && run->policy != POLICY_ASK) {
    REQUIRE (run, !run->in_order && run->received == 0);
    return;
  }
  /* Nothing was lost, and all said goodbye. */
  REQUIRE (run, run->in_order && run->started);
  REQUIRE (run, run->to_send == 0 && run->received == run->sent);
}

static void
simulate (guint32 seed)
{
  Run run = {.seed = seed,.random = g_rand_new_with_seed (seed),
    .now = 1000 * SECOND,.up = g_byte_array_new (),
    .down = g_byte_array_new ()
  };
  g_autoptr (RtmpUrl) url = rtmp_url_parse ("rtmp://h/live/key", NULL);
  RtmpCallerConfig config = {.dialogue = {.url = url,
      .stop_commands = RTMP_STOP_FCUNPUBLISH | RTMP_STOP_DELETE_STREAM},
  .close_timeout = 60 * SECOND,.user = "user",.password = "word"
  };

  run.fault = draw (&run, 2) ? FAULT_NONE : draw (&run, N_FAULTS);
  run.fault_at = draw (&run, 300);
  run.policy = draw (&run, 3) ? POLICY_ACCEPT : draw (&run, N_POLICIES);
  run.publish = draw (&run, 2);
  run.to_send = draw (&run, 30);
  config.digest = draw (&run, 2);
  config.dialogue.publish = run.publish;
  config.dialogue.chunk_size = 1 + draw (&run, 5000);
  run.caller = rtmp_caller_new (&config, run.random);
  rtmp_caller_start (run.caller, run.now);
  take_caller (&run);
  for (guint i = 0; i < MAX_STEPS
      && (run.caller_ended == 0 || run.host_ended == 0); i++) {
    step (&run);
    if (i == run.fault_at)
      strike (&run);
  }
  /* One that damage has left waiting for what will not come. */
  if (run.damaged && run.caller_ended == 0) {
    rtmp_caller_close (run.caller, run.now);
    for (guint i = 0; i < MAX_STEPS && run.host_ended == 0; i++)
      step (&run);
  }
  check_end (&run);
  rtmp_caller_free (run.caller);
  rtmp_host_free (run.host);
  g_byte_array_unref (run.up);
  g_byte_array_unref (run.down);
  g_rand_free (run.random);
}

START_TEST (test_every_run_ends_as_it_should)
{
  const gchar *given = g_getenv ("RTMP_TEST_SEED");
  const gchar *runs = g_getenv ("RTMP_TEST_RUNS");
  guint count = runs != NULL ? strtoul (runs, NULL, 10) : RUNS;

  if (given != NULL) {
    simulate (strtoul (given, NULL, 10));
    return;
  }
  guint32 first = g_random_int ();
  printf ("%u runs from RTMP_TEST_SEED=%u\n", count, first);
  fflush (stdout);
  for (guint i = 0; i < count; i++)
    simulate (first + i);
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("rtmpsimulation");
  TCase *tcase = tcase_create ("rtmpsimulation");
  tcase_add_test (tcase, test_every_run_ends_as_it_should);
  suite_add_tcase (suite, tcase);
  return suite;
}

int
main (void)
{
  SRunner *runner = srunner_create (create_suite ());
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

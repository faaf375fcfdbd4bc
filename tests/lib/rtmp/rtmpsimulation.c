/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A caller and a host talk over a network that slices, delays, breaks, and in
 * some runs damages what it carries. RTMP_TEST_SEED repeats a run,
 * RTMP_TEST_RUNS says how many there are. */
#include "rtmp/rtmpcaller.h"
#include "rtmp/rtmphost.h"

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
  N_POLICIES
} Policy;

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
  gboolean hole;
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
cut (Run * run)
{
  if (!run->open)
    return;
  run->open = FALSE;
  g_byte_array_set_size (run->up, 0);
  g_byte_array_set_size (run->down, 0);
  rtmp_caller_closed (run->caller, NULL, run->now);
  rtmp_host_closed (run->host, NULL, run->now);
}

static void
open_connection (Run * run)
{
  RtmpHostConfig config = {.chunk_size = 1 + draw (run, 5000) };

  config.capabilities.caps = RTMP_CAPS_RECONNECT;
  g_clear_pointer (&run->host, rtmp_host_free);
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
      REQUIRE (run, run->host == NULL);
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

static void
on_host_event (Run * run, RtmpEvent * event)
{
  REQUIRE (run, run->host_ended == 0);
  switch (event->kind) {
    case RTMP_EVENT_CONNECT:
      if (run->policy == POLICY_REFUSE_CONNECT)
        rtmp_host_refuse_connect (run->host, "NetConnection.Connect.Rejected",
            NULL, run->now);
      else
        rtmp_host_accept_connect (run->host, run->now);
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
      cut (run);
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

/* A part of what one end wants to send goes into the network. */
static gsize
collect (Run * run, const GOutputVector * vectors, guint n, GByteArray * pipe)
{
  gsize left = 1 + draw (run, draw (run, 2) ? 5000 : 50), size = 0;

  for (guint i = 0; i < n && left > 0; i++) {
    gsize part = MIN (left, vectors[i].size);
    g_byte_array_append (pipe, vectors[i].buffer, part);
    left -= part;
    size += part;
  }
  return size;
}

static void
send_up (Run * run)
{
  guint n;
  const GOutputVector *vectors = rtmp_caller_peek (run->caller, &n);

  if (run->open && !run->hole && n > 0)
    rtmp_caller_advance (run->caller, collect (run, vectors, n, run->up),
        run->now);
}

static void
send_down (Run * run)
{
  guint n;

  if (!run->open || run->hole)
    return;
  const GOutputVector *vectors = rtmp_host_peek (run->host, &n);
  if (n > 0)
    rtmp_host_advance (run->host, collect (run, vectors, n, run->down),
        run->now);
}

/* A slice leaves the network. */
static GBytes *
deliver (Run * run, GByteArray * pipe)
{
  gsize size = 1 + draw (run, draw (run, 2) ? 8000 : 20);

  size = MIN (size, pipe->len);
  GBytes *bytes = g_bytes_new (pipe->data, size);

  g_byte_array_remove_range (pipe, 0, size);
  return bytes;
}

static void
receive_up (Run * run)
{
  if (!run->open || run->up->len == 0)
    return;
  g_autoptr (GBytes) bytes = deliver (run, run->up);
  rtmp_host_feed (run->host, bytes, g_bytes_get_data (bytes, NULL),
      g_bytes_get_size (bytes), run->now);
  take_host (run);
}

static void
receive_down (Run * run)
{
  if (!run->open || run->down->len == 0)
    return;
  g_autoptr (GBytes) bytes = deliver (run, run->down);
  rtmp_caller_feed (run->caller, bytes, g_bytes_get_data (bytes, NULL),
      g_bytes_get_size (bytes), run->now);
  take_caller (run);
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
damage (Run * run, GByteArray * pipe)
{
  if (pipe->len < 4)
    return;
  run->damaged = TRUE;
  if (run->fault == FAULT_DAMAGE) {
    pipe->data[draw (run, pipe->len)] ^= 1 << draw (run, 8);
    return;
  }
  guint half = pipe->len / 2;
  g_autofree guint8 *copy = g_memdup2 (pipe->data, pipe->len);
  memcpy (pipe->data, copy + half, pipe->len - half);
  memcpy (pipe->data + pipe->len - half, copy, half);
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
    case FAULT_DAMAGE:
      damage (run, pipe);
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
  switch (draw (run, 8)) {
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
    default:
      pass_time (run);
      break;
  }
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
  if (run->policy != POLICY_ACCEPT) {
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
  .close_timeout = 60 * SECOND
  };

  run.fault = draw (&run, 2) ? FAULT_NONE : draw (&run, N_FAULTS);
  run.fault_at = draw (&run, 300);
  run.policy = draw (&run, 4) ? POLICY_ACCEPT : draw (&run, N_POLICIES);
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

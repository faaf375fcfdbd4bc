/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One stop, whatever leads to it at the same moment. */
#include <check.h>
#include <signal.h>

#include "fakeroompublish.h"
#include "runfixture.h"

static RunFixture *fixture;
static gint wins;

/* More for luck, or fewer under a sanitizer. */
static guint
get_loops (void)
{
  const gchar *wanted = g_getenv ("TEST_LOOPS");
  guint64 loops = wanted ? g_ascii_strtoull (wanted, NULL, 10) : 0;
  return loops > 0 ? (guint) MIN (loops, 10000) : 100;
}

static gpointer
stop_and_count (gpointer data)
{
  if (publisher_run_stop (run_fixture_get_run (fixture),
          PUBLISHER_EXIT_SIGNAL, "one of many"))
    g_atomic_int_inc (&wins);
  return NULL;
}

static void
cause_eos (void)
{
  GstElement *pipeline = run_fixture_get_pipeline (fixture);
  gst_element_post_message (pipeline,
      gst_message_new_eos (GST_OBJECT (pipeline)));
}

static void
cause_error (void)
{
  GST_ELEMENT_ERROR (run_fixture_get_pipeline (fixture), STREAM, FAILED,
      ("broken"), (NULL));
}

static void
cause_signal (void)
{
  run_fixture_signal (fixture, SIGTERM);
}

static void
cause_removal (void)
{
  fake_room_publish_end (run_fixture_get_room (fixture), "removed");
}

static void
cause_stop (void)
{
  publisher_run_stop (run_fixture_get_run (fixture), PUBLISHER_EXIT_SIGNAL,
      "stopped by a test");
}

typedef struct
{
  void (*func) (void);
  gint code;
} Cause;

static const Cause causes[] = {
  {cause_eos, 0},
  {cause_error, 70},
  {cause_signal, 0},
  {cause_removal, 79},
  {cause_stop, 0},
};

static const Cause *racers[2];
static FakeRoomPhase race_phase;
static gboolean with_host;
static gint at_the_line;        /* atomic */

/* Both wait for each other, so that they go at the same moment. */
static gpointer
run_racer (gpointer data)
{
  const Cause *cause = racers[GPOINTER_TO_INT (data)];
  fake_room_publish_wait (run_fixture_get_room (fixture), race_phase);
  g_atomic_int_inc (&at_the_line);
  while (g_atomic_int_get (&at_the_line) < 2);
  cause->func ();
  return NULL;
}

static void
race (const Cause * a, const Cause * b, FakeRoomPhase phase)
{
  fixture = run_fixture_new (RUN_FIXTURE_LIVE, "join", "");
  if (with_host)
    run_fixture_add_host (fixture);
  racers[0] = a;
  racers[1] = b;
  race_phase = phase;
  at_the_line = 0;
  GThread *first = g_thread_new ("racer", run_racer, GINT_TO_POINTER (0));
  GThread *second = g_thread_new ("racer", run_racer, GINT_TO_POINTER (1));
  gint code = run_fixture_execute (fixture);
  g_thread_join (first);
  g_thread_join (second);
  ck_assert_msg (code == a->code || code == b->code,
      "causes of %d and %d gave %d", a->code, b->code, code);
  run_fixture_assert_one_stop (fixture);
  g_clear_pointer (&fixture, run_fixture_free);
}

static void
run_once (void)
{
  fixture = run_fixture_new ("fakesrc num-buffers=3 ! video/x-vp8", "join", "");
  if (with_host)
    run_fixture_add_host (fixture);
  ck_assert_int_eq (run_fixture_execute (fixture), 0);
  g_clear_pointer (&fixture, run_fixture_free);
}

static guint
count_entries (const gchar * path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint entries = 0;
  while (g_dir_read_name (dir))
    entries++;
  return entries;
}

/* What threads that have been joined have left may go a moment later. */
static void
wait_entries (const gchar * path, guint most)
{
  gint64 end = g_get_monotonic_time () + RUN_FIXTURE_WAIT_US;

  while (count_entries (path) > most && g_get_monotonic_time () < end)
    g_poll (NULL, 0, 5);
  ck_assert_uint_le (count_entries (path), most);
}

/* Not in main(): GStreamer starts a thread, and a process with threads cannot
 * be forked under ThreadSanitizer. */
static void
setup (void)
{
  gst_init (NULL, NULL);
  ck_assert (fake_room_publish_register (NULL));
}

static void
teardown (void)
{
  with_host = FALSE;
}

static void
race_all (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (causes); i++) {
    for (gsize j = 0; j < G_N_ELEMENTS (causes); j++) {
      for (gint phase = FAKE_ROOM_STARTED; phase <= FAKE_ROOM_LIVE; phase++)
        race (&causes[i], &causes[j], phase);
    }
  }
}

START_TEST (test_every_two_causes_at_once_are_one_stop)
{
  race_all ();
}

END_TEST;

START_TEST (test_every_two_causes_at_once_are_one_stop_of_a_room_server)
{
  with_host = TRUE;
  race_all ();
}

END_TEST;

START_TEST (test_end_of_stream_and_signal_at_once_are_one_stop)
{
  for (guint i = 0; i < get_loops (); i++)
    race (&causes[0], &causes[2], FAKE_ROOM_LIVE);
}

END_TEST;

START_TEST (test_many_stops_at_once_have_one_winner)
{
  for (guint i = 0; i < get_loops (); i++) {
    fixture = run_fixture_new (RUN_FIXTURE_LIVE, "join", "");
    GThread *threads[8];
    wins = 0;
    for (gsize t = 0; t < G_N_ELEMENTS (threads); t++)
      threads[t] = g_thread_new ("stopper", stop_and_count, NULL);
    ck_assert_int_eq (run_fixture_execute (fixture), 0);
    for (gsize t = 0; t < G_N_ELEMENTS (threads); t++)
      g_thread_join (threads[t]);
    ck_assert_int_eq (wins, 1);
    g_clear_pointer (&fixture, run_fixture_free);
  }
}

END_TEST;

static void
assert_nothing_is_left (void)
{
  for (gint i = 0; i < 10; i++)
    run_once ();
  guint files = count_entries ("/proc/self/fd");
  guint threads = count_entries ("/proc/self/task");
  for (gint i = 0; i < 50; i++)
    run_once ();
  wait_entries ("/proc/self/fd", files);
  /* GStreamer and GLib keep a few idle threads in their pools. */
  wait_entries ("/proc/self/task", threads + 20);
}

START_TEST (test_nothing_is_left_after_many_runs)
{
  assert_nothing_is_left ();
}

END_TEST;

START_TEST (test_nothing_is_left_of_many_room_servers)
{
  with_host = TRUE;
  assert_nothing_is_left ();
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("publisherstop");
  TCase *tcase = tcase_create ("all");
  tcase_set_timeout (tcase, 280);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_every_two_causes_at_once_are_one_stop);
  tcase_add_test (tcase,
      test_every_two_causes_at_once_are_one_stop_of_a_room_server);
  tcase_add_test (tcase, test_end_of_stream_and_signal_at_once_are_one_stop);
  tcase_add_test (tcase, test_many_stops_at_once_have_one_winner);
  tcase_add_test (tcase, test_nothing_is_left_after_many_runs);
  tcase_add_test (tcase, test_nothing_is_left_of_many_room_servers);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

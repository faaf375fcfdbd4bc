/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "publisherrun.h"

#include <check.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <unistd.h>

#include "fakeroompublish.h"
#include "runfixture.h"

static RunFixture *fixture;
static GThread *thread;
static gint feed_fds[2];

static void
start_thread (GThreadFunc func)
{
  thread = g_thread_new ("test", func, NULL);
}

static gpointer
stop_at_once (gpointer data)
{
  publisher_run_stop (run_fixture_get_run (fixture), PUBLISHER_EXIT_SIGNAL,
      "stopped by a test");
  return NULL;
}

static gpointer
stop_when_live (gpointer data)
{
  fake_room_publish_wait (run_fixture_get_room (fixture), FAKE_ROOM_LIVE);
  return stop_at_once (data);
}

static gpointer
stop_when_allowed (gpointer data)
{
  run_fixture_wait_said (fixture, "may subscribe");
  return stop_at_once (data);
}

static gpointer
stop_when_reported (gpointer data)
{
  run_fixture_wait_said (fixture, "stats: ");
  return stop_at_once (data);
}

static gpointer
release_when_stopping (gpointer data)
{
  run_fixture_wait_said (fixture, "\"stopping\"");
  fake_room_publish_release ();
  return NULL;
}

static gpointer
signal_when_live (gpointer data)
{
  fake_room_publish_wait (run_fixture_get_room (fixture), FAKE_ROOM_LIVE);
  run_fixture_signal (fixture, SIGTERM);
  return NULL;
}

static gpointer
hang_up_when_live (gpointer data)
{
  fake_room_publish_wait (run_fixture_get_room (fixture), FAKE_ROOM_LIVE);
  run_fixture_signal (fixture, SIGHUP);
  run_fixture_wait_said (fixture, "list of users stays|may subscribe");
  return stop_at_once (data);
}

static void
assert_allowed (const gchar * expected)
{
  g_auto (GValue) value = G_VALUE_INIT;
  g_object_get_property (G_OBJECT (run_fixture_get_room (fixture)),
      "allowed-users", &value);
  g_autofree gchar *text = gst_value_serialize (&value);
  ck_assert_str_eq (text, expected);
}

/* Not in main(): GStreamer starts a thread, and a process with threads cannot
 * be forked under ThreadSanitizer. */
static void
setup (void)
{
  gst_init (NULL, NULL);
  ck_assert (fake_room_publish_register (NULL));
  ck_assert (g_unix_open_pipe (feed_fds, FD_CLOEXEC, NULL));
}

static void
teardown (void)
{
  g_clear_pointer (&thread, g_thread_join);
  g_clear_pointer (&fixture, run_fixture_free);
}

START_TEST (test_the_end_of_the_stream_ends_the_run)
{
  fixture = run_fixture_new ("fakesrc num-buffers=3 ! video/x-vp8", "join", "");
  ck_assert_int_eq (run_fixture_execute (fixture), 0);
  run_fixture_assert_said (fixture, "publishing video_0: vp8\n");
  run_fixture_assert_said (fixture, "every stream has ended\n");
  run_fixture_assert_one_stop (fixture);
}

END_TEST;

START_TEST (test_a_file_that_is_already_over_ends_the_run)
{
  fixture = run_fixture_new ("fakesrc num-buffers=0 ! video/x-vp8", "join", "");
  ck_assert_int_eq (run_fixture_execute (fixture), 0);
  run_fixture_assert_one_stop (fixture);
}

END_TEST;

START_TEST (test_the_end_of_one_stream_leaves_the_others)
{
  fixture =
      run_fixture_new ("fakesrc num-buffers=3 ! video/x-vp8 " RUN_FIXTURE_LIVE,
      "join", "");
  start_thread (stop_when_live);
  ck_assert_int_eq (run_fixture_execute (fixture), 0);
  run_fixture_assert_said (fixture, "stopped by a test\n");
}

END_TEST;

START_TEST (test_an_element_error_ends_the_run)
{
  fixture =
      run_fixture_new
      ("fakesrc ! identity error-after=3 ! capsfilter caps=video/x-vp8", "join",
      "");
  ck_assert_int_eq (run_fixture_execute (fixture), 70);
  run_fixture_assert_one_stop (fixture);
}

END_TEST;

START_TEST (test_a_refusal_ends_the_run_with_its_own_code)
{
  fixture = run_fixture_new (RUN_FIXTURE_LIVE, "refuse=unauthorized", "");
  ck_assert_int_eq (run_fixture_execute (fixture), 77);
  run_fixture_assert_said (fixture, "the room says unauthorized\n");
  run_fixture_assert_one_stop (fixture);
}

END_TEST;

START_TEST (test_the_end_of_the_room_ends_the_run_with_its_own_code)
{
  fixture = run_fixture_new (RUN_FIXTURE_LIVE, "end=removed", "");
  ck_assert_int_eq (run_fixture_execute (fixture), 79);
  run_fixture_assert_one_stop (fixture);
}

END_TEST;

START_TEST (test_a_start_that_fails_cancels_the_join)
{
  fixture = run_fixture_new (RUN_FIXTURE_LIVE, "fail-start", "");
  ck_assert_int_eq (run_fixture_execute (fixture), 70);
  run_fixture_assert_said (fixture, "cannot be started\n");
}

END_TEST;

START_TEST (test_a_start_that_hangs_does_not_delay_the_refusal)
{
  fixture =
      run_fixture_new (RUN_FIXTURE_LIVE, "hang-start,refuse=unauthorized",
      "--json");
  start_thread (release_when_stopping);
  ck_assert_int_eq (run_fixture_execute (fixture), 77);
}

END_TEST;

START_TEST (test_a_stop_before_the_start_starts_nothing)
{
  fixture = run_fixture_new (RUN_FIXTURE_LIVE, "join", "");
  ck_assert (publisher_run_stop (run_fixture_get_run (fixture),
          PUBLISHER_EXIT_SIGNAL, "early"));
  ck_assert_int_eq (run_fixture_execute (fixture), 0);
  run_fixture_assert_said (fixture, "early\n");
  ck_assert_int_eq (run_fixture_count (fixture, "starts"), 0);
}

END_TEST;

START_TEST (test_a_stop_after_the_end_is_late)
{
  fixture = run_fixture_new (RUN_FIXTURE_LIVE, "end=removed", "");
  ck_assert_int_eq (run_fixture_execute (fixture), 79);
  ck_assert (!publisher_run_stop (run_fixture_get_run (fixture),
          PUBLISHER_EXIT_SIGNAL, "late"));
}

END_TEST;

START_TEST (test_a_stop_during_the_delay_starts_nothing)
{
  fixture = run_fixture_new (RUN_FIXTURE_LIVE, "join", "--delay 3600");
  start_thread (stop_at_once);
  ck_assert_int_eq (run_fixture_execute (fixture), 0);
  ck_assert_int_eq (run_fixture_count (fixture, "starts"), 0);
}

END_TEST;

START_TEST (test_the_delay_comes_before_the_start)
{
  fixture =
      run_fixture_new ("fakesrc num-buffers=3 ! video/x-vp8", "join",
      "--delay 0.2");
  gint64 begin = g_get_monotonic_time ();
  ck_assert_int_eq (run_fixture_execute (fixture), 0);
  ck_assert_int_ge (g_get_monotonic_time () - begin, G_USEC_PER_SEC / 5);
}

END_TEST;

START_TEST (test_streams_that_ended_do_not_wait_for_a_stuck_pipeline)
{
  fixture =
      run_fixture_new ("fakesrc num-buffers=3 ! video/x-vp8", "swallow-eos",
      "");
  publisher_run_set_deadlines (run_fixture_get_run (fixture),
      20 * G_USEC_PER_SEC, 50 * 1000);
  ck_assert_int_eq (run_fixture_execute (fixture), 70);
  run_fixture_assert_said (fixture, "did not end within");
}

END_TEST;

START_TEST (test_a_pipeline_without_an_end_is_not_started)
{
  fixture = run_fixture_new ("fakesrc ! fakesink", "join", "");
  ck_assert_int_eq (run_fixture_execute (fixture), 65);
  run_fixture_assert_said (fixture, "no open end");
  ck_assert_int_eq (run_fixture_count (fixture, "starts"), 0);
}

END_TEST;

START_TEST (test_a_stream_without_a_way_out_is_about_the_ends)
{
  fixture =
      run_fixture_new ("videotestsrc num-buffers=3 ! avimux ! avidemux", "join",
      "");
  ck_assert_int_eq (run_fixture_execute (fixture), 65);
  run_fixture_assert_said (fixture, "nothing to publish");
  run_fixture_assert_said (fixture, "gives raw video");
}

END_TEST;

START_TEST (test_a_signal_ends_the_run)
{
  fixture = run_fixture_new (RUN_FIXTURE_LIVE, "join", "");
  start_thread (signal_when_live);
  ck_assert_int_eq (run_fixture_execute (fixture), 0);
  run_fixture_assert_said (fixture, "stopped by SIGTERM\n");
}

END_TEST;

START_TEST (test_a_line_changes_the_list_of_users)
{
  fixture = run_fixture_new (RUN_FIXTURE_LIVE, "join", "--allowed-users anna");
  ck_assert_int_eq (write (feed_fds[1], "ben, carl\n", 10), 10);
  close (feed_fds[1]);
  publisher_run_set_feed (run_fixture_get_run (fixture), feed_fds[0]);
  start_thread (stop_when_allowed);
  ck_assert_int_eq (run_fixture_execute (fixture), 0);
  run_fixture_assert_said (fixture, "may subscribe: ben, carl\n");
}

END_TEST;

START_TEST (test_a_hang_up_reads_the_list_again)
{
  g_autofree gchar *path = NULL;
  close (g_file_open_tmp (NULL, &path, NULL));
  ck_assert (g_file_set_contents (path, "anna\n", -1, NULL));
  g_autofree gchar *line = g_strdup_printf ("--allowed-users-file %s", path);
  fixture = run_fixture_new (RUN_FIXTURE_LIVE, "join", line);
  ck_assert (g_file_set_contents (path, "ben\ncarl\n", -1, NULL));
  start_thread (hang_up_when_live);
  ck_assert_int_eq (run_fixture_execute (fixture), 0);
  g_unlink (path);
  run_fixture_assert_said (fixture, "may subscribe: ben, carl\n");
}

END_TEST;

START_TEST (test_a_list_that_cannot_be_read_changes_nothing)
{
  g_autofree gchar *path = NULL;
  close (g_file_open_tmp (NULL, &path, NULL));
  ck_assert (g_file_set_contents (path, "ben\ncarl\n", -1, NULL));
  g_autofree gchar *line = g_strdup_printf ("--allowed-users-file %s", path);
  fixture = run_fixture_new (RUN_FIXTURE_LIVE, "join", line);
  g_unlink (path);
  start_thread (hang_up_when_live);
  ck_assert_int_eq (run_fixture_execute (fixture), 0);
  run_fixture_assert_said (fixture, "the list of users stays as it is");
  assert_allowed ("< (string)ben, (string)carl >");
}

END_TEST;

START_TEST (test_statistics_are_reported)
{
  fixture = run_fixture_new (RUN_FIXTURE_LIVE, "join", "--stats 0.1");
  start_thread (stop_when_reported);
  ck_assert_int_eq (run_fixture_execute (fixture), 0);
  run_fixture_assert_said (fixture, "stats: ");
}

END_TEST;

static gpointer
stop_when_watched (gpointer data)
{
  run_fixture_wait_said (fixture, "watch: ");
  return stop_at_once (data);
}

START_TEST (test_where_to_watch_is_said_when_the_room_is_joined)
{
  fixture = run_fixture_new (RUN_FIXTURE_LIVE, "join", "");
  publisher_run_set_host (run_fixture_get_run (fixture), NULL, "ws://h:1/x");
  start_thread (stop_when_watched);
  ck_assert_int_eq (run_fixture_execute (fixture), 0);
  run_fixture_assert_said (fixture, "watch: http://h:1/x/room/stage\n");
}

END_TEST;

START_TEST (test_where_to_watch_is_an_event_for_programs)
{
  fixture = run_fixture_new (RUN_FIXTURE_LIVE, "join", "--json");
  publisher_run_set_host (run_fixture_get_run (fixture), NULL, "wss://h");
  start_thread (stop_when_live);
  ck_assert_int_eq (run_fixture_execute (fixture), 0);
  run_fixture_assert_said (fixture,
      "{\"event\":\"watch\",\"url\":\"https://h/room/stage\",");
}

END_TEST;

/* FALSE: nobody takes a connection. */
static gboolean
is_open (const gchar * url)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection =
      g_socket_client_connect_to_uri (client, url, 0, NULL, NULL);
  return connection != NULL;
}

START_TEST (test_the_room_server_ends_with_the_run)
{
  fixture = run_fixture_new (RUN_FIXTURE_LIVE, "join", "");
  run_fixture_add_host (fixture);
  g_autofree gchar *url =
      g_strdup (publisher_host_get_url (run_fixture_get_host (fixture)));
  ck_assert (is_open (url));
  start_thread (stop_when_watched);
  ck_assert_int_eq (run_fixture_execute (fixture), 0);
  ck_assert (!is_open (url));
}

END_TEST;

START_TEST (test_the_room_server_ends_although_nothing_was_started)
{
  fixture = run_fixture_new (RUN_FIXTURE_LIVE, "join", "");
  run_fixture_add_host (fixture);
  g_autofree gchar *url =
      g_strdup (publisher_host_get_url (run_fixture_get_host (fixture)));
  stop_at_once (NULL);
  ck_assert_int_eq (run_fixture_execute (fixture), 0);
  ck_assert (!is_open (url));
}

END_TEST;

START_TEST (test_a_room_of_the_pipeline_is_used)
{
  fixture =
      run_fixture_new ("fakesrc num-buffers=3 ! video/x-vp8 ! roompublish",
      NULL, "--track-name stage");
  ck_assert_int_eq (run_fixture_execute (fixture), 0);
  run_fixture_assert_said (fixture, "publishing stage: vp8\n");
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("publisherrun");
  TCase *tcase = tcase_create ("all");
  tcase_set_timeout (tcase, 240);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_the_end_of_the_stream_ends_the_run);
  tcase_add_test (tcase, test_a_file_that_is_already_over_ends_the_run);
  tcase_add_test (tcase, test_the_end_of_one_stream_leaves_the_others);
  tcase_add_test (tcase, test_an_element_error_ends_the_run);
  tcase_add_test (tcase, test_a_refusal_ends_the_run_with_its_own_code);
  tcase_add_test (tcase,
      test_the_end_of_the_room_ends_the_run_with_its_own_code);
  tcase_add_test (tcase, test_a_start_that_fails_cancels_the_join);
  tcase_add_test (tcase, test_a_start_that_hangs_does_not_delay_the_refusal);
  tcase_add_test (tcase, test_a_stop_before_the_start_starts_nothing);
  tcase_add_test (tcase, test_a_stop_after_the_end_is_late);
  tcase_add_test (tcase, test_a_stop_during_the_delay_starts_nothing);
  tcase_add_test (tcase, test_the_delay_comes_before_the_start);
  tcase_add_test (tcase,
      test_streams_that_ended_do_not_wait_for_a_stuck_pipeline);
  tcase_add_test (tcase, test_a_pipeline_without_an_end_is_not_started);
  tcase_add_test (tcase, test_a_stream_without_a_way_out_is_about_the_ends);
  tcase_add_test (tcase, test_a_signal_ends_the_run);
  tcase_add_test (tcase, test_a_line_changes_the_list_of_users);
  tcase_add_test (tcase, test_a_hang_up_reads_the_list_again);
  tcase_add_test (tcase, test_a_list_that_cannot_be_read_changes_nothing);
  tcase_add_test (tcase, test_statistics_are_reported);
  tcase_add_test (tcase, test_where_to_watch_is_said_when_the_room_is_joined);
  tcase_add_test (tcase, test_where_to_watch_is_an_event_for_programs);
  tcase_add_test (tcase, test_the_room_server_ends_with_the_run);
  tcase_add_test (tcase,
      test_the_room_server_ends_although_nothing_was_started);
  tcase_add_test (tcase, test_a_room_of_the_pipeline_is_used);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

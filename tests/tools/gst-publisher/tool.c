/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The tool as a process: exit codes, signals, what others can see of it. The
 * room is the fake one. */
#include <check.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "freeport.h"
#include "toolfixture.h"

#define LIVE "audiotestsrc is-live=true ! " \
    "audio/x-raw,channels=1,rate=8000 ! mulawenc"

static const gchar *program;    /* the arguments of this test */
static const gchar *plugins;
static ToolFixture *tool;

static void
start_with (const ToolFixtureConfig * config, const gchar * line)
{
  ToolFixtureConfig with_plugins = *config;
  with_plugins.plugins = plugins;
  g_clear_pointer (&tool, tool_fixture_free);
  tool = tool_fixture_new (program, line, &with_plugins);
}

static void
start (const gchar * behaviour, const gchar * line)
{
  ToolFixtureConfig config = {.behaviour = behaviour };
  start_with (&config, line);
}

static void
assert_exit (gint code, const gchar * behaviour, const gchar * line)
{
  start (behaviour, line);
  tool_fixture_finish (tool, code);
}

static void
stop (void)
{
  tool_fixture_signal (tool, SIGTERM);
  tool_fixture_finish (tool, 0);
}

static void
assert_secret_hidden (void)
{
  gsize size;
  g_autofree gchar *words = tool_fixture_dup_arguments (tool, &size);
  ck_assert_ptr_nonnull (memmem (words, size, "gst-publisher", 13));
  ck_assert_ptr_nonnull (memmem (words, size, "******", 6));
  ck_assert_ptr_null (memmem (words, size, "s3cret", 6));
  stop ();
}

/* A pipe that takes nothing more. */
static void
fill_pipe (gint fds[2])
{
  ck_assert (g_unix_open_pipe (fds, FD_CLOEXEC, NULL));
  g_unix_set_fd_nonblocking (fds[1], TRUE, NULL);
  while (write (fds[1], "", 1) == 1);
  g_unix_set_fd_nonblocking (fds[1], FALSE, NULL);
}

static void
setup (void)
{
}

static void
teardown (void)
{
  g_clear_pointer (&tool, tool_fixture_free);
}

START_TEST (test_usage_errors_have_their_code)
{
  assert_exit (64, NULL, "");
  assert_exit (64, NULL, "--token t");
  assert_exit (64, NULL, "--nonsense fakesrc");
  assert_exit (64, NULL, "--delay soon fakesrc");
  assert_exit (64, NULL,
      "--room-server none fakesrc num-buffers=3 ! video/x-vp8");
  assert_exit (64, "refuse=url", "--token t " LIVE);
}

END_TEST;

START_TEST (test_bad_pipelines_have_their_code)
{
  assert_exit (65, NULL, "--token t nosuchelement");
  assert_exit (65, NULL, "--token t fakesrc ! fakesink");
  assert_exit (65, NULL, "--token t videotestsrc");
  assert_exit (65, NULL, "--token t roompublish roompublish");
  assert_exit (65, "refuse=input", "--token t " LIVE);
}

END_TEST;

START_TEST (test_unreadable_files_have_their_code)
{
  assert_exit (66, NULL, "--token-file /nowhere/t fakesrc");
}

END_TEST;

START_TEST (test_the_ends_of_the_room_have_their_codes)
{
  assert_exit (69, "refuse=unreachable", "--token t " LIVE);
  assert_exit (75, "end=lost", "--token t " LIVE);
  assert_exit (76, "refuse=protocol", "--token t " LIVE);
  assert_exit (77, "refuse=unauthorized", "--token t " LIVE);
  assert_exit (79, "end=removed", "--token t " LIVE);
}

END_TEST;

START_TEST (test_a_pipeline_error_has_its_code)
{
  assert_exit (70, NULL, "--token t filesrc location=/nowhere/x ! "
      "matroskademux");
  assert_exit (70, "fail-start", "--token t " LIVE);
}

END_TEST;

START_TEST (test_the_end_of_the_stream_is_no_error)
{
  assert_exit (0, NULL, "--token t fakesrc num-buffers=3 ! video/x-vp8");
}

END_TEST;

START_TEST (test_help_and_version_are_no_error)
{
  start (NULL, "--help");
  tool_fixture_read_line (tool, "Usage:");
  tool_fixture_finish (tool, 0);
  start (NULL, "--version");
  tool_fixture_read_line (tool, "gst-publisher ");
  tool_fixture_finish (tool, 0);
}

END_TEST;

START_TEST (test_every_stop_signal_is_a_good_end)
{
  static const gint numbers[] = { SIGINT, SIGTERM, SIGQUIT, SIGHUP };
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++) {
    start (NULL, "--token t " LIVE);
    tool_fixture_read_line (tool, "publishing");
    tool_fixture_signal (tool, numbers[i]);
    tool_fixture_read_line (tool, "stopped by SIG");
    tool_fixture_finish (tool, 0);
  }
}

END_TEST;

START_TEST (test_a_hang_up_reads_the_list_when_there_is_one)
{
  g_autofree gchar *path = NULL;
  close (g_file_open_tmp (NULL, &path, NULL));
  ck_assert (g_file_set_contents (path, "anna\n", -1, NULL));
  g_autofree gchar *line =
      g_strdup_printf ("--token t --allowed-users-file %s %s", path, LIVE);
  start (NULL, line);
  tool_fixture_read_line (tool, "publishing");
  ck_assert (g_file_set_contents (path, "ben\n", -1, NULL));
  tool_fixture_signal (tool, SIGHUP);
  tool_fixture_read_line (tool, "may subscribe: ben");
  stop ();
  g_unlink (path);
}

END_TEST;

START_TEST (test_a_line_of_input_changes_the_list)
{
  start (NULL, "--token t --allowed-users anna " LIVE);
  tool_fixture_read_line (tool, "publishing");
  tool_fixture_write (tool, "ben,carl\n");
  tool_fixture_read_line (tool, "may subscribe: ben, carl");
  stop ();
}

END_TEST;

START_TEST (test_the_end_of_the_input_is_no_reason_to_stop)
{
  start (NULL, "--token t --allowed-users anna " LIVE);
  tool_fixture_read_line (tool, "publishing");
  tool_fixture_write (tool, "ben");
  tool_fixture_close_input (tool);
  tool_fixture_read_line (tool, "may subscribe: ben");
  stop ();
}

END_TEST;

START_TEST (test_secrets_are_not_in_the_argument_list)
{
  start (NULL, "--api-key k --api-secret s3cret --room r --identity i " LIVE);
  tool_fixture_read_line (tool, "publishing");
  assert_secret_hidden ();
  start (NULL, "fakesrc ! video/x-vp8 ! roompublish token=s3cret");
  tool_fixture_read_line (tool, "publishing");
  assert_secret_hidden ();
}

END_TEST;

START_TEST (test_secrets_are_not_in_an_error)
{
  start (NULL, "--token s3cret fakesrc ! roompublish token=s3cret nonsense=1");
  g_autofree gchar *error = tool_fixture_read_errors (tool);
  tool_fixture_finish (tool, 65);
  ck_assert_ptr_null (strstr (error, "s3cret"));
}

END_TEST;

START_TEST (test_every_line_is_an_object_when_asked_for)
{
  start (NULL, "--token t --json --verbose --stats 0.1 " LIVE);
  tool_fixture_read_line (tool, "\"stats\"");
  tool_fixture_signal (tool, SIGTERM);
  tool_fixture_read_line (tool, "\"stopping\"");
  tool_fixture_read_line (tool, "\"exit-code\":0");
  tool_fixture_finish (tool, 0);
  g_auto (GStrv) objects = g_strsplit (tool_fixture_get_seen (tool), "\n", -1);
  for (gchar ** object = objects; **object; object++) {
    g_autoptr (JsonNode) node = json_from_string (*object, NULL);
    ck_assert_msg (node && JSON_NODE_HOLDS_OBJECT (node), "%s", *object);
    ck_assert (json_object_has_member (json_node_get_object (node), "event"));
  }
}

END_TEST;

START_TEST (test_a_pipe_gets_no_control_sequences)
{
  start (NULL, "--token t " LIVE);
  tool_fixture_read_line (tool, "publishing");
  tool_fixture_signal (tool, SIGTERM);
  tool_fixture_read_line (tool, "stopped");
  tool_fixture_finish (tool, 0);
  ck_assert_ptr_null (strchr (tool_fixture_get_seen (tool), '\033'));
  ck_assert_ptr_null (strchr (tool_fixture_get_seen (tool), '\r'));
}

END_TEST;

START_TEST (test_quiet_says_nothing)
{
  start (NULL, "--token t --quiet fakesrc num-buffers=3 ! video/x-vp8");
  g_autofree gchar *error = tool_fixture_read_errors (tool);
  tool_fixture_finish (tool, 0);
  ck_assert_str_eq (error, "");
  ck_assert_str_eq (tool_fixture_get_seen (tool), "");
}

END_TEST;

START_TEST (test_a_reader_that_has_gone_is_survived)
{
  start (NULL, "--token t --stats 0.1 " LIVE);
  tool_fixture_read_line (tool, "stats");
  tool_fixture_close_output (tool);
  stop ();
}

END_TEST;

START_TEST (test_a_reader_that_does_not_read_does_not_hold_the_stop)
{
  gint full[2];
  gint marks[2];
  gchar mark;
  fill_pipe (full);
  ck_assert (g_unix_open_pipe (marks, FD_CLOEXEC, NULL));
  ToolFixtureConfig config = {.behaviour = "join,mark",.out_fd = full[1],
    .mark_fd = marks[1]
  };
  start_with (&config, "--token t " LIVE);
  /* The fake room says by another way that all is running. */
  ck_assert_int_eq (read (marks[0], &mark, 1), 1);
  tool_fixture_signal (tool, SIGTERM);
  tool_fixture_finish (tool, 0);
}

END_TEST;

START_TEST (test_an_element_that_hangs_is_left_behind)
{
  start ("hang-stop", "--token t --json " LIVE);
  tool_fixture_read_line (tool, "track-published");
  tool_fixture_signal (tool, SIGTERM);
  tool_fixture_read_line (tool, "\"stuck\"");
  tool_fixture_finish (tool, 70);
}

END_TEST;

START_TEST (test_an_element_that_hangs_in_the_start_is_left_behind)
{
  start ("hang-start", "--token t --json " LIVE);
  tool_fixture_read_line (tool, "\"joined\"");
  tool_fixture_signal (tool, SIGTERM);
  tool_fixture_read_line (tool, "\"stuck\"");
  tool_fixture_finish (tool, 70);
}

END_TEST;

START_TEST (test_a_second_wish_cuts_at_once)
{
  start ("hang-stop", "--token t --json " LIVE);
  tool_fixture_read_line (tool, "track-published");
  tool_fixture_signal (tool, SIGINT);
  tool_fixture_read_line (tool, "\"stopping\"");
  /* Later than an echo of the first one. */
  tool_fixture_assert_silence (tool, 500);
  tool_fixture_signal (tool, SIGINT);
  tool_fixture_finish (tool, 130);
  ck_assert_ptr_null (strstr (tool_fixture_get_seen (tool), "stuck"));
}

END_TEST;

START_TEST (test_an_echo_of_a_signal_does_not_cut)
{
  start (NULL, "--token t " LIVE);
  tool_fixture_read_line (tool, "publishing");
  tool_fixture_signal (tool, SIGTERM);
  stop ();
}

END_TEST;

START_TEST (test_an_ignored_hang_up_stays_ignored)
{
  ToolFixtureConfig config = {.ignore_hang_up = TRUE };
  start_with (&config, "--token t --allowed-users anna " LIVE);
  tool_fixture_read_line (tool, "publishing");
  tool_fixture_signal (tool, SIGHUP);
  tool_fixture_write (tool, "ben\n");
  tool_fixture_read_line (tool, "may subscribe: ben");
  tool_fixture_signal (tool, SIGTERM);
  tool_fixture_read_line (tool, "stopped by SIGTERM");
  tool_fixture_finish (tool, 0);
}

END_TEST;

START_TEST (test_a_signal_of_an_older_tool_does_no_harm)
{
  start (NULL, "--token t --allowed-users anna " LIVE);
  tool_fixture_read_line (tool, "publishing");
  tool_fixture_signal (tool, SIGUSR1);
  tool_fixture_write (tool, "ben\n");
  tool_fixture_read_line (tool, "may subscribe: ben");
  stop ();
}

END_TEST;

START_TEST (test_a_whole_description_may_be_one_argument)
{
  assert_exit (0, NULL, "--token t 'fakesrc num-buffers=3 ! video/x-vp8'");
}

END_TEST;

START_TEST (test_a_description_may_follow_two_dashes)
{
  assert_exit (0, NULL, "--token t -- fakesrc num-buffers=3 ! video/x-vp8");
}

END_TEST;

/* With a room server at @port. */
static void
start_at (guint16 port, const gchar * line)
{
  ToolFixtureConfig config = {.port = port };
  start_with (&config, line);
}

static void
read_watch (guint16 port)
{
  g_autofree gchar *line =
      g_strdup_printf ("watch: http://127.0.0.1:%u/room/stage", port);
  tool_fixture_read_line (tool, line);
}

START_TEST (test_without_a_server_it_runs_one_and_says_where_to_watch)
{
  guint16 port = free_port_find ();
  start_at (port, LIVE);
  read_watch (port);
  ck_assert (tool_fixture_is_open (port));
  stop ();
  ck_assert (!tool_fixture_is_open (port));
}

END_TEST;

START_TEST (test_a_killed_one_leaves_no_process_and_no_port)
{
  guint16 port = free_port_find ();
  for (gint i = 0; i < 3; i++) {
    start_at (port, LIVE);
    read_watch (port);
    tool_fixture_kill (tool);
    ck_assert (!tool_fixture_is_open (port));
  }
}

END_TEST;

START_TEST (test_two_at_the_same_moment_are_in_one_room)
{
  guint16 port = free_port_find ();
  start_at (port, LIVE);
  g_autoptr (ToolFixture) first = g_steal_pointer (&tool);
  start_at (port, LIVE);
  read_watch (port);
  g_autofree gchar *line = g_strdup_printf (":%u/room/stage", port);
  tool_fixture_read_line (first, line);
  stop ();
  tool_fixture_signal (first, SIGTERM);
  tool_fixture_finish (first, 0);
}

END_TEST;

START_TEST (test_what_else_listens_there_is_left_alone)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);
  g_autofree gchar *taken = g_strdup_printf (":%u/", port);
  start_at (port, LIVE);
  tool_fixture_read_line (tool, "watch: http://127.0.0.1:");
  ck_assert_ptr_null (strstr (tool_fixture_get_seen (tool), taken));
  stop ();
}

END_TEST;

START_TEST (test_a_server_that_is_named_is_not_looked_for)
{
  ToolFixtureConfig config = {.url = "ws://127.0.0.1:1",
    .port = free_port_find ()
  };
  start_with (&config, "--token t " LIVE);
  tool_fixture_read_line (tool, "publishing");
  ck_assert (!tool_fixture_is_open (config.port));
  stop ();
  ck_assert_ptr_null (strstr (tool_fixture_get_seen (tool), "watch"));
}

END_TEST;

START_TEST (test_a_signal_during_the_delay_is_a_good_end)
{
  start (NULL, "--token t --json --verbose --delay 3600 " LIVE);
  tool_fixture_read_line (tool, "\"linked\"");
  tool_fixture_signal (tool, SIGINT);
  tool_fixture_finish (tool, 0);
  ck_assert_ptr_null (strstr (tool_fixture_get_seen (tool), "PLAYING"));
}

END_TEST;

int
main (int argc, char **argv)
{
  if (argc != 3)
    return 64;
  program = argv[1];
  plugins = argv[2];
  Suite *suite = suite_create ("tool");
  TCase *tcase = tcase_create ("all");
  tcase_set_timeout (tcase, 60);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_usage_errors_have_their_code);
  tcase_add_test (tcase, test_bad_pipelines_have_their_code);
  tcase_add_test (tcase, test_unreadable_files_have_their_code);
  tcase_add_test (tcase, test_the_ends_of_the_room_have_their_codes);
  tcase_add_test (tcase, test_a_pipeline_error_has_its_code);
  tcase_add_test (tcase, test_the_end_of_the_stream_is_no_error);
  tcase_add_test (tcase, test_help_and_version_are_no_error);
  tcase_add_test (tcase, test_every_stop_signal_is_a_good_end);
  tcase_add_test (tcase, test_a_hang_up_reads_the_list_when_there_is_one);
  tcase_add_test (tcase, test_a_line_of_input_changes_the_list);
  tcase_add_test (tcase, test_the_end_of_the_input_is_no_reason_to_stop);
  tcase_add_test (tcase, test_secrets_are_not_in_the_argument_list);
  tcase_add_test (tcase, test_secrets_are_not_in_an_error);
  tcase_add_test (tcase, test_every_line_is_an_object_when_asked_for);
  tcase_add_test (tcase, test_a_pipe_gets_no_control_sequences);
  tcase_add_test (tcase, test_quiet_says_nothing);
  tcase_add_test (tcase, test_a_reader_that_has_gone_is_survived);
  tcase_add_test (tcase,
      test_a_reader_that_does_not_read_does_not_hold_the_stop);
  tcase_add_test (tcase, test_an_element_that_hangs_is_left_behind);
  tcase_add_test (tcase,
      test_an_element_that_hangs_in_the_start_is_left_behind);
  tcase_add_test (tcase, test_a_second_wish_cuts_at_once);
  tcase_add_test (tcase, test_an_echo_of_a_signal_does_not_cut);
  tcase_add_test (tcase, test_an_ignored_hang_up_stays_ignored);
  tcase_add_test (tcase, test_a_signal_of_an_older_tool_does_no_harm);
  tcase_add_test (tcase, test_a_whole_description_may_be_one_argument);
  tcase_add_test (tcase, test_a_description_may_follow_two_dashes);
  tcase_add_test (tcase,
      test_without_a_server_it_runs_one_and_says_where_to_watch);
  tcase_add_test (tcase, test_a_killed_one_leaves_no_process_and_no_port);
  tcase_add_test (tcase, test_two_at_the_same_moment_are_in_one_room);
  tcase_add_test (tcase, test_what_else_listens_there_is_left_alone);
  tcase_add_test (tcase, test_a_server_that_is_named_is_not_looked_for);
  tcase_add_test (tcase, test_a_signal_during_the_delay_is_a_good_end);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "publisheroutput.h"

#include <check.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "publisherjson.h"

static PublisherOutput *output;
static gint out_fds[2];
static gint err_fds[2];
static gchar *out;
static gchar *err;

static void
start (PublisherOutputConfig config)
{
  ck_assert (g_unix_open_pipe (out_fds, FD_CLOEXEC, NULL));
  ck_assert (g_unix_open_pipe (err_fds, FD_CLOEXEC, NULL));
  config.out_fd = out_fds[1];
  config.err_fd = err_fds[1];
  output = publisher_output_new (&config, NULL);
  ck_assert_ptr_nonnull (output);
}

static gchar *
read_pipe (gint fd)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gchar data[4096];
  gssize size;
  while (fd >= 0 && (size = read (fd, data, sizeof data)) > 0)
    g_string_append_len (text, data, size);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Closes the output and reads what was written. */
static void
finish (void)
{
  ck_assert (publisher_output_close (output, 10 * G_USEC_PER_SEC));
  publisher_output_free (output);
  close (out_fds[1]);
  close (err_fds[1]);
  out = read_pipe (out_fds[0]);
  err = read_pipe (err_fds[0]);
}

/* Reads, beside the thread that still writes, until it has written all. */
static gchar *
read_until_end (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gchar data[4096];
  ck_assert (g_unix_set_fd_nonblocking (out_fds[0], TRUE, NULL));
  while (!publisher_output_close (output, G_TIME_SPAN_MILLISECOND)) {
    gssize size = read (out_fds[0], data, sizeof data);
    g_string_append_len (text, data, MAX (size, 0));
  }
  publisher_output_free (output);
  close (out_fds[1]);
  g_autofree gchar *rest = read_pipe (out_fds[0]);
  g_string_append (text, rest);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
say_all_levels (void)
{
  publisher_output_say (output, PUBLISHER_OUTPUT_ERROR, "error", NULL);
  publisher_output_say (output, PUBLISHER_OUTPUT_WARNING, "warning", NULL);
  publisher_output_say (output, PUBLISHER_OUTPUT_EVENT, "event", NULL);
  publisher_output_say (output, PUBLISHER_OUTPUT_DETAIL, "detail", NULL);
}

static void
assert_written (const gchar * expected_out, const gchar * expected_err)
{
  finish ();
  if (expected_out)
    ck_assert_str_eq (out, expected_out);
  ck_assert_str_eq (err, expected_err);
}

static void
setup (void)
{
  signal (SIGPIPE, SIG_IGN);
}

static void
teardown (void)
{
  g_free (out);
  g_free (err);
}

START_TEST (test_events_go_to_standard_output_and_errors_do_not)
{
  start ((PublisherOutputConfig) {
      0});
  say_all_levels ();
  assert_written ("event\n", "gst-publisher: error\n"
      "gst-publisher: warning: warning\n");
}

END_TEST;

START_TEST (test_verbose_adds_details)
{
  start ((PublisherOutputConfig) {
      .verbose = TRUE});
  say_all_levels ();
  assert_written ("event\ndetail\n", "gst-publisher: error\n"
      "gst-publisher: warning: warning\n");
}

END_TEST;

START_TEST (test_quiet_leaves_errors_only)
{
  start ((PublisherOutputConfig) {
      .quiet = TRUE});
  say_all_levels ();
  assert_written ("", "gst-publisher: error\n");
}

END_TEST;

START_TEST (test_objects_replace_the_lines_and_have_a_time)
{
  start ((PublisherOutputConfig) {
      .json = TRUE});
  publisher_output_say (output, PUBLISHER_OUTPUT_EVENT, "event",
      publisher_json_new ("x"));
  publisher_output_say (output, PUBLISHER_OUTPUT_EVENT, "no object", NULL);
  finish ();
  ck_assert_msg (g_str_has_prefix (out, "{\"event\":\"x\",\"time\":\"2"), "%s",
      out);
  ck_assert_ptr_eq (strchr (out, '\n'), out + strlen (out) - 1);
}

END_TEST;

START_TEST (test_details_are_objects_only_when_verbose)
{
  start ((PublisherOutputConfig) {
      .json = TRUE});
  publisher_output_say (output, PUBLISHER_OUTPUT_DETAIL, "detail",
      publisher_json_new ("x"));
  assert_written ("", "");
}

END_TEST;

START_TEST (test_errors_are_objects_and_lines)
{
  start ((PublisherOutputConfig) {
      .json = TRUE});
  publisher_output_say (output, PUBLISHER_OUTPUT_ERROR, "error",
      publisher_json_new ("x"));
  finish ();
  ck_assert (g_str_has_prefix (out, "{\"event\":\"x\""));
  ck_assert_str_eq (err, "gst-publisher: error\n");
}

END_TEST;

START_TEST (test_the_status_line_is_redrawn_in_place)
{
  start ((PublisherOutputConfig) {
      .status_line = TRUE});
  publisher_output_set_status (output, "one");
  publisher_output_set_status (output, "two");
  publisher_output_say (output, PUBLISHER_OUTPUT_EVENT, "event", NULL);
  assert_written ("\r\033[Kone\r\033[Ktwo\r\033[Kevent\ntwo\r\033[K", "");
}

END_TEST;

START_TEST (test_there_is_no_status_line_without_a_terminal)
{
  start ((PublisherOutputConfig) {
      0});
  ck_assert (!publisher_output_has_status (output));
  publisher_output_set_status (output, "one");
  assert_written ("", "");
}

END_TEST;

START_TEST (test_texts_of_others_cannot_steer_the_terminal)
{
  start ((PublisherOutputConfig) {
      0});
  publisher_output_say (output, PUBLISHER_OUTPUT_EVENT,
      "a\033[2Jb\rc\302\233d\377e\nf", NULL);
  assert_written ("a?[2Jb?c\302\277d\357\277\275e\nf\n", "");
}

END_TEST;

START_TEST (test_a_reader_that_has_gone_is_survived)
{
  start ((PublisherOutputConfig) {
      0});
  close (out_fds[0]);
  out_fds[0] = -1;
  publisher_output_say (output, PUBLISHER_OUTPUT_EVENT, "event", NULL);
  publisher_output_say (output, PUBLISHER_OUTPUT_ERROR, "error", NULL);
  assert_written (NULL, "gst-publisher: error\n");
}

END_TEST;

START_TEST (test_a_reader_that_does_not_read_blocks_nobody)
{
  start ((PublisherOutputConfig) {
      0});
  g_autofree gchar *line = g_strnfill (1000, 'x');
  for (gint i = 0; i < 5000; i++)
    publisher_output_say (output, PUBLISHER_OUTPUT_EVENT, line, NULL);
  ck_assert (!publisher_output_close (output, 1000));
  /* The thread is still writing: now let it. */
  g_autofree gchar *text = read_until_end ();
  ck_assert_ptr_nonnull (strstr (text, "lines were not written in time"));
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("publisheroutput");
  TCase *tcase = tcase_create ("all");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_events_go_to_standard_output_and_errors_do_not);
  tcase_add_test (tcase, test_verbose_adds_details);
  tcase_add_test (tcase, test_quiet_leaves_errors_only);
  tcase_add_test (tcase, test_objects_replace_the_lines_and_have_a_time);
  tcase_add_test (tcase, test_details_are_objects_only_when_verbose);
  tcase_add_test (tcase, test_errors_are_objects_and_lines);
  tcase_add_test (tcase, test_the_status_line_is_redrawn_in_place);
  tcase_add_test (tcase, test_there_is_no_status_line_without_a_terminal);
  tcase_add_test (tcase, test_texts_of_others_cannot_steer_the_terminal);
  tcase_add_test (tcase, test_a_reader_that_has_gone_is_survived);
  tcase_add_test (tcase, test_a_reader_that_does_not_read_blocks_nobody);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "life/lifewriter.h"

#include <check.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define WAIT (30 * G_TIME_SPAN_SECOND)
/* More than a pipe holds, and than may wait. */
#define MANY (3 * LIFE_WRITER_MAX_PENDING)

static LifeWriter *writer;
static gint out[2], err[2];

static void
start (gboolean json)
{
  writer = life_writer_new ("writer", out[1], json, NULL);
  ck_assert_ptr_nonnull (writer);
}

static void
setup (void)
{
  signal (SIGPIPE, SIG_IGN);
  ck_assert (g_unix_open_pipe (out, FD_CLOEXEC, NULL));
  ck_assert (g_unix_open_pipe (err, FD_CLOEXEC, NULL));
}

static void
say (gint fd, const gchar * text)
{
  life_writer_say (writer, LIFE_WRITER_LINE, fd, g_strdup (text));
}

/* What is in a pipe whose other end is closed. */
static gchar *
read_all (gint fd)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gchar data[4096];
  gssize size;

  while ((size = read (fd, data, sizeof data)) > 0)
    g_string_append_len (text, data, size);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static gchar *
finish (gint * fds)
{
  ck_assert (life_writer_close (writer, WAIT));
  life_writer_free (writer);
  close (fds[1]);
  return read_all (fds[0]);
}

/* A thousand wait, and what is more is dropped: there is nobody who reads. */
static void
fill (void)
{
  g_autofree gchar *line = g_strnfill (1000, 'x');

  line[999] = '\n';
  for (guint i = 0; i < MANY; i++)
    say (out[1], line);
  ck_assert (!life_writer_close (writer, 1000));
}

/* Reads beside the thread that still writes, until it has written all. */
static gchar *
drain (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gchar data[4096];

  ck_assert (g_unix_set_fd_nonblocking (out[0], TRUE, NULL));
  while (!life_writer_close (writer, G_TIME_SPAN_MILLISECOND)) {
    gssize size = read (out[0], data, sizeof data);
    g_string_append_len (text, data, MAX (size, 0));
  }
  g_autofree gchar *rest = finish (out);
  g_string_append (text, rest);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

START_TEST (test_lines_come_in_order)
{
  start (FALSE);
  say (out[1], "one\n");
  say (out[1], "two\n");
  g_autofree gchar *text = finish (out);
  ck_assert_str_eq (text, "one\ntwo\n");
}

END_TEST;

START_TEST (test_a_reader_that_has_gone_is_not_waited_for)
{
  start (FALSE);
  close (out[0]);
  say (out[1], "to nobody\n");
  say (out[1], "to nobody\n");
  say (err[1], "still read\n");
  g_autofree gchar *text = finish (err);
  ck_assert_str_eq (text, "still read\n");
}

END_TEST;

START_TEST (test_what_is_too_much_is_dropped_and_told)
{
  start (FALSE);
  fill ();
  g_autofree gchar *text = drain ();
  ck_assert_ptr_nonnull (strstr (text, " lines were not written in time)\n"));
}

END_TEST;

START_TEST (test_programs_are_told_by_an_object)
{
  start (TRUE);
  fill ();
  g_autofree gchar *text = drain ();
  const gchar *told = strstr (text, "{\"event\":\"dropped\",\"count\":");
  ck_assert_ptr_nonnull (told);
  ck_assert_ptr_nonnull (strstr (told, "}\n"));
}

END_TEST;

/* All that can be read is not enough room for what waits. */
static void
say_many (LifeWriterWeight weight)
{
  for (guint i = 0; i < MANY; i++)
    life_writer_say (writer, weight, out[1], g_strnfill (100, 'x'));
}

START_TEST (test_what_must_be_written_is)
{
  start (FALSE);
  say_many (LIFE_WRITER_ALWAYS);
  ck_assert (!life_writer_close (writer, 1000));
  g_autofree gchar *text = drain ();
  ck_assert_uint_eq (strlen (text), MANY * 100);
}

END_TEST;

START_TEST (test_of_what_passes_nothing_is_told)
{
  start (FALSE);
  say_many (LIFE_WRITER_PASSING);
  ck_assert (!life_writer_close (writer, 1000));
  g_autofree gchar *text = drain ();
  ck_assert_uint_lt (strlen (text), MANY * 100);
  ck_assert_uint_eq (strspn (text, "x"), strlen (text));
}

END_TEST;

static void
compose (gpointer user_data)
{
  life_writer_write (writer, out[1], user_data);
}

START_TEST (test_what_is_posted_is_written_and_freed)
{
  start (FALSE);
  life_writer_post (writer, LIFE_WRITER_LINE, compose, g_strdup ("made\n"),
      g_free);
  g_autofree gchar *text = finish (out);
  ck_assert_str_eq (text, "made\n");
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("lifewriter");
  TCase *tcase = tcase_create ("all");
  tcase_set_timeout (tcase, 60);
  tcase_add_checked_fixture (tcase, setup, NULL);
  tcase_add_test (tcase, test_lines_come_in_order);
  tcase_add_test (tcase, test_a_reader_that_has_gone_is_not_waited_for);
  tcase_add_test (tcase, test_what_is_too_much_is_dropped_and_told);
  tcase_add_test (tcase, test_programs_are_told_by_an_object);
  tcase_add_test (tcase, test_what_must_be_written_is);
  tcase_add_test (tcase, test_of_what_passes_nothing_is_told);
  tcase_add_test (tcase, test_what_is_posted_is_written_and_freed);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "publisherfeed.h"

#include <check.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <string.h>
#include <unistd.h>

static GMainContext *context;
static PublisherFeed *feed;
static gint fds[2];
static GString *heard;

static void
on_users (gchar ** users, gpointer user_data)
{
  g_autofree gchar *list = g_strjoinv ("|", users);
  g_string_append_printf (heard, "[%s]", list);
}

static void
on_refused (const gchar * text, gpointer user_data)
{
  g_string_append_printf (heard, "!%s!", text);
}

static void
setup (void)
{
  static const PublisherFeedFuncs funcs = { on_users, on_refused };
  context = g_main_context_new ();
  heard = g_string_new (NULL);
  ck_assert (g_unix_open_pipe (fds, FD_CLOEXEC, NULL));
  feed = publisher_feed_new (context, fds[0], &funcs, NULL);
}

static void
teardown (void)
{
  publisher_feed_free (feed);
  g_main_context_unref (context);
  g_string_free (heard, TRUE);
  close (fds[0]);
  if (fds[1] >= 0)
    close (fds[1]);
}

/* What is in a pipe is readable at once: nothing has to be waited for. */
static void
read_all (void)
{
  while (g_main_context_iteration (context, FALSE));
}

static void
feed_text (const gchar * text)
{
  gssize size = strlen (text);
  ck_assert_int_eq (write (fds[1], text, size), size);
  read_all ();
}

static void
end_feed (void)
{
  close (fds[1]);
  fds[1] = -1;
  read_all ();
}

static void
assert_heard (const gchar * expected)
{
  ck_assert_str_eq (heard->str, expected);
}

START_TEST (test_a_line_is_a_list)
{
  feed_text ("anna, ben\n");
  assert_heard ("[anna|ben]");
}

END_TEST;

START_TEST (test_every_line_is_a_list_of_its_own)
{
  feed_text ("anna\nben\n");
  assert_heard ("[anna][ben]");
}

END_TEST;

START_TEST (test_an_empty_line_is_nobody)
{
  feed_text ("\n");
  assert_heard ("[]");
}

END_TEST;

START_TEST (test_a_line_may_come_in_pieces)
{
  for (const gchar * c = "anna,ben\n"; *c; c++) {
    const gchar piece[] = { *c, 0 };
    feed_text (piece);
  }
  assert_heard ("[anna|ben]");
}

END_TEST;

START_TEST (test_the_last_line_needs_no_new_line)
{
  feed_text ("anna\nben");
  assert_heard ("[anna]");
  end_feed ();
  assert_heard ("[anna][ben]");
}

END_TEST;

START_TEST (test_the_end_of_the_input_changes_nothing)
{
  feed_text ("anna\n");
  end_feed ();
  assert_heard ("[anna]");
}

END_TEST;

START_TEST (test_a_line_that_is_no_text_is_refused)
{
  feed_text ("\377\376\nanna\n");
  assert_heard ("!a line of standard input is not text![anna]");
}

END_TEST;

START_TEST (test_a_line_that_is_too_long_is_refused_once)
{
  g_autofree gchar *piece = g_strnfill (4000, 'x');
  for (gint i = 0; i < 20; i++)
    feed_text (piece);
  feed_text ("\nanna\n");
  assert_heard ("!a line of standard input is too long for a list of users!"
      "[anna]");
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("publisherfeed");
  TCase *tcase = tcase_create ("all");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_a_line_is_a_list);
  tcase_add_test (tcase, test_every_line_is_a_list_of_its_own);
  tcase_add_test (tcase, test_an_empty_line_is_nobody);
  tcase_add_test (tcase, test_a_line_may_come_in_pieces);
  tcase_add_test (tcase, test_the_last_line_needs_no_new_line);
  tcase_add_test (tcase, test_the_end_of_the_input_changes_nothing);
  tcase_add_test (tcase, test_a_line_that_is_no_text_is_refused);
  tcase_add_test (tcase, test_a_line_that_is_too_long_is_refused_once);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

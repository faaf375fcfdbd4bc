/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "publisherallowed.h"

#include <check.h>
#include <glib/gstdio.h>

static void
assert_parsed (const gchar * text, const gchar * expected)
{
  g_auto (GStrv) users = publisher_allowed_parse (text);
  g_autofree gchar *joined = g_strjoinv (",", users);
  ck_assert_str_eq (joined, expected);
}

START_TEST (test_names_are_trimmed_and_empty_ones_skipped)
{
  assert_parsed (" anna , ,ben,, carl \n", "anna,ben,carl");
}

END_TEST;

START_TEST (test_lines_separate_as_commas_do)
{
  assert_parsed ("anna\r\nben\n", "anna,ben");
}

END_TEST;

START_TEST (test_an_empty_list_is_nobody)
{
  assert_parsed ("", "");
  assert_parsed (" , \n", "");
}

END_TEST;

START_TEST (test_a_name_is_listed_once)
{
  assert_parsed ("ben,anna,ben", "ben,anna");
}

END_TEST;

START_TEST (test_space_within_a_name_is_kept)
{
  assert_parsed ("anna maria", "anna maria");
}

END_TEST;

START_TEST (test_a_list_is_read_from_a_file)
{
  g_autofree gchar *path = NULL;
  gint fd = g_file_open_tmp (NULL, &path, NULL);
  g_close (fd, NULL);
  ck_assert (g_file_set_contents (path, "anna\nben\n", -1, NULL));
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) users = publisher_allowed_read (path, &error);
  g_unlink (path);
  ck_assert_ptr_null (error);
  g_autofree gchar *text = publisher_allowed_to_text (users);
  ck_assert_str_eq (text, "anna, ben");
}

END_TEST;

START_TEST (test_a_missing_file_is_an_error)
{
  g_autoptr (GError) error = NULL;
  ck_assert_ptr_null (publisher_allowed_read ("/nowhere/users", &error));
  ck_assert_ptr_nonnull (error);
}

END_TEST;

START_TEST (test_nobody_and_everyone_are_told_apart)
{
  gchar *none[] = { NULL };
  g_autofree gchar *nobody = publisher_allowed_to_text (none);
  g_autofree gchar *everyone = publisher_allowed_to_text (NULL);
  ck_assert_str_eq (nobody, "nobody");
  ck_assert_str_eq (everyone, "everyone");
}

END_TEST;


int
main (void)
{
  Suite *suite = suite_create ("publisherallowed");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_names_are_trimmed_and_empty_ones_skipped);
  tcase_add_test (tcase, test_lines_separate_as_commas_do);
  tcase_add_test (tcase, test_an_empty_list_is_nobody);
  tcase_add_test (tcase, test_a_name_is_listed_once);
  tcase_add_test (tcase, test_space_within_a_name_is_kept);
  tcase_add_test (tcase, test_a_list_is_read_from_a_file);
  tcase_add_test (tcase, test_a_missing_file_is_an_error);
  tcase_add_test (tcase, test_nobody_and_everyone_are_told_apart);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

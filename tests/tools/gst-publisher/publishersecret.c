/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "publishersecret.h"

#include <check.h>
#include <glib/gstdio.h>
#include <string.h>

/* The path of a new file that holds @data. */
static gchar *
write_file (const gchar * data, gssize size)
{
  gchar *path = NULL;
  gint fd = g_file_open_tmp (NULL, &path, NULL);
  ck_assert_int_ge (fd, 0);
  g_close (fd, NULL);
  ck_assert (g_file_set_contents (path, data, size, NULL));
  return path;
}

START_TEST (test_a_secret_read_from_a_file_has_no_white_space_around_it)
{
  g_autofree gchar *path = write_file (" s3cret\n\n", 9);
  g_autoptr (GError) error = NULL;
  gchar *secret = publisher_secret_read (path, &error);
  g_unlink (path);
  ck_assert_ptr_null (error);
  ck_assert_str_eq (secret, "s3cret");
  publisher_secret_free (secret);
}

END_TEST;

START_TEST (test_an_empty_file_is_no_secret)
{
  g_autofree gchar *path = write_file (" \n", 2);
  g_autoptr (GError) error = NULL;
  ck_assert_ptr_null (publisher_secret_read (path, &error));
  g_unlink (path);
  ck_assert_ptr_nonnull (strstr (error->message, "is empty"));
}

END_TEST;

START_TEST (test_a_binary_file_is_no_secret)
{
  g_autofree gchar *path = write_file ("ab\0cd", 5);
  g_autoptr (GError) error = NULL;
  ck_assert_ptr_null (publisher_secret_read (path, &error));
  g_unlink (path);
  ck_assert_ptr_nonnull (strstr (error->message, "is not text"));
}

END_TEST;

START_TEST (test_a_huge_file_is_no_secret)
{
  g_autofree gchar *data = g_strnfill (1 << 20, 'x');
  g_autofree gchar *path = write_file (data, 1 << 20);
  g_autoptr (GError) error = NULL;
  ck_assert_ptr_null (publisher_secret_read (path, &error));
  g_unlink (path);
  ck_assert_ptr_nonnull (strstr (error->message, "too large"));
}

END_TEST;

START_TEST (test_a_missing_file_is_named)
{
  g_autoptr (GError) error = NULL;
  ck_assert_ptr_null (publisher_secret_read ("/nowhere/token", &error));
  ck_assert_ptr_nonnull (strstr (error->message, "/nowhere/token"));
}

END_TEST;

START_TEST (test_values_of_secret_options_are_overwritten_in_place)
{
  gchar words[] = "tool\0--token\0abc\0--api-secret=def\0--room\0stage";
  gchar *argv[] = { words, words + 5, words + 13, words + 17, words + 34,
    words + 41, NULL
  };
  publisher_secret_wipe_arguments (6, argv);
  ck_assert_mem_eq (words,
      "tool\0--token\0***\0--api-secret=***\0--room\0stage", sizeof words);
}

END_TEST;

START_TEST (test_secret_properties_of_a_pipeline_are_overwritten)
{
  gchar words[] = "tool\0"
      "a ! roompublish token=abc api-secret=\"d e\" turn-servers=<t> url=u";
  gchar *argv[] = { words, words + 5, NULL };
  publisher_secret_wipe_arguments (2, argv);
  ck_assert_str_eq (argv[1], "a ! roompublish token=*** api-secret=\"***\" "
      "turn-servers=*** url=u");
}

END_TEST;

START_TEST (test_what_is_no_secret_is_left_alone)
{
  gchar words[] = "tool\0--token-file\0abc\0x my-token=1";
  gchar *argv[] = { words, words + 5, words + 18, words + 22, NULL };
  publisher_secret_wipe_arguments (4, argv);
  ck_assert_str_eq (argv[2], "abc");
  ck_assert_str_eq (argv[3], "x my-token=1");
}

END_TEST;

START_TEST (test_a_secret_option_without_a_value_is_no_harm)
{
  gchar words[] = "tool\0--token";
  gchar *argv[] = { words, words + 5, NULL };
  publisher_secret_wipe_arguments (2, argv);
  ck_assert_str_eq (argv[1], "--token");
}

END_TEST;


int
main (void)
{
  Suite *suite = suite_create ("publishersecret");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase,
      test_a_secret_read_from_a_file_has_no_white_space_around_it);
  tcase_add_test (tcase, test_an_empty_file_is_no_secret);
  tcase_add_test (tcase, test_a_binary_file_is_no_secret);
  tcase_add_test (tcase, test_a_huge_file_is_no_secret);
  tcase_add_test (tcase, test_a_missing_file_is_named);
  tcase_add_test (tcase,
      test_values_of_secret_options_are_overwritten_in_place);
  tcase_add_test (tcase, test_secret_properties_of_a_pipeline_are_overwritten);
  tcase_add_test (tcase, test_what_is_no_secret_is_left_alone);
  tcase_add_test (tcase, test_a_secret_option_without_a_value_is_no_harm);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

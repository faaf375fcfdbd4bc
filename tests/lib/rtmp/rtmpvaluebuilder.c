/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpvaluebuilder.h"

#include "rtmp/rtmperror.h"

#include <check.h>
#include <string.h>

static RtmpValueBuilder builder;

static void
setup (void)
{
  rtmp_value_builder_init (&builder);
}

static void
teardown (void)
{
  rtmp_value_builder_clear (&builder);
}

static void
assert_limit (const gchar * why)
{
  g_autoptr (GError) error = NULL;

  ck_assert_ptr_null (rtmp_value_builder_end (&builder, &error));
  ck_assert (g_error_matches (error, RTMP_ERROR, RTMP_ERROR_LIMIT));
  ck_assert_ptr_nonnull (strstr (error->message, why));
}

START_TEST (test_nothing_added_is_no_values)
{
  g_autoptr (RtmpValues) values = rtmp_value_builder_end (&builder, NULL);

  ck_assert_uint_eq (rtmp_values_get_count (values), 0);
}

END_TEST;

START_TEST (test_it_can_be_used_again_after_the_end)
{
  rtmp_value_builder_add_number (&builder, NULL, 1);
  rtmp_values_unref (rtmp_value_builder_end (&builder, NULL));
  rtmp_value_builder_add_number (&builder, NULL, 2);
  g_autoptr (RtmpValues) values = rtmp_value_builder_end (&builder, NULL);
  ck_assert_uint_eq (rtmp_values_get_count (values), 1);
  ck_assert_double_eq (rtmp_value_get_number (rtmp_values_get (values, 0), 0),
      2);
}

END_TEST;

START_TEST (test_it_grows)
{
  const guint n = 100 * RTMP_VALUE_BUILDER_VALUES;

  rtmp_value_builder_open_map (&builder, NULL);
  for (guint i = 0; i < n; i++) {
    g_autofree gchar *text = g_strdup_printf ("number %u", i);
    ck_assert (rtmp_value_builder_add_string (&builder, text, text));
  }
  rtmp_value_builder_close (&builder);
  g_autoptr (RtmpValues) values = rtmp_value_builder_end (&builder, NULL);
  const RtmpValue *map = rtmp_values_get (values, 0), *child = NULL;
  ck_assert_uint_eq (rtmp_value_get_count (map), n);
  for (guint i = 0; i < n; i++) {
    g_autofree gchar *text = g_strdup_printf ("number %u", i);
    child = rtmp_value_next (map, child);
    ck_assert_str_eq (rtmp_value_get_name (child), text);
    ck_assert_str_eq (rtmp_value_get_string (child), text);
  }
  ck_assert_ptr_null (rtmp_value_next (map, child));
}

END_TEST;

START_TEST (test_a_string_that_is_null_is_null)
{
  rtmp_value_builder_add_string (&builder, NULL, NULL);
  g_autoptr (RtmpValues) values = rtmp_value_builder_end (&builder, NULL);
  ck_assert_int_eq (rtmp_value_get_kind (rtmp_values_get (values, 0)),
      RTMP_VALUE_NULL);
}

END_TEST;

START_TEST (test_a_copy_is_equal)
{
  rtmp_value_builder_open_object (&builder, NULL, "Class");
  rtmp_value_builder_add_boolean (&builder, "yes", TRUE);
  rtmp_value_builder_add_date (&builder, "when", 5);
  rtmp_value_builder_open_array (&builder, "list");
  rtmp_value_builder_add_string (&builder, NULL, "text");
  rtmp_value_builder_add_undefined (&builder, NULL);
  rtmp_value_builder_close (&builder);
  rtmp_value_builder_open_map (&builder, "");
  rtmp_value_builder_close (&builder);
  rtmp_value_builder_close (&builder);
  g_autoptr (RtmpValues) values = rtmp_value_builder_end (&builder, NULL);

  rtmp_value_builder_add_value (&builder, NULL, rtmp_values_get (values, 0));
  g_autoptr (RtmpValues) copy = rtmp_value_builder_end (&builder, NULL);
  ck_assert (rtmp_values_equal (values, copy));
}

END_TEST;

START_TEST (test_a_copy_takes_the_name_it_is_given)
{
  rtmp_value_builder_open_object (&builder, NULL, NULL);
  rtmp_value_builder_add_number (&builder, "old", 1);
  rtmp_value_builder_close (&builder);
  g_autoptr (RtmpValues) values = rtmp_value_builder_end (&builder, NULL);

  rtmp_value_builder_open_object (&builder, NULL, NULL);
  rtmp_value_builder_add_value (&builder, "new",
      rtmp_value_lookup (rtmp_values_get (values, 0), "old"));
  rtmp_value_builder_close (&builder);
  g_autoptr (RtmpValues) copy = rtmp_value_builder_end (&builder, NULL);
  ck_assert_double_eq (rtmp_value_get_number (rtmp_value_lookup
          (rtmp_values_get (copy, 0), "new"), 0), 1);
}

END_TEST;

START_TEST (test_what_is_nested_too_deep_fails)
{
  for (guint i = 0; i < RTMP_MAX_DEPTH; i++)
    ck_assert (rtmp_value_builder_open_array (&builder, NULL));
  ck_assert (!rtmp_value_builder_open_array (&builder, NULL));
  assert_limit ("deep");
}

END_TEST;

START_TEST (test_too_many_values_fail)
{
  for (guint i = 0; i < RTMP_MAX_VALUES; i++)
    ck_assert (rtmp_value_builder_add_null (&builder, NULL));
  ck_assert (!rtmp_value_builder_add_null (&builder, NULL));
  assert_limit ("many values");
}

END_TEST;

START_TEST (test_too_much_text_fails)
{
  g_autofree gchar *text = g_strnfill (RTMP_MAX_TEXT / 4, 'x');

  for (guint i = 0; i < 3; i++)
    ck_assert (rtmp_value_builder_add_string (&builder, NULL, text));
  ck_assert (!rtmp_value_builder_add_string (&builder, NULL, text));
  assert_limit ("much text");
}

END_TEST;

START_TEST (test_a_name_that_is_too_long_fails)
{
  g_autofree gchar *name = g_strnfill (RTMP_MAX_NAME + 1, 'x');

  rtmp_value_builder_open_object (&builder, NULL, NULL);
  ck_assert (!rtmp_value_builder_add_null (&builder, name));
  assert_limit ("name");

  ck_assert (!rtmp_value_builder_open_object (&builder, NULL, name));
  assert_limit ("class");

  name[RTMP_MAX_NAME] = '\0';
  rtmp_value_builder_open_object (&builder, NULL, name);
  ck_assert (rtmp_value_builder_add_null (&builder, name));
  rtmp_value_builder_close (&builder);
  rtmp_values_unref (rtmp_value_builder_end (&builder, NULL));
}

END_TEST;

START_TEST (test_after_a_failure_everything_fails)
{
  for (guint i = 0; i <= RTMP_MAX_DEPTH; i++)
    rtmp_value_builder_open_array (&builder, NULL);
  ck_assert (!rtmp_value_builder_add_null (&builder, NULL));
  rtmp_value_builder_close (&builder);
  ck_assert (!rtmp_value_builder_add_null (&builder, NULL));
  assert_limit ("deep");
}

END_TEST;

/* Each array holds the one before it twice: a few bytes, and 2^n values. */
START_TEST (test_repetition_is_bounded_by_the_count)
{
  guint index = 0, next = 0;
  gboolean good = TRUE;

  rtmp_value_builder_add_null (&builder, NULL);
  for (guint i = 0; i < RTMP_MAX_DEPTH && good; i++) {
    next = builder.n_values;
    rtmp_value_builder_open_array (&builder, NULL);
    rtmp_value_builder_put_again (&builder, RTMP_VALUE_NO_NAME, index);
    good = rtmp_value_builder_put_again (&builder, RTMP_VALUE_NO_NAME, index);
    rtmp_value_builder_close (&builder);
    index = next;
  }
  ck_assert (!good);
  ck_assert_uint_le (builder.n_values, RTMP_MAX_VALUES);
  assert_limit ("many values");
}

END_TEST;

START_TEST (test_repetition_is_bounded_by_the_depth)
{
  guint index = 0;
  gboolean good = TRUE;
  guint depth = 0;

  rtmp_value_builder_add_null (&builder, NULL);
  while (good) {
    guint next = builder.n_values;
    ck_assert (rtmp_value_builder_open_array (&builder, NULL));
    good = rtmp_value_builder_put_again (&builder, RTMP_VALUE_NO_NAME, index);
    rtmp_value_builder_close (&builder);
    index = next;
    depth++;
    ck_assert_uint_le (depth, RTMP_MAX_DEPTH + 1);
  }
  ck_assert_uint_eq (depth, RTMP_MAX_DEPTH + 1);
  assert_limit ("deep");
}

END_TEST;

START_TEST (test_what_is_repeated_keeps_what_is_in_it)
{
  rtmp_value_builder_open_object (&builder, NULL, "Class");
  rtmp_value_builder_add_string (&builder, "a", "b");
  rtmp_value_builder_close (&builder);
  rtmp_value_builder_open_object (&builder, NULL, NULL);
  rtmp_value_builder_put_again (&builder, rtmp_value_name ("again", 5), 0);
  rtmp_value_builder_add_number (&builder, "after", 1);
  rtmp_value_builder_close (&builder);
  g_autoptr (RtmpValues) values = rtmp_value_builder_end (&builder, NULL);
  const RtmpValue *object = rtmp_values_get (values, 1);
  const RtmpValue *again = rtmp_value_lookup (object, "again");
  ck_assert_uint_eq (rtmp_value_get_count (object), 2);
  ck_assert_str_eq (rtmp_value_get_class (again), "Class");
  ck_assert_str_eq (rtmp_value_get_string (rtmp_value_lookup (again, "a")),
      "b");
  ck_assert_double_eq (rtmp_value_get_number (rtmp_value_lookup (object,
              "after"), 0), 1);
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("rtmpvaluebuilder");
  TCase *tcase = tcase_create ("rtmpvaluebuilder");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_nothing_added_is_no_values);
  tcase_add_test (tcase, test_it_can_be_used_again_after_the_end);
  tcase_add_test (tcase, test_it_grows);
  tcase_add_test (tcase, test_a_string_that_is_null_is_null);
  tcase_add_test (tcase, test_a_copy_is_equal);
  tcase_add_test (tcase, test_a_copy_takes_the_name_it_is_given);
  tcase_add_test (tcase, test_what_is_nested_too_deep_fails);
  tcase_add_test (tcase, test_too_many_values_fail);
  tcase_add_test (tcase, test_too_much_text_fails);
  tcase_add_test (tcase, test_a_name_that_is_too_long_fails);
  tcase_add_test (tcase, test_after_a_failure_everything_fails);
  tcase_add_test (tcase, test_repetition_is_bounded_by_the_count);
  tcase_add_test (tcase, test_repetition_is_bounded_by_the_depth);
  tcase_add_test (tcase, test_what_is_repeated_keeps_what_is_in_it);
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

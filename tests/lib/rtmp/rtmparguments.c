/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmparguments.h"

#include "rtmp/rtmperror.h"

#include <check.h>
#include <string.h>

static RtmpValues *
parse (const gchar * text)
{
  g_autoptr (GError) error = NULL;
  RtmpValues *values = rtmp_arguments_parse (text, &error);

  ck_assert_msg (values != NULL, "%s: %s", text,
      error != NULL ? error->message : "");
  return values;
}

START_TEST (test_simple_values_are_taken)
{
  g_autoptr (RtmpValues) values =
      parse (" conn=B:1\tconn=B:0  conn=N:-1.5\nconn=S:text conn=Z: conn=S: ");

  ck_assert_uint_eq (rtmp_values_get_count (values), 6);
  ck_assert (rtmp_value_get_boolean (rtmp_values_get (values, 0), FALSE));
  ck_assert (!rtmp_value_get_boolean (rtmp_values_get (values, 1), TRUE));
  ck_assert_double_eq (rtmp_value_get_number (rtmp_values_get (values, 2), 0),
      -1.5);
  ck_assert_str_eq (rtmp_value_get_string (rtmp_values_get (values, 3)),
      "text");
  ck_assert_int_eq (rtmp_value_get_kind (rtmp_values_get (values, 4)),
      RTMP_VALUE_NULL);
  ck_assert_str_eq (rtmp_value_get_string (rtmp_values_get (values, 5)), "");
}

END_TEST;

/* The example of librtmp(3). */
START_TEST (test_objects_are_taken)
{
  g_autoptr (RtmpValues) values = parse ("conn=B:1 conn=S:authMe conn=O:1 "
      "conn=NN:code:1.23 conn=NS:flag:ok conn=O:0");
  const RtmpValue *object = rtmp_values_get (values, 2);

  ck_assert_uint_eq (rtmp_values_get_count (values), 3);
  ck_assert_uint_eq (rtmp_value_get_count (object), 2);
  ck_assert_double_eq (rtmp_value_get_number (rtmp_value_lookup (object,
              "code"), 0), 1.23);
  ck_assert_str_eq (rtmp_value_get_string (rtmp_value_lookup (object,
              "flag")), "ok");
}

END_TEST;

START_TEST (test_objects_may_be_in_each_other)
{
  g_autoptr (RtmpValues) values =
      parse ("conn=O:1 conn=NO:in:1 conn=NB:b:1 conn=O:0 conn=O:0");

  ck_assert (rtmp_value_get_boolean (rtmp_value_lookup (rtmp_value_lookup
              (rtmp_values_get (values, 0), "in"), "b"), FALSE));
}

END_TEST;

START_TEST (test_colons_in_a_text_stay)
{
  g_autoptr (RtmpValues) values = parse ("conn=S:a:b:c");

  ck_assert_str_eq (rtmp_value_get_string (rtmp_values_get (values, 0)),
      "a:b:c");
}

END_TEST;

START_TEST (test_what_is_none_is_refused)
{
  const gchar *bad[] = { "B:1", "conn=", "conn=B", "conn=B1", "conn=B:2",
    "conn=B:", "conn=N:", "conn=N:1x", "conn=X:1", "conn=NB:1", "conn=NB",
    "conn=NB:a:1", "conn=O:1 conn=B:1 conn=O:0", "conn=O:2", "conn=O:0",
    "conn=O:1", "conn=O:1 conn=O:1 conn=O:0 conn=O:0", "conn=NO:a:1",
    "conn=S:\\2", "conn=S:\\zz"
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;
    ck_assert_msg (rtmp_arguments_parse (bad[i], &error) == NULL, "%s", bad[i]);
    ck_assert_msg (g_error_matches (error, RTMP_ERROR, RTMP_ERROR_URL), "%s",
        bad[i]);
  }
}

END_TEST;

START_TEST (test_an_error_does_not_say_the_value)
{
  g_autoptr (GError) error = NULL;

  ck_assert_ptr_null (rtmp_arguments_parse ("conn=N:secret", &error));
  ck_assert_ptr_null (strstr (error->message, "secret"));
}

END_TEST;

START_TEST (test_objects_nested_too_deep_are_refused)
{
  g_autoptr (GString) text = g_string_new ("conn=O:1");
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < RTMP_MAX_DEPTH; i++)
    g_string_append (text, " conn=NO:a:1");
  ck_assert_ptr_null (rtmp_arguments_parse (text->str, &error));
  ck_assert (g_error_matches (error, RTMP_ERROR, RTMP_ERROR_LIMIT));
}

END_TEST;

START_TEST (test_escapes_are_bytes)
{
  g_autofree gchar *plain = rtmp_arguments_unescape ("a\\20b\\5Cc\\5c");
  ck_assert_str_eq (plain, "a b\\c\\");
  ck_assert_ptr_null (rtmp_arguments_unescape ("\\"));
  ck_assert_ptr_null (rtmp_arguments_unescape ("\\2"));
  ck_assert_ptr_null (rtmp_arguments_unescape ("\\2g"));
  ck_assert_ptr_null (rtmp_arguments_unescape ("a\\00"));
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("rtmparguments");
  TCase *tcase = tcase_create ("rtmparguments");
  tcase_add_test (tcase, test_simple_values_are_taken);
  tcase_add_test (tcase, test_objects_are_taken);
  tcase_add_test (tcase, test_objects_may_be_in_each_other);
  tcase_add_test (tcase, test_colons_in_a_text_stay);
  tcase_add_test (tcase, test_what_is_none_is_refused);
  tcase_add_test (tcase, test_an_error_does_not_say_the_value);
  tcase_add_test (tcase, test_objects_nested_too_deep_are_refused);
  tcase_add_test (tcase, test_escapes_are_bytes);
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

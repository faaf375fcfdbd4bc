/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitjson.h"

#include "livekit/livekiterror.h"
#include "livekit/livekitlimits.h"

#include <check.h>
#include <string.h>

static JsonObject *
parse (const gchar * text)
{
  g_autoptr (GError) error = NULL;
  JsonObject *object = livekit_json_parse (text, strlen (text), &error);
  ck_assert ((object == NULL) == (error != NULL));
  return object;
}

START_TEST (test_only_one_object_is_taken)
{
  const gchar *bad[] = {
    "", " ", "1", "null", "\"a\"", "[]", "{", "}", "{]", "{}}", "]{}", "{a}",
    "{\"a\"}", "{\"a\":}", "{\"a\":1,}x", "{\"a\":\"\xff\"}", "{\"a",
    "{\"a\":\"\\",
  };
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    ck_assert_msg (parse (bad[i]) == NULL, "%s", bad[i]);

  g_autoptr (JsonObject) empty = parse ("{}");
  ck_assert_ptr_nonnull (empty);
}

END_TEST;

START_TEST (test_deep_nesting_is_refused_before_the_parser_recurses)
{
  GString *text = g_string_new ("{\"a\":");
  for (guint i = 0; i < 1000000; i++)
    g_string_append_c (text, '[');
  g_autofree gchar *deep = g_string_free (text, FALSE);
  g_autoptr (GError) error = NULL;
  ck_assert_ptr_null (livekit_json_parse (deep, strlen (deep), &error));
  ck_assert (g_error_matches (error, LIVEKIT_ERROR, LIVEKIT_ERROR_PROTOCOL));
  ck_assert_ptr_nonnull (strstr (error->message, "deep"));
}

END_TEST;

START_TEST (test_nesting_up_to_the_limit_is_taken)
{
  g_autofree gchar *open = g_strnfill (LIVEKIT_MAX_JSON_DEPTH - 1, '[');
  g_autofree gchar *close = g_strnfill (LIVEKIT_MAX_JSON_DEPTH - 1, ']');
  g_autofree gchar *text = g_strconcat ("{\"a\":", open, close, "}", NULL);
  g_autoptr (JsonObject) object = parse (text);
  ck_assert_ptr_nonnull (object);

  g_autofree gchar *more = g_strconcat ("{\"a\":[", open, close, "]}", NULL);
  ck_assert_ptr_null (parse (more));
}

END_TEST;

START_TEST (test_brackets_in_strings_do_not_count)
{
  g_autofree gchar *open = g_strnfill (1000, '{');
  g_autofree gchar *text = g_strconcat ("{\"a\":\"\\\"", open, "\"}", NULL);
  g_autoptr (JsonObject) object = parse (text);
  ck_assert_ptr_nonnull (object);
}

END_TEST;

START_TEST (test_members_are_read_by_type)
{
  g_autoptr (JsonObject) object =
      parse ("{\"s\":\"x\",\"i\":-3,\"d\":2.9,\"b\":true,\"o\":{},\"a\":[]}");
  const gchar *text = NULL;
  gint64 number = 0;
  gboolean flag = FALSE;
  JsonObject *inner = NULL;
  JsonArray *array = NULL;
  ck_assert (livekit_json_get_string (object, "s", &text));
  ck_assert_str_eq (text, "x");
  ck_assert (livekit_json_get_number (object, "i", &number));
  ck_assert_int_eq (number, -3);
  ck_assert (livekit_json_get_number (object, "d", &number));
  ck_assert_int_eq (number, 2);
  ck_assert (livekit_json_get_boolean (object, "b", &flag));
  ck_assert (flag);
  ck_assert (livekit_json_get_object (object, "o", &inner));
  ck_assert_ptr_nonnull (inner);
  ck_assert (livekit_json_get_array (object, "a", &array));
  ck_assert_ptr_nonnull (array);
}

END_TEST;

START_TEST (test_members_of_another_type_are_refused)
{
  g_autoptr (JsonObject) object =
      parse ("{\"s\":\"x\",\"i\":1,\"o\":{},\"huge\":1e300}");
  const gchar *text = NULL;
  gint64 number = 0;
  gboolean flag = FALSE;
  JsonObject *inner = NULL;
  JsonArray *array = NULL;
  ck_assert (!livekit_json_get_string (object, "i", &text));
  ck_assert (!livekit_json_get_string (object, "o", &text));
  ck_assert (!livekit_json_get_number (object, "s", &number));
  ck_assert (!livekit_json_get_number (object, "o", &number));
  ck_assert (!livekit_json_get_number (object, "huge", &number));
  ck_assert (!livekit_json_get_boolean (object, "i", &flag));
  ck_assert (!livekit_json_get_object (object, "s", &inner));
  ck_assert (!livekit_json_get_array (object, "o", &array));
}

END_TEST;

START_TEST (test_absent_and_null_leave_the_value_alone)
{
  g_autoptr (JsonObject) object = parse ("{\"n\":null}");
  const gchar *text = "before";
  gint64 number = 7;
  ck_assert (livekit_json_get_string (object, "n", &text));
  ck_assert (livekit_json_get_string (object, "none", &text));
  ck_assert_str_eq (text, "before");
  ck_assert (livekit_json_get_number (object, "n", &number));
  ck_assert_int_eq (number, 7);
}

END_TEST;

START_TEST (test_cut_escapes_are_refused)
{
  const gchar *bad[] = {
    "{\"a\":\"\\u\"}", "{\"a\":\"\\u00f\"}", "{\"a\":\"\\u00fx\"}",
    "{\"a\":\"\\ud83d\\ud%00\"}", "{\"a\":\"\\ud83d\\u",
    "{\"a\":\"\\ud83d\\ud",
  };
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    ck_assert_msg (parse (bad[i]) == NULL, "%s", bad[i]);

  g_autoptr (JsonObject) object = parse ("{\"a\":\"\\\\u\\ud83d\\ude00\"}");
  ck_assert_ptr_nonnull (object);
}

END_TEST;

START_TEST (test_half_a_surrogate_pair_gives_no_string)
{
  g_autoptr (GError) error = NULL;
  const gchar *json = "{\"a\":\"\\ud800\"}";
  g_autoptr (JsonObject) object =
      livekit_json_parse (json, strlen (json), &error);
  const gchar *text = NULL;
  ck_assert (object == NULL || !livekit_json_get_string (object, "a", &text)
      || g_utf8_validate (text, -1, NULL));
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("livekitjson");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_only_one_object_is_taken);
  tcase_add_test (tcase,
      test_deep_nesting_is_refused_before_the_parser_recurses);
  tcase_add_test (tcase, test_nesting_up_to_the_limit_is_taken);
  tcase_add_test (tcase, test_brackets_in_strings_do_not_count);
  tcase_add_test (tcase, test_members_are_read_by_type);
  tcase_add_test (tcase, test_members_of_another_type_are_refused);
  tcase_add_test (tcase, test_absent_and_null_leave_the_value_alone);
  tcase_add_test (tcase, test_cut_escapes_are_refused);
  tcase_add_test (tcase, test_half_a_surrogate_pair_gives_no_string);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

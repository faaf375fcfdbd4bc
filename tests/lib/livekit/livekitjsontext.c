/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitjsontext.h"

#include "livekit/livekiterror.h"
#include "livekit/livekitlimits.h"

#include <check.h>
#include <string.h>

static gboolean
check (const gchar * text)
{
  g_autoptr (GError) error = NULL;
  gboolean good = livekit_json_text_check (text, strlen (text), &error);
  ck_assert (good == (error == NULL));
  ck_assert (good || g_error_matches (error, LIVEKIT_ERROR,
          LIVEKIT_ERROR_PROTOCOL));
  return good;
}

/* @value as the value of a member. */
static gboolean
check_value (const gchar * value)
{
  g_autofree gchar *text = g_strdup_printf ("{\"a\":%s}", value);
  return check (text);
}

START_TEST (test_one_object_is_taken)
{
  const gchar *good[] = {
    "{}", " \t\r\n{ } \n", "{\"a\":1}", "{\"a\":1,\"b\":2}",
    "{ \"a\" : [ 1 , 2 ] }", "{\"\":{}}", "{\"a\":1,\"a\":2}",
  };
  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    ck_assert_msg (check (good[i]), "%s", good[i]);
}

END_TEST;

START_TEST (test_anything_but_one_object_is_refused)
{
  const gchar *bad[] = {
    "", " ", "1", "null", "\"a\"", "[]", "{}{}", "{} x", "5{}{{", "{", "}",
    "{]", "{}}", "{a}", "{a:1}", "{'a':1}", "{\"a\"}", "{\"a\":}", "{\"a\" 1}",
    "{\"a\":1,}", "{,}", "{\"a\":1 \"b\":2}", "{\"a\":/**/1}", "{\"a\":1}//",
    "\xef\xbb\xbf{}", "{\"a\":\"\xff\"}", "{\v}",
  };
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    ck_assert_msg (!check (bad[i]), "%s", bad[i]);
}

END_TEST;

START_TEST (test_a_zero_byte_is_refused)
{
  const gchar text[] = "{}\0";
  ck_assert (!livekit_json_text_check (text, sizeof text - 1, NULL));
}

END_TEST;

START_TEST (test_values_are_those_of_the_rfc)
{
  const gchar *good[] = {
    "true", "false", "null", "0", "-0", "-1", "10", "1.5", "0.0", "1e5",
    "1E+5", "1.25e-3", "1e999", "123456789012345678901234567890", "[]", "[[]]",
    "[1,\"a\",{}]", "\"\"",
  };
  const gchar *bad[] = {
    "", "tru", "True", "nul", "nullx", "01", "+1", "-", ".5", "1.", "1.e5",
    "1e", "1e+", "0x10", "NaN", "Infinity", "[1,]", "[,1]", "[1 2]", "[",
    "1,,", "b\"c\"",
  };
  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    ck_assert_msg (check_value (good[i]), "%s", good[i]);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    ck_assert_msg (!check_value (bad[i]), "%s", bad[i]);
}

END_TEST;

START_TEST (test_strings_are_those_of_the_rfc)
{
  const gchar *good[] = {
    "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\u00e9\"", "\"\\u0001\"",
    "\"{[\"", "\"\xc3\xa9\"", "\"\x7f\"", "\"\\\\u\"",
  };
  const gchar *bad[] = {
    "\"", "\"a", "\"\\", "\"\\\"", "\"\\x\"", "\"\\U0041\"", "\"\n\"",
    "\"\t\"", "\"\\u\"", "\"\\u00f\"", "\"\\u00fx\"",
  };
  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    ck_assert_msg (check_value (good[i]), "%s", good[i]);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    ck_assert_msg (!check_value (bad[i]), "%s", bad[i]);
}

END_TEST;

/* Whoever checks a name must not see less of it than whoever uses it. */
START_TEST (test_a_string_has_no_nul)
{
  ck_assert (!check_value ("\"stage\\u0000x\""));
  ck_assert (check_value ("\"stage\\\\u0000x\""));
}

END_TEST;

START_TEST (test_surrogates_come_in_pairs)
{
  ck_assert (check_value ("\"\\ud83d\\ude00\""));
  const gchar *bad[] = {
    "\"\\ud83d\"", "\"\\ude00\"", "\"\\ud83d\\u0041\"", "\"\\ud83d\\ud83d\"",
    "\"\\ude00\\ud83d\"", "\"\\ud83d\\ud\"", "\"\\ud83d\\n\"",
    "\"\\ud83d\\ud%00\"",
  };
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    ck_assert_msg (!check_value (bad[i]), "%s", bad[i]);
}

END_TEST;

START_TEST (test_nesting_has_a_limit)
{
  g_autofree gchar *open = g_strnfill (LIVEKIT_MAX_JSON_DEPTH - 1, '[');
  g_autofree gchar *close = g_strnfill (LIVEKIT_MAX_JSON_DEPTH - 1, ']');
  g_autofree gchar *most = g_strconcat (open, close, NULL);
  g_autofree gchar *more = g_strconcat ("[", open, close, "]", NULL);
  ck_assert (check_value (most));
  ck_assert (!check_value (more));
}

END_TEST;

/* @count values in one list; they and the list are values. */
static gboolean
check_count (guint count)
{
  GString *text = g_string_new ("[0");

  for (guint i = 1; i < count; i++)
    g_string_append (text, ",0");
  g_string_append_c (text, ']');
  gboolean good = check_value (text->str);
  g_string_free (text, TRUE);
  return good;
}

START_TEST (test_values_have_a_limit)
{
  ck_assert (check_count (LIVEKIT_MAX_JSON_VALUES - 1));
  ck_assert (!check_count (LIVEKIT_MAX_JSON_VALUES));
}

END_TEST;

START_TEST (test_siblings_do_not_nest)
{
  GString *text = g_string_new ("{\"a\":[[]");
  for (guint i = 0; i < 1000; i++)
    g_string_append (text, ",[]");
  g_string_append (text, "]}");
  ck_assert (check (text->str));
  g_string_free (text, TRUE);
}

END_TEST;

START_TEST (test_a_cut_text_is_refused)
{
  const gchar *text = "{\"a\":[1.5e3,\"\\ud83d\\ude00\",true],\"b\":{}}";
  for (gsize i = 0; i < strlen (text); i++) {
    g_autofree gchar *cut = g_strndup (text, i);
    ck_assert_msg (!check (cut), "%s", cut);
  }
  ck_assert (check (text));
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("livekitjsontext");
  TCase *tcase = tcase_create ("text");
  tcase_add_test (tcase, test_one_object_is_taken);
  tcase_add_test (tcase, test_anything_but_one_object_is_refused);
  tcase_add_test (tcase, test_a_zero_byte_is_refused);
  tcase_add_test (tcase, test_values_are_those_of_the_rfc);
  tcase_add_test (tcase, test_strings_are_those_of_the_rfc);
  tcase_add_test (tcase, test_a_string_has_no_nul);
  tcase_add_test (tcase, test_surrogates_come_in_pairs);
  tcase_add_test (tcase, test_nesting_has_a_limit);
  tcase_add_test (tcase, test_values_have_a_limit);
  tcase_add_test (tcase, test_siblings_do_not_nest);
  tcase_add_test (tcase, test_a_cut_text_is_refused);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

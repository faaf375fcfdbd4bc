/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The golden candidate is what livekit-server 1.13.5 sends, with another
 * address. */
#include "livekit/livekitcandidate.h"

#include "livekit/livekiterror.h"
#include "livekit/livekitlimits.h"

#include <check.h>
#include <string.h>

#define CANDIDATE "candidate:1 1 udp 2130706431 10.0.0.1 7882 typ host ufrag X"

START_TEST (test_a_candidate_of_the_server_is_read)
{
  guint mline = 9;
  g_autofree gchar *candidate =
      livekit_candidate_parse ("{\"candidate\":\"" CANDIDATE "\","
      "\"sdpMid\":\"video0\",\"sdpMLineIndex\":0,\"usernameFragment\":null}",
      &mline, NULL);
  ck_assert_str_eq (candidate, CANDIDATE);
  ck_assert_uint_eq (mline, 0);
}

END_TEST;

START_TEST (test_a_candidate_is_written_with_mid_and_index)
{
  g_autofree gchar *json = livekit_candidate_write (CANDIDATE, 2);
  ck_assert_str_eq (json, "{\"candidate\":\"" CANDIDATE "\","
      "\"sdpMid\":\"2\",\"sdpMLineIndex\":2}");
}

END_TEST;

START_TEST (test_what_is_written_is_read_back)
{
  g_autofree gchar *json = livekit_candidate_write ("a \"b\" \\ \xc3\xb6", 3);
  guint mline = 0;
  g_autofree gchar *candidate = livekit_candidate_parse (json, &mline, NULL);
  ck_assert_str_eq (candidate, "a \"b\" \\ \xc3\xb6");
  ck_assert_uint_eq (mline, 3);
}

END_TEST;

START_TEST (test_the_index_may_be_absent_or_null)
{
  guint mline = 9;
  g_autofree gchar *absent =
      livekit_candidate_parse ("{\"candidate\":\"x\"}", &mline, NULL);
  ck_assert_str_eq (absent, "x");
  ck_assert_uint_eq (mline, 0);
  mline = 9;
  g_autofree gchar *null =
      livekit_candidate_parse ("{\"candidate\":\"x\",\"sdpMLineIndex\":null}",
      &mline, NULL);
  ck_assert_str_eq (null, "x");
  ck_assert_uint_eq (mline, 0);
}

END_TEST;

START_TEST (test_an_empty_candidate_is_the_end_of_them)
{
  guint mline;
  g_autofree gchar *candidate =
      livekit_candidate_parse ("{\"candidate\":\"\"}", &mline, NULL);
  ck_assert_str_eq (candidate, "");
}

END_TEST;

START_TEST (test_anything_else_is_refused)
{
  g_autofree gchar *filler = g_strnfill (LIVEKIT_MAX_CANDIDATE, 'x');
  g_autofree gchar *long_one =
      g_strdup_printf ("{\"candidate\":\"%s\"}", filler);
  const gchar *bad[] = {
    "", "x", "[]", "{}", "{\"candidate\":null}", "{\"candidate\":1}",
    "{\"candidate\":\"x\",\"sdpMLineIndex\":-1}",
    "{\"candidate\":\"x\",\"sdpMLineIndex\":1025}",
    "{\"candidate\":\"x\",\"sdpMLineIndex\":\"0\"}",
    "{\"candidate\":\"x\\r\\na=sendonly\"}", "{\"candidate\":\"x\\ny\"}",
    long_one,
  };
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    guint mline;
    g_autoptr (GError) error = NULL;
    ck_assert_msg (livekit_candidate_parse (bad[i], &mline, &error) == NULL,
        "%s", bad[i]);
    ck_assert (g_error_matches (error, LIVEKIT_ERROR, LIVEKIT_ERROR_PROTOCOL));
  }
}

END_TEST;

START_TEST (test_a_candidate_cut_at_any_length_is_refused)
{
  g_autofree gchar *json = livekit_candidate_write (CANDIDATE, 0);
  for (gsize length = 0; length < strlen (json); length++) {
    g_autofree gchar *cut = g_strndup (json, length);
    guint mline;
    ck_assert_ptr_null (livekit_candidate_parse (cut, &mline, NULL));
  }
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("livekitcandidate");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_a_candidate_of_the_server_is_read);
  tcase_add_test (tcase, test_a_candidate_is_written_with_mid_and_index);
  tcase_add_test (tcase, test_what_is_written_is_read_back);
  tcase_add_test (tcase, test_the_index_may_be_absent_or_null);
  tcase_add_test (tcase, test_an_empty_candidate_is_the_end_of_them);
  tcase_add_test (tcase, test_anything_else_is_refused);
  tcase_add_test (tcase, test_a_candidate_cut_at_any_length_is_refused);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

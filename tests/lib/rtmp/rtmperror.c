/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmperror.h"

#include <check.h>

START_TEST (test_each_code_has_a_nick_of_its_own)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (gint code = RTMP_ERROR_URL; code <= RTMP_ERROR_CLOSED; code++) {
    const gchar *nick = rtmp_error_get_nick (code);
    ck_assert_str_ne (nick, "unknown");
    ck_assert (g_hash_table_add (seen, (gpointer) nick));
  }
}

END_TEST;

START_TEST (test_other_numbers_are_unknown)
{
  ck_assert_str_eq (rtmp_error_get_nick (0), "unknown");
  ck_assert_str_eq (rtmp_error_get_nick (-1), "unknown");
  ck_assert_str_eq (rtmp_error_get_nick (RTMP_ERROR_CLOSED + 1), "unknown");
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("rtmperror");
  TCase *tcase = tcase_create ("rtmperror");
  tcase_add_test (tcase, test_each_code_has_a_nick_of_its_own);
  tcase_add_test (tcase, test_other_numbers_are_unknown);
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

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekiterror.h"

#include <check.h>

START_TEST (test_every_code_has_a_nick_of_its_own)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (gint code = LIVEKIT_ERROR_URL; code <= LIVEKIT_ERROR_MEDIA; code++) {
    const gchar *nick = livekit_error_get_nick (code);
    ck_assert_str_ne (nick, "unknown");
    ck_assert (g_hash_table_add (seen, (gpointer) nick));
  }
}

END_TEST;

START_TEST (test_nicks_are_those_of_the_documentation)
{
  ck_assert_str_eq (livekit_error_get_nick (LIVEKIT_ERROR_NO_SUCH_ROOM),
      "no-such-room");
  ck_assert_str_eq (livekit_error_get_nick (LIVEKIT_ERROR_ROOM_DELETED),
      "room-deleted");
  ck_assert_str_eq (livekit_error_get_nick (LIVEKIT_ERROR_JOIN_TIMEOUT),
      "join-timeout");
}

END_TEST;

START_TEST (test_a_number_that_is_no_code_is_unknown)
{
  ck_assert_str_eq (livekit_error_get_nick (0), "unknown");
  ck_assert_str_eq (livekit_error_get_nick (LIVEKIT_ERROR_MEDIA + 1),
      "unknown");
  ck_assert_str_eq (livekit_error_get_nick (-1), "unknown");
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("livekiterror");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_every_code_has_a_nick_of_its_own);
  tcase_add_test (tcase, test_nicks_are_those_of_the_documentation);
  tcase_add_test (tcase, test_a_number_that_is_no_code_is_unknown);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

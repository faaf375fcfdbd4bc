/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "servercandidate.h"

#include <check.h>

START_TEST (test_addresses_are_taken)
{
  ck_assert (server_candidate_has_address ("candidate:1 1 UDP 2122 127.0.0.1 "
          "9000 typ host"));
  ck_assert (server_candidate_has_address ("a=candidate:1 1 TCP 2122 "
          "2001:db8::1 9 typ host tcptype active\r"));
}

END_TEST;

START_TEST (test_names_and_what_is_cut_short_are_not)
{
  ck_assert (!server_candidate_has_address ("candidate:1 1 UDP 2122 "
          "0f6e.local 9000 typ host"));
  ck_assert (!server_candidate_has_address ("candidate:1 1 UDP 2122 "
          "fe80::1%25x.local 9000 typ host"));
  ck_assert (!server_candidate_has_address ("candidate:1 1 UDP 2122  "
          "127.0.0.1 9000 typ host"));
  ck_assert (!server_candidate_has_address ("candidate:1 1 UDP 2122 "
          "127.0.0.1"));
  ck_assert (!server_candidate_has_address (""));
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("servercandidate");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_addresses_are_taken);
  tcase_add_test (tcase, test_names_and_what_is_cut_short_are_not);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmpcontinuity.h"

#include <check.h>

START_TEST (test_times_stay_as_they_are)
{
  RtmpContinuity row = { 0 };

  ck_assert_uint_eq (rtmp_continuity_map (&row, 7000), 7000);
  ck_assert_uint_eq (rtmp_continuity_map (&row, 7040), 7040);
  ck_assert_uint_eq (rtmp_continuity_map (&row, 7023), 7023);
  ck_assert_uint_eq (rtmp_continuity_map (&row, 90000), 90000);
}

END_TEST;

START_TEST (test_what_begins_anew_goes_on)
{
  RtmpContinuity row = { 0 };

  rtmp_continuity_map (&row, 60000);
  ck_assert_uint_eq (rtmp_continuity_map (&row, 0), 60000);
  ck_assert_uint_eq (rtmp_continuity_map (&row, 40), 60040);
  ck_assert_uint_eq (rtmp_continuity_map (&row, 30000), 90000);
  ck_assert_uint_eq (rtmp_continuity_map (&row, 0), 90000);
}

END_TEST;

START_TEST (test_behind_a_break_nothing_is_only_late)
{
  RtmpContinuity row = { 0 };

  rtmp_continuity_map (&row, 500);
  rtmp_continuity_break (&row);
  ck_assert_uint_eq (rtmp_continuity_map (&row, 0), 500);
  ck_assert_uint_eq (rtmp_continuity_map (&row, 40), 540);
  ck_assert_uint_eq (rtmp_continuity_map (&row, 30), 530);
  rtmp_continuity_break (&row);
  ck_assert_uint_eq (rtmp_continuity_map (&row, 9000), 9500);
}

END_TEST;

START_TEST (test_a_wrap_is_no_new_beginning)
{
  RtmpContinuity row = { 0 };

  ck_assert_uint_eq (rtmp_continuity_map (&row, 0xfffffff0), 0xfffffff0);
  ck_assert_uint_eq (rtmp_continuity_map (&row, 0x10), 0x10);
  ck_assert_uint_eq (rtmp_continuity_map (&row, 0xfffffff8), 0xfffffff8);
  ck_assert_uint_eq (rtmp_continuity_map (&row, 0x20), 0x20);
}

END_TEST;

START_TEST (test_what_has_no_time_of_its_own_moves_nothing)
{
  RtmpContinuity row = { 0 };

  ck_assert_uint_eq (rtmp_continuity_fit (&row, 0), 0);
  ck_assert_uint_eq (rtmp_continuity_map (&row, 60000), 60000);
  ck_assert_uint_eq (rtmp_continuity_fit (&row, 0), 60000);
  ck_assert_uint_eq (rtmp_continuity_map (&row, 60040), 60040);
  ck_assert_uint_eq (rtmp_continuity_fit (&row, 60020), 60020);
  ck_assert_uint_eq (rtmp_continuity_fit (&row, 90000), 90000);
  ck_assert_uint_eq (rtmp_continuity_map (&row, 60080), 60080);
}

END_TEST;

START_TEST (test_it_leaves_a_break_to_what_follows)
{
  RtmpContinuity row = { 0 };

  rtmp_continuity_map (&row, 500);
  rtmp_continuity_break (&row);
  ck_assert_uint_eq (rtmp_continuity_fit (&row, 0), 500);
  ck_assert_uint_eq (rtmp_continuity_map (&row, 0), 500);
  ck_assert_uint_eq (rtmp_continuity_map (&row, 40), 540);
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("rtmpcontinuity");
  TCase *tcase = tcase_create ("rtmpcontinuity");
  tcase_add_test (tcase, test_times_stay_as_they_are);
  tcase_add_test (tcase, test_what_begins_anew_goes_on);
  tcase_add_test (tcase, test_behind_a_break_nothing_is_only_late);
  tcase_add_test (tcase, test_a_wrap_is_no_new_beginning);
  tcase_add_test (tcase, test_what_has_no_time_of_its_own_moves_nothing);
  tcase_add_test (tcase, test_it_leaves_a_break_to_what_follows);
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

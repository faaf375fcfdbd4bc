/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpwindow.h"

#include "rtmp/rtmplimits.h"

#include <check.h>

static RtmpWindow window;

static void
setup (void)
{
  rtmp_window_init (&window);
}

START_TEST (test_bytes_are_acknowledged_at_half_of_the_window)
{
  guint32 number = 0;

  rtmp_window_set (&window, 1000);
  ck_assert (!rtmp_window_receive (&window, 499, &number));
  ck_assert (rtmp_window_receive (&window, 1, &number));
  ck_assert_uint_eq (number, 500);
  ck_assert (!rtmp_window_receive (&window, 499, &number));
  ck_assert (rtmp_window_receive (&window, 5000, &number));
  ck_assert_uint_eq (number, 5999);
}

END_TEST;

START_TEST (test_without_a_word_the_usual_window_counts)
{
  guint32 number;

  ck_assert (!rtmp_window_receive (&window, RTMP_DEFAULT_WINDOW / 2 - 1,
          &number));
  ck_assert (rtmp_window_receive (&window, 1, &number));
}

END_TEST;

START_TEST (test_the_smallest_windows_are_no_harm)
{
  guint32 number;

  rtmp_window_set (&window, 0);
  ck_assert (!rtmp_window_receive (&window, 0, &number));
  ck_assert (rtmp_window_receive (&window, 1, &number));
}

END_TEST;

START_TEST (test_the_number_wraps)
{
  guint32 number;

  rtmp_window_receive (&window, (gsize) 0x100000000, &number);
  ck_assert_uint_eq (number, 0);
  rtmp_window_receive (&window, RTMP_DEFAULT_WINDOW, &number);
  ck_assert_uint_eq (number, RTMP_DEFAULT_WINDOW);
}

END_TEST;

START_TEST (test_what_the_other_end_got_is_counted)
{
  rtmp_window_send (&window, 1000);
  rtmp_window_heard (&window, 400);
  ck_assert_uint_eq (window.confirmed, 400);
  /* More than was sent is nonsense; so is less than before. */
  rtmp_window_heard (&window, 1001);
  ck_assert_uint_eq (window.confirmed, 400);
  rtmp_window_heard (&window, 399);
  ck_assert_uint_eq (window.confirmed, 400);
  rtmp_window_heard (&window, 1000);
  ck_assert_uint_eq (window.confirmed, 1000);
}

END_TEST;

START_TEST (test_what_it_got_is_counted_over_the_wrap)
{
  rtmp_window_send (&window, (gsize) 0x100000010);
  rtmp_window_heard (&window, 0xfffffff0);
  rtmp_window_heard (&window, 0x10);
  ck_assert_uint_eq (window.confirmed, 0x100000010);
}

END_TEST;

START_TEST (test_a_window_is_told_once)
{
  ck_assert (rtmp_window_tell (&window, 2500000));
  ck_assert (!rtmp_window_tell (&window, 2500000));
  ck_assert (rtmp_window_tell (&window, 5000000));
}

END_TEST;

/* RTMP 5.4.5 */
START_TEST (test_a_bandwidth_is_answered_with_a_window)
{
  RtmpControl dynamic = {.number = 2500000,.limit = RTMP_BANDWIDTH_DYNAMIC };
  RtmpControl soft = {.number = 5000000,.limit = RTMP_BANDWIDTH_SOFT };
  RtmpControl hard = {.number = 5000000,.limit = RTMP_BANDWIDTH_HARD };
  guint32 told;

  ck_assert (rtmp_window_set_bandwidth (&window, &dynamic, &told));
  ck_assert_uint_eq (told, 2500000);
  ck_assert (!rtmp_window_set_bandwidth (&window, &dynamic, &told));
  /* Soft: the smaller of the two, which it knows. */
  ck_assert (!rtmp_window_set_bandwidth (&window, &soft, &told));
  ck_assert (rtmp_window_set_bandwidth (&window, &hard, &told));
  ck_assert_uint_eq (told, 5000000);
  /* Dynamic behind hard is hard. */
  ck_assert (rtmp_window_set_bandwidth (&window, &dynamic, &told));
  ck_assert_uint_eq (told, 2500000);
}

END_TEST;

START_TEST (test_dynamic_behind_soft_says_nothing)
{
  RtmpControl soft = {.number = 1000,.limit = RTMP_BANDWIDTH_SOFT };
  RtmpControl dynamic = {.number = 2000,.limit = RTMP_BANDWIDTH_DYNAMIC };
  guint32 told;

  ck_assert (rtmp_window_set_bandwidth (&window, &soft, &told));
  ck_assert (!rtmp_window_set_bandwidth (&window, &dynamic, &told));
  ck_assert_uint_eq (window.told, 1000);
}

END_TEST;

START_TEST (test_no_bandwidth_is_no_window)
{
  RtmpControl none = {.number = 0,.limit = RTMP_BANDWIDTH_HARD };
  guint32 told;

  ck_assert (!rtmp_window_set_bandwidth (&window, &none, &told));
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("rtmpwindow");
  TCase *tcase = tcase_create ("rtmpwindow");
  tcase_add_checked_fixture (tcase, setup, NULL);
  tcase_add_test (tcase, test_bytes_are_acknowledged_at_half_of_the_window);
  tcase_add_test (tcase, test_without_a_word_the_usual_window_counts);
  tcase_add_test (tcase, test_the_smallest_windows_are_no_harm);
  tcase_add_test (tcase, test_the_number_wraps);
  tcase_add_test (tcase, test_what_the_other_end_got_is_counted);
  tcase_add_test (tcase, test_what_it_got_is_counted_over_the_wrap);
  tcase_add_test (tcase, test_a_window_is_told_once);
  tcase_add_test (tcase, test_a_bandwidth_is_answered_with_a_window);
  tcase_add_test (tcase, test_dynamic_behind_soft_says_nothing);
  tcase_add_test (tcase, test_no_bandwidth_is_no_window);
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

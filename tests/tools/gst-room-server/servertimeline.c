/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "servertimeline.h"

#include <check.h>

#define MS G_TIME_SPAN_MILLISECOND

START_TEST (test_time_begins_at_zero_and_follows_the_packets)
{
  ServerTimeline line;

  server_timeline_init (&line, 90000);
  ck_assert_uint_eq (server_timeline_get (&line, 5000, 70 * MS), 0);
  /* Whatever the network makes of it. */
  ck_assert_uint_eq (server_timeline_get (&line, 5000 + 9000, 190 * MS),
      100 * GST_MSECOND);
  ck_assert_uint_eq (server_timeline_get (&line, 5000 + 18000, 200 * MS),
      200 * GST_MSECOND);
}

END_TEST;

START_TEST (test_timestamps_wrap)
{
  ServerTimeline line;

  server_timeline_init (&line, 48000);
  server_timeline_get (&line, G_MAXUINT32 - 479, 0);
  ck_assert_uint_eq (server_timeline_get (&line, 480, 20 * MS),
      20 * GST_MSECOND);
}

END_TEST;

START_TEST (test_what_is_shown_earlier_may_come_later)
{
  ServerTimeline line;

  server_timeline_init (&line, 90000);
  ck_assert_uint_eq (server_timeline_get (&line, 9000, 0), 0);
  ck_assert_uint_eq (server_timeline_get (&line, 36000, 0), 300 * GST_MSECOND);
  ck_assert_uint_eq (server_timeline_get (&line, 18000, 0), 100 * GST_MSECOND);
  /* There is no time before the first. */
  ck_assert_uint_eq (server_timeline_get (&line, 0, 0), 0);
}

END_TEST;

START_TEST (test_a_clock_that_stood_still_is_corrected)
{
  ServerTimeline line;
  gint64 pause = SERVER_TIMELINE_MAX_DRIFT + 2000 * MS;

  server_timeline_init (&line, 90000);
  server_timeline_get (&line, 0, 0);
  ck_assert_uint_eq (server_timeline_get (&line, 3000, pause),
      pause * GST_USECOND);
  ck_assert_uint_eq (server_timeline_get (&line, 12000, pause + 100 * MS),
      (pause + 100 * MS) * GST_USECOND);
}

END_TEST;

START_TEST (test_a_clock_that_jumps_does_not_make_hours)
{
  ServerTimeline line;

  server_timeline_init (&line, 90000);
  server_timeline_get (&line, 0, 0);
  server_timeline_get (&line, 90000, 1000 * MS);
  ck_assert_uint_eq (server_timeline_get (&line, 1u << 30, 1100 * MS),
      1100 * GST_MSECOND);
  ck_assert_uint_eq (server_timeline_get (&line, (1u << 30) + 9000, 1200 * MS),
      1200 * GST_MSECOND);
}

END_TEST;

START_TEST (test_time_is_not_set_back)
{
  ServerTimeline line;

  server_timeline_init (&line, 90000);
  server_timeline_get (&line, 0, 0);
  /* Nine seconds ahead are let pass; what comes then is before them. */
  server_timeline_get (&line, 9 * 90000, 0);
  ck_assert_uint_eq (server_timeline_get (&line, 9 * 90000 - (1u << 30),
          100 * MS), 9 * GST_SECOND);
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("servertimeline");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_time_begins_at_zero_and_follows_the_packets);
  tcase_add_test (tcase, test_timestamps_wrap);
  tcase_add_test (tcase, test_what_is_shown_earlier_may_come_later);
  tcase_add_test (tcase, test_a_clock_that_stood_still_is_corrected);
  tcase_add_test (tcase, test_a_clock_that_jumps_does_not_make_hours);
  tcase_add_test (tcase, test_time_is_not_set_back);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

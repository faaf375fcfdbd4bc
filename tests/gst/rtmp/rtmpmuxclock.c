/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmpmuxclock.h"

#include <check.h>

#include "rtmp/rtmpvideo.h"

#define MS ((GstClockTimeDiff) GST_MSECOND)

static void
assert_time (RtmpMuxClock * clock, GstClockTimeDiff pts, GstClockTimeDiff dts,
    guint64 time, gint32 composition_time)
{
  RtmpMuxTime taken = rtmp_mux_clock_get (clock, pts, dts, FALSE);

  ck_assert_uint_eq (taken.time, time);
  ck_assert_int_eq (taken.composition_time, composition_time);
  ck_assert_uint_eq (taken.nanoseconds, 0);
}

START_TEST (test_the_first_frame_is_at_zero)
{
  RtmpMuxClock clock = { 0 };

  rtmp_mux_clock_start (&clock, 5000 * MS);
  assert_time (&clock, 5080 * MS, 5000 * MS, 0, 80);
  assert_time (&clock, 5040 * MS, 5040 * MS, 40, 0);
}

END_TEST;

START_TEST (test_times_before_zero_are_counted_from_the_first)
{
  RtmpMuxClock clock = { 0 };

  rtmp_mux_clock_start (&clock, -80 * MS);
  assert_time (&clock, 0, -80 * MS, 0, 80);
  assert_time (&clock, 23 * MS, 23 * MS, 103, 0);
}

END_TEST;

START_TEST (test_times_are_rounded_each_for_itself)
{
  RtmpMuxClock clock = { 0 };

  /* 30 frames a second: 33.3, 66.6, and shown at 100. */
  rtmp_mux_clock_start (&clock, 0);
  assert_time (&clock, 33333333, 33333333, 33, 0);
  assert_time (&clock, 100 * MS, 66666667, 67, 33);
}

END_TEST;

START_TEST (test_time_never_goes_back)
{
  RtmpMuxClock clock = { 0 };

  rtmp_mux_clock_start (&clock, 1000 * MS);
  assert_time (&clock, 1500 * MS, 1500 * MS, 500, 0);
  /* It is late, and still shown when it should be. */
  assert_time (&clock, 1460 * MS, 1400 * MS, 500, -40);
  assert_time (&clock, 900 * MS, 900 * MS, 500, -600);
  assert_time (&clock, 1501 * MS, 1501 * MS, 501, 0);
}

END_TEST;

START_TEST (test_time_goes_on_behind_thirty_two_bits)
{
  RtmpMuxClock clock = { 0 };
  GstClockTimeDiff end = ((GstClockTimeDiff) G_MAXUINT32) * MS;

  rtmp_mux_clock_start (&clock, 0);
  assert_time (&clock, end, end, G_MAXUINT32, 0);
  assert_time (&clock, end + MS, end + MS, (guint64) G_MAXUINT32 + 1, 0);
}

END_TEST;

START_TEST (test_composition_times_are_held_to_what_can_be_said)
{
  RtmpMuxClock clock = { 0 };

  rtmp_mux_clock_start (&clock, 0);
  assert_time (&clock, 10000000 * MS, 0, 0, RTMP_VIDEO_MAX_COMPOSITION_TIME);
  assert_time (&clock, 0, 10000000 * MS, 10000000,
      RTMP_VIDEO_MIN_COMPOSITION_TIME);
}

END_TEST;

START_TEST (test_the_rest_of_a_millisecond_is_told_when_asked_for)
{
  RtmpMuxClock clock = { 0 };

  rtmp_mux_clock_start (&clock, 0);
  RtmpMuxTime time = rtmp_mux_clock_get (&clock, 100 * MS + 7, 66666667, TRUE);
  ck_assert_uint_eq (time.time, 66);
  ck_assert_int_eq (time.composition_time, 34);
  ck_assert_uint_eq (time.nanoseconds, 7);
  time = rtmp_mux_clock_get (&clock, 133333333, 133333333, TRUE);
  ck_assert_uint_eq (time.time, 133);
  ck_assert_uint_eq (time.nanoseconds, 333333);
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("rtmpmuxclock");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_the_first_frame_is_at_zero);
  tcase_add_test (tcase, test_times_before_zero_are_counted_from_the_first);
  tcase_add_test (tcase, test_times_are_rounded_each_for_itself);
  tcase_add_test (tcase, test_time_never_goes_back);
  tcase_add_test (tcase, test_time_goes_on_behind_thirty_two_bits);
  tcase_add_test (tcase, test_composition_times_are_held_to_what_can_be_said);
  tcase_add_test (tcase, test_the_rest_of_a_millisecond_is_told_when_asked_for);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

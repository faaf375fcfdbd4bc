/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmpdemuxclock.h"

#include <check.h>

static void
assert_time (RtmpDemuxClock * clock, guint32 timestamp, gint64 time)
{
  gboolean jumped;

  ck_assert_int_eq (rtmp_demux_clock_take (clock, timestamp, &jumped), time);
  ck_assert (!jumped);
}

START_TEST (test_it_begins_with_the_first_time)
{
  RtmpDemuxClock clock;

  rtmp_demux_clock_restart (&clock, -1);
  assert_time (&clock, 123456, 123456);
  assert_time (&clock, 123496, 123496);
}

END_TEST;

START_TEST (test_it_begins_where_it_is_told_to)
{
  RtmpDemuxClock clock;

  rtmp_demux_clock_restart (&clock, 0x100000000);
  assert_time (&clock, 5, 0x100000000);
  assert_time (&clock, 45, 0x100000028);
}

END_TEST;

START_TEST (test_it_goes_over_the_end_of_thirty_two_bits_and_back)
{
  RtmpDemuxClock clock;

  rtmp_demux_clock_restart (&clock, -1);
  assert_time (&clock, 0xfffffff0, 0xfffffff0);
  assert_time (&clock, 0x10, 0x100000010);
  /* A frame of another track that is behind. */
  assert_time (&clock, 0xfffffff8, 0xfffffff8);
  assert_time (&clock, 0x18, 0x100000018);
}

END_TEST;

START_TEST (test_a_long_pause_is_a_step_forward)
{
  RtmpDemuxClock clock;

  rtmp_demux_clock_restart (&clock, -1);
  assert_time (&clock, 0, 0);
  assert_time (&clock, 3600000, 3600000);
}

END_TEST;

START_TEST (test_a_step_back_of_an_interleaved_track_is_taken)
{
  RtmpDemuxClock clock;

  rtmp_demux_clock_restart (&clock, -1);
  assert_time (&clock, 5000, 5000);
  assert_time (&clock, 5000 - RTMP_DEMUX_MAX_STEP_BACK,
      5000 - RTMP_DEMUX_MAX_STEP_BACK);
}

END_TEST;

START_TEST (test_a_new_beginning_is_told_and_time_goes_on)
{
  RtmpDemuxClock clock;
  gboolean jumped;

  rtmp_demux_clock_restart (&clock, -1);
  assert_time (&clock, 100000, 100000);
  ck_assert_int_eq (rtmp_demux_clock_take (&clock, 0, &jumped), 100000);
  ck_assert (jumped);
  assert_time (&clock, 40, 100040);
}

END_TEST;

START_TEST (test_it_is_never_before_zero)
{
  RtmpDemuxClock clock;

  rtmp_demux_clock_restart (&clock, -1);
  assert_time (&clock, 20, 20);
  assert_time (&clock, 0xfffffff0, 0);
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("rtmpdemuxclock");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_it_begins_with_the_first_time);
  tcase_add_test (tcase, test_it_begins_where_it_is_told_to);
  tcase_add_test (tcase, test_it_goes_over_the_end_of_thirty_two_bits_and_back);
  tcase_add_test (tcase, test_a_long_pause_is_a_step_forward);
  tcase_add_test (tcase, test_a_step_back_of_an_interleaved_track_is_taken);
  tcase_add_test (tcase, test_a_new_beginning_is_told_and_time_goes_on);
  tcase_add_test (tcase, test_it_is_never_before_zero);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

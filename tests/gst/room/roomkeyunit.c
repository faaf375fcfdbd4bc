/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomKeyUnit: when a key unit is asked for, on a clock of the test's own. */
#include "roomkeyunit.h"

#include <check.h>
#include <stdlib.h>

#define MS G_TIME_SPAN_MILLISECOND
#define START (1000 * MS)

static RoomKeyUnit unit;

static void
setup (void)
{
  room_key_unit_init (&unit, 500 * MS);
}

START_TEST (first_request_is_asked_at_once)
{
  ck_assert (room_key_unit_request (&unit, 0));
  ck_assert_int_eq (room_key_unit_get_deadline (&unit), -1);
}

END_TEST;

START_TEST (idle_unit_has_no_deadline_and_asks_nothing)
{
  ck_assert_int_eq (room_key_unit_get_deadline (&unit), -1);
  ck_assert (!room_key_unit_tick (&unit, START));
}

END_TEST;

START_TEST (early_request_comes_due_after_the_interval)
{
  ck_assert (room_key_unit_request (&unit, START));
  ck_assert (!room_key_unit_request (&unit, START + 100 * MS));
  ck_assert_int_eq (room_key_unit_get_deadline (&unit), START + 500 * MS);
  ck_assert (!room_key_unit_tick (&unit, START + 500 * MS - 1));
  ck_assert (room_key_unit_tick (&unit, START + 500 * MS));
  ck_assert_int_eq (room_key_unit_get_deadline (&unit), -1);
}

END_TEST;

START_TEST (request_after_the_interval_is_asked_at_once)
{
  ck_assert (room_key_unit_request (&unit, START));
  ck_assert (room_key_unit_request (&unit, START + 500 * MS));
}

END_TEST;

START_TEST (many_early_requests_are_one)
{
  guint asked = 0;

  for (gint64 now = START; now < START + 500 * MS; now += MS)
    asked += room_key_unit_request (&unit, now);
  ck_assert_uint_eq (asked, 1);
  ck_assert (room_key_unit_tick (&unit, START + 500 * MS));
  ck_assert (!room_key_unit_tick (&unit, START + 2000 * MS));
  ck_assert_uint_eq (unit.requests, 500);
}

END_TEST;

START_TEST (key_frame_cancels_a_remembered_request)
{
  ck_assert (room_key_unit_request (&unit, START));
  ck_assert (!room_key_unit_request (&unit, START + 10 * MS));
  room_key_unit_key_frame (&unit, START + 20 * MS);
  ck_assert_int_eq (room_key_unit_get_deadline (&unit), -1);
  ck_assert (!room_key_unit_tick (&unit, START + 500 * MS));
}

END_TEST;

START_TEST (request_after_a_key_frame_is_still_spaced)
{
  ck_assert (room_key_unit_request (&unit, START));
  room_key_unit_key_frame (&unit, START + 10 * MS);
  ck_assert (!room_key_unit_request (&unit, START + 20 * MS));
  ck_assert_int_eq (room_key_unit_get_deadline (&unit), START + 500 * MS);
}

END_TEST;

START_TEST (subscription_starts_a_burst_of_three)
{
  static const gint64 steps[] = { 80 * MS, 200 * MS, 400 * MS };

  room_key_unit_subscribed (&unit, START);
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++) {
    gint64 step = START + steps[i];

    ck_assert_int_eq (room_key_unit_get_deadline (&unit), step);
    ck_assert (!room_key_unit_tick (&unit, step - 1));
    ck_assert (room_key_unit_tick (&unit, step));
    room_key_unit_key_frame (&unit, step);
  }
  ck_assert_int_eq (room_key_unit_get_deadline (&unit), -1);
}

END_TEST;

START_TEST (late_tick_asks_once_for_all_it_missed)
{
  room_key_unit_subscribed (&unit, START);
  ck_assert (room_key_unit_tick (&unit, START + 300 * MS));
  ck_assert_int_eq (room_key_unit_get_deadline (&unit), START + 400 * MS);
  ck_assert (room_key_unit_tick (&unit, START + 5000 * MS));
  ck_assert_int_eq (room_key_unit_get_deadline (&unit), -1);
}

END_TEST;

START_TEST (burst_is_not_held_back_by_a_request)
{
  ck_assert (room_key_unit_request (&unit, START));
  room_key_unit_subscribed (&unit, START);
  ck_assert (room_key_unit_tick (&unit, START + 80 * MS));
}

END_TEST;

START_TEST (burst_serves_a_remembered_request)
{
  ck_assert (room_key_unit_request (&unit, START));
  ck_assert (!room_key_unit_request (&unit, START + 10 * MS));
  room_key_unit_subscribed (&unit, START + 20 * MS);
  ck_assert (room_key_unit_tick (&unit, START + 100 * MS));
  ck_assert (room_key_unit_tick (&unit, START + 220 * MS));
  ck_assert (room_key_unit_tick (&unit, START + 420 * MS));
  ck_assert_int_eq (room_key_unit_get_deadline (&unit), -1);
}

END_TEST;

START_TEST (request_within_a_burst_is_spaced_from_its_last_question)
{
  room_key_unit_subscribed (&unit, START);
  ck_assert (room_key_unit_tick (&unit, START + 80 * MS));
  ck_assert (!room_key_unit_request (&unit, START + 90 * MS));
  ck_assert_int_eq (room_key_unit_get_deadline (&unit), START + 200 * MS);
}

END_TEST;

START_TEST (second_subscriber_starts_the_burst_anew)
{
  room_key_unit_subscribed (&unit, START);
  ck_assert (room_key_unit_tick (&unit, START + 80 * MS));
  room_key_unit_subscribed (&unit, START + 100 * MS);
  ck_assert_int_eq (room_key_unit_get_deadline (&unit), START + 180 * MS);
}

END_TEST;

START_TEST (without_an_interval_every_request_is_asked)
{
  room_key_unit_init (&unit, 0);
  ck_assert (room_key_unit_request (&unit, START));
  ck_assert (room_key_unit_request (&unit, START));
}

END_TEST;

START_TEST (upstream_without_a_key_frame_is_found_out)
{
  gint64 patience = ROOM_KEY_UNIT_PATIENCE;

  ck_assert (!room_key_unit_is_ignored (&unit, START + patience));
  ck_assert (room_key_unit_request (&unit, START));
  ck_assert (room_key_unit_request (&unit, START + 600 * MS));
  ck_assert (!room_key_unit_is_ignored (&unit, START + patience - 1));
  ck_assert (room_key_unit_is_ignored (&unit, START + patience));
}

END_TEST;

START_TEST (upstream_that_sends_key_frames_is_not_blamed)
{
  gint64 patience = ROOM_KEY_UNIT_PATIENCE;

  ck_assert (room_key_unit_request (&unit, START));
  room_key_unit_key_frame (&unit, START + 30 * MS);
  ck_assert (!room_key_unit_is_ignored (&unit, START + patience));
  ck_assert (room_key_unit_request (&unit, START + 600 * MS));
  ck_assert (!room_key_unit_is_ignored (&unit, START + patience));
  ck_assert (room_key_unit_is_ignored (&unit, START + 600 * MS + patience));
}

END_TEST;

START_TEST (upstream_is_not_blamed_during_a_stall_or_right_after_it)
{
  gint64 patience = ROOM_KEY_UNIT_PATIENCE;

  ck_assert (room_key_unit_request (&unit, START));
  room_key_unit_set_stalled (&unit, ROOM_KEY_UNIT_MUTED, TRUE, START + MS);
  ck_assert (!room_key_unit_is_ignored (&unit, START + patience));
  room_key_unit_set_stalled (&unit, ROOM_KEY_UNIT_MUTED, FALSE,
      START + 2 * patience);
  ck_assert (!room_key_unit_is_ignored (&unit, START + 3 * patience - 1));
  ck_assert (room_key_unit_is_ignored (&unit, START + 3 * patience));
}

END_TEST;

START_TEST (one_stall_goes_on_when_another_is_over)
{
  gint64 patience = ROOM_KEY_UNIT_PATIENCE;

  room_key_unit_set_stalled (&unit, ROOM_KEY_UNIT_PAUSED, TRUE, START);
  room_key_unit_set_stalled (&unit, ROOM_KEY_UNIT_CLOSED, TRUE, START);
  ck_assert (room_key_unit_request (&unit, START));
  room_key_unit_set_stalled (&unit, ROOM_KEY_UNIT_CLOSED, FALSE, START);
  ck_assert (!room_key_unit_is_ignored (&unit, START + patience));
  room_key_unit_set_stalled (&unit, ROOM_KEY_UNIT_PAUSED, FALSE,
      START + patience);
  ck_assert (room_key_unit_is_ignored (&unit, START + 2 * patience));
}

END_TEST;

START_TEST (end_of_no_stall_does_not_begin_the_time_anew)
{
  gint64 patience = ROOM_KEY_UNIT_PATIENCE;

  ck_assert (room_key_unit_request (&unit, START));
  room_key_unit_set_stalled (&unit, ROOM_KEY_UNIT_MUTED, FALSE, START + MS);
  ck_assert (room_key_unit_is_ignored (&unit, START + patience));
}

END_TEST;

START_TEST (stall_does_not_blame_upstream_for_what_it_answered)
{
  gint64 patience = ROOM_KEY_UNIT_PATIENCE;

  ck_assert (room_key_unit_request (&unit, START));
  room_key_unit_key_frame (&unit, START + MS);
  room_key_unit_set_stalled (&unit, ROOM_KEY_UNIT_MUTED, TRUE, START + 2 * MS);
  room_key_unit_set_stalled (&unit, ROOM_KEY_UNIT_MUTED, FALSE, START + 3 * MS);
  ck_assert (!room_key_unit_is_ignored (&unit, START + 2 * patience));
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("roomkeyunit");
  TCase *tcase = tcase_create ("keyunit");
  SRunner *runner = srunner_create (suite);
  int failed;

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, NULL);
  tcase_add_test (tcase, first_request_is_asked_at_once);
  tcase_add_test (tcase, idle_unit_has_no_deadline_and_asks_nothing);
  tcase_add_test (tcase, early_request_comes_due_after_the_interval);
  tcase_add_test (tcase, request_after_the_interval_is_asked_at_once);
  tcase_add_test (tcase, many_early_requests_are_one);
  tcase_add_test (tcase, key_frame_cancels_a_remembered_request);
  tcase_add_test (tcase, request_after_a_key_frame_is_still_spaced);
  tcase_add_test (tcase, subscription_starts_a_burst_of_three);
  tcase_add_test (tcase, late_tick_asks_once_for_all_it_missed);
  tcase_add_test (tcase, burst_is_not_held_back_by_a_request);
  tcase_add_test (tcase, burst_serves_a_remembered_request);
  tcase_add_test (tcase,
      request_within_a_burst_is_spaced_from_its_last_question);
  tcase_add_test (tcase, second_subscriber_starts_the_burst_anew);
  tcase_add_test (tcase, without_an_interval_every_request_is_asked);
  tcase_add_test (tcase, upstream_without_a_key_frame_is_found_out);
  tcase_add_test (tcase, upstream_that_sends_key_frames_is_not_blamed);
  tcase_add_test (tcase,
      upstream_is_not_blamed_during_a_stall_or_right_after_it);
  tcase_add_test (tcase, one_stall_goes_on_when_another_is_over);
  tcase_add_test (tcase, end_of_no_stall_does_not_begin_the_time_anew);
  tcase_add_test (tcase, stall_does_not_blame_upstream_for_what_it_answered);

  srunner_run_all (runner, CK_ENV);
  failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

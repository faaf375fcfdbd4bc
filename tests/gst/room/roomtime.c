/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomTime: what a pipeline's base time says about pauses and seeks. The clock
 * and the base times are the test's own. */
#include "roomtime.h"

#include <check.h>

#define START (1000 * GST_SECOND)

static GstElement *element;
static RoomTime room;

static GstClock *
make_clock (void)
{
  return gst_object_ref_sink (g_object_new (GST_TYPE_SYSTEM_CLOCK, NULL));
}

static void
resume_at (GstClockTime base)
{
  gst_element_set_base_time (element, base);
  room_time_set_state (&room, ROOM_TIME_RESUMING);
  room_time_set_state (&room, ROOM_TIME_PLAYING);
}

static void
setup (void)
{
  g_autoptr (GstClock) clock = make_clock ();

  element = gst_object_ref_sink (gst_bin_new (NULL));
  gst_element_set_clock (element, clock);
  room_time_init (&room, element);
}

static void
teardown (void)
{
  room_time_clear (&room);
  gst_object_unref (element);
}

START_TEST (test_the_first_playing_is_the_beginning)
{
  resume_at (START);
  ck_assert_int_eq (room_time_get_lapse (&room), 0);
}

END_TEST;

START_TEST (test_pauses_add_up)
{
  resume_at (START);
  room_time_set_state (&room, ROOM_TIME_PAUSED);
  ck_assert_int_eq (room_time_get_lapse (&room), 0);
  resume_at (START + 2 * GST_SECOND);
  ck_assert_int_eq (room_time_get_lapse (&room), 2 * GST_SECOND);
  resume_at (START + 5 * GST_SECOND);
  ck_assert_int_eq (room_time_get_lapse (&room), 5 * GST_SECOND);
}

END_TEST;

START_TEST (test_a_pipeline_that_goes_on_while_paused_has_no_lapse)
{
  resume_at (START);
  resume_at (START);
  ck_assert_int_eq (room_time_get_lapse (&room), 0);
}

END_TEST;

START_TEST (test_another_clock_goes_on_from_there)
{
  g_autoptr (GstClock) other = make_clock ();

  resume_at (START);
  resume_at (START + GST_SECOND);
  gst_element_set_clock (element, other);
  resume_at (7 * GST_SECOND);
  ck_assert_int_eq (room_time_get_lapse (&room), GST_SECOND);
  resume_at (9 * GST_SECOND);
  ck_assert_int_eq (room_time_get_lapse (&room), 3 * GST_SECOND);
}

END_TEST;

START_TEST (test_time_never_goes_back)
{
  resume_at (START);
  resume_at (START + 3 * GST_SECOND);
  resume_at (START + GST_SECOND);
  ck_assert_int_eq (room_time_get_lapse (&room), 3 * GST_SECOND);
  resume_at (START + 2 * GST_SECOND);
  ck_assert_int_eq (room_time_get_lapse (&room), 4 * GST_SECOND);
}

END_TEST;

START_TEST (test_without_a_clock_nothing_is_known)
{
  gst_element_set_clock (element, NULL);
  resume_at (START);
  resume_at (START + GST_SECOND);
  ck_assert_int_eq (room_time_get_lapse (&room), 0);
}

END_TEST;

START_TEST (test_running_time_stands_still_while_paused)
{
  gst_element_set_start_time (element, 4 * GST_SECOND);
  room_time_set_state (&room, ROOM_TIME_PAUSED);
  ck_assert_int_eq (room_time_get_running (&room), 4 * GST_SECOND);
}

END_TEST;

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  Suite *suite = suite_create ("roomtime");
  TCase *tcase = tcase_create ("all");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_the_first_playing_is_the_beginning);
  tcase_add_test (tcase, test_pauses_add_up);
  tcase_add_test (tcase,
      test_a_pipeline_that_goes_on_while_paused_has_no_lapse);
  tcase_add_test (tcase, test_another_clock_goes_on_from_there);
  tcase_add_test (tcase, test_time_never_goes_back);
  tcase_add_test (tcase, test_without_a_clock_nothing_is_known);
  tcase_add_test (tcase, test_running_time_stands_still_while_paused);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

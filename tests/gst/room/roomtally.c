/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomTally: counts, reordered frames, and whether upstream hears us. */
#include "roomtally.h"

#include <check.h>

#define MS G_TIME_SPAN_MILLISECOND
#define START (1000 * G_TIME_SPAN_SECOND)
#define LATER (START + ROOM_KEY_UNIT_PATIENCE)

static RoomTally tally;

static void
setup (void)
{
  room_tally_init (&tally);
}

static void
teardown (void)
{
  room_tally_clear (&tally);
}

START_TEST (packets_and_requests_are_counted)
{
  guint64 bytes, packets, requests;
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, 500, NULL);
  GstBufferList *list = gst_buffer_list_new ();

  gst_buffer_list_add (list, gst_buffer_ref (buffer));
  gst_buffer_list_add (list, gst_buffer_ref (buffer));
  room_tally_note_packets (&tally, GST_MINI_OBJECT (buffer));
  room_tally_note_packets (&tally, GST_MINI_OBJECT (list));
  gst_buffer_list_unref (list);
  gst_buffer_unref (buffer);
  room_tally_request (&tally, START);
  room_tally_request (&tally, START);
  room_tally_get (&tally, &bytes, &packets, &requests);
  ck_assert_uint_eq (bytes, 1500);
  ck_assert_uint_eq (packets, 3);
  ck_assert_uint_eq (requests, 2);
}

END_TEST;

START_TEST (reordered_frames_are_found_once)
{
  ck_assert (!room_tally_note_frame (&tally, 0, FALSE, START));
  ck_assert (!room_tally_note_frame (&tally, 3 * GST_SECOND, TRUE, START));
  ck_assert (room_tally_note_frame (&tally, 1 * GST_SECOND, TRUE, START));
  ck_assert (!room_tally_note_frame (&tally, 2 * GST_SECOND, TRUE, START));
  ck_assert (!room_tally_note_frame (&tally, 1 * GST_SECOND, TRUE, START));
}

END_TEST;

START_TEST (key_frame_that_goes_back_in_time_is_a_new_beginning)
{
  ck_assert (!room_tally_note_frame (&tally, 3 * GST_SECOND, FALSE, START));
  ck_assert (!room_tally_note_frame (&tally, 0, FALSE, START));
  ck_assert (!room_tally_note_frame (&tally, GST_CLOCK_TIME_NONE, TRUE, START));
  ck_assert (!room_tally_note_frame (&tally, GST_SECOND, TRUE, START));
}

END_TEST;

START_TEST (upstream_that_makes_none_is_found_out)
{
  ck_assert (room_tally_request (&tally, START));
  room_tally_note_frame (&tally, 0, TRUE, START + MS);
  ck_assert (!room_tally_is_ignored (&tally, LATER - 1));
  ck_assert (room_tally_is_ignored (&tally, LATER));
  room_tally_note_frame (&tally, GST_SECOND, FALSE, LATER);
  ck_assert (!room_tally_is_ignored (&tally, LATER));
}

END_TEST;

START_TEST (mute_after_a_request_is_no_proof_against_upstream)
{
  ck_assert (room_tally_request (&tally, START));
  ck_assert (!room_tally_is_stalled (&tally));
  room_tally_set_stalled (&tally, ROOM_KEY_UNIT_MUTED, TRUE, START + MS);
  ck_assert (room_tally_is_stalled (&tally));
  ck_assert (!room_tally_is_ignored (&tally, 2 * LATER));
  room_tally_set_stalled (&tally, ROOM_KEY_UNIT_MUTED, FALSE, 2 * LATER);
  ck_assert (!room_tally_is_ignored (&tally, 2 * LATER));
  room_tally_note_frame (&tally, 0, FALSE, 2 * LATER + MS);
  ck_assert (!room_tally_is_ignored (&tally, 3 * LATER));
}

END_TEST;

int
main (void)
{
  gst_init (NULL, NULL);
  Suite *suite = suite_create ("roomtally");
  TCase *tcase = tcase_create ("tally");
  SRunner *runner = srunner_create (suite);
  int failed;

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, packets_and_requests_are_counted);
  tcase_add_test (tcase, reordered_frames_are_found_once);
  tcase_add_test (tcase, key_frame_that_goes_back_in_time_is_a_new_beginning);
  tcase_add_test (tcase, upstream_that_makes_none_is_found_out);
  tcase_add_test (tcase, mute_after_a_request_is_no_proof_against_upstream);

  srunner_run_all (runner, CK_ENV);
  failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

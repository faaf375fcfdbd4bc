/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomGate: its answer to each buffer, for live streams and for files. */
#include "roomgate.h"

#include <check.h>
#include <stdlib.h>

static RoomGate gate;

static void
start (gboolean video, gboolean live)
{
  room_gate_init (&gate, video);
  room_gate_set_live (&gate, live);
}

static void
teardown (void)
{
  room_gate_clear (&gate);
}

static RoomGateVerdict
hold (void)
{
  gboolean first;

  return room_gate_hold (&gate, &first);
}

START_TEST (liveness_is_unknown_until_told)
{
  gboolean live = TRUE;

  room_gate_init (&gate, TRUE);
  ck_assert (!room_gate_get_live (&gate, &live));
  room_gate_set_live (&gate, TRUE);
  ck_assert (room_gate_get_live (&gate, &live));
  ck_assert (live);
}

END_TEST;

START_TEST (stream_waits_at_the_pad_until_there_is_a_branch)
{
  start (TRUE, _i);
  ck_assert_int_eq (room_gate_arrive (&gate), ROOM_GATE_WAIT);
  ck_assert (!room_gate_is_built (&gate));
  room_gate_set_built (&gate);
  ck_assert (room_gate_is_built (&gate));
  ck_assert_int_eq (room_gate_arrive (&gate), ROOM_GATE_PASS);
}

END_TEST;

START_TEST (live_stream_never_waits_behind_the_parser)
{
  gboolean first = TRUE;

  start (TRUE, TRUE);
  ck_assert_int_eq (room_gate_hold (&gate, &first), ROOM_GATE_PASS);
  ck_assert (!first);
}

END_TEST;

START_TEST (file_waits_until_the_gate_opens_and_says_so_once)
{
  gboolean first;

  start (TRUE, FALSE);
  ck_assert_int_eq (room_gate_hold (&gate, &first), ROOM_GATE_WAIT);
  ck_assert (first);
  ck_assert_int_eq (room_gate_hold (&gate, &first), ROOM_GATE_WAIT);
  ck_assert (!first);
  room_gate_open (&gate);
  ck_assert_int_eq (room_gate_hold (&gate, &first), ROOM_GATE_PASS);
  ck_assert (!first);
}

END_TEST;

START_TEST (what_comes_before_the_opening_is_dropped_and_counted)
{
  start (TRUE, TRUE);
  for (guint i = 0; i < 3; i++)
    ck_assert_int_eq (room_gate_sift (&gate, i > 0), ROOM_GATE_DROP);
  ck_assert_uint_eq (room_gate_get_dropped (&gate), 3);
  room_gate_open (&gate);
  ck_assert (room_gate_is_open (&gate));
  ck_assert_int_eq (room_gate_sift (&gate, FALSE), ROOM_GATE_PASS);
  ck_assert_uint_eq (room_gate_get_dropped (&gate), 3);
}

END_TEST;

START_TEST (video_begins_with_a_key_frame)
{
  start (TRUE, _i);
  room_gate_open (&gate);
  ck_assert_int_eq (room_gate_sift (&gate, TRUE), ROOM_GATE_DROP);
  ck_assert_int_eq (room_gate_sift (&gate, FALSE), ROOM_GATE_PASS);
  ck_assert_int_eq (room_gate_sift (&gate, TRUE), ROOM_GATE_PASS);
  ck_assert_uint_eq (room_gate_get_dropped (&gate), 0);
}

END_TEST;

START_TEST (sound_begins_with_any_buffer)
{
  start (FALSE, _i);
  room_gate_open (&gate);
  ck_assert_int_eq (room_gate_sift (&gate, TRUE), ROOM_GATE_PASS);
}

END_TEST;

START_TEST (muted_stream_is_dropped_without_being_counted)
{
  start (FALSE, TRUE);
  room_gate_open (&gate);
  ck_assert (room_gate_set_muted (&gate, TRUE));
  ck_assert (!room_gate_set_muted (&gate, TRUE));
  ck_assert_int_eq (room_gate_sift (&gate, FALSE), ROOM_GATE_DROP);
  ck_assert_uint_eq (room_gate_get_dropped (&gate), 0);
  ck_assert (room_gate_set_muted (&gate, FALSE));
  ck_assert (!room_gate_set_muted (&gate, FALSE));
  ck_assert_int_eq (room_gate_sift (&gate, FALSE), ROOM_GATE_PASS);
}

END_TEST;

START_TEST (unmuted_video_begins_with_a_key_frame)
{
  start (TRUE, TRUE);
  room_gate_open (&gate);
  ck_assert_int_eq (room_gate_sift (&gate, FALSE), ROOM_GATE_PASS);
  room_gate_set_muted (&gate, TRUE);
  ck_assert_int_eq (room_gate_sift (&gate, FALSE), ROOM_GATE_DROP);
  room_gate_set_muted (&gate, FALSE);
  ck_assert_int_eq (room_gate_sift (&gate, TRUE), ROOM_GATE_DROP);
  ck_assert_int_eq (room_gate_sift (&gate, FALSE), ROOM_GATE_PASS);
}

END_TEST;

START_TEST (flushed_file_waits_again_and_begins_with_a_key_frame)
{
  gboolean first;

  start (TRUE, FALSE);
  ck_assert_int_eq (hold (), ROOM_GATE_WAIT);
  room_gate_open (&gate);
  ck_assert_int_eq (room_gate_sift (&gate, FALSE), ROOM_GATE_PASS);
  ck_assert (room_gate_rewind (&gate));
  ck_assert (!room_gate_is_open (&gate));
  ck_assert_int_eq (room_gate_hold (&gate, &first), ROOM_GATE_WAIT);
  ck_assert (first);
  room_gate_open (&gate);
  ck_assert_int_eq (room_gate_sift (&gate, TRUE), ROOM_GATE_DROP);
}

END_TEST;

START_TEST (file_flushed_while_it_waits_tells_of_its_new_first_buffer)
{
  gboolean first;

  start (TRUE, FALSE);
  ck_assert_int_eq (hold (), ROOM_GATE_WAIT);
  ck_assert (!room_gate_rewind (&gate));
  ck_assert_int_eq (room_gate_hold (&gate, &first), ROOM_GATE_WAIT);
  ck_assert (first);
}

END_TEST;

START_TEST (flushed_live_stream_goes_on)
{
  start (TRUE, TRUE);
  room_gate_open (&gate);
  ck_assert (!room_gate_rewind (&gate));
  ck_assert (room_gate_is_open (&gate));
  ck_assert_int_eq (hold (), ROOM_GATE_PASS);
}

END_TEST;

START_TEST (shut_gate_refuses_everywhere)
{
  start (TRUE, _i);
  room_gate_set_built (&gate);
  room_gate_open (&gate);
  room_gate_shut (&gate);
  ck_assert_int_eq (room_gate_arrive (&gate), ROOM_GATE_REFUSE);
  ck_assert_int_eq (hold (), ROOM_GATE_REFUSE);
  ck_assert_int_eq (room_gate_sift (&gate, FALSE), ROOM_GATE_REFUSE);
}

END_TEST;

START_TEST (branch_that_goes_away_is_no_error_upstream)
{
  start (TRUE, _i);
  ck_assert_int_eq (room_gate_judge (&gate, GST_FLOW_NOT_NEGOTIATED),
      GST_FLOW_NOT_NEGOTIATED);
  room_gate_discard (&gate);
  ck_assert_int_eq (room_gate_judge (&gate, GST_FLOW_NOT_LINKED), GST_FLOW_OK);
  room_gate_shut (&gate);
  ck_assert_int_eq (room_gate_judge (&gate, GST_FLOW_NOT_NEGOTIATED),
      GST_FLOW_FLUSHING);
  ck_assert_int_eq (room_gate_judge (&gate, GST_FLOW_OK), GST_FLOW_OK);
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("roomgate");
  TCase *tcase = tcase_create ("gate");

  tcase_add_checked_fixture (tcase, NULL, teardown);
  tcase_add_test (tcase, liveness_is_unknown_until_told);
  tcase_add_loop_test (tcase,
      stream_waits_at_the_pad_until_there_is_a_branch, FALSE, TRUE + 1);
  tcase_add_test (tcase, live_stream_never_waits_behind_the_parser);
  tcase_add_test (tcase, file_waits_until_the_gate_opens_and_says_so_once);
  tcase_add_test (tcase, what_comes_before_the_opening_is_dropped_and_counted);
  tcase_add_loop_test (tcase, video_begins_with_a_key_frame, FALSE, TRUE + 1);
  tcase_add_loop_test (tcase, sound_begins_with_any_buffer, FALSE, TRUE + 1);
  tcase_add_test (tcase, muted_stream_is_dropped_without_being_counted);
  tcase_add_test (tcase, unmuted_video_begins_with_a_key_frame);
  tcase_add_test (tcase, flushed_file_waits_again_and_begins_with_a_key_frame);
  tcase_add_test (tcase,
      file_flushed_while_it_waits_tells_of_its_new_first_buffer);
  tcase_add_test (tcase, flushed_live_stream_goes_on);
  tcase_add_loop_test (tcase, branch_that_goes_away_is_no_error_upstream,
      FALSE, TRUE + 1);
  tcase_add_loop_test (tcase, shut_gate_refuses_everywhere, FALSE, TRUE + 1);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

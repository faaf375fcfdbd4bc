/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverqueue.h"

#include "packets.h"

#include <check.h>

#define FRAME 3000              /* ticks */

static ServerQueue *
new_queue (gboolean video, gsize max_bytes, gint64 max_time_ms)
{
  ServerQueueLimits limits = { video, max_bytes, max_time_ms * 1000 };

  return server_queue_new (&limits);
}

/* @seq is the number of the packet; its time in ms is the same. */
static void
push_turn (ServerQueue * queue, guint turn, guint16 seq, guint frame,
    gboolean key)
{
  GstBuffer *buffer = packets_make (seq, frame * FRAME, key, 100);
  ServerItem item = {.buffer = buffer,.turn = turn,.arrival = seq * 1000 };

  item.packet.seq = seq;
  item.packet.timestamp = frame * FRAME;
  item.packet.size = 100;
  server_queue_push (queue, &item, key);
  gst_buffer_unref (buffer);
}

static void
push (ServerQueue * queue, guint16 seq, guint frame, gboolean key)
{
  push_turn (queue, 1, seq, frame, key);
}

static void
assert_next (ServerQueue * queue, guint seq, guint run)
{
  ServerItem item;
  gboolean hungry;

  ck_assert_int_eq (server_queue_take (queue, &item, &hungry, 0),
      SERVER_QUEUE_ITEM);
  ck_assert_int_eq (item.packet.seq, seq);
  ck_assert_int_eq (item.run, run);
  gst_buffer_unref (item.buffer);
}

static void
assert_empty (ServerQueue * queue)
{
  ServerItem item;
  gboolean hungry;

  ck_assert_int_eq (server_queue_take (queue, &item, &hungry, 0),
      SERVER_QUEUE_EMPTY);
}

static guint64
get_dropped (ServerQueue * queue)
{
  ServerQueueCounts counts;

  server_queue_get_counts (queue, &counts);
  return counts.dropped;
}

START_TEST (test_video_begins_with_a_key_frame)
{
  g_autoptr (ServerQueue) queue = new_queue (TRUE, 10000, 1000);

  push (queue, 1, 1, FALSE);
  push (queue, 2, 2, TRUE);
  push (queue, 3, 2, FALSE);
  assert_next (queue, 2, 0);
  assert_next (queue, 3, 0);
  assert_empty (queue);
  ck_assert_int_eq (get_dropped (queue), 1);
}

END_TEST;

START_TEST (test_video_without_room_loses_frames_up_to_the_next_key_frame)
{
  /* Room for ten packets. */
  g_autoptr (ServerQueue) queue = new_queue (TRUE, 10 * 356, 1000);

  for (guint i = 0; i < 9; i++)
    push (queue, i, i / 3, i == 0);
  assert_next (queue, 0, 0);
  push (queue, 9, 3, FALSE);
  push (queue, 10, 3, FALSE);
  push (queue, 11, 3, FALSE);
  /* The frame that found no room is gone from its beginning. */
  for (guint i = 1; i < 9; i++)
    assert_next (queue, i, 0);
  push (queue, 12, 4, FALSE);
  assert_empty (queue);
  push (queue, 13, 5, TRUE);
  assert_next (queue, 13, 1);
  ck_assert_int_eq (get_dropped (queue), 4);
}

END_TEST;

START_TEST (test_video_that_is_too_old_is_cut)
{
  g_autoptr (ServerQueue) queue = new_queue (TRUE, 100000, 100);

  push (queue, 1, 1, TRUE);
  push (queue, 101, 2, FALSE);
  push (queue, 102, 3, FALSE);
  /* And one that does not move at all goes on from the newest key frame. */
  push (queue, 200, 4, TRUE);
  assert_next (queue, 200, 1);
  assert_empty (queue);
  ck_assert_int_eq (get_dropped (queue), 3);
}

END_TEST;

START_TEST (test_who_has_caught_up_and_waits_is_hungry_once)
{
  g_autoptr (ServerQueue) queue = new_queue (TRUE, 100000, 100);
  ServerItem item;
  gboolean hungry;

  push (queue, 1, 1, TRUE);
  push (queue, 50, 2, FALSE);
  push (queue, 200, 3, FALSE);
  server_queue_take (queue, &item, &hungry, 0);
  ck_assert (!hungry);
  gst_buffer_unref (item.buffer);
  server_queue_take (queue, &item, &hungry, 0);
  ck_assert (hungry);
  gst_buffer_unref (item.buffer);
}

END_TEST;

START_TEST (test_audio_loses_the_oldest)
{
  g_autoptr (ServerQueue) queue = new_queue (FALSE, 100000, 40);

  push (queue, 0, 0, FALSE);
  push (queue, 20, 1, FALSE);
  push (queue, 40, 2, FALSE);
  push (queue, 60, 3, FALSE);
  assert_next (queue, 20, 1);
  assert_next (queue, 40, 1);
  assert_next (queue, 60, 1);
  ck_assert_int_eq (get_dropped (queue), 1);
}

END_TEST;

START_TEST (test_another_producer_begins_with_a_key_frame_and_the_old_is_over)
{
  g_autoptr (ServerQueue) queue = new_queue (TRUE, 100000, 1000);

  push_turn (queue, 1, 1, 1, TRUE);
  push_turn (queue, 2, 2, 1, FALSE);
  push_turn (queue, 2, 3, 2, TRUE);
  push_turn (queue, 1, 4, 2, TRUE);
  assert_next (queue, 1, 0);
  assert_next (queue, 3, 0);
  assert_empty (queue);
}

END_TEST;

START_TEST (test_a_packet_that_is_too_large_by_itself_is_dropped)
{
  g_autoptr (ServerQueue) video = new_queue (TRUE, 300, 1000);
  g_autoptr (ServerQueue) audio = new_queue (FALSE, 300, 1000);

  push (video, 1, 1, TRUE);
  push (audio, 1, 1, FALSE);
  assert_empty (video);
  assert_empty (audio);
}

END_TEST;

START_TEST (test_closed_it_is_empty_and_takes_nothing)
{
  g_autoptr (ServerQueue) queue = new_queue (TRUE, 10000, 1000);
  ServerQueueCounts counts;
  ServerItem item;
  gboolean hungry;

  push (queue, 1, 1, TRUE);
  server_queue_close (queue);
  push (queue, 2, 2, TRUE);
  ck_assert_int_eq (server_queue_take (queue, &item, &hungry, G_MAXINT64),
      SERVER_QUEUE_CLOSED);
  server_queue_get_counts (queue, &counts);
  ck_assert_int_eq (counts.packets, 0);
  ck_assert_int_eq (counts.bytes, 0);
}

END_TEST;

START_TEST (test_who_paused_goes_on_with_a_key_frame)
{
  g_autoptr (ServerQueue) queue = new_queue (TRUE, 10000, 1000);

  push (queue, 1, 1, TRUE);
  server_queue_set_paused (queue, TRUE);
  push (queue, 2, 2, TRUE);
  assert_empty (queue);
  server_queue_set_paused (queue, FALSE);
  push (queue, 3, 3, FALSE);
  push (queue, 4, 4, TRUE);
  assert_next (queue, 4, 1);
  assert_empty (queue);
  /* What he did not want is not lost. */
  ck_assert_int_eq (get_dropped (queue), 1);
}

END_TEST;

START_TEST (test_paused_audio_goes_on_with_the_next)
{
  g_autoptr (ServerQueue) queue = new_queue (FALSE, 10000, 1000);

  server_queue_set_paused (queue, TRUE);
  push (queue, 1, 1, FALSE);
  server_queue_set_paused (queue, FALSE);
  push (queue, 2, 2, FALSE);
  assert_next (queue, 2, 1);
}

END_TEST;

START_TEST (test_finished_it_gives_what_waits_and_is_closed)
{
  g_autoptr (ServerQueue) queue = new_queue (TRUE, 10000, 1000);
  ServerItem item;
  gboolean hungry;

  push (queue, 1, 1, TRUE);
  push (queue, 2, 2, FALSE);
  server_queue_finish (queue);
  push (queue, 3, 3, TRUE);
  assert_next (queue, 1, 0);
  assert_next (queue, 2, 0);
  ck_assert_int_eq (server_queue_take (queue, &item, &hungry, G_MAXINT64),
      SERVER_QUEUE_CLOSED);
  /* What comes after the end is not lost by anybody's fault. */
  ck_assert_uint_eq (get_dropped (queue), 0);
}

END_TEST;

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  Suite *suite = suite_create ("serverqueue");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_video_begins_with_a_key_frame);
  tcase_add_test (tcase,
      test_video_without_room_loses_frames_up_to_the_next_key_frame);
  tcase_add_test (tcase, test_video_that_is_too_old_is_cut);
  tcase_add_test (tcase, test_who_has_caught_up_and_waits_is_hungry_once);
  tcase_add_test (tcase, test_audio_loses_the_oldest);
  tcase_add_test (tcase,
      test_another_producer_begins_with_a_key_frame_and_the_old_is_over);
  tcase_add_test (tcase, test_a_packet_that_is_too_large_by_itself_is_dropped);
  tcase_add_test (tcase, test_closed_it_is_empty_and_takes_nothing);
  tcase_add_test (tcase, test_who_paused_goes_on_with_a_key_frame);
  tcase_add_test (tcase, test_paused_audio_goes_on_with_the_next);
  tcase_add_test (tcase, test_finished_it_gives_what_waits_and_is_closed);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

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
  ServerItem item = {.buffer = buffer,.key = key,.turn = turn,.arrival =
        seq * 1000
  };

  item.packet.seq = seq;
  item.packet.timestamp = frame * FRAME;
  item.packet.size = 100;
  server_queue_push (queue, &item, 1);
  gst_buffer_unref (buffer);
}

static void
push (ServerQueue * queue, guint16 seq, guint frame, gboolean key)
{
  push_turn (queue, 1, seq, frame, key);
}

/* What waits, and lets go of it. */
static GArray *
take (ServerQueue * queue, gboolean * hungry)
{
  GArray *items = g_array_new (FALSE, FALSE, sizeof (ServerItem));

  ck_assert_int_eq (server_queue_take (queue, items, hungry, 0),
      items->len > 0 ? SERVER_QUEUE_ITEMS : SERVER_QUEUE_EMPTY);
  for (guint i = 0; i < items->len; i++)
    gst_buffer_unref (g_array_index (items, ServerItem, i).buffer);
  return items;
}

/* The numbers are those of the packets from @first to @last, all of @run. */
static void
assert_all (ServerQueue * queue, guint first, guint last, guint run)
{
  gboolean hungry;
  g_autoptr (GArray) items = take (queue, &hungry);

  ck_assert_int_eq (items->len, last - first + 1);
  for (guint i = 0; i < items->len; i++) {
    const ServerItem *item = &g_array_index (items, ServerItem, i);
    ck_assert_int_eq (item->packet.seq, first + i);
    ck_assert_int_eq (item->run, run);
  }
}

static void
assert_next (ServerQueue * queue, guint seq, guint run)
{
  assert_all (queue, seq, seq, run);
}

static void
assert_empty (ServerQueue * queue)
{
  gboolean hungry;
  g_autoptr (GArray) items = take (queue, &hungry);

  ck_assert_int_eq (items->len, 0);
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
  assert_all (queue, 2, 3, 0);
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
  push (queue, 9, 3, FALSE);
  push (queue, 10, 3, FALSE);
  push (queue, 11, 3, FALSE);
  /* The frame that found no room is gone from its beginning. */
  assert_all (queue, 0, 8, 0);
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
  gboolean hungry;

  for (guint i = 0; i <= SERVER_QUEUE_BATCH; i++)
    push (queue, i, i, i == 0);
  push (queue, 200, 200, FALSE);
  g_array_unref (take (queue, &hungry));
  ck_assert (!hungry);
  g_array_unref (take (queue, &hungry));
  ck_assert (hungry);
  push (queue, 201, 201, FALSE);
  g_array_unref (take (queue, &hungry));
  ck_assert (!hungry);
}

END_TEST;

START_TEST (test_audio_loses_the_oldest)
{
  g_autoptr (ServerQueue) queue = new_queue (FALSE, 100000, 40);

  push (queue, 0, 0, FALSE);
  push (queue, 20, 1, FALSE);
  push (queue, 40, 2, FALSE);
  push (queue, 60, 3, FALSE);
  gboolean hungry;
  g_autoptr (GArray) items = take (queue, &hungry);
  ck_assert_int_eq (items->len, 3);
  for (guint i = 0; i < items->len; i++) {
    const ServerItem *item = &g_array_index (items, ServerItem, i);
    ck_assert_int_eq (item->packet.seq, 20 + 20 * i);
    ck_assert_int_eq (item->run, 1);
  }
  ck_assert_int_eq (get_dropped (queue), 1);
}

END_TEST;

START_TEST (test_another_producer_begins_with_a_key_frame_and_the_old_is_over)
{
  g_autoptr (ServerQueue) queue = new_queue (TRUE, 100000, 1000);

  push_turn (queue, 1, 1, 1, TRUE);
  assert_next (queue, 1, 0);
  push_turn (queue, 2, 2, 1, FALSE);
  push_turn (queue, 2, 3, 2, TRUE);
  push_turn (queue, 1, 4, 2, TRUE);
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

/* A key frame of many packets, also when it lies across the ring's end. */
START_TEST (test_it_grows_as_far_as_it_may)
{
  g_autoptr (ServerQueue) queue = new_queue (TRUE, 1000 * 1000, 1000);

  push (queue, 0, 0, TRUE);
  assert_next (queue, 0, 0);
  for (guint i = 1; i <= 4 * SERVER_QUEUE_BATCH; i++)
    push (queue, i, 1, FALSE);
  for (guint i = 0; i < 4; i++)
    assert_all (queue, i * SERVER_QUEUE_BATCH + 1, (i + 1) * SERVER_QUEUE_BATCH,
        0);
  assert_empty (queue);
  ck_assert_int_eq (get_dropped (queue), 0);
}

END_TEST;

START_TEST (test_closed_it_is_empty_and_takes_nothing)
{
  g_autoptr (ServerQueue) queue = new_queue (TRUE, 10000, 1000);
  ServerQueueCounts counts;
  g_autoptr (GArray) items = g_array_new (FALSE, FALSE, sizeof (ServerItem));
  gboolean hungry;

  push (queue, 1, 1, TRUE);
  server_queue_close (queue);
  push (queue, 2, 2, TRUE);
  ck_assert_int_eq (server_queue_take (queue, items, &hungry, G_MAXINT64),
      SERVER_QUEUE_CLOSED);
  ck_assert_int_eq (items->len, 0);
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
  g_autoptr (GArray) items = g_array_new (FALSE, FALSE, sizeof (ServerItem));
  gboolean hungry;

  push (queue, 1, 1, TRUE);
  push (queue, 2, 2, FALSE);
  server_queue_finish (queue);
  push (queue, 3, 3, TRUE);
  assert_all (queue, 1, 2, 0);
  ck_assert_int_eq (server_queue_take (queue, items, &hungry, G_MAXINT64),
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
  tcase_add_test (tcase, test_it_grows_as_far_as_it_may);
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

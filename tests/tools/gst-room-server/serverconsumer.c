/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverfan.h"

#include "packets.h"
#include "sink.h"

#include <check.h>

#define STOP_TIME (10 * G_TIME_SPAN_SECOND)

typedef struct
{
  ServerFan *fan;
  guint turn;
  Sink *sink;
  ServerConsumer *consumer;
} Scene;

static void
scene_begin (Scene * scene)
{
  ServerFanSource source = {.extensions = {{[SERVER_EXTENSION_ORIENTATION] = 3}}
  };
  ServerConsumerConfig config = {.name = "test",.pt = 96,.ssrc = 77,
    .extensions = {{[SERVER_EXTENSION_ORIENTATION] = 9}},
    .max_time_us = 100 * 1000,
  };

  scene->fan = server_fan_new (server_codec_find ("VP8"));
  scene->turn = server_fan_begin (scene->fan, &source, NULL);
  scene->sink = sink_new ();
  scene->consumer = server_fan_add_consumer (scene->fan, &config, &sink_funcs,
      sink_ref (scene->sink), NULL);
  ck_assert_ptr_nonnull (scene->consumer);
}

static void
scene_push (Scene * scene, guint16 seq, gboolean key)
{
  GstBuffer *buffer = packets_make (seq, seq * 3000, key, 20);

  ck_assert (server_fan_push (scene->fan, scene->turn, buffer, seq * 10000));
  gst_buffer_unref (buffer);
}

static void
scene_end (Scene * scene)
{
  ck_assert (server_consumer_stop (scene->consumer, STOP_TIME));
  server_consumer_unref (scene->consumer);
  sink_unref (scene->sink);
  server_fan_unref (scene->fan);
}

START_TEST (test_packets_are_his_own)
{
  Scene scene;

  scene_begin (&scene);
  scene_push (&scene, 5, TRUE);
  ck_assert (sink_wait (scene.sink, 1));
  ServerPacket packet = sink_get (scene.sink, 0);
  ck_assert_int_eq (packet.pt, 96);
  ck_assert_int_eq (packet.ssrc, 77);
  ck_assert_int_eq (packet.size, 20);
  scene_end (&scene);
}

END_TEST;

/* A packet with a header extension of one byte, that @number means. */
static void
push_extended (Scene * scene, guint16 seq, guint8 number)
{
  guint8 body[] = { 0xbe, 0xde, 0, 1, number << 4, 1, 0, 0 };
  GstBuffer *plain = packets_make (seq, seq * 3000, TRUE, 20);
  GstBuffer *buffer = gst_buffer_append_region (gst_buffer_copy_region (plain,
          GST_BUFFER_COPY_MEMORY, 0, 12), gst_buffer_new_memdup (body,
          sizeof body), 0, -1);
  buffer = gst_buffer_append_region (buffer, plain, 12, -1);
  GstMapInfo map;

  ck_assert (gst_buffer_map (buffer, &map, GST_MAP_READWRITE));
  map.data[0] |= 0x10;
  gst_buffer_unmap (buffer, &map);
  ck_assert (server_fan_push (scene->fan, scene->turn, buffer, seq * 10000));
  gst_buffer_unref (buffer);
}

START_TEST (test_extensions_that_both_know_come_along)
{
  Scene scene;

  scene_begin (&scene);
  push_extended (&scene, 5, 3);
  push_extended (&scene, 6, 9);
  ck_assert (sink_wait (scene.sink, 2));
  ck_assert_int_eq (sink_get (scene.sink, 0).body_size, 4);
  ck_assert_int_eq (sink_get (scene.sink, 0).size, 20);
  ck_assert_int_eq (sink_get (scene.sink, 1).body_size, 0);
  scene_end (&scene);
}

END_TEST;

static gint64
get_time (guint32 timestamp, guint clock_rate, gint64 arrival, gpointer data)
{
  return arrival - timestamp / (clock_rate / 1000);
}

static gboolean
note_time (GstBufferList * packets, gpointer data)
{
  g_async_queue_push (data, gst_buffer_ref (gst_buffer_list_get (packets, 0)));
  gst_buffer_list_unref (packets);
  return TRUE;
}

START_TEST (test_packets_say_when_they_were_captured)
{
  static const ServerConsumerFuncs funcs = { note_time, NULL };
  ServerFanSource source = {.get_time = get_time };
  ServerConsumerConfig config = {.pt = 96,.ssrc = 77 };
  Scene scene;

  scene_begin (&scene);
  scene.turn = server_fan_begin (scene.fan, &source, NULL);
  g_autoptr (GAsyncQueue) times = g_async_queue_new ();
  ServerConsumer *second = server_fan_add_consumer (scene.fan, &config, &funcs,
      times, NULL);
  scene_push (&scene, 30, TRUE);
  GstBuffer *packet = g_async_queue_timeout_pop (times, STOP_TIME);
  ck_assert_ptr_nonnull (packet);
  /* It arrived at 300 ms; 90000 ticks are 1000 of get_time()'s. */
  ck_assert_uint_eq (GST_BUFFER_PTS (packet), 299 * GST_MSECOND);
  gst_buffer_unref (packet);
  ck_assert (server_consumer_stop (second, STOP_TIME));
  server_consumer_unref (second);
  scene_end (&scene);
}

END_TEST;

START_TEST (test_one_row_after_a_stall)
{
  Scene scene;
  ServerConsumerCounts counts;

  scene_begin (&scene);
  sink_stall (scene.sink);
  scene_push (&scene, 0, TRUE);
  ck_assert (sink_wait_stalled (scene.sink));
  for (guint i = 1; i < 100; i++)
    scene_push (&scene, i, i == 90);
  sink_release (scene.sink);
  ck_assert (sink_wait (scene.sink, 11));
  ck_assert_int_eq (sink_get_breaks (scene.sink), 0);
  ck_assert_int_eq (sink_get (scene.sink, 1).timestamp, 90 * 3000);
  server_consumer_get_counts (scene.consumer, &counts);
  ck_assert_int_eq (counts.queue.dropped, 89);
  ck_assert_int_eq (counts.queue.cuts, 1);
  scene_end (&scene);
}

END_TEST;

START_TEST (test_stop_ends_in_time_beside_a_delivery_that_hangs)
{
  Scene scene;

  scene_begin (&scene);
  sink_stall (scene.sink);
  scene_push (&scene, 0, TRUE);
  ck_assert (sink_wait_stalled (scene.sink));
  ck_assert (!server_consumer_stop (scene.consumer, 1000));
  sink_release (scene.sink);
  scene_end (&scene);
}

END_TEST;

START_TEST (test_who_wants_no_more_leaves_the_fan)
{
  Scene scene;
  ServerFanCounts counts;

  scene_begin (&scene);
  sink_refuse (scene.sink);
  scene_push (&scene, 0, TRUE);
  ck_assert (sink_wait (scene.sink, 1));
  ck_assert (server_consumer_stop (scene.consumer, STOP_TIME));
  server_fan_get_counts (scene.fan, &counts);
  ck_assert_int_eq (counts.consumers, 0);
  scene_push (&scene, 1, FALSE);
  ck_assert_int_eq (sink_get_count (scene.sink), 1);
  scene_end (&scene);
}

END_TEST;

START_TEST (test_he_may_stop_again_and_outlive_the_fan)
{
  Scene scene;

  scene_begin (&scene);
  server_fan_unref (server_fan_ref (scene.fan));
  ck_assert (server_consumer_stop (scene.consumer, STOP_TIME));
  scene_end (&scene);
}

END_TEST;

START_TEST (test_who_pauses_asks_for_a_key_frame_when_he_goes_on)
{
  Scene scene;
  ServerFanCounts before, after;

  scene_begin (&scene);
  server_consumer_set_paused (scene.consumer, TRUE);
  scene_push (&scene, 0, TRUE);
  server_fan_get_counts (scene.fan, &before);
  server_consumer_set_paused (scene.consumer, FALSE);
  server_fan_get_counts (scene.fan, &after);
  ck_assert_int_eq (after.requests, before.requests + 1);
  scene_push (&scene, 1, TRUE);
  ck_assert (sink_wait (scene.sink, 1));
  ck_assert_int_eq (sink_get (scene.sink, 0).size, 20);
  ck_assert_int_eq (sink_get_count (scene.sink), 1);
  scene_end (&scene);
}

END_TEST;

START_TEST (test_what_waits_is_delivered_after_the_finish)
{
  Scene scene;
  ServerFanCounts counts;

  scene_begin (&scene);
  sink_stall (scene.sink);
  scene_push (&scene, 0, TRUE);
  ck_assert (sink_wait_stalled (scene.sink));
  scene_push (&scene, 1, FALSE);
  scene_push (&scene, 2, FALSE);
  server_consumer_finish (scene.consumer);
  server_fan_get_counts (scene.fan, &counts);
  ck_assert_int_eq (counts.consumers, 0);
  scene_push (&scene, 3, FALSE);
  ck_assert (!server_consumer_wait (scene.consumer, 1000));
  sink_release (scene.sink);
  ck_assert (server_consumer_wait (scene.consumer, STOP_TIME));
  ck_assert_int_eq (sink_get_count (scene.sink), 3);
  scene_end (&scene);
}

END_TEST;

START_TEST (test_who_leaves_after_the_finish_gets_no_more)
{
  Scene scene;

  scene_begin (&scene);
  sink_stall (scene.sink);
  scene_push (&scene, 0, TRUE);
  ck_assert (sink_wait_stalled (scene.sink));
  scene_push (&scene, 1, FALSE);
  server_consumer_finish (scene.consumer);
  server_consumer_leave (scene.consumer);
  sink_release (scene.sink);
  ck_assert (server_consumer_wait (scene.consumer, STOP_TIME));
  ck_assert_int_eq (sink_get_count (scene.sink), 1);
  scene_end (&scene);
}

END_TEST;

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  Suite *suite = suite_create ("serverconsumer");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_packets_are_his_own);
  tcase_add_test (tcase, test_extensions_that_both_know_come_along);
  tcase_add_test (tcase, test_packets_say_when_they_were_captured);
  tcase_add_test (tcase, test_one_row_after_a_stall);
  tcase_add_test (tcase, test_stop_ends_in_time_beside_a_delivery_that_hangs);
  tcase_add_test (tcase, test_who_wants_no_more_leaves_the_fan);
  tcase_add_test (tcase, test_he_may_stop_again_and_outlive_the_fan);
  tcase_add_test (tcase, test_who_pauses_asks_for_a_key_frame_when_he_goes_on);
  tcase_add_test (tcase, test_what_waits_is_delivered_after_the_finish);
  tcase_add_test (tcase, test_who_leaves_after_the_finish_gets_no_more);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

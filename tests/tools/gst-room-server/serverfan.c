/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverfan.h"

#include "packets.h"
#include "sink.h"

#include <check.h>

#define STOP_TIME (10 * G_TIME_SPAN_SECOND)
#define MS 1000

static void
on_asked (gpointer user_data)
{
  g_atomic_int_inc ((gint *) user_data);
}

static const ServerFanSource asked_source = { on_asked, NULL };

static void
on_ended (gint value, gpointer user_data)
{
  g_atomic_int_add ((gint *) user_data, value);
}

static ServerConsumer *
add (ServerFan * fan, Sink * sink)
{
  ServerConsumerConfig config = {.pt = 96,.ssrc = 1 };
  ServerConsumer *consumer =
      server_fan_add_consumer (fan, &config, &sink_funcs, sink_ref (sink),
      NULL);

  ck_assert_ptr_nonnull (consumer);
  return consumer;
}

static void
drop (ServerConsumer * consumer)
{
  ck_assert (server_consumer_stop (consumer, STOP_TIME));
  server_consumer_unref (consumer);
}

static gboolean
push (ServerFan * fan, guint turn, guint16 seq, gboolean key, gint64 now)
{
  GstBuffer *buffer = packets_make (seq, seq * 3000, key, 50);
  gboolean taken = server_fan_push (fan, turn, buffer, now);

  ck_assert_int_eq (GST_MINI_OBJECT_REFCOUNT_VALUE (buffer) >= 1, TRUE);
  gst_buffer_unref (buffer);
  return taken;
}

START_TEST (test_each_consumer_gets_all_from_a_key_frame_on)
{
  g_autoptr (ServerFan) fan = server_fan_new (server_codec_find ("VP8"));
  g_autoptr (Sink) first = sink_new ();
  g_autoptr (Sink) second = sink_new ();
  gint asked = 0;
  ServerFanCounts counts;

  guint turn = server_fan_begin (fan, &asked_source, &asked);
  ServerConsumer *early = add (fan, first);
  push (fan, turn, 1, TRUE, 0);
  ServerConsumer *late = add (fan, second);
  push (fan, turn, 2, FALSE, 0);
  push (fan, turn, 3, TRUE, 0);
  ck_assert (sink_wait (first, 3));
  ck_assert (sink_wait (second, 1));
  ck_assert_int_eq (sink_get (second, 0).seq, 3);
  server_fan_get_counts (fan, &counts);
  ck_assert_int_eq (counts.consumers, 2);
  ck_assert_int_eq (counts.packets, 3);
  ck_assert_int_eq (counts.bytes, 150);
  ck_assert_int_eq (counts.key_frames, 2);
  drop (early);
  drop (late);
  server_fan_get_counts (fan, &counts);
  ck_assert_int_eq (counts.consumers, 0);
}

END_TEST;

START_TEST (test_a_stalled_consumer_delays_no_other)
{
  g_autoptr (ServerFan) fan = server_fan_new (server_codec_find ("VP8"));
  g_autoptr (Sink) stalled = sink_new ();
  g_autoptr (Sink) other = sink_new ();
  ServerFanSource source = { NULL };
  ServerConsumerCounts slow_counts, fast_counts;

  guint turn = server_fan_begin (fan, &source, NULL);
  ServerConsumer *slow = add (fan, stalled);
  ServerConsumer *fast = add (fan, other);
  sink_stall (stalled);
  push (fan, turn, 0, TRUE, 0);
  ck_assert (sink_wait_stalled (stalled));
  /* Each packet comes to him before there is another. */
  for (guint i = 1; i < 1000; i++) {
    push (fan, turn, i, i % 100 == 0, i * 10 * MS);
    ck_assert (sink_wait (other, i + 1));
  }
  server_consumer_get_counts (slow, &slow_counts);
  server_consumer_get_counts (fast, &fast_counts);
  ck_assert_uint_ge (slow_counts.queue.cuts, 1);
  ck_assert_uint_gt (slow_counts.queue.dropped, 0);
  ck_assert_uint_eq (fast_counts.queue.cuts, 0);
  ck_assert_uint_eq (fast_counts.queue.dropped, 0);
  sink_release (stalled);
  drop (slow);
  drop (fast);
}

END_TEST;

START_TEST (test_requests_are_merged_and_answered_by_a_key_frame)
{
  g_autoptr (ServerFan) fan = server_fan_new (server_codec_find ("VP8"));
  gint asked = 0;
  ServerFanCounts counts;

  guint turn = server_fan_begin (fan, &asked_source, &asked);
  server_fan_ask_key_frame (fan, 1000 * MS);
  ck_assert_int_eq (asked, 1);
  for (guint i = 0; i < 100; i++)
    server_fan_ask_key_frame (fan, (1001 + i) * MS);
  ck_assert_int_eq (asked, 1);
  /* The one that came too soon is due later, unless a key frame comes. */
  push (fan, turn, 1, FALSE, 1499 * MS);
  ck_assert_int_eq (asked, 1);
  push (fan, turn, 2, FALSE, 1500 * MS);
  ck_assert_int_eq (asked, 2);
  server_fan_ask_key_frame (fan, 1600 * MS);
  push (fan, turn, 3, TRUE, 1700 * MS);
  push (fan, turn, 4, FALSE, 2500 * MS);
  ck_assert_int_eq (asked, 2);
  server_fan_get_counts (fan, &counts);
  ck_assert_int_eq (counts.requests, 102);
  ck_assert_int_eq (counts.asked, 2);
}

END_TEST;

START_TEST (test_a_new_consumer_asks_at_once)
{
  g_autoptr (ServerFan) fan = server_fan_new (server_codec_find ("VP8"));
  g_autoptr (Sink) sink = sink_new ();
  gint asked = 0;

  server_fan_begin (fan, &asked_source, &asked);
  ServerConsumer *consumer = add (fan, sink);
  ck_assert_int_eq (asked, 1);
  drop (consumer);
}

END_TEST;

START_TEST (test_nobody_asks_for_a_key_frame_of_audio)
{
  g_autoptr (ServerFan) fan = server_fan_new (server_codec_find ("opus"));
  g_autoptr (Sink) sink = sink_new ();
  gint asked = 0;

  guint turn = server_fan_begin (fan, &asked_source, &asked);
  ServerConsumer *consumer = add (fan, sink);
  push (fan, turn, 1, FALSE, 0);
  ck_assert (sink_wait (sink, 1));
  ck_assert_int_eq (asked, 0);
  drop (consumer);
}

END_TEST;

START_TEST (test_consumers_go_on_with_a_producer_that_comes_back)
{
  g_autoptr (ServerFan) fan = server_fan_new (server_codec_find ("VP8"));
  g_autoptr (Sink) sink = sink_new ();
  gint asked = 0;

  guint turn = server_fan_begin (fan, &asked_source, &asked);
  ServerConsumer *consumer = add (fan, sink);
  push (fan, turn, 10, TRUE, 0);
  server_fan_leave (fan, turn);
  ck_assert (!push (fan, turn, 11, FALSE, 0));
  guint next = server_fan_begin (fan, &asked_source, &asked);
  ck_assert (!push (fan, turn, 12, FALSE, 0));
  /* It does not begin with a key frame, and is asked for one. */
  push (fan, next, 500, FALSE, 1000 * MS);
  ck_assert_int_eq (asked, 2);
  push (fan, next, 501, TRUE, 1000 * MS);
  ck_assert (sink_wait (sink, 2));
  ck_assert_int_eq (sink_get (sink, 1).seq, 11);
  ck_assert_uint_eq (sink_get (sink, 1).timestamp, 30000 + 90000);
  ck_assert_int_eq (sink_get_breaks (sink), 0);
  drop (consumer);
}

END_TEST;

START_TEST (test_the_end_is_told_once_also_to_who_comes_late)
{
  g_autoptr (ServerFan) fan = server_fan_new (server_codec_find ("VP8"));
  gint asked = 0, ended = 0;

  guint turn = server_fan_begin (fan, &asked_source, &asked);
  LifeEvent *event = server_fan_get_ended (fan);
  life_listener_unref (life_event_listen (event, on_ended, &ended, NULL));
  server_fan_end (fan, 3);
  server_fan_end (fan, 4);
  ck_assert_int_eq (ended, 3);
  life_listener_unref (life_event_listen (event, on_ended, &ended, NULL));
  ck_assert_int_eq (ended, 6);
  ck_assert (!push (fan, turn, 1, TRUE, 0));
  ck_assert_int_eq (server_fan_begin (fan, &asked_source, &asked), 0);
  server_fan_ask_key_frame (fan, 9000 * MS);
  ck_assert_int_eq (asked, 0);
}

END_TEST;

static void
push_part (ServerFan * fan, guint turn, guint16 seq, guint frame, gint64 now)
{
  GstBuffer *buffer = packets_make_part (seq, frame * 3000, seq == 0, 50);

  ck_assert (server_fan_push (fan, turn, buffer, now));
  gst_buffer_unref (buffer);
}

START_TEST (test_a_frame_is_passed_on_as_one)
{
  g_autoptr (ServerFan) fan = server_fan_new (server_codec_find ("VP8"));
  g_autoptr (Sink) sink = sink_new ();
  ServerFanSource source = { NULL };

  guint turn = server_fan_begin (fan, &source, NULL);
  ServerConsumer *consumer = add (fan, sink);
  for (guint i = 0; i < 4; i++)
    push_part (fan, turn, i, 4, 0);
  ck_assert_int_eq (sink_get_count (sink), 0);
  push (fan, turn, 4, FALSE, 0);
  ck_assert (sink_wait (sink, 5));
  ck_assert_int_eq (sink_get_deliveries (sink), 1);
  drop (consumer);
}

END_TEST;

START_TEST (test_a_large_a_slow_and_an_endless_frame_do_not_wait)
{
  g_autoptr (ServerFan) fan = server_fan_new (server_codec_find ("VP8"));
  g_autoptr (Sink) sink = sink_new ();
  ServerFanSource source = { NULL };
  guint16 seq = 0;

  guint turn = server_fan_begin (fan, &source, NULL);
  ServerConsumer *consumer = add (fan, sink);
  while (seq < SERVER_FAN_BATCH)
    push_part (fan, turn, seq++, 1, 0);
  ck_assert (sink_wait (sink, seq));
  push_part (fan, turn, seq++, 1, 0);
  push_part (fan, turn, seq++, 1, SERVER_FAN_BATCH_TIME);
  ck_assert (sink_wait (sink, seq));
  push_part (fan, turn, seq++, 2, 0);
  push_part (fan, turn, seq++, 3, 0);
  ck_assert (sink_wait (sink, seq));
  drop (consumer);
}

END_TEST;

START_TEST (test_half_a_frame_of_one_who_went_is_not_passed_on)
{
  g_autoptr (ServerFan) fan = server_fan_new (server_codec_find ("VP8"));
  g_autoptr (Sink) sink = sink_new ();
  ServerFanSource source = { NULL };

  guint turn = server_fan_begin (fan, &source, NULL);
  ServerConsumer *consumer = add (fan, sink);
  push_part (fan, turn, 0, 1, 0);
  server_fan_leave (fan, turn);
  turn = server_fan_begin (fan, &source, NULL);
  push (fan, turn, 7, TRUE, 0);
  ck_assert (sink_wait (sink, 1));
  ck_assert_int_eq (sink_get (sink, 0).seq, 7);
  drop (consumer);
}

END_TEST;

START_TEST (test_what_is_no_packet_is_refused)
{
  g_autoptr (ServerFan) fan = server_fan_new (server_codec_find ("VP8"));
  ServerFanSource source = { NULL };
  GstBuffer *buffer = gst_buffer_new_memdup ("GET /", 5);

  guint turn = server_fan_begin (fan, &source, NULL);
  ck_assert (!server_fan_push (fan, turn, buffer, 0));
  gst_buffer_unref (buffer);
}

END_TEST;

START_TEST (test_nothing_is_passed_on_while_it_is_muted)
{
  g_autoptr (ServerFan) fan = server_fan_new (server_codec_find ("VP8"));
  g_autoptr (Sink) sink = sink_new ();
  gint asked = 0;

  guint turn = server_fan_begin (fan, &asked_source, &asked);
  ServerConsumer *consumer = add (fan, sink);
  push (fan, turn, 1, TRUE, 0);
  ck_assert (sink_wait (sink, 1));
  server_fan_set_muted (fan, TRUE);
  ck_assert (push (fan, turn, 2, TRUE, 0));
  gint before = asked;
  server_fan_set_muted (fan, FALSE);
  gint64 later = g_get_monotonic_time () + SERVER_FAN_ASK_INTERVAL;
  push (fan, turn, 3, FALSE, later);
  ck_assert_int_gt (asked, before);
  push (fan, turn, 4, TRUE, later);
  ck_assert (sink_wait (sink, 2));
  ck_assert_int_eq (sink_get_count (sink), 2);
  /* It is one row for him. */
  ck_assert_int_eq (sink_get_breaks (sink), 0);
  drop (consumer);
}

END_TEST;

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  Suite *suite = suite_create ("serverfan");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_each_consumer_gets_all_from_a_key_frame_on);
  tcase_add_test (tcase, test_a_stalled_consumer_delays_no_other);
  tcase_add_test (tcase, test_requests_are_merged_and_answered_by_a_key_frame);
  tcase_add_test (tcase, test_a_new_consumer_asks_at_once);
  tcase_add_test (tcase, test_nobody_asks_for_a_key_frame_of_audio);
  tcase_add_test (tcase, test_consumers_go_on_with_a_producer_that_comes_back);
  tcase_add_test (tcase, test_the_end_is_told_once_also_to_who_comes_late);
  tcase_add_test (tcase, test_a_frame_is_passed_on_as_one);
  tcase_add_test (tcase, test_a_large_a_slow_and_an_endless_frame_do_not_wait);
  tcase_add_test (tcase, test_half_a_frame_of_one_who_went_is_not_passed_on);
  tcase_add_test (tcase, test_what_is_no_packet_is_refused);
  tcase_add_test (tcase, test_nothing_is_passed_on_while_it_is_muted);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

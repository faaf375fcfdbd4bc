/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One producer, twenty consumers that come and go at random, and one that
 * stalls. The seed is printed; SEED in the environment repeats it. */
#include "serverfan.h"

#include "life/lifelock.h"
#include "packets.h"
#include "sink.h"

#include <check.h>
#include <stdlib.h>

#define CONSUMERS 20
#define ROUNDS 40               /* of each consumer */
#define STOP_TIME (20 * G_TIME_SPAN_SECOND)
#define KEY_DISTANCE 50
#define FRAME_PACKETS 4

/* Scheduling of a busy machine included; a stalled neighbour costs more. */
#define LONGEST_GAP (10 * G_TIME_SPAN_SECOND)

typedef struct
{
  ServerFan *fan;
  gint done;                    /* atomic */
  gint wanted;                  /* key frames; atomic */
} Scene;

typedef struct
{
  Scene *scene;
  guint32 seed;
  gint64 longest_gap;
  guint breaks;
  guint packets;
} Visitor;

static void
on_asked (gpointer user_data)
{
  Scene *scene = user_data;

  g_atomic_int_inc (&scene->wanted);
}

static const ServerFanSource source = { on_asked, NULL };

static void
produce_turn (Scene * scene, guint16 * seq, guint32 * frame, guint frames)
{
  guint turn = server_fan_begin (scene->fan, &source, scene);

  for (guint i = 0; i < frames && !g_atomic_int_get (&scene->done); i++) {
    gboolean key = i % KEY_DISTANCE == 0
        || g_atomic_int_compare_and_exchange (&scene->wanted, 1, 0);
    if (key)
      g_atomic_int_set (&scene->wanted, 0);
    for (guint part = 0; part < FRAME_PACKETS; part++) {
      GstBuffer *buffer = part + 1 < FRAME_PACKETS
          ? packets_make_part ((*seq)++, *frame * 3000, key && part == 0, 1000)
          : packets_make ((*seq)++, *frame * 3000, FALSE, 1000);
      server_fan_push (scene->fan, turn, buffer, g_get_monotonic_time ());
      gst_buffer_unref (buffer);
    }
    (*frame)++;
    g_poll (NULL, 0, 1);
  }
  server_fan_leave (scene->fan, turn);
}

static gpointer
produce (gpointer data)
{
  Scene *scene = data;
  guint16 seq = 65000;
  guint32 frame = 0;

  while (!g_atomic_int_get (&scene->done))
    produce_turn (scene, &seq, &frame, 300);
  return NULL;
}

static void
visit (Visitor * visitor, GRand * random)
{
  ServerConsumerConfig config = {.pt = 96,.ssrc = g_rand_int (random) };
  g_autoptr (Sink) sink = sink_new ();
  ServerConsumerCounts counts;

  ServerConsumer *consumer = server_fan_add_consumer (visitor->scene->fan,
      &config, &sink_funcs, sink_ref (sink), NULL);
  ck_assert_ptr_nonnull (consumer);
  if (g_rand_boolean (random))
    ck_assert (sink_wait (sink, g_rand_int_range (random, 1, 100)));
  if (g_rand_boolean (random))
    server_consumer_ask_key_frame (consumer);
  if (g_rand_boolean (random))
    server_consumer_leave (consumer);
  ck_assert (server_consumer_stop (consumer, STOP_TIME));
  server_consumer_get_counts (consumer, &counts);
  ck_assert_int_eq (counts.queue.packets, 0);
  visitor->longest_gap = MAX (visitor->longest_gap, counts.longest_gap_us);
  visitor->breaks += sink_get_breaks (sink);
  visitor->packets += sink_get_count (sink);
  server_consumer_unref (consumer);
}

static gpointer
come_and_go (gpointer data)
{
  Visitor *visitor = data;
  GRand *random = g_rand_new_with_seed (visitor->seed);

  for (guint i = 0; i < ROUNDS; i++)
    visit (visitor, random);
  g_rand_free (random);
  return NULL;
}

static guint32
choose_seed (void)
{
  const gchar *given = g_getenv ("SEED");
  guint32 seed = given != NULL ? g_ascii_strtoull (given, NULL, 10)
      : g_random_int ();

  g_print ("SEED=%u\n", seed);
  return seed;
}

START_TEST (test_nobody_disturbs_another_and_nothing_is_left)
{
  Scene scene = { server_fan_new (server_codec_find ("VP8")), 0, 0 };
  Visitor visitors[CONSUMERS];
  GThread *threads[CONSUMERS];
  ServerConsumerConfig config = {.pt = 96,.ssrc = 1 };
  ServerFanCounts counts;
  g_autoptr (Sink) stalled = sink_new ();
  guint32 seed = choose_seed ();

  ServerConsumer *slow = server_fan_add_consumer (scene.fan, &config,
      &sink_funcs, sink_ref (stalled), NULL);
  sink_stall (stalled);
  GThread *producer = g_thread_new ("producer", produce, &scene);
  ck_assert (sink_wait_stalled (stalled));
  for (guint i = 0; i < CONSUMERS; i++) {
    visitors[i] = (Visitor) {
    &scene, seed + i};
    threads[i] = g_thread_new ("visitor", come_and_go, &visitors[i]);
  }
  gint64 longest = 0;
  for (guint i = 0; i < CONSUMERS; i++) {
    g_thread_join (threads[i]);
    longest = MAX (longest, visitors[i].longest_gap);
    ck_assert_int_eq (visitors[i].breaks, 0);
    ck_assert_int_gt (visitors[i].packets, 0);
    ck_assert_int_lt (visitors[i].longest_gap, LONGEST_GAP);
  }
  g_print ("longest gap: %" G_GINT64_FORMAT " us\n", longest);
  g_atomic_int_set (&scene.done, 1);
  g_thread_join (producer);
  sink_release (stalled);
  ck_assert (server_consumer_stop (slow, STOP_TIME));
  server_consumer_unref (slow);
  ck_assert_int_eq (sink_get_breaks (stalled), 0);
  server_fan_get_counts (scene.fan, &counts);
  ck_assert_int_eq (counts.consumers, 0);
  ck_assert_uint_le (counts.asked, counts.requests);
  server_fan_end (scene.fan, 1);
  server_fan_unref (scene.fan);
}

END_TEST;

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  Suite *suite = suite_create ("serverfanstress");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_nobody_disturbs_another_and_nothing_is_left);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

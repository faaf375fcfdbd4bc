/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files that are cut off or have wrong bits: whatever is wrong, rtmpdemux comes
 * to an end, and where it cannot go on it says one error in words. */
#include <glib/gstdio.h>

#include "flvrun.h"

#define ROUNDS 30
#define DEADLINE (30 * GST_SECOND)

#define SOURCE "rtmpmux name=m index-size=8 ! filesink location=%s " \
  "videotestsrc num-buffers=12 ! video/x-raw,format=I420,width=32,height=32 ! " \
  "x264enc key-int-max=4 ! m. " \
  "audiotestsrc num-buffers=12 samplesperbuffer=1024 ! avenc_aac ! m."

static gchar *path;
static gchar *contents;
static gsize size;
static GRand *random_numbers;

static void
set_up (void)
{
  const gchar *given = g_getenv ("RTMP_TEST_SEED");
  guint32 seed = given != NULL ? strtoul (given, NULL, 10) : g_random_int ();
  gint fd = g_file_open_tmp ("broken-XXXXXX.flv", &path, NULL);

  g_close (fd, NULL);
  g_autofree gchar *launch = g_strdup_printf (SOURCE, path);
  g_autoptr (FlvRun) run = flv_run_new (launch);
  flv_run_play (run);
  ck_assert (g_file_get_contents (path, &contents, &size, NULL));
  g_print ("RTMP_TEST_SEED=%u\n", seed);
  random_numbers = g_rand_new_with_seed (seed);
}

static void
tear_down (void)
{
  g_unlink (path);
  g_clear_pointer (&path, g_free);
  g_clear_pointer (&contents, g_free);
  g_clear_pointer (&random_numbers, g_rand_free);
}

static void
on_pad (GstElement * demux, GstPad * pad, GstBin * pipeline)
{
  GstElement *sink = gst_element_factory_make ("fakesink", NULL);

  g_object_set (sink, "async", FALSE, "sync", FALSE, NULL);
  gst_bin_add (pipeline, sink);
  g_autoptr (GstPad) peer = gst_element_get_static_pad (sink, "sink");
  gst_element_sync_state_with_parent (sink);
  ck_assert_int_eq (gst_pad_link (pad, peer), GST_PAD_LINK_OK);
}

/* Those before it say that the stream has stopped; that is GStreamer's way. */
static guint
count_errors (GstBus * bus)
{
  guint errors = 0;
  GstMessage *message;

  while ((message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR)) != NULL) {
    errors += g_str_equal (GST_MESSAGE_SRC_NAME (message), "d");
    gst_message_unref (message);
  }
  return errors;
}

static void
assert_ends (GstBus * bus)
{
  g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (bus, DEADLINE,
      GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  g_autoptr (GError) error = NULL;

  ck_assert_msg (message != NULL, "it hangs");
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS)
    return;
  gst_message_parse_error (message, &error, NULL);
  /* Its own, which says what is wrong, and not that of a stream that stopped. */
  ck_assert_msg (g_error_matches (error, GST_STREAM_ERROR,
          GST_STREAM_ERROR_DEMUX), "%s", error->message);
  ck_assert_str_eq (GST_MESSAGE_SRC_NAME (message), "d");
  ck_assert_uint_eq (count_errors (bus), 0);
}

/* @between: what makes it pushed or pulled. */
static void
play (const gchar * bytes, gsize length, const gchar * between)
{
  g_autofree gchar *launch = g_strdup_printf ("filesrc location=%s ! %s "
      "rtmpdemux name=d", path, between);

  ck_assert (g_file_set_contents (path, bytes, length, NULL));
  GstElement *pipeline = gst_parse_launch (launch, NULL);
  g_autoptr (GstElement) demux = gst_bin_get_by_name (GST_BIN (pipeline), "d");
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_signal_connect (demux, "pad-added", G_CALLBACK (on_pad), pipeline);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  assert_ends (bus);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
}

static void
play_both (const gchar * bytes, gsize length)
{
  play (bytes, length, "");
  play (bytes, length, "queue !");
}

START_TEST (test_a_file_that_is_cut_off_ends)
{
  for (guint i = 0; i < ROUNDS; i++)
    play_both (contents, g_rand_int_range (random_numbers, 1, size));
}

END_TEST;

START_TEST (test_a_file_with_wrong_bits_ends)
{
  for (guint i = 0; i < ROUNDS; i++) {
    g_autofree gchar *bytes = g_memdup2 (contents, size);
    for (gint n = g_rand_int_range (random_numbers, 1, 8); n > 0; n--)
      bytes[g_rand_int_range (random_numbers, 0, size)] ^=
          1 << g_rand_int_range (random_numbers, 0, 8);
    play_both (bytes, size);
  }
}

END_TEST;

/* The same where it says what comes next. */
START_TEST (test_a_file_with_a_wrong_head_ends)
{
  for (guint i = 0; i < ROUNDS; i++) {
    g_autofree gchar *bytes = g_memdup2 (contents, size);
    bytes[g_rand_int_range (random_numbers, 0, MIN (size, 400))] =
        g_rand_int (random_numbers);
    play_both (bytes, size);
  }
}

END_TEST;

static Suite *
rtmpdemuxbroken_suite (void)
{
  Suite *suite = suite_create ("rtmpdemuxbroken");
  TCase *tcase = tcase_create ("all");

  tcase_add_checked_fixture (tcase, set_up, tear_down);
  tcase_add_test (tcase, test_a_file_that_is_cut_off_ends);
  tcase_add_test (tcase, test_a_file_with_wrong_bits_ends);
  tcase_add_test (tcase, test_a_file_with_a_wrong_head_ends);
  suite_add_tcase (suite, tcase);
  return suite;
}

GST_CHECK_MAIN (rtmpdemuxbroken);

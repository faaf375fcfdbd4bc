/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* rtmpmux and rtmpdemux through states, seeks and pads that come and go, in any
 * order and at any moment. TEST_LOOPS says how often, RTMP_TEST_SEED in which
 * order. */
#include "flvrun.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <unistd.h>

#define SOUND "audiotestsrc samplesperbuffer=512 ! avenc_aac ! aacparse ! "
#define LIVE "audiotestsrc is-live=true samplesperbuffer=512 ! avenc_aac ! " \
  "aacparse ! "

static guint
get_loops (void)
{
  const gchar *given = g_getenv ("TEST_LOOPS");

  return given ? MAX (strtoul (given, NULL, 10), 1) : 20;
}

static GRand *
new_random (void)
{
  const gchar *given = g_getenv ("RTMP_TEST_SEED");
  guint32 seed = given ? strtoul (given, NULL, 0) : g_random_int ();

  g_print ("RTMP_TEST_SEED=%u\n", seed);
  return g_rand_new_with_seed (seed);
}

/* What is on the bus, or comes within @time, must not be an error. */
static void
assert_well_for (FlvRun * run, GstClockTime time)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (flv_run_get_pipeline (run));
  g_autoptr (GstMessage) message =
      gst_bus_timed_pop_filtered (bus, time, GST_MESSAGE_ERROR);
  g_autoptr (GError) error = NULL;

  if (message != NULL)
    gst_message_parse_error (message, &error, NULL);
  ck_assert_msg (message == NULL, "%s", error ? error->message : "");
}

static void
assert_well (FlvRun * run)
{
  assert_well_for (run, 0);
}

/* gst_parse_launch() links pads that come later only once. */
static void
on_pad_added (GstElement * demux, GstPad * pad, GstElement * sink)
{
  g_autoptr (GstPad) other = gst_element_get_static_pad (sink, "sink");

  if (!gst_pad_is_linked (other))
    gst_pad_link (pad, other);
}

static void
storm (const gchar * launch)
{
  const GstState states[] = { GST_STATE_NULL, GST_STATE_READY,
    GST_STATE_PAUSED, GST_STATE_PLAYING
  };
  g_autoptr (GRand) random = new_random ();
  g_autoptr (FlvRun) run = flv_run_new (launch);
  GstElement *pipeline = flv_run_get_pipeline (run);
  g_autoptr (GstElement) demux = flv_run_get (run, "d");
  g_autoptr (GstElement) sink = flv_run_get (run, "out");

  g_signal_connect (demux, "pad-added", G_CALLBACK (on_pad_added), sink);
  for (guint i = 0; i < get_loops (); i++) {
    GstState state = states[g_rand_int_range (random, 0, 4)];
    ck_assert_int_ne (gst_element_set_state (pipeline, state),
        GST_STATE_CHANGE_FAILURE);
    /* Sometimes it gets there, sometimes it does not. */
    gst_element_get_state (pipeline, NULL, NULL,
        g_rand_int_range (random, 0, 20) * GST_MSECOND);
    assert_well (run);
  }
  /* After all that it still works. */
  gst_element_set_state (pipeline, GST_STATE_NULL);
  flv_run_forget (run);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  for (guint i = 0; i < 3000; i++) {
    assert_well_for (run, 10 * GST_MSECOND);
    if (flv_run_get_buffers (run, "out")->len > 10)
      return;
  }
  ck_abort_msg ("nothing comes out");
}

START_TEST (test_states_of_both)
{
  storm (SOUND "rtmpmux ! rtmpdemux name=d fakesink name=out");
}

END_TEST;

START_TEST (test_states_of_both_when_live)
{
  storm (LIVE "rtmpmux name=m ! rtmpdemux name=d fakesink name=out " LIVE
      "m.audio_1");
}

END_TEST;

static void
write_file (const gchar * path)
{
  g_autofree gchar *launch = g_strdup_printf ("rtmpmux name=m ! filesink "
      "location=%s audiotestsrc num-buffers=500 ! avenc_aac ! aacparse ! "
      "m.audio_0 videotestsrc num-buffers=100 ! video/x-raw,format=I420,"
      "width=64,height=48,framerate=10/1 ! vp8enc deadline=1 "
      "keyframe-max-dist=10 ! m.video_0", path);
  g_autoptr (FlvRun) run = flv_run_new (launch);

  flv_run_play (run);
}

START_TEST (test_seeks_at_any_moment)
{
  const gchar *ways[] = { "", "queue !" };
  g_autoptr (GRand) random = new_random ();
  g_autofree gchar *path = NULL;
  gint fd = g_file_open_tmp ("rtmpflv-XXXXXX.flv", &path, NULL);

  ck_assert_int_ge (fd, 0);
  close (fd);
  write_file (path);
  for (guint way = 0; way < G_N_ELEMENTS (ways); way++) {
    g_autofree gchar *launch = g_strdup_printf ("filesrc location=%s ! %s "
        "rtmpdemux name=d d.video_0 ! queue ! fakesink name=v "
        "d.audio_0 ! queue ! fakesink name=a", path, ways[way]);
    g_autoptr (FlvRun) run = flv_run_new (launch);
    flv_run_pause (run);
    gst_element_set_state (flv_run_get_pipeline (run), GST_STATE_PLAYING);
    for (guint i = 0; i < get_loops (); i++) {
      GstSeekFlags flags = GST_SEEK_FLAG_FLUSH
          | (g_rand_boolean (random) ? GST_SEEK_FLAG_KEY_UNIT : 0);
      ck_assert (gst_element_seek_simple (flv_run_get_pipeline (run),
              GST_FORMAT_TIME, flags,
              g_rand_int_range (random, 0, 12000) * GST_MSECOND));
      assert_well (run);
    }
    ck_assert (gst_element_seek_simple (flv_run_get_pipeline (run),
            GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH, 0));
    flv_run_wait_end (run);
  }
  g_unlink (path);
}

END_TEST;

/* Each gets a source of its own while the others go on. */
START_TEST (test_pads_that_come_and_go)
{
  g_autoptr (FlvRun) run =
      flv_run_new (LIVE "rtmpmux name=m ! fakesink name=out");
  g_autoptr (GstElement) mux = flv_run_get (run, "m");
  GstBin *pipeline = GST_BIN (flv_run_get_pipeline (run));

  gst_element_set_state (GST_ELEMENT (pipeline), GST_STATE_PLAYING);
  for (guint i = 0; i < MIN (get_loops (), 20); i++) {
    GstElement *source = gst_parse_bin_from_description (LIVE "identity", TRUE,
        NULL);
    gst_bin_add (pipeline, gst_object_ref (source));
    g_autoptr (GstPad) sink = gst_element_request_pad_simple (mux, "audio_%u");
    g_autoptr (GstPad) pad = gst_element_get_static_pad (source, "src");
    ck_assert_int_eq (gst_pad_link (pad, sink), GST_PAD_LINK_OK);
    gst_element_sync_state_with_parent (source);
    if (i % 2 == 0) {
      guint before = flv_run_get_buffers (run, "out")->len;
      while (flv_run_get_buffers (run, "out")->len < before + 2)
        assert_well_for (run, 10 * GST_MSECOND);
    }
    /* The pipeline's own change to PLAYING, begun by now or not, may else start
     * it again. */
    gst_element_set_locked_state (source, TRUE);
    gst_element_set_state (source, GST_STATE_NULL);
    gst_pad_unlink (pad, sink);
    gst_element_release_request_pad (mux, sink);
    gst_bin_remove (pipeline, source);
    gst_object_unref (source);
    assert_well (run);
  }
}

END_TEST;

static Suite *
rtmpflvstates_suite (void)
{
  Suite *suite = suite_create ("rtmpflvstates");
  TCase *tcase = tcase_create ("all");

  tcase_add_test (tcase, test_states_of_both);
  tcase_add_test (tcase, test_states_of_both_when_live);
  tcase_add_test (tcase, test_seeks_at_any_moment);
  tcase_add_test (tcase, test_pads_that_come_and_go);
  suite_add_tcase (suite, tcase);
  return suite;
}

GST_CHECK_MAIN (rtmpflvstates);

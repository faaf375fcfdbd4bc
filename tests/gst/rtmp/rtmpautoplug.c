/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Found without being named, by decodebin and those made of it. */
#include <glib/gstdio.h>

#include "flvrun.h"

#define FRAMES 20
#define VIDEO "videotestsrc num-buffers=20 ! video/x-raw,format=I420," \
  "width=160,height=120,framerate=25/1 ! "
#define CLASSIC VIDEO "x264enc tune=zerolatency ! flvmux"
#define ENHANCED VIDEO "x265enc speed-preset=ultrafast " \
  "option-string=log-level=none ! h265parse ! rtmpmux"

static gchar *path;

static void
set_up (void)
{
  g_autoptr (GError) error = NULL;
  gint fd = g_file_open_tmp ("autoplug-XXXXXX.flv", &path, &error);

  ck_assert_msg (fd >= 0, "%s", error != NULL ? error->message : "");
  g_close (fd, NULL);
}

static void
tear_down (void)
{
  g_unlink (path);
  g_clear_pointer (&path, g_free);
}

static void
write_file (const gchar * made)
{
  g_autofree gchar *launch =
      g_strdup_printf ("%s ! filesink location=%s", made, path);
  g_autoptr (FlvRun) run = flv_run_new (launch);

  flv_run_play (run);
}

/* That of whichever bin in the pipeline. */
static void
assert_ours (FlvRun * run)
{
  g_auto (GValue) value = G_VALUE_INIT;
  guint ours = 0, theirs = 0;
  GstIterator *all =
      gst_bin_iterate_recurse (GST_BIN (flv_run_get_pipeline (run)));

  while (gst_iterator_next (all, &value) == GST_ITERATOR_OK) {
    const gchar *name = G_OBJECT_TYPE_NAME (g_value_get_object (&value));
    ours += g_str_equal (name, "GstRtmpDemux");
    theirs += g_str_equal (name, "GstFlvDemux");
    g_value_reset (&value);
  }
  gst_iterator_free (all);
  ck_assert_uint_eq (ours, 1);
  ck_assert_uint_eq (theirs, 0);
}

/* @format has the place of the file in it. */
static void
assert_decoded (const gchar * format)
{
  gchar **parts = g_strsplit (format, "PATH", 2);
  g_autofree gchar *launch = g_strjoinv (path, parts);
  g_autoptr (FlvRun) run = flv_run_new (launch);

  g_strfreev (parts);
  flv_run_play (run);
  assert_ours (run);
  ck_assert_msg (flv_run_get_buffers (run, "out")->len == FRAMES, "%s: %u",
      launch, flv_run_get_buffers (run, "out")->len);
}

static void
assert_played (void)
{
  g_autofree gchar *launch = g_strdup_printf ("playbin uri=file://%s "
      "video-sink=\"fakesink name=out sync=false\"", path);
  g_autoptr (FlvRun) run = flv_run_new (launch);
  GstStructure *stats;
  guint64 rendered = 0;

  flv_run_play (run);
  assert_ours (run);
  g_autoptr (GstElement) sink = flv_run_get (run, "out");
  g_object_get (sink, "stats", &stats, NULL);
  gst_structure_get_uint64 (stats, "rendered", &rendered);
  gst_structure_free (stats);
  ck_assert_uint_eq (rendered, FRAMES);
}

static void
assert_found (const gchar * made)
{
  write_file (made);
  assert_decoded ("filesrc location=PATH ! decodebin ! fakesink name=out");
  assert_decoded ("uridecodebin uri=file://PATH ! fakesink name=out");
  assert_played ();
}

START_TEST (test_a_classic_file_is_played)
{
  assert_found (CLASSIC);
}

END_TEST;

START_TEST (test_an_enhanced_file_is_played)
{
  assert_found (ENHANCED);
}

END_TEST;

/* As a stream that cannot be pulled comes. */
START_TEST (test_what_is_pushed_is_played)
{
  write_file (ENHANCED);
  assert_decoded ("filesrc location=PATH ! queue ! decodebin ! "
      "fakesink name=out");
}

END_TEST;

static guint
get_rank (const gchar * name)
{
  g_autoptr (GstElementFactory) factory = gst_element_factory_find (name);

  ck_assert_msg (factory != NULL, "no %s", name);
  return gst_plugin_feature_get_rank (GST_PLUGIN_FEATURE (factory));
}

/* encodebin goes on to take flvmux, and us for what that cannot write. */
START_TEST (test_the_muxer_stands_behind_flvmux)
{
  ck_assert_uint_lt (get_rank ("rtmpmux"), get_rank ("flvmux"));
  ck_assert_uint_ge (get_rank ("rtmpmux"), GST_RANK_MARGINAL);
}

END_TEST;

static Suite *
rtmpautoplug_suite (void)
{
  Suite *suite = suite_create ("rtmpautoplug");
  TCase *tcase = tcase_create ("all");

  tcase_add_checked_fixture (tcase, set_up, tear_down);
  tcase_add_test (tcase, test_a_classic_file_is_played);
  tcase_add_test (tcase, test_an_enhanced_file_is_played);
  tcase_add_test (tcase, test_what_is_pushed_is_played);
  tcase_add_test (tcase, test_the_muxer_stands_behind_flvmux);
  suite_add_tcase (suite, tcase);
  return suite;
}

GST_CHECK_MAIN (rtmpautoplug);

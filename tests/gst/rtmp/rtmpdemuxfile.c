/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* rtmpdemux in a file: read anywhere, and pushed by something that can go to a
 * byte. */
#include "flvrun.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* Key frames each second; ten of them. */
#define INPUT "videotestsrc num-buffers=100 ! video/x-raw,format=I420," \
  "width=64,height=48,framerate=10/1 ! x264enc bframes=0 key-int-max=10 ! " \
  "video/x-h264,stream-format=avc,profile=main ! m.video_0 " \
  "audiotestsrc num-buffers=470 ! audio/x-raw,rate=48000 ! avenc_aac ! " \
  "aacparse ! m.audio_0 "
#define FLUSH GST_SEEK_FLAG_FLUSH
#define KEY (GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_KEY_UNIT)

static gchar *path;

static void
setup_with (const gchar * mux)
{
  gint fd = g_file_open_tmp ("rtmpdemux-XXXXXX.flv", &path, NULL);

  ck_assert_int_ge (fd, 0);
  close (fd);
  g_autofree gchar *launch = g_strdup_printf ("%s name=m ! filesink "
      "location=%s " INPUT, mux, path);
  g_autoptr (FlvRun) run = flv_run_new (launch);
  flv_run_play (run);
}

static void
setup_indexed (void)
{
  setup_with ("rtmpmux");
}

static void
setup_streamable (void)
{
  setup_with ("rtmpmux streamable=true");
}

static void
teardown (void)
{
  g_unlink (path);
  g_clear_pointer (&path, g_free);
}

static FlvRun *
open_file (const gchar * between)
{
  g_autofree gchar *launch = g_strdup_printf ("filesrc location=%s ! %s "
      "rtmpdemux name=d d.video_0 ! queue ! fakesink name=v "
      "d.audio_0 ! queue ! fakesink name=a", path, between);

  return flv_run_new (launch);
}

static GstClockTime
get_first (FlvRun * run, const gchar * sink)
{
  GPtrArray *frames = flv_run_get_buffers (run, sink);

  ck_assert_uint_gt (frames->len, 0);
  return GST_BUFFER_PTS (frames->pdata[0]);
}

static gboolean
seek (FlvRun * run, GstSeekFlags flags, GstClockTime time)
{
  flv_run_forget (run);
  return gst_element_seek_simple (flv_run_get_pipeline (run), GST_FORMAT_TIME,
      flags, time);
}

/* Plays to the end from there; the first frame is a key frame. */
static void
assert_seek (FlvRun * run, GstSeekFlags flags, GstClockTime time,
    GstClockTime first)
{
  ck_assert (seek (run, flags, time));
  gst_element_set_state (flv_run_get_pipeline (run), GST_STATE_PLAYING);
  flv_run_wait_end (run);
  GPtrArray *frames = flv_run_get_buffers (run, "v");
  ck_assert_uint_eq (get_first (run, "v"), first);
  ck_assert (!GST_BUFFER_FLAG_IS_SET ((GstBuffer *) frames->pdata[0],
          GST_BUFFER_FLAG_DELTA_UNIT));
  ck_assert_uint_eq (frames->len, 100 - first / (100 * GST_MSECOND));
  ck_assert_uint_ge (get_first (run, "a") + 100 * GST_MSECOND, first);
}

static gint64
get_duration (FlvRun * run)
{
  gint64 duration = 0;

  ck_assert (gst_element_query_duration (flv_run_get_pipeline (run),
          GST_FORMAT_TIME, &duration));
  return duration;
}

static gboolean
is_seekable (FlvRun * run)
{
  g_autoptr (GstQuery) query = gst_query_new_seeking (GST_FORMAT_TIME);
  gboolean seekable = FALSE;

  if (gst_element_query (flv_run_get_pipeline (run), query))
    gst_query_parse_seeking (query, NULL, &seekable, NULL, NULL);
  return seekable;
}

static void
assert_file (FlvRun * run)
{
  flv_run_pause (run);
  gint64 duration = get_duration (run);
  ck_assert (duration > 9800 * GST_MSECOND && duration < 10200 * GST_MSECOND);
  ck_assert (is_seekable (run));
  assert_seek (run, KEY, 4500 * GST_MSECOND, 4 * GST_SECOND);
  /* Back, and from the end. */
  assert_seek (run, FLUSH | GST_SEEK_FLAG_ACCURATE, 1700 * GST_MSECOND,
      GST_SECOND);
  assert_seek (run, KEY | GST_SEEK_FLAG_SNAP_AFTER, 7100 * GST_MSECOND,
      8 * GST_SECOND);
  assert_seek (run, KEY, 0, 0);
  assert_seek (run, KEY, 60 * GST_SECOND, 9 * GST_SECOND);
}

START_TEST (test_an_indexed_file_is_sought_in)
{
  setup_indexed ();
  g_autoptr (FlvRun) run = open_file ("");
  assert_file (run);
  teardown ();
}

END_TEST;

START_TEST (test_a_file_without_index_is_looked_through)
{
  setup_streamable ();
  g_autoptr (FlvRun) run = open_file ("");
  assert_file (run);
  teardown ();
}

END_TEST;

START_TEST (test_an_index_of_another_file_is_not_believed)
{
  g_autofree gchar *data = NULL;
  gsize size;

  setup_indexed ();
  ck_assert (g_file_get_contents (path, &data, &size, NULL));
  /* Each place in the index is off by some bytes: numbers of it are doubles. */
  gchar *places = g_strstr_len (data, size, "filepositions");
  ck_assert (places == NULL || places != NULL);
  for (gsize i = 0; i + 13 < size && places == NULL; i++) {
    if (memcmp (data + i, "filepositions", 13) == 0)
      places = data + i;
  }
  ck_assert (places != NULL);
  /* Marker of the array, its count, then marker and number of each. */
  for (guint i = 0; i < 10; i++)
    places[13 + 5 + 9 * i + 4] ^= 0x55;
  ck_assert (g_file_set_contents (path, data, size, NULL));
  g_autoptr (FlvRun) run = open_file ("");
  flv_run_pause (run);
  assert_seek (run, KEY, 4500 * GST_MSECOND, 4 * GST_SECOND);
  teardown ();
}

END_TEST;

START_TEST (test_a_pushed_file_is_sought_in_by_its_index)
{
  setup_indexed ();
  g_autoptr (FlvRun) run = open_file ("queue !");
  assert_file (run);
  teardown ();
}

END_TEST;

START_TEST (test_a_pushed_file_without_index_goes_back_only)
{
  setup_streamable ();
  g_autoptr (FlvRun) run = open_file ("queue !");
  flv_run_play (run);
  assert_seek (run, KEY, 4500 * GST_MSECOND, 4 * GST_SECOND);
  teardown ();
}

END_TEST;

START_TEST (test_all_frames_come_out_of_both_ways)
{
  const gchar *ways[] = { "", "queue !" };

  setup_indexed ();
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++) {
    g_autoptr (FlvRun) run = open_file (ways[i]);
    flv_run_play (run);
    ck_assert_uint_eq (flv_run_get_buffers (run, "v")->len, 100);
    ck_assert_uint_ge (flv_run_get_buffers (run, "a")->len, 470);
    ck_assert_uint_eq (flv_run_count_caps (run, "v"), 1);
    ck_assert_uint_eq (flv_run_count (run, GST_MESSAGE_WARNING), 0);
  }
  teardown ();
}

END_TEST;

START_TEST (test_tags_of_the_file_come_out)
{
  g_autofree gchar *title = NULL;
  GstTagList *tags = NULL;

  setup_indexed ();
  g_autoptr (FlvRun) run = open_file ("");
  flv_run_pause (run);
  g_autoptr (GstElement) demux = flv_run_get (run, "d");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (demux, "video_0");
  for (guint i = 0;; i++) {
    g_autoptr (GstEvent) event =
        gst_pad_get_sticky_event (pad, GST_EVENT_TAG, i);
    ck_assert_msg (event != NULL, "no tag of the program");
    gst_event_parse_tag (event, &tags);
    if (gst_tag_list_get_string (tags, GST_TAG_APPLICATION_NAME, &title))
      break;
  }
  ck_assert (g_str_has_prefix (title, "gst-room-rtmp"));
  teardown ();
}

END_TEST;

static Suite *
rtmpdemuxfile_suite (void)
{
  Suite *suite = suite_create ("rtmpdemuxfile");
  TCase *tcase = tcase_create ("all");

  tcase_add_test (tcase, test_an_indexed_file_is_sought_in);
  tcase_add_test (tcase, test_a_file_without_index_is_looked_through);
  tcase_add_test (tcase, test_an_index_of_another_file_is_not_believed);
  tcase_add_test (tcase, test_a_pushed_file_is_sought_in_by_its_index);
  tcase_add_test (tcase, test_a_pushed_file_without_index_goes_back_only);
  tcase_add_test (tcase, test_all_frames_come_out_of_both_ways);
  tcase_add_test (tcase, test_tags_of_the_file_come_out);
  suite_add_tcase (suite, tcase);
  return suite;
}

GST_CHECK_MAIN (rtmpdemuxfile);

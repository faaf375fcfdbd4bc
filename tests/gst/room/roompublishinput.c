/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* roompublish: what it asks an encoder for, and what it refuses: with one error
 * that names the pad, and nothing else from upstream. */
#include "publishrun.h"

#include <glib/gstdio.h>
#include <string.h>

static gboolean
has_caps (PublishRun * run, gpointer pad)
{
  return gst_pad_has_current_caps (pad);
}

/* What @encoder of @launch makes for a room that is not there yet. */
static GstStructure *
dup_made (const gchar * launch, const gchar * encoder, const gchar * pad)
{
  RoomScriptConfig config = {.hang = ROOM_SCRIPT_UPGRADE };
  g_autoptr (PublishRun) run = publish_run_new (launch, &config);
  g_autoptr (GstElement) element = publish_run_get (run, encoder);
  g_autoptr (GstPad) looked_at = gst_element_get_static_pad (element, pad);

  publish_run_set (run, GST_STATE_PAUSED);
  publish_run_until (run, has_caps, looked_at);
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (looked_at);
  GstStructure *made = gst_structure_copy (gst_caps_get_structure (caps, 0));
  publish_run_stop (run);
  /* The source was once seen to post one of a stop in its first moments. */
  fail_unless_equals_int (publish_run_count_own_errors (run), 0);
  return made;
}

static void
assert_one_of (GstStructure * structure, const gchar * field,
    const gchar * words)
{
  const gchar *value = gst_structure_get_string (structure, field);
  g_auto (GStrv) allowed = g_strsplit (words, " ", -1);

  fail_unless (value != NULL);
  fail_unless (g_strv_contains ((const gchar * const *) allowed, value),
      "%s is %s", field, value);
}

START_TEST (x264enc_chooses_what_can_be_decoded)
{
  static const gchar *const sources[] = {
    "videotestsrc",
    "videotestsrc ! video/x-raw,format={Y444,I420_10LE,I420}",
    "videotestsrc ! video/x-raw,format=Y444 ! videoconvert",
  };
  g_autofree gchar *launch = g_strdup_printf ("%s ! x264enc name=e "
      "tune=zerolatency ! roompublish name=r", sources[_i]);
  g_autoptr (GstStructure) raw = dup_made (launch, "e", "sink");
  g_autoptr (GstStructure) coded = dup_made (launch, "e", "src");

  assert_one_of (raw, "format", "I420 YV12 NV12 NV21");
  assert_one_of (coded, "profile", "constrained-baseline baseline main high "
      "constrained-high progressive-high");
}

END_TEST;

START_TEST (opusenc_makes_two_channels_of_six)
{
  g_autoptr (GstStructure) made =
      dup_made ("audiotestsrc ! audio/x-raw,channels=6,"
      "channel-mask=(bitmask)0x3f ! audioconvert ! opusenc name=e ! "
      "roompublish name=r", "e", "src");
  gint channels = 0;

  fail_unless (gst_structure_get_int (made, "channels", &channels));
  fail_unless_equals_int (channels, 2);
}

END_TEST;

START_TEST (encoder_finds_the_pad_of_its_kind)
{
  static const gchar *const lines[][2] = {
    {"audiotestsrc ! opusenc ! roompublish name=r", "audio_0"},
    {"audiotestsrc ! mulawenc ! roompublish name=r", "audio_0"},
    {"audiotestsrc ! alawenc ! roompublish name=r", "audio_0"},
    {"videotestsrc ! x264enc ! roompublish name=r", "video_0"},
    {"videotestsrc ! vp8enc ! roompublish name=r", "video_0"},
    {"videotestsrc ! vp9enc ! queue ! roompublish name=r", "video_0"},
    {"videotestsrc ! x264enc ! h264parse ! r. roompublish name=r", "video_0"},
  };
  g_autoptr (PublishRun) run = publish_run_new (lines[_i][0], NULL);
  g_autoptr (GstPad) pad = publish_run_get_pad (run, lines[_i][1]);

  fail_unless (gst_pad_is_linked (pad));
  fail_unless_equals_int (publish_run_get_element (run)->numsinkpads, 1);
}

END_TEST;

static gboolean
stopped (PublishRun * run, gpointer pad)
{
  return gst_pad_get_task_state (pad) != GST_TASK_STARTED;
}

/* Runs @launch, whose source is called "s", to the end of that source's thread
 * and asserts the one error. */
static void
assert_refused (const gchar * launch, const RoomScriptConfig * config,
    const gchar * reason, const gchar * words)
{
  g_autoptr (PublishRun) run = publish_run_new (launch, config);
  g_autoptr (GstElement) source = publish_run_get (run, "s");
  g_autoptr (GstPad) src = gst_element_get_static_pad (source, "src");

  publish_run_set (run, GST_STATE_PLAYING);
  publish_run_wait (run, "error", 1);
  /* Whatever the refusal makes upstream say is said by then. */
  if (src)
    publish_run_until (run, stopped, src);
  publish_run_assert_error (run, reason, words);
  fail_unless_equals_int (publish_run_count (run, "room-track-published"), 0);
}

START_TEST (raw_input_is_refused_with_an_encoder_to_add)
{
  static const gchar *const cases[][2] = {
    {"videotestsrc name=s ! roompublish name=r", "x264enc"},
    {"videotestsrc name=s is-live=true ! queue ! roompublish name=r",
        "pad video_0"},
    {"audiotestsrc name=s ! roompublish name=r", "opusenc"},
    {"audiotestsrc name=s is-live=true ! r.audio_3 roompublish name=r",
        "pad audio_3"},
  };
  RoomScriptConfig config = { 0 };

  assert_refused (cases[_i][0], &config, "input", cases[_i][1]);
}

END_TEST;

/* Encodes a file as @launch says and gives its path. */
static gchar *
make_file (const gchar * launch)
{
  g_autoptr (GError) error = NULL;
  gchar *path;
  gint descriptor = g_file_open_tmp ("roompublish-XXXXXX", &path, &error);

  g_assert_no_error (error);
  g_close (descriptor, NULL);
  g_autofree gchar *line =
      g_strdup_printf ("%s ! matroskamux ! filesink location=%s", launch, path);
  g_autoptr (GstElement) pipeline = gst_parse_launch (line, &error);
  g_assert_no_error (error);
  gst_object_ref_sink (pipeline);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_autoptr (GstBus) bus = gst_pipeline_get_bus (GST_PIPELINE (pipeline));
  g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (bus,
      30 * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  fail_unless (message && GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return path;
}

START_TEST (file_that_nobody_could_decode_is_refused)
{
  static const struct
  {
    const gchar *encode;
    const gchar *between;
    const gchar *words;
  } cases[] = {
    {"videotestsrc num-buffers=3 ! video/x-raw,format=Y444 ! x264enc",
        "", "pad video_0: subscribers cannot decode H264 profile high-4:4:4"},
    {"videotestsrc num-buffers=3 ! video/x-raw,format=Y444 ! x264enc",
        "! h264parse", "video_0"},
    {"videotestsrc num-buffers=3 ! video/x-raw,format=I420_10LE ! x264enc",
        "! h264parse", "profile high-10"},
    {"videotestsrc num-buffers=3 ! video/x-raw,format=Y42B ! x264enc",
        "", "profile high-4:2:2"},
    {"audiotestsrc num-buffers=9 ! audio/x-raw,channels=6,"
          "channel-mask=(bitmask)0x3f ! opusenc",
        "! opusparse", "pad audio_0: opus with 6 channels"},
    {"audiotestsrc num-buffers=9 ! audio/x-raw,channels=6,"
          "channel-mask=(bitmask)0x3f ! opusenc",
        "", "at most 2"},
  };
  RoomScriptConfig config = { 0 };
  g_autofree gchar *path = make_file (cases[_i].encode);
  g_autofree gchar *launch = g_strdup_printf ("filesrc name=s location=%s "
      "! matroskademux %s ! roompublish name=r", path, cases[_i].between);

  assert_refused (launch, &config, "input", cases[_i].words);
  g_unlink (path);
}

END_TEST;

#define H264 "videotestsrc name=s is-live=true " \
    "! video/x-raw,width=160,height=120 " \
    "! x264enc tune=zerolatency speed-preset=ultrafast "

START_TEST (codec_that_the_room_has_not_enabled_is_refused)
{
  const gchar *codecs[] = { "video/VP8", "video/VP9", "audio/opus", NULL };
  RoomScriptConfig config = {.codecs = codecs };

  assert_refused (H264 "! roompublish name=r", &config, "input",
      "pad video_0: the room does not take H264; of video codecs it takes "
      "VP8, VP9");
}

END_TEST;

START_TEST (pad_of_a_codec_not_enabled_is_refused_after_the_join_too)
{
  const gchar *codecs[] = { "audio/opus", NULL };
  RoomScriptConfig config = {.codecs = codecs };
  g_autoptr (PublishRun) run =
      publish_run_new (H264 "! identity drop-probability=1 name=i ! "
      "roompublish name=r", &config);
  g_autoptr (GstElement) identity = publish_run_get (run, "i");

  publish_run_set (run, GST_STATE_PLAYING);
  publish_run_wait (run, "room-joined", 1);
  g_object_set (identity, "drop-probability", 0.0f, NULL);
  publish_run_assert_error (run, "input", "it takes none");
}

END_TEST;

START_TEST (track_that_the_room_does_not_permit_is_an_error_of_its_pad)
{
  RoomScriptConfig config = {
    .refuse_track = LIVEKIT__REQUEST_RESPONSE__REASON__NOT_ALLOWED
  };

  assert_refused (H264 "! r.video_4 roompublish name=r", &config,
      "not-allowed", "pad video_4");
}

END_TEST;

START_TEST (change_of_the_codec_is_refused)
{
  g_autoptr (PublishRun) run =
      publish_run_new_connected ("appsrc name=s format=time is-live=true "
      "caps=audio/x-mulaw,rate=8000,channels=1 ! r.audio_0 "
      "roompublish name=r");
  g_autoptr (GstElement) source = publish_run_get (run, "s");
  g_autoptr (GstCaps) other =
      gst_caps_from_string ("audio/x-alaw,rate=8000,channels=1");

  publish_run_set (run, GST_STATE_PLAYING);
  for (guint i = 0; i < 2; i++) {
    GstFlowReturn flow;
    g_autoptr (GstBuffer) buffer = gst_buffer_new_allocate (NULL, 160, NULL);
    GST_BUFFER_PTS (buffer) = i * 20 * GST_MSECOND;
    g_signal_emit_by_name (source, "push-buffer", buffer, &flow);
    fail_unless_equals_int (flow, GST_FLOW_OK);
    if (i == 0)
      publish_run_wait (run, "room-track-published", 1);
    g_object_set (source, "caps", other, NULL);
  }
  publish_run_assert_error (run, "input", "pad audio_0: the stream changed "
      "from PCMU");
}

END_TEST;

static Suite *
roompublishinput_suite (void)
{
  Suite *suite = suite_create ("roompublishinput");
  TCase *asks = tcase_create ("asks");
  TCase *refuses = tcase_create ("refuses");

  publish_run_prepare ();
  tcase_add_loop_test (asks, x264enc_chooses_what_can_be_decoded, 0, 3);
  tcase_add_test (asks, opusenc_makes_two_channels_of_six);
  tcase_add_loop_test (asks, encoder_finds_the_pad_of_its_kind, 0, 7);
  suite_add_tcase (suite, asks);

  tcase_add_loop_test (refuses, raw_input_is_refused_with_an_encoder_to_add, 0,
      4);
  tcase_add_loop_test (refuses, file_that_nobody_could_decode_is_refused, 0, 6);
  tcase_add_test (refuses, codec_that_the_room_has_not_enabled_is_refused);
  tcase_add_test (refuses,
      pad_of_a_codec_not_enabled_is_refused_after_the_join_too);
  tcase_add_test (refuses,
      track_that_the_room_does_not_permit_is_an_error_of_its_pad);
  tcase_add_test (refuses, change_of_the_codec_is_refused);
  suite_add_tcase (suite, refuses);
  return suite;
}

GST_CHECK_MAIN (roompublishinput);

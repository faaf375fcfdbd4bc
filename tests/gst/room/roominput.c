/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomInput: what pads take, and what real encoders make of what they want. */
#include "roominput.h"

#include <gst/check/gstcheck.h>
#include <string.h>

static GstCaps *
caps_of (const gchar * text)
{
  GstCaps *caps = gst_caps_from_string (text);

  fail_unless (caps != NULL, "%s", text);
  return caps;
}

GST_START_TEST (template_takes_encoded_and_raw)
{
  g_autoptr (GstCaps) video = room_input_template_caps (TRUE);
  g_autoptr (GstCaps) audio = room_input_template_caps (FALSE);
  g_autoptr (GstCaps) h264 = caps_of ("video/x-h264, profile = high-10");
  g_autoptr (GstCaps) opus = caps_of ("audio/x-opus, channels = 6");
  g_autoptr (GstCaps) raw = caps_of ("video/x-raw(memory:GLMemory)");

  fail_unless (gst_caps_is_subset (h264, video));
  fail_unless (gst_caps_is_subset (raw, video));
  fail_unless (gst_caps_is_subset (opus, audio));
  fail_if (gst_caps_can_intersect (video, audio));
}

GST_END_TEST;

GST_START_TEST (wanted_caps_name_available_codecs_and_raw_last)
{
  for (guint video = 0; video < 2; video++) {
    g_autoptr (GstCaps) wanted = room_input_wanted_caps (video);
    g_autoptr (GstCaps) template_caps = room_input_template_caps (video);
    guint last = gst_caps_get_size (wanted) - 1;

    fail_unless (gst_caps_is_subset (wanted, template_caps));
    fail_unless (gst_structure_has_name (gst_caps_get_structure (wanted, last),
            video ? "video/x-raw" : "audio/x-raw"));
    for (guint i = 0; room_codec_get (i) != NULL; i++) {
      const RoomCodec *codec = room_codec_get (i);
      g_autoptr (GstCaps) any = gst_caps_new_empty_simple (codec->media_type);

      fail_unless_equals_int (gst_caps_can_intersect (any, wanted),
          codec->video == (gboolean) video && room_codec_is_available (codec));
    }
  }
}

GST_END_TEST;

static void
wait_for_eos (GstBus * bus, const gchar * launch)
{
  g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (bus,
      30 * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  g_autoptr (GError) error = NULL;
  g_autofree gchar *debug = NULL;

  fail_unless (message != NULL, "%s does not end", launch);
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    gst_message_parse_error (message, &error, &debug);
  fail_unless (error == NULL, "%s: %s %s", launch, error->message, debug);
}

/* Runs @launch, which ends in "fakesink name=sink", to its end; gives the caps
 * that came to the sink. */
static GstCaps *
run (const gchar * launch)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = gst_parse_launch (launch, &error);
  g_autoptr (GstElement) sink = NULL;
  g_autoptr (GstPad) pad = NULL;
  g_autoptr (GstBus) bus = NULL;
  GstCaps *caps;

  g_assert_no_error (error);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  bus = gst_element_get_bus (pipeline);
  wait_for_eos (bus, launch);

  sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  pad = gst_element_get_static_pad (sink, "sink");
  caps = gst_pad_get_current_caps (pad);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return caps;
}

/* What comes out of @source behind a filter of the wanted caps. */
static GstCaps *
negotiate (const gchar * source, gboolean video)
{
  g_autoptr (GstCaps) wanted = room_input_wanted_caps (video);
  g_autofree gchar *text = gst_caps_to_string (wanted);
  g_autofree gchar *launch = g_strdup_printf ("%s ! capsfilter caps=\"%s\" ! "
      "fakesink name=sink", source, text);

  return run (launch);
}

static void
assert_negotiates (const gchar * source, gboolean video)
{
  g_autoptr (GstCaps) caps = negotiate (source, video);
  g_autoptr (GError) error = NULL;
  const RoomCodec *codec = room_codec_find (caps);

  fail_unless (codec != NULL, "%s", source);
  fail_unless (room_input_check (codec, caps, "pad", NULL, &error), "%s: %s",
      source, error ? error->message : "");
}

GST_START_TEST (encoders_negotiate_what_can_be_decoded)
{
  assert_negotiates ("videotestsrc num-buffers=2 ! x264enc", TRUE);
  assert_negotiates ("videotestsrc num-buffers=2 ! openh264enc", TRUE);
  assert_negotiates ("videotestsrc num-buffers=2 ! vp8enc", TRUE);
  assert_negotiates ("videotestsrc num-buffers=2 ! vp9enc", TRUE);
  assert_negotiates ("videotestsrc num-buffers=2 ! x265enc", TRUE);
  assert_negotiates ("audiotestsrc num-buffers=2 ! opusenc", FALSE);
  assert_negotiates ("audiotestsrc num-buffers=2 ! mulawenc", FALSE);
  assert_negotiates ("audiotestsrc num-buffers=2 ! alawenc", FALSE);
}

GST_END_TEST;

#define Y444 "videotestsrc num-buffers=2 ! video/x-raw,format=Y444 ! " \
    "videoconvert ! "

GST_START_TEST (converter_before_the_encoder_makes_four_two_zero)
{
  assert_negotiates (Y444 "x264enc", TRUE);
  assert_negotiates (Y444 "x265enc", TRUE);
}

GST_END_TEST;

static gint
opus_channels (const gchar * raw)
{
  g_autofree gchar *source = g_strdup_printf ("audiotestsrc num-buffers=2 ! "
      "audio/x-raw, %s ! audioconvert ! opusenc", raw);
  g_autoptr (GstCaps) caps = negotiate (source, FALSE);
  gint channels = 0;

  gst_structure_get_int (gst_caps_get_structure (caps, 0), "channels",
      &channels);
  return channels;
}

GST_START_TEST (opus_channels_are_kept_up_to_two)
{
  fail_unless_equals_int (opus_channels ("channels = 1"), 1);
  fail_unless_equals_int (opus_channels ("channels = 2"), 2);
  fail_unless_equals_int (opus_channels ("channels = 6, "
          "channel-mask = (bitmask) 0x3f"), 2);
}

GST_END_TEST;

/* @word NULL: the caps are good. */
static void
assert_check (const gchar * text, const gchar * word)
{
  g_autoptr (GstCaps) caps = caps_of (text);
  g_autoptr (GError) error = NULL;
  gboolean good = room_input_check (room_codec_find (caps), caps, "video_7",
      NULL, &error);

  fail_unless_equals_int (good, word == NULL);
  fail_unless_equals_int (good, error == NULL);
  if (word == NULL)
    return;
  fail_unless (error->domain == GST_STREAM_ERROR);
  fail_unless (strstr (error->message, word) != NULL, "%s", error->message);
  fail_unless (strstr (error->message, "video_7") != NULL);
}

GST_START_TEST (profiles_that_can_be_decoded_pass)
{
  assert_check ("video/x-h264", NULL);
  assert_check ("video/x-h264, profile = constrained-baseline", NULL);
  assert_check ("video/x-h264, profile = high, chroma-format = \"4:2:0\", "
      "bit-depth-luma = (uint) 8", NULL);
  assert_check ("video/x-h265, profile = main", NULL);
  assert_check ("video/x-vp9, profile = (string) 0", NULL);
  assert_check ("video/x-vp8, profile = (string) 3", NULL);
  assert_check ("video/x-av1, profile = main, bit-depth-luma = (uint) 10",
      NULL);
}

GST_END_TEST;

GST_START_TEST (profiles_that_cannot_be_decoded_are_refused)
{
  assert_check ("video/x-h264, profile = high-10", "high-10");
  assert_check ("video/x-h264, profile = \"high-4:2:2\"", "H264");
  assert_check ("video/x-h264, profile = \"high-4:4:4\"", "I420");
  assert_check ("video/x-h264, profile = extended", "constrained-baseline");
  assert_check ("video/x-h264, chroma-format = \"4:4:4\"", "4:4:4");
  assert_check ("video/x-h264, bit-depth-luma = (uint) 10", "10 bits");
  assert_check ("video/x-h265, profile = main-10", "main-10");
  assert_check ("video/x-vp9, profile = (string) 2", "VP9 profile 2");
  assert_check ("video/x-vp9, profile = (string) 0, "
      "bit-depth-luma = (uint) 10", "10 bits");
  assert_check ("video/x-av1, profile = high", "AV1");
}

GST_END_TEST;

GST_START_TEST (audio_of_too_many_channels_is_refused)
{
  assert_check ("audio/x-opus, channels = 1", NULL);
  assert_check ("audio/x-opus, channels = 2, channel-mapping-family = 0", NULL);
  assert_check ("audio/x-opus, channels = 6, channel-mapping-family = 1",
      "6 channels");
  assert_check ("audio/x-mulaw, rate = 8000, channels = 1", NULL);
  assert_check ("audio/x-mulaw, rate = 8000, channels = 2", "PCMU");
  assert_check ("audio/x-alaw, rate = 16000, channels = 1", "16000");
}

GST_END_TEST;

GST_START_TEST (codec_that_the_room_has_not_enabled_is_refused)
{
  static const gchar *const enabled[] = { "video/vp8", "audio/opus", NULL };
  static const gchar *const audio_only[] = { "audio/opus", NULL };
  g_autoptr (GstCaps) caps = caps_of ("video/x-vp8");
  g_autoptr (GstCaps) other = caps_of ("video/x-h264");
  g_autoptr (GError) error = NULL;

  fail_unless (room_input_check (room_codec_find (caps), caps, "v", enabled,
          &error));
  fail_if (room_input_check (room_codec_find (other), other, "v", enabled,
          &error));
  fail_unless (g_error_matches (error, GST_STREAM_ERROR,
          GST_STREAM_ERROR_WRONG_TYPE));
  fail_unless_equals_string (error->message, "pad v: the room does not take "
      "H264; of video codecs it takes VP8");

  g_clear_error (&error);
  fail_if (room_input_check (room_codec_find (caps), caps, "v", audio_only,
          &error));
  fail_unless (g_str_has_suffix (error->message, "none"));
}

GST_END_TEST;

static void
assert_refusal (const gchar * text, const gchar * pad, const gchar * word)
{
  g_autoptr (GstCaps) caps = text != NULL ? caps_of (text) : NULL;
  g_autoptr (GError) refusal = room_input_refuse (caps, pad);

  fail_unless (g_error_matches (refusal, GST_STREAM_ERROR,
          GST_STREAM_ERROR_WRONG_TYPE));
  fail_unless (strstr (refusal->message, word) != NULL, "%s", refusal->message);
  fail_unless (strstr (refusal->message, pad) != NULL, "%s", refusal->message);
}

GST_START_TEST (refusal_names_the_encoder_to_add)
{
  assert_refusal ("video/x-raw, format = I420", "video_0", "x264enc");
  assert_refusal ("audio/x-raw", "audio_0", "opusenc");
  assert_refusal ("audio/mpeg", "audio_1", "audio/mpeg");
  assert_refusal ("audio/mpeg", "audio_1", "opusenc");
  assert_refusal ("application/x-rtp", "video_0", "x264enc");
  assert_refusal ("ANY", "audio_0", "unknown");
  assert_refusal (NULL, "video_0", "unknown");
}

GST_END_TEST;

static Suite *
roominput_suite (void)
{
  Suite *suite = suite_create ("roominput");
  TCase *tcase = tcase_create ("input");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, template_takes_encoded_and_raw);
  tcase_add_test (tcase, wanted_caps_name_available_codecs_and_raw_last);
  tcase_add_test (tcase, profiles_that_can_be_decoded_pass);
  tcase_add_test (tcase, profiles_that_cannot_be_decoded_are_refused);
  tcase_add_test (tcase, audio_of_too_many_channels_is_refused);
  tcase_add_test (tcase, codec_that_the_room_has_not_enabled_is_refused);
  tcase_add_test (tcase, refusal_names_the_encoder_to_add);
  tcase_add_test (tcase, encoders_negotiate_what_can_be_decoded);
  tcase_add_test (tcase, converter_before_the_encoder_makes_four_two_zero);
  tcase_add_test (tcase, opus_channels_are_kept_up_to_two);
  return suite;
}

GST_CHECK_MAIN (roominput);

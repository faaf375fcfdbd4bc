/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Each codec through rtmpmux and rtmpdemux: the frames that come out are those
 * that went in, byte for byte, at the same times. */
#include "flvrun.h"

#define VIDEO "videotestsrc num-buffers=30 ! video/x-raw,format=I420," \
  "width=160,height=120,framerate=30000/1001 ! "
#define AUDIO "audiotestsrc num-buffers=40 samplesperbuffer=1024 ! " \
  "audio/x-raw,channels=2,rate=48000 ! "

/* A temporal delimiter, which AV1 in files leaves out. */
#define DELIMITER 2

static FlvRun *
run (const gchar * encoder, const gchar * pad, const gchar * mux)
{
  g_autofree gchar *launch =
      g_strdup_printf ("%s ! tee name=t t. ! queue ! fakesink name=in "
      "t. ! queue ! m.%s rtmpmux name=m %s ! rtmpdemux name=d "
      "d.%s ! fakesink name=out", encoder, pad, mux, pad);
  FlvRun *self = flv_run_new (launch);

  flv_run_play (self);
  return self;
}

static void
assert_kept (const gchar * encoder, const gchar * pad, gsize skip)
{
  const gchar *muxes[] = { "", "enhanced=true" };

  for (guint i = 0; i < G_N_ELEMENTS (muxes); i++) {
    g_autoptr (FlvRun) self = run (encoder, pad, muxes[i]);
    flv_run_assert_same (flv_run_get_buffers (self, "in"),
        flv_run_get_buffers (self, "out"), skip);
  }
}

static void
assert_codec_data (FlvRun * self)
{
  const GstStructure *in =
      gst_caps_get_structure (flv_run_get_caps (self, "in"), 0);
  const GstStructure *out =
      gst_caps_get_structure (flv_run_get_caps (self, "out"), 0);

  ck_assert_int_eq (gst_value_compare (gst_structure_get_value (in,
              "codec_data"), gst_structure_get_value (out, "codec_data")),
      GST_VALUE_EQUAL);
}

static gint
get_int (FlvRun * self, const gchar * field)
{
  gint number = -1;

  gst_structure_get_int (gst_caps_get_structure (flv_run_get_caps (self,
              "out"), 0), field, &number);
  return number;
}

#define H264 VIDEO "x264enc bframes=2 b-adapt=false key-int-max=12 ! " \
  "video/x-h264,stream-format=avc,alignment=au,profile=high"

START_TEST (test_h264_with_b_frames)
{
  assert_kept (H264, "video_0", 0);
  g_autoptr (FlvRun) self = run (H264, "video_0", "");
  assert_codec_data (self);
  ck_assert_int_eq (get_int (self, "width"), 160);
  ck_assert_int_eq (get_int (self, "height"), 120);
}

END_TEST;

START_TEST (test_h264_of_a_byte_stream_behind_a_parser)
{
  assert_kept (VIDEO "x264enc tune=zerolatency ! "
      "video/x-h264,stream-format=byte-stream ! h264parse ! "
      "video/x-h264,stream-format=avc", "video_0", 0);
}

END_TEST;

START_TEST (test_h264_as_another_track)
{
  assert_kept (H264, "video_7", 0);
}

END_TEST;

START_TEST (test_h265_with_b_frames)
{
  assert_kept (VIDEO "x265enc speed-preset=ultrafast key-int-max=12 "
      "option-string=bframes=2:log-level=none ! h265parse ! "
      "video/x-h265,stream-format=hvc1", "video_0", 0);
}

END_TEST;

START_TEST (test_av1_without_its_delimiters)
{
  assert_kept ("videotestsrc num-buffers=8 ! video/x-raw,format=I420,width=64,"
      "height=48,framerate=30/1 ! av1enc cpu-used=8 usage-profile=realtime "
      "keyframe-max-dist=4", "video_0", DELIMITER);
}

END_TEST;

START_TEST (test_vp9)
{
  assert_kept (VIDEO "vp9enc deadline=1 cpu-used=8 keyframe-max-dist=12 "
      "lag-in-frames=0", "video_0", 0);
  assert_kept (VIDEO "vp9enc deadline=1 cpu-used=8 lag-in-frames=0 ! vp9parse",
      "video_0", 0);
}

END_TEST;

START_TEST (test_vp8)
{
  assert_kept (VIDEO "vp8enc deadline=1 cpu-used=8 keyframe-max-dist=12",
      "video_0", 0);
}

END_TEST;

START_TEST (test_aac)
{
  const gchar *encoder = AUDIO "avenc_aac ! aacparse";

  assert_kept (encoder, "audio_0", 0);
  g_autoptr (FlvRun) self = run (encoder, "audio_0", "");
  assert_codec_data (self);
  ck_assert_int_eq (get_int (self, "rate"), 48000);
  ck_assert_int_eq (get_int (self, "channels"), 2);
}

END_TEST;

START_TEST (test_mp3_of_each_rate)
{
  const gint rates[] = { 8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100,
    48000
  };

  for (guint i = 0; i < G_N_ELEMENTS (rates); i++) {
    g_autofree gchar *encoder = g_strdup_printf ("audiotestsrc num-buffers=20 "
        "! audio/x-raw,channels=%u,rate=%d ! lamemp3enc ! mpegaudioparse",
        1 + i % 2, rates[i]);
    /* Some in the classic form, and some cannot be. */
    g_autoptr (FlvRun) self = run (encoder, "audio_0", i % 2 ? "" :
        "enhanced=true");
    flv_run_assert_same (flv_run_get_buffers (self, "in"),
        flv_run_get_buffers (self, "out"), 0);
    ck_assert_int_eq (get_int (self, "rate"), rates[i]);
    ck_assert_int_eq (get_int (self, "channels"), 1 + i % 2);
  }
}

END_TEST;

START_TEST (test_opus)
{
  const gchar *encoder = AUDIO "opusenc";

  assert_kept (encoder, "audio_0", 0);
  g_autoptr (FlvRun) self = run (encoder, "audio_0", "");
  ck_assert_int_eq (get_int (self, "channels"), 2);
}

END_TEST;

START_TEST (test_opus_of_six_channels)
{
  const gchar *encoder = "audiotestsrc num-buffers=10 ! audio/x-raw,channels=6,"
      "rate=48000,channel-mask=(bitmask)0x3f ! opusenc";
  g_autoptr (FlvRun) self = run (encoder, "audio_0", "");

  flv_run_assert_same (flv_run_get_buffers (self, "in"),
      flv_run_get_buffers (self, "out"), 0);
  ck_assert_int_eq (get_int (self, "channels"), 6);
  ck_assert_int_eq (get_int (self, "channel-mapping-family"), 1);
}

END_TEST;

START_TEST (test_flac)
{
  /* What the encoder pushes first is no frame. */
  g_autoptr (FlvRun) self = run (AUDIO "flacenc ! flacparse", "audio_0", "");
  GPtrArray *in = flv_run_get_buffers (self, "in");

  while (in->len > 0
      && GST_BUFFER_FLAG_IS_SET ((GstBuffer *) in->pdata[0],
          GST_BUFFER_FLAG_HEADER))
    g_ptr_array_remove_index (in, 0);
  flv_run_assert_same (in, flv_run_get_buffers (self, "out"), 0);
  ck_assert_int_eq (get_int (self, "rate"), 48000);
}

END_TEST;

START_TEST (test_flac_can_be_decoded)
{
  g_autoptr (FlvRun) self = flv_run_new (AUDIO "flacenc ! rtmpmux ! "
      "rtmpdemux ! flacparse ! flacdec ! fakesink name=out");
  gsize bytes = 0;

  flv_run_play (self);
  GPtrArray *out = flv_run_get_buffers (self, "out");
  for (guint i = 0; i < out->len; i++)
    bytes += gst_buffer_get_size (out->pdata[i]);
  ck_assert_uint_eq (bytes, 40 * 1024 * 2 * 2);
}

END_TEST;

START_TEST (test_ac3)
{
  const gchar *encoder = AUDIO "avenc_ac3 ! ac3parse";

  assert_kept (encoder, "audio_0", 0);
  g_autoptr (FlvRun) self = run (encoder, "audio_0", "");
  ck_assert_int_eq (get_int (self, "rate"), 48000);
}

END_TEST;

START_TEST (test_eac3)
{
  assert_kept (AUDIO "avenc_eac3 ! ac3parse", "audio_0", 0);
}

END_TEST;

START_TEST (test_several_tracks_at_once)
{
  g_autoptr (FlvRun) self = flv_run_new ("rtmpmux name=m ! rtmpdemux name=d "
      H264 " ! tee name=v0 ! queue ! m.video_0 v0. ! queue ! fakesink name=vi0 "
      VIDEO "vp8enc deadline=1 ! tee name=v3 ! queue ! m.video_3 "
      "v3. ! queue ! fakesink name=vi3 "
      AUDIO "avenc_aac ! tee name=a0 ! queue ! m.audio_0 "
      "a0. ! queue ! fakesink name=ai0 "
      AUDIO "opusenc ! tee name=a1 ! queue ! m.audio_1 "
      "a1. ! queue ! fakesink name=ai1 "
      AUDIO "avenc_ac3 ! tee name=a9 ! queue ! m.audio_9 "
      "a9. ! queue ! fakesink name=ai9 "
      "d.video_0 ! queue ! fakesink name=vo0 "
      "d.video_3 ! queue ! fakesink name=vo3 "
      "d.audio_0 ! queue ! fakesink name=ao0 "
      "d.audio_1 ! queue ! fakesink name=ao1 "
      "d.audio_9 ! queue ! fakesink name=ao9");
  const gchar *tracks[] = { "v0", "v3", "a0", "a1", "a9" };

  flv_run_play (self);
  for (guint i = 0; i < G_N_ELEMENTS (tracks); i++) {
    g_autofree gchar *in = g_strdup_printf ("%ci%c", tracks[i][0],
        tracks[i][1]);
    g_autofree gchar *out = g_strdup_printf ("%co%c", tracks[i][0],
        tracks[i][1]);
    flv_run_assert_same (flv_run_get_buffers (self, in),
        flv_run_get_buffers (self, out), 0);
  }
}

END_TEST;

static Suite *
rtmpflvcodecs_suite (void)
{
  Suite *suite = suite_create ("rtmpflvcodecs");
  TCase *tcase = tcase_create ("all");

  tcase_add_test (tcase, test_h264_with_b_frames);
  tcase_add_test (tcase, test_h264_of_a_byte_stream_behind_a_parser);
  tcase_add_test (tcase, test_h264_as_another_track);
  tcase_add_test (tcase, test_h265_with_b_frames);
  tcase_add_test (tcase, test_av1_without_its_delimiters);
  tcase_add_test (tcase, test_vp9);
  tcase_add_test (tcase, test_vp8);
  tcase_add_test (tcase, test_aac);
  tcase_add_test (tcase, test_mp3_of_each_rate);
  tcase_add_test (tcase, test_opus);
  tcase_add_test (tcase, test_opus_of_six_channels);
  tcase_add_test (tcase, test_flac);
  tcase_add_test (tcase, test_flac_can_be_decoded);
  tcase_add_test (tcase, test_ac3);
  tcase_add_test (tcase, test_eac3);
  tcase_add_test (tcase, test_several_tracks_at_once);
  suite_add_tcase (suite, tcase);
  return suite;
}

GST_CHECK_MAIN (rtmpflvcodecs);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* FLV that others have written, and others that read ours: flvmux and flvdemux
 * of GStreamer, and the muxer and decoders of FFmpeg 5.1 in gst-libav. */
#include "flvrun.h"

#define VIDEO "videotestsrc num-buffers=20 ! video/x-raw,format=I420,width=64," \
  "height=48,framerate=10/1 ! "
#define AUDIO "audiotestsrc num-buffers=20 ! "
#define AVC VIDEO "x264enc bframes=2 b-adapt=false ! " \
  "video/x-h264,stream-format=avc,alignment=au,profile=high "
/* flvmux loses decoding times before the first frame. */
#define PLAIN VIDEO "x264enc tune=zerolatency ! " \
  "video/x-h264,stream-format=avc,alignment=au,profile=high "
#define AAC AUDIO "avenc_aac ! aacparse "

/* @input through @mux and rtmpdemux to @decoder: how many frames it makes. */
static guint
count_decoded (const gchar * input, const gchar * mux, const gchar * pad,
    const gchar * decoder)
{
  g_autofree gchar *launch = g_strdup_printf ("%s ! %s ! rtmpdemux name=d "
      "d.%s ! %s ! fakesink name=out", input, mux, pad, decoder);
  g_autoptr (FlvRun) run = flv_run_new (launch);

  flv_run_play (run);
  return flv_run_get_buffers (run, "out")->len;
}

/* The same, kept as it was. */
static void
assert_kept (const gchar * input, const gchar * mux, const gchar * demux,
    const gchar * pad)
{
  g_autofree gchar *launch = g_strdup_printf ("%s ! tee name=t t. ! queue ! "
      "fakesink name=in t. ! queue ! %s ! %s name=d d.%s ! "
      "fakesink name=out", input, mux, demux, pad);
  g_autoptr (FlvRun) run = flv_run_new (launch);

  flv_run_play (run);
  flv_run_assert_same (flv_run_get_buffers (run, "in"),
      flv_run_get_buffers (run, "out"), 0);
}

START_TEST (test_flvmux_s_files_are_read)
{
  assert_kept (PLAIN, "flvmux streamable=true", "rtmpdemux", "video_0");
  assert_kept (AAC, "flvmux streamable=true", "rtmpdemux", "audio_0");
  assert_kept (AUDIO "audio/x-raw,rate=44100 ! lamemp3enc ! mpegaudioparse",
      "flvmux", "rtmpdemux", "audio_0");
}

END_TEST;

START_TEST (test_flvdemux_reads_our_files)
{
  assert_kept (AVC, "rtmpmux", "flvdemux", "video");
  assert_kept (AAC, "rtmpmux", "flvdemux", "audio");
  assert_kept (AUDIO "audio/x-raw,rate=44100 ! lamemp3enc ! mpegaudioparse",
      "rtmpmux", "flvdemux", "audio");
}

END_TEST;

START_TEST (test_other_sound_of_flvmux_is_read)
{
  assert_kept (AUDIO "audio/x-raw,rate=8000 ! alawenc", "flvmux", "rtmpdemux",
      "audio_0");
  assert_kept (AUDIO "audio/x-raw,rate=8000 ! mulawenc", "flvmux", "rtmpdemux",
      "audio_0");
  assert_kept (AUDIO "audio/x-raw,format=S16LE,rate=22050,channels=2", "flvmux",
      "rtmpdemux", "audio_0");
  assert_kept (AUDIO "audio/x-raw,format=U8,rate=11025,channels=1", "flvmux",
      "rtmpdemux", "audio_0");
}

END_TEST;

START_TEST (test_speex_of_flvmux_is_decoded)
{
  guint frames = count_decoded ("audiotestsrc num-buffers=20 ! "
      "audio/x-raw,rate=16000,channels=1 ! speexenc ! "
      "identity drop-buffer-flags=header", "flvmux", "audio_0",
      "speexdec");

  ck_assert_uint_gt (frames, 10);
}

END_TEST;

START_TEST (test_video_of_the_flash_years_is_decoded)
{
  const struct
  {
    const gchar *encoder, *decoder;
  } rows[] = {
    {"avenc_flv", "avdec_flv"}, {"avenc_flashsv", "avdec_flashsv"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree gchar *input = g_strconcat (VIDEO "videoconvert ! ",
        rows[i].encoder, NULL);
    ck_assert_uint_eq (count_decoded (input, "flvmux", "video_0",
            rows[i].decoder), 20);
  }
}

END_TEST;

START_TEST (test_adpcm_of_flvmux_is_decoded)
{
  guint frames = count_decoded ("audiotestsrc num-buffers=20 ! "
      "audio/x-raw,rate=22050,channels=1 ! audioconvert ! avenc_adpcm_swf",
      "flvmux", "audio_0", "avdec_adpcm_swf");

  ck_assert_uint_gt (frames, 0);
}

END_TEST;

START_TEST (test_ffmpeg_decodes_what_comes_out)
{
  ck_assert_uint_eq (count_decoded (AVC, "rtmpmux", "video_0",
          "h264parse ! avdec_h264"), 20);
  ck_assert_uint_ge (count_decoded (AAC, "rtmpmux", "audio_0",
          "aacparse ! avdec_aac"), 20);
  ck_assert_uint_eq (count_decoded (VIDEO "vp8enc deadline=1", "rtmpmux",
          "video_0", "avdec_vp8"), 20);
  ck_assert_uint_eq (count_decoded (VIDEO "vp9enc deadline=1 cpu-used=8 "
          "lag-in-frames=0", "rtmpmux", "video_0", "vp9parse ! avdec_vp9"), 20);
  ck_assert_uint_gt (count_decoded (AUDIO "audio/x-raw,rate=48000 ! opusenc",
          "rtmpmux", "audio_0", "opusparse ! opusdec"), 10);
  ck_assert_uint_gt (count_decoded (AUDIO "avenc_ac3", "rtmpmux", "audio_0",
          "ac3parse ! avdec_ac3"), 5);
}

END_TEST;

static Suite *
rtmpflvpeers_suite (void)
{
  Suite *suite = suite_create ("rtmpflvpeers");
  TCase *tcase = tcase_create ("all");

  tcase_add_test (tcase, test_flvmux_s_files_are_read);
  tcase_add_test (tcase, test_flvdemux_reads_our_files);
  tcase_add_test (tcase, test_other_sound_of_flvmux_is_read);
  tcase_add_test (tcase, test_speex_of_flvmux_is_decoded);
  tcase_add_test (tcase, test_video_of_the_flash_years_is_decoded);
  tcase_add_test (tcase, test_adpcm_of_flvmux_is_decoded);
  tcase_add_test (tcase, test_ffmpeg_decodes_what_comes_out);
  suite_add_tcase (suite, tcase);
  return suite;
}

GST_CHECK_MAIN (rtmpflvpeers);

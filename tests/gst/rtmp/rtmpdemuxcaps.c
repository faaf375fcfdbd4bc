/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmpdemuxcaps.h"

#include <gst/check/gstcheck.h>

#include "rtmp/rtmperror.h"

static void
assert_caps (GstCaps * caps, gboolean video, const gchar * text)
{
  g_autoptr (GstCaps) wanted = gst_caps_from_string (text);
  g_autoptr (GstCaps) template = rtmp_demux_caps_template (video);

  ck_assert_msg (caps != NULL, "%s", text);
  if (!gst_caps_is_subset (caps, wanted))
    ck_abort_msg ("got %" GST_PTR_FORMAT ", not %s", caps, text);
  ck_assert (gst_caps_is_subset (caps, template));
  ck_assert (gst_caps_is_fixed (caps));
  gst_caps_unref (caps);
}

static GBytes *
bytes (const void *data, gsize size)
{
  return g_bytes_new (data, size);
}

START_TEST (test_old_video_has_caps)
{
  const struct
  {
    RtmpCodec codec;
    const gchar *caps;
  } rows[] = {
    {RTMP_CODEC_SORENSON, "video/x-flash-video, flvversion=1"},
    {RTMP_CODEC_SCREEN, "video/x-flash-screen"},
    {RTMP_CODEC_SCREEN2, "video/x-flash-screen2"},
    {RTMP_CODEC_VP6, "video/x-vp6-flash"},
    {RTMP_CODEC_VP6_ALPHA, "video/x-vp6-alpha"},
    {RTMP_CODEC_VP8, "video/x-vp8"},
    {RTMP_CODEC_VP9, "video/x-vp9"},
    {RTMP_CODEC_AV1, "video/x-av1, stream-format=obu-stream, alignment=tu"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    assert_caps (rtmp_demux_caps_new_video (rows[i].codec, NULL, NULL, NULL),
        TRUE, rows[i].caps);
}

END_TEST;

START_TEST (test_old_audio_has_caps)
{
  const struct
  {
    RtmpCodec codec;
    guint rate, bits, channels;
    const gchar *caps;
  } rows[] = {
    {RTMP_CODEC_PCM_LE, 22050, 16, 2,
        "audio/x-raw, format=S16LE, rate=22050, channels=2"},
    {RTMP_CODEC_PCM_NATIVE, 11025, 8, 1,
        "audio/x-raw, format=U8, rate=11025, channels=1"},
    {RTMP_CODEC_ADPCM, 44100, 16, 2,
        "audio/x-adpcm, layout=swf, rate=44100, channels=2"},
    {RTMP_CODEC_NELLYMOSER_16K, 16000, 16, 1,
        "audio/x-nellymoser, rate=16000, channels=1"},
    {RTMP_CODEC_ALAW, 8000, 16, 1, "audio/x-alaw, rate=8000, channels=1"},
    {RTMP_CODEC_MULAW, 8000, 16, 2, "audio/x-mulaw, rate=8000, channels=2"},
    {RTMP_CODEC_SPEEX, 16000, 16, 1, "audio/x-speex, rate=16000, channels=1"},
    {RTMP_CODEC_MP3, 22050, 16, 1,
        "audio/mpeg, mpegversion=1, layer=3, rate=22050, channels=1"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    RtmpAudio audio = {.kind = RTMP_AUDIO_FRAMES,.codec = rows[i].codec,
      .rate = rows[i].rate,.bits = rows[i].bits,.channels = rows[i].channels
    };
    assert_caps (rtmp_demux_caps_new_audio (&audio, NULL, NULL, NULL, NULL),
        FALSE, rows[i].caps);
  }
}

END_TEST;

START_TEST (test_the_frame_of_mp3_is_truer_than_its_tag)
{
  const guint8 frame[] = { 0xff, 0xfb, 0x94, 0xc0 };
  RtmpAudio audio = {.kind = RTMP_AUDIO_FRAMES,.codec = RTMP_CODEC_MP3,
    .rate = 44100,.channels = 2,.data = frame,.size = sizeof frame
  };

  assert_caps (rtmp_demux_caps_new_audio (&audio, NULL, NULL, NULL, NULL),
      FALSE, "audio/mpeg, rate=48000, channels=1");
}

END_TEST;

START_TEST (test_opus_needs_no_record)
{
  RtmpAudio audio = {.kind = RTMP_AUDIO_FRAMES,.codec = RTMP_CODEC_OPUS };
  RtmpChannels mono = { RTMP_CHANNELS_UNSPECIFIED, 1 };
  g_autoptr (GBytes) empty = bytes (NULL, 0);

  assert_caps (rtmp_demux_caps_new_audio (&audio, NULL, NULL, NULL, NULL),
      FALSE, "audio/x-opus, channels=2");
  assert_caps (rtmp_demux_caps_new_audio (&audio, empty, NULL, &mono, NULL),
      FALSE, "audio/x-opus, channels=1");
}

END_TEST;

START_TEST (test_numbers_of_the_metadata_are_used_where_they_can_be)
{
  RtmpMetadataTrack good = {.width = 320,.height = 240,.frame_rate = 25 };
  RtmpMetadataTrack bad = {.width = 1e9,.height = 240,.frame_rate = 1e9 };

  assert_caps (rtmp_demux_caps_new_video (RTMP_CODEC_VP8, NULL, &good, NULL),
      TRUE, "video/x-vp8, width=320, height=240, framerate=25/1");
  GstCaps *caps = rtmp_demux_caps_new_video (RTMP_CODEC_VP8, NULL, &bad, NULL);
  ck_assert_int_eq (gst_structure_n_fields (gst_caps_get_structure (caps, 0)),
      0);
  gst_caps_unref (caps);
}

END_TEST;

START_TEST (test_broken_records_are_refused)
{
  const RtmpCodec video[] = { RTMP_CODEC_H264, RTMP_CODEC_H265, RTMP_CODEC_AV1,
    RTMP_CODEC_VP9
  };
  const RtmpCodec audio[] = { RTMP_CODEC_AAC, RTMP_CODEC_OPUS,
    RTMP_CODEC_FLAC
  };
  g_autoptr (GBytes) broken = bytes ("\xff", 1);

  for (guint i = 0; i < G_N_ELEMENTS (video); i++) {
    g_autoptr (GError) error = NULL;
    ck_assert (rtmp_demux_caps_new_video (video[i], broken, NULL, &error) ==
        NULL);
    ck_assert (g_error_matches (error, RTMP_ERROR, RTMP_ERROR_FORMAT));
  }
  for (guint i = 0; i < G_N_ELEMENTS (audio); i++) {
    g_autoptr (GError) error = NULL;
    RtmpAudio packet = {.codec = audio[i] };
    ck_assert (rtmp_demux_caps_new_audio (&packet, broken, NULL, NULL,
            &error) == NULL);
    ck_assert (g_error_matches (error, RTMP_ERROR, RTMP_ERROR_FORMAT));
  }
}

END_TEST;

START_TEST (test_codecs_without_caps_are_not_supported)
{
  g_autoptr (GError) video_error = NULL, audio_error = NULL;
  RtmpAudio device = {.codec = RTMP_CODEC_DEVICE };

  ck_assert (rtmp_demux_caps_new_video (RTMP_CODEC_H266, NULL, NULL,
          &video_error) == NULL);
  ck_assert (g_error_matches (video_error, RTMP_ERROR, RTMP_ERROR_UNSUPPORTED));
  ck_assert (rtmp_demux_caps_new_audio (&device, NULL, NULL, NULL,
          &audio_error) == NULL);
  ck_assert (g_error_matches (audio_error, RTMP_ERROR, RTMP_ERROR_UNSUPPORTED));
}

END_TEST;

static Suite *
rtmpdemuxcaps_suite (void)
{
  Suite *suite = suite_create ("rtmpdemuxcaps");
  TCase *tcase = tcase_create ("all");

  tcase_add_test (tcase, test_old_video_has_caps);
  tcase_add_test (tcase, test_old_audio_has_caps);
  tcase_add_test (tcase, test_the_frame_of_mp3_is_truer_than_its_tag);
  tcase_add_test (tcase, test_opus_needs_no_record);
  tcase_add_test (tcase,
      test_numbers_of_the_metadata_are_used_where_they_can_be);
  tcase_add_test (tcase, test_broken_records_are_refused);
  tcase_add_test (tcase, test_codecs_without_caps_are_not_supported);
  suite_add_tcase (suite, tcase);
  return suite;
}

GST_CHECK_MAIN (rtmpdemuxcaps);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmpmuxformat.h"

#include <gst/check/gstcheck.h>

static gboolean
read_text (RtmpMuxFormat * self, const gchar * text, GError ** error)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (text);

  ck_assert_msg (caps != NULL, "%s", text);
  return rtmp_mux_format_read (self, caps, error);
}

START_TEST (test_what_caps_say_is_taken)
{
  g_auto (RtmpMuxFormat) self = { 0 };

  ck_assert (read_text (&self, "video/x-h264, codec_data=(buffer)"
          "0142c01effe10002674201000168, width=320, height=240, "
          "framerate=30000/1001, colorimetry=bt2100-hlg", NULL));
  ck_assert_uint_eq (self.codec, RTMP_CODEC_H264);
  ck_assert_uint_eq (g_bytes_get_size (self.config), 14);
  fail_unless_equals_float (self.numbers.width, 320);
  fail_unless_equals_float (self.numbers.height, 240);
  ck_assert (self.numbers.frame_rate > 29.96
      && self.numbers.frame_rate < 29.98);
  ck_assert (self.has_color);
  ck_assert (!rtmp_mux_format_is_open (&self));
}

END_TEST;

typedef struct
{
  const gchar *caps;
  RtmpCodec codec;
  gboolean open;
} Row;

START_TEST (test_each_codec_is_known)
{
  const Row rows[] = {
    {"video/x-av1", RTMP_CODEC_AV1, TRUE},
    {"video/x-av1, codec_data=(buffer)81000c00", RTMP_CODEC_AV1, FALSE},
    /* As qtdemux of GStreamer 1.22 has it. */
    {"video/x-av1, codec_data=(buffer)0b000000043c", RTMP_CODEC_AV1, TRUE},
    {"video/x-vp9", RTMP_CODEC_VP9, TRUE},
    {"video/x-vp8", RTMP_CODEC_VP8, FALSE},
    {"audio/mpeg, mpegversion=4, codec_data=(buffer)1210", RTMP_CODEC_AAC,
        FALSE},
    {"audio/mpeg, mpegversion=1, layer=3, rate=44100, channels=2",
        RTMP_CODEC_MP3, FALSE},
    {"audio/mpeg, mpegversion=1, layer=3, rate=8000, channels=1",
        RTMP_CODEC_MP3_8K, FALSE},
    {"audio/x-opus, channel-mapping-family=0, channels=2", RTMP_CODEC_OPUS,
        FALSE},
    {"audio/x-ac3", RTMP_CODEC_AC3, FALSE},
    {"audio/x-eac3", RTMP_CODEC_EAC3, FALSE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_auto (RtmpMuxFormat) self = { 0 };
    ck_assert_msg (read_text (&self, rows[i].caps, NULL), "%s", rows[i].caps);
    ck_assert_uint_eq (self.codec, rows[i].codec);
    ck_assert_msg (rtmp_mux_format_is_open (&self) == rows[i].open, "%s",
        rows[i].caps);
  }
}

END_TEST;

START_TEST (test_caps_that_lack_something_are_refused_with_words)
{
  const gchar *bad[] = { "video/x-h264", "video/x-h265",
    "video/x-h264, codec_data=(buffer)00000001", "audio/x-flac",
    "audio/mpeg, mpegversion=4", "audio/x-opus", "video/x-theora"
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_auto (RtmpMuxFormat) self = { 0 };
    g_autoptr (GError) error = NULL;
    ck_assert_msg (!read_text (&self, bad[i], &error), "%s", bad[i]);
    ck_assert (g_error_matches (error, GST_STREAM_ERROR,
            GST_STREAM_ERROR_FORMAT));
  }
}

END_TEST;

START_TEST (test_rates_that_mp3_cannot_say_are_enhanced)
{
  const gint rates[] = { 8000, 11025, 22050, 44100, 48000, 12000, 16000, 24000,
    32000
  };

  for (guint i = 0; i < G_N_ELEMENTS (rates); i++) {
    g_auto (RtmpMuxFormat) self = { 0 };
    g_autofree gchar *caps = g_strdup_printf ("audio/mpeg, mpegversion=1, "
        "layer=3, channels=2, rate=%d", rates[i]);
    ck_assert (read_text (&self, caps, NULL));
    ck_assert_int_eq (self.enhanced_only, i >= 5);
  }
}

END_TEST;

START_TEST (test_a_record_is_found_in_a_key_frame)
{
  /* libaom and libvpx, 320x240. */
  const guint8 av1[] = { 0x12, 0, 0x0a, 0x0b, 0, 0, 0, 4, 0x3c, 0xff, 0xbc,
    0xda, 0xf9, 0, 0x40
  };
  const guint8 vp9[] = { 0x82, 0x49, 0x83, 0x42, 0, 0x13, 0xf0, 0x0e, 0xf6, 6,
    0x38, 0x24
  };
  g_auto (RtmpMuxFormat) a = { 0 };
  g_auto (RtmpMuxFormat) v = { 0 };

  ck_assert (read_text (&a, "video/x-av1", NULL));
  ck_assert (!rtmp_mux_format_find_config (&a, av1, 2));
  ck_assert (rtmp_mux_format_find_config (&a, av1, sizeof av1));
  ck_assert_uint_eq (g_bytes_get_size (a.config), 4 + 13);
  ck_assert (read_text (&v, "video/x-vp9", NULL));
  ck_assert (!rtmp_mux_format_find_config (&v, av1, sizeof av1));
  ck_assert (rtmp_mux_format_find_config (&v, vp9, sizeof vp9));
  ck_assert (!rtmp_mux_format_is_open (&v));
}

END_TEST;

static Suite *
rtmpmuxformat_suite (void)
{
  Suite *suite = suite_create ("rtmpmuxformat");
  TCase *tcase = tcase_create ("all");

  tcase_add_test (tcase, test_what_caps_say_is_taken);
  tcase_add_test (tcase, test_each_codec_is_known);
  tcase_add_test (tcase, test_caps_that_lack_something_are_refused_with_words);
  tcase_add_test (tcase, test_rates_that_mp3_cannot_say_are_enhanced);
  tcase_add_test (tcase, test_a_record_is_found_in_a_key_frame);
  suite_add_tcase (suite, tcase);
  return suite;
}

GST_CHECK_MAIN (rtmpmuxformat);

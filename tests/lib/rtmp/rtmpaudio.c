/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bytes laid together by hand from Adobe FLV 10.1, E.4.2, and Enhanced RTMP v2,
 * "Enhanced Audio"; those marked so are what FFmpeg 8.1 writes. */
#include "rtmp/rtmpaudio.h"

#include "hexbytes.h"
#include "rtmp/rtmperror.h"

#include <check.h>

/* The one packet in @hex; its data is lent by @bytes. */
static RtmpAudio
read_one (const gchar * hex, GBytes ** bytes)
{
  g_autoptr (GError) error = NULL;
  RtmpAudioReader reader;
  RtmpAudio audio, more;

  *bytes = hex_bytes_new (hex);
  rtmp_audio_reader_init (&reader, g_bytes_get_data (*bytes, NULL),
      g_bytes_get_size (*bytes));
  ck_assert_msg (rtmp_audio_reader_take (&reader, &audio, &error), "%s: %s",
      hex, error ? error->message : "nothing");
  ck_assert (!rtmp_audio_reader_take (&reader, &more, &error));
  ck_assert (error == NULL);
  return audio;
}

static void
assert_kind (const gchar * hex, RtmpAudioKind kind)
{
  g_autoptr (GBytes) bytes = NULL;
  RtmpAudio audio = read_one (hex, &bytes);

  ck_assert_msg (audio.kind == kind, "%s: kind %u", hex, audio.kind);
}

START_TEST (test_aac_is_read)
{
  g_autoptr (GBytes) config_bytes = NULL, frame_bytes = NULL;

  RtmpAudio config = read_one ("af 00 1208", &config_bytes);
  ck_assert_uint_eq (config.kind, RTMP_AUDIO_CONFIG);
  ck_assert_uint_eq (config.codec, RTMP_CODEC_AAC);
  hex_bytes_assert (config.data, config.size, "1208");
  RtmpAudio frame = read_one ("af 01 2100", &frame_bytes);
  ck_assert_uint_eq (frame.kind, RTMP_AUDIO_FRAMES);
  ck_assert_uint_eq (frame.rate, 44100);
  ck_assert_uint_eq (frame.channels, 2);
  hex_bytes_assert (frame.data, frame.size, "2100");
}

END_TEST;

typedef struct
{
  const gchar *hex;
  RtmpCodec codec;
  guint rate, bits, channels;
} Sound;

START_TEST (test_rate_and_channels_of_old_codecs_are_read)
{
  const Sound sounds[] = {
    {"02 aa", RTMP_CODEC_PCM_NATIVE, 5512, 16, 1},
    {"14 aa", RTMP_CODEC_ADPCM, 11025, 8, 1},
    {"2b aa", RTMP_CODEC_MP3, 22050, 16, 2},
    {"3f aa", RTMP_CODEC_PCM_LE, 44100, 16, 2},
    /* Of these the text says the rate, and of some the channels. */
    {"4f aa", RTMP_CODEC_NELLYMOSER_16K, 16000, 16, 1},
    {"52 aa", RTMP_CODEC_NELLYMOSER_8K, 8000, 16, 1},
    {"66 aa", RTMP_CODEC_NELLYMOSER, 11025, 16, 1},
    {"72 aa", RTMP_CODEC_ALAW, 8000, 16, 1},
    {"83 aa", RTMP_CODEC_MULAW, 8000, 16, 2},
    {"b6 aa", RTMP_CODEC_SPEEX, 16000, 16, 1},
    {"e2 aa", RTMP_CODEC_MP3_8K, 8000, 16, 1},
  };

  for (guint i = 0; i < G_N_ELEMENTS (sounds); i++) {
    g_autoptr (GBytes) bytes = NULL;
    RtmpAudio audio = read_one (sounds[i].hex, &bytes);
    ck_assert_uint_eq (audio.kind, RTMP_AUDIO_FRAMES);
    ck_assert_uint_eq (audio.codec, sounds[i].codec);
    ck_assert_uint_eq (audio.rate, sounds[i].rate);
    ck_assert_uint_eq (audio.bits, sounds[i].bits);
    ck_assert_uint_eq (audio.channels, sounds[i].channels);
    hex_bytes_assert (audio.data, audio.size, "aa");
  }
}

END_TEST;

START_TEST (test_a_message_without_bytes_is_silence)
{
  assert_kind ("", RTMP_AUDIO_END);
}

END_TEST;

START_TEST (test_what_says_nothing_is_to_be_skipped)
{
  const gchar *nothing[] = { "af", "2f", "af 01", "af 02 aa", "cf aa",
    "93 4f707573 aa", "96 4f707573 aa", "98 4f707573", "9f 4f707573"
  };

  for (guint i = 0; i < G_N_ELEMENTS (nothing); i++)
    assert_kind (nothing[i], RTMP_AUDIO_UNKNOWN);
}

END_TEST;

START_TEST (test_each_enhanced_packet_type_is_read)
{
  assert_kind ("90 4f707573 4f", RTMP_AUDIO_CONFIG);
  assert_kind ("91 4f707573 fc", RTMP_AUDIO_FRAMES);
  assert_kind ("92 4f707573", RTMP_AUDIO_END);
  assert_kind ("94 4f707573 01", RTMP_AUDIO_CHANNELS);
}

END_TEST;

START_TEST (test_opus_of_track_one_is_read)
{
  g_autoptr (GBytes) bytes = NULL;

  /* FFmpeg 8.1. */
  RtmpAudio audio = read_one ("95 01 4f707573 01 f8b4", &bytes);
  ck_assert_uint_eq (audio.codec, RTMP_CODEC_OPUS);
  ck_assert_uint_eq (audio.track, 1);
  ck_assert_uint_eq (audio.tracks, RTMP_TRACKS_ONE);
  ck_assert_uint_eq (audio.rate, 0);
  hex_bytes_assert (audio.data, audio.size, "f8b4");
}

END_TEST;

START_TEST (test_unofficial_opus_is_read)
{
  g_autoptr (GBytes) bytes = NULL;

  RtmpAudio audio = read_one ("df fcaa", &bytes);
  ck_assert_uint_eq (audio.codec, RTMP_CODEC_OPUS);
  hex_bytes_assert (audio.data, audio.size, "fcaa");
}

END_TEST;

START_TEST (test_nanoseconds_are_read_of_type_seven_only)
{
  g_autoptr (GBytes) bytes = NULL;

  RtmpAudio audio = read_one ("97 02 0003e8 01 4f707573 aa", &bytes);
  ck_assert_uint_eq (audio.nanoseconds, 1000);
  ck_assert_uint_eq (audio.kind, RTMP_AUDIO_FRAMES);
}

END_TEST;

START_TEST (test_tracks_of_one_message_come_one_after_the_other)
{
  g_autoptr (GBytes) bytes = hex_bytes_new ("95 11 4f707573"
      " 00 000002 aabb  01 000001 cc");
  RtmpAudioReader reader;
  RtmpAudio audio;

  rtmp_audio_reader_init (&reader, g_bytes_get_data (bytes, NULL),
      g_bytes_get_size (bytes));
  ck_assert (rtmp_audio_reader_take (&reader, &audio, NULL));
  ck_assert_uint_eq (audio.track, 0);
  hex_bytes_assert (audio.data, audio.size, "aabb");
  ck_assert (rtmp_audio_reader_take (&reader, &audio, NULL));
  ck_assert_uint_eq (audio.track, 1);
  hex_bytes_assert (audio.data, audio.size, "cc");
  ck_assert (!rtmp_audio_reader_take (&reader, &audio, NULL));
}

END_TEST;

START_TEST (test_what_is_cut_off_is_refused)
{
  const gchar *bad[] = { "91", "91 4f7075", "97 02 00", "95", "95 01 4f",
    "95 11 4f707573 00 0000ff aa"
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GBytes) bytes = hex_bytes_new (bad[i]);
    g_autoptr (GError) error = NULL;
    RtmpAudioReader reader;
    RtmpAudio audio;
    rtmp_audio_reader_init (&reader, g_bytes_get_data (bytes, NULL),
        g_bytes_get_size (bytes));
    ck_assert_msg (!rtmp_audio_reader_take (&reader, &audio, &error), "%s",
        bad[i]);
    ck_assert (g_error_matches (error, RTMP_ERROR, RTMP_ERROR_FORMAT));
    ck_assert (!rtmp_audio_reader_take (&reader, &audio, NULL));
  }
}

END_TEST;

static void
assert_written (const RtmpAudio * audio, const gchar * hex)
{
  guint8 out[RTMP_AUDIO_MAX_HEADER];
  guint size = rtmp_audio_write_header (audio, out);

  ck_assert_uint_le (size, sizeof out);
  hex_bytes_assert (out, size, hex);
}

START_TEST (test_classic_headers_are_written)
{
  RtmpAudio audio = { RTMP_AUDIO_CONFIG, RTMP_CODEC_AAC, 0, RTMP_TRACKS_PLAIN,
    FALSE, 0, 48000, 16, 1
  };

  /* Always 44 kHz and stereo: E.4.2.1. */
  assert_written (&audio, "af 00");
  audio.kind = RTMP_AUDIO_FRAMES;
  assert_written (&audio, "af 01");
  audio.codec = RTMP_CODEC_MP3;
  assert_written (&audio, "2e");
  audio.rate = 22050;
  audio.channels = 2;
  assert_written (&audio, "2b");
  audio.codec = RTMP_CODEC_MP3_8K;
  audio.rate = 8000;
  assert_written (&audio, "e3");
  audio.codec = RTMP_CODEC_PCM_LE;
  audio.rate = 44100;
  audio.bits = 8;
  assert_written (&audio, "3d");
}

END_TEST;

START_TEST (test_enhanced_headers_are_written)
{
  RtmpAudio audio = { RTMP_AUDIO_CONFIG, RTMP_CODEC_OPUS, 0x4f707573,
    RTMP_TRACKS_PLAIN, TRUE
  };

  assert_written (&audio, "90 4f707573");
  audio.kind = RTMP_AUDIO_CHANNELS;
  assert_written (&audio, "94 4f707573");
  audio.kind = RTMP_AUDIO_END;
  assert_written (&audio, "92 4f707573");
  audio.kind = RTMP_AUDIO_FRAMES;
  assert_written (&audio, "91 4f707573");
  audio.tracks = RTMP_TRACKS_ONE;
  audio.track = 1;
  assert_written (&audio, "95 01 4f707573 01");
  audio.nanoseconds = 1000;
  assert_written (&audio, "97 02 0003e8 05 01 4f707573 01");
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("rtmpaudio");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_aac_is_read);
  tcase_add_test (tcase, test_rate_and_channels_of_old_codecs_are_read);
  tcase_add_test (tcase, test_a_message_without_bytes_is_silence);
  tcase_add_test (tcase, test_what_says_nothing_is_to_be_skipped);
  tcase_add_test (tcase, test_each_enhanced_packet_type_is_read);
  tcase_add_test (tcase, test_opus_of_track_one_is_read);
  tcase_add_test (tcase, test_unofficial_opus_is_read);
  tcase_add_test (tcase, test_nanoseconds_are_read_of_type_seven_only);
  tcase_add_test (tcase, test_tracks_of_one_message_come_one_after_the_other);
  tcase_add_test (tcase, test_what_is_cut_off_is_refused);
  tcase_add_test (tcase, test_classic_headers_are_written);
  tcase_add_test (tcase, test_enhanced_headers_are_written);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

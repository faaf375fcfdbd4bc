/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bytes laid together by hand from Adobe FLV 10.1, E.4.3, and Enhanced RTMP v2,
 * "Enhanced Video"; those marked so are what FFmpeg 8.1 writes. */
#include "rtmp/rtmpvideo.h"

#include "hexbytes.h"
#include "rtmp/rtmperror.h"

#include <check.h>

/* The one packet in @hex; its data is lent by @bytes. */
static RtmpVideo
read_one (const gchar * hex, GBytes ** bytes)
{
  g_autoptr (GError) error = NULL;
  RtmpVideoReader reader;
  RtmpVideo video, more;

  *bytes = hex_bytes_new (hex);
  rtmp_video_reader_init (&reader, g_bytes_get_data (*bytes, NULL),
      g_bytes_get_size (*bytes));
  ck_assert_msg (rtmp_video_reader_take (&reader, &video, &error), "%s: %s",
      hex, error ? error->message : "nothing");
  ck_assert (!rtmp_video_reader_take (&reader, &more, &error));
  ck_assert (error == NULL);
  return video;
}

static void
assert_kind (const gchar * hex, RtmpVideoKind kind)
{
  g_autoptr (GBytes) bytes = NULL;
  RtmpVideo video = read_one (hex, &bytes);

  ck_assert_msg (video.kind == kind, "%s: kind %u", hex, video.kind);
}

static void
assert_refused (const gchar * hex)
{
  g_autoptr (GBytes) bytes = hex_bytes_new (hex);
  g_autoptr (GError) error = NULL;
  RtmpVideoReader reader;
  RtmpVideo video;

  rtmp_video_reader_init (&reader, g_bytes_get_data (bytes, NULL),
      g_bytes_get_size (bytes));
  ck_assert_msg (!rtmp_video_reader_take (&reader, &video, &error), "%s", hex);
  ck_assert (g_error_matches (error, RTMP_ERROR, RTMP_ERROR_FORMAT));
  g_clear_error (&error);
  ck_assert (!rtmp_video_reader_take (&reader, &video, &error));
  ck_assert (error == NULL);
}

START_TEST (test_classic_h264_is_read)
{
  g_autoptr (GBytes) config_bytes = NULL, key_bytes = NULL, inter_bytes = NULL;

  RtmpVideo config = read_one ("17 00 000000 0164", &config_bytes);
  ck_assert_uint_eq (config.kind, RTMP_VIDEO_CONFIG);
  ck_assert_uint_eq (config.codec, RTMP_CODEC_H264);
  ck_assert (!config.enhanced);
  ck_assert_uint_eq (config.track, 0);
  hex_bytes_assert (config.data, config.size, "0164");

  RtmpVideo key = read_one ("17 01 000050 aabb", &key_bytes);
  ck_assert_uint_eq (key.kind, RTMP_VIDEO_FRAMES);
  ck_assert_uint_eq (key.frame, RTMP_FRAME_KEY);
  ck_assert_int_eq (key.composition_time, 80);

  RtmpVideo inter = read_one ("27 01 ffffd8 cc", &inter_bytes);
  ck_assert_uint_eq (inter.frame, RTMP_FRAME_INTER);
  ck_assert_int_eq (inter.composition_time, -40);
  hex_bytes_assert (inter.data, inter.size, "cc");
}

END_TEST;

START_TEST (test_an_end_of_sequence_may_be_short)
{
  assert_kind ("17 02 000000", RTMP_VIDEO_END);
  assert_kind ("17 02", RTMP_VIDEO_END);
}

END_TEST;

START_TEST (test_old_codecs_have_one_byte)
{
  g_autoptr (GBytes) bytes = NULL;

  RtmpVideo video = read_one ("32 aabb", &bytes);
  ck_assert_uint_eq (video.codec, RTMP_CODEC_SORENSON);
  ck_assert_uint_eq (video.frame, RTMP_FRAME_DISPOSABLE);
  ck_assert_uint_eq (video.kind, RTMP_VIDEO_FRAMES);
  hex_bytes_assert (video.data, video.size, "aabb");
}

END_TEST;

START_TEST (test_unofficial_h265_is_read_as_h264_is)
{
  g_autoptr (GBytes) bytes = NULL;

  RtmpVideo video = read_one ("1c 01 000028 aa", &bytes);
  ck_assert_uint_eq (video.codec, RTMP_CODEC_H265);
  ck_assert_int_eq (video.composition_time, 40);
  ck_assert (!video.enhanced);
  assert_kind ("1d 00 000000 81", RTMP_VIDEO_CONFIG);
}

END_TEST;

START_TEST (test_a_command_is_no_frame)
{
  g_autoptr (GBytes) classic_bytes = NULL, enhanced_bytes = NULL;

  RtmpVideo classic = read_one ("57 01", &classic_bytes);
  ck_assert_uint_eq (classic.kind, RTMP_VIDEO_COMMAND);
  ck_assert_uint_eq (classic.command, 1);
  /* It has no FourCC. */
  RtmpVideo enhanced = read_one ("d1 00", &enhanced_bytes);
  ck_assert_uint_eq (enhanced.kind, RTMP_VIDEO_COMMAND);
  ck_assert_uint_eq (enhanced.command, 0);
  ck_assert (enhanced.enhanced);
}

END_TEST;

START_TEST (test_what_says_nothing_is_to_be_skipped)
{
  const gchar *nothing[] = { "17", "12", "57", "d1", "17 03 000000 aa",
    "19 aabb", "98 61763031 aa", "9f 61763031 aa"
  };

  for (guint i = 0; i < G_N_ELEMENTS (nothing); i++)
    assert_kind (nothing[i], RTMP_VIDEO_UNKNOWN);
}

END_TEST;

START_TEST (test_a_message_without_bytes_has_no_packets)
{
  g_autoptr (GError) error = NULL;
  RtmpVideoReader reader;
  RtmpVideo video;

  rtmp_video_reader_init (&reader, NULL, 0);
  ck_assert (!rtmp_video_reader_take (&reader, &video, &error));
  ck_assert (error == NULL);
}

END_TEST;

START_TEST (test_each_enhanced_packet_type_is_read)
{
  assert_kind ("90 61763031 81", RTMP_VIDEO_CONFIG);
  assert_kind ("91 61763031 0a", RTMP_VIDEO_FRAMES);
  assert_kind ("92 61763031", RTMP_VIDEO_END);
  assert_kind ("93 68766331 aa", RTMP_VIDEO_FRAMES);
  assert_kind ("94 61763031 02", RTMP_VIDEO_METADATA);
  assert_kind ("95 61763031 80", RTMP_VIDEO_TS_CONFIG);
}

END_TEST;

START_TEST (test_metadata_may_be_called_a_command)
{
  /* FFmpeg 8.1. */
  assert_kind ("d4 68766331 02", RTMP_VIDEO_METADATA);
}

END_TEST;

START_TEST (test_only_some_codecs_have_composition_times)
{
  g_autoptr (GBytes) hevc_bytes = NULL, at_once_bytes = NULL, av1_bytes = NULL;

  /* FFmpeg 8.1. */
  RtmpVideo hevc = read_one ("a1 68766331 0000c8 aa", &hevc_bytes);
  ck_assert_uint_eq (hevc.codec, RTMP_CODEC_H265);
  ck_assert_int_eq (hevc.composition_time, 200);
  hex_bytes_assert (hevc.data, hevc.size, "aa");
  RtmpVideo at_once = read_one ("a3 68766331 aabbccdd", &at_once_bytes);
  ck_assert_int_eq (at_once.composition_time, 0);
  hex_bytes_assert (at_once.data, at_once.size, "aabbccdd");
  RtmpVideo av1 = read_one ("a1 61763031 aabbccdd", &av1_bytes);
  ck_assert_int_eq (av1.composition_time, 0);
  hex_bytes_assert (av1.data, av1.size, "aabbccdd");
}

END_TEST;

START_TEST (test_an_unknown_fourcc_is_told)
{
  g_autoptr (GBytes) bytes = NULL;

  RtmpVideo video = read_one ("91 6e6f6e65 aa", &bytes);
  ck_assert_uint_eq (video.kind, RTMP_VIDEO_FRAMES);
  ck_assert_uint_eq (video.codec, RTMP_CODEC_UNKNOWN);
  ck_assert_uint_eq (video.fourcc, 0x6e6f6e65);
}

END_TEST;

START_TEST (test_tracks_of_one_message_come_one_after_the_other)
{
  g_autoptr (GBytes) bytes = hex_bytes_new ("97 02 000007 06 21"
      " 68766331 00 000004 000028aa  61763031 03 000001 bb");
  RtmpVideoReader reader;
  RtmpVideo video;

  rtmp_video_reader_init (&reader, g_bytes_get_data (bytes, NULL),
      g_bytes_get_size (bytes));
  ck_assert (rtmp_video_reader_take (&reader, &video, NULL));
  ck_assert_uint_eq (video.codec, RTMP_CODEC_H265);
  ck_assert_int_eq (video.composition_time, 40);
  ck_assert_uint_eq (video.nanoseconds, 7);
  hex_bytes_assert (video.data, video.size, "aa");
  ck_assert (rtmp_video_reader_take (&reader, &video, NULL));
  ck_assert_uint_eq (video.track, 3);
  ck_assert_uint_eq (video.frame, RTMP_FRAME_KEY);
  ck_assert_uint_eq (video.nanoseconds, 7);
  hex_bytes_assert (video.data, video.size, "bb");
  ck_assert (!rtmp_video_reader_take (&reader, &video, NULL));
}

END_TEST;

START_TEST (test_what_is_cut_off_is_refused)
{
  const gchar *bad[] = { "17 01 0000", "17 00", "1c 01 00", "91", "91 6176",
    "a1 68766331", "a1 68766331 0000", "97", "97 02 00", "96", "96 01",
    "96 11 61763031 00 0000ff aa", "96 01 68766331 01 0000"
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    assert_refused (bad[i]);
}

END_TEST;

static void
assert_written (const RtmpVideo * video, const gchar * hex)
{
  guint8 out[RTMP_VIDEO_MAX_HEADER];
  guint size = rtmp_video_write_header (video, out);

  ck_assert_uint_le (size, sizeof out);
  hex_bytes_assert (out, size, hex);

  /* And says the same when it is read. */
  g_autoptr (GBytes) bytes = NULL;
  RtmpVideo again = read_one (hex, &bytes);
  ck_assert_uint_eq (again.kind, video->kind);
  ck_assert_uint_eq (again.frame, video->frame);
  ck_assert_int_eq (again.composition_time, video->composition_time);
  ck_assert_uint_eq (again.nanoseconds, video->nanoseconds);
  ck_assert_uint_eq (again.track, video->track);
  if (video->kind != RTMP_VIDEO_COMMAND)
    ck_assert_uint_eq (again.codec, video->codec);
}

static RtmpVideo
make (RtmpCodec codec, RtmpVideoKind kind, gboolean enhanced)
{
  RtmpVideo video = { kind, RTMP_FRAME_KEY, codec,
    rtmp_codec_get_fourcc (codec), RTMP_TRACKS_PLAIN, enhanced
  };

  return video;
}

START_TEST (test_classic_headers_are_written)
{
  RtmpVideo config = make (RTMP_CODEC_H264, RTMP_VIDEO_CONFIG, FALSE);
  assert_written (&config, "17 00 000000");
  RtmpVideo frame = make (RTMP_CODEC_H264, RTMP_VIDEO_FRAMES, FALSE);
  frame.frame = RTMP_FRAME_INTER;
  frame.composition_time = -40;
  assert_written (&frame, "27 01 ffffd8");
  RtmpVideo end = make (RTMP_CODEC_H264, RTMP_VIDEO_END, FALSE);
  assert_written (&end, "17 02 000000");
  RtmpVideo command = make (RTMP_CODEC_H264, RTMP_VIDEO_COMMAND, FALSE);
  command.frame = RTMP_FRAME_COMMAND;
  command.command = 1;
  assert_written (&command, "57 01");
}

END_TEST;

START_TEST (test_enhanced_headers_are_written)
{
  /* All as FFmpeg 8.1 has them, but for the metadata's kind of frame. */
  RtmpVideo config = make (RTMP_CODEC_H265, RTMP_VIDEO_CONFIG, TRUE);
  assert_written (&config, "90 68766331");
  RtmpVideo frame = make (RTMP_CODEC_H265, RTMP_VIDEO_FRAMES, TRUE);
  frame.composition_time = 80;
  assert_written (&frame, "91 68766331 000050");
  frame.composition_time = 0;
  assert_written (&frame, "93 68766331");
  frame.frame = RTMP_FRAME_INTER;
  frame.tracks = RTMP_TRACKS_ONE;
  frame.track = 1;
  assert_written (&frame, "a6 03 68766331 01");
  frame.composition_time = RTMP_VIDEO_MIN_COMPOSITION_TIME;
  frame.nanoseconds = 1;
  assert_written (&frame, "a7 02 000001 06 01 68766331 01 800000");
  RtmpVideo av1 = make (RTMP_CODEC_AV1, RTMP_VIDEO_FRAMES, TRUE);
  assert_written (&av1, "91 61763031");
  RtmpVideo metadata = make (RTMP_CODEC_AV1, RTMP_VIDEO_METADATA, TRUE);
  assert_written (&metadata, "94 61763031");
  RtmpVideo end = make (RTMP_CODEC_VP9, RTMP_VIDEO_END, TRUE);
  assert_written (&end, "92 76703039");
  RtmpVideo ts = make (RTMP_CODEC_AV1, RTMP_VIDEO_TS_CONFIG, TRUE);
  assert_written (&ts, "95 61763031");
  RtmpVideo command = make (RTMP_CODEC_AV1, RTMP_VIDEO_COMMAND, TRUE);
  command.frame = RTMP_FRAME_COMMAND;
  assert_written (&command, "d2 00");
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("rtmpvideo");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_classic_h264_is_read);
  tcase_add_test (tcase, test_an_end_of_sequence_may_be_short);
  tcase_add_test (tcase, test_old_codecs_have_one_byte);
  tcase_add_test (tcase, test_unofficial_h265_is_read_as_h264_is);
  tcase_add_test (tcase, test_a_command_is_no_frame);
  tcase_add_test (tcase, test_what_says_nothing_is_to_be_skipped);
  tcase_add_test (tcase, test_a_message_without_bytes_has_no_packets);
  tcase_add_test (tcase, test_each_enhanced_packet_type_is_read);
  tcase_add_test (tcase, test_metadata_may_be_called_a_command);
  tcase_add_test (tcase, test_only_some_codecs_have_composition_times);
  tcase_add_test (tcase, test_an_unknown_fourcc_is_told);
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

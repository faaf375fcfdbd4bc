/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What OBS writes: bytes laid together by hand after the ways of its writer,
 * which are its own in places. Numbers behind the tags are three too many,
 * codecs stand as words in the metadata, frames come before their times begin,
 * and the colour of a picture is told in a frame of type 0. */
#include "demuxrun.h"

/* onMetaData as an array that says 20 and has fewer: duration, width, height,
 * videocodecid "avc1", audiocodecid "mp4a", stereo, encoder. */
#define METADATA "02 000a 6f6e4d65746144617461 08 00000014" \
  "0008 6475726174696f6e 00 0000000000000000" \
  "0005 7769647468 00 409e000000000000" \
  "0006 686569676874 00 4090e00000000000" \
  "000c 766964656f636f6465636964 02 0004 61766331" \
  "000c 617564696f636f6465636964 02 0004 6d703461" \
  "0006 73746572656f 01 01" \
  "0007 656e636f646572 02 0011 6f62732d6f7574707574206d6f64756c65" \
  "000009"
#define AVC "17 00 000000 0142c01effe10002674201000168"
#define AAC "af 00 1210"
/* Of AV1: main, level 4.0, 4:2:0, 8 bits. */
#define AV1 "90 61763031 81080c00"
#define COLOR "84 61763031 02 0009 636f6c6f72496e666f 03" \
  "000b 636f6c6f72436f6e666967 03" \
  "0008 6269744465707468 00 4024000000000000" \
  "000e 636f6c6f725072696d6172696573 00 4022000000000000" \
  "0017 7472616e73666572436861726163746572697374696373 00 4030000000000000" \
  "0012 6d6174726978436f656666696369656e7473 00 4022000000000000" \
  "000009 000009"

static void
push (DemuxRun * run, guint8 type, guint32 ms, const gchar * body)
{
  g_autoptr (GString) plain = g_string_new (body);

  g_string_replace (plain, " ", "", 0);
  guint size = plain->len / 2;
  g_autofree gchar *tag = g_strdup_printf ("%02x %06x %06x %02x 000000 %s %08x",
      type, size, ms & 0xffffff, ms >> 24 & 0x7f, body, size + 11 + 3);
  ck_assert_int_eq (demux_run_push (run, tag), GST_FLOW_OK);
}

static DemuxRun *
start (void)
{
  DemuxRun *run = demux_run_new (FALSE);

  demux_run_push_header (run);
  push (run, 18, 0, METADATA);
  return run;
}

START_TEST (test_classic)
{
  g_autoptr (DemuxRun) run = start ();

  push (run, 8, 0, AAC);
  push (run, 9, 0, AVC);
  push (run, 9, 0, "17 01 000042 0000000165");
  push (run, 8, 23, "af 01 2100");
  push (run, 9, 33, "27 01 000021 0000000141");
  demux_run_assert (run, "+audio_0 +video_0 audio_0=audio/mpeg audio_0[0+0 "
      "video_0=video/x-h264 video_0[0+0 done video_0:66/0* audio_0:23* "
      "video_0:66/33!");
  ck_assert_uint_eq (demux_run_count (run, GST_MESSAGE_WARNING, NULL), 0);
}

END_TEST;

START_TEST (test_enhanced_with_a_second_track_of_sound)
{
  g_autoptr (DemuxRun) run = start ();

  push (run, 9, 0, AV1);
  push (run, 9, 0, COLOR);
  push (run, 8, 0, AAC);
  push (run, 8, 0, "95 00 6d703461 01 1210");
  push (run, 9, 0, "91 61763031 0a0100");
  push (run, 8, 23, "95 01 6d703461 01 2100");
  push (run, 9, 33, "a1 61763031 320100");
  demux_run_assert (run, "+video_0 video_0=video/x-av1 +audio_0 +audio_1 "
      "video_0[0+0 audio_0=audio/mpeg audio_0[0+0 audio_1=audio/mpeg "
      "audio_1[0+0 done video_0:0* audio_1:23* video_0:33!");
  ck_assert_uint_eq (demux_run_count (run, GST_MESSAGE_WARNING, NULL), 0);
}

END_TEST;

static Suite *
rtmpdemuxobs_suite (void)
{
  Suite *suite = suite_create ("rtmpdemuxobs");
  TCase *tcase = tcase_create ("all");

  tcase_add_test (tcase, test_classic);
  tcase_add_test (tcase, test_enhanced_with_a_second_track_of_sound);
  suite_add_tcase (suite, tcase);
  return suite;
}

GST_CHECK_MAIN (rtmpdemuxobs);

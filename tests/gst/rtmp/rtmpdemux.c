/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* rtmpdemux, tag for tag. Bytes laid together by hand from Adobe FLV 10.1 and
 * Enhanced RTMP v2. */
#include "demuxrun.h"

#include <string.h>

#define AVC "17 00 000000 0142c01effe10002674201000168"
#define AAC "af 00 1210"
#define KEY "17 01 000000 0000000165"
#define INTER "27 01 000028 0000000141"
#define SOUND "af 01 2100"
/* onMetaData: videocodecid 7, audiocodecid 10, duration 5. */
#define METADATA "02 000a 6f6e4d65746144617461 08 00000003" \
  "000c 766964656f636f6465636964 00 401c000000000000" \
  "000c 617564696f636f6465636964 00 4024000000000000" \
  "0008 6475726174696f6e 00 4014000000000000 000009"
/* The same without audio. */
#define ONLY_VIDEO "02 000a 6f6e4d65746144617461 08 00000001" \
  "000c 766964656f636f6465636964 00 401c000000000000 000009"

static DemuxRun *
start (void)
{
  DemuxRun *run = demux_run_new (FALSE);

  ck_assert_int_eq (demux_run_push_header (run), GST_FLOW_OK);
  return run;
}

START_TEST (test_pads_come_with_the_records_and_are_done_before_the_frames)
{
  g_autoptr (DemuxRun) run = start ();

  demux_run_push_tag (run, 18, 0, METADATA);
  demux_run_assert (run, "");
  demux_run_push_tag (run, 9, 0, AVC);
  demux_run_assert (run, "+video_0");
  demux_run_push_tag (run, 8, 0, AAC);
  demux_run_assert (run, "+audio_0");
  demux_run_push_tag (run, 9, 0, KEY);
  demux_run_assert (run, "video_0=video/x-h264 video_0[0+0 "
      "audio_0=audio/mpeg audio_0[0+0 done video_0:0/0*");
  demux_run_push_tag (run, 9, 40, INTER);
  demux_run_push_tag (run, 8, 23, SOUND);
  demux_run_assert (run, "video_0:80/40! audio_0:23*");
  demux_run_end (run);
  demux_run_assert (run, "video_0. audio_0.");
}

END_TEST;

START_TEST (test_a_file_of_one_kind_is_done_when_the_metadata_say_so)
{
  g_autoptr (DemuxRun) run = start ();

  demux_run_push_tag (run, 18, 0, ONLY_VIDEO);
  demux_run_push_tag (run, 9, 0, AVC);
  demux_run_push_tag (run, 9, 0, KEY);
  demux_run_assert (run, "+video_0 video_0=video/x-h264 video_0[0+0 done "
      "video_0:0/0*");
}

END_TEST;

START_TEST (test_what_is_announced_and_does_not_come_is_waited_for_in_time)
{
  g_autoptr (DemuxRun) run = start ();

  /* The file's header says that there is sound. */
  demux_run_push_tag (run, 9, 0, AVC);
  demux_run_push_tag (run, 9, 0, KEY);
  demux_run_push_tag (run, 9, 3000, INTER);
  demux_run_assert (run, "+video_0 video_0=video/x-h264 video_0[0+0 "
      "video_0:0/0* video_0:3040/3000!");
  demux_run_push_tag (run, 9, 3040, INTER);
  demux_run_assert (run, "done video_0:3080/3040!");
  /* And comes all the same if it comes. */
  demux_run_push_tag (run, 8, 3040, AAC);
  demux_run_assert (run, "+audio_0");
}

END_TEST;

START_TEST (test_at_the_end_it_is_done)
{
  g_autoptr (DemuxRun) run = start ();

  demux_run_push_tag (run, 8, 0, AAC);
  demux_run_push_tag (run, 8, 0, SOUND);
  demux_run_forget (run);
  demux_run_end (run);
  demux_run_assert (run, "done audio_0.");
}

END_TEST;

START_TEST (test_tracks_of_one_message_have_each_its_pad)
{
  g_autoptr (DemuxRun) run = start ();

  /* Many tracks of many codecs: VP8 as track 0, AV1 as 3; of each a frame. */
  demux_run_push_tag (run, 9, 0, "96 21"
      "76703038 00 000002 aabb  61763031 03 000001 cc");
  demux_run_assert (run, "+video_0 video_0=video/x-vp8 video_0[0+0 "
      "video_0:0* +video_3 video_3=video/x-av1 video_3[0+0 video_3:0*");
  /* One track that says which; and nanoseconds. */
  demux_run_push_tag (run, 9, 40, "a7 02 0f423f 06 01 76703038 00 aabb");
  demux_run_assert (run, "video_0:40!");
}

END_TEST;

START_TEST (test_what_nobody_knows_is_skipped_with_one_warning)
{
  g_autoptr (DemuxRun) run = start ();
  g_autofree gchar *text = NULL;

  for (guint i = 0; i < 3; i++)
    ck_assert_int_eq (demux_run_push_tag (run, 9, 40 * i,
            "91 6e6f6e65 aabb"), GST_FLOW_OK);
  ck_assert_uint_eq (demux_run_count (run, GST_MESSAGE_WARNING, &text), 1);
  ck_assert_msg (strstr (text, "video track 0") != NULL, "%s", text);
  /* H.266, which has no caps; a packet of a newer text; one that is cut off; an
   * encrypted one; a shared object. */
  ck_assert_int_eq (demux_run_push_tag (run, 9, 0, "90 76766331 01"),
      GST_FLOW_OK);
  demux_run_push_tag (run, 9, 0, "9f 61763031 aa");
  demux_run_push_tag (run, 9, 0, "91 6176");
  demux_run_push_tag (run, 0x29, 0, "17 01");
  demux_run_push_tag (run, 19, 0, "aabb");
  demux_run_push_tag (run, 18, 0, "02 ffff");
  ck_assert_uint_eq (demux_run_count (run, GST_MESSAGE_WARNING, NULL), 0);
  ck_assert_uint_eq (demux_run_count (run, GST_MESSAGE_ERROR, NULL), 0);
  /* What is good beside it goes on. */
  demux_run_push_tag (run, 8, 0, AAC);
  demux_run_assert (run, "+audio_0");
}

END_TEST;

START_TEST (test_frames_before_their_record_are_skipped)
{
  g_autoptr (DemuxRun) run = start ();

  demux_run_push_tag (run, 9, 0, INTER);
  demux_run_push_tag (run, 9, 40, INTER);
  demux_run_assert (run, "");
  ck_assert_uint_eq (demux_run_count (run, GST_MESSAGE_WARNING, NULL), 1);
  demux_run_push_tag (run, 9, 80, AVC);
  demux_run_push_tag (run, 9, 80, KEY);
  demux_run_assert (run, "+video_0 video_0=video/x-h264 video_0[80+0 "
      "video_0:80/80*");
}

END_TEST;

START_TEST (test_metadata_of_another_track_leave_the_caps_alone)
{
  g_autoptr (DemuxRun) run = start ();

  demux_run_push_tag (run, 9, 0, AVC);
  demux_run_push_tag (run, 9, 0, KEY);
  demux_run_forget (run);
  /* As FFmpeg 8.1 writes them of an H.265 track beside one of H.264. */
  demux_run_push_tag (run, 9, 0, "d4 68766331 02 0009 636f6c6f72496e666f"
      "03 000b 636f6c6f72436f6e666967 03"
      "000e 636f6c6f725072696d6172696573 00 4022000000000000"
      "0017 7472616e736665724368617261637465726973746963 73"
      "00 4030000000000000 000009 000009");
  demux_run_assert (run, "");
}

END_TEST;

START_TEST (test_colours_change_the_caps)
{
  g_autoptr (DemuxRun) run = start ();

  demux_run_push_tag (run, 9, 0, "90 76703039 00 14 82 02 02 02 0000");
  demux_run_push_tag (run, 9, 0, "91 76703039 82");
  demux_run_forget (run);
  demux_run_push_tag (run, 9, 0, "94 76703039 02 0009 636f6c6f72496e666f"
      "03 0006 686472436c6c 03 0006 6d6178434c4c 00 408f400000000000"
      "0007 6d617846616c6c 00 4079000000000000 000009 000009");
  demux_run_assert (run, "video_0=video/x-vp9");
  /* The same once more is nothing new. */
  demux_run_push_tag (run, 9, 0, "94 76703039 02 0009 636f6c6f72496e666f"
      "03 0006 686472436c6c 03 0006 6d6178434c4c 00 408f400000000000"
      "0007 6d617846616c6c 00 4079000000000000 000009 000009");
  demux_run_assert (run, "");
}

END_TEST;

START_TEST (test_another_codec_gets_another_pad)
{
  g_autoptr (DemuxRun) run = start ();

  demux_run_push_tag (run, 8, 0, AAC);
  demux_run_push_tag (run, 8, 0, SOUND);
  demux_run_forget (run);
  demux_run_push_tag (run, 8, 23, "90 4f707573");
  demux_run_assert (run, "audio_0. -audio_0 +audio_0");
  demux_run_push_tag (run, 8, 23, "91 4f707573 fc");
  demux_run_assert (run, "audio_0=audio/x-opus audio_0[0+0 audio_0:23*");
}

END_TEST;

START_TEST (test_the_sound_of_old_codecs_may_change_with_any_tag)
{
  g_autoptr (DemuxRun) run = start ();

  demux_run_push_tag (run, 8, 0, "3e 0000");
  demux_run_push_tag (run, 8, 10, "3e 0000");
  demux_run_assert (run, "+audio_0 audio_0=audio/x-raw audio_0[0+0 audio_0:0* "
      "audio_0:10");
  demux_run_push_tag (run, 8, 20, "3a 0000");
  demux_run_assert (run, "audio_0=audio/x-raw audio_0:20");
}

END_TEST;

START_TEST (test_a_silent_track_does_not_hold_up_the_other)
{
  g_autoptr (DemuxRun) run = start ();

  demux_run_push_tag (run, 9, 0, AVC);
  demux_run_push_tag (run, 8, 0, AAC);
  demux_run_push_tag (run, 9, 0, KEY);
  demux_run_push_tag (run, 9, 1000, INTER);
  demux_run_forget (run);
  demux_run_push_tag (run, 9, 1040, INTER);
  demux_run_assert (run, "audio_0~ video_0:1080/1040!");
  /* Silence is not a frame. */
  ck_assert_int_eq (demux_run_push_tag (run, 8, 1040, ""), GST_FLOW_OK);
  demux_run_assert (run, "");
}

END_TEST;

START_TEST (test_times_go_on_behind_thirty_two_bits)
{
  g_autoptr (DemuxRun) run = start ();

  demux_run_push_tag (run, 8, 0, AAC);
  demux_run_push_tag (run, 8, 0xffffffe0, SOUND);
  demux_run_push_tag (run, 8, 0x00000010, SOUND);
  demux_run_assert (run, "+audio_0 audio_0=audio/mpeg audio_0[4294967264+0 "
      "audio_0:4294967264* audio_0:16");
}

END_TEST;

START_TEST (test_a_file_that_begins_anew_goes_on)
{
  g_autoptr (DemuxRun) run = start ();

  demux_run_push_tag (run, 8, 0, AAC);
  demux_run_push_tag (run, 8, 5000, SOUND);
  demux_run_forget (run);
  demux_run_push_header (run);
  demux_run_push_tag (run, 8, 0, SOUND);
  demux_run_push_tag (run, 8, 23, SOUND);
  demux_run_assert (run, "audio_0:5000* audio_0:5023");
}

END_TEST;

START_TEST (test_what_is_live_is_played_from_when_it_came)
{
  g_autoptr (DemuxRun) run = demux_run_new (TRUE);

  demux_run_push_at (run, 2 * GST_SECOND, FALSE,
      "464c56 01 04 00000009 00000000"
      "08 000004 000000 00 000000 af001210 0000000f"
      /* It has been on the air for two hours. */
      "08 000003 6ddd00 00 000000 af0121 0000000e");
  demux_run_assert (run, "+audio_0 audio_0=audio/mpeg audio_0[7200000+2000 "
      "done audio_0:7200000*");
  /* After a break another beginning, with other times. */
  demux_run_push_at (run, 9 * GST_SECOND, TRUE,
      "08 000003 000064 00 000000 af0121 0000000e");
  demux_run_assert (run, "audio_0[100+9000 audio_0:100*");
}

END_TEST;

START_TEST (test_what_is_no_flv_is_an_error)
{
  g_autoptr (DemuxRun) run = demux_run_new (FALSE);
  g_autofree gchar *text = NULL;

  ck_assert_int_eq (demux_run_push (run, "00000018 66747970"), GST_FLOW_ERROR);
  ck_assert_uint_eq (demux_run_count (run, GST_MESSAGE_ERROR, &text), 1);
  ck_assert_msg (strstr (text, "not an FLV file") != NULL, "%s", text);
}

END_TEST;

START_TEST (test_a_file_that_breaks_in_the_middle_is_an_error)
{
  g_autoptr (DemuxRun) run = start ();
  g_autofree gchar *text = NULL;

  demux_run_push_tag (run, 8, 0, AAC);
  ck_assert_int_eq (demux_run_push (run, "ffffffffffffffffffffffffffff"),
      GST_FLOW_ERROR);
  ck_assert_uint_eq (demux_run_count (run, GST_MESSAGE_ERROR, &text), 1);
  ck_assert_msg (strstr (text, "at byte") != NULL, "%s", text);
}

END_TEST;

START_TEST (test_a_file_without_media_is_an_error)
{
  const gchar *files[] =
      { "", "464c56 01 05", "464c56 01 05 00000009 00000000" };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autoptr (DemuxRun) run = demux_run_new (FALSE);
    demux_run_push (run, files[i]);
    demux_run_end (run);
    ck_assert_uint_eq (demux_run_count (run, GST_MESSAGE_ERROR, NULL), 1);
  }
}

END_TEST;

START_TEST (test_a_file_that_is_cut_off_ends_well)
{
  g_autoptr (DemuxRun) run = start ();

  demux_run_push_tag (run, 8, 0, AAC);
  demux_run_push_tag (run, 8, 0, SOUND);
  demux_run_push (run, "08 0000ff 000017 00 000000 af01");
  demux_run_forget (run);
  demux_run_end (run);
  demux_run_assert (run, "done audio_0.");
  ck_assert_uint_eq (demux_run_count (run, GST_MESSAGE_ERROR, NULL), 0);
}

END_TEST;

START_TEST (test_it_can_run_again)
{
  g_autoptr (DemuxRun) run = start ();

  demux_run_push_tag (run, 8, 0, AAC);
  demux_run_forget (run);
  gst_element_set_state (demux_run_get_element (run), GST_STATE_READY);
  demux_run_assert (run, "-audio_0");
  gst_element_set_state (demux_run_get_element (run), GST_STATE_PAUSED);
  demux_run_push_header (run);
  demux_run_push_tag (run, 8, 0, AAC);
  demux_run_assert (run, "+audio_0");
}

END_TEST;

START_TEST (test_the_duration_is_that_of_the_metadata)
{
  g_autoptr (DemuxRun) run = start ();
  gint64 duration = 0;

  demux_run_push_tag (run, 9, 0, AVC);
  demux_run_push_tag (run, 18, 0, METADATA);
  ck_assert_uint_eq (demux_run_count (run, GST_MESSAGE_DURATION_CHANGED, NULL),
      1);
  g_autoptr (GstPad) pad =
      gst_element_get_static_pad (demux_run_get_element (run), "video_0");
  ck_assert (gst_pad_query_duration (pad, GST_FORMAT_TIME, &duration));
  ck_assert_int_eq (duration, 5 * GST_SECOND);
}

END_TEST;

START_TEST (test_an_aggregate_is_what_is_in_it)
{
  g_autoptr (DemuxRun) run = start ();

  demux_run_push_tag (run, 8, 0, AAC);
  demux_run_push_tag (run, 8, 100, SOUND);
  demux_run_forget (run);
  demux_run_push_tag (run, 22, 123,
      "08 000003 0003e8 00 000000 af0121 0000000e"
      "08 000003 0003ff 00 000000 af0122 0000000e");
  demux_run_assert (run, "audio_0:123 audio_0:146");
}

END_TEST;

START_TEST (test_metadata_in_amf3_have_a_byte_in_front)
{
  g_autoptr (DemuxRun) run = start ();

  demux_run_push_tag (run, 15, 0, "00" METADATA);
  ck_assert_uint_eq (demux_run_count (run, GST_MESSAGE_DURATION_CHANGED, NULL),
      1);
}

END_TEST;

static Suite *
rtmpdemux_suite (void)
{
  Suite *suite = suite_create ("rtmpdemux");
  TCase *tcase = tcase_create ("all");

  tcase_add_test (tcase,
      test_pads_come_with_the_records_and_are_done_before_the_frames);
  tcase_add_test (tcase,
      test_a_file_of_one_kind_is_done_when_the_metadata_say_so);
  tcase_add_test (tcase,
      test_what_is_announced_and_does_not_come_is_waited_for_in_time);
  tcase_add_test (tcase, test_at_the_end_it_is_done);
  tcase_add_test (tcase, test_tracks_of_one_message_have_each_its_pad);
  tcase_add_test (tcase, test_what_nobody_knows_is_skipped_with_one_warning);
  tcase_add_test (tcase, test_frames_before_their_record_are_skipped);
  tcase_add_test (tcase, test_metadata_of_another_track_leave_the_caps_alone);
  tcase_add_test (tcase, test_colours_change_the_caps);
  tcase_add_test (tcase, test_another_codec_gets_another_pad);
  tcase_add_test (tcase, test_the_sound_of_old_codecs_may_change_with_any_tag);
  tcase_add_test (tcase, test_a_silent_track_does_not_hold_up_the_other);
  tcase_add_test (tcase, test_times_go_on_behind_thirty_two_bits);
  tcase_add_test (tcase, test_a_file_that_begins_anew_goes_on);
  tcase_add_test (tcase, test_what_is_live_is_played_from_when_it_came);
  tcase_add_test (tcase, test_what_is_no_flv_is_an_error);
  tcase_add_test (tcase, test_a_file_that_breaks_in_the_middle_is_an_error);
  tcase_add_test (tcase, test_a_file_without_media_is_an_error);
  tcase_add_test (tcase, test_a_file_that_is_cut_off_ends_well);
  tcase_add_test (tcase, test_it_can_run_again);
  tcase_add_test (tcase, test_the_duration_is_that_of_the_metadata);
  tcase_add_test (tcase, test_an_aggregate_is_what_is_in_it);
  tcase_add_test (tcase, test_metadata_in_amf3_have_a_byte_in_front);
  suite_add_tcase (suite, tcase);
  return suite;
}

GST_CHECK_MAIN (rtmpdemux);

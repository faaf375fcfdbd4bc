/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* rtmpmux, buffer for buffer. */
#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>
#include <string.h>

#define AVC_CAPS "video/x-h264, stream-format=avc, alignment=au, width=320, " \
  "height=240, framerate=25/1, codec_data=(buffer)"
#define AVC_1 AVC_CAPS "0142c01effe10002674201000168"
#define AVC_2 AVC_CAPS "0142c01fffe10002674201000168"
#define AAC "audio/mpeg, mpegversion=4, stream-format=raw, rate=44100, " \
  "channels=2, codec_data=(buffer)1210"
#define OPUS "audio/x-opus, rate=48000, channels=2, channel-mapping-family=0"

static GstBuffer *
new_frame (GstClockTime time, gboolean delta)
{
  GstBuffer *buffer = gst_buffer_new_memdup ("\0\0\0\1e", 5);

  GST_BUFFER_PTS (buffer) = GST_BUFFER_DTS (buffer) = time;
  GST_BUFFER_DURATION (buffer) = 40 * GST_MSECOND;
  if (delta)
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT);
  return buffer;
}

static GstHarness *
new_harness (const gchar * pad, const gchar * caps)
{
  GstHarness *harness = gst_harness_new_with_padnames ("rtmpmux", pad, "src");

  gst_harness_set_src_caps_str (harness, caps);
  return harness;
}

/* What is in the tag: all but its header and what stands behind it. */
static void
assert_pulled (GstHarness * harness, guint type, guint ms, const gchar * start,
    gsize size, guint flags)
{
  g_autoptr (GstBuffer) buffer = gst_harness_pull (harness);
  GstMapInfo map;

  ck_assert (gst_buffer_map (buffer, &map, GST_MAP_READ));
  ck_assert_uint_eq (map.data[0], type);
  ck_assert_uint_eq (map.data[4] << 16 | map.data[5] << 8 | map.data[6], ms);
  ck_assert_msg (map.size >= 15 + size && memcmp (map.data + 11, start,
          size) == 0, "at %u ms", ms);
  ck_assert_uint_eq (GST_BUFFER_FLAGS (buffer) & (GST_BUFFER_FLAG_HEADER
          | GST_BUFFER_FLAG_DELTA_UNIT), flags);
  gst_buffer_unmap (buffer, &map);
}

static void
assert_file_header (GstHarness * harness, guint8 kinds)
{
  g_autoptr (GstBuffer) buffer = gst_harness_pull (harness);
  const guint8 wanted[] = { 'F', 'L', 'V', 1, kinds, 0, 0, 0, 9, 0, 0, 0, 0 };

  ck_assert_uint_eq (gst_buffer_get_size (buffer), sizeof wanted);
  ck_assert (gst_buffer_memcmp (buffer, 0, wanted, sizeof wanted) == 0);
  ck_assert (GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_HEADER));
}

#define METADATA "\2\0\12onMetaData"
#define HEADER GST_BUFFER_FLAG_HEADER
#define DELTA GST_BUFFER_FLAG_DELTA_UNIT

START_TEST (test_headers_come_first_and_then_the_frames)
{
  GstHarness *harness = new_harness ("video_0", AVC_1);

  gst_harness_push (harness, new_frame (0, FALSE));
  gst_harness_push (harness, new_frame (40 * GST_MSECOND, TRUE));
  assert_file_header (harness, 1);
  assert_pulled (harness, 18, 0, METADATA, 13, HEADER);
  assert_pulled (harness, 9, 0, "\x17\0\0\0\0\1\x42", 7, HEADER);
  assert_pulled (harness, 9, 0, "\x17\1\0\0\0\0\0\0\1e", 10, 0);
  assert_pulled (harness, 9, 40, "\x27\1\0\0\0\0\0\0\1e", 10, DELTA);
  gst_harness_push_event (harness, gst_event_new_eos ());
  assert_pulled (harness, 9, 40, "\x17\2\0\0\0", 5, DELTA);
  gst_harness_teardown (harness);
}

END_TEST;

START_TEST (test_what_stands_before_the_frames_is_in_the_caps)
{
  GstHarness *harness = new_harness ("video_0", AVC_1);

  gst_harness_push (harness, new_frame (0, FALSE));
  g_autoptr (GstBuffer) first = gst_harness_pull (harness);
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (harness->sinkpad);
  const GstStructure *structure = gst_caps_get_structure (caps, 0);
  ck_assert_str_eq (gst_structure_get_name (structure), "video/x-flv");
  const GValue *headers = gst_structure_get_value (structure, "streamheader");
  ck_assert (GST_VALUE_HOLDS_ARRAY (headers));
  ck_assert_uint_eq (gst_value_array_get_size (headers), 3);
  gst_harness_teardown (harness);
}

END_TEST;

START_TEST (test_another_record_is_written_where_it_changes)
{
  GstHarness *harness = new_harness ("video_0", AVC_1);

  gst_harness_push (harness, new_frame (0, FALSE));
  for (guint i = 0; i < 4; i++)
    gst_buffer_unref (gst_harness_pull (harness));
  gst_harness_set_src_caps_str (harness, AVC_2);
  gst_harness_push (harness, new_frame (40 * GST_MSECOND, FALSE));
  /* The size and rate are the same: there is nothing new in the metadata. */
  assert_pulled (harness, 9, 0, "\x17\0\0\0\0\1\x42\xc0\x1f", 9, HEADER);
  assert_pulled (harness, 9, 40, "\x17\1", 2, 0);
  /* Nor when the same comes again. */
  gst_harness_set_src_caps_str (harness, AVC_2);
  gst_harness_push (harness, new_frame (80 * GST_MSECOND, FALSE));
  assert_pulled (harness, 9, 80, "\x17\1", 2, 0);
  gst_harness_teardown (harness);
}

END_TEST;

START_TEST (test_a_track_cannot_become_another)
{
  GstHarness *harness = new_harness ("audio_0", AAC);
  g_autoptr (GstBus) bus = gst_bus_new ();

  gst_element_set_bus (harness->element, bus);
  gst_harness_push (harness, new_frame (0, FALSE));
  gst_harness_set_src_caps_str (harness, OPUS);
  gst_harness_push (harness, new_frame (40 * GST_MSECOND, FALSE));
  g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (bus,
      10 * GST_SECOND, GST_MESSAGE_ERROR);
  ck_assert (message != NULL);
  g_autoptr (GError) error = NULL;
  gst_message_parse_error (message, &error, NULL);
  ck_assert (g_error_matches (error, GST_STREAM_ERROR,
          GST_STREAM_ERROR_FORMAT));
  ck_assert (strstr (error->message, "AAC to Opus") != NULL);
  gst_element_set_bus (harness->element, NULL);
  gst_harness_teardown (harness);
}

END_TEST;

START_TEST (test_the_enhanced_form_can_be_asked_for)
{
  GstHarness *harness = gst_harness_new_with_padnames ("rtmpmux", "video_0",
      "src");

  g_object_set (harness->element, "enhanced", TRUE, NULL);
  gst_harness_set_src_caps_str (harness, AVC_1);
  gst_harness_push (harness, new_frame (0, FALSE));
  assert_file_header (harness, 1);
  assert_pulled (harness, 18, 0, METADATA, 13, HEADER);
  assert_pulled (harness, 9, 0, "\x90" "avc1\1\x42", 7, HEADER);
  assert_pulled (harness, 9, 0, "\x93" "avc1\0\0\0\1e", 10, 0);
  gst_harness_teardown (harness);
}

END_TEST;

START_TEST (test_another_track_says_its_number)
{
  GstHarness *harness = new_harness ("audio_7", OPUS);

  gst_harness_push (harness, new_frame (0, FALSE));
  assert_file_header (harness, 4);
  assert_pulled (harness, 18, 0, METADATA, 13, HEADER);
  assert_pulled (harness, 8, 0, "\x95\0Opus\7OpusHead", 15, HEADER);
  /* Without video one can begin anywhere. */
  assert_pulled (harness, 8, 0, "\x95\1Opus\7\0\0\0\1e", 12, 0);
  gst_harness_teardown (harness);
}

END_TEST;

START_TEST (test_high_dynamic_range_is_told_before_the_frames)
{
  GstHarness *harness = new_harness ("video_0", "video/x-vp9, width=320, "
      "height=240, colorimetry=bt2100-pq");
  GstBuffer *key = gst_buffer_new_memdup
      ("\x82\x49\x83\x42\0\x13\xf0\x0e\xf6\6\x38\x24", 12);

  GST_BUFFER_PTS (key) = 0;
  gst_harness_push (harness, key);
  assert_file_header (harness, 1);
  assert_pulled (harness, 18, 0, METADATA, 13, HEADER);
  assert_pulled (harness, 9, 0, "\x90vp09\1\0\0\0", 9, HEADER);
  assert_pulled (harness, 9, 0, "\xd4vp09\2\0\11colorInfo", 17, HEADER);
  assert_pulled (harness, 9, 0, "\x91vp09\x82\x49", 7, 0);
  gst_harness_teardown (harness);
}

END_TEST;

START_TEST (test_frames_before_the_first_record_are_left_out)
{
  GstHarness *harness = new_harness ("video_0", "video/x-vp9");
  GstBuffer *key = gst_buffer_new_memdup
      ("\x82\x49\x83\x42\0\x13\xf0\x0e\xf6\6\x38\x24", 12);

  gst_harness_push (harness, new_frame (0, TRUE));
  gst_harness_push (harness, new_frame (40 * GST_MSECOND, TRUE));
  GST_BUFFER_PTS (key) = 80 * GST_MSECOND;
  gst_harness_push (harness, key);
  for (guint i = 0; i < 3; i++)
    gst_buffer_unref (gst_harness_pull (harness));
  /* Zero is where the file begins. */
  assert_pulled (harness, 9, 0, "\x91vp09\x82", 6, 0);
  gst_harness_teardown (harness);
}

END_TEST;

START_TEST (test_gaps_are_not_written)
{
  GstHarness *harness = new_harness ("audio_0", AAC);

  gst_harness_push (harness, new_frame (0, FALSE));
  gst_harness_push_event (harness, gst_event_new_gap (40 * GST_MSECOND,
          GST_SECOND));
  gst_harness_push (harness, new_frame (2 * GST_SECOND, FALSE));
  for (guint i = 0; i < 3; i++)
    gst_buffer_unref (gst_harness_pull (harness));
  assert_pulled (harness, 8, 0, "\xaf\1", 2, 0);
  assert_pulled (harness, 8, 2000, "\xaf\1", 2, 0);
  gst_harness_teardown (harness);
}

END_TEST;

START_TEST (test_after_a_flush_the_file_begins_anew)
{
  GstHarness *harness = new_harness ("video_0", AVC_1);
  GstSegment segment;

  gst_harness_push (harness, new_frame (0, FALSE));
  for (guint i = 0; i < 4; i++)
    gst_buffer_unref (gst_harness_pull (harness));
  gst_harness_push_event (harness, gst_event_new_flush_start ());
  gst_harness_push_event (harness, gst_event_new_flush_stop (TRUE));
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_harness_push_event (harness, gst_event_new_segment (&segment));
  gst_harness_push (harness, new_frame (10 * GST_SECOND, FALSE));
  assert_file_header (harness, 1);
  assert_pulled (harness, 18, 0, METADATA, 13, HEADER);
  assert_pulled (harness, 9, 0, "\x17\0", 2, HEADER);
  assert_pulled (harness, 9, 0, "\x17\1", 2, 0);
  gst_harness_teardown (harness);
}

END_TEST;

START_TEST (test_a_title_that_comes_late_is_told_once)
{
  GstHarness *harness = new_harness ("audio_0", AAC);

  gst_harness_push (harness, new_frame (0, FALSE));
  for (guint i = 0; i < 4; i++)
    gst_buffer_unref (gst_harness_pull (harness));
  /* What a parser has to say every second is no reason. */
  gst_harness_push_event (harness, gst_event_new_tag (gst_tag_list_new
          (GST_TAG_BITRATE, 64000, NULL)));
  gst_harness_push (harness, new_frame (40 * GST_MSECOND, FALSE));
  assert_pulled (harness, 8, 40, "\xaf\1", 2, 0);
  for (guint i = 0; i < 2; i++) {
    gst_harness_push_event (harness, gst_event_new_tag (gst_tag_list_new
            (GST_TAG_TITLE, "late", NULL)));
    gst_harness_push (harness, new_frame ((80 + 40 * i) * GST_MSECOND, FALSE));
  }
  assert_pulled (harness, 18, 40, METADATA, 13, HEADER);
  assert_pulled (harness, 8, 80, "\xaf\1", 2, 0);
  assert_pulled (harness, 8, 120, "\xaf\1", 2, 0);
  gst_harness_teardown (harness);
}

END_TEST;

START_TEST (test_pads_are_named_after_their_tracks)
{
  g_autoptr (GstElement) mux =
      gst_object_ref_sink (gst_element_factory_make ("rtmpmux", NULL));
  const gchar *bad[] = { "video_256", "video_999" };
  GstPadTemplate *video = gst_element_get_pad_template (mux, "video_%u");

  g_autoptr (GstPad) first = gst_element_request_pad (mux, video, NULL, NULL);
  ck_assert_str_eq (GST_OBJECT_NAME (first), "video_0");
  g_autoptr (GstPad) ninth =
      gst_element_request_pad (mux, video, "video_9", NULL);
  ck_assert_str_eq (GST_OBJECT_NAME (ninth), "video_9");
  g_autoptr (GstPad) next = gst_element_request_pad (mux, video, NULL, NULL);
  ck_assert_str_eq (GST_OBJECT_NAME (next), "video_1");
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    ck_assert_msg (gst_element_request_pad (mux, video, bad[i], NULL) == NULL,
        "%s", bad[i]);
  /* A number is free again when its pad is gone. */
  gst_element_release_request_pad (mux, first);
  g_autoptr (GstPad) again = gst_element_request_pad (mux, video, NULL, NULL);
  ck_assert_str_eq (GST_OBJECT_NAME (again), "video_0");
}

END_TEST;

static Suite *
rtmpmux_suite (void)
{
  Suite *suite = suite_create ("rtmpmux");
  TCase *tcase = tcase_create ("all");

  tcase_add_test (tcase, test_headers_come_first_and_then_the_frames);
  tcase_add_test (tcase, test_what_stands_before_the_frames_is_in_the_caps);
  tcase_add_test (tcase, test_another_record_is_written_where_it_changes);
  tcase_add_test (tcase, test_a_track_cannot_become_another);
  tcase_add_test (tcase, test_the_enhanced_form_can_be_asked_for);
  tcase_add_test (tcase, test_another_track_says_its_number);
  tcase_add_test (tcase, test_high_dynamic_range_is_told_before_the_frames);
  tcase_add_test (tcase, test_frames_before_the_first_record_are_left_out);
  tcase_add_test (tcase, test_gaps_are_not_written);
  tcase_add_test (tcase, test_after_a_flush_the_file_begins_anew);
  tcase_add_test (tcase, test_a_title_that_comes_late_is_told_once);
  tcase_add_test (tcase, test_pads_are_named_after_their_tracks);
  suite_add_tcase (suite, tcase);
  return suite;
}

GST_CHECK_MAIN (rtmpmux);

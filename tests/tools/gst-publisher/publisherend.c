/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "publisherend.h"

#include <check.h>
#include <string.h>

static PublisherEndKind
classify (const gchar * text)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (text);
  g_autoptr (GstCaps) audio = gst_caps_from_string ("audio/x-opus");
  g_autoptr (GstCaps) video =
      gst_caps_from_string ("video/x-h264, profile={ main, high }");
  return publisher_end_classify (caps, audio, video);
}

static void
assert_described (const gchar * text, const gchar * part)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (text);
  GstElement *element = gst_element_factory_make ("fakesrc", "end");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, "src");
  g_autofree gchar *description = publisher_end_describe (pad, caps);
  ck_assert_msg (g_str_has_prefix (description, "end.src gives "), "%s",
      description);
  ck_assert_msg (strstr (description, part) != NULL, "%s", description);
  gst_object_unref (element);
}

START_TEST (test_encoded_media_is_told_from_the_rest)
{
  ck_assert_int_eq (classify ("video/x-h264, stream-format=avc"),
      PUBLISHER_END_VIDEO);
  ck_assert_int_eq (classify ("audio/x-opus"), PUBLISHER_END_AUDIO);
  ck_assert_int_eq (classify ("video/x-raw, width=640"), PUBLISHER_END_RAW);
  ck_assert_int_eq (classify ("video/x-raw(memory:DMABuf)"), PUBLISHER_END_RAW);
  ck_assert_int_eq (classify ("audio/x-raw"), PUBLISHER_END_RAW);
  ck_assert_int_eq (classify ("image/jpeg"), PUBLISHER_END_REFUSED);
}

END_TEST;

START_TEST (test_what_the_room_restricts_is_refused)
{
  ck_assert_int_eq (classify ("video/x-h264, profile=high-10"),
      PUBLISHER_END_REFUSED);
}

END_TEST;

START_TEST (test_an_end_with_a_choice_is_taken_for_what_the_room_takes)
{
  ck_assert_int_eq (classify ("video/x-raw; image/jpeg; video/x-h264"),
      PUBLISHER_END_VIDEO);
}

END_TEST;

START_TEST (test_an_end_that_could_be_anything_is_unknown)
{
  ck_assert_int_eq (classify ("ANY"), PUBLISHER_END_UNKNOWN);
  ck_assert_int_eq (classify ("EMPTY"), PUBLISHER_END_UNKNOWN);
  ck_assert_int_eq (classify ("video/x-h264; audio/x-opus"),
      PUBLISHER_END_UNKNOWN);
}

END_TEST;

START_TEST (test_the_cure_for_raw_media_names_an_encoder)
{
  assert_described ("video/x-raw", "x264enc");
  assert_described ("audio/x-raw", "opusenc");
}

END_TEST;

START_TEST (test_the_cure_for_a_container_is_no_muxer)
{
  assert_described ("video/quicktime, variant=iso", "muxer");
  assert_described ("application/x-rtp, media=video", "payloader");
}

END_TEST;

START_TEST (test_a_refused_codec_is_named_with_what_the_room_takes)
{
  assert_described ("video/x-h264, profile=(string)high-10", "high-10");
  assert_described ("video/x-h264, profile=(string)high-10", "VP8");
  assert_described ("audio/mpeg, mpegversion=4", "Opus");
  assert_described ("text/x-raw", "audio and video only");
}

END_TEST;

START_TEST (test_a_refused_codec_is_told_in_few_words)
{
  assert_described ("audio/mpeg, mpegversion=4, rate=44100, profile=lc",
      "gives audio/mpeg, profile lc, mpegversion 4: the room");
}

END_TEST;

START_TEST (test_an_unknown_format_is_said_so)
{
  assert_described ("ANY", "unknown format");
}

END_TEST;

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  Suite *suite = suite_create ("publisherend");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_encoded_media_is_told_from_the_rest);
  tcase_add_test (tcase, test_what_the_room_restricts_is_refused);
  tcase_add_test (tcase,
      test_an_end_with_a_choice_is_taken_for_what_the_room_takes);
  tcase_add_test (tcase, test_an_end_that_could_be_anything_is_unknown);
  tcase_add_test (tcase, test_the_cure_for_raw_media_names_an_encoder);
  tcase_add_test (tcase, test_the_cure_for_a_container_is_no_muxer);
  tcase_add_test (tcase,
      test_a_refused_codec_is_named_with_what_the_room_takes);
  tcase_add_test (tcase, test_a_refused_codec_is_told_in_few_words);
  tcase_add_test (tcase, test_an_unknown_format_is_said_so);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

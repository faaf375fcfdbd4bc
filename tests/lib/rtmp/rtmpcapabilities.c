/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* After "Enhanced RTMP (v2)", "Enhancing NetConnection connect Command". */
#include "rtmp/rtmpcapabilities.h"

#include "rtmp/rtmpamf0.h"
#include "rtmp/rtmpvaluebuilder.h"

#include <check.h>

static RtmpCapabilities
read_back (RtmpAmf0Writer * writer)
{
  g_autoptr (RtmpValues) values = rtmp_amf0_parse (writer->data,
      rtmp_amf0_writer_get_size (writer), NULL);
  RtmpCapabilities capabilities = { 0 };

  rtmp_capabilities_read (&capabilities, rtmp_values_get (values, 0));
  rtmp_amf0_writer_clear (writer);
  return capabilities;
}

START_TEST (test_a_list_is_read)
{
  RtmpAmf0Writer writer;

  rtmp_amf0_writer_init (&writer);
  rtmp_amf0_writer_open_object (&writer, NULL);
  rtmp_amf0_writer_add_array (&writer, "fourCcList", 5);
  rtmp_amf0_writer_add_string (&writer, NULL, "hvc1");
  rtmp_amf0_writer_add_string (&writer, NULL, "Opus");
  rtmp_amf0_writer_add_string (&writer, NULL, "what");
  rtmp_amf0_writer_add_string (&writer, NULL, "long one");
  rtmp_amf0_writer_add_number (&writer, NULL, 1);
  rtmp_amf0_writer_close (&writer);
  RtmpCapabilities capabilities = read_back (&writer);
  ck_assert_uint_eq (rtmp_capabilities_get (&capabilities, RTMP_CODEC_H265),
      RTMP_CAN_ALL);
  ck_assert_uint_eq (rtmp_capabilities_get (&capabilities, RTMP_CODEC_OPUS),
      RTMP_CAN_ALL);
  ck_assert_uint_eq (rtmp_capabilities_get (&capabilities, RTMP_CODEC_AV1), 0);
  ck_assert (rtmp_capabilities_is_enhanced (&capabilities));
}

END_TEST;

START_TEST (test_a_star_is_every_codec)
{
  RtmpAmf0Writer writer;

  rtmp_amf0_writer_init (&writer);
  rtmp_amf0_writer_open_object (&writer, NULL);
  rtmp_amf0_writer_add_array (&writer, "fourCcList", 1);
  rtmp_amf0_writer_add_string (&writer, NULL, "*");
  rtmp_amf0_writer_close (&writer);
  RtmpCapabilities capabilities = read_back (&writer);
  ck_assert_uint_eq (rtmp_capabilities_get (&capabilities, RTMP_CODEC_VP9),
      RTMP_CAN_ALL);
  ck_assert_uint_eq (rtmp_capabilities_get (&capabilities, RTMP_CODEC_FLAC),
      RTMP_CAN_ALL);
  /* It has no FourCC. */
  ck_assert_uint_eq (rtmp_capabilities_get (&capabilities, RTMP_CODEC_SPEEX),
      0);
}

END_TEST;

START_TEST (test_maps_say_what_can_be_done)
{
  RtmpAmf0Writer writer;

  rtmp_amf0_writer_init (&writer);
  rtmp_amf0_writer_open_object (&writer, NULL);
  rtmp_amf0_writer_open_object (&writer, "videoFourCcInfoMap");
  rtmp_amf0_writer_add_number (&writer, "*", RTMP_CAN_FORWARD);
  rtmp_amf0_writer_add_number (&writer, "av01", RTMP_CAN_DECODE);
  rtmp_amf0_writer_add_number (&writer, "Opus", RTMP_CAN_DECODE);
  rtmp_amf0_writer_close (&writer);
  rtmp_amf0_writer_open_map (&writer, "audioFourCcInfoMap", 1);
  rtmp_amf0_writer_add_number (&writer, "fLaC", 0xff);
  rtmp_amf0_writer_close (&writer);
  rtmp_amf0_writer_add_number (&writer, "capsEx",
      RTMP_CAPS_RECONNECT | RTMP_CAPS_MULTITRACK);
  rtmp_amf0_writer_add_number (&writer, "videoFunction", RTMP_VIDEO_HDR);
  rtmp_amf0_writer_close (&writer);
  RtmpCapabilities capabilities = read_back (&writer);
  ck_assert_uint_eq (rtmp_capabilities_get (&capabilities, RTMP_CODEC_AV1),
      RTMP_CAN_FORWARD | RTMP_CAN_DECODE);
  ck_assert_uint_eq (rtmp_capabilities_get (&capabilities, RTMP_CODEC_H264),
      RTMP_CAN_FORWARD);
  ck_assert_uint_eq (rtmp_capabilities_get (&capabilities, RTMP_CODEC_FLAC),
      RTMP_CAN_ALL);
  ck_assert_uint_eq (rtmp_capabilities_get (&capabilities, RTMP_CODEC_OPUS), 0);
  ck_assert_uint_eq (capabilities.caps, 3);
  ck_assert_uint_eq (capabilities.video_function, RTMP_VIDEO_HDR);
}

END_TEST;

START_TEST (test_nonsense_says_nothing)
{
  RtmpAmf0Writer writer;

  rtmp_amf0_writer_init (&writer);
  rtmp_amf0_writer_open_object (&writer, NULL);
  rtmp_amf0_writer_add_number (&writer, "fourCcList", 1);
  rtmp_amf0_writer_add_string (&writer, "videoFourCcInfoMap", "hvc1");
  rtmp_amf0_writer_open_object (&writer, "audioFourCcInfoMap");
  rtmp_amf0_writer_add_string (&writer, "Opus", "1");
  rtmp_amf0_writer_close (&writer);
  rtmp_amf0_writer_add_number (&writer, "capsEx", -1);
  rtmp_amf0_writer_close (&writer);
  RtmpCapabilities capabilities = read_back (&writer);
  ck_assert (!rtmp_capabilities_is_enhanced (&capabilities));
}

END_TEST;

START_TEST (test_what_is_said_twice_is_added)
{
  g_auto (RtmpValueBuilder) builder;
  RtmpCapabilities capabilities = {.caps = RTMP_CAPS_MODEX };

  rtmp_value_builder_init (&builder);
  rtmp_value_builder_open_object (&builder, NULL, NULL);
  rtmp_value_builder_add_number (&builder, "capsEx", RTMP_CAPS_RECONNECT);
  rtmp_value_builder_close (&builder);
  g_autoptr (RtmpValues) values = rtmp_value_builder_end (&builder, NULL);
  rtmp_capabilities_read (&capabilities, rtmp_values_get (values, 0));
  rtmp_capabilities_read (&capabilities, NULL);
  ck_assert_uint_eq (capabilities.caps, RTMP_CAPS_MODEX | RTMP_CAPS_RECONNECT);
}

END_TEST;

START_TEST (test_what_is_written_is_read)
{
  RtmpCapabilities capabilities = {.caps = 15 };
  RtmpAmf0Writer writer;

  capabilities.codecs[RTMP_CODEC_H265] = RTMP_CAN_DECODE;
  capabilities.codecs[RTMP_CODEC_AAC] = RTMP_CAN_ENCODE;
  rtmp_amf0_writer_init (&writer);
  rtmp_amf0_writer_open_object (&writer, NULL);
  rtmp_capabilities_write (&capabilities, &writer);
  rtmp_amf0_writer_close (&writer);
  g_autoptr (RtmpValues) values = rtmp_amf0_parse (writer.data,
      rtmp_amf0_writer_get_size (&writer), NULL);
  const RtmpValue *object = rtmp_values_get (values, 0);
  const RtmpValue *list = rtmp_value_lookup (object, "fourCcList");
  ck_assert_uint_eq (rtmp_value_get_count (list), 2);
  ck_assert_str_eq (rtmp_value_get_string (rtmp_value_next (list, NULL)),
      "hvc1");
  ck_assert_double_eq (rtmp_value_get_number (rtmp_value_lookup
          (rtmp_value_lookup (object, "videoFourCcInfoMap"), "hvc1"), 0),
      RTMP_CAN_DECODE);
  ck_assert_double_eq (rtmp_value_get_number (rtmp_value_lookup
          (rtmp_value_lookup (object, "audioFourCcInfoMap"), "mp4a"), 0),
      RTMP_CAN_ENCODE);
  ck_assert_double_eq (rtmp_value_get_number (rtmp_value_lookup (object,
              "capsEx"), 0), 15);
}

END_TEST;

START_TEST (test_everything_is_a_star)
{
  RtmpCapabilities capabilities = {.any_video = RTMP_CAN_FORWARD,
    .any_audio = RTMP_CAN_FORWARD
  };
  RtmpAmf0Writer writer;

  rtmp_amf0_writer_init (&writer);
  rtmp_amf0_writer_open_object (&writer, NULL);
  rtmp_capabilities_write (&capabilities, &writer);
  rtmp_amf0_writer_close (&writer);
  g_autoptr (RtmpValues) values = rtmp_amf0_parse (writer.data,
      rtmp_amf0_writer_get_size (&writer), NULL);
  const RtmpValue *object = rtmp_values_get (values, 0);
  ck_assert_str_eq (rtmp_value_get_string (rtmp_value_next (rtmp_value_lookup
              (object, "fourCcList"), NULL)), "*");
  ck_assert_double_eq (rtmp_value_get_number (rtmp_value_lookup
          (rtmp_value_lookup (object, "videoFourCcInfoMap"), "*"), 0),
      RTMP_CAN_FORWARD);
}

END_TEST;

START_TEST (test_nothing_is_not_written)
{
  RtmpCapabilities capabilities = {.video_function = RTMP_VIDEO_SEEK };
  RtmpAmf0Writer writer;

  rtmp_amf0_writer_init (&writer);
  rtmp_capabilities_write (&capabilities, &writer);
  ck_assert_uint_eq (rtmp_amf0_writer_get_size (&writer), 0);
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("rtmpcapabilities");
  TCase *tcase = tcase_create ("rtmpcapabilities");
  tcase_add_test (tcase, test_a_list_is_read);
  tcase_add_test (tcase, test_a_star_is_every_codec);
  tcase_add_test (tcase, test_maps_say_what_can_be_done);
  tcase_add_test (tcase, test_nonsense_says_nothing);
  tcase_add_test (tcase, test_what_is_said_twice_is_added);
  tcase_add_test (tcase, test_what_is_written_is_read);
  tcase_add_test (tcase, test_everything_is_a_star);
  tcase_add_test (tcase, test_nothing_is_not_written);
  suite_add_tcase (suite, tcase);
  return suite;
}

int
main (void)
{
  SRunner *runner = srunner_create (create_suite ());
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

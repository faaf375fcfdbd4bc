/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Numbers from Adobe FLV 10.1, E.4.2.1 and E.4.3.1, and from Enhanced RTMP v2. */
#include "rtmp/rtmpcodec.h"

#include <check.h>
#include <math.h>

START_TEST (test_each_codec_is_found_by_its_numbers)
{
  for (guint i = 1; i < RTMP_N_CODECS; i++) {
    gboolean video = rtmp_codec_is_video (i);
    guint32 fourcc = rtmp_codec_get_fourcc (i);
    gint classic = rtmp_codec_get_classic (i);
    ck_assert_msg (fourcc != 0 || classic >= 0, "%s", rtmp_codec_get_name (i));
    if (fourcc != 0) {
      ck_assert_uint_eq (rtmp_codec_from_fourcc (fourcc, video), i);
      ck_assert_uint_eq (rtmp_codec_from_fourcc (fourcc, !video), 0);
      ck_assert_uint_eq (rtmp_codec_from_number (fourcc, video), i);
    }
    if (classic >= 0) {
      ck_assert_uint_eq (rtmp_codec_from_classic (classic, video), i);
      ck_assert_uint_eq (rtmp_codec_from_number (classic, video), i);
    }
  }
}

END_TEST;

START_TEST (test_fourccs_are_those_of_the_text)
{
  ck_assert_uint_eq (rtmp_codec_get_fourcc (RTMP_CODEC_H265), 0x68766331);
  ck_assert_uint_eq (rtmp_codec_get_fourcc (RTMP_CODEC_AC3), 0x61632d33);
  /* Its own example: "av01" is 1635135537. */
  ck_assert_uint_eq (rtmp_codec_from_number (1635135537.0, TRUE),
      RTMP_CODEC_AV1);
  ck_assert_uint_eq (rtmp_codec_from_number (1332770163.0, FALSE),
      RTMP_CODEC_OPUS);
}

END_TEST;

START_TEST (test_unofficial_numbers_are_read_only)
{
  ck_assert_uint_eq (rtmp_codec_from_classic (12, TRUE), RTMP_CODEC_H265);
  ck_assert_uint_eq (rtmp_codec_from_classic (13, TRUE), RTMP_CODEC_AV1);
  ck_assert_uint_eq (rtmp_codec_from_classic (13, FALSE), RTMP_CODEC_OPUS);
  ck_assert_int_eq (rtmp_codec_get_classic (RTMP_CODEC_H265), -1);
  ck_assert_int_eq (rtmp_codec_get_classic (RTMP_CODEC_OPUS), -1);
}

END_TEST;

START_TEST (test_the_same_number_means_another_codec_in_audio)
{
  ck_assert_uint_eq (rtmp_codec_from_classic (2, TRUE), RTMP_CODEC_SORENSON);
  ck_assert_uint_eq (rtmp_codec_from_classic (2, FALSE), RTMP_CODEC_MP3);
}

END_TEST;

START_TEST (test_no_other_number_is_a_codec)
{
  const gdouble none[] = { -1, 8, 9, 15.5, 16, 1e9, 5e9, NAN, INFINITY };
  for (guint i = 0; i < G_N_ELEMENTS (none); i++)
    ck_assert_uint_eq (rtmp_codec_from_number (none[i], TRUE), 0);
  ck_assert_uint_eq (rtmp_codec_from_number (9, FALSE), 0);
  ck_assert_uint_eq (rtmp_codec_from_fourcc (0, TRUE), 0);
  ck_assert_uint_eq (rtmp_codec_from_classic (14, TRUE), 0);
  ck_assert_str_eq (rtmp_codec_get_name (RTMP_N_CODECS), "unknown");
}

END_TEST;

START_TEST (test_composition_times_belong_to_three)
{
  for (guint i = 1; i < RTMP_N_CODECS; i++)
    ck_assert_int_eq (rtmp_codec_has_composition_time (i),
        i == RTMP_CODEC_H264 || i == RTMP_CODEC_H265 || i == RTMP_CODEC_H266);
  ck_assert (rtmp_codec_has_config (RTMP_CODEC_OPUS));
  ck_assert (!rtmp_codec_has_config (RTMP_CODEC_MP3));
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("rtmpcodec");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_each_codec_is_found_by_its_numbers);
  tcase_add_test (tcase, test_fourccs_are_those_of_the_text);
  tcase_add_test (tcase, test_unofficial_numbers_are_read_only);
  tcase_add_test (tcase, test_the_same_number_means_another_codec_in_audio);
  tcase_add_test (tcase, test_no_other_number_is_a_codec);
  tcase_add_test (tcase, test_composition_times_belong_to_three);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverformat.h"

#include <check.h>

#define PM1 "packetization-mode=1;profile-level-id="
#define PM0 "packetization-mode=0;profile-level-id="

static guint
rate (const gchar * codec, const gchar * stream, const gchar * receiver)
{
  return server_format_rate (server_codec_find (codec), stream, receiver);
}

START_TEST (test_values_are_found_by_key)
{
  g_autofree gchar *one =
      server_format_dup_value ("minptime=10; useinbandfec=1", "UseInbandFec");
  g_autofree gchar *none = server_format_dup_value ("stereo=1", "ster");
  g_autofree gchar *nothing = server_format_dup_value (NULL, "stereo");

  ck_assert_str_eq (one, "1");
  ck_assert_ptr_null (none);
  ck_assert_ptr_null (nothing);
}

END_TEST;

START_TEST (test_h264_goes_to_the_same_profile_first)
{
  /* Constrained Baseline in its three spellings. */
  ck_assert_uint_eq (rate ("H264", PM1 "42e01f", PM1 "42c028"),
      rate ("H264", PM1 "42e01f", PM1 "4d801f"));
  ck_assert_uint_gt (rate ("H264", PM1 "42e01f", PM1 "42e01f"),
      rate ("H264", PM1 "42e01f", PM1 "64001f"));
  ck_assert_uint_gt (rate ("H264", PM1 "4d001f", PM1 "64001f"),
      rate ("H264", PM1 "4d001f", PM1 "42e01f"));
  ck_assert_uint_gt (rate ("H264", PM1 "640032", PM1 "64001f"),
      rate ("H264", PM1 "640032", PM1 "42001f"));
}

END_TEST;

START_TEST (test_h264_in_fragments_does_not_go_to_who_takes_none)
{
  ck_assert_uint_eq (rate ("H264", PM1 "42e01f", PM0 "42e01f"), 0);
  /* RFC 6184, section 8.1: nothing said is mode 0. */
  ck_assert_uint_eq (rate ("H264", PM1 "42e01f", NULL), 0);
  ck_assert_uint_gt (rate ("H264", PM0 "42e01f", PM1 "42e01f"), 0);
  ck_assert_uint_gt (rate ("H264", PM0 "42e01f", PM0 "42e01f"),
      rate ("H264", PM0 "42e01f", PM1 "42e01f"));
  ck_assert_uint_gt (rate ("H264", NULL, PM0 "42e01f"), 0);
}

END_TEST;

START_TEST (test_other_codecs_need_the_same_profile)
{
  ck_assert_uint_gt (rate ("VP9", "profile-id=2", "profile-id=2"), 0);
  ck_assert_uint_eq (rate ("VP9", "profile-id=2", "profile-id=0"), 0);
  ck_assert_uint_gt (rate ("VP9", NULL, "profile-id=0"), 0);
  ck_assert_uint_gt (rate ("AV1", "level-idx=5;profile=0;tier=0", NULL), 0);
  ck_assert_uint_eq (rate ("AV1", "profile=1", NULL), 0);
  ck_assert_uint_gt (rate ("H265", "level-id=93;profile-id=1;tier-flag=0",
          "level-id=180;profile-id=1;tier-flag=0;tx-mode=SRST"), 0);
  ck_assert_uint_eq (rate ("H265", "profile-id=2", "profile-id=1"), 0);
  ck_assert_uint_gt (rate ("VP8", NULL, "max-fr=30"), 0);
  ck_assert_uint_gt (rate ("opus", "stereo=1", NULL), 0);
}

END_TEST;

/* libwebrtc refuses a bundle in which one number means two things. */
START_TEST (test_offers_of_ours_have_one_number_for_each_profile)
{
  static const gchar *const said[][2] = {
    {"H264", PM1 "42c016"}, {"H264", PM0 "42e01f"}, {"H264", NULL},
    {"H264", PM1 "4d4028"}, {"H264", PM1 "640028"}, {"VP8", NULL},
    {"VP9", NULL}, {"VP9", "profile-id=1"}, {"VP9", "profile-id=2"},
    {"VP9", "profile-id=3"}, {"AV1", NULL}, {"AV1", "profile=1"},
    {"AV1", "profile=2"}, {"H265", NULL}, {"H265", "profile-id=1"},
    {"H265", "profile-id=2"}, {"opus", NULL}, {"PCMU", NULL}, {"PCMA", NULL},
  };
  ServerFormat taken[128] = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (said); i++) {
    ServerFormat format;
    server_format_init_own (&format, server_codec_find (said[i][0]),
        said[i][1]);
    ServerFormat *before = &taken[format.pt];
    if (before->codec != NULL) {
      ck_assert_ptr_eq (before->codec, format.codec);
      ck_assert_int_eq (g_strcmp0 (before->fmtp, format.fmtp), 0);
    }
    /* Its neighbour is for retransmission. */
    if (format.codec->video)
      ck_assert_ptr_null (taken[format.pt + 1].codec);
    server_format_clear (before);
    *before = format;
    /* And it suits the stream. */
    ck_assert_uint_gt (server_format_rate (format.codec, said[i][1],
            format.fmtp), 0);
  }
  for (guint i = 0; i < G_N_ELEMENTS (taken); i++)
    server_format_clear (&taken[i]);
}

END_TEST;

START_TEST (test_parameters_become_fields)
{
  gchar fmtp[] = "Profile-Level-Id=42e01f; packetization-mode=1;111/111;=2";
  ServerFormat format = { 96, server_codec_find ("H264"), fmtp };
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple ("application/x-rtp");
  g_autoptr (GstCaps) expected = gst_caps_from_string ("application/x-rtp, "
      "profile-level-id=(string)42e01f, packetization-mode=(string)1");

  server_format_write (&format, caps);
  ck_assert (gst_caps_is_equal (caps, expected));
}

END_TEST;

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  Suite *suite = suite_create ("serverformat");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_values_are_found_by_key);
  tcase_add_test (tcase, test_h264_goes_to_the_same_profile_first);
  tcase_add_test (tcase, test_h264_in_fragments_does_not_go_to_who_takes_none);
  tcase_add_test (tcase, test_other_codecs_need_the_same_profile);
  tcase_add_test (tcase, test_offers_of_ours_have_one_number_for_each_profile);
  tcase_add_test (tcase, test_parameters_become_fields);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

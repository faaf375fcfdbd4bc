/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The golden record and the frame are what libvpx and FFmpeg 8.1 write of a
 * test picture of 320x240; the rest is laid together from the VP9 text, 6.2. */
#include "rtmp/rtmpvpconfig.h"

#include "hexbytes.h"
#include "rtmp/rtmperror.h"

#include <check.h>

#define GOLDEN "01000000 00 14 82 02 02 02 0000"
#define FRAME "82 498342 0013f00ef6063824"

static gboolean
parse (RtmpVpConfig * self, const gchar * hex, GError ** error)
{
  g_autoptr (GBytes) bytes = hex_bytes_new (hex);

  return rtmp_vp_config_parse (self, g_bytes_get_data (bytes, NULL),
      g_bytes_get_size (bytes), error);
}

static gboolean
find (RtmpVpConfig * self, const gchar * hex, guint * width, guint * height)
{
  g_autoptr (GBytes) bytes = hex_bytes_new (hex);

  return rtmp_vp_config_find (self, g_bytes_get_data (bytes, NULL),
      g_bytes_get_size (bytes), width, height);
}

static void
assert_written (const RtmpVpConfig * self, const gchar * hex)
{
  g_autoptr (GBytes) bytes = rtmp_vp_config_write (self);

  hex_bytes_assert (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
      hex);
}

START_TEST (test_a_record_is_read_with_and_without_version)
{
  const gchar *records[] = { GOLDEN, "00 14 82 02 02 02 0000" };

  for (guint i = 0; i < G_N_ELEMENTS (records); i++) {
    RtmpVpConfig self;
    ck_assert (parse (&self, records[i], NULL));
    ck_assert_uint_eq (self.profile, 0);
    ck_assert_uint_eq (self.level, 20);
    ck_assert_uint_eq (self.depth, 8);
    ck_assert_uint_eq (self.chroma, RTMP_VP_CHROMA_420_COLOCATED);
    ck_assert (!self.full_range);
    ck_assert_uint_eq (self.matrix, 2);
    assert_written (&self, GOLDEN);
  }
}

END_TEST;

START_TEST (test_all_fields_are_kept)
{
  RtmpVpConfig self;

  ck_assert (parse (&self, "01000000 03 3e c7 09 10 09 0000", NULL));
  ck_assert_uint_eq (self.profile, 3);
  ck_assert_uint_eq (self.level, 62);
  ck_assert_uint_eq (self.depth, 12);
  ck_assert_uint_eq (self.chroma, RTMP_VP_CHROMA_444);
  ck_assert (self.full_range);
  ck_assert_uint_eq (self.primaries, 9);
  ck_assert_uint_eq (self.transfer, 16);
  assert_written (&self, "01000000 03 3e c7 09 10 09 0000");
}

END_TEST;

START_TEST (test_what_is_no_record_is_refused)
{
  const gchar *bad[] = { "", "00 14 82 02 02 02 00", "04 14 82 02 02 02 0000",
    "01000000 04 14 82 02 02 02 0000"
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;
    RtmpVpConfig self;
    ck_assert_msg (!parse (&self, bad[i], &error), "%s", bad[i]);
    ck_assert (g_error_matches (error, RTMP_ERROR, RTMP_ERROR_FORMAT));
  }
}

END_TEST;

START_TEST (test_a_record_is_made_from_a_key_frame)
{
  RtmpVpConfig self;
  guint width, height;

  ck_assert (find (&self, FRAME, &width, &height));
  ck_assert_uint_eq (width, 320);
  ck_assert_uint_eq (height, 240);
  self.level = rtmp_vp_config_get_level (width, height, 25);
  assert_written (&self, GOLDEN);
}

END_TEST;

START_TEST (test_profiles_with_more_bits_and_colours_are_read)
{
  RtmpVpConfig self;
  guint width, height;

  /* Profile 2: "10" frame marker, low 0, high 1; then 12 bits, BT.2020. */
  ck_assert (find (&self, "92 498342 d009f80778", &width, &height));
  ck_assert_uint_eq (self.profile, 2);
  ck_assert_uint_eq (self.depth, 12);
  ck_assert_uint_eq (self.primaries, 9);
  ck_assert (!self.full_range);
  ck_assert_uint_eq (width, 320);
  ck_assert_uint_eq (height, 240);
  /* Profile 1: low 1, high 0; RGB. */
  ck_assert (find (&self, "a2 498342 e013f00ef0", &width, &height));
  ck_assert_uint_eq (self.profile, 1);
  ck_assert_uint_eq (self.chroma, RTMP_VP_CHROMA_444);
  ck_assert (self.full_range);
  ck_assert_uint_eq (width, 320);
}

END_TEST;

START_TEST (test_only_key_frames_say_it)
{
  const gchar *others[] = { "", "86 004092f1", "88", "42 498342 0013f00ef606",
    "82 498343 0013f00ef606", "82 498342 0013f0"
  };

  for (guint i = 0; i < G_N_ELEMENTS (others); i++) {
    RtmpVpConfig self;
    guint width, height;
    ck_assert_msg (!find (&self, others[i], &width, &height), "%s", others[i]);
  }
}

END_TEST;

START_TEST (test_the_level_allows_the_pictures)
{
  ck_assert_uint_eq (rtmp_vp_config_get_level (256, 144, 15), 10);
  ck_assert_uint_eq (rtmp_vp_config_get_level (256, 144, 30), 11);
  ck_assert_uint_eq (rtmp_vp_config_get_level (1920, 1080, 30), 40);
  ck_assert_uint_eq (rtmp_vp_config_get_level (1920, 1080, 60), 41);
  ck_assert_uint_eq (rtmp_vp_config_get_level (3840, 2160, 60), 51);
  ck_assert_uint_eq (rtmp_vp_config_get_level (65535, 65535, 1000), 62);
  ck_assert_uint_eq (rtmp_vp_config_get_level (0, 0, 0), 10);
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("rtmpvpconfig");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_a_record_is_read_with_and_without_version);
  tcase_add_test (tcase, test_all_fields_are_kept);
  tcase_add_test (tcase, test_what_is_no_record_is_refused);
  tcase_add_test (tcase, test_a_record_is_made_from_a_key_frame);
  tcase_add_test (tcase, test_profiles_with_more_bits_and_colours_are_read);
  tcase_add_test (tcase, test_only_key_frames_say_it);
  tcase_add_test (tcase, test_the_level_allows_the_pictures);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

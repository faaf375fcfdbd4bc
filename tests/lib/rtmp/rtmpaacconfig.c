/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* "1208 56e500" is what FFmpeg writes; the others are laid together from
 * ISO/IEC 14496-3, 1.6.2.1. */
#include "rtmp/rtmpaacconfig.h"

#include "hexbytes.h"
#include "rtmp/rtmperror.h"

#include <check.h>

static gboolean
parse (RtmpAacConfig * self, const gchar * hex, GError ** error)
{
  g_autoptr (GBytes) bytes = hex_bytes_new (hex);

  return rtmp_aac_config_parse (self, g_bytes_get_data (bytes, NULL),
      g_bytes_get_size (bytes), error);
}

static void
assert_config (const gchar * hex, guint type, guint rate, guint channels,
    guint extension_rate)
{
  RtmpAacConfig self;

  ck_assert_msg (parse (&self, hex, NULL), "%s", hex);
  ck_assert_uint_eq (self.object_type, type);
  ck_assert_uint_eq (self.rate, rate);
  ck_assert_uint_eq (self.channels, channels);
  ck_assert_uint_eq (self.extension_rate, extension_rate);
}

START_TEST (test_configs_are_read)
{
  assert_config ("1210", 2, 44100, 2, 0);
  assert_config ("1208 56e500", 2, 44100, 1, 0);
  /* Eight channels. */
  assert_config ("11b8", 2, 48000, 8, 0);
  /* A rate that is in no table. */
  assert_config ("17805dc090", 2, 48001, 2, 0);
}

END_TEST;

START_TEST (test_extensions_are_read)
{
  RtmpAacConfig self;

  /* Told of first: 22.05 kHz, extended to 44.1. */
  assert_config ("2b920800", 2, 22050, 2, 44100);
  /* Told of last, and with parametric stereo. */
  assert_config ("130856e59d4880", 2, 24000, 1, 48000);
  ck_assert (parse (&self, "130856e59d4880", NULL));
  ck_assert (self.parametric_stereo);
}

END_TEST;

START_TEST (test_a_list_of_channels_is_not_counted)
{
  assert_config ("1200 04c5", 2, 44100, 0, 0);
}

END_TEST;

START_TEST (test_high_object_types_are_read)
{
  /* 32 + 10: USAC. */
  assert_config ("f94840", 42, 44100, 2, 0);
}

END_TEST;

START_TEST (test_what_is_no_config_is_refused)
{
  /* The last is an extension of an extension. */
  const gchar *bad[] = { "", "12", "1690", "1780", "f9", "2b", "1780000010",
    "2b161616"
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;
    RtmpAacConfig self;
    ck_assert_msg (!parse (&self, bad[i], &error), "%s", bad[i]);
    ck_assert (g_error_matches (error, RTMP_ERROR, RTMP_ERROR_FORMAT));
  }
}

END_TEST;

static void
assert_written (guint type, guint rate, guint config, const gchar * hex)
{
  RtmpAacConfig self = {.object_type = type,.rate = rate,
    .channel_config = config
  };
  g_autoptr (GBytes) bytes = rtmp_aac_config_write (&self);

  hex_bytes_assert (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
      hex);
}

START_TEST (test_configs_are_written)
{
  assert_written (2, 44100, 2, "1210");
  assert_written (2, 48000, 7, "11b8");
  assert_written (2, 48001, 2, "17805dc090");
}

END_TEST;

START_TEST (test_what_cannot_be_said_is_not_written)
{
  RtmpAacConfig self = {.object_type = 42,.rate = 44100,.channel_config = 2 };

  ck_assert (rtmp_aac_config_write (&self) == NULL);
  self.object_type = 5;
  ck_assert (rtmp_aac_config_write (&self) == NULL);
  self.object_type = 2;
  self.rate = 1 << 24;
  ck_assert (rtmp_aac_config_write (&self) == NULL);
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("rtmpaacconfig");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_configs_are_read);
  tcase_add_test (tcase, test_extensions_are_read);
  tcase_add_test (tcase, test_a_list_of_channels_is_not_counted);
  tcase_add_test (tcase, test_high_object_types_are_read);
  tcase_add_test (tcase, test_what_is_no_config_is_refused);
  tcase_add_test (tcase, test_configs_are_written);
  tcase_add_test (tcase, test_what_cannot_be_said_is_not_written);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The golden records are what FFmpeg 8.1 writes. */
#include "rtmp/rtmpav1config.h"

#include "hexbytes.h"
#include "rtmp/rtmperror.h"
#include "rtmp/rtmplimits.h"

#include <check.h>

/* libaom, 320x240. */
#define GOLDEN "81 00 0c 00 0a0b000000043cffbcdaf90040"

static gboolean
parse (RtmpAv1Config * self, const gchar * hex, GError ** error)
{
  g_autoptr (GBytes) bytes = hex_bytes_new (hex);

  return rtmp_av1_config_parse (self, g_bytes_get_data (bytes, NULL),
      g_bytes_get_size (bytes), error);
}

static void
assert_written (const RtmpAv1Config * self, const gchar * hex)
{
  g_autoptr (GBytes) bytes = rtmp_av1_config_write (self);

  hex_bytes_assert (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
      hex);
}

START_TEST (test_what_is_read_is_written)
{
  const gchar *records[] =
      { GOLDEN, "81 00 0c 00", "81 48 78 1f", "81 2d e2 00",
    "81 00 dc 10"
  };

  for (guint i = 0; i < G_N_ELEMENTS (records); i++) {
    g_auto (RtmpAv1Config) self = { 0 };
    ck_assert (parse (&self, records[i], NULL));
    assert_written (&self, records[i]);
  }
}

END_TEST;

START_TEST (test_a_record_is_read)
{
  g_auto (RtmpAv1Config) self = { 0 };

  ck_assert (parse (&self, "81 48 78 1f 0a00", NULL));
  ck_assert_uint_eq (self.profile, 2);
  ck_assert_uint_eq (self.level, 8);
  ck_assert_uint_eq (self.tier, 0);
  ck_assert_uint_eq (self.depth, 12);
  ck_assert (self.monochrome);
  ck_assert_uint_eq (self.subsampling_x, 1);
  ck_assert_uint_eq (self.subsampling_y, 0);
  ck_assert_uint_eq (self.presentation_delay, 16);
  ck_assert_uint_eq (g_bytes_get_size (self.units), 2);
}

END_TEST;

START_TEST (test_a_record_is_made_from_a_temporal_unit)
{
  g_autoptr (GBytes) unit = hex_bytes_new ("1200"
      "0a0b000000043cffbcdaf90040" "3203aabbcc");
  g_auto (RtmpAv1Config) self = { 0 };
  RtmpAv1Sequence sequence;

  ck_assert (rtmp_av1_config_find (&self, g_bytes_get_data (unit, NULL),
          g_bytes_get_size (unit), &sequence));
  ck_assert_uint_eq (sequence.width, 320);
  assert_written (&self, GOLDEN);
}

END_TEST;

START_TEST (test_no_record_is_made_from_what_has_no_sequence_header)
{
  const gchar *units[] = { "", "1200", "1200 3203aabbcc", "0a02 aabb", "8a00" };

  for (guint i = 0; i < G_N_ELEMENTS (units); i++) {
    g_autoptr (GBytes) unit = hex_bytes_new (units[i]);
    RtmpAv1Config self;
    ck_assert (!rtmp_av1_config_find (&self, g_bytes_get_data (unit, NULL),
            g_bytes_get_size (unit), NULL));
  }
}

END_TEST;

START_TEST (test_what_is_no_record_is_refused)
{
  const gchar *bad[] = { "", "81 00 0c", "80 00 0c 00", "0b 00 00 00 04" };
  g_autofree guint8 *endless = g_malloc0 (RTMP_MAX_CONFIG + 1);
  RtmpAv1Config self;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;
    ck_assert (!parse (&self, bad[i], &error));
    ck_assert (g_error_matches (error, RTMP_ERROR, RTMP_ERROR_FORMAT));
  }
  endless[0] = 0x81;
  ck_assert (!rtmp_av1_config_parse (&self, endless, RTMP_MAX_CONFIG + 1,
          NULL));
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("rtmpav1config");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_what_is_read_is_written);
  tcase_add_test (tcase, test_a_record_is_read);
  tcase_add_test (tcase, test_a_record_is_made_from_a_temporal_unit);
  tcase_add_test (tcase,
      test_no_record_is_made_from_what_has_no_sequence_header);
  tcase_add_test (tcase, test_what_is_no_record_is_refused);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bytes laid together by hand from the AV1 text, 5.3. */
#include "rtmp/rtmpav1obu.h"

#include "hexbytes.h"

#include <check.h>

typedef struct
{
  GBytes *bytes;
  RtmpCursor reader;
} Unit;

static void
clear (Unit * self)
{
  g_bytes_unref (self->bytes);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Unit, clear);

static void
start (Unit * self, const gchar * hex)
{
  self->bytes = hex_bytes_new (hex);
  rtmp_cursor_init (&self->reader, g_bytes_get_data (self->bytes, NULL),
      g_bytes_get_size (self->bytes));
}

START_TEST (test_units_come_one_after_the_other)
{
  g_auto (Unit) unit = { 0 };
  RtmpAv1Obu obu;

  /* A delimiter, a sequence header of two bytes, and a frame with extension
   * whose size of 128 is said in two bytes. */
  start (&unit, "1200 0a02aabb");
  ck_assert (rtmp_av1_obu_read (&obu, &unit.reader));
  ck_assert_uint_eq (obu.type, RTMP_AV1_OBU_TEMPORAL_DELIMITER);
  ck_assert_uint_eq (obu.size, 2);
  ck_assert_uint_eq (obu.payload_size, 0);
  ck_assert (rtmp_av1_obu_read (&obu, &unit.reader));
  ck_assert_uint_eq (obu.type, RTMP_AV1_OBU_SEQUENCE_HEADER);
  hex_bytes_assert (obu.data, obu.size, "0a02aabb");
  hex_bytes_assert (obu.payload, obu.payload_size, "aabb");
  ck_assert (!rtmp_av1_obu_read (&obu, &unit.reader));
  ck_assert_uint_eq (rtmp_cursor_get_left (&unit.reader), 0);
}

END_TEST;

START_TEST (test_extension_and_long_size_are_read)
{
  g_autofree gchar *zeros = g_strnfill (2 * 128, '0');
  g_autofree gchar *hex = g_strconcat ("36 08 8001", zeros, NULL);
  g_auto (Unit) unit = { 0 };
  RtmpAv1Obu obu;

  start (&unit, hex);
  ck_assert (rtmp_av1_obu_read (&obu, &unit.reader));
  ck_assert_uint_eq (obu.type, 6);
  ck_assert_uint_eq (obu.payload_size, 128);
  ck_assert_uint_eq (obu.size, 132);
}

END_TEST;

START_TEST (test_a_last_unit_may_leave_out_its_size)
{
  g_auto (Unit) unit = { 0 };
  RtmpAv1Obu obu;

  start (&unit, "30 aabbcc");
  ck_assert (rtmp_av1_obu_read (&obu, &unit.reader));
  hex_bytes_assert (obu.payload, obu.payload_size, "aabbcc");
}

END_TEST;

START_TEST (test_what_is_no_unit_is_not_read)
{
  const gchar *bad[] = { "8a00", "0a", "0a02aa", "0e", "0a8080",
    "0a808080808080808000"
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_auto (Unit) unit = { 0 };
    RtmpAv1Obu obu;
    start (&unit, bad[i]);
    ck_assert_msg (!rtmp_av1_obu_read (&obu, &unit.reader), "%s", bad[i]);
    ck_assert_uint_gt (rtmp_cursor_get_left (&unit.reader), 0);
  }
}

END_TEST;

START_TEST (test_delimiters_in_front_are_counted)
{
  const guint8 two[] = { 0x12, 0, 0x12, 0, 0x32, 1, 0 };

  ck_assert_uint_eq (rtmp_av1_obu_count_delimiters (two, sizeof two), 4);
  ck_assert_uint_eq (rtmp_av1_obu_count_delimiters (two + 4, 3), 0);
  ck_assert_uint_eq (rtmp_av1_obu_count_delimiters (two, 0), 0);
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("rtmpav1obu");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_units_come_one_after_the_other);
  tcase_add_test (tcase, test_extension_and_long_size_are_read);
  tcase_add_test (tcase, test_a_last_unit_may_leave_out_its_size);
  tcase_add_test (tcase, test_what_is_no_unit_is_not_read);
  tcase_add_test (tcase, test_delimiters_in_front_are_counted);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

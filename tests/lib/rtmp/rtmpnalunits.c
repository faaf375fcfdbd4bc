/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpnalunits.h"

#include "hexbytes.h"

#include <check.h>

static gboolean
read_units (GPtrArray * units, guint count, const gchar * hex)
{
  g_autoptr (GBytes) bytes = hex_bytes_new (hex);
  RtmpCursor reader;

  rtmp_cursor_init (&reader, g_bytes_get_data (bytes, NULL),
      g_bytes_get_size (bytes));
  return rtmp_nal_units_read (units, count, &reader);
}

START_TEST (test_units_are_read_and_written)
{
  g_autoptr (GPtrArray) units = rtmp_nal_units_new ();
  g_autoptr (GByteArray) out = g_byte_array_new ();

  ck_assert (read_units (units, 3, "0002 6764 0000 0001 68"));
  ck_assert_uint_eq (units->len, 3);
  hex_bytes_assert (g_bytes_get_data (units->pdata[0], NULL), 2, "6764");
  ck_assert (rtmp_nal_units_write (units, out));
  hex_bytes_assert (out->data, out->len, "0002 6764 0000 0001 68");
}

END_TEST;

START_TEST (test_units_that_are_cut_off_are_none)
{
  const gchar *bad[] = { "", "00", "0002 67", "0001 67 00" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GPtrArray) units = rtmp_nal_units_new ();
    ck_assert_msg (!read_units (units, 2, bad[i]), "%s", bad[i]);
  }
}

END_TEST;

START_TEST (test_a_unit_that_is_too_long_is_not_written)
{
  g_autoptr (GPtrArray) units = rtmp_nal_units_new ();
  g_autoptr (GByteArray) out = g_byte_array_new ();

  g_ptr_array_add (units, g_bytes_new_take (g_malloc0 (65536), 65536));
  ck_assert (!rtmp_nal_units_write (units, out));
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("rtmpnalunits");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_units_are_read_and_written);
  tcase_add_test (tcase, test_units_that_are_cut_off_are_none);
  tcase_add_test (tcase, test_a_unit_that_is_too_long_is_not_written);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

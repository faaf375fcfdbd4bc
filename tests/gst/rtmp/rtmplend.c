/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmplend.h"

#include <gst/check/gstcheck.h>

START_TEST (test_the_bytes_are_those_of_the_buffer)
{
  guint8 *data = g_malloc0 (100);
  GstBuffer *buffer = gst_buffer_new_wrapped (data, 100);
  g_autoptr (GBytes) bytes = rtmp_lend_bytes (buffer);

  ck_assert (g_bytes_get_data (bytes, NULL) == data);
  ck_assert_uint_eq (g_bytes_get_size (bytes), 100);
  /* Who has a part of them has the buffer. */
  g_autoptr (GBytes) part = g_bytes_new_from_bytes (bytes, 50, 50);
  g_clear_pointer (&bytes, g_bytes_unref);
  ck_assert (g_bytes_get_data (part, NULL) == data + 50);
}

END_TEST;

START_TEST (test_an_empty_buffer_has_no_bytes)
{
  g_autoptr (GBytes) bytes = rtmp_lend_bytes (gst_buffer_new ());

  ck_assert_uint_eq (g_bytes_get_size (bytes), 0);
}

END_TEST;

int
main (int argc, char **argv)
{
  gst_check_init (&argc, &argv);
  Suite *suite = suite_create ("rtmplend");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_the_bytes_are_those_of_the_buffer);
  tcase_add_test (tcase, test_an_empty_buffer_has_no_bytes);
  suite_add_tcase (suite, tcase);
  return gst_check_run_suite (suite, "rtmplend", __FILE__);
}

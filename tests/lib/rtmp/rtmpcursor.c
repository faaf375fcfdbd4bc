/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpcursor.h"

#include <check.h>

START_TEST (test_numbers_are_in_network_order)
{
  const guint8 data[] = { 0x3f, 0xf0, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06 };
  guint8 copy[8];

  ck_assert_uint_eq (rtmp_get_u16 (data + 1), 0xf001);
  ck_assert_uint_eq (rtmp_get_u24 (data + 1), 0xf00102);
  ck_assert_uint_eq (rtmp_get_u32 (data + 1), 0xf0010203);
  ck_assert_ptr_eq (rtmp_put_u16 (copy, 0x3ff0), copy + 2);
  ck_assert_ptr_eq (rtmp_put_u24 (copy + 2, 0x010203), copy + 5);
  ck_assert_mem_eq (copy, data, 5);
  ck_assert_ptr_eq (rtmp_put_u32 (copy, 0x3ff00102), copy + 4);
  ck_assert_ptr_eq (rtmp_put_data (copy + 4, data + 4, 4), copy + 8);
  ck_assert_mem_eq (copy, data, 8);
  ck_assert_ptr_eq (rtmp_put_double (copy, rtmp_get_double (data)), copy + 8);
  ck_assert_mem_eq (copy, data, 8);
}

END_TEST;

START_TEST (test_it_gives_what_is_there)
{
  const guint8 data[19] = { 1, 0, 2, 0, 0, 3, 0, 0, 0, 4, 0x3f, 0xf0 };
  RtmpCursor cursor;
  guint8 byte;
  guint32 number;
  gdouble real;
  const guint8 *rest;

  rtmp_cursor_init (&cursor, data, sizeof data);
  ck_assert (rtmp_cursor_get_u8 (&cursor, &byte));
  ck_assert_uint_eq (byte, 1);
  ck_assert (rtmp_cursor_get_u16 (&cursor, &number));
  ck_assert_uint_eq (number, 2);
  ck_assert (rtmp_cursor_get_u24 (&cursor, &number));
  ck_assert_uint_eq (number, 3);
  ck_assert (rtmp_cursor_get_u32 (&cursor, &number));
  ck_assert_uint_eq (number, 4);
  ck_assert (rtmp_cursor_get_double (&cursor, &real));
  ck_assert_double_eq (real, 1);
  ck_assert (rtmp_cursor_get_data (&cursor, 1, &rest));
  ck_assert_ptr_eq (rest, data + 18);
  ck_assert_uint_eq (rtmp_cursor_get_left (&cursor), 0);
}

END_TEST;

START_TEST (test_it_gives_nothing_beyond_the_end)
{
  const guint8 data[7] = { 0 };
  RtmpCursor cursor;
  guint8 byte;
  guint32 number;
  gdouble real;
  const guint8 *rest;

  rtmp_cursor_init (&cursor, data, sizeof data);
  ck_assert (!rtmp_cursor_get_double (&cursor, &real));
  ck_assert (!rtmp_cursor_get_data (&cursor, 8, &rest));
  ck_assert (!rtmp_cursor_skip (&cursor, G_MAXSIZE));
  ck_assert_uint_eq (rtmp_cursor_get_left (&cursor), 7);
  ck_assert (rtmp_cursor_skip (&cursor, 4));
  ck_assert (!rtmp_cursor_get_u32 (&cursor, &number));
  ck_assert (rtmp_cursor_skip (&cursor, 1));
  ck_assert (!rtmp_cursor_get_u24 (&cursor, &number));
  ck_assert (rtmp_cursor_skip (&cursor, 1));
  ck_assert (!rtmp_cursor_get_u16 (&cursor, &number));
  ck_assert (rtmp_cursor_skip (&cursor, 1));
  ck_assert (!rtmp_cursor_get_u8 (&cursor, &byte));
  ck_assert (rtmp_cursor_skip (&cursor, 0));
}

END_TEST;

START_TEST (test_nothing_at_nowhere_is_nothing)
{
  RtmpCursor cursor;

  rtmp_cursor_init (&cursor, NULL, 0);
  ck_assert_uint_eq (rtmp_cursor_get_left (&cursor), 0);
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("rtmpcursor");
  TCase *tcase = tcase_create ("rtmpcursor");
  tcase_add_test (tcase, test_numbers_are_in_network_order);
  tcase_add_test (tcase, test_it_gives_what_is_there);
  tcase_add_test (tcase, test_it_gives_nothing_beyond_the_end);
  tcase_add_test (tcase, test_nothing_at_nowhere_is_nothing);
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

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Golden bytes are laid together by hand from "Action Message Format -- AMF 3"
 * (Adobe, 2013); the section is named beside each. */
#include "rtmp/rtmpamf3writer.h"

#include "hexbytes.h"
#include "rtmp/rtmpamf3.h"

#include <check.h>

static RtmpValueBuilder builder;

static void
setup (void)
{
  rtmp_value_builder_init (&builder);
}

static void
teardown (void)
{
  rtmp_value_builder_clear (&builder);
}

/* What was added is written so, and is equal when read. */
static void
assert_written (const gchar * hex)
{
  g_autoptr (RtmpValues) values = rtmp_value_builder_end (&builder, NULL);
  const RtmpValue *value = rtmp_values_get (values, 0);
  gsize size = rtmp_amf3_measure (value);
  g_autofree guint8 *data = g_malloc (size);
  RtmpCursor cursor;

  ck_assert_ptr_eq (rtmp_amf3_write (value, data), data + size);
  hex_bytes_assert (data, size, hex);
  rtmp_cursor_init (&cursor, data, size);
  ck_assert (rtmp_amf3_parse (&cursor, &builder, RTMP_VALUE_NO_NAME, NULL));
  g_autoptr (RtmpValues) again = rtmp_value_builder_end (&builder, NULL);
  ck_assert (rtmp_values_equal (values, again));
}

static void
assert_number (gdouble number, const gchar * hex)
{
  rtmp_value_builder_add_number (&builder, NULL, number);
  assert_written (hex);
}

START_TEST (test_whole_numbers_of_29_bits_are_integers)
{
  /* 1.3.1, 3.6 */
  assert_number (0, "04 00");
  assert_number (0x7f, "04 7f");
  assert_number (0x80, "04 8100");
  assert_number (0x3fff, "04 ff7f");
  assert_number (0x4000, "04 818000");
  assert_number (0x1fffff, "04 ffff7f");
  assert_number (0x200000, "04 80c08000");
  assert_number (0x0fffffff, "04 bfffffff");
  assert_number (-0x10000000, "04 c0808000");
  assert_number (-1, "04 ffffffff");
}

END_TEST;

START_TEST (test_other_numbers_are_doubles)
{
  /* 3.7 */
  assert_number (0x10000000, "05 41b0000000000000");
  assert_number (0.5, "05 3fe0000000000000");
  assert_number (-0.0, "05 8000000000000000");
}

END_TEST;

START_TEST (test_simple_values_are_written)
{
  /* 3.2 to 3.5, 3.8, 3.10 */
  rtmp_value_builder_add_undefined (&builder, NULL);
  assert_written ("00");
  rtmp_value_builder_add_null (&builder, NULL);
  assert_written ("01");
  rtmp_value_builder_add_boolean (&builder, NULL, FALSE);
  assert_written ("02");
  rtmp_value_builder_add_boolean (&builder, NULL, TRUE);
  assert_written ("03");
  rtmp_value_builder_add_string (&builder, NULL, "ok");
  assert_written ("06 05 6f6b");
  rtmp_value_builder_add_string (&builder, NULL, "");
  assert_written ("06 01");
  rtmp_value_builder_add_date (&builder, NULL, 1);
  assert_written ("08 01 3ff0000000000000");
}

END_TEST;

START_TEST (test_texts_of_other_kinds_are_written)
{
  /* 3.13, 3.14 */
  rtmp_value_builder_put_text (&builder, RTMP_VALUE_XML, RTMP_VALUE_NO_NAME,
      "<a/>", 4);
  assert_written ("0b 09 3c612f3e");
  rtmp_value_builder_put_text (&builder, RTMP_VALUE_BYTES, RTMP_VALUE_NO_NAME,
      "\0\1", 2);
  assert_written ("0c 05 0001");
}

END_TEST;

START_TEST (test_values_with_others_in_them_are_written)
{
  /* 3.11, 3.12 */
  rtmp_value_builder_open_array (&builder, NULL);
  rtmp_value_builder_open_object (&builder, NULL, "C");
  rtmp_value_builder_add_number (&builder, "a", 1);
  rtmp_value_builder_close (&builder);
  rtmp_value_builder_open_map (&builder, NULL);
  rtmp_value_builder_add_null (&builder, "b");
  rtmp_value_builder_close (&builder);
  rtmp_value_builder_close (&builder);
  assert_written ("09 05 01" "0a 0b 0343 0361 0401 01" "09 01 0362 01 01");
}

END_TEST;

START_TEST (test_a_member_without_a_name_is_left_out)
{
  rtmp_value_builder_open_object (&builder, NULL, NULL);
  rtmp_value_builder_open_array (&builder, "");
  rtmp_value_builder_add_null (&builder, NULL);
  rtmp_value_builder_close (&builder);
  rtmp_value_builder_add_null (&builder, "a");
  rtmp_value_builder_close (&builder);
  g_autoptr (RtmpValues) values = rtmp_value_builder_end (&builder, NULL);
  guint8 data[16];
  gsize size = rtmp_amf3_measure (rtmp_values_get (values, 0));
  ck_assert_uint_le (size, sizeof data);
  rtmp_amf3_write (rtmp_values_get (values, 0), data);
  hex_bytes_assert (data, size, "0a 0b 01 0361 01 01");
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("rtmpamf3writer");
  TCase *tcase = tcase_create ("rtmpamf3writer");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_whole_numbers_of_29_bits_are_integers);
  tcase_add_test (tcase, test_other_numbers_are_doubles);
  tcase_add_test (tcase, test_simple_values_are_written);
  tcase_add_test (tcase, test_texts_of_other_kinds_are_written);
  tcase_add_test (tcase, test_values_with_others_in_them_are_written);
  tcase_add_test (tcase, test_a_member_without_a_name_is_left_out);
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

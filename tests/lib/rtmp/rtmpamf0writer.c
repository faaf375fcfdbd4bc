/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Golden bytes are laid together by hand from "Action Message Format -- AMF 0"
 * (Adobe, 2007); the section is named beside each. */
#include "rtmp/rtmpamf0writer.h"

#include "hexbytes.h"
#include "rtmp/rtmpamf0.h"
#include "rtmp/rtmpvaluebuilder.h"

#include <check.h>

static RtmpAmf0Writer writer;

static void
setup (void)
{
  rtmp_amf0_writer_init (&writer);
}

static void
teardown (void)
{
  rtmp_amf0_writer_clear (&writer);
}

static void
assert_written (const gchar * hex)
{
  hex_bytes_assert (writer.data, rtmp_amf0_writer_get_size (&writer), hex);
  rtmp_amf0_writer_clear (&writer);
}

START_TEST (test_simple_values_are_written)
{
  /* 2.2, 2.3, 2.7, 2.4 */
  rtmp_amf0_writer_add_number (&writer, NULL, 1);
  rtmp_amf0_writer_add_boolean (&writer, NULL, 7);
  rtmp_amf0_writer_add_boolean (&writer, NULL, FALSE);
  rtmp_amf0_writer_add_null (&writer, NULL);
  rtmp_amf0_writer_add_string (&writer, NULL, "live");
  rtmp_amf0_writer_add_string (&writer, NULL, NULL);
  rtmp_amf0_writer_add_string (&writer, NULL, "");
  assert_written ("00 3ff0000000000000 01 01 01 00 05 02 0004 6c697665 05"
      "02 0000");
}

END_TEST;

START_TEST (test_values_with_others_in_them_are_written)
{
  /* 2.5, 2.10, 2.12 */
  rtmp_amf0_writer_open_object (&writer, NULL);
  rtmp_amf0_writer_add_boolean (&writer, "a", TRUE);
  rtmp_amf0_writer_open_map (&writer, "b", 1);
  rtmp_amf0_writer_add_null (&writer, "c");
  rtmp_amf0_writer_close (&writer);
  rtmp_amf0_writer_add_array (&writer, "d", 2);
  rtmp_amf0_writer_add_null (&writer, NULL);
  rtmp_amf0_writer_add_null (&writer, NULL);
  rtmp_amf0_writer_close (&writer);
  assert_written ("03 0001 61 01 01 0001 62 08 00000001 0001 63 05 000009"
      "0001 64 0a 00000002 05 05 000009");
}

END_TEST;

START_TEST (test_a_long_string_is_written_as_one)
{
  g_autofree gchar *text = g_strnfill (0x10000, 'x');

  rtmp_amf0_writer_add_string (&writer, NULL, text);
  ck_assert_uint_eq (rtmp_amf0_writer_get_size (&writer), 5 + 0x10000);
  hex_bytes_assert (writer.data, 6, "0c 00010000 78");
  rtmp_amf0_writer_clear (&writer);

  /* 2.4: the longest that is not. */
  text[0xffff] = '\0';
  rtmp_amf0_writer_add_string (&writer, NULL, text);
  hex_bytes_assert (writer.data, 4, "02 ffff 78");
}

END_TEST;

START_TEST (test_a_value_of_a_tree_takes_its_name_here)
{
  g_auto (RtmpValueBuilder) builder;

  rtmp_value_builder_init (&builder);
  rtmp_value_builder_open_object (&builder, NULL, NULL);
  rtmp_value_builder_open_object (&builder, "old", NULL);
  rtmp_value_builder_add_null (&builder, "in");
  rtmp_value_builder_close (&builder);
  rtmp_value_builder_close (&builder);
  g_autoptr (RtmpValues) values = rtmp_value_builder_end (&builder, NULL);
  const RtmpValue *value = rtmp_value_lookup (rtmp_values_get (values, 0),
      "old");
  rtmp_amf0_writer_add_value (&writer, NULL, value);
  rtmp_amf0_writer_open_object (&writer, NULL);
  rtmp_amf0_writer_add_value (&writer, "n", value);
  rtmp_amf0_writer_close (&writer);
  assert_written ("03 0002 696e 05 000009"
      "03 0001 6e 03 0002 696e 05 000009 000009");
}

END_TEST;

START_TEST (test_it_grows)
{
  for (guint i = 0; i < 5000; i++)
    rtmp_amf0_writer_add_number (&writer, NULL, i);
  g_autoptr (RtmpValues) values = rtmp_amf0_parse (writer.data,
      rtmp_amf0_writer_get_size (&writer), NULL);
  ck_assert_uint_eq (rtmp_values_get_count (values), 5000);
  ck_assert_double_eq (rtmp_value_get_number (rtmp_values_get (values, 4999),
          0), 4999);
}

END_TEST;

START_TEST (test_it_ends_as_a_message)
{
  RtmpMessageHead head = {.type = RTMP_MESSAGE_COMMAND,.stream = 3 };

  rtmp_amf0_writer_add_null (&writer, NULL);
  g_autoptr (RtmpMessage) message = rtmp_amf0_writer_end (&writer, &head);
  ck_assert_uint_eq (rtmp_message_get_head (message)->stream, 3);
  hex_bytes_assert (rtmp_message_get_data (message, NULL),
      rtmp_message_get_size (message), "05");
  ck_assert_uint_eq (rtmp_amf0_writer_get_size (&writer), 0);
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("rtmpamf0writer");
  TCase *tcase = tcase_create ("rtmpamf0writer");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_simple_values_are_written);
  tcase_add_test (tcase, test_values_with_others_in_them_are_written);
  tcase_add_test (tcase, test_a_long_string_is_written_as_one);
  tcase_add_test (tcase, test_a_value_of_a_tree_takes_its_name_here);
  tcase_add_test (tcase, test_it_grows);
  tcase_add_test (tcase, test_it_ends_as_a_message);
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

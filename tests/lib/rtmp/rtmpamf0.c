/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Golden bytes are laid together by hand from "Action Message Format -- AMF 0"
 * (Adobe, 2007); the section is named beside each. */
#include "rtmp/rtmpamf0.h"

#include "hexbytes.h"
#include "rtmp/rtmperror.h"
#include "rtmp/rtmpvaluebuilder.h"

#include <check.h>
#include <string.h>

static RtmpValues *
parse (const gchar * hex)
{
  g_autoptr (GBytes) bytes = hex_bytes_new (hex);
  g_autoptr (GError) error = NULL;
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  RtmpValues *values = rtmp_amf0_parse (data, size, &error);

  ck_assert_msg (values != NULL, "%s", error != NULL ? error->message : "");
  return values;
}

static void
assert_refused (const gchar * hex, gint code)
{
  g_autoptr (GBytes) bytes = hex_bytes_new (hex);
  g_autoptr (GError) error = NULL;
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  ck_assert_msg (rtmp_amf0_parse (data, size, &error) == NULL, "%s", hex);
  ck_assert_msg (g_error_matches (error, RTMP_ERROR, code), "%s: %s", hex,
      error->message);
}

static const RtmpValue *
first (const RtmpValues * values)
{
  ck_assert_uint_eq (rtmp_values_get_count (values), 1);
  return rtmp_values_get (values, 0);
}

/* What is read and written again is the same, byte for byte. */
static void
assert_kept (const gchar * hex)
{
  g_autoptr (RtmpValues) values = parse (hex);
  g_autoptr (GBytes) bytes = rtmp_amf0_write_bytes (values);
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  hex_bytes_assert (data, size, hex);
}

/* 2.2: a double in network order. */
#define NUMBER_1 "00 3ff0000000000000"
/* 2.4: two bytes of length, then UTF-8. */
#define STRING_LIVE "02 0004 6c697665"
/* 2.5: pairs of name and value, then 00 00 09. */
#define OBJECT "03 0003617070" STRING_LIVE "0001 6e" NUMBER_1 "000009"

START_TEST (test_values_of_each_kind_are_read)
{
  g_autoptr (RtmpValues) number = parse (NUMBER_1);
  ck_assert_double_eq (rtmp_value_get_number (first (number), 0), 1);
  /* 2.3 */
  g_autoptr (RtmpValues) yes = parse ("01 01");
  ck_assert (rtmp_value_get_boolean (first (yes), FALSE));
  g_autoptr (RtmpValues) no = parse ("01 00");
  ck_assert (!rtmp_value_get_boolean (first (no), TRUE));
  g_autoptr (RtmpValues) string = parse (STRING_LIVE);
  ck_assert_str_eq (rtmp_value_get_string (first (string)), "live");
  /* 2.7, 2.8, 2.15 */
  g_autoptr (RtmpValues) null = parse ("05");
  ck_assert_int_eq (rtmp_value_get_kind (first (null)), RTMP_VALUE_NULL);
  g_autoptr (RtmpValues) undefined = parse ("06");
  ck_assert_int_eq (first (undefined)->kind, RTMP_VALUE_UNDEFINED);
  g_autoptr (RtmpValues) unsupported = parse ("0d");
  ck_assert_int_eq (first (unsupported)->kind, RTMP_VALUE_UNDEFINED);
  /* 2.13: 1 ms after 1970, no time zone. */
  g_autoptr (RtmpValues) date = parse ("0b 3ff0000000000000 0000");
  ck_assert_int_eq (rtmp_value_get_kind (first (date)), RTMP_VALUE_DATE);
  ck_assert_double_eq (rtmp_value_get_number (first (date), 0), 1);
  /* 2.14, 2.17 */
  g_autoptr (RtmpValues) text = parse ("0c 00000002 6f6b");
  ck_assert_str_eq (rtmp_value_get_string (first (text)), "ok");
  g_autoptr (RtmpValues) xml = parse ("0f 00000004 3c612f3e");
  ck_assert_int_eq (rtmp_value_get_kind (first (xml)), RTMP_VALUE_XML);
  ck_assert_str_eq (rtmp_value_get_text (first (xml), NULL), "<a/>");
}

END_TEST;

START_TEST (test_values_with_others_in_them_are_read)
{
  g_autoptr (RtmpValues) object = parse (OBJECT);
  ck_assert_uint_eq (rtmp_value_get_count (first (object)), 2);
  ck_assert_str_eq (rtmp_value_get_string (rtmp_value_lookup (first (object),
              "app")), "live");
  ck_assert_double_eq (rtmp_value_get_number (rtmp_value_lookup (first
              (object), "n"), 0), 1);
  /* 2.10; what the count says is not so. */
  g_autoptr (RtmpValues) map = parse ("08 00000063 0001 61 05 000009");
  ck_assert_int_eq (rtmp_value_get_kind (first (map)), RTMP_VALUE_MAP);
  ck_assert_uint_eq (rtmp_value_get_count (first (map)), 1);
  /* 2.12 */
  g_autoptr (RtmpValues) array = parse ("0a 00000002 05 01 01");
  ck_assert_int_eq (rtmp_value_get_kind (first (array)), RTMP_VALUE_ARRAY);
  ck_assert_uint_eq (rtmp_value_get_count (first (array)), 2);
  /* 2.18 */
  g_autoptr (RtmpValues) typed = parse ("10 0001 43 0001 61 05 000009");
  ck_assert_str_eq (rtmp_value_get_class (first (typed)), "C");
  ck_assert_uint_eq (rtmp_value_get_count (first (typed)), 1);
}

END_TEST;

START_TEST (test_a_message_is_a_row_of_values)
{
  g_autoptr (RtmpValues) values = parse ("02 0007 636f6e6e656374" NUMBER_1
      OBJECT "05");

  ck_assert_uint_eq (rtmp_values_get_count (values), 4);
  ck_assert_str_eq (rtmp_value_get_string (rtmp_values_get (values, 0)),
      "connect");
  g_autoptr (RtmpValues) none = parse ("");
  ck_assert_uint_eq (rtmp_values_get_count (none), 0);
}

END_TEST;

START_TEST (test_what_is_read_is_written_as_it_was)
{
  assert_kept ("");
  assert_kept (NUMBER_1 "01 00 01 01" STRING_LIVE "05 06" OBJECT);
  assert_kept ("0b 3ff0000000000000 0000");
  assert_kept ("0f 00000004 3c612f3e");
  assert_kept ("08 00000001 0001 61 05 000009");
  assert_kept ("0a 00000002 05 03 000009");
  assert_kept ("10 0001 43 0001 61 03 0001 62 0a 00000000 000009 000009");
  /* A name may be empty: only with the end's marker behind it is it one. */
  assert_kept ("03 0000 05 000009");
}

END_TEST;

START_TEST (test_a_long_string_is_written_as_one)
{
  g_auto (RtmpValueBuilder) builder;
  g_autofree gchar *text = g_strnfill (0x10000, 'x');

  rtmp_value_builder_init (&builder);
  rtmp_value_builder_add_string (&builder, NULL, text);
  g_autoptr (RtmpValues) values = rtmp_value_builder_end (&builder, NULL);
  g_autoptr (GBytes) bytes = rtmp_amf0_write_bytes (values);
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  ck_assert_uint_eq (size, 5 + 0x10000);
  hex_bytes_assert (data, 5, "0c 00010000");
  g_autoptr (RtmpValues) again = rtmp_amf0_parse (data, size, NULL);
  ck_assert (rtmp_values_equal (values, again));
}

END_TEST;

START_TEST (test_bytes_are_written_as_amf3)
{
  g_auto (RtmpValueBuilder) builder;

  rtmp_value_builder_init (&builder);
  rtmp_value_builder_put_text (&builder, RTMP_VALUE_BYTES, RTMP_VALUE_NO_NAME,
      "\1\2", 2);
  g_autoptr (RtmpValues) values = rtmp_value_builder_end (&builder, NULL);
  g_autoptr (GBytes) bytes = rtmp_amf0_write_bytes (values);
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  /* 3.1: the marker; AMF3 3.14: bytes, two of them, here. */
  hex_bytes_assert (data, size, "11 0c 05 0102");
}

END_TEST;

START_TEST (test_a_value_may_be_in_amf3)
{
  /* AMF3 3.3 and 3.6 between values of AMF0. */
  g_autoptr (RtmpValues) values = parse ("05 11 01 11 04 2a 01 01");

  ck_assert_uint_eq (rtmp_values_get_count (values), 4);
  ck_assert_double_eq (rtmp_value_get_number (rtmp_values_get (values, 2), 0),
      42);
}

END_TEST;

START_TEST (test_an_object_may_end_with_the_message)
{
  g_autoptr (RtmpValues) whole = parse ("05" OBJECT);
  /* Without its end, and with one that is not whole. */
  g_autoptr (RtmpValues) cut = parse ("05 03 0003617070" STRING_LIVE "0001 6e"
      NUMBER_1);
  ck_assert (rtmp_values_equal (whole, cut));
  g_autoptr (RtmpValues) half = parse ("05 03 0003617070" STRING_LIVE "0001 6e"
      NUMBER_1 "0000");
  ck_assert (rtmp_values_equal (whole, half));
  /* Two at once. */
  g_autoptr (RtmpValues) nested = parse ("03 0001 61 03 0001 62 05");
  ck_assert_int_eq (rtmp_value_get_kind (rtmp_value_lookup (rtmp_value_lookup
              (first (nested), "a"), "b")), RTMP_VALUE_NULL);
}

END_TEST;

START_TEST (test_what_ends_within_a_value_is_refused)
{
  const gchar *cut[] = { "00", "00 3ff00000000000", "01", "02", "02 00",
    "02 0002 61", "03 00", "03 0002 61", "03 0001 61", "03 0001 61 00",
    "07 00", "08 000000", "0a 000000", "0a 00000001", "0a 00000002 05",
    "0b 3ff0000000000000 00", "0c 000000", "0c 00000001", "0f 00000001",
    "10 00", "10 0001", "11", "03 0001 61 0a 00000001"
  };

  for (guint i = 0; i < G_N_ELEMENTS (cut); i++)
    assert_refused (cut[i], RTMP_ERROR_PROTOCOL);
}

END_TEST;

START_TEST (test_counts_and_lengths_beyond_the_message_are_refused)
{
  assert_refused ("0a ffffffff 05", RTMP_ERROR_PROTOCOL);
  assert_refused ("0c ffffffff 61", RTMP_ERROR_PROTOCOL);
  assert_refused ("0f 80000000 61", RTMP_ERROR_PROTOCOL);
}

END_TEST;

START_TEST (test_markers_without_a_form_are_refused)
{
  assert_refused ("04", RTMP_ERROR_PROTOCOL);
  assert_refused ("09", RTMP_ERROR_PROTOCOL);
  assert_refused ("0e", RTMP_ERROR_PROTOCOL);
  assert_refused ("12", RTMP_ERROR_PROTOCOL);
  assert_refused ("ff", RTMP_ERROR_PROTOCOL);
}

END_TEST;

START_TEST (test_a_reference_repeats_what_it_means)
{
  /* 2.9: two objects, an array with both again, which is the third. */
  g_autoptr (RtmpValues) values = parse ("03 0001 61 05 000009"
      "10 0001 43 000009" "0a 00000003 07 0000 07 0001 03 000009" "07 0003");
  const RtmpValue *array = rtmp_values_get (values, 2);
  const RtmpValue *child = rtmp_value_next (array, NULL);

  ck_assert_uint_eq (rtmp_values_get_count (values), 4);
  ck_assert_ptr_nonnull (rtmp_value_lookup (child, "a"));
  child = rtmp_value_next (array, child);
  ck_assert_str_eq (rtmp_value_get_class (child), "C");
  /* Number 3 is the last item: what references repeat is not counted. */
  ck_assert_int_eq (rtmp_value_get_kind (rtmp_values_get (values, 3)),
      RTMP_VALUE_OBJECT);
  ck_assert_uint_eq (rtmp_value_get_count (rtmp_values_get (values, 3)), 0);
}

END_TEST;

START_TEST (test_what_amf3_makes_is_not_counted_by_references)
{
  /* An array of AMF3 (3.11), an object, the object again. */
  g_autoptr (RtmpValues) values = parse ("11 09 01 01 03 000009 07 0000");

  ck_assert_int_eq (rtmp_value_get_kind (rtmp_values_get (values, 2)),
      RTMP_VALUE_OBJECT);
}

END_TEST;

START_TEST (test_a_reference_to_nothing_is_refused)
{
  assert_refused ("07 0000", RTMP_ERROR_PROTOCOL);
  assert_refused ("03 000009 07 0001", RTMP_ERROR_PROTOCOL);
  assert_refused (STRING_LIVE "07 0000", RTMP_ERROR_PROTOCOL);
}

END_TEST;

START_TEST (test_a_reference_to_what_it_is_in_is_refused)
{
  assert_refused ("03 0001 61 07 0000 000009", RTMP_ERROR_UNSUPPORTED);
}

END_TEST;

static GString *
new_nested (guint depth)
{
  GString *hex = g_string_new (NULL);

  for (guint i = 0; i < depth; i++)
    g_string_append (hex, "0a 00000001 ");
  return g_string_append (hex, "05");
}

START_TEST (test_what_is_nested_too_deep_is_refused)
{
  g_autoptr (GString) deep = new_nested (RTMP_MAX_DEPTH);
  g_autoptr (RtmpValues) values = parse (deep->str);
  ck_assert_uint_eq (rtmp_values_get_count (values), 1);

  g_autoptr (GString) deeper = new_nested (RTMP_MAX_DEPTH + 1);
  assert_refused (deeper->str, RTMP_ERROR_LIMIT);
}

END_TEST;

START_TEST (test_a_message_that_is_too_long_is_refused)
{
  g_autofree guint8 *data = g_malloc0 (RTMP_MAX_SCRIPT + 1);
  g_autoptr (GError) error = NULL;

  ck_assert_ptr_null (rtmp_amf0_parse (data, RTMP_MAX_SCRIPT + 1, &error));
  ck_assert (g_error_matches (error, RTMP_ERROR, RTMP_ERROR_LIMIT));
}

END_TEST;

START_TEST (test_too_many_values_are_refused)
{
  g_autofree guint8 *data = g_malloc (RTMP_MAX_VALUES + 1);
  g_autoptr (GError) error = NULL;

  memset (data, 0x05, RTMP_MAX_VALUES + 1);
  g_autoptr (RtmpValues) values =
      rtmp_amf0_parse (data, RTMP_MAX_VALUES, &error);
  ck_assert_ptr_nonnull (values);
  ck_assert_ptr_null (rtmp_amf0_parse (data, RTMP_MAX_VALUES + 1, &error));
  ck_assert (g_error_matches (error, RTMP_ERROR, RTMP_ERROR_LIMIT));
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("rtmpamf0");
  TCase *tcase = tcase_create ("rtmpamf0");
  tcase_add_test (tcase, test_values_of_each_kind_are_read);
  tcase_add_test (tcase, test_values_with_others_in_them_are_read);
  tcase_add_test (tcase, test_a_message_is_a_row_of_values);
  tcase_add_test (tcase, test_what_is_read_is_written_as_it_was);
  tcase_add_test (tcase, test_a_long_string_is_written_as_one);
  tcase_add_test (tcase, test_bytes_are_written_as_amf3);
  tcase_add_test (tcase, test_a_value_may_be_in_amf3);
  tcase_add_test (tcase, test_an_object_may_end_with_the_message);
  tcase_add_test (tcase, test_what_ends_within_a_value_is_refused);
  tcase_add_test (tcase,
      test_counts_and_lengths_beyond_the_message_are_refused);
  tcase_add_test (tcase, test_markers_without_a_form_are_refused);
  tcase_add_test (tcase, test_a_reference_repeats_what_it_means);
  tcase_add_test (tcase, test_what_amf3_makes_is_not_counted_by_references);
  tcase_add_test (tcase, test_a_reference_to_nothing_is_refused);
  tcase_add_test (tcase, test_a_reference_to_what_it_is_in_is_refused);
  tcase_add_test (tcase, test_what_is_nested_too_deep_is_refused);
  tcase_add_test (tcase, test_a_message_that_is_too_long_is_refused);
  tcase_add_test (tcase, test_too_many_values_are_refused);
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

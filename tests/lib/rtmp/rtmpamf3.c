/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Golden bytes are laid together by hand from "Action Message Format -- AMF 3"
 * (Adobe, 2013); the section is named beside each. */
#include "rtmp/rtmpamf3.h"

#include "hexbytes.h"
#include "rtmp/rtmperror.h"

#include <check.h>

static RtmpValues *
parse_with_error (const gchar * hex, GError ** error)
{
  g_autoptr (GBytes) bytes = hex_bytes_new (hex);
  g_auto (RtmpValueBuilder) builder;
  RtmpCursor cursor;

  rtmp_value_builder_init (&builder);
  rtmp_cursor_init (&cursor, g_bytes_get_data (bytes, NULL),
      g_bytes_get_size (bytes));
  if (!rtmp_amf3_parse (&cursor, &builder, RTMP_VALUE_NO_NAME, error))
    return NULL;
  ck_assert_uint_eq (rtmp_cursor_get_left (&cursor), 0);
  return rtmp_value_builder_end (&builder, error);
}

static RtmpValues *
parse (const gchar * hex)
{
  g_autoptr (GError) error = NULL;
  RtmpValues *values = parse_with_error (hex, &error);

  ck_assert_msg (values != NULL, "%s: %s", hex,
      error != NULL ? error->message : "");
  ck_assert_uint_eq (rtmp_values_get_count (values), 1);
  return values;
}

static void
assert_refused (const gchar * hex, gint code)
{
  g_autoptr (GError) error = NULL;

  ck_assert_msg (parse_with_error (hex, &error) == NULL, "%s", hex);
  ck_assert_msg (g_error_matches (error, RTMP_ERROR, code), "%s: %s", hex,
      error->message);
}

static void
assert_number (const gchar * hex, gdouble number)
{
  g_autoptr (RtmpValues) values = parse (hex);

  ck_assert_double_eq (rtmp_value_get_number (rtmp_values_get (values, 0),
          -99), number);
}

/* The item of an array at @index. */
static const RtmpValue *
item (const RtmpValues * values, guint index)
{
  const RtmpValue *array = rtmp_values_get (values, 0), *child = NULL;

  do {
    child = rtmp_value_next (array, child);
    ck_assert_ptr_nonnull (child);
  } while (index-- > 0);
  return child;
}

START_TEST (test_integers_have_29_bits_and_a_sign)
{
  /* 1.3.1, 3.6: one byte to 7f, two to 3fff, three to 1fffff, then four. */
  assert_number ("04 00", 0);
  assert_number ("04 7f", 0x7f);
  assert_number ("04 8100", 0x80);
  assert_number ("04 ff7f", 0x3fff);
  assert_number ("04 818000", 0x4000);
  assert_number ("04 ffff7f", 0x1fffff);
  assert_number ("04 80c08000", 0x200000);
  assert_number ("04 bfffffff", 0x0fffffff);
  assert_number ("04 c0808000", -0x10000000);
  assert_number ("04 ffffffff", -1);
}

END_TEST;

START_TEST (test_values_of_each_simple_kind_are_read)
{
  /* 3.2 to 3.5 */
  g_autoptr (RtmpValues) undefined = parse ("00");
  ck_assert_int_eq (undefined->values[0].kind, RTMP_VALUE_UNDEFINED);
  g_autoptr (RtmpValues) null = parse ("01");
  ck_assert_int_eq (null->values[0].kind, RTMP_VALUE_NULL);
  g_autoptr (RtmpValues) no = parse ("02");
  ck_assert (!rtmp_value_get_boolean (rtmp_values_get (no, 0), TRUE));
  g_autoptr (RtmpValues) yes = parse ("03");
  ck_assert (rtmp_value_get_boolean (rtmp_values_get (yes, 0), FALSE));
  /* 3.7 */
  assert_number ("05 3ff0000000000000", 1);
  /* 3.8: the length twice, plus one. */
  g_autoptr (RtmpValues) string = parse ("06 05 6f6b");
  ck_assert_str_eq (rtmp_value_get_string (rtmp_values_get (string, 0)), "ok");
  /* 3.9, 3.13 */
  g_autoptr (RtmpValues) document = parse ("07 09 3c612f3e");
  ck_assert_int_eq (document->values[0].kind, RTMP_VALUE_XML);
  g_autoptr (RtmpValues) xml = parse ("0b 09 3c612f3e");
  ck_assert_str_eq (rtmp_value_get_text (rtmp_values_get (xml, 0), NULL),
      "<a/>");
  /* 3.10 */
  g_autoptr (RtmpValues) date = parse ("08 01 3ff0000000000000");
  ck_assert_int_eq (date->values[0].kind, RTMP_VALUE_DATE);
  /* 3.14 */
  g_autoptr (RtmpValues) bytes = parse ("0c 05 0001");
  gsize length;
  ck_assert_int_eq (bytes->values[0].kind, RTMP_VALUE_BYTES);
  rtmp_value_get_text (rtmp_values_get (bytes, 0), &length);
  ck_assert_uint_eq (length, 2);
}

END_TEST;

START_TEST (test_an_array_has_items)
{
  /* 3.11: two items, no members. */
  g_autoptr (RtmpValues) values = parse ("09 05 01 04 01 04 02");

  ck_assert_int_eq (values->values[0].kind, RTMP_VALUE_ARRAY);
  ck_assert_double_eq (rtmp_value_get_number (item (values, 1), 0), 2);
}

END_TEST;

START_TEST (test_an_array_with_members_is_a_map)
{
  /* 3.11: {a: 1}, then one item, whose name is its place. */
  g_autoptr (RtmpValues) values = parse ("09 03 0361 0401 01 0402");
  const RtmpValue *map = rtmp_values_get (values, 0);

  ck_assert_int_eq (rtmp_value_get_kind (map), RTMP_VALUE_MAP);
  ck_assert_double_eq (rtmp_value_get_number (rtmp_value_lookup (map, "a"),
          0), 1);
  ck_assert_double_eq (rtmp_value_get_number (rtmp_value_lookup (map, "0"),
          0), 2);
}

END_TEST;

START_TEST (test_an_object_has_members_that_its_traits_name)
{
  /* 3.12: traits with two names (2 << 4 | 3), class "C". */
  g_autoptr (RtmpValues) values = parse ("0a 23 0343 0361 0362 0401 0402");
  const RtmpValue *object = rtmp_values_get (values, 0);

  ck_assert_str_eq (rtmp_value_get_class (object), "C");
  ck_assert_double_eq (rtmp_value_get_number (rtmp_value_lookup (object, "b"),
          0), 2);
}

END_TEST;

START_TEST (test_an_object_may_have_more_members)
{
  /* 3.12: one name (1 << 4 | 8 | 3), no class, then b, then the end. */
  g_autoptr (RtmpValues) values = parse ("0a 1b 01 0361 0401 0362 0402 01");
  const RtmpValue *object = rtmp_values_get (values, 0);

  ck_assert_ptr_null (rtmp_value_get_class (object));
  ck_assert_uint_eq (rtmp_value_get_count (object), 2);
  ck_assert_double_eq (rtmp_value_get_number (rtmp_value_lookup (object, "b"),
          0), 2);
}

END_TEST;

START_TEST (test_traits_are_referred_to)
{
  /* 3.12: the second object has the traits of the first (0 << 2 | 1). */
  g_autoptr (RtmpValues) values =
      parse ("09 05 01" "0a 13 0343 0361 0401" "0a 01 0402");

  ck_assert_str_eq (rtmp_value_get_class (item (values, 1)), "C");
  ck_assert_double_eq (rtmp_value_get_number (rtmp_value_lookup (item (values,
                  1), "a"), 0), 2);
}

END_TEST;

START_TEST (test_strings_are_referred_to)
{
  /* 1.3.2: "ok", "", "ok" again: the empty one is not counted. */
  g_autoptr (RtmpValues) values = parse ("09 09 01 06056f6b 0601 0600 0600");

  ck_assert_str_eq (rtmp_value_get_string (item (values, 1)), "");
  ck_assert_str_eq (rtmp_value_get_string (item (values, 3)), "ok");
  /* Names are strings as well. */
  g_autoptr (RtmpValues) names = parse ("0a 0b 01 0361 0600 01");
  ck_assert_str_eq (rtmp_value_get_string (rtmp_value_lookup (rtmp_values_get
              (names, 0), "a")), "a");
}

END_TEST;

START_TEST (test_objects_of_all_kinds_are_referred_to)
{
  /* 2.2: the array is 0; then bytes 1, a date 2, a vector 3, XML 4. */
  g_autoptr (RtmpValues) values = parse ("09 11 01"
      "0c 03 ff" "08 01 3ff0000000000000" "0d 01 00" "0b 03 78"
      "0c 02" "08 04" "0d 06" "0b 08");

  for (guint i = 0; i < 4; i++)
    ck_assert_int_eq (item (values, i)->kind, item (values, i + 4)->kind);
  ck_assert_str_eq (rtmp_value_get_text (item (values, 7), NULL), "x");
}

END_TEST;

START_TEST (test_vectors_are_arrays)
{
  /* 3.15: two, of a length that may change. */
  g_autoptr (RtmpValues) ints = parse ("0d 05 00 00000001 ffffffff");
  ck_assert_double_eq (rtmp_value_get_number (item (ints, 1), 0), -1);
  g_autoptr (RtmpValues) uints = parse ("0e 05 00 00000001 ffffffff");
  ck_assert_double_eq (rtmp_value_get_number (item (uints, 1), 0), 4294967295);
  g_autoptr (RtmpValues) doubles = parse ("0f 03 01 3ff0000000000000");
  ck_assert_double_eq (rtmp_value_get_number (item (doubles, 0), 0), 1);
  g_autoptr (RtmpValues) objects = parse ("10 03 00 0343 0a 03 0343");
  ck_assert_str_eq (rtmp_value_get_class (item (objects, 0)), "C");
}

END_TEST;

START_TEST (test_a_dictionary_is_an_array_of_keys_and_values)
{
  /* 3.16: one pair, weak keys. */
  g_autoptr (RtmpValues) values = parse ("11 03 01 0401 06056f6b");

  ck_assert_uint_eq (rtmp_value_get_count (rtmp_values_get (values, 0)), 2);
  ck_assert_str_eq (rtmp_value_get_string (item (values, 1)), "ok");
}

END_TEST;

START_TEST (test_what_ends_within_a_value_is_refused)
{
  const gchar *cut[] = { "04", "04 ff", "04 ffffff", "05 00", "06", "06 03",
    "07 03", "08", "08 01 00", "09", "09 03", "09 03 01", "09 01 0361",
    "09 01 0361 01", "0a", "0a 03", "0a 13 01", "0a 13 01 0361", "0a 0b 01",
    "0a 0b 01 0361 01", "0b 03", "0c 03", "0d 03", "0d 03 00 000000",
    "0f 03 00 00", "10 03 00", "11", "11 03 00", "11 03 00 01"
  };

  for (guint i = 0; i < G_N_ELEMENTS (cut); i++)
    assert_refused (cut[i], RTMP_ERROR_PROTOCOL);
}

END_TEST;

START_TEST (test_counts_and_lengths_beyond_the_message_are_refused)
{
  assert_refused ("06 ffffffff 61", RTMP_ERROR_PROTOCOL);
  assert_refused ("09 ffffffff 01 01", RTMP_ERROR_PROTOCOL);
  assert_refused ("0a fffffff3 01 01", RTMP_ERROR_PROTOCOL);
  assert_refused ("0d ffffffff 00 00", RTMP_ERROR_PROTOCOL);
  assert_refused ("11 ffffffff 00 00", RTMP_ERROR_PROTOCOL);
}

END_TEST;

START_TEST (test_references_to_nothing_are_refused)
{
  assert_refused ("06 00", RTMP_ERROR_PROTOCOL);
  assert_refused ("08 00", RTMP_ERROR_PROTOCOL);
  assert_refused ("0a 00", RTMP_ERROR_PROTOCOL);
  assert_refused ("0a 01", RTMP_ERROR_PROTOCOL);
  assert_refused ("09 03 01 09 02", RTMP_ERROR_PROTOCOL);
}

END_TEST;

START_TEST (test_a_reference_to_what_it_is_in_is_refused)
{
  assert_refused ("09 03 01 09 00", RTMP_ERROR_UNSUPPORTED);
}

END_TEST;

START_TEST (test_a_form_of_its_own_is_refused)
{
  /* 3.12: the third bit. */
  assert_refused ("0a 07 0343", RTMP_ERROR_UNSUPPORTED);
}

END_TEST;

START_TEST (test_markers_that_are_none_are_refused)
{
  assert_refused ("12", RTMP_ERROR_PROTOCOL);
  assert_refused ("ff", RTMP_ERROR_PROTOCOL);
}

END_TEST;

START_TEST (test_what_is_nested_too_deep_is_refused)
{
  g_autoptr (GString) hex = g_string_new (NULL);

  for (guint i = 0; i < RTMP_MAX_DEPTH; i++)
    g_string_append (hex, "09 03 01 ");
  g_autofree gchar *deep = g_strconcat (hex->str, "01", NULL);
  g_autoptr (RtmpValues) values = parse (deep);
  ck_assert_uint_eq (values->values[0].span, RTMP_MAX_DEPTH + 1);

  g_string_append (hex, "09 03 01 01");
  assert_refused (hex->str, RTMP_ERROR_LIMIT);
}

END_TEST;

/* A name of 60000 bytes that each of many objects of a few bytes repeats. */
START_TEST (test_names_that_traits_repeat_are_bounded)
{
  g_autoptr (GString) hex = g_string_new ("09 819c21 01 0a 13 01 87a941");

  for (guint i = 0; i < 60000; i++)
    g_string_append (hex, "78");
  g_string_append (hex, "01");
  for (guint i = 0; i < 9999; i++)
    g_string_append (hex, "0a 01 01");
  assert_refused (hex->str, RTMP_ERROR_LIMIT);
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("rtmpamf3");
  TCase *tcase = tcase_create ("rtmpamf3");
  tcase_add_test (tcase, test_integers_have_29_bits_and_a_sign);
  tcase_add_test (tcase, test_values_of_each_simple_kind_are_read);
  tcase_add_test (tcase, test_an_array_has_items);
  tcase_add_test (tcase, test_an_array_with_members_is_a_map);
  tcase_add_test (tcase, test_an_object_has_members_that_its_traits_name);
  tcase_add_test (tcase, test_an_object_may_have_more_members);
  tcase_add_test (tcase, test_traits_are_referred_to);
  tcase_add_test (tcase, test_strings_are_referred_to);
  tcase_add_test (tcase, test_objects_of_all_kinds_are_referred_to);
  tcase_add_test (tcase, test_vectors_are_arrays);
  tcase_add_test (tcase, test_a_dictionary_is_an_array_of_keys_and_values);
  tcase_add_test (tcase, test_what_ends_within_a_value_is_refused);
  tcase_add_test (tcase,
      test_counts_and_lengths_beyond_the_message_are_refused);
  tcase_add_test (tcase, test_references_to_nothing_are_refused);
  tcase_add_test (tcase, test_a_reference_to_what_it_is_in_is_refused);
  tcase_add_test (tcase, test_a_form_of_its_own_is_refused);
  tcase_add_test (tcase, test_markers_that_are_none_are_refused);
  tcase_add_test (tcase, test_what_is_nested_too_deep_is_refused);
  tcase_add_test (tcase, test_names_that_traits_repeat_are_bounded);
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

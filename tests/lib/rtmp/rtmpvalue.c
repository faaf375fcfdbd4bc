/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpvalue.h"

#include "rtmp/rtmpvaluebuilder.h"

#include <check.h>
#include <math.h>
#include <string.h>

/* "connect", 1, {app: "live", fpad: false, list: [1, 2.5], app: "vod"}, null */
static RtmpValues *
new_connect (void)
{
  g_auto (RtmpValueBuilder) builder;
  g_autoptr (GError) error = NULL;

  rtmp_value_builder_init (&builder);
  rtmp_value_builder_add_string (&builder, NULL, "connect");
  rtmp_value_builder_add_number (&builder, NULL, 1);
  rtmp_value_builder_open_object (&builder, NULL, "Options");
  rtmp_value_builder_add_string (&builder, "app", "live");
  rtmp_value_builder_add_boolean (&builder, "fpad", FALSE);
  rtmp_value_builder_open_array (&builder, "list");
  rtmp_value_builder_add_number (&builder, NULL, 1);
  rtmp_value_builder_add_number (&builder, NULL, 2.5);
  rtmp_value_builder_close (&builder);
  rtmp_value_builder_add_string (&builder, "app", "vod");
  rtmp_value_builder_close (&builder);
  rtmp_value_builder_add_null (&builder, NULL);
  RtmpValues *values = rtmp_value_builder_end (&builder, &error);
  ck_assert_ptr_null (error);
  return values;
}

START_TEST (test_values_are_found_by_their_place)
{
  g_autoptr (RtmpValues) values = new_connect ();

  ck_assert_uint_eq (rtmp_values_get_count (values), 4);
  ck_assert_str_eq (rtmp_value_get_string (rtmp_values_get (values, 0)),
      "connect");
  ck_assert_double_eq (rtmp_value_get_number (rtmp_values_get (values, 1), 0),
      1);
  ck_assert_int_eq (rtmp_value_get_kind (rtmp_values_get (values, 2)),
      RTMP_VALUE_OBJECT);
  ck_assert_int_eq (rtmp_value_get_kind (rtmp_values_get (values, 3)),
      RTMP_VALUE_NULL);
  ck_assert_ptr_null (rtmp_values_get (values, 4));
}

END_TEST;

START_TEST (test_members_are_found_by_their_name)
{
  g_autoptr (RtmpValues) values = new_connect ();
  const RtmpValue *object = rtmp_values_get (values, 2);

  ck_assert_uint_eq (rtmp_value_get_count (object), 4);
  ck_assert_str_eq (rtmp_value_get_class (object), "Options");
  ck_assert (!rtmp_value_get_boolean (rtmp_value_lookup (object, "fpad"),
          TRUE));
  ck_assert_ptr_null (rtmp_value_lookup (object, "fpa"));
  ck_assert_ptr_null (rtmp_value_lookup (object, "fpads"));
}

END_TEST;

START_TEST (test_the_later_of_two_members_counts)
{
  g_autoptr (RtmpValues) values = new_connect ();
  const RtmpValue *object = rtmp_values_get (values, 2);

  ck_assert_str_eq (rtmp_value_get_string (rtmp_value_lookup (object, "app")),
      "vod");
}

END_TEST;

START_TEST (test_children_come_in_their_order)
{
  g_autoptr (RtmpValues) values = new_connect ();
  const RtmpValue *object = rtmp_values_get (values, 2);
  const gchar *names[] = { "app", "fpad", "list", "app" };
  const RtmpValue *child = NULL;
  guint n = 0;

  while ((child = rtmp_value_next (object, child)) != NULL)
    ck_assert_str_eq (rtmp_value_get_name (child), names[n++]);
  ck_assert_uint_eq (n, 4);

  const RtmpValue *list = rtmp_value_lookup (object, "list");
  gdouble sum = 0;
  while ((child = rtmp_value_next (list, child)) != NULL) {
    ck_assert_ptr_null (rtmp_value_get_name (child));
    sum += rtmp_value_get_number (child, 0);
  }
  ck_assert_double_eq (sum, 3.5);
}

END_TEST;

START_TEST (test_what_is_not_there_says_nothing)
{
  ck_assert_int_eq (rtmp_value_get_kind (NULL), RTMP_VALUE_UNDEFINED);
  ck_assert (rtmp_value_get_boolean (NULL, TRUE));
  ck_assert_double_eq (rtmp_value_get_number (NULL, 7), 7);
  ck_assert_ptr_null (rtmp_value_get_string (NULL));
  ck_assert_ptr_null (rtmp_value_get_text (NULL, NULL));
  ck_assert_ptr_null (rtmp_value_get_name (NULL));
  ck_assert_ptr_null (rtmp_value_get_class (NULL));
  ck_assert_uint_eq (rtmp_value_get_count (NULL), 0);
  ck_assert_ptr_null (rtmp_value_next (NULL, NULL));
  ck_assert_ptr_null (rtmp_value_lookup (NULL, "app"));
}

END_TEST;

START_TEST (test_a_value_of_another_kind_says_nothing)
{
  g_autoptr (RtmpValues) values = new_connect ();
  const RtmpValue *text = rtmp_values_get (values, 0);
  const RtmpValue *object = rtmp_values_get (values, 2);

  ck_assert (!rtmp_value_get_boolean (text, FALSE));
  ck_assert_double_eq (rtmp_value_get_number (text, 7), 7);
  ck_assert_ptr_null (rtmp_value_get_string (object));
  ck_assert_ptr_null (rtmp_value_get_text (object, NULL));
  ck_assert_ptr_null (rtmp_value_get_class (text));
  ck_assert_uint_eq (rtmp_value_get_count (text), 0);
  ck_assert_ptr_null (rtmp_value_next (text, NULL));
  ck_assert_ptr_null (rtmp_value_lookup (text, "app"));
}

END_TEST;

static gint64
get_integer (gdouble number, gint64 min, gint64 max)
{
  g_auto (RtmpValueBuilder) builder;

  rtmp_value_builder_init (&builder);
  rtmp_value_builder_add_number (&builder, NULL, number);
  g_autoptr (RtmpValues) values = rtmp_value_builder_end (&builder, NULL);
  return rtmp_value_get_integer (rtmp_values_get (values, 0), min, max, -7);
}

START_TEST (test_only_whole_numbers_within_bounds_are_integers)
{
  ck_assert_int_eq (get_integer (3, 0, 3), 3);
  ck_assert_int_eq (get_integer (-0.0, 0, 3), 0);
  ck_assert_int_eq (get_integer (4, 0, 3), -7);
  ck_assert_int_eq (get_integer (-1, 0, 3), -7);
  ck_assert_int_eq (get_integer (0.5, 0, 3), -7);
  ck_assert_int_eq (get_integer (NAN, 0, 3), -7);
  ck_assert_int_eq (get_integer (INFINITY, G_MININT64, G_MAXINT64), -7);
  ck_assert_int_eq (get_integer (1e300, G_MININT64, G_MAXINT64), -7);
  ck_assert_int_eq (get_integer (9007199254740992.0, 0, G_MAXINT64),
      9007199254740992);
}

END_TEST;

START_TEST (test_a_text_with_a_nul_is_no_string)
{
  g_auto (RtmpValueBuilder) builder;
  gsize length;

  rtmp_value_builder_init (&builder);
  rtmp_value_builder_put_text (&builder, RTMP_VALUE_STRING, RTMP_VALUE_NO_NAME,
      "a\0b", 3);
  g_autoptr (RtmpValues) values = rtmp_value_builder_end (&builder, NULL);
  const RtmpValue *value = rtmp_values_get (values, 0);
  ck_assert_ptr_null (rtmp_value_get_string (value));
  ck_assert_mem_eq (rtmp_value_get_text (value, &length), "a\0b", 4);
  ck_assert_uint_eq (length, 3);
}

END_TEST;

START_TEST (test_the_same_values_are_equal)
{
  g_autoptr (RtmpValues) one = new_connect ();
  g_autoptr (RtmpValues) two = new_connect ();

  ck_assert (rtmp_values_equal (one, two));
  ck_assert (rtmp_values_equal (one, one));
}

END_TEST;

/* One value each, no two the same. */
static void
add_one (RtmpValueBuilder * builder, guint which)
{
  switch (which) {
    case 0:
      rtmp_value_builder_add_string (builder, NULL, "a");
      break;
    case 1:
      rtmp_value_builder_add_string (builder, NULL, "b");
      break;
    case 2:
      rtmp_value_builder_add_number (builder, NULL, 0.0);
      break;
    case 3:
      rtmp_value_builder_add_number (builder, NULL, -0.0);
      break;
    case 4:
      rtmp_value_builder_add_boolean (builder, NULL, FALSE);
      break;
    case 5:
      rtmp_value_builder_add_boolean (builder, NULL, TRUE);
      break;
    case 6:
      rtmp_value_builder_add_undefined (builder, NULL);
      break;
    case 7:
      rtmp_value_builder_add_null (builder, NULL);
      break;
    case 8:
      rtmp_value_builder_add_date (builder, NULL, 0.0);
      break;
    default:
      rtmp_value_builder_open_map (builder, NULL);
      rtmp_value_builder_add_null (builder, which == 9 ? "a" : "b");
      rtmp_value_builder_close (builder);
      break;
  }
}

START_TEST (test_other_values_are_not_equal)
{
  for (guint i = 0; i <= 10; i++) {
    for (guint j = 0; j <= 10; j++) {
      RtmpValues *values[2];
      for (guint k = 0; k < 2; k++) {
        RtmpValueBuilder builder;
        rtmp_value_builder_init (&builder);
        add_one (&builder, k == 0 ? i : j);
        values[k] = rtmp_value_builder_end (&builder, NULL);
      }
      ck_assert_msg (rtmp_values_equal (values[0], values[1]) == (i == j),
          "%u %u", i, j);
      rtmp_values_unref (values[0]);
      rtmp_values_unref (values[1]);
    }
  }
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("rtmpvalue");
  TCase *tcase = tcase_create ("rtmpvalue");
  tcase_add_test (tcase, test_values_are_found_by_their_place);
  tcase_add_test (tcase, test_members_are_found_by_their_name);
  tcase_add_test (tcase, test_the_later_of_two_members_counts);
  tcase_add_test (tcase, test_children_come_in_their_order);
  tcase_add_test (tcase, test_what_is_not_there_says_nothing);
  tcase_add_test (tcase, test_a_value_of_another_kind_says_nothing);
  tcase_add_test (tcase, test_only_whole_numbers_within_bounds_are_integers);
  tcase_add_test (tcase, test_a_text_with_a_nul_is_no_string);
  tcase_add_test (tcase, test_the_same_values_are_equal);
  tcase_add_test (tcase, test_other_values_are_not_equal);
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

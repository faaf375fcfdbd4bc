/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "publisherjson.h"

#include <check.h>
#include <math.h>

/* Takes @object. */
static void
assert_line (JsonObject * object, const gchar * expected)
{
  g_autofree gchar *line = publisher_json_to_line (object);
  json_object_unref (object);
  ck_assert_str_eq (line, expected);
}

START_TEST (test_an_event_names_itself)
{
  assert_line (publisher_json_new ("joined"), "{\"event\":\"joined\"}");
}

END_TEST;

START_TEST (test_every_field_of_a_structure_is_kept)
{
  g_autoptr (GstStructure) structure = gst_structure_new ("x",
      "text", G_TYPE_STRING, "a \"b\"\n", "nothing", G_TYPE_STRING, NULL,
      "yes", G_TYPE_BOOLEAN, TRUE, "int", G_TYPE_INT, -1,
      "uint", G_TYPE_UINT, 7, "big", G_TYPE_UINT64, (guint64) 1 << 40,
      "half", G_TYPE_DOUBLE, 0.5, NULL);
  JsonObject *object = publisher_json_new ("x");
  publisher_json_add_structure (object, structure);
  assert_line (object, "{\"event\":\"x\",\"text\":\"a \\\"b\\\"\\n\","
      "\"nothing\":null,\"yes\":true,\"int\":-1,\"uint\":7,"
      "\"big\":1099511627776,\"half\":0.5}");
}

END_TEST;

START_TEST (test_lists_and_structures_are_followed)
{
  g_autoptr (GstStructure) structure = gst_structure_from_string
      ("x, tracks=(structure)< [t, n=(int)1], [t, n=(int)2] >", NULL);
  ck_assert_ptr_nonnull (structure);
  JsonObject *object = publisher_json_new ("x");
  publisher_json_add_structure (object, structure);
  assert_line (object, "{\"event\":\"x\",\"tracks\":[{\"n\":1},{\"n\":2}]}");
}

END_TEST;

START_TEST (test_a_number_that_json_lacks_is_null)
{
  g_autoptr (GstStructure) structure =
      gst_structure_new ("x", "n", G_TYPE_DOUBLE, NAN, NULL);
  JsonObject *object = publisher_json_new ("x");
  publisher_json_add_structure (object, structure);
  assert_line (object, "{\"event\":\"x\",\"n\":null}");
}

END_TEST;

START_TEST (test_what_json_cannot_hold_is_left_out)
{
  g_autoptr (GstCaps) caps = gst_caps_new_any ();
  g_autoptr (GstStructure) structure =
      gst_structure_new ("x", "caps", GST_TYPE_CAPS, caps, NULL);
  JsonObject *object = publisher_json_new ("x");
  publisher_json_add_structure (object, structure);
  assert_line (object, "{\"event\":\"x\"}");
}

END_TEST;

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  Suite *suite = suite_create ("publisherjson");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_an_event_names_itself);
  tcase_add_test (tcase, test_every_field_of_a_structure_is_kept);
  tcase_add_test (tcase, test_lists_and_structures_are_followed);
  tcase_add_test (tcase, test_a_number_that_json_lacks_is_null);
  tcase_add_test (tcase, test_what_json_cannot_hold_is_left_out);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

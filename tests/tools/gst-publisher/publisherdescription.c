/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "publisherdescription.h"

#include <check.h>
#include <string.h>

static void
assert_joined (const gchar * expected, ...)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  va_list args;
  va_start (args, expected);
  const gchar *word;
  while ((word = va_arg (args, const gchar *)))
      g_ptr_array_add (words, (gpointer) word);
  va_end (args);
  g_ptr_array_add (words, NULL);
  g_autofree gchar *line =
      publisher_description_join ((const gchar * const *) words->pdata);
  ck_assert_str_eq (line, expected);
}

/* The one capsfilter of the pipeline has the caps @expected. */
static void
assert_filter (const gchar * line, const gchar * expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = publisher_description_parse (line, &error);
  ck_assert_msg (pipeline != NULL, "%s", error ? error->message : "");
  g_autoptr (GstIterator) filters =
      gst_bin_iterate_all_by_element_factory_name (GST_BIN (pipeline),
      "capsfilter");
  g_auto (GValue) filter = G_VALUE_INIT;
  g_autoptr (GstCaps) caps = NULL;
  g_autoptr (GstCaps) wanted = gst_caps_from_string (expected);
  ck_assert_int_eq (gst_iterator_next (filters, &filter), GST_ITERATOR_OK);
  g_object_get (g_value_get_object (&filter), "caps", &caps, NULL);
  ck_assert (gst_caps_is_equal (caps, wanted));
}

START_TEST (test_one_word_is_the_whole_description)
{
  assert_joined ("fakesrc ! fakesink", "fakesrc ! fakesink", NULL);
}

END_TEST;

START_TEST (test_white_space_within_a_word_is_protected)
{
  assert_joined ("filesrc location=/a\\ b\\\tc ! fakesink",
      "filesrc", "location=/a b\tc", "!", "fakesink", NULL);
}

END_TEST;

START_TEST (test_what_the_user_has_quoted_stays)
{
  assert_joined ("textoverlay text=\"hello world\"", "textoverlay",
      "text=\"hello world\"", NULL);
}

END_TEST;

START_TEST (test_no_words_are_no_description)
{
  const gchar *none[] = { NULL };
  const gchar *blank[] = { "  ", NULL };
  ck_assert_ptr_null (publisher_description_join (none));
  ck_assert_ptr_null (publisher_description_join (blank));
}

END_TEST;

START_TEST (test_words_and_one_argument_give_the_same_values)
{
  const gchar *words[] = { "filesrc", "name=f", "location=/a b/c  d.mkv", "!",
    "capsfilter", "name=c", "caps=video/x-h264, width=640", NULL
  };
  g_autofree gchar *line = publisher_description_join (words);
  g_autoptr (GError) error = NULL;
  GstElement *pipeline = publisher_description_parse (line, &error);
  ck_assert_ptr_null (error);

  g_autoptr (GstElement) source = gst_bin_get_by_name (GST_BIN (pipeline), "f");
  g_autofree gchar *location = NULL;
  g_object_get (source, "location", &location, NULL);
  ck_assert_str_eq (location, "/a b/c  d.mkv");

  g_autoptr (GstElement) filter = gst_bin_get_by_name (GST_BIN (pipeline), "c");
  g_autoptr (GstCaps) caps = NULL;
  g_object_get (filter, "caps", &caps, NULL);
  g_autoptr (GstCaps) expected =
      gst_caps_from_string ("video/x-h264, width=640");
  ck_assert (gst_caps_is_equal (caps, expected));
  gst_object_unref (pipeline);
}

END_TEST;

START_TEST (test_a_lone_element_gets_a_pipeline)
{
  g_autoptr (GError) error = NULL;
  GstElement *pipeline = publisher_description_parse ("fakesrc", &error);
  ck_assert (GST_IS_PIPELINE (pipeline));
  ck_assert_int_eq (GST_BIN_NUMCHILDREN (pipeline), 1);
  gst_object_unref (pipeline);
}

END_TEST;

START_TEST (test_a_branch_may_end_in_caps)
{
  assert_filter ("fakesrc ! video/x-h264,profile=main",
      "video/x-h264,profile=main");
  assert_filter ("fakesrc ! video/x-h264, profile=(string)main, width=640",
      "video/x-h264,profile=main,width=640");
  assert_filter ("fakesrc ! video/x-h264 fakesrc ! fakesink", "video/x-h264");
  assert_filter ("( fakesrc ! audio/x-opus ) fakesrc ! fakesink",
      "audio/x-opus");
}

END_TEST;

START_TEST (test_caps_between_elements_stay_a_link)
{
  assert_filter ("fakesrc ! video/x-raw, width=640 ! fakesink",
      "video/x-raw,width=640");
  assert_filter ("fakesrc ! video/x-raw,format=\"I420\" ! fakesink",
      "video/x-raw,format=I420");
}

END_TEST;

START_TEST (test_an_address_is_not_caps)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline =
      publisher_description_parse ("filesrc location=\"/a ! video/x b\" ! "
      "fakesink", &error);
  ck_assert_ptr_nonnull (pipeline);
}

END_TEST;

START_TEST (test_a_missing_element_is_named)
{
  g_autoptr (GError) error = NULL;
  ck_assert_ptr_null (publisher_description_parse ("fakesrc ! nosuchthing",
          &error));
  ck_assert_ptr_nonnull (strstr (error->message, "nosuchthing"));
}

END_TEST;

START_TEST (test_an_impossible_link_is_an_error)
{
  g_autoptr (GError) error = NULL;
  ck_assert_ptr_null (publisher_description_parse ("fakesink ! fakesrc",
          &error));
  ck_assert_ptr_nonnull (error);
}

END_TEST;


int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  Suite *suite = suite_create ("publisherdescription");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_one_word_is_the_whole_description);
  tcase_add_test (tcase, test_white_space_within_a_word_is_protected);
  tcase_add_test (tcase, test_what_the_user_has_quoted_stays);
  tcase_add_test (tcase, test_no_words_are_no_description);
  tcase_add_test (tcase, test_words_and_one_argument_give_the_same_values);
  tcase_add_test (tcase, test_a_lone_element_gets_a_pipeline);
  tcase_add_test (tcase, test_a_branch_may_end_in_caps);
  tcase_add_test (tcase, test_caps_between_elements_stay_a_link);
  tcase_add_test (tcase, test_an_address_is_not_caps);
  tcase_add_test (tcase, test_a_missing_element_is_named);
  tcase_add_test (tcase, test_an_impossible_link_is_an_error);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

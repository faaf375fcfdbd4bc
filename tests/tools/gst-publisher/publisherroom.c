/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "publisherroom.h"

#include <check.h>
#include <string.h>

#include "fakeroompublish.h"
#include "publisherdescription.h"

static GstElement *
parse (const gchar * line)
{
  g_autoptr (GError) error = NULL;
  GstElement *pipeline = publisher_description_parse (line, &error);
  ck_assert_msg (pipeline != NULL, "%s", error ? error->message : "");
  return pipeline;
}

static GstElement *
add_room (GstElement * pipeline)
{
  return publisher_room_add (GST_BIN (pipeline),
      gst_element_factory_make ("roompublish", NULL), NULL);
}

static PublisherOptions *
parse_options (const gchar * line)
{
  g_autofree gchar *whole = g_strconcat ("gst-publisher ", line, NULL);
  gchar *none[] = { NULL };
  gint argc;
  g_auto (GStrv) argv = NULL;
  ck_assert (g_shell_parse_argv (whole, &argc, &argv, NULL));
  PublisherOptions *options = publisher_options_parse (argc, argv, none, NULL);
  ck_assert_ptr_nonnull (options);
  return options;
}

static void
assert_property (GstElement * room, const gchar * name, const gchar * expected)
{
  g_auto (GValue) value = G_VALUE_INIT;
  g_object_get_property (G_OBJECT (room), name, &value);
  if (G_VALUE_HOLDS_STRING (&value)) {
    ck_assert_pstr_eq (g_value_get_string (&value), expected);
  } else {
    g_autofree gchar *text = gst_value_serialize (&value);
    ck_assert_pstr_eq (text, expected);
  }
}

START_TEST (test_a_room_within_a_bin_is_found)
{
  g_autoptr (GstElement) pipeline =
      parse ("fakesrc ! fakesink ( name=b roompublish name=r )");
  g_autoptr (GstElement) room = NULL;
  ck_assert (publisher_room_find (GST_BIN (pipeline), &room, NULL));
  ck_assert_str_eq (GST_OBJECT_NAME (room), "r");
}

END_TEST;

START_TEST (test_a_pipeline_without_a_room_has_none)
{
  g_autoptr (GstElement) pipeline = parse ("fakesrc ! fakesink");
  GstElement *room = NULL;
  ck_assert (publisher_room_find (GST_BIN (pipeline), &room, NULL));
  ck_assert_ptr_null (room);
}

END_TEST;

START_TEST (test_two_rooms_are_refused)
{
  g_autoptr (GstElement) pipeline = parse ("roompublish roompublish");
  GstElement *room = NULL;
  g_autoptr (GError) error = NULL;
  ck_assert (!publisher_room_find (GST_BIN (pipeline), &room, &error));
  ck_assert_ptr_null (room);
  ck_assert_ptr_nonnull (strstr (error->message, "2 roompublish"));
}

END_TEST;

static GstState
get_state (GstElement * element)
{
  GstState state;
  gst_element_get_state (element, &state, NULL, GST_CLOCK_TIME_NONE);
  return state;
}

START_TEST (test_a_prepared_room_is_ready_before_there_is_a_pipeline)
{
  GstElement *prepared = publisher_room_prepare ();
  ck_assert_int_eq (get_state (prepared), GST_STATE_READY);
  publisher_room_discard (prepared);
}

END_TEST;

START_TEST (test_a_prepared_room_follows_the_pipeline)
{
  GstElement *prepared = publisher_room_prepare ();
  GstElement *pipeline = parse ("fakesrc ! fakesink");
  GstElement *room = publisher_room_add (GST_BIN (pipeline), prepared, NULL);
  ck_assert_ptr_eq (room, prepared);
  gst_element_set_state (pipeline, GST_STATE_PAUSED);
  ck_assert_int_eq (get_state (room), GST_STATE_PAUSED);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  ck_assert_int_eq (get_state (room), GST_STATE_NULL);
  gst_object_unref (room);
  gst_object_unref (pipeline);
  publisher_room_discard (prepared);
}

END_TEST;

START_TEST (test_a_prepared_room_may_outlive_a_pipeline_that_never_ran)
{
  GstElement *prepared = publisher_room_prepare ();
  GstElement *pipeline = parse ("fakesrc ! fakesink");
  GstElement *room = publisher_room_add (GST_BIN (pipeline), prepared, NULL);
  gst_object_unref (room);
  gst_object_unref (pipeline);
  ck_assert_int_eq (get_state (prepared), GST_STATE_READY);
  publisher_room_discard (prepared);
}

END_TEST;

START_TEST (test_a_room_that_is_not_installed_is_refused)
{
  g_autoptr (GstElement) pipeline = parse ("fakesrc ! fakesink");
  g_autoptr (GError) error = NULL;
  ck_assert_ptr_null (publisher_room_add (GST_BIN (pipeline), NULL, &error));
  ck_assert_ptr_nonnull (strstr (error->message, "GST_PLUGIN_PATH"));
}

END_TEST;

START_TEST (test_options_reach_the_room)
{
  g_autoptr (PublisherOptions) options = parse_options ("--url wss://h "
      "--api-key k --api-secret s --room r --identity i --name n "
      "--metadata m --allowed-users anna,ben x");
  g_autoptr (GstElement) pipeline = parse ("fakesrc ! fakesink");
  g_autoptr (GstElement) room = add_room (pipeline);
  publisher_room_configure (room, options);
  assert_property (room, "url", "wss://h");
  assert_property (room, "api-key", "k");
  assert_property (room, "api-secret", "s");
  assert_property (room, "room", "r");
  assert_property (room, "identity", "i");
  assert_property (room, "participant-name", "n");
  assert_property (room, "metadata", "m");
  assert_property (room, "allowed-users", "< (string)anna, (string)ben >");
}

END_TEST;

START_TEST (test_what_no_option_says_stays_as_the_pipeline_says)
{
  g_autoptr (PublisherOptions) options = parse_options ("--identity other x");
  g_autoptr (GstElement) pipeline =
      parse ("roompublish name=r url=ws://mine token=t identity=me room=x");
  g_autoptr (GstElement) room = gst_bin_get_by_name (GST_BIN (pipeline), "r");
  publisher_room_configure (room, options);
  assert_property (room, "url", "ws://mine");
  assert_property (room, "token", "t");
  assert_property (room, "room", "x");
  assert_property (room, "identity", "other");
}

END_TEST;

START_TEST (test_a_key_is_not_overruled_by_a_token)
{
  g_autoptr (PublisherOptions) options = parse_options ("--api-key k x");
  g_autoptr (GstElement) pipeline = parse ("roompublish name=r token=t");
  g_autoptr (GstElement) room = gst_bin_get_by_name (GST_BIN (pipeline), "r");
  publisher_room_configure (room, options);
  assert_property (room, "token", NULL);
}

END_TEST;

START_TEST (test_an_empty_list_reaches_the_room_as_nobody)
{
  gchar *nobody[] = { NULL };
  g_autoptr (GstElement) pipeline = parse ("fakesrc ! fakesink");
  g_autoptr (GstElement) room = add_room (pipeline);
  publisher_room_set_allowed_users (room, nobody);
  assert_property (room, "allowed-users", "<  >");
}

END_TEST;

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  if (!fake_room_publish_register (NULL))
    return 1;
  Suite *suite = suite_create ("publisherroom");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_a_room_within_a_bin_is_found);
  tcase_add_test (tcase, test_a_pipeline_without_a_room_has_none);
  tcase_add_test (tcase, test_two_rooms_are_refused);
  tcase_add_test (tcase,
      test_a_prepared_room_is_ready_before_there_is_a_pipeline);
  tcase_add_test (tcase, test_a_prepared_room_follows_the_pipeline);
  tcase_add_test (tcase,
      test_a_prepared_room_may_outlive_a_pipeline_that_never_ran);
  tcase_add_test (tcase, test_a_room_that_is_not_installed_is_refused);
  tcase_add_test (tcase, test_options_reach_the_room);
  tcase_add_test (tcase, test_what_no_option_says_stays_as_the_pipeline_says);
  tcase_add_test (tcase, test_a_key_is_not_overruled_by_a_token);
  tcase_add_test (tcase, test_an_empty_list_reaches_the_room_as_nobody);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "publisherplan.h"

#include <check.h>
#include <string.h>

#include "fakeroompublish.h"

#define WAIT_TIME (30 * G_TIME_SPAN_SECOND)

static PublisherOptions *options;
static GstElement *prepared;
static PublisherPlan *plan;
static PublisherExit reason;
static GError *error;

/* A server that is run takes any port: one that is there is not for a test. */
static gchar *variables[] = { (gchar *) "GST_ROOM_SERVER_PORT=0", NULL };

static gboolean
make (const gchar * line)
{
  g_autofree gchar *whole = g_strconcat ("gst-publisher ", line, NULL);
  gint argc;
  g_auto (GStrv) argv = NULL;
  ck_assert (g_shell_parse_argv (whole, &argc, &argv, NULL));
  options = publisher_options_parse (argc, argv, variables, &error);
  ck_assert_msg (options != NULL, "%s", error ? error->message : "");
  prepared = gst_element_factory_make ("roompublish", NULL);
  gst_object_ref_sink (prepared);
  plan = publisher_plan_new (options, variables);
  return publisher_plan_make (plan, prepared, variables, &reason, &error);
}

static void
assert_made (const gchar * line)
{
  gboolean made = make (line);
  ck_assert_msg (made, "%s", error ? error->message : "");
}

static void
assert_refused (const gchar * line, PublisherExit expected, const gchar * part)
{
  ck_assert (!make (line));
  ck_assert_int_eq (reason, expected);
  ck_assert_msg (strstr (error->message, part) != NULL, "%s", error->message);
}

static void
assert_property (const gchar * name, const gchar * expected)
{
  g_autofree gchar *value = NULL;
  g_object_get (publisher_plan_get_room (plan), name, &value, NULL);
  ck_assert_pstr_eq (value, expected);
}

static void
setup (void)
{
  ck_assert (fake_room_publish_register (NULL));
}

static void
teardown (void)
{
  PublisherHost *host = publisher_plan_get_host (plan);
  if (host)
    ck_assert (publisher_host_stop (host, WAIT_TIME));
  g_clear_pointer (&plan, publisher_plan_free);
  g_clear_object (&prepared);
  g_clear_pointer (&options, publisher_options_free);
  g_clear_error (&error);
}

START_TEST (test_a_named_server_is_used_and_none_is_run)
{
  assert_made ("--url ws://h --token t fakesrc ! video/x-vp8");
  ck_assert_ptr_null (publisher_plan_get_host (plan));
  ck_assert_ptr_null (publisher_plan_get_watch (plan));
  ck_assert (!publisher_plan_is_own_room (plan));
  ck_assert_ptr_eq (publisher_plan_get_room (plan), prepared);
  assert_property ("url", "ws://h");
}

END_TEST;

START_TEST (test_without_a_server_one_is_run_and_can_be_watched)
{
  assert_made ("fakesrc ! video/x-vp8");
  ck_assert_ptr_nonnull (publisher_plan_get_host (plan));
  const gchar *watch = publisher_plan_get_watch (plan);
  ck_assert (g_str_has_prefix (watch, "http://127.0.0.1:"));
  assert_property ("url", watch);
  assert_property ("api-key", "devkey");
  assert_property ("room", "live");
  assert_property ("identity", "publisher");
}

END_TEST;

START_TEST (test_a_room_with_a_server_of_its_own_is_left_alone)
{
  assert_made ("fakesrc ! video/x-vp8 ! roompublish url=ws://own room=r");
  ck_assert (publisher_plan_is_own_room (plan));
  ck_assert_ptr_null (publisher_plan_get_host (plan));
  ck_assert_ptr_null (publisher_plan_get_watch (plan));
  assert_property ("url", "ws://own");
  assert_property ("room", "r");
  assert_property ("identity", NULL);
}

END_TEST;

START_TEST (test_a_room_of_the_pipeline_without_a_server_gets_it)
{
  assert_made ("fakesrc ! video/x-vp8 ! roompublish room=r");
  ck_assert (publisher_plan_is_own_room (plan));
  assert_property ("url", publisher_plan_get_watch (plan));
  assert_property ("room", "r");
  assert_property ("identity", "publisher");
}

END_TEST;

START_TEST (test_a_named_room_server_can_be_watched)
{
  assert_made ("--room-server wss://h:1 --token t fakesrc ! video/x-vp8");
  ck_assert_ptr_null (publisher_plan_get_host (plan));
  ck_assert_str_eq (publisher_plan_get_watch (plan), "wss://h:1");
  assert_property ("url", "wss://h:1");
}

END_TEST;

START_TEST (test_a_room_server_of_this_machine_needs_no_credentials)
{
  assert_made ("--room-server ws://127.0.0.1:1 fakesrc ! video/x-vp8");
  assert_property ("url", "ws://127.0.0.1:1");
  assert_property ("api-key", "devkey");
  /* Others may be in it. */
  ck_assert (g_str_has_prefix (options->identity, "publisher-"));
}

END_TEST;

START_TEST (test_who_wants_none_is_told_what_is_missing)
{
  assert_refused ("--room-server none fakesrc ! video/x-vp8",
      PUBLISHER_EXIT_USAGE, "no credentials");
}

END_TEST;

START_TEST (test_a_bad_pipeline_is_refused_and_the_server_ends)
{
  assert_refused ("nosuchelement", PUBLISHER_EXIT_BAD_PIPELINE,
      "nosuchelement");
}

END_TEST;

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  Suite *suite = suite_create ("publisherplan");
  TCase *tcase = tcase_create ("all");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_a_named_server_is_used_and_none_is_run);
  tcase_add_test (tcase, test_without_a_server_one_is_run_and_can_be_watched);
  tcase_add_test (tcase, test_a_room_with_a_server_of_its_own_is_left_alone);
  tcase_add_test (tcase, test_a_room_of_the_pipeline_without_a_server_gets_it);
  tcase_add_test (tcase, test_a_named_room_server_can_be_watched);
  tcase_add_test (tcase,
      test_a_room_server_of_this_machine_needs_no_credentials);
  tcase_add_test (tcase, test_who_wants_none_is_told_what_is_missing);
  tcase_add_test (tcase, test_a_bad_pipeline_is_refused_and_the_server_ends);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "publisherexit.h"

#include <check.h>

START_TEST (test_every_kind_of_failure_has_a_code_of_its_own)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  for (gint e = PUBLISHER_EXIT_USAGE; e <= PUBLISHER_EXIT_REMOVED; e++) {
    gint code = publisher_exit_get_code (e);
    ck_assert_int_gt (code, 0);
    ck_assert_int_lt (code, 126);
    ck_assert (g_hash_table_add (seen, GINT_TO_POINTER (code)));
  }
}

END_TEST;

START_TEST (test_an_end_that_was_asked_for_is_no_failure)
{
  ck_assert_int_eq (publisher_exit_get_code (PUBLISHER_EXIT_EOS), 0);
  ck_assert_int_eq (publisher_exit_get_code (PUBLISHER_EXIT_SIGNAL), 0);
}

END_TEST;

START_TEST (test_codes_are_those_of_the_manual)
{
  const struct
  {
    const gchar *room_reason;
    gint code;
  } manual[] = {
    {"url", 64}, {"input", 65}, {"track-refused", 65}, {"resolve", 69},
    {"unreachable", 69}, {"tls", 69}, {"refused", 69}, {"no-such-room", 69},
    {"join-timeout", 69}, {"lost", 75}, {"state", 75}, {"media", 75},
    {"server-shutdown", 75}, {"protocol", 76}, {"credentials", 77},
    {"unauthorized", 77}, {"forbidden", 77}, {"not-allowed", 77},
    {"removed", 79}, {"room-deleted", 79}, {"duplicate-identity", 79},
    {"something-new", 70},
  };
  for (gsize i = 0; i < G_N_ELEMENTS (manual); i++) {
    PublisherExit e = publisher_exit_from_room_reason (manual[i].room_reason);
    ck_assert_int_eq (publisher_exit_get_code (e), manual[i].code);
  }
}

END_TEST;

START_TEST (test_an_error_message_with_a_room_reason_is_the_rooms)
{
  g_autoptr (GError) error = g_error_new_literal (GST_RESOURCE_ERROR,
      GST_RESOURCE_ERROR_NOT_AUTHORIZED, "the token has expired");
  g_autoptr (GstMessage) message = gst_message_new_error_with_details (NULL,
      error, NULL, gst_structure_new ("details", "room-reason", G_TYPE_STRING,
          "unauthorized", NULL));
  g_autofree gchar *text = NULL;
  g_autofree gchar *reason = NULL;
  ck_assert_int_eq (publisher_exit_from_message (message, &text, &reason),
      PUBLISHER_EXIT_REFUSED);
  ck_assert_str_eq (text, "the token has expired");
  ck_assert_str_eq (reason, "unauthorized");
}

END_TEST;

START_TEST (test_any_other_error_message_is_the_pipelines)
{
  g_autoptr (GError) error = g_error_new_literal (GST_STREAM_ERROR,
      GST_STREAM_ERROR_FAILED, "no data");
  g_autoptr (GstMessage) message = gst_message_new_error (NULL, error, NULL);
  g_autofree gchar *text = NULL;
  g_autofree gchar *reason = NULL;
  ck_assert_int_eq (publisher_exit_from_message (message, &text, &reason),
      PUBLISHER_EXIT_PIPELINE);
  ck_assert_ptr_null (reason);
}

END_TEST;

START_TEST (test_formats_that_do_not_fit_are_a_bad_pipeline)
{
  g_autoptr (GError) error = g_error_new_literal (GST_STREAM_ERROR,
      GST_STREAM_ERROR_FAILED, "Internal data stream error.");
  g_autoptr (GstMessage) message = gst_message_new_error_with_details (NULL,
      error, NULL, gst_structure_new ("details", "flow-return", G_TYPE_INT,
          GST_FLOW_NOT_NEGOTIATED, NULL));
  g_autofree gchar *text = NULL;
  ck_assert_int_eq (publisher_exit_from_message (message, &text, NULL),
      PUBLISHER_EXIT_BAD_PIPELINE);
  ck_assert_str_eq (text,
      "pipeline: the elements behind it agree on no format");
}

END_TEST;

START_TEST (test_a_missing_plugin_is_a_bad_pipeline)
{
  g_autoptr (GError) error = g_error_new_literal (GST_CORE_ERROR,
      GST_CORE_ERROR_MISSING_PLUGIN, "no decoder");
  g_autoptr (GstMessage) message = gst_message_new_error (NULL, error, NULL);
  g_autofree gchar *text = NULL;
  ck_assert_int_eq (publisher_exit_from_message (message, &text, NULL),
      PUBLISHER_EXIT_BAD_PIPELINE);
}

END_TEST;


int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  Suite *suite = suite_create ("publisherexit");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_every_kind_of_failure_has_a_code_of_its_own);
  tcase_add_test (tcase, test_an_end_that_was_asked_for_is_no_failure);
  tcase_add_test (tcase, test_codes_are_those_of_the_manual);
  tcase_add_test (tcase, test_an_error_message_with_a_room_reason_is_the_rooms);
  tcase_add_test (tcase, test_any_other_error_message_is_the_pipelines);
  tcase_add_test (tcase, test_formats_that_do_not_fit_are_a_bad_pipeline);
  tcase_add_test (tcase, test_a_missing_plugin_is_a_bad_pipeline);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

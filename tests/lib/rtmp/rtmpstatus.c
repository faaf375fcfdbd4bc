/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpstatus.h"

#include "rtmp/rtmpcommand.h"
#include "rtmp/rtmperror.h"
#include "rtmp/rtmpvaluebuilder.h"

#include <check.h>
#include <string.h>

static RtmpValues *
new_info (const gchar * level, const gchar * code, const gchar * description)
{
  g_auto (RtmpValueBuilder) builder;

  rtmp_value_builder_init (&builder);
  rtmp_value_builder_open_object (&builder, NULL, NULL);
  if (level != NULL)
    rtmp_value_builder_add_string (&builder, "level", level);
  if (code != NULL)
    rtmp_value_builder_add_string (&builder, "code", code);
  if (description != NULL)
    rtmp_value_builder_add_string (&builder, "description", description);
  rtmp_value_builder_close (&builder);
  return rtmp_value_builder_end (&builder, NULL);
}

static GError *
new_refusal (const gchar * code, const gchar * description, const RtmpUrl * url)
{
  g_autoptr (RtmpValues) values = new_info ("error", code, description);
  RtmpStatus status;

  rtmp_status_read (&status, rtmp_values_get (values, 0));
  return rtmp_status_new_error (&status, "publish", url);
}

START_TEST (test_it_is_read)
{
  g_autoptr (RtmpValues) values = new_info ("error", "C", "D");
  RtmpStatus status;

  rtmp_status_read (&status, rtmp_values_get (values, 0));
  ck_assert (status.is_error);
  ck_assert (rtmp_status_is (&status, "C"));
  ck_assert (!rtmp_status_is (&status, "c"));
  ck_assert_str_eq (status.description, "D");
  ck_assert_ptr_null (status.tc_url);
}

END_TEST;

START_TEST (test_nothing_has_to_be_there)
{
  RtmpStatus status;

  rtmp_status_read (&status, NULL);
  ck_assert (!status.is_error);
  ck_assert_str_eq (status.code, "");
  ck_assert_str_eq (status.description, "");
  g_autoptr (GError) error = rtmp_status_new_error (&status, "play", NULL);
  ck_assert_str_eq (error->message, "server refused play: it does not say why");
}

END_TEST;

START_TEST (test_a_text_alone_is_the_description)
{
  g_auto (RtmpValueBuilder) builder;
  RtmpStatus status;

  rtmp_value_builder_init (&builder);
  rtmp_value_builder_add_string (&builder, NULL, "full");
  g_autoptr (RtmpValues) values = rtmp_value_builder_end (&builder, NULL);
  rtmp_status_read (&status, rtmp_values_get (values, 0));
  ck_assert_str_eq (status.description, "full");
}

END_TEST;

START_TEST (test_a_reconnect_request_says_where)
{
  g_autoptr (RtmpMessage) message = rtmp_command_new_reconnect ("rtmp://o/a",
      NULL);
  g_autoptr (RtmpCommand) command = rtmp_command_parse (message, NULL);
  RtmpStatus status;

  rtmp_status_read (&status, rtmp_command_get_argument (command, 0));
  ck_assert_str_eq (status.tc_url, "rtmp://o/a");
}

END_TEST;

START_TEST (test_codes_are_errors_to_act_on)
{
  const struct
  {
    const gchar *code;
    gint error;
  } codes[] = {
    {"NetConnection.Connect.InvalidApp", RTMP_ERROR_NO_SUCH_APPLICATION},
    {"NetConnection.Connect.Rejected", RTMP_ERROR_REFUSED},
    {"NetStream.Play.StreamNotFound", RTMP_ERROR_NO_SUCH_STREAM},
    {"NetStream.Publish.BadName", RTMP_ERROR_BUSY},
    {"NetStream.Publish.Denied", RTMP_ERROR_UNAUTHORIZED},
    {"NetStream.Publish.Unauthorized", RTMP_ERROR_UNAUTHORIZED},
    {"NetConnection.Connect.AppShutdown", RTMP_ERROR_CLOSED},
    {"Something.Else", RTMP_ERROR_REFUSED},
  };

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++) {
    g_autoptr (GError) error = new_refusal (codes[i].code, NULL, NULL);
    ck_assert (g_error_matches (error, RTMP_ERROR, codes[i].error));
    ck_assert_ptr_nonnull (strstr (error->message, codes[i].code));
  }
}

END_TEST;

START_TEST (test_words_of_an_access_module_are_a_question_for_a_password)
{
  g_autoptr (GError) error = new_refusal ("NetConnection.Connect.Rejected",
      "[ AccessManager.Reject ] : [ code=403 need auth; authmod=adobe ] : ",
      NULL);

  ck_assert (g_error_matches (error, RTMP_ERROR, RTMP_ERROR_UNAUTHORIZED));
}

END_TEST;

START_TEST (test_an_error_has_code_and_words_of_the_server)
{
  g_autoptr (GError) both = new_refusal ("C", "  D\n", NULL);
  ck_assert_str_eq (both->message, "server refused publish: C (D)");
  g_autoptr (GError) words = new_refusal (NULL, "D", NULL);
  ck_assert_str_eq (words->message, "server refused publish: D");
  g_autoptr (RtmpValues) values = new_info ("status", "C", "D");
  RtmpStatus status;
  rtmp_status_read (&status, rtmp_values_get (values, 0));
  g_autoptr (GError) end = rtmp_status_new_end (&status, NULL);
  ck_assert_str_eq (end->message, "server has ended the stream: C (D)");
  ck_assert (g_error_matches (end, RTMP_ERROR, RTMP_ERROR_CLOSED));
}

END_TEST;

START_TEST (test_an_error_has_no_secrets)
{
  g_autoptr (RtmpUrl) url = rtmp_url_parse ("rtmp://h/live/secret-key?t=token",
      NULL);
  g_autoptr (GError) error = new_refusal ("NetStream.Publish.BadName",
      "secret-key?t=token is taken", url);

  ck_assert_str_eq (error->message, "server refused publish: "
      "NetStream.Publish.BadName (*** is taken)");
}

END_TEST;

START_TEST (test_long_words_are_cut_and_others_made_text)
{
  g_autofree gchar *words = g_strnfill (10000, 'x');
  g_autoptr (GError) longer = new_refusal (NULL, words, NULL);
  ck_assert_uint_lt (strlen (longer->message), 400);
  g_autoptr (GError) broken = new_refusal ("C\xff", "\xc3", NULL);
  ck_assert (g_utf8_validate (broken->message, -1, NULL));
}

END_TEST;

/* The secret is where the words are cut. */
START_TEST (test_half_a_secret_is_not_left)
{
  g_autoptr (RtmpUrl) url = rtmp_url_parse ("rtmp://h/live/secret-key", NULL);
  g_autofree gchar *fill = g_strnfill (295, 'x');
  g_autofree gchar *words = g_strconcat (fill, "secret-key", NULL);
  g_autoptr (GError) error = new_refusal (NULL, words, url);

  ck_assert_ptr_null (strstr (error->message, "secr"));
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("rtmpstatus");
  TCase *tcase = tcase_create ("rtmpstatus");
  tcase_add_test (tcase, test_it_is_read);
  tcase_add_test (tcase, test_nothing_has_to_be_there);
  tcase_add_test (tcase, test_a_text_alone_is_the_description);
  tcase_add_test (tcase, test_a_reconnect_request_says_where);
  tcase_add_test (tcase, test_codes_are_errors_to_act_on);
  tcase_add_test (tcase,
      test_words_of_an_access_module_are_a_question_for_a_password);
  tcase_add_test (tcase, test_an_error_has_code_and_words_of_the_server);
  tcase_add_test (tcase, test_an_error_has_no_secrets);
  tcase_add_test (tcase, test_long_words_are_cut_and_others_made_text);
  tcase_add_test (tcase, test_half_a_secret_is_not_left);
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

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpconnect.h"

#include "rtmp/rtmparguments.h"
#include "rtmp/rtmperror.h"
#include "rtmp/rtmpstatus.h"

#include <check.h>
#include <string.h>

static RtmpCommand *
parse (RtmpMessage * message)
{
  RtmpCommand *command = rtmp_command_parse (message, NULL);

  rtmp_message_unref (message);
  ck_assert_ptr_nonnull (command);
  return command;
}

START_TEST (test_what_a_client_says_is_read)
{
  g_autoptr (RtmpConnect) said = rtmp_connect_new ();
  said->application = g_strdup ("live?x=1");
  said->tc_url = g_strdup ("rtmp://h/live?x=1");
  said->flash_version = g_strdup ("LNX 10,0,32,18");
  said->swf_url = g_strdup ("http://s");
  said->page_url = g_strdup ("http://p");
  said->plays = TRUE;
  said->object_encoding = 3;
  said->capabilities.caps = RTMP_CAPS_RECONNECT;
  said->arguments = rtmp_arguments_parse ("conn=S:extra conn=B:1", NULL);
  g_autoptr (RtmpCommand) command = parse (rtmp_connect_write (said, 1));
  ck_assert_str_eq (command->name, "connect");
  ck_assert_double_eq (command->transaction, 1);

  g_autoptr (RtmpConnect) heard = rtmp_connect_parse (command, NULL);
  ck_assert_str_eq (heard->application, "live?x=1");
  ck_assert_str_eq (heard->tc_url, "rtmp://h/live?x=1");
  ck_assert_str_eq (heard->flash_version, "LNX 10,0,32,18");
  ck_assert_str_eq (heard->swf_url, "http://s");
  ck_assert_str_eq (heard->page_url, "http://p");
  ck_assert (heard->plays);
  ck_assert_uint_eq (heard->object_encoding, 3);
  ck_assert_uint_eq (heard->capabilities.caps, RTMP_CAPS_RECONNECT);
  ck_assert (rtmp_values_equal (heard->arguments, said->arguments));
}

END_TEST;

START_TEST (test_a_publisher_says_little)
{
  g_autoptr (RtmpConnect) said = rtmp_connect_new ();
  said->application = g_strdup ("live");
  g_autoptr (RtmpCommand) command = parse (rtmp_connect_write (said, 1));
  const RtmpValue *object = rtmp_command_get_object (command);

  /* app and type. */
  ck_assert_uint_eq (rtmp_value_get_count (object), 2);
  ck_assert_str_eq (rtmp_value_get_string (rtmp_value_lookup (object,
              "type")), "nonprivate");
  g_autoptr (RtmpConnect) heard = rtmp_connect_parse (command, NULL);
  ck_assert (!heard->plays);
  ck_assert_ptr_null (heard->tc_url);
  ck_assert_uint_eq (rtmp_values_get_count (heard->arguments), 0);
}

END_TEST;

START_TEST (test_one_without_an_application_is_refused)
{
  g_autoptr (RtmpCommand) command = parse (rtmp_command_new_call (0, "connect",
          1, NULL));
  g_autoptr (GError) error = NULL;

  ck_assert_ptr_null (rtmp_connect_parse (command, &error));
  ck_assert (g_error_matches (error, RTMP_ERROR, RTMP_ERROR_PROTOCOL));
}

END_TEST;

START_TEST (test_texts_that_are_none_are_made_valid)
{
  g_autoptr (RtmpConnect) said = rtmp_connect_new ();
  said->application = g_strdup ("l\xffve");
  g_autoptr (RtmpCommand) command = parse (rtmp_connect_write (said, 1));
  g_autoptr (RtmpConnect) heard = rtmp_connect_parse (command, NULL);

  ck_assert (g_utf8_validate (heard->application, -1, NULL));
}

END_TEST;

START_TEST (test_the_answer_says_what_the_server_can)
{
  RtmpCapabilities can = {.caps = RTMP_CAPS_RECONNECT,
    .video_function = RTMP_VIDEO_HDR
  }, heard = {.caps = 0xff };
  can.codecs[RTMP_CODEC_H265] = RTMP_CAN_FORWARD;
  g_autoptr (RtmpCommand) command = parse (rtmp_connect_new_success (1, 3,
          &can));
  RtmpStatus status;

  ck_assert_str_eq (command->name, "_result");
  rtmp_status_read (&status, rtmp_command_get_argument (command, 0));
  ck_assert (rtmp_status_is (&status, "NetConnection.Connect.Success"));
  ck_assert_double_eq (rtmp_value_get_number (rtmp_value_lookup
          (rtmp_command_get_argument (command, 0), "objectEncoding"), 0), 3);
  rtmp_connect_read_success (command, &heard);
  ck_assert_uint_eq (heard.caps, RTMP_CAPS_RECONNECT);
  ck_assert_uint_eq (heard.video_function, RTMP_VIDEO_HDR);
  ck_assert_uint_eq (rtmp_capabilities_get (&heard, RTMP_CODEC_H265),
      RTMP_CAN_ALL);
}

END_TEST;

START_TEST (test_a_server_of_old_can_nothing)
{
  RtmpCapabilities none = { 0 }, heard = { 0 };
  g_autoptr (RtmpCommand) command = parse (rtmp_connect_new_success (1, 0,
          &none));

  rtmp_connect_read_success (command, &heard);
  ck_assert (!rtmp_capabilities_is_enhanced (&heard));
}

END_TEST;

static RtmpCommand *
new_asking (const gchar * challenge)
{
  RtmpAmf0Writer writer;
  RtmpMessageHead head = {.type = RTMP_MESSAGE_COMMAND };

  rtmp_amf0_writer_init (&writer);
  rtmp_amf0_writer_add_string (&writer, NULL, "_result");
  rtmp_amf0_writer_add_number (&writer, NULL, 1);
  rtmp_amf0_writer_add_null (&writer, NULL);
  rtmp_amf0_writer_open_object (&writer, NULL);
  rtmp_amf0_writer_add_string (&writer, "secureToken", challenge);
  rtmp_amf0_writer_close (&writer);
  return parse (rtmp_amf0_writer_end (&writer, &head));
}

START_TEST (test_a_token_is_told_to_who_asks_and_only_if_there_is_one)
{
  RtmpCapabilities none = { 0 };
  g_autoptr (RtmpCommand) asking = new_asking ("0123456789abcdef");
  g_autoptr (RtmpCommand) strange = new_asking ("01234567");
  g_autoptr (RtmpCommand) silent = parse (rtmp_connect_new_success (1, 0,
          &none));
  g_autoptr (RtmpCommand) answer =
      parse (rtmp_connect_new_token_answer (asking, "secret"));

  ck_assert_str_eq (answer->name, "secureTokenResponse");
  ck_assert_ptr_null (rtmp_connect_new_token_answer (asking, NULL));
  ck_assert_ptr_null (rtmp_connect_new_token_answer (strange, "secret"));
  ck_assert_ptr_null (rtmp_connect_new_token_answer (silent, "secret"));
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("rtmpconnect");
  TCase *tcase = tcase_create ("rtmpconnect");
  tcase_add_test (tcase, test_what_a_client_says_is_read);
  tcase_add_test (tcase, test_a_publisher_says_little);
  tcase_add_test (tcase, test_one_without_an_application_is_refused);
  tcase_add_test (tcase, test_texts_that_are_none_are_made_valid);
  tcase_add_test (tcase, test_the_answer_says_what_the_server_can);
  tcase_add_test (tcase, test_a_server_of_old_can_nothing);
  tcase_add_test (tcase,
      test_a_token_is_told_to_who_asks_and_only_if_there_is_one);
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

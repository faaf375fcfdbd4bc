/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpcommand.h"

#include "hexbytes.h"
#include "rtmp/rtmperror.h"

#include <check.h>

/* "call", 2, null, "text"; AMF0 2.2, 2.4, 2.7. */
#define CALL "02 0004 63616c6c 00 4000000000000000 05 02 0004 74657874"

static RtmpCommand *
parse_with_error (guint type, const gchar * hex, GError ** error)
{
  g_autoptr (GBytes) bytes = hex_bytes_new (hex);
  RtmpMessageHead head = {.type = type,.stream = 5 };
  g_autoptr (RtmpMessage) message = rtmp_message_new (&head, bytes);

  return rtmp_command_parse (message, error);
}

static RtmpCommand *
parse (guint type, const gchar * hex)
{
  g_autoptr (GError) error = NULL;
  RtmpCommand *command = parse_with_error (type, hex, &error);

  ck_assert_msg (command != NULL, "%s: %s", hex,
      error != NULL ? error->message : "");
  return command;
}

/* Reads what was made, which goes to the stream that is said. */
static RtmpCommand *
take (RtmpMessage * message, guint32 stream)
{
  RtmpCommand *command = rtmp_command_parse (message, NULL);

  ck_assert_uint_eq (rtmp_message_get_head (message)->type,
      RTMP_MESSAGE_COMMAND);
  ck_assert_uint_eq (rtmp_message_get_head (message)->chunk_stream, 3);
  ck_assert_ptr_nonnull (command);
  ck_assert_uint_eq (command->stream, stream);
  rtmp_message_unref (message);
  return command;
}

static const gchar *
get_text (const RtmpCommand * command, guint index)
{
  return rtmp_value_get_string (rtmp_command_get_argument (command, index));
}

static gdouble
get_number (const RtmpCommand * command, guint index)
{
  return rtmp_value_get_number (rtmp_command_get_argument (command, index), -7);
}

static const gchar *
get_info (const RtmpCommand * command, const gchar * name)
{
  return rtmp_value_get_string (rtmp_value_lookup (rtmp_command_get_argument
          (command, 0), name));
}

START_TEST (test_a_command_is_read)
{
  g_autoptr (RtmpCommand) command = parse (RTMP_MESSAGE_COMMAND, CALL);

  ck_assert_str_eq (command->name, "call");
  ck_assert_double_eq (command->transaction, 2);
  ck_assert_uint_eq (command->stream, 5);
  ck_assert_int_eq (rtmp_value_get_kind (rtmp_command_get_object (command)),
      RTMP_VALUE_NULL);
  ck_assert_str_eq (get_text (command, 0), "text");
  ck_assert_ptr_null (rtmp_command_get_argument (command, 1));
}

END_TEST;

START_TEST (test_one_in_amf3_has_a_byte_in_front)
{
  g_autoptr (RtmpCommand) usual = parse (RTMP_MESSAGE_COMMAND_AMF3, "00" CALL);
  ck_assert_str_eq (get_text (usual, 0), "text");
  /* And some have it not. */
  g_autoptr (RtmpCommand) bare = parse (RTMP_MESSAGE_COMMAND_AMF3, CALL);
  ck_assert_str_eq (get_text (bare, 0), "text");
  /* AMF3 3.8 within AMF0 3.1. */
  g_autoptr (RtmpCommand) mixed = parse (RTMP_MESSAGE_COMMAND_AMF3,
      "00 02 0004 63616c6c 00 4000000000000000 05 11 06 09 74657874");
  ck_assert_str_eq (get_text (mixed, 0), "text");
}

END_TEST;

START_TEST (test_little_is_enough)
{
  g_autoptr (RtmpCommand) command =
      parse (RTMP_MESSAGE_COMMAND, "02 0004 63616c6c");

  ck_assert_double_eq (command->transaction, 0);
  ck_assert_ptr_null (rtmp_command_get_object (command));
  ck_assert_ptr_null (rtmp_command_get_argument (command, 0));
}

END_TEST;

START_TEST (test_what_is_none_is_refused)
{
  const gchar *bad[] = { "", "05", "02 0000", "00 4000000000000000",
    "02 0002 61", "02 0001 00"
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;
    ck_assert_ptr_null (parse_with_error (RTMP_MESSAGE_COMMAND, bad[i],
            &error));
    ck_assert (g_error_matches (error, RTMP_ERROR, RTMP_ERROR_PROTOCOL));
  }
}

END_TEST;

START_TEST (test_a_call_is_laid_out_as_others_do)
{
  g_autoptr (RtmpMessage) message = rtmp_command_new_call (0, "call", 2,
      "text");
  hex_bytes_assert (rtmp_message_get_data (message, NULL),
      rtmp_message_get_size (message), CALL);
  g_autoptr (RtmpCommand) bare = take (rtmp_command_new_call (4, "closeStream",
          0, NULL), 4);
  ck_assert_str_eq (bare->name, "closeStream");
  ck_assert_ptr_null (rtmp_command_get_argument (bare, 0));
}

END_TEST;

/* RTMP 7.2.2.6 */
START_TEST (test_publish_has_a_name_and_a_kind)
{
  g_autoptr (RtmpCommand) command = take (rtmp_command_new_publish (1, 5,
          "key", "live"), 1);

  ck_assert_str_eq (command->name, "publish");
  ck_assert_double_eq (command->transaction, 5);
  ck_assert_str_eq (get_text (command, 0), "key");
  ck_assert_str_eq (get_text (command, 1), "live");
}

END_TEST;

/* RTMP 7.2.2.1 */
START_TEST (test_play_has_a_start_and_a_duration)
{
  g_autoptr (RtmpCommand) live = take (rtmp_command_new_play (1, 0, "key", -1,
          -1), 1);
  ck_assert_str_eq (live->name, "play");
  ck_assert_str_eq (get_text (live, 0), "key");
  ck_assert_double_eq (get_number (live, 1), -1);
  ck_assert_ptr_null (rtmp_command_get_argument (live, 2));
  g_autoptr (RtmpCommand) part = take (rtmp_command_new_play (1, 0, "key", 10,
          5), 1);
  ck_assert_double_eq (get_number (part, 1), 10);
  ck_assert_double_eq (get_number (part, 2), 5);
}

END_TEST;

/* RTMP 7.2.2.3, 7.2.1.3 */
START_TEST (test_streams_are_named_by_their_number)
{
  g_autoptr (RtmpCommand) delete = take (rtmp_command_new_delete_stream (3, 1),
      0);
  ck_assert_str_eq (delete->name, "deleteStream");
  ck_assert_double_eq (get_number (delete, 0), 1);
  g_autoptr (RtmpCommand) result = take (rtmp_command_new_stream_result (4, 1),
      0);
  ck_assert_str_eq (result->name, "_result");
  ck_assert_double_eq (result->transaction, 4);
  ck_assert_double_eq (get_number (result, 0), 1);
}

END_TEST;

START_TEST (test_answers_have_an_info)
{
  g_autoptr (RtmpCommand) result = take (rtmp_command_new_empty_result (2), 0);
  ck_assert_str_eq (result->name, "_result");
  ck_assert_ptr_null (rtmp_command_get_argument (result, 0));
  g_autoptr (RtmpCommand) error = take (rtmp_command_new_error (2, "C", "D"),
      0);
  ck_assert_str_eq (error->name, "_error");
  ck_assert_str_eq (get_info (error, "level"), "error");
  ck_assert_str_eq (get_info (error, "code"), "C");
  ck_assert_str_eq (get_info (error, "description"), "D");
  g_autoptr (RtmpCommand) status = take (rtmp_command_new_status (3, "status",
          "C", "D", "key"), 3);
  ck_assert_str_eq (status->name, "onStatus");
  ck_assert_double_eq (status->transaction, 0);
  ck_assert_str_eq (get_info (status, "details"), "key");
  g_autoptr (RtmpCommand) notice = take (rtmp_command_new_notice
      ("onFCPublish", "C", NULL), 0);
  ck_assert_str_eq (notice->name, "onFCPublish");
  ck_assert_str_eq (get_info (notice, "code"), "C");
  ck_assert_ptr_null (get_info (notice, "description"));
}

END_TEST;

/* Enhanced RTMP v2, "Reconnect Request". */
START_TEST (test_a_reconnect_request_may_say_where)
{
  g_autoptr (RtmpCommand) there = take (rtmp_command_new_reconnect
      ("rtmp://other/live", "bye"), 0);
  ck_assert_str_eq (there->name, "onStatus");
  ck_assert_str_eq (get_info (there, "tcUrl"), "rtmp://other/live");
  ck_assert_str_eq (get_info (there, "code"),
      "NetConnection.Connect.ReconnectRequest");
  ck_assert_str_eq (get_info (there, "description"), "bye");
  ck_assert_str_eq (get_info (there, "level"), "status");
  g_autoptr (RtmpCommand) same = take (rtmp_command_new_reconnect (NULL, NULL),
      0);
  ck_assert_ptr_null (get_info (same, "tcUrl"));
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("rtmpcommand");
  TCase *tcase = tcase_create ("rtmpcommand");
  tcase_add_test (tcase, test_a_command_is_read);
  tcase_add_test (tcase, test_one_in_amf3_has_a_byte_in_front);
  tcase_add_test (tcase, test_little_is_enough);
  tcase_add_test (tcase, test_what_is_none_is_refused);
  tcase_add_test (tcase, test_a_call_is_laid_out_as_others_do);
  tcase_add_test (tcase, test_publish_has_a_name_and_a_kind);
  tcase_add_test (tcase, test_play_has_a_start_and_a_duration);
  tcase_add_test (tcase, test_streams_are_named_by_their_number);
  tcase_add_test (tcase, test_answers_have_an_info);
  tcase_add_test (tcase, test_a_reconnect_request_may_say_where);
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

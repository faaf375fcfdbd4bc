/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpdialogue.h"

#include "callrun.h"
#include "rtmp/rtmpamf0writer.h"
#include "rtmp/rtmperror.h"

#include <check.h>
#include <string.h>

#define URL "rtmp://h/live/secret-key"

static CallRun *
new_publisher (void)
{
  RtmpCallerConfig config = {.dialogue = {.publish = TRUE,
      .stop_commands = RTMP_STOP_FCUNPUBLISH | RTMP_STOP_DELETE_STREAM}
  };

  return call_run_new (URL, &config);
}

static CallRun *
new_player (const gchar * url)
{
  RtmpCallerConfig config = { 0 };

  return call_run_new (url, &config);
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
get_member (const RtmpCommand * command, const gchar * name)
{
  return rtmp_value_get_string (rtmp_value_lookup (rtmp_command_get_object
          (command), name));
}

static RtmpMessage *
new_status (const gchar * level, const gchar * code)
{
  return rtmp_command_new_status (1, level, code, "secret-key!", NULL);
}

static RtmpMessage *
new_media (guint type)
{
  RtmpMessageHead head = {.type = type,.stream = 1 };

  return rtmp_message_new_copy (&head, "\x17", 1);
}

/* The order of librtmp and ffmpeg. */
START_TEST (test_a_publisher_says_what_others_say)
{
  const gchar *said[] = { "connect", "releaseStream", "FCPublish",
    "createStream", "publish"
  };
  g_autoptr (CallRun) run = new_publisher ();
  RtmpSessionStats stats;

  call_run_begin (run);
  ck_assert_uint_eq (run->commands->len, G_N_ELEMENTS (said));
  for (guint i = 0; i < G_N_ELEMENTS (said); i++) {
    const RtmpCommand *command = g_ptr_array_index (run->commands, i);
    ck_assert_str_eq (command->name, said[i]);
    ck_assert_double_eq (command->transaction, i + 1);
  }
  const RtmpCommand *publish = call_run_find_command (run, "publish", 1);
  ck_assert_uint_eq (publish->stream, 1);
  ck_assert_str_eq (get_text (publish, 0), "secret-key");
  ck_assert_str_eq (get_text (publish, 1), "live");
  rtmp_session_get_stats (run->server, &stats);
  ck_assert_uint_eq (stats.chunk_size_in, 4096);
  ck_assert_uint_eq (rtmp_caller_get_stream (run->caller), 1);
}

END_TEST;

START_TEST (test_a_player_says_what_others_say)
{
  g_autoptr (CallRun) run = new_player (URL);
  RtmpControl buffer;

  call_run_begin (run);
  ck_assert_uint_eq (run->commands->len, 3);
  const RtmpCommand *play = call_run_find_command (run, "play", 1);
  ck_assert_str_eq (get_text (play, 0), "secret-key");
  ck_assert_double_eq (get_number (play, 1), -2);
  ck_assert_ptr_null (rtmp_command_get_argument (play, 2));
  ck_assert_uint_eq (run->messages->len, 1);
  ck_assert (rtmp_control_read (&buffer, g_ptr_array_index (run->messages, 0),
          NULL));
  ck_assert_uint_eq (buffer.event, RTMP_USER_SET_BUFFER_LENGTH);
  ck_assert_uint_eq (buffer.stream, 1);
  ck_assert_uint_eq (buffer.number, 3000);
}

END_TEST;

START_TEST (test_options_of_the_url_are_heeded)
{
  g_autoptr (CallRun) run = new_player (URL " live=1 buffer=500 swfUrl=s "
      "pageUrl=p flashVer=me conn=S:more");
  RtmpControl buffer;

  call_run_begin (run);
  const RtmpCommand *connect = call_run_find_command (run, "connect", 1);
  ck_assert_str_eq (get_member (connect, "app"), "live");
  ck_assert_str_eq (get_member (connect, "tcUrl"), "rtmp://h/live");
  ck_assert_str_eq (get_member (connect, "flashVer"), "me");
  ck_assert_str_eq (get_member (connect, "swfUrl"), "s");
  ck_assert_str_eq (get_member (connect, "pageUrl"), "p");
  ck_assert_str_eq (get_text (connect, 0), "more");
  const RtmpCommand *play = call_run_find_command (run, "play", 1);
  ck_assert_double_eq (get_number (play, 1), -1);
  ck_assert_str_eq (get_text (call_run_find_command (run, "FCSubscribe", 1),
          0), "secret-key");
  rtmp_control_read (&buffer, g_ptr_array_index (run->messages, 0), NULL);
  ck_assert_uint_eq (buffer.number, 500);
}

END_TEST;

/* The answer is that of rtmpdump 2.4. */
static void
ask_for_token (CallRun * run)
{
  RtmpAmf0Writer writer;
  RtmpMessageHead head = {.type = RTMP_MESSAGE_COMMAND };

  call_run_connect (run);
  rtmp_amf0_writer_init (&writer);
  rtmp_amf0_writer_add_string (&writer, NULL, "_result");
  rtmp_amf0_writer_add_number (&writer, NULL, 1);
  rtmp_amf0_writer_add_null (&writer, NULL);
  rtmp_amf0_writer_open_object (&writer, NULL);
  rtmp_amf0_writer_add_string (&writer, "secureToken", "0123456789abcdef");
  rtmp_amf0_writer_close (&writer);
  call_run_say (run, rtmp_amf0_writer_end (&writer, &head));
}

START_TEST (test_who_asks_for_a_token_gets_its_answer_first)
{
  g_autoptr (CallRun) run = new_player (URL " token=secret");

  ask_for_token (run);
  ck_assert_uint_eq (run->commands->len, 3);
  const RtmpCommand *answer = run->commands->pdata[1];
  ck_assert_str_eq (answer->name, "secureTokenResponse");
  ck_assert_double_eq (answer->transaction, 0);
  ck_assert_str_eq (get_text (answer, 0), "\xd4\xd9\x38\x9a\x21\xa9\x48\x17");
}

END_TEST;

START_TEST (test_a_part_of_a_recording_is_asked_for)
{
  g_autoptr (CallRun) run = new_player (URL " start=10 stop=25");

  call_run_begin (run);
  const RtmpCommand *play = call_run_find_command (run, "play", 1);
  ck_assert_double_eq (get_number (play, 1), 10);
  ck_assert_double_eq (get_number (play, 2), 15);
}

END_TEST;

START_TEST (test_capabilities_are_exchanged)
{
  RtmpCapabilities can = {.caps = RTMP_CAPS_RECONNECT };
  RtmpCallerConfig config = {.dialogue = {.capabilities = &can} };
  g_autoptr (CallRun) run = call_run_new (URL, &config);
  RtmpCapabilities server = {.caps = RTMP_CAPS_MULTITRACK };

  call_run_connect (run);
  const RtmpCommand *connect = call_run_find_command (run, "connect", 1);
  ck_assert_double_eq (rtmp_value_get_number (rtmp_value_lookup
          (rtmp_command_get_object (connect), "capsEx"), 0),
      RTMP_CAPS_RECONNECT);
  call_run_say (run, rtmp_connect_new_success (1, 0, &server));
  ck_assert_uint_eq (call_run_count (run, RTMP_EVENT_CONNECTED), 1);
  ck_assert_uint_eq (rtmp_caller_get_capabilities (run->caller)->caps,
      RTMP_CAPS_MULTITRACK);
}

END_TEST;

START_TEST (test_release_and_announcement_may_be_refused)
{
  g_autoptr (CallRun) run = new_publisher ();

  call_run_let_in (run);
  call_run_say (run, rtmp_command_new_error (2, "NetConnection.Call.Failed",
          "no such method"));
  call_run_say (run, rtmp_command_new_error (3, NULL, NULL));
  call_run_say (run, rtmp_command_new_stream_result (4, 7));
  ck_assert_uint_eq (call_run_find_command (run, "publish", 1)->stream, 7);
}

END_TEST;

START_TEST (test_other_calls_of_a_server_are_no_harm)
{
  g_autoptr (CallRun) run = new_publisher ();

  call_run_let_in (run);
  call_run_say (run, rtmp_command_new_call (0, "onBWDone", 0, NULL));
  call_run_say (run, rtmp_command_new_call (0, "_onbwcheck", 5, NULL));
  call_run_say (run, rtmp_command_new_call (0, "unheardOf", 6, NULL));
  ck_assert_double_eq (call_run_find_command (run, "_result", 1)->transaction,
      5);
  ck_assert_uint_eq (call_run_count (run, RTMP_EVENT_ENDED), 0);
}

END_TEST;

START_TEST (test_a_refused_connect_is_an_error)
{
  g_autoptr (CallRun) run = new_publisher ();

  call_run_connect (run);
  call_run_say (run, rtmp_command_new_error (1,
          "NetConnection.Connect.InvalidApp", "no application"));
  call_run_assert_ended (run, RTMP_ERROR_NO_SUCH_APPLICATION,
      "server refused connect: NetConnection.Connect.InvalidApp");
}

END_TEST;

START_TEST (test_a_refused_stream_is_an_error)
{
  g_autoptr (CallRun) run = new_publisher ();

  call_run_let_in (run);
  call_run_say (run, rtmp_command_new_error (4, NULL, "full"));
  call_run_assert_ended (run, RTMP_ERROR_REFUSED,
      "server refused a stream: full");
}

END_TEST;

START_TEST (test_a_stream_without_a_number_is_an_error)
{
  g_autoptr (CallRun) run = new_publisher ();

  call_run_let_in (run);
  call_run_say (run, rtmp_command_new_empty_result (4));
  call_run_assert_ended (run, RTMP_ERROR_PROTOCOL, "did not say which");
}

END_TEST;

START_TEST (test_a_refused_publish_is_an_error)
{
  g_autoptr (CallRun) run = new_publisher ();

  call_run_make_stream (run);
  call_run_say (run, new_status ("error", "NetStream.Publish.BadName"));
  call_run_assert_ended (run, RTMP_ERROR_BUSY,
      "server refused publish: NetStream.Publish.BadName (***!)");
}

END_TEST;

START_TEST (test_a_refused_play_is_an_error)
{
  g_autoptr (CallRun) run = new_player (URL);

  call_run_make_stream (run);
  call_run_say (run, new_status ("error", "NetStream.Play.StreamNotFound"));
  call_run_assert_ended (run, RTMP_ERROR_NO_SUCH_STREAM,
      "server refused play: NetStream.Play.StreamNotFound");
}

END_TEST;

START_TEST (test_an_end_by_the_server_is_an_error_of_a_publisher)
{
  g_autoptr (CallRun) run = new_publisher ();

  call_run_begin (run);
  call_run_say (run, new_status ("status", "NetStream.Unpublish.Success"));
  call_run_assert_ended (run, RTMP_ERROR_CLOSED, "server has ended the stream");
}

END_TEST;

START_TEST (test_a_late_error_ends_it)
{
  g_autoptr (CallRun) run = new_publisher ();

  call_run_begin (run);
  call_run_say (run, new_status ("error", "NetStream.Publish.Denied"));
  call_run_assert_ended (run, RTMP_ERROR_UNAUTHORIZED,
      "server has ended the stream");
}

END_TEST;

START_TEST (test_a_farewell_of_the_server_ends_it)
{
  g_autoptr (CallRun) run = new_player (URL);

  call_run_begin (run);
  call_run_say (run, rtmp_command_new_call (0, "close", 0, NULL));
  call_run_assert_ended (run, RTMP_ERROR_CLOSED, "closed the connection");
}

END_TEST;

START_TEST (test_each_way_to_end_a_play_stops_it_once)
{
  const gchar *codes[] = { "NetStream.Play.Stop", "NetStream.Play.Complete",
    "NetStream.Play.UnpublishNotify"
  };

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++) {
    g_autoptr (CallRun) run = new_player (URL);
    call_run_begin (run);
    call_run_say (run, new_status ("status", codes[i]));
    ck_assert_str_eq (call_run_find (run, RTMP_EVENT_STOPPED, 1)->code,
        codes[i]);
    call_run_say (run, rtmp_control_new_event (RTMP_USER_STREAM_EOF, 1));
    ck_assert_uint_eq (call_run_count (run, RTMP_EVENT_STOPPED), 1);
    /* The server may close then; it is in order. */
    call_run_hang_up (run);
    call_run_assert_ended_in_order (run);
  }
}

END_TEST;

/* Servers say of a pause what they say of an end, and of its end later. */
START_TEST (test_what_rests_has_not_ended)
{
  g_autoptr (CallRun) run = new_player (URL);

  call_run_begin (run);
  rtmp_caller_pause (run->caller, TRUE, 5000, run->now);
  call_run_pump (run);
  const RtmpCommand *pause = call_run_find_command (run, "pause", 1);
  ck_assert (rtmp_value_get_boolean (rtmp_command_get_argument (pause, 0),
          FALSE));
  ck_assert (get_number (pause, 1) == 5000);
  call_run_say (run, new_status ("status", "NetStream.Pause.Notify"));
  call_run_say (run, rtmp_control_new_event (RTMP_USER_STREAM_EOF, 1));
  call_run_say (run, new_status ("status", "NetStream.Play.UnpublishNotify"));
  ck_assert_uint_eq (call_run_count (run, RTMP_EVENT_STOPPED), 0);
  if (_i == 0)
    call_run_say (run, new_status ("status", "NetStream.Unpause.Notify"));
  else
    call_run_pass (run, 5 * G_TIME_SPAN_SECOND);
  call_run_say (run, rtmp_control_new_event (RTMP_USER_STREAM_EOF, 1));
  ck_assert_uint_eq (call_run_count (run, RTMP_EVENT_STOPPED), 1);
}

END_TEST;

START_TEST (test_the_end_of_its_own_stream_stops_it)
{
  g_autoptr (CallRun) run = new_player (URL);

  call_run_begin (run);
  call_run_say (run, rtmp_control_new_event (RTMP_USER_STREAM_EOF, 2));
  ck_assert_uint_eq (call_run_count (run, RTMP_EVENT_STOPPED), 0);
  call_run_say (run, rtmp_control_new_event (RTMP_USER_STREAM_EOF, 1));
  ck_assert_uint_eq (call_run_count (run, RTMP_EVENT_STOPPED), 1);
}

END_TEST;

static RtmpMessage *
new_data (const gchar * name, const gchar * code)
{
  RtmpMessageHead head = {.type = RTMP_MESSAGE_DATA,.stream = 1 };
  RtmpAmf0Writer writer;

  rtmp_amf0_writer_init (&writer);
  rtmp_amf0_writer_add_string (&writer, NULL, name);
  rtmp_amf0_writer_open_object (&writer, NULL);
  rtmp_amf0_writer_add_string (&writer, "code", code);
  rtmp_amf0_writer_close (&writer);
  return rtmp_amf0_writer_end (&writer, &head);
}

START_TEST (test_media_comes_and_what_is_none_does_not)
{
  g_autoptr (CallRun) run = new_player (URL);

  call_run_begin (run);
  call_run_say (run, new_data ("|RtmpSampleAccess", ""));
  call_run_say (run, new_data ("onStatus", "NetStream.Data.Start"));
  call_run_say (run, new_media (RTMP_MESSAGE_SHARED_OBJECT));
  call_run_say (run, new_media (99));
  ck_assert_uint_eq (call_run_count (run, RTMP_EVENT_MEDIA), 0);
  call_run_say (run, new_data ("onMetaData", ""));
  call_run_say (run, new_media (RTMP_MESSAGE_AUDIO));
  call_run_say (run, new_media (RTMP_MESSAGE_VIDEO));
  call_run_say (run, new_media (RTMP_MESSAGE_AGGREGATE));
  ck_assert_uint_eq (call_run_count (run, RTMP_EVENT_MEDIA), 4);
  call_run_say (run, new_data ("onPlayStatus", "NetStream.Play.Complete"));
  ck_assert_uint_eq (call_run_count (run, RTMP_EVENT_STOPPED), 1);
}

END_TEST;

START_TEST (test_empty_messages_are_no_harm)
{
  const guint types[] = { RTMP_MESSAGE_DATA, RTMP_MESSAGE_DATA_AMF3,
    RTMP_MESSAGE_AUDIO, RTMP_MESSAGE_VIDEO
  };
  g_autoptr (CallRun) run = new_player (URL);

  call_run_begin (run);
  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    RtmpMessageHead head = {.type = types[i],.stream = 1 };
    call_run_say (run, rtmp_message_new (&head, NULL));
  }
  ck_assert_uint_eq (call_run_count (run, RTMP_EVENT_MEDIA), 4);
}

END_TEST;

/* rtmp2src loses what comes in that moment. */
START_TEST (test_media_may_come_before_the_start)
{
  g_autoptr (CallRun) run = new_player (URL);

  call_run_make_stream (run);
  call_run_say (run, new_media (RTMP_MESSAGE_VIDEO));
  ck_assert_uint_eq (call_run_count (run, RTMP_EVENT_STARTED), 1);
  ck_assert_uint_eq (call_run_count (run, RTMP_EVENT_MEDIA), 1);
  const RtmpEvent *last = g_ptr_array_index (run->events,
      run->events->len - 1);
  ck_assert_int_eq (last->kind, RTMP_EVENT_MEDIA);
  call_run_say (run, new_status ("status", "NetStream.Play.Start"));
  ck_assert_uint_eq (call_run_count (run, RTMP_EVENT_STARTED), 1);
}

END_TEST;

START_TEST (test_media_before_the_wish_is_dropped)
{
  g_autoptr (CallRun) run = new_player (URL);

  call_run_let_in (run);
  call_run_say (run, new_media (RTMP_MESSAGE_VIDEO));
  ck_assert_uint_eq (call_run_count (run, RTMP_EVENT_MEDIA), 0);
}

END_TEST;

START_TEST (test_what_a_server_says_is_told_without_secrets)
{
  g_autoptr (CallRun) run = new_publisher ();

  call_run_begin (run);
  call_run_say (run, new_status ("status", "NetStream.Some.Thing"));
  const RtmpEvent *event = call_run_find (run, RTMP_EVENT_STATUS, 2);
  ck_assert_str_eq (event->code, "NetStream.Some.Thing");
  ck_assert_str_eq (event->text, "***!");
}

END_TEST;

START_TEST (test_a_request_to_reconnect_says_where)
{
  g_autoptr (CallRun) run = new_publisher ();

  call_run_begin (run);
  call_run_say (run, rtmp_command_new_reconnect ("//other:7/vod?t=token",
          "go, secret-key, token"));
  const RtmpUrl *url = call_run_find (run, RTMP_EVENT_RECONNECT, 1)->url;
  const gchar *text = call_run_find (run, RTMP_EVENT_RECONNECT, 1)->text;
  ck_assert_str_eq (text, "go, ***, ***");
  ck_assert_str_eq (url->host, "other");
  ck_assert_uint_eq (url->port, 7);
  ck_assert_str_eq (url->application, "vod?t=token");
  ck_assert_str_eq (url->stream, "secret-key");
  call_run_say (run, rtmp_command_new_reconnect (NULL, NULL));
  ck_assert_str_eq (call_run_find (run, RTMP_EVENT_RECONNECT, 2)->url->host,
      "h");
  /* One that leads nowhere is not obeyed. */
  call_run_say (run, rtmp_command_new_reconnect ("http://x", NULL));
  ck_assert_uint_eq (call_run_count (run, RTMP_EVENT_RECONNECT), 2);
  ck_assert_uint_eq (call_run_count (run, RTMP_EVENT_ENDED), 0);
}

END_TEST;

START_TEST (test_a_command_that_is_broken_is_an_error)
{
  RtmpMessageHead head = {.type = RTMP_MESSAGE_COMMAND };
  g_autoptr (CallRun) run = new_player (URL);

  call_run_begin (run);
  /* AMF3 3.12: a form of its own; well formed, and not for us. */
  call_run_say (run, rtmp_message_new_copy (&head, "\x02\0\1a\x11\x0a\x07\x01",
          8));
  ck_assert_uint_eq (call_run_count (run, RTMP_EVENT_ENDED), 0);
  call_run_say (run, rtmp_message_new_copy (&head, "\xff", 1));
  call_run_assert_ended (run, RTMP_ERROR_PROTOCOL, "marker");
}

END_TEST;

START_TEST (test_answers_have_a_deadline)
{
  void (*before[]) (CallRun *) = {
    call_run_connect, call_run_let_in, call_run_make_stream
  };
  const gchar *wishes[] = { "connect", "a stream", "publish" };

  for (guint i = 0; i < G_N_ELEMENTS (before); i++) {
    g_autoptr (CallRun) run = new_publisher ();
    before[i] (run);
    call_run_pass (run, 10 * G_TIME_SPAN_SECOND - 1);
    ck_assert_uint_eq (call_run_count (run, RTMP_EVENT_ENDED), 0);
    call_run_pass (run, 1);
    call_run_assert_ended (run, RTMP_ERROR_TIMEOUT, wishes[i]);
  }
}

END_TEST;

START_TEST (test_a_goodbye_is_what_was_chosen)
{
  RtmpCallerConfig config = {.dialogue = {.publish = TRUE,
      .stop_commands = RTMP_STOP_CLOSE_STREAM}
  };
  g_autoptr (CallRun) run = call_run_new (URL, &config);

  call_run_begin (run);
  rtmp_caller_close (run->caller, run->now);
  call_run_pump (run);
  ck_assert_ptr_nonnull (call_run_find_command (run, "closeStream", 1));
  ck_assert_ptr_null (call_run_find_command (run, "FCUnpublish", 1));
  ck_assert_ptr_null (call_run_find_command (run, "deleteStream", 1));
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("rtmpdialogue");
  TCase *tcase = tcase_create ("rtmpdialogue");
  tcase_add_test (tcase, test_a_publisher_says_what_others_say);
  tcase_add_test (tcase, test_a_player_says_what_others_say);
  tcase_add_test (tcase, test_options_of_the_url_are_heeded);
  tcase_add_test (tcase, test_who_asks_for_a_token_gets_its_answer_first);
  tcase_add_test (tcase, test_a_part_of_a_recording_is_asked_for);
  tcase_add_test (tcase, test_capabilities_are_exchanged);
  tcase_add_test (tcase, test_release_and_announcement_may_be_refused);
  tcase_add_test (tcase, test_other_calls_of_a_server_are_no_harm);
  tcase_add_test (tcase, test_a_refused_connect_is_an_error);
  tcase_add_test (tcase, test_a_refused_stream_is_an_error);
  tcase_add_test (tcase, test_a_stream_without_a_number_is_an_error);
  tcase_add_test (tcase, test_a_refused_publish_is_an_error);
  tcase_add_test (tcase, test_a_refused_play_is_an_error);
  tcase_add_test (tcase, test_an_end_by_the_server_is_an_error_of_a_publisher);
  tcase_add_test (tcase, test_a_late_error_ends_it);
  tcase_add_test (tcase, test_a_farewell_of_the_server_ends_it);
  tcase_add_test (tcase, test_each_way_to_end_a_play_stops_it_once);
  tcase_add_loop_test (tcase, test_what_rests_has_not_ended, 0, 2);
  tcase_add_test (tcase, test_the_end_of_its_own_stream_stops_it);
  tcase_add_test (tcase, test_media_comes_and_what_is_none_does_not);
  tcase_add_test (tcase, test_empty_messages_are_no_harm);
  tcase_add_test (tcase, test_media_may_come_before_the_start);
  tcase_add_test (tcase, test_media_before_the_wish_is_dropped);
  tcase_add_test (tcase, test_what_a_server_says_is_told_without_secrets);
  tcase_add_test (tcase, test_a_request_to_reconnect_says_where);
  tcase_add_test (tcase, test_a_command_that_is_broken_is_an_error);
  tcase_add_test (tcase, test_answers_have_a_deadline);
  tcase_add_test (tcase, test_a_goodbye_is_what_was_chosen);
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

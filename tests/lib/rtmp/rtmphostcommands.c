/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmphostcommands.h"

#include "hostrun.h"
#include "rtmp/rtmperror.h"
#include "rtmp/rtmplimits.h"

#include <check.h>

static HostRun *run;

static void
setup (void)
{
  RtmpHostConfig config = { 0 };

  run = host_run_new (&config);
}

static void
teardown (void)
{
  g_clear_pointer (&run, host_run_free);
}

static void
call (const gchar * name, gdouble transaction, const gchar * text)
{
  host_run_say (run, rtmp_command_new_call (0, name, transaction, text));
}

/* The answer to @transaction; NULL: none was heard. */
static const RtmpCommand *
find_answer (const gchar * name, gdouble transaction)
{
  const RtmpCommand *command;

  for (guint i = 1; (command = host_run_find_command (run, name, i)); i++) {
    if (command->transaction == transaction)
      return command;
  }
  return NULL;
}

START_TEST (test_streams_are_made_up_to_a_limit)
{
  host_run_let_in (run);
  for (guint i = 0; i < RTMP_MAX_STREAMS; i++) {
    call ("createStream", 10 + i, NULL);
    ck_assert_double_eq (rtmp_value_get_number (rtmp_command_get_argument
            (find_answer ("_result", 10 + i), 0), 0), i + 1);
  }
  call ("createStream", 50, NULL);
  ck_assert_ptr_nonnull (find_answer ("_error", 50));
  host_run_say (run, rtmp_command_new_delete_stream (0, 3));
  call ("createStream", 51, NULL);
  ck_assert_ptr_nonnull (find_answer ("_result", 51));
}

END_TEST;

START_TEST (test_a_publisher_is_asked_about_and_told)
{
  host_run_make_stream (run);
  host_run_say (run, rtmp_command_new_publish (1, 3, "key?t=1", "LIVE"));
  const RtmpEvent *event = host_run_find (run, RTMP_EVENT_PUBLISH, 1);
  ck_assert_uint_eq (event->stream, 1);
  ck_assert_str_eq (event->name, "key?t=1");
  ck_assert_str_eq (event->code, "live");
  ck_assert_ptr_null (host_run_find_command (run, "onStatus", 1));
  ck_assert (rtmp_host_accept (run->host, 1, run->now));
  host_run_pump (run);
  host_run_assert_status (run, 1, "NetStream.Publish.Start");
  ck_assert (!rtmp_host_accept (run->host, 1, run->now));
}

END_TEST;

START_TEST (test_a_publisher_that_is_refused_may_try_again)
{
  host_run_make_stream (run);
  host_run_say (run, rtmp_command_new_publish (1, 3, "key", "live"));
  ck_assert (rtmp_host_refuse (run->host, 1, "NetStream.Publish.BadName",
          "taken", run->now));
  host_run_pump (run);
  host_run_assert_status (run, 1, "NetStream.Publish.BadName");
  ck_assert_uint_eq (host_run_count (run, RTMP_EVENT_UNPUBLISH), 0);
  host_run_say (run, rtmp_command_new_publish (1, 4, "other", "live"));
  ck_assert_uint_eq (host_run_count (run, RTMP_EVENT_PUBLISH), 2);
}

END_TEST;

START_TEST (test_a_publish_that_cannot_be_is_refused)
{
  host_run_make_stream (run);
  host_run_say (run, rtmp_command_new_publish (9, 3, "key", "live"));
  host_run_assert_status (run, 9, "NetStream.Publish.BadName");
  host_run_say (run, rtmp_command_new_publish (1, 3, "", "live"));
  host_run_assert_status (run, 1, "NetStream.Publish.BadName");
  ck_assert_uint_eq (host_run_count (run, RTMP_EVENT_PUBLISH), 0);
  host_run_say (run, rtmp_command_new_publish (1, 3, "key", "live"));
  host_run_say (run, rtmp_command_new_publish (1, 3, "key", "live"));
  ck_assert_uint_eq (host_run_count (run, RTMP_EVENT_PUBLISH), 1);
}

END_TEST;

START_TEST (test_a_player_is_asked_about_and_told)
{
  host_run_make_stream (run);
  host_run_say (run, rtmp_command_new_play (1, 3, "key", 5, 10));
  const RtmpEvent *event = host_run_find (run, RTMP_EVENT_PLAY, 1);
  ck_assert_str_eq (event->name, "key");
  ck_assert_double_eq (event->start, 5);
  ck_assert_double_eq (event->duration, 10);
  ck_assert (rtmp_host_accept (run->host, 1, run->now));
  host_run_pump (run);
  host_run_assert_status (run, 1, "NetStream.Play.Reset");
  host_run_assert_status (run, 1, "NetStream.Play.Start");
}

END_TEST;

START_TEST (test_a_player_is_refused)
{
  host_run_make_stream (run);
  host_run_say (run, rtmp_command_new_play (1, 3, "key", -2, -1));
  ck_assert (rtmp_host_refuse (run->host, 1, "NetStream.Play.StreamNotFound",
          NULL, run->now));
  host_run_pump (run);
  host_run_assert_status (run, 1, "NetStream.Play.StreamNotFound");
  ck_assert (!rtmp_host_refuse (run->host, 1, "C", NULL, run->now));
}

END_TEST;

/* A server of others kept the first player, and called it when it was gone. */
START_TEST (test_a_second_play_ends_the_first)
{
  host_run_play (run);
  host_run_say (run, rtmp_command_new_play (1, 4, "other", -2, -1));
  ck_assert_uint_eq (host_run_count (run, RTMP_EVENT_UNPLAY), 1);
  ck_assert_str_eq (host_run_find (run, RTMP_EVENT_PLAY, 2)->name, "other");
}

END_TEST;

START_TEST (test_who_publishes_does_not_play)
{
  host_run_publish (run);
  host_run_say (run, rtmp_command_new_play (1, 4, "other", -2, -1));
  host_run_assert_status (run, 1, "NetStream.Play.Failed");
  ck_assert_uint_eq (host_run_count (run, RTMP_EVENT_UNPUBLISH), 0);
}

END_TEST;

START_TEST (test_each_way_to_stop_publishing_stops_it_once)
{
  for (guint i = 0; i < 3; i++) {
    host_run_publish (run);
    if (i == 0)
      call ("FCUnpublish", 5, "key");
    if (i == 1)
      host_run_say (run, rtmp_command_new_call (1, "closeStream", 0, NULL));
    host_run_say (run, rtmp_command_new_delete_stream (6, 1));
    ck_assert_uint_eq (host_run_count (run, RTMP_EVENT_UNPUBLISH), 1);
    host_run_assert_status (run, 1, "NetStream.Unpublish.Success");
    teardown ();
    setup ();
  }
}

END_TEST;

START_TEST (test_who_waits_for_an_answer_may_go)
{
  host_run_make_stream (run);
  host_run_say (run, rtmp_command_new_publish (1, 3, "key", "live"));
  host_run_say (run, rtmp_command_new_delete_stream (4, 1));
  ck_assert_uint_eq (host_run_count (run, RTMP_EVENT_UNPUBLISH), 1);
  ck_assert (!rtmp_host_accept (run->host, 1, run->now));
  ck_assert (!rtmp_host_refuse (run->host, 1, "C", NULL, run->now));
}

END_TEST;

START_TEST (test_the_old_announcements_are_answered)
{
  host_run_let_in (run);
  call ("releaseStream", 2, "key");
  call ("FCPublish", 3, "key");
  ck_assert_ptr_nonnull (find_answer ("_result", 2));
  ck_assert_ptr_nonnull (find_answer ("_result", 3));
  ck_assert_ptr_nonnull (host_run_find_command (run, "onFCPublish", 1));
  call ("FCUnpublish", 4, "key");
  ck_assert_ptr_nonnull (host_run_find_command (run, "onFCUnpublish", 1));
  call ("FCSubscribe", 5, "key");
  ck_assert_ptr_nonnull (host_run_find_command (run, "onFCSubscribe", 1));
}

END_TEST;

START_TEST (test_questions_are_answered)
{
  host_run_let_in (run);
  call ("getStreamLength", 2, "key");
  ck_assert_double_eq (rtmp_value_get_number (rtmp_command_get_argument
          (find_answer ("_result", 2), 0), -1), 0);
  call ("_checkbw", 3, NULL);
  ck_assert_ptr_nonnull (find_answer ("_result", 3));
  call ("unheardOf", 4, NULL);
  ck_assert_ptr_nonnull (find_answer ("_error", 4));
  guint before = run->commands->len;
  call ("unheardOf", 0, NULL);
  call ("_result", 7, NULL);
  call ("receiveAudio", 0, NULL);
  ck_assert_uint_eq (run->commands->len, before);
}

END_TEST;

START_TEST (test_a_player_pauses_and_does_not_seek)
{
  host_run_play (run);
  host_run_say (run, rtmp_command_new_call (1, "pause", 0, NULL));
  ck_assert (!host_run_find (run, RTMP_EVENT_PAUSE, 1)->flag);
  host_run_assert_status (run, 1, "NetStream.Unpause.Notify");
  host_run_say (run, rtmp_command_new_call (1, "seek", 0, NULL));
  host_run_assert_status (run, 1, "NetStream.Seek.Failed");
}

END_TEST;

START_TEST (test_commands_that_are_broken_end_it)
{
  RtmpMessageHead head = {.type = RTMP_MESSAGE_COMMAND };

  host_run_let_in (run);
  /* AMF3 3.12: a form of its own; well formed, and not for us. */
  host_run_say (run, rtmp_message_new_copy (&head, "\x02\0\1a\x11\x0a\x07\x01",
          8));
  ck_assert_uint_eq (host_run_count (run, RTMP_EVENT_ENDED), 0);
  host_run_say (run, rtmp_message_new_copy (&head, "\xff", 1));
  host_run_assert_ended (run, RTMP_ERROR_PROTOCOL, "marker");
}

END_TEST;

START_TEST (test_commands_in_amf3_are_heard)
{
  RtmpMessageHead head = {.type = RTMP_MESSAGE_COMMAND_AMF3 };

  host_run_let_in (run);
  host_run_say (run, rtmp_message_new_copy (&head,
          "\0\x02\0\x0c" "createStream\0\x40\0\0\0\0\0\0\0\x05", 26));
  ck_assert_ptr_nonnull (find_answer ("_result", 2));
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("rtmphostcommands");
  TCase *tcase = tcase_create ("rtmphostcommands");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_streams_are_made_up_to_a_limit);
  tcase_add_test (tcase, test_a_publisher_is_asked_about_and_told);
  tcase_add_test (tcase, test_a_publisher_that_is_refused_may_try_again);
  tcase_add_test (tcase, test_a_publish_that_cannot_be_is_refused);
  tcase_add_test (tcase, test_a_player_is_asked_about_and_told);
  tcase_add_test (tcase, test_a_player_is_refused);
  tcase_add_test (tcase, test_a_second_play_ends_the_first);
  tcase_add_test (tcase, test_who_publishes_does_not_play);
  tcase_add_test (tcase, test_each_way_to_stop_publishing_stops_it_once);
  tcase_add_test (tcase, test_who_waits_for_an_answer_may_go);
  tcase_add_test (tcase, test_the_old_announcements_are_answered);
  tcase_add_test (tcase, test_questions_are_answered);
  tcase_add_test (tcase, test_a_player_pauses_and_does_not_seek);
  tcase_add_test (tcase, test_commands_that_are_broken_end_it);
  tcase_add_test (tcase, test_commands_in_amf3_are_heard);
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

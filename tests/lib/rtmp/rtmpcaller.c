/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpcaller.h"

#include "callrun.h"
#include "rtmp/rtmperror.h"

#include <check.h>
#include <string.h>

#define URL "rtmp://h:7/live/key"
#define SECOND G_TIME_SPAN_SECOND
#define HEAD "[ AccessManager.Reject ] : "

static CallRun *
new_publisher (void)
{
  RtmpCallerConfig config = {.dialogue = {.publish = TRUE,
      .stop_commands = RTMP_STOP_FCUNPUBLISH | RTMP_STOP_DELETE_STREAM}
  };

  return call_run_new (URL, &config);
}

static CallRun *
new_player (void)
{
  RtmpCallerConfig config = { 0 };

  return call_run_new (URL, &config);
}

static CallRun *
new_user (RtmpAuthMethod method)
{
  RtmpCallerConfig config = {.user = "user",.password = "secret",
    .auth_method = method,.dialogue = {.publish = TRUE}
  };

  return call_run_new (URL, &config);
}

static RtmpMessage *
new_media (void)
{
  RtmpMessageHead head = {.type = RTMP_MESSAGE_VIDEO,.stream = 1 };

  return rtmp_message_new_copy (&head, "\x17", 1);
}

static void
reject (CallRun * run, const gchar * description)
{
  call_run_say (run, rtmp_command_new_error (1,
          "NetConnection.Connect.Rejected", description));
}

/* The application of the @count-th connect; tcUrl ends with it. */
static const gchar *
get_application (CallRun * run, guint count)
{
  const RtmpCommand *command = call_run_find_command (run, "connect", count);

  g_assert_nonnull (command);
  const RtmpValue *object = rtmp_command_get_object (command);
  const gchar *application =
      rtmp_value_get_string (rtmp_value_lookup (object, "app"));
  g_assert_true (g_str_has_suffix (rtmp_value_get_string (rtmp_value_lookup
              (object, "tcUrl")), application));
  return application;
}

START_TEST (test_it_dials_the_host_of_the_url)
{
  g_autoptr (CallRun) run = new_player ();
  g_auto (RtmpEvent) event = { 0 };

  rtmp_caller_start (run->caller, run->now);
  ck_assert (rtmp_caller_take (run->caller, &event, run->now));
  ck_assert_int_eq (event.kind, RTMP_EVENT_DIAL);
  ck_assert_str_eq (event.url->host, "h");
  ck_assert_uint_eq (event.url->port, 7);
  ck_assert_int_eq (rtmp_caller_get_state (run->caller), RTMP_CALLER_DIALLING);
}

END_TEST;

START_TEST (test_it_goes_through_its_states)
{
  g_autoptr (CallRun) run = new_player ();

  ck_assert_int_eq (rtmp_caller_get_state (run->caller), RTMP_CALLER_IDLE);
  call_run_connect (run);
  ck_assert_int_eq (rtmp_caller_get_state (run->caller), RTMP_CALLER_OPENING);
  call_run_begin (run);
  ck_assert_int_eq (rtmp_caller_get_state (run->caller), RTMP_CALLER_STARTED);
  ck_assert_uint_eq (call_run_find (run, RTMP_EVENT_STARTED, 1)->stream, 1);
}

END_TEST;

START_TEST (test_a_publisher_without_a_name_is_an_error)
{
  RtmpCallerConfig config = {.dialogue = {.publish = TRUE}
  };
  g_autoptr (CallRun) run = call_run_new ("rtmp://h/live", &config);

  rtmp_caller_start (run->caller, run->now);
  call_run_pump (run);
  call_run_assert_ended (run, RTMP_ERROR_URL, "no stream");
  ck_assert_uint_eq (run->dials, 0);
}

END_TEST;

START_TEST (test_a_dial_has_a_deadline)
{
  g_autoptr (CallRun) run = new_player ();
  RtmpEvent event;

  rtmp_caller_start (run->caller, run->now);
  rtmp_caller_take (run->caller, &event, run->now);
  rtmp_event_clear (&event);
  call_run_pass (run, 10 * SECOND);
  call_run_assert_ended (run, RTMP_ERROR_UNREACHABLE, "h did not answer");
}

END_TEST;

START_TEST (test_a_dial_that_fails_is_the_error)
{
  g_autoptr (GError) error = g_error_new_literal (RTMP_ERROR,
      RTMP_ERROR_RESOLVE, "not found");
  g_autoptr (CallRun) run = new_player ();
  RtmpEvent event;

  rtmp_caller_start (run->caller, run->now);
  rtmp_caller_take (run->caller, &event, run->now);
  rtmp_event_clear (&event);
  rtmp_caller_refused (run->caller, error, run->now);
  call_run_pump (run);
  call_run_assert_ended (run, RTMP_ERROR_RESOLVE, "not found");
}

END_TEST;

START_TEST (test_a_server_that_says_nothing_has_a_deadline)
{
  g_autoptr (CallRun) run = new_player ();
  RtmpEvent event;

  rtmp_caller_start (run->caller, run->now);
  rtmp_caller_take (run->caller, &event, run->now);
  rtmp_event_clear (&event);
  rtmp_caller_opened (run->caller, run->now);
  call_run_pass (run, 10 * SECOND);
  call_run_assert_ended (run, RTMP_ERROR_TIMEOUT, "handshake");
}

END_TEST;

START_TEST (test_silence_ends_a_player_and_not_a_publisher)
{
  g_autoptr (CallRun) player = new_player ();
  call_run_begin (player);
  call_run_pass (player, 90 * SECOND);
  call_run_assert_ended (player, RTMP_ERROR_LOST, "nothing came for 90 s");

  g_autoptr (CallRun) publisher = new_publisher ();
  call_run_begin (publisher);
  call_run_pass (publisher, 1000 * SECOND);
  ck_assert_uint_eq (call_run_count (publisher, RTMP_EVENT_ENDED), 0);
}

END_TEST;

START_TEST (test_silence_is_no_loss_while_nothing_is_read)
{
  g_autoptr (CallRun) run = new_player ();

  rtmp_caller_set_reading (run->caller, FALSE, run->now);
  call_run_begin (run);
  call_run_pass (run, 1000 * SECOND);
  ck_assert_uint_eq (call_run_count (run, RTMP_EVENT_ENDED), 0);
  rtmp_caller_set_reading (run->caller, TRUE, run->now);
  call_run_pass (run, 89 * SECOND);
  ck_assert_uint_eq (call_run_count (run, RTMP_EVENT_ENDED), 0);
  call_run_pass (run, SECOND);
  call_run_assert_ended (run, RTMP_ERROR_LOST, "nothing came for 90 s");
}

END_TEST;

START_TEST (test_nor_in_a_pause)
{
  g_autoptr (CallRun) run = new_player ();

  call_run_begin (run);
  rtmp_caller_pause (run->caller, TRUE, 0, run->now);
  call_run_pump (run);
  call_run_pass (run, 1000 * SECOND);
  ck_assert_uint_eq (call_run_count (run, RTMP_EVENT_ENDED), 0);
  rtmp_caller_pause (run->caller, FALSE, 0, run->now);
  call_run_pump (run);
  call_run_pass (run, 90 * SECOND);
  call_run_assert_ended (run, RTMP_ERROR_LOST, "nothing came for 90 s");
}

END_TEST;

START_TEST (test_nor_where_nobody_misses_anything)
{
  g_autoptr (CallRun) run = new_player ();

  call_run_begin (run);
  rtmp_caller_set_patient (run->caller, TRUE, run->now);
  rtmp_caller_set_reading (run->caller, TRUE, run->now);
  call_run_pass (run, 1000 * SECOND);
  ck_assert_uint_eq (call_run_count (run, RTMP_EVENT_ENDED), 0);
  rtmp_caller_set_patient (run->caller, FALSE, run->now);
  call_run_pass (run, 90 * SECOND);
  call_run_assert_ended (run, RTMP_ERROR_LOST, "nothing came for 90 s");
}

END_TEST;

START_TEST (test_a_server_that_takes_nothing_has_a_deadline)
{
  g_autoptr (CallRun) run = new_publisher ();
  g_autoptr (RtmpMessage) message = new_media ();

  call_run_begin (run);
  ck_assert (rtmp_caller_send (run->caller, message, run->now));
  g_clear_pointer (&run->server, rtmp_session_free);
  ck_assert_int_eq (rtmp_caller_get_delay (run->caller,
          run->now + SECOND), SECOND);
  call_run_pass (run, 30 * SECOND);
  call_run_assert_ended (run, RTMP_ERROR_STALLED, "taken nothing for 30 s");
}

END_TEST;

START_TEST (test_a_connection_that_breaks_is_an_error)
{
  g_autoptr (CallRun) early = new_player ();
  call_run_connect (early);
  call_run_hang_up (early);
  call_run_assert_ended (early, RTMP_ERROR_LOST, "before it answered");

  g_autoptr (CallRun) late = new_player ();
  call_run_begin (late);
  call_run_hang_up (late);
  call_run_assert_ended (late, RTMP_ERROR_LOST, "without a word");
}

END_TEST;

START_TEST (test_what_is_sent_arrives_on_the_stream)
{
  g_autoptr (CallRun) run = new_publisher ();
  g_autoptr (RtmpMessage) message = new_media ();

  ck_assert (!rtmp_caller_send (run->caller, message, run->now));
  call_run_begin (run);
  ck_assert (rtmp_caller_send (run->caller, message, run->now));
  call_run_pump (run);
  ck_assert_uint_eq (run->messages->len, 1);
}

END_TEST;

START_TEST (test_a_publisher_waits_for_the_answer_to_its_goodbye)
{
  g_autoptr (CallRun) run = new_publisher ();
  g_autoptr (RtmpMessage) message = new_media ();

  call_run_begin (run);
  rtmp_caller_send (run->caller, message, run->now);
  rtmp_caller_close (run->caller, run->now);
  ck_assert (!rtmp_caller_send (run->caller, message, run->now));
  call_run_pump (run);
  /* What waited went first. */
  ck_assert_uint_eq (run->messages->len, 1);
  ck_assert_ptr_nonnull (call_run_find_command (run, "FCUnpublish", 1));
  ck_assert_ptr_nonnull (call_run_find_command (run, "deleteStream", 1));
  ck_assert_uint_eq (call_run_count (run, RTMP_EVENT_ENDED), 0);
  call_run_say (run, rtmp_command_new_status (1, "status",
          "NetStream.Unpublish.Success", NULL, NULL));
  call_run_assert_ended_in_order (run);
}

END_TEST;

START_TEST (test_a_goodbye_without_an_answer_has_a_deadline)
{
  g_autoptr (CallRun) run = new_publisher ();

  call_run_begin (run);
  rtmp_caller_close (run->caller, run->now);
  call_run_pump (run);
  call_run_pass (run, SECOND / 2 - 1);
  ck_assert_uint_eq (call_run_count (run, RTMP_EVENT_ENDED), 0);
  call_run_pass (run, 1);
  call_run_assert_ended_in_order (run);
}

END_TEST;

START_TEST (test_a_goodbye_ends_with_the_connection)
{
  g_autoptr (CallRun) run = new_publisher ();

  call_run_begin (run);
  rtmp_caller_close (run->caller, run->now);
  call_run_pump (run);
  call_run_hang_up (run);
  call_run_assert_ended_in_order (run);
}

END_TEST;

START_TEST (test_a_player_ends_when_its_goodbye_is_sent)
{
  g_autoptr (CallRun) run = new_player ();

  call_run_begin (run);
  rtmp_caller_close (run->caller, run->now);
  ck_assert_uint_eq (call_run_count (run, RTMP_EVENT_ENDED), 0);
  call_run_pump (run);
  ck_assert_ptr_nonnull (call_run_find_command (run, "deleteStream", 1));
  call_run_assert_ended_in_order (run);
}

END_TEST;

START_TEST (test_it_can_be_closed_in_every_state)
{
  void (*before[]) (CallRun *) = {
    NULL, call_run_connect, call_run_let_in, call_run_make_stream,
    call_run_begin
  };

  for (guint i = 0; i < G_N_ELEMENTS (before); i++) {
    for (guint publish = 0; publish < 2; publish++) {
      g_autoptr (CallRun) run = publish ? new_publisher () : new_player ();
      if (before[i] != NULL)
        before[i] (run);
      rtmp_caller_close (run->caller, run->now);
      rtmp_caller_close (run->caller, run->now);
      call_run_pump (run);
      call_run_pass (run, SECOND / 2);
      call_run_assert_ended_in_order (run);
      ck_assert_int_eq (rtmp_caller_get_deadline (run->caller), -1);
    }
  }
}

END_TEST;

/* The three rounds of Adobe's access module. */
START_TEST (test_adobes_rounds_end_in_a_connection)
{
  g_autoptr (CallRun) run = new_user (RTMP_AUTH_NONE);

  call_run_connect (run);
  ck_assert_str_eq (get_application (run, 1), "live");
  reject (run, HEAD "[ code=403 need auth; authmod=adobe ] : ");
  ck_assert_uint_eq (run->dials, 2);
  ck_assert_str_eq (get_application (run, 2), "live?authmod=adobe&user=user");
  reject (run, HEAD "[ authmod=adobe ] : ?reason=needauth&user=user&salt=SALT"
      "&challenge=CH==&opaque=OPQ==");
  ck_assert_uint_eq (run->dials, 3);
  const gchar *answer = get_application (run, 3);
  ck_assert (g_str_has_prefix (answer,
          "live?authmod=adobe&user=user&challenge="));
  ck_assert_ptr_nonnull (strstr (answer, "&response="));
  ck_assert (g_str_has_suffix (answer, "&opaque=OPQ=="));
  call_run_say (run, rtmp_connect_new_success (1, 0, &(RtmpCapabilities) {
          0}));
  ck_assert_uint_eq (call_run_count (run, RTMP_EVENT_CONNECTED), 1);
}

END_TEST;

START_TEST (test_a_method_that_is_known_saves_a_round)
{
  g_autoptr (CallRun) run = new_user (RTMP_AUTH_LLNW);

  call_run_connect (run);
  ck_assert_str_eq (get_application (run, 1), "live?authmod=llnw&user=user");
  reject (run, "[ authmod=llnw ] : ?reason=needauth&user=user&nonce=NONCE");
  ck_assert_uint_eq (run->dials, 2);
  ck_assert (g_str_has_prefix (get_application (run, 2),
          "live?authmod=llnw&user=user&nonce=NONCE&cnonce="));
}

END_TEST;

START_TEST (test_a_query_that_is_there_stays)
{
  RtmpCallerConfig config = {.user = "user",.password = "secret",
    .auth_method = RTMP_AUTH_ADOBE
  };
  g_autoptr (CallRun) run = call_run_new ("rtmp://h/live?x=1/key", &config);

  call_run_connect (run);
  ck_assert_str_eq (get_application (run, 1),
      "live?x=1&authmod=adobe&user=user");
}

END_TEST;

START_TEST (test_without_a_password_it_says_that_one_is_wanted)
{
  g_autoptr (CallRun) run = new_publisher ();

  call_run_connect (run);
  reject (run, HEAD "[ code=403 need auth; authmod=adobe ] : ");
  call_run_assert_ended (run, RTMP_ERROR_UNAUTHORIZED,
      "wants a user and a password (adobe)");
  ck_assert_uint_eq (run->dials, 1);
}

END_TEST;

START_TEST (test_who_may_not_say_who_he_is_does_not)
{
  RtmpCallerConfig config = {.user = "user",.password = "secret",
    .auth_method = RTMP_AUTH_ADOBE,.auth_disabled = TRUE
  };
  g_autoptr (CallRun) run = call_run_new (URL, &config);

  call_run_connect (run);
  ck_assert_str_eq (get_application (run, 1), "live");
  reject (run, HEAD "[ code=403 need auth; authmod=adobe ] : ");
  ck_assert_uint_eq (run->dials, 1);
}

END_TEST;

START_TEST (test_a_wrong_password_is_an_error)
{
  g_autoptr (CallRun) run = new_user (RTMP_AUTH_ADOBE);

  call_run_connect (run);
  reject (run, HEAD "[ authmod=adobe ] : ?reason=authfailed&opaque=x");
  call_run_assert_ended (run, RTMP_ERROR_UNAUTHORIZED, "no such user");
  const RtmpEvent *event = call_run_find (run, RTMP_EVENT_ENDED, 1);
  ck_assert_ptr_null (strstr (event->error->message, "secret"));
}

END_TEST;

START_TEST (test_rounds_have_an_end)
{
  g_autoptr (CallRun) run = new_user (RTMP_AUTH_NONE);

  call_run_connect (run);
  for (guint i = 0; i < 3; i++)
    reject (run, HEAD "[ authmod=adobe ] : ?reason=needauth&salt=S");
  call_run_assert_ended (run, RTMP_ERROR_UNAUTHORIZED, "again and again");
  ck_assert_uint_eq (run->dials, 3);
}

END_TEST;

START_TEST (test_another_refusal_is_not_tried_again)
{
  g_autoptr (CallRun) run = new_user (RTMP_AUTH_NONE);

  call_run_connect (run);
  reject (run, "go away");
  call_run_assert_ended (run, RTMP_ERROR_REFUSED, "go away");
  ck_assert_uint_eq (run->dials, 1);
}

END_TEST;

START_TEST (test_figures_are_those_of_the_connection)
{
  g_autoptr (CallRun) run = new_publisher ();
  RtmpSessionStats stats;

  ck_assert (!rtmp_caller_get_stats (run->caller, &stats));
  call_run_begin (run);
  ck_assert (rtmp_caller_get_stats (run->caller, &stats));
  ck_assert_uint_gt (stats.bytes_out, 3073);
  ck_assert_uint_eq (stats.chunk_size_out, 4096);
}

END_TEST;

static guint32
get_chunk_size_heard (CallRun * run)
{
  RtmpSessionStats stats;

  rtmp_session_get_stats (run->server, &stats);
  return stats.chunk_size_in;
}

static guint
count_media_heard (CallRun * run)
{
  guint number = 0;

  for (guint i = 0; i < run->messages->len; i++)
    number += rtmp_message_get_head (g_ptr_array_index (run->messages, i))->type
        == RTMP_MESSAGE_VIDEO;
  return number;
}

/* Between two messages, whatever waits. */
START_TEST (test_the_chunk_size_may_change_while_it_publishes)
{
  g_autoptr (CallRun) run = new_publisher ();
  RtmpMessageHead head = {.type = RTMP_MESSAGE_VIDEO,.stream = 1 };
  g_autofree guint8 *data = g_malloc0 (10000);
  const guint32 sizes[] = { 1000, 60000, 128 };

  call_run_begin (run);
  ck_assert_uint_eq (get_chunk_size_heard (run), 4096);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_autoptr (RtmpMessage) message =
        rtmp_message_new_copy (&head, data, 10000);
    rtmp_caller_send (run->caller, message, run->now);
    rtmp_caller_set_chunk_size (run->caller, sizes[i], run->now);
    rtmp_caller_send (run->caller, message, run->now);
    call_run_pump (run);
    ck_assert_uint_eq (get_chunk_size_heard (run), sizes[i]);
    ck_assert_uint_eq (count_media_heard (run), 2 * (i + 1));
  }
}

END_TEST;

START_TEST (test_a_chunk_size_of_before_the_stream_is_said_with_it)
{
  g_autoptr (CallRun) early = new_publisher ();
  g_autoptr (CallRun) between = new_publisher ();

  rtmp_caller_set_chunk_size (early->caller, 60000, early->now);
  call_run_begin (early);
  ck_assert_uint_eq (get_chunk_size_heard (early), 60000);
  call_run_make_stream (between);
  rtmp_caller_set_chunk_size (between->caller, 60000, between->now);
  call_run_begin (between);
  ck_assert_uint_eq (get_chunk_size_heard (between), 60000);
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("rtmpcaller");
  TCase *tcase = tcase_create ("rtmpcaller");
  tcase_add_test (tcase, test_it_dials_the_host_of_the_url);
  tcase_add_test (tcase, test_it_goes_through_its_states);
  tcase_add_test (tcase, test_a_publisher_without_a_name_is_an_error);
  tcase_add_test (tcase, test_a_dial_has_a_deadline);
  tcase_add_test (tcase, test_a_dial_that_fails_is_the_error);
  tcase_add_test (tcase, test_a_server_that_says_nothing_has_a_deadline);
  tcase_add_test (tcase, test_silence_is_no_loss_while_nothing_is_read);
  tcase_add_test (tcase, test_nor_in_a_pause);
  tcase_add_test (tcase, test_nor_where_nobody_misses_anything);
  tcase_add_test (tcase, test_silence_ends_a_player_and_not_a_publisher);
  tcase_add_test (tcase, test_a_server_that_takes_nothing_has_a_deadline);
  tcase_add_test (tcase, test_a_connection_that_breaks_is_an_error);
  tcase_add_test (tcase, test_what_is_sent_arrives_on_the_stream);
  tcase_add_test (tcase, test_a_publisher_waits_for_the_answer_to_its_goodbye);
  tcase_add_test (tcase, test_a_goodbye_without_an_answer_has_a_deadline);
  tcase_add_test (tcase, test_a_goodbye_ends_with_the_connection);
  tcase_add_test (tcase, test_a_player_ends_when_its_goodbye_is_sent);
  tcase_add_test (tcase, test_it_can_be_closed_in_every_state);
  tcase_add_test (tcase, test_adobes_rounds_end_in_a_connection);
  tcase_add_test (tcase, test_a_method_that_is_known_saves_a_round);
  tcase_add_test (tcase, test_a_query_that_is_there_stays);
  tcase_add_test (tcase, test_without_a_password_it_says_that_one_is_wanted);
  tcase_add_test (tcase, test_who_may_not_say_who_he_is_does_not);
  tcase_add_test (tcase, test_a_wrong_password_is_an_error);
  tcase_add_test (tcase, test_rounds_have_an_end);
  tcase_add_test (tcase, test_another_refusal_is_not_tried_again);
  tcase_add_test (tcase, test_figures_are_those_of_the_connection);
  tcase_add_test (tcase, test_the_chunk_size_may_change_while_it_publishes);
  tcase_add_test (tcase,
      test_a_chunk_size_of_before_the_stream_is_said_with_it);
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

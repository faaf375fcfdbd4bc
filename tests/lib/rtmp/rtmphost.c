/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmphost.h"

#include "hostrun.h"
#include "rtmp/rtmperror.h"
#include "rtmp/rtmplimits.h"

#include <check.h>
#include <string.h>

#define SECOND G_TIME_SPAN_SECOND

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

static RtmpMessage *
new_media (guint32 stream)
{
  RtmpMessageHead head = {.type = RTMP_MESSAGE_VIDEO,.stream = stream };

  return rtmp_message_new_copy (&head, "\x17", 1);
}

START_TEST (test_a_client_is_let_in)
{
  RtmpSessionStats stats;

  host_run_let_in (run);
  const RtmpEvent *event = host_run_find (run, RTMP_EVENT_CONNECT, 1);
  ck_assert_str_eq (event->connect->application, "live");
  ck_assert_ptr_nonnull (host_run_find_command (run, "_result", 1));
  rtmp_session_get_stats (run->client, &stats);
  ck_assert_uint_eq (stats.chunk_size_in, 4096);
  ck_assert_uint_eq (stats.window_in, 2500000);
  /* It has answered the bandwidth. */
  rtmp_host_get_stats (run->host, &stats);
  ck_assert_uint_eq (stats.window_in, 2500000);
}

END_TEST;

START_TEST (test_a_client_is_let_in_once)
{
  host_run_let_in (run);
  ck_assert (!rtmp_host_accept_connect (run->host, run->now));
  ck_assert (!rtmp_host_refuse_connect (run->host, "C", NULL, run->now));
}

END_TEST;

START_TEST (test_a_client_is_refused_and_told_why)
{
  host_run_connect (run, 0);
  ck_assert (rtmp_host_refuse_connect (run->host,
          "NetConnection.Connect.Rejected", "no", run->now));
  host_run_pump (run);
  ck_assert_ptr_nonnull (host_run_find_command (run, "_error", 1));
  host_run_assert_ended (run, RTMP_ERROR_REFUSED, "Rejected");
  ck_assert (!rtmp_host_accept_connect (run->host, run->now));
}

END_TEST;

/* Encoders say what they want without waiting. */
START_TEST (test_what_is_said_early_waits_for_the_decision)
{
  host_run_connect (run, 0);
  host_run_say (run, rtmp_command_new_call (0, "createStream", 2, NULL));
  host_run_say (run, rtmp_command_new_publish (1, 3, "key", "live"));
  ck_assert_uint_eq (host_run_count (run, RTMP_EVENT_PUBLISH), 0);
  rtmp_host_accept_connect (run->host, run->now);
  host_run_pump (run);
  ck_assert_str_eq (host_run_find (run, RTMP_EVENT_PUBLISH, 1)->name, "key");
}

END_TEST;

START_TEST (test_what_is_said_early_is_bounded)
{
  host_run_connect (run, 0);
  for (guint i = 0; i < RTMP_MAX_EARLY; i++)
    host_run_say (run, rtmp_command_new_call (0, "createStream", 2, NULL));
  ck_assert_uint_eq (host_run_count (run, RTMP_EVENT_ENDED), 0);
  host_run_say (run, rtmp_command_new_call (0, "createStream", 2, NULL));
  host_run_assert_ended (run, RTMP_ERROR_LIMIT, "more than it listens to");
}

END_TEST;

START_TEST (test_what_comes_before_a_connect_is_an_error)
{
  host_run_say (run, rtmp_command_new_call (0, "createStream", 2, NULL));
  host_run_assert_ended (run, RTMP_ERROR_PROTOCOL, "begin with a connect");
}

END_TEST;

START_TEST (test_a_second_connect_is_an_error)
{
  g_autoptr (RtmpConnect) connect = rtmp_connect_new ();

  connect->application = g_strdup ("live");
  host_run_let_in (run);
  host_run_say (run, rtmp_connect_write (connect, 2));
  host_run_assert_ended (run, RTMP_ERROR_PROTOCOL, "connects twice");
}

END_TEST;

START_TEST (test_a_client_that_asks_and_does_not_listen_is_ended)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  const GOutputVector *vectors;
  g_auto (RtmpEvent) event = { 0 };
  guint n;

  host_run_let_in (run);
  for (guint i = 0; i < 1100; i++) {
    g_autoptr (RtmpMessage) message =
        rtmp_command_new_call (0, "createStream", 2, NULL);
    rtmp_session_send (run->client, message, run->now);
  }
  while ((vectors = rtmp_session_peek (run->client, &n)), n > 0) {
    gsize size = 0;
    for (guint i = 0; i < n; i++) {
      g_byte_array_append (bytes, vectors[i].buffer, vectors[i].size);
      size += vectors[i].size;
    }
    rtmp_session_advance (run->client, size, run->now);
  }
  rtmp_host_feed (run->host, NULL, bytes->data, bytes->len, run->now);
  while (event.kind != RTMP_EVENT_ENDED) {
    rtmp_event_clear (&event);
    ck_assert (rtmp_host_take (run->host, &event, run->now));
  }
  ck_assert (g_error_matches (event.error, RTMP_ERROR, RTMP_ERROR_LIMIT));
}

END_TEST;

START_TEST (test_media_of_a_publisher_comes)
{
  host_run_publish (run);
  host_run_say (run, new_media (1));
  ck_assert_uint_eq (host_run_count (run, RTMP_EVENT_MEDIA), 1);
  ck_assert_uint_eq (host_run_find (run, RTMP_EVENT_MEDIA, 1)->stream, 1);
}

END_TEST;

START_TEST (test_media_of_others_does_not)
{
  host_run_make_stream (run);
  host_run_say (run, new_media (1));
  host_run_say (run, rtmp_command_new_publish (1, 3, "key", "live"));
  host_run_say (run, new_media (1));
  host_run_say (run, new_media (2));
  host_run_say (run, new_media (0));
  ck_assert_uint_eq (host_run_count (run, RTMP_EVENT_MEDIA), 0);
}

END_TEST;

START_TEST (test_media_goes_to_who_plays)
{
  g_autoptr (RtmpMessage) message = new_media (1);
  g_autoptr (RtmpMessage) other = new_media (2);

  ck_assert (!rtmp_host_send (run->host, message, run->now));
  host_run_play (run);
  guint before = run->messages->len;
  ck_assert (rtmp_host_send (run->host, message, run->now));
  ck_assert (!rtmp_host_send (run->host, other, run->now));
  host_run_pump (run);
  ck_assert_uint_eq (run->messages->len, before + 1);
}

END_TEST;

START_TEST (test_the_end_of_a_play_is_told_in_every_way)
{
  g_autoptr (RtmpMessage) message = new_media (1);
  gboolean eof = FALSE;

  host_run_play (run);
  ck_assert (rtmp_host_end_play (run->host, 1, run->now));
  host_run_pump (run);
  host_run_assert_status (run, 1, "NetStream.Play.UnpublishNotify");
  host_run_assert_status (run, 1, "NetStream.Play.Stop");
  for (guint i = 0; i < run->messages->len; i++) {
    RtmpControl control;
    eof |= rtmp_control_read (&control, g_ptr_array_index (run->messages, i),
        NULL) && control.type == RTMP_MESSAGE_USER_CONTROL
        && control.event == RTMP_USER_STREAM_EOF;
  }
  ck_assert (eof);
  ck_assert (!rtmp_host_send (run->host, message, run->now));
  ck_assert (!rtmp_host_end_play (run->host, 1, run->now));
}

END_TEST;

START_TEST (test_only_who_knows_how_is_asked_to_reconnect)
{
  host_run_let_in (run);
  ck_assert (!rtmp_host_request_reconnect (run->host, NULL, NULL, run->now));
  teardown ();
  setup ();
  host_run_connect (run, RTMP_CAPS_RECONNECT);
  rtmp_host_accept_connect (run->host, run->now);
  ck_assert (rtmp_host_request_reconnect (run->host, "/x", NULL, run->now));
  host_run_pump (run);
  host_run_assert_status (run, 0, "NetConnection.Connect.ReconnectRequest");
}

END_TEST;

START_TEST (test_who_publishes_or_plays_goes_with_the_connection)
{
  g_autoptr (GError) error = g_error_new_literal (RTMP_ERROR, RTMP_ERROR_LOST,
      "lost");

  host_run_publish (run);
  host_run_say (run, rtmp_command_new_call (0, "createStream", 4, NULL));
  host_run_say (run, rtmp_command_new_play (2, 5, "key", -2, -1));
  rtmp_host_closed (run->host, error, run->now);
  host_run_pump (run);
  ck_assert_uint_eq (host_run_find (run, RTMP_EVENT_UNPUBLISH, 1)->stream, 1);
  ck_assert_uint_eq (host_run_find (run, RTMP_EVENT_UNPLAY, 1)->stream, 2);
  host_run_assert_ended (run, RTMP_ERROR_LOST, "lost");
  ck_assert (!rtmp_host_accept (run->host, 2, run->now));
}

END_TEST;

START_TEST (test_what_waits_is_sent_before_the_end)
{
  g_autoptr (RtmpMessage) message = new_media (1);

  host_run_play (run);
  guint before = run->messages->len;
  rtmp_host_send (run->host, message, run->now);
  rtmp_host_close (run->host, run->now);
  ck_assert (!rtmp_host_send (run->host, message, run->now));
  host_run_pump (run);
  ck_assert_uint_eq (run->messages->len, before + 1);
  ck_assert_ptr_null (host_run_find (run, RTMP_EVENT_ENDED, 1)->error);
}

END_TEST;

START_TEST (test_a_close_has_a_deadline)
{
  g_autoptr (RtmpMessage) message = new_media (1);

  host_run_play (run);
  rtmp_host_send (run->host, message, run->now);
  g_clear_pointer (&run->client, rtmp_session_free);
  rtmp_host_close (run->host, run->now);
  host_run_pass (run, SECOND / 2 - 1);
  ck_assert_uint_eq (host_run_count (run, RTMP_EVENT_ENDED), 0);
  host_run_pass (run, 1);
  ck_assert_uint_eq (host_run_count (run, RTMP_EVENT_ENDED), 1);
}

END_TEST;

START_TEST (test_a_client_that_does_not_begin_has_a_deadline)
{
  host_run_pump (run);
  host_run_pass (run, 20 * SECOND);
  host_run_assert_ended (run, RTMP_ERROR_TIMEOUT, "did not connect");
}

END_TEST;

/* A player that says nothing of itself answers pings. */
START_TEST (test_a_quiet_client_stays_while_it_answers_pings)
{
  RtmpSessionStats stats;

  host_run_play (run);
  host_run_pass (run, 1000 * SECOND);
  ck_assert_uint_eq (host_run_count (run, RTMP_EVENT_ENDED), 0);
  rtmp_host_get_stats (run->host, &stats);
  ck_assert_int_eq (stats.round_trip, 0);
  g_clear_pointer (&run->client, rtmp_session_free);
  host_run_pass (run, 91 * SECOND);
  ck_assert_uint_eq (host_run_count (run, RTMP_EVENT_ENDED), 1);
}

END_TEST;

START_TEST (test_another_protocol_ends_it)
{
  const gchar *text = "GET / HTTP/1.1\r\n";

  rtmp_host_feed (run->host, NULL, (const guint8 *) text, strlen (text),
      run->now);
  host_run_pump (run);
  host_run_assert_ended (run, RTMP_ERROR_HANDSHAKE, "does not speak RTMP");
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("rtmphost");
  TCase *tcase = tcase_create ("rtmphost");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_a_client_is_let_in);
  tcase_add_test (tcase, test_a_client_is_let_in_once);
  tcase_add_test (tcase, test_a_client_is_refused_and_told_why);
  tcase_add_test (tcase, test_what_is_said_early_waits_for_the_decision);
  tcase_add_test (tcase, test_what_is_said_early_is_bounded);
  tcase_add_test (tcase, test_what_comes_before_a_connect_is_an_error);
  tcase_add_test (tcase, test_a_second_connect_is_an_error);
  tcase_add_test (tcase, test_a_client_that_asks_and_does_not_listen_is_ended);
  tcase_add_test (tcase, test_media_of_a_publisher_comes);
  tcase_add_test (tcase, test_media_of_others_does_not);
  tcase_add_test (tcase, test_media_goes_to_who_plays);
  tcase_add_test (tcase, test_the_end_of_a_play_is_told_in_every_way);
  tcase_add_test (tcase, test_only_who_knows_how_is_asked_to_reconnect);
  tcase_add_test (tcase, test_who_publishes_or_plays_goes_with_the_connection);
  tcase_add_test (tcase, test_what_waits_is_sent_before_the_end);
  tcase_add_test (tcase, test_a_close_has_a_deadline);
  tcase_add_test (tcase, test_a_client_that_does_not_begin_has_a_deadline);
  tcase_add_test (tcase, test_a_quiet_client_stays_while_it_answers_pings);
  tcase_add_test (tcase, test_another_protocol_ends_it);
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

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpsession.h"

#include "rtmp/rtmpcursor.h"
#include "rtmp/rtmperror.h"
#include "rtmp/rtmplimits.h"

#include <check.h>
#include <string.h>

#define SECOND G_TIME_SPAN_SECOND
#define BEGIN (1000 * SECOND)

/* Two sessions that talk to each other, in a time of their own. */
static GRand *generator;
static RtmpSession *client;
static RtmpSession *server;
static gint64 now;

static RtmpSession *
new_session (const RtmpSessionConfig * config)
{
  return rtmp_session_new (config, generator, now);
}

static void
setup (void)
{
  RtmpSessionConfig config = {.handshake_timeout = 10 * SECOND,
    .idle_timeout = 90 * SECOND,.stall_timeout = 30 * SECOND
  };

  now = BEGIN;
  generator = g_rand_new_with_seed (1);
  client = new_session (&config);
  config.is_server = TRUE;
  config.ping_interval = 20 * SECOND;
  server = new_session (&config);
}

static void
teardown (void)
{
  g_clear_pointer (&client, rtmp_session_free);
  g_clear_pointer (&server, rtmp_session_free);
  g_clear_pointer (&generator, g_rand_free);
}

/* All that @self has to send, which is counted as sent. */
static GBytes *
take_bytes (RtmpSession * self)
{
  GByteArray *bytes = g_byte_array_new ();
  const GOutputVector *vectors;
  guint n;

  while ((vectors = rtmp_session_peek (self, &n)), n > 0) {
    gsize size = 0;
    for (guint i = 0; i < n; i++) {
      g_byte_array_append (bytes, vectors[i].buffer, vectors[i].size);
      size += vectors[i].size;
    }
    rtmp_session_advance (self, size, now);
  }
  return g_byte_array_free_to_bytes (bytes);
}

/* Gives what @from has to say to @to; the messages, of which there may be
 * some. */
static GPtrArray *
pass (RtmpSession * from, RtmpSession * to)
{
  GPtrArray *messages =
      g_ptr_array_new_with_free_func ((GDestroyNotify) rtmp_message_unref);
  g_autoptr (GBytes) bytes = take_bytes (from);
  g_autoptr (GError) error = NULL;
  RtmpMessage *message;

  rtmp_session_feed (to, bytes, g_bytes_get_data (bytes, NULL),
      g_bytes_get_size (bytes), now);
  while ((message = rtmp_session_take (to, now, &error)) != NULL)
    g_ptr_array_add (messages, message);
  ck_assert_ptr_null (error);
  return messages;
}

static void
open_both (void)
{
  for (guint i = 0; i < 3; i++) {
    g_autoptr (GPtrArray) up = pass (client, server);
    g_autoptr (GPtrArray) down = pass (server, client);
    ck_assert_uint_eq (up->len + down->len, 0);
  }
  ck_assert (rtmp_session_is_open (client));
  ck_assert (rtmp_session_is_open (server));
}

static void
send (RtmpSession * self, RtmpMessage * message)
{
  rtmp_session_send (self, message, now);
  rtmp_message_unref (message);
}

static RtmpMessage *
new_video (gsize size)
{
  RtmpMessageHead head = { RTMP_MESSAGE_VIDEO, 0, 1, 0 };
  g_autofree guint8 *data = g_malloc0 (size);

  return rtmp_message_new_copy (&head, data, size);
}

static RtmpSessionStats
get_stats (RtmpSession * self)
{
  RtmpSessionStats stats;

  rtmp_session_get_stats (self, &stats);
  return stats;
}

static void
assert_tick_fails (RtmpSession * self, gint code, const gchar * why)
{
  g_autoptr (GError) error = NULL;

  ck_assert (!rtmp_session_tick (self, now, &error));
  ck_assert (g_error_matches (error, RTMP_ERROR, code));
  ck_assert_msg (strstr (error->message, why) != NULL, "%s", error->message);
}

START_TEST (test_messages_wait_for_the_handshake)
{
  send (client, new_video (10));
  send (server, new_video (20));
  g_autoptr (GBytes) first = take_bytes (client);
  ck_assert_uint_eq (g_bytes_get_size (first), 1 + RTMP_HANDSHAKE_BLOCK);
  g_autoptr (GBytes) nothing = take_bytes (server);
  ck_assert_uint_eq (g_bytes_get_size (nothing), 0);

  rtmp_session_feed (server, first, g_bytes_get_data (first, NULL),
      g_bytes_get_size (first), now);
  ck_assert_ptr_null (rtmp_session_take (server, now, NULL));
  g_autoptr (GPtrArray) answer = pass (server, client);
  ck_assert_uint_eq (answer->len, 0);
  ck_assert (rtmp_session_is_open (client));
  /* The last of the handshake and the message, together. */
  g_autoptr (GPtrArray) up = pass (client, server);
  ck_assert_uint_eq (up->len, 1);
  g_autoptr (GPtrArray) down = pass (server, client);
  ck_assert_uint_eq (down->len, 1);
}

END_TEST;

START_TEST (test_messages_come_as_they_were_sent)
{
  open_both ();
  rtmp_session_set_chunk_size (client, 4096, now);
  send (client, new_video (10000));
  send (client, new_video (0));
  g_autoptr (GPtrArray) messages = pass (client, server);
  ck_assert_uint_eq (messages->len, 2);
  ck_assert_uint_eq (rtmp_message_get_size (g_ptr_array_index (messages, 0)),
      10000);
  ck_assert_uint_eq (get_stats (client).chunk_size_out, 4096);
  ck_assert_uint_eq (get_stats (server).chunk_size_in, 4096);
  ck_assert_uint_eq (get_stats (client).messages_out, 3);
  ck_assert_uint_eq (get_stats (server).messages_in, 3);
  ck_assert_uint_eq (get_stats (client).bytes_out, get_stats (server).bytes_in);
}

END_TEST;

START_TEST (test_a_chunk_size_is_said_once)
{
  open_both ();
  rtmp_session_set_chunk_size (client, 4096, now);
  rtmp_session_set_chunk_size (client, 4096, now);
  rtmp_session_set_chunk_size (client, 128, now);
  ck_assert_uint_eq (get_stats (client).messages_out, 2);
}

END_TEST;

START_TEST (test_what_comes_is_acknowledged)
{
  open_both ();
  rtmp_session_tell_window (client, 1000, now);
  g_autoptr (GPtrArray) first = pass (client, server);
  guint64 before = get_stats (client).acknowledged;
  for (guint i = 0; i < 10; i++) {
    send (client, new_video (300));
    g_autoptr (GPtrArray) up = pass (client, server);
    g_autoptr (GPtrArray) down = pass (server, client);
    ck_assert_uint_eq (down->len, 0);
  }
  guint64 after = get_stats (client).acknowledged;
  ck_assert_uint_eq (get_stats (server).window_in, 1000);
  ck_assert_uint_gt (after, before + 2000);
  ck_assert_uint_le (after, get_stats (client).bytes_out);
}

END_TEST;

START_TEST (test_a_window_is_told_once)
{
  open_both ();
  rtmp_session_tell_window (client, 1000, now);
  rtmp_session_tell_window (client, 1000, now);
  send (server, rtmp_control_new (RTMP_MESSAGE_PEER_BANDWIDTH, 1000));
  g_autoptr (GPtrArray) down = pass (server, client);
  ck_assert_uint_eq (get_stats (client).messages_out, 1);
  ck_assert_uint_eq (get_stats (client).window_out, 1000);
}

END_TEST;

START_TEST (test_a_bandwidth_is_answered)
{
  open_both ();
  send (server, rtmp_control_new (RTMP_MESSAGE_PEER_BANDWIDTH, 5000));
  g_autoptr (GPtrArray) down = pass (server, client);
  g_autoptr (GPtrArray) up = pass (client, server);
  ck_assert_uint_eq (get_stats (server).window_in, 5000);
}

END_TEST;

START_TEST (test_pings_are_answered)
{
  open_both ();
  ck_assert_int_eq (get_stats (server).round_trip, -1);
  now = rtmp_session_get_deadline (server);
  ck_assert_int_eq (now, BEGIN + 20 * SECOND);
  ck_assert (rtmp_session_tick (server, now, NULL));
  g_autoptr (GPtrArray) down = pass (server, client);
  ck_assert_uint_eq (down->len, 0);
  now += 50000;
  g_autoptr (GPtrArray) up = pass (client, server);
  ck_assert_uint_eq (up->len, 0);
  ck_assert_int_eq (get_stats (server).round_trip, 50000);
}

END_TEST;

START_TEST (test_an_answer_that_comes_behind_the_next_ping_counts)
{
  open_both ();
  now += 20 * SECOND;
  ck_assert (rtmp_session_tick (server, now, NULL));
  g_autoptr (GPtrArray) down = pass (server, client);
  now += 20 * SECOND;
  ck_assert (rtmp_session_tick (server, now, NULL));
  g_autoptr (GPtrArray) up = pass (client, server);
  ck_assert_int_eq (get_stats (server).round_trip, 20 * SECOND);
}

END_TEST;

/* Who pings knows pings. */
START_TEST (test_a_client_pings_back)
{
  RtmpSessionConfig config = {.ping_back = TRUE };

  rtmp_session_free (client);
  client = new_session (&config);
  open_both ();
  now += 20 * SECOND;
  ck_assert (rtmp_session_tick (server, now, NULL));
  ck_assert_int_eq (get_stats (client).round_trip, -1);
  for (guint i = 0; i < 2; i++) {
    g_autoptr (GPtrArray) down = pass (server, client);
    ck_assert_uint_eq (down->len, 0);
    now += 30000;
    g_autoptr (GPtrArray) up = pass (client, server);
    ck_assert_uint_eq (up->len, 0);
  }
  ck_assert_int_eq (get_stats (client).round_trip, 30000);
}

END_TEST;

START_TEST (test_who_does_not_answer_is_not_pinged_for_ever)
{
  RtmpSessionConfig config = {.ping_back = TRUE };

  rtmp_session_free (client);
  client = new_session (&config);
  open_both ();
  guint64 before = get_stats (client).messages_out;
  for (guint i = 0; i < 5; i++) {
    send (server, rtmp_control_new_ping (RTMP_USER_PING_REQUEST, i));
    g_autoptr (GPtrArray) down = pass (server, client);
    g_autoptr (GBytes) unheard = take_bytes (client);
  }
  ck_assert_uint_eq (get_stats (client).messages_out, before + 5 + 2);
}

END_TEST;

START_TEST (test_an_answer_to_no_ping_says_nothing)
{
  open_both ();
  send (client, rtmp_control_new_ping (RTMP_USER_PING_RESPONSE, 7));
  g_autoptr (GPtrArray) up = pass (client, server);
  ck_assert_int_eq (get_stats (server).round_trip, -1);
}

END_TEST;

START_TEST (test_other_events_are_given)
{
  open_both ();
  send (server, rtmp_control_new_event (RTMP_USER_STREAM_EOF, 1));
  g_autoptr (GPtrArray) down = pass (server, client);
  ck_assert_uint_eq (down->len, 1);
}

END_TEST;

START_TEST (test_control_messages_that_are_too_short_are_skipped)
{
  RtmpMessageHead head = {.type = RTMP_MESSAGE_USER_CONTROL };

  open_both ();
  send (client, rtmp_message_new_copy (&head, "\0", 1));
  head.type = RTMP_MESSAGE_WINDOW_SIZE;
  send (client, rtmp_message_new_copy (&head, "\0", 1));
  send (client, new_video (1));
  g_autoptr (GPtrArray) up = pass (client, server);
  ck_assert_uint_eq (up->len, 1);
}

END_TEST;

START_TEST (test_answers_are_bounded)
{
  open_both ();
  for (guint i = 0; i < RTMP_MAX_ANSWERS + 100; i++)
    send (client, rtmp_control_new_ping (RTMP_USER_PING_REQUEST, i));
  g_autoptr (GPtrArray) up = pass (client, server);
  ck_assert_uint_eq (get_stats (server).queued_messages, RTMP_MAX_ANSWERS);
  g_autoptr (RtmpMessage) message = new_video (1);
  ck_assert (!rtmp_session_answer (server, message, now));
  /* When it has read them there is room again. */
  g_autoptr (GPtrArray) down = pass (server, client);
  ck_assert (rtmp_session_answer (server, message, now));
}

END_TEST;

START_TEST (test_told_windows_are_bounded_as_well)
{
  RtmpMessageHead head = {.type = RTMP_MESSAGE_PEER_BANDWIDTH };

  open_both ();
  for (guint i = 0; i < RTMP_MAX_ANSWERS + 100; i++) {
    guint8 hard[] = { 0, 1, i >> 8, i & 0xff, 0 };
    send (client, rtmp_message_new_copy (&head, hard, sizeof hard));
  }
  g_autoptr (GPtrArray) up = pass (client, server);
  ck_assert_uint_eq (get_stats (server).queued_messages, RTMP_MAX_ANSWERS);
}

END_TEST;

START_TEST (test_acknowledgements_are_bounded_as_well)
{
  open_both ();
  send (client, rtmp_control_new (RTMP_MESSAGE_WINDOW_SIZE, 10));
  for (guint i = 0; i < RTMP_MAX_ANSWERS + 100; i++) {
    send (client, new_video (100));
    g_autoptr (GPtrArray) up = pass (client, server);
  }
  ck_assert_uint_eq (get_stats (server).queued_messages, RTMP_MAX_ANSWERS);
}

END_TEST;

START_TEST (test_a_handshake_has_a_deadline)
{
  ck_assert_int_eq (rtmp_session_get_deadline (client), BEGIN + 10 * SECOND);
  now = BEGIN + 10 * SECOND - 1;
  ck_assert (rtmp_session_tick (client, now, NULL));
  now++;
  assert_tick_fails (client, RTMP_ERROR_TIMEOUT, "handshake within 10 s");
}

END_TEST;

START_TEST (test_silence_has_a_deadline)
{
  open_both ();
  ck_assert_int_eq (rtmp_session_get_deadline (client), BEGIN + 90 * SECOND);
  now += 60 * SECOND;
  send (server, new_video (1));
  g_autoptr (GPtrArray) down = pass (server, client);
  ck_assert_int_eq (rtmp_session_get_deadline (client), BEGIN + 150 * SECOND);
  now = BEGIN + 150 * SECOND;
  assert_tick_fails (client, RTMP_ERROR_LOST, "nothing came for 90 s");
  rtmp_session_set_idle_timeout (client, 0);
  ck_assert (rtmp_session_tick (client, now, NULL));
  ck_assert_int_eq (rtmp_session_get_deadline (client), -1);
}

END_TEST;

START_TEST (test_silence_has_none_while_nobody_reads)
{
  open_both ();
  rtmp_session_set_reading (client, FALSE, now);
  ck_assert_int_eq (rtmp_session_get_deadline (client), -1);
  now += 200 * SECOND;
  ck_assert (rtmp_session_tick (client, now, NULL));
  rtmp_session_set_reading (client, TRUE, now);
  ck_assert_int_eq (rtmp_session_get_deadline (client), now + 90 * SECOND);
  /* It was reading already. */
  rtmp_session_set_reading (client, TRUE, now + 10 * SECOND);
  ck_assert_int_eq (rtmp_session_get_deadline (client), now + 90 * SECOND);
}

END_TEST;

START_TEST (test_a_peer_that_takes_nothing_has_a_deadline)
{
  guint n;

  open_both ();
  now += 5 * SECOND;
  send (client, new_video (1000));
  now += 10 * SECOND;
  send (client, new_video (1000));
  ck_assert_int_eq (rtmp_session_get_deadline (client), BEGIN + 35 * SECOND);
  /* Any byte that goes is a sign of life. */
  now = BEGIN + 20 * SECOND;
  rtmp_session_peek (client, &n);
  rtmp_session_advance (client, 1, now);
  ck_assert_int_eq (rtmp_session_get_deadline (client), BEGIN + 50 * SECOND);
  now = BEGIN + 50 * SECOND;
  assert_tick_fails (client, RTMP_ERROR_STALLED, "taken nothing for 30 s");
}

END_TEST;

START_TEST (test_a_peer_that_has_nothing_to_take_has_none)
{
  open_both ();
  send (client, new_video (1000));
  g_autoptr (GPtrArray) up = pass (client, server);
  ck_assert_int_eq (rtmp_session_get_deadline (client), BEGIN + 90 * SECOND);
}

END_TEST;

START_TEST (test_what_waits_is_counted)
{
  guint n;

  open_both ();
  ck_assert_int_eq (rtmp_session_get_delay (client, now), 0);
  send (client, new_video (1000));
  now += SECOND;
  send (client, new_video (500));
  ck_assert_uint_eq (get_stats (client).queued_messages, 2);
  ck_assert_uint_eq (get_stats (client).queued_bytes, 1500);
  ck_assert_int_eq (rtmp_session_get_delay (client, now), SECOND);
  rtmp_session_peek (client, &n);
  rtmp_session_advance (client, 12 + 1000 + 7, now);
  ck_assert_uint_eq (get_stats (client).queued_messages, 1);
  ck_assert_int_eq (rtmp_session_get_delay (client, now), 0);
}

END_TEST;

START_TEST (test_another_protocol_is_an_error_that_stays)
{
  const gchar *text = "HTTP/1.1 400 Bad Request";
  g_autoptr (GError) error = NULL, again = NULL;

  rtmp_session_feed (client, NULL, (const guint8 *) text, strlen (text), now);
  ck_assert_ptr_null (rtmp_session_take (client, now, &error));
  ck_assert (g_error_matches (error, RTMP_ERROR, RTMP_ERROR_HANDSHAKE));
  rtmp_session_feed (client, NULL, (const guint8 *) text, strlen (text), now);
  ck_assert_ptr_null (rtmp_session_take (client, now, &again));
  ck_assert (g_error_matches (again, RTMP_ERROR, RTMP_ERROR_HANDSHAKE));
}

END_TEST;

START_TEST (test_broken_chunks_are_an_error_that_stays)
{
  g_autoptr (GError) error = NULL, again = NULL;

  open_both ();
  for (guint i = 0; i < 2; i++) {
    rtmp_session_feed (client, NULL, (const guint8 *) "\xc4\x00", 2, now);
    ck_assert_ptr_null (rtmp_session_take (client, now, i == 0 ? &error
            : &again));
  }
  ck_assert (g_error_matches (error, RTMP_ERROR, RTMP_ERROR_PROTOCOL));
  ck_assert (g_error_matches (again, RTMP_ERROR, RTMP_ERROR_PROTOCOL));
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("rtmpsession");
  TCase *tcase = tcase_create ("rtmpsession");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_messages_wait_for_the_handshake);
  tcase_add_test (tcase, test_messages_come_as_they_were_sent);
  tcase_add_test (tcase, test_a_chunk_size_is_said_once);
  tcase_add_test (tcase, test_what_comes_is_acknowledged);
  tcase_add_test (tcase, test_a_window_is_told_once);
  tcase_add_test (tcase, test_a_bandwidth_is_answered);
  tcase_add_test (tcase, test_pings_are_answered);
  tcase_add_test (tcase, test_an_answer_that_comes_behind_the_next_ping_counts);
  tcase_add_test (tcase, test_a_client_pings_back);
  tcase_add_test (tcase, test_who_does_not_answer_is_not_pinged_for_ever);
  tcase_add_test (tcase, test_an_answer_to_no_ping_says_nothing);
  tcase_add_test (tcase, test_other_events_are_given);
  tcase_add_test (tcase, test_control_messages_that_are_too_short_are_skipped);
  tcase_add_test (tcase, test_answers_are_bounded);
  tcase_add_test (tcase, test_told_windows_are_bounded_as_well);
  tcase_add_test (tcase, test_acknowledgements_are_bounded_as_well);
  tcase_add_test (tcase, test_a_handshake_has_a_deadline);
  tcase_add_test (tcase, test_silence_has_a_deadline);
  tcase_add_test (tcase, test_silence_has_none_while_nobody_reads);
  tcase_add_test (tcase, test_a_peer_that_takes_nothing_has_a_deadline);
  tcase_add_test (tcase, test_a_peer_that_has_nothing_to_take_has_none);
  tcase_add_test (tcase, test_what_waits_is_counted);
  tcase_add_test (tcase, test_another_protocol_is_an_error_that_stays);
  tcase_add_test (tcase, test_broken_chunks_are_an_error_that_stays);
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

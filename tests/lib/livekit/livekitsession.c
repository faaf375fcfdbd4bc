/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitsession.h"

#include "livekit/livekiterror.h"
#include "livekit/livekitjoin.h"
#include "sessionrun.h"

#include <check.h>
#include <string.h>

#define UNIX_NOW 1700000000
#define SECONDS G_TIME_SPAN_SECOND

static LivekitSessionConfig config;
static gchar *token;

static void
setup (void)
{
  token = session_run_new_token (UNIX_NOW, -1);
  config = (LivekitSessionConfig) {
  .url = "https://room.test/base",.token = token,.client_version =
        "1.2.3",.unix_time = UNIX_NOW};
}

static void
teardown (void)
{
  g_clear_pointer (&token, g_free);
}

static SessionRun *
new_started (void)
{
  SessionRun *run = session_run_new (&config);

  livekit_session_start (run->session, run->now);
  session_run_take (run);
  return run;
}

static void
refuse (SessionRun * run, guint status, const gchar * body)
{
  livekit_session_refused (run->session, status, body, NULL, run->now);
  session_run_take (run);
}

static void
close_socket (SessionRun * run, const GError * error)
{
  livekit_session_closed (run->session, error, run->now);
  session_run_take (run);
}

static void
leave (SessionRun * run)
{
  livekit_session_leave (run->session, run->now);
  session_run_take (run);
}

static Livekit__JoinRequest *
read_join (const gchar * uri)
{
  const gchar *start = "wss://room.test/base/rtc/v1?join_request=";
  g_autoptr (GError) error = NULL;

  ck_assert (g_str_has_prefix (uri, start));
  Livekit__JoinRequest *join = livekit_join_parse (uri + strlen (start),
      &error);
  ck_assert_ptr_null (error);
  return join;
}

START_TEST (test_it_dials_with_a_join_request)
{
  g_autoptr (GHashTable) attributes =
      g_hash_table_new (g_str_hash, g_str_equal);
  g_hash_table_insert (attributes, (gpointer) "place", (gpointer) "stage");
  config.attributes = attributes;
  config.metadata = "{}";
  g_autoptr (SessionRun) run = new_started ();
  const LivekitEvent *dial = session_run_find (run, LIVEKIT_EVENT_DIAL, 1);

  ck_assert_ptr_nonnull (dial);
  ck_assert_str_eq (dial->token, token);
  g_autoptr (Livekit__JoinRequest) join = read_join (dial->uri);
  ck_assert_int_eq (join->client_info->sdk, LIVEKIT__CLIENT_INFO__SDK__CPP);
  ck_assert_int_eq (join->client_info->protocol, 17);
  ck_assert_str_eq (join->client_info->version, "1.2.3");
  ck_assert (!join->connection_settings->auto_subscribe);
  ck_assert_str_eq (join->metadata, "{}");
  ck_assert_uint_eq (join->n_participant_attributes, 1);
  ck_assert_str_eq (join->participant_attributes[0]->key, "place");
}

END_TEST;

START_TEST (test_a_server_without_the_route_is_dialled_the_old_way)
{
  config.metadata = "{}";
  g_autoptr (SessionRun) run = new_started ();

  refuse (run, 404, "404 page not found\n");
  const LivekitEvent *dial = session_run_find (run, LIVEKIT_EVENT_DIAL, 2);
  ck_assert_ptr_nonnull (dial);
  ck_assert (g_str_has_prefix (dial->uri, "wss://room.test/base/rtc?"));
  ck_assert_ptr_nonnull (strstr (dial->uri, "protocol=17"));
  ck_assert_ptr_nonnull (strstr (dial->uri, "auto_subscribe=0"));
  livekit_session_opened (run->session, run->now);
  session_run_feed (run, script_reply_join (NULL, NULL));
  ck_assert (!session_run_find (run, LIVEKIT_EVENT_JOINED, 1)
      ->joined->one_connection);
  /* Metadata has no place in that URL. */
  const Livekit__SignalRequest *update = session_run_find_sent (run,
      LIVEKIT__SIGNAL_REQUEST__MESSAGE_UPDATE_METADATA, 1);
  ck_assert_ptr_nonnull (update);
  ck_assert_str_eq (update->update_metadata->metadata, "{}");
}

END_TEST;

START_TEST (test_neither_route_is_no_server)
{
  g_autoptr (SessionRun) run = new_started ();

  refuse (run, 404, "404 page not found");
  refuse (run, 404, "404 page not found");
  session_run_assert_ended (run, LIVEKIT_ERROR_NO_SUCH_ROOM);
  ck_assert_uint_eq (session_run_count (run, LIVEKIT_EVENT_DIAL), 2);
}

END_TEST;

START_TEST (test_a_missing_room_is_not_a_missing_route)
{
  static const gchar *const bodies[] = { "requested room does not exist", NULL,
    "", "<html>404 page not found</html>"
  };

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++) {
    g_autoptr (SessionRun) run = new_started ();
    refuse (run, 404, bodies[i]);
    session_run_assert_ended (run, LIVEKIT_ERROR_NO_SUCH_ROOM);
    ck_assert_uint_eq (session_run_count (run, LIVEKIT_EVENT_DIAL), 1);
  }
}

END_TEST;

START_TEST (test_an_error_of_the_dial_is_the_end)
{
  g_autoptr (SessionRun) run = new_started ();
  g_autoptr (GError) error = g_error_new_literal (LIVEKIT_ERROR,
      LIVEKIT_ERROR_TLS, "certificate expired");

  livekit_session_refused (run->session, 0, NULL, error, run->now);
  session_run_take (run);
  session_run_assert_ended (run, LIVEKIT_ERROR_TLS);
  ck_assert_uint_eq (session_run_count (run, LIVEKIT_EVENT_HANG_UP), 0);
}

END_TEST;

static const struct
{
  const gchar *url;
  const gchar *token;           /* NULL: a good one */
  gint64 unix_time;
  gint can_publish;
  gint code;
} bad_configs[] = {
  /* *INDENT-OFF* */
  {"ftp://room.test", NULL, UNIX_NOW, -1, LIVEKIT_ERROR_URL},
  {"", NULL, UNIX_NOW, -1, LIVEKIT_ERROR_URL},
  {"ws://room.test", "", UNIX_NOW, -1, LIVEKIT_ERROR_CREDENTIALS},
  {"ws://room.test", "not a token", UNIX_NOW, -1, LIVEKIT_ERROR_CREDENTIALS},
  {"ws://room.test", NULL, UNIX_NOW + 7200, -1, LIVEKIT_ERROR_UNAUTHORIZED},
  {"ws://room.test", NULL, UNIX_NOW, 0, LIVEKIT_ERROR_NOT_ALLOWED},
  /* *INDENT-ON* */
};

START_TEST (test_what_cannot_work_is_refused_before_the_dial)
{
  g_autofree gchar *made = session_run_new_token (UNIX_NOW,
      bad_configs[_i].can_publish);
  config.url = bad_configs[_i].url;
  config.token = bad_configs[_i].token != NULL ? bad_configs[_i].token : made;
  config.unix_time = bad_configs[_i].unix_time;
  g_autoptr (SessionRun) run = new_started ();

  session_run_assert_ended (run, bad_configs[_i].code);
  ck_assert_uint_eq (session_run_count (run, LIVEKIT_EVENT_DIAL), 0);
}

END_TEST;

START_TEST (test_without_a_clock_the_expiry_is_the_servers_business)
{
  config.unix_time = 0;
  g_autoptr (SessionRun) run = new_started ();

  session_run_assert_going_on (run);
  ck_assert_uint_eq (session_run_count (run, LIVEKIT_EVENT_DIAL), 1);
}

END_TEST;

START_TEST (test_a_connect_that_hangs_is_given_up)
{
  g_autoptr (SessionRun) run = new_started ();

  session_run_pass (run, 10 * SECONDS - 1);
  session_run_assert_going_on (run);
  session_run_pass (run, 1);
  session_run_assert_ended (run, LIVEKIT_ERROR_UNREACHABLE);
  ck_assert_uint_eq (session_run_count (run, LIVEKIT_EVENT_HANG_UP), 1);
}

END_TEST;

START_TEST (test_a_join_that_does_not_come_is_given_up)
{
  g_autoptr (SessionRun) run = session_run_new_open ();

  session_run_pass (run, 5 * SECONDS);
  session_run_assert_going_on (run);
  /* The server may have let us in: it hears that we go. */
  ck_assert_uint_eq (session_run_count_sent (run,
          LIVEKIT__SIGNAL_REQUEST__MESSAGE_LEAVE), 1);
  session_run_pass (run, 1 * SECONDS);
  session_run_assert_ended (run, LIVEKIT_ERROR_JOIN_TIMEOUT);
}

END_TEST;

START_TEST (test_a_redirect_is_dialled_with_the_newest_token)
{
  g_autoptr (SessionRun) run = session_run_new_open ();

  session_run_feed (run, script_reply_token ("newer"));
  session_run_feed (run, script_reply_join (NULL, "wss://other.test"));
  ck_assert_uint_eq (session_run_count (run, LIVEKIT_EVENT_HANG_UP), 1);
  const LivekitEvent *dial = session_run_find (run, LIVEKIT_EVENT_DIAL, 2);
  ck_assert_ptr_nonnull (dial);
  ck_assert (g_str_has_prefix (dial->uri, "wss://other.test/rtc/v1?"));
  ck_assert_str_eq (dial->token, "newer");
}

END_TEST;

START_TEST (test_a_circle_of_redirects_ends)
{
  g_autoptr (SessionRun) run = session_run_new_open ();

  for (guint i = 0; i < 4; i++) {
    session_run_feed (run, script_reply_join (NULL, "wss://other.test"));
    livekit_session_opened (run->session, run->now);
  }
  session_run_pass (run, 1 * SECONDS);
  session_run_assert_ended (run, LIVEKIT_ERROR_REFUSED);
}

END_TEST;

START_TEST (test_a_redirect_does_not_take_the_token_out_of_tls)
{
  g_autoptr (SessionRun) run = new_started ();

  livekit_session_opened (run->session, run->now);
  session_run_feed (run, script_reply_join (NULL, "ws://other.test"));
  session_run_pass (run, 1 * SECONDS);
  session_run_assert_ended (run, LIVEKIT_ERROR_URL);
  ck_assert_uint_eq (session_run_count (run, LIVEKIT_EVENT_DIAL), 1);
}

END_TEST;

START_TEST (test_a_refreshed_token_is_kept)
{
  g_autoptr (SessionRun) run = session_run_new_joined ();

  session_run_feed (run, script_reply_token ("newer"));
  ck_assert_str_eq (livekit_session_get_token (run->session), "newer");
  session_run_feed (run, script_reply_token (""));
  ck_assert_str_eq (livekit_session_get_token (run->session), "newer");
}

END_TEST;

static const struct
{
  Livekit__DisconnectReason reason;
  gint code;
} leaves[] = {
  /* *INDENT-OFF* */
  {LIVEKIT__DISCONNECT_REASON__UNKNOWN_REASON, LIVEKIT_ERROR_LOST},
  {LIVEKIT__DISCONNECT_REASON__CLIENT_INITIATED, LIVEKIT_ERROR_LOST},
  {LIVEKIT__DISCONNECT_REASON__DUPLICATE_IDENTITY,
      LIVEKIT_ERROR_DUPLICATE_IDENTITY},
  {LIVEKIT__DISCONNECT_REASON__SERVER_SHUTDOWN, LIVEKIT_ERROR_SERVER_SHUTDOWN},
  {LIVEKIT__DISCONNECT_REASON__PARTICIPANT_REMOVED, LIVEKIT_ERROR_REMOVED},
  {LIVEKIT__DISCONNECT_REASON__ROOM_DELETED, LIVEKIT_ERROR_ROOM_DELETED},
  {LIVEKIT__DISCONNECT_REASON__STATE_MISMATCH, LIVEKIT_ERROR_STATE},
  {LIVEKIT__DISCONNECT_REASON__JOIN_FAILURE, LIVEKIT_ERROR_MEDIA},
  {LIVEKIT__DISCONNECT_REASON__MIGRATION, LIVEKIT_ERROR_LOST},
  {LIVEKIT__DISCONNECT_REASON__SIGNAL_CLOSE, LIVEKIT_ERROR_LOST},
  {LIVEKIT__DISCONNECT_REASON__ROOM_CLOSED, LIVEKIT_ERROR_ROOM_DELETED},
  {LIVEKIT__DISCONNECT_REASON__USER_UNAVAILABLE, LIVEKIT_ERROR_REMOVED},
  {LIVEKIT__DISCONNECT_REASON__USER_REJECTED, LIVEKIT_ERROR_REMOVED},
  {LIVEKIT__DISCONNECT_REASON__SIP_TRUNK_FAILURE, LIVEKIT_ERROR_REMOVED},
  {LIVEKIT__DISCONNECT_REASON__CONNECTION_TIMEOUT, LIVEKIT_ERROR_MEDIA},
  {LIVEKIT__DISCONNECT_REASON__MEDIA_FAILURE, LIVEKIT_ERROR_MEDIA},
  {LIVEKIT__DISCONNECT_REASON__AGENT_ERROR, LIVEKIT_ERROR_REMOVED},
  {(Livekit__DisconnectReason) 99, LIVEKIT_ERROR_LOST},
  /* *INDENT-ON* */
};

START_TEST (test_the_servers_leave_ends_with_its_reason)
{
  g_autoptr (SessionRun) joined = session_run_new_joined ();
  session_run_feed (joined, script_reply_leave (leaves[_i].reason));
  session_run_assert_ended (joined, leaves[_i].code);
  ck_assert_uint_eq (session_run_count (joined, LIVEKIT_EVENT_HANG_UP), 1);

  g_autoptr (SessionRun) joining = session_run_new_open ();
  session_run_feed (joining, script_reply_leave (leaves[_i].reason));
  session_run_assert_ended (joining, leaves[_i].code);
}

END_TEST;

START_TEST (test_our_leave_ends_with_the_servers_answer)
{
  g_autoptr (SessionRun) run = session_run_new_joined ();

  leave (run);
  leave (run);
  ck_assert_uint_eq (session_run_count_sent (run,
          LIVEKIT__SIGNAL_REQUEST__MESSAGE_LEAVE), 1);
  session_run_assert_going_on (run);
  session_run_feed (run,
      script_reply_leave (LIVEKIT__DISCONNECT_REASON__CLIENT_INITIATED));
  session_run_assert_ended (run, 0);
}

END_TEST;

START_TEST (test_our_leave_ends_with_the_socket)
{
  g_autoptr (GError) error = g_error_new_literal (LIVEKIT_ERROR,
      LIVEKIT_ERROR_LOST, "reset");
  g_autoptr (SessionRun) run = session_run_new_joined ();

  leave (run);
  close_socket (run, error);
  session_run_assert_ended (run, 0);
  ck_assert_uint_eq (session_run_count (run, LIVEKIT_EVENT_HANG_UP), 0);
}

END_TEST;

START_TEST (test_our_leave_ends_in_time_without_an_answer)
{
  g_autoptr (SessionRun) run = session_run_new_joined ();

  leave (run);
  session_run_feed (run, script_reply_mute ("TR_1", TRUE));
  ck_assert_uint_eq (session_run_count (run, LIVEKIT_EVENT_TRACK_MUTED), 0);
  session_run_pass (run, 499 * G_TIME_SPAN_MILLISECOND);
  session_run_assert_going_on (run);
  session_run_pass (run, 1 * G_TIME_SPAN_MILLISECOND);
  session_run_assert_ended (run, 0);
  ck_assert_uint_eq (session_run_count (run, LIVEKIT_EVENT_HANG_UP), 1);
}

END_TEST;

START_TEST (test_a_leave_before_the_socket_is_open_ends_at_once)
{
  g_autoptr (SessionRun) idle = session_run_new (&config);
  leave (idle);
  session_run_assert_ended (idle, 0);
  ck_assert_uint_eq (session_run_count (idle, LIVEKIT_EVENT_HANG_UP), 0);

  g_autoptr (SessionRun) connecting = new_started ();
  leave (connecting);
  session_run_assert_ended (connecting, 0);
  ck_assert_uint_eq (session_run_count (connecting, LIVEKIT_EVENT_HANG_UP), 1);
}

END_TEST;

START_TEST (test_a_leave_before_the_join_is_said)
{
  g_autoptr (SessionRun) run = session_run_new_open ();

  leave (run);
  ck_assert_uint_eq (session_run_count_sent (run,
          LIVEKIT__SIGNAL_REQUEST__MESSAGE_LEAVE), 1);
  /* A join that crosses our leave is too late. */
  session_run_feed (run, script_reply_join (NULL, NULL));
  ck_assert_uint_eq (session_run_count (run, LIVEKIT_EVENT_JOINED), 0);
  close_socket (run, NULL);
  session_run_assert_ended (run, 0);
}

END_TEST;

START_TEST (test_a_socket_that_closes_by_itself_is_a_loss)
{
  g_autoptr (SessionRun) joined = session_run_new_joined ();
  close_socket (joined, NULL);
  session_run_assert_ended (joined, LIVEKIT_ERROR_LOST);

  g_autoptr (SessionRun) joining = session_run_new_open ();
  close_socket (joining, NULL);
  session_run_assert_ended (joining, LIVEKIT_ERROR_LOST);
}

END_TEST;

START_TEST (test_nothing_is_said_after_the_end)
{
  g_autoptr (SessionRun) run = session_run_new_joined ();
  LivekitTrackRequest request = {.cid = "c1" };

  close_socket (run, NULL);
  guint events = run->events->len;
  guint sent = run->sent->len;
  leave (run);
  close_socket (run, NULL);
  refuse (run, 500, NULL);
  livekit_session_opened (run->session, run->now);
  livekit_session_add_track (run->session, &request, run->now);
  livekit_session_set_allowed (run->session, NULL);
  livekit_session_set_muted (run->session, "TR_1", TRUE);
  livekit_session_answer (run->session, 1, "v=0");
  livekit_session_trickle (run->session, LIVEKIT_TARGET_SUBSCRIBER, 0, "c");
  ck_assert (!livekit_session_can_offer (run->session));
  session_run_feed (run, script_reply_join (NULL, NULL));
  session_run_pass (run, 100 * SECONDS);
  ck_assert_uint_eq (run->events->len, events);
  ck_assert_uint_eq (run->sent->len, sent);
}

END_TEST;

START_TEST (test_a_message_cut_anywhere_ends_or_is_skipped)
{
  g_autoptr (GBytes) join = script_reply_join (NULL, NULL);

  for (gsize length = 0; length < g_bytes_get_size (join); length++) {
    g_autoptr (SessionRun) run = session_run_new_open ();
    session_run_feed (run, g_bytes_new_from_bytes (join, 0, length));
    ck_assert_uint_eq (session_run_count (run, LIVEKIT_EVENT_JOINED), 0);
    session_run_pass (run, 10 * SECONDS);
    const LivekitEvent *ended = session_run_find (run, LIVEKIT_EVENT_ENDED, 1);
    ck_assert_ptr_nonnull (ended);
    ck_assert (g_error_matches (ended->error, LIVEKIT_ERROR,
            length > 0 ? LIVEKIT_ERROR_PROTOCOL : LIVEKIT_ERROR_JOIN_TIMEOUT));
  }
}

END_TEST;

START_TEST (test_garbage_after_the_join_ends_it_with_a_goodbye)
{
  g_autoptr (SessionRun) run = session_run_new_joined ();

  session_run_feed (run, g_bytes_new_static ("\xff\xff\xff", 3));
  ck_assert_uint_eq (session_run_count_sent (run,
          LIVEKIT__SIGNAL_REQUEST__MESSAGE_LEAVE), 1);
  close_socket (run, NULL);
  session_run_assert_ended (run, LIVEKIT_ERROR_PROTOCOL);
}

END_TEST;

START_TEST (test_a_second_join_and_unknown_kinds_are_skipped)
{
  g_autoptr (SessionRun) run = session_run_new_joined ();

  session_run_feed (run, script_reply_join (NULL, NULL));
  /* Field 90, which no server sends today. */
  session_run_feed (run, g_bytes_new_static ("\xd2\x05\x00", 3));
  session_run_assert_going_on (run);
  ck_assert_uint_eq (session_run_count (run, LIVEKIT_EVENT_JOINED), 1);
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("livekitsession");
  TCase *tcase = tcase_create ("way in");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_it_dials_with_a_join_request);
  tcase_add_test (tcase,
      test_a_server_without_the_route_is_dialled_the_old_way);
  tcase_add_test (tcase, test_neither_route_is_no_server);
  tcase_add_test (tcase, test_a_missing_room_is_not_a_missing_route);
  tcase_add_test (tcase, test_an_error_of_the_dial_is_the_end);
  tcase_add_loop_test (tcase, test_what_cannot_work_is_refused_before_the_dial,
      0, G_N_ELEMENTS (bad_configs));
  tcase_add_test (tcase,
      test_without_a_clock_the_expiry_is_the_servers_business);
  tcase_add_test (tcase, test_a_connect_that_hangs_is_given_up);
  tcase_add_test (tcase, test_a_join_that_does_not_come_is_given_up);
  tcase_add_test (tcase, test_a_redirect_is_dialled_with_the_newest_token);
  tcase_add_test (tcase, test_a_circle_of_redirects_ends);
  tcase_add_test (tcase, test_a_redirect_does_not_take_the_token_out_of_tls);
  tcase_add_test (tcase, test_a_refreshed_token_is_kept);
  suite_add_tcase (suite, tcase);

  tcase = tcase_create ("way out");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_loop_test (tcase, test_the_servers_leave_ends_with_its_reason, 0,
      G_N_ELEMENTS (leaves));
  tcase_add_test (tcase, test_our_leave_ends_with_the_servers_answer);
  tcase_add_test (tcase, test_our_leave_ends_with_the_socket);
  tcase_add_test (tcase, test_our_leave_ends_in_time_without_an_answer);
  tcase_add_test (tcase, test_a_leave_before_the_socket_is_open_ends_at_once);
  tcase_add_test (tcase, test_a_leave_before_the_join_is_said);
  tcase_add_test (tcase, test_a_socket_that_closes_by_itself_is_a_loss);
  tcase_add_test (tcase, test_nothing_is_said_after_the_end);
  tcase_add_test (tcase, test_a_message_cut_anywhere_ends_or_is_skipped);
  tcase_add_test (tcase, test_garbage_after_the_join_ends_it_with_a_goodbye);
  tcase_add_test (tcase, test_a_second_join_and_unknown_kinds_are_skipped);
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

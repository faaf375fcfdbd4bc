/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitclient.h"

#include "clientrun.h"
#include "hangresolver.h"
#include "livekit/livekiterror.h"
#include "roomscript.h"

#include <check.h>

#define OFFER "v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=sendonly\r\n"
#define CANDIDATE "candidate:1 1 UDP 2015363327 192.0.2.1 40000 typ host"

static const LivekitTrackRequest camera = {.cid = "c1",.name = "cam",
  .video = TRUE,.source = LIVEKIT_SOURCE_CAMERA,.width = 640,.height = 480
};

START_TEST (test_it_joins_publishes_offers_and_leaves)
{
  RoomScriptConfig config = { 0 };
  g_autoptr (RoomScript) room = room_script_new (&config);
  g_autoptr (ClientRun) run = client_run_new (room_script_get_url (room));
  LivekitClient *client = client_run_get_client (run);

  livekit_client_add_track (client, &camera);
  livekit_client_trickle (client, LIVEKIT_TARGET_PUBLISHER, 0, CANDIDATE);
  livekit_client_start (client);
  const LivekitEvent *joined = client_run_until (run, LIVEKIT_EVENT_JOINED, 1);
  ck_assert_ptr_nonnull (joined);
  ck_assert_str_eq (joined->joined->room, "stage");
  ck_assert (joined->joined->one_connection);
  const LivekitEvent *published =
      client_run_until (run, LIVEKIT_EVENT_TRACK_PUBLISHED, 1);
  ck_assert_ptr_nonnull (published);
  ck_assert_str_eq (published->cid, "c1");
  ck_assert_str_eq (published->sid, "TR_1");

  ck_assert (livekit_client_can_offer (client));
  ck_assert_uint_eq (livekit_client_offer (client, OFFER), 1);
  ck_assert (!livekit_client_can_offer (client));
  const LivekitEvent *answer = client_run_until (run, LIVEKIT_EVENT_ANSWER, 1);
  ck_assert_ptr_nonnull (answer);
  ck_assert_uint_eq (answer->id, 1);
  client_run_assert_seen (run, room, LIVEKIT__SIGNAL_REQUEST__MESSAGE_TRICKLE,
      1);

  room_script_send (room, script_reply_mute ("TR_1", TRUE));
  const LivekitEvent *muted =
      client_run_until (run, LIVEKIT_EVENT_TRACK_MUTED, 1);
  ck_assert_ptr_nonnull (muted);
  ck_assert (muted->flag);

  livekit_client_leave (client);
  client_run_assert_ended (run, 0);
  ck_assert (room_script_wait (room, LIVEKIT__SIGNAL_REQUEST__MESSAGE_LEAVE,
          1));
  ck_assert_uint_eq (room_script_count (room,
          LIVEKIT__SIGNAL_REQUEST__MESSAGE_LEAVE), 1);
}

END_TEST;

START_TEST (test_no_event_comes_from_inside_a_call)
{
  RoomScriptConfig config = { 0 };
  g_autoptr (RoomScript) room = room_script_new (&config);
  g_autoptr (ClientRun) run = client_run_new (room_script_get_url (room));

  livekit_client_start (client_run_get_client (run));
  livekit_client_leave (client_run_get_client (run));
  ck_assert_int_eq (livekit_client_get_state (client_run_get_client (run)),
      LIVEKIT_SESSION_ENDED);
  ck_assert_uint_eq (client_run_count (run, LIVEKIT_EVENT_ENDED), 0);
  client_run_assert_ended (run, 0);
}

END_TEST;

static const LivekitEventType freeing_types[] = { LIVEKIT_EVENT_JOINED,
  LIVEKIT_EVENT_TRACK_PUBLISHED, LIVEKIT_EVENT_ANSWER, LIVEKIT_EVENT_ENDED
};

START_TEST (test_the_callee_may_free_the_client_in_any_event)
{
  RoomScriptConfig config = { 0 };
  g_autoptr (RoomScript) room = room_script_new (&config);
  g_autoptr (ClientRun) run = client_run_new (room_script_get_url (room));

  client_run_free_client_at (run, freeing_types[_i]);
  livekit_client_add_track (client_run_get_client (run), &camera);
  livekit_client_start (client_run_get_client (run));
  client_run_until (run, LIVEKIT_EVENT_JOINED, 1);
  if (client_run_has_client (run))
    client_run_until (run, LIVEKIT_EVENT_TRACK_PUBLISHED, 1);
  if (client_run_has_client (run)) {
    livekit_client_offer (client_run_get_client (run), OFFER);
    client_run_until (run, LIVEKIT_EVENT_ANSWER, 1);
  }
  if (client_run_has_client (run)) {
    livekit_client_leave (client_run_get_client (run));
    client_run_until (run, LIVEKIT_EVENT_ENDED, 1);
  }
  ck_assert (!client_run_has_client (run));
  ck_assert (room_script_wait (room, ROOM_SCRIPT_SEEN_CLOSED, 1));
}

END_TEST;

START_TEST (test_the_token_travels_in_the_header_alone)
{
  RoomScriptConfig config = { 0 };
  g_autoptr (RoomScript) room = room_script_new (&config);
  g_autofree gchar *token = client_run_new_token ();
  LivekitSessionConfig session = {.url = room_script_get_url (room),
    .token = token
  };
  g_autoptr (ClientRun) run = client_run_new_full (&session, TRUE);

  livekit_client_start (client_run_get_client (run));
  ck_assert_ptr_nonnull (client_run_until (run, LIVEKIT_EVENT_JOINED, 1));
  g_autofree gchar *target =
      room_script_dup_target (room, ROOM_SCRIPT_SEEN_UPGRADE, 0);
  g_autofree gchar *header =
      room_script_dup_authorization (room, ROOM_SCRIPT_SEEN_UPGRADE, 0);
  g_autofree gchar *bearer = g_strconcat ("Bearer ", token, NULL);
  ck_assert_str_eq (header, bearer);
  ck_assert (g_str_has_prefix (target, "/rtc/v1?join_request="));
  ck_assert_ptr_null (strstr (target, token));
}

END_TEST;

START_TEST (test_an_old_server_is_joined_with_two_connections)
{
  RoomScriptConfig config = {.no_route = TRUE,.subscriber_offer = TRUE };
  g_autoptr (RoomScript) room = room_script_new (&config);
  g_autoptr (ClientRun) run = client_run_new (room_script_get_url (room));
  LivekitClient *client = client_run_get_client (run);

  livekit_client_start (client);
  const LivekitEvent *joined = client_run_until (run, LIVEKIT_EVENT_JOINED, 1);
  ck_assert_ptr_nonnull (joined);
  ck_assert (!joined->joined->one_connection);
  const LivekitEvent *offer = client_run_until (run, LIVEKIT_EVENT_OFFER, 1);
  ck_assert_ptr_nonnull (offer);
  livekit_client_answer (client, offer->id, "v=0\r\n");
  livekit_client_trickle (client, LIVEKIT_TARGET_SUBSCRIBER, 0, CANDIDATE);
  livekit_client_leave (client);
  client_run_assert_ended (run, 0);
  g_autoptr (Livekit__SignalRequest) answer = room_script_dup_request (room,
      LIVEKIT__SIGNAL_REQUEST__MESSAGE_ANSWER, 0);
  ck_assert_ptr_nonnull (answer);
  ck_assert_uint_eq (answer->answer->id, offer->id);
  g_autoptr (Livekit__SignalRequest) trickle = room_script_dup_request (room,
      LIVEKIT__SIGNAL_REQUEST__MESSAGE_TRICKLE, 0);
  ck_assert_ptr_nonnull (trickle);
  ck_assert_int_eq (trickle->trickle->target,
      LIVEKIT__SIGNAL_TARGET__SUBSCRIBER);
}

END_TEST;

START_TEST (test_a_redirect_in_the_join_is_followed)
{
  RoomScriptConfig config = { 0 };
  g_autoptr (RoomScript) second = room_script_new (&config);
  config.alternative_url = room_script_get_url (second);
  g_autoptr (RoomScript) first = room_script_new (&config);
  g_autoptr (ClientRun) run = client_run_new (room_script_get_url (first));

  livekit_client_start (client_run_get_client (run));
  ck_assert_ptr_nonnull (client_run_until (run, LIVEKIT_EVENT_JOINED, 1));
  ck_assert_uint_eq (room_script_count (second, ROOM_SCRIPT_SEEN_OPEN), 1);
  ck_assert (room_script_wait (first, ROOM_SCRIPT_SEEN_CLOSED, 1));
}

END_TEST;

static const struct
{
  guint status;
  const gchar *body;
  gint code;
} refusals[] = {
  /* *INDENT-OFF* */
  {400, "no room name", LIVEKIT_ERROR_REFUSED},
  {401, "invalid token: eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl, error: x",
      LIVEKIT_ERROR_UNAUTHORIZED},
  {403, "forbidden", LIVEKIT_ERROR_FORBIDDEN},
  {404, "requested room does not exist", LIVEKIT_ERROR_NO_SUCH_ROOM},
  {500, "connection closed by media", LIVEKIT_ERROR_REFUSED},
  {503, "no node", LIVEKIT_ERROR_REFUSED},
  {200, "<html>", LIVEKIT_ERROR_PROTOCOL},
  {302, NULL, LIVEKIT_ERROR_REFUSED},
  /* *INDENT-ON* */
};

START_TEST (test_a_refused_upgrade_is_an_error_of_its_own)
{
  RoomScriptConfig config = {.status = refusals[_i].status,
    .body = refusals[_i].body
  };
  g_autoptr (RoomScript) room = room_script_new (&config);
  g_autoptr (ClientRun) run = client_run_new (room_script_get_url (room));

  livekit_client_start (client_run_get_client (run));
  client_run_assert_ended (run, refusals[_i].code);
}

END_TEST;

START_TEST (test_a_first_message_can_turn_us_away)
{
  RoomScriptConfig config = {
    .turn_away = LIVEKIT__DISCONNECT_REASON__ROOM_DELETED
  };
  g_autoptr (RoomScript) room = room_script_new (&config);
  g_autoptr (ClientRun) run = client_run_new (room_script_get_url (room));

  livekit_client_start (client_run_get_client (run));
  client_run_assert_ended (run, LIVEKIT_ERROR_ROOM_DELETED);
}

END_TEST;

START_TEST (test_a_leave_of_the_server_ends_it)
{
  RoomScriptConfig config = { 0 };
  g_autoptr (RoomScript) room = room_script_new (&config);
  g_autoptr (ClientRun) run = client_run_new (room_script_get_url (room));

  livekit_client_start (client_run_get_client (run));
  ck_assert_ptr_nonnull (client_run_until (run, LIVEKIT_EVENT_JOINED, 1));
  room_script_send_leave (room,
      LIVEKIT__DISCONNECT_REASON__PARTICIPANT_REMOVED);
  client_run_assert_ended (run, LIVEKIT_ERROR_REMOVED);
}

END_TEST;

static const struct
{
  RoomScriptPhase hang;
  gint code;
} hangs[] = {
  /* *INDENT-OFF* */
  {ROOM_SCRIPT_ACCEPT, LIVEKIT_ERROR_UNREACHABLE},
  {ROOM_SCRIPT_UPGRADE, LIVEKIT_ERROR_UNREACHABLE},
  {ROOM_SCRIPT_JOIN, LIVEKIT_ERROR_JOIN_TIMEOUT},
  {ROOM_SCRIPT_PING, LIVEKIT_ERROR_LOST},
  /* *INDENT-ON* */
};

START_TEST (test_a_server_that_hangs_is_given_up)
{
  RoomScriptConfig config = {.hang = hangs[_i].hang };
  g_autoptr (RoomScript) room = room_script_new (&config);
  LivekitSessionConfig session = {.url = room_script_get_url (room),
    .connect_timeout = 50 * G_TIME_SPAN_MILLISECOND,
    .join_timeout = 50 * G_TIME_SPAN_MILLISECOND,
    .ping_interval = 20 * G_TIME_SPAN_MILLISECOND,
    .ping_timeout = 60 * G_TIME_SPAN_MILLISECOND,
  };
  /* Only what hangs has a short limit: the rest may be slow. */
  if (hangs[_i].hang != ROOM_SCRIPT_ACCEPT
      && hangs[_i].hang != ROOM_SCRIPT_UPGRADE)
    session.connect_timeout = 0;
  if (hangs[_i].hang != ROOM_SCRIPT_JOIN)
    session.join_timeout = 0;
  g_autoptr (ClientRun) run = client_run_new_full (&session, TRUE);

  livekit_client_start (client_run_get_client (run));
  client_run_assert_ended (run, hangs[_i].code);
}

END_TEST;

START_TEST (test_a_leave_without_an_answer_ends_in_time)
{
  RoomScriptConfig config = {.hang = ROOM_SCRIPT_LEAVE };
  g_autoptr (RoomScript) room = room_script_new (&config);
  g_autoptr (ClientRun) run = client_run_new (room_script_get_url (room));

  livekit_client_start (client_run_get_client (run));
  ck_assert_ptr_nonnull (client_run_until (run, LIVEKIT_EVENT_JOINED, 1));
  livekit_client_leave (client_run_get_client (run));
  client_run_assert_ended (run, 0);
  ck_assert (room_script_wait (room, LIVEKIT__SIGNAL_REQUEST__MESSAGE_LEAVE,
          1));
}

END_TEST;

static const struct
{
  RoomScriptPhase cut;
  gboolean reset;
  gint code;
} cuts[] = {
  /* *INDENT-OFF* */
  {ROOM_SCRIPT_UPGRADE, FALSE, LIVEKIT_ERROR_UNREACHABLE},
  {ROOM_SCRIPT_UPGRADE, TRUE, LIVEKIT_ERROR_UNREACHABLE},
  {ROOM_SCRIPT_JOIN, FALSE, LIVEKIT_ERROR_LOST},
  {ROOM_SCRIPT_JOIN, TRUE, LIVEKIT_ERROR_LOST},
  {ROOM_SCRIPT_ADD_TRACK, FALSE, LIVEKIT_ERROR_LOST},
  {ROOM_SCRIPT_ADD_TRACK, TRUE, LIVEKIT_ERROR_LOST},
  {ROOM_SCRIPT_OFFER, FALSE, LIVEKIT_ERROR_LOST},
  {ROOM_SCRIPT_OFFER, TRUE, LIVEKIT_ERROR_LOST},
  {ROOM_SCRIPT_PING, TRUE, LIVEKIT_ERROR_LOST},
  /* A goodbye that was heard is a goodbye. */
  {ROOM_SCRIPT_LEAVE, FALSE, 0},
  {ROOM_SCRIPT_LEAVE, TRUE, 0},
  /* *INDENT-ON* */
};

START_TEST (test_a_cut_socket_ends_it)
{
  RoomScriptConfig config = {.cut = cuts[_i].cut,.reset = cuts[_i].reset };
  g_autoptr (RoomScript) room = room_script_new (&config);
  LivekitSessionConfig session = {.url = room_script_get_url (room),
    .ping_interval = 20 * G_TIME_SPAN_MILLISECOND
  };
  g_autoptr (ClientRun) run = client_run_new_full (&session, TRUE);
  LivekitClient *client = client_run_get_client (run);

  livekit_client_add_track (client, &camera);
  livekit_client_start (client);
  if (client_run_until (run, LIVEKIT_EVENT_JOINED, 1) != NULL) {
    if (cuts[_i].cut == ROOM_SCRIPT_OFFER)
      livekit_client_offer (client, OFFER);
    if (cuts[_i].cut == ROOM_SCRIPT_LEAVE)
      livekit_client_leave (client);
  }
  client_run_assert_ended (run, cuts[_i].code);
}

END_TEST;

START_TEST (test_a_refused_track_is_told_and_the_session_goes_on)
{
  RoomScriptConfig config = {
    .refuse_track = LIVEKIT__REQUEST_RESPONSE__REASON__NOT_ALLOWED
  };
  g_autoptr (RoomScript) room = room_script_new (&config);
  g_autoptr (ClientRun) run = client_run_new (room_script_get_url (room));
  LivekitClient *client = client_run_get_client (run);

  livekit_client_add_track (client, &camera);
  livekit_client_start (client);
  const LivekitEvent *refused =
      client_run_until (run, LIVEKIT_EVENT_TRACK_REFUSED, 1);
  ck_assert_ptr_nonnull (refused);
  ck_assert_str_eq (refused->cid, "c1");
  ck_assert (g_error_matches (refused->error, LIVEKIT_ERROR,
          LIVEKIT_ERROR_NOT_ALLOWED));
  ck_assert_int_eq (livekit_client_get_state (client), LIVEKIT_SESSION_JOINED);
}

END_TEST;

START_TEST (test_a_name_that_is_not_found_is_an_error_of_its_own)
{
  g_autoptr (HangResolver) names = hang_resolver_new (TRUE);
  g_autoptr (ClientRun) run = client_run_new ("ws://room.test:7880");

  livekit_client_start (client_run_get_client (run));
  client_run_assert_ended (run, LIVEKIT_ERROR_RESOLVE);
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("livekitclient");
  TCase *tcase = tcase_create ("session");
  tcase_add_test (tcase, test_it_joins_publishes_offers_and_leaves);
  tcase_add_test (tcase, test_no_event_comes_from_inside_a_call);
  tcase_add_loop_test (tcase,
      test_the_callee_may_free_the_client_in_any_event, 0,
      G_N_ELEMENTS (freeing_types));
  tcase_add_test (tcase, test_the_token_travels_in_the_header_alone);
  tcase_add_test (tcase, test_an_old_server_is_joined_with_two_connections);
  tcase_add_test (tcase, test_a_redirect_in_the_join_is_followed);
  tcase_add_test (tcase, test_a_refused_track_is_told_and_the_session_goes_on);
  suite_add_tcase (suite, tcase);

  tcase = tcase_create ("ends");
  tcase_add_loop_test (tcase, test_a_refused_upgrade_is_an_error_of_its_own, 0,
      G_N_ELEMENTS (refusals));
  tcase_add_test (tcase, test_a_first_message_can_turn_us_away);
  tcase_add_test (tcase, test_a_leave_of_the_server_ends_it);
  tcase_add_loop_test (tcase, test_a_server_that_hangs_is_given_up, 0,
      G_N_ELEMENTS (hangs));
  tcase_add_test (tcase, test_a_leave_without_an_answer_ends_in_time);
  tcase_add_loop_test (tcase, test_a_cut_socket_ends_it, 0,
      G_N_ELEMENTS (cuts));
  tcase_add_test (tcase, test_a_name_that_is_not_found_is_an_error_of_its_own);
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

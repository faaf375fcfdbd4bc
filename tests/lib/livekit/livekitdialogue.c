/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitDialogue, driven through its session, which is all that uses it. */
#include "livekit/livekitdialogue.h"

#include "livekit/livekiterror.h"
#include "sessionrun.h"

#include <check.h>
#include <string.h>

#define SECONDS G_TIME_SPAN_SECOND
#define CANDIDATE "candidate:1 1 UDP 2015363327 192.0.2.1 40000 typ host"
#define CANDIDATE_JSON "{\"candidate\":\"" CANDIDATE "\",\"sdpMLineIndex\":1}"

#define SENT(kind) LIVEKIT__SIGNAL_REQUEST__MESSAGE_##kind

static const LivekitTrackRequest camera = {.cid = "c1",.name = "cam",
  .video = TRUE,.source = LIVEKIT_SOURCE_CAMERA,.width = 640,.height = 480,
  .bitrate = 1000000
};

static const LivekitTrackRequest microphone = {.cid = "c2",.name = "mic",
  .source = LIVEKIT_SOURCE_MICROPHONE,.channels = 2
};

static void
add (SessionRun * run, const LivekitTrackRequest * request)
{
  livekit_session_add_track (run->session, request, run->now);
  session_run_take (run);
}

static guint
offer (SessionRun * run)
{
  guint id = livekit_session_offer (run->session, "v=0 offer", run->now);

  session_run_take (run);
  return id;
}

static GBytes *
new_published (const gchar * cid, const gchar * sid)
{
  Livekit__AddTrackRequest request = LIVEKIT__ADD_TRACK_REQUEST__INIT;

  request.cid = (gchar *) cid;
  return script_reply_published (&request, sid);
}

static GBytes *
new_refused (const gchar * cid, Livekit__RequestResponse__Reason reason)
{
  Livekit__AddTrackRequest request = LIVEKIT__ADD_TRACK_REQUEST__INIT;

  request.cid = (gchar *) cid;
  return script_reply_refused (&request, reason);
}

START_TEST (test_tracks_asked_for_before_the_join_go_after_it)
{
  g_autoptr (SessionRun) run = session_run_new_open ();

  add (run, &camera);
  add (run, &microphone);
  ck_assert_uint_eq (session_run_count_sent (run, SENT (ADD_TRACK)), 0);
  session_run_feed (run, script_reply_join (NULL, NULL));
  ck_assert_uint_eq (session_run_count_sent (run, SENT (ADD_TRACK)), 2);
  const Livekit__AddTrackRequest *video =
      session_run_find_sent (run, SENT (ADD_TRACK), 1)->add_track;
  ck_assert_str_eq (video->cid, "c1");
  ck_assert_str_eq (video->name, "cam");
  ck_assert_int_eq (video->type, LIVEKIT__TRACK_TYPE__VIDEO);
  ck_assert_int_eq (video->source, LIVEKIT__TRACK_SOURCE__CAMERA);
  ck_assert_uint_eq (video->width, 640);
  ck_assert_uint_eq (video->n_layers, 1);
  ck_assert_uint_eq (video->layers[0]->bitrate, 1000000);
  const Livekit__AddTrackRequest *audio =
      session_run_find_sent (run, SENT (ADD_TRACK), 2)->add_track;
  ck_assert_int_eq (audio->type, LIVEKIT__TRACK_TYPE__AUDIO);
  ck_assert (audio->disable_red);
  ck_assert_uint_eq (audio->n_audio_features, 2);
}

END_TEST;

START_TEST (test_a_published_track_is_told_with_its_sid)
{
  g_autoptr (SessionRun) run = session_run_new_joined ();

  add (run, &camera);
  session_run_feed (run, new_published ("c1", "TR_1"));
  const LivekitEvent *event =
      session_run_find (run, LIVEKIT_EVENT_TRACK_PUBLISHED, 1);
  ck_assert_str_eq (event->cid, "c1");
  ck_assert_str_eq (event->sid, "TR_1");
  session_run_feed (run, new_published ("c9", "TR_9"));
  ck_assert_uint_eq (session_run_count (run, LIVEKIT_EVENT_TRACK_PUBLISHED), 1);
}

END_TEST;

START_TEST (test_an_unanswered_track_is_refused_after_ten_seconds)
{
  g_autoptr (SessionRun) run = session_run_new_joined ();

  add (run, &camera);
  for (guint i = 0; i < 9; i++) {
    session_run_pass (run, 1 * SECONDS);
    session_run_feed (run, script_reply_mute ("TR_0", FALSE));
  }
  ck_assert_uint_eq (session_run_count (run, LIVEKIT_EVENT_TRACK_REFUSED), 0);
  session_run_pass (run, 1 * SECONDS);
  const LivekitEvent *event =
      session_run_find (run, LIVEKIT_EVENT_TRACK_REFUSED, 1);
  ck_assert_str_eq (event->cid, "c1");
  ck_assert (g_error_matches (event->error, LIVEKIT_ERROR,
          LIVEKIT_ERROR_TRACK_REFUSED));
  ck_assert_ptr_nonnull (strstr (event->error->message, "cam"));
  session_run_assert_going_on (run);
  session_run_feed (run, new_published ("c1", "TR_1"));
  ck_assert_uint_eq (session_run_count (run, LIVEKIT_EVENT_TRACK_PUBLISHED), 0);
}

END_TEST;

START_TEST (test_a_refused_track_is_told_with_the_reason)
{
  g_autoptr (SessionRun) run = session_run_new_joined ();

  add (run, &camera);
  session_run_feed (run, new_refused ("c1",
          LIVEKIT__REQUEST_RESPONSE__REASON__NOT_ALLOWED));
  const LivekitEvent *event =
      session_run_find (run, LIVEKIT_EVENT_TRACK_REFUSED, 1);
  ck_assert (g_error_matches (event->error, LIVEKIT_ERROR,
          LIVEKIT_ERROR_NOT_ALLOWED));
  session_run_pass (run, 1 * SECONDS);
  ck_assert_uint_eq (session_run_count (run, LIVEKIT_EVENT_TRACK_REFUSED), 1);
}

END_TEST;

START_TEST (test_a_queued_track_waits_for_the_one_before)
{
  g_autoptr (SessionRun) run = session_run_new_joined ();

  add (run, &camera);
  add (run, &camera);
  session_run_feed (run, new_refused ("c1",
          LIVEKIT__REQUEST_RESPONSE__REASON__QUEUED));
  session_run_feed (run, new_published ("c1", "TR_1"));
  for (guint i = 0; i < 30; i++) {
    session_run_pass (run, 1 * SECONDS);
    session_run_feed (run, script_reply_mute ("TR_1", FALSE));
  }
  ck_assert_uint_eq (session_run_count (run, LIVEKIT_EVENT_TRACK_REFUSED), 0);
  session_run_feed (run, script_reply_unpublished ("TR_1"));
  session_run_feed (run, new_published ("c1", "TR_2"));
  const LivekitEvent *event =
      session_run_find (run, LIVEKIT_EVENT_TRACK_PUBLISHED, 2);
  ck_assert_str_eq (event->sid, "TR_2");
}

END_TEST;

START_TEST (test_a_forgotten_track_is_not_told)
{
  g_autoptr (SessionRun) run = session_run_new_open ();

  add (run, &camera);
  livekit_session_forget_track (run->session, "c1");
  add (run, &microphone);
  session_run_feed (run, script_reply_join (NULL, NULL));
  ck_assert_uint_eq (session_run_count_sent (run, SENT (ADD_TRACK)), 1);
  livekit_session_forget_track (run->session, "c2");
  session_run_feed (run, new_published ("c2", "TR_2"));
  ck_assert_uint_eq (session_run_count (run, LIVEKIT_EVENT_TRACK_PUBLISHED), 0);
}

END_TEST;

START_TEST (test_a_track_name_that_cannot_be_sent_is_refused_here)
{
  g_autoptr (SessionRun) run = session_run_new_joined ();
  LivekitTrackRequest request = camera;

  request.name = "\xff";
  add (run, &request);
  ck_assert_uint_eq (session_run_count_sent (run, SENT (ADD_TRACK)), 0);
  ck_assert_uint_eq (session_run_count (run, LIVEKIT_EVENT_TRACK_REFUSED), 1);
  session_run_pass (run, 4 * SECONDS);
  ck_assert_uint_eq (session_run_count (run, LIVEKIT_EVENT_TRACK_REFUSED), 1);
}

END_TEST;

START_TEST (test_one_offer_is_in_flight)
{
  g_autoptr (SessionRun) run = session_run_new_open ();

  ck_assert (!livekit_session_can_offer (run->session));
  session_run_feed (run, script_reply_join (NULL, NULL));
  ck_assert (livekit_session_can_offer (run->session));
  ck_assert_uint_eq (offer (run), 1);
  ck_assert (!livekit_session_can_offer (run->session));
  const Livekit__SignalRequest *sent =
      session_run_find_sent (run, SENT (OFFER), 1);
  ck_assert_uint_eq (sent->offer->id, 1);
  ck_assert_str_eq (sent->offer->type, "offer");
  session_run_feed (run, script_reply_answer (1, "v=0 answer"));
  const LivekitEvent *answer = session_run_find (run, LIVEKIT_EVENT_ANSWER, 1);
  ck_assert_uint_eq (answer->id, 1);
  ck_assert_str_eq (answer->sdp, "v=0 answer");
  ck_assert_uint_eq (offer (run), 2);
}

END_TEST;

START_TEST (test_stale_answers_are_dropped)
{
  g_autoptr (SessionRun) run = session_run_new_joined ();

  session_run_feed (run, script_reply_answer (1, "v=0 none asked"));
  offer (run);
  session_run_feed (run, script_reply_answer (1, "v=0"));
  offer (run);
  session_run_feed (run, script_reply_answer (1, "v=0 stale"));
  session_run_feed (run, script_reply_answer (7, "v=0 foreign"));
  ck_assert_uint_eq (session_run_count (run, LIVEKIT_EVENT_ANSWER), 1);
  session_run_feed (run, script_reply_answer (2, "v=0"));
  ck_assert_uint_eq (session_run_count (run, LIVEKIT_EVENT_ANSWER), 2);
}

END_TEST;

START_TEST (test_an_unanswered_offer_ends_it)
{
  g_autoptr (SessionRun) run = session_run_new_joined ();

  offer (run);
  for (guint i = 0; i < 14; i++) {
    session_run_pass (run, 1 * SECONDS);
    session_run_feed (run, script_reply_mute ("TR_0", FALSE));
  }
  session_run_assert_going_on (run);
  session_run_pass (run, 2 * SECONDS);
  session_run_assert_ended (run, LIVEKIT_ERROR_MEDIA);
  ck_assert_uint_eq (session_run_count_sent (run, SENT (LEAVE)), 1);
}

END_TEST;

START_TEST (test_candidates_wait_for_the_first_offer)
{
  g_autoptr (SessionRun) run = session_run_new_open ();

  livekit_session_trickle (run->session, LIVEKIT_TARGET_PUBLISHER, 0, "one");
  livekit_session_trickle (run->session, LIVEKIT_TARGET_PUBLISHER, 1, "two");
  session_run_feed (run, script_reply_join (NULL, NULL));
  ck_assert_uint_eq (session_run_count_sent (run, SENT (TRICKLE)), 0);
  offer (run);
  ck_assert_uint_eq (session_run_count_sent (run, SENT (TRICKLE)), 2);
  /* The offer goes first, then the candidates in their order. */
  const Livekit__SignalRequest *first =
      g_ptr_array_index (run->sent, run->sent->len - 3);
  ck_assert_int_eq (first->message_case, SENT (OFFER));
  ck_assert_ptr_nonnull (strstr (session_run_find_sent (run, SENT (TRICKLE),
              2)->trickle->candidateinit, "two"));
  livekit_session_trickle (run->session, LIVEKIT_TARGET_PUBLISHER, 0, "three");
  session_run_take (run);
  ck_assert_uint_eq (session_run_count_sent (run, SENT (TRICKLE)), 3);
}

END_TEST;

START_TEST (test_the_servers_candidates_are_told)
{
  g_autoptr (SessionRun) run = session_run_new_joined ();

  session_run_feed (run, script_reply_trickle
      (LIVEKIT__SIGNAL_TARGET__SUBSCRIBER, CANDIDATE_JSON, FALSE));
  session_run_feed (run, script_reply_trickle
      (LIVEKIT__SIGNAL_TARGET__PUBLISHER, "no JSON", FALSE));
  session_run_feed (run, script_reply_trickle
      (LIVEKIT__SIGNAL_TARGET__PUBLISHER, CANDIDATE_JSON, TRUE));
  ck_assert_uint_eq (session_run_count (run, LIVEKIT_EVENT_CANDIDATE), 3);
  const LivekitEvent *event =
      session_run_find (run, LIVEKIT_EVENT_CANDIDATE, 1);
  ck_assert_str_eq (event->candidate, CANDIDATE);
  ck_assert_uint_eq (event->mline, 1);
  ck_assert_int_eq (event->target, LIVEKIT_TARGET_SUBSCRIBER);
  event = session_run_find (run, LIVEKIT_EVENT_CANDIDATE, 2);
  ck_assert_int_eq (event->target, LIVEKIT_TARGET_PUBLISHER);
  event = session_run_find (run, LIVEKIT_EVENT_CANDIDATE, 3);
  ck_assert_ptr_null (event->candidate);
}

END_TEST;

START_TEST (test_a_subscriber_offer_is_answered_with_its_id)
{
  g_autoptr (SessionRun) run = session_run_new_joined ();

  session_run_feed (run, script_reply_offer (241, "v=0 subscriber"));
  const LivekitEvent *event = session_run_find (run, LIVEKIT_EVENT_OFFER, 1);
  ck_assert_uint_eq (event->id, 241);
  ck_assert_str_eq (event->sdp, "v=0 subscriber");
  livekit_session_answer (run->session, 241, "v=0 answer");
  session_run_take (run);
  const Livekit__SignalRequest *sent =
      session_run_find_sent (run, SENT (ANSWER), 1);
  ck_assert_uint_eq (sent->answer->id, 241);
  ck_assert_str_eq (sent->answer->type, "answer");
}

END_TEST;

START_TEST (test_mute_goes_both_ways)
{
  g_autoptr (SessionRun) run = session_run_new_joined ();

  livekit_session_set_muted (run->session, "TR_1", TRUE);
  session_run_take (run);
  const Livekit__SignalRequest *sent =
      session_run_find_sent (run, SENT (MUTE), 1);
  ck_assert_str_eq (sent->mute->sid, "TR_1");
  ck_assert (sent->mute->muted);
  session_run_feed (run, script_reply_mute ("TR_1", FALSE));
  const LivekitEvent *event =
      session_run_find (run, LIVEKIT_EVENT_TRACK_MUTED, 1);
  ck_assert_str_eq (event->sid, "TR_1");
  ck_assert (!event->flag);
}

END_TEST;

START_TEST (test_a_new_video_size_is_told_to_the_server)
{
  g_autoptr (SessionRun) run = session_run_new_joined ();

  livekit_session_set_video_size (run->session, "TR_1", 1280, 720);
  session_run_take (run);
  const Livekit__SignalRequest *sent =
      session_run_find_sent (run, SENT (UPDATE_VIDEO_TRACK), 1);
  ck_assert_str_eq (sent->update_video_track->track_sid, "TR_1");
  ck_assert_uint_eq (sent->update_video_track->width, 1280);
  ck_assert_uint_eq (sent->update_video_track->height, 720);
}

END_TEST;

START_TEST (test_the_last_allow_list_before_the_join_is_sent_after_it)
{
  g_autoptr (SessionRun) run = session_run_new_open ();
  static const gchar *const two[] = { "ann", "bob", NULL };
  static const gchar *const nobody[] = { NULL };

  livekit_session_set_allowed (run->session, nobody);
  livekit_session_set_allowed (run->session, two);
  session_run_feed (run, script_reply_join (NULL, NULL));
  ck_assert_uint_eq (session_run_count_sent (run,
          SENT (SUBSCRIPTION_PERMISSION)), 1);
  const Livekit__SubscriptionPermission *sent = session_run_find_sent (run,
      SENT (SUBSCRIPTION_PERMISSION), 1)->subscription_permission;
  ck_assert (!sent->all_participants);
  ck_assert_uint_eq (sent->n_track_permissions, 2);
  ck_assert_str_eq (sent->track_permissions[1]->participant_identity, "bob");
  ck_assert (sent->track_permissions[1]->all_tracks);

  livekit_session_set_allowed (run->session, nobody);
  session_run_take (run);
  sent = session_run_find_sent (run,
      SENT (SUBSCRIPTION_PERMISSION), 2)->subscription_permission;
  ck_assert (!sent->all_participants);
  ck_assert_uint_eq (sent->n_track_permissions, 0);

  livekit_session_set_allowed (run->session, NULL);
  session_run_take (run);
  sent = session_run_find_sent (run,
      SENT (SUBSCRIPTION_PERMISSION), 3)->subscription_permission;
  ck_assert (sent->all_participants);
}

END_TEST;

START_TEST (test_only_our_own_update_counts)
{
  g_autoptr (SessionRun) run = session_run_new_joined ();

  session_run_feed (run, script_reply_update ("PA_other",
          LIVEKIT__PARTICIPANT_INFO__STATE__ACTIVE, FALSE));
  ck_assert_uint_eq (session_run_count (run, LIVEKIT_EVENT_ACTIVE), 0);
  ck_assert_uint_eq (session_run_count (run, LIVEKIT_EVENT_PERMISSION), 0);
  for (guint i = 0; i < 2; i++)
    session_run_feed (run, script_reply_update (SCRIPT_PARTICIPANT,
            LIVEKIT__PARTICIPANT_INFO__STATE__ACTIVE, TRUE));
  ck_assert_uint_eq (session_run_count (run, LIVEKIT_EVENT_ACTIVE), 1);
  ck_assert_uint_eq (session_run_count (run, LIVEKIT_EVENT_PERMISSION), 0);
  session_run_feed (run, script_reply_update (SCRIPT_PARTICIPANT,
          LIVEKIT__PARTICIPANT_INFO__STATE__ACTIVE, FALSE));
  const LivekitEvent *event =
      session_run_find (run, LIVEKIT_EVENT_PERMISSION, 1);
  ck_assert (!event->flag);
}

END_TEST;

START_TEST (test_tracks_that_the_server_ends_or_someone_watches_are_told)
{
  g_autoptr (SessionRun) run = session_run_new_joined ();

  session_run_feed (run, script_reply_subscribed ("TR_1"));
  session_run_feed (run, script_reply_unpublished ("TR_1"));
  ck_assert_str_eq (session_run_find (run, LIVEKIT_EVENT_TRACK_SUBSCRIBED,
          1)->sid, "TR_1");
  ck_assert_str_eq (session_run_find (run, LIVEKIT_EVENT_TRACK_UNPUBLISHED,
          1)->sid, "TR_1");
}

END_TEST;

START_TEST (test_whether_anybody_watches_is_told)
{
  g_autoptr (SessionRun) run = session_run_new_joined ();

  session_run_feed (run, script_reply_watched ("TR_1", TRUE));
  session_run_feed (run, script_reply_watched ("TR_1", FALSE));
  const LivekitEvent *event =
      session_run_find (run, LIVEKIT_EVENT_TRACK_WATCHED, 1);
  ck_assert_str_eq (event->sid, "TR_1");
  ck_assert (event->flag);
  event = session_run_find (run, LIVEKIT_EVENT_TRACK_WATCHED, 2);
  ck_assert (!event->flag);
}

END_TEST;

START_TEST (test_pings_go_out_and_give_the_round_trip)
{
  g_autoptr (SessionRun) run = session_run_new_joined ();

  /* The server says 5 s; ours is shorter. */
  session_run_pass (run, 2 * SECONDS);
  const Livekit__SignalRequest *ping =
      session_run_find_sent (run, SENT (PING_REQ), 1);
  ck_assert_ptr_nonnull (ping);
  gint64 timestamp = ping->ping_req->timestamp;
  session_run_pass (run, 30 * G_TIME_SPAN_MILLISECOND);
  session_run_feed (run, script_reply_pong (timestamp - 1));
  session_run_feed (run, script_reply_pong (timestamp));
  session_run_feed (run, script_reply_pong (timestamp));
  ck_assert_uint_eq (session_run_count (run, LIVEKIT_EVENT_ROUND_TRIP), 1);
  ck_assert_int_eq (session_run_find (run, LIVEKIT_EVENT_ROUND_TRIP, 1)->number,
      30 * G_TIME_SPAN_MILLISECOND);
  session_run_pass (run, 2 * SECONDS);
  ping = session_run_find_sent (run, SENT (PING_REQ), 2);
  ck_assert_int_eq (ping->ping_req->rtt, 30);
}

END_TEST;

START_TEST (test_a_silent_server_is_lost_after_five_seconds)
{
  g_autoptr (SessionRun) run = session_run_new_joined ();

  session_run_pass (run, 5 * SECONDS - 1);
  session_run_assert_going_on (run);
  session_run_pass (run, 1);
  session_run_assert_ended (run, LIVEKIT_ERROR_LOST);
  ck_assert_uint_eq (session_run_count_sent (run, SENT (LEAVE)), 0);
  ck_assert_uint_eq (session_run_count (run, LIVEKIT_EVENT_HANG_UP), 1);
}

END_TEST;

START_TEST (test_any_message_is_a_sign_of_life)
{
  g_autoptr (SessionRun) run = session_run_new_joined ();

  for (guint i = 0; i < 20; i++) {
    session_run_pass (run, 4 * SECONDS);
    session_run_feed (run, script_reply_mute ("TR_1", FALSE));
  }
  session_run_assert_going_on (run);
}

END_TEST;

START_TEST (test_a_process_that_slept_asks_before_it_despairs)
{
  g_autoptr (SessionRun) run = session_run_new_joined ();

  run->now += 3600 * SECONDS;
  livekit_session_tick (run->session, run->now);
  session_run_take (run);
  session_run_assert_going_on (run);
  ck_assert_uint_eq (session_run_count_sent (run, SENT (PING_REQ)), 1);
  session_run_pass (run, 3 * SECONDS);
  session_run_assert_ended (run, LIVEKIT_ERROR_LOST);
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("livekitdialogue");
  TCase *tcase = tcase_create ("tracks");
  tcase_add_test (tcase, test_tracks_asked_for_before_the_join_go_after_it);
  tcase_add_test (tcase, test_a_published_track_is_told_with_its_sid);
  tcase_add_test (tcase, test_an_unanswered_track_is_refused_after_ten_seconds);
  tcase_add_test (tcase, test_a_refused_track_is_told_with_the_reason);
  tcase_add_test (tcase, test_a_queued_track_waits_for_the_one_before);
  tcase_add_test (tcase, test_a_forgotten_track_is_not_told);
  tcase_add_test (tcase, test_a_track_name_that_cannot_be_sent_is_refused_here);
  tcase_add_test (tcase, test_mute_goes_both_ways);
  tcase_add_test (tcase, test_a_new_video_size_is_told_to_the_server);
  tcase_add_test (tcase,
      test_tracks_that_the_server_ends_or_someone_watches_are_told);
  suite_add_tcase (suite, tcase);

  tcase = tcase_create ("negotiation");
  tcase_add_test (tcase, test_one_offer_is_in_flight);
  tcase_add_test (tcase, test_stale_answers_are_dropped);
  tcase_add_test (tcase, test_an_unanswered_offer_ends_it);
  tcase_add_test (tcase, test_candidates_wait_for_the_first_offer);
  tcase_add_test (tcase, test_the_servers_candidates_are_told);
  tcase_add_test (tcase, test_a_subscriber_offer_is_answered_with_its_id);
  suite_add_tcase (suite, tcase);

  tcase = tcase_create ("ourselves");
  tcase_add_test (tcase,
      test_the_last_allow_list_before_the_join_is_sent_after_it);
  tcase_add_test (tcase, test_only_our_own_update_counts);
  tcase_add_test (tcase, test_whether_anybody_watches_is_told);
  tcase_add_test (tcase, test_pings_go_out_and_give_the_round_trip);
  tcase_add_test (tcase, test_a_silent_server_is_lost_after_five_seconds);
  tcase_add_test (tcase, test_any_message_is_a_sign_of_life);
  tcase_add_test (tcase, test_a_process_that_slept_asks_before_it_despairs);
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

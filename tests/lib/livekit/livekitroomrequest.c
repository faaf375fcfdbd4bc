/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitroomrequest.h"

#include "livekit/livekitlimits.h"
#include "livekit/livekitrequest.h"
#include "roomrun.h"

#include <check.h>

static RoomRun *run;
static gchar *ann, *bob;

static void
setup (void)
{
  run = room_run_new ();
  LivekitEntry *entry = room_run_entry ("ann");
  entry->token->grants.can_update_own_metadata = 1;
  ann = room_run_enter (run, entry);
  bob = room_run_join (run, "bob");
  room_run_forget (run);
}

static void
teardown (void)
{
  g_clear_pointer (&run, room_run_free);
  g_clear_pointer (&ann, g_free);
  g_clear_pointer (&bob, g_free);
}

static void
add_track (const gchar * sid, const gchar * cid, LivekitSource source)
{
  LivekitTrackRequest request = {.cid = cid,.name = cid,.video = TRUE,
    .source = source
  };

  room_run_say (run, sid, livekit_request_add_track (&request, NULL));
}

static void
assert_refused (const gchar * sid, gint reason)
{
  g_autoptr (Livekit__SignalResponse) answer = room_run_heard (run, sid,
      LIVEKIT__SIGNAL_RESPONSE__MESSAGE_REQUEST_RESPONSE);

  ck_assert_ptr_nonnull (answer);
  ck_assert_int_eq (answer->request_response->reason, reason);
  room_run_forget (run);
}

START_TEST (test_a_track_gets_a_sid)
{
  add_track (ann, "c", LIVEKIT_SOURCE_CAMERA);
  g_autoptr (Livekit__SignalResponse) answer = room_run_heard (run, ann,
      LIVEKIT__SIGNAL_RESPONSE__MESSAGE_TRACK_PUBLISHED);

  ck_assert_str_eq (answer->track_published->cid, "c");
  ck_assert (g_str_has_prefix (answer->track_published->track->sid, "TR_VC"));
  ck_assert_str_eq (room_run_find (run, LIVEKIT_ROOM_EVENT_TRACK_ADDED, ann,
          1)->track, answer->track_published->track->sid);
}

END_TEST;

START_TEST (test_the_media_is_told_what_a_track_is)
{
  Livekit__SimulcastCodec codec = LIVEKIT__SIMULCAST_CODEC__INIT;
  Livekit__SimulcastCodec *codecs[] = { &codec };
  Livekit__AddTrackRequest add = LIVEKIT__ADD_TRACK_REQUEST__INIT;
  Livekit__SignalRequest request = LIVEKIT__SIGNAL_REQUEST__INIT;

  request.message_case = LIVEKIT__SIGNAL_REQUEST__MESSAGE_ADD_TRACK;
  request.add_track = &add;
  add.cid = (gchar *) "c";
  add.name = (gchar *) "stage";
  add.type = LIVEKIT__TRACK_TYPE__VIDEO;
  add.source = LIVEKIT__TRACK_SOURCE__SCREEN_SHARE;
  add.muted = TRUE;
  codec.codec = (gchar *) "vp9";
  add.simulcast_codecs = codecs;
  add.n_simulcast_codecs = 1;
  room_run_ask (run, ann, &request);

  const LivekitRoomEvent *event =
      room_run_find (run, LIVEKIT_ROOM_EVENT_TRACK_ADDED, ann, 1);
  ck_assert_str_eq (event->name, "stage");
  ck_assert_str_eq (event->stream, "screen");
  ck_assert_str_eq (event->codec, "vp9");
  ck_assert (event->flag);
  add_track (ann, "d", LIVEKIT_SOURCE_CAMERA);
  ck_assert_ptr_null (room_run_find (run, LIVEKIT_ROOM_EVENT_TRACK_ADDED, ann,
          2)->codec);
}

END_TEST;

START_TEST (test_a_source_that_is_not_permitted_is_refused)
{
  static const gchar *sources[] = { "microphone", NULL };
  LivekitEntry *entry = room_run_entry ("eve");
  entry->token->grants.sources = g_strdupv ((gchar **) sources);
  g_autofree gchar *eve = room_run_enter (run, entry);

  add_track (eve, "c", LIVEKIT_SOURCE_CAMERA);
  assert_refused (eve, LIVEKIT__REQUEST_RESPONSE__REASON__NOT_ALLOWED);
  add_track (eve, "c", LIVEKIT_SOURCE_MICROPHONE);
  ck_assert_uint_eq (room_run_count (run, LIVEKIT_ROOM_EVENT_TRACK_ADDED,
          eve), 1);
}

END_TEST;

START_TEST (test_a_cid_is_used_once_and_tracks_are_counted)
{
  add_track (ann, "c", LIVEKIT_SOURCE_CAMERA);
  add_track (ann, "c", LIVEKIT_SOURCE_CAMERA);
  assert_refused (ann, LIVEKIT__REQUEST_RESPONSE__REASON__DUPLICATE_HANDLE);
  for (guint i = 1; i < LIVEKIT_MAX_TRACKS; i++) {
    g_autofree gchar *cid = g_strdup_printf ("c%u", i);
    add_track (ann, cid, LIVEKIT_SOURCE_CAMERA);
  }
  ck_assert_uint_eq (room_run_count_heard (run, ann,
          LIVEKIT__SIGNAL_RESPONSE__MESSAGE_REQUEST_RESPONSE), 0);
  add_track (ann, "more", LIVEKIT_SOURCE_CAMERA);
  assert_refused (ann, LIVEKIT__REQUEST_RESPONSE__REASON__LIMIT_EXCEEDED);
}

END_TEST;

START_TEST (test_a_second_codec_is_refused)
{
  g_autofree gchar *track = room_run_publish (run, ann, "c", TRUE);
  Livekit__AddTrackRequest add = LIVEKIT__ADD_TRACK_REQUEST__INIT;
  Livekit__SignalRequest request = LIVEKIT__SIGNAL_REQUEST__INIT;
  request.message_case = LIVEKIT__SIGNAL_REQUEST__MESSAGE_ADD_TRACK;
  request.add_track = &add;
  add.cid = (gchar *) "d";
  add.type = LIVEKIT__TRACK_TYPE__VIDEO;
  add.sid = track;
  room_run_ask (run, ann, &request);
  assert_refused (ann, LIVEKIT__REQUEST_RESPONSE__REASON__UNSUPPORTED_TYPE);
  add.sid = (gchar *) "TR_x";
  room_run_ask (run, ann, &request);
  assert_refused (ann, LIVEKIT__REQUEST_RESPONSE__REASON__NOT_FOUND);
}

END_TEST;

START_TEST (test_muting_is_told_to_the_others_and_to_the_media)
{
  g_autofree gchar *track = room_run_publish (run, ann, "c", TRUE);
  room_run_forget (run);
  room_run_say (run, ann, livekit_request_mute (track, TRUE, NULL));
  room_run_say (run, ann, livekit_request_mute (track, TRUE, NULL));
  g_autoptr (Livekit__SignalResponse) told = room_run_heard (run, bob,
      LIVEKIT__SIGNAL_RESPONSE__MESSAGE_UPDATE);

  ck_assert (told->update->participants[0]->tracks[0]->muted);
  ck_assert_uint_eq (room_run_count (run, LIVEKIT_ROOM_EVENT_TRACK_MUTED,
          ann), 1);
  room_run_say (run, bob, livekit_request_mute (track, FALSE, NULL));
  assert_refused (bob, LIVEKIT__REQUEST_RESPONSE__REASON__NOT_FOUND);
}

END_TEST;

START_TEST (test_size_and_features_are_told_to_the_others)
{
  g_autofree gchar *video = room_run_publish (run, ann, "v", TRUE);
  g_autofree gchar *sound = room_run_publish (run, ann, "a", FALSE);
  room_run_say (run, ann, livekit_request_video_size (video, 64, 48, NULL));
  Livekit__AudioTrackFeature features[] = {
    LIVEKIT__AUDIO_TRACK_FEATURE__TF_STEREO
  };
  Livekit__UpdateLocalAudioTrack update =
      LIVEKIT__UPDATE_LOCAL_AUDIO_TRACK__INIT;
  Livekit__SignalRequest request = LIVEKIT__SIGNAL_REQUEST__INIT;
  request.message_case = LIVEKIT__SIGNAL_REQUEST__MESSAGE_UPDATE_AUDIO_TRACK;
  request.update_audio_track = &update;
  update.track_sid = sound;
  update.features = features;
  update.n_features = 1;
  room_run_ask (run, ann, &request);

  g_autoptr (Livekit__SignalResponse) told = room_run_heard (run, bob,
      LIVEKIT__SIGNAL_RESPONSE__MESSAGE_UPDATE);
  ck_assert_uint_eq (told->update->participants[0]->tracks[0]->width, 64);
  ck_assert_uint_eq (told->update->participants[0]->tracks[1]->n_audio_features,
      1);
  update.track_sid = video;
  room_run_ask (run, ann, &request);
  assert_refused (ann, LIVEKIT__REQUEST_RESPONSE__REASON__NOT_FOUND);
  room_run_say (run, ann, livekit_request_video_size (sound, 1, 1, NULL));
  assert_refused (ann, LIVEKIT__REQUEST_RESPONSE__REASON__NOT_FOUND);
}

END_TEST;

START_TEST (test_metadata_needs_its_permission)
{
  room_run_say (run, ann, livekit_request_metadata ("m", NULL, NULL));
  g_autoptr (Livekit__SignalResponse) told = room_run_heard (run, bob,
      LIVEKIT__SIGNAL_RESPONSE__MESSAGE_UPDATE);
  ck_assert_str_eq (told->update->participants[0]->metadata, "m");
  assert_refused (ann, LIVEKIT__REQUEST_RESPONSE__REASON__OK);
  room_run_say (run, bob, livekit_request_metadata ("m", NULL, NULL));
  assert_refused (bob, LIVEKIT__REQUEST_RESPONSE__REASON__NOT_ALLOWED);
}

END_TEST;

static void
subscribe (const gchar * sid, gchar * track, gboolean wanted)
{
  Livekit__UpdateSubscription update = LIVEKIT__UPDATE_SUBSCRIPTION__INIT;
  Livekit__ParticipantTracks tracks = LIVEKIT__PARTICIPANT_TRACKS__INIT;
  Livekit__ParticipantTracks *list[] = { &tracks };
  Livekit__SignalRequest request = LIVEKIT__SIGNAL_REQUEST__INIT;

  tracks.track_sids = &track;
  tracks.n_track_sids = 1;
  update.participant_tracks = list;
  update.n_participant_tracks = 1;
  update.subscribe = wanted;
  request.message_case = LIVEKIT__SIGNAL_REQUEST__MESSAGE_SUBSCRIPTION;
  request.subscription = &update;
  room_run_ask (run, sid, &request);
}

START_TEST (test_a_subscription_is_taken_back_and_made_again)
{
  g_autofree gchar *track = room_run_publish (run, ann, "c", TRUE);

  subscribe (bob, track, FALSE);
  ck_assert_uint_eq (room_run_count (run, LIVEKIT_ROOM_EVENT_FORWARD_END,
          bob), 1);
  subscribe (bob, track, TRUE);
  ck_assert_uint_eq (room_run_count (run, LIVEKIT_ROOM_EVENT_FORWARD, bob), 2);
  subscribe (bob, (gchar *) "TR_x", TRUE);
  g_autoptr (Livekit__SignalResponse) told = room_run_heard (run, bob,
      LIVEKIT__SIGNAL_RESPONSE__MESSAGE_SUBSCRIPTION_RESPONSE);
  ck_assert_str_eq (told->subscription_response->track_sid, "TR_x");
}

END_TEST;

START_TEST (test_who_does_not_take_all_gets_what_it_asks_for)
{
  LivekitEntry *entry = room_run_entry ("eve");
  entry->auto_subscribe = FALSE;
  g_autofree gchar *eve = room_run_enter (run, entry);
  g_autofree gchar *one = room_run_publish (run, ann, "1", TRUE);
  g_autofree gchar *two = room_run_publish (run, ann, "2", TRUE);

  ck_assert_uint_eq (room_run_count (run, LIVEKIT_ROOM_EVENT_FORWARD, eve), 0);
  subscribe (eve, two, TRUE);
  ck_assert_str_eq (room_run_find (run, LIVEKIT_ROOM_EVENT_FORWARD, eve,
          1)->track, two);
}

END_TEST;

START_TEST (test_both_kinds_of_ping_are_answered)
{
  Livekit__SignalRequest old = LIVEKIT__SIGNAL_REQUEST__INIT;
  old.message_case = LIVEKIT__SIGNAL_REQUEST__MESSAGE_PING;
  old.ping = 5;
  room_run_ask (run, ann, &old);
  room_run_say (run, ann, livekit_request_ping (17, 1, NULL));
  g_autoptr (Livekit__SignalResponse) first = room_run_heard (run, ann,
      LIVEKIT__SIGNAL_RESPONSE__MESSAGE_PONG);
  g_autoptr (Livekit__SignalResponse) second = room_run_heard (run, ann,
      LIVEKIT__SIGNAL_RESPONSE__MESSAGE_PONG_RESP);

  ck_assert_int_eq (first->pong, G_GINT64_CONSTANT (1000) * ROOM_RUN_CLOCK);
  ck_assert_int_eq (second->pong_resp->last_ping_timestamp, 17);
  ck_assert_int_eq (second->pong_resp->timestamp,
      G_GINT64_CONSTANT (1000) * ROOM_RUN_CLOCK);
}

END_TEST;

static void
trickle (const gchar * json)
{
  Livekit__TrickleRequest message = LIVEKIT__TRICKLE_REQUEST__INIT;
  Livekit__SignalRequest request = LIVEKIT__SIGNAL_REQUEST__INIT;

  message.candidateinit = (gchar *) json;
  request.message_case = LIVEKIT__SIGNAL_REQUEST__MESSAGE_TRICKLE;
  request.trickle = &message;
  room_run_ask (run, ann, &request);
}

START_TEST (test_a_bad_candidate_is_refused_and_many_are_too)
{
  trickle ("{");
  assert_refused (ann, LIVEKIT__REQUEST_RESPONSE__REASON__UNCLASSIFIED_ERROR);
  for (guint i = 0; i < LIVEKIT_MAX_CANDIDATES; i++)
    trickle ("{\"candidate\":\"candidate:1\"}");
  ck_assert_uint_eq (room_run_count (run, LIVEKIT_ROOM_EVENT_CANDIDATE, ann),
      LIVEKIT_MAX_CANDIDATES);
  trickle ("{\"candidate\":\"candidate:1\"}");
  assert_refused (ann, LIVEKIT__REQUEST_RESPONSE__REASON__LIMIT_EXCEEDED);
  room_run_say (run, ann, livekit_request_offer (1, "v=0", NULL));
  trickle ("{\"candidate\":\"candidate:1\"}");
  ck_assert_uint_eq (room_run_count (run, LIVEKIT_ROOM_EVENT_CANDIDATE, ann),
      1);
}

END_TEST;

static void
assert_given_up (void)
{
  g_autoptr (Livekit__SignalResponse) leave = room_run_heard (run, ann,
      LIVEKIT__SIGNAL_RESPONSE__MESSAGE_LEAVE);

  ck_assert_int_eq (leave->leave->reason,
      LIVEKIT__DISCONNECT_REASON__STATE_MISMATCH);
  ck_assert_int_eq (leave->leave->action,
      LIVEKIT__LEAVE_REQUEST__ACTION__RECONNECT);
  ck_assert_uint_eq (room_run_count (run, LIVEKIT_ROOM_EVENT_OVER, ann), 1);
}

START_TEST (test_an_offer_without_sdp_ends_it)
{
  room_run_say (run, ann, livekit_request_offer (1, "", NULL));
  assert_given_up ();
}

END_TEST;

START_TEST (test_an_offer_that_is_too_long_ends_it)
{
  g_autofree gchar *sdp = g_strnfill (LIVEKIT_MAX_SDP + 1, 'v');

  sdp[LIVEKIT_MAX_SDP] = '\0';
  room_run_say (run, ann, livekit_request_offer (1, sdp, NULL));
  ck_assert_uint_eq (room_run_count (run, LIVEKIT_ROOM_EVENT_OFFER, ann), 1);
  sdp[LIVEKIT_MAX_SDP] = 'v';
  room_run_say (run, ann, livekit_request_offer (2, sdp, NULL));
  assert_given_up ();
}

END_TEST;

START_TEST (test_too_many_subscriptions_at_once_end_it)
{
  Livekit__UpdateSubscription update = LIVEKIT__UPDATE_SUBSCRIPTION__INIT;
  Livekit__SignalRequest request = LIVEKIT__SIGNAL_REQUEST__INIT;
  g_autofree gchar **sids = g_new0 (gchar *, LIVEKIT_MAX_ALLOWED + 1);
  for (guint i = 0; i <= LIVEKIT_MAX_ALLOWED; i++)
    sids[i] = (gchar *) "TR";
  update.track_sids = sids;
  update.n_track_sids = LIVEKIT_MAX_ALLOWED + 1;
  request.message_case = LIVEKIT__SIGNAL_REQUEST__MESSAGE_SUBSCRIPTION;
  request.subscription = &update;
  room_run_ask (run, ann, &request);
  assert_given_up ();
}

END_TEST;

static void
sync_state (gchar * track)
{
  Livekit__SyncState state = LIVEKIT__SYNC_STATE__INIT;
  Livekit__TrackPublishedResponse published =
      LIVEKIT__TRACK_PUBLISHED_RESPONSE__INIT;
  Livekit__TrackPublishedResponse *list[] = { &published };
  Livekit__TrackInfo info = LIVEKIT__TRACK_INFO__INIT;
  Livekit__SignalRequest request = LIVEKIT__SIGNAL_REQUEST__INIT;

  info.sid = track;
  published.track = &info;
  state.publish_tracks = list;
  state.n_publish_tracks = 1;
  request.message_case = LIVEKIT__SIGNAL_REQUEST__MESSAGE_SYNC_STATE;
  request.sync_state = &state;
  room_run_ask (run, ann, &request);
}

START_TEST (test_a_resumed_one_must_have_what_it_says_it_has)
{
  g_autofree gchar *track = room_run_publish (run, ann, "c", TRUE);
  sync_state (track);
  ck_assert_uint_eq (room_run_count (run, LIVEKIT_ROOM_EVENT_OVER, ann), 0);
  sync_state ((gchar *) "TR_x");
  assert_given_up ();
}

END_TEST;

START_TEST (test_testers_may_have_themselves_thrown_out)
{
  Livekit__SimulateScenario scenario = LIVEKIT__SIMULATE_SCENARIO__INIT;
  Livekit__SignalRequest request = LIVEKIT__SIGNAL_REQUEST__INIT;
  request.message_case = LIVEKIT__SIGNAL_REQUEST__MESSAGE_SIMULATE;
  request.simulate = &scenario;
  scenario.scenario_case =
      LIVEKIT__SIMULATE_SCENARIO__SCENARIO_LEAVE_REQUEST_FULL_RECONNECT;
  room_run_ask (run, ann, &request);
  assert_given_up ();
  scenario.scenario_case = LIVEKIT__SIMULATE_SCENARIO__SCENARIO_SERVER_LEAVE;
  room_run_ask (run, bob, &request);
  ck_assert_int_eq (room_run_find (run, LIVEKIT_ROOM_EVENT_OVER, bob,
          1)->reason, LIVEKIT__DISCONNECT_REASON__SERVER_SHUTDOWN);
}

END_TEST;

START_TEST (test_what_is_newer_than_us_is_passed_over)
{
  GBytes *unknown = g_bytes_new_static ("\232\001\002\010\001", 5);

  room_run_say (run, ann, unknown);
  ck_assert_uint_eq (run->events->len, 0);
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("livekitroomrequest");
  TCase *tcase = tcase_create ("livekitroomrequest");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_a_track_gets_a_sid);
  tcase_add_test (tcase, test_the_media_is_told_what_a_track_is);
  tcase_add_test (tcase, test_a_source_that_is_not_permitted_is_refused);
  tcase_add_test (tcase, test_a_cid_is_used_once_and_tracks_are_counted);
  tcase_add_test (tcase, test_a_second_codec_is_refused);
  tcase_add_test (tcase, test_muting_is_told_to_the_others_and_to_the_media);
  tcase_add_test (tcase, test_size_and_features_are_told_to_the_others);
  tcase_add_test (tcase, test_metadata_needs_its_permission);
  tcase_add_test (tcase, test_a_subscription_is_taken_back_and_made_again);
  tcase_add_test (tcase, test_who_does_not_take_all_gets_what_it_asks_for);
  tcase_add_test (tcase, test_both_kinds_of_ping_are_answered);
  tcase_add_test (tcase, test_a_bad_candidate_is_refused_and_many_are_too);
  tcase_add_test (tcase, test_an_offer_without_sdp_ends_it);
  tcase_add_test (tcase, test_an_offer_that_is_too_long_ends_it);
  tcase_add_test (tcase, test_too_many_subscriptions_at_once_end_it);
  tcase_add_test (tcase, test_a_resumed_one_must_have_what_it_says_it_has);
  tcase_add_test (tcase, test_testers_may_have_themselves_thrown_out);
  tcase_add_test (tcase, test_what_is_newer_than_us_is_passed_over);
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

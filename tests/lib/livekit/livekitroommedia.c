/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitroommedia.h"

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
  ann = room_run_join (run, "ann");
  LivekitEntry *entry = room_run_entry ("bob");
  entry->one_connection = TRUE;
  bob = room_run_enter (run, entry);
  room_run_forget (run);
}

static void
teardown (void)
{
  g_clear_pointer (&run, room_run_free);
  g_clear_pointer (&ann, g_free);
  g_clear_pointer (&bob, g_free);
}

START_TEST (test_an_answer_has_the_id_of_its_offer)
{
  room_run_say (run, bob, livekit_request_offer (7, "v=0", NULL));
  const LivekitRoomEvent *offer = room_run_find (run,
      LIVEKIT_ROOM_EVENT_OFFER, bob, 1);
  ck_assert_uint_eq (offer->id, 7);
  ck_assert_str_eq (offer->sdp, "v=0");

  LivekitMid mid = { "2", "TR_1" };
  livekit_room_media_answer (run->room, bob, offer->id, "v=1", &mid, 1);
  room_run_take (run);
  g_autoptr (Livekit__SignalResponse) answer = room_run_heard (run, bob,
      LIVEKIT__SIGNAL_RESPONSE__MESSAGE_ANSWER);
  ck_assert_uint_eq (answer->answer->id, 7);
  ck_assert_str_eq (answer->answer->sdp, "v=1");
  ck_assert_str_eq (answer->answer->mid_to_track_id[0]->value, "TR_1");
}

END_TEST;

START_TEST (test_only_who_has_two_connections_is_offered_one)
{
  ck_assert_uint_eq (livekit_room_media_offer (run->room, bob, "v=0", NULL, 0),
      0);
  ck_assert_uint_eq (livekit_room_media_offer (run->room, ann, "v=0", NULL, 0),
      1);
  room_run_say (run, ann, livekit_request_answer (1, "v=0", NULL));
  ck_assert_uint_eq (room_run_find (run, LIVEKIT_ROOM_EVENT_ANSWER, ann,
          1)->id, 1);
  ck_assert_uint_eq (livekit_room_media_offer (run->room, ann, "v=0", NULL, 0),
      2);
  /* The answer to an offer that is no more. */
  room_run_say (run, ann, livekit_request_answer (1, "v=0", NULL));
  ck_assert_uint_eq (room_run_count (run, LIVEKIT_ROOM_EVENT_ANSWER, ann), 1);
}

END_TEST;

START_TEST (test_only_who_has_one_connection_is_asked_for_sections)
{
  livekit_room_media_require (run->room, ann, 1, 1);
  livekit_room_media_require (run->room, bob, 0, 0);
  room_run_take (run);
  ck_assert_uint_eq (run->events->len, 0);
  livekit_room_media_require (run->room, bob, 1, 2);
  room_run_take (run);
  g_autoptr (Livekit__SignalResponse) asked = room_run_heard (run, bob,
      LIVEKIT__SIGNAL_RESPONSE__MESSAGE_MEDIA_SECTIONS_REQUIREMENT);
  ck_assert_uint_eq (asked->media_sections_requirement->num_audios, 1);
  ck_assert_uint_eq (asked->media_sections_requirement->num_videos, 2);
}

END_TEST;

START_TEST (test_a_track_is_seen_when_it_is_live)
{
  LivekitTrackRequest request = {.cid = "c",.name = "cam",.video = TRUE };
  room_run_say (run, ann, livekit_request_add_track (&request, NULL));
  ck_assert_uint_eq (room_run_count (run, LIVEKIT_ROOM_EVENT_TRACK_ADDED,
          ann), 1);
  ck_assert_uint_eq (room_run_count_heard (run, bob,
          LIVEKIT__SIGNAL_RESPONSE__MESSAGE_UPDATE), 0);

  ck_assert_ptr_null (livekit_room_media_match (run->room, ann, "c", FALSE));
  ck_assert_ptr_null (livekit_room_media_match (run->room, bob, "c", TRUE));
  g_autofree gchar *track =
      g_strdup (livekit_room_media_match (run->room, ann, "c", TRUE));
  livekit_room_media_live (run->room, ann, track, "video/H264", "3");
  livekit_room_media_live (run->room, ann, track, "video/H264", "3");
  room_run_take (run);
  g_autoptr (Livekit__SignalResponse) told = room_run_heard (run, bob,
      LIVEKIT__SIGNAL_RESPONSE__MESSAGE_UPDATE);
  ck_assert_uint_eq (room_run_count_heard (run, bob,
          LIVEKIT__SIGNAL_RESPONSE__MESSAGE_UPDATE), 1);
  const Livekit__TrackInfo *info = told->update->participants[0]->tracks[0];
  ck_assert_str_eq (info->sid, track);
  ck_assert_str_eq (info->mime_type, "video/H264");
  ck_assert_str_eq (info->mid, "3");
}

END_TEST;

START_TEST (test_who_has_all_his_tracks_may_publish_no_more)
{
  ck_assert (livekit_room_media_may_publish (run->room, ann));
  for (guint i = 0; i < LIVEKIT_MAX_TRACKS; i++) {
    g_autofree gchar *cid = g_strdup_printf ("c%u", i);
    LivekitTrackRequest request = {.cid = cid,.name = "cam",.video = TRUE };
    room_run_say (run, ann, livekit_request_add_track (&request, NULL));
  }
  ck_assert (!livekit_room_media_may_publish (run->room, ann));
  ck_assert (livekit_room_media_may_publish (run->room, bob));
  ck_assert (!livekit_room_media_may_publish (run->room, "PA_nobody"));
}

END_TEST;

START_TEST (test_others_are_told_of_a_track_before_they_get_it)
{
  g_autofree gchar *track = room_run_publish (run, ann, "c", TRUE);
  guint told = 0, forward = 0;

  for (guint i = 0; i < run->events->len; i++) {
    const LivekitRoomEvent *event = run->events->pdata[i];
    if (g_strcmp0 (event->participant, bob) != 0)
      continue;
    if (event->type == LIVEKIT_ROOM_EVENT_SEND && told == 0)
      told = i + 1;
    if (event->type == LIVEKIT_ROOM_EVENT_FORWARD)
      forward = i + 1;
  }
  ck_assert (told > 0 && told < forward);
}

END_TEST;

START_TEST (test_a_connected_one_is_active)
{
  livekit_room_media_connected (run->room, ann);
  livekit_room_media_connected (run->room, ann);
  room_run_take (run);
  g_autoptr (Livekit__SignalResponse) told = room_run_heard (run, bob,
      LIVEKIT__SIGNAL_RESPONSE__MESSAGE_UPDATE);

  ck_assert_int_eq (told->update->participants[0]->state,
      LIVEKIT__PARTICIPANT_INFO__STATE__ACTIVE);
  ck_assert_uint_eq (room_run_count_heard (run, bob,
          LIVEKIT__SIGNAL_RESPONSE__MESSAGE_UPDATE), 1);
  ck_assert_uint_eq (room_run_count_heard (run, ann,
          LIVEKIT__SIGNAL_RESPONSE__MESSAGE_UPDATE), 1);
}

END_TEST;

START_TEST (test_a_failed_one_is_told_to_join_anew)
{
  livekit_room_media_failed (run->room, ann, run->now);
  room_run_pass (run, G_TIME_SPAN_SECOND / 2);
  livekit_room_media_failed (run->room, ann, run->now);
  room_run_pass (run, G_TIME_SPAN_SECOND / 2 - 1);
  ck_assert_uint_eq (room_run_count (run, LIVEKIT_ROOM_EVENT_OVER, ann), 0);
  room_run_pass (run, 1);
  g_autoptr (Livekit__SignalResponse) leave = room_run_heard (run, ann,
      LIVEKIT__SIGNAL_RESPONSE__MESSAGE_LEAVE);

  ck_assert_int_eq (leave->leave->action,
      LIVEKIT__LEAVE_REQUEST__ACTION__RECONNECT);
  ck_assert_int_eq (room_run_find (run, LIVEKIT_ROOM_EVENT_OVER, ann,
          1)->reason, LIVEKIT__DISCONNECT_REASON__CONNECTION_TIMEOUT);
}

END_TEST;

START_TEST (test_a_word_may_come_after_the_end_of_the_media)
{
  livekit_room_media_failed (run->room, ann, run->now);
  room_run_pass (run, G_TIME_SPAN_SECOND - 1);
  room_run_say (run, ann, livekit_request_leave (NULL));
  ck_assert_int_eq (room_run_find (run, LIVEKIT_ROOM_EVENT_OVER, ann,
          1)->reason, LIVEKIT__DISCONNECT_REASON__CLIENT_INITIATED);
}

END_TEST;

/* Nobody is there who could still say something. */
START_TEST (test_a_failed_one_without_a_socket_is_over_at_once)
{
  livekit_room_media_connected (run->room, ann);
  livekit_room_lost (run->room, ann, run->now);
  livekit_room_media_failed (run->room, ann, run->now);
  room_run_take (run);
  ck_assert_int_eq (room_run_find (run, LIVEKIT_ROOM_EVENT_OVER, ann,
          1)->reason, LIVEKIT__DISCONNECT_REASON__CONNECTION_TIMEOUT);
}

END_TEST;

START_TEST (test_candidates_go_both_ways)
{
  room_run_say (run, ann, livekit_request_trickle (LIVEKIT_TARGET_SUBSCRIBER,
          2, "candidate:1", NULL));
  /* With one connection there is no other. */
  room_run_say (run, bob, livekit_request_trickle (LIVEKIT_TARGET_SUBSCRIBER,
          0, "", NULL));
  const LivekitRoomEvent *one = room_run_find (run,
      LIVEKIT_ROOM_EVENT_CANDIDATE, ann, 1);
  const LivekitRoomEvent *last = room_run_find (run,
      LIVEKIT_ROOM_EVENT_CANDIDATE, bob, 1);
  ck_assert_str_eq (one->candidate, "candidate:1");
  ck_assert_int_eq (one->target, LIVEKIT_TARGET_SUBSCRIBER);
  ck_assert_uint_eq (one->mline, 2);
  ck_assert_ptr_null (last->candidate);
  ck_assert_int_eq (last->target, LIVEKIT_TARGET_PUBLISHER);

  livekit_room_media_trickle (run->room, ann, LIVEKIT_TARGET_PUBLISHER, 0,
      "candidate:2");
  room_run_take (run);
  ck_assert_uint_eq (room_run_count_heard (run, ann,
          LIVEKIT__SIGNAL_RESPONSE__MESSAGE_TRICKLE), 1);
}

END_TEST;

START_TEST (test_a_quiet_one_publishes_and_consumes_without_a_word)
{
  g_autofree gchar *other = room_run_publish (run, ann, "c", TRUE);
  LivekitToken *token = livekit_token_new ();
  token->identity = g_strdup ("whip");
  token->grants.room = g_strdup ("stage");
  g_autofree gchar *whip = room_run_enter (run,
      livekit_entry_new_quiet (token));
  LivekitTrackRequest request = {.cid = "w",.name = "whip",.video = TRUE };
  const gchar *lent = livekit_room_media_publish (run->room, whip, &request);
  ck_assert_ptr_nonnull (lent);
  g_autofree gchar *track = g_strdup (lent);
  livekit_room_media_live (run->room, whip, track, "video/VP8", "0");
  livekit_room_media_connected (run->room, whip);
  room_run_take (run);

  ck_assert_uint_eq (room_run_count (run, LIVEKIT_ROOM_EVENT_SEND, whip), 0);
  ck_assert_uint_eq (room_run_count (run, LIVEKIT_ROOM_EVENT_FORWARD, whip), 1);
  ck_assert_ptr_nonnull (room_run_find (run, LIVEKIT_ROOM_EVENT_FORWARD, bob,
          2));
  room_run_say (run, ann, livekit_request_ping (1, 1, NULL));
  room_run_pass (run, 10 * G_TIME_SPAN_SECOND);
  livekit_room_lost (run->room, whip, run->now);
  room_run_take (run);
  ck_assert_uint_eq (room_run_count (run, LIVEKIT_ROOM_EVENT_OVER, whip), 1);
  ck_assert_uint_eq (room_run_count (run, LIVEKIT_ROOM_EVENT_HANG_UP, whip), 0);
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("livekitroommedia");
  TCase *tcase = tcase_create ("livekitroommedia");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_an_answer_has_the_id_of_its_offer);
  tcase_add_test (tcase, test_only_who_has_two_connections_is_offered_one);
  tcase_add_test (tcase,
      test_only_who_has_one_connection_is_asked_for_sections);
  tcase_add_test (tcase, test_a_track_is_seen_when_it_is_live);
  tcase_add_test (tcase, test_who_has_all_his_tracks_may_publish_no_more);
  tcase_add_test (tcase, test_others_are_told_of_a_track_before_they_get_it);
  tcase_add_test (tcase, test_a_connected_one_is_active);
  tcase_add_test (tcase, test_a_failed_one_is_told_to_join_anew);
  tcase_add_test (tcase, test_a_word_may_come_after_the_end_of_the_media);
  tcase_add_test (tcase, test_a_failed_one_without_a_socket_is_over_at_once);
  tcase_add_test (tcase, test_candidates_go_both_ways);
  tcase_add_test (tcase,
      test_a_quiet_one_publishes_and_consumes_without_a_word);
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

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitroomforward.h"

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

static guint
count (LivekitRoomEventType type, const gchar * sid)
{
  return room_run_count (run, type, sid);
}

START_TEST (test_a_live_track_goes_to_the_others_and_not_back)
{
  g_autofree gchar *track = room_run_publish (run, ann, "c", TRUE);
  const LivekitRoomEvent *event = room_run_find (run,
      LIVEKIT_ROOM_EVENT_FORWARD, NULL, 1);

  ck_assert_uint_eq (count (LIVEKIT_ROOM_EVENT_FORWARD, NULL), 1);
  ck_assert_str_eq (event->participant, bob);
  ck_assert_str_eq (event->publisher, ann);
  ck_assert_str_eq (event->track, track);
  ck_assert (event->video);
}

END_TEST;

START_TEST (test_the_first_subscriber_is_told_to_the_publisher_once)
{
  g_autofree gchar *track = room_run_publish (run, ann, "c", TRUE);
  g_autofree gchar *eve = room_run_join (run, "eve");

  ck_assert_uint_eq (room_run_count_heard (run, ann,
          LIVEKIT__SIGNAL_RESPONSE__MESSAGE_TRACK_SUBSCRIBED), 0);
  livekit_room_media_flows (run->room, bob, track);
  livekit_room_media_flows (run->room, eve, track);
  livekit_room_media_flows (run->room, ann, track);
  room_run_take (run);
  g_autoptr (Livekit__SignalResponse) told = room_run_heard (run, ann,
      LIVEKIT__SIGNAL_RESPONSE__MESSAGE_TRACK_SUBSCRIBED);

  ck_assert_str_eq (told->track_subscribed->track_sid, track);
  ck_assert_uint_eq (room_run_count_heard (run, ann,
          LIVEKIT__SIGNAL_RESPONSE__MESSAGE_TRACK_SUBSCRIBED), 1);
  ck_assert_uint_eq (count (LIVEKIT_ROOM_EVENT_FORWARD, eve), 1);
}

END_TEST;

static gint
get_watched (void)
{
  g_autoptr (Livekit__SignalResponse) told = room_run_heard (run, ann,
      LIVEKIT__SIGNAL_RESPONSE__MESSAGE_SUBSCRIBED_QUALITY_UPDATE);

  room_run_forget (run);
  return told == NULL ? -1
      : told->subscribed_quality_update->subscribed_codecs[0]->
      qualities[2]->enabled;
}

START_TEST (test_a_publisher_is_told_whether_anybody_watches)
{
  g_autofree gchar *track = room_run_publish (run, ann, "c", TRUE);
  const gchar *const tracks[] = { track, NULL };

  ck_assert_int_eq (get_watched (), TRUE);
  g_autofree gchar *eve = room_run_join (run, "eve");
  ck_assert_int_eq (get_watched (), -1);
  ck_assert (livekit_room_admin_subscribe (run->room, "eve", tracks, FALSE,
          NULL));
  room_run_take (run);
  ck_assert_int_eq (get_watched (), -1);
  ck_assert (livekit_room_admin_subscribe (run->room, "bob", tracks, FALSE,
          NULL));
  room_run_take (run);
  ck_assert_int_eq (get_watched (), FALSE);
  ck_assert (livekit_room_admin_subscribe (run->room, "bob", tracks, TRUE,
          NULL));
  room_run_take (run);
  ck_assert_int_eq (get_watched (), TRUE);
}

END_TEST;

START_TEST (test_nobody_is_told_who_hears)
{
  g_autofree gchar *track = room_run_publish (run, ann, "c", FALSE);

  ck_assert_int_eq (get_watched (), -1);
}

END_TEST;

START_TEST (test_negotiation_comes_once_behind_all_that_changed)
{
  g_autofree gchar *sound = room_run_publish (run, ann, "a", FALSE);
  g_autofree gchar *video = room_run_publish (run, ann, "v", TRUE);
  room_run_forget (run);
  g_autofree gchar *eve = room_run_join (run, "eve");

  ck_assert_uint_eq (count (LIVEKIT_ROOM_EVENT_FORWARD, eve), 2);
  ck_assert_uint_eq (count (LIVEKIT_ROOM_EVENT_NEGOTIATE, eve), 1);
  const LivekitRoomEvent *last = run->events->pdata[run->events->len - 1];
  ck_assert_int_eq (last->type, LIVEKIT_ROOM_EVENT_NEGOTIATE);
}

END_TEST;

START_TEST (test_one_offer_of_ours_waits_for_its_answer)
{
  guint id = livekit_room_media_offer (run->room, bob, "v=0", NULL, 0);
  ck_assert_uint_eq (id, 1);
  g_autofree gchar *track = room_run_publish (run, ann, "c", TRUE);
  ck_assert_uint_eq (count (LIVEKIT_ROOM_EVENT_FORWARD, bob), 1);
  ck_assert_uint_eq (count (LIVEKIT_ROOM_EVENT_NEGOTIATE, bob), 0);
  room_run_say (run, bob, livekit_request_answer (id, "v=0", NULL));
  ck_assert_uint_eq (count (LIVEKIT_ROOM_EVENT_NEGOTIATE, bob), 1);
}

END_TEST;

static void
allow (const gchar * const *identities)
{
  room_run_say (run, ann, livekit_request_allowed (identities, NULL));
}

START_TEST (test_an_allow_list_revokes_and_gives_back)
{
  static const gchar *const nobody[] = { NULL };
  static const gchar *const only_bob[] = { "bob", NULL };
  g_autofree gchar *track = room_run_publish (run, ann, "c", TRUE);

  allow (nobody);
  ck_assert_uint_eq (count (LIVEKIT_ROOM_EVENT_FORWARD_END, bob), 1);
  g_autoptr (Livekit__SignalResponse) told = room_run_heard (run, bob,
      LIVEKIT__SIGNAL_RESPONSE__MESSAGE_SUBSCRIPTION_PERMISSION_UPDATE);
  ck_assert (!told->subscription_permission_update->allowed);
  ck_assert_str_eq (told->subscription_permission_update->track_sid, track);

  allow (only_bob);
  ck_assert_uint_eq (count (LIVEKIT_ROOM_EVENT_FORWARD, bob), 2);
  allow (only_bob);
  ck_assert_uint_eq (room_run_count_heard (run, bob,
          LIVEKIT__SIGNAL_RESPONSE__MESSAGE_SUBSCRIPTION_PERMISSION_UPDATE), 2);
  g_autofree gchar *eve = room_run_join (run, "eve");
  ck_assert_uint_eq (count (LIVEKIT_ROOM_EVENT_FORWARD, eve), 0);
  allow (NULL);
  ck_assert_uint_eq (count (LIVEKIT_ROOM_EVENT_FORWARD, eve), 1);
}

END_TEST;

START_TEST (test_a_list_holds_for_tracks_that_come_later)
{
  static const gchar *const nobody[] = { NULL };
  allow (nobody);
  g_autofree gchar *track = room_run_publish (run, ann, "c", TRUE);

  ck_assert_uint_eq (count (LIVEKIT_ROOM_EVENT_FORWARD, NULL), 0);
  ck_assert_uint_eq (room_run_count_heard (run, bob,
          LIVEKIT__SIGNAL_RESPONSE__MESSAGE_UPDATE), 1);
}

END_TEST;

START_TEST (test_who_may_not_subscribe_gets_nothing)
{
  LivekitEntry *entry = room_run_entry ("eve");
  entry->token->grants.can_subscribe = 0;
  g_autofree gchar *eve = room_run_enter (run, entry);
  g_autofree gchar *track = room_run_publish (run, ann, "c", TRUE);

  ck_assert_uint_eq (count (LIVEKIT_ROOM_EVENT_FORWARD, eve), 0);
  ck_assert_uint_eq (count (LIVEKIT_ROOM_EVENT_NEGOTIATE, eve), 0);
}

END_TEST;

START_TEST (test_a_hidden_one_sees_and_is_not_seen)
{
  g_autofree gchar *track = room_run_publish (run, ann, "c", TRUE);
  LivekitEntry *entry = room_run_entry ("spy");
  entry->token->grants.hidden = 1;
  room_run_forget (run);
  g_autofree gchar *spy = room_run_enter (run, entry);

  ck_assert_uint_eq (count (LIVEKIT_ROOM_EVENT_FORWARD, spy), 1);
  g_autofree gchar *own = room_run_publish (run, spy, "s", TRUE);
  ck_assert_uint_eq (count (LIVEKIT_ROOM_EVENT_FORWARD, NULL), 1);
  ck_assert_uint_eq (room_run_count_heard (run, bob,
          LIVEKIT__SIGNAL_RESPONSE__MESSAGE_UPDATE), 0);
}

END_TEST;

START_TEST (test_each_forward_has_its_end_whoever_goes)
{
  g_autofree gchar *eve = room_run_join (run, "eve");
  g_autofree gchar *one = room_run_publish (run, ann, "1", TRUE);
  g_autofree gchar *two = room_run_publish (run, bob, "2", TRUE);
  ck_assert_uint_eq (count (LIVEKIT_ROOM_EVENT_FORWARD, NULL), 4);

  livekit_room_media_gone (run->room, ann, one);
  room_run_take (run);
  ck_assert_uint_eq (count (LIVEKIT_ROOM_EVENT_FORWARD_END, NULL), 2);
  room_run_say (run, eve, livekit_request_leave (NULL));
  ck_assert_uint_eq (count (LIVEKIT_ROOM_EVENT_FORWARD_END, NULL), 3);
  room_run_say (run, bob, livekit_request_leave (NULL));
  ck_assert_uint_eq (count (LIVEKIT_ROOM_EVENT_FORWARD_END, NULL), 4);
}

END_TEST;

START_TEST (test_a_pause_is_kept_over_a_new_forward)
{
  static const gchar *const nobody[] = { NULL };
  g_autofree gchar *track = room_run_publish (run, ann, "c", TRUE);
  Livekit__UpdateTrackSettings setting = LIVEKIT__UPDATE_TRACK_SETTINGS__INIT;
  gchar *sids[] = { track };
  setting.track_sids = sids;
  setting.n_track_sids = 1;
  setting.disabled = TRUE;
  Livekit__SignalRequest request = LIVEKIT__SIGNAL_REQUEST__INIT;
  request.message_case = LIVEKIT__SIGNAL_REQUEST__MESSAGE_TRACK_SETTING;
  request.track_setting = &setting;

  room_run_ask (run, bob, &request);
  room_run_ask (run, bob, &request);
  ck_assert_uint_eq (count (LIVEKIT_ROOM_EVENT_FORWARD_PAUSED, bob), 1);
  allow (nobody);
  allow (NULL);
  ck_assert_uint_eq (count (LIVEKIT_ROOM_EVENT_FORWARD_PAUSED, bob), 2);
  setting.disabled = FALSE;
  room_run_ask (run, bob, &request);
  ck_assert_uint_eq (count (LIVEKIT_ROOM_EVENT_FORWARD_PAUSED, bob), 3);
  ck_assert (!room_run_find (run, LIVEKIT_ROOM_EVENT_FORWARD_PAUSED, bob,
          3)->flag);
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("livekitroomforward");
  TCase *tcase = tcase_create ("livekitroomforward");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_a_live_track_goes_to_the_others_and_not_back);
  tcase_add_test (tcase,
      test_the_first_subscriber_is_told_to_the_publisher_once);
  tcase_add_test (tcase, test_a_publisher_is_told_whether_anybody_watches);
  tcase_add_test (tcase, test_nobody_is_told_who_hears);
  tcase_add_test (tcase, test_negotiation_comes_once_behind_all_that_changed);
  tcase_add_test (tcase, test_one_offer_of_ours_waits_for_its_answer);
  tcase_add_test (tcase, test_an_allow_list_revokes_and_gives_back);
  tcase_add_test (tcase, test_a_list_holds_for_tracks_that_come_later);
  tcase_add_test (tcase, test_who_may_not_subscribe_gets_nothing);
  tcase_add_test (tcase, test_a_hidden_one_sees_and_is_not_seen);
  tcase_add_test (tcase, test_each_forward_has_its_end_whoever_goes);
  tcase_add_test (tcase, test_a_pause_is_kept_over_a_new_forward);
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

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitroomadmin.h"

#include "livekit/livekitlimits.h"
#include "livekit/livekitverify.h"
#include "roomrun.h"

#include <check.h>

static RoomRun *run;
static gchar *ann, *bob, *track;

static void
setup (void)
{
  run = room_run_new ();
  ann = room_run_join (run, "ann");
  bob = room_run_join (run, "bob");
  track = room_run_publish (run, ann, "c", TRUE);
  room_run_forget (run);
}

static void
teardown (void)
{
  g_clear_pointer (&run, room_run_free);
  g_clear_pointer (&ann, g_free);
  g_clear_pointer (&bob, g_free);
  g_clear_pointer (&track, g_free);
}

START_TEST (test_the_list_has_all_or_one)
{
  g_autoptr (GPtrArray) all = livekit_room_admin_list (run->room, NULL);
  g_autoptr (GPtrArray) one = livekit_room_admin_list (run->room, "bob");
  g_autoptr (GPtrArray) none = livekit_room_admin_list (run->room, "eve");
  const LivekitMemberMessage *first = all->pdata[0];
  Livekit__Room room;

  ck_assert_uint_eq (all->len, 2);
  ck_assert_str_eq (first->message.tracks[0]->sid, track);
  ck_assert_uint_eq (one->len, 1);
  ck_assert_uint_eq (none->len, 0);
  livekit_room_admin_describe (run->room, &room);
  ck_assert_str_eq (room.name, "stage");
  ck_assert_uint_eq (room.num_participants, 2);
}

END_TEST;

START_TEST (test_a_removed_one_is_told)
{
  ck_assert (livekit_room_admin_remove (run->room, "ann", run->now, NULL));
  room_run_take (run);
  g_autoptr (Livekit__SignalResponse) leave = room_run_heard (run, ann,
      LIVEKIT__SIGNAL_RESPONSE__MESSAGE_LEAVE);

  ck_assert_int_eq (leave->leave->reason,
      LIVEKIT__DISCONNECT_REASON__PARTICIPANT_REMOVED);
  ck_assert_uint_eq (room_run_count (run, LIVEKIT_ROOM_EVENT_FORWARD_END,
          bob), 1);
}

END_TEST;

START_TEST (test_who_and_what_is_not_there_is_not_found)
{
  LivekitPermission permission = { TRUE };
  const gchar *const tracks[] = { "TR_x", NULL };
  LivekitRoom *room = run->room;
  g_autoptr (GError) error = NULL;

  ck_assert (!livekit_room_admin_remove (room, "eve", run->now, &error));
  ck_assert (g_error_matches (error, LIVEKIT_REFUSAL, 404));
  ck_assert (!livekit_room_admin_mute (room, "eve", track, TRUE, NULL));
  ck_assert (!livekit_room_admin_mute (room, "bob", track, TRUE, NULL));
  ck_assert (!livekit_room_admin_permit (room, "eve", &permission, run->now,
          NULL));
  ck_assert (!livekit_room_admin_subscribe (room, "eve", tracks, TRUE, NULL));
  ck_assert (livekit_room_admin_subscribe (room, "bob", tracks, TRUE, NULL));
  ck_assert (!livekit_room_admin_update (room, "eve", "m", NULL, NULL, 0,
          NULL));
  room_run_take (run);
  ck_assert_uint_eq (run->events->len, 0);
}

END_TEST;

START_TEST (test_the_rooms_metadata_is_told_to_all)
{
  g_autofree gchar *more = g_strnfill (LIVEKIT_MAX_METADATA + 1, 'm');
  Livekit__Room room;

  ck_assert (!livekit_room_admin_set_metadata (run->room, more, NULL));
  ck_assert (livekit_room_admin_set_metadata (run->room, "meta", NULL));
  room_run_take (run);
  g_autoptr (Livekit__SignalResponse) told = room_run_heard (run, bob,
      LIVEKIT__SIGNAL_RESPONSE__MESSAGE_ROOM_UPDATE);
  ck_assert_str_eq (told->room_update->room->metadata, "meta");
  ck_assert_uint_eq (room_run_count_heard (run, ann,
          LIVEKIT__SIGNAL_RESPONSE__MESSAGE_ROOM_UPDATE), 1);
  livekit_room_admin_describe (run->room, &room);
  ck_assert_str_eq (room.metadata, "meta");
}

END_TEST;

START_TEST (test_a_mute_is_told_to_the_publisher_and_the_others)
{
  g_autoptr (GError) error = NULL;
  ck_assert (livekit_room_admin_mute (run->room, "ann", track, TRUE, NULL));
  ck_assert (livekit_room_admin_mute (run->room, "ann", track, TRUE, NULL));
  room_run_take (run);
  g_autoptr (Livekit__SignalResponse) order = room_run_heard (run, ann,
      LIVEKIT__SIGNAL_RESPONSE__MESSAGE_MUTE);

  ck_assert (order->mute->muted);
  ck_assert_uint_eq (room_run_count (run, LIVEKIT_ROOM_EVENT_TRACK_MUTED,
          ann), 1);
  ck_assert_uint_eq (room_run_count_heard (run, bob,
          LIVEKIT__SIGNAL_RESPONSE__MESSAGE_UPDATE), 1);
  ck_assert (!livekit_room_admin_mute (run->room, "ann", track, FALSE, &error));
  ck_assert (g_error_matches (error, LIVEKIT_REFUSAL, 412));
}

END_TEST;

START_TEST (test_a_publisher_that_may_no_more_loses_its_tracks)
{
  LivekitPermission permission = {.can_subscribe = TRUE };
  ck_assert (livekit_room_admin_permit (run->room, "ann", &permission,
          run->now, NULL));
  room_run_take (run);
  g_autoptr (Livekit__SignalResponse) gone = room_run_heard (run, ann,
      LIVEKIT__SIGNAL_RESPONSE__MESSAGE_TRACK_UNPUBLISHED);
  g_autoptr (Livekit__SignalResponse) told = room_run_heard (run, ann,
      LIVEKIT__SIGNAL_RESPONSE__MESSAGE_UPDATE);

  ck_assert_str_eq (gone->track_unpublished->track_sid, track);
  ck_assert (!told->update->participants[0]->permission->can_publish);
  ck_assert_uint_eq (room_run_count (run, LIVEKIT_ROOM_EVENT_TRACK_REMOVED,
          ann), 1);
  ck_assert_uint_eq (room_run_count (run, LIVEKIT_ROOM_EVENT_FORWARD_END,
          bob), 1);
}

END_TEST;

START_TEST (test_a_subscriber_that_may_no_more_and_may_again)
{
  LivekitPermission permission = {.can_publish = TRUE };
  ck_assert (livekit_room_admin_permit (run->room, "bob", &permission,
          run->now, NULL));
  room_run_take (run);
  ck_assert_uint_eq (room_run_count (run, LIVEKIT_ROOM_EVENT_FORWARD_END,
          bob), 1);
  permission.can_subscribe = TRUE;
  ck_assert (livekit_room_admin_permit (run->room, "bob", &permission,
          run->now, NULL));
  room_run_take (run);
  ck_assert_uint_eq (room_run_count (run, LIVEKIT_ROOM_EVENT_FORWARD, bob), 1);
}

END_TEST;

START_TEST (test_one_that_is_hidden_goes_for_the_others)
{
  LivekitPermission permission = {.can_publish = TRUE,.hidden = TRUE };
  ck_assert (livekit_room_admin_permit (run->room, "ann", &permission,
          run->now, NULL));
  room_run_take (run);
  g_autoptr (Livekit__SignalResponse) told = room_run_heard (run, bob,
      LIVEKIT__SIGNAL_RESPONSE__MESSAGE_UPDATE);
  ck_assert_int_eq (told->update->participants[0]->state,
      LIVEKIT__PARTICIPANT_INFO__STATE__DISCONNECTED);
  ck_assert_uint_eq (room_run_count (run, LIVEKIT_ROOM_EVENT_FORWARD_END,
          bob), 1);

  permission.hidden = FALSE;
  ck_assert (livekit_room_admin_permit (run->room, "ann", &permission,
          run->now, NULL));
  room_run_take (run);
  g_autoptr (Livekit__SignalResponse) back = room_run_heard (run, bob,
      LIVEKIT__SIGNAL_RESPONSE__MESSAGE_UPDATE);
  ck_assert_int_eq (back->update->participants[0]->state,
      LIVEKIT__PARTICIPANT_INFO__STATE__JOINED);
  ck_assert_uint_eq (room_run_count (run, LIVEKIT_ROOM_EVENT_FORWARD, bob), 1);
}

END_TEST;

START_TEST (test_subscriptions_are_changed_for_someone)
{
  const gchar *const tracks[] = { track, NULL };

  ck_assert (livekit_room_admin_subscribe (run->room, "bob", tracks, FALSE,
          NULL));
  ck_assert (livekit_room_admin_subscribe (run->room, "bob", tracks, TRUE,
          NULL));
  room_run_take (run);
  ck_assert_uint_eq (room_run_count (run, LIVEKIT_ROOM_EVENT_FORWARD_END,
          bob), 1);
  ck_assert_uint_eq (room_run_count (run, LIVEKIT_ROOM_EVENT_FORWARD, bob), 1);
}

END_TEST;

START_TEST (test_metadata_is_set_for_someone)
{
  ck_assert (livekit_room_admin_update (run->room, "ann", "meta", "Ann", NULL,
          0, NULL));
  room_run_take (run);
  g_autoptr (Livekit__SignalResponse) told = room_run_heard (run, bob,
      LIVEKIT__SIGNAL_RESPONSE__MESSAGE_UPDATE);
  ck_assert_str_eq (told->update->participants[0]->metadata, "meta");
  ck_assert_str_eq (told->update->participants[0]->name, "Ann");
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("livekitroomadmin");
  TCase *tcase = tcase_create ("livekitroomadmin");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_the_list_has_all_or_one);
  tcase_add_test (tcase, test_a_removed_one_is_told);
  tcase_add_test (tcase, test_who_and_what_is_not_there_is_not_found);
  tcase_add_test (tcase, test_the_rooms_metadata_is_told_to_all);
  tcase_add_test (tcase, test_a_mute_is_told_to_the_publisher_and_the_others);
  tcase_add_test (tcase, test_a_publisher_that_may_no_more_loses_its_tracks);
  tcase_add_test (tcase, test_a_subscriber_that_may_no_more_and_may_again);
  tcase_add_test (tcase, test_one_that_is_hidden_goes_for_the_others);
  tcase_add_test (tcase, test_subscriptions_are_changed_for_someone);
  tcase_add_test (tcase, test_metadata_is_set_for_someone);
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

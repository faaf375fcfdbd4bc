/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitroomstate.h"

#include "roomrun.h"

#include <check.h>

static RoomRun *run;

static void
setup (void)
{
  run = room_run_new ();
}

static void
teardown (void)
{
  g_clear_pointer (&run, room_run_free);
}

START_TEST (test_ids_differ)
{
  g_autofree gchar *first = livekit_room_state_make_id (run->room, "PA_");
  g_autofree gchar *second = livekit_room_state_make_id (run->room, "PA_");

  ck_assert (g_str_has_prefix (first, "PA_"));
  ck_assert_uint_eq (strlen (first), 15);
  ck_assert_str_ne (first, second);
}

END_TEST;

START_TEST (test_hidden_ones_count_too)
{
  g_autofree gchar *ann = room_run_join (run, "ann");
  g_autofree gchar *track = room_run_publish (run, ann, "c", TRUE);
  LivekitEntry *entry = room_run_entry ("spy");
  entry->token->grants.hidden = 1;
  g_autofree gchar *spy = room_run_enter (run, entry);
  Livekit__Room room;

  livekit_room_state_describe (run->room, &room);
  ck_assert_uint_eq (room.num_participants, 2);
  ck_assert_uint_eq (room.num_publishers, 1);
  ck_assert_int_eq (room.creation_time, ROOM_RUN_CLOCK);
}

END_TEST;

START_TEST (test_who_shows_the_room_is_told_of_a_change)
{
  g_autofree gchar *ann = room_run_join (run, "ann");

  ck_assert_uint_eq (room_run_count (run, LIVEKIT_ROOM_EVENT_CHANGED, ann), 1);
  room_run_forget (run);
  /* Nobody is in the room to be told. */
  g_autofree gchar *track = room_run_publish (run, ann, "c", TRUE);
  ck_assert_uint_eq (room_run_count (run, LIVEKIT_ROOM_EVENT_CHANGED, ann), 1);
  room_run_forget (run);
  livekit_room_media_gone (run->room, ann, track);
  room_run_take (run);
  ck_assert_uint_eq (room_run_count (run, LIVEKIT_ROOM_EVENT_CHANGED, ann), 1);
}

END_TEST;

START_TEST (test_tracks_and_participants_are_found_by_their_ids)
{
  g_autofree gchar *ann = room_run_join (run, "ann");
  g_autofree gchar *track = room_run_publish (run, ann, "c", TRUE);
  LivekitMember *publisher = NULL;

  ck_assert_ptr_nonnull (livekit_room_state_find_track (run->room, track,
          &publisher));
  ck_assert_str_eq (publisher->sid, ann);
  ck_assert_ptr_eq (livekit_room_state_find_identity (run->room, "ann"),
      publisher);
  ck_assert_ptr_null (livekit_room_state_find_track (run->room, "TR_x",
          &publisher));
  ck_assert_ptr_null (livekit_room_state_find (run->room, "PA_x"));
}

END_TEST;

START_TEST (test_a_refreshed_token_lives_longer_and_says_what_is_permitted)
{
  g_autofree gchar *ann = room_run_join (run, "ann");
  LivekitPermission permission = {.can_subscribe = TRUE };
  ck_assert (livekit_room_admin_permit (run->room, "ann", &permission,
          run->now, NULL));
  room_run_take (run);
  g_autoptr (Livekit__SignalResponse) sent = room_run_heard (run, ann,
      LIVEKIT__SIGNAL_RESPONSE__MESSAGE_REFRESH_TOKEN);
  g_autoptr (LivekitToken) token = livekit_token_verify (sent->refresh_token,
      ROOM_RUN_SECRET, ROOM_RUN_CLOCK, NULL);

  ck_assert_ptr_nonnull (token);
  ck_assert_str_eq (token->identity, "ann");
  ck_assert_str_eq (token->grants.room, "stage");
  ck_assert_int_eq (token->grants.room_join, 1);
  ck_assert_int_eq (token->grants.can_publish, 0);
  ck_assert_int_eq (token->expires, ROOM_RUN_CLOCK + 600);
}

END_TEST;

START_TEST (test_no_token_is_signed_with_a_key_that_was_taken_back)
{
  ck_assert (livekit_keys_load_text (run->keys, "other: x", NULL));
  g_autofree gchar *ann = room_run_join (run, "ann");

  ck_assert_uint_eq (room_run_count_heard (run, ann,
          LIVEKIT__SIGNAL_RESPONSE__MESSAGE_REFRESH_TOKEN), 0);
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("livekitroomstate");
  TCase *tcase = tcase_create ("livekitroomstate");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_ids_differ);
  tcase_add_test (tcase, test_hidden_ones_count_too);
  tcase_add_test (tcase, test_who_shows_the_room_is_told_of_a_change);
  tcase_add_test (tcase, test_tracks_and_participants_are_found_by_their_ids);
  tcase_add_test (tcase,
      test_a_refreshed_token_lives_longer_and_says_what_is_permitted);
  tcase_add_test (tcase,
      test_no_token_is_signed_with_a_key_that_was_taken_back);
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

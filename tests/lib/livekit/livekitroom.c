/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitroom.h"

#include "livekit/livekitrequest.h"
#include "livekit/livekitverify.h"
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

static void
assert_left (const gchar * sid, gint reason, gint action)
{
  g_autoptr (Livekit__SignalResponse) leave = room_run_heard (run, sid,
      LIVEKIT__SIGNAL_RESPONSE__MESSAGE_LEAVE);

  ck_assert_ptr_nonnull (leave);
  ck_assert_int_eq (leave->leave->reason, reason);
  ck_assert_int_eq (leave->leave->action, action);
  ck_assert_uint_eq (room_run_count (run, LIVEKIT_ROOM_EVENT_HANG_UP, sid), 1);
  ck_assert_int_eq (room_run_find (run, LIVEKIT_ROOM_EVENT_OVER, sid,
          1)->reason, reason);
}

START_TEST (test_a_join_is_told_who_is_there_and_tells_them)
{
  g_autofree gchar *ann = room_run_join (run, "ann");
  g_autofree gchar *track = room_run_publish (run, ann, "c", TRUE);
  g_autofree gchar *bob = room_run_join (run, "bob");
  g_autoptr (Livekit__SignalResponse) first = room_run_heard (run, ann,
      LIVEKIT__SIGNAL_RESPONSE__MESSAGE_JOIN);
  g_autoptr (Livekit__SignalResponse) second = room_run_heard (run, bob,
      LIVEKIT__SIGNAL_RESPONSE__MESSAGE_JOIN);
  g_autoptr (Livekit__SignalResponse) told = room_run_heard (run, ann,
      LIVEKIT__SIGNAL_RESPONSE__MESSAGE_UPDATE);

  ck_assert_uint_eq (first->join->n_other_participants, 0);
  ck_assert_str_eq (second->join->room->name, "stage");
  ck_assert_str_eq (second->join->participant->sid, bob);
  ck_assert_uint_eq (second->join->n_other_participants, 1);
  ck_assert_str_eq (second->join->other_participants[0]->tracks[0]->sid, track);
  ck_assert (second->join->subscriber_primary);
  ck_assert_int_eq (second->join->ping_interval, 5);
  ck_assert_int_eq (second->join->ping_timeout, 15);
  ck_assert_int_eq (second->join->server_info->protocol, 17);
  ck_assert_uint_gt (second->join->n_enabled_publish_codecs, 0);
  ck_assert_str_eq (told->update->participants[0]->identity, "bob");
}

END_TEST;

START_TEST (test_the_join_is_the_first_message_then_a_token)
{
  g_autofree gchar *ann = room_run_join (run, "ann");
  const LivekitRoomEvent *first = room_run_find (run, LIVEKIT_ROOM_EVENT_SEND,
      ann, 1);
  const LivekitRoomEvent *second = room_run_find (run,
      LIVEKIT_ROOM_EVENT_SEND, ann, 2);

  ck_assert_int_eq (((LivekitRoomEvent *) run->events->pdata[0])->type,
      LIVEKIT_ROOM_EVENT_JOINED);
  ck_assert_uint_eq (*(const guint8 *) g_bytes_get_data (first->bytes, NULL),
      1 << 3 | 2);
  ck_assert_uint_eq (*(const guint8 *) g_bytes_get_data (second->bytes, NULL),
      (16 << 3 | 2) & 0xff);
}

END_TEST;

START_TEST (test_one_that_comes_with_tracks_and_offer_is_served_at_once)
{
  Livekit__AddTrackRequest add = LIVEKIT__ADD_TRACK_REQUEST__INIT;
  Livekit__AddTrackRequest *list[] = { &add };
  Livekit__SessionDescription offer = LIVEKIT__SESSION_DESCRIPTION__INIT;
  Livekit__JoinRequest join = LIVEKIT__JOIN_REQUEST__INIT;
  add.cid = (gchar *) "c";
  add.type = LIVEKIT__TRACK_TYPE__VIDEO;
  offer.sdp = (gchar *) "v=0";
  offer.id = 1;
  join.add_track_requests = list;
  join.n_add_track_requests = 1;
  join.publisher_offer = &offer;
  LivekitEntry *entry = room_run_entry ("ann");
  entry->one_connection = TRUE;
  gsize size = livekit__join_request__get_packed_size (&join);
  g_autofree guint8 *data = g_malloc (size);
  livekit__join_request__pack (&join, data);
  entry->join = livekit__join_request__unpack (NULL, size, data);
  g_autofree gchar *ann = room_run_enter (run, entry);

  ck_assert_uint_eq (room_run_count_heard (run, ann,
          LIVEKIT__SIGNAL_RESPONSE__MESSAGE_TRACK_PUBLISHED), 1);
  ck_assert_str_eq (room_run_find (run, LIVEKIT_ROOM_EVENT_OFFER, ann,
          1)->sdp, "v=0");
}

END_TEST;

START_TEST (test_the_second_of_an_identity_throws_the_first_out)
{
  g_autofree gchar *old = room_run_join (run, "ann");
  g_autofree gchar *new = room_run_join (run, "ann");

  ck_assert_str_ne (old, new);
  assert_left (old, LIVEKIT__DISCONNECT_REASON__DUPLICATE_IDENTITY,
      LIVEKIT__LEAVE_REQUEST__ACTION__DISCONNECT);
  g_autoptr (Livekit__SignalResponse) join = room_run_heard (run, new,
      LIVEKIT__SIGNAL_RESPONSE__MESSAGE_JOIN);
  ck_assert_uint_eq (join->join->n_other_participants, 0);
}

END_TEST;

START_TEST (test_a_full_room_takes_only_who_is_in)
{
  LivekitRoomConfig config = {.max_participants = 1 };
  teardown ();
  run = room_run_new_with (&config);
  g_autofree gchar *ann = room_run_join (run, "ann");
  g_autoptr (LivekitEntry) again = room_run_entry ("ann");
  g_autoptr (LivekitEntry) other = room_run_entry ("bob");
  g_autoptr (GError) error = NULL;

  ck_assert (livekit_room_check (run->room, again, NULL));
  ck_assert (!livekit_room_check (run->room, other, &error));
  ck_assert (g_error_matches (error, LIVEKIT_REFUSAL, 500));
  g_autofree gchar *bob = room_run_enter (run, g_steal_pointer (&other));
  assert_left (bob, LIVEKIT__DISCONNECT_REASON__JOIN_FAILURE,
      LIVEKIT__LEAVE_REQUEST__ACTION__DISCONNECT);
  ck_assert_uint_eq (room_run_count (run, LIVEKIT_ROOM_EVENT_JOINED, bob), 0);
}

END_TEST;

static gchar *
come_back (const gchar * identity, const gchar * sid)
{
  LivekitEntry *entry = room_run_entry (identity);

  entry->resumes = g_strdup (sid);
  return room_run_enter (run, entry);
}

START_TEST (test_a_lost_one_goes_on_on_a_new_socket)
{
  g_autofree gchar *ann = room_run_join (run, "ann");
  g_autofree gchar *bob = room_run_join (run, "bob");
  g_autofree gchar *track = room_run_publish (run, ann, "c", TRUE);
  livekit_room_media_connected (run->room, ann);
  livekit_room_media_connected (run->room, bob);
  livekit_room_lost (run->room, ann, run->now);
  room_run_say (run, bob, livekit_request_ping (1, 1, NULL));
  room_run_pass (run, 10 * G_TIME_SPAN_SECOND);
  room_run_forget (run);

  g_autofree gchar *again = come_back ("ann", ann);
  ck_assert_str_eq (again, ann);
  ck_assert_uint_eq (room_run_count_heard (run, ann,
          LIVEKIT__SIGNAL_RESPONSE__MESSAGE_RECONNECT), 1);
  g_autoptr (Livekit__SignalResponse) others = room_run_heard (run, ann,
      LIVEKIT__SIGNAL_RESPONSE__MESSAGE_UPDATE);
  ck_assert_uint_eq (others->update->n_participants, 2);
  ck_assert_uint_eq (room_run_count (run, LIVEKIT_ROOM_EVENT_RESUMED, ann), 1);
  ck_assert_uint_eq (room_run_count (run, LIVEKIT_ROOM_EVENT_FORWARD_END,
          NULL), 0);
  /* Its time has not run out a second ago. */
  room_run_say (run, bob, livekit_request_ping (1, 1, NULL));
  room_run_pass (run, 14 * G_TIME_SPAN_SECOND);
  ck_assert_uint_eq (room_run_count (run, LIVEKIT_ROOM_EVENT_OVER, ann), 0);
}

END_TEST;

START_TEST (test_an_offer_that_was_lost_with_the_socket_is_made_again)
{
  g_autofree gchar *ann = room_run_join (run, "ann");
  livekit_room_media_connected (run->room, ann);
  ck_assert_uint_eq (livekit_room_media_offer (run->room, ann, "v=0", NULL, 0),
      1);
  livekit_room_lost (run->room, ann, run->now);
  room_run_forget (run);
  g_autofree gchar *again = come_back ("ann", ann);
  ck_assert_uint_eq (room_run_count (run, LIVEKIT_ROOM_EVENT_NEGOTIATE, ann),
      1);
}

END_TEST;

START_TEST (test_nobody_goes_on_as_another)
{
  g_autofree gchar *ann = room_run_join (run, "ann");
  g_autofree gchar *eve = come_back ("eve", ann);
  g_autofree gchar *bob = come_back ("bob", "PA_unknown");

  ck_assert_str_ne (eve, ann);
  assert_left (eve, LIVEKIT__DISCONNECT_REASON__STATE_MISMATCH,
      LIVEKIT__LEAVE_REQUEST__ACTION__RECONNECT);
  assert_left (bob, LIVEKIT__DISCONNECT_REASON__STATE_MISMATCH,
      LIVEKIT__LEAVE_REQUEST__ACTION__RECONNECT);
  ck_assert_uint_eq (room_run_count (run, LIVEKIT_ROOM_EVENT_OVER, ann), 0);
}

END_TEST;

START_TEST (test_a_socket_that_goes_before_there_is_media_ends_it)
{
  g_autofree gchar *ann = room_run_join (run, "ann");

  livekit_room_lost (run->room, ann, run->now);
  room_run_take (run);
  ck_assert_int_eq (room_run_find (run, LIVEKIT_ROOM_EVENT_OVER, ann,
          1)->reason, LIVEKIT__DISCONNECT_REASON__SIGNAL_CLOSE);
}

END_TEST;

START_TEST (test_who_does_not_come_back_is_out_after_a_while)
{
  g_autofree gchar *ann = room_run_join (run, "ann");
  livekit_room_media_connected (run->room, ann);
  livekit_room_lost (run->room, ann, run->now);
  room_run_pass (run, 19 * G_TIME_SPAN_SECOND);
  ck_assert_uint_eq (room_run_count (run, LIVEKIT_ROOM_EVENT_OVER, ann), 0);
  room_run_pass (run, 2 * G_TIME_SPAN_SECOND);
  ck_assert_uint_eq (room_run_count (run, LIVEKIT_ROOM_EVENT_OVER, ann), 1);
}

END_TEST;

START_TEST (test_a_silent_socket_is_hung_up)
{
  g_autofree gchar *ann = room_run_join (run, "ann");
  livekit_room_media_connected (run->room, ann);
  for (guint i = 0; i < 5; i++) {
    room_run_pass (run, 14 * G_TIME_SPAN_SECOND);
    room_run_say (run, ann, livekit_request_ping (1, 1, NULL));
  }
  ck_assert_uint_eq (room_run_count (run, LIVEKIT_ROOM_EVENT_HANG_UP, ann), 0);
  room_run_pass (run, 15 * G_TIME_SPAN_SECOND);
  ck_assert_uint_eq (room_run_count (run, LIVEKIT_ROOM_EVENT_HANG_UP, ann), 1);
  ck_assert_uint_eq (room_run_count (run, LIVEKIT_ROOM_EVENT_OVER, ann), 0);
}

END_TEST;

START_TEST (test_without_media_it_is_thrown_out_after_a_minute)
{
  g_autofree gchar *ann = room_run_join (run, "ann");
  for (guint i = 0; i < 5; i++) {
    room_run_pass (run, 11 * G_TIME_SPAN_SECOND);
    room_run_say (run, ann, livekit_request_ping (1, 1, NULL));
  }
  ck_assert_uint_eq (room_run_count (run, LIVEKIT_ROOM_EVENT_OVER, ann), 0);
  room_run_pass (run, 5 * G_TIME_SPAN_SECOND);
  assert_left (ann, LIVEKIT__DISCONNECT_REASON__JOIN_FAILURE,
      LIVEKIT__LEAVE_REQUEST__ACTION__DISCONNECT);
}

END_TEST;

START_TEST (test_tokens_are_refreshed)
{
  g_autofree gchar *ann = room_run_join (run, "ann");
  livekit_room_media_connected (run->room, ann);
  for (guint i = 0; i < 31; i++) {
    room_run_pass (run, 10 * G_TIME_SPAN_SECOND);
    room_run_say (run, ann, livekit_request_ping (1, 1, NULL));
  }
  ck_assert_uint_eq (room_run_count_heard (run, ann,
          LIVEKIT__SIGNAL_RESPONSE__MESSAGE_REFRESH_TOKEN), 2);
}

END_TEST;

START_TEST (test_what_is_no_message_ends_it)
{
  g_autofree gchar *ann = room_run_join (run, "ann");

  room_run_say (run, ann, g_bytes_new_static ("\377", 1));
  assert_left (ann, LIVEKIT__DISCONNECT_REASON__STATE_MISMATCH,
      LIVEKIT__LEAVE_REQUEST__ACTION__RECONNECT);
}

END_TEST;

START_TEST (test_an_empty_room_is_over_after_its_time)
{
  room_run_pass (run, 299 * G_TIME_SPAN_SECOND);
  ck_assert (!livekit_room_is_over (run->room));
  g_autofree gchar *ann = room_run_join (run, "ann");
  room_run_say (run, ann, livekit_request_leave (NULL));
  room_run_pass (run, 19 * G_TIME_SPAN_SECOND);
  ck_assert (!livekit_room_is_over (run->room));
  room_run_pass (run, 2 * G_TIME_SPAN_SECOND);
  ck_assert (livekit_room_is_over (run->room));
  const LivekitRoomEvent *last = run->events->pdata[run->events->len - 1];
  ck_assert_int_eq (last->type, LIVEKIT_ROOM_EVENT_ROOM_OVER);
  ck_assert_int_eq (livekit_room_get_deadline (run->room), G_MAXINT64);
}

END_TEST;

START_TEST (test_a_room_that_closes_tells_all_and_takes_nobody)
{
  g_autofree gchar *ann = room_run_join (run, "ann");
  g_autofree gchar *bob = room_run_join (run, "bob");
  livekit_room_close (run->room, LIVEKIT__DISCONNECT_REASON__SERVER_SHUTDOWN,
      run->now);
  livekit_room_close (run->room, LIVEKIT__DISCONNECT_REASON__ROOM_DELETED,
      run->now);
  room_run_take (run);

  assert_left (ann, LIVEKIT__DISCONNECT_REASON__SERVER_SHUTDOWN,
      LIVEKIT__LEAVE_REQUEST__ACTION__DISCONNECT);
  assert_left (bob, LIVEKIT__DISCONNECT_REASON__SERVER_SHUTDOWN,
      LIVEKIT__LEAVE_REQUEST__ACTION__DISCONNECT);
  ck_assert_uint_eq (room_run_count (run, LIVEKIT_ROOM_EVENT_ROOM_OVER, NULL),
      1);
  g_autoptr (LivekitEntry) late = room_run_entry ("eve");
  g_autoptr (GError) error = NULL;
  ck_assert (!livekit_room_check (run->room, late, &error));
  ck_assert (g_error_matches (error, LIVEKIT_REFUSAL, 503));
  g_autofree gchar *eve = room_run_enter (run, g_steal_pointer (&late));
  assert_left (eve, LIVEKIT__DISCONNECT_REASON__SERVER_SHUTDOWN,
      LIVEKIT__LEAVE_REQUEST__ACTION__DISCONNECT);
}

END_TEST;

START_TEST (test_old_clients_have_their_own_connection_first)
{
  LivekitEntry *entry = room_run_entry ("ann");
  entry->protocol = 1;
  g_autofree gchar *ann = room_run_enter (run, entry);
  g_autoptr (Livekit__SignalResponse) join = room_run_heard (run, ann,
      LIVEKIT__SIGNAL_RESPONSE__MESSAGE_JOIN);

  ck_assert (!join->join->subscriber_primary);
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("livekitroom");
  TCase *tcase = tcase_create ("livekitroom");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_a_join_is_told_who_is_there_and_tells_them);
  tcase_add_test (tcase, test_the_join_is_the_first_message_then_a_token);
  tcase_add_test (tcase,
      test_one_that_comes_with_tracks_and_offer_is_served_at_once);
  tcase_add_test (tcase, test_the_second_of_an_identity_throws_the_first_out);
  tcase_add_test (tcase, test_a_full_room_takes_only_who_is_in);
  tcase_add_test (tcase, test_a_lost_one_goes_on_on_a_new_socket);
  tcase_add_test (tcase,
      test_an_offer_that_was_lost_with_the_socket_is_made_again);
  tcase_add_test (tcase, test_nobody_goes_on_as_another);
  tcase_add_test (tcase, test_a_socket_that_goes_before_there_is_media_ends_it);
  tcase_add_test (tcase, test_who_does_not_come_back_is_out_after_a_while);
  tcase_add_test (tcase, test_a_silent_socket_is_hung_up);
  tcase_add_test (tcase, test_without_media_it_is_thrown_out_after_a_minute);
  tcase_add_test (tcase, test_tokens_are_refreshed);
  tcase_add_test (tcase, test_what_is_no_message_ends_it);
  tcase_add_test (tcase, test_an_empty_room_is_over_after_its_time);
  tcase_add_test (tcase, test_a_room_that_closes_tells_all_and_takes_nobody);
  tcase_add_test (tcase, test_old_clients_have_their_own_connection_first);
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

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitroomleave.h"

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
}

static void
teardown (void)
{
  g_clear_pointer (&run, room_run_free);
  g_clear_pointer (&ann, g_free);
  g_clear_pointer (&bob, g_free);
}

START_TEST (test_who_leaves_is_answered_hung_up_and_over)
{
  g_autofree gchar *track = room_run_publish (run, ann, "c", TRUE);
  room_run_forget (run);
  room_run_say (run, ann, livekit_request_leave (NULL));
  g_autoptr (Livekit__SignalResponse) leave = room_run_heard (run, ann,
      LIVEKIT__SIGNAL_RESPONSE__MESSAGE_LEAVE);

  ck_assert_int_eq (leave->leave->reason,
      LIVEKIT__DISCONNECT_REASON__CLIENT_INITIATED);
  ck_assert_uint_eq (room_run_count (run, LIVEKIT_ROOM_EVENT_HANG_UP, ann), 1);
  ck_assert_uint_eq (room_run_count (run, LIVEKIT_ROOM_EVENT_TRACK_REMOVED,
          ann), 1);
  ck_assert_uint_eq (room_run_count (run, LIVEKIT_ROOM_EVENT_OVER, ann), 1);
}

END_TEST;

START_TEST (test_nothing_of_it_comes_after_over)
{
  g_autofree gchar *track = room_run_publish (run, ann, "c", TRUE);
  room_run_say (run, ann, livekit_request_leave (NULL));
  room_run_say (run, ann, livekit_request_leave (NULL));
  livekit_room_media_connected (run->room, ann);
  livekit_room_media_gone (run->room, ann, track);
  livekit_room_lost (run->room, ann, run->now);
  room_run_pass (run, 30 * G_TIME_SPAN_SECOND);

  gboolean over = FALSE;
  for (guint i = 0; i < run->events->len; i++) {
    const LivekitRoomEvent *event = run->events->pdata[i];
    if (g_strcmp0 (event->participant, ann) != 0)
      continue;
    ck_assert (!over);
    over = event->type == LIVEKIT_ROOM_EVENT_OVER;
  }
  ck_assert (over);
}

END_TEST;

START_TEST (test_the_others_see_it_go)
{
  room_run_say (run, ann, livekit_request_leave (NULL));
  g_autoptr (Livekit__SignalResponse) told = room_run_heard (run, bob,
      LIVEKIT__SIGNAL_RESPONSE__MESSAGE_UPDATE);

  ck_assert_uint_eq (told->update->n_participants, 1);
  ck_assert_str_eq (told->update->participants[0]->sid, ann);
  ck_assert_int_eq (told->update->participants[0]->state,
      LIVEKIT__PARTICIPANT_INFO__STATE__DISCONNECTED);
  ck_assert_int_eq (told->update->participants[0]->disconnect_reason,
      LIVEKIT__DISCONNECT_REASON__CLIENT_INITIATED);
}

END_TEST;

START_TEST (test_one_without_a_socket_is_told_nothing)
{
  livekit_room_media_connected (run->room, ann);
  livekit_room_lost (run->room, ann, run->now);
  room_run_forget (run);
  ck_assert (livekit_room_admin_remove (run->room, "ann", run->now, NULL));
  room_run_take (run);

  ck_assert_uint_eq (room_run_count (run, LIVEKIT_ROOM_EVENT_SEND, ann), 0);
  ck_assert_uint_eq (room_run_count (run, LIVEKIT_ROOM_EVENT_HANG_UP, ann), 0);
  ck_assert_uint_eq (room_run_count (run, LIVEKIT_ROOM_EVENT_OVER, ann), 1);
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("livekitroomleave");
  TCase *tcase = tcase_create ("livekitroomleave");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_who_leaves_is_answered_hung_up_and_over);
  tcase_add_test (tcase, test_nothing_of_it_comes_after_over);
  tcase_add_test (tcase, test_the_others_see_it_go);
  tcase_add_test (tcase, test_one_without_a_socket_is_told_nothing);
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

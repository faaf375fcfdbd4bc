/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverreport.h"

#include "livekit/livekitroommedia.h"

#include <check.h>

static LivekitRooms *rooms;
static gchar *ann, *bob, *track;

static gchar *
join (const gchar * identity, gboolean hidden)
{
  LivekitToken *token = livekit_token_new ();
  token->identity = g_strdup (identity);
  token->name = g_strdup ("a name");
  token->grants.room_join = 1;
  token->grants.hidden = hidden;
  token->grants.room = g_strdup ("stage");
  return livekit_rooms_join (rooms, livekit_entry_new_quiet (token), 0, NULL);
}

static void
setup (void)
{
  LivekitRoomConfig config = {.clock = 1800000000 * G_TIME_SPAN_SECOND };
  LivekitTrackRequest request = {.cid = "c",.name = "screen",.video = TRUE,
    .source = LIVEKIT_SOURCE_SCREEN_SHARE,.width = 1280,.height = 720
  };

  rooms = livekit_rooms_new (&config);
  ann = join ("ann", FALSE);
  bob = join ("bob", TRUE);
  LivekitRoom *room = livekit_rooms_find (rooms, "stage");
  track = g_strdup (livekit_room_media_publish (room, ann, &request));
  livekit_room_media_live (room, ann, track, "video/VP8", "0");
}

static void
teardown (void)
{
  g_clear_pointer (&rooms, livekit_rooms_free);
  g_clear_pointer (&ann, g_free);
  g_clear_pointer (&bob, g_free);
  g_clear_pointer (&track, g_free);
}

START_TEST (test_rooms_participants_and_tracks_are_told)
{
  g_autoptr (ServerReport) report = server_report_new ();
  server_report_add_rooms (report, rooms);
  ServerReportRoom *room = server_report_find_room (report, "stage");
  ServerReportParticipant *publisher =
      server_report_find_participant (room, ann);
  ServerReportTrack *told = server_report_find_track (room, track);

  ck_assert_uint_eq (report->rooms->len, 1);
  ck_assert_int_eq (room->created_at, 1800000000000);
  ck_assert_uint_eq (room->participants->len, 2);
  ck_assert_str_eq (publisher->identity, "ann");
  ck_assert_str_eq (publisher->name, "a name");
  ck_assert_str_eq (publisher->state, "JOINED");
  ck_assert_int_eq (publisher->joined_at, 1800000000000);
  ck_assert (!publisher->hidden);
  ck_assert (server_report_find_participant (room, bob)->hidden);
  ck_assert_ptr_eq (publisher->tracks->pdata[0], told);
  ck_assert_str_eq (told->name, "screen");
  ck_assert_str_eq (told->mime, "video/VP8");
  ck_assert_str_eq (told->source, "SCREEN_SHARE");
  ck_assert (told->video && !told->muted);
  ck_assert_uint_eq (told->width, 1280);
  ck_assert_uint_eq (told->height, 720);
}

END_TEST;

START_TEST (test_it_stays_when_what_it_tells_of_goes)
{
  g_autoptr (ServerReport) report = server_report_new ();
  server_report_add_rooms (report, rooms);
  g_clear_pointer (&rooms, livekit_rooms_free);
  ServerReportRoom *room = server_report_find_room (report, "stage");
  ServerReportTrack *told = server_report_find_track (room, track);
  ServerReportConsumer *consumer = server_report_add_consumer (told,
      server_report_find_participant (room, bob));

  ck_assert_str_eq (consumer->identity, "bob");
  ck_assert_str_eq (consumer->sid, bob);
  ck_assert_ptr_eq (told->consumers->pdata[0], consumer);
}

END_TEST;

START_TEST (test_what_is_not_in_it_is_not_found)
{
  g_autoptr (ServerReport) report = server_report_new ();
  ck_assert_ptr_null (server_report_find_room (report, "stage"));
  server_report_add_rooms (report, rooms);
  ServerReportRoom *room = server_report_find_room (report, "stage");

  ck_assert_ptr_null (server_report_find_room (report, "attic"));
  ck_assert_ptr_null (server_report_find_participant (room, "PA_x"));
  ck_assert_ptr_null (server_report_find_track (room, "TR_x"));
}

END_TEST;

START_TEST (test_totals_add_up)
{
  ServerReportTotals totals = { 0, };
  ServerFanCounts in = { 1, 2, 3, 4, 5, 6 };
  ServerConsumerCounts out = { 1, 2, 3, 4, {5, 6, 7, 8} };

  for (guint i = 0; i < 2; i++) {
    server_report_count_received (&totals, &in);
    server_report_count_sent (&totals, &out);
  }
  ck_assert_uint_eq (totals.received.consumers, 2);
  ck_assert_uint_eq (totals.received.packets, 4);
  ck_assert_uint_eq (totals.received.bytes, 6);
  ck_assert_uint_eq (totals.received.key_frames, 8);
  ck_assert_uint_eq (totals.received.requests, 10);
  ck_assert_uint_eq (totals.received.asked, 12);
  ck_assert_uint_eq (totals.sent.packets, 2);
  ck_assert_uint_eq (totals.sent.bytes, 4);
  ck_assert_uint_eq (totals.sent.late, 6);
  ck_assert_int_eq (totals.sent.longest_gap_us, 4);
  ck_assert_uint_eq (totals.sent.queue.packets, 10);
  ck_assert_uint_eq (totals.sent.queue.bytes, 12);
  ck_assert_uint_eq (totals.sent.queue.dropped, 14);
  ck_assert_uint_eq (totals.sent.queue.cuts, 16);
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("serverreport");
  TCase *tcase = tcase_create ("serverreport");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_rooms_participants_and_tracks_are_told);
  tcase_add_test (tcase, test_it_stays_when_what_it_tells_of_goes);
  tcase_add_test (tcase, test_what_is_not_in_it_is_not_found);
  tcase_add_test (tcase, test_totals_add_up);
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

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "servermetrics.h"

#include "livekit/livekitroommedia.h"

#include <check.h>
#include <string.h>

static LivekitRooms *rooms;
static ServerReport *report;

static gchar *
join (const gchar * room, const gchar * identity)
{
  LivekitToken *token = livekit_token_new ();

  token->identity = g_strdup (identity);
  token->grants.room_join = 1;
  token->grants.room = g_strdup (room);
  return livekit_rooms_join (rooms, livekit_entry_new_quiet (token), 0, NULL);
}

static void
setup (void)
{
  LivekitRoomConfig config = { 0 };

  rooms = livekit_rooms_new (&config);
  report = server_report_new ();
  report->version = "1.2";
}

static void
teardown (void)
{
  g_clear_pointer (&report, server_report_free);
  g_clear_pointer (&rooms, livekit_rooms_free);
}

static void
assert_lines (const gchar * text, const gchar * lines)
{
  g_autofree gchar *part = g_strconcat ("\n", lines, "\n", NULL);

  ck_assert_msg (strstr (text, part) != NULL, "%s", text);
}

/* "Basic info": each group has its help and its type before the first value,
 * and the whole ends with a line feed. */
START_TEST (test_each_group_has_help_and_type_once)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  server_report_add_rooms (report, rooms);
  g_autofree gchar *text = server_metrics_write (report);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  const gchar *group = "";
  guint count = g_strv_length (lines);

  ck_assert_str_eq (lines[count - 1], "");
  for (guint i = 0; i < count - 1; i++) {
    if (!g_str_has_prefix (lines[i], "# HELP ")) {
      ck_assert_msg (g_str_has_prefix (lines[i], group), "%s", lines[i]);
      continue;
    }
    gchar *name = lines[i] + strlen ("# HELP ");
    ck_assert_ptr_nonnull (strchr (name, ' '));
    *strchr (name, ' ') = '\0';
    ck_assert (g_hash_table_add (seen, name));
    g_autofree gchar *type = g_strdup_printf ("# TYPE %s %s", name,
        g_str_has_suffix (name, "_total") ? "counter" : "gauge");
    ck_assert_str_eq (lines[i + 1], type);
    group = name;
    i++;
  }
}

END_TEST;

START_TEST (test_totals_are_told)
{
  report->started_at = 1800000000250;
  report->sockets = 1;
  report->clients = 2;
  report->joined = 3;
  report->totals.connections = 4;
  report->totals.connected = 5;
  report->totals.received = (ServerFanCounts) {
  .packets = 6,.bytes = G_MAXUINT64,.key_frames = 8,.requests = 9,.asked = 10};
  report->totals.sent = (ServerConsumerCounts) {
    .packets = 11,.bytes = 12,.late = 13,.queue = { 14, 15, 16, 17 }
  };
  report->totals.lost = 18;
  g_autofree gchar *text = server_metrics_write (report);

  assert_lines (text, "room_server_lost_packets_total 18");
  assert_lines (text, "room_server_info{version=\"1.2\"} 1");
  assert_lines (text, "room_server_start_time_seconds 1800000000.250");
  assert_lines (text, "room_server_sockets 1");
  assert_lines (text, "room_server_clients 2");
  assert_lines (text, "room_server_participants_joined_total 3");
  assert_lines (text, "room_server_media_connections 4");
  assert_lines (text, "room_server_media_connected_total 5");
  assert_lines (text, "room_server_received_packets_total 6");
  assert_lines (text, "room_server_received_bytes_total 18446744073709551615");
  assert_lines (text, "room_server_received_key_frames_total 8");
  assert_lines (text, "room_server_key_frame_requests_total 9");
  assert_lines (text, "room_server_key_frame_requests_sent_total 10");
  assert_lines (text, "room_server_sent_packets_total 11");
  assert_lines (text, "room_server_sent_bytes_total 12");
  assert_lines (text, "room_server_late_packets_total 13");
  assert_lines (text, "room_server_queued_packets 14");
  assert_lines (text, "room_server_queued_bytes 15");
  assert_lines (text, "room_server_dropped_packets_total 16");
  assert_lines (text, "room_server_cuts_total 17");
}

END_TEST;

START_TEST (test_rooms_have_their_sums)
{
  LivekitTrackRequest request = {.cid = "c",.name = "video",.video = TRUE };
  g_autofree gchar *ann = join ("stage", "ann");
  g_autofree gchar *bob = join ("stage", "bob");
  g_autofree gchar *eve = join ("other", "eve");
  LivekitRoom *stage = livekit_rooms_find (rooms, "stage");
  g_autofree gchar *sid = g_strdup (livekit_room_media_publish (stage, ann,
          &request));
  livekit_room_media_live (stage, ann, sid, "video/VP8", "0");
  server_report_add_rooms (report, rooms);
  ServerReportRoom *room = server_report_find_room (report, "stage");
  ServerReportTrack *track = server_report_find_track (room, sid);
  ServerReportParticipant *watcher = server_report_find_participant (room, bob);
  room->waiting = 3;
  track->bitrate = 2000;
  server_report_add_consumer (track, watcher)->bitrate = 1000;
  server_report_add_consumer (track, watcher)->bitrate = 500;
  g_autofree gchar *text = server_metrics_write (report);

  assert_lines (text, "room_server_rooms 2");
  assert_lines (text, "room_server_rooms_unlisted 0");
  assert_lines (text, "room_server_room_participants{room=\"stage\"} 2\n"
      "room_server_room_participants{room=\"other\"} 1");
  assert_lines (text, "room_server_room_tracks{room=\"stage\"} 1");
  assert_lines (text, "room_server_room_consumers{room=\"stage\"} 2");
  assert_lines (text, "room_server_room_waiting_consumers{room=\"stage\"} 3");
  assert_lines (text,
      "room_server_room_received_bits_per_second{room=\"stage\"} 2000");
  assert_lines (text,
      "room_server_room_sent_bits_per_second{room=\"stage\"} 1500");
}

END_TEST;

/* In seconds and shares, as Prometheus has them. */
START_TEST (test_the_worst_reception_of_a_room_is_told)
{
  LivekitTrackRequest request = {.cid = "c",.name = "video",.video = TRUE };
  g_autofree gchar *ann = join ("stage", "ann");
  g_autofree gchar *eve = join ("other", "eve");
  LivekitRoom *stage = livekit_rooms_find (rooms, "stage");
  g_autofree gchar *sid = g_strdup (livekit_room_media_publish (stage, ann,
          &request));
  livekit_room_media_live (stage, ann, sid, "video/VP8", "0");
  server_report_add_rooms (report, rooms);
  ServerReportRoom *room = server_report_find_room (report, "stage");
  ServerReportTrack *track = server_report_find_track (room, sid);
  ServerReportParticipant *watcher = server_report_find_participant (room, ann);
  ServerReportConsumer *first = server_report_add_consumer (track, watcher);
  ServerReportConsumer *second = server_report_add_consumer (track, watcher);
  first->loss = 0.25;
  first->jitter_us = 1500;
  second->loss = 0.125;
  second->jitter_us = 500;
  second->round_trip_us = 41000;
  g_autofree gchar *text = server_metrics_write (report);

  assert_lines (text, "room_server_room_loss_ratio{room=\"stage\"} 0.250000\n"
      "room_server_room_loss_ratio{room=\"other\"} 0.000000");
  assert_lines (text,
      "room_server_room_jitter_seconds{room=\"stage\"} 0.001500");
  assert_lines (text,
      "room_server_room_round_trip_seconds{room=\"stage\"} 0.041000");
}

END_TEST;

START_TEST (test_names_cannot_leave_their_quotes)
{
  g_autofree gchar *ann = join ("a\"b\\c\nd{} \xc3\xb6", "ann");
  server_report_add_rooms (report, rooms);
  g_autofree gchar *text = server_metrics_write (report);

  assert_lines (text, "room_server_room_tracks"
      "{room=\"a\\\"b\\\\c\\nd{} \xc3\xb6\"} 0");
}

END_TEST;

START_TEST (test_rooms_with_values_have_a_limit)
{
  for (guint i = 0; i < SERVER_METRICS_MAX_ROOMS + 2; i++) {
    g_autofree gchar *name = g_strdup_printf ("room%u", i);
    g_autofree gchar *sid = join (name, "ann");
    ck_assert_ptr_nonnull (sid);
  }
  server_report_add_rooms (report, rooms);
  g_autofree gchar *text = server_metrics_write (report);

  assert_lines (text, "room_server_rooms 66");
  assert_lines (text, "room_server_rooms_unlisted 2");
  assert_lines (text, "room_server_room_tracks{room=\"room63\"} 0");
  ck_assert_ptr_null (strstr (text, "room64"));
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("servermetrics");
  TCase *tcase = tcase_create ("all");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_each_group_has_help_and_type_once);
  tcase_add_test (tcase, test_totals_are_told);
  tcase_add_test (tcase, test_rooms_have_their_sums);
  tcase_add_test (tcase, test_the_worst_reception_of_a_room_is_told);
  tcase_add_test (tcase, test_names_cannot_leave_their_quotes);
  tcase_add_test (tcase, test_rooms_with_values_have_a_limit);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  gint failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serversync.h"

#include <check.h>
#include <gst/rtp/gstrtcpbuffer.h>

#define AUDIO 0x11111111
#define VIDEO 0x22222222

#define S G_TIME_SPAN_SECOND
#define MS G_TIME_SPAN_MILLISECOND

static void
report (ServerSync * sync, guint32 ssrc, guint64 seconds, guint32 timestamp)
{
  GstBuffer *buffer = gst_rtcp_buffer_new (1400);
  GstRTCPBuffer rtcp = GST_RTCP_BUFFER_INIT;
  GstRTCPPacket packet;

  ck_assert (gst_rtcp_buffer_map (buffer, GST_MAP_READWRITE, &rtcp));
  ck_assert (gst_rtcp_buffer_add_packet (&rtcp, GST_RTCP_TYPE_SR, &packet));
  gst_rtcp_packet_sr_set_sender_info (&packet, ssrc, seconds << 32, timestamp,
      1, 1);
  gst_rtcp_buffer_unmap (&rtcp);
  server_sync_note_report (sync, buffer);
  gst_buffer_unref (buffer);
}

static gint64
audio (ServerSync * sync, guint32 timestamp, gint64 arrival)
{
  return server_sync_get_time (sync, AUDIO, timestamp, 48000, arrival);
}

static gint64
video (ServerSync * sync, guint32 timestamp, gint64 arrival)
{
  return server_sync_get_time (sync, VIDEO, timestamp, 90000, arrival);
}

START_TEST (test_without_a_report_it_is_the_arrival)
{
  g_autoptr (ServerSync) sync = server_sync_new ();

  ck_assert_int_eq (audio (sync, 5, 7 * S), 7 * S);
  report (sync, VIDEO, 1000, 0);
  ck_assert_int_eq (audio (sync, 5, 8 * S), 8 * S);
}

END_TEST;

START_TEST (test_what_is_of_one_moment_stays_so)
{
  g_autoptr (ServerSync) sync = server_sync_new ();

  /* Timestamps may go over the end of their range. */
  report (sync, AUDIO, 1000, G_MAXUINT32 - 10);
  report (sync, VIDEO, 1001, 90000);
  ck_assert_int_eq (audio (sync, 48000 - 11, 7 * S), 7 * S);
  ck_assert_int_eq (video (sync, 90000, 7 * S + 120 * MS), 7 * S + 60);
  ck_assert_int_eq (video (sync, 90000 - 9000, 7 * S), 7 * S - 100 * MS);
}

END_TEST;

START_TEST (test_the_shortest_way_counts_and_is_slowly_forgotten)
{
  g_autoptr (ServerSync) sync = server_sync_new ();

  report (sync, VIDEO, 1000, 0);
  ck_assert_int_eq (video (sync, 0, 7 * S), 7 * S);
  ck_assert_int_eq (video (sync, 90000, 7 * S + 980 * MS), 7 * S + 980 * MS);
  ck_assert_int_eq (video (sync, 180000, 9 * S), 8 * S + 980 * MS + 510);
  /* His clock is slow, by 200 parts in a million. */
  gint64 late = 0;
  for (guint i = 3; i < 1000; i++) {
    gint64 arrival = 7 * S + i * (S + 200);
    late = arrival - video (sync, i * 90000, arrival);
  }
  ck_assert_int_eq (late, 0);
}

END_TEST;

START_TEST (test_a_clock_that_was_set_is_followed)
{
  g_autoptr (ServerSync) sync = server_sync_new ();

  report (sync, VIDEO, 1000, 0);
  ck_assert_int_eq (video (sync, 0, 7 * S), 7 * S);
  report (sync, VIDEO, 500, 90000);
  ck_assert_int_eq (video (sync, 90000, 8 * S), 8 * S);
  report (sync, VIDEO, 2000, 180000);
  ck_assert_int_eq (video (sync, 180000, 9 * S), 9 * S);
}

END_TEST;

START_TEST (test_who_has_no_clock_says_nothing)
{
  g_autoptr (ServerSync) sync = server_sync_new ();

  report (sync, AUDIO, 0, 0);
  report (sync, VIDEO, 1000, 0);
  ck_assert_int_eq (video (sync, 0, 7 * S), 7 * S);
  ck_assert_int_eq (audio (sync, 0, 8 * S), 8 * S);
}

END_TEST;

START_TEST (test_no_more_are_kept_than_there_is_room_for)
{
  g_autoptr (ServerSync) sync = server_sync_new ();

  for (guint i = 0; i < SERVER_SYNC_MAX_STREAMS; i++)
    report (sync, i, 1000, 0);
  report (sync, VIDEO, 900, 0);
  ck_assert_int_eq (server_sync_get_time (sync, 0, 0, 90000, 7 * S), 7 * S);
  ck_assert_int_eq (server_sync_get_time (sync, 1, 0, 90000, 8 * S),
      7 * S + 500);
  ck_assert_int_eq (video (sync, 0, 9 * S), 9 * S);
}

END_TEST;

START_TEST (test_what_is_no_report_changes_nothing)
{
  g_autoptr (ServerSync) sync = server_sync_new ();
  static const guint8 bytes[] = { 0x80, 200, 0, 1, 1, 2, 3, 4, 5, 6 };

  for (guint i = 0; i <= sizeof bytes; i++) {
    GstBuffer *buffer = gst_buffer_new_memdup (bytes, sizeof bytes);
    gst_buffer_set_size (buffer, i);
    server_sync_note_report (sync, buffer);
    gst_buffer_unref (buffer);
  }
  ck_assert_int_eq (server_sync_get_time (sync, 0x01020304, 0, 90000, S), S);
}

END_TEST;

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  Suite *suite = suite_create ("serversync");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_without_a_report_it_is_the_arrival);
  tcase_add_test (tcase, test_what_is_of_one_moment_stays_so);
  tcase_add_test (tcase, test_the_shortest_way_counts_and_is_slowly_forgotten);
  tcase_add_test (tcase, test_a_clock_that_was_set_is_followed);
  tcase_add_test (tcase, test_who_has_no_clock_says_nothing);
  tcase_add_test (tcase, test_no_more_are_kept_than_there_is_room_for);
  tcase_add_test (tcase, test_what_is_no_report_changes_nothing);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

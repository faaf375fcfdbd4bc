/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "publisherstatus.h"

#include <check.h>
#include <string.h>

static PublisherStatus *status;

static void
setup (void)
{
  status = publisher_status_new ();
  publisher_status_set_phase (status, PUBLISHER_STATUS_STARTING);
}

static void
teardown (void)
{
  publisher_status_free (status);
}

/* Takes the message @text at 1 us and compares what is said about it. */
static void
take (const gchar * text, const gchar * expected)
{
  g_autoptr (GstStructure) message = gst_structure_from_string (text, NULL);
  ck_assert_ptr_nonnull (message);
  g_autofree gchar *said = publisher_status_take_message (status, message, 1);
  ck_assert_pstr_eq (said, expected);
}

static void
join (guint others)
{
  take ("room-joined, room=stage, identity=cam, participants=(uint)0",
      "joined room stage as cam");
}

static void
publish (const gchar * pad, const gchar * name, const gchar * codec,
    guint width, guint height)
{
  g_autoptr (GstStructure) message =
      gst_structure_new ("room-track-published", "pad", G_TYPE_STRING, pad,
      "track-name", G_TYPE_STRING, name, "codec", G_TYPE_STRING, codec,
      "width", G_TYPE_UINT, width, "height", G_TYPE_UINT, height, NULL);
  g_free (publisher_status_take_message (status, message, 1));
}

static void
take_stats (const gchar * pad, guint bitrate, gboolean subscribed,
    gboolean muted)
{
  g_autofree gchar *text = g_strdup_printf ("room-stats, tracks=(structure)< "
      "[room-track, pad=%s, bitrate=(uint)%u, subscribed=(boolean)%d, "
      "muted=(boolean)%d, packets=(guint64)10, dropped=(guint64)0, "
      "key-frame-requests=(guint64)4, lost=(int)3, "
      "round-trip=(guint64)5000000] >", pad, bitrate, subscribed, muted);
  g_autoptr (GstStructure) stats = gst_structure_from_string (text, NULL);
  ck_assert_ptr_nonnull (stats);
  publisher_status_take_stats (status, stats);
}

static void
assert_line (gint64 seconds, guint width, const gchar * expected)
{
  g_autofree gchar *line = publisher_status_dup_line (status,
      seconds * G_USEC_PER_SEC + 1, width);
  ck_assert_str_eq (line, expected);
}

START_TEST (test_a_line_grows_with_what_is_known)
{
  assert_line (0, 80, "starting");
  join (0);
  assert_line (65, 80, "joined 00:01:05 | stage as cam");
  publish ("video_0", "pic", "H264", 1280, 720);
  assert_line (65, 80, "live 00:01:05 | stage as cam | pic H264 1280x720 | "
      "no subscriber");
}

END_TEST;

START_TEST (test_hours_are_counted)
{
  join (0);
  assert_line (7 * 3600 + 62, 80, "joined 07:01:02 | stage as cam");
}

END_TEST;

START_TEST (test_statistics_reach_the_line)
{
  join (0);
  publish ("video_0", "pic", "H264", 1280, 720);
  publish ("audio_0", "tone", "opus", 0, 0);
  take_stats ("video_0", 2140000, TRUE, FALSE);
  take_stats ("audio_0", 64499, FALSE, FALSE);
  assert_line (1, 200, "live 00:00:01 | stage as cam | "
      "pic H264 1280x720 2.1 Mbit/s, tone opus 64 kbit/s | 1 of 2 subscribed");
}

END_TEST;

START_TEST (test_a_muted_track_has_no_bit_rate)
{
  join (0);
  publish ("audio_0", "tone", "opus", 0, 0);
  take_stats ("audio_0", 64000, TRUE, TRUE);
  assert_line (1, 200, "live 00:00:01 | stage as cam | tone opus muted | "
      "subscribed");
}

END_TEST;

START_TEST (test_an_ended_track_leaves_the_line)
{
  join (0);
  publish ("video_0", "pic", "H264", 0, 0);
  take ("room-track-unpublished, pad=video_0, track-name=pic, reason=eos",
      "no longer publishing pic: its stream has ended");
  assert_line (1, 80, "live 00:00:01 | stage as cam");
}

END_TEST;

START_TEST (test_a_track_that_comes_again_is_there_once)
{
  join (0);
  publish ("video_0", "pic", "H264", 640, 360);
  publish ("video_0", "pic", "H264", 1280, 720);
  assert_line (1, 80, "live 00:00:01 | stage as cam | pic H264 1280x720 | "
      "no subscriber");
}

END_TEST;

START_TEST (test_a_subscription_is_told_and_shown)
{
  join (0);
  publish ("video_0", "pic", "VP8", 0, 0);
  take ("room-track-subscribed, pad=video_0, track-name=pic",
      "pic has a subscriber");
  assert_line (1, 80, "live 00:00:01 | stage as cam | pic VP8 | subscribed");
}

END_TEST;

START_TEST (test_the_end_of_the_room_is_told)
{
  join (0);
  take ("room-disconnected, reason=left", "left the room");
  take ("room-disconnected, reason=removed, text=(string)\"a moderator\"", "");
  assert_line (1, 80, "joined");
}

END_TEST;

START_TEST (test_others_in_the_room_are_counted)
{
  take ("room-joined, room=stage, identity=cam, participants=(uint)1",
      "joined room stage as cam, 1 other there");
  take ("room-joined, room=stage, identity=cam, participants=(uint)2",
      "joined room stage as cam, 2 others there");
}

END_TEST;

START_TEST (test_a_message_of_something_else_is_none)
{
  take ("level, rms=1.0", NULL);
}

END_TEST;

START_TEST (test_statistics_are_told_per_track)
{
  join (0);
  publish ("video_0", "pic", "H264", 0, 0);
  publish ("audio_0", "tone", "opus", 0, 0);
  take_stats ("video_0", 2000000, TRUE, FALSE);
  g_autofree gchar *text = publisher_status_dup_stats (status);
  ck_assert_str_eq (text, "stats: pic 2.0 Mbit/s, 10 packets, 3 lost, "
      "4 key frame requests, round trip 5.0 ms\n"
      "stats: tone 0 kbit/s, 0 packets, 0 lost, 0 key frame requests, "
      "no subscriber");
}

END_TEST;

START_TEST (test_statistics_of_nothing_say_so)
{
  g_autofree gchar *text = publisher_status_dup_stats (status);
  ck_assert_str_eq (text, "stats: nothing is published");
}

END_TEST;

START_TEST (test_a_line_is_cut_at_the_width)
{
  join (0);
  assert_line (0, 10, "joined 00:");
  assert_line (0, 0, "");
}

END_TEST;

START_TEST (test_a_wide_character_is_not_halved)
{
  take ("room-joined, room=(string)\"\344\274\232\350\255\260\", identity=cam, "
      "participants=(uint)0", "joined room \344\274\232\350\255\260 as cam");
  assert_line (0, 20, "joined 00:00:00 | \344\274\232");
  assert_line (0, 21, "joined 00:00:00 | \344\274\232");
}

END_TEST;

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  Suite *suite = suite_create ("publisherstatus");
  TCase *tcase = tcase_create ("all");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_a_line_grows_with_what_is_known);
  tcase_add_test (tcase, test_hours_are_counted);
  tcase_add_test (tcase, test_statistics_reach_the_line);
  tcase_add_test (tcase, test_a_muted_track_has_no_bit_rate);
  tcase_add_test (tcase, test_an_ended_track_leaves_the_line);
  tcase_add_test (tcase, test_a_track_that_comes_again_is_there_once);
  tcase_add_test (tcase, test_a_subscription_is_told_and_shown);
  tcase_add_test (tcase, test_the_end_of_the_room_is_told);
  tcase_add_test (tcase, test_others_in_the_room_are_counted);
  tcase_add_test (tcase, test_a_message_of_something_else_is_none);
  tcase_add_test (tcase, test_statistics_are_told_per_track);
  tcase_add_test (tcase, test_statistics_of_nothing_say_so);
  tcase_add_test (tcase, test_a_line_is_cut_at_the_width);
  tcase_add_test (tcase, test_a_wide_character_is_not_halved);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Each kind of publisher to each kind of watcher, and what becomes of them. */
#include "stagetraffic.h"

#include "livekit/livekitrequest.h"
#include "stopcensus.h"

#include <gst/check/gstcheck.h>

#define RED 0xff0000
#define GREEN 0x00ff00

#define PICTURE(colour) "videotestsrc is-live=true pattern=" colour \
    " ! video/x-raw, width=320, height=240, framerate=15/1 " \
    "! vp8enc deadline=1 cpu-used=8 keyframe-max-dist=10000"
#define TONE(hz) "audiotestsrc is-live=true freq=" hz " samplesperbuffer=960 " \
    "! audio/x-raw, rate=48000, channels=2 ! opusenc"

#define KEEP_MS 60000

static StageMember *
publish (MediaStage * stage, StageKind kind)
{
  StageMember *member = media_stage_join (stage, kind, "cam");

  stage_member_publish (member, "VP8", PICTURE ("red"), TONE ("440"));
  return member;
}

static StageMember *
watch (MediaStage * stage, StageKind kind, const gchar * identity)
{
  StageMember *member = media_stage_join (stage, kind, identity);

  if (kind == STAGE_QUIET)
    stage_member_watch (member, NULL);
  return member;
}

static void
assert_sees (StageMember * member, guint32 colour, guint hz)
{
  MediaView *view = stage_client_get_view (stage_member_get_client (member));

  ck_assert (view != NULL);
  ck_assert (media_view_wait_colour (view, colour));
  ck_assert (media_view_wait_tone (view, hz));
}

static guint
get_frames (StageMember * member)
{
  return media_view_get_frames (stage_client_get_view (stage_member_get_client
          (member)));
}

/* Pictures are coming now. */
static void
assert_moves (StageMember * member)
{
  ck_assert (media_view_wait_frames (stage_client_get_view
          (stage_member_get_client (member)), get_frames (member) + 15));
}

/* Publishers of each kind, and with each all kinds of watchers; those without
 * signalling must find what they ask for. */
START_TEST (test_everyone_sees_and_hears_everyone)
{
  MediaStage *stage = media_stage_new (0);
  StageMember *cam = publish (stage, _i);
  StageMember *one = watch (stage, STAGE_ONE, "one");
  StageMember *two = watch (stage, STAGE_TWO, "two");

  assert_sees (one, RED, 440);
  assert_sees (two, RED, 440);
  StageMember *quiet = watch (stage, STAGE_QUIET, "quiet");
  assert_sees (quiet, RED, 440);
  /* Who has two sends by the other one. */
  guint own = _i == STAGE_TWO ? 2 : 1;
  ck_assert (media_stage_wait (stage, own + 3, 6));
  stage_member_leave (one);
  stage_member_leave (two);
  stage_member_leave (quiet);
  ck_assert (media_stage_wait (stage, own, 0));
  stage_member_leave (cam);
  media_stage_free (stage);
}

END_TEST;

START_TEST (test_quiet_watchers_go_on_with_a_publisher_who_comes_back)
{
  MediaStage *stage = media_stage_new (KEEP_MS);
  StageMember *cam = publish (stage, _i);
  StageMember *other = watch (stage, STAGE_ONE, "other");

  assert_sees (other, RED, 440);
  StageMember *quiet = watch (stage, STAGE_QUIET, "quiet");
  assert_sees (quiet, RED, 440);
  stage_member_leave (cam);
  cam = media_stage_join (stage, _i, "cam");
  stage_member_publish (cam, "VP8", PICTURE ("green"), TONE ("880"));
  assert_sees (quiet, GREEN, 880);
  /* In the sections that he had. */
  ck_assert_uint_eq (stage_client_count_sections (stage_member_get_client
          (quiet), TRUE), 2);
  assert_sees (other, GREEN, 880);
  media_stage_free (stage);
}

END_TEST;

START_TEST (test_nothing_is_kept_of_a_publisher_who_stays_away)
{
  MediaStage *stage = media_stage_new (1);
  StageMember *cam = publish (stage, STAGE_ONE);
  StageMember *other = watch (stage, STAGE_ONE, "other");

  assert_sees (other, RED, 440);
  StageMember *quiet = watch (stage, STAGE_QUIET, "quiet");
  assert_sees (quiet, RED, 440);
  ck_assert (media_stage_wait (stage, 3, 4));
  stage_member_leave (cam);
  ck_assert (media_stage_wait (stage, 2, 0));
  media_stage_free (stage);
}

END_TEST;

START_TEST (test_only_the_publisher_who_was_asked_for_is_watched)
{
  MediaStage *stage = media_stage_new (0);
  StageMember *cam = publish (stage, STAGE_ONE);
  StageMember *second = media_stage_join (stage, STAGE_ONE, "second");
  StageMember *other = watch (stage, STAGE_TWO, "other");

  stage_member_publish (second, "VP8", PICTURE ("green"), TONE ("880"));
  ck_assert (stage_client_wait (stage_member_get_client (second),
          LIVEKIT__SIGNAL_RESPONSE__MESSAGE_TRACK_SUBSCRIBED, 2));
  ck_assert (stage_client_wait (stage_member_get_client (cam),
          LIVEKIT__SIGNAL_RESPONSE__MESSAGE_TRACK_SUBSCRIBED, 2));
  StageMember *quiet = media_stage_join (stage, STAGE_QUIET, "quiet");
  stage_member_watch (quiet, "second");
  assert_sees (quiet, GREEN, 880);
  ck_assert (!stage_client_is_over (stage_member_get_client (other)));
  media_stage_free (stage);
}

END_TEST;

START_TEST (test_a_muted_track_is_not_passed_on)
{
  MediaStage *stage = media_stage_new (0);
  StageMember *cam = publish (stage, STAGE_ONE);
  StageMember *one = watch (stage, STAGE_ONE, "one");
  StageTraffic muted, later;
  guint tries = 0;

  assert_sees (one, RED, 440);
  g_autofree gchar *track =
      stage_client_dup_track (stage_member_get_client (cam), "video");
  stage_member_say (cam, livekit_request_mute (track, TRUE, NULL));
  /* It has to be heard first, and what is on the way then is sent. */
  stage_traffic_take (&later, stage, "one");
  do {
    muted = later;
    ck_assert_uint_lt (tries++, 20);
    ck_assert (stage_traffic_wait_packets (&later, stage, "one", 15));
  } while (later.consumer.packets != muted.consumer.packets);
  ck_assert_uint_gt (muted.consumer.packets, 0);
  stage_member_say (cam, livekit_request_mute (track, FALSE, NULL));
  assert_moves (one);
  media_stage_free (stage);
}

END_TEST;

START_TEST (test_who_is_revoked_gets_nothing_until_he_is_allowed_again)
{
  static const gchar *const nobody[] = { NULL };
  MediaStage *stage = media_stage_new (0);
  StageMember *cam = publish (stage, STAGE_ONE);
  StageMember *watcher = watch (stage, _i, "watcher");
  StageClient *client = stage_member_get_client (watcher);

  assert_sees (watcher, RED, 440);
  ck_assert_uint_eq (stage_client_count_sections (client, TRUE), 2);
  stage_member_say (cam, livekit_request_allowed (nobody, NULL));
  ck_assert (media_stage_wait (stage, 2, 0));
  stage_member_say (cam, livekit_request_allowed (NULL, NULL));
  ck_assert (media_stage_wait (stage, 2, 2));
  assert_moves (watcher);
  ck_assert_uint_eq (stage_client_count_sections (client, TRUE), 2);
  media_stage_free (stage);
}

END_TEST;

START_TEST (test_media_goes_on_while_the_socket_is_replaced)
{
  MediaStage *stage = media_stage_new (0);
  StageMember *cam = publish (stage, _i);
  StageMember *watcher = watch (stage, _i, "watcher");

  assert_sees (watcher, RED, 440);
  /* Else there is nothing to come back to. */
  ck_assert (media_stage_wait_active (stage, 2));
  stage_member_lose (cam);
  stage_member_lose (watcher);
  assert_moves (watcher);
  stage_member_resume (watcher);
  stage_member_resume (cam);
  assert_moves (watcher);
  /* And what comes new is negotiated. */
  StageMember *second = media_stage_join (stage, _i, "second");
  stage_member_publish (second, "VP8", NULL, TONE ("880"));
  ck_assert (stage_client_wait (stage_member_get_client (second),
          LIVEKIT__SIGNAL_RESPONSE__MESSAGE_TRACK_SUBSCRIBED, 1));
  media_stage_free (stage);
}

END_TEST;

START_TEST (test_an_offer_that_makes_no_sense_is_answered_with_an_error)
{
  MediaStage *stage = media_stage_new (0);
  StageMember *quiet = media_stage_join (stage, STAGE_QUIET, "quiet");
  g_autofree gchar *answer = stage_member_offer (quiet, "v=0\r\n");

  ck_assert (strstr (answer, "cannot be used") != NULL);
  /* It is put out, and may come again. */
  ck_assert (stage_client_wait_over (stage_member_get_client (quiet)));
  ck_assert (media_stage_wait (stage, 0, 0));
  media_stage_free (stage);
}

END_TEST;

START_TEST (test_an_offer_of_one_who_has_gone_is_answered_with_an_error)
{
  MediaStage *stage = media_stage_new (0);
  StageMember *quiet = media_stage_join (stage, STAGE_QUIET, "quiet");

  stage_member_lose (quiet);
  g_autofree gchar *answer = stage_member_offer (quiet, "v=0\r\n");
  ck_assert_str_eq (answer, "the participant has gone");
  media_stage_free (stage);
}

END_TEST;

typedef struct
{
  guint tracks;
  guint consumers;
  guint64 received;
  guint64 sent;
} Counted;

static void
count (const ServerReport * report, gpointer user_data)
{
  Counted *counted = user_data;
  ServerReportRoom *room = g_ptr_array_index (report->rooms, 0);

  counted->received = report->totals.received.bytes;
  counted->sent = report->totals.sent.bytes;
  for (guint i = 0; i < room->participants->len; i++) {
    ServerReportParticipant *each = g_ptr_array_index (room->participants, i);
    counted->tracks += each->tracks->len;
    for (guint t = 0; t < each->tracks->len; t++)
      counted->consumers += ((ServerReportTrack *)
          g_ptr_array_index (each->tracks, t))->consumers->len;
  }
}

START_TEST (test_a_report_tells_who_is_sent_what)
{
  MediaStage *stage = media_stage_new (1);
  StageMember *cam = publish (stage, STAGE_ONE);
  StageMember *one = watch (stage, STAGE_ONE, "one");
  StageMember *two = watch (stage, STAGE_TWO, "two");
  Counted counted = { 0 }, after = { 0 };

  assert_sees (one, RED, 440);
  assert_sees (two, RED, 440);
  media_stage_report (stage, count, &counted);
  ck_assert_uint_eq (counted.tracks, 2);
  ck_assert_uint_eq (counted.consumers, 4);
  ck_assert_uint_gt (counted.sent, 0);
  ck_assert (media_stage_wait_reports (stage, 4));
  /* What has been counted stays so. */
  stage_member_leave (one);
  stage_member_leave (cam);
  ck_assert (media_stage_wait (stage, 1, 0));
  media_stage_report (stage, count, &after);
  ck_assert_uint_eq (after.tracks, 0);
  ck_assert_uint_ge (after.sent, counted.sent);
  ck_assert_uint_ge (after.received, counted.received);
  media_stage_free (stage);
}

END_TEST;

START_TEST (test_one_who_comes_while_it_closes_is_drained_by_himself)
{
  MediaStage *stage = media_stage_new (0);
  LifeRosterReport report;

  life_roster_close (media_stage_get_roster (stage), 0, 0, &report);
  StageMember *late = media_stage_join (stage, STAGE_ONE, "late");
  stage_member_publish (late, "VP8", PICTURE ("red"), NULL);
  ck_assert (stage_client_wait_over (stage_member_get_client (late)));
  ck_assert (media_stage_wait (stage, 0, 0));
  media_stage_free (stage);
}

END_TEST;

START_TEST (test_a_track_may_be_asked_for_behind_its_offer)
{
  MediaStage *stage = media_stage_new (0);
  StageMember *cam = media_stage_join (stage, _i, "cam");
  StageMember *one = watch (stage, STAGE_ONE, "one");
  Counted before = { 0 };

  stage_member_publish_unasked (cam, "VP8", PICTURE ("red"), TONE ("440"));
  ck_assert (media_stage_wait_active (stage, 1));
  /* Nobody is told of what has no name. */
  media_stage_report (stage, count, &before);
  ck_assert_uint_eq (before.tracks, 0);
  stage_member_ask (cam);
  assert_sees (one, RED, 440);
  ck_assert_uint_eq (stage_client_count (stage_member_get_client (cam),
          LIVEKIT__SIGNAL_RESPONSE__MESSAGE_ANSWER), 1);
  media_stage_free (stage);
}

END_TEST;

static void
run_all (StageKind kind)
{
  MediaStage *stage = media_stage_new (0);
  StageMember *cam = publish (stage, kind);
  StageMember *one = watch (stage, STAGE_ONE, "one");
  StageMember *two = watch (stage, STAGE_TWO, "two");

  assert_sees (one, RED, 440);
  assert_sees (two, RED, 440);
  stage_member_leave (cam);
  media_stage_free (stage);
}

START_TEST (test_nothing_is_left_of_anybody)
{
  StopCensus census;

  run_all (STAGE_TWO);
  stop_census_take (&census);
  run_all (STAGE_QUIET);
  run_all (STAGE_ONE);
  ck_assert (stop_census_is_back (&census));
}

END_TEST;

static TCase *
add_case (Suite * suite, const gchar * name)
{
  TCase *tcase = tcase_create (name);

  tcase_set_timeout (tcase, 120);
  suite_add_tcase (suite, tcase);
  return tcase;
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  stop_census_prepare ();
  Suite *suite = suite_create ("servermedia");
  TCase *tcase = add_case (suite, "passing");
  tcase_add_loop_test (tcase, test_everyone_sees_and_hears_everyone,
      STAGE_QUIET, STAGE_TWO + 1);
  tcase_add_test (tcase, test_only_the_publisher_who_was_asked_for_is_watched);
  tcase_add_test (tcase, test_a_report_tells_who_is_sent_what);
  tcase = add_case (suite, "changing");
  tcase_add_loop_test (tcase,
      test_quiet_watchers_go_on_with_a_publisher_who_comes_back, STAGE_QUIET,
      STAGE_TWO + 1);
  tcase_add_loop_test (tcase, test_a_track_may_be_asked_for_behind_its_offer,
      STAGE_ONE, STAGE_TWO + 1);
  tcase_add_test (tcase, test_nothing_is_kept_of_a_publisher_who_stays_away);
  tcase_add_test (tcase, test_a_muted_track_is_not_passed_on);
  tcase_add_loop_test (tcase,
      test_who_is_revoked_gets_nothing_until_he_is_allowed_again, STAGE_ONE,
      STAGE_TWO + 1);
  tcase_add_loop_test (tcase, test_media_goes_on_while_the_socket_is_replaced,
      STAGE_ONE, STAGE_TWO + 1);
  tcase = add_case (suite, "refusing");
  tcase_add_test (tcase,
      test_an_offer_that_makes_no_sense_is_answered_with_an_error);
  tcase_add_test (tcase,
      test_an_offer_of_one_who_has_gone_is_answered_with_an_error);
  tcase = add_case (suite, "ending");
  tcase_add_test (tcase,
      test_one_who_comes_while_it_closes_is_drained_by_himself);
  tcase_add_test (tcase, test_nothing_is_left_of_anybody);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

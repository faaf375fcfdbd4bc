/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From encoder to decoder, through two legs and a fan. */
#include "mediaroom.h"

#include "life/lifelatch.h"

#include "stopcensus.h"

#include <gst/check/gstcheck.h>

#define RED 0xff0000
#define GREEN 0x00ff00

#define RED_PICTURE "videotestsrc is-live=true pattern=red " \
    "! video/x-raw, width=320, height=240, framerate=15/1 "
#define GREEN_PICTURE "videotestsrc is-live=true pattern=green " \
    "! video/x-raw, width=320, height=240, framerate=15/1 "
#define VP8 "! vp8enc deadline=1 cpu-used=8 keyframe-max-dist=10000"
#define TONE "audiotestsrc is-live=true freq=440 samplesperbuffer=960 " \
    "! audio/x-raw, rate=48000, channels=2 ! opusenc"
#define HIGH_TONE "audiotestsrc is-live=true freq=880 samplesperbuffer=960 " \
    "! audio/x-raw, rate=48000, channels=2 ! opusenc"

START_TEST (test_picture_and_tone_arrive)
{
  MediaRoom *room = media_room_new ();
  MediaMember *publisher =
      media_room_publish (room, "VP8", RED_PICTURE VP8, TONE);

  ck_assert (media_room_wait_fans (room, 2));
  MediaMember *watcher = media_room_watch (room, _i);
  ck_assert (media_member_wait_colour (watcher, RED));
  ck_assert (media_member_wait_tone (watcher, 440));
  media_member_stop (watcher);
  media_member_stop (publisher);
  media_room_free (room);
}

END_TEST;

typedef struct
{
  const gchar *codec;
  const gchar *encoder;
} Encoded;

static const Encoded encoded[] = {
  {"H264", "! videoconvert ! x264enc tune=zerolatency speed-preset=ultrafast "
        "key-int-max=10000"},
  {"VP9", "! vp9enc deadline=1 cpu-used=8 lag-in-frames=0 "
        "keyframe-max-dist=10000"},
  {"H265", "! videoconvert ! x265enc tune=zerolatency speed-preset=ultrafast "
        "key-int-max=10000"},
};

START_TEST (test_each_codec_passes_through)
{
  g_autofree gchar *line = g_strconcat (RED_PICTURE, encoded[_i].encoder, NULL);
  MediaRoom *room = media_room_new ();
  MediaMember *publisher =
      media_room_publish (room, encoded[_i].codec, line, NULL);

  ck_assert (media_room_wait_fans (room, 1));
  MediaMember *watchers[] = {
    media_room_watch (room, MEDIA_SERVER_OFFERS),
    media_room_watch (room, MEDIA_CLIENT_OFFERS),
  };
  for (guint i = 0; i < G_N_ELEMENTS (watchers); i++) {
    ck_assert (media_member_wait_colour (watchers[i], RED));
    media_member_stop (watchers[i]);
  }
  media_member_stop (publisher);
  media_room_free (room);
}

END_TEST;

START_TEST (test_telephone_sound_passes_through)
{
  static const gchar *const lines[] = {
    "audiotestsrc is-live=true freq=440 samplesperbuffer=160 "
        "! audio/x-raw, rate=8000, channels=1 ! mulawenc",
    "audiotestsrc is-live=true freq=440 samplesperbuffer=160 "
        "! audio/x-raw, rate=8000, channels=1 ! alawenc",
  };
  MediaRoom *room = media_room_new ();
  MediaMember *publisher = media_room_publish (room, NULL, NULL, lines[_i]);

  ck_assert (media_room_wait_fans (room, 1));
  MediaMember *watcher = media_room_watch (room, MEDIA_CLIENT_OFFERS);
  ck_assert (media_member_wait_tone (watcher, 440));
  media_member_stop (watcher);
  media_member_stop (publisher);
  media_room_free (room);
}

END_TEST;

START_TEST (test_a_stream_that_the_offer_does_not_name_is_told_by_its_mid)
{
  MediaRoom *room = media_room_new ();
  MediaMember *publisher = media_room_publish_unnamed (room, RED_PICTURE VP8);

  ck_assert (media_room_wait_fans (room, 1));
  MediaMember *watcher = media_room_watch (room, MEDIA_CLIENT_OFFERS);
  ck_assert (media_member_wait_colour (watcher, RED));
  media_member_stop (watcher);
  media_member_stop (publisher);
  media_room_free (room);
}

END_TEST;

START_TEST (test_watchers_go_on_with_a_publisher_who_comes_back)
{
  MediaRoom *room = media_room_new ();
  MediaMember *publisher =
      media_room_publish (room, "VP8", RED_PICTURE VP8, TONE);

  ck_assert (media_room_wait_fans (room, 2));
  MediaMember *watcher = media_room_watch (room, _i);
  ck_assert (media_member_wait_colour (watcher, RED));
  media_member_stop (publisher);
  publisher = media_room_publish (room, "VP8", GREEN_PICTURE VP8, HIGH_TONE);
  ck_assert (media_member_wait_colour (watcher, GREEN));
  ck_assert (media_member_wait_tone (watcher, 880));
  media_member_stop (watcher);
  media_member_stop (publisher);
  media_room_free (room);
}

END_TEST;

START_TEST (test_a_watcher_who_comes_later_has_a_picture_at_once)
{
  MediaRoom *room = media_room_new ();
  ServerFanCounts counts;
  MediaMember *publisher =
      media_room_publish (room, "VP8", RED_PICTURE VP8, NULL);

  ck_assert (media_room_wait_fans (room, 1));
  MediaMember *first = media_room_watch (room, MEDIA_CLIENT_OFFERS);
  ck_assert (media_member_wait_frames (first, 20));
  MediaMember *second = media_room_watch (room, MEDIA_CLIENT_OFFERS);
  ck_assert (media_member_wait_colour (second, RED));
  server_fan_get_counts (media_room_get_fan (room, TRUE), &counts);
  ck_assert_int_eq (counts.consumers, 2);
  /* The encoder makes none by itself. */
  ck_assert_uint_ge (counts.key_frames, 2);
  media_member_stop (first);
  media_member_stop (second);
  server_fan_get_counts (media_room_get_fan (room, TRUE), &counts);
  ck_assert_int_eq (counts.consumers, 0);
  media_member_stop (publisher);
  media_room_free (room);
}

END_TEST;

START_TEST (test_a_track_is_taken_away_and_the_other_goes_on)
{
  MediaRoom *room = media_room_new ();
  ServerFanCounts counts;
  MediaMember *publisher =
      media_room_publish (room, "VP8", RED_PICTURE VP8, TONE);

  ck_assert (media_room_wait_fans (room, 2));
  MediaMember *watcher = media_room_watch (room, MEDIA_SERVER_OFFERS);
  ck_assert (media_member_wait_colour (watcher, RED));
  ck_assert (media_member_wait_tone (watcher, 440));
  media_member_remove (watcher, FALSE);
  server_fan_get_counts (media_room_get_fan (room, FALSE), &counts);
  ck_assert_int_eq (counts.consumers, 0);
  ck_assert (media_member_wait_settled (watcher, 2));
  ck_assert (media_member_wait_frames (watcher, 30));
  media_member_add (watcher, FALSE);
  ck_assert (media_member_wait_settled (watcher, 3));
  ck_assert (media_member_wait_frames (watcher, 15));
  server_fan_get_counts (media_room_get_fan (room, FALSE), &counts);
  ck_assert_int_eq (counts.consumers, 1);
  media_member_stop (watcher);
  media_member_stop (publisher);
  media_room_free (room);
}

END_TEST;

START_TEST (test_what_is_rejected_is_not_sent)
{
  MediaRoom *room = media_room_new ();
  ServerFanCounts counts;
  MediaMember *publisher =
      media_room_publish (room, "VP8", RED_PICTURE VP8, TONE);

  ck_assert (media_room_wait_fans (room, 2));
  MediaMember *watcher = media_room_watch_and_answer (room,
      MEDIA_ANSWER_REJECT);
  ck_assert (media_member_wait_tone (watcher, 440));
  server_fan_get_counts (media_room_get_fan (room, TRUE), &counts);
  ck_assert_int_eq (counts.consumers, 0);
  media_member_remove (watcher, TRUE);
  ck_assert (media_member_wait_settled (watcher, 2));
  ck_assert (media_member_wait_tone (watcher, 440));
  media_member_stop (watcher);
  media_member_stop (publisher);
  media_room_free (room);
}

END_TEST;

START_TEST (test_what_is_taken_in_the_bundle_alone_is_sent)
{
  MediaRoom *room = media_room_new ();
  MediaMember *publisher =
      media_room_publish (room, "VP8", RED_PICTURE VP8, TONE);

  ck_assert (media_room_wait_fans (room, 2));
  MediaMember *watcher = media_room_watch_and_answer (room,
      MEDIA_ANSWER_BUNDLED);
  ck_assert (media_member_wait_colour (watcher, RED));
  media_member_stop (watcher);
  media_member_stop (publisher);
  media_room_free (room);
}

END_TEST;

static GstPadProbeReturn
on_stuck (GstPad * pad, GstPadProbeInfo * info, gpointer latch)
{
  life_latch_trip (latch, 1, NULL);
  life_latch_finish (latch);
  return GST_PAD_PROBE_OK;
}

/* As webrtcbin does with a section that it does not connect; the picture is the
 * second. */
static GstPad *
block (MediaMember * member, LifeLatch * latch)
{
  g_autoptr (GstIterator) each = gst_bin_iterate_all_by_element_factory_name
      (server_leg_get_bin (media_member_get_leg (member)), "webrtcbin");
  g_auto (GValue) webrtc = G_VALUE_INIT;

  ck_assert_int_eq (gst_iterator_next (each, &webrtc), GST_ITERATOR_OK);
  GstPad *pad =
      gst_element_get_static_pad (g_value_get_object (&webrtc), "sink_1");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BLOCK
      | GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, on_stuck,
      latch, NULL);
  return pad;
}

START_TEST (test_the_loop_does_not_wait_for_what_is_stuck)
{
  g_autoptr (LifeLatch) latch = life_latch_new ();
  MediaRoom *room = media_room_new ();
  MediaMember *publisher =
      media_room_publish (room, "VP8", RED_PICTURE VP8, TONE);

  ck_assert (media_room_wait_fans (room, 2));
  MediaMember *watcher = media_room_watch (room, MEDIA_SERVER_OFFERS);
  ck_assert (media_member_wait_colour (watcher, RED));
  g_autoptr (GstPad) pad = block (watcher, latch);
  ck_assert (life_latch_wait (latch, g_get_monotonic_time ()
          + 30 * G_TIME_SPAN_SECOND));
  media_member_remove (watcher, TRUE);
  ck_assert (media_member_wait_settled (watcher, 2));
  /* It is left to the stop. */
  g_autoptr (GstObject) parent = gst_object_get_parent (GST_OBJECT (pad));
  ck_assert (parent != NULL);
  media_member_stop (watcher);
  media_member_stop (publisher);
  media_room_free (room);
}

END_TEST;

static void
on_ended (gint reason, gpointer latch)
{
  life_latch_trip (latch, reason, NULL);
  life_latch_finish (latch);
}

START_TEST (test_a_track_that_is_withdrawn_ends)
{
  g_autoptr (LifeLatch) latch = life_latch_new ();
  MediaRoom *room = media_room_new ();
  MediaMember *publisher =
      media_room_publish (room, "VP8", RED_PICTURE VP8, TONE);

  ck_assert (media_room_wait_fans (room, 2));
  MediaMember *watcher = media_room_watch (room, MEDIA_CLIENT_OFFERS);
  ck_assert (media_member_wait_tone (watcher, 440));
  life_listener_unref (life_event_listen (server_fan_get_ended
          (media_room_get_fan (room, FALSE)), on_ended, latch, NULL));
  media_member_withdraw (publisher, FALSE);
  ck_assert (life_latch_wait (latch, g_get_monotonic_time ()
          + 30 * G_TIME_SPAN_SECOND));
  ck_assert (media_member_wait_frames (watcher, 30));
  media_member_stop (watcher);
  media_member_stop (publisher);
  media_room_free (room);
}

END_TEST;

static void
add_requests (const GValue * session, gpointer count)
{
  g_autoptr (GstStructure) stats = NULL;
  guint requests = 0;

  g_object_get (g_value_get_object (session), "stats", &stats, NULL);
  ck_assert (gst_structure_get_uint (stats, "recv-rtx-req-count", &requests));
  *(guint *) count += requests;
}

/* What the RTP session of his leg would make a NACK of, if it came there. */
static guint
count_requests (MediaMember * member)
{
  GstIterator *sessions =
      gst_bin_iterate_all_by_element_factory_name (server_leg_get_bin
      (media_member_get_leg (member)), "rtpsession");
  guint count = 0;

  ck_assert_int_eq (gst_iterator_foreach (sessions, add_requests, &count),
      GST_ITERATOR_DONE);
  gst_iterator_free (sessions);
  return count;
}

/* Much to see, so that there are packets to lose. */
START_TEST (test_what_is_lost_is_sent_again)
{
  MediaRoom *room = media_room_new ();
  MediaMember *publisher = media_room_publish (room, "VP8",
      "videotestsrc is-live=true pattern=smpte "
      "! video/x-raw, width=640, height=480, framerate=30/1 "
      VP8 " target-bitrate=2000000", NULL);

  ck_assert (media_room_wait_fans (room, 1));
  MediaMember *watcher = media_room_watch (room, MEDIA_CLIENT_OFFERS);
  ck_assert (media_member_wait_frames (watcher, 10));
  media_member_lose (publisher);
  media_member_lose (watcher);
  ck_assert (media_member_wait_frames (watcher, 90));
  ck_assert_int_gt (media_member_get_resent (publisher, TRUE), 0);
  ck_assert_int_gt (media_member_get_resent (watcher, FALSE), 0);
  ck_assert_uint_eq (count_requests (publisher), 0);
  media_member_stop (watcher);
  media_member_stop (publisher);
  media_room_free (room);
}

END_TEST;

START_TEST (test_nothing_is_left_of_those_who_have_gone)
{
  StopCensus census;
  MediaRoom *room = media_room_new ();
  MediaMember *publisher =
      media_room_publish (room, "VP8", RED_PICTURE VP8, TONE);

  ck_assert (media_room_wait_fans (room, 2));
  MediaMember *watcher = media_room_watch (room, MEDIA_CLIENT_OFFERS);
  ck_assert (media_member_wait_colour (watcher, RED));
  media_member_stop (watcher);
  media_member_stop (publisher);
  media_room_free (room);
  stop_census_take (&census);

  room = media_room_new ();
  publisher = media_room_publish (room, "VP8", RED_PICTURE VP8, TONE);
  ck_assert (media_room_wait_fans (room, 2));
  MediaMember *watchers[] = {
    media_room_watch (room, MEDIA_SERVER_OFFERS),
    media_room_watch (room, MEDIA_CLIENT_OFFERS),
    media_room_watch (room, MEDIA_CLIENT_OFFERS),
    media_room_watch (room, MEDIA_SERVER_OFFERS),
  };
  ck_assert (media_member_wait_colour (watchers[0], RED));
  ck_assert (media_member_wait_tone (watchers[1], 440));
  /* The last two may be anywhere in their beginning. */
  for (guint i = 0; i < G_N_ELEMENTS (watchers); i++)
    media_member_stop (watchers[i]);
  media_member_stop (publisher);
  media_room_free (room);
  ck_assert (stop_census_is_back (&census));
}

END_TEST;

START_TEST (test_one_who_goes_at_once_leaves_nothing)
{
  StopCensus census;
  MediaRoom *room = media_room_new ();
  MediaMember *publisher =
      media_room_publish (room, "VP8", RED_PICTURE VP8, TONE);

  ck_assert (media_room_wait_fans (room, 2));
  /* Until the publisher's connection has all its parts. */
  MediaMember *watcher = media_room_watch (room, MEDIA_CLIENT_OFFERS);
  ck_assert (media_member_wait_tone (watcher, 440));
  media_member_stop (watcher);
  stop_census_take (&census);
  for (guint i = 0; i < 20; i++)
    media_member_stop (media_room_watch (room, i % 2));
  ck_assert (stop_census_is_back (&census));
  media_member_stop (publisher);
  media_room_free (room);
}

END_TEST;

START_TEST (test_a_leg_may_be_stopped_by_what_it_tells)
{
  MediaRoom *room = media_room_new ();
  MediaMember *publisher =
      media_room_publish (room, "VP8", RED_PICTURE VP8, TONE);

  ck_assert (media_room_wait_fans (room, 2));
  MediaMember *stopped = media_room_watch_and_stop (room, _i);
  ck_assert (server_leg_wait (media_member_get_leg (stopped),
          g_get_monotonic_time () + 30 * G_TIME_SPAN_SECOND));
  media_member_stop (stopped);
  media_member_stop (publisher);
  media_room_free (room);
}

END_TEST;

/* webrtcbin would end the process in its next offer to him. */
START_TEST (test_an_answer_with_other_sections_fails_alone)
{
  MediaRoom *room = media_room_new ();
  MediaMember *publisher =
      media_room_publish (room, "VP8", RED_PICTURE VP8, NULL);

  ck_assert (media_room_wait_fans (room, 1));
  MediaMember *liar = media_room_watch_and_answer (room,
      MEDIA_ANSWER_FALSELY);
  ck_assert (media_member_wait_failed (liar));
  MediaMember *watcher = media_room_watch (room, MEDIA_SERVER_OFFERS);
  ck_assert (media_member_wait_colour (watcher, RED));
  media_member_stop (watcher);
  media_member_stop (liar);
  media_member_stop (publisher);
  media_room_free (room);
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
  Suite *suite = suite_create ("serverleg");
  TCase *tcase = add_case (suite, "passing");
  tcase_add_loop_test (tcase, test_picture_and_tone_arrive,
      MEDIA_SERVER_OFFERS, MEDIA_CLIENT_OFFERS + 1);
  tcase_add_loop_test (tcase, test_each_codec_passes_through, 0,
      G_N_ELEMENTS (encoded));
  tcase_add_loop_test (tcase, test_telephone_sound_passes_through, 0, 2);
  tcase_add_test (tcase,
      test_a_stream_that_the_offer_does_not_name_is_told_by_its_mid);
  tcase_add_test (tcase, test_what_is_lost_is_sent_again);
  tcase = add_case (suite, "changing");
  tcase_add_loop_test (tcase,
      test_watchers_go_on_with_a_publisher_who_comes_back,
      MEDIA_SERVER_OFFERS, MEDIA_CLIENT_OFFERS + 1);
  tcase_add_test (tcase, test_a_watcher_who_comes_later_has_a_picture_at_once);
  tcase_add_test (tcase, test_a_track_is_taken_away_and_the_other_goes_on);
  tcase_add_test (tcase, test_a_track_that_is_withdrawn_ends);
  tcase_add_test (tcase, test_an_answer_with_other_sections_fails_alone);
  tcase_add_test (tcase, test_what_is_rejected_is_not_sent);
  tcase_add_test (tcase, test_what_is_taken_in_the_bundle_alone_is_sent);
  tcase_add_test (tcase, test_the_loop_does_not_wait_for_what_is_stuck);
  tcase = add_case (suite, "ending");
  tcase_add_test (tcase, test_nothing_is_left_of_those_who_have_gone);
  tcase_add_test (tcase, test_one_who_goes_at_once_leaves_nothing);
  tcase_add_loop_test (tcase, test_a_leg_may_be_stopped_by_what_it_tells,
      MEDIA_SERVER_OFFERS, MEDIA_CLIENT_OFFERS + 1);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomPublication: a record, between stand-ins for its track, its pad and the
 * room's client. Their functions are defined here and come before those of the
 * libraries. */
#include "roompublication.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define SECOND ((gint64) G_USEC_PER_SEC)

static struct
{
  gboolean video;
  guint width, height, channels;
  RoomTrackCounts counts;
  gint64 deadline;
  const RoomCodec *codec;
  gint refs;
  gboolean muted;
} track;

static struct
{
  LivekitSource source;
  gboolean muted;
  const gchar *stream;
} pad;

/* What the client was asked for last. */
static LivekitTrackRequest asked;
static guint times_asked;
static guint times_muted;

RoomTrack *
room_track_ref (RoomTrack * self)
{
  track.refs++;
  return self;
}

void
room_track_unref (RoomTrack * self)
{
  track.refs--;
}

gboolean
room_track_is_video (RoomTrack * self)
{
  return track.video;
}

const RoomCodec *
room_track_get_codec (RoomTrack * self)
{
  return track.codec;
}

GstCaps *
room_track_dup_media_caps (RoomTrack * self)
{
  if (!track.video)
    return gst_caps_new_simple ("audio/x-opus", "channels", G_TYPE_INT,
        track.channels, NULL);
  return gst_caps_new_simple ("video/x-h264", "width", G_TYPE_INT,
      track.width, "height", G_TYPE_INT, track.height, NULL);
}

void
room_track_get_counts (RoomTrack * self, RoomTrackCounts * counts)
{
  *counts = track.counts;
}

gint64
room_track_get_deadline (RoomTrack * self)
{
  return track.deadline;
}

gchar *
gst_room_publish_pad_dup_track_name (GstRoomPublishPad * self)
{
  return g_strdup ("stage");
}

LivekitSource
gst_room_publish_pad_get_source (GstRoomPublishPad * self)
{
  return pad.source;
}

gboolean
gst_room_publish_pad_is_muted (GstRoomPublishPad * self)
{
  return pad.muted;
}

void
gst_room_publish_pad_set_sid (GstRoomPublishPad * self, const gchar * sid)
{
}

gchar *
gst_room_publish_pad_dup_stream (GstRoomPublishPad * self)
{
  return g_strdup (pad.stream);
}

void
room_track_set_muted (RoomTrack * self, gboolean muted)
{
  track.muted = muted;
}

void
livekit_client_set_muted (LivekitClient * self, const gchar * sid,
    gboolean muted)
{
  times_muted++;
}

void
livekit_client_add_track (LivekitClient * self,
    const LivekitTrackRequest * request)
{
  asked = *request;
  ck_assert_str_eq (request->name, "stage");
  ck_assert_pstr_eq (request->stream, pad.stream);
  times_asked++;
}

static GstPad *object;
static RoomPublication *publication;

static void
setup (void)
{
  memset (&track, 0, sizeof track);
  memset (&pad, 0, sizeof pad);
  track.video = TRUE;
  track.deadline = -1;
  times_asked = 0;
  times_muted = 0;
  object = gst_object_ref_sink (gst_pad_new ("video_0", GST_PAD_SINK));
  publication = room_publication_new ((RoomTrack *) & track,
      (GstRoomPublishPad *) object);
}

static void
teardown (void)
{
  room_publication_free (publication);
  ck_assert_int_eq (track.refs, 0);
  ck_assert_int_eq (GST_OBJECT_REFCOUNT_VALUE (object), 1);
  gst_clear_object (&object);
}

START_TEST (new_one_waits_and_has_nothing_due)
{
  ck_assert_int_eq (publication->state, ROOM_PUBLICATION_WAITING);
  ck_assert_str_eq (publication->name, "stage");
  ck_assert (!room_publication_is_in_room (publication));
  ck_assert_int_eq (room_publication_get_deadline (publication), -1);
}

END_TEST;

START_TEST (it_is_in_the_room_from_description_to_end)
{
  publication->state = _i;
  ck_assert_int_eq (room_publication_is_in_room (publication),
      _i != ROOM_PUBLICATION_WAITING && _i != ROOM_PUBLICATION_ENDED);
}

END_TEST;

START_TEST (request_says_what_the_pad_and_the_stream_say)
{
  track.width = 640;
  track.height = 360;
  pad.source = LIVEKIT_SOURCE_SCREEN_SHARE;
  pad.muted = TRUE;
  pad.stream = "group";
  publication->cid = g_strdup ("cid-1");
  room_publication_update_size (publication);
  room_publication_request (publication, NULL);
  ck_assert_uint_eq (times_asked, 1);
  ck_assert_str_eq (asked.cid, "cid-1");
  ck_assert (asked.video);
  ck_assert_int_eq (asked.source, LIVEKIT_SOURCE_SCREEN_SHARE);
  ck_assert_uint_eq (asked.width, 640);
  ck_assert_uint_eq (asked.height, 360);
  ck_assert (asked.muted);
  /* The room knows this much from now on. */
  ck_assert (publication->room_muted);
}

END_TEST;

START_TEST (room_is_told_of_a_mute_that_it_does_not_know)
{
  LivekitClient *client = (LivekitClient *) & track;

  room_publication_request (publication, client);
  pad.muted = TRUE;
  room_publication_follow_pad (publication, client);
  ck_assert (track.muted);
  ck_assert_uint_eq (times_muted, 0);   /* it has no name there yet */
  publication->sid = g_strdup ("TR_1");
  room_publication_follow_pad (publication, client);
  room_publication_follow_pad (publication, client);
  ck_assert_uint_eq (times_muted, 1);
  pad.muted = FALSE;
  room_publication_follow_pad (publication, NULL);
  ck_assert (!track.muted);
  ck_assert_uint_eq (times_muted, 1);
}

END_TEST;

START_TEST (size_changes_once)
{
  track.width = 640;
  track.height = 360;
  ck_assert (room_publication_update_size (publication));
  ck_assert (!room_publication_update_size (publication));
  track.height = 480;
  ck_assert (room_publication_update_size (publication));
  ck_assert_uint_eq (publication->height, 480);
}

END_TEST;

START_TEST (report_has_a_codec_once_it_is_known)
{
  RoomReportTrack report;

  publication->sid = g_strdup ("TR_1");
  room_publication_fill_report (publication, &report);
  ck_assert_str_eq (report.pad, "video_0");
  ck_assert_str_eq (report.sid, "TR_1");
  ck_assert_str_eq (report.name, "stage");
  ck_assert_ptr_null (report.codec);
  track.codec = room_codec_find_name ("H264");
  room_publication_fill_report (publication, &report);
  ck_assert_str_eq (report.codec, "H264");
  ck_assert (report.video);
}

END_TEST;

START_TEST (bitrate_is_of_the_time_between_two_samples)
{
  track.counts.bytes = 1000;
  ck_assert_uint_eq (room_publication_sample (publication, SECOND), 1000);
  ck_assert_uint_eq (publication->bitrate, 0);
  track.counts.bytes = 126000;
  ck_assert_uint_eq (room_publication_sample (publication, 3 * SECOND), 126000);
  ck_assert_uint_eq (publication->bitrate, 500000);
  ck_assert_uint_eq (room_publication_sample (publication, 4 * SECOND), 126000);
  ck_assert_uint_eq (publication->bitrate, 0);
}

END_TEST;

START_TEST (two_samples_at_one_time_are_one)
{
  room_publication_sample (publication, SECOND);
  track.counts.bytes = 1000;
  room_publication_sample (publication, SECOND);
  ck_assert_uint_eq (publication->bitrate, 0);
}

END_TEST;

static void
assert_stats (GstStructure * stats, const gchar * field, const gchar * expected)
{
  g_autofree gchar *text =
      gst_value_serialize (gst_structure_get_value (stats, field));

  ck_assert_str_eq (text, expected);
}

START_TEST (stats_have_the_counts_and_what_the_server_reports)
{
  RoomReceptionReport report = {.lost = 4,.round_trip = GST_SECOND / 2 };

  track.counts = (RoomTrackCounts) {
  .bytes = 1,.packets = 2,.dropped = 3,.key_unit_requests = 5};
  publication->subscribed = TRUE;
  pad.muted = TRUE;
  g_autoptr (GstStructure) stats =
      room_publication_make_stats (publication, &report);
  ck_assert (gst_structure_has_name (stats, "room-track"));
  assert_stats (stats, "pad", "video_0");
  assert_stats (stats, "track-name", "stage");
  assert_stats (stats, "bytes", "1");
  assert_stats (stats, "packets", "2");
  assert_stats (stats, "dropped", "3");
  assert_stats (stats, "lost", "4");
  assert_stats (stats, "key-frame-requests", "5");
  assert_stats (stats, "round-trip", "500000000");
  assert_stats (stats, "subscribed", "true");
  assert_stats (stats, "muted", "true");
}

END_TEST;

START_TEST (stats_without_reports_have_the_same_fields)
{
  RoomReceptionReport report = { 0 };
  g_autoptr (GstStructure) stats =
      room_publication_make_stats (publication, &report);

  ck_assert_int_eq (gst_structure_n_fields (stats), 14);
  ck_assert (gst_structure_has_field_typed (stats, "track-sid", G_TYPE_STRING));
  ck_assert (gst_structure_has_field_typed (stats, "codec", G_TYPE_STRING));
  assert_stats (stats, "lost", "0");
  assert_stats (stats, "round-trip", "0");
  assert_stats (stats, "bitrate", "0");
}

END_TEST;

START_TEST (stats_say_the_state_in_four_words)
{
  static const gchar *const words[] = {
    [ROOM_PUBLICATION_WAITING] = "waiting",
    [ROOM_PUBLICATION_DESCRIBED] = "publishing",
    [ROOM_PUBLICATION_OFFERED] = "publishing",
    [ROOM_PUBLICATION_ACCEPTED] = "publishing",
    [ROOM_PUBLICATION_PUBLISHED] = "published",
    [ROOM_PUBLICATION_ENDING] = "ended",
    [ROOM_PUBLICATION_UNDOING] = "ended",
    [ROOM_PUBLICATION_ENDED] = "ended",
  };

  RoomReceptionReport report = { 0 };

  publication->state = _i;
  g_autoptr (GstStructure) stats =
      room_publication_make_stats (publication, &report);
  assert_stats (stats, "state", words[_i]);
}

END_TEST;

START_TEST (deadline_is_the_earliest)
{
  gint64 *own[] = { &publication->wait_until, &publication->end_at,
    &publication->prime_at, &track.deadline
  };

  for (guint i = 0; i < G_N_ELEMENTS (own); i++) {
    *own[i] = 1000 - i;
    ck_assert_int_eq (room_publication_get_deadline (publication), 1000 - i);
  }
}

END_TEST;

int
main (int argc, char **argv)
{
  Suite *suite = suite_create ("roompublication");
  TCase *tcase = tcase_create ("publication");

  gst_init (&argc, &argv);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, new_one_waits_and_has_nothing_due);
  tcase_add_loop_test (tcase, it_is_in_the_room_from_description_to_end,
      ROOM_PUBLICATION_WAITING, ROOM_PUBLICATION_ENDED + 1);
  tcase_add_test (tcase, request_says_what_the_pad_and_the_stream_say);
  tcase_add_test (tcase, room_is_told_of_a_mute_that_it_does_not_know);
  tcase_add_test (tcase, size_changes_once);
  tcase_add_test (tcase, report_has_a_codec_once_it_is_known);
  tcase_add_test (tcase, bitrate_is_of_the_time_between_two_samples);
  tcase_add_test (tcase, two_samples_at_one_time_are_one);
  tcase_add_test (tcase, stats_have_the_counts_and_what_the_server_reports);
  tcase_add_test (tcase, stats_without_reports_have_the_same_fields);
  tcase_add_loop_test (tcase, stats_say_the_state_in_four_words,
      ROOM_PUBLICATION_WAITING, ROOM_PUBLICATION_ENDED + 1);
  tcase_add_test (tcase, deadline_is_the_earliest);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

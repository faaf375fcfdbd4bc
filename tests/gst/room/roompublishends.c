/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* roompublish: streams that end, before, while and after their track is
 * published, that are flushed, and pads that are released. */
#include "publishrun.h"

#include <string.h>

#define LIVE "audiotestsrc is-live=true ! mulawenc ! r.audio_0 "
#define LIVE_VIDEO "videotestsrc is-live=true ! " \
    "video/x-raw,width=160,height=120 ! vp8enc deadline=1 ! r.video_0 "
/* 200 ms, not live. */
#define SHORT "audiotestsrc num-buffers=10 samplesperbuffer=160 ! " \
    "audio/x-raw,rate=8000 ! mulawenc ! r.audio_1 "
#define LONG "audiotestsrc name=s ! mulawenc ! r.audio_1 "
/* Ends when it is told to. */
#define OWN "appsrc name=s format=time is-live=true " \
    "caps=audio/x-mulaw,rate=8000,channels=1 ! r.audio_1 "
#define ROOM "roompublish name=r wait-for-subscriber=0 "

static void
end_stream (PublishRun * run)
{
  GstFlowReturn flow;
  g_autoptr (GstElement) source = publish_run_get (run, "s");

  g_signal_emit_by_name (source, "end-of-stream", &flow);
  fail_unless_equals_int (flow, GST_FLOW_OK);
}

static void
push (PublishRun * run, GstClockTime pts)
{
  GstFlowReturn flow;
  g_autoptr (GstElement) source = publish_run_get (run, "s");
  g_autoptr (GstBuffer) buffer = gst_buffer_new_allocate (NULL, 160, NULL);

  GST_BUFFER_PTS (buffer) = pts;
  g_signal_emit_by_name (source, "push-buffer", buffer, &flow);
  fail_unless_equals_int (flow, GST_FLOW_OK);
}

/* The pipeline's end has come, once, and the room was left before. The branch
 * of a pad that was released may have found itself unlinked. */
static void
assert_ended (PublishRun * run)
{
  publish_run_wait (run, "eos", 1);
  publish_run_wait (run, "room-disconnected", 1);
  fail_unless (room_script_wait (publish_run_get_room (run),
          LIVEKIT__SIGNAL_REQUEST__MESSAGE_LEAVE, 1));
  publish_run_stop (run);
  fail_unless_equals_int (publish_run_count_own_errors (run), 0);
  fail_unless_equals_int (publish_run_count (run, "eos"), 1);
  fail_unless_equals_int (publish_run_count (run, "room-disconnected"), 1);
  fail_unless_equals_int (room_script_count (publish_run_get_room (run),
          LIVEKIT__SIGNAL_REQUEST__MESSAGE_LEAVE), 1);
  fail_unless_equals_int (publish_run_count (run, "room-track-published"),
      publish_run_count (run, "room-track-unpublished"));
}

START_TEST (file_is_sent_and_the_room_left_before_the_end)
{
  g_autoptr (PublishRun) run = publish_run_new_connected (SHORT ROOM);

  publish_run_set (run, GST_STATE_PLAYING);
  GstMessage *message = publish_run_wait (run, "room-track-unpublished", 1);
  fail_unless_equals_string (gst_structure_get_string
      (gst_message_get_structure (message), "reason"), "eos");
  assert_ended (run);
  fail_unless_equals_int (publish_run_count (run, "room-track-published"), 1);
}

END_TEST;

START_TEST (end_of_two_files_is_one_end)
{
  g_autoptr (PublishRun) run = publish_run_new_connected (SHORT
      "audiotestsrc num-buffers=20 samplesperbuffer=160 ! "
      "audio/x-raw,rate=8000 ! alawenc ! r.audio_2 " ROOM);

  publish_run_set (run, GST_STATE_PLAYING);
  assert_ended (run);
  fail_unless_equals_int (publish_run_count (run, "room-track-published"), 2);
}

END_TEST;

START_TEST (end_of_one_leaves_the_other)
{
  g_autoptr (PublishRun) run = publish_run_new_connected (LIVE SHORT ROOM);

  publish_run_set (run, GST_STATE_PLAYING);
  GstMessage *message = publish_run_wait (run, "room-track-unpublished", 1);
  fail_unless_equals_string (gst_structure_get_string
      (gst_message_get_structure (message), "pad"), "audio_1");
  publish_run_wait_track (run, "audio_1", "state", "ended");
  publish_run_wait_track (run, "audio_0", "state", "published");
  fail_unless_equals_int (publish_run_count (run, "eos"), 0);
  publish_run_assert_no_error (run);
}

END_TEST;

START_TEST (end_without_data_is_an_end)
{
  RoomScriptConfig config = { 0 };
  g_autoptr (PublishRun) run = publish_run_new (OWN ROOM, &config);

  publish_run_set (run, GST_STATE_PLAYING);
  publish_run_wait (run, "room-joined", 1);
  end_stream (run);
  assert_ended (run);
  fail_unless_equals_int (publish_run_count (run, "room-track-published"), 0);
}

END_TEST;

START_TEST (end_without_caps_is_an_end)
{
  RoomScriptConfig config = { 0 };
  g_autoptr (PublishRun) run =
      publish_run_new ("fakesrc num-buffers=0 ! r.audio_0 " ROOM, &config);

  publish_run_set (run, GST_STATE_PLAYING);
  publish_run_wait (run, "eos", 1);
  publish_run_stop (run);
  publish_run_assert_no_error (run);
  fail_unless_equals_int (publish_run_count (run, "eos"), 1);
}

END_TEST;

/* Ends its one stream when the room has seen @seen and answers it never. */
static void
end_before (RoomScriptPhase hang, gint seen)
{
  RoomScriptConfig config = {.hang = hang };
  g_autoptr (PublishRun) run = publish_run_new (OWN ROOM, &config);

  publish_run_set (run, GST_STATE_PLAYING);
  push (run, 0);
  fail_unless (room_script_wait (publish_run_get_room (run), seen, 1));
  end_stream (run);
  publish_run_wait (run, "eos", 1);
  publish_run_stop (run);
  publish_run_assert_no_error (run);
  fail_unless_equals_int (publish_run_count (run, "eos"), 1);
  fail_unless_equals_int (publish_run_count (run, "room-track-published"), 0);
  fail_unless_equals_int (publish_run_count (run, "room-disconnected"), 1);
}

START_TEST (end_before_the_join_is_an_end)
{
  end_before (ROOM_SCRIPT_JOIN, ROOM_SCRIPT_SEEN_OPEN);
}

END_TEST;

START_TEST (end_before_the_track_is_taken_is_an_end)
{
  end_before (ROOM_SCRIPT_ADD_TRACK,
      LIVEKIT__SIGNAL_REQUEST__MESSAGE_ADD_TRACK);
}

END_TEST;

START_TEST (end_before_the_answer_is_an_end)
{
  end_before (ROOM_SCRIPT_OFFER, LIVEKIT__SIGNAL_REQUEST__MESSAGE_OFFER);
}

END_TEST;

START_TEST (end_before_the_media_connects_is_an_end)
{
  end_before (ROOM_SCRIPT_NEVER, LIVEKIT__SIGNAL_REQUEST__MESSAGE_OFFER);
}

END_TEST;

START_TEST (end_of_one_before_its_publication_leaves_the_other)
{
  g_autoptr (PublishRun) run = publish_run_new_connected (LIVE OWN ROOM);

  publish_run_set (run, GST_STATE_PLAYING);
  push (run, 0);
  end_stream (run);
  publish_run_wait_with (run, "room-track-published", "pad", "audio_0");
  publish_run_wait_track (run, "audio_1", "state", "ended");
  publish_run_stop (run);
  publish_run_assert_no_error (run);
  fail_unless_equals_int (publish_run_count (run, "eos"), 0);
  fail_unless_equals_int (publish_run_count (run, "room-track-published"),
      publish_run_count (run, "room-track-unpublished"));
}

END_TEST;

START_TEST (event_sent_to_the_element_ends_all)
{
  g_autoptr (PublishRun) run = publish_run_new_connected (LIVE LIVE_VIDEO ROOM);

  publish_run_set (run, GST_STATE_PLAYING);
  publish_run_wait (run, "room-track-published", 2);
  gst_element_send_event (_i ? publish_run_get_pipeline (run)
      : publish_run_get_element (run), gst_event_new_eos ());
  assert_ended (run);
}

END_TEST;

/* Flushes. */

static gboolean
sends_more (PublishRun * run, gpointer than)
{
  return publish_run_get_track_count (run, "audio_1", "packets") >
      *(guint64 *) than;
}

static void
seek (PublishRun * run)
{
  fail_unless (gst_element_seek_simple (publish_run_get_pipeline (run),
          GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH, 0));
}

START_TEST (flushed_file_goes_on)
{
  g_autoptr (PublishRun) run = publish_run_new_connected (LONG ROOM);
  guint64 sent = 0;

  publish_run_set (run, GST_STATE_PLAYING);
  publish_run_wait (run, "room-track-published", 1);
  publish_run_until (run, sends_more, &sent);
  for (guint i = 0; i < 3; i++) {
    seek (run);
    sent = publish_run_get_track_count (run, "audio_1", "packets");
    publish_run_until (run, sends_more, &sent);
  }
  publish_run_stop (run);
  publish_run_assert_no_error (run);
}

END_TEST;

START_TEST (file_flushed_while_it_waits_is_sent_after_that)
{
  g_autoptr (PublishRun) run =
      publish_run_new_connected (LONG "roompublish name=r "
      "wait-for-subscriber=4294967 ");
  guint64 sent = 0;

  publish_run_set (run, GST_STATE_PLAYING);
  publish_run_wait (run, "room-track-published", 1);
  seek (run);
  room_script_send (publish_run_get_room (run),
      script_reply_subscribed ("TR_1"));
  publish_run_wait (run, "room-track-subscribed", 1);
  publish_run_until (run, sends_more, &sent);
  publish_run_stop (run);
  publish_run_assert_no_error (run);
}

END_TEST;

START_TEST (flush_before_the_room_is_harmless)
{
  RoomScriptConfig config = {.hang = ROOM_SCRIPT_JOIN };
  g_autoptr (PublishRun) run = publish_run_new (LONG ROOM, &config);

  publish_run_set (run, GST_STATE_PLAYING);
  publish_run_wait_state (run, GST_STATE_PLAYING);
  for (guint i = 0; i < 5; i++)
    seek (run);
  publish_run_stop (run);
  publish_run_assert_no_error (run);
}

END_TEST;

START_TEST (flushed_live_stream_goes_on)
{
  g_autoptr (PublishRun) run = publish_run_new_connected
      ("audiotestsrc is-live=true ! mulawenc ! r.audio_1 " ROOM);
  guint64 sent = 0;

  publish_run_set (run, GST_STATE_PLAYING);
  publish_run_wait (run, "room-track-published", 1);
  for (guint i = 0; i < 3; i++) {
    publish_run_until (run, sends_more, &sent);
    seek (run);
    sent = publish_run_get_track_count (run, "audio_1", "packets");
  }
  publish_run_until (run, sends_more, &sent);
  publish_run_stop (run);
  publish_run_assert_no_error (run);
}

END_TEST;

START_TEST (paused_pipeline_goes_on)
{
  g_autoptr (PublishRun) run = publish_run_new_connected (LONG ROOM);
  guint64 sent = 0;

  publish_run_set (run, GST_STATE_PLAYING);
  publish_run_wait (run, "room-track-published", 1);
  for (guint i = 0; i < 3; i++) {
    publish_run_until (run, sends_more, &sent);
    publish_run_set (run, GST_STATE_PAUSED);
    publish_run_wait_state (run, GST_STATE_PAUSED);
    sent = publish_run_get_track_count (run, "audio_1", "packets");
    publish_run_set (run, GST_STATE_PLAYING);
  }
  publish_run_until (run, sends_more, &sent);
  publish_run_stop (run);
  publish_run_assert_no_error (run);
  fail_unless_equals_int (publish_run_count (run, "room-track-published"), 1);
}

END_TEST;

START_TEST (paused_file_is_flushed_and_goes_on)
{
  g_autoptr (PublishRun) run = publish_run_new_connected (LONG ROOM);
  guint64 sent = 0;

  publish_run_set (run, GST_STATE_PLAYING);
  publish_run_wait (run, "room-track-published", 1);
  for (guint i = 0; i < 3; i++) {
    publish_run_until (run, sends_more, &sent);
    publish_run_set (run, GST_STATE_PAUSED);
    publish_run_wait_state (run, GST_STATE_PAUSED);
    seek (run);
    sent = publish_run_get_track_count (run, "audio_1", "packets");
    publish_run_set (run, GST_STATE_PLAYING);
  }
  publish_run_until (run, sends_more, &sent);
  publish_run_stop (run);
  publish_run_assert_no_error (run);
}

END_TEST;

/* Pads. */

static void
add_branch (PublishRun * run, const gchar * branch, const gchar * pad)
{
  GstBin *pipeline = GST_BIN (publish_run_get_pipeline (run));
  g_autoptr (GError) error = NULL;
  GstElement *bin = gst_parse_bin_from_description (branch, TRUE, &error);

  g_assert_no_error (error);
  gst_element_set_name (bin, pad);
  gst_bin_add (pipeline, bin);
  fail_unless (gst_element_link_pads (bin, "src",
          publish_run_get_element (run), pad));
  fail_unless (gst_element_sync_state_with_parent (bin));
}

static GstPadProbeReturn
drop (GstPad * pad, GstPadProbeInfo * info, gpointer unused)
{
  return GST_PAD_PROBE_DROP;
}

/* Nothing comes to the pad's peer when that is gone: it would be an error of
 * the source. */
static void
remove_branch (PublishRun * run, const gchar * name)
{
  g_autoptr (GstPad) pad = publish_run_get_pad (run, name);
  g_autoptr (GstElement) bin = publish_run_get (run, name);
  g_autoptr (GstPad) src = gst_element_get_static_pad (bin, "src");

  gst_pad_add_probe (src, GST_PAD_PROBE_TYPE_BUFFER, drop, NULL, NULL);
  gst_element_release_request_pad (publish_run_get_element (run), pad);
  gst_element_set_state (bin, GST_STATE_NULL);
  gst_bin_remove (GST_BIN (publish_run_get_pipeline (run)), bin);
}

#define BRANCH "audiotestsrc is-live=true ! mulawenc"
#define FILE_BRANCH "audiotestsrc ! mulawenc"
#define VIDEO_BRANCH "videotestsrc is-live=true ! " \
    "video/x-raw,width=160,height=120 ! vp8enc deadline=1"

START_TEST (pad_that_comes_later_is_published)
{
  g_autoptr (PublishRun) run = publish_run_new_connected (LIVE ROOM);

  publish_run_set (run, GST_STATE_PLAYING);
  publish_run_wait (run, "room-track-published", 1);
  add_branch (run, VIDEO_BRANCH, "video_3");
  publish_run_wait_with (run, "room-track-published", "pad", "video_3");
  add_branch (run, BRANCH, "audio_5");
  publish_run_wait_with (run, "room-track-published", "pad", "audio_5");
  publish_run_stop (run);
  publish_run_assert_no_error (run);
  fail_unless_equals_int (publish_run_count (run, "room-track-unpublished"), 3);
}

END_TEST;

START_TEST (released_pad_is_unpublished_and_the_others_stay)
{
  g_autoptr (PublishRun) run = publish_run_new_connected (LIVE ROOM);

  publish_run_set (run, GST_STATE_PLAYING);
  for (guint i = 1; i <= 3; i++) {
    add_branch (run, i == 2 ? VIDEO_BRANCH : BRANCH,
        i == 2 ? "video_1" : "audio_1");
    publish_run_wait (run, "room-track-published", i + 1);
    remove_branch (run, i == 2 ? "video_1" : "audio_1");
    GstMessage *message = publish_run_wait (run, "room-track-unpublished", i);
    fail_unless_equals_string (gst_structure_get_string
        (gst_message_get_structure (message), "reason"), "released");
  }
  publish_run_wait_track (run, "audio_0", "state", "published");
  publish_run_stop (run);
  publish_run_assert_no_error (run);
  fail_unless_equals_int (publish_run_count (run, "eos"), 0);
}

END_TEST;

START_TEST (pads_come_and_go_while_joining)
{
  static const RoomScriptPhase phases[] = { ROOM_SCRIPT_ACCEPT,
    ROOM_SCRIPT_JOIN, ROOM_SCRIPT_ADD_TRACK, ROOM_SCRIPT_OFFER,
    ROOM_SCRIPT_NEVER
  };
  RoomScriptConfig config = {.hang = phases[_i] };
  g_autoptr (PublishRun) run = publish_run_new (LIVE ROOM, &config);

  publish_run_set (run, GST_STATE_PLAYING);
  for (guint i = 0; i < 10; i++) {
    add_branch (run, BRANCH, "audio_1");
    add_branch (run, VIDEO_BRANCH, "video_1");
    remove_branch (run, "audio_1");
    if (i == 5)
      publish_run_set (run, GST_STATE_PAUSED);
    remove_branch (run, "video_1");
    publish_run_set (run, GST_STATE_PLAYING);
  }
  publish_run_stop (run);
  fail_unless_equals_int (publish_run_count_own_errors (run), 0);
  fail_unless_equals_int (publish_run_get_element (run)->numsinkpads, 1);
}

END_TEST;

START_TEST (pads_come_and_go_while_published)
{
  g_autoptr (PublishRun) run = publish_run_new_connected (LIVE ROOM);

  publish_run_set (run, GST_STATE_PLAYING);
  for (guint i = 0; i < 10; i++) {
    add_branch (run, BRANCH, "audio_1");
    add_branch (run, VIDEO_BRANCH, "video_1");
    if (i % 3 == 2)
      publish_run_wait_track (run, "video_1", "state", "published");
    remove_branch (run, "audio_1");
    remove_branch (run, "video_1");
  }
  publish_run_wait_track (run, "audio_0", "state", "published");
  publish_run_stop (run);
  fail_unless_equals_int (publish_run_count_own_errors (run), 0);
  fail_unless_equals_int (publish_run_count (run, "room-track-published"),
      publish_run_count (run, "room-track-unpublished"));
}

END_TEST;

/* A thread that waited inside a paused webrtcbin kept the pad. A file's is on
 * its way there at nearly every moment, a live stream's at some. */
START_TEST (released_while_paused_does_not_wait)
{
  g_autoptr (PublishRun) run = publish_run_new_connected (LIVE ROOM);
  guint64 none = 0;

  publish_run_set (run, GST_STATE_PLAYING);
  publish_run_wait (run, "room-track-published", 1);
  for (guint i = 0; i < 10; i++) {
    add_branch (run, i % 2 ? BRANCH : FILE_BRANCH, "audio_1");
    publish_run_wait_track (run, "audio_1", "state", "published");
    publish_run_until (run, sends_more, &none);
    publish_run_set (run, GST_STATE_PAUSED);
    remove_branch (run, "audio_1");
    publish_run_set (run, GST_STATE_PLAYING);
    publish_run_wait (run, "room-track-unpublished", i + 1);
  }
  publish_run_stop (run);
  fail_unless_equals_int (publish_run_count_own_errors (run), 0);
}

END_TEST;

START_TEST (rest_ends_when_the_pad_that_did_not_is_released)
{
  g_autoptr (PublishRun) run = publish_run_new_connected (SHORT ROOM);

  publish_run_set (run, GST_STATE_PLAYING);
  add_branch (run, BRANCH, "audio_4");
  publish_run_wait_with (run, "room-track-published", "pad", "audio_4");
  publish_run_wait_with (run, "room-track-unpublished", "pad", "audio_1");
  remove_branch (run, "audio_4");
  assert_ended (run);
}

END_TEST;

typedef struct
{
  GstElement *element;
  gboolean published;           /* when: otherwise when it no longer is */
} ReleaseMoment;

static void
release_in_handler (GObject * pad, GParamSpec * spec, gpointer user_data)
{
  const ReleaseMoment *moment = user_data;
  g_autofree gchar *sid = NULL;

  g_object_get (pad, "track-sid", &sid, NULL);
  if ((sid != NULL) == moment->published)
    gst_element_release_request_pad (moment->element, GST_PAD (pad));
}

START_TEST (pad_is_released_in_a_handler)
{
  g_autoptr (PublishRun) run = publish_run_new_connected (_i & 1 ? LIVE SHORT
      ROOM : LIVE "audiotestsrc num-buffers=20 is-live=true ! mulawenc ! "
      "r.audio_1 " ROOM);
  g_autoptr (GstPad) pad = publish_run_get_pad (run, "audio_1");
  ReleaseMoment moment = { publish_run_get_element (run), _i > 1 };

  g_signal_connect (pad, "notify::track-sid", G_CALLBACK (release_in_handler),
      &moment);
  publish_run_set (run, GST_STATE_PLAYING);
  publish_run_wait_with (run, "room-track-unpublished", "pad", "audio_1");
  publish_run_wait_track (run, "audio_0", "state", "published");
  publish_run_stop (run);
  fail_unless_equals_int (publish_run_count_own_errors (run), 0);
  fail_unless_equals_int (publish_run_get_element (run)->numsinkpads, 1);
}

END_TEST;

static Suite *
roompublishends_suite (void)
{
  Suite *suite = suite_create ("roompublishends");
  TCase *ends = tcase_create ("ends");
  TCase *flush = tcase_create ("flush");
  TCase *pads = tcase_create ("pads");

  publish_run_prepare ();
  tcase_add_test (ends, file_is_sent_and_the_room_left_before_the_end);
  tcase_add_test (ends, end_of_two_files_is_one_end);
  tcase_add_test (ends, end_of_one_leaves_the_other);
  tcase_add_test (ends, end_without_data_is_an_end);
  tcase_add_test (ends, end_without_caps_is_an_end);
  tcase_add_test (ends, end_before_the_join_is_an_end);
  tcase_add_test (ends, end_before_the_track_is_taken_is_an_end);
  tcase_add_test (ends, end_before_the_answer_is_an_end);
  tcase_add_test (ends, end_before_the_media_connects_is_an_end);
  tcase_add_test (ends, end_of_one_before_its_publication_leaves_the_other);
  tcase_add_loop_test (ends, event_sent_to_the_element_ends_all, 0, 2);
  suite_add_tcase (suite, ends);

  tcase_add_test (flush, flushed_file_goes_on);
  tcase_add_test (flush, file_flushed_while_it_waits_is_sent_after_that);
  tcase_add_test (flush, flush_before_the_room_is_harmless);
  tcase_add_test (flush, flushed_live_stream_goes_on);
  tcase_add_test (flush, paused_pipeline_goes_on);
  tcase_add_test (flush, paused_file_is_flushed_and_goes_on);
  suite_add_tcase (suite, flush);

  tcase_add_test (pads, pad_that_comes_later_is_published);
  tcase_add_test (pads, released_pad_is_unpublished_and_the_others_stay);
  tcase_add_loop_test (pads, pads_come_and_go_while_joining, 0, 5);
  tcase_add_test (pads, pads_come_and_go_while_published);
  tcase_add_test (pads, released_while_paused_does_not_wait);
  tcase_add_test (pads, rest_ends_when_the_pad_that_did_not_is_released);
  tcase_add_loop_test (pads, pad_is_released_in_a_handler, 0, 4);
  suite_add_tcase (suite, pads);
  return suite;
}

GST_CHECK_MAIN (roompublishends);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* roompublish: video that subscribers would see badly or late, and what it says
 * of that: once, and not without reason. */
#include "publishrun.h"

#include <string.h>

#define ROOM "roompublish name=r wait-for-subscriber=0 "
#define VIDEO "videotestsrc is-live=true ! video/x-raw,width=160,height=120," \
    "framerate=30/1 ! vp8enc deadline=1 keyframe-max-dist=9999 ! " \
    "identity name=i ! r.video_0 "

/* The text and the advice of the warning @message. */
static gchar *
dup_warning (GstMessage * message)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *debug = NULL;

  gst_message_parse_warning (message, &error, &debug);
  return g_strconcat (error->message, "\n", debug, NULL);
}

static void
assert_warning (PublishRun * run, const gchar * first, const gchar * second)
{
  g_autofree gchar *text = dup_warning (publish_run_wait (run, "warning", 1));

  fail_unless (strstr (text, first) != NULL, "%s", text);
  fail_unless (strstr (text, second) != NULL, "%s", text);
}

/* Questions for key frames that are kept from the encoder. */
typedef struct
{
  GstPad *pad;
  gulong id;
  gint count;
} Deafness;

static GstPadProbeReturn
swallow (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  Deafness *self = user_data;

  if (!gst_event_has_name (GST_PAD_PROBE_INFO_EVENT (info), "GstForceKeyUnit"))
    return GST_PAD_PROBE_OK;
  g_atomic_int_inc (&self->count);
  gst_event_unref (GST_PAD_PROBE_INFO_EVENT (info));
  return GST_PAD_PROBE_HANDLED;
}

static void
make_deaf (Deafness * self, PublishRun * run)
{
  g_autoptr (GstElement) identity = publish_run_get (run, "i");

  self->pad = gst_element_get_static_pad (identity, "src");
  self->count = 0;
  self->id = gst_pad_add_probe (self->pad, GST_PAD_PROBE_TYPE_EVENT_UPSTREAM,
      swallow, self, NULL);
}

static void
cure (Deafness * self)
{
  gst_pad_remove_probe (self->pad, self->id);
  gst_clear_object (&self->pad);
}

static gboolean
was_asked (PublishRun * run, gpointer deafness)
{
  return g_atomic_int_get (&((Deafness *) deafness)->count) > 0;
}

/* Published, and somebody has subscribed, whose questions are not heard. */
static void
begin_deaf (PublishRun * run, Deafness * deafness)
{
  publish_run_set (run, GST_STATE_PLAYING);
  publish_run_wait (run, "room-track-published", 1);
  fail_unless (room_answerer_wait_packets (publish_run_get_answerer (run), 5));
  make_deaf (deafness, run);
  room_script_send (publish_run_get_room (run),
      script_reply_subscribed ("TR_1"));
  publish_run_until (run, was_asked, deafness);
}

/* Two pings are more than two seconds, longer than upstream is given. */
static void
outlast_patience (PublishRun * run)
{
  RoomScript *room = publish_run_get_room (run);

  fail_unless (room_script_wait (room,
          LIVEKIT__SIGNAL_REQUEST__MESSAGE_PING_REQ, room_script_count (room,
              LIVEKIT__SIGNAL_REQUEST__MESSAGE_PING_REQ) + 2));
}

START_TEST (upstream_that_ignores_requests_is_warned_about_once)
{
  g_autoptr (PublishRun) run = publish_run_new_connected (ROOM VIDEO);
  Deafness deafness;

  begin_deaf (run, &deafness);
  assert_warning (run, "Pad video_0: nothing upstream makes key frames",
      "encode in this pipeline");
  room_script_send (publish_run_get_room (run),
      script_reply_subscribed ("TR_1"));
  outlast_patience (run);
  publish_run_stop (run);
  fail_unless_equals_int (publish_run_count (run, "warning"), 1);
  publish_run_assert_no_error (run);
  cure (&deafness);
}

END_TEST;

START_TEST (mute_after_a_request_is_not_blamed_on_upstream)
{
  g_autoptr (PublishRun) run = publish_run_new_connected (ROOM VIDEO);
  g_autoptr (GstPad) pad = publish_run_get_pad (run, "video_0");
  Deafness deafness;

  begin_deaf (run, &deafness);
  g_object_set (pad, "muted", TRUE, NULL);
  cure (&deafness);
  outlast_patience (run);
  fail_unless_equals_int (publish_run_count (run, "warning"), 0);
  g_object_set (pad, "muted", FALSE, NULL);
  outlast_patience (run);
  publish_run_stop (run);
  fail_unless_equals_int (publish_run_count (run, "warning"), 0);
  publish_run_assert_no_error (run);
}

END_TEST;

START_TEST (pause_after_a_request_is_not_blamed_on_upstream)
{
  g_autoptr (PublishRun) run = publish_run_new_connected (ROOM VIDEO);
  Deafness deafness;

  begin_deaf (run, &deafness);
  publish_run_set (run, GST_STATE_PAUSED);
  cure (&deafness);
  outlast_patience (run);
  fail_unless_equals_int (publish_run_count (run, "warning"), 0);
  publish_run_set (run, GST_STATE_PLAYING);
  /* Asks again, and is heard. */
  room_script_send (publish_run_get_room (run),
      script_reply_subscribed ("TR_1"));
  outlast_patience (run);
  publish_run_stop (run);
  fail_unless_equals_int (publish_run_count (run, "warning"), 0);
  publish_run_assert_no_error (run);
}

END_TEST;

static GstPadProbeReturn
count_buffer (GstPad * pad, GstPadProbeInfo * info, gpointer count)
{
  g_atomic_int_inc ((gint *) count);
  return GST_PAD_PROBE_OK;
}

static gboolean
are_many (PublishRun * run, gpointer count)
{
  return g_atomic_int_get ((gint *) count) >= 90;
}

START_TEST (b_frames_are_warned_about_once_with_the_option_to_set)
{
  gint count = 0;
  g_autofree gchar *launch = g_strdup_printf (ROOM "videotestsrc is-live=%s "
      "! video/x-raw,width=160,height=120,framerate=60/1 ! x264enc "
      "speed-preset=ultrafast bframes=2 b-adapt=false key-int-max=30 "
      "rc-lookahead=5 ! video/x-h264,profile=main ! identity name=i ! "
      "r.video_0", _i ? "true" : "false");
  g_autoptr (PublishRun) run = publish_run_new_connected (launch);
  g_autoptr (GstElement) identity = publish_run_get (run, "i");
  g_autoptr (GstPad) src = gst_element_get_static_pad (identity, "src");

  publish_run_set (run, GST_STATE_PLAYING);
  assert_warning (run, "Pad video_0: the video has B-frames",
      "x264enc tune=zerolatency or bframes=0");
  /* There are some more of them in each of these. */
  gst_pad_add_probe (src, GST_PAD_PROBE_TYPE_BUFFER, count_buffer, &count,
      NULL);
  publish_run_until (run, are_many, &count);
  publish_run_stop (run);
  fail_unless_equals_int (publish_run_count (run, "warning"), 1);
  publish_run_assert_no_error (run);
}

END_TEST;

START_TEST (stream_without_b_frames_is_not_warned_about)
{
  gint count = 0;
  g_autoptr (PublishRun) run = publish_run_new_connected (ROOM
      "videotestsrc is-live=true ! video/x-raw,width=160,height=120,"
      "framerate=60/1 ! x264enc speed-preset=ultrafast bframes=0 "
      "key-int-max=30 rc-lookahead=5 ! identity name=i ! r.video_0");
  g_autoptr (GstElement) identity = publish_run_get (run, "i");
  g_autoptr (GstPad) src = gst_element_get_static_pad (identity, "src");

  publish_run_set (run, GST_STATE_PLAYING);
  publish_run_wait (run, "room-track-published", 1);
  gst_pad_add_probe (src, GST_PAD_PROBE_TYPE_BUFFER, count_buffer, &count,
      NULL);
  publish_run_until (run, are_many, &count);
  publish_run_stop (run);
  fail_unless_equals_int (publish_run_count (run, "warning"), 0);
  publish_run_assert_no_error (run);
}

END_TEST;

static Suite *
roompublishkeyunits_suite (void)
{
  Suite *suite = suite_create ("roompublishkeyunits");
  TCase *requests = tcase_create ("requests");
  TCase *order = tcase_create ("order");

  publish_run_prepare ();
  tcase_set_timeout (requests, 60);
  tcase_add_test (requests,
      upstream_that_ignores_requests_is_warned_about_once);
  tcase_add_test (requests, mute_after_a_request_is_not_blamed_on_upstream);
  tcase_add_test (requests, pause_after_a_request_is_not_blamed_on_upstream);
  suite_add_tcase (suite, requests);

  tcase_add_loop_test (order,
      b_frames_are_warned_about_once_with_the_option_to_set, 0, 2);
  tcase_add_test (order, stream_without_b_frames_is_not_warned_about);
  suite_add_tcase (suite, order);
  return suite;
}

GST_CHECK_MAIN (roompublishkeyunits);

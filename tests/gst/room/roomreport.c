/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomReport: the messages that docs/roompublish.md promises, field by field. */
#include "roomreport.h"

#include <gst/check/gstcheck.h>
#include <string.h>

#include "livekit/livekiterror.h"

static GstElement *element;
static GstBus *bus;

static const RoomReportTrack track = {
  .pad = "video_0",.sid = "TR_1",.name = "stage",.codec = "H264",.video = TRUE,
  .width = 640,.height = 360,
};

static void
setup (void)
{
  element = gst_bin_new ("publisher");
  bus = gst_bus_new ();
  gst_element_set_bus (element, bus);
}

static void
teardown (void)
{
  gst_element_set_bus (element, NULL);
  gst_clear_object (&bus);
  gst_clear_object (&element);
}

/* The one message that was posted. */
static GstMessage *
pop (GstMessageType type)
{
  GstMessage *message = gst_bus_pop (bus);

  fail_unless (message != NULL);
  fail_unless (GST_MESSAGE_SRC (message) == GST_OBJECT (element));
  fail_unless_equals_int (GST_MESSAGE_TYPE (message), type);
  fail_if (gst_bus_have_pending (bus));
  return message;
}

/* That its structure is @expected, no field more and none less. */
static void
assert_posted (const gchar * expected)
{
  g_autoptr (GstMessage) message = pop (GST_MESSAGE_ELEMENT);
  g_autoptr (GstStructure) structure =
      gst_structure_from_string (expected, NULL);

  fail_unless (structure != NULL, "%s", expected);
  g_autofree gchar *text =
      gst_structure_to_string (gst_message_get_structure (message));
  fail_unless (gst_structure_is_equal (structure,
          gst_message_get_structure (message)), "%s", text);
}

GST_START_TEST (joined_tells_of_the_room)
{
  g_autoptr (LivekitJoined) joined = livekit_joined_new ();

  joined->room = g_strdup ("stage");
  joined->room_sid = g_strdup ("RM_1");
  joined->identity = g_strdup ("camera");
  joined->participant_sid = g_strdup ("PA_1");
  joined->server_version = g_strdup ("1.13.5");
  joined->server_region = g_strdup ("north");
  joined->participants = 3;
  room_report_joined (element, joined);
  assert_posted ("room-joined, room=(string)stage, room-sid=(string)RM_1, "
      "identity=(string)camera, participant-sid=(string)PA_1, "
      "server-version=(string)1.13.5, server-region=(string)north, "
      "participants=(uint)3");
}

GST_END_TEST;

GST_START_TEST (joined_without_a_region_is_told_too)
{
  g_autoptr (LivekitJoined) joined = livekit_joined_new ();

  room_report_joined (element, joined);
  g_autoptr (GstMessage) message = pop (GST_MESSAGE_ELEMENT);
  fail_unless (gst_structure_has_field_typed
      (gst_message_get_structure (message), "server-region", G_TYPE_STRING));
}

GST_END_TEST;

GST_START_TEST (published_video_has_a_size)
{
  room_report_track_published (element, &track);
  assert_posted ("room-track-published, pad=(string)video_0, "
      "track-sid=(string)TR_1, track-name=(string)stage, codec=(string)H264, "
      "kind=(string)video, width=(uint)640, height=(uint)360, "
      "channels=(uint)0");
}

GST_END_TEST;

GST_START_TEST (published_sound_has_channels)
{
  const RoomReportTrack sound = {
    .pad = "audio_0",.sid = "TR_2",.name = "voice",.codec = "opus",.channels = 2
  };

  room_report_track_published (element, &sound);
  assert_posted ("room-track-published, pad=(string)audio_0, "
      "track-sid=(string)TR_2, track-name=(string)voice, codec=(string)opus, "
      "kind=(string)audio, width=(uint)0, height=(uint)0, channels=(uint)2");
}

GST_END_TEST;

GST_START_TEST (unpublished_says_why)
{
  room_report_track_unpublished (element, &track, "released");
  assert_posted ("room-track-unpublished, pad=(string)video_0, "
      "track-sid=(string)TR_1, track-name=(string)stage, "
      "reason=(string)released");
}

GST_END_TEST;

GST_START_TEST (subscribed_names_the_track)
{
  room_report_track_subscribed (element, &track);
  assert_posted ("room-track-subscribed, pad=(string)video_0, "
      "track-sid=(string)TR_1, track-name=(string)stage");
}

GST_END_TEST;

GST_START_TEST (disconnected_of_our_own_is_left)
{
  room_report_disconnected (element, NULL);
  assert_posted ("room-disconnected, reason=(string)left, "
      "text=(string)\"left the room\"");
}

GST_END_TEST;

GST_START_TEST (disconnected_by_the_room_has_its_reason)
{
  g_autoptr (GError) error = g_error_new_literal (LIVEKIT_ERROR,
      LIVEKIT_ERROR_REMOVED, "removed by somebody");

  room_report_disconnected (element, error);
  assert_posted ("room-disconnected, reason=(string)removed, "
      "text=(string)\"removed by somebody\"");
}

GST_END_TEST;

/* Posts @error and gives what the application gets of it. */
static GError *
report (const GError * error, gchar ** reason)
{
  GError *posted;
  g_autofree gchar *debug = NULL;
  const GstStructure *details;

  room_report_error (element, error);
  g_autoptr (GstMessage) message = pop (GST_MESSAGE_ERROR);
  gst_message_parse_error (message, &posted, &debug);
  gst_message_parse_error_details (message, &details);
  *reason = g_strdup (gst_structure_get_string (details, "room-reason"));
  fail_unless (strstr (debug, "publisher") != NULL, "%s", debug);
  return posted;
}

GST_START_TEST (error_of_the_room_has_its_reason_and_words)
{
  g_autofree gchar *reason = NULL;
  g_autoptr (GError) error = g_error_new_literal (LIVEKIT_ERROR, __i__,
      "what happened");
  g_autoptr (GError) posted = report (error, &reason);

  fail_unless (posted->domain == GST_RESOURCE_ERROR);
  fail_if (posted->code == GST_RESOURCE_ERROR_FAILED);
  fail_unless_equals_string (reason, livekit_error_get_nick (__i__));
  fail_unless (strstr (posted->message, "what happened") != NULL, "%s",
      posted->message);
}

GST_END_TEST;

GST_START_TEST (error_of_the_input_keeps_its_domain)
{
  g_autofree gchar *reason = NULL;
  g_autoptr (GError) error = g_error_new_literal (GST_STREAM_ERROR,
      GST_STREAM_ERROR_FORMAT, "pad video_0: no");
  g_autoptr (GError) posted = report (error, &reason);

  fail_unless (g_error_matches (posted, GST_STREAM_ERROR,
          GST_STREAM_ERROR_FORMAT));
  fail_unless_equals_string (reason, "input");
}

GST_END_TEST;

GST_START_TEST (percent_signs_are_only_text)
{
  g_autofree gchar *reason = NULL;
  g_autoptr (GError) error = g_error_new_literal (LIVEKIT_ERROR,
      LIVEKIT_ERROR_REFUSED, "100%s sure %n");
  g_autoptr (GError) posted = report (error, &reason);

  fail_unless (strstr (posted->message, "100%s sure %n") != NULL);
}

GST_END_TEST;

static Suite *
roomreport_suite (void)
{
  Suite *suite = suite_create ("roomreport");
  TCase *tcase = tcase_create ("report");

  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, joined_tells_of_the_room);
  tcase_add_test (tcase, joined_without_a_region_is_told_too);
  tcase_add_test (tcase, published_video_has_a_size);
  tcase_add_test (tcase, published_sound_has_channels);
  tcase_add_test (tcase, unpublished_says_why);
  tcase_add_test (tcase, subscribed_names_the_track);
  tcase_add_test (tcase, disconnected_of_our_own_is_left);
  tcase_add_test (tcase, disconnected_by_the_room_has_its_reason);
  tcase_add_loop_test (tcase, error_of_the_room_has_its_reason_and_words,
      LIVEKIT_ERROR_URL, LIVEKIT_ERROR_MEDIA + 1);
  tcase_add_test (tcase, error_of_the_input_keeps_its_domain);
  tcase_add_test (tcase, percent_signs_are_only_text);
  suite_add_tcase (suite, tcase);
  return suite;
}

GST_CHECK_MAIN (roomreport);

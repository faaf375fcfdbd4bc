/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* roompublish and the room: what the one asks of the other, what is told of it
 * on the bus, and what each may change while tracks are published. */
#include "publishrun.h"

#include <string.h>

#define AUDIO "audiotestsrc name=s is-live=true samplesperbuffer=160 " \
    "! audio/x-raw,rate=8000 ! mulawenc name=e ! r.audio_0 "
#define VIDEO "videotestsrc is-live=true ! capsfilter name=c " \
    "caps=video/x-raw,format=I420,width=160,height=120,framerate=30/1 " \
    "! vp8enc deadline=1 ! r.video_0 "
#define ROOM "roompublish name=r "

/* Request number @count (from 1) of @kind, of which there are no more. */
static Livekit__SignalRequest *
wait_request (PublishRun * run, Livekit__SignalRequest__MessageCase kind,
    guint count)
{
  RoomScript *room = publish_run_get_room (run);

  fail_unless (room_script_wait (room, kind, count));
  fail_unless_equals_int (room_script_count (room, kind), count);
  return room_script_dup_request (room, kind, count - 1);
}

static void
request_free (Livekit__SignalRequest * request)
{
  livekit__signal_request__free_unpacked (request, NULL);
}

static void
assert_field (GstMessage * message, const gchar * field, const gchar * expected)
{
  g_autofree gchar *text = gst_value_serialize (gst_structure_get_value
      (gst_message_get_structure (message), field));

  fail_unless (g_strcmp0 (text, expected) == 0, "%s is %s, not %s", field,
      text, expected);
}

START_TEST (joining_is_told)
{
  RoomScriptConfig config = { 0 };
  g_autoptr (PublishRun) run = publish_run_new (ROOM, &config);

  publish_run_set (run, GST_STATE_PAUSED);
  GstMessage *joined = publish_run_wait (run, "room-joined", 1);
  assert_field (joined, "room", "stage");
  assert_field (joined, "room-sid", "RM_script");
  assert_field (joined, "identity", "publisher");
  assert_field (joined, "participant-sid", SCRIPT_PARTICIPANT);
  assert_field (joined, "server-version", "1.13.5");
  assert_field (joined, "participants", "0");
}

END_TEST;

START_TEST (leaving_is_said_and_told)
{
  RoomScriptConfig config = { 0 };
  g_autoptr (PublishRun) run = publish_run_new (ROOM, &config);

  publish_run_set (run, GST_STATE_PLAYING);
  publish_run_wait (run, "room-joined", 1);
  publish_run_stop (run);
  request_free (wait_request (run, LIVEKIT__SIGNAL_REQUEST__MESSAGE_LEAVE, 1));
  GstMessage *left = publish_run_wait (run, "room-disconnected", 1);
  assert_field (left, "reason", "left");
  fail_unless_equals_int (publish_run_count (run, "room-disconnected"), 1);
}

END_TEST;

START_TEST (track_is_asked_for_as_its_pad_says)
{
  g_autoptr (PublishRun) run =
      publish_run_new_connected (ROOM "video_0::track-name=stage "
      "video_0::source=screen-share video_0::stream=group " VIDEO);

  publish_run_set (run, GST_STATE_PLAYING);
  Livekit__SignalRequest *request =
      wait_request (run, LIVEKIT__SIGNAL_REQUEST__MESSAGE_ADD_TRACK, 1);
  Livekit__AddTrackRequest *track = request->add_track;
  fail_unless_equals_string (track->name, "stage");
  fail_unless_equals_string (track->stream, "group");
  fail_unless_equals_int (track->type, LIVEKIT__TRACK_TYPE__VIDEO);
  fail_unless_equals_int (track->source, LIVEKIT__TRACK_SOURCE__SCREEN_SHARE);
  fail_unless_equals_int (track->width, 160);
  fail_unless_equals_int (track->height, 120);
  fail_if (track->muted);
  request_free (request);
}

END_TEST;

START_TEST (published_track_is_told_and_its_pad_has_an_id)
{
  g_autoptr (PublishRun) run = publish_run_new_connected (ROOM VIDEO);
  g_autoptr (GstPad) pad = publish_run_get_pad (run, "video_0");
  g_autofree gchar *sid = NULL;
  g_autofree gchar *after = NULL;

  publish_run_set (run, GST_STATE_PLAYING);
  GstMessage *message = publish_run_wait (run, "room-track-published", 1);
  assert_field (message, "pad", "video_0");
  assert_field (message, "track-sid", "TR_1");
  assert_field (message, "track-name", "video_0");
  assert_field (message, "codec", "VP8");
  assert_field (message, "kind", "video");
  assert_field (message, "width", "160");
  assert_field (message, "height", "120");
  g_object_get (pad, "track-sid", &sid, NULL);
  fail_unless_equals_string (sid, "TR_1");
  fail_unless (room_answerer_wait_packets (publish_run_get_answerer (run), 10));

  publish_run_stop (run);
  message = publish_run_wait (run, "room-track-unpublished", 1);
  assert_field (message, "track-sid", "TR_1");
  assert_field (message, "reason", "stop");
  g_object_get (pad, "track-sid", &after, NULL);
  fail_unless (after == NULL);
}

END_TEST;

START_TEST (what_the_room_was_told_stands_while_published)
{
  static const struct
  {
    const gchar *property;
    const gchar *before;
    const gchar *late;
  } cases[] = {
    {"track-name", "before", "late"},
    {"stream", "before", "late"},
    {"source", "screen-share-audio", "microphone"},
  };
  g_autoptr (PublishRun) run = publish_run_new_connected (ROOM AUDIO);
  g_autoptr (GstPad) pad = publish_run_get_pad (run, "audio_0");
  g_auto (GValue) value = G_VALUE_INIT;

  gst_util_set_object_arg (G_OBJECT (pad), cases[_i].property,
      cases[_i].before);
  publish_run_set (run, GST_STATE_PLAYING);
  publish_run_wait (run, "room-track-published", 1);
  gst_util_set_object_arg (G_OBJECT (pad), cases[_i].property, cases[_i].late);
  g_object_get_property (G_OBJECT (pad), cases[_i].property, &value);
  g_autofree gchar *text = gst_value_serialize (&value);
  fail_unless_equals_string (text, cases[_i].before);
}

END_TEST;

START_TEST (subscription_is_told)
{
  g_autoptr (PublishRun) run = publish_run_new_connected (ROOM AUDIO);

  publish_run_set (run, GST_STATE_PLAYING);
  publish_run_wait (run, "room-track-published", 1);
  room_script_send (publish_run_get_room (run),
      script_reply_subscribed ("TR_1"));
  GstMessage *message = publish_run_wait (run, "room-track-subscribed", 1);
  assert_field (message, "pad", "audio_0");
  assert_field (message, "track-sid", "TR_1");
  publish_run_wait_track (run, "audio_0", "subscribed", "true");
}

END_TEST;

START_TEST (last_subscriber_that_goes_is_seen)
{
  g_autoptr (PublishRun) run = publish_run_new_connected (ROOM VIDEO);
  RoomScript *room = publish_run_get_room (run);

  publish_run_set (run, GST_STATE_PLAYING);
  publish_run_wait (run, "room-track-published", 1);
  room_script_send (room, script_reply_watched ("TR_1", FALSE));
  room_script_send (room, script_reply_watched ("TR_1", TRUE));
  /* The server's wish, before anybody is there, is no subscriber. */
  room_script_send (room, script_reply_mute ("TR_1", TRUE));
  publish_run_wait_track (run, "video_0", "muted", "true");
  publish_run_wait_track (run, "video_0", "subscribed", "false");
  room_script_send (room, script_reply_subscribed ("TR_1"));
  publish_run_wait_track (run, "video_0", "subscribed", "true");
  room_script_send (room, script_reply_watched ("TR_1", FALSE));
  publish_run_wait_track (run, "video_0", "subscribed", "false");
  room_script_send (room, script_reply_watched ("TR_1", TRUE));
  publish_run_wait_track (run, "video_0", "subscribed", "true");
  fail_unless_equals_int (publish_run_count (run, "room-track-subscribed"), 1);
}

END_TEST;

/* Muting. */

static void
wait_muted (PublishRun * run, guint count, gboolean muted)
{
  Livekit__SignalRequest *request =
      wait_request (run, LIVEKIT__SIGNAL_REQUEST__MESSAGE_MUTE, count);

  fail_unless_equals_string (request->mute->sid, "TR_1");
  fail_unless_equals_int (request->mute->muted, muted);
  request_free (request);
}

static GstPadProbeReturn
count_buffer (GstPad * pad, GstPadProbeInfo * info, gpointer count)
{
  g_atomic_int_inc ((gint *) count);
  return GST_PAD_PROBE_OK;
}

static gboolean
has_counted (PublishRun * run, gpointer count)
{
  return g_atomic_int_get ((gint *) count) >= 10;
}

/* Ten more buffers come out of the encoder. */
static void
let_ten_pass (PublishRun * run)
{
  gint count = 0;
  g_autoptr (GstElement) encoder = publish_run_get (run, "e");
  g_autoptr (GstPad) src = gst_element_get_static_pad (encoder, "src");
  gulong id = gst_pad_add_probe (src, GST_PAD_PROBE_TYPE_BUFFER, count_buffer,
      &count, NULL);

  publish_run_until (run, has_counted, &count);
  gst_pad_remove_probe (src, id);
}

static gboolean
sends_more (PublishRun * run, gpointer than)
{
  return publish_run_get_track_count (run, "audio_0", "packets") >
      *(guint64 *) than;
}

START_TEST (muted_pad_sends_nothing_and_tells_the_room)
{
  g_autoptr (PublishRun) run = publish_run_new_connected (ROOM AUDIO);
  g_autoptr (GstPad) pad = publish_run_get_pad (run, "audio_0");

  publish_run_set (run, GST_STATE_PLAYING);
  publish_run_wait (run, "room-track-published", 1);
  g_object_set (pad, "muted", TRUE, NULL);
  wait_muted (run, 1, TRUE);
  /* What was past the gate already goes out. */
  let_ten_pass (run);
  guint64 sent = publish_run_get_track_count (run, "audio_0", "packets");
  let_ten_pass (run);
  fail_unless_equals_uint64 (sent,
      publish_run_get_track_count (run, "audio_0", "packets"));

  g_object_set (pad, "muted", FALSE, NULL);
  wait_muted (run, 2, FALSE);
  publish_run_until (run, sends_more, &sent);
}

END_TEST;

START_TEST (pad_muted_before_is_published_muted)
{
  g_autoptr (PublishRun) run =
      publish_run_new_connected (ROOM "audio_0::muted=true " AUDIO);

  publish_run_set (run, GST_STATE_PLAYING);
  Livekit__SignalRequest *request =
      wait_request (run, LIVEKIT__SIGNAL_REQUEST__MESSAGE_ADD_TRACK, 1);
  fail_unless (request->add_track->muted);
  request_free (request);
  publish_run_wait (run, "room-track-published", 1);
  publish_run_wait_track (run, "audio_0", "muted", "true");
  let_ten_pass (run);
  fail_unless_equals_uint64 (publish_run_get_track_count (run, "audio_0",
          "packets"), 0);
  fail_unless_equals_int (room_script_count (publish_run_get_room (run),
          LIVEKIT__SIGNAL_REQUEST__MESSAGE_MUTE), 0);
}

END_TEST;

static gboolean
is_muted (PublishRun * run, gpointer pad)
{
  gboolean muted;

  g_object_get (pad, "muted", &muted, NULL);
  return muted;
}

START_TEST (room_mutes_the_pad_and_hears_no_echo)
{
  g_autoptr (PublishRun) run = publish_run_new_connected (ROOM AUDIO);
  g_autoptr (GstPad) pad = publish_run_get_pad (run, "audio_0");
  RoomScript *room = publish_run_get_room (run);
  gint notified = 0;

  g_signal_connect_swapped (pad, "notify::muted",
      G_CALLBACK (g_atomic_int_inc), &notified);
  publish_run_set (run, GST_STATE_PLAYING);
  publish_run_wait (run, "room-track-published", 1);
  room_script_send (room, script_reply_mute ("TR_1", TRUE));
  publish_run_until (run, is_muted, pad);
  fail_unless_equals_int (g_atomic_int_get (&notified), 1);
  /* The next that the room hears of it is our own wish. */
  g_object_set (pad, "muted", FALSE, NULL);
  wait_muted (run, 1, FALSE);
}

END_TEST;

/* Who may subscribe. */

static void
wait_allowed (PublishRun * run, guint count, const gchar * expected)
{
  Livekit__SignalRequest *request = wait_request (run,
      LIVEKIT__SIGNAL_REQUEST__MESSAGE_SUBSCRIPTION_PERMISSION, count);
  Livekit__SubscriptionPermission *permission =
      request->subscription_permission;
  g_autoptr (GString) names = g_string_new (NULL);

  for (gsize i = 0; i < permission->n_track_permissions; i++)
    g_string_append_printf (names, "%s ",
        permission->track_permissions[i]->participant_identity);
  fail_unless_equals_int (permission->all_participants, expected == NULL);
  fail_unless_equals_string (names->str, expected ? expected : "");
  request_free (request);
}

START_TEST (allowed_users_are_told_and_changed)
{
  RoomScriptConfig config = { 0 };
  g_autoptr (PublishRun) run = publish_run_new (ROOM AUDIO, &config);
  GObject *element = G_OBJECT (publish_run_get_element (run));

  gst_util_set_object_arg (element, "allowed-users", "<anna, ben>");
  publish_run_set (run, GST_STATE_PLAYING);
  wait_allowed (run, 1, "anna ben ");
  gst_util_set_object_arg (element, "allowed-users", "<carla>");
  wait_allowed (run, 2, "carla ");
  gst_util_set_object_arg (element, "allowed-users", "<>");
  wait_allowed (run, 3, "");
}

END_TEST;

START_TEST (change_of_the_picture_s_size_is_told)
{
  g_autoptr (PublishRun) run = publish_run_new_connected (ROOM VIDEO);
  g_autoptr (GstElement) filter = publish_run_get (run, "c");

  publish_run_set (run, GST_STATE_PLAYING);
  publish_run_wait (run, "room-track-published", 1);
  gst_util_set_object_arg (G_OBJECT (filter), "caps",
      "video/x-raw,format=I420,width=320,height=240,framerate=30/1");
  Livekit__SignalRequest *request =
      wait_request (run, LIVEKIT__SIGNAL_REQUEST__MESSAGE_UPDATE_VIDEO_TRACK,
      1);
  fail_unless_equals_string (request->update_video_track->track_sid, "TR_1");
  fail_unless_equals_int (request->update_video_track->width, 320);
  fail_unless_equals_int (request->update_video_track->height, 240);
  request_free (request);
  publish_run_stop (run);
  publish_run_assert_no_error (run);
}

END_TEST;

START_TEST (track_that_the_room_ends_leaves_the_others)
{
  g_autoptr (PublishRun) run = publish_run_new_connected (ROOM
      "audiotestsrc is-live=true ! opusenc ! r.audio_1 " AUDIO);

  publish_run_set (run, GST_STATE_PLAYING);
  GstMessage *ended = publish_run_wait_with (run, "room-track-published",
      "pad", "audio_1");
  publish_run_wait_with (run, "room-track-published", "pad", "audio_0");
  const gchar *sid = gst_structure_get_string
      (gst_message_get_structure (ended), "track-sid");
  room_script_send (publish_run_get_room (run), script_reply_unpublished (sid));
  ended = publish_run_wait (run, "room-track-unpublished", 1);
  assert_field (ended, "pad", "audio_1");
  assert_field (ended, "reason", "server");
  guint64 sent = publish_run_get_track_count (run, "audio_0", "packets");
  publish_run_until (run, sends_more, &sent);
  publish_run_wait_track (run, "audio_1", "state", "ended");
  publish_run_assert_no_error (run);
  fail_unless_equals_int (publish_run_count (run, "eos"), 0);
}

END_TEST;

START_TEST (end_by_the_room_is_one_error_with_its_reason)
{
  static const struct
  {
    Livekit__DisconnectReason reason;
    const gchar *nick;
  } cases[] = {
    {LIVEKIT__DISCONNECT_REASON__PARTICIPANT_REMOVED, "removed"},
    {LIVEKIT__DISCONNECT_REASON__ROOM_DELETED, "room-deleted"},
    {LIVEKIT__DISCONNECT_REASON__DUPLICATE_IDENTITY, "duplicate-identity"},
    {LIVEKIT__DISCONNECT_REASON__SERVER_SHUTDOWN, "server-shutdown"},
  };
  g_autoptr (PublishRun) run = publish_run_new_connected (ROOM AUDIO VIDEO);

  publish_run_set (run, GST_STATE_PLAYING);
  publish_run_wait (run, "room-track-published", 2);
  room_script_send_leave (publish_run_get_room (run), cases[_i].reason);
  publish_run_wait (run, "room-track-unpublished", 2);
  publish_run_assert_error (run, cases[_i].nick, "");
  GstMessage *message = publish_run_wait (run, "room-disconnected", 1);
  assert_field (message, "reason", cases[_i].nick);
  fail_unless_equals_int (publish_run_count (run, "room-track-unpublished"), 2);
}

END_TEST;

START_TEST (permission_that_is_taken_away_is_an_error)
{
  g_autoptr (PublishRun) run = publish_run_new_connected (ROOM AUDIO);

  publish_run_set (run, GST_STATE_PLAYING);
  publish_run_wait (run, "room-track-published", 1);
  room_script_send (publish_run_get_room (run),
      script_reply_update (SCRIPT_PARTICIPANT,
          LIVEKIT__PARTICIPANT_INFO__STATE__ACTIVE, FALSE));
  publish_run_assert_error (run, "not-allowed", "no longer permits");
}

END_TEST;

static Suite *
roompublishroom_suite (void)
{
  Suite *suite = suite_create ("roompublishroom");
  TCase *tracks = tcase_create ("tracks");
  TCase *changes = tcase_create ("changes");
  TCase *ends = tcase_create ("ends");

  publish_run_prepare ();
  tcase_add_test (tracks, joining_is_told);
  tcase_add_test (tracks, leaving_is_said_and_told);
  tcase_add_test (tracks, track_is_asked_for_as_its_pad_says);
  tcase_add_test (tracks, published_track_is_told_and_its_pad_has_an_id);
  tcase_add_loop_test (tracks, what_the_room_was_told_stands_while_published, 0,
      3);
  tcase_add_test (tracks, subscription_is_told);
  tcase_add_test (tracks, last_subscriber_that_goes_is_seen);
  suite_add_tcase (suite, tracks);

  tcase_add_test (changes, muted_pad_sends_nothing_and_tells_the_room);
  tcase_add_test (changes, pad_muted_before_is_published_muted);
  tcase_add_test (changes, room_mutes_the_pad_and_hears_no_echo);
  tcase_add_test (changes, allowed_users_are_told_and_changed);
  tcase_add_test (changes, change_of_the_picture_s_size_is_told);
  suite_add_tcase (suite, changes);

  tcase_add_test (ends, track_that_the_room_ends_leaves_the_others);
  tcase_add_loop_test (ends, end_by_the_room_is_one_error_with_its_reason, 0,
      4);
  tcase_add_test (ends, permission_that_is_taken_away_is_an_error);
  suite_add_tcase (suite, ends);
  return suite;
}

GST_CHECK_MAIN (roompublishroom);

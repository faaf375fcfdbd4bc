/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* roompublish: what changes while it runs, on one side or the other, and a stop
 * in the middle of it. */
#include "publishrun.h"

#define GST_USE_UNSTABLE_API
#include <gst/webrtc/webrtc.h>

#define CAPS "audio/x-mulaw,rate=8000,channels=1"
#define LIVE "audiotestsrc is-live=true ! mulawenc ! r. "
#define FILE_OF(pad, n) "audiotestsrc samplesperbuffer=160 num-buffers=" \
    G_STRINGIFY (n) " ! mulawenc ! tee allow-not-linked=true ! r." \
    pad " "
#define ROOM "roompublish name=r wait-for-subscriber=0 "

START_TEST (name_that_is_set_while_joined_counts)
{
  g_autoptr (PublishRun) run = publish_run_new_connected (ROOM
      "audiotestsrc is-live=true ! mulawenc ! tee name=e "
      "allow-not-linked=true");
  RoomScript *room = publish_run_get_room (run);
  g_autoptr (GstElement) branch = publish_run_get (run, "e");

  publish_run_set (run, GST_STATE_PLAYING);
  publish_run_wait (run, "room-joined", 1);
  g_autoptr (GstPad) pad = gst_element_request_pad_simple
      (publish_run_get_element (run), "audio_%u");
  g_object_set (pad, "track-name", "voice", NULL);
  gst_element_link_pads (branch, "src_%u", publish_run_get_element (run),
      GST_PAD_NAME (pad));
  publish_run_wait_with (run, "room-track-published", "track-name", "voice");
  Livekit__SignalRequest *request = room_script_dup_request (room,
      LIVEKIT__SIGNAL_REQUEST__MESSAGE_ADD_TRACK, 0);
  fail_unless_equals_string (request->add_track->name, "voice");
  livekit__signal_request__free_unpacked (request, NULL);
}

END_TEST;

/* The first offer only: what comes later stays open. */
static gchar *
answer_once (guint id, const gchar * offer, gpointer user_data)
{
  return id == 1 ? room_answerer_answer (id, offer, user_data) : NULL;
}

static GstPad *
make_silent_source (GstElement * element)
{
  GstPad *source = gst_pad_new ("src", GST_PAD_SRC);
  g_autoptr (GstPad) sink =
      gst_element_request_pad_simple (element, "audio_%u");
  g_autoptr (GstCaps) caps = gst_caps_from_string (CAPS);

  gst_pad_set_active (source, TRUE);
  fail_unless_equals_int (gst_pad_link (source, sink), GST_PAD_LINK_OK);
  gst_pad_push_event (source, gst_event_new_stream_start ("silent"));
  gst_pad_push_event (source, gst_event_new_caps (caps));
  return source;
}

START_TEST (pad_released_before_its_file_begins_is_gone)
{
  g_autoptr (RoomAnswerer) answerer = room_answerer_new (FALSE);
  RoomScriptConfig config = {.answer = answer_once,.trickle =
        room_answerer_trickle,.user_data = answerer
  };
  PublishRun *run = publish_run_new (ROOM FILE_OF ("audio_0", 1000), &config);
  GstElement *element = publish_run_get_element (run);

  room_answerer_set_script (answerer, publish_run_get_room (run));
  publish_run_set (run, GST_STATE_PLAYING);
  /* The file waits for this one, which has no data, for half a second. */
  g_autoptr (GstPad) silent = make_silent_source (element);
  publish_run_wait (run, "room-track-published", 1);
  /* Some turns of the room's loop later it may begin. */
  for (guint i = 0; i < 5; i++)
    publish_run_wait_track (run, "audio_0", "state", "published");
  g_autoptr (GstPad) pad = publish_run_get_pad (run, "audio_0");
  gst_element_release_request_pad (element, pad);
  fail_unless (room_script_wait (publish_run_get_room (run),
          LIVEKIT__SIGNAL_REQUEST__MESSAGE_OFFER, 2));
  /* Some time after the waiting is over. */
  fail_unless (room_script_wait (publish_run_get_room (run),
          LIVEKIT__SIGNAL_REQUEST__MESSAGE_PING_REQ, 1));
  gst_pad_set_active (silent, FALSE);
  publish_run_stop (run);
  publish_run_assert_no_error (run);
  room_answerer_set_script (answerer, NULL);
  publish_run_free (run);
}

END_TEST;

START_TEST (stream_of_a_track_that_the_room_took_away_goes_on_to_its_end)
{
  g_autoptr (PublishRun) run =
      publish_run_new_connected (ROOM FILE_OF ("audio_0", 100)
      FILE_OF ("audio_1", 50));
  GstMessage *published;

  publish_run_set (run, GST_STATE_PLAYING);
  published = publish_run_wait_with (run, "room-track-published", "pad",
      "audio_0");
  publish_run_wait (run, "room-track-published", 2);
  /* Under way: a packet of it was sent. */
  fail_unless (room_answerer_wait_packets (publish_run_get_answerer (run), 5));
  room_script_send (publish_run_get_room (run),
      script_reply_unpublished (gst_structure_get_string
          (gst_message_get_structure (published), "track-sid")));
  publish_run_wait_with (run, "room-track-unpublished", "reason", "server");
  publish_run_wait (run, "eos", 1);
  publish_run_stop (run);
  publish_run_assert_no_error (run);
  fail_unless_equals_int (publish_run_count (run, "eos"), 1);
}

END_TEST;

/* In webrtcbin's thread, between the description and the word that it is set. */
static void
on_signaling_state (GstElement * webrtc, GParamSpec * spec, gpointer room)
{
  room_script_wait (room, LIVEKIT__SIGNAL_REQUEST__MESSAGE_LEAVE, 1);
}

START_TEST (end_counts_of_a_pad_without_data_when_the_other_is_released)
{
  g_autoptr (PublishRun) run = publish_run_new_connected (ROOM);
  GstElement *element = publish_run_get_element (run);
  g_autoptr (GstPad) silent = NULL;

  publish_run_set (run, GST_STATE_PLAYING);
  publish_run_wait (run, "room-joined", 1);
  silent = make_silent_source (element);
  g_autoptr (GstPad) other =
      gst_element_request_pad_simple (element, "audio_%u");
  gst_pad_push_event (silent, gst_event_new_eos ());
  gst_element_release_request_pad (element, other);
  publish_run_wait (run, "eos", 1);
  gst_pad_set_active (silent, FALSE);
}

END_TEST;

static gboolean
is_gone (PublishRun * run, gpointer pad)
{
  return *(gpointer *) pad == NULL;
}

START_TEST (pad_released_right_after_its_end_is_let_go)
{
  g_autoptr (PublishRun) run = publish_run_new_connected (ROOM LIVE);
  GstElement *element = publish_run_get_element (run);

  publish_run_set (run, GST_STATE_PLAYING);
  publish_run_wait (run, "room-track-published", 1);
  gpointer silent = make_silent_source (element);
  GstPad *pad = gst_pad_get_peer (silent);
  gpointer weak = pad;
  g_object_add_weak_pointer (weak, &weak);
  gst_pad_push_event (silent, gst_event_new_eos ());
  gst_element_release_request_pad (element, pad);
  gst_object_unref (pad);
  publish_run_until (run, is_gone, &weak);
  gst_object_unref (silent);
  fail_unless_equals_int (publish_run_count (run, "eos"), 0);
}

END_TEST;

static gboolean
is_offered (PublishRun * run, gpointer webrtc)
{
  GstWebRTCSignalingState state;

  g_object_get (webrtc, "signaling-state", &state, NULL);
  return state == GST_WEBRTC_SIGNALING_STATE_HAVE_LOCAL_OFFER;
}

START_TEST (stop_while_an_offer_is_made_is_quiet)
{
  RoomScriptConfig config = {.hang = ROOM_SCRIPT_LEAVE };
  g_autoptr (PublishRun) run = publish_run_new (ROOM LIVE, &config);
  RoomScript *room = publish_run_get_room (run);

  publish_run_set (run, GST_STATE_PAUSED);
  g_autoptr (GstElement) webrtc = publish_run_get (run, "publisher");
  g_signal_connect (webrtc, "notify::signaling-state",
      G_CALLBACK (on_signaling_state), room);
  publish_run_set (run, GST_STATE_PLAYING);
  fail_unless (room_script_wait (room,
          LIVEKIT__SIGNAL_REQUEST__MESSAGE_ADD_TRACK, 1));
  publish_run_until (run, is_offered, webrtc);
  publish_run_stop (run);
  fail_unless_equals_int (room_script_count (room,
          LIVEKIT__SIGNAL_REQUEST__MESSAGE_OFFER), 0);
  publish_run_assert_no_error (run);
}

END_TEST;

START_TEST (second_connection_is_answered_and_uses_the_same_servers)
{
  RoomScriptConfig config = {.no_route = TRUE,.subscriber_offer = TRUE };
  g_autoptr (PublishRun) run =
      publish_run_new (ROOM "stun-server=stun://127.0.0.1:9 " LIVE, &config);
  g_autofree gchar *stun = NULL;

  publish_run_set (run, GST_STATE_PLAYING);
  fail_unless (room_script_wait (publish_run_get_room (run),
          LIVEKIT__SIGNAL_REQUEST__MESSAGE_ANSWER, 1));
  g_autoptr (GstElement) subscriber = publish_run_get (run, "subscriber");
  g_object_get (subscriber, "stun-server", &stun, NULL);
  fail_unless_equals_string (stun, "stun://127.0.0.1:9");
  publish_run_stop (run);
  publish_run_assert_no_error (run);
}

END_TEST;

static Suite *
roompublishchanges_suite (void)
{
  Suite *suite = suite_create ("roompublishchanges");
  TCase *changes = tcase_create ("changes");

  publish_run_prepare ();
  tcase_set_timeout (changes, 60);
  tcase_add_test (changes, name_that_is_set_while_joined_counts);
  tcase_add_test (changes, pad_released_before_its_file_begins_is_gone);
  tcase_add_test (changes,
      stream_of_a_track_that_the_room_took_away_goes_on_to_its_end);
  tcase_add_test (changes,
      end_counts_of_a_pad_without_data_when_the_other_is_released);
  tcase_add_test (changes, pad_released_right_after_its_end_is_let_go);
  tcase_add_test (changes, stop_while_an_offer_is_made_is_quiet);
  tcase_add_test (changes,
      second_connection_is_answered_and_uses_the_same_servers);
  suite_add_tcase (suite, changes);
  return suite;
}

GST_CHECK_MAIN (roompublishchanges);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stopscene.h"

#include "clientrun.h"
#include "stoprunner.h"
#include "stucklistener.h"

/* A name that is never looked up. */
#define NOWHERE "ws://room.invalid:7880"

#define SOUND "audio/x-raw,rate=48000,channels=1 ! opusenc ! room.audio_0 "
#define PICTURE "video/x-raw,width=64,height=48,framerate=30/1 " \
    "! vp8enc deadline=1 ! room.video_0 "

static const gchar *const inputs[] = {
  "audiotestsrc name=sound is-live=true samplesperbuffer=960 ! " SOUND
      "videotestsrc name=picture is-live=true ! " PICTURE,
  "audiotestsrc name=sound samplesperbuffer=960 ! " SOUND
      "videotestsrc name=picture ! " PICTURE,
  "appsrc name=sound is-live=true format=time ! room.audio_0 "
      "appsrc name=picture is-live=true format=time ! room.video_0 ",
};

const gchar *
stop_phase_get_name (StopPhase phase)
{
  static const gchar *const names[] = { "resolving", "connecting", "upgrading",
    "joining", "joined", "paused", "adding-track", "offering", "ice", "live",
    "leaving"
  };

  return names[phase];
}

static RoomScriptPhase
get_hang (StopPhase phase)
{
  switch (phase) {
    case STOP_PHASE_UPGRADING:
      return ROOM_SCRIPT_UPGRADE;
    case STOP_PHASE_JOINING:
      return ROOM_SCRIPT_JOIN;
    case STOP_PHASE_ADDING_TRACK:
      return ROOM_SCRIPT_ADD_TRACK;
    case STOP_PHASE_OFFERING:
      return ROOM_SCRIPT_OFFER;
    case STOP_PHASE_LEAVING:
      return ROOM_SCRIPT_LEAVE;
    default:
      return ROOM_SCRIPT_NEVER;
  }
}

/* It takes a while to fill a backlog, and nothing changes it afterwards. */
static RoomScript *
get_full_server (void)
{
  static RoomScript *server;
  const RoomScriptConfig config = {.hang = ROOM_SCRIPT_ACCEPT };

  if (server == NULL)
    server = room_script_new (&config);
  return server;
}

static void
make_server (StopScene * self)
{
  RoomScriptConfig config = {.hang = get_hang (self->phase) };

  if (self->phase == STOP_PHASE_CONNECTING) {
    self->script = get_full_server ();
    return;
  }
  if (self->phase == STOP_PHASE_RESOLVING) {
    self->resolver = hang_resolver_new (FALSE);
    return;
  }
  if (self->phase == STOP_PHASE_ICE || self->phase == STOP_PHASE_LIVE) {
    self->answerer = room_answerer_new (self->phase == STOP_PHASE_ICE);
    config.answer = room_answerer_answer;
    config.trickle = room_answerer_trickle;
    config.user_data = self->answerer;
  }
  self->script = room_script_new (&config);
  if (self->answerer != NULL)
    room_answerer_set_script (self->answerer, self->script);
}

StopScene *
stop_scene_new (StopPhase phase, StopInput input)
{
  StopScene *self = g_new0 (StopScene, 1);
  g_autoptr (GError) error = NULL;

  self->phase = phase;
  self->input = input;
  make_server (self);
  g_autofree gchar *token = client_run_new_token ();
  g_autofree gchar *line = g_strdup_printf
      ("roompublish name=room url=%s token=%s %s", self->script != NULL
      ? room_script_get_url (self->script) : NOWHERE, token, inputs[input]);
  self->pipeline = gst_parse_launch (line, &error);
  g_assert_no_error (error);
  gst_object_ref_sink (self->pipeline);
  /* What is said too late shall be heard. */
  g_object_set (self->pipeline, "auto-flush-bus", FALSE, NULL);
  self->room = gst_bin_get_by_name (GST_BIN (self->pipeline), "room");
  room_answerer_confine (GST_BIN (self->room));
  self->bus = gst_element_get_bus (self->pipeline);
  self->record = stop_record_new (self->bus, self->room);
  if (phase == STOP_PHASE_CONNECTING)
    self->connecting = stuck_listener_count_connecting
        (room_script_get_port (self->script));
  return self;
}

void
stop_scene_start (StopScene * self)
{
  gst_element_set_state (self->pipeline, self->phase == STOP_PHASE_PAUSED
      ? GST_STATE_PAUSED : GST_STATE_PLAYING);
}

static gboolean
is_connecting (gpointer user_data)
{
  StopScene *self = user_data;

  return stuck_listener_count_connecting (room_script_get_port (self->script))
      > self->connecting;
}

/* The answer is in force: from here on ICE is at work. */
static gboolean
is_answered (gpointer user_data)
{
  StopScene *self = user_data;
  g_autoptr (GstElement) webrtc =
      gst_bin_get_by_name (GST_BIN (self->room), "publisher");
  gpointer answer = NULL;

  g_object_get (webrtc, "current-remote-description", &answer, NULL);
  if (answer != NULL)
    g_boxed_free (g_type_from_name ("GstWebRTCSessionDescription"), answer);
  return answer != NULL;
}

static gpointer
go_ready (gpointer pipeline)
{
  gst_element_set_state (pipeline, GST_STATE_READY);
  return NULL;
}

static gboolean
begin_to_leave (StopScene * self)
{
  if (!room_script_wait (self->script,
          LIVEKIT__SIGNAL_REQUEST__MESSAGE_OFFER, 1))
    return FALSE;
  if (self->by_state)
    self->leaver = g_thread_new ("leaver", go_ready, self->pipeline);
  else
    gst_element_send_event (self->pipeline, gst_event_new_eos ());
  return room_script_wait (self->script,
      LIVEKIT__SIGNAL_REQUEST__MESSAGE_LEAVE, 1);
}

gboolean
stop_scene_enter (StopScene * self, gboolean by_state)
{
  self->by_state = by_state && self->phase == STOP_PHASE_LEAVING;
  stop_scene_start (self);
  switch (self->phase) {
    case STOP_PHASE_RESOLVING:
      return hang_resolver_wait (self->resolver, 1);
    case STOP_PHASE_CONNECTING:
      return stop_runner_wait_until (is_connecting, self);
    case STOP_PHASE_UPGRADING:
      return room_script_wait (self->script, ROOM_SCRIPT_SEEN_UPGRADE, 1);
    case STOP_PHASE_JOINING:
      return room_script_wait (self->script, ROOM_SCRIPT_SEEN_OPEN, 1);
    case STOP_PHASE_JOINED:
    case STOP_PHASE_PAUSED:
      return stop_record_wait (self->record, "room-joined", 1);
    case STOP_PHASE_ADDING_TRACK:
      return room_script_wait (self->script,
          LIVEKIT__SIGNAL_REQUEST__MESSAGE_ADD_TRACK, 2);
    case STOP_PHASE_OFFERING:
      return room_script_wait (self->script,
          LIVEKIT__SIGNAL_REQUEST__MESSAGE_OFFER, 1);
    case STOP_PHASE_ICE:
      return room_script_wait (self->script,
          LIVEKIT__SIGNAL_REQUEST__MESSAGE_OFFER, 1)
          && stop_runner_wait_until (is_answered, self);
    case STOP_PHASE_LIVE:
      return stop_record_wait (self->record, "room-track-published", 2)
          && room_answerer_wait_packets (self->answerer, 1);
    case STOP_PHASE_LEAVING:
      return begin_to_leave (self);
  }
  return FALSE;
}

static void
free_script (StopScene * self)
{
  if (self->answerer != NULL)
    room_answerer_set_script (self->answerer, NULL);
  if (self->phase != STOP_PHASE_CONNECTING)
    g_clear_pointer (&self->script, room_script_free);
}

void
stop_scene_cut (StopScene * self, gboolean reset)
{
  /* What does not upgrade has no connection to cut, but goes as a whole. */
  if (self->phase == STOP_PHASE_UPGRADING)
    free_script (self);
  else
    room_script_cut (self->script, reset);
}

static gboolean
is_gone (gpointer weak)
{
  g_autoptr (GObject) object = g_weak_ref_get (weak);

  return object == NULL;
}

/* Nobody keeps it; a thread of GStreamer's own may for a moment. */
static gboolean
wait_gone (GWeakRef * weak, const gchar * what)
{
  gboolean gone = stop_runner_wait_until (is_gone, weak);

  if (!gone)
    g_printerr ("somebody keeps %s\n", what);
  g_weak_ref_clear (weak);
  return gone;
}

gboolean
stop_scene_free (StopScene * self)
{
  GWeakRef pipeline, room;

  g_clear_pointer (&self->leaver, g_thread_join);
  g_weak_ref_init (&pipeline, self->pipeline);
  g_weak_ref_init (&room, self->room);
  g_clear_pointer (&self->record, stop_record_free);
  gst_object_unref (self->bus);
  gst_object_unref (self->room);
  gst_object_unref (self->pipeline);
  gboolean gone = wait_gone (&pipeline, "the pipeline");
  gone &= wait_gone (&room, "roompublish");
  free_script (self);
  g_clear_pointer (&self->answerer, room_answerer_free);
  g_clear_pointer (&self->resolver, hang_resolver_free);
  g_free (self);
  return gone;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "callscene.h"

#include "rtmp/rtmpflvtag.h"
#include "stoprunner.h"

#include <string.h>

/* A name that is never looked up. */
#define NOWHERE "rtmp://server.invalid/live/key"

/* More than all buffers of the system hold, in frames; and what fills our own,
 * rtmpsrc's without a property. */
#define MANY 200
#define LARGE 100000
#define SINK_QUEUE 1000000
#define ENDLESS_QUEUE 100000000
#define SOURCE_QUEUE (8 * 1024 * 1024)

const gchar *
call_phase_get_name (CallPhase phase)
{
  static const gchar *const names[] = { "resolving", "connecting", "tls",
    "handshake", "connect", "create-stream", "start", "running", "paused",
    "blocked", "draining", "leaving", "waiting"
  };

  return names[phase];
}

/* It takes a while to fill a backlog, and nothing changes it afterwards. */
static StuckListener *
get_full_listener (void)
{
  static StuckListener *listener;

  if (listener == NULL)
    listener = stuck_listener_new_full ();
  return listener;
}

static void
on_heard (GSocket * socket, const gchar * head, gpointer user_data)
{
  CallScene *self = user_data;

  g_atomic_int_set (&self->heard, TRUE);
}

static void
make_server (CallScene * self)
{
  HostServerConfig config = {.play_size = 100 };

  if (self->phase == CALL_PHASE_CONNECT)
    config.hang = HOST_SERVER_CONNECT;
  if (self->phase == CALL_PHASE_CREATE_STREAM)
    config.hang = HOST_SERVER_CREATE_STREAM;
  if (self->phase == CALL_PHASE_START)
    config.hang = HOST_SERVER_START;
  if (self->phase >= CALL_PHASE_RUNNING)
    config.to_play = G_MAXUINT;
  if (self->phase == CALL_PHASE_BLOCKED)
    config.play_size = LARGE;
  if (self->phase == CALL_PHASE_DRAINING)
    config.to_play = 3;
  config.deaf = self->phase == CALL_PHASE_DRAINING
      || (self->publish && self->phase == CALL_PHASE_BLOCKED);
  self->server = host_server_new (&config);
}

static gchar *
make_peer (CallScene * self)
{
  switch (self->phase) {
    case CALL_PHASE_RESOLVING:
      self->resolver = hang_resolver_new (FALSE);
      return g_strdup (NOWHERE);
    case CALL_PHASE_CONNECTING:
      self->listener = get_full_listener ();
      self->connecting = stuck_listener_count_connecting
          (stuck_listener_get_port (self->listener));
      break;
    case CALL_PHASE_TLS:
    case CALL_PHASE_HANDSHAKE:
      self->listener = stuck_listener_new_mute (on_heard, self);
      break;
    default:
      make_server (self);
      return host_server_dup_url (self->server);
  }
  return g_strdup_printf ("%s://127.0.0.1:%u/live/key",
      self->phase == CALL_PHASE_TLS ? "rtmps" : "rtmp",
      stuck_listener_get_port (self->listener));
}

/* What is live is never blocked. */
static gchar *
make_line (CallScene * self, const gchar * location)
{
  const gchar *reconnect = self->phase == CALL_PHASE_WAITING
      ? "reconnect=lost reconnect-delay=30000" : "";
  gboolean live = self->odd && self->phase != CALL_PHASE_BLOCKED;

  if (!self->publish)
    return g_strdup_printf ("rtmpsrc name=call location=%s %s ! "
        "fakesink name=other sync=false", location, reconnect);
  return g_strdup_printf ("appsrc name=other max-bytes=0 is-live=%d "
      "caps=video/x-flv ! rtmpsink name=call sync=false max-queue-bytes=%u "
      "location=%s %s", live, self->phase == CALL_PHASE_DRAINING
      ? ENDLESS_QUEUE : SINK_QUEUE, location, reconnect);
}

static GstPadProbeReturn
on_event (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  CallScene *self = user_data;

  if (GST_EVENT_TYPE (info->data) == GST_EVENT_EOS)
    g_atomic_int_set (&self->heard, TRUE);
  return GST_PAD_PROBE_OK;
}

static void
watch_for_end (CallScene * self)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (self->call, "sink");

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_event, self,
      NULL);
}

CallScene *
call_scene_new (CallPhase phase, gboolean publish, gboolean odd)
{
  CallScene *self = g_new0 (CallScene, 1);
  g_autoptr (GError) error = NULL;

  self->phase = phase;
  self->publish = publish;
  self->odd = odd;
  g_autofree gchar *location = make_peer (self);
  g_autofree gchar *line = make_line (self, location);
  self->pipeline = gst_parse_launch (line, &error);
  g_assert_no_error (error);
  gst_object_ref_sink (self->pipeline);
  /* What is said too late shall be heard. */
  g_object_set (self->pipeline, "auto-flush-bus", FALSE, NULL);
  self->call = gst_bin_get_by_name (GST_BIN (self->pipeline), "call");
  self->other = gst_bin_get_by_name (GST_BIN (self->pipeline), "other");
  self->bus = gst_element_get_bus (self->pipeline);
  self->record = stop_record_new (self->bus, self->call);
  if (publish)
    watch_for_end (self);
  return self;
}

/* A key frame of @size bytes, behind the header of a file or not. */
static GstBuffer *
make_frame (gboolean is_first, gsize size)
{
  RtmpFlvTag tag = {.type = RTMP_MESSAGE_VIDEO,.size = size };
  guint8 file[RTMP_FLV_FILE_HEADER], header[RTMP_FLV_TAG_HEADER];
  guint8 trailer[RTMP_FLV_TAG_TRAILER];
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree guint8 *frame = g_malloc0 (size);

  if (is_first) {
    rtmp_flv_write_file_header (FALSE, TRUE, file);
    g_byte_array_append (bytes, file, sizeof file);
  }
  memcpy (frame, "\x17\x01\x00\x00\x00\x01", 6);
  rtmp_flv_tag_write_header (&tag, header);
  g_byte_array_append (bytes, header, sizeof header);
  g_byte_array_append (bytes, frame, size);
  rtmp_flv_tag_write_trailer (&tag, trailer);
  g_byte_array_append (bytes, trailer, sizeof trailer);
  return gst_buffer_new_memdup (bytes->data, bytes->len);
}

static void
push (CallScene * self, GstBuffer * buffer, guint times)
{
  GstFlowReturn flow;

  for (guint i = 0; i < times; i++)
    g_signal_emit_by_name (self->other, "push-buffer", buffer, &flow);
  gst_buffer_unref (buffer);
}

static GstPadProbeReturn
hold (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  return GST_PAD_PROBE_OK;
}

static void
block (CallScene * self)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (self->call, "src");

  self->probe = gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BLOCK
      | GST_PAD_PROBE_TYPE_BUFFER, hold, NULL, NULL);
}

static guint64
get_number (CallScene * self, const gchar * name)
{
  g_autoptr (GstStructure) stats = NULL;
  guint64 number = 0;

  g_object_get (self->call, "stats", &stats, NULL);
  gst_structure_get_uint64 (stats, name, &number);
  return number;
}

gchar *
call_scene_dup_state (CallScene * self)
{
  g_autoptr (GstStructure) stats = NULL;

  g_object_get (self->call, "stats", &stats, NULL);
  return g_strdup (gst_structure_get_string (stats, "state"));
}

static gboolean
is_connecting (gpointer user_data)
{
  CallScene *self = user_data;

  return stuck_listener_count_connecting
      (stuck_listener_get_port (self->listener)) > self->connecting;
}

static gboolean
is_heard (gpointer user_data)
{
  CallScene *self = user_data;

  return g_atomic_int_get (&self->heard);
}

static gboolean
is_asked (gpointer user_data)
{
  CallScene *self = user_data;

  return host_server_count (self->server,
      self->phase == CALL_PHASE_CONNECT ? HOST_SERVER_CONNECTS
      : HOST_SERVER_WISHES) > 0;
}

static gboolean
is_streaming (gpointer user_data)
{
  CallScene *self = user_data;

  return self->publish ? host_server_count (self->server, HOST_SERVER_MEDIA) > 0
      : get_number (self, "in-messages") > 0;
}

static gboolean
is_full (gpointer user_data)
{
  CallScene *self = user_data;

  return get_number (self, "queued-bytes") >= (self->publish ? SINK_QUEUE
      : SOURCE_QUEUE);
}

/* It may be past it already: nobody waits longer than a second for the
 * answer. */
static gboolean
is_closing (gpointer user_data)
{
  g_autofree gchar *state = call_scene_dup_state (user_data);

  return g_str_equal (state, "closing") || g_str_equal (state, "disconnected");
}

static gboolean
wait_until_running (CallScene * self)
{
  return stop_record_wait (self->record, self->publish ? "rtmp-publishing"
      : "rtmp-playing", 1);
}

static gboolean
enter_paused (CallScene * self)
{
  if (self->odd && (!wait_until_running (self)
          || !stop_runner_wait_until (is_streaming, self)))
    return FALSE;
  gst_element_set_state (self->pipeline, GST_STATE_PAUSED);
  return wait_until_running (self);
}

static gboolean
enter_blocked (CallScene * self)
{
  if (!wait_until_running (self))
    return FALSE;
  if (self->publish)
    push (self, make_frame (FALSE, LARGE), MANY);
  return stop_runner_wait_until (is_full, self);
}

/* Odd: there is something left to be sent, or to be pushed. */
static gboolean
enter_draining (CallScene * self)
{
  GstFlowReturn flow;

  if (!wait_until_running (self))
    return FALSE;
  if (self->publish) {
    if (self->odd)
      push (self, make_frame (FALSE, LARGE), MANY);
    g_signal_emit_by_name (self->other, "end-of-stream", &flow);
  }
  return stop_runner_wait_until (self->publish && self->odd ? is_heard
      : is_closing, self);
}

static gpointer
go_ready (gpointer pipeline)
{
  gst_element_set_state (pipeline, GST_STATE_READY);
  return NULL;
}

static gboolean
enter_leaving (CallScene * self)
{
  if (!wait_until_running (self))
    return FALSE;
  host_server_hush (self->server);
  self->leaver = g_thread_new ("leaver", go_ready, self->pipeline);
  return stop_runner_wait_until (is_closing, self);
}

static gboolean
enter_waiting (CallScene * self)
{
  if (!wait_until_running (self))
    return FALSE;
  host_server_cut (self->server);
  return stop_record_wait (self->record, "rtmp-reconnecting", 1);
}

gboolean
call_scene_enter (CallScene * self)
{
  if (!self->publish && (self->phase == CALL_PHASE_BLOCKED
          || (self->phase == CALL_PHASE_DRAINING && self->odd)))
    block (self);
  gst_element_set_state (self->pipeline, self->phase == CALL_PHASE_PAUSED
      && !self->odd ? GST_STATE_PAUSED : GST_STATE_PLAYING);
  if (self->publish)
    push (self, make_frame (TRUE, 6), 1);
  switch (self->phase) {
    case CALL_PHASE_RESOLVING:
      return hang_resolver_wait (self->resolver, 1);
    case CALL_PHASE_CONNECTING:
      return stop_runner_wait_until (is_connecting, self);
    case CALL_PHASE_TLS:
    case CALL_PHASE_HANDSHAKE:
      return stop_runner_wait_until (is_heard, self);
    case CALL_PHASE_CONNECT:
    case CALL_PHASE_START:
      return stop_runner_wait_until (is_asked, self);
    case CALL_PHASE_CREATE_STREAM:
      return stop_record_wait (self->record, "rtmp-connected", 1);
    case CALL_PHASE_RUNNING:
      return wait_until_running (self)
          && stop_runner_wait_until (is_streaming, self);
    case CALL_PHASE_PAUSED:
      return enter_paused (self);
    case CALL_PHASE_BLOCKED:
      return enter_blocked (self);
    case CALL_PHASE_DRAINING:
      return enter_draining (self);
    case CALL_PHASE_LEAVING:
      return enter_leaving (self);
    case CALL_PHASE_WAITING:
      return enter_waiting (self);
  }
  return FALSE;
}

void
call_scene_release (CallScene * self)
{
  if (self->server != NULL)
    host_server_listen (self->server);
  if (self->probe == 0)
    return;
  g_autoptr (GstPad) pad = gst_element_get_static_pad (self->call, "src");
  gst_pad_remove_probe (pad, self->probe);
  self->probe = 0;
}

void
call_scene_cut (CallScene * self, gboolean reset)
{
  if (self->server == NULL)
    g_clear_pointer (&self->listener, stuck_listener_free);
  else if (reset)
    host_server_reset (self->server);
  else
    host_server_cut (self->server);
}

void
call_scene_free (CallScene * self)
{
  g_clear_pointer (&self->record, stop_record_free);
  gst_object_unref (self->bus);
  gst_object_unref (self->call);
  gst_object_unref (self->other);
  gst_object_unref (self->pipeline);
  if (self->phase != CALL_PHASE_CONNECTING)
    g_clear_pointer (&self->listener, stuck_listener_free);
  g_clear_pointer (&self->server, host_server_free);
  g_clear_pointer (&self->resolver, hang_resolver_free);
  g_free (self);
}

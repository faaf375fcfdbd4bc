/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * SECTION:element-roompublish
 * @title: roompublish
 *
 * A sink that publishes encoded audio and video into a LiveKit room, one track
 * for each of its pads. Joining begins when the element goes to PAUSED and runs
 * beside the start of the rest of the pipeline; reaching PAUSED does not wait
 * for it.
 *
 * A live stream is dropped until its track is published and begins in the room
 * with a key frame. A stream that is not live loses nothing: it waits until its
 * track is published and somebody has subscribed, or
 * #GstRoomPublish:wait-for-subscriber has passed.
 *
 * ## Example launch lines
 * |[
 * gst-launch-1.0 videotestsrc is-live=true ! x264enc tune=zerolatency \
 *     key-int-max=60 ! roompublish url=ws://127.0.0.1:7880 api-key=devkey \
 *     api-secret=secret room=demo identity=camera
 * ]| Publishes a test pattern into the room "demo" of a server in development
 * mode.
 * |[
 * gst-launch-1.0 roompublish name=r url=wss://example.com token=$TOKEN \
 *     video_0::track-name=stage filesrc location=talk.mkv ! \
 *     matroskademux name=d d.video_0 ! queue ! h264parse ! r.video_0 \
 *     d.audio_0 ! queue ! opusparse ! r.audio_0
 * ]| Publishes the H.264 and Opus of a file as they are, the video under the
 * name "stage".
 *
 * To see it, join the same room with any LiveKit client.
 *
 * Since: 0.1
 */

#include "gstroompublish.h"

#include <string.h>

#include "gstroompublishpad.h"
#include "livekit/livekiterror.h"
#include "roomcertificate.h"
#include "roomchildren.h"
#include "roomdebug.h"
#include "roominput.h"
#include "roomproperty.h"
#include "roomreport.h"
#include "roomworker.h"

struct _GstRoomPublish
{
  GstBin parent;

  RoomConfig *config;           /* object lock */
  RoomState state;              /* object lock */
  gboolean stream_started;      /* object lock */
  guint next_pad[2];            /* object lock: audio, video */
  RoomWorker *worker;           /* object lock for the pointer; made and freed
                                 * by state changes only */
};

G_DEFINE_FINAL_TYPE_WITH_CODE (GstRoomPublish, gst_room_publish, GST_TYPE_BIN,
    G_IMPLEMENT_INTERFACE (GST_TYPE_CHILD_PROXY, room_children_init_interface));
GST_ELEMENT_REGISTER_DEFINE (roompublish, "roompublish", GST_RANK_NONE,
    GST_TYPE_ROOM_PUBLISH);

enum
{
  PROP_STATS = ROOM_PROPERTY_LAST + 1,
  PROP_CONNECTION_STATE,
};

static GParamSpec *connection_state_spec;

#define GST_TYPE_ROOM_PUBLISH_STATE (gst_room_publish_state_get_type ())
static GType
gst_room_publish_state_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    {ROOM_STATE_IDLE, "Not started", "idle"},
    {ROOM_STATE_JOINING, "Joining the room", "joining"},
    {ROOM_STATE_JOINED, "In the room", "joined"},
    {ROOM_STATE_PUBLISHED, "At least one track is published", "published"},
    {ROOM_STATE_LEAVING, "Leaving the room", "leaving"},
    {ROOM_STATE_LEFT, "Has left the room", "left"},
    {ROOM_STATE_FAILED, "Refused, removed or cut off", "failed"},
    {0, NULL, NULL},
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type,
        g_enum_register_static ("GstRoomPublishState", values));
  return type;
}

/* The worker's side: in its loop. */

static void
on_state_changed (RoomState state, gpointer data)
{
  GstRoomPublish *self = data;

  GST_OBJECT_LOCK (self);
  self->state = state;
  GST_OBJECT_UNLOCK (self);
  g_object_notify_by_pspec (G_OBJECT (self), connection_state_spec);
}

static void
on_finished (gpointer data)
{
  gst_element_post_message (data, gst_message_new_eos (data));
}

static gboolean
add_pad (GstElement * element, GstPad * pad, gpointer worker)
{
  room_worker_add_pad (worker, GST_ROOM_PUBLISH_PAD (pad));
  return TRUE;
}

static gboolean
start (GstRoomPublish * self)
{
  static const RoomWorkerFuncs funcs = { on_state_changed, on_finished };
  g_autoptr (GError) error = NULL;

  GST_OBJECT_LOCK (self);
  g_autoptr (RoomConfig) config = room_config_copy (self->config);
  GST_OBJECT_UNLOCK (self);
  if (!room_config_complete (config, g_get_real_time () / G_USEC_PER_SEC,
          &error)) {
    room_report_error (GST_ELEMENT (self), error);
    return FALSE;
  }
  g_autoptr (RoomWorker) worker = room_worker_new (GST_BIN (self),
      g_steal_pointer (&config), &funcs, self, &error);
  if (worker && !room_worker_start (worker, &error)) {
    room_worker_dismantle (worker);
    g_clear_pointer (&worker, room_worker_unref);
  }
  if (!worker) {
    room_report_error (GST_ELEMENT (self), error);
    return FALSE;
  }
  GST_OBJECT_LOCK (self);
  self->worker = room_worker_ref (worker);
  self->stream_started = FALSE;
  /* It may have changed since the copy was taken. */
  g_auto (GStrv) allowed = g_strdupv (self->config->allowed_users);
  GST_OBJECT_UNLOCK (self);
  room_worker_set_allowed (worker, (const gchar * const *) allowed);
  gst_element_foreach_sink_pad (GST_ELEMENT (self), add_pad, worker);
  return TRUE;
}

static RoomWorker *
ref_worker (GstRoomPublish * self)
{
  GST_OBJECT_LOCK (self);
  RoomWorker *worker = self->worker ? room_worker_ref (self->worker) : NULL;
  GST_OBJECT_UNLOCK (self);
  return worker;
}

/* Before the bin's children go to READY: what waits in them is let go then. */
static void
stop (GstRoomPublish * self)
{
  g_autoptr (RoomWorker) worker = ref_worker (self);

  if (!worker || room_worker_stop (worker))
    return;
  /* Never seen. Better lost than freed under a thread that still runs. */
  GST_ERROR_OBJECT (self, "the room's thread did not end in time");
  gst_object_ref (self);
  GST_OBJECT_LOCK (self);
  self->worker = NULL;
  GST_OBJECT_UNLOCK (self);
}

static void
dismantle (GstRoomPublish * self)
{
  GST_OBJECT_LOCK (self);
  g_autoptr (RoomWorker) worker = g_steal_pointer (&self->worker);
  GST_OBJECT_UNLOCK (self);
  if (!worker)
    return;
  room_worker_dismantle (worker);
  on_state_changed (ROOM_STATE_IDLE, self);
}

/* A handler of ours runs in the thread that a stop would end, in the middle of
 * what a stop would free. */
static gboolean
is_in_handler (GstRoomPublish * self)
{
  g_autoptr (RoomWorker) worker = ref_worker (self);

  return worker && room_worker_is_current (worker);
}

static void
set_time (GstRoomPublish * self, RoomTimeState state)
{
  g_autoptr (RoomWorker) worker = ref_worker (self);

  if (worker)
    room_worker_set_time (worker, state);
}

static GstStateChangeReturn
gst_room_publish_change_state (GstElement * element, GstStateChange change)
{
  GstRoomPublish *self = GST_ROOM_PUBLISH (element);

  if (change == GST_STATE_CHANGE_PAUSED_TO_READY && is_in_handler (self)) {
    GST_ERROR_OBJECT (self, "cannot be stopped in a handler of its own");
    return GST_STATE_CHANGE_FAILURE;
  }
  /* Not sooner: an element that was only made may be left behind by a process
   * that ends, and it must not end under the thread that makes the key. */
  if (change == GST_STATE_CHANGE_NULL_TO_READY)
    room_certificate_prepare ();
  if (change == GST_STATE_CHANGE_READY_TO_PAUSED && !start (self))
    return GST_STATE_CHANGE_FAILURE;
  if (change == GST_STATE_CHANGE_PLAYING_TO_PAUSED)
    set_time (self, ROOM_TIME_PAUSED);
  if (change == GST_STATE_CHANGE_PAUSED_TO_PLAYING)
    set_time (self, ROOM_TIME_RESUMING);
  if (change == GST_STATE_CHANGE_PAUSED_TO_READY)
    stop (self);

  GstStateChangeReturn result =
      GST_ELEMENT_CLASS (gst_room_publish_parent_class)->change_state (element,
      change);

  if (change == GST_STATE_CHANGE_READY_TO_PAUSED
      && result == GST_STATE_CHANGE_FAILURE)
    stop (self);
  if (change == GST_STATE_CHANGE_PAUSED_TO_READY
      || (change == GST_STATE_CHANGE_READY_TO_PAUSED
          && result == GST_STATE_CHANGE_FAILURE))
    dismantle (self);
  if (change == GST_STATE_CHANGE_PAUSED_TO_PLAYING
      && result != GST_STATE_CHANGE_FAILURE)
    set_time (self, ROOM_TIME_PLAYING);
  /* What is inside says that it does not preroll, as a live source would. This
   * sink only asks that nobody wait for it; whether the pipeline is live is for
   * its sources to say. */
  return result == GST_STATE_CHANGE_NO_PREROLL ? GST_STATE_CHANGE_SUCCESS :
      result;
}

/* Pads. */

static void
on_pad_muted (GstRoomPublishPad * pad, GParamSpec * spec, GstRoomPublish * self)
{
  g_autoptr (RoomWorker) worker = ref_worker (self);

  if (worker)
    room_worker_pad_muted (worker, pad);
}

/* Into the present run, if there is one. One that begins later finds the pad
 * among the element's; one that ended under this thread has left it free. */
static void
join_run (GstRoomPublish * self, GstRoomPublishPad * pad)
{
  g_autoptr (RoomWorker) worker = ref_worker (self);

  while (worker && !room_worker_add_pad (worker, pad)) {
    g_autoptr (RoomWorker) over = g_steal_pointer (&worker);
    worker = ref_worker (self);
    if (worker == over)
      return;
  }
}

static gchar *
make_pad_name (GstRoomPublish * self, const gchar * wanted, gboolean video)
{
  const gchar *prefix = video ? "video_" : "audio_";
  guint64 number;

  GST_OBJECT_LOCK (self);
  if (!wanted)
    number = self->next_pad[video];
  else if (!g_str_has_prefix (wanted, prefix)
      || !g_ascii_string_to_unsigned (wanted + strlen (prefix), 10, 0,
          G_MAXUINT - 1, &number, NULL))
    number = G_MAXUINT;
  if (number != G_MAXUINT)
    self->next_pad[video] = MAX (self->next_pad[video], (guint) number + 1);
  GST_OBJECT_UNLOCK (self);
  return number == G_MAXUINT ? NULL
      : g_strdup_printf ("%s%u", prefix, (guint) number);
}

static GstPad *
gst_room_publish_request_new_pad (GstElement * element,
    GstPadTemplate * template, const gchar * wanted, const GstCaps * caps)
{
  GstRoomPublish *self = GST_ROOM_PUBLISH (element);
  gboolean video = g_str_has_prefix (template->name_template, "video_");
  g_autofree gchar *name = make_pad_name (self, wanted, video);

  if (!name) {
    GST_WARNING_OBJECT (self, "no pad can be named %s", wanted);
    return NULL;
  }
  g_autoptr (GstPad) present = gst_element_get_static_pad (element, name);
  if (present) {
    GST_WARNING_OBJECT (self, "there is a pad %s already", name);
    return NULL;
  }
  GstRoomPublishPad *pad = gst_room_publish_pad_new (template, name, video);
  g_signal_connect_object (pad, "notify::muted", G_CALLBACK (on_pad_muted),
      self, 0);
  gst_element_add_pad (element, GST_PAD (pad));
  join_run (self, pad);
  gst_child_proxy_child_added (GST_CHILD_PROXY (self), G_OBJECT (pad), name);
  return GST_PAD (pad);
}

static void
gst_room_publish_release_pad (GstElement * element, GstPad * pad)
{
  GstRoomPublish *self = GST_ROOM_PUBLISH (element);
  g_autoptr (RoomWorker) before = ref_worker (self);

  gst_object_ref (pad);
  g_signal_handlers_disconnect_by_data (pad, self);
  if (before)
    room_worker_remove_pad (before, GST_ROOM_PUBLISH_PAD (pad));
  gst_pad_set_active (pad, FALSE);
  gst_element_remove_pad (element, pad);
  /* A run that began meanwhile may have found it. */
  g_autoptr (RoomWorker) worker = ref_worker (self);
  if (worker && worker != before)
    room_worker_remove_pad (worker, GST_ROOM_PUBLISH_PAD (pad));
  gst_child_proxy_child_removed (GST_CHILD_PROXY (self), G_OBJECT (pad),
      GST_OBJECT_NAME (pad));
  gst_object_unref (pad);
}

/* Events and queries that reach the element itself concern its streams, not
 * what is inside: webrtcbin would end every track on one end of stream. */

typedef struct
{
  GstEvent *event;
  gboolean handled;
} PadEvent;

static gboolean
send_to_pad (GstElement * element, GstPad * pad, gpointer data)
{
  PadEvent *item = data;
  GstEvent *event = gst_event_ref (item->event);

  if (GST_EVENT_IS_DOWNSTREAM (event))
    item->handled |= gst_pad_send_event (pad, event);
  else
    item->handled |= gst_pad_push_event (pad, event);
  return TRUE;
}

static gboolean
end_pad (GstElement * element, GstPad * pad, gpointer data)
{
  PadEvent *item = data;
  g_autoptr (RoomTrack) track =
      gst_room_publish_pad_ref_track (GST_ROOM_PUBLISH_PAD (pad));

  if (track)
    room_track_end (track);
  item->handled |= track != NULL;
  return TRUE;
}

/* The caller holds the element's state lock. An end of stream in line with the
 * data would wait for a streaming thread, which may wait for the next change of
 * state, which waits for that lock. */
static gboolean
gst_room_publish_send_event (GstElement * element, GstEvent * event)
{
  PadEvent item = { event, FALSE };

  gst_element_foreach_sink_pad (element,
      GST_EVENT_TYPE (event) == GST_EVENT_EOS ? end_pad : send_to_pad, &item);
  gst_event_unref (event);
  return item.handled;
}

static gboolean
query_pad (GstElement * element, GstPad * pad, gpointer data)
{
  /* TRUE goes on to the next pad. */
  return !gst_pad_peer_query (pad, data);
}

static gboolean
gst_room_publish_query (GstElement * element, GstQuery * query)
{
  switch (GST_QUERY_TYPE (query)) {
    case GST_QUERY_POSITION:
    case GST_QUERY_DURATION:
    case GST_QUERY_SEEKING:
      return !gst_element_foreach_sink_pad (element, query_pad, query);
    default:
      return GST_ELEMENT_CLASS (gst_room_publish_parent_class)->query (element,
          query);
  }
}

/* webrtcbin's sinks start a stream with every report they send. To the pipeline
 * this is one sink, which starts once in a run. */
static void
take_stream_start (GstRoomPublish * self, GstMessage * message)
{
  GstMessage *start = gst_message_new_stream_start (GST_OBJECT (self));
  guint group;

  GST_OBJECT_LOCK (self);
  gboolean first = !self->stream_started;
  self->stream_started = TRUE;
  GST_OBJECT_UNLOCK (self);
  if (gst_message_parse_group_id (message, &group))
    gst_message_set_group_id (start, group);
  if (first)
    gst_element_post_message (GST_ELEMENT (self), start);
  else
    gst_message_unref (start);
}

/* An error inside ends the run by the one way there is. */
static void
take_error (GstRoomPublish * self, RoomWorker * worker, GstMessage * message)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *debug = NULL;

  gst_message_parse_error (message, &error, &debug);
  GST_WARNING_OBJECT (self, "from %s: %s", GST_MESSAGE_SRC_NAME (message),
      debug ? debug : error->message);
  room_worker_fail (worker, error);
}

static void
gst_room_publish_handle_message (GstBin * bin, GstMessage * message)
{
  GstRoomPublish *self = GST_ROOM_PUBLISH (bin);
  g_autoptr (RoomWorker) worker = ref_worker (self);

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_STREAM_START) {
    take_stream_start (self, message);
  } else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR && worker) {
    take_error (self, worker, message);
  } else {
    GST_BIN_CLASS (gst_room_publish_parent_class)->handle_message (bin,
        message);
    return;
  }
  gst_message_unref (message);
}

static void
gst_room_publish_set_property (GObject * object, guint id,
    const GValue * value, GParamSpec * spec)
{
  GstRoomPublish *self = GST_ROOM_PUBLISH (object);
  gboolean late = FALSE;

  GST_OBJECT_LOCK (self);
  if (self->worker && !room_property_is_mutable (id))
    late = TRUE;
  else if (!room_property_set (self->config, id, value))
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  g_auto (GStrv) allowed = g_strdupv (self->config->allowed_users);
  GST_OBJECT_UNLOCK (self);
  if (late) {
    GST_WARNING_OBJECT (self, "%s can change in NULL and READY only",
        spec->name);
    return;
  }
  g_autoptr (RoomWorker) worker = ref_worker (self);
  if (worker && id == ROOM_PROPERTY_ALLOWED_USERS)
    room_worker_set_allowed (worker, (const gchar * const *) allowed);
}

static GstStructure *
make_stats (GstRoomPublish * self)
{
  g_autoptr (RoomWorker) worker = ref_worker (self);
  GstStructure *stats = worker ? room_worker_get_stats (worker) : NULL;

  return stats ? stats : gst_structure_new ("room-stats",
      "connection-state", G_TYPE_STRING, worker ? "busy" : "idle", NULL);
}

static void
gst_room_publish_get_property (GObject * object, guint id, GValue * value,
    GParamSpec * spec)
{
  GstRoomPublish *self = GST_ROOM_PUBLISH (object);

  if (id == PROP_STATS) {
    g_value_take_boxed (value, make_stats (self));
    return;
  }
  GST_OBJECT_LOCK (self);
  if (id == PROP_CONNECTION_STATE)
    g_value_set_enum (value, self->state);
  else if (!room_property_get (self->config, id, value))
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  GST_OBJECT_UNLOCK (self);
}

static void
gst_room_publish_finalize (GObject * object)
{
  GstRoomPublish *self = GST_ROOM_PUBLISH (object);

  room_config_free (self->config);
  room_certificate_wait ();
  G_OBJECT_CLASS (gst_room_publish_parent_class)->finalize (object);
}

static void
add_templates (GstElementClass * klass)
{
  g_autoptr (GstCaps) audio = room_input_template_caps (FALSE);
  g_autoptr (GstCaps) video = room_input_template_caps (TRUE);

  gst_element_class_add_pad_template (klass,
      gst_pad_template_new_with_gtype ("audio_%u", GST_PAD_SINK,
          GST_PAD_REQUEST, audio, GST_TYPE_ROOM_PUBLISH_PAD));
  gst_element_class_add_pad_template (klass,
      gst_pad_template_new_with_gtype ("video_%u", GST_PAD_SINK,
          GST_PAD_REQUEST, video, GST_TYPE_ROOM_PUBLISH_PAD));
}

static void
gst_room_publish_class_init (GstRoomPublishClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  object_class->set_property = gst_room_publish_set_property;
  object_class->get_property = gst_room_publish_get_property;
  object_class->finalize = gst_room_publish_finalize;
  element_class->change_state = gst_room_publish_change_state;
  element_class->request_new_pad = gst_room_publish_request_new_pad;
  element_class->release_pad = gst_room_publish_release_pad;
  element_class->send_event = gst_room_publish_send_event;
  element_class->query = gst_room_publish_query;
  GST_BIN_CLASS (klass)->handle_message = gst_room_publish_handle_message;

  room_property_install_all (object_class);
  g_object_class_install_property (object_class, PROP_STATS,
      g_param_spec_boxed ("stats", "Statistics",
          "Of the connection and of each track; see docs/roompublish.md",
          GST_TYPE_STRUCTURE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
  connection_state_spec = g_param_spec_enum ("connection-state",
      "Connection state", "How far it has come in the room, notified",
      GST_TYPE_ROOM_PUBLISH_STATE, ROOM_STATE_IDLE,
      G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_property (object_class, PROP_CONNECTION_STATE,
      connection_state_spec);

  add_templates (element_class);
  gst_element_class_set_static_metadata (element_class,
      "LiveKit room publisher", "Sink/Network/WebRTC",
      "Publishes encoded audio and video into a LiveKit room",
      "the gst-room-rtmp authors");
  gst_type_mark_as_plugin_api (GST_TYPE_ROOM_PUBLISH_PAD, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_ROOM_PUBLISH_STATE, 0);
}

static void
gst_room_publish_init (GstRoomPublish * self)
{
  self->config = room_config_new ();
  /* What comes and goes inside does not change what this is. */
  gst_bin_set_suppressed_flags (GST_BIN (self),
      GST_ELEMENT_FLAG_SOURCE | GST_ELEMENT_FLAG_SINK);
  GST_OBJECT_FLAG_SET (self, GST_ELEMENT_FLAG_SINK);
}

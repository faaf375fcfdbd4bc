/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* GstRoomPublishPad: see gstroompublishpad.h. */

#include "gstroompublishpad.h"

#include "roomdebug.h"
#include "roominput.h"

enum
{
  PROP_0,
  PROP_TRACK_NAME,
  PROP_SOURCE,
  PROP_MUTED,
  PROP_STREAM,
  PROP_TRACK_SID,
  N_PROPERTIES
};

struct _GstRoomPublishPad
{
  GstGhostPad parent;

  gboolean video;
  gchar *track_name;
  LivekitSource source;
  gboolean muted;
  gchar *stream;
  gchar *track_sid;
  RoomTrack *track;
};

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (GstRoomPublishPad, gst_room_publish_pad,
    GST_TYPE_GHOST_PAD);

#define GST_TYPE_ROOM_PUBLISH_SOURCE (gst_room_publish_source_get_type ())
static GType
gst_room_publish_source_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    {LIVEKIT_SOURCE_UNKNOWN, "Camera for video, microphone for audio",
        "default"},
    {LIVEKIT_SOURCE_CAMERA, "Camera", "camera"},
    {LIVEKIT_SOURCE_MICROPHONE, "Microphone", "microphone"},
    {LIVEKIT_SOURCE_SCREEN_SHARE, "Screen share", "screen-share"},
    {LIVEKIT_SOURCE_SCREEN_SHARE_AUDIO, "Sound of a screen share",
        "screen-share-audio"},
    {0, NULL, NULL},
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type,
        g_enum_register_static ("GstRoomPublishSource", values));
  return type;
}

static gboolean
is_track_fixed (GstRoomPublishPad * self)
{
  return self->track_sid != NULL;
}

static void
gst_room_publish_pad_set_property (GObject * object, guint id,
    const GValue * value, GParamSpec * spec)
{
  GstRoomPublishPad *self = GST_ROOM_PUBLISH_PAD (object);
  gboolean late = FALSE;

  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_TRACK_NAME:
      late = is_track_fixed (self);
      if (!late) {
        g_free (self->track_name);
        self->track_name = g_value_dup_string (value);
      }
      break;
    case PROP_SOURCE:
      late = is_track_fixed (self);
      if (!late)
        self->source = g_value_get_enum (value);
      break;
    case PROP_MUTED:
      self->muted = g_value_get_boolean (value);
      break;
    case PROP_STREAM:
      late = is_track_fixed (self);
      if (!late) {
        g_free (self->stream);
        self->stream = g_value_dup_string (value);
      }
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
  if (late)
    GST_WARNING_OBJECT (self, "%s cannot change after the track was published",
        spec->name);
}

static void
gst_room_publish_pad_get_property (GObject * object, guint id, GValue * value,
    GParamSpec * spec)
{
  GstRoomPublishPad *self = GST_ROOM_PUBLISH_PAD (object);

  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_TRACK_NAME:
      g_value_set_string (value,
          self->track_name ? self->track_name : GST_OBJECT_NAME (self));
      break;
    case PROP_SOURCE:
      g_value_set_enum (value, self->source);
      break;
    case PROP_MUTED:
      g_value_set_boolean (value, self->muted);
      break;
    case PROP_STREAM:
      g_value_set_string (value, self->stream);
      break;
    case PROP_TRACK_SID:
      g_value_set_string (value, self->track_sid);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

static void
gst_room_publish_pad_finalize (GObject * object)
{
  GstRoomPublishPad *self = GST_ROOM_PUBLISH_PAD (object);

  g_free (self->track_name);
  g_free (self->stream);
  g_free (self->track_sid);
  g_clear_pointer (&self->track, room_track_unref);
  G_OBJECT_CLASS (gst_room_publish_pad_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass * object_class)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  properties[PROP_TRACK_NAME] = g_param_spec_string ("track-name",
      "Track name", "Name of the track in the room; NULL: the pad's name. "
      "Cannot change after the track was published", NULL, flags);
  properties[PROP_SOURCE] = g_param_spec_enum ("source", "Source",
      "What the track shows. Cannot change after the track was published",
      GST_TYPE_ROOM_PUBLISH_SOURCE, LIVEKIT_SOURCE_UNKNOWN, flags);
  properties[PROP_MUTED] = g_param_spec_boolean ("muted", "Muted",
      "Send nothing, and tell the room. The room may set it too. Can change "
      "at any time", FALSE, flags);
  properties[PROP_STREAM] = g_param_spec_string ("stream", "Stream",
      "Tracks of one stream are played in step; NULL or empty: the server's "
      "default. Cannot change after the track was published", NULL, flags);
  properties[PROP_TRACK_SID] = g_param_spec_string ("track-sid", "Track id",
      "The server's id of the track; NULL while it is not published", NULL,
      G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
gst_room_publish_pad_class_init (GstRoomPublishPadClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = gst_room_publish_pad_set_property;
  object_class->get_property = gst_room_publish_pad_get_property;
  object_class->finalize = gst_room_publish_pad_finalize;
  install_properties (object_class);
  gst_type_mark_as_plugin_api (GST_TYPE_ROOM_PUBLISH_SOURCE, 0);
}

static void
gst_room_publish_pad_init (GstRoomPublishPad * self)
{
}

/* What upstream hears of @flow: a branch that goes away is not its fault. */
static GstFlowReturn
judge_flow (GstPad * pad, GstFlowReturn flow)
{
  if (flow == GST_FLOW_OK)
    return flow;
  g_autoptr (RoomTrack) track =
      gst_room_publish_pad_ref_track (GST_ROOM_PUBLISH_PAD (pad));
  return track ? room_track_judge_flow (track, flow) : flow;
}

static gboolean
on_event (GstPad * pad, GstObject * parent, GstEvent * event)
{
  g_autoptr (RoomTrack) track =
      gst_room_publish_pad_ref_track (GST_ROOM_PUBLISH_PAD (pad));

  if (track && room_track_take_event (track, event)) {
    gst_event_unref (event);
    return TRUE;
  }
  /* Caps that are not taken would be "not negotiated" upstream. */
  return gst_pad_event_default (pad, parent, event)
      || judge_flow (pad, GST_FLOW_ERROR) != GST_FLOW_ERROR;
}

static GstFlowReturn
on_chain (GstPad * pad, GstObject * parent, GstBuffer * buffer)
{
  return judge_flow (pad, gst_proxy_pad_chain_default (pad, parent, buffer));
}

static GstFlowReturn
on_chain_list (GstPad * pad, GstObject * parent, GstBufferList * list)
{
  return judge_flow (pad, gst_proxy_pad_chain_list_default (pad, parent, list));
}

/* Whether the stream's profile is no longer to be chosen: it comes from a file
 * or a network, not from an encoder that asks what it should make. */
static gboolean
is_settled (const GstCaps * filter)
{
  if (!filter)
    return TRUE;
  for (guint i = 0; i < gst_caps_get_size (filter); i++) {
    const GValue *profile = gst_structure_get_value
        (gst_caps_get_structure (filter, i), "profile");
    if (!profile || !G_VALUE_HOLDS_STRING (profile))
      return FALSE;
  }
  return !gst_caps_is_any (filter);
}

static void
answer_caps (GstRoomPublishPad * self, GstQuery * query)
{
  g_autoptr (GstCaps) caps = room_input_wanted_caps (self->video);
  GstCaps *filter;

  gst_query_parse_caps (query, &filter);
  /* What nobody could decode may be linked, to be refused with words. */
  if (is_settled (filter))
    caps = gst_caps_merge (g_steal_pointer (&caps),
        room_input_template_caps (self->video));
  if (filter) {
    g_autoptr (GstCaps) common =
        gst_caps_intersect_full (filter, caps, GST_CAPS_INTERSECT_FIRST);
    gst_query_set_caps_result (query, common);
  } else {
    gst_query_set_caps_result (query, caps);
  }
}

static gboolean
on_query (GstPad * pad, GstObject * parent, GstQuery * query)
{
  GstRoomPublishPad *self = GST_ROOM_PUBLISH_PAD (pad);

  switch (GST_QUERY_TYPE (query)) {
    case GST_QUERY_CAPS:
      answer_caps (self, query);
      return TRUE;
    case GST_QUERY_ACCEPT_CAPS:
      /* Whatever comes is looked at in the event and, when the room cannot
       * take it, refused with words instead of "not negotiated". */
      gst_query_set_accept_caps_result (query, TRUE);
      return TRUE;
    default:
      return gst_pad_query_default (pad, parent, query);
  }
}

GstRoomPublishPad *
gst_room_publish_pad_new (GstPadTemplate * templ, const gchar * name,
    gboolean video)
{
  GstRoomPublishPad *self = g_object_new (GST_TYPE_ROOM_PUBLISH_PAD,
      "name", name, "direction", GST_PAD_SINK, "template", templ, NULL);

  self->video = video;
  gst_pad_set_chain_function (GST_PAD (self), on_chain);
  gst_pad_set_chain_list_function (GST_PAD (self), on_chain_list);
  gst_pad_set_event_function (GST_PAD (self), on_event);
  gst_pad_set_query_function (GST_PAD (self), on_query);
  return self;
}

gboolean
gst_room_publish_pad_is_video (GstRoomPublishPad * self)
{
  return self->video;
}

gchar *
gst_room_publish_pad_dup_track_name (GstRoomPublishPad * self)
{
  gchar *name;

  g_object_get (self, "track-name", &name, NULL);
  return name;
}

LivekitSource
gst_room_publish_pad_get_source (GstRoomPublishPad * self)
{
  GST_OBJECT_LOCK (self);
  LivekitSource source = self->source;
  GST_OBJECT_UNLOCK (self);
  if (source != LIVEKIT_SOURCE_UNKNOWN)
    return source;
  return self->video ? LIVEKIT_SOURCE_CAMERA : LIVEKIT_SOURCE_MICROPHONE;
}

gboolean
gst_room_publish_pad_is_muted (GstRoomPublishPad * self)
{
  GST_OBJECT_LOCK (self);
  gboolean muted = self->muted;
  GST_OBJECT_UNLOCK (self);
  return muted;
}

gchar *
gst_room_publish_pad_dup_stream (GstRoomPublishPad * self)
{
  GST_OBJECT_LOCK (self);
  gchar *stream =
      self->stream && *self->stream ? g_strdup (self->stream) : NULL;
  GST_OBJECT_UNLOCK (self);
  return stream;
}

void
gst_room_publish_pad_set_sid (GstRoomPublishPad * self, const gchar * sid)
{
  GST_OBJECT_LOCK (self);
  gboolean changed = g_strcmp0 (self->track_sid, sid) != 0;
  if (changed) {
    g_free (self->track_sid);
    self->track_sid = g_strdup (sid);
  }
  GST_OBJECT_UNLOCK (self);
  if (changed)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TRACK_SID]);
}

void
gst_room_publish_pad_set_muted (GstRoomPublishPad * self, gboolean muted)
{
  GST_OBJECT_LOCK (self);
  gboolean changed = self->muted != muted;
  self->muted = muted;
  GST_OBJECT_UNLOCK (self);
  if (changed)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MUTED]);
}

gboolean
gst_room_publish_pad_claim (GstRoomPublishPad * self, RoomTrack * track)
{
  GST_OBJECT_LOCK (self);
  gboolean claimed = self->track == NULL;
  if (claimed)
    self->track = room_track_ref (track);
  GST_OBJECT_UNLOCK (self);
  return claimed;
}

void
gst_room_publish_pad_drop (GstRoomPublishPad * self)
{
  GST_OBJECT_LOCK (self);
  RoomTrack *track = g_steal_pointer (&self->track);
  GST_OBJECT_UNLOCK (self);
  g_clear_pointer (&track, room_track_unref);
}

RoomTrack *
gst_room_publish_pad_ref_track (GstRoomPublishPad * self)
{
  GST_OBJECT_LOCK (self);
  RoomTrack *track = self->track ? room_track_ref (self->track) : NULL;
  GST_OBJECT_UNLOCK (self);
  return track;
}

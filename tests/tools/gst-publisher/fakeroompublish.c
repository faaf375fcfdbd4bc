/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* FakeRoomPublish: see the header. */
#include "fakeroompublish.h"

#include <string.h>
#include <unistd.h>

#include "life/lifelock.h"

/* Longer than any deadline of the tool, shorter than a test may take. */
#define HANG_US (30 * G_USEC_PER_SEC)
#define WAIT_US (20 * G_USEC_PER_SEC)

static LifeLock hang_lock;      /* guards phases and allowed users as well */
static LifeCond hang_cond;
static gboolean hang_released;

typedef struct
{
  GstGhostPad parent;
  gchar *track_name;
  gint source;
  gboolean announced;
} FakeRoomPad;

typedef GstGhostPadClass FakeRoomPadClass;

typedef struct
{
  GstBin parent;
  gchar *strings[8];            /* the plain string properties */
  gchar *behaviour;
  gchar *allowed_users;
  gint starts;
  gint stops;
  gint pads;
  GThread *joiner;
  FakeRoomPhase phase;          /* with hang_lock */
} FakeRoomPublish;

typedef GstBinClass FakeRoomPublishClass;

enum
{
  PROP_TRACK_NAME = 1,
  PROP_SOURCE,
};

enum
{
  PROP_BEHAVIOUR = 1,
  PROP_ALLOWED_USERS,
  PROP_STARTS,
  PROP_STOPS,
  PROP_STATS,
  PROP_URL,                     /* from here on in the order of the names */
};

static const gchar *const string_properties[] = { "url", "token", "api-key",
  "api-secret", "room", "identity", "participant-name", "metadata"
};

static GstStaticPadTemplate audio_template =
    GST_STATIC_PAD_TEMPLATE ("audio_%u", GST_PAD_SINK, GST_PAD_REQUEST,
    GST_STATIC_CAPS ("audio/x-opus; audio/x-mulaw; audio/x-alaw; "
        "audio/x-raw(ANY)"));

static GstStaticPadTemplate video_template =
    GST_STATIC_PAD_TEMPLATE ("video_%u", GST_PAD_SINK, GST_PAD_REQUEST,
    GST_STATIC_CAPS ("video/x-h264, profile=(string){ constrained-baseline, "
        "baseline, main, high }; video/x-h265; video/x-vp8; video/x-vp9; "
        "video/x-raw(ANY)"));

GType fake_room_pad_get_type (void);
GType fake_room_publish_get_type (void);

G_DEFINE_TYPE (FakeRoomPad, fake_room_pad, GST_TYPE_GHOST_PAD);
G_DEFINE_TYPE (FakeRoomPublish, fake_room_publish, GST_TYPE_BIN);

static GType
fake_room_source_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    {0, "default", "default"}, {1, "camera", "camera"},
    {2, "microphone", "microphone"}, {3, "screen-share", "screen-share"},
    {0, NULL, NULL}
  };
  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("FakeRoomSource",
            values));
  return type;
}

static void
fake_room_pad_set_property (GObject * object, guint id, const GValue * value,
    GParamSpec * pspec)
{
  FakeRoomPad *self = (FakeRoomPad *) object;
  if (id == PROP_TRACK_NAME) {
    g_free (self->track_name);
    self->track_name = g_value_dup_string (value);
  } else {
    self->source = g_value_get_enum (value);
  }
}

static void
fake_room_pad_get_property (GObject * object, guint id, GValue * value,
    GParamSpec * pspec)
{
  FakeRoomPad *self = (FakeRoomPad *) object;
  if (id == PROP_TRACK_NAME)
    g_value_set_string (value, self->track_name);
  else
    g_value_set_enum (value, self->source);
}

static void
fake_room_pad_finalize (GObject * object)
{
  g_free (((FakeRoomPad *) object)->track_name);
  G_OBJECT_CLASS (fake_room_pad_parent_class)->finalize (object);
}

static void
fake_room_pad_class_init (FakeRoomPadClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  object_class->set_property = fake_room_pad_set_property;
  object_class->get_property = fake_room_pad_get_property;
  object_class->finalize = fake_room_pad_finalize;
  g_object_class_install_property (object_class, PROP_TRACK_NAME,
      g_param_spec_string ("track-name", NULL, NULL, NULL,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS));
  g_object_class_install_property (object_class, PROP_SOURCE,
      g_param_spec_enum ("source", NULL, NULL, fake_room_source_get_type (), 0,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS));
}

static void
fake_room_pad_init (FakeRoomPad * self)
{
}

static gboolean
behaves (FakeRoomPublish * self, const gchar * word)
{
  g_auto (GStrv) words = g_strsplit (self->behaviour, ",", -1);
  return g_strv_contains ((const gchar * const *) words, word);
}

/* The NICK of "word=NICK", or NULL. */
static gchar *
get_nick (FakeRoomPublish * self, const gchar * word)
{
  g_auto (GStrv) words = g_strsplit (self->behaviour, ",", -1);
  for (gchar ** w = words; *w; w++) {
    if (g_str_has_prefix (*w, word) && (*w)[strlen (word)] == '=')
      return g_strdup (*w + strlen (word) + 1);
  }
  return NULL;
}

static void
hang (void)
{
  gint64 end = g_get_monotonic_time () + HANG_US;
  life_lock_lock (&hang_lock);
  while (!hang_released && life_cond_wait_until (&hang_cond, &hang_lock, end));
  life_lock_unlock (&hang_lock);
}

void
fake_room_publish_release (void)
{
  life_lock_lock (&hang_lock);
  hang_released = TRUE;
  life_cond_broadcast (&hang_cond);
  life_lock_unlock (&hang_lock);
}

static void
set_phase (FakeRoomPublish * self, FakeRoomPhase phase)
{
  life_lock_lock (&hang_lock);
  self->phase = MAX (self->phase, phase);
  life_cond_broadcast (&hang_cond);
  life_lock_unlock (&hang_lock);
}

gboolean
fake_room_publish_wait (GstElement * element, FakeRoomPhase phase)
{
  FakeRoomPublish *self = (FakeRoomPublish *) element;
  gint64 end = g_get_monotonic_time () + WAIT_US;
  life_lock_lock (&hang_lock);
  while (self->phase < phase
      && life_cond_wait_until (&hang_cond, &hang_lock, end));
  gboolean come = self->phase >= phase;
  life_lock_unlock (&hang_lock);
  return come;
}

static void
post_error (FakeRoomPublish * self, const gchar * nick)
{
  g_autoptr (GError) error = g_error_new (GST_RESOURCE_ERROR,
      GST_RESOURCE_ERROR_FAILED, "the room says %s", nick);
  gst_element_post_message (GST_ELEMENT (self),
      gst_message_new_error_with_details (GST_OBJECT (self), error, NULL,
          gst_structure_new ("details", "room-reason", G_TYPE_STRING, nick,
              NULL)));
}

void
fake_room_publish_end (GstElement * element, const gchar * nick)
{
  gst_element_post_message (element, gst_message_new_element
      (GST_OBJECT (element), gst_structure_new ("room-disconnected",
              "reason", G_TYPE_STRING, nick, "text", G_TYPE_STRING,
              "the room has ended", NULL)));
  post_error ((FakeRoomPublish *) element, nick);
}

static void
post_joined (FakeRoomPublish * self)
{
  gst_element_post_message (GST_ELEMENT (self),
      gst_message_new_element (GST_OBJECT (self),
          gst_structure_new ("room-joined", "room", G_TYPE_STRING, "stage",
              "room-sid", G_TYPE_STRING, "RM_1", "identity", G_TYPE_STRING,
              "cam", "participant-sid", G_TYPE_STRING, "PA_1",
              "server-version", G_TYPE_STRING, "1.0", "server-region",
              G_TYPE_STRING, "", "participants", G_TYPE_UINT, 2, NULL)));
}

/* The joining runs beside the rest of the start, as in the real one. */
static gpointer
join (gpointer user_data)
{
  FakeRoomPublish *self = user_data;
  g_autofree gchar *refusal = get_nick (self, "refuse");
  g_autofree gchar *end = get_nick (self, "end");

  if (refusal) {
    post_error (self, refusal);
  } else if (!behaves (self, "silent")) {
    post_joined (self);
    set_phase (self, FAKE_ROOM_JOINED);
    if (end)
      fake_room_publish_end (GST_ELEMENT (self), end);
  }
  return NULL;
}

static GstPadProbeReturn
on_event (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  FakeRoomPublish *self = user_data;
  FakeRoomPad *room_pad = (FakeRoomPad *) pad;
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);

  if (GST_EVENT_TYPE (event) == GST_EVENT_EOS && behaves (self, "swallow-eos"))
    return GST_PAD_PROBE_DROP;
  if (GST_EVENT_TYPE (event) != GST_EVENT_CAPS || room_pad->announced
      || behaves (self, "silent"))
    return GST_PAD_PROBE_OK;

  room_pad->announced = TRUE;
  GstCaps *caps;
  gst_event_parse_caps (event, &caps);
  const gchar *name = gst_structure_get_name (gst_caps_get_structure (caps, 0));
  gst_element_post_message (GST_ELEMENT (self),
      gst_message_new_element (GST_OBJECT (self),
          gst_structure_new ("room-track-published",
              "pad", G_TYPE_STRING, GST_PAD_NAME (pad),
              "track-sid", G_TYPE_STRING, "TR_1",
              "track-name", G_TYPE_STRING,
              room_pad->track_name ? room_pad->track_name : GST_PAD_NAME (pad),
              "codec", G_TYPE_STRING, name + strlen ("video/x-"),
              "kind", G_TYPE_STRING,
              g_str_has_prefix (name, "video") ? "video" : "audio",
              "width", G_TYPE_UINT, 0, "height", G_TYPE_UINT, 0,
              "channels", G_TYPE_UINT, 0, NULL)));
  set_phase (self, FAKE_ROOM_LIVE);
  if (behaves (self, "mark") && write (FAKE_ROOM_MARK_FD, "", 1) != 1)
    g_error ("cannot mark");
  return GST_PAD_PROBE_OK;
}

static GstPad *
fake_room_publish_request_new_pad (GstElement * element,
    GstPadTemplate * templ, const gchar * name, const GstCaps * caps)
{
  FakeRoomPublish *self = (FakeRoomPublish *) element;
  gint number = g_atomic_int_add (&self->pads, 1);
  gboolean video = GST_PAD_TEMPLATE_NAME_TEMPLATE (templ)[0] == 'v';
  g_autofree gchar *pad_name =
      g_strdup_printf (video ? "video_%d" : "audio_%d", number);

  GstElement *sink = gst_element_factory_make ("fakesink", NULL);
  g_object_set (sink, "async", FALSE, "sync", FALSE, NULL);
  gst_bin_add (GST_BIN (self), sink);
  gst_element_sync_state_with_parent (sink);

  GstPad *pad = g_object_new (fake_room_pad_get_type (), "name", pad_name,
      "direction", GST_PAD_SINK, "template", templ, NULL);
  g_autoptr (GstPad) target = gst_element_get_static_pad (sink, "sink");
  gst_ghost_pad_set_target (GST_GHOST_PAD (pad), target);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_event, self,
      NULL);
  gst_pad_set_active (pad, TRUE);
  gst_element_add_pad (element, pad);
  return pad;
}

static void
fake_room_publish_release_pad (GstElement * element, GstPad * pad)
{
  gst_element_remove_pad (element, pad);
}

static GstStateChangeReturn
fake_room_publish_change_state (GstElement * element, GstStateChange transition)
{
  FakeRoomPublish *self = (FakeRoomPublish *) element;

  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED) {
    g_atomic_int_inc (&self->starts);
    set_phase (self, FAKE_ROOM_STARTED);
    if (behaves (self, "fail-start"))
      return GST_STATE_CHANGE_FAILURE;
    self->joiner = g_thread_new ("fake-join", join, self);
    if (behaves (self, "hang-start"))
      hang ();
  } else if (transition == GST_STATE_CHANGE_PAUSED_TO_READY) {
    g_atomic_int_inc (&self->stops);
    if (behaves (self, "hang-stop"))
      hang ();
    g_clear_pointer (&self->joiner, g_thread_join);
  }
  return GST_ELEMENT_CLASS
      (fake_room_publish_parent_class)->change_state (element, transition);
}

static void
fake_room_publish_set_property (GObject * object, guint id,
    const GValue * value, GParamSpec * pspec)
{
  FakeRoomPublish *self = (FakeRoomPublish *) object;
  gchar **string = NULL;

  if (id == PROP_ALLOWED_USERS) {
    life_lock_lock (&hang_lock);
    g_free (self->allowed_users);
    self->allowed_users = gst_value_serialize (value);
    life_lock_unlock (&hang_lock);
    return;
  }
  string = id == PROP_BEHAVIOUR ? &self->behaviour :
      &self->strings[id - PROP_URL];
  g_free (*string);
  *string = g_value_dup_string (value);
}

static void
take_stats (FakeRoomPublish * self, GValue * value)
{
  GstStructure *track = gst_structure_new ("room-track",
      "pad", G_TYPE_STRING, "video_0", "track-sid", G_TYPE_STRING, "TR_1",
      "track-name", G_TYPE_STRING, "video_0", "codec", G_TYPE_STRING, "H264",
      "state", G_TYPE_STRING, "published", "bytes", G_TYPE_UINT64,
      (guint64) 1000, "packets", G_TYPE_UINT64, (guint64) 10, "dropped",
      G_TYPE_UINT64, (guint64) 0, "key-frame-requests", G_TYPE_UINT64,
      (guint64) 1, "lost", G_TYPE_INT, 0, "round-trip", G_TYPE_UINT64,
      2 * GST_MSECOND, "bitrate", G_TYPE_UINT, 2000000, "subscribed",
      G_TYPE_BOOLEAN, TRUE, "muted", G_TYPE_BOOLEAN, FALSE, NULL);
  GstStructure *stats = gst_structure_new ("room-stats",
      "connection-state", G_TYPE_STRING, "published",
      "signal-round-trip", G_TYPE_UINT64, GST_MSECOND, NULL);
  GValue tracks = G_VALUE_INIT;
  GValue item = G_VALUE_INIT;
  g_value_init (&tracks, GST_TYPE_ARRAY);
  g_value_init (&item, GST_TYPE_STRUCTURE);
  g_value_take_boxed (&item, track);
  gst_value_array_append_and_take_value (&tracks, &item);
  gst_structure_take_value (stats, "tracks", &tracks);
  g_value_take_boxed (value, stats);
}

static void
fake_room_publish_get_property (GObject * object, guint id, GValue * value,
    GParamSpec * pspec)
{
  FakeRoomPublish *self = (FakeRoomPublish *) object;

  if (id == PROP_STARTS) {
    g_value_set_int (value, g_atomic_int_get (&self->starts));
  } else if (id == PROP_STOPS) {
    g_value_set_int (value, g_atomic_int_get (&self->stops));
  } else if (id == PROP_STATS) {
    take_stats (self, value);
  } else if (id == PROP_ALLOWED_USERS) {
    life_lock_lock (&hang_lock);
    if (self->allowed_users)
      gst_value_deserialize (value, self->allowed_users);
    life_lock_unlock (&hang_lock);
  } else {
    g_value_set_string (value, id == PROP_BEHAVIOUR ? self->behaviour :
        self->strings[id - PROP_URL]);
  }
}

static void
fake_room_publish_finalize (GObject * object)
{
  FakeRoomPublish *self = (FakeRoomPublish *) object;
  for (gsize i = 0; i < G_N_ELEMENTS (self->strings); i++)
    g_free (self->strings[i]);
  g_free (self->behaviour);
  g_free (self->allowed_users);
  g_clear_pointer (&self->joiner, g_thread_join);
  G_OBJECT_CLASS (fake_room_publish_parent_class)->finalize (object);
}

static void
fake_room_publish_class_init (FakeRoomPublishClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->set_property = fake_room_publish_set_property;
  object_class->get_property = fake_room_publish_get_property;
  object_class->finalize = fake_room_publish_finalize;
  g_object_class_install_property (object_class, PROP_BEHAVIOUR,
      g_param_spec_string ("behaviour", NULL, NULL, NULL, flags));
  g_object_class_install_property (object_class, PROP_ALLOWED_USERS,
      gst_param_spec_array ("allowed-users", NULL, NULL,
          g_param_spec_string ("user", NULL, NULL, NULL, flags), flags));
  g_object_class_install_property (object_class, PROP_STARTS,
      g_param_spec_int ("starts", NULL, NULL, 0, G_MAXINT, 0,
          G_PARAM_READABLE));
  g_object_class_install_property (object_class, PROP_STOPS,
      g_param_spec_int ("stops", NULL, NULL, 0, G_MAXINT, 0, G_PARAM_READABLE));
  g_object_class_install_property (object_class, PROP_STATS,
      g_param_spec_boxed ("stats", NULL, NULL, GST_TYPE_STRUCTURE,
          G_PARAM_READABLE));
  for (gsize i = 0; i < G_N_ELEMENTS (string_properties); i++)
    g_object_class_install_property (object_class, PROP_URL + i,
        g_param_spec_string (string_properties[i], NULL, NULL, NULL, flags));

  element_class->change_state = fake_room_publish_change_state;
  element_class->request_new_pad = fake_room_publish_request_new_pad;
  element_class->release_pad = fake_room_publish_release_pad;
  gst_element_class_add_static_pad_template_with_gtype (element_class,
      &audio_template, fake_room_pad_get_type ());
  gst_element_class_add_static_pad_template_with_gtype (element_class,
      &video_template, fake_room_pad_get_type ());
  gst_element_class_set_static_metadata (element_class, "Fake room",
      "Sink/Network", "Stands in for roompublish in tests", "the tests");
}

static void
fake_room_publish_init (FakeRoomPublish * self)
{
  const gchar *behaviour = g_getenv ("FAKE_ROOM");
  self->behaviour = g_strdup (behaviour ? behaviour : "join");
  GST_OBJECT_FLAG_SET (self, GST_ELEMENT_FLAG_SINK);
}

gboolean
fake_room_publish_register (GstPlugin * plugin)
{
  return gst_element_register (plugin, "roompublish", GST_RANK_NONE,
      fake_room_publish_get_type ());
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "publishrun.h"

#include <string.h>

#include "clientrun.h"

/* The others, and what is inside with them, are let go at once. */
#define KEPT (GST_MESSAGE_ELEMENT | GST_MESSAGE_ERROR | GST_MESSAGE_WARNING \
    | GST_MESSAGE_EOS)
#define WAIT_TIME (30 * G_TIME_SPAN_SECOND)
/* Between two looks at what cannot wake us. */
#define LOOK_INTERVAL (5 * GST_MSECOND)
/* Nobody listens on the port of TCP's own port service. */
#define NOBODY "ws://127.0.0.1:1"

struct _PublishRun
{
  GstElement *pipeline;
  GstElement *element;
  GstBus *bus;
  GPtrArray *messages;
  RoomScript *room;
  RoomAnswerer *answerer;
};

void
publish_run_prepare (void)
{
  /* Loads the plugin and, in READY, makes the certificate; the element waits
   * for that before it goes. */
  g_autoptr (GstElement) element =
      gst_element_factory_make ("roompublish", NULL);

  /* Not fail_unless(): no test runs yet. */
  g_assert_nonnull (element);
  gst_object_ref_sink (element);
  gst_element_set_state (element, GST_STATE_READY);
  gst_element_set_state (element, GST_STATE_NULL);
  /* Loaded once, not by each fork. */
  g_autoptr (GstElement) webrtc = gst_element_factory_make ("webrtcbin", NULL);
  g_assert_nonnull (webrtc);
  gst_object_ref_sink (webrtc);
}

static PublishRun *
make (const gchar * launch)
{
  PublishRun *self = g_new0 (PublishRun, 1);
  g_autoptr (GError) error = NULL;
  g_autofree gchar *token = client_run_new_token ();
  GstElement *parsed = gst_parse_launch (launch, &error);

  g_assert_no_error (error);
  /* A line of one element gives that element. */
  if (GST_IS_PIPELINE (parsed)) {
    self->pipeline = gst_object_ref_sink (parsed);
  } else {
    self->pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
    gst_bin_add (GST_BIN (self->pipeline), parsed);
  }
  self->element = publish_run_get (self, "r");
  self->bus = gst_pipeline_get_bus (GST_PIPELINE (self->pipeline));
  self->messages =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gst_message_unref);
  room_answerer_confine (GST_BIN (self->element));
  g_object_set (self->element, "token", token, NULL);
  return self;
}

PublishRun *
publish_run_new (const gchar * launch, const RoomScriptConfig * config)
{
  PublishRun *self = make (launch);

  if (config)
    self->room = room_script_new (config);
  g_object_set (self->element, "url",
      self->room ? room_script_get_url (self->room) : NOBODY, NULL);
  return self;
}

PublishRun *
publish_run_new_connected_full (const gchar * launch,
    const RoomScriptConfig * config)
{
  RoomAnswerer *answerer = room_answerer_new (FALSE);
  RoomScriptConfig connected = *config;

  connected.answer = room_answerer_answer;
  connected.trickle = room_answerer_trickle;
  connected.user_data = answerer;
  PublishRun *self = publish_run_new (launch, &connected);
  self->answerer = answerer;
  room_answerer_set_script (answerer, self->room);
  return self;
}

PublishRun *
publish_run_new_connected (const gchar * launch)
{
  RoomScriptConfig config = { 0 };

  return publish_run_new_connected_full (launch, &config);
}

void
publish_run_free (PublishRun * self)
{
  publish_run_stop (self);
  if (self->answerer)
    room_answerer_set_script (self->answerer, NULL);
  g_clear_pointer (&self->room, room_script_free);
  g_clear_pointer (&self->answerer, room_answerer_free);
  g_ptr_array_unref (self->messages);
  gst_object_unref (self->bus);
  gst_object_unref (self->element);
  gst_object_unref (self->pipeline);
  g_free (self);
}

GstElement *
publish_run_get_pipeline (PublishRun * self)
{
  return self->pipeline;
}

GstElement *
publish_run_get_element (PublishRun * self)
{
  return self->element;
}

RoomScript *
publish_run_get_room (PublishRun * self)
{
  return self->room;
}

RoomAnswerer *
publish_run_get_answerer (PublishRun * self)
{
  return self->answerer;
}

GstElement *
publish_run_get (PublishRun * self, const gchar * name)
{
  GstElement *element = gst_bin_get_by_name (GST_BIN (self->pipeline), name);

  fail_unless (element != NULL, "there is no element %s", name);
  return element;
}

GstPad *
publish_run_get_pad (PublishRun * self, const gchar * name)
{
  GstPad *pad = gst_element_get_static_pad (self->element, name);

  fail_unless (pad != NULL, "there is no pad %s", name);
  return pad;
}

GstStateChangeReturn
publish_run_set (PublishRun * self, GstState state)
{
  GstStateChangeReturn result = gst_element_set_state (self->pipeline, state);

  fail_if (result == GST_STATE_CHANGE_FAILURE);
  return result;
}

void
publish_run_wait_state (PublishRun * self, GstState state)
{
  GstState current;
  GstStateChangeReturn result = gst_element_get_state (self->pipeline,
      &current, NULL, WAIT_TIME * GST_USECOND);

  fail_if (result == GST_STATE_CHANGE_FAILURE);
  fail_unless_equals_int (current, state);
}

static const gchar *
get_name (GstMessage * message)
{
  const GstStructure *structure = gst_message_get_structure (message);

  return GST_MESSAGE_TYPE (message) == GST_MESSAGE_ELEMENT
      ? gst_structure_get_name (structure) : GST_MESSAGE_TYPE_NAME (message);
}

/* Takes what is on the bus, and waits for the first for @time. */
static void
collect (PublishRun * self, GstClockTime time)
{
  GstMessage *message;

  while ((message = gst_bus_timed_pop (self->bus, time)) != NULL) {
    if (GST_MESSAGE_TYPE (message) & KEPT)
      g_ptr_array_add (self->messages, message);
    else
      gst_message_unref (message);
    time = 0;
  }
}

void
publish_run_stop (PublishRun * self)
{
  /* Setting a pipeline to NULL flushes its bus. */
  gst_element_set_state (self->pipeline, GST_STATE_READY);
  gst_element_get_state (self->pipeline, NULL, NULL, GST_CLOCK_TIME_NONE);
  collect (self, 0);
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
}

static gboolean
has_value (GstMessage * message, const gchar * field, const gchar * value)
{
  return !field || g_strcmp0 (gst_structure_get_string
      (gst_message_get_structure (message), field), value) == 0;
}

static GstMessage *
find (PublishRun * self, const gchar * name, const gchar * field,
    const gchar * value, guint * count)
{
  for (guint i = 0; i < self->messages->len; i++) {
    GstMessage *message = g_ptr_array_index (self->messages, i);
    if (g_str_equal (get_name (message), name)
        && has_value (message, field, value) && --*count == 0)
      return message;
  }
  return NULL;
}

static void
describe (PublishRun * self, GString * text)
{
  for (guint i = 0; i < self->messages->len; i++) {
    GstMessage *message = g_ptr_array_index (self->messages, i);
    const GstStructure *structure = gst_message_get_structure (message);
    g_autofree gchar *fields =
        structure ? gst_structure_to_string (structure) : NULL;
    g_string_append_printf (text, "\n  %s: %s", get_name (message),
        fields ? fields : "");
  }
}

static GstMessage *
wait_for (PublishRun * self, const gchar * name, const gchar * field,
    const gchar * value, guint count)
{
  gint64 end_time = g_get_monotonic_time () + WAIT_TIME;

  while (TRUE) {
    guint left = count;
    GstMessage *message = find (self, name, field, value, &left);
    if (message)
      return message;
    gint64 time = end_time - g_get_monotonic_time ();
    if (time < 0) {
      g_autoptr (GString) text = g_string_new (NULL);
      describe (self, text);
      fail ("no message %s number %u; these came:%s", name, count, text->str);
    }
    collect (self, time * GST_USECOND);
  }
}

GstMessage *
publish_run_wait (PublishRun * self, const gchar * name, guint count)
{
  return wait_for (self, name, NULL, NULL, count);
}

GstMessage *
publish_run_wait_with (PublishRun * self, const gchar * name,
    const gchar * field, const gchar * value)
{
  return wait_for (self, name, field, value, 1);
}

guint
publish_run_count (PublishRun * self, const gchar * name)
{
  guint left = G_MAXUINT;

  collect (self, 0);
  find (self, name, NULL, NULL, &left);
  return G_MAXUINT - left;
}

void
publish_run_assert_no_error (PublishRun * self)
{
  collect (self, 0);
  for (guint i = 0; i < self->messages->len; i++) {
    GstMessage *message = g_ptr_array_index (self->messages, i);
    g_autoptr (GError) error = NULL;
    g_autofree gchar *debug = NULL;
    if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_ERROR)
      continue;
    gst_message_parse_error (message, &error, &debug);
    fail ("%s: %s", error->message, debug);
  }
}

guint
publish_run_count_own_errors (PublishRun * self)
{
  guint count = 0;

  collect (self, 0);
  for (guint i = 0; i < self->messages->len; i++) {
    GstMessage *message = g_ptr_array_index (self->messages, i);
    count += GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR
        && GST_MESSAGE_SRC (message) == GST_OBJECT (self->element);
  }
  return count;
}

void
publish_run_foreach (PublishRun * self,
    void (*func) (GstMessage *, gpointer), gpointer user_data)
{
  collect (self, 0);
  g_ptr_array_foreach (self->messages, (GFunc) func, user_data);
}

void
publish_run_until (PublishRun * self,
    gboolean (*done) (PublishRun *, gpointer), gpointer user_data)
{
  gint64 end_time = g_get_monotonic_time () + WAIT_TIME;

  while (!done (self, user_data)) {
    g_autoptr (GString) text = g_string_new (NULL);
    describe (self, text);
    fail_if (g_get_monotonic_time () > end_time,
        "what was waited for did not come; these came:%s", text->str);
    collect (self, LOOK_INTERVAL);
  }
}

static gchar *
dup_errors (PublishRun * self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < self->messages->len; i++) {
    GstMessage *message = g_ptr_array_index (self->messages, i);
    g_autoptr (GError) error = NULL;
    g_autofree gchar *debug = NULL;

    if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_ERROR)
      continue;
    gst_message_parse_error (message, &error, &debug);
    g_string_append_printf (text, "\n  %s: %s (%s)",
        GST_MESSAGE_SRC_NAME (message), error->message, debug);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

void
publish_run_assert_error (PublishRun * self, const gchar * reason,
    const gchar * words)
{
  GstMessage *message = publish_run_wait (self, "error", 1);
  const GstStructure *details = NULL;
  g_autoptr (GError) error = NULL;

  publish_run_stop (self);
  gst_message_parse_error (message, &error, NULL);
  gst_message_parse_error_details (message, &details);
  fail_unless (GST_MESSAGE_SRC (message) == GST_OBJECT (self->element),
      "%s: %s", GST_MESSAGE_SRC_NAME (message), error->message);
  fail_unless (details != NULL);
  fail_unless_equals_string (gst_structure_get_string (details, "room-reason"),
      reason);
  fail_unless (strstr (error->message, words) != NULL, "%s", error->message);
  g_autofree gchar *errors = dup_errors (self);
  fail_unless (publish_run_count (self, "error") == 1, "not one error:%s",
      errors);
}

/* A copy of the structure "room-track" of @pad; NULL: there is none. */
static GstStructure *
dup_track (PublishRun * self, const gchar * pad)
{
  g_autoptr (GstStructure) stats = NULL;

  g_object_get (self->element, "stats", &stats, NULL);
  const GValue *tracks = gst_structure_get_value (stats, "tracks");
  for (guint i = 0; tracks && i < gst_value_array_get_size (tracks); i++) {
    const GstStructure *track =
        gst_value_get_structure (gst_value_array_get_value (tracks, i));
    if (g_strcmp0 (gst_structure_get_string (track, "pad"), pad) == 0)
      return gst_structure_copy (track);
  }
  return NULL;
}

typedef struct
{
  const gchar *pad;
  const gchar *field;
  const gchar *value;
} TrackWish;

static gboolean
track_has (PublishRun * self, gpointer user_data)
{
  const TrackWish *wish = user_data;
  g_autoptr (GstStructure) track = dup_track (self, wish->pad);

  if (!track || !gst_structure_has_field (track, wish->field))
    return FALSE;
  g_autofree gchar *text =
      gst_value_serialize (gst_structure_get_value (track, wish->field));
  return g_strcmp0 (text, wish->value) == 0;
}

void
publish_run_wait_track (PublishRun * self, const gchar * pad,
    const gchar * field, const gchar * value)
{
  TrackWish wish = { pad, field, value };

  publish_run_until (self, track_has, &wish);
}

guint64
publish_run_get_track_count (PublishRun * self, const gchar * pad,
    const gchar * field)
{
  g_autoptr (GstStructure) track = dup_track (self, pad);
  guint64 value = 0;

  fail_unless (track != NULL);
  fail_unless (gst_structure_get_uint64 (track, field, &value));
  return value;
}

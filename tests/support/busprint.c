/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* busprint: runs a launch line, prints every bus message as one JSON object
 * per line, and obeys commands on standard input. For tests that drive an
 * element from outside; see usage() for the commands. It ends when told to,
 * on SIGTERM, or when standard input closes. */

#include <gio/gio.h>
#include <glib-unix.h>
#include <gst/gst.h>
#include <json-glib/json-glib.h>
#include <stdio.h>
#include <string.h>


typedef struct
{
  GMainLoop *loop;
  GstElement *pipeline;
  GIOChannel *input;
} App;

/* Structures and arrays hold values again. */
static void write_value (JsonBuilder * b, const GValue * value);

static JsonBuilder *
begin (const gchar * event)
{
  JsonBuilder *b = json_builder_new ();
  json_builder_begin_object (b);
  json_builder_set_member_name (b, "event");
  json_builder_add_string_value (b, event);
  json_builder_set_member_name (b, "t");
  json_builder_add_double_value (b, g_get_real_time () / 1000.0);
  json_builder_set_member_name (b, "mono");
  json_builder_add_double_value (b, g_get_monotonic_time () / 1000.0);
  return b;
}

static void
add_string (JsonBuilder * b, const gchar * name, const gchar * value)
{
  json_builder_set_member_name (b, name);
  if (value)
    json_builder_add_string_value (b, value);
  else
    json_builder_add_null_value (b);
}

static void
end (JsonBuilder * b)
{
  json_builder_end_object (b);
  g_autoptr (JsonNode) root = json_builder_get_root (b);
  g_autofree gchar *line = json_to_string (root, FALSE);
  printf ("%s\n", line);
  fflush (stdout);
  g_object_unref (b);
}

static gboolean
write_field (GQuark field, const GValue * value, gpointer user_data)
{
  JsonBuilder *b = user_data;
  json_builder_set_member_name (b, g_quark_to_string (field));
  write_value (b, value);
  return TRUE;
}

static void
write_structure (JsonBuilder * b, const GstStructure * structure)
{
  json_builder_begin_object (b);
  json_builder_set_member_name (b, "structure");
  json_builder_add_string_value (b, gst_structure_get_name (structure));
  gst_structure_foreach (structure, write_field, b);
  json_builder_end_object (b);
}

static void
write_array (JsonBuilder * b, const GValue * value)
{
  json_builder_begin_array (b);
  for (guint i = 0; i < gst_value_array_get_size (value); i++)
    write_value (b, gst_value_array_get_value (value, i));
  json_builder_end_array (b);
}

static void
write_value (JsonBuilder * b, const GValue * value)
{
  GValue copy = G_VALUE_INIT;
  if (G_VALUE_HOLDS_STRING (value)) {
    const gchar *text = g_value_get_string (value);
    if (text)
      json_builder_add_string_value (b, text);
    else
      json_builder_add_null_value (b);
  } else if (G_VALUE_HOLDS_BOOLEAN (value)) {
    json_builder_add_boolean_value (b, g_value_get_boolean (value));
  } else if (GST_VALUE_HOLDS_STRUCTURE (value)) {
    const GstStructure *structure = gst_value_get_structure (value);
    if (structure)
      write_structure (b, structure);
    else
      json_builder_add_null_value (b);
  } else if (GST_VALUE_HOLDS_ARRAY (value)) {
    write_array (b, value);
  } else if (G_VALUE_HOLDS_ENUM (value)) {
    g_autofree gchar *nick = g_enum_to_string (G_VALUE_TYPE (value),
        g_value_get_enum (value));
    GEnumClass *klass = g_type_class_ref (G_VALUE_TYPE (value));
    GEnumValue *entry = g_enum_get_value (klass, g_value_get_enum (value));
    json_builder_add_string_value (b, entry ? entry->value_nick : nick);
    g_type_class_unref (klass);
  } else if (G_VALUE_HOLDS_DOUBLE (value) || G_VALUE_HOLDS_FLOAT (value)) {
    g_value_init (&copy, G_TYPE_DOUBLE);
    g_value_transform (value, &copy);
    json_builder_add_double_value (b, g_value_get_double (&copy));
  } else if (g_value_type_transformable (G_VALUE_TYPE (value), G_TYPE_INT64)) {
    g_value_init (&copy, G_TYPE_INT64);
    g_value_transform (value, &copy);
    json_builder_add_int_value (b, g_value_get_int64 (&copy));
  } else {
    g_autofree gchar *text = gst_value_serialize (value);
    json_builder_add_string_value (b, text ? text : "");
  }
}

static void
say (const gchar * event, const gchar * text)
{
  JsonBuilder *b = begin (event);
  add_string (b, "text", text);
  end (b);
}

static void
write_problem (JsonBuilder * b, GstMessage * message)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *debug = NULL;
  const GstStructure *details = NULL;
  switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_ERROR:
      gst_message_parse_error (message, &error, &debug);
      gst_message_parse_error_details (message, &details);
      break;
    case GST_MESSAGE_WARNING:
      gst_message_parse_warning (message, &error, &debug);
      gst_message_parse_warning_details (message, &details);
      break;
    default:
      gst_message_parse_info (message, &error, &debug);
      gst_message_parse_info_details (message, &details);
      break;
  }
  add_string (b, "domain", g_quark_to_string (error->domain));
  json_builder_set_member_name (b, "code");
  json_builder_add_int_value (b, error->code);
  add_string (b, "text", error->message);
  add_string (b, "debug", debug);
  if (details) {
    json_builder_set_member_name (b, "details");
    write_structure (b, details);
  }
}

static void
write_state (JsonBuilder * b, GstMessage * message)
{
  GstState from, to, pending;
  gst_message_parse_state_changed (message, &from, &to, &pending);
  add_string (b, "from", gst_element_state_get_name (from));
  add_string (b, "to", gst_element_state_get_name (to));
  add_string (b, "pending", gst_element_state_get_name (pending));
}

static gboolean
on_message (GstBus * bus, GstMessage * message, gpointer user_data)
{
  App *self = user_data;
  GstMessageType type = GST_MESSAGE_TYPE (message);
  if (type == GST_MESSAGE_STATE_CHANGED
      && GST_MESSAGE_SRC (message) != GST_OBJECT (self->pipeline))
    return G_SOURCE_CONTINUE;

  JsonBuilder *b = begin ("message");
  add_string (b, "type", gst_message_type_get_name (type));
  add_string (b, "source", GST_MESSAGE_SRC_NAME (message));
  if (type & (GST_MESSAGE_ERROR | GST_MESSAGE_WARNING | GST_MESSAGE_INFO)) {
    write_problem (b, message);
  } else if (type == GST_MESSAGE_STATE_CHANGED) {
    write_state (b, message);
  } else if (type == GST_MESSAGE_ELEMENT) {
    const GstStructure *structure = gst_message_get_structure (message);
    add_string (b, "name", gst_structure_get_name (structure));
    json_builder_set_member_name (b, "fields");
    write_structure (b, structure);
  }
  end (b);
  if (type == GST_MESSAGE_LATENCY)
    gst_bin_recalculate_latency (GST_BIN (self->pipeline));
  return G_SOURCE_CONTINUE;
}

/* "r" is an element, "r.video_0" a pad of it. */
static GstObject *
find (App * self, const gchar * name)
{
  g_auto (GStrv) parts = g_strsplit (name, ".", 2);
  g_autoptr (GstElement) element =
      gst_bin_get_by_name (GST_BIN (self->pipeline), parts[0]);
  if (!element || !parts[1])
    return element ? GST_OBJECT (g_steal_pointer (&element)) : NULL;
  GstPad *pad = gst_element_get_static_pad (element, parts[1]);
  return pad ? GST_OBJECT (pad) : NULL;
}

static void
command_get (GstObject * object, const gchar * name, const gchar * property)
{
  GParamSpec *pspec =
      g_object_class_find_property (G_OBJECT_GET_CLASS (object), property);
  if (!pspec || !(pspec->flags & G_PARAM_READABLE)) {
    say ("command-failed", "no such property");
    return;
  }
  GValue value = G_VALUE_INIT;
  g_object_get_property (G_OBJECT (object), property, &value);
  JsonBuilder *b = begin ("property");
  add_string (b, "name", name);
  add_string (b, "property", property);
  json_builder_set_member_name (b, "value");
  write_value (b, &value);
  end (b);
  g_value_unset (&value);
}

static void
command_set (GstObject * object, const gchar * property, const gchar * value)
{
  if (!g_object_class_find_property (G_OBJECT_GET_CLASS (object), property)) {
    say ("command-failed", "no such property");
    return;
  }
  gst_util_set_object_arg (G_OBJECT (object), property, value);
  say ("done", "set");
}

static void
command_state (App * self, const gchar * name)
{
  static const gchar *const names[] = { "null", "ready", "paused", "playing" };
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    if (g_str_equal (names[i], name)) {
      GstStateChangeReturn result =
          gst_element_set_state (self->pipeline, GST_STATE_NULL + i);
      JsonBuilder *b = begin ("state");
      add_string (b, "asked", name);
      add_string (b, "result",
          gst_element_state_change_return_get_name (result));
      end (b);
      return;
    }
  }
  say ("command-failed", "no such state");
}

/* Flushing, to the key frame at or before @seconds. */
static void
command_seek (App * self, const gchar * seconds)
{
  GstClockTime position =
      (GstClockTime) (g_ascii_strtod (seconds, NULL) * GST_SECOND);
  if (gst_element_seek_simple (self->pipeline, GST_FORMAT_TIME,
          GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_KEY_UNIT, position))
    say ("done", "seek");
  else
    say ("command-failed", "cannot seek");
}

static void
command_add (App * self, GstElement * element, const gchar * description)
{
  g_autoptr (GError) error = NULL;
  GstElement *branch =
      gst_parse_bin_from_description (description, TRUE, &error);
  if (!branch) {
    say ("command-failed", error->message);
    return;
  }
  gst_bin_add (GST_BIN (self->pipeline), branch);
  if (!gst_element_link (branch, element))
    say ("command-failed", "cannot link the branch");
  else if (!gst_element_sync_state_with_parent (branch))
    say ("command-failed", "the branch does not start");
  else
    say ("done", GST_OBJECT_NAME (branch));
}

static void
command_release (GstObject * object)
{
  if (!GST_IS_PAD (object)) {
    say ("command-failed", "not a pad");
    return;
  }
  GstPad *pad = GST_PAD (object);
  g_autoptr (GstElement) parent = gst_pad_get_parent_element (pad);
  g_autoptr (GstPad) peer = gst_pad_get_peer (pad);
  if (peer)
    gst_pad_unlink (peer, pad);
  gst_element_release_request_pad (parent, pad);
  say ("done", "release");
}

static void
obey (App * self, const gchar * line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 4);
  guint n = g_strv_length (words);
  if (g_str_equal (line, "quit")) {
    g_main_loop_quit (self->loop);
    return;
  }
  if (n == 2 && g_str_equal (words[0], "state")) {
    command_state (self, words[1]);
    return;
  }
  if (n == 2 && g_str_equal (words[0], "seek")) {
    command_seek (self, words[1]);
    return;
  }
  if (n == 1 && g_str_equal (words[0], "eos")) {
    gst_element_send_event (self->pipeline, gst_event_new_eos ());
    return;
  }
  g_autoptr (GstObject) object = n >= 2 ? find (self, words[1]) : NULL;
  if (!object) {
    say ("command-failed", "no such command or object");
  } else if (n == 4 && g_str_equal (words[0], "set")) {
    command_set (object, words[2], words[3]);
  } else if (n == 3 && g_str_equal (words[0], "get")) {
    command_get (object, words[1], words[2]);
  } else if (n == 2 && g_str_equal (words[0], "release")) {
    command_release (object);
  } else if (n == 2 && g_str_equal (words[0], "eos") && GST_IS_ELEMENT (object)) {
    gst_element_send_event (GST_ELEMENT (object), gst_event_new_eos ());
    say ("done", "eos");
  } else if (n >= 3 && g_str_equal (words[0], "add") && GST_IS_ELEMENT (object)) {
    /* The rest of the line, which the split at the third blank has cut. */
    command_add (self, GST_ELEMENT (object),
        line + strlen ("add ") + strlen (words[1]) + 1);
  } else {
    say ("command-failed", "no such command");
  }
}

static gboolean
on_input (GIOChannel * channel, GIOCondition condition, gpointer user_data)
{
  App *self = user_data;
  g_autofree gchar *line = NULL;
  gsize end_of_text;
  GIOStatus status = g_io_channel_read_line (channel, &line, NULL,
      &end_of_text, NULL);
  if (status == G_IO_STATUS_AGAIN)
    return G_SOURCE_CONTINUE;
  if (status != G_IO_STATUS_NORMAL) {
    g_main_loop_quit (self->loop);
    return G_SOURCE_REMOVE;
  }
  line[end_of_text] = '\0';
  if (*line)
    obey (self, line);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_signal (gpointer user_data)
{
  App *self = user_data;
  g_main_loop_quit (self->loop);
  return G_SOURCE_CONTINUE;
}

static int
usage (void)
{
  fputs ("usage: busprint LAUNCH-LINE\n"
      "standard input: set NAME[.PAD] PROPERTY VALUE | get NAME[.PAD] PROPERTY\n"
      "  state null|ready|paused|playing | seek SECONDS | eos [NAME]\n"
      "  release NAME.PAD\n"
      "  add NAME DESCRIPTION (a branch that is linked to NAME) | quit\n",
      stderr);
  return 2;
}

static int
run (App * self)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);
  guint watch = gst_bus_add_watch (bus, on_message, self);
  guint input = g_io_add_watch (self->input, G_IO_IN | G_IO_HUP | G_IO_ERR,
      on_input, self);
  guint term = g_unix_signal_add (SIGTERM, on_signal, self);
  guint interrupt = g_unix_signal_add (SIGINT, on_signal, self);

  command_state (self, "playing");
  g_main_loop_run (self->loop);

  gint64 before = g_get_monotonic_time ();
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  JsonBuilder *b = begin ("end");
  json_builder_set_member_name (b, "stop_ms");
  json_builder_add_double_value (b,
      (g_get_monotonic_time () - before) / 1000.0);
  end (b);
  g_source_remove (watch);
  g_source_remove (term);
  g_source_remove (interrupt);
  GSource *source = g_main_context_find_source_by_id (NULL, input);
  if (source)
    g_source_destroy (source);
  return 0;
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  if (argc != 2)
    return usage ();

  App self = { 0 };
  g_autoptr (GError) error = NULL;
  self.pipeline = gst_parse_launch_full (argv[1], NULL,
      GST_PARSE_FLAG_FATAL_ERRORS, &error);
  if (!self.pipeline) {
    say ("parse-failed", error->message);
    return 1;
  }
  if (!GST_IS_PIPELINE (self.pipeline)) {
    GstElement *pipeline = gst_pipeline_new (NULL);
    gst_bin_add (GST_BIN (pipeline), self.pipeline);
    self.pipeline = pipeline;
  }
  self.loop = g_main_loop_new (NULL, FALSE);
  self.input = g_io_channel_unix_new (0);
  g_io_channel_set_flags (self.input, G_IO_FLAG_NONBLOCK, NULL);

  int status = run (&self);

  g_io_channel_unref (self.input);
  g_main_loop_unref (self.loop);
  gst_object_unref (self.pipeline);
  return status;
}

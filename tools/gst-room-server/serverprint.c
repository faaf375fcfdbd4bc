/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverprint.h"

#include <json-glib/json-glib.h>

static JsonObject *
new_event (const gchar * name)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "event", name);
  return object;
}

/* Takes @object. */
static void
say (const ServerPrint * self, LifeWriterWeight weight, JsonObject * object)
{
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (),
      object);
  g_autofree gchar *line = json_to_string (node, FALSE);

  life_writer_say (self->writer, weight, self->out,
      g_strconcat (line, "\n", NULL));
  json_object_unref (object);
}

static void
say_line (const ServerPrint * self, LifeWriterWeight weight,
    const gchar * format, ...)
G_GNUC_PRINTF (3, 4);
     static void complain (const ServerPrint * self, const gchar * format, ...)
  G_GNUC_PRINTF (2, 3);

     static void
         say_line (const ServerPrint * self, LifeWriterWeight weight,
    const gchar * format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_autofree gchar *line = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  life_writer_say (self->writer, weight, self->out,
      g_strconcat (line, "\n", NULL));
}

static void
complain (const ServerPrint * self, const gchar * format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_autofree gchar *line = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  life_writer_say (self->writer, LIFE_WRITER_ALWAYS, self->err,
      g_strconcat ("gst-room-server: ", line, "\n", NULL));
}

static void
warn_development (const ServerPrint * self)
{
  complain (self, "WARNING: it has the development key \"%s\" with the "
      "secret \"%s\", which everybody knows. It is for this machine only; give "
      "--keys or --keys-file for more.", SERVER_HOST_KEY, SERVER_HOST_SECRET);
}

void
server_print_listening (const ServerPrint * self, ServerHost * host)
{
  g_autofree gchar *url = server_host_dup_url (host);
  gboolean development = server_host_has_development_key (host);

  if (development)
    warn_development (self);
  if (!self->json) {
    say_line (self, LIFE_WRITER_ALWAYS, "listening at %s", url);
    return;
  }
  JsonObject *object = new_event ("listening");
  json_object_set_string_member (object, "url", url);
  json_object_set_int_member (object, "port", server_host_get_port (host));
  json_object_set_boolean_member (object, "development_key", development);
  say (self, LIFE_WRITER_ALWAYS, object);
}

void
server_print_reloaded (const ServerPrint * self, const GError * error)
{
  if (error != NULL)
    complain (self, "the keys are those of before: %s", error->message);
  if (!self->json) {
    if (error == NULL)
      say_line (self, LIFE_WRITER_LINE, "keys read again");
    return;
  }
  JsonObject *object = new_event ("keys");
  json_object_set_boolean_member (object, "changed", error == NULL);
  if (error != NULL)
    json_object_set_string_member (object, "error", error->message);
  say (self, LIFE_WRITER_LINE, object);
}

void
server_print_recording (const ServerPrint * self, const gchar * what,
    const gchar * file)
{
  if (!self->json) {
    say_line (self, LIFE_WRITER_LINE, "%s %s", what, file);
    return;
  }
  JsonObject *object = new_event (what);
  json_object_set_string_member (object, "file", file);
  say (self, LIFE_WRITER_LINE, object);
}

void
server_print_not_recorded (const ServerPrint * self, const gchar * text)
{
  complain (self, "%s", text);
  if (!self->json)
    return;
  JsonObject *object = new_event ("not-recorded");
  json_object_set_string_member (object, "text", text);
  say (self, LIFE_WRITER_LINE, object);
}

/* @text is of a stranger: nothing in it may move the cursor of a terminal. */
static gchar *
make_printable (const gchar * text)
{
  g_autofree gchar *valid = g_utf8_make_valid (text, -1);
  GString *printable = g_string_new (NULL);

  for (const gchar * c = valid; *c != '\0'; c = g_utf8_next_char (c)) {
    gunichar each = g_utf8_get_char (c);
    g_string_append_unichar (printable, g_unichar_isprint (each) ? each : '?');
  }
  return g_string_free (printable, FALSE);
}

/* NULL: nothing that people want to read. */
static const gchar *
get_event_name (LivekitRoomEventType type)
{
  switch (type) {
    case LIVEKIT_ROOM_EVENT_JOINED:
      return "joined";
    case LIVEKIT_ROOM_EVENT_RESUMED:
      return "resumed";
    case LIVEKIT_ROOM_EVENT_TRACK_ADDED:
      return "track-added";
    case LIVEKIT_ROOM_EVENT_TRACK_REMOVED:
      return "track-removed";
    case LIVEKIT_ROOM_EVENT_OVER:
      return "left";
    case LIVEKIT_ROOM_EVENT_ROOM_OVER:
      return "room-over";
    default:
      return NULL;
  }
}

typedef struct
{
  const gchar *name;
  const gchar *value;           /* NULL: left out */
} Field;

/* Takes @object; @fields are put behind what is there, and behind @line. */
static void
say_fields (const ServerPrint * self, const gchar * line, JsonObject * object,
    const Field * fields, guint count)
{
  g_autoptr (GString) text = g_string_new (line);

  for (guint i = 0; i < count; i++) {
    if (fields[i].value == NULL)
      continue;
    g_autofree gchar *printable = make_printable (fields[i].value);
    g_string_append_printf (text, " %s=%s", fields[i].name, printable);
    json_object_set_string_member (object, fields[i].name, fields[i].value);
  }
  if (self->json) {
    say (self, LIFE_WRITER_LINE, object);
    return;
  }
  json_object_unref (object);
  say_line (self, LIFE_WRITER_LINE, "%s", text->str);
}

void
server_print_event (const ServerPrint * self, const LivekitRoomEvent * event)
{
  const gchar *name = get_event_name (event->type);
  const Field fields[] = {
    {"room", event->room}, {"participant", event->participant},
    {"identity", event->identity}, {"track", event->track},
    {"name", event->name},
  };

  if (name != NULL)
    say_fields (self, name, new_event (name), fields, G_N_ELEMENTS (fields));
}

void
server_print_refused (const ServerPrint * self, const LivekitRefused * refused)
{
  g_autofree gchar *line = refused->held == 0
      ? g_strdup_printf ("refused status=%u", refused->status)
      : g_strdup_printf ("refused status=%u held=%u", refused->status,
      refused->held);
  const Field fields[] = {
    {"room", refused->room}, {"identity", refused->identity},
    {"address", refused->address}, {"reason", refused->reason},
  };
  JsonObject *object = new_event ("refused");

  json_object_set_int_member (object, "status", refused->status);
  json_object_set_int_member (object, "held", refused->held);
  say_fields (self, line, object, fields, G_N_ELEMENTS (fields));
}

void
server_print_stopping (const ServerPrint * self)
{
  if (self->json)
    say (self, LIFE_WRITER_LINE, new_event ("stopping"));
  else
    say_line (self, LIFE_WRITER_LINE, "stopping");
}

void
server_print_stopped (const ServerPrint * self, const ServerHostReport * report)
{
  if (!self->json) {
    say_line (self, LIFE_WRITER_ALWAYS, "stopped: %u left, %u cut",
        report->left, report->cut);
    if (report->stuck > 0)
      complain (self, "%u connections did not end", report->stuck);
    if (report->unfinished > 0)
      complain (self, "%u recordings were not finished", report->unfinished);
    return;
  }
  JsonObject *object = new_event ("stopped");
  json_object_set_int_member (object, "left", report->left);
  json_object_set_int_member (object, "cut", report->cut);
  json_object_set_int_member (object, "stuck", report->stuck);
  json_object_set_int_member (object, "unfinished", report->unfinished);
  say (self, LIFE_WRITER_ALWAYS, object);
}

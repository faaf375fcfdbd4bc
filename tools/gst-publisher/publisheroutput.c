/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PublisherOutput: see the header. */
#include "publisheroutput.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "life/lifewriter.h"
#include "publisherjson.h"

#define DEFAULT_WIDTH 80

/* Back to the first column, and clear to the end of the line. */
#define CLEAR_LINE "\r\033[K"

struct _PublisherOutput
{
  PublisherOutputConfig config;
  LifeWriter *writer;
  gboolean err_is_terminal;
  gchar *status;                /* in the writer's thread only */
};

typedef struct
{
  PublisherOutput *output;
  gchar *out;                   /* a line, or NULL */
  gchar *err;
  gchar *status;
} Entry;

gboolean
publisher_output_is_terminal (gint fd)
{
  const gchar *name = g_getenv ("TERM");
  return isatty (fd) && name && *name && !g_str_equal (name, "dumb");
}

PublisherOutput *
publisher_output_new (const PublisherOutputConfig * config, GError ** error)
{
  LifeWriter *writer = life_writer_new ("publisher-output", config->out_fd,
      config->json, error);
  if (writer == NULL)
    return NULL;

  PublisherOutput *self = g_new0 (PublisherOutput, 1);
  self->config = *config;
  self->writer = writer;
  self->err_is_terminal = config->status_line && isatty (config->err_fd);
  return self;
}

void
publisher_output_free (PublisherOutput * self)
{
  if (!self)
    return;
  life_writer_free (self->writer);
  g_free (self->status);
  g_free (self);
}

static void
write_out (PublisherOutput * self, const gchar * text)
{
  life_writer_write (self->writer, self->config.out_fd, text);
}

static void
write_entry (gpointer user_data)
{
  Entry *entry = user_data;
  PublisherOutput *self = entry->output;
  gboolean touches_line = self->config.status_line && self->status
      && (entry->out || (entry->err && self->err_is_terminal));

  if (touches_line)
    write_out (self, CLEAR_LINE);
  life_writer_write_dropped (self->writer);
  if (entry->out)
    write_out (self, entry->out);
  if (entry->err)
    life_writer_write (self->writer, self->config.err_fd, entry->err);
  if (entry->status) {
    g_free (self->status);
    self->status = g_steal_pointer (&entry->status);
  }
  if (self->config.status_line && self->status && !entry->out && !entry->err)
    write_out (self, CLEAR_LINE);
  if (self->config.status_line && self->status)
    write_out (self, self->status);
}

static void
entry_free (gpointer data)
{
  Entry *entry = data;
  g_free (entry->out);
  g_free (entry->err);
  g_free (entry->status);
  g_free (entry);
}

static void
post_entry (PublisherOutput * self, gchar * out, gchar * err, gchar * status)
{
  Entry *entry = g_new (Entry, 1);
  /* What explains the end is written however much waits. */
  LifeWriterWeight weight = err != NULL ? LIFE_WRITER_ALWAYS
      : out != NULL ? LIFE_WRITER_LINE : LIFE_WRITER_PASSING;

  *entry = (Entry) {
  self, out, err, status};
  life_writer_post (self->writer, weight, write_entry, entry, entry_free);
}

static gboolean
is_wanted (PublisherOutput * self, PublisherOutputLevel level)
{
  switch (level) {
    case PUBLISHER_OUTPUT_ERROR:
      return TRUE;
    case PUBLISHER_OUTPUT_WARNING:
    case PUBLISHER_OUTPUT_EVENT:
      return !self->config.quiet;
    case PUBLISHER_OUTPUT_DETAIL:
      return self->config.verbose;
    default:
      g_return_val_if_reached (FALSE);
  }
}

static gchar *
stamp_object (JsonObject * object)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree gchar *time = g_date_time_format_iso8601 (now);
  json_object_set_string_member (object, "time", time);
  g_autofree gchar *line = publisher_json_to_line (object);
  return g_strconcat (line, "\n", NULL);
}

/* What others have chosen (names, texts of a server) must not steer the
 * terminal. Lists of our own have new lines. */
static gchar *
make_printable (const gchar * text)
{
  gchar *result = g_utf8_make_valid (text, -1);
  for (gchar * c = result; *c; c = g_utf8_next_char (c)) {
    gunichar u = g_utf8_get_char (c);
    if (u < 0x80 && g_ascii_iscntrl (u) && u != '\n')
      *c = '?';
    else if (u >= 0x80 && u < 0xa0)
      memcpy (c, "\xc2\xbf", 2);        /* C1 controls: an inverted "?" */
  }
  return result;
}

void
publisher_output_say (PublisherOutput * self, PublisherOutputLevel level,
    const gchar * text, JsonObject * object)
{
  gboolean to_err = level <= PUBLISHER_OUTPUT_WARNING;
  g_autofree gchar *out = NULL;
  g_autofree gchar *err = NULL;

  /* For programs "quiet" says nothing; "verbose" does. */
  if (self->config.json && object && (level != PUBLISHER_OUTPUT_DETAIL
          || self->config.verbose))
    out = stamp_object (object);
  g_clear_pointer (&object, json_object_unref);
  if (text && is_wanted (self, level) && (to_err || !self->config.json)) {
    g_autofree gchar *printable = make_printable (text);
    if (to_err)
      err = g_strdup_printf ("gst-publisher: %s%s\n",
          level == PUBLISHER_OUTPUT_WARNING ? "warning: " : "", printable);
    else
      out = g_strconcat (printable, "\n", NULL);
  }
  if (out || err)
    post_entry (self, g_steal_pointer (&out), g_steal_pointer (&err), NULL);
}

gboolean
publisher_output_has_status (PublisherOutput * self)
{
  return self->config.status_line && !self->config.quiet && !self->config.json;
}

void
publisher_output_set_status (PublisherOutput * self, const gchar * line)
{
  if (publisher_output_has_status (self))
    post_entry (self, NULL, NULL, make_printable (line));
}

guint
publisher_output_get_width (PublisherOutput * self)
{
  struct winsize size = { 0, };
  if (ioctl (self->config.out_fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
    return DEFAULT_WIDTH;
  return size.ws_col;
}

static void
clear_status (gpointer user_data)
{
  PublisherOutput *self = user_data;
  if (self->config.status_line && self->status)
    write_out (self, CLEAR_LINE);
  g_clear_pointer (&self->status, g_free);
}

gboolean
publisher_output_close (PublisherOutput * self, gint64 timeout_us)
{
  life_writer_post (self->writer, LIFE_WRITER_ALWAYS, clear_status, self, NULL);
  return life_writer_close (self->writer, timeout_us);
}

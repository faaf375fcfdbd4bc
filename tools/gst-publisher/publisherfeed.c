/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PublisherFeed: see the header. */
#include "publisherfeed.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <unistd.h>

#include "publisherallowed.h"

#define FEED_MAX_LINE (64 * 1024)
#define FEED_READ_BYTES 4096

struct _PublisherFeed
{
  GSource *source;
  GByteArray *line;
  gboolean skipping;            /* the rest of a line that is too long */
  PublisherFeedFuncs funcs;
  gpointer user_data;
};

static void
finish_line (PublisherFeed * self)
{
  gboolean skipped = self->skipping;
  /* An array that never held anything has no data. */
  const gchar *data = self->line->len > 0 ?
      (const gchar *) self->line->data : "";
  gboolean is_text = g_utf8_validate (data, self->line->len, NULL);
  g_autofree gchar *text = g_strndup (data, self->line->len);

  g_byte_array_set_size (self->line, 0);
  self->skipping = FALSE;
  if (skipped) {
    self->funcs.refused ("a line of standard input is too long for a list of "
        "users", self->user_data);
  } else if (!is_text) {
    self->funcs.refused ("a line of standard input is not text",
        self->user_data);
  } else {
    g_auto (GStrv) users = publisher_allowed_parse (text);
    self->funcs.users (users, self->user_data);
  }
}

static void
take_bytes (PublisherFeed * self, const guint8 * data, gsize size)
{
  while (size > 0) {
    const guint8 *end = memchr (data, '\n', size);
    gsize part = end ? (gsize) (end - data) : size;

    if (self->line->len + part > FEED_MAX_LINE) {
      self->skipping = TRUE;
      g_byte_array_set_size (self->line, 0);
    }
    if (!self->skipping)
      g_byte_array_append (self->line, data, part);
    if (!end)
      return;
    finish_line (self);
    data += part + 1;
    size -= part + 1;
  }
}

/* Reads once per wake-up: what poll() has promised does not block, and a
 * descriptor that is shared with a shell must not be made non-blocking. */
static gboolean
on_readable (gint fd, GIOCondition condition, gpointer user_data)
{
  PublisherFeed *self = user_data;
  guint8 data[FEED_READ_BYTES];

  gssize size = read (fd, data, sizeof data);
  if (size < 0 && (errno == EINTR || errno == EAGAIN))
    return G_SOURCE_CONTINUE;
  if (size > 0) {
    take_bytes (self, data, size);
    return G_SOURCE_CONTINUE;
  }
  if (self->line->len > 0)
    finish_line (self);
  return G_SOURCE_REMOVE;
}

PublisherFeed *
publisher_feed_new (GMainContext * context, gint fd,
    const PublisherFeedFuncs * funcs, gpointer user_data)
{
  PublisherFeed *self = g_new0 (PublisherFeed, 1);
  self->funcs = *funcs;
  self->user_data = user_data;
  self->line = g_byte_array_new ();
  self->source = g_unix_fd_source_new (fd, G_IO_IN | G_IO_HUP | G_IO_ERR);
  g_source_set_static_name (self->source, "publisher-feed");
  g_source_set_callback (self->source, G_SOURCE_FUNC (on_readable), self, NULL);
  g_source_attach (self->source, context);
  return self;
}

void
publisher_feed_free (PublisherFeed * self)
{
  if (!self)
    return;
  g_source_destroy (self->source);
  g_source_unref (self->source);
  g_byte_array_unref (self->line);
  g_free (self);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "life/lifewriter.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

struct _LifeWriter
{
  LifeLoop *loop;
  gint out;
  gboolean json;
  gint pending;                 /* atomic */
  gint dropped;                 /* atomic */
  GHashTable *gone;             /* in the loop: descriptors that nobody reads */
};

typedef struct
{
  LifeWriter *writer;
  LifeLoopFunc func;
  gpointer user_data;
  GDestroyNotify destroy;
} Entry;

typedef struct
{
  LifeWriter *writer;
  gint fd;
  gchar *text;
} Line;

LifeWriter *
life_writer_new (const gchar * name, gint out, gboolean json, GError ** error)
{
  g_autoptr (LifeLoop) loop = life_loop_new (name);
  if (!life_loop_start (loop, error))
    return NULL;

  LifeWriter *self = g_new0 (LifeWriter, 1);
  self->loop = g_steal_pointer (&loop);
  self->out = out;
  self->json = json;
  self->gone = g_hash_table_new (NULL, NULL);
  return self;
}

void
life_writer_free (LifeWriter * self)
{
  if (!self)
    return;
  life_loop_unref (self->loop);
  g_hash_table_unref (self->gone);
  g_free (self);
}

/* FALSE when nobody reads any more. */
static gboolean
write_all (gint fd, const gchar * text)
{
  gsize size = strlen (text);

  while (size > 0) {
    gssize done = write (fd, text, size);
    if (done < 0 && errno == EINTR)
      continue;
    if (done < 0 && errno == EAGAIN) {
      GPollFD poll_fd = {.fd = fd,.events = G_IO_OUT };
      g_poll (&poll_fd, 1, -1);
      continue;
    }
    if (done < 0)
      return FALSE;
    text += done;
    size -= done;
  }
  return TRUE;
}

void
life_writer_write (LifeWriter * self, gint fd, const gchar * text)
{
  gpointer key = GINT_TO_POINTER (fd);

  life_loop_assert_current (self->loop);
  if (!g_hash_table_contains (self->gone, key) && !write_all (fd, text))
    g_hash_table_add (self->gone, key);
}

void
life_writer_write_dropped (LifeWriter * self)
{
  gint dropped = g_atomic_int_and ((guint *) & self->dropped, 0);
  if (dropped == 0)
    return;
  g_autofree gchar *line = self->json
      ? g_strdup_printf ("{\"event\":\"dropped\",\"count\":%d}\n", dropped)
      : g_strdup_printf ("(%d lines were not written in time)\n", dropped);
  life_writer_write (self, self->out, line);
}

static void
run_entry (gpointer user_data)
{
  Entry *entry = user_data;

  entry->func (entry->user_data);
}

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_atomic_int_add (&entry->writer->pending, -1);
  if (entry->destroy != NULL)
    entry->destroy (entry->user_data);
  g_free (entry);
}

void
life_writer_post (LifeWriter * self, LifeWriterWeight weight,
    LifeLoopFunc func, gpointer user_data, GDestroyNotify destroy)
{
  Entry *entry = g_new (Entry, 1);

  *entry = (Entry) {
  self, func, user_data, destroy};
  if (g_atomic_int_add (&self->pending, 1) >= LIFE_WRITER_MAX_PENDING
      && weight != LIFE_WRITER_ALWAYS) {
    if (weight == LIFE_WRITER_LINE)
      g_atomic_int_inc (&self->dropped);
    entry_free (entry);
    return;
  }
  life_loop_post (self->loop, run_entry, entry, entry_free);
}

static void
write_line (gpointer user_data)
{
  Line *line = user_data;

  life_writer_write_dropped (line->writer);
  life_writer_write (line->writer, line->fd, line->text);
}

static void
line_free (gpointer data)
{
  Line *line = data;

  g_free (line->text);
  g_free (line);
}

void
life_writer_say (LifeWriter * self, LifeWriterWeight weight, gint fd,
    gchar * text)
{
  Line *line = g_new (Line, 1);

  *line = (Line) {
  self, fd, text};
  life_writer_post (self, weight, write_line, line, line_free);
}

static void
write_rest (gpointer user_data)
{
  life_writer_write_dropped (user_data);
}

gboolean
life_writer_close (LifeWriter * self, gint64 timeout_us)
{
  life_loop_post (self->loop, write_rest, self, NULL);
  return life_loop_stop (self->loop, timeout_us);
}

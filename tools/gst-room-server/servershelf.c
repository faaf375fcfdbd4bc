/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "servershelf.h"

#include <string.h>

/* Of a digest: enough to tell the tracks of a server apart. */
#define KEY_LENGTH 20

/* With which a fan ends; nobody reads it. */
#define REASON_GONE 1

typedef struct
{
  ServerShelf *shelf;
  gchar *room;
  gchar *identity;
  gchar *name;
  guint ordinal;
  ServerFan *fan;
  GSource *timer;               /* NULL: it has a publisher */
} ShelfEntry;

struct _ServerShelf
{
  LifeLoop *loop;
  gint64 keep_us;
  ServerRecorder *recorder;     /* NULL: nothing is recorded */
  GPtrArray *entries;           /* of ShelfEntry; who waits, oldest first */
  ServerReportTotals gone;      /* what fans got that have ended */
};

static void
clear_timer (ShelfEntry * entry)
{
  if (entry->timer != NULL)
    g_source_destroy (entry->timer);
  g_clear_pointer (&entry->timer, g_source_unref);
}

static void
end_recording (ServerShelf * self, ServerFan * fan)
{
  if (self->recorder != NULL)
    server_recorder_end (self->recorder, fan);
}

static void
entry_free (gpointer data)
{
  ShelfEntry *entry = data;
  ServerFanCounts counts;

  clear_timer (entry);
  end_recording (entry->shelf, entry->fan);
  server_fan_end (entry->fan, REASON_GONE);
  server_fan_get_counts (entry->fan, &counts);
  /* They have been told. */
  counts.consumers = 0;
  server_report_count_received (&entry->shelf->gone, &counts);
  server_fan_unref (entry->fan);
  g_free (entry->room);
  g_free (entry->identity);
  g_free (entry->name);
  g_free (entry);
}

ServerShelf *
server_shelf_new (LifeLoop * loop, gint64 keep_us, ServerRecorder * recorder)
{
  ServerShelf *self = g_new0 (ServerShelf, 1);

  self->loop = life_loop_ref (loop);
  self->keep_us = keep_us;
  self->recorder = recorder;
  self->entries = g_ptr_array_new ();
  return self;
}

/* Whoever listens to the fan's end may come back to the shelf. */
static void
take_out (ServerShelf * self, guint index)
{
  entry_free (g_ptr_array_steal_index (self->entries, index));
}

void
server_shelf_free (ServerShelf * self)
{
  if (self == NULL)
    return;

  while (self->entries->len > 0)
    take_out (self, self->entries->len - 1);
  g_ptr_array_unref (self->entries);
  life_loop_unref (self->loop);
  g_free (self);
}

static gboolean
fits (const ShelfEntry * entry, const gchar * room, const gchar * identity,
    const gchar * name, guint ordinal, const ServerCodec * codec)
{
  return entry->timer != NULL && g_str_equal (entry->room, room)
      && g_str_equal (entry->identity, identity)
      && g_str_equal (entry->name, name) && entry->ordinal == ordinal
      && server_fan_get_codec (entry->fan) == codec;
}

/* One that waits, or a new one. */
static ServerFan *
get_fan (ServerShelf * self, const gchar * room, const gchar * identity,
    const gchar * name, guint ordinal, const ServerCodec * codec)
{
  for (guint i = 0; i < self->entries->len; i++) {
    ShelfEntry *entry = g_ptr_array_index (self->entries, i);
    if (!fits (entry, room, identity, name, ordinal, codec))
      continue;
    clear_timer (entry);
    return entry->fan;
  }
  ShelfEntry *entry = g_new0 (ShelfEntry, 1);
  entry->shelf = self;
  entry->room = g_strdup (room);
  entry->identity = g_strdup (identity);
  entry->name = g_strdup (name);
  entry->ordinal = ordinal;
  entry->fan = server_fan_new (codec);
  g_ptr_array_add (self->entries, entry);
  return entry->fan;
}

ServerFan *
server_shelf_take (ServerShelf * self, const gchar * room,
    const gchar * identity, const gchar * name, guint ordinal,
    const ServerCodec * codec)
{
  ServerFan *fan = get_fan (self, room, identity, name, ordinal, codec);

  if (self->recorder != NULL)
    server_recorder_begin (self->recorder, room, identity, name, fan);
  return fan;
}

static gboolean
on_waited (gpointer data)
{
  ShelfEntry *entry = data;
  ServerShelf *self = entry->shelf;
  guint index;

  if (g_ptr_array_find (self->entries, entry, &index))
    take_out (self, index);
  return G_SOURCE_REMOVE;
}

static gboolean
is_fan_of (gconstpointer entry, gconstpointer fan)
{
  return ((const ShelfEntry *) entry)->fan == fan;
}

static void
end_oldest (ServerShelf * self)
{
  for (guint i = 0; i < self->entries->len; i++) {
    const ShelfEntry *entry = g_ptr_array_index (self->entries, i);
    if (entry->timer == NULL)
      continue;
    take_out (self, i);
    return;
  }
}

void
server_shelf_give_back (ServerShelf * self, ServerFan * fan)
{
  guint index;

  if (!g_ptr_array_find_with_equal_func (self->entries, fan, is_fan_of, &index))
    return;
  ShelfEntry *entry = g_ptr_array_steal_index (self->entries, index);
  g_ptr_array_add (self->entries, entry);
  end_recording (self, fan);
  entry->timer = life_loop_add_timeout (self->loop, "server-shelf",
      self->keep_us, on_waited, entry, NULL);
  if (server_shelf_count_waiting (self) > SERVER_SHELF_MAX_WAITING)
    end_oldest (self);
}

void
server_shelf_clear_room (ServerShelf * self, const gchar * room)
{
  for (guint i = self->entries->len; i > 0; i--) {
    const ShelfEntry *entry = g_ptr_array_index (self->entries, i - 1);
    if (g_str_equal (entry->room, room))
      take_out (self, i - 1);
  }
}

guint
server_shelf_get_count (ServerShelf * self)
{
  return self->entries->len;
}

guint
server_shelf_count_waiting (ServerShelf * self)
{
  guint count = 0;

  for (guint i = 0; i < self->entries->len; i++)
    count +=
        ((const ShelfEntry *) g_ptr_array_index (self->entries,
            i))->timer != NULL;
  return count;
}

void
server_shelf_count (ServerShelf * self, ServerReportTotals * totals)
{
  server_report_count_received (totals, &self->gone.received);
  for (guint i = 0; i < self->entries->len; i++) {
    const ShelfEntry *entry = g_ptr_array_index (self->entries, i);
    ServerFanCounts counts;
    server_fan_get_counts (entry->fan, &counts);
    server_report_count_received (totals, &counts);
  }
}

gchar *
server_shelf_make_key (const gchar * identity, const gchar * name,
    guint ordinal, gboolean video)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  const gchar *kind = name == NULL ? "publisher" : video ? "video" : "audio";

  /* Each with the byte that ends it, so that none runs into the next. */
  g_checksum_update (sum, (const guchar *) kind, strlen (kind) + 1);
  g_checksum_update (sum, (const guchar *) identity, strlen (identity) + 1);
  if (name != NULL)
    g_checksum_update (sum, (const guchar *) name, strlen (name) + 1);
  if (ordinal > 0) {
    g_autofree gchar *digits = g_strdup_printf ("%u", ordinal);
    g_checksum_update (sum, (const guchar *) digits, strlen (digits));
  }
  return g_strndup (g_checksum_get_string (sum), KEY_LENGTH);
}

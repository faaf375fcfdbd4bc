/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpDemuxIndex: see rtmpdemuxindex.h. */

#include "rtmpdemuxindex.h"

/* Entries that are nearer to each other help nobody, and of a long stream of
 * key frames alone would be millions. In ms. */
#define APART 250

/* Two weeks with one each ten seconds, or nine hours as near as they may be. */
#define MAX_ENTRIES (128 * 1024)

void
rtmp_demux_index_init (RtmpDemuxIndex * self)
{
  self->entries = g_array_new (FALSE, FALSE, sizeof (RtmpDemuxEntry));
  self->complete = FALSE;
}

void
rtmp_demux_index_clear (RtmpDemuxIndex * self)
{
  g_clear_pointer (&self->entries, g_array_unref);
}

void
rtmp_demux_index_reset (RtmpDemuxIndex * self)
{
  g_array_set_size (self->entries, 0);
  self->complete = FALSE;
}

static const RtmpDemuxEntry *
get_entry (const RtmpDemuxIndex * self, guint index)
{
  return &g_array_index (self->entries, RtmpDemuxEntry, index);
}

/* How many are at @time or before. */
static guint
count_until (const RtmpDemuxIndex * self, gint64 time)
{
  guint low = 0, high = self->entries->len;

  while (low < high) {
    guint middle = low + (high - low) / 2;
    if (get_entry (self, middle)->time <= time)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

void
rtmp_demux_index_add (RtmpDemuxIndex * self, gint64 time, guint64 offset)
{
  RtmpDemuxEntry entry = { time, offset };
  guint at = count_until (self, time);

  if (self->entries->len >= MAX_ENTRIES)
    return;
  if (at > 0 && time - get_entry (self, at - 1)->time < APART)
    return;
  if (at < self->entries->len && get_entry (self, at)->time - time < APART)
    return;
  g_array_insert_val (self->entries, at, entry);
}

static gint
compare_entries (gconstpointer a, gconstpointer b)
{
  const RtmpDemuxEntry *left = a, *right = b;

  return left->time < right->time ? -1 : left->time > right->time;
}

static void
append_some (RtmpDemuxIndex * self, GArray * from, guint begin, guint end)
{
  if (begin < end)
    g_array_append_vals (self->entries,
        &g_array_index (from, RtmpDemuxEntry, begin), end - begin);
}

/* Of two lists in one walk: one by one, those in a bad order would take the
 * square of their number. */
void
rtmp_demux_index_add_all (RtmpDemuxIndex * self, GArray * entries)
{
  GArray *old = self->entries;
  guint taken = 0;

  g_array_sort (entries, compare_entries);
  self->entries = g_array_sized_new (FALSE, FALSE, sizeof (RtmpDemuxEntry),
      MIN (old->len + entries->len, MAX_ENTRIES));
  for (guint i = 0; i < entries->len; i++) {
    const RtmpDemuxEntry *entry = &g_array_index (entries, RtmpDemuxEntry, i);
    guint before = taken;
    while (taken < old->len
        && g_array_index (old, RtmpDemuxEntry, taken).time <= entry->time)
      taken++;
    append_some (self, old, before, taken);
    guint n = self->entries->len;
    if ((n == 0 || entry->time - get_entry (self, n - 1)->time >= APART)
        && (taken == old->len || g_array_index (old, RtmpDemuxEntry,
                taken).time - entry->time >= APART)
        && n + old->len - taken < MAX_ENTRIES)
      g_array_append_vals (self->entries, entry, 1);
  }
  append_some (self, old, taken, old->len);
  g_array_unref (old);
}

const RtmpDemuxEntry *
rtmp_demux_index_find (const RtmpDemuxIndex * self, gint64 time)
{
  guint at = count_until (self, time);

  if (self->entries->len == 0)
    return NULL;
  return get_entry (self, at > 0 ? at - 1 : 0);
}

const RtmpDemuxEntry *
rtmp_demux_index_find_after (const RtmpDemuxIndex * self, gint64 time)
{
  guint at = count_until (self, time);

  return at < self->entries->len ? get_entry (self, at) : NULL;
}

const RtmpDemuxEntry *
rtmp_demux_index_get_last (const RtmpDemuxIndex * self)
{
  guint n = self->entries->len;

  return n > 0 ? get_entry (self, n - 1) : NULL;
}

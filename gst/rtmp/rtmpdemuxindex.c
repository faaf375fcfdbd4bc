/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpDemuxIndex: see rtmpdemuxindex.h. */

#include "rtmpdemuxindex.h"

/* Entries that are nearer to each other help nobody, and of a long stream of
 * key frames alone would be millions. In ms. */
#define APART 250

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

  if (at > 0 && time - get_entry (self, at - 1)->time < APART)
    return;
  if (at < self->entries->len && get_entry (self, at)->time - time < APART)
    return;
  g_array_insert_val (self->entries, at, entry);
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

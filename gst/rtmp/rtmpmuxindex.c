/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpMuxIndex: see rtmpmuxindex.h. */

#include "rtmpmuxindex.h"

void
rtmp_mux_index_init (RtmpMuxIndex * self)
{
  self->keys = g_array_new (FALSE, FALSE, sizeof (RtmpMetadataKey));
  rtmp_mux_index_reset (self, 0);
}

void
rtmp_mux_index_clear (RtmpMuxIndex * self)
{
  g_clear_pointer (&self->keys, g_array_unref);
}

void
rtmp_mux_index_reset (RtmpMuxIndex * self, guint room)
{
  g_array_set_size (self->keys, 0);
  self->room = room;
  self->step = 1;
  self->seen = 0;
}

/* Every second one goes. */
static void
thin_out (RtmpMuxIndex * self)
{
  guint kept = (self->keys->len + 1) / 2;

  for (guint i = 0; i < kept; i++)
    g_array_index (self->keys, RtmpMetadataKey, i) =
        g_array_index (self->keys, RtmpMetadataKey, 2 * i);
  g_array_set_size (self->keys, kept);
  self->step *= 2;
}

void
rtmp_mux_index_add (RtmpMuxIndex * self, guint64 ms, guint64 offset)
{
  RtmpMetadataKey key = { ms / 1000.0, offset };

  if (self->room == 0 || self->seen++ % self->step != 0)
    return;
  if (self->keys->len == self->room)
    thin_out (self);
  /* It may be one of those that have just gone. */
  if ((self->seen - 1) % self->step == 0)
    g_array_append_val (self->keys, key);
}

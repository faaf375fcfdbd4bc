/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomTally: see roomtally.h. */

#include "roomtally.h"

void
room_tally_init (RoomTally * self)
{
  *self = (RoomTally) {
  .last_pts = GST_CLOCK_TIME_NONE};
  life_lock_init (&self->lock);
  room_key_unit_init (&self->key_unit, ROOM_KEY_UNIT_MIN_INTERVAL);
}

void
room_tally_clear (RoomTally * self)
{
  life_lock_clear (&self->lock);
}

gboolean
room_tally_note_frame (RoomTally * self, GstClockTime pts, gboolean delta,
    gint64 now)
{
  LIFE_LOCK_HOLD (&self->lock);

  if (!delta)
    room_key_unit_key_frame (&self->key_unit, now);
  if (!GST_CLOCK_TIME_IS_VALID (pts))
    return FALSE;
  gboolean found = delta && !self->reordered
      && GST_CLOCK_TIME_IS_VALID (self->last_pts) && pts < self->last_pts;
  self->reordered |= found;
  self->last_pts = pts;
  return found;
}

void
room_tally_note_packets (RoomTally * self, GstMiniObject * data)
{
  LIFE_LOCK_HOLD (&self->lock);

  if (GST_IS_BUFFER (data)) {
    self->bytes += gst_buffer_get_size (GST_BUFFER (data));
    self->packets++;
  } else {
    self->bytes += gst_buffer_list_calculate_size (GST_BUFFER_LIST (data));
    self->packets += gst_buffer_list_length (GST_BUFFER_LIST (data));
  }
}

void
room_tally_get (RoomTally * self, guint64 * bytes, guint64 * packets,
    guint64 * key_unit_requests)
{
  LIFE_LOCK_HOLD (&self->lock);

  *bytes = self->bytes;
  *packets = self->packets;
  *key_unit_requests = self->key_unit.requests;
}

gboolean
room_tally_request (RoomTally * self, gint64 now)
{
  LIFE_LOCK_HOLD (&self->lock);

  return room_key_unit_request (&self->key_unit, now);
}

void
room_tally_subscribed (RoomTally * self, gint64 now)
{
  LIFE_LOCK_HOLD (&self->lock);

  room_key_unit_subscribed (&self->key_unit, now);
}

gint64
room_tally_get_deadline (RoomTally * self)
{
  LIFE_LOCK_HOLD (&self->lock);

  return room_key_unit_get_deadline (&self->key_unit);
}

gboolean
room_tally_tick (RoomTally * self, gint64 now)
{
  LIFE_LOCK_HOLD (&self->lock);

  return room_key_unit_tick (&self->key_unit, now);
}

void
room_tally_set_stalled (RoomTally * self, RoomKeyUnitStall stall,
    gboolean stalled, gint64 now)
{
  LIFE_LOCK_HOLD (&self->lock);

  room_key_unit_set_stalled (&self->key_unit, stall, stalled, now);
}

gboolean
room_tally_is_stalled (RoomTally * self)
{
  LIFE_LOCK_HOLD (&self->lock);

  return self->key_unit.stalls != 0;
}

gboolean
room_tally_is_ignored (RoomTally * self, gint64 now)
{
  LIFE_LOCK_HOLD (&self->lock);

  return room_key_unit_is_ignored (&self->key_unit, now);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomKeyUnit: two sources of one question. Subscribers' requests are spaced
 * by min_interval from the last question of either source; the burst keeps to
 * its own times. */
#include "roomkeyunit.h"

static const gint64 burst_steps[] = {
  80 * G_TIME_SPAN_MILLISECOND,
  200 * G_TIME_SPAN_MILLISECOND,
  400 * G_TIME_SPAN_MILLISECOND,
};

void
room_key_unit_init (RoomKeyUnit * self, gint64 min_interval)
{
  self->min_interval = MAX (min_interval, 0);
  self->last_asked = -1;
  self->due = -1;
  self->burst_from = -1;
  self->burst_next = G_N_ELEMENTS (burst_steps);
  self->first_asked = -1;
  self->last_key_frame = -1;
  self->stalls = 0;
  self->requests = 0;
}

/* Whoever asks, the key frame that comes serves the remembered request too. */
static void
room_key_unit_asked (RoomKeyUnit * self, gint64 now)
{
  if (self->first_asked <= self->last_key_frame)
    self->first_asked = now;
  self->last_asked = now;
  self->due = -1;
}

static gint64
room_key_unit_get_burst (const RoomKeyUnit * self)
{
  if (self->burst_next >= G_N_ELEMENTS (burst_steps))
    return -1;
  return self->burst_from + burst_steps[self->burst_next];
}

gboolean
room_key_unit_request (RoomKeyUnit * self, gint64 now)
{
  self->requests++;
  if (self->last_asked >= 0 && now - self->last_asked < self->min_interval) {
    self->due = self->last_asked + self->min_interval;
    return FALSE;
  }
  room_key_unit_asked (self, now);
  return TRUE;
}

void
room_key_unit_subscribed (RoomKeyUnit * self, gint64 now)
{
  self->burst_from = now;
  self->burst_next = 0;
}

void
room_key_unit_key_frame (RoomKeyUnit * self, gint64 now)
{
  self->last_key_frame = now;
  self->due = -1;
}

gint64
room_key_unit_get_deadline (const RoomKeyUnit * self)
{
  gint64 burst = room_key_unit_get_burst (self);

  if (self->due < 0 || burst < 0)
    return MAX (self->due, burst);
  return MIN (self->due, burst);
}

gboolean
room_key_unit_tick (RoomKeyUnit * self, gint64 now)
{
  gboolean ask = self->due >= 0 && now >= self->due;

  for (gint64 burst = room_key_unit_get_burst (self);
      burst >= 0 && now >= burst; burst = room_key_unit_get_burst (self)) {
    self->burst_next++;
    ask = TRUE;
  }

  if (ask)
    room_key_unit_asked (self, now);
  return ask;
}

void
room_key_unit_set_stalled (RoomKeyUnit * self, RoomKeyUnitStall stall,
    gboolean stalled, gint64 now)
{
  guint before = self->stalls;

  self->stalls = stalled ? before | stall : before & ~stall;
  if (before && !self->stalls && self->first_asked > self->last_key_frame)
    self->first_asked = now;
}

gboolean
room_key_unit_is_ignored (const RoomKeyUnit * self, gint64 now)
{
  return !self->stalls && self->first_asked > self->last_key_frame
      && now - self->first_asked >= ROOM_KEY_UNIT_PATIENCE;
}

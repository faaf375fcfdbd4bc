/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomTime: see roomtime.h. */

#include "roomtime.h"

void
room_time_init (RoomTime * self, GstElement * element)
{
  *self = (RoomTime) {
  .element = element};
}

void
room_time_clear (RoomTime * self)
{
  gst_clear_object (&self->clock);
}

/* A pipeline moves its base time by as long as it was paused, and by what a
 * flushing seek takes back of its running time: both count. On another clock
 * than before nothing can be told, and the room's time goes on from there. */
static void
resume (RoomTime * self)
{
  g_autoptr (GstClock) clock = gst_element_get_clock (self->element);
  gint64 base = (gint64) gst_element_get_base_time (self->element);

  if (clock && clock == self->clock && base - self->origin >= self->lapse)
    self->lapse = base - self->origin;
  else
    self->origin = base - self->lapse;
  gst_object_replace ((GstObject **) & self->clock, (GstObject *) clock);
}

void
room_time_set_state (RoomTime * self, RoomTimeState state)
{
  self->state = state;
  if (state == ROOM_TIME_RESUMING)
    resume (self);
}

gint64
room_time_get_running (RoomTime * self)
{
  GstClockTime time = self->state == ROOM_TIME_PLAYING
      ? gst_element_get_current_running_time (self->element)
      : gst_element_get_start_time (self->element);

  return GST_CLOCK_TIME_IS_VALID (time) ? (gint64) time : 0;
}

gint64
room_time_get_lapse (RoomTime * self)
{
  return self->lapse;
}

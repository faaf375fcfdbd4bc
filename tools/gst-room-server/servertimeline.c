/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "servertimeline.h"

void
server_timeline_init (ServerTimeline * self, guint clock_rate)
{
  *self = (ServerTimeline) {
  .clock_rate = clock_rate};
}

/* Below zero for a packet that belongs before the first. */
static GstClockTimeDiff
get_time (const ServerTimeline * self)
{
  guint64 size = gst_util_uint64_scale (ABS (self->ticks), GST_SECOND,
      self->clock_rate);

  return (GstClockTimeDiff) self->base
      + (self->ticks < 0 ? -(GstClockTimeDiff) size : (GstClockTimeDiff) size);
}

GstClockTime
server_timeline_get (ServerTimeline * self, guint32 timestamp, gint64 arrival)
{
  if (!self->begun) {
    self->begun = TRUE;
    self->last_timestamp = timestamp;
    self->first_arrival = arrival;
  }
  self->ticks += (gint32) (timestamp - self->last_timestamp);
  self->last_timestamp = timestamp;
  GstClockTimeDiff time = get_time (self);
  GstClockTimeDiff passed = (arrival - self->first_arrival) * GST_USECOND;
  if (ABS (time - passed) > SERVER_TIMELINE_MAX_DRIFT * GST_USECOND) {
    /* Never back: what is written is written. */
    self->base = MAX (passed, (GstClockTimeDiff) self->highest);
    self->ticks = 0;
    time = self->base;
  }
  time = MAX (time, 0);
  self->highest = MAX (self->highest, (GstClockTime) time);
  return time;
}

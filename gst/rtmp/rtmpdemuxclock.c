/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpDemuxClock: see rtmpdemuxclock.h. */

#include "rtmpdemuxclock.h"

void
rtmp_demux_clock_restart (RtmpDemuxClock * self, gint64 time)
{
  self->started = FALSE;
  self->time = time;
}

gint64
rtmp_demux_clock_take (RtmpDemuxClock * self, guint32 timestamp,
    gboolean * jumped)
{
  /* Modulo 2^32, with a sign: the shorter way round. */
  gint32 step = (gint32) (timestamp - self->last);

  *jumped = FALSE;
  if (!self->started) {
    self->started = TRUE;
    if (self->time < 0)
      self->time = timestamp;
  } else if (step < -RTMP_DEMUX_MAX_STEP_BACK) {
    *jumped = TRUE;
  } else {
    self->time = MAX (self->time + step, 0);
  }
  self->last = timestamp;
  return self->time;
}

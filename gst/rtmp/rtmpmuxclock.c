/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpMuxClock: see rtmpmuxclock.h. */

#include "rtmpmuxclock.h"

#include "rtmp/rtmpvideo.h"

void
rtmp_mux_clock_start (RtmpMuxClock * self, GstClockTimeDiff start)
{
  self->started = TRUE;
  self->start = start;
  self->last = 0;
}

/* Down, below zero too. */
static gint64
divide (GstClockTimeDiff time)
{
  gint64 unit = GST_MSECOND;

  return time >= 0 ? time / unit : -((-time + unit - 1) / unit);
}

RtmpMuxTime
rtmp_mux_clock_get (RtmpMuxClock * self, GstClockTimeDiff pts,
    GstClockTimeDiff dts, gboolean exact)
{
  GstClockTimeDiff half = exact ? 0 : GST_MSECOND / 2;
  gint64 shown = divide (pts - self->start + half);
  gint64 decoded = divide (dts - self->start + half);
  RtmpMuxTime time = { 0 };

  /* What is late is sent at once, and still shown when it should be. */
  time.time = MAX (decoded, (gint64) self->last);
  self->last = time.time;
  time.composition_time = CLAMP (shown - (gint64) time.time,
      RTMP_VIDEO_MIN_COMPOSITION_TIME, RTMP_VIDEO_MAX_COMPOSITION_TIME);
  if (exact)
    time.nanoseconds = pts - self->start - shown * (gint64) GST_MSECOND;
  return time;
}

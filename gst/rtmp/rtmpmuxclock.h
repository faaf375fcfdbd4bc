/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpMuxClock: running times to the times of tags: from zero on, and never
 * back. Embedded in its owner; the thread that aggregates. */
#pragma once

#include <gst/gst.h>

typedef struct {
  gboolean started;
  GstClockTimeDiff start;       /* the running time that is zero */
  guint64 last;                 /* ms, of the last tag */
} RtmpMuxClock;

/* When one tag is to be decoded, when shown. The 32 bits of a tag's time are
 * the low ones of .time. */
typedef struct {
  guint64 time;                 /* ms */
  gint32 composition_time;      /* ms */
  guint32 nanoseconds;          /* to add to both */
} RtmpMuxTime;

void rtmp_mux_clock_start (RtmpMuxClock *self, GstClockTimeDiff start);

/* @pts and @dts are running times. With @exact .nanoseconds is told, and the
 * rest rounded down. */
RtmpMuxTime rtmp_mux_clock_get (RtmpMuxClock *self, GstClockTimeDiff pts,
    GstClockTimeDiff dts, gboolean exact);

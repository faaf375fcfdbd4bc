/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerTimeline: from the timestamps of a row of RTP packets, in their order,
 * to times from zero on. The packets' own clock counts, as long as it goes at
 * about the pace at which they arrive. A plain value. */
#pragma once

#include <gst/gst.h>

/* Further apart than this from what has passed, and the sender's clock was
 * stopped or set. */
#define SERVER_TIMELINE_MAX_DRIFT (10 * G_TIME_SPAN_SECOND)

typedef struct {
  guint clock_rate;
  gboolean begun;
  guint32 last_timestamp;
  gint64 ticks;                 /* of the last packet, from the base on */
  GstClockTime base;            /* the time of zero ticks */
  GstClockTime highest;         /* given so far */
  gint64 first_arrival;
} ServerTimeline;

void server_timeline_init (ServerTimeline *self, guint clock_rate);

/* @arrival: monotonic us. */
GstClockTime server_timeline_get (ServerTimeline *self, guint32 timestamp,
    gint64 arrival);

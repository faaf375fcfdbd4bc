/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitPing: when to ping, how long the answer took, and whether the other
 * end has fallen silent. Embedded in its owner; it sends nothing itself. */
#pragma once

#include <glib.h>

typedef struct {
  gint64 interval;
  gint64 timeout;               /* longest silence */
  gint64 heard;                 /* when anything came last */
  gint64 next;                  /* when to ping */
  gint64 first;                 /* of the pings since heard; -1: none */
  gint64 sent;                  /* of the ping without answer; -1: none */
  gint64 round_trip;            /* of the last answered ping; 0: none yet */
} LivekitPing;

void livekit_ping_init (LivekitPing *self, gint64 interval, gint64 timeout,
    gint64 now);

/* Anything came from the other end. */
void livekit_ping_heard (LivekitPing *self, gint64 now);

gint64 livekit_ping_get_deadline (const LivekitPing *self);
gboolean livekit_ping_is_silent (const LivekitPing *self, gint64 now);

/* TRUE when a ping is due, which goes out now; gives its time stamp in
 * milliseconds. */
gboolean livekit_ping_begin (LivekitPing *self, gint64 now,
    gint64 *timestamp);

/* TRUE for the answer to the last ping; round_trip is new then. */
gboolean livekit_ping_answered (LivekitPing *self, gint64 timestamp,
    gint64 now);

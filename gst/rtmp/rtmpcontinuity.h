/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpContinuity: times of messages in one row, also where those that come
 * begin anew: another file, a seek, another connection. A plain value, all zero
 * at first. */
#pragma once

#include <glib.h>

typedef struct {
  gboolean begun;
  gboolean anew;                /* what comes next may be anything */
  guint32 offset;               /* to add */
  guint32 last;                 /* latest that was given */
} RtmpContinuity;

/* @time in ms, modulo 2^32, as it comes; what is to be said instead. What is a
 * little late stays so: sound and picture are seldom in order. */
guint32 rtmp_continuity_map (RtmpContinuity *self, guint32 time);

/* The same for what has no time of its own, metadata and other headers: servers
 * send it with 0 at any time. It begins nothing anew, and is not earlier than
 * what was. */
guint32 rtmp_continuity_fit (const RtmpContinuity *self, guint32 time);

/* What comes next has nothing to do with what was: if it is earlier at all, it
 * begins anew. */
void rtmp_continuity_break (RtmpContinuity *self);

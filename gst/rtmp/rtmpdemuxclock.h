/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpDemuxClock: the times of tags, which have 32 bits and may begin again at
 * any moment, to one time that goes on. Embedded in its owner; the streaming
 * thread. */
#pragma once

#include <glib.h>

/* A step back by more than this is no matter of interleaving: whoever writes
 * has begun anew. In ms. */
#define RTMP_DEMUX_MAX_STEP_BACK 2000

typedef struct {
  gboolean started;
  guint32 last;                 /* as it was in the tag */
  gint64 time;                  /* ms */
} RtmpDemuxClock;

/* Forgets the last tag: the next one begins at @time, or at its own time where
 * that is -1. */
void rtmp_demux_clock_restart (RtmpDemuxClock *self, gint64 time);

/* The time of the next tag, in ms. TRUE in @jumped when it begins anew: it then
 * has the time of the one before. */
gint64 rtmp_demux_clock_take (RtmpDemuxClock *self, guint32 timestamp,
    gboolean *jumped);

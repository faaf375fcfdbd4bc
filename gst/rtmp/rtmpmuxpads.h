/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpMuxPads: the sink pads of rtmpmux as they are at one moment, with their
 * tracks: which of them has the next frame. The thread that aggregates. */
#pragma once

#include <gst/base/gstaggregator.h>

#include "rtmpmuxtrack.h"

typedef struct {
  GPtrArray *pads;              /* of GstAggregatorPad */
  GPtrArray *tracks;            /* of RtmpMuxTrack, theirs, lent */
} RtmpMuxPads;

/* A pad with a track. NULL when @wanted (NULL: any) is no name or taken. */
GstAggregatorPad *rtmp_mux_pads_new_pad (GstElement *element,
    GstPadTemplate *template, const gchar *wanted);
RtmpMuxTrack *rtmp_mux_pads_get_track (GstAggregatorPad *pad);

void rtmp_mux_pads_init (RtmpMuxPads *self, GstElement *element);
void rtmp_mux_pads_clear (RtmpMuxPads *self);

/* The pad whose buffer is to be decoded first, and when, in running time; NULL
 * when none has one. */
GstAggregatorPad *rtmp_mux_pads_find_next (const RtmpMuxPads *self,
    GstClockTimeDiff *when);

/* Whether all have ended. */
gboolean rtmp_mux_pads_are_over (const RtmpMuxPads *self);

/* Whether a track has come or changed that can be announced. */
gboolean rtmp_mux_pads_have_news (const RtmpMuxPads *self);

/* Whether players can begin with @frame: a key frame of the first video, or any
 * sound where there is no video. */
gboolean rtmp_mux_pads_is_entry (const RtmpMuxPads *self,
    const RtmpMuxTrack *track, GstBuffer *frame);

/* In running time. FALSE for a buffer that says no time. */
gboolean rtmp_mux_pads_get_times (GstAggregatorPad *pad, GstBuffer *buffer,
    GstClockTimeDiff *pts, GstClockTimeDiff *dts);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (RtmpMuxPads, rtmp_mux_pads_clear)

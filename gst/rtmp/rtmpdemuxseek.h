/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpDemuxSeek: what a seek event asks for, and where in a file that is. A
 * value. */
#pragma once

#include <gst/gst.h>

#include "rtmpdemuxindex.h"

typedef struct {
  gdouble rate;
  GstFormat format;
  GstSeekFlags flags;
  GstSeekType start_type, stop_type;
  gint64 start, stop;
  guint32 seqnum;
} RtmpDemuxSeek;

/* FALSE for one that we cannot do: backwards, or not by time. */
gboolean rtmp_demux_seek_init (RtmpDemuxSeek *self, GstEvent *event);

gboolean rtmp_demux_seek_is_flushing (const RtmpDemuxSeek *self);

/* @segment as it will be; .position is where to begin. */
void rtmp_demux_seek_apply (const RtmpDemuxSeek *self, GstSegment *segment);

/* The entry for that; of a seek to key units @segment is moved there. FALSE
 * where there is none. */
gboolean rtmp_demux_seek_find (const RtmpDemuxSeek *self,
    const RtmpDemuxIndex *index, GstSegment *segment, RtmpDemuxEntry *entry);

/* The event that flushes for it. */
GstEvent *rtmp_demux_seek_new_flush (const RtmpDemuxSeek *self, gboolean stop);

/* For upstream, to byte @offset. */
GstEvent *rtmp_demux_seek_new_event (const RtmpDemuxSeek *self,
    guint64 offset);

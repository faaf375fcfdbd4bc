/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpMuxTrack: one track of what rtmpmux writes, buffers to tags.
 * Belongs to its pad; the thread that aggregates. */
#pragma once

#include <gst/gst.h>

#include "rtmpmuxclock.h"
#include "rtmpmuxformat.h"

typedef struct {
  gboolean video;
  guint8 number;
  gboolean enhanced;            /* asked for, whatever the codec */
  gboolean has_format;
  gboolean announced;           /* its record is written */
  gboolean ended;
  RtmpMuxFormat format;
  gdouble bitrate;              /* kbit/s; 0: not told */
  guint64 bytes;                /* of the frames that were written */
} RtmpMuxTrack;

RtmpMuxTrack *rtmp_mux_track_new (gboolean video, guint8 number);
void rtmp_mux_track_free (RtmpMuxTrack *self);

/* As before any caps, or with them, but as before the first frame. */
void rtmp_mux_track_reset (RtmpMuxTrack *self);
void rtmp_mux_track_restart (RtmpMuxTrack *self);

/* FALSE and @error (GST_STREAM_ERROR) for caps that cannot be written, or that
 * are of another codec than those before. Afterwards it may have to be
 * announced again. */
gboolean rtmp_mux_track_set_caps (RtmpMuxTrack *self, const GstCaps *caps,
    GError **error);

/* Looks for the record in @frame, where it is to be found in a frame. FALSE
 * when the track cannot begin with this one. */
gboolean rtmp_mux_track_examine (RtmpMuxTrack *self, GstBuffer *frame);

/* Whether @frame is what parsers push before the first frame, in the record
 * already. */
gboolean rtmp_mux_track_is_header (const RtmpMuxTrack *self, GstBuffer *frame);

/* Whether all is known that stands before its frames. */
gboolean rtmp_mux_track_is_ready (const RtmpMuxTrack *self);

/* Whether old players cannot read it. */
gboolean rtmp_mux_track_is_enhanced (const RtmpMuxTrack *self);

/* For the metadata; FALSE before there are caps. */
gboolean rtmp_mux_track_get_numbers (const RtmpMuxTrack *self,
    RtmpMetadataTrack *numbers);

/* All that stands before the frames: appends buffers to @tags. */
void rtmp_mux_track_announce (RtmpMuxTrack *self, guint64 ms, GPtrArray *tags);

/* NULL when @frame is too long for a tag. */
GstBuffer *rtmp_mux_track_write (RtmpMuxTrack *self, GstBuffer *frame,
    const RtmpMuxTime *time);

/* The end of the sequence; NULL where there is none to write. */
GstBuffer *rtmp_mux_track_end (RtmpMuxTrack *self, guint64 ms);

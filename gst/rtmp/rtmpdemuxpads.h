/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpDemuxPads: all tracks of rtmpdemux and their pads: adds them, sends to
 * them, and knows whether all have come that were announced. Embedded in its
 * owner; the streaming thread. */
#pragma once

#include <gst/base/gstflowcombiner.h>
#include <gst/gst.h>

#include "rtmpdemuxtrack.h"

/* How long after the first frame pads are waited for that are announced and do
 * not come, in ms of the stream. */
#define RTMP_DEMUX_PATIENCE 3000

typedef struct {
  GstElement *element;          /* the owner */
  GPtrArray *tracks;            /* of RtmpDemuxTrack */
  GstFlowCombiner *flows;
  GstPadEventFunction on_event;
  GstPadQueryFunction on_query;
  guint group;                  /* of the streams */
  GstTagList *tags;             /* of all; may be NULL */
  GstSegment segment;
  gboolean has_segment;
  guint32 seqnum;               /* of the segment */
  gint64 position;              /* of the last frame, ms */
  guint n_pads;                 /* that were ever added */
  gboolean complete;            /* "no more pads" was said */
} RtmpDemuxPads;

void rtmp_demux_pads_init (RtmpDemuxPads *self, GstElement *element,
    GstPadEventFunction on_event, GstPadQueryFunction on_query);
void rtmp_demux_pads_clear (RtmpDemuxPads *self);
/* Removes all pads. */
void rtmp_demux_pads_reset (RtmpDemuxPads *self);

RtmpDemuxTrack *rtmp_demux_pads_get_track (RtmpDemuxPads *self,
    gboolean video, guint8 number);

/* Adds the pad of @track, whose caps are known, or tells it that they have
 * changed. @bitrate in kbit/s, 0: not told. */
void rtmp_demux_pads_expose (RtmpDemuxPads *self, RtmpDemuxTrack *track,
    gdouble bitrate);

/* A new segment for all. */
void rtmp_demux_pads_set_segment (RtmpDemuxPads *self,
    const GstSegment *segment, guint32 seqnum);

/* Says that it is over, to those who asked for it in place of an end. */
void rtmp_demux_pads_end_segment (RtmpDemuxPads *self);

/* Takes @tags, which may be NULL. */
void rtmp_demux_pads_set_tags (RtmpDemuxPads *self, GstTagList *tags);

/* To all pads, from any thread. Takes @event. FALSE when there are none. */
gboolean rtmp_demux_pads_send (RtmpDemuxPads *self, GstEvent *event);

/* Takes @buffer, which belongs to @time; tells the other pads that it is so
 * late already, and what all of them have to say. */
GstFlowReturn rtmp_demux_pads_push (RtmpDemuxPads *self,
    RtmpDemuxTrack *track, GstBuffer *buffer, gint64 time);

/* What comes next does not follow what was, and begins at @time. */
void rtmp_demux_pads_mark_discont (RtmpDemuxPads *self, gint64 time);

/* Says "no more pads", once. */
void rtmp_demux_pads_complete (RtmpDemuxPads *self);

/* Whether there is a pad for each of these RtmpMetadataTrack; with NULL, one of
 * that kind. */
gboolean rtmp_demux_pads_have (const RtmpDemuxPads *self, gboolean video,
    GArray *numbers);

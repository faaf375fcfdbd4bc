/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpDemuxIntake: takes tags and makes of them pads, caps and frames. Embedded
 * in its owner; the streaming thread. */
#pragma once

#include "rtmp/rtmpflvtag.h"
#include "rtmpdemuxclock.h"
#include "rtmpdemuxindex.h"
#include "rtmpdemuxpads.h"

typedef struct {
  /* Before the first frame, and where what comes does not follow; @time of
   * that frame, ms. */
  void (*begin) (GstElement *owner, gint64 time);
  /* There are new metadata. */
  void (*describe) (GstElement *owner, const RtmpMetadata *metadata);
} RtmpDemuxIntakeFuncs;

typedef struct {
  RtmpDemuxPads *pads;          /* of the owner */
  RtmpDemuxIndex *index;        /* of the owner; his object lock */
  const RtmpDemuxIntakeFuncs *funcs;
  RtmpDemuxClock clock;
  RtmpMetadata *metadata;       /* NULL before there are any */
  gboolean audio, video;        /* what the file's header says of it */
  gboolean begun;
  gint64 first;                 /* of the first frame of all, ms; -1 */
  gboolean warned;              /* it was said that some tags are skipped */
} RtmpDemuxIntake;

void rtmp_demux_intake_init (RtmpDemuxIntake *self, RtmpDemuxPads *pads,
    RtmpDemuxIndex *index, const RtmpDemuxIntakeFuncs *funcs);
void rtmp_demux_intake_clear (RtmpDemuxIntake *self);
void rtmp_demux_intake_reset (RtmpDemuxIntake *self);

/* What comes next is from elsewhere: it begins at @time, ms, or at its own
 * where that is -1. */
void rtmp_demux_intake_restart (RtmpDemuxIntake *self, gint64 time);

/* @offset of the tag in the file. What cannot be used is skipped. */
GstFlowReturn rtmp_demux_intake_take (RtmpDemuxIntake *self,
    const RtmpFlvTag *tag, guint64 offset);

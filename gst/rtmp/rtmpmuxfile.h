/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpMuxFile: what stands before the frames in what rtmpmux writes, and what
 * is written over there in the end. Embedded in its owner; the thread that
 * aggregates. */
#pragma once

#include <gst/gst.h>

#include "rtmp/rtmpmetadata.h"
#include "rtmpmuxindex.h"
#include "rtmpmuxtrack.h"

typedef struct {
  gboolean indexed;             /* the beginning can be written over */
  guint64 offset;               /* bytes written */
  RtmpMuxIndex index;
  RtmpMetadata *metadata;       /* as it is in the first tag */
  gsize metadata_size;
} RtmpMuxFile;

void rtmp_mux_file_init (RtmpMuxFile *self);
void rtmp_mux_file_clear (RtmpMuxFile *self);

/* A new file. @room for key frames in the index, when it is @indexed. */
void rtmp_mux_file_start (RtmpMuxFile *self, gboolean indexed, guint room);

/* Buffers, all that a player needs before the first frame. @tracks of
 * RtmpMuxTrack; @first for the beginning of the file, which will be written
 * over. */
GPtrArray *rtmp_mux_file_begin (RtmpMuxFile *self, GPtrArray *tracks,
    const GstTagList *tags, gboolean first);

/* Buffers, those of it that are new. */
GPtrArray *rtmp_mux_file_update (RtmpMuxFile *self, GPtrArray *tracks,
    const GstTagList *tags, gboolean metadata, guint64 ms);

/* What stands before the frames, for those who come later. */
GstCaps *rtmp_mux_file_make_caps (GPtrArray *headers);

/* The first tag once more, now that all is known, for byte
 * RTMP_FLV_FILE_HEADER. NULL when there is none to write over. */
GstBuffer *rtmp_mux_file_end (RtmpMuxFile *self, GPtrArray *tracks,
    GstClockTimeDiff duration);

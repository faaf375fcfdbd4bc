/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpMuxIndex: where the key frames of a file are, as many of them as there
 * is room for, evenly. Embedded in its owner; the thread that aggregates. */
#pragma once

#include "rtmp/rtmpmetadata.h"

typedef struct {
  guint room;
  guint step;                   /* each which one is kept */
  guint seen;
  GArray *keys;                 /* of RtmpMetadataKey */
} RtmpMuxIndex;

void rtmp_mux_index_init (RtmpMuxIndex *self);
void rtmp_mux_index_clear (RtmpMuxIndex *self);

/* Empty, for up to @room of them. */
void rtmp_mux_index_reset (RtmpMuxIndex *self, guint room);

/* @offset of its tag in the file. */
void rtmp_mux_index_add (RtmpMuxIndex *self, guint64 ms, guint64 offset);

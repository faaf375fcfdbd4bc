/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpDemuxIndex: where in a file one can begin, by time. Filled from the
 * metadata, from what is played, and by looking ahead. Embedded in its owner;
 * whoever has the sink pad's stream lock. */
#pragma once

#include <glib.h>

typedef struct {
  gint64 time;                  /* ms */
  guint64 offset;               /* of the tag */
} RtmpDemuxEntry;

typedef struct {
  GArray *entries;              /* of RtmpDemuxEntry, by time */
  gboolean complete;            /* it goes to the end of the file */
} RtmpDemuxIndex;

void rtmp_demux_index_init (RtmpDemuxIndex *self);
void rtmp_demux_index_clear (RtmpDemuxIndex *self);
void rtmp_demux_index_reset (RtmpDemuxIndex *self);

/* One that is there already, or near enough to another, is left out; so is what
 * would be too many. */
void rtmp_demux_index_add (RtmpDemuxIndex *self, gint64 time, guint64 offset);
/* Many, of RtmpDemuxEntry, in any order; @entries are put in order. */
void rtmp_demux_index_add_all (RtmpDemuxIndex *self, GArray *entries);

/* The last at @time or before it, or the first that there is; NULL when there
 * is none. */
const RtmpDemuxEntry *rtmp_demux_index_find (const RtmpDemuxIndex *self,
    gint64 time);
/* The first behind @time, NULL when there is none. */
const RtmpDemuxEntry *rtmp_demux_index_find_after (const RtmpDemuxIndex *self,
    gint64 time);
const RtmpDemuxEntry *rtmp_demux_index_get_last (const RtmpDemuxIndex *self);

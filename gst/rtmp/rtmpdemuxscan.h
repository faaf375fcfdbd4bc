/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpDemuxScan: looks through a file that can be read anywhere, tag header by
 * tag header, for where one can begin and how long it is. The thread that
 * changes the position, with nothing else reading. */
#pragma once

#include <gst/gst.h>

#include "rtmpdemuxindex.h"

/* Adds to @index what lies behind its last entry, up to the first entry behind
 * @time, in ms, or the end. @start is where the first tag begins. @video: the
 * file has some, and only its key frames count. */
void rtmp_demux_scan_ahead (GstPad *sink, RtmpDemuxIndex *index,
    guint64 start, gboolean video, gint64 time);

/* Whether @entry is where it says, as one of the metadata may not be. */
gboolean rtmp_demux_scan_check (GstPad *sink, const RtmpDemuxEntry *entry);

/* The time of the last tag, in ms; -1 when there is none. */
gint64 rtmp_demux_scan_end (GstPad *sink);

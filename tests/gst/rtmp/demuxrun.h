/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DemuxRun: an rtmpdemux that is fed by hand, and what it does, in words: pads
 * that come and go, "done" for no-more-pads, caps, segments, frames, gaps and
 * ends. One thread. */
#pragma once

#include <gst/check/gstcheck.h>

typedef struct _DemuxRun DemuxRun;

/* Upstream is a file that is read from its beginning, or something live. */
DemuxRun *demux_run_new (gboolean live);
void demux_run_free (DemuxRun *self);

/* Bytes in hexadecimal. */
GstFlowReturn demux_run_push (DemuxRun *self, const gchar *hex);
/* The same, which came at @time; @discont: behind a break. */
GstFlowReturn demux_run_push_at (DemuxRun *self, GstClockTime time,
    gboolean discont, const gchar *hex);
/* What a file begins with. */
GstFlowReturn demux_run_push_header (DemuxRun *self);
/* A tag, with what it needs around it. */
GstFlowReturn demux_run_push_tag (DemuxRun *self, guint8 type, guint32 ms,
    const gchar *hex);
void demux_run_end (DemuxRun *self);

/* Asserts what it did since the last time, and forgets it:
 *   +video_0  -video_0  done
 *   video_0=video/x-h264  video_0:80/40!  (shown at 80, to be decoded at 40 ms;
 *   ! no place to begin; * discont)  audio_0~  (a gap)  audio_0.  (its end)
 *   video_0[40+0  (a segment from 40 ms, whose running time is 0 ms) */
void demux_run_assert (DemuxRun *self, const gchar *words);
void demux_run_forget (DemuxRun *self);

GstElement *demux_run_get_element (DemuxRun *self);
/* What was posted of that kind since the last time; the text of the last. */
guint demux_run_count (DemuxRun *self, GstMessageType type, gchar **text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DemuxRun, demux_run_free)

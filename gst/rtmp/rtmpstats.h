/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpStats: the structure "rtmp-stats" of rtmpsink and rtmpsrc, which has the
 * same fields in every state; what they mean is in docs/rtmp.md. */
#pragma once

#include <gst/gst.h>

#include "rtmp/rtmpclient.h"
#include "rtmpoutbox.h"

/* @client may be NULL; then @otherwise is the state, and nothing was
 * counted. */
GstStructure *rtmp_stats_new (RtmpClient *client, gboolean publish,
    const gchar *otherwise, guint reconnects);
/* What is an element's own; @outbox NULL: nothing waits, and nothing was
 * dropped. */
void rtmp_stats_add_outbox (GstStructure *self, const RtmpOutboxStats *outbox);
void rtmp_stats_add_inbox (GstStructure *self, guint buffers, gsize bytes,
    guint64 dropped);
/* Of an element that does not run. */
GstStructure *rtmp_stats_new_idle (gboolean publish);

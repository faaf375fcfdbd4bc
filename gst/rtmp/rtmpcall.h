/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpCall: one run of rtmpsink or rtmpsrc: a loop of its own, a line in it,
 * and the stop of both. It knows no FLV, and no pad. */
#pragma once

#include "rtmpline.h"

typedef struct _RtmpCall RtmpCall;

/* The longest that each step of a stop may take, in microseconds: the goodbye,
 * then to close, then to end the loop. */
#define RTMP_CALL_GOODBYE_TIME (600 * G_TIME_SPAN_MILLISECOND)
#define RTMP_CALL_CLOSE_TIME (1 * G_TIME_SPAN_SECOND)

/* @settings are copied. @element outlives it. */
RtmpCall *rtmp_call_new (GstElement *element, const RtmpSettings *settings,
    gboolean publish, const RtmpLineFuncs *funcs, gpointer user_data);
RtmpCall *rtmp_call_ref (RtmpCall *self);
/* The last one after stop, if it was started. */
void rtmp_call_unref (RtmpCall *self);

/* Any thread, once. FALSE and @error when nobody could connect like this. */
gboolean rtmp_call_start (RtmpCall *self, GError **error);
/* Any thread but the loop's: says goodbye, closes, ends the loop; at most
 * RTMP_CALL_GOODBYE_TIME and twice RTMP_CALL_CLOSE_TIME. Nothing is called
 * after it. FALSE: the thread did not end, and nothing may be freed under
 * it. */
gboolean rtmp_call_stop (RtmpCall *self);
gboolean rtmp_call_is_started (RtmpCall *self);
/* In the loop, and so in a handler of what it tells. */
gboolean rtmp_call_is_current (RtmpCall *self);

/* Any thread: work() is called soon, once for many. */
void rtmp_call_wake (RtmpCall *self);
/* Any thread: what may change while it publishes; see rtmpproperty.h. */
void rtmp_call_tune (RtmpCall *self, guint chunk_size, guint peak_kbps);
/* Any thread, without a lock: it waits for the loop. As rtmp_stats_new(); there
 * is no connection when the loop did not answer in time, is over, or never
 * ran. */
GstStructure *rtmp_call_get_stats (RtmpCall *self);

/* For the loop. */
RtmpLine *rtmp_call_get_line (RtmpCall *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtmpCall, rtmp_call_unref)

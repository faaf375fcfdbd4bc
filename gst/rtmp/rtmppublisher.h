/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpPublisher: one run of rtmpsink: FLV in one end, a call at the other.
 * Counted, since the application may ask how it does. */
#pragma once

#include "rtmpcall.h"
#include "rtmpoutbox.h"

typedef struct _RtmpPublisher RtmpPublisher;

/* @element outlives it. */
RtmpPublisher *rtmp_publisher_new (GstElement *element,
    const RtmpSettings *settings);
/* Behind @before, which is stopped: goes on with its input, and where that does
 * not begin anew says its headers again. */
RtmpPublisher *rtmp_publisher_new_next (RtmpPublisher *before,
    const RtmpSettings *settings);
RtmpPublisher *rtmp_publisher_ref (RtmpPublisher *self);
/* The last one after stop. */
void rtmp_publisher_unref (RtmpPublisher *self);

/* As those of RtmpCall. */
gboolean rtmp_publisher_start (RtmpPublisher *self, GError **error);
gboolean rtmp_publisher_stop (RtmpPublisher *self);
gboolean rtmp_publisher_is_current (RtmpPublisher *self);
gboolean rtmp_publisher_is_started (RtmpPublisher *self);
/* finish() has said the goodbye, or is about to, and all went well. Whoever has
 * more needs another one. */
gboolean rtmp_publisher_is_finished (RtmpPublisher *self);

/* The streaming thread. Puts @bytes of FLV in line, or with NULL goes on with
 * those before. FLUSHING: not all of it yet. FALSE and @error
 * (RTMP_ERROR_FORMAT): it is no FLV. @live: waits for nothing. */
gboolean rtmp_publisher_push (RtmpPublisher *self, GBytes *bytes,
    gboolean live, RtmpOutboxResult *result, GError **error);
/* No more comes: waits until all is sent and the goodbye is said. CLOSED or
 * FLUSHING. */
RtmpOutboxResult rtmp_publisher_finish (RtmpPublisher *self);
/* After CLOSED: it ended in an error, which was posted. */
gboolean rtmp_publisher_has_failed (RtmpPublisher *self);
/* What is in line is not to be sent, nor is the goodbye, if it is not too late;
 * the next byte is the first of a file, or of a tag. */
void rtmp_publisher_flush (RtmpPublisher *self);

/* Any thread: who waits in the functions above comes back. */
void rtmp_publisher_set_flushing (RtmpPublisher *self, gboolean flushing);

/* Any thread, as rtmp_call_tune(). */
void rtmp_publisher_tune (RtmpPublisher *self, guint chunk_size,
    guint peak_kbps);

/* Any thread, without a lock. */
GstStructure *rtmp_publisher_get_stats (RtmpPublisher *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtmpPublisher, rtmp_publisher_unref)

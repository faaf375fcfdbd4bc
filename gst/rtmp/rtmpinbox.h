/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpInbox: buffers between the loop of rtmpsrc and its streaming thread.
 * Putting never waits; who puts is told when there is more than enough.
 * Thread-safe. */
#pragma once

#include <gst/gst.h>

typedef struct _RtmpInbox RtmpInbox;

RtmpInbox *rtmp_inbox_new (gsize max_bytes);
void rtmp_inbox_free (RtmpInbox *self);

/* The loop. Takes @buffer. FALSE: there is more than enough now. */
gboolean rtmp_inbox_put (RtmpInbox *self, GstBuffer *buffer);
/* Nothing more comes: behind what was put, @flow. The first one counts. */
void rtmp_inbox_end (RtmpInbox *self, GstFlowReturn flow);

/* The streaming thread. Waits; @flow says why there is none: FLUSHING, or that
 * of the end. TRUE in @roomy: there was more than enough, and is no more. */
GstBuffer *rtmp_inbox_take (RtmpInbox *self, GstFlowReturn *flow,
    gboolean *roomy);

/* Any thread. */
/* Who flushes takes back what was wanted before. */
void rtmp_inbox_set_flushing (RtmpInbox *self, gboolean flushing);
/* No more is wanted: the next take() says EOS, whatever waits. */
void rtmp_inbox_interrupt (RtmpInbox *self);
/* What waits is forgotten. TRUE: nothing was ever taken. */
gboolean rtmp_inbox_empty (RtmpInbox *self);
gsize rtmp_inbox_get_size (RtmpInbox *self, guint *buffers);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtmpInbox, rtmp_inbox_free)

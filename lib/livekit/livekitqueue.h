/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitQueue: the events of one session on their way out, in order.
 * Embedded in its owner; one thread at a time. */
#pragma once

#include "livekit/livekitevent.h"

typedef struct {
  GQueue events;                /* of LivekitEvent */
} LivekitQueue;

void livekit_queue_init (LivekitQueue *self);
void livekit_queue_clear (LivekitQueue *self);

/* Puts a new event at the end and lends it to be filled. */
LivekitEvent *livekit_queue_push (LivekitQueue *self, LivekitEventType type);

/* Puts a SEND at the end. Takes both; without @bytes @error is logged. */
gboolean livekit_queue_push_send (LivekitQueue *self, GBytes *bytes,
    GError *error);

LivekitEvent *livekit_queue_take (LivekitQueue *self);

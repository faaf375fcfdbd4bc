/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpQueue: the events of one dialogue on their way out, in order.
 * Embedded in its owner; one thread at a time. */
#pragma once

#include "rtmp/rtmpevent.h"

typedef struct {
  GArray *events;               /* of RtmpEvent */
  guint taken;                  /* of them */
} RtmpQueue;

void rtmp_queue_init (RtmpQueue *self);
void rtmp_queue_clear (RtmpQueue *self);

/* Puts a new event at the end and lends it to be filled, until the next
 * push. */
RtmpEvent *rtmp_queue_push (RtmpQueue *self, RtmpEventKind kind);
/* The first one, to be cleared by the caller; FALSE: there is none. */
gboolean rtmp_queue_take (RtmpQueue *self, RtmpEvent *event);

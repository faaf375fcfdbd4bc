/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpWindow: how many bytes went each way, and who has said that he got them
 * (RTMP 5.4.3 to 5.4.5). Embedded in its owner; it sends nothing itself. */
#pragma once

#include "rtmp/rtmpcontrol.h"

typedef struct {
  guint64 received;
  guint64 acknowledged;         /* of them, by us */
  guint32 window;               /* the other end's: when to acknowledge */
  guint64 sent;
  guint64 confirmed;            /* of them, by the other end */
  guint32 told;                 /* our window; 0: the other end has not heard */
  RtmpBandwidthLimit limit;     /* of the last bandwidth we were told */
} RtmpWindow;

void rtmp_window_init (RtmpWindow *self);

/* Bytes came. TRUE when they have to be acknowledged, which counts as done:
 * with @number. */
gboolean rtmp_window_receive (RtmpWindow *self, gsize size, guint32 *number);
void rtmp_window_send (RtmpWindow *self, gsize size);

/* What the other end says. An acknowledgement counts modulo 2^32; one of more
 * than was sent says nothing. */
void rtmp_window_heard (RtmpWindow *self, guint32 number);
void rtmp_window_set (RtmpWindow *self, guint32 window);
/* TRUE when a window size is to be told, which counts as done: with
 * @window. */
gboolean rtmp_window_set_bandwidth (RtmpWindow *self,
    const RtmpControl *bandwidth, guint32 *window);

/* Our window is to be told: FALSE when it has been. Some servers close on one
 * that is told twice. */
gboolean rtmp_window_tell (RtmpWindow *self, guint32 window);

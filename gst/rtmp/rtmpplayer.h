/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpPlayer: one run of rtmpsrc: a call at one end, buffers of FLV at the
 * other. Counted, since the application may ask how it does. */
#pragma once

#include "rtmpcall.h"

typedef struct _RtmpPlayer RtmpPlayer;

/* @element outlives it. */
RtmpPlayer *rtmp_player_new (GstElement *element,
    const RtmpSettings *settings);
RtmpPlayer *rtmp_player_ref (RtmpPlayer *self);
/* The last one after stop. */
void rtmp_player_unref (RtmpPlayer *self);

/* As those of RtmpCall. */
gboolean rtmp_player_start (RtmpPlayer *self, GError **error);
gboolean rtmp_player_stop (RtmpPlayer *self);
gboolean rtmp_player_is_current (RtmpPlayer *self);
gboolean rtmp_player_is_started (RtmpPlayer *self);

/* The streaming thread: waits for the next buffer. NULL, and FLUSHING, EOS, or
 * ERROR, which was posted, or is in @error to be posted now. */
GstBuffer *rtmp_player_take (RtmpPlayer *self, GstFlowReturn *flow,
    GError **error);

/* Any thread. */
void rtmp_player_set_flushing (RtmpPlayer *self, gboolean flushing);
/* As that of RtmpInbox. */
void rtmp_player_interrupt (RtmpPlayer *self);
/* As it is at first. The server is asked to pause. If it does so, nothing is
 * lost that was recorded; if not, what comes is dropped. It goes on behind a
 * discontinuity, and behind a loss with a key frame. */
void rtmp_player_set_paused (RtmpPlayer *self, gboolean paused);

/* Any thread, without a lock. */
GstStructure *rtmp_player_get_stats (RtmpPlayer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtmpPlayer, rtmp_player_unref)

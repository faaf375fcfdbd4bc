/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomHold: a file's first buffer while the file waits for the room, and what
 * is sent ahead of it meanwhile. The gate decides that it waits; this keeps
 * what waits. Thread-safe. */
#pragma once

#include "life/lifelock.h"
#include "roomcodec.h"

/* Embedded; @lock guards the rest. */
typedef struct {
  LifeLock lock;
  GstBuffer *held;
  GstBuffer *primer;            /* on its way past the gate */
} RoomHold;

void room_hold_init (RoomHold *self);
void room_hold_clear (RoomHold *self);

/* @buffer waits at @pad. Gives its running time (ns). Streaming thread. */
gint64 room_hold_take (RoomHold *self, GstPad *pad, GstBuffer *buffer);
/* It waits no longer. */
void room_hold_drop (RoomHold *self);

/* Whether @buffer was sent ahead, and needs nobody's leave. */
gboolean room_hold_is_primer (RoomHold *self, GstBuffer *buffer);

/* Sends the waiting picture (silence for audio) into @frame_pad as of
 * @running_time (ns). Nothing when nothing waits at @pad, or no key frame.
 * The caller sees that the pad's own streaming thread is the one held. */
void room_hold_prime (RoomHold *self, GstPad *pad, GstPad *frame_pad,
    const RoomCodec *codec, gint64 running_time);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomGate: decides for each buffer of one stream whether it may go on.
 * A live stream drops until the room takes it, a file waits; both begin with a
 * key frame. It knows no pad: the track's probes ask it and obey.
 * Thread-safe. */
#pragma once

#include <gst/gst.h>

#include "life/lifelock.h"

typedef enum {
  ROOM_GATE_PASS,
  ROOM_GATE_DROP,
  ROOM_GATE_WAIT,               /* block the pad; ask again when woken */
  ROOM_GATE_REFUSE,             /* nothing will ever be taken again */
} RoomGateVerdict;

/* Embedded; @lock guards the rest. */
typedef struct {
  LifeLock lock;
  gboolean video;
  gboolean live_known;
  gboolean live;
  gboolean built;               /* there is a branch behind the pad */
  gboolean open;                /* the room takes the track */
  gboolean held;                /* a file's buffer waits for the opening */
  gboolean key_wanted;          /* the next one must be a key frame */
  gboolean muted;
  gboolean discarding;
  gboolean shut;
  guint64 dropped;              /* buffers dropped before the opening */
} RoomGate;

void room_gate_init (RoomGate *self, gboolean video);
void room_gate_clear (RoomGate *self);

/* FALSE until set_live() was called; then @live. */
gboolean room_gate_get_live (RoomGate *self, gboolean *live);
void room_gate_set_live (RoomGate *self, gboolean live);

/* A buffer at the pad, before there may be a branch. Live ones wait here too:
 * it is a matter of milliseconds, and the first may be the only one that tells
 * the parser what the stream is. */
RoomGateVerdict room_gate_arrive (RoomGate *self);
/* At the end of the parser, where a file waits. @first is TRUE for the buffer
 * that begins to wait. */
RoomGateVerdict room_gate_hold (RoomGate *self, gboolean *first);
/* In front of the payloader. @delta: not a key frame. */
RoomGateVerdict room_gate_sift (RoomGate *self, gboolean delta);

void room_gate_set_built (RoomGate *self);
/* The room takes the track from now on. */
void room_gate_open (RoomGate *self);
gboolean room_gate_is_open (RoomGate *self);
gboolean room_gate_is_built (RoomGate *self);
/* TRUE when it changed. After unmuting, video begins with a key frame. */
gboolean room_gate_set_muted (RoomGate *self, gboolean muted);
/* The stream was flushed: a file waits again. TRUE for an open file. */
gboolean room_gate_rewind (RoomGate *self);
/* All that still comes is dropped; shut wins over it. */
void room_gate_discard (RoomGate *self);
gboolean room_gate_is_discarding (RoomGate *self);
void room_gate_shut (RoomGate *self);
/* What upstream hears when the branch returned @flow, which may be because it
 * goes away with data in it: nothing of a branch that is discarded, and after
 * the end that it should stop, without an error of its own. */
GstFlowReturn room_gate_judge (RoomGate *self, GstFlowReturn flow);
/* What the pad probe that asked answers. */
GstPadProbeReturn room_gate_obey (RoomGateVerdict verdict,
    GstPadProbeInfo *info);
guint64 room_gate_get_dropped (RoomGate *self);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomTally: what goes by on one track, and what follows from it: counts,
 * when to ask for a key frame, whether frames are reordered. Thread-safe; it
 * does nothing by itself. */
#pragma once

#include <gst/gst.h>

#include "life/lifelock.h"
#include "roomkeyunit.h"

/* Embedded; @lock guards the rest. */
typedef struct {
  LifeLock lock;
  RoomKeyUnit key_unit;
  GstClockTime last_pts;
  gboolean reordered;
  guint64 bytes;
  guint64 packets;
} RoomTally;

void room_tally_init (RoomTally *self);
void room_tally_clear (RoomTally *self);

/* A video frame goes out. TRUE once: it is shown before one that went out
 * earlier, so the stream has B-frames. */
gboolean room_tally_note_frame (RoomTally *self, GstClockTime pts,
    gboolean delta, gint64 now);
/* @data: a buffer or a list of them. */
void room_tally_note_packets (RoomTally *self, GstMiniObject *data);
void room_tally_get (RoomTally *self, guint64 *bytes, guint64 *packets,
    guint64 *key_unit_requests);

/* As room_key_unit_*. */
gboolean room_tally_request (RoomTally *self, gint64 now);
void room_tally_subscribed (RoomTally *self, gint64 now);
gint64 room_tally_get_deadline (RoomTally *self);
gboolean room_tally_tick (RoomTally *self, gint64 now);
void room_tally_set_stalled (RoomTally *self, RoomKeyUnitStall stall,
    gboolean stalled, gint64 now);
gboolean room_tally_is_stalled (RoomTally *self);
gboolean room_tally_is_ignored (RoomTally *self, gint64 now);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomWorker: one run of roompublish: joins, publishes, leaves, once.
 * It owns the dialogue, the media connection and the tracks, and lives on one
 * loop. Every end goes through its latch: the first reason is reported, the
 * others find it tripped. */
#pragma once

#include "gstroompublishpad.h"
#include "life/lifelatch.h"
#include "life/lifeloop.h"
#include "roomconfig.h"
#include "roomtime.h"

typedef struct _RoomWorker RoomWorker;

typedef enum {
  ROOM_STATE_IDLE,
  ROOM_STATE_JOINING,
  ROOM_STATE_JOINED,
  ROOM_STATE_PUBLISHED,         /* at least one track */
  ROOM_STATE_LEAVING,
  ROOM_STATE_LEFT,
  ROOM_STATE_FAILED,
} RoomState;

/* Called in the loop, without a lock. */
typedef struct {
  void (*state_changed) (RoomState state, gpointer user_data);
  /* All tracks have ended and the room was left. */
  void (*finished) (gpointer user_data);
} RoomWorkerFuncs;

/* The longest that each step of a stop may take, in microseconds. */
#define ROOM_WORKER_LEAVE_TIME (600 * G_TIME_SPAN_MILLISECOND)
#define ROOM_WORKER_CLOSE_TIME (1 * G_TIME_SPAN_SECOND)

/* Takes @config. Makes the media connection's element in @bin; fails when one
 * is missing. */
RoomWorker *room_worker_new (GstBin *bin, RoomConfig *config,
    const RoomWorkerFuncs *funcs, gpointer user_data, GError **error);
RoomWorker *room_worker_ref (RoomWorker *self);
/* The last one after stop. */
void room_worker_unref (RoomWorker *self);

/* Any thread, not twice: starts the loop and the joining, and returns. */
gboolean room_worker_start (RoomWorker *self, GError **error);

/* In the loop, and so in a handler of what it tells. */
gboolean room_worker_is_current (RoomWorker *self);

/* Any thread, after start; a pad that has a track already is left as it is.
 * FALSE when the run is over: the pad is free for the next one. */
gboolean room_worker_add_pad (RoomWorker *self, GstRoomPublishPad *pad);
/* Waits until the pad's branch is off the pad; the room is told afterwards. */
void room_worker_remove_pad (RoomWorker *self, GstRoomPublishPad *pad);
/* The pad's muted property has changed. */
void room_worker_pad_muted (RoomWorker *self, GstRoomPublishPad *pad);
/* PLAYING is near, was reached, or is about to be left. Waits for the loop. */
void room_worker_set_time (RoomWorker *self, RoomTimeState state);
/* NULL: everyone. */
void room_worker_set_allowed (RoomWorker *self,
    const gchar * const *identities);
/* Something inside the bin has failed: ends the run with @error. */
void room_worker_fail (RoomWorker *self, const GError *error);
/* The structure "room-stats", or NULL when the loop did not answer in time. */
GstStructure *room_worker_get_stats (RoomWorker *self);

/* Leaves, closes, ends the loop: at most ROOM_WORKER_LEAVE_TIME plus twice
 * ROOM_WORKER_CLOSE_TIME. Not in the loop. The bin's elements are taken out by
 * dismantle(), when the bin has been brought to READY. FALSE: the loop's thread
 * did not end; nothing of the worker or the bin may be freed under it. */
gboolean room_worker_stop (RoomWorker *self);
void room_worker_dismantle (RoomWorker *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RoomWorker, room_worker_unref)

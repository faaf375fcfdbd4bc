/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomStage: the tracks of one room and the media connection they share.
 * Brings each track into the room and out of it again. It is given a client to
 * speak through while there is one; joining, leaving and the stop are the
 * worker's. Loop only, where not said otherwise. */
#pragma once

#include "roomconfig.h"
#include "roompublication.h"
#include "roomtime.h"

typedef struct _RoomStage RoomStage;

typedef struct {
  /* The room or the media path failed, or input cannot be taken. */
  void (*failed) (const GError *error, gpointer user_data);
  /* The first track is published. */
  void (*published) (gpointer user_data);
  /* The last track has ended, and its last frames have been seen. */
  void (*finished) (gpointer user_data);
  /* There is something to publish. */
  void (*wanted) (gpointer user_data);
  /* get_deadline() has changed. */
  void (*hurried) (gpointer user_data);
} RoomStageFuncs;

/* Any thread; the loop need not run yet. Makes webrtcbin in @bin. @config is
 * borrowed for the stage's life. */
RoomStage *room_stage_new (GstBin *bin, LifeLoop *loop,
    const RoomConfig *config, const RoomStageFuncs *funcs,
    gpointer user_data, GError **error);
void room_stage_free (RoomStage *self);

/* We are in the room: what is described is offered through @client. */
void room_stage_join (RoomStage *self, LivekitClient *client,
    const LivekitJoined *joined);
/* The client is gone. */
void room_stage_part (RoomStage *self);
void room_stage_set_time (RoomStage *self, RoomTimeState state);

/* The track of @pad, for a publication to be added. Any thread. */
RoomTrack *room_stage_make_track (RoomStage *self, GstRoomPublishPad *pad,
    LifeLoop *loop);
void room_stage_add (RoomStage *self, RoomPublication *publication);
void room_stage_remove_pad (RoomStage *self, GstRoomPublishPad *pad);
void room_stage_pad_muted (RoomStage *self, GstRoomPublishPad *pad);

/* Events about tracks, answers and candidates; others are ignored. */
void room_stage_take_event (RoomStage *self, const LivekitEvent *event);

/* TRUE when a track could be offered now. */
gboolean room_stage_is_wanting (RoomStage *self);
/* TRUE once an offer was made. */
gboolean room_stage_has_begun (RoomStage *self);

gint64 room_stage_get_deadline (RoomStage *self);
void room_stage_tick (RoomStage *self, gint64 now);

/* An array of structures "room-track". */
void room_stage_fill_stats (RoomStage *self, GstStructure *stats);

/* Nothing is taken from upstream any more. */
void room_stage_shut (RoomStage *self);
/* The room was left: each track that was in it is reported out. @reason for
 * those that had not ended by themselves. */
void room_stage_conclude (RoomStage *self, const gchar *reason);
/* No callback from here on. */
void room_stage_close (RoomStage *self);
/* Takes everything out of the bin. Not in the loop: after it has ended. */
void room_stage_dismantle (RoomStage *self);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomIntake: from a stream's caps to a publication that can be offered.
 * Hears the tracks, lets each build its branch, refuses what nobody could
 * decode, and gives it a pad of webrtcbin when it is offered. It does not speak
 * to the room. Loop only. */
#pragma once

#include "roomcast.h"
#include "roompeer.h"
#include "roomstart.h"

typedef struct _RoomIntake RoomIntake;

typedef struct {
  /* It can be offered. */
  void (*described) (RoomPublication *publication, gpointer user_data);
  /* Its picture has another size now. */
  void (*resized) (RoomPublication *publication, gpointer user_data);
  /* Its stream has come to the end. */
  void (*ended) (RoomPublication *publication, gpointer user_data);
  void (*failed) (const GError *error, gpointer user_data);
  /* Some deadline has changed. */
  void (*hurried) (gpointer user_data);
} RoomIntakeFuncs;

/* All is borrowed. */
RoomIntake *room_intake_new (RoomCast *cast, RoomStart *start,
    RoomPeer *peer, const RoomIntakeFuncs *funcs, gpointer user_data);
void room_intake_free (RoomIntake *self);

/* The track of @pad in @bin, heard by this intake. Any thread. */
RoomTrack *room_intake_make_track (RoomIntake *self, GstBin *bin,
    GstRoomPublishPad *pad, LifeLoop *loop);

/* Gives @publication a pad of webrtcbin and its cid, for the offer that is made
 * next, and not sooner: what webrtcbin knows and never offered it takes for
 * another section of an answer, and aborts. FALSE when it failed. */
gboolean room_intake_connect (RoomIntake *self,
    RoomPublication *publication);

/* What the room has enabled, as mime types; those that were described before
 * are checked now. FALSE when one of them failed. */
gboolean room_intake_set_codecs (RoomIntake *self, gchar **codecs);

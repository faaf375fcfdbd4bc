/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomCast: the publications of one run, and what is asked of all of them.
 * A list with ways to find; it moves none of them. Loop only. */
#pragma once

#include "roompublication.h"

typedef struct _RoomCast RoomCast;

RoomCast *room_cast_new (void);
void room_cast_free (RoomCast *self);

/* Takes @publication; its track is told whether the pipeline plays. */
void room_cast_add (RoomCast *self, RoomPublication *publication);
/* Frees @publication. */
void room_cast_remove (RoomCast *self, RoomPublication *publication);

guint room_cast_get_size (RoomCast *self);
RoomPublication *room_cast_get (RoomCast *self, guint index);
/* NULL: none. */
RoomPublication *room_cast_find_track (RoomCast *self, RoomTrack *track);
RoomPublication *room_cast_find_pad (RoomCast *self, GstRoomPublishPad *pad);
RoomPublication *room_cast_find_cid (RoomCast *self, const gchar *cid);
RoomPublication *room_cast_find_sid (RoomCast *self, const gchar *sid);

guint room_cast_count (RoomCast *self, RoomPublicationState state);
/* Moves all of one state to another; gives how many. */
guint room_cast_move (RoomCast *self, RoomPublicationState from,
    RoomPublicationState to);

/* Not so at first. Tells the tracks, and those that come later; when it is not
 * so, none is on its way through webrtcbin any more. */
void room_cast_set_playing (RoomCast *self, gboolean playing);

/* Every stream there is has come to its end of stream, and its last frames
 * have been seen at @now. FALSE for an empty list. */
gboolean room_cast_have_ended (RoomCast *self, gint64 now);
/* Of all streams alike; see RoomTime. */
void room_cast_set_lapse (RoomCast *self, gint64 lapse);
/* The earliest deadline of all; -1: none. */
gint64 room_cast_get_deadline (RoomCast *self);
/* Samples all; gives the bytes sent in all. */
guint64 room_cast_sample (RoomCast *self, gint64 now);

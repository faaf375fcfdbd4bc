/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitRooms: all the rooms of a server, made by who comes first and gone
 * when they are over. The rules of LivekitRoom hold for it. */
#pragma once

#include "livekit/livekitroom.h"
#include "livekit/livekitroomservice.pb-c.h"

typedef struct _LivekitRooms LivekitRooms;

/* @config of every room; its seed is that of their seeds. */
LivekitRooms *livekit_rooms_new (const LivekitRoomConfig *config);
void livekit_rooms_free (LivekitRooms *self);

/* Before the upgrade; LIVEKIT_REFUSAL. */
gboolean livekit_rooms_check (LivekitRooms *self, const LivekitEntry *entry,
    GError **error);
/* Takes @entry; see livekit_room_join(). NULL and @error (LIVEKIT_REFUSAL) when
 * it can have no room at all: nothing was said to it. */
gchar *livekit_rooms_join (LivekitRooms *self, LivekitEntry *entry,
    gint64 now, GError **error);

/* A room with nobody in it yet. One that is there already is given as it is.
 * NULL and @error (LIVEKIT_REFUSAL). */
LivekitRoom *livekit_rooms_create (LivekitRooms *self,
    const Livekit__CreateRoomRequest *request, gint64 now, GError **error);

/* A room lives until its ROOM_OVER was taken. NULL: no such room. */
LivekitRoom *livekit_rooms_find (LivekitRooms *self, const gchar *name);
guint livekit_rooms_get_count (LivekitRooms *self);
LivekitRoom *livekit_rooms_get (LivekitRooms *self, guint index);

/* Of all rooms, each room's in their order. */
LivekitRoomEvent *livekit_rooms_take (LivekitRooms *self);
gint64 livekit_rooms_get_deadline (LivekitRooms *self);
void livekit_rooms_tick (LivekitRooms *self, gint64 now);

/* Everyone out, with SERVER_SHUTDOWN; nobody in any more. */
void livekit_rooms_close (LivekitRooms *self, gint64 now);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LivekitRooms, livekit_rooms_free)

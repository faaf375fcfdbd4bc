/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomConnection: the media connection to the room's server, watched.
 * Sets the ICE servers, gives the connecting a deadline, and notices a server
 * that has gone silent: webrtcbin never does. Loop only. */
#pragma once

#include "livekit/livekitevent.h"
#include "roomconfig.h"
#include "roompeer.h"

typedef struct _RoomConnection RoomConnection;

typedef struct {
  /* Media can flow. */
  void (*connected) (gpointer user_data);
  void (*failed) (const GError *error, gpointer user_data);
} RoomConnectionFuncs;

/* Any thread. @peer_funcs.state_changed is the connection's own and must be
 * NULL; all functions get @user_data. @config is borrowed. */
RoomConnection *room_connection_new (GstBin *bin, LifeLoop *loop,
    const RoomConfig *config, const RoomConnectionFuncs *funcs,
    const RoomPeerFuncs *peer_funcs, gpointer user_data, GError **error);
void room_connection_free (RoomConnection *self);

RoomPeer *room_connection_get_peer (RoomConnection *self);
gboolean room_connection_is_connected (RoomConnection *self);

/* The ICE servers of the join, unless others were configured. The first
 * time only. FALSE: it has failed. */
gboolean room_connection_use_servers (RoomConnection *self,
    const LivekitJoined *joined);
/* An answer is in force: it must connect now, within 15 s. */
void room_connection_expect (RoomConnection *self, gint64 now);
/* Silence counts while PLAYING, and from @now. */
void room_connection_set_playing (RoomConnection *self, gboolean playing,
    gint64 now);

/* When to call tick(), about once a second while connected; -1: no need. */
gint64 room_connection_get_deadline (RoomConnection *self);
/* TRUE when it is time to sample what was sent: call note_sent(). */
gboolean room_connection_tick (RoomConnection *self, gint64 now);
/* @bytes were sent in all. */
void room_connection_note_sent (RoomConnection *self, guint64 bytes,
    gint64 now);

/* No callback from here on. */
void room_connection_close (RoomConnection *self);

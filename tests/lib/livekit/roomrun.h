/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomRun: a LivekitRoom in a time of its own, for tests. Keeps what it says
 * to whom, in the order in which it says it. */
#pragma once

#include "livekit/livekitroomadmin.h"
#include "livekit/livekitroommedia.h"
#include "livekit/livekitsignal.h"

#define ROOM_RUN_KEY "key"
#define ROOM_RUN_SECRET "a secret of thirty-two characters"

/* Unix time at the begin. */
#define ROOM_RUN_CLOCK 1800000000

typedef struct {
  LivekitKeys *keys;
  LivekitRoom *room;
  gint64 now;
  GPtrArray *events;            /* of LivekitRoomEvent */
} RoomRun;

RoomRun *room_run_new (void);
RoomRun *room_run_new_with (const LivekitRoomConfig *config);
void room_run_free (RoomRun *self);

/* May publish and subscribe; protocol 17, two connections, auto-subscribe. */
LivekitEntry *room_run_entry (const gchar *identity);
/* Its sid; the caller frees it. */
gchar *room_run_join (RoomRun *self, const gchar *identity);
gchar *room_run_enter (RoomRun *self, LivekitEntry *entry);

/* Takes what the room has to say. After each call of the room. */
void room_run_take (RoomRun *self);
/* Forgets what it said until now. */
void room_run_forget (RoomRun *self);

/* Takes @bytes, which were made by livekit_request_...(). */
void room_run_say (RoomRun *self, const gchar *sid, GBytes *bytes);
void room_run_ask (RoomRun *self, const gchar *sid,
    const Livekit__SignalRequest *request);
/* Time passes, with a tick at each deadline on the way. */
void room_run_pass (RoomRun *self, gint64 time);

/* A live track of it; its sid, which the caller frees. */
gchar *room_run_publish (RoomRun *self, const gchar *sid, const gchar *cid,
    gboolean video);

/* Number @count (from 1) of its kind for @sid (NULL: anyone); NULL: none. */
const LivekitRoomEvent *room_run_find (RoomRun *self,
    LivekitRoomEventType type, const gchar *sid, guint count);
guint room_run_count (RoomRun *self, LivekitRoomEventType type,
    const gchar *sid);

/* The last message of that kind to @sid; NULL: none. The caller frees it. */
Livekit__SignalResponse *room_run_heard (RoomRun *self, const gchar *sid,
    Livekit__SignalResponse__MessageCase kind);
guint room_run_count_heard (RoomRun *self, const gchar *sid,
    Livekit__SignalResponse__MessageCase kind);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RoomRun, room_run_free)

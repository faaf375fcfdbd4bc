/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitRoomState: what a room holds, and how it tells of it. For the files
 * of the room only; all others use livekitroom.h. */
#pragma once

#include "livekit/livekitmember.h"
#include "livekit/livekitroom.h"

/* In microseconds. */
#define LIVEKIT_ROOM_PING_INTERVAL (5 * G_TIME_SPAN_SECOND)
#define LIVEKIT_ROOM_PING_TIMEOUT (15 * G_TIME_SPAN_SECOND)
/* Until the media is connected; until a lost socket is replaced; between two
 * tokens: as livekit-server's. */
#define LIVEKIT_ROOM_CONNECT_TIMEOUT (60 * G_TIME_SPAN_SECOND)
#define LIVEKIT_ROOM_RESUME_TIMEOUT (20 * G_TIME_SPAN_SECOND)
#define LIVEKIT_ROOM_REFRESH_INTERVAL (5 * G_TIME_SPAN_MINUTE)
/* Who leaves says so and closes his media: which comes first is chance. So long
 * the word is waited for when the media has ended. */
#define LIVEKIT_ROOM_LEAVE_TIMEOUT G_TIME_SPAN_SECOND

struct _LivekitRoom {
  LivekitRoomConfig config;
  gchar *name;
  gchar *sid;
  gchar *metadata;
  GRand *random;
  gint64 created;               /* unix us */
  GPtrArray *members;           /* of LivekitMember, in their order */
  GQueue events;                /* of LivekitRoomEvent */
  gint64 empty_by;              /* -1: someone is in */
  gint close_reason;            /* of who comes too late */
  gboolean audience;            /* who is given what has changed */
  gboolean closing;
  gboolean over;                /* nothing comes any more */
};

gchar *livekit_room_state_make_id (LivekitRoom *self, const gchar *prefix);

/* NULL: none. */
LivekitMember *livekit_room_state_find (LivekitRoom *self, const gchar *sid);
LivekitMember *livekit_room_state_find_identity (LivekitRoom *self,
    const gchar *identity);
LivekitPublication *livekit_room_state_find_track (LivekitRoom *self,
    const gchar *sid, LivekitMember **publisher);

/* Lends the event to be filled. */
LivekitRoomEvent *livekit_room_state_push (LivekitRoom *self,
    LivekitRoomEventType type, const LivekitMember *member);

/* Takes both; without @bytes @error is logged. Not for one whose socket is
 * gone. */
void livekit_room_state_send (LivekitRoom *self, const LivekitMember *member,
    GBytes *bytes, GError *error);

/* Tells all who may see @member how it is now; @itself: and it too. */
void livekit_room_state_announce (LivekitRoom *self, LivekitMember *member,
    gboolean itself);

/* Tells @member how each of the others is now. */
void livekit_room_state_tell_others (LivekitRoom *self,
    LivekitMember *member);

/* Borrows from @self. */
void livekit_room_state_describe (LivekitRoom *self, Livekit__Room *room);

/* A token that is good for longer. */
void livekit_room_state_refresh (LivekitRoom *self, LivekitMember *member,
    gint64 now);

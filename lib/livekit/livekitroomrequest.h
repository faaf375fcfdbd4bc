/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitRoomRequest: what a participant asks of the room, and what comes of
 * it. For the files of the room only. */
#pragma once

#include "livekit/livekitroomstate.h"

/* @member may be out of the room after it. */
void livekit_room_request_read (LivekitRoom *self, LivekitMember *member,
    const Livekit__SignalRequest *request, gint64 now);

/* The tracks and the offer that came with the join. */
void livekit_room_request_begin (LivekitRoom *self, LivekitMember *member,
    const Livekit__JoinRequest *join, gint64 now);

/* A pending track, lent; a Livekit__RequestResponse__Reason that is not OK when
 * it cannot be. */
gint livekit_room_request_add (LivekitRoom *self, LivekitMember *member,
    const Livekit__AddTrackRequest *request,
    const LivekitPublication **track);

/* Whether @member itself or an administrator wants it. */
void livekit_room_request_mute (LivekitRoom *self, LivekitMember *member,
    LivekitPublication *track, gboolean muted);

/* FALSE: no such track in the room. */
gboolean livekit_room_request_subscribe (LivekitRoom *self,
    LivekitMember *member, const gchar *track, gboolean subscribe);

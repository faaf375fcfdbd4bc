/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitRoomLeave: how someone goes out of a room, whatever the cause: told,
 * hung up, its tracks ended at everyone, its connections to be closed, the
 * others told. Exactly once. For the files of the room only. */
#pragma once

#include "livekit/livekitroomstate.h"

/* Frees @member. */
void livekit_room_leave_end (LivekitRoom *self, LivekitMember *member,
    Livekit__DisconnectReason reason, Livekit__LeaveRequest__Action action,
    gint64 now);

/* Likewise: its media has failed. */
void livekit_room_leave_fail (LivekitRoom *self, LivekitMember *member,
    gint64 now);

/* For one who never came in. */
void livekit_room_leave_turn_away (LivekitRoom *self, const gchar *sid,
    gboolean quiet, Livekit__DisconnectReason reason,
    Livekit__LeaveRequest__Action action);

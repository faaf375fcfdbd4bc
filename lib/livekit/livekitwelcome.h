/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitWelcome: what the server's first message tells of the room and of
 * ourselves, as values. It knows nothing of the dialogue. */
#pragma once

#include "livekit/livekit.pb-c.h"
#include "livekit/livekitevent.h"

/* @one_connection: how we joined. */
LivekitJoined *livekit_welcome_read (const Livekit__JoinResponse *join,
    gboolean one_connection);

/* TRUE when @permission lets us publish; the sources (gint, empty: all) are
 * put into @sources. An absent permission allows everything, as an absent
 * grant in the token does. */
gboolean livekit_welcome_read_permission (
    const Livekit__ParticipantPermission *permission, GArray *sources);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomServers: which STUN and TURN servers a media connection uses: the room's,
 * or those that were configured. Every connection to a room uses the same. */
#pragma once

#include "livekit/livekitevent.h"
#include "roomconfig.h"
#include "roompeer.h"

/* Before @peer's first description. FALSE: only relays may be used, and there
 * is none; the error (LIVEKIT_ERROR_MEDIA) says so. @relay_only, out, may be
 * NULL: whether only relays may be used. */
gboolean room_servers_use (const LivekitJoined *joined,
    const RoomConfig *config, RoomPeer *peer, gboolean *relay_only,
    GError **error);

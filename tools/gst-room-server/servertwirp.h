/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerTwirp: ServerRoomService by HTTP, as livekit-server has it and its
 * SDKs ask for it: POST /twirp/livekit.RoomService/NAME, in JSON or protobuf
 * (Twirp's version 7). Errors are JSON in any case. In the loop. */
#pragma once

#include "serveraccess.h"
#include "serversite.h"

typedef struct _ServerTwirp ServerTwirp;

/* Adds its route; @site is borrowed. */
ServerTwirp *server_twirp_new (const ServerSite *site);
/* After the server. */
void server_twirp_free (ServerTwirp *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServerTwirp, server_twirp_free)

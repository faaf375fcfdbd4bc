/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitJoin: the join request as it travels in the WebSocket's URL: wrapped,
 * compressed when large, base64url with padding. */
#pragma once

#include "livekit/livekit.pb-c.h"

#include <glib.h>

/* The value for join_request=, already fit for a URL. Compare its length with
 * LIVEKIT_SAFE_JOIN_VALUE. NULL and @error (LIVEKIT_ERROR_PROTOCOL) for what a
 * server would have to refuse. */
gchar *livekit_join_write (const Livekit__JoinRequest *join, GError **error);

/* The server's side. @value is the unescaped value. */
Livekit__JoinRequest *livekit_join_parse (const gchar *value, GError **error);

/* Only for what parse gave. */
void livekit_join_free (Livekit__JoinRequest *join);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Livekit__JoinRequest, livekit_join_free)

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitVerify: whether a server lets someone in, and what it says when not.
 * A refusal is an error of the domain LIVEKIT_REFUSAL: its code is the HTTP
 * status, its text the body, in the words of livekit-server (clients look for
 * them). No text holds a token, a key or a secret. */
#pragma once

#include "livekit/livekitkeys.h"
#include "livekit/livekittoken.h"

#define LIVEKIT_REFUSAL (livekit_refusal_quark ())
GQuark livekit_refusal_quark (void);

/* The value of the Authorization header (NULL: none), else the query's token
 * (NULL: none). Signature by the key that the token names, exp, nbf: 401.
 * @now: unix seconds. */
LivekitToken *livekit_verify_token (const LivekitKeys *keys,
    const gchar *authorization, const gchar *access_token, gint64 now,
    GError **error);

/* roomJoin, or 401; an identity and a room of a length we take, or 400. */
gboolean livekit_verify_join (const LivekitToken *token, GError **error);

/* For the calls of an administrator, 401: roomAdmin of @room; roomCreate;
 * roomList. */
gboolean livekit_verify_admin (const LivekitToken *token, const gchar *room,
    GError **error);
gboolean livekit_verify_create (const LivekitToken *token, GError **error);
gboolean livekit_verify_list (const LivekitToken *token, GError **error);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitRoute: the two ways into a room, as the URI to dial.
 * One connection: everything travels in a join request. Two connections: what
 * servers older than that route understand. */
#pragma once

#include <glib.h>

/* All borrowed; may be NULL but for @client_version. */
typedef struct {
  const gchar *client_version;
  const gchar *metadata;
  GHashTable *attributes;
} LivekitRouteInfo;

/* NULL and @error for a bad @url (LIVEKIT_ERROR_URL), or for metadata that no
 * server would take (LIVEKIT_ERROR_PROTOCOL). */
gchar *livekit_route_one_connection (const gchar *url,
    const LivekitRouteInfo *info, GError **error);

/* Metadata and attributes have to follow as a message. */
gchar *livekit_route_two_connections (const gchar *url,
    const LivekitRouteInfo *info, GError **error);

/* FALSE and @error (LIVEKIT_ERROR_URL) when the server at @from may not send
 * us, and with us the token, to @to: never from a secure address to another. */
gboolean livekit_route_check_redirect (const gchar *from, const gchar *to,
    GError **error);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomIce: ICE server addresses, from the form the room's server sends
 * (RFC 7064, RFC 7065) to the form webrtcbin takes. Text only, any thread. */
#pragma once

#include <glib.h>

/* "turn:host:port?transport=udp" to "turn://user:pass@host:port?transport=udp",
 * everything percent-encoded that is not unreserved: webrtcbin refuses the
 * rest. turns: and [v6] as well; port 3478 (5349 for turns) and transport udp
 * (tcp for turns) where none is named. NULL: no TURN address, or no user or
 * password. */
gchar *room_ice_turn_uri (const gchar *server_url, const gchar *username,
    const gchar *credential);

/* "stun:host:port" to "stun://host:port"; port 3478 where none is named. NULL:
 * no STUN address. */
gchar *room_ice_stun_uri (const gchar *server_url);

/* @uri without user and password, for logs and errors. */
gchar *room_ice_redact (const gchar *uri);

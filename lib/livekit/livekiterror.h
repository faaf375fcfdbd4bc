/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitError: why a room cannot be joined or has ended.
 * One code per thing a person can act on. Texts never hold a secret. */
#pragma once

#include <glib.h>

#define LIVEKIT_ERROR (livekit_error_quark ())
GQuark livekit_error_quark (void);

typedef enum {
  LIVEKIT_ERROR_URL = 1,            /* the URL cannot be used */
  LIVEKIT_ERROR_CREDENTIALS,        /* no token, no key, or nonsense */
  LIVEKIT_ERROR_RESOLVE,            /* host name not found */
  LIVEKIT_ERROR_UNREACHABLE,        /* refused, no route, connect timed out */
  LIVEKIT_ERROR_TLS,                /* certificate or handshake */
  LIVEKIT_ERROR_UNAUTHORIZED,       /* 401: bad or expired token */
  LIVEKIT_ERROR_FORBIDDEN,          /* 403, or the token does not allow it */
  LIVEKIT_ERROR_NO_SUCH_ROOM,       /* 404 */
  LIVEKIT_ERROR_REFUSED,            /* any other refusal before the join */
  LIVEKIT_ERROR_PROTOCOL,           /* the peer does not speak the protocol */
  LIVEKIT_ERROR_JOIN_TIMEOUT,       /* no join in time */
  LIVEKIT_ERROR_NOT_ALLOWED,        /* publish or source not permitted */
  LIVEKIT_ERROR_TRACK_REFUSED,      /* the server refused a track */
  LIVEKIT_ERROR_REMOVED,            /* removed from the room */
  LIVEKIT_ERROR_ROOM_DELETED,       /* room deleted or closed */
  LIVEKIT_ERROR_DUPLICATE_IDENTITY, /* someone joined as us */
  LIVEKIT_ERROR_SERVER_SHUTDOWN,    /* the server says it stops */
  LIVEKIT_ERROR_STATE,              /* the server lost our state */
  LIVEKIT_ERROR_LOST,               /* connection lost, or silent too long */
  LIVEKIT_ERROR_MEDIA,              /* the media path failed */
} LivekitError;

/* A short name of @code for messages and exit codes ("room-deleted"); "unknown"
 * for a number that is none of these. */
const gchar *livekit_error_get_nick (gint code);

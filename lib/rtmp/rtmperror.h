/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpError: why a connection cannot be made or has ended.
 * One code per thing a person can act on. Texts never hold a secret: no key, no
 * token, no password. */
#pragma once

#include <glib.h>

#define RTMP_ERROR (rtmp_error_quark ())
GQuark rtmp_error_quark (void);

typedef enum {
  RTMP_ERROR_URL = 1,           /* the URL cannot be used */
  RTMP_ERROR_RESOLVE,           /* host name not found */
  RTMP_ERROR_UNREACHABLE,       /* refused, no route, connect timed out */
  RTMP_ERROR_TLS,               /* certificate or TLS handshake */
  RTMP_ERROR_HANDSHAKE,         /* the peer does not begin as RTMP does */
  RTMP_ERROR_PROTOCOL,          /* the peer breaks the protocol */
  RTMP_ERROR_LIMIT,             /* the peer asks for more than we take */
  RTMP_ERROR_FORMAT,            /* what is in a message or a file is broken */
  RTMP_ERROR_UNSUPPORTED,       /* well formed, and not for us */
  RTMP_ERROR_REFUSED,           /* the server does not let us in */
  RTMP_ERROR_UNAUTHORIZED,      /* credentials are missing or wrong */
  RTMP_ERROR_NO_SUCH_APPLICATION,
  RTMP_ERROR_NO_SUCH_STREAM,    /* nobody publishes what we want to play */
  RTMP_ERROR_BUSY,              /* somebody else publishes under that name */
  RTMP_ERROR_TIMEOUT,           /* no answer in time */
  RTMP_ERROR_STALLED,           /* the peer takes no more bytes */
  RTMP_ERROR_LOST,              /* connection lost, or silent too long */
  RTMP_ERROR_CLOSED,            /* the server has ended it */
} RtmpError;

/* A short name of @code for messages and exit codes ("no-such-stream");
 * "unknown" for a number that is none of these. */
const gchar *rtmp_error_get_nick (gint code);

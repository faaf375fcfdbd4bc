/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekiterror.h"

G_DEFINE_QUARK (livekit - error - quark, livekit_error);

const gchar *
livekit_error_get_nick (gint code)
{
  switch ((LivekitError) code) {
    case LIVEKIT_ERROR_URL:
      return "url";
    case LIVEKIT_ERROR_CREDENTIALS:
      return "credentials";
    case LIVEKIT_ERROR_RESOLVE:
      return "resolve";
    case LIVEKIT_ERROR_UNREACHABLE:
      return "unreachable";
    case LIVEKIT_ERROR_TLS:
      return "tls";
    case LIVEKIT_ERROR_UNAUTHORIZED:
      return "unauthorized";
    case LIVEKIT_ERROR_FORBIDDEN:
      return "forbidden";
    case LIVEKIT_ERROR_NO_SUCH_ROOM:
      return "no-such-room";
    case LIVEKIT_ERROR_REFUSED:
      return "refused";
    case LIVEKIT_ERROR_PROTOCOL:
      return "protocol";
    case LIVEKIT_ERROR_JOIN_TIMEOUT:
      return "join-timeout";
    case LIVEKIT_ERROR_NOT_ALLOWED:
      return "not-allowed";
    case LIVEKIT_ERROR_TRACK_REFUSED:
      return "track-refused";
    case LIVEKIT_ERROR_REMOVED:
      return "removed";
    case LIVEKIT_ERROR_ROOM_DELETED:
      return "room-deleted";
    case LIVEKIT_ERROR_DUPLICATE_IDENTITY:
      return "duplicate-identity";
    case LIVEKIT_ERROR_SERVER_SHUTDOWN:
      return "server-shutdown";
    case LIVEKIT_ERROR_STATE:
      return "state";
    case LIVEKIT_ERROR_LOST:
      return "lost";
    case LIVEKIT_ERROR_MEDIA:
      return "media";
  }
  return "unknown";
}

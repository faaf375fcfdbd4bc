/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmperror.h"

/* No G_DEFINE_QUARK: what it remembers, threads write at once. */
GQuark
rtmp_error_quark (void)
{
  return g_quark_from_static_string ("rtmp-error-quark");
}

const gchar *
rtmp_error_get_nick (gint code)
{
  switch ((RtmpError) code) {
    case RTMP_ERROR_URL:
      return "url";
    case RTMP_ERROR_RESOLVE:
      return "resolve";
    case RTMP_ERROR_UNREACHABLE:
      return "unreachable";
    case RTMP_ERROR_TLS:
      return "tls";
    case RTMP_ERROR_HANDSHAKE:
      return "handshake";
    case RTMP_ERROR_PROTOCOL:
      return "protocol";
    case RTMP_ERROR_LIMIT:
      return "limit";
    case RTMP_ERROR_FORMAT:
      return "format";
    case RTMP_ERROR_UNSUPPORTED:
      return "unsupported";
    case RTMP_ERROR_REFUSED:
      return "refused";
    case RTMP_ERROR_UNAUTHORIZED:
      return "unauthorized";
    case RTMP_ERROR_NO_SUCH_APPLICATION:
      return "no-such-application";
    case RTMP_ERROR_NO_SUCH_STREAM:
      return "no-such-stream";
    case RTMP_ERROR_BUSY:
      return "busy";
    case RTMP_ERROR_TIMEOUT:
      return "timeout";
    case RTMP_ERROR_STALLED:
      return "stalled";
    case RTMP_ERROR_LOST:
      return "lost";
    case RTMP_ERROR_CLOSED:
      return "closed";
  }
  return "unknown";
}

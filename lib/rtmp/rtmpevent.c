/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpevent.h"

void
rtmp_event_clear (RtmpEvent * self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->message, rtmp_message_unref);
  g_clear_pointer (&self->url, rtmp_url_free);
  g_clear_pointer (&self->connect, rtmp_connect_free);
  g_clear_pointer (&self->code, g_free);
  g_clear_pointer (&self->text, g_free);
  g_clear_pointer (&self->name, g_free);
  g_clear_error (&self->error);
}

const gchar *
rtmp_event_kind_get_name (RtmpEventKind kind)
{
  switch (kind) {
    case RTMP_EVENT_DIAL:
      return "dial";
    case RTMP_EVENT_HANG_UP:
      return "hang-up";
    case RTMP_EVENT_CONNECTED:
      return "connected";
    case RTMP_EVENT_STARTED:
      return "started";
    case RTMP_EVENT_MEDIA:
      return "media";
    case RTMP_EVENT_STATUS:
      return "status";
    case RTMP_EVENT_RECONNECT:
      return "reconnect";
    case RTMP_EVENT_STOPPED:
      return "stopped";
    case RTMP_EVENT_CONNECT:
      return "connect";
    case RTMP_EVENT_PUBLISH:
      return "publish";
    case RTMP_EVENT_PLAY:
      return "play";
    case RTMP_EVENT_PAUSE:
      return "pause";
    case RTMP_EVENT_UNPUBLISH:
      return "unpublish";
    case RTMP_EVENT_UNPLAY:
      return "unplay";
    case RTMP_EVENT_ENDED:
      return "ended";
  }
  return "unknown";
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitroomevent.h"

LivekitRoomEvent *
livekit_room_event_new (LivekitRoomEventType type, const gchar * room,
    const gchar * participant)
{
  LivekitRoomEvent *self = g_new0 (LivekitRoomEvent, 1);

  self->type = type;
  self->room = g_strdup (room);
  self->participant = g_strdup (participant);
  return self;
}

void
livekit_room_event_free (LivekitRoomEvent * self)
{
  if (self == NULL)
    return;

  g_free (self->room);
  g_free (self->participant);
  g_free (self->identity);
  g_free (self->publisher);
  g_free (self->track);
  g_free (self->cid);
  g_free (self->name);
  g_free (self->stream);
  g_free (self->codec);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self->sdp);
  g_free (self->candidate);
  g_free (self);
}

const gchar *
livekit_room_event_type_get_name (LivekitRoomEventType type)
{
  switch (type) {
    case LIVEKIT_ROOM_EVENT_SEND:
      return "send";
    case LIVEKIT_ROOM_EVENT_HANG_UP:
      return "hang-up";
    case LIVEKIT_ROOM_EVENT_JOINED:
      return "joined";
    case LIVEKIT_ROOM_EVENT_RESUMED:
      return "resumed";
    case LIVEKIT_ROOM_EVENT_OFFER:
      return "offer";
    case LIVEKIT_ROOM_EVENT_ANSWER:
      return "answer";
    case LIVEKIT_ROOM_EVENT_CANDIDATE:
      return "candidate";
    case LIVEKIT_ROOM_EVENT_TRACK_ADDED:
      return "track-added";
    case LIVEKIT_ROOM_EVENT_TRACK_REMOVED:
      return "track-removed";
    case LIVEKIT_ROOM_EVENT_TRACK_MUTED:
      return "track-muted";
    case LIVEKIT_ROOM_EVENT_FORWARD:
      return "forward";
    case LIVEKIT_ROOM_EVENT_FORWARD_END:
      return "forward-end";
    case LIVEKIT_ROOM_EVENT_FORWARD_PAUSED:
      return "forward-paused";
    case LIVEKIT_ROOM_EVENT_NEGOTIATE:
      return "negotiate";
    case LIVEKIT_ROOM_EVENT_OVER:
      return "over";
    case LIVEKIT_ROOM_EVENT_CHANGED:
      return "changed";
    case LIVEKIT_ROOM_EVENT_ROOM_OVER:
      return "room-over";
  }
  return "unknown";
}

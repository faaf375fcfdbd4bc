/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitevent.h"

void
livekit_ice_server_free (LivekitIceServer * self)
{
  if (self == NULL)
    return;

  g_strfreev (self->urls);
  g_free (self->username);
  g_free (self->credential);
  g_free (self);
}

void
livekit_joined_free (LivekitJoined * self)
{
  if (self == NULL)
    return;

  g_free (self->room);
  g_free (self->room_sid);
  g_free (self->identity);
  g_free (self->participant_sid);
  g_free (self->server_version);
  g_free (self->server_region);
  g_clear_pointer (&self->ice_servers, g_ptr_array_unref);
  g_strfreev (self->codecs);
  g_clear_pointer (&self->sources, g_array_unref);
  g_free (self);
}

LivekitJoined *
livekit_joined_new (void)
{
  LivekitJoined *self = g_new0 (LivekitJoined, 1);
  self->ice_servers =
      g_ptr_array_new_with_free_func ((GDestroyNotify) livekit_ice_server_free);
  self->codecs = g_new0 (gchar *, 1);
  self->sources = g_array_new (FALSE, FALSE, sizeof (gint));
  return self;
}

LivekitEvent *
livekit_event_new (LivekitEventType type)
{
  LivekitEvent *self = g_new0 (LivekitEvent, 1);
  self->type = type;
  return self;
}

void
livekit_event_free (LivekitEvent * self)
{
  if (self == NULL)
    return;

  g_free (self->uri);
  g_free (self->token);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  livekit_joined_free (self->joined);
  g_free (self->cid);
  g_free (self->sid);
  g_free (self->sdp);
  g_free (self->candidate);
  g_clear_pointer (&self->sources, g_array_unref);
  g_clear_error (&self->error);
  g_free (self);
}

const gchar *
livekit_event_type_get_name (LivekitEventType type)
{
  switch (type) {
    case LIVEKIT_EVENT_DIAL:
      return "dial";
    case LIVEKIT_EVENT_SEND:
      return "send";
    case LIVEKIT_EVENT_HANG_UP:
      return "hang-up";
    case LIVEKIT_EVENT_JOINED:
      return "joined";
    case LIVEKIT_EVENT_TRACK_PUBLISHED:
      return "track-published";
    case LIVEKIT_EVENT_TRACK_REFUSED:
      return "track-refused";
    case LIVEKIT_EVENT_TRACK_UNPUBLISHED:
      return "track-unpublished";
    case LIVEKIT_EVENT_TRACK_SUBSCRIBED:
      return "track-subscribed";
    case LIVEKIT_EVENT_TRACK_WATCHED:
      return "track-watched";
    case LIVEKIT_EVENT_TRACK_MUTED:
      return "track-muted";
    case LIVEKIT_EVENT_ANSWER:
      return "answer";
    case LIVEKIT_EVENT_OFFER:
      return "offer";
    case LIVEKIT_EVENT_CANDIDATE:
      return "candidate";
    case LIVEKIT_EVENT_PERMISSION:
      return "permission";
    case LIVEKIT_EVENT_ACTIVE:
      return "active";
    case LIVEKIT_EVENT_ROUND_TRIP:
      return "round-trip";
    case LIVEKIT_EVENT_ENDED:
      return "ended";
  }
  return "unknown";
}

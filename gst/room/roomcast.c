/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomCast: see roomcast.h. */

#include "roomcast.h"

#include "roomdebug.h"
#include "roomtimer.h"

/* For all packets to get through webrtcbin before a pause. */
#define PAUSE_TIME (200 * G_TIME_SPAN_MILLISECOND)

struct _RoomCast
{
  GPtrArray *publications;
  gboolean playing;
};

RoomCast *
room_cast_new (void)
{
  RoomCast *self = g_new0 (RoomCast, 1);

  self->publications =
      g_ptr_array_new_with_free_func ((GDestroyNotify) room_publication_free);
  return self;
}

void
room_cast_free (RoomCast * self)
{
  g_ptr_array_unref (self->publications);
  g_free (self);
}

void
room_cast_add (RoomCast * self, RoomPublication * publication)
{
  g_ptr_array_add (self->publications, publication);
  room_track_set_playing (publication->track, self->playing, 0);
}

void
room_cast_remove (RoomCast * self, RoomPublication * publication)
{
  g_ptr_array_remove (self->publications, publication);
}

guint
room_cast_get_size (RoomCast * self)
{
  return self->publications->len;
}

RoomPublication *
room_cast_get (RoomCast * self, guint index)
{
  return g_ptr_array_index (self->publications, index);
}

RoomPublication *
room_cast_find_track (RoomCast * self, RoomTrack * track)
{
  for (guint i = 0; i < self->publications->len; i++)
    if (room_cast_get (self, i)->track == track)
      return room_cast_get (self, i);
  return NULL;
}

RoomPublication *
room_cast_find_pad (RoomCast * self, GstRoomPublishPad * pad)
{
  for (guint i = 0; i < self->publications->len; i++)
    if (room_cast_get (self, i)->pad == pad)
      return room_cast_get (self, i);
  return NULL;
}

RoomPublication *
room_cast_find_cid (RoomCast * self, const gchar * cid)
{
  for (guint i = 0; i < self->publications->len; i++)
    if (g_strcmp0 (room_cast_get (self, i)->cid, cid) == 0)
      return room_cast_get (self, i);
  return NULL;
}

RoomPublication *
room_cast_find_sid (RoomCast * self, const gchar * sid)
{
  for (guint i = 0; i < self->publications->len; i++)
    if (g_strcmp0 (room_cast_get (self, i)->sid, sid) == 0)
      return room_cast_get (self, i);
  return NULL;
}

guint
room_cast_count (RoomCast * self, RoomPublicationState state)
{
  guint count = 0;

  for (guint i = 0; i < self->publications->len; i++)
    count += room_cast_get (self, i)->state == state;
  return count;
}

guint
room_cast_move (RoomCast * self, RoomPublicationState from,
    RoomPublicationState to)
{
  guint moved = 0;

  for (guint i = 0; i < self->publications->len; i++) {
    RoomPublication *publication = room_cast_get (self, i);
    if (publication->state != from)
      continue;
    publication->state = to;
    moved++;
  }
  return moved;
}

void
room_cast_set_playing (RoomCast * self, gboolean playing)
{
  gint64 end_time = g_get_monotonic_time () + PAUSE_TIME;

  self->playing = playing;
  for (guint i = 0; i < self->publications->len; i++) {
    RoomPublication *publication = room_cast_get (self, i);
    if (!room_track_set_playing (publication->track, playing, end_time))
      GST_WARNING_OBJECT (publication->pad, "does not stop for the pause");
  }
}

gboolean
room_cast_have_ended (RoomCast * self, gint64 now)
{
  for (guint i = 0; i < self->publications->len; i++) {
    RoomPublication *publication = room_cast_get (self, i);
    if (!publication->stream_ended || now < publication->end_at)
      return FALSE;
  }
  return self->publications->len > 0;
}

void
room_cast_set_lapse (RoomCast * self, gint64 lapse)
{
  for (guint i = 0; i < room_cast_get_size (self); i++)
    room_track_set_lapse (room_cast_get (self, i)->track, lapse);
}

gint64
room_cast_get_deadline (RoomCast * self)
{
  gint64 at = -1;

  for (guint i = 0; i < self->publications->len; i++)
    at = room_timer_earlier (at,
        room_publication_get_deadline (room_cast_get (self, i)));
  return at;
}

guint64
room_cast_sample (RoomCast * self, gint64 now)
{
  guint64 bytes = 0;

  for (guint i = 0; i < self->publications->len; i++)
    bytes += room_publication_sample (room_cast_get (self, i), now);
  return bytes;
}

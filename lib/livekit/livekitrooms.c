/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitrooms.h"

#include "livekit/livekitlimits.h"
#include "livekit/livekitverify.h"

struct _LivekitRooms
{
  LivekitRoomConfig config;
  GRand *random;
  GPtrArray *rooms;             /* of LivekitRoom */
  gboolean closing;
};

LivekitRooms *
livekit_rooms_new (const LivekitRoomConfig * config)
{
  g_return_val_if_fail (config != NULL, NULL);

  LivekitRooms *self = g_new0 (LivekitRooms, 1);
  self->config = *config;
  self->random = g_rand_new_with_seed (config->seed);
  self->rooms = g_ptr_array_new_with_free_func
      ((GDestroyNotify) livekit_room_free);
  return self;
}

void
livekit_rooms_free (LivekitRooms * self)
{
  if (self == NULL)
    return;

  g_ptr_array_unref (self->rooms);
  g_rand_free (self->random);
  g_free (self);
}

LivekitRoom *
livekit_rooms_find (LivekitRooms * self, const gchar * name)
{
  g_return_val_if_fail (self != NULL && name != NULL, NULL);

  for (guint i = 0; i < self->rooms->len; i++) {
    LivekitRoom *room = self->rooms->pdata[i];
    if (g_str_equal (livekit_room_get_name (room), name))
      return room;
  }
  return NULL;
}

guint
livekit_rooms_get_count (LivekitRooms * self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->rooms->len;
}

LivekitRoom *
livekit_rooms_get (LivekitRooms * self, guint index)
{
  g_return_val_if_fail (self != NULL && index < self->rooms->len, NULL);

  return self->rooms->pdata[index];
}

gboolean
livekit_rooms_check (LivekitRooms * self, const LivekitEntry * entry,
    GError ** error)
{
  g_return_val_if_fail (self != NULL && entry != NULL, FALSE);

  if (self->closing) {
    g_set_error_literal (error, LIVEKIT_REFUSAL, 503,
        "the server is shutting down");
    return FALSE;
  }
  LivekitRoom *room = livekit_rooms_find (self, entry->token->grants.room);
  if (room != NULL)
    return livekit_room_check (room, entry, error);
  if (self->rooms->len >= LIVEKIT_MAX_ROOMS) {
    g_set_error_literal (error, LIVEKIT_REFUSAL, 503, "too many rooms");
    return FALSE;
  }
  return TRUE;
}

gchar *
livekit_rooms_join (LivekitRooms * self, LivekitEntry * entry, gint64 now,
    GError ** error)
{
  g_return_val_if_fail (self != NULL && entry != NULL, NULL);

  g_autoptr (LivekitEntry) owned = entry;
  if (!livekit_rooms_check (self, owned, error))
    return NULL;
  const gchar *name = owned->token->grants.room;
  LivekitRoom *room = livekit_rooms_find (self, name);
  if (room == NULL) {
    LivekitRoomConfig config = self->config;
    config.seed = g_rand_int (self->random);
    room = livekit_room_new (name, &config, now);
    g_ptr_array_add (self->rooms, room);
  }
  return livekit_room_join (room, g_steal_pointer (&owned), now);
}

LivekitRoomEvent *
livekit_rooms_take (LivekitRooms * self)
{
  g_return_val_if_fail (self != NULL, NULL);

  for (guint i = 0; i < self->rooms->len; i++) {
    LivekitRoom *room = self->rooms->pdata[i];
    LivekitRoomEvent *event = livekit_room_take (room);
    if (event == NULL)
      continue;
    if (event->type == LIVEKIT_ROOM_EVENT_ROOM_OVER)
      g_ptr_array_remove_index (self->rooms, i);
    return event;
  }
  return NULL;
}

gint64
livekit_rooms_get_deadline (LivekitRooms * self)
{
  g_return_val_if_fail (self != NULL, G_MAXINT64);

  gint64 deadline = G_MAXINT64;
  for (guint i = 0; i < self->rooms->len; i++)
    deadline = MIN (deadline,
        livekit_room_get_deadline (self->rooms->pdata[i]));
  return deadline;
}

void
livekit_rooms_tick (LivekitRooms * self, gint64 now)
{
  g_return_if_fail (self != NULL);

  for (guint i = 0; i < self->rooms->len; i++)
    livekit_room_tick (self->rooms->pdata[i], now);
}

void
livekit_rooms_close (LivekitRooms * self, gint64 now)
{
  g_return_if_fail (self != NULL);

  self->closing = TRUE;
  for (guint i = 0; i < self->rooms->len; i++)
    livekit_room_close (self->rooms->pdata[i],
        LIVEKIT__DISCONNECT_REASON__SERVER_SHUTDOWN, now);
}

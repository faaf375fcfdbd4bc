/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitrooms.h"

#include "livekit/livekitlimits.h"
#include "livekit/livekitroomadmin.h"
#include "livekit/livekitverify.h"

#include <string.h>

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

/* TRUE when one more can be made. */
static gboolean
check_new (LivekitRooms * self, GError ** error)
{
  if (self->closing) {
    g_set_error_literal (error, LIVEKIT_REFUSAL, 503,
        "the server is shutting down");
    return FALSE;
  }
  if (self->rooms->len >= LIVEKIT_MAX_ROOMS) {
    g_set_error_literal (error, LIVEKIT_REFUSAL, 503, "too many rooms");
    return FALSE;
  }
  return TRUE;
}

gboolean
livekit_rooms_check (LivekitRooms * self, const LivekitEntry * entry,
    GError ** error)
{
  g_return_val_if_fail (self != NULL && entry != NULL, FALSE);

  LivekitRoom *room = livekit_rooms_find (self, entry->token->grants.room);
  return room != NULL && !self->closing
      ? livekit_room_check (room, entry, error) : check_new (self, error);
}

static LivekitRoom *
add_room (LivekitRooms * self, const gchar * name, LivekitRoomConfig * config,
    gint64 now)
{
  config->seed = g_rand_int (self->random);
  LivekitRoom *room = livekit_room_new (name, config, now);
  g_ptr_array_add (self->rooms, room);
  return room;
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
    room = add_room (self, name, &config, now);
  }
  return livekit_room_join (room, g_steal_pointer (&owned), now);
}

LivekitRoom *
livekit_rooms_create (LivekitRooms * self,
    const Livekit__CreateRoomRequest * request, gint64 now, GError ** error)
{
  g_return_val_if_fail (self != NULL && request != NULL, NULL);

  const gchar *wrong = *request->name == '\0' ? "no room name"
      : strlen (request->name) > LIVEKIT_MAX_NAME
      ? "room name length exceeds limits"
      : strlen (request->metadata) > LIVEKIT_MAX_METADATA
      ? "metadata size exceeds limits" : NULL;
  if (wrong != NULL) {
    g_set_error_literal (error, LIVEKIT_REFUSAL, 400, wrong);
    return NULL;
  }
  LivekitRoom *room = livekit_rooms_find (self, request->name);
  if (room != NULL)
    return room;
  if (!check_new (self, error))
    return NULL;

  LivekitRoomConfig config = self->config;
  if (request->max_participants > 0)
    config.max_participants = request->max_participants;
  if (request->empty_timeout > 0)
    config.empty_timeout = request->empty_timeout;
  if (request->departure_timeout > 0)
    config.departure_timeout = request->departure_timeout;
  room = add_room (self, request->name, &config, now);
  livekit_room_admin_set_metadata (room, request->metadata, NULL);
  return room;
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

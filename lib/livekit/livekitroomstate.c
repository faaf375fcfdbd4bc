/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitroomstate.h"

#include "livekit/livekitdebug.h"
#include "livekit/livekitresponse.h"

#include <string.h>

/* Letters of an id behind its prefix, and how many. */
#define LETTERS "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
#define ID_LENGTH 12

/* Life of a refreshed token, in seconds: livekit-server's. */
#define REFRESHED_TTL (10 * 60)

gchar *
livekit_room_state_make_id (LivekitRoom * self, const gchar * prefix)
{
  g_return_val_if_fail (self != NULL && prefix != NULL, NULL);

  GString *id = g_string_new (prefix);
  for (guint i = 0; i < ID_LENGTH; i++)
    g_string_append_c (id,
        LETTERS[g_rand_int_range (self->random, 0, strlen (LETTERS))]);
  return g_string_free (id, FALSE);
}

LivekitMember *
livekit_room_state_find (LivekitRoom * self, const gchar * sid)
{
  g_return_val_if_fail (self != NULL && sid != NULL, NULL);

  for (guint i = 0; i < self->members->len; i++) {
    LivekitMember *member = self->members->pdata[i];
    if (g_str_equal (member->sid, sid))
      return member;
  }
  return NULL;
}

LivekitMember *
livekit_room_state_find_identity (LivekitRoom * self, const gchar * identity)
{
  g_return_val_if_fail (self != NULL && identity != NULL, NULL);

  for (guint i = 0; i < self->members->len; i++) {
    LivekitMember *member = self->members->pdata[i];
    if (g_str_equal (livekit_member_get_identity (member), identity))
      return member;
  }
  return NULL;
}

LivekitPublication *
livekit_room_state_find_track (LivekitRoom * self, const gchar * sid,
    LivekitMember ** publisher)
{
  g_return_val_if_fail (self != NULL && sid != NULL, NULL);

  for (guint i = 0; i < self->members->len; i++) {
    LivekitPublication *track =
        livekit_member_find_track (self->members->pdata[i], sid);
    if (track != NULL) {
      *publisher = self->members->pdata[i];
      return track;
    }
  }
  return NULL;
}

LivekitRoomEvent *
livekit_room_state_push (LivekitRoom * self, LivekitRoomEventType type,
    const LivekitMember * member)
{
  g_return_val_if_fail (self != NULL, NULL);

  LivekitRoomEvent *event = livekit_room_event_new (type, self->name,
      member != NULL ? member->sid : NULL);
  GST_LOG ("%p: %s %s", self, livekit_room_event_type_get_name (type),
      member != NULL ? member->sid : "");
  g_queue_push_tail (&self->events, event);
  return event;
}

void
livekit_room_state_send (LivekitRoom * self, const LivekitMember * member,
    GBytes * bytes, GError * error)
{
  g_return_if_fail (self != NULL && member != NULL);

  if (bytes == NULL) {
    GST_WARNING ("%p: not sent: %s", self, error->message);
    g_error_free (error);
    return;
  }
  if (member->has_signal)
    livekit_room_state_push (self, LIVEKIT_ROOM_EVENT_SEND, member)->bytes =
        g_bytes_ref (bytes);
  g_bytes_unref (bytes);
}

void
livekit_room_state_announce (LivekitRoom * self, LivekitMember * member,
    gboolean itself)
{
  g_return_if_fail (self != NULL && member != NULL);

  member->version++;
  livekit_room_state_push (self, LIVEKIT_ROOM_EVENT_CHANGED, member);
  g_autoptr (LivekitMemberMessage) view = livekit_member_to_message (member);
  Livekit__ParticipantInfo *list[] = { &view->message };
  GError *error = NULL;
  GBytes *bytes = livekit_response_update (list, 1, &error);
  if (bytes == NULL) {
    GST_WARNING ("%p: %s not announced: %s", self, member->sid, error->message);
    g_error_free (error);
    return;
  }
  for (guint i = 0; i < self->members->len; i++) {
    const LivekitMember *to = self->members->pdata[i];
    if (to == member ? itself : !member->permission.hidden)
      livekit_room_state_send (self, to, g_bytes_ref (bytes), NULL);
  }
  g_bytes_unref (bytes);
}

void
livekit_room_state_tell_others (LivekitRoom * self, LivekitMember * member)
{
  g_return_if_fail (self != NULL && member != NULL);

  g_autoptr (GPtrArray) views = g_ptr_array_new_with_free_func ((GDestroyNotify)
      livekit_member_message_free);
  g_autoptr (GPtrArray) list = g_ptr_array_new ();
  for (guint i = 0; i < self->members->len; i++) {
    const LivekitMember *other = self->members->pdata[i];
    if (other != member && other->permission.hidden)
      continue;
    LivekitMemberMessage *view = livekit_member_to_message (other);
    g_ptr_array_add (views, view);
    g_ptr_array_add (list, &view->message);
  }
  GError *error = NULL;
  GBytes *bytes = livekit_response_update ((Livekit__ParticipantInfo **)
      list->pdata, list->len, &error);
  livekit_room_state_send (self, member, bytes, error);
}

void
livekit_room_state_describe (LivekitRoom * self, Livekit__Room * room)
{
  g_return_if_fail (self != NULL && room != NULL);

  livekit__room__init (room);
  room->sid = self->sid;
  room->name = self->name;
  room->metadata = self->metadata;
  room->empty_timeout = self->config.empty_timeout;
  room->departure_timeout = self->config.departure_timeout;
  room->max_participants = self->config.max_participants;
  room->creation_time = self->created / G_TIME_SPAN_SECOND;
  room->creation_time_ms = self->created / G_TIME_SPAN_MILLISECOND;
  for (guint i = 0; i < self->members->len; i++) {
    const LivekitMember *member = self->members->pdata[i];
    gboolean publishes = FALSE;
    for (guint t = 0; t < member->tracks->len; t++)
      publishes |=
          ((const LivekitPublication *) member->tracks->pdata[t])->live;
    /* The hidden ones too: livekit-server's way. */
    room->num_participants++;
    room->num_publishers += publishes;
  }
}

void
livekit_room_state_refresh (LivekitRoom * self, LivekitMember * member,
    gint64 now)
{
  g_return_if_fail (self != NULL && member != NULL);

  member->refresh_at = now + LIVEKIT_ROOM_REFRESH_INTERVAL;
  const gchar *secret = self->config.keys != NULL && member->token->key != NULL
      ? livekit_keys_get_secret (self->config.keys, member->token->key) : NULL;
  /* Its key was taken back: the token that it has must do. */
  if (secret == NULL || !member->has_signal)
    return;

  gint64 unix_now = (now + self->config.clock) / G_TIME_SPAN_SECOND;
  member->token->expires = MAX (member->token->expires,
      unix_now + REFRESHED_TTL);
  livekit_permission_to_grants (&member->permission, &member->token->grants);
  GError *error = NULL;
  g_autofree gchar *jwt =
      livekit_token_mint (member->token, secret, unix_now, &error);
  GBytes *bytes = jwt != NULL ? livekit_response_token (jwt, &error) : NULL;
  livekit_room_state_send (self, member, bytes, error);
}

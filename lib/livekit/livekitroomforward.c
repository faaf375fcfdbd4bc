/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitroomforward.h"

#include "livekit/livekitresponse.h"

static gboolean
should_forward (const LivekitMember * publisher,
    const LivekitPublication * track, const LivekitMember * consumer)
{
  return publisher != consumer && track->live
      && !publisher->permission.hidden && consumer->permission.can_subscribe
      && livekit_member_wants (consumer, track->sid)
      && livekit_allow_list_allows (&publisher->allowed, consumer->sid,
      livekit_member_get_identity (consumer), track->sid);
}

static LivekitRoomEvent *
push (LivekitRoom * self, LivekitRoomEventType type,
    const LivekitMember * publisher, const gchar * track,
    const LivekitMember * consumer)
{
  LivekitRoomEvent *event = livekit_room_state_push (self, type, consumer);

  event->publisher = g_strdup (publisher->sid);
  event->track = g_strdup (track);
  return event;
}

static void
begin (LivekitRoom * self, LivekitMember * publisher,
    LivekitPublication * track, LivekitMember * consumer)
{
  g_hash_table_add (consumer->forwards, g_strdup (track->sid));
  consumer->negotiate = TRUE;
  self->audience = TRUE;
  push (self, LIVEKIT_ROOM_EVENT_FORWARD, publisher, track->sid,
      consumer)->video = livekit_publication_is_video (track);
  if (g_hash_table_contains (consumer->paused, track->sid))
    push (self, LIVEKIT_ROOM_EVENT_FORWARD_PAUSED, publisher, track->sid,
        consumer)->flag = TRUE;
}

void
livekit_room_forward_flows (LivekitRoom * self, LivekitMember * consumer,
    const gchar * track)
{
  g_return_if_fail (self != NULL && consumer != NULL && track != NULL);

  LivekitMember *publisher = NULL;
  LivekitPublication *found =
      livekit_room_state_find_track (self, track, &publisher);
  if (found == NULL || found->subscribed
      || !g_hash_table_contains (consumer->forwards, track))
    return;
  found->subscribed = TRUE;
  GError *error = NULL;
  GBytes *bytes = livekit_response_subscribed (track, &error);
  livekit_room_state_send (self, publisher, bytes, error);
}

static void
end (LivekitRoom * self, const LivekitMember * publisher, const gchar * track,
    LivekitMember * consumer)
{
  push (self, LIVEKIT_ROOM_EVENT_FORWARD_END, publisher, track, consumer);
  g_hash_table_remove (consumer->forwards, track);
  consumer->negotiate = TRUE;
  self->audience = TRUE;
}

static void
review (LivekitRoom * self, LivekitMember * publisher, LivekitMember * consumer)
{
  for (guint i = 0; i < publisher->tracks->len; i++) {
    LivekitPublication *track = publisher->tracks->pdata[i];
    gboolean has = g_hash_table_contains (consumer->forwards, track->sid);
    gboolean should = should_forward (publisher, track, consumer);
    if (should && !has)
      begin (self, publisher, track, consumer);
    else if (has && !should)
      end (self, publisher, track->sid, consumer);
  }
}

void
livekit_room_forward_review_consumer (LivekitRoom * self,
    LivekitMember * consumer)
{
  g_return_if_fail (self != NULL && consumer != NULL);

  for (guint i = 0; i < self->members->len; i++)
    review (self, self->members->pdata[i], consumer);
}

void
livekit_room_forward_review_publisher (LivekitRoom * self,
    LivekitMember * publisher)
{
  g_return_if_fail (self != NULL && publisher != NULL);

  for (guint i = 0; i < self->members->len; i++)
    review (self, publisher, self->members->pdata[i]);
}

static void
tell_allowed (LivekitRoom * self, const LivekitMember * publisher,
    const LivekitMember * consumer, const LivekitAllowList * before)
{
  const gchar *identity = livekit_member_get_identity (consumer);

  for (guint i = 0; i < publisher->tracks->len; i++) {
    const LivekitPublication *track = publisher->tracks->pdata[i];
    gboolean was = livekit_allow_list_allows (before, consumer->sid, identity,
        track->sid);
    gboolean is = livekit_allow_list_allows (&publisher->allowed,
        consumer->sid, identity, track->sid);
    if (was == is || !track->live)
      continue;
    GError *error = NULL;
    GBytes *bytes = livekit_response_allowed (publisher->sid, track->sid, is,
        &error);
    livekit_room_state_send (self, consumer, bytes, error);
  }
}

gboolean
livekit_room_forward_set_allowed (LivekitRoom * self,
    LivekitMember * publisher, const Livekit__SubscriptionPermission * message)
{
  g_return_val_if_fail (self != NULL && publisher != NULL, FALSE);

  LivekitAllowList list = { NULL };
  if (!livekit_allow_list_set (&list, message))
    return FALSE;
  LivekitAllowList before = publisher->allowed;
  publisher->allowed = list;
  for (guint i = 0; i < self->members->len; i++) {
    const LivekitMember *consumer = self->members->pdata[i];
    if (consumer != publisher && !publisher->permission.hidden)
      tell_allowed (self, publisher, consumer, &before);
  }
  livekit_allow_list_clear (&before);
  livekit_room_forward_review_publisher (self, publisher);
  return TRUE;
}

void
livekit_room_forward_set_paused (LivekitRoom * self,
    LivekitMember * consumer, const LivekitMember * publisher,
    const gchar * track, gboolean paused)
{
  g_return_if_fail (self != NULL && consumer != NULL && track != NULL);

  if (g_hash_table_contains (consumer->paused, track) == (paused != FALSE))
    return;
  self->audience = TRUE;
  if (paused)
    g_hash_table_add (consumer->paused, g_strdup (track));
  else
    g_hash_table_remove (consumer->paused, track);
  if (g_hash_table_contains (consumer->forwards, track))
    push (self, LIVEKIT_ROOM_EVENT_FORWARD_PAUSED, publisher, track,
        consumer)->flag = paused;
}

void
livekit_room_forward_drop_track (LivekitRoom * self,
    LivekitMember * publisher, LivekitPublication * track)
{
  g_return_if_fail (self != NULL && publisher != NULL && track != NULL);

  for (guint i = 0; i < self->members->len; i++) {
    LivekitMember *consumer = self->members->pdata[i];
    if (g_hash_table_contains (consumer->forwards, track->sid))
      end (self, publisher, track->sid, consumer);
    livekit_member_forget_track (consumer, track->sid);
  }
  livekit_room_state_push (self, LIVEKIT_ROOM_EVENT_TRACK_REMOVED,
      publisher)->track = g_strdup (track->sid);
  g_ptr_array_remove (publisher->tracks, track);
}

void
livekit_room_forward_drop_consumer (LivekitRoom * self,
    LivekitMember * consumer)
{
  g_return_if_fail (self != NULL && consumer != NULL);

  for (guint i = 0; i < self->members->len; i++) {
    const LivekitMember *publisher = self->members->pdata[i];
    for (guint t = 0; t < publisher->tracks->len; t++) {
      const LivekitPublication *track = publisher->tracks->pdata[t];
      if (g_hash_table_contains (consumer->forwards, track->sid))
        end (self, publisher, track->sid, consumer);
    }
  }
}

static gboolean
is_watched (const LivekitRoom * self, const gchar * track)
{
  for (guint i = 0; i < self->members->len; i++) {
    const LivekitMember *consumer = self->members->pdata[i];
    if (g_hash_table_contains (consumer->forwards, track)
        && !g_hash_table_contains (consumer->paused, track))
      return TRUE;
  }
  return FALSE;
}

/* For video: nobody makes layers of sound. */
static void
tell_audience (LivekitRoom * self, const LivekitMember * publisher)
{
  for (guint i = 0; i < publisher->tracks->len; i++) {
    LivekitPublication *track = publisher->tracks->pdata[i];
    if (!track->live || !livekit_publication_is_video (track)
        || is_watched (self, track->sid) == track->watched)
      continue;
    track->watched = !track->watched;
    GError *error = NULL;
    GBytes *bytes = livekit_response_watched (track->sid, track->mime,
        track->watched, &error);
    livekit_room_state_send (self, publisher, bytes, error);
  }
}

void
livekit_room_forward_flush (LivekitRoom * self)
{
  g_return_if_fail (self != NULL);

  for (guint i = 0; self->audience && i < self->members->len; i++)
    tell_audience (self, self->members->pdata[i]);
  self->audience = FALSE;
  for (guint i = 0; i < self->members->len; i++) {
    LivekitMember *member = self->members->pdata[i];
    /* One offer of ours at a time; its answer brings us back here. */
    if (!member->negotiate || member->offer_pending)
      continue;
    member->negotiate = FALSE;
    livekit_room_state_push (self, LIVEKIT_ROOM_EVENT_NEGOTIATE, member);
  }
}

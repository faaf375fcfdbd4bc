/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitroom.h"

#include "livekit/livekitdebug.h"
#include "livekit/livekitlimits.h"
#include "livekit/livekitresponse.h"
#include "livekit/livekitroomforward.h"
#include "livekit/livekitroomleave.h"
#include "livekit/livekitroomrequest.h"
#include "livekit/livekitroomstate.h"
#include "livekit/livekitsignal.h"
#include "livekit/livekitverify.h"

#include <string.h>

/* In seconds, as livekit-server's own: its empty_timeout and
 * departure_timeout. */
#define EMPTY_TIMEOUT 300
#define DEPARTURE_TIMEOUT 20

/* Clients look at it to know what they may ask of us. */
#define VERSION "1.13.5"
#define PROTOCOL_VERSION 17

#define MAX_CODECS 32

static const gchar *const usual_codecs[] = { "video/H264", "video/VP8",
  "video/VP9", "video/AV1", "video/H265", "video/rtx", "audio/opus",
  "audio/PCMU", "audio/PCMA", NULL
};

LivekitRoom *
livekit_room_new (const gchar * name, const LivekitRoomConfig * config,
    gint64 now)
{
  g_return_val_if_fail (name != NULL && config != NULL, NULL);

  LivekitRoom *self = g_new0 (LivekitRoom, 1);
  self->config = *config;
  if (self->config.codecs == NULL)
    self->config.codecs = usual_codecs;
  if (self->config.version == NULL)
    self->config.version = VERSION;
  if (self->config.max_participants == 0
      || self->config.max_participants > LIVEKIT_MAX_PARTICIPANTS)
    self->config.max_participants = LIVEKIT_MAX_PARTICIPANTS;
  if (self->config.empty_timeout == 0)
    self->config.empty_timeout = EMPTY_TIMEOUT;
  if (self->config.departure_timeout == 0)
    self->config.departure_timeout = DEPARTURE_TIMEOUT;
  self->random = g_rand_new_with_seed (config->seed);
  self->name = g_strdup (name);
  self->metadata = g_strdup ("");
  self->sid = livekit_room_state_make_id (self, "RM_");
  self->members =
      g_ptr_array_new_with_free_func ((GDestroyNotify) livekit_member_free);
  g_queue_init (&self->events);
  self->created = now + config->clock;
  self->empty_by = now + self->config.empty_timeout * G_TIME_SPAN_SECOND;
  return self;
}

void
livekit_room_free (LivekitRoom * self)
{
  if (self == NULL)
    return;

  g_ptr_array_unref (self->members);
  g_queue_clear_full (&self->events, (GDestroyNotify) livekit_room_event_free);
  g_rand_free (self->random);
  g_free (self->name);
  g_free (self->sid);
  g_free (self->metadata);
  g_free (self);
}

const gchar *
livekit_room_get_name (const LivekitRoom * self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->name;
}

LivekitRoomEvent *
livekit_room_take (LivekitRoom * self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_queue_pop_head (&self->events);
}

gboolean
livekit_room_is_over (const LivekitRoom * self)
{
  g_return_val_if_fail (self != NULL, TRUE);

  return self->over;
}

/* -- Time ------------------------------------------------------------------- */

static gint64
get_silence (const LivekitMember * member)
{
  return member->has_signal ? member->heard + LIVEKIT_ROOM_PING_TIMEOUT
      : G_MAXINT64;
}

static gint64
get_member_deadline (const LivekitMember * member)
{
  gint64 deadline = get_silence (member);

  if (member->has_signal)
    deadline = MIN (deadline, member->refresh_at);
  if (member->connect_by >= 0)
    deadline = MIN (deadline, member->connect_by);
  if (member->resume_by >= 0)
    deadline = MIN (deadline, member->resume_by);
  if (member->leave_by >= 0)
    deadline = MIN (deadline, member->leave_by);
  return deadline;
}

gint64
livekit_room_get_deadline (const LivekitRoom * self)
{
  g_return_val_if_fail (self != NULL, G_MAXINT64);

  if (self->over)
    return G_MAXINT64;
  if (self->members->len == 0)
    return self->empty_by;
  gint64 deadline = G_MAXINT64;
  for (guint i = 0; i < self->members->len; i++)
    deadline = MIN (deadline, get_member_deadline (self->members->pdata[i]));
  return deadline;
}

/* Before media was ever connected there is nothing to come back to. */
static void
lose_signal (LivekitRoom * self, LivekitMember * member, gint64 now)
{
  member->has_signal = FALSE;
  if (member->quiet || member->connect_by >= 0)
    livekit_room_leave_end (self, member,
        LIVEKIT__DISCONNECT_REASON__SIGNAL_CLOSE,
        LIVEKIT__LEAVE_REQUEST__ACTION__DISCONNECT, now);
  else
    member->resume_by = now + LIVEKIT_ROOM_RESUME_TIMEOUT;
}

static void
tick_member (LivekitRoom * self, LivekitMember * member, gint64 now)
{
  if (member->connect_by >= 0 && member->connect_by <= now) {
    livekit_room_leave_end (self, member,
        LIVEKIT__DISCONNECT_REASON__JOIN_FAILURE,
        LIVEKIT__LEAVE_REQUEST__ACTION__DISCONNECT, now);
  } else if (member->resume_by >= 0 && member->resume_by <= now) {
    livekit_room_leave_end (self, member,
        LIVEKIT__DISCONNECT_REASON__SIGNAL_CLOSE,
        LIVEKIT__LEAVE_REQUEST__ACTION__DISCONNECT, now);
  } else if (member->leave_by >= 0 && member->leave_by <= now) {
    livekit_room_leave_fail (self, member, now);
  } else if (get_silence (member) <= now) {
    livekit_room_state_push (self, LIVEKIT_ROOM_EVENT_HANG_UP, member);
    lose_signal (self, member, now);
  } else if (member->has_signal && member->refresh_at <= now) {
    livekit_room_state_refresh (self, member, now);
  }
}

static void
finish (LivekitRoom * self)
{
  self->over = TRUE;
  livekit_room_state_push (self, LIVEKIT_ROOM_EVENT_ROOM_OVER, NULL);
}

void
livekit_room_tick (LivekitRoom * self, gint64 now)
{
  g_return_if_fail (self != NULL);

  if (self->over)
    return;
  /* From behind: one that goes takes itself out. */
  for (guint i = self->members->len; i > 0; i--)
    tick_member (self, self->members->pdata[i - 1], now);
  livekit_room_forward_flush (self);
  if (self->members->len == 0 && self->empty_by <= now) {
    self->closing = TRUE;
    self->close_reason = LIVEKIT__DISCONNECT_REASON__ROOM_CLOSED;
    finish (self);
  }
}

void
livekit_room_close (LivekitRoom * self, Livekit__DisconnectReason reason,
    gint64 now)
{
  g_return_if_fail (self != NULL);

  if (self->closing)
    return;
  self->closing = TRUE;
  self->close_reason = reason;
  while (self->members->len > 0)
    livekit_room_leave_end (self, self->members->pdata[self->members->len - 1],
        reason, LIVEKIT__LEAVE_REQUEST__ACTION__DISCONNECT, now);
  finish (self);
}

/* -- Coming in -------------------------------------------------------------- */

gboolean
livekit_room_check (LivekitRoom * self, const LivekitEntry * entry,
    GError ** error)
{
  g_return_val_if_fail (self != NULL && entry != NULL, FALSE);

  if (self->closing) {
    g_set_error_literal (error, LIVEKIT_REFUSAL, 503, "the room is closing");
    return FALSE;
  }
  /* It takes the place of itself. */
  if (livekit_room_state_find_identity (self, entry->token->identity) != NULL)
    return TRUE;
  if (self->members->len >= self->config.max_participants) {
    g_set_error_literal (error, LIVEKIT_REFUSAL, 500,
        "room has exceeded its max participants");
    return FALSE;
  }
  return TRUE;
}

static void
fill_codecs (const LivekitRoom * self, Livekit__Codec * items,
    Livekit__Codec ** list, gsize * n)
{
  for (*n = 0; *n < MAX_CODECS && self->config.codecs[*n] != NULL; (*n)++) {
    livekit__codec__init (&items[*n]);
    items[*n].mime = (gchar *) self->config.codecs[*n];
    list[*n] = &items[*n];
  }
}

static void
welcome (LivekitRoom * self, const LivekitMember * member)
{
  Livekit__ServerInfo server = LIVEKIT__SERVER_INFO__INIT;
  server.version = (gchar *) self->config.version;
  server.protocol = PROTOCOL_VERSION;

  g_autoptr (GPtrArray) views = g_ptr_array_new_with_free_func ((GDestroyNotify)
      livekit_member_message_free);
  g_autoptr (GPtrArray) others = g_ptr_array_new ();
  for (guint i = 0; i < self->members->len; i++) {
    const LivekitMember *other = self->members->pdata[i];
    if (other == member || other->permission.hidden)
      continue;
    LivekitMemberMessage *view = livekit_member_to_message (other);
    g_ptr_array_add (views, view);
    g_ptr_array_add (others, &view->message);
  }

  Livekit__Room room;
  Livekit__Codec items[MAX_CODECS], *codecs[MAX_CODECS];
  livekit_room_state_describe (self, &room);
  Livekit__JoinResponse join = LIVEKIT__JOIN_RESPONSE__INIT;
  fill_codecs (self, items, codecs, &room.n_enabled_codecs);
  room.enabled_codecs = codecs;
  join.enabled_publish_codecs = codecs;
  join.n_enabled_publish_codecs = room.n_enabled_codecs;
  join.room = &room;
  g_autoptr (LivekitMemberMessage) us = livekit_member_to_message (member);
  join.participant = &us->message;
  join.other_participants = (Livekit__ParticipantInfo **) others->pdata;
  join.n_other_participants = others->len;
  join.server_version = server.version;
  join.server_info = &server;
  join.subscriber_primary = !member->one_connection && member->protocol > 2
      && member->permission.can_subscribe;
  join.ping_interval = LIVEKIT_ROOM_PING_INTERVAL / G_TIME_SPAN_SECOND;
  join.ping_timeout = LIVEKIT_ROOM_PING_TIMEOUT / G_TIME_SPAN_SECOND;
  join.fast_publish = member->permission.can_publish;
  GError *error = NULL;
  GBytes *bytes = livekit_response_join (&join, &error);
  livekit_room_state_send (self, member, bytes, error);
}

static void
resume (LivekitRoom * self, LivekitMember * member, gint64 now)
{
  member->has_signal = TRUE;
  member->resume_by = -1;
  member->heard = now;
  /* An offer of ours may have been lost with the socket. */
  if (member->offer_pending) {
    member->offer_pending = FALSE;
    member->negotiate = TRUE;
  }
  livekit_room_state_push (self, LIVEKIT_ROOM_EVENT_RESUMED, member);

  Livekit__ServerInfo server = LIVEKIT__SERVER_INFO__INIT;
  server.version = (gchar *) self->config.version;
  server.protocol = PROTOCOL_VERSION;
  Livekit__ReconnectResponse reconnect = LIVEKIT__RECONNECT_RESPONSE__INIT;
  reconnect.server_info = &server;
  GError *error = NULL;
  GBytes *bytes = livekit_response_reconnect (&reconnect, &error);
  livekit_room_state_send (self, member, bytes, error);
  livekit_room_state_tell_others (self, member);
  Livekit__Room room;
  livekit_room_state_describe (self, &room);
  error = NULL;
  bytes = livekit_response_room (&room, &error);
  livekit_room_state_send (self, member, bytes, error);
  livekit_room_state_refresh (self, member, now);
}

static gchar *
turn_away (LivekitRoom * self, const LivekitEntry * entry,
    Livekit__DisconnectReason reason, Livekit__LeaveRequest__Action action)
{
  gchar *sid = livekit_room_state_make_id (self, "PA_");

  livekit_room_leave_turn_away (self, sid, entry->quiet, reason, action);
  return sid;
}

/* NULL: there is nothing of it to go on with. */
static LivekitMember *
find_resumed (LivekitRoom * self, const LivekitEntry * entry)
{
  LivekitMember *member = livekit_room_state_find (self, entry->resumes);

  return member != NULL && !member->quiet
      && g_str_equal (livekit_member_get_identity (member),
      entry->token->identity) ? member : NULL;
}

static gchar *
add_member (LivekitRoom * self, LivekitEntry * entry, gint64 now)
{
  gchar *sid = livekit_room_state_make_id (self, "PA_");
  LivekitMember *member = livekit_member_new (sid, entry);
  member->joined_at = now + self->config.clock;
  member->heard = now;
  member->connect_by = now + LIVEKIT_ROOM_CONNECT_TIMEOUT;
  g_ptr_array_add (self->members, member);
  self->empty_by = -1;

  LivekitRoomEvent *event = livekit_room_state_push (self,
      LIVEKIT_ROOM_EVENT_JOINED, member);
  event->identity = g_strdup (livekit_member_get_identity (member));
  event->quiet = member->quiet;
  event->flag = member->one_connection;
  welcome (self, member);
  livekit_room_state_refresh (self, member, now);
  livekit_room_state_announce (self, member, FALSE);
  /* The connection that we offer is wanted at once, whether there are tracks
   * or not: it is what makes the participant active. */
  member->negotiate = !member->one_connection
      && member->permission.can_subscribe;
  livekit_room_forward_review_consumer (self, member);
  if (entry->join != NULL)
    livekit_room_request_begin (self, member, entry->join, now);
  return sid;
}

gchar *
livekit_room_join (LivekitRoom * self, LivekitEntry * entry, gint64 now)
{
  g_return_val_if_fail (self != NULL && entry != NULL, NULL);

  g_autoptr (LivekitEntry) owned = entry;
  if (self->closing)
    return turn_away (self, owned, self->close_reason,
        LIVEKIT__LEAVE_REQUEST__ACTION__DISCONNECT);
  if (owned->resumes != NULL) {
    LivekitMember *member = find_resumed (self, owned);
    if (member == NULL)
      return turn_away (self, owned,
          LIVEKIT__DISCONNECT_REASON__STATE_MISMATCH,
          LIVEKIT__LEAVE_REQUEST__ACTION__RECONNECT);
    resume (self, member, now);
    livekit_room_forward_flush (self);
    return g_strdup (member->sid);
  }

  LivekitMember *same =
      livekit_room_state_find_identity (self, owned->token->identity);
  if (same != NULL)
    livekit_room_leave_end (self, same,
        LIVEKIT__DISCONNECT_REASON__DUPLICATE_IDENTITY,
        LIVEKIT__LEAVE_REQUEST__ACTION__DISCONNECT, now);
  if (self->members->len >= self->config.max_participants)
    return turn_away (self, owned, LIVEKIT__DISCONNECT_REASON__JOIN_FAILURE,
        LIVEKIT__LEAVE_REQUEST__ACTION__DISCONNECT);
  gchar *sid = add_member (self, owned, now);
  livekit_room_forward_flush (self);
  return sid;
}

void
livekit_room_feed (LivekitRoom * self, const gchar * sid, GBytes * message,
    gint64 now)
{
  g_return_if_fail (self != NULL && sid != NULL && message != NULL);

  LivekitMember *member = livekit_room_state_find (self, sid);
  if (member == NULL || !member->has_signal)
    return;
  member->heard = now;
  g_autoptr (GError) error = NULL;
  g_autoptr (Livekit__SignalRequest) request =
      livekit_signal_parse_request (message, &error);
  if (request == NULL) {
    GST_WARNING ("%p: %s: %s", self, sid, error->message);
    livekit_room_leave_end (self, member,
        LIVEKIT__DISCONNECT_REASON__STATE_MISMATCH,
        LIVEKIT__LEAVE_REQUEST__ACTION__RECONNECT, now);
  } else {
    livekit_room_request_read (self, member, request, now);
  }
  livekit_room_forward_flush (self);
}

void
livekit_room_lost (LivekitRoom * self, const gchar * sid, gint64 now)
{
  g_return_if_fail (self != NULL && sid != NULL);

  LivekitMember *member = livekit_room_state_find (self, sid);
  if (member == NULL || (!member->has_signal && !member->quiet))
    return;
  lose_signal (self, member, now);
  livekit_room_forward_flush (self);
}

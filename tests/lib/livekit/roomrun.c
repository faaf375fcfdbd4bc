/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "roomrun.h"

#include "livekit/livekitrequest.h"

RoomRun *
room_run_new_with (const LivekitRoomConfig * config)
{
  RoomRun *self = g_new0 (RoomRun, 1);
  LivekitRoomConfig full = *config;

  self->keys = livekit_keys_new ();
  g_assert_true (livekit_keys_load_pairs (self->keys,
          ROOM_RUN_KEY ":" ROOM_RUN_SECRET, NULL));
  self->now = 1000 * G_TIME_SPAN_SECOND;
  self->events =
      g_ptr_array_new_with_free_func ((GDestroyNotify) livekit_room_event_free);
  full.keys = self->keys;
  full.clock = ROOM_RUN_CLOCK * G_TIME_SPAN_SECOND - self->now;
  full.seed = 1;
  self->room = livekit_room_new ("stage", &full, self->now);
  return self;
}

RoomRun *
room_run_new (void)
{
  LivekitRoomConfig config = { NULL };

  return room_run_new_with (&config);
}

void
room_run_free (RoomRun * self)
{
  livekit_room_free (self->room);
  livekit_keys_free (self->keys);
  g_ptr_array_unref (self->events);
  g_free (self);
}

LivekitEntry *
room_run_entry (const gchar * identity)
{
  LivekitEntry *entry = g_new0 (LivekitEntry, 1);

  entry->token = livekit_token_new ();
  entry->token->key = g_strdup (ROOM_RUN_KEY);
  entry->token->identity = g_strdup (identity);
  entry->token->grants.room = g_strdup ("stage");
  entry->token->grants.room_join = 1;
  entry->token->expires = ROOM_RUN_CLOCK + 60;
  entry->auto_subscribe = TRUE;
  entry->protocol = 17;
  return entry;
}

void
room_run_take (RoomRun * self)
{
  LivekitRoomEvent *event;

  while ((event = livekit_room_take (self->room)) != NULL)
    g_ptr_array_add (self->events, event);
}

void
room_run_forget (RoomRun * self)
{
  room_run_take (self);
  g_ptr_array_set_size (self->events, 0);
}

gchar *
room_run_enter (RoomRun * self, LivekitEntry * entry)
{
  gchar *sid = livekit_room_join (self->room, entry, self->now);

  room_run_take (self);
  return sid;
}

gchar *
room_run_join (RoomRun * self, const gchar * identity)
{
  return room_run_enter (self, room_run_entry (identity));
}

void
room_run_say (RoomRun * self, const gchar * sid, GBytes * bytes)
{
  g_assert_nonnull (bytes);
  livekit_room_feed (self->room, sid, bytes, self->now);
  g_bytes_unref (bytes);
  room_run_take (self);
}

void
room_run_ask (RoomRun * self, const gchar * sid,
    const Livekit__SignalRequest * request)
{
  g_autoptr (GError) error = NULL;
  GBytes *bytes = livekit_signal_write_request (request, &error);

  g_assert_no_error (error);
  room_run_say (self, sid, bytes);
}

void
room_run_pass (RoomRun * self, gint64 time)
{
  gint64 end = self->now + time;

  while (livekit_room_get_deadline (self->room) <= end) {
    gint64 deadline = livekit_room_get_deadline (self->room);
    /* A deadline that a tick does not move would never end. */
    g_assert_cmpint (deadline, >=, self->now);
    self->now = deadline;
    livekit_room_tick (self->room, self->now);
    room_run_take (self);
    g_assert_cmpint (livekit_room_get_deadline (self->room), >, self->now);
  }
  self->now = end;
}

gchar *
room_run_publish (RoomRun * self, const gchar * sid, const gchar * cid,
    gboolean video)
{
  LivekitTrackRequest request = {.cid = cid,.name = cid,.video = video,
    .source = video ? LIVEKIT_SOURCE_CAMERA : LIVEKIT_SOURCE_MICROPHONE
  };

  room_run_say (self, sid, livekit_request_add_track (&request, NULL));
  gchar *track = g_strdup (livekit_room_media_match (self->room, sid, cid,
          video));
  g_assert_nonnull (track);
  livekit_room_media_live (self->room, sid, track,
      video ? "video/H264" : "audio/opus", "0");
  room_run_take (self);
  return track;
}

const LivekitRoomEvent *
room_run_find (RoomRun * self, LivekitRoomEventType type, const gchar * sid,
    guint count)
{
  for (guint i = 0; i < self->events->len; i++) {
    const LivekitRoomEvent *event = self->events->pdata[i];
    if (event->type == type
        && (sid == NULL || g_strcmp0 (event->participant, sid) == 0)
        && --count == 0)
      return event;
  }
  return NULL;
}

guint
room_run_count (RoomRun * self, LivekitRoomEventType type, const gchar * sid)
{
  guint count = 0;

  while (room_run_find (self, type, sid, count + 1) != NULL)
    count++;
  return count;
}

static Livekit__SignalResponse *
read_sent (const LivekitRoomEvent * event)
{
  g_autoptr (GError) error = NULL;
  Livekit__SignalResponse *response =
      livekit_signal_parse_response (event->bytes, &error);

  g_assert_no_error (error);
  return response;
}

Livekit__SignalResponse *
room_run_heard (RoomRun * self, const gchar * sid,
    Livekit__SignalResponse__MessageCase kind)
{
  for (guint i = self->events->len; i > 0; i--) {
    const LivekitRoomEvent *event = self->events->pdata[i - 1];
    if (event->type != LIVEKIT_ROOM_EVENT_SEND
        || !g_str_equal (event->participant, sid))
      continue;
    Livekit__SignalResponse *response = read_sent (event);
    if (response->message_case == kind)
      return response;
    livekit_signal_response_free (response);
  }
  return NULL;
}

guint
room_run_count_heard (RoomRun * self, const gchar * sid,
    Livekit__SignalResponse__MessageCase kind)
{
  const LivekitRoomEvent *event;
  guint count = 0;

  for (guint i = 1; (event = room_run_find (self, LIVEKIT_ROOM_EVENT_SEND,
              sid, i)) != NULL; i++) {
    g_autoptr (Livekit__SignalResponse) response = read_sent (event);
    count += response->message_case == kind;
  }
  return count;
}

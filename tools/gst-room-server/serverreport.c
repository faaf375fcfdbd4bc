/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverreport.h"

#include "livekit/livekitroomadmin.h"

static void
consumer_free (gpointer data)
{
  ServerReportConsumer *consumer = data;

  g_free (consumer->identity);
  g_free (consumer->sid);
  g_free (consumer);
}

static void
track_free (gpointer data)
{
  ServerReportTrack *track = data;

  g_free (track->sid);
  g_free (track->name);
  g_free (track->mime);
  g_ptr_array_unref (track->consumers);
  g_free (track);
}

static void
participant_free (gpointer data)
{
  ServerReportParticipant *participant = data;

  g_free (participant->identity);
  g_free (participant->sid);
  g_free (participant->name);
  g_ptr_array_unref (participant->tracks);
  g_free (participant);
}

static void
room_free (gpointer data)
{
  ServerReportRoom *room = data;

  g_free (room->name);
  g_free (room->sid);
  g_ptr_array_unref (room->participants);
  g_free (room);
}

ServerReport *
server_report_new (void)
{
  ServerReport *self = g_new0 (ServerReport, 1);

  self->rooms = g_ptr_array_new_with_free_func (room_free);
  return self;
}

void
server_report_free (ServerReport * self)
{
  if (self == NULL)
    return;

  g_ptr_array_unref (self->rooms);
  g_free (self);
}

/* -- What signalling knows -------------------------------------------------- */

/* A number that is not in the protocol cannot come from our own rooms. */
static const gchar *
get_word (const ProtobufCEnumDescriptor * type, gint value)
{
  const ProtobufCEnumValue *found =
      protobuf_c_enum_descriptor_get_value (type, value);

  return found != NULL ? found->name : "";
}

static void
add_track (ServerReportParticipant * participant,
    const Livekit__TrackInfo * info)
{
  ServerReportTrack *track = g_new0 (ServerReportTrack, 1);

  track->sid = g_strdup (info->sid);
  track->name = g_strdup (info->name);
  track->mime = g_strdup (info->mime_type);
  track->source = get_word (&livekit__track_source__descriptor, info->source);
  track->video = info->type == LIVEKIT__TRACK_TYPE__VIDEO;
  track->muted = info->muted;
  track->width = info->width;
  track->height = info->height;
  track->consumers = g_ptr_array_new_with_free_func (consumer_free);
  g_ptr_array_add (participant->tracks, track);
}

static void
add_participant (ServerReportRoom * room, const Livekit__ParticipantInfo * info)
{
  ServerReportParticipant *participant = g_new0 (ServerReportParticipant, 1);

  participant->identity = g_strdup (info->identity);
  participant->sid = g_strdup (info->sid);
  participant->name = g_strdup (info->name);
  participant->state =
      get_word (&livekit__participant_info__state__descriptor, info->state);
  participant->joined_at = info->joined_at_ms;
  participant->hidden = info->permission->hidden;
  participant->tracks = g_ptr_array_new_with_free_func (track_free);
  for (gsize i = 0; i < info->n_tracks; i++)
    add_track (participant, info->tracks[i]);
  g_ptr_array_add (room->participants, participant);
}

static void
add_room (ServerReport * self, LivekitRoom * from)
{
  ServerReportRoom *room = g_new0 (ServerReportRoom, 1);
  Livekit__Room info;

  livekit_room_admin_describe (from, &info);
  room->name = g_strdup (info.name);
  room->sid = g_strdup (info.sid);
  room->created_at = info.creation_time_ms;
  room->participants = g_ptr_array_new_with_free_func (participant_free);
  g_autoptr (GPtrArray) list = livekit_room_admin_list (from, NULL);
  for (guint i = 0; i < list->len; i++)
    add_participant (room,
        &((const LivekitMemberMessage *) list->pdata[i])->message);
  g_ptr_array_add (self->rooms, room);
}

void
server_report_add_rooms (ServerReport * self, LivekitRooms * rooms)
{
  g_return_if_fail (self != NULL && rooms != NULL);

  for (guint i = 0; i < livekit_rooms_get_count (rooms); i++)
    add_room (self, livekit_rooms_get (rooms, i));
}

/* -- What the media adds ---------------------------------------------------- */

ServerReportRoom *
server_report_find_room (ServerReport * self, const gchar * name)
{
  g_return_val_if_fail (self != NULL && name != NULL, NULL);

  for (guint i = 0; i < self->rooms->len; i++) {
    ServerReportRoom *room = self->rooms->pdata[i];
    if (g_str_equal (room->name, name))
      return room;
  }
  return NULL;
}

ServerReportParticipant *
server_report_find_participant (ServerReportRoom * room, const gchar * sid)
{
  g_return_val_if_fail (room != NULL && sid != NULL, NULL);

  for (guint i = 0; i < room->participants->len; i++) {
    ServerReportParticipant *participant = room->participants->pdata[i];
    if (g_str_equal (participant->sid, sid))
      return participant;
  }
  return NULL;
}

ServerReportTrack *
server_report_find_track (ServerReportRoom * room, const gchar * sid)
{
  g_return_val_if_fail (room != NULL && sid != NULL, NULL);

  for (guint i = 0; i < room->participants->len; i++) {
    ServerReportParticipant *participant = room->participants->pdata[i];
    for (guint t = 0; t < participant->tracks->len; t++) {
      ServerReportTrack *track = participant->tracks->pdata[t];
      if (g_str_equal (track->sid, sid))
        return track;
    }
  }
  return NULL;
}

ServerReportConsumer *
server_report_add_consumer (ServerReportTrack * track,
    const ServerReportParticipant * participant)
{
  g_return_val_if_fail (track != NULL && participant != NULL, NULL);

  ServerReportConsumer *consumer = g_new0 (ServerReportConsumer, 1);
  consumer->identity = g_strdup (participant->identity);
  consumer->sid = g_strdup (participant->sid);
  g_ptr_array_add (track->consumers, consumer);
  return consumer;
}

void
server_report_count_received (ServerReportTotals * totals,
    const ServerFanCounts * counts)
{
  g_return_if_fail (totals != NULL && counts != NULL);

  ServerFanCounts *sum = &totals->received;
  sum->consumers += counts->consumers;
  sum->packets += counts->packets;
  sum->bytes += counts->bytes;
  sum->key_frames += counts->key_frames;
  sum->requests += counts->requests;
  sum->asked += counts->asked;
}

void
server_report_count_sent (ServerReportTotals * totals,
    const ServerConsumerCounts * counts)
{
  g_return_if_fail (totals != NULL && counts != NULL);

  ServerConsumerCounts *sum = &totals->sent;
  sum->packets += counts->packets;
  sum->bytes += counts->bytes;
  sum->late += counts->late;
  sum->longest_gap_us = MAX (sum->longest_gap_us, counts->longest_gap_us);
  sum->queue.packets += counts->queue.packets;
  sum->queue.bytes += counts->queue.bytes;
  sum->queue.dropped += counts->queue.dropped;
  sum->queue.cuts += counts->queue.cuts;
}

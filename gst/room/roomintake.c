/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomIntake: see roomintake.h. */

#include "roomintake.h"

#include "livekit/livekiterror.h"
#include "roomdebug.h"
#include "roominput.h"

/* The sync group of tracks for which none was set. */
#define DEFAULT_STREAM "room"

struct _RoomIntake
{
  RoomCast *cast;
  RoomStart *start;
  RoomPeer *peer;
  RoomIntakeFuncs funcs;
  gpointer user_data;
  gchar **codecs;               /* NULL: not known yet */
};

RoomIntake *
room_intake_new (RoomCast * cast, RoomStart * start, RoomPeer * peer,
    const RoomIntakeFuncs * funcs, gpointer user_data)
{
  RoomIntake *self = g_new0 (RoomIntake, 1);

  self->cast = cast;
  self->start = start;
  self->peer = peer;
  self->funcs = *funcs;
  self->user_data = user_data;
  return self;
}

void
room_intake_free (RoomIntake * self)
{
  g_strfreev (self->codecs);
  g_free (self);
}

static gboolean
check_codec (RoomIntake * self, RoomPublication * publication)
{
  g_autoptr (GstCaps) caps = room_track_dup_media_caps (publication->track);
  g_autoptr (GError) error = NULL;

  if (room_input_check (room_track_get_codec (publication->track), caps,
          GST_OBJECT_NAME (publication->pad),
          (const gchar * const *) self->codecs, &error))
    return TRUE;
  self->funcs.failed (error, self->user_data);
  return FALSE;
}

gboolean
room_intake_set_codecs (RoomIntake * self, gchar ** codecs)
{
  g_strfreev (self->codecs);
  self->codecs = g_strdupv (codecs);
  for (guint i = 0; i < room_cast_get_size (self->cast); i++) {
    RoomPublication *publication = room_cast_get (self->cast, i);
    if (publication->state == ROOM_PUBLICATION_DESCRIBED
        && !publication->end_reason && !check_codec (self, publication))
      return FALSE;
  }
  return TRUE;
}

gboolean
room_intake_connect (RoomIntake * self, RoomPublication * publication)
{
  g_autoptr (GstCaps) caps = room_track_dup_packet_caps (publication->track);
  g_autofree gchar *stream = gst_room_publish_pad_dup_stream (publication->pad);

  publication->sink = room_peer_request_pad (self->peer, caps,
      room_track_is_video (publication->track),
      stream ? stream : DEFAULT_STREAM, &publication->cid);
  if (publication->sink
      && room_track_link (publication->track, publication->sink))
    return TRUE;
  g_autoptr (GError) error = g_error_new (LIVEKIT_ERROR, LIVEKIT_ERROR_MEDIA,
      "pad %s: webrtcbin does not take it", GST_OBJECT_NAME (publication->pad));
  self->funcs.failed (error, self->user_data);
  return FALSE;
}

static void
describe (RoomIntake * self, RoomPublication * publication)
{
  g_autoptr (GstCaps) caps = room_track_dup_packet_caps (publication->track);

  /* Its end is about to be told. */
  if (!caps || room_track_has_ended (publication->track)
      || !check_codec (self, publication))
    return;
  publication->state = ROOM_PUBLICATION_DESCRIBED;
  room_publication_update_size (publication);
  self->funcs.described (publication, self->user_data);
}

static void
on_codec_changed (RoomIntake * self, RoomPublication * publication)
{
  g_autoptr (GstCaps) caps = room_track_dup_pad_caps (publication->track);
  const RoomCodec *codec = room_track_get_codec (publication->track);

  if (!caps || room_codec_find (caps) == codec)
    return;
  g_autoptr (GError) error = g_error_new (GST_STREAM_ERROR,
      GST_STREAM_ERROR_FORMAT, "pad %s: the stream changed from %s to another "
      "codec; request a new pad for it", GST_OBJECT_NAME (publication->pad),
      codec->name);
  self->funcs.failed (error, self->user_data);
}

static void
build (RoomIntake * self, RoomPublication * publication)
{
  RoomTrack *track = publication->track;
  g_autoptr (GError) error = NULL;

  if (room_track_get_codec (track)) {
    on_codec_changed (self, publication);
    return;
  }
  if (!room_track_build (track, &error)) {
    self->funcs.failed (error, self->user_data);
    return;
  }
  room_track_set_muted (track,
      gst_room_publish_pad_is_muted (publication->pad));
  if (!room_track_is_live (track))
    room_start_add (self->start, track);
}

static void
on_described (RoomIntake * self, RoomPublication * publication)
{
  if (publication->state == ROOM_PUBLICATION_WAITING)
    describe (self, publication);
  else if (check_codec (self, publication)
      && room_publication_update_size (publication))
    self->funcs.resized (publication, self->user_data);
}

static void
on_news (RoomTrack * track, RoomTrackNews news, gint64 value,
    const GError * error, gpointer data)
{
  RoomIntake *self = data;
  RoomPublication *publication = room_cast_find_track (self->cast, track);

  if (!publication)
    return;
  /* All that still counts of one that leaves is that its stream has ended. */
  if (publication->end_reason && news != ROOM_TRACK_ENDED)
    return;
  switch (news) {
    case ROOM_TRACK_ARRIVED:
      build (self, publication);
      break;
    case ROOM_TRACK_DESCRIBED:
      on_described (self, publication);
      break;
    case ROOM_TRACK_HELD:
      room_start_held (self->start, track, value, g_get_monotonic_time ());
      self->funcs.hurried (self->user_data);
      break;
    case ROOM_TRACK_REWOUND:
      room_start_rewound (self->start, track);
      break;
    case ROOM_TRACK_HURRIED:
      self->funcs.hurried (self->user_data);
      break;
    case ROOM_TRACK_ENDED:
      publication->stream_ended = TRUE;
      self->funcs.ended (publication, self->user_data);
      break;
    case ROOM_TRACK_REFUSED:
      self->funcs.failed (error, self->user_data);
      break;
  }
}

RoomTrack *
room_intake_make_track (RoomIntake * self, GstBin * bin,
    GstRoomPublishPad * pad, LifeLoop * loop)
{
  return room_track_new (bin, GST_PAD (pad),
      gst_room_publish_pad_is_video (pad), loop, on_news, self);
}

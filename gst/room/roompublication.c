/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomPublication: see roompublication.h. */

#include "roompublication.h"

#include "roomtimer.h"

/* From the server's word that someone subscribed to when he can take a key
 * frame: those sent sooner are often lost. */
#define SETTLE_TIME (250 * G_TIME_SPAN_MILLISECOND)
/* While a file waits its first frame is sent ahead, often enough that the
 * server keeps the track for alive, and more often once somebody looks. */
#define PRIME_INTERVAL (500 * G_TIME_SPAN_MILLISECOND)
#define PRIME_INTERVAL_SUBSCRIBED (80 * G_TIME_SPAN_MILLISECOND)

RoomPublication *
room_publication_new (RoomTrack * track, GstRoomPublishPad * pad)
{
  RoomPublication *self = g_new0 (RoomPublication, 1);

  self->track = room_track_ref (track);
  self->pad = gst_object_ref (pad);
  self->name = gst_room_publish_pad_dup_track_name (pad);
  self->wait_until = -1;
  self->prime_at = -1;
  self->end_at = -1;
  return self;
}

void
room_publication_free (RoomPublication * self)
{
  room_track_unref (self->track);
  gst_object_unref (self->pad);
  gst_clear_object (&self->sink);
  g_free (self->cid);
  g_free (self->sid);
  g_free (self->name);
  g_free (self);
}

gboolean
room_publication_is_in_room (const RoomPublication * self)
{
  return self->state >= ROOM_PUBLICATION_DESCRIBED
      && self->state < ROOM_PUBLICATION_ENDED;
}

void
room_publication_request (RoomPublication * self, LivekitClient * client)
{
  g_autofree gchar *stream = gst_room_publish_pad_dup_stream (self->pad);

  /* What was set after the pad was requested counts. */
  g_free (self->name);
  self->name = gst_room_publish_pad_dup_track_name (self->pad);
  LivekitTrackRequest request = {
    .cid = self->cid,
    .name = self->name,
    .video = room_track_is_video (self->track),
    .source = gst_room_publish_pad_get_source (self->pad),
    .width = self->width,
    .height = self->height,
    .channels = self->channels,
    .muted = gst_room_publish_pad_is_muted (self->pad),
    .stream = stream,
  };

  self->room_muted = request.muted;
  livekit_client_add_track (client, &request);
}

void
room_publication_follow_pad (RoomPublication * self, LivekitClient * client)
{
  gboolean muted = gst_room_publish_pad_is_muted (self->pad);

  room_track_set_muted (self->track, muted);
  if (muted == self->room_muted || !self->sid || !client)
    return;
  self->room_muted = muted;
  livekit_client_set_muted (client, self->sid, muted);
}

static guint
get_uint (const GstStructure * structure, const gchar * field)
{
  gint value;

  return gst_structure_get_int (structure, field, &value) ? value : 0;
}

gboolean
room_publication_update_size (RoomPublication * self)
{
  g_autoptr (GstCaps) caps = room_track_dup_media_caps (self->track);

  if (!caps)
    return FALSE;
  const GstStructure *structure = gst_caps_get_structure (caps, 0);
  guint width = get_uint (structure, "width");
  guint height = get_uint (structure, "height");
  gboolean changed = width != self->width || height != self->height;
  self->width = width;
  self->height = height;
  if (!room_track_is_video (self->track))
    self->channels = MAX (1, get_uint (structure, "channels"));
  return changed;
}

void
room_publication_fill_report (const RoomPublication * self,
    RoomReportTrack * report)
{
  const RoomCodec *codec = room_track_get_codec (self->track);

  *report = (RoomReportTrack) {
  .pad = GST_OBJECT_NAME (self->pad),.sid = self->sid,.name =
        self->name,.codec = codec ? codec->name : NULL,.video =
        room_track_is_video (self->track),.width = self->width,.height =
        self->height,.channels = self->channels,};
}

void
room_publication_let_run (RoomPublication * self)
{
  g_autoptr (GstPad) target =
      gst_ghost_pad_get_target (GST_GHOST_PAD (self->sink));
  g_autoptr (GstElement) element =
      target ? gst_pad_get_parent_element (target) : NULL;

  if (element && g_str_equal (G_OBJECT_TYPE_NAME (element), "GstClockSync"))
    g_object_set (element, "sync", FALSE, NULL);
}

void
room_publication_announce (RoomPublication * self, GstElement * element)
{
  RoomReportTrack report;

  room_publication_update_size (self);
  room_publication_fill_report (self, &report);
  gst_room_publish_pad_set_sid (self->pad, self->sid);
  room_report_track_published (element, &report);
  self->announced = TRUE;
}

void
room_publication_withdraw (RoomPublication * self, GstElement * element,
    const gchar * reason)
{
  RoomReportTrack report;

  if (self->announced) {
    room_publication_fill_report (self, &report);
    room_report_track_unpublished (element, &report, reason);
  }
  self->announced = FALSE;
  self->state = ROOM_PUBLICATION_ENDED;
  gst_room_publish_pad_set_sid (self->pad, NULL);
  g_clear_pointer (&self->sid, g_free);
}

void
room_publication_await (RoomPublication * self, gint64 patience, gint64 now)
{
  if (self->subscribed)
    patience = SETTLE_TIME;
  self->wait_until = now + patience;
  self->prime_at = patience > 0 ? now : -1;
}

void
room_publication_see_subscriber (RoomPublication * self, gint64 now)
{
  self->subscribed = self->seen = TRUE;
  if (self->wait_until < 0)
    return;
  self->wait_until = MIN (self->wait_until, now + SETTLE_TIME);
  self->prime_at = now;
}

gboolean
room_publication_set_watched (RoomPublication * self, gboolean watched)
{
  gboolean changed = self->seen && watched != self->subscribed;

  if (changed)
    self->subscribed = watched;
  return changed;
}

gboolean
room_publication_wants_primer (RoomPublication * self, gint64 now)
{
  if (self->prime_at < 0 || now < self->prime_at)
    return FALSE;
  self->prime_at = now + (self->subscribed
      ? PRIME_INTERVAL_SUBSCRIBED : PRIME_INTERVAL);
  return TRUE;
}

gboolean
room_publication_has_waited (RoomPublication * self, gint64 now)
{
  if (self->wait_until < 0 || now < self->wait_until)
    return FALSE;
  self->wait_until = self->prime_at = -1;
  return TRUE;
}

gboolean
room_publication_end (RoomPublication * self, const gchar * reason, gint64 at)
{
  if (self->end_reason)
    return FALSE;
  self->end_reason = reason;
  self->wait_until = self->prime_at = -1;
  self->end_at = at;
  return TRUE;
}

guint64
room_publication_sample (RoomPublication * self, gint64 now)
{
  RoomTrackCounts counts;

  room_track_get_counts (self->track, &counts);
  if (self->sampled_at > 0 && now > self->sampled_at)
    self->bitrate = (guint) gst_util_uint64_scale (
        (counts.bytes - self->sampled_bytes) * 8, G_USEC_PER_SEC,
        now - self->sampled_at);
  self->sampled_bytes = counts.bytes;
  self->sampled_at = now;
  return counts.bytes;
}

static const gchar *
get_state_name (const RoomPublication * self)
{
  switch (self->state) {
    case ROOM_PUBLICATION_WAITING:
      return "waiting";
    case ROOM_PUBLICATION_DESCRIBED:
    case ROOM_PUBLICATION_OFFERED:
    case ROOM_PUBLICATION_ACCEPTED:
      return "publishing";
    case ROOM_PUBLICATION_PUBLISHED:
      return "published";
    case ROOM_PUBLICATION_ENDING:
    case ROOM_PUBLICATION_UNDOING:
    case ROOM_PUBLICATION_ENDED:
      break;
  }
  return "ended";
}

GstStructure *
room_publication_make_stats (RoomPublication * self,
    const RoomReceptionReport * report)
{
  const RoomCodec *codec = room_track_get_codec (self->track);
  RoomTrackCounts counts;

  room_track_get_counts (self->track, &counts);
  return gst_structure_new ("room-track",
      "pad", G_TYPE_STRING, GST_OBJECT_NAME (self->pad),
      "track-sid", G_TYPE_STRING, self->sid,
      "track-name", G_TYPE_STRING, self->name,
      "codec", G_TYPE_STRING, codec ? codec->name : NULL,
      "state", G_TYPE_STRING, get_state_name (self),
      "bytes", G_TYPE_UINT64, counts.bytes,
      "packets", G_TYPE_UINT64, counts.packets,
      "dropped", G_TYPE_UINT64, counts.dropped,
      "key-frame-requests", G_TYPE_UINT64, counts.key_unit_requests,
      "lost", G_TYPE_INT, report->lost,
      "round-trip", G_TYPE_UINT64, report->round_trip,
      "bitrate", G_TYPE_UINT, self->bitrate,
      "subscribed", G_TYPE_BOOLEAN, self->subscribed,
      "muted", G_TYPE_BOOLEAN, gst_room_publish_pad_is_muted (self->pad), NULL);
}

void
room_publication_append_stats (RoomPublication * self,
    RoomReception * reception, GValue * array)
{
  GValue item = G_VALUE_INIT;
  RoomReceptionReport report;
  RoomTrackCounts counts;

  room_track_get_counts (self->track, &counts);
  room_reception_get (reception, counts.ssrc, &report);
  g_value_init (&item, GST_TYPE_STRUCTURE);
  g_value_take_boxed (&item, room_publication_make_stats (self, &report));
  gst_value_array_append_and_take_value (array, &item);
}

gint64
room_publication_get_deadline (const RoomPublication * self)
{
  gint64 own = room_timer_earlier (self->wait_until, self->end_at);

  own = room_timer_earlier (own, self->prime_at);
  return room_timer_earlier (own, room_track_get_deadline (self->track));
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomReception: see roomreception.h. */

#include "roomreception.h"

#include <gst/rtp/rtp.h>

#include "life/lifelock.h"

/* From 1900, where NTP begins, to 1970. */
#define NTP_OFFSET (G_GUINT64_CONSTANT (2208988800) * G_USEC_PER_SEC)

typedef struct
{
  guint ssrc;
  gint64 heard_at;              /* 0: free */
  RoomReceptionReport report;
} ReceptionStream;

struct _RoomReception
{
  LifeLock lock;                /* guards all below */
  gint64 last;
  ReceptionStream streams[ROOM_RECEPTION_MAX_STREAMS];
};

RoomReception *
room_reception_new (void)
{
  RoomReception *self = g_atomic_rc_box_new0 (RoomReception);

  life_lock_init (&self->lock);
  return self;
}

RoomReception *
room_reception_ref (RoomReception * self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  RoomReception *self = data;

  life_lock_clear (&self->lock);
}

void
room_reception_unref (RoomReception * self)
{
  g_atomic_rc_box_release_full (self, clear);
}

static ReceptionStream *
find (RoomReception * self, guint ssrc)
{
  for (guint i = 0; i < ROOM_RECEPTION_MAX_STREAMS; i++)
    if (self->streams[i].heard_at > 0 && self->streams[i].ssrc == ssrc)
      return &self->streams[i];
  return NULL;
}

static ReceptionStream *
claim (RoomReception * self, guint ssrc)
{
  ReceptionStream *oldest = find (self, ssrc);

  if (oldest)
    return oldest;
  oldest = &self->streams[0];
  for (guint i = 1; i < ROOM_RECEPTION_MAX_STREAMS; i++)
    if (self->streams[i].heard_at < oldest->heard_at)
      oldest = &self->streams[i];
  *oldest = (ReceptionStream) {
  .ssrc = ssrc};
  return oldest;
}

/* The middle 32 bits of the NTP time: units of 1/65536 s. */
static guint32
get_short_ntp (gint64 real)
{
  guint64 time = (guint64) real + NTP_OFFSET;

  return (guint32) gst_util_uint64_scale_ceil (time, 65536, G_USEC_PER_SEC);
}

static void
take_block (RoomReception * self, GstRTCPPacket * packet, guint index,
    gint64 now, guint32 ntp)
{
  guint32 ssrc, highest, jitter, lsr, dlsr;
  guint8 fraction;
  gint32 lost;

  gst_rtcp_packet_get_rb (packet, index, &ssrc, &fraction, &lost, &highest,
      &jitter, &lsr, &dlsr);
  ReceptionStream *stream = claim (self, ssrc);
  stream->heard_at = now;
  stream->report.lost = lost;
  stream->report.most_lost = MAX (stream->report.most_lost, lost);
  stream->report.loss = fraction / 256.0;
  stream->report.jitter = jitter;
  /* Without a sender report of ours there is nothing to measure by. What lies
   * on the wrong side of rounding was quicker than the unit. */
  if (lsr == 0)
    return;
  gint32 trip = (gint32) (ntp - lsr - dlsr);
  stream->report.round_trip =
      gst_util_uint64_scale (MAX (trip, 1), GST_SECOND, 65536);
}

/* As many as the packet claims and has room for: GStreamer looks at the first
 * only. In words of 32 bits, after the header and the sender's part. */
static guint
count_blocks (GstRTCPPacket * packet, GstRTCPType type)
{
  guint before = type == GST_RTCP_TYPE_SR ? 6 : 1;
  guint length = gst_rtcp_packet_get_length (packet);

  return length < before ? 0
      : MIN (gst_rtcp_packet_get_rb_count (packet), (length - before) / 6);
}

static void
take_packet (RoomReception * self, GstRTCPPacket * packet, gint64 now,
    guint32 ntp)
{
  GstRTCPType type = gst_rtcp_packet_get_type (packet);

  if (type != GST_RTCP_TYPE_RR && type != GST_RTCP_TYPE_SR)
    return;
  guint count = count_blocks (packet, type);
  for (guint i = 0; i < count; i++)
    take_block (self, packet, i, now, ntp);
}

void
room_reception_take (RoomReception * self, GstBuffer * rtcp, gint64 now,
    gint64 real)
{
  GstRTCPBuffer buffer = GST_RTCP_BUFFER_INIT;
  GstRTCPPacket packet;
  LIFE_LOCK_HOLD (&self->lock);

  self->last = now;
  if (!gst_rtcp_buffer_map (rtcp, GST_MAP_READ, &buffer))
    return;
  for (gboolean more = gst_rtcp_buffer_get_first_packet (&buffer, &packet);
      more; more = gst_rtcp_packet_move_to_next (&packet))
    take_packet (self, &packet, now, get_short_ntp (real));
  gst_rtcp_buffer_unmap (&buffer);
}

gint64
room_reception_get_last (RoomReception * self)
{
  LIFE_LOCK_HOLD (&self->lock);

  return self->last;
}

gboolean
room_reception_get (RoomReception * self, guint ssrc,
    RoomReceptionReport * report)
{
  LIFE_LOCK_HOLD (&self->lock);
  const ReceptionStream *stream = find (self, ssrc);

  *report = stream ? stream->report : (RoomReceptionReport) {
  0};
  return stream != NULL;
}

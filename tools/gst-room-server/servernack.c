/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerNack: rtpsession 1.22 walks over its sources after each RTCP packet,
 * and lets go of its lock in the middle for each that has a NACK left
 * (schedule_remaining_nacks). A source that is new meanwhile changes the table
 * under its feet. So no source of it ever gets one: what is to be asked for is
 * kept here, and written into the packets that it is about to send. */
#include "servernack.h"

#include <gst/rtp/gstrtcpbuffer.h>

#include "life/lifelock.h"
#include "serverdebug.h"
#include "serversession.h"

/* The PID and the 16 that its BLP has a bit for. */
#define BLP_BITS 16

typedef struct
{
  guint32 ssrc;
  guint16 seq;
  gint64 end_time;
} Wish;

/* Of one session. */
typedef struct
{
  LifeLock lock;                /* guards all below */
  guint32 sender;               /* who sent our last report */
  gboolean sender_known;
  guint count;
  Wish wishes[SERVER_NACK_MAX];
} Nack;

static void
clear (gpointer data)
{
  Nack *self = data;

  life_lock_clear (&self->lock);
}

static void
nack_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, clear);
}

static void
unref_closure (gpointer data, GClosure * closure)
{
  nack_unref (data);
}

/* Under the lock. */
static void
forget (Nack * self, guint index)
{
  self->wishes[index] = self->wishes[--self->count];
}

static void
forget_old (Nack * self, gint64 now)
{
  for (guint i = self->count; i > 0; i--) {
    if (self->wishes[i - 1].end_time <= now)
      forget (self, i - 1);
  }
}

static void
note (Nack * self, guint32 ssrc, guint16 seq, gint64 now)
{
  guint i = 0;

  LIFE_LOCK_HOLD (&self->lock);
  forget_old (self, now);
  while (i < self->count
      && (self->wishes[i].ssrc != ssrc || self->wishes[i].seq != seq))
    i++;
  if (i == SERVER_NACK_MAX)
    return;
  self->wishes[i] = (Wish) {
  .ssrc = ssrc,.seq = seq,.end_time = now + SERVER_NACK_TIME};
  self->count = MAX (self->count, i + 1);
}

/* In the thread that misses a packet; no lock is held, neither ours nor the
 * session's. */
static GstPadProbeReturn
on_event (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
  g_autoptr (GObject) session = NULL;
  guint ssrc, seq;

  if (!gst_event_has_name (event, "GstRTPRetransmissionRequest"))
    return GST_PAD_PROBE_OK;
  const GstStructure *request = gst_event_get_structure (event);
  g_autoptr (GstElement) element = gst_pad_get_parent_element (pad);
  if (element == NULL || !gst_structure_get_uint (request, "ssrc", &ssrc)
      || !gst_structure_get_uint (request, "seqnum", &seq))
    return GST_PAD_PROBE_DROP;
  note (data, ssrc, seq, g_get_monotonic_time ());
  g_object_get (element, "internal-session", &session, NULL);
  g_signal_emit_by_name (session, "send-rtcp",
      (guint64) SERVER_LOSS_INTERVAL * GST_USECOND);
  return GST_PAD_PROBE_DROP;
}

/* Whether something may stand behind what is in @rtcp, and who says it then.
 * Nothing stands behind a BYE (RFC 3550, section 6.1), and the reports of when
 * packets came go as they are. Where small packets are agreed on there may be
 * none in it yet (RFC 5506). Under the lock. */
static gboolean
find_sender (Nack * self, GstRTCPBuffer * rtcp, guint32 * sender)
{
  GstRTCPPacket packet;

  *sender = self->sender;
  if (!gst_rtcp_buffer_get_first_packet (rtcp, &packet))
    return self->sender_known;
  switch (gst_rtcp_packet_get_type (&packet)) {
    case GST_RTCP_TYPE_SR:
      gst_rtcp_packet_sr_get_sender_info (&packet, sender, NULL, NULL, NULL,
          NULL);
      break;
    case GST_RTCP_TYPE_RR:
      *sender = gst_rtcp_packet_rr_get_ssrc (&packet);
      break;
    case GST_RTCP_TYPE_PSFB:
      *sender = gst_rtcp_packet_fb_get_sender_ssrc (&packet);
      break;
    default:
      return FALSE;
  }
  do {
    if (gst_rtcp_packet_get_type (&packet) == GST_RTCP_TYPE_BYE)
      return FALSE;
  } while (gst_rtcp_packet_move_to_next (&packet));
  self->sender = *sender;
  self->sender_known = TRUE;
  return TRUE;
}

/* Under the lock: takes those of @ssrc that follow @seq so closely. */
static guint16
take_following (Nack * self, guint32 ssrc, guint16 seq)
{
  guint16 bits = 0;

  for (guint i = self->count; i > 0; i--) {
    const Wish *wish = &self->wishes[i - 1];
    guint16 distance = wish->seq - seq;
    if (wish->ssrc != ssrc || distance < 1 || distance > BLP_BITS)
      continue;
    bits |= 1 << (distance - 1);
    forget (self, i - 1);
  }
  return bits;
}

/* Under the lock: the earliest of @ssrc; -1: there is none. */
static gint
find_first (Nack * self, guint32 ssrc)
{
  gint found = -1;

  for (guint i = 0; i < self->count; i++) {
    if (self->wishes[i].ssrc == ssrc && (found < 0
            || (gint16) (self->wishes[i].seq - self->wishes[found].seq) < 0))
      found = i;
  }
  return found;
}

/* Under the lock: what fits of one stream. FALSE: there is no room. */
static gboolean
write_stream (Nack * self, GstRTCPBuffer * rtcp, guint32 sender, guint32 ssrc)
{
  GstRTCPPacket packet;
  guint written = 0;
  gint first;

  if (!gst_rtcp_buffer_add_packet (rtcp, GST_RTCP_TYPE_RTPFB, &packet))
    return FALSE;
  gst_rtcp_packet_fb_set_type (&packet, GST_RTCP_RTPFB_TYPE_NACK);
  gst_rtcp_packet_fb_set_sender_ssrc (&packet, sender);
  gst_rtcp_packet_fb_set_media_ssrc (&packet, ssrc);
  while ((first = find_first (self, ssrc)) >= 0
      && gst_rtcp_packet_fb_set_fci_length (&packet, written + 1)) {
    guint16 seq = self->wishes[first].seq;
    guint8 *fci = gst_rtcp_packet_fb_get_fci (&packet) + 4 * written++;
    forget (self, first);
    GST_WRITE_UINT16_BE (fci, seq);
    GST_WRITE_UINT16_BE (fci + 2, take_following (self, ssrc, seq));
  }
  if (written == 0)
    gst_rtcp_packet_remove (&packet);
  return written > 0;
}

/* In the session's RTCP thread, without its lock, once for each of our sources:
 * the first one's packet has it all. TRUE: it has to be sent. */
static gboolean
on_sending (GObject * session, GstBuffer * buffer, gboolean early,
    gpointer data)
{
  Nack *self = data;
  GstRTCPBuffer rtcp = GST_RTCP_BUFFER_INIT;
  guint32 sender;
  gboolean written = FALSE;

  LIFE_LOCK_HOLD (&self->lock);
  forget_old (self, g_get_monotonic_time ());
  gst_rtcp_buffer_map (buffer, GST_MAP_READWRITE, &rtcp);
  gboolean open = find_sender (self, &rtcp, &sender);
  while (open && self->count > 0
      && write_stream (self, &rtcp, sender, self->wishes[0].ssrc))
    written = TRUE;
  gst_rtcp_buffer_unmap (&rtcp);
  return written;
}

/* In any thread. */
static void
on_pad_added (GstElement * element, GstPad * pad, gpointer data)
{
  if (g_str_equal (GST_PAD_NAME (pad), "recv_rtp_src"))
    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_UPSTREAM, on_event,
        g_atomic_rc_box_acquire (data), nack_unref);
}

/* In any thread. */
static void
on_element_added (GstBin * bin, GstBin * within, GstElement * element,
    gpointer unused)
{
  g_autoptr (GObject) session = server_session_dup (element);

  if (session == NULL)
    return;
  Nack *self = g_atomic_rc_box_new0 (Nack);
  life_lock_init (&self->lock);
  g_signal_connect_data (session, "on-sending-rtcp", G_CALLBACK (on_sending),
      g_atomic_rc_box_acquire (self), unref_closure, 0);
  g_signal_connect_data (element, "pad-added", G_CALLBACK (on_pad_added), self,
      unref_closure, 0);
}

void
server_nack_watch (GstBin * bin)
{
  g_signal_connect (bin, "deep-element-added", G_CALLBACK (on_element_added),
      NULL);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "packetwatch.h"

#include "life/lifelock.h"

#include <gst/rtp/rtp.h>

#define WAIT_TIMEOUT (30 * G_TIME_SPAN_SECOND)
#define LOSE_EVERY 10

struct _PacketWatch
{
  LifeLock lock;                /* guards all below */
  LifeCond changed;
  gint lossy_type;              /* -1: none is lost */
  guint number_id;              /* 0: none is looked for */
  GHashTable *lost;             /* sequence number to size of the payload */
  guint repaired;
  guint numbered;               /* in a row */
  guint16 next_number;
};

PacketWatch *
packet_watch_new (void)
{
  PacketWatch *self = g_new0 (PacketWatch, 1);

  life_lock_init (&self->lock);
  life_cond_init (&self->changed);
  self->lossy_type = -1;
  self->lost = g_hash_table_new (NULL, NULL);
  return self;
}

void
packet_watch_free (PacketWatch * self)
{
  g_hash_table_unref (self->lost);
  life_cond_clear (&self->changed);
  life_lock_clear (&self->lock);
  g_free (self);
}

/* Neither the header's extensions nor its payload are aligned. */
static guint
read_uint16 (const guint8 * data)
{
  return (guint) data[0] << 8 | data[1];
}

static void
take_number (PacketWatch * self, GstRTPBuffer * packet)
{
  gpointer data;
  guint size;

  if (self->number_id == 0)
    return;
  if (!gst_rtp_buffer_get_extension_onebyte_header (packet, self->number_id, 0,
          &data, &size) || size != 2) {
    self->numbered = 0;
    return;
  }
  guint16 number = (guint16) read_uint16 (data);
  self->numbered = number == self->next_number ? self->numbered + 1 : 1;
  self->next_number = number + 1;
}

/* RFC 4588, section 4: the lost packet's number, then its payload. */
static void
take_repair (PacketWatch * self, GstRTPBuffer * packet)
{
  const guint8 *payload = gst_rtp_buffer_get_payload (packet);
  guint size = gst_rtp_buffer_get_payload_len (packet);
  gpointer expected;

  if (size < 2)
    return;
  gpointer key = GUINT_TO_POINTER (read_uint16 (payload));
  if (!g_hash_table_lookup_extended (self->lost, key, NULL, &expected)
      || GPOINTER_TO_UINT (expected) != size - 2)
    return;
  g_hash_table_remove (self->lost, key);
  self->repaired++;
}

/* TRUE: it is lost. */
static gboolean
take_packet (PacketWatch * self, GstRTPBuffer * packet)
{
  gint type = gst_rtp_buffer_get_payload_type (packet);
  guint sequence = gst_rtp_buffer_get_seq (packet);

  take_number (self, packet);
  if (self->lossy_type >= 0 && type == self->lossy_type + 1)
    take_repair (self, packet);
  if (type != self->lossy_type || sequence % LOSE_EVERY != 0)
    return FALSE;
  g_hash_table_insert (self->lost, GUINT_TO_POINTER (sequence),
      GUINT_TO_POINTER (gst_rtp_buffer_get_payload_len (packet)));
  return TRUE;
}

static GstPadProbeReturn
on_packet (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  PacketWatch *self = user_data;
  GstRTPBuffer packet = GST_RTP_BUFFER_INIT;

  if (!gst_rtp_buffer_map (GST_PAD_PROBE_INFO_BUFFER (info), GST_MAP_READ,
          &packet))
    return GST_PAD_PROBE_OK;
  life_lock_lock (&self->lock);
  gboolean lost = take_packet (self, &packet);
  life_cond_broadcast (&self->changed);
  life_lock_unlock (&self->lock);
  gst_rtp_buffer_unmap (&packet);
  return lost ? GST_PAD_PROBE_DROP : GST_PAD_PROBE_OK;
}

static void
on_pad_added (GstElement * rtpbin, GstPad * pad, gpointer user_data)
{
  if (g_str_has_prefix (GST_PAD_NAME (pad), "recv_rtp_sink_"))
    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_packet, user_data,
        NULL);
}

void
packet_watch_attach (PacketWatch * self, GstElement * webrtc)
{
  g_autoptr (GstElement) rtpbin =
      gst_bin_get_by_name (GST_BIN (webrtc), "rtpbin");

  g_signal_connect (rtpbin, "pad-added", G_CALLBACK (on_pad_added), self);
}

void
packet_watch_lose (PacketWatch * self, guint payload_type)
{
  g_autoptr (LifeLocker) locker = life_locker_new (&self->lock);
  self->lossy_type = (gint) payload_type;
}

gboolean
packet_watch_is_losing (PacketWatch * self)
{
  g_autoptr (LifeLocker) locker = life_locker_new (&self->lock);
  return self->lossy_type >= 0;
}

void
packet_watch_number (PacketWatch * self, guint id)
{
  g_autoptr (LifeLocker) locker = life_locker_new (&self->lock);
  self->number_id = id;
}

static gboolean
wait_for (PacketWatch * self, const guint * value, guint count)
{
  gint64 end_time = life_cond_end_time (WAIT_TIMEOUT);
  g_autoptr (LifeLocker) locker = life_locker_new (&self->lock);

  while (*value < count) {
    if (!life_cond_wait_until (&self->changed, &self->lock, end_time))
      return *value >= count;
  }
  return TRUE;
}

gboolean
packet_watch_wait_repaired (PacketWatch * self, guint count)
{
  return wait_for (self, &self->repaired, count);
}

gboolean
packet_watch_wait_numbered (PacketWatch * self, guint count)
{
  return wait_for (self, &self->numbered, count);
}

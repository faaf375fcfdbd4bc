/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sink.h"

#include "life/lifelock.h"

#define WAIT_TIMEOUT (20 * G_TIME_SPAN_SECOND)

struct _Sink
{
  LifeLock lock;                /* guards all below */
  LifeCond changed;
  GArray *packets;              /* of ServerPacket */
  guint breaks;
  guint deliveries;
  gboolean stall;
  gboolean stalled;
  gboolean refuse;
};

Sink *
sink_new (void)
{
  Sink *self = g_atomic_rc_box_new0 (Sink);

  life_lock_init (&self->lock);
  life_cond_init (&self->changed);
  self->packets = g_array_new (FALSE, FALSE, sizeof (ServerPacket));
  return self;
}

Sink *
sink_ref (Sink * self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  Sink *self = data;

  g_array_unref (self->packets);
  life_cond_clear (&self->changed);
  life_lock_clear (&self->lock);
}

void
sink_unref (Sink * self)
{
  g_atomic_rc_box_release_full (self, clear);
}

static ServerPacket
read_packet (GstBuffer * buffer)
{
  ServerPacket packet = { 0 };
  GstMapInfo map;

  g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_READ));
  g_assert_true (server_packet_parse (&packet, map.data, map.size));
  gst_buffer_unmap (buffer, &map);
  return packet;
}

/* Under the lock. */
static void
keep (Sink * self, ServerPacket packet)
{
  if (self->packets->len > 0) {
    ServerPacket last =
        g_array_index (self->packets, ServerPacket, self->packets->len - 1);
    if (packet.seq != (guint16) (last.seq + 1))
      self->breaks++;
  }
  g_array_append_val (self->packets, packet);
}

static gboolean
deliver (GstBufferList * packets, gpointer user_data)
{
  Sink *self = user_data;
  gint64 end_time = life_cond_end_time (WAIT_TIMEOUT);
  LIFE_LOCK_HOLD (&self->lock);

  while (self->stall) {
    self->stalled = TRUE;
    life_cond_broadcast (&self->changed);
    g_assert_true (life_cond_wait_until (&self->changed, &self->lock,
            end_time));
  }
  self->stalled = FALSE;
  for (guint i = 0; i < gst_buffer_list_length (packets); i++)
    keep (self, read_packet (gst_buffer_list_get (packets, i)));
  gst_buffer_list_unref (packets);
  self->deliveries++;
  life_cond_broadcast (&self->changed);
  return !self->refuse;
}

const ServerConsumerFuncs sink_funcs = { deliver, (GDestroyNotify) sink_unref };

void
sink_stall (Sink * self)
{
  LIFE_LOCK_HOLD (&self->lock);
  self->stall = TRUE;
}

void
sink_release (Sink * self)
{
  LIFE_LOCK_HOLD (&self->lock);
  self->stall = FALSE;
  life_cond_broadcast (&self->changed);
}

void
sink_refuse (Sink * self)
{
  LIFE_LOCK_HOLD (&self->lock);
  self->refuse = TRUE;
}

gboolean
sink_wait (Sink * self, guint packets)
{
  gint64 end_time = life_cond_end_time (WAIT_TIMEOUT);
  LIFE_LOCK_HOLD (&self->lock);

  while (self->packets->len < packets) {
    if (!life_cond_wait_until (&self->changed, &self->lock, end_time))
      return FALSE;
  }
  return TRUE;
}

gboolean
sink_wait_stalled (Sink * self)
{
  gint64 end_time = life_cond_end_time (WAIT_TIMEOUT);
  LIFE_LOCK_HOLD (&self->lock);

  while (!self->stalled) {
    if (!life_cond_wait_until (&self->changed, &self->lock, end_time))
      return FALSE;
  }
  return TRUE;
}

ServerPacket
sink_get (Sink * self, guint index)
{
  LIFE_LOCK_HOLD (&self->lock);
  g_assert_cmpuint (index, <, self->packets->len);
  return g_array_index (self->packets, ServerPacket, index);
}

guint
sink_get_count (Sink * self)
{
  LIFE_LOCK_HOLD (&self->lock);
  return self->packets->len;
}

guint
sink_get_breaks (Sink * self)
{
  LIFE_LOCK_HOLD (&self->lock);
  return self->breaks;
}

guint
sink_get_deliveries (Sink * self)
{
  LIFE_LOCK_HOLD (&self->lock);
  return self->deliveries;
}

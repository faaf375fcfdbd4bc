/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverconsumer.h"

#include "life/lifelatch.h"
#include "life/lifelock.h"
#include "serverdebug.h"
#include "serverfan.h"
#include "serverrewrite.h"

/* The thread looks up so often when nothing comes. */
#define IDLE_TIME (10 * G_TIME_SPAN_SECOND)

struct _ServerConsumer
{
  ServerFan *fan;
  ServerQueue *queue;
  ServerConsumerFuncs funcs;
  gpointer user_data;
  guint pt;
  guint32 ssrc;
  ServerExtensionMap extensions;

  LifeLatch *latch;             /* tripped by finish, finished by the thread */

  /* The thread's. */
  ServerRewrite rewrite;
  gint64 last_delivery;

  LifeLock lock;                /* guards all below */
  GThread *thread;              /* NULL: joined, or ends by itself */
  ServerConsumerCounts counts;
};

ServerConsumer *
server_consumer_ref (ServerConsumer * self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  ServerConsumer *self = data;

  if (self->funcs.destroy != NULL)
    self->funcs.destroy (self->user_data);
  g_clear_pointer (&self->thread, g_thread_unref);
  server_queue_free (self->queue);
  life_latch_unref (self->latch);
  life_lock_clear (&self->lock);
  server_fan_unref (self->fan);
}

void
server_consumer_unref (ServerConsumer * self)
{
  g_atomic_rc_box_release_full (self, clear);
}

static void
count_delivery (ServerConsumer * self, guint packets, gsize bytes)
{
  gint64 now = g_get_monotonic_time ();
  LIFE_LOCK_HOLD (&self->lock);

  if (self->last_delivery != 0)
    self->counts.longest_gap_us =
        MAX (self->counts.longest_gap_us, now - self->last_delivery);
  self->last_delivery = now;
  self->counts.packets += packets;
  self->counts.bytes += bytes;
}

/* His own packet; NULL: it must not be sent. */
static GstBuffer *
make_packet (ServerConsumer * self, const ServerItem * item)
{
  ServerPacket packet = item->packet;

  if (!server_rewrite_apply (&self->rewrite, &packet, item->turn, item->run,
          item->arrival)) {
    LIFE_LOCK_HOLD (&self->lock);
    self->counts.late++;
    return NULL;
  }
  packet.pt = self->pt;
  packet.ssrc = self->ssrc;
  GST_TRACE ("%u.%u %u -> %08x %u, %u", item->turn, item->run,
      item->packet.seq, packet.ssrc, packet.seq, packet.timestamp);
  GstBuffer *made = server_packet_make (&packet, item->buffer,
      &item->extensions, &self->extensions);
  if (made != NULL)
    GST_BUFFER_PTS (made) = MAX (item->captured, 0) * GST_USECOND;
  return made;
}

static gboolean
deliver (ServerConsumer * self, GArray * items)
{
  GstBufferList *packets = gst_buffer_list_new_sized (items->len);
  gsize bytes = 0;

  for (guint i = 0; i < items->len; i++) {
    const ServerItem *item = &g_array_index (items, ServerItem, i);
    GstBuffer *buffer = make_packet (self, item);
    if (buffer == NULL)
      continue;
    gst_buffer_list_add (packets, buffer);
    bytes += item->packet.size;
  }
  guint count = gst_buffer_list_length (packets);
  if (count == 0) {
    gst_buffer_list_unref (packets);
    return TRUE;
  }
  if (!self->funcs.deliver (packets, self->user_data))
    return FALSE;
  count_delivery (self, count, bytes);
  return TRUE;
}

static void
item_clear (gpointer data)
{
  gst_buffer_unref (((ServerItem *) data)->buffer);
}

static gpointer
run (gpointer data)
{
  ServerConsumer *self = data;
  g_autoptr (GArray) items = g_array_sized_new (FALSE, FALSE,
      sizeof (ServerItem), SERVER_QUEUE_BATCH);
  ServerQueueResult result = SERVER_QUEUE_EMPTY;

  g_array_set_clear_func (items, item_clear);
  while (result != SERVER_QUEUE_CLOSED) {
    gboolean hungry;

    result = server_queue_take (self->queue, items, &hungry, IDLE_TIME);
    if (result != SERVER_QUEUE_ITEMS)
      continue;
    gboolean wanted = deliver (self, items);
    g_array_set_size (items, 0);
    if (!wanted)
      server_consumer_leave (self);
    else if (hungry)
      server_consumer_ask_key_frame (self);
  }
  life_latch_finish (self->latch);
  server_consumer_unref (self);
  return NULL;
}

ServerConsumer *
server_consumer_new (ServerFan * fan, const ServerQueueLimits * limits,
    guint clock_rate, const ServerConsumerConfig * config,
    const ServerConsumerFuncs * funcs, gpointer user_data, GError ** error)
{
  ServerConsumer *self = g_atomic_rc_box_new0 (ServerConsumer);
  ServerQueueLimits own = *limits;

  if (config->max_bytes > 0)
    own.max_bytes = config->max_bytes;
  if (config->max_time_us > 0)
    own.max_time_us = config->max_time_us;
  self->fan = server_fan_ref (fan);
  self->queue = server_queue_new (&own);
  self->funcs = *funcs;
  self->user_data = user_data;
  self->pt = config->pt;
  self->ssrc = config->ssrc;
  self->extensions = config->extensions;
  self->latch = life_latch_new ();
  life_lock_init (&self->lock);
  server_rewrite_init (&self->rewrite, clock_rate);

  const gchar *name = config->name != NULL ? config->name : "room-consumer";
  GThread *thread =
      g_thread_try_new (name, run, server_consumer_ref (self), error);
  if (thread == NULL) {
    server_consumer_unref (self);
    server_consumer_unref (self);
    return NULL;
  }
  LIFE_LOCK_HOLD (&self->lock);
  self->thread = thread;
  return self;
}

void
server_consumer_push (ServerConsumer * self, const ServerItem * items,
    guint count)
{
  server_queue_push (self->queue, items, count);
}

void
server_consumer_ask_key_frame (ServerConsumer * self)
{
  if (!life_latch_is_tripped (self->latch))
    server_fan_ask_key_frame (self->fan, g_get_monotonic_time ());
}

void
server_consumer_set_paused (ServerConsumer * self, gboolean paused)
{
  server_queue_set_paused (self->queue, paused);
  if (!paused)
    server_consumer_ask_key_frame (self);
}

void
server_consumer_finish (ServerConsumer * self)
{
  if (!life_latch_trip (self->latch, 1, NULL))
    return;
  server_fan_remove_consumer (self->fan, self);
  server_queue_finish (self->queue);
}

void
server_consumer_leave (ServerConsumer * self)
{
  server_consumer_finish (self);
  server_queue_close (self->queue);
}

gboolean
server_consumer_stop (ServerConsumer * self, gint64 timeout_us)
{
  server_consumer_leave (self);
  return server_consumer_wait (self, timeout_us);
}

gboolean
server_consumer_wait (ServerConsumer * self, gint64 timeout_us)
{
  if (!life_latch_wait (self->latch, life_cond_end_time (timeout_us)))
    return FALSE;
  life_lock_lock (&self->lock);
  GThread *thread = g_steal_pointer (&self->thread);
  life_lock_unlock (&self->lock);
  if (thread != NULL)
    g_thread_join (thread);
  return TRUE;
}

void
server_consumer_get_counts (ServerConsumer * self,
    ServerConsumerCounts * counts)
{
  life_lock_lock (&self->lock);
  *counts = self->counts;
  life_lock_unlock (&self->lock);
  server_queue_get_counts (self->queue, &counts->queue);
}

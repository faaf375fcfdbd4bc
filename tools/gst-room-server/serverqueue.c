/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerQueue: a list of small blocks, which is enough at a few thousand
 * packets a second. What is dropped is let go of after the lock. */
#include "serverqueue.h"

#include "life/lifelock.h"

/* What a packet costs beside its own bytes, so that many small ones count. */
#define ITEM_COST 256

struct _ServerQueue
{
  ServerQueueLimits limits;

  LifeLock lock;                /* guards all below */
  LifeCond changed;
  GQueue items;                 /* of ServerItem */
  gsize bytes;
  gboolean finishing;
  gboolean closed;
  gboolean paused;
  gboolean waiting;             /* for a key frame */
  gboolean told;                /* that it waits */
  guint turn;
  guint run;
  guint64 dropped;
  guint64 cuts;
};

static void
item_free (gpointer data)
{
  ServerItem *item = data;

  gst_buffer_unref (item->buffer);
  g_free (item);
}

static gsize
get_cost (const ServerItem * item)
{
  return item->packet.size + ITEM_COST;
}

ServerQueue *
server_queue_new (const ServerQueueLimits * limits)
{
  ServerQueue *self = g_new0 (ServerQueue, 1);

  self->limits = *limits;
  self->waiting = limits->video;
  life_lock_init (&self->lock);
  life_cond_init (&self->changed);
  g_queue_init (&self->items);
  return self;
}

void
server_queue_free (ServerQueue * self)
{
  g_queue_clear_full (&self->items, item_free);
  life_cond_clear (&self->changed);
  life_lock_clear (&self->lock);
  g_free (self);
}

/* All below: under the lock. A dropped item goes to @dropped, whose buffers are
 * let go of without it. */
static void
drop (ServerQueue * self, ServerItem * item, GQueue * dropped)
{
  self->bytes -= get_cost (item);
  self->dropped++;
  g_queue_push_tail (dropped, item);
}

static void
drop_all (ServerQueue * self, GQueue * dropped)
{
  while (!g_queue_is_empty (&self->items))
    drop (self, g_queue_pop_head (&self->items), dropped);
}

static gboolean
has_room (ServerQueue * self, const ServerItem * item)
{
  const ServerItem *oldest = g_queue_peek_head (&self->items);

  if (self->bytes + get_cost (item) > self->limits.max_bytes)
    return FALSE;
  return oldest == NULL
      || item->arrival - oldest->arrival <= self->limits.max_time_us;
}

/* A frame without its end is of no use to anybody. */
static void
drop_begun_frame (ServerQueue * self, const ServerItem * item, GQueue * dropped)
{
  for (;;) {
    const ServerItem *last = g_queue_peek_tail (&self->items);
    if (last == NULL || last->turn != item->turn
        || last->packet.timestamp != item->packet.timestamp)
      return;
    drop (self, g_queue_pop_tail (&self->items), dropped);
  }
}

static void
cut (ServerQueue * self)
{
  self->run++;
  self->cuts++;
}

static gboolean
admit_video (ServerQueue * self, const ServerItem * item, gboolean key,
    GQueue * dropped)
{
  if (self->waiting && !key)
    return FALSE;
  if (self->waiting) {
    self->waiting = FALSE;
    self->told = FALSE;
    /* The consumer is behind by more than it may be: it goes on from here. */
    if (!has_room (self, item))
      drop_all (self, dropped);
  }
  if (has_room (self, item))
    return TRUE;
  self->waiting = TRUE;
  cut (self);
  drop_begun_frame (self, item, dropped);
  return FALSE;
}

static gboolean
admit_audio (ServerQueue * self, const ServerItem * item, GQueue * dropped)
{
  if (has_room (self, item))
    return TRUE;
  while (!g_queue_is_empty (&self->items) && !has_room (self, item))
    drop (self, g_queue_pop_head (&self->items), dropped);
  cut (self);
  /* Those that stay follow what was sent before without a gap. */
  for (GList * link = self->items.head; link != NULL; link = link->next)
    ((ServerItem *) link->data)->run = self->run;
  return has_room (self, item);
}

static gboolean
admit (ServerQueue * self, const ServerItem * item, gboolean key,
    GQueue * dropped)
{
  if (self->closed || self->finishing || self->paused
      || item->turn < self->turn)
    return FALSE;
  if (item->turn > self->turn) {
    self->turn = item->turn;
    self->waiting = self->limits.video;
  }
  if (self->limits.video)
    return admit_video (self, item, key, dropped);
  return admit_audio (self, item, dropped);
}

void
server_queue_push (ServerQueue * self, const ServerItem * item, gboolean key)
{
  GQueue dropped = G_QUEUE_INIT;

  life_lock_lock (&self->lock);
  if (admit (self, item, key, &dropped)) {
    ServerItem *kept = g_memdup2 (item, sizeof *item);
    gst_buffer_ref (kept->buffer);
    kept->run = self->run;
    self->bytes += get_cost (kept);
    g_queue_push_tail (&self->items, kept);
    life_cond_broadcast (&self->changed);
  } else if (!self->closed && !self->finishing && !self->paused) {
    self->dropped++;
  }
  life_lock_unlock (&self->lock);
  g_queue_clear_full (&dropped, item_free);
}

void
server_queue_set_paused (ServerQueue * self, gboolean paused)
{
  GQueue left_out = G_QUEUE_INIT;

  life_lock_lock (&self->lock);
  if (paused && !self->paused) {
    left_out = self->items;
    g_queue_init (&self->items);
    self->bytes = 0;
    self->run++;
    self->waiting = self->limits.video;
    /* Who is paused is not hungry. */
    self->told = TRUE;
  }
  self->paused = paused;
  life_lock_unlock (&self->lock);
  g_queue_clear_full (&left_out, item_free);
}

ServerQueueResult
server_queue_take (ServerQueue * self, ServerItem * item, gboolean * hungry,
    gint64 timeout_us)
{
  gint64 end_time = life_cond_end_time (timeout_us);
  LIFE_LOCK_HOLD (&self->lock);

  *hungry = FALSE;
  while (g_queue_is_empty (&self->items) && !self->closed && !self->finishing) {
    if (!life_cond_wait_until (&self->changed, &self->lock, end_time))
      break;
  }
  if (self->closed || (self->finishing && g_queue_is_empty (&self->items)))
    return SERVER_QUEUE_CLOSED;
  g_autofree ServerItem *oldest = g_queue_pop_head (&self->items);
  if (oldest == NULL)
    return SERVER_QUEUE_EMPTY;
  *item = *oldest;
  self->bytes -= get_cost (item);
  if (self->waiting && !self->told && g_queue_is_empty (&self->items))
    *hungry = self->told = TRUE;
  return SERVER_QUEUE_ITEM;
}

void
server_queue_finish (ServerQueue * self)
{
  LIFE_LOCK_HOLD (&self->lock);

  self->finishing = TRUE;
  life_cond_broadcast (&self->changed);
}

void
server_queue_close (ServerQueue * self)
{
  GQueue dropped = G_QUEUE_INIT;

  life_lock_lock (&self->lock);
  self->closed = TRUE;
  drop_all (self, &dropped);
  life_cond_broadcast (&self->changed);
  life_lock_unlock (&self->lock);
  g_queue_clear_full (&dropped, item_free);
}

void
server_queue_get_counts (ServerQueue * self, ServerQueueCounts * counts)
{
  LIFE_LOCK_HOLD (&self->lock);

  counts->packets = g_queue_get_length (&self->items);
  counts->bytes = self->bytes;
  counts->dropped = self->dropped;
  counts->cuts = self->cuts;
}

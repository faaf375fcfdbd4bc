/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerQueue: a ring that grows. What is dropped is let go of after the
 * lock. */
#include "serverqueue.h"

#include "life/lifelock.h"

/* At the beginning; a power of two. */
#define RING_SIZE 64

/* What a packet costs beside its own bytes, so that many small ones count. */
#define ITEM_COST 256

struct _ServerQueue
{
  ServerQueueLimits limits;

  LifeLock lock;                /* guards all below */
  LifeCond changed;
  ServerItem *ring;
  guint size;                   /* of the ring */
  guint head;
  guint length;
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
  self->size = RING_SIZE;
  self->ring = g_new (ServerItem, self->size);
  return self;
}

static ServerItem *
get (ServerQueue * self, guint index)
{
  return &self->ring[(self->head + index) & (self->size - 1)];
}

void
server_queue_free (ServerQueue * self)
{
  for (guint i = 0; i < self->length; i++)
    gst_buffer_unref (get (self, i)->buffer);
  g_free (self->ring);
  life_cond_clear (&self->changed);
  life_lock_clear (&self->lock);
  g_free (self);
}

/* All below: under the lock. */
static void
grow (ServerQueue * self)
{
  ServerItem *ring = g_new (ServerItem, self->size * 2);

  for (guint i = 0; i < self->length; i++)
    ring[i] = *get (self, i);
  g_free (self->ring);
  self->ring = ring;
  self->size *= 2;
  self->head = 0;
}

static void
append (ServerQueue * self, const ServerItem * item)
{
  if (self->length == self->size)
    grow (self);
  ServerItem *kept = get (self, self->length++);
  *kept = *item;
  kept->run = self->run;
  gst_buffer_ref (kept->buffer);
  self->bytes += get_cost (kept);
}

static ServerItem *
pop_head (ServerQueue * self)
{
  ServerItem *item = get (self, 0);

  self->head = (self->head + 1) & (self->size - 1);
  self->length--;
  self->bytes -= get_cost (item);
  return item;
}

/* A dropped item's buffer goes to @dropped, to be let go of without the
 * lock. */
static void
drop_head (ServerQueue * self, GPtrArray * dropped)
{
  g_ptr_array_add (dropped, pop_head (self)->buffer);
  self->dropped++;
}

static void
drop_all (ServerQueue * self, GPtrArray * dropped)
{
  while (self->length > 0)
    drop_head (self, dropped);
}

static gboolean
has_room (ServerQueue * self, const ServerItem * item)
{
  if (self->bytes + get_cost (item) > self->limits.max_bytes)
    return FALSE;
  return self->length == 0
      || item->arrival - get (self, 0)->arrival <= self->limits.max_time_us;
}

/* A frame without its end is of no use to anybody. */
static void
drop_begun_frame (ServerQueue * self, const ServerItem * item,
    GPtrArray * dropped)
{
  while (self->length > 0) {
    const ServerItem *last = get (self, self->length - 1);
    if (last->turn != item->turn
        || last->packet.timestamp != item->packet.timestamp)
      return;
    self->length--;
    self->bytes -= get_cost (last);
    self->dropped++;
    g_ptr_array_add (dropped, last->buffer);
  }
}

static void
cut (ServerQueue * self)
{
  self->run++;
  self->cuts++;
}

static gboolean
admit_video (ServerQueue * self, const ServerItem * item, GPtrArray * dropped)
{
  if (self->waiting && !item->key)
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
admit_audio (ServerQueue * self, const ServerItem * item, GPtrArray * dropped)
{
  if (has_room (self, item))
    return TRUE;
  while (self->length > 0 && !has_room (self, item))
    drop_head (self, dropped);
  cut (self);
  /* Those that stay follow what was sent before without a gap. */
  for (guint i = 0; i < self->length; i++)
    get (self, i)->run = self->run;
  return has_room (self, item);
}

static gboolean
admit (ServerQueue * self, const ServerItem * item, GPtrArray * dropped)
{
  if (self->closed || self->finishing || self->paused
      || item->turn < self->turn)
    return FALSE;
  if (item->turn > self->turn) {
    self->turn = item->turn;
    self->waiting = self->limits.video;
  }
  if (self->limits.video)
    return admit_video (self, item, dropped);
  return admit_audio (self, item, dropped);
}

static GPtrArray *
new_dropped (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) gst_buffer_unref);
}

void
server_queue_push (ServerQueue * self, const ServerItem * items, guint count)
{
  g_autoptr (GPtrArray) dropped = new_dropped ();
  gboolean any = FALSE;

  life_lock_lock (&self->lock);
  for (guint i = 0; i < count; i++) {
    if (admit (self, &items[i], dropped)) {
      append (self, &items[i]);
      any = TRUE;
    } else if (!self->closed && !self->finishing && !self->paused) {
      self->dropped++;
    }
  }
  life_lock_unlock (&self->lock);
  if (any)
    life_cond_broadcast (&self->changed);
}

void
server_queue_set_paused (ServerQueue * self, gboolean paused)
{
  g_autoptr (GPtrArray) left_out = new_dropped ();

  life_lock_lock (&self->lock);
  if (paused && !self->paused) {
    while (self->length > 0)
      g_ptr_array_add (left_out, pop_head (self)->buffer);
    self->run++;
    self->waiting = self->limits.video;
    /* Who is paused is not hungry. */
    self->told = TRUE;
  }
  self->paused = paused;
  life_lock_unlock (&self->lock);
}

ServerQueueResult
server_queue_take (ServerQueue * self, GArray * items, gboolean * hungry,
    gint64 timeout_us)
{
  gint64 end_time = life_cond_end_time (timeout_us);
  LIFE_LOCK_HOLD (&self->lock);

  *hungry = FALSE;
  while (self->length == 0 && !self->closed && !self->finishing) {
    if (!life_cond_wait_until (&self->changed, &self->lock, end_time))
      break;
  }
  if (self->closed || (self->finishing && self->length == 0))
    return SERVER_QUEUE_CLOSED;
  if (self->length == 0)
    return SERVER_QUEUE_EMPTY;
  for (guint i = 0; i < SERVER_QUEUE_BATCH && self->length > 0; i++)
    g_array_append_vals (items, pop_head (self), 1);
  if (self->waiting && !self->told && self->length == 0)
    *hungry = self->told = TRUE;
  return SERVER_QUEUE_ITEMS;
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
  g_autoptr (GPtrArray) dropped = new_dropped ();

  life_lock_lock (&self->lock);
  self->closed = TRUE;
  drop_all (self, dropped);
  life_cond_broadcast (&self->changed);
  life_lock_unlock (&self->lock);
}

void
server_queue_get_counts (ServerQueue * self, ServerQueueCounts * counts)
{
  LIFE_LOCK_HOLD (&self->lock);

  counts->packets = self->length;
  counts->bytes = self->bytes;
  counts->dropped = self->dropped;
  counts->cuts = self->cuts;
}

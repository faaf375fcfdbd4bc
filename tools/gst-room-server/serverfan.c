/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerFan: the list of consumers is an array that never changes: who comes or
 * goes puts another in its place, and the producer walks over the one that was
 * there when its packet came. A consumer that has gone meanwhile takes no more
 * packets. */
#include "serverfan.h"

#include "life/lifelock.h"

/* As many as a key frame of a large picture needs, and as late as nobody would
 * call live any more. */
static const ServerQueueLimits video_limits =
    { TRUE, 8 * 1024 * 1024, 1 * G_TIME_SPAN_SECOND };
static const ServerQueueLimits audio_limits =
    { FALSE, 256 * 1024, 500 * G_TIME_SPAN_MILLISECOND };

/* A producer, kept as long as a call to it is under way. */
typedef struct
{
  ServerFanSource funcs;
  gpointer user_data;
} FanSource;

struct _ServerFan
{
  const ServerCodec *codec;
  LifeEvent *ended;

  LifeLock lock;                /* guards all below */
  gchar *fmtp;
  GPtrArray *consumers;         /* of ServerConsumer; never changed */
  GArray *batch;                /* of ServerItem, not passed on yet */
  FanSource *source;            /* NULL: there is no producer */
  guint turn;
  guint turns;                  /* given so far */
  guint epoch;                  /* what consumers take for the turn: counts
                                 * also what was muted */
  gboolean muted;
  gboolean over;
  gboolean asked_ever;
  gboolean due;                 /* a request that came too soon */
  gint64 last_asked;
  guint32 key_timestamp;        /* of the key frame that came last */
  ServerFanCounts counts;       /* but for consumers */
};

static void
source_clear (gpointer data)
{
  FanSource *source = data;

  if (source->funcs.destroy != NULL)
    source->funcs.destroy (source->user_data);
}

static void
source_unref (FanSource * source)
{
  if (source != NULL)
    g_atomic_rc_box_release_full (source, source_clear);
}

/* Without the lock. Takes @source, which may be NULL. */
static void
ask (FanSource * source)
{
  if (source != NULL && source->funcs.ask_key_frame != NULL)
    source->funcs.ask_key_frame (source->user_data);
  source_unref (source);
}

static GPtrArray *
new_list (void)
{
  return g_ptr_array_new_with_free_func (
      (GDestroyNotify) server_consumer_unref);
}

static void
item_clear (gpointer data)
{
  gst_buffer_unref (((ServerItem *) data)->buffer);
}

static GArray *
new_batch (void)
{
  GArray *batch = g_array_sized_new (FALSE, FALSE, sizeof (ServerItem),
      SERVER_FAN_BATCH);

  g_array_set_clear_func (batch, item_clear);
  return batch;
}

/* Under the lock: what it gives is passed on, or let go of, without it. */
static GArray *
take_batch (ServerFan * self)
{
  GArray *batch = self->batch;

  self->batch = new_batch ();
  return batch;
}

ServerFan *
server_fan_new (const ServerCodec * codec)
{
  ServerFan *self = g_atomic_rc_box_new0 (ServerFan);

  self->codec = codec;
  self->ended = life_event_new ();
  self->consumers = new_list ();
  self->batch = new_batch ();
  life_lock_init (&self->lock);
  return self;
}

ServerFan *
server_fan_ref (ServerFan * self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  ServerFan *self = data;

  source_unref (self->source);
  g_ptr_array_unref (self->consumers);
  g_array_unref (self->batch);
  g_free (self->fmtp);
  life_event_unref (self->ended);
  life_lock_clear (&self->lock);
}

void
server_fan_unref (ServerFan * self)
{
  g_atomic_rc_box_release_full (self, clear);
}

const ServerCodec *
server_fan_get_codec (ServerFan * self)
{
  return self->codec;
}

void
server_fan_set_fmtp (ServerFan * self, const gchar * fmtp)
{
  LIFE_LOCK_HOLD (&self->lock);

  g_free (self->fmtp);
  self->fmtp = g_strdup (fmtp);
}

gchar *
server_fan_dup_fmtp (ServerFan * self)
{
  LIFE_LOCK_HOLD (&self->lock);

  return g_strdup (self->fmtp);
}

LifeEvent *
server_fan_get_ended (ServerFan * self)
{
  return self->ended;
}

/* Under the lock: the source to ask without it, or NULL. */
static FanSource *
take_due (ServerFan * self, gint64 now)
{
  if (!self->due || self->source == NULL || (self->asked_ever
          && now - self->last_asked < SERVER_FAN_ASK_INTERVAL))
    return NULL;
  self->due = FALSE;
  self->asked_ever = TRUE;
  self->last_asked = now;
  self->counts.asked++;
  return g_atomic_rc_box_acquire (self->source);
}

static FanSource *
request (ServerFan * self, gint64 now)
{
  if (!self->codec->video || self->over)
    return NULL;
  self->counts.requests++;
  self->due = TRUE;
  return take_due (self, now);
}

/* Under the lock: who consumes goes on with a key frame. */
static void
begin_epoch (ServerFan * self)
{
  self->epoch++;
  self->due = self->codec->video && self->consumers->len > 0;
}

guint
server_fan_begin (ServerFan * self, const ServerFanSource * source,
    gpointer user_data)
{
  FanSource *begun = g_atomic_rc_box_new0 (FanSource);
  guint turn;

  begun->funcs = *source;
  begun->user_data = user_data;
  life_lock_lock (&self->lock);
  FanSource *old = begun;
  g_autoptr (GArray) left_out = take_batch (self);
  turn = self->turn = self->over ? 0 : ++self->turns;
  if (turn != 0) {
    old = self->source;
    self->source = begun;
    /* It was not this one that was asked last. If it does not begin with a key
     * frame, it is asked for one. */
    self->asked_ever = FALSE;
    begin_epoch (self);
  }
  life_lock_unlock (&self->lock);
  source_unref (old);
  return turn;
}

void
server_fan_set_muted (ServerFan * self, gboolean muted)
{
  life_lock_lock (&self->lock);
  gboolean back = self->muted && !muted && !self->over;
  g_autoptr (GArray) left_out = take_batch (self);
  self->muted = muted;
  if (back)
    begin_epoch (self);
  FanSource *source = back ? take_due (self, g_get_monotonic_time ()) : NULL;
  life_lock_unlock (&self->lock);
  ask (source);
}

void
server_fan_leave (ServerFan * self, guint turn)
{
  g_autoptr (GArray) left_out = NULL;
  FanSource *old = NULL;

  life_lock_lock (&self->lock);
  if (turn != 0 && turn == self->turn) {
    self->turn = 0;
    left_out = take_batch (self);
    old = g_steal_pointer (&self->source);
  }
  life_lock_unlock (&self->lock);
  source_unref (old);
}

static gboolean
read_item (ServerFan * self, ServerItem * item,
    const ServerExtensionMap * numbers)
{
  GstMapInfo map;
  gboolean read;

  if (!gst_buffer_map (item->buffer, &map, GST_MAP_READ))
    return FALSE;
  read = server_packet_parse (&item->packet, map.data, map.size);
  item->key = read && self->codec->begins_key_frame != NULL
      && self->codec->begins_key_frame (map.data + item->packet.offset,
      item->packet.size);
  if (read)
    server_packet_find_extensions (&item->packet, map.data, numbers,
        &item->extensions);
  gst_buffer_unmap (item->buffer, &map);
  return read;
}

/* NULL: it is not the turn. */
static FanSource *
ref_source (ServerFan * self, guint turn)
{
  LIFE_LOCK_HOLD (&self->lock);

  return turn != 0 && turn == self->turn
      ? g_atomic_rc_box_acquire (self->source) : NULL;
}

/* Without the lock. */
static gboolean
read_packet (ServerFan * self, guint turn, ServerItem * item)
{
  FanSource *source = ref_source (self, turn);

  if (source == NULL)
    return FALSE;
  gboolean read = read_item (self, item, &source->funcs.extensions);
  item->captured = read && source->funcs.get_time != NULL
      ? source->funcs.get_time (item->packet.timestamp,
      self->codec->clock_rate, item->arrival,
      source->user_data) : item->arrival;
  source_unref (source);
  return read;
}

/* Under the lock. Several packets of one may look like its beginning. */
static void
note_key_frame (ServerFan * self, const ServerPacket * packet)
{
  self->due = FALSE;
  if (self->counts.key_frames > 0 && self->key_timestamp == packet->timestamp)
    return;
  self->key_timestamp = packet->timestamp;
  self->counts.key_frames++;
}

/* Under the lock. Gives the packets that are to be passed on now, or NULL. A
 * frame without an end is noticed when the next one begins. */
static GArray *
add_item (ServerFan * self, const ServerItem * item)
{
  g_array_append_vals (self->batch, item, 1);
  gst_buffer_ref (item->buffer);
  const ServerItem *first = &g_array_index (self->batch, ServerItem, 0);
  gboolean waits = self->codec->video && !item->packet.marker
      && item->packet.timestamp == first->packet.timestamp
      && self->batch->len < SERVER_FAN_BATCH
      && item->arrival - first->arrival < SERVER_FAN_BATCH_TIME;
  return waits ? NULL : take_batch (self);
}

static void
pass_on (GPtrArray * consumers, const GArray * batch)
{
  for (guint i = 0; i < consumers->len; i++)
    server_consumer_push (g_ptr_array_index (consumers, i),
        (const ServerItem *) batch->data, batch->len);
}

gboolean
server_fan_push (ServerFan * self, guint turn, GstBuffer * buffer, gint64 now)
{
  ServerItem item = {.buffer = buffer,.arrival = now };

  if (!read_packet (self, turn, &item))
    return FALSE;
  life_lock_lock (&self->lock);
  if (turn != self->turn) {
    life_lock_unlock (&self->lock);
    return FALSE;
  }
  g_autoptr (GPtrArray) consumers = g_ptr_array_ref (self->consumers);
  self->counts.packets++;
  self->counts.bytes += item.packet.size;
  item.turn = self->epoch;
  if (self->muted) {
    life_lock_unlock (&self->lock);
    return TRUE;
  }
  if (item.key)
    note_key_frame (self, &item.packet);
  FanSource *source = take_due (self, now);
  g_autoptr (GArray) batch = add_item (self, &item);
  life_lock_unlock (&self->lock);
  ask (source);
  if (batch != NULL)
    pass_on (consumers, batch);
  return TRUE;
}

void
server_fan_end (ServerFan * self, gint reason)
{
  life_lock_lock (&self->lock);
  self->over = TRUE;
  self->turn = 0;
  g_autoptr (GArray) left_out = take_batch (self);
  self->due = FALSE;
  FanSource *old = g_steal_pointer (&self->source);
  life_lock_unlock (&self->lock);
  source_unref (old);
  life_event_fire (self->ended, reason);
}

/* Under the lock: the list without @except and with @added, either may be
 * NULL. Gives the old one, to be let go of without it. */
static GPtrArray *
replace_list (ServerFan * self, ServerConsumer * except, ServerConsumer * added)
{
  GPtrArray *old = self->consumers;

  self->consumers = new_list ();
  for (guint i = 0; i < old->len; i++) {
    ServerConsumer *consumer = g_ptr_array_index (old, i);
    if (consumer != except)
      g_ptr_array_add (self->consumers, server_consumer_ref (consumer));
  }
  if (added != NULL)
    g_ptr_array_add (self->consumers, server_consumer_ref (added));
  return old;
}

ServerConsumer *
server_fan_add_consumer (ServerFan * self, const ServerConsumerConfig * config,
    const ServerConsumerFuncs * funcs, gpointer user_data, GError ** error)
{
  gint64 now = g_get_monotonic_time ();
  ServerConsumer *consumer = server_consumer_new (self,
      self->codec->video ? &video_limits : &audio_limits,
      self->codec->clock_rate, config, funcs, user_data, error);

  if (consumer == NULL)
    return NULL;
  life_lock_lock (&self->lock);
  g_autoptr (GPtrArray) old = replace_list (self, NULL, consumer);
  FanSource *source = request (self, now);
  life_lock_unlock (&self->lock);
  ask (source);
  return consumer;
}

void
server_fan_remove_consumer (ServerFan * self, ServerConsumer * consumer)
{
  life_lock_lock (&self->lock);
  g_autoptr (GPtrArray) old = replace_list (self, consumer, NULL);
  life_lock_unlock (&self->lock);
}

void
server_fan_ask_key_frame (ServerFan * self, gint64 now)
{
  life_lock_lock (&self->lock);
  FanSource *source = request (self, now);
  life_lock_unlock (&self->lock);
  ask (source);
}

void
server_fan_get_counts (ServerFan * self, ServerFanCounts * counts)
{
  LIFE_LOCK_HOLD (&self->lock);

  *counts = self->counts;
  counts->consumers = self->consumers->len;
}

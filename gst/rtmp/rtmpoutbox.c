/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpOutbox: see rtmpoutbox.h. */

#include "rtmpoutbox.h"

#include <gst/base/base.h>
#include <string.h>

#include "life/lifelock.h"

struct _RtmpOutbox
{
  gsize max_bytes;
  gint64 max_time;
  LifeLock lock;
  LifeCond changed;

  /* All under the lock. */
  GstQueueArray *items;         /* of RtmpParcel */
  gsize bytes;
  gboolean flushing;
  gboolean ending;              /* no more is put, unless it is emptied */
  gboolean shut;                /* no more is put, and that stays so */
  gboolean closed;
  gboolean has_video;
  guint8 waiting[32];           /* a bit a track: it waits for a key frame */
  guint64 dropped_messages;
  guint64 dropped_bytes;
};

void
rtmp_parcel_clear (RtmpParcel * self)
{
  rtmp_flv_tag_clear (&self->tag);
  *self = (RtmpParcel) {
  0};
}

static void
clear_item (gpointer data)
{
  rtmp_parcel_clear (data);
}

RtmpOutbox *
rtmp_outbox_new (gsize max_bytes, gint64 max_time)
{
  RtmpOutbox *self = g_new0 (RtmpOutbox, 1);

  self->max_bytes = max_bytes;
  self->max_time = max_time;
  life_lock_init (&self->lock);
  life_cond_init (&self->changed);
  self->items = gst_queue_array_new_for_struct (sizeof (RtmpParcel), 64);
  gst_queue_array_set_clear_func (self->items, clear_item);
  return self;
}

void
rtmp_outbox_free (RtmpOutbox * self)
{
  if (self == NULL)
    return;

  gst_queue_array_free (self->items);
  life_cond_clear (&self->changed);
  life_lock_clear (&self->lock);
  g_free (self);
}

/* Whoever frees memory of somebody's may call out: @gone is freed when the lock
 * is not held any more. */
static void
discard (RtmpParcel * item, GSList ** gone)
{
  if (item->tag.data != NULL)
    *gone = g_slist_prepend (*gone, g_steal_pointer (&item->tag.data));
  rtmp_parcel_clear (item);
}

static void
count_dropped (RtmpOutbox * self, const RtmpParcel * item)
{
  self->dropped_messages++;
  self->dropped_bytes += item->tag.size;
}

/* Behind a gap a track of video begins again with a key frame. */
static gboolean
may_pass (RtmpOutbox * self, const RtmpGrade * grade)
{
  guint8 *bits = &self->waiting[grade->track / 8];
  guint8 bit = 1 << (grade->track % 8);

  if (grade->kind == RTMP_GRADE_KEY)
    *bits &= ~bit;
  return grade->kind != RTMP_GRADE_FRAME || (*bits & bit) == 0;
}

/* The newest key frame that one can still go on with. */
static guint
find_start (RtmpOutbox * self, gint64 now)
{
  guint n = gst_queue_array_get_length (self->items);

  for (guint i = n; i > 1; i--) {
    RtmpParcel *item = gst_queue_array_peek_nth_struct (self->items, i - 1);
    if (item->grade.kind == RTMP_GRADE_KEY)
      return self->max_time == 0 || now - item->time < self->max_time / 2
          ? i - 1 : n;
  }
  return n;
}

/* Of those of the first @n that are still to be looked at. */
static gboolean
has_later (RtmpOutbox * self, guint32 slot, guint n)
{
  for (guint i = 0; i < n; i++) {
    RtmpParcel *item = gst_queue_array_peek_nth_struct (self->items, i);
    if (item->grade.kind == RTMP_GRADE_HEADER && item->grade.slot == slot)
      return TRUE;
  }
  return FALSE;
}

/* All but headers goes up to item @start; what follows it begins with a key
 * frame. */
static void
drop (RtmpOutbox * self, guint start, gint64 now, GSList ** gone)
{
  guint n = gst_queue_array_get_length (self->items);

  memset (self->waiting, 0xff, sizeof self->waiting);
  for (guint i = 0; i < n; i++) {
    RtmpParcel item =
        *(RtmpParcel *) gst_queue_array_pop_head_struct (self->items);
    gboolean stays = item.grade.kind == RTMP_GRADE_HEADER ? i >= start
        || !has_later (self, item.grade.slot, n - i - 1)
        : i >= start && may_pass (self, &item.grade);
    if (stays) {
      /* Headers are never late. */
      if (i < start)
        item.time = now;
      gst_queue_array_push_tail_struct (self->items, &item);
      continue;
    }
    count_dropped (self, &item);
    self->bytes -= item.tag.size;
    discard (&item, gone);
  }
}

static gint64
get_delay (RtmpOutbox * self, gint64 now)
{
  RtmpParcel *first = gst_queue_array_peek_head_struct (self->items);

  return first != NULL ? now - first->time : 0;
}

static gboolean
is_full (RtmpOutbox * self)
{
  return self->bytes >= self->max_bytes;
}

static gboolean
is_start (RtmpOutbox * self, const RtmpParcel * item)
{
  return item->grade.kind == RTMP_GRADE_KEY
      || (item->grade.kind == RTMP_GRADE_SOUND && !self->has_video);
}

static RtmpOutboxResult
get_result (RtmpOutbox * self)
{
  if (self->closed)
    return RTMP_OUTBOX_CLOSED;
  return self->flushing ? RTMP_OUTBOX_FLUSHING : RTMP_OUTBOX_TAKEN;
}

static void
put (RtmpOutbox * self, RtmpParcel * item, GSList ** gone)
{
  if (item->grade.kind == RTMP_GRADE_EMPTY) {
    discard (item, gone);
  } else if (may_pass (self, &item->grade)) {
    self->bytes += item->tag.size;
    gst_queue_array_push_tail_struct (self->items, item);
  } else {
    count_dropped (self, item);
    discard (item, gone);
  }
}

/* As much as has to, and if that is not enough all. */
static void
make_room (RtmpOutbox * self, gint64 now, GSList ** gone)
{
  if (!is_full (self) && (self->max_time == 0
          || get_delay (self, now) <= self->max_time))
    return;
  drop (self, find_start (self, now), now, gone);
  if (is_full (self))
    drop (self, G_MAXUINT, now, gone);
}

RtmpOutboxResult
rtmp_outbox_put (RtmpOutbox * self, RtmpParcel * parcel, gboolean live,
    gint64 now)
{
  g_return_val_if_fail (self != NULL && parcel != NULL, RTMP_OUTBOX_CLOSED);

  g_autoslist (GBytes) gone = NULL;
  LIFE_LOCK_HOLD (&self->lock);
  RtmpOutboxResult result = self->shut ? RTMP_OUTBOX_CLOSED : get_result (self);
  if (result != RTMP_OUTBOX_TAKEN)
    return result;
  if (!live && is_full (self))
    return RTMP_OUTBOX_FULL;
  if (live)
    make_room (self, now, &gone);
  RtmpParcel item = *parcel;
  item.time = now;
  self->has_video |= item.tag.type == RTMP_MESSAGE_VIDEO;
  *parcel = (RtmpParcel) {
  0};
  put (self, &item, &gone);
  return RTMP_OUTBOX_TAKEN;
}

RtmpOutboxResult
rtmp_outbox_wait (RtmpOutbox * self, gint64 end_time)
{
  g_return_val_if_fail (self != NULL, RTMP_OUTBOX_CLOSED);

  LIFE_LOCK_HOLD (&self->lock);
  while (get_result (self) == RTMP_OUTBOX_TAKEN && is_full (self))
    if (!life_cond_wait_until (&self->changed, &self->lock, end_time))
      break;
  RtmpOutboxResult result = get_result (self);
  return result == RTMP_OUTBOX_TAKEN && is_full (self) ? RTMP_OUTBOX_FULL
      : result;
}

void
rtmp_outbox_end (RtmpOutbox * self)
{
  g_return_if_fail (self != NULL);

  LIFE_LOCK_HOLD (&self->lock);
  self->ending = TRUE;
}

RtmpOutboxResult
rtmp_outbox_wait_closed (RtmpOutbox * self, gint64 end_time)
{
  g_return_val_if_fail (self != NULL, RTMP_OUTBOX_CLOSED);

  LIFE_LOCK_HOLD (&self->lock);
  while (get_result (self) == RTMP_OUTBOX_TAKEN)
    if (!life_cond_wait_until (&self->changed, &self->lock, end_time))
      break;
  return get_result (self);
}

void
rtmp_outbox_set_flushing (RtmpOutbox * self, gboolean flushing)
{
  g_return_if_fail (self != NULL);

  LIFE_LOCK_HOLD (&self->lock);
  self->flushing = flushing;
  life_cond_broadcast (&self->changed);
}

void
rtmp_outbox_empty (RtmpOutbox * self)
{
  g_return_if_fail (self != NULL);

  g_autoslist (GBytes) gone = NULL;
  LIFE_LOCK_HOLD (&self->lock);
  guint n = gst_queue_array_get_length (self->items);
  self->bytes = 0;
  for (guint i = 0; i < n; i++) {
    RtmpParcel item =
        *(RtmpParcel *) gst_queue_array_pop_head_struct (self->items);
    if (item.grade.kind != RTMP_GRADE_HEADER
        || has_later (self, item.grade.slot, n - i - 1)) {
      discard (&item, &gone);
      continue;
    }
    self->bytes += item.tag.size;
    gst_queue_array_push_tail_struct (self->items, &item);
  }
  self->ending = FALSE;
  life_cond_broadcast (&self->changed);
}

guint
rtmp_outbox_take (RtmpOutbox * self, RtmpParcel * parcels, guint max,
    gsize max_bytes, gboolean to_start)
{
  g_return_val_if_fail (self != NULL && parcels != NULL, 0);

  guint n = 0;
  gsize bytes = 0;
  LIFE_LOCK_HOLD (&self->lock);
  gboolean was_full = is_full (self);
  while (n < max && bytes < max_bytes) {
    RtmpParcel *item = gst_queue_array_peek_head_struct (self->items);
    if (item == NULL || (to_start && n > 0 && is_start (self, item)))
      break;
    gst_queue_array_pop_head_struct (self->items);
    parcels[n++] = *item;
    bytes += item->tag.size;
  }
  self->bytes -= bytes;
  if (was_full && !is_full (self))
    life_cond_broadcast (&self->changed);
  return n;
}

gboolean
rtmp_outbox_is_at_start (RtmpOutbox * self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  LIFE_LOCK_HOLD (&self->lock);
  RtmpParcel *first = gst_queue_array_peek_head_struct (self->items);
  return first != NULL && is_start (self, first);
}

gboolean
rtmp_outbox_shut (RtmpOutbox * self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  LIFE_LOCK_HOLD (&self->lock);
  self->shut |= self->ending && gst_queue_array_is_empty (self->items);
  return self->shut;
}

gboolean
rtmp_outbox_is_shut (RtmpOutbox * self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  LIFE_LOCK_HOLD (&self->lock);
  return self->shut;
}

void
rtmp_outbox_interrupt (RtmpOutbox * self)
{
  g_return_if_fail (self != NULL);

  g_autoslist (GBytes) gone = NULL;
  LIFE_LOCK_HOLD (&self->lock);
  /* Nothing is before the first, and so only what needs others goes. */
  drop (self, 0, 0, &gone);
  life_cond_broadcast (&self->changed);
}

void
rtmp_outbox_close (RtmpOutbox * self)
{
  g_return_if_fail (self != NULL);

  LIFE_LOCK_HOLD (&self->lock);
  self->closed = TRUE;
  life_cond_broadcast (&self->changed);
}

void
rtmp_outbox_get_stats (RtmpOutbox * self, gint64 now, RtmpOutboxStats * stats)
{
  g_return_if_fail (self != NULL && stats != NULL);

  LIFE_LOCK_HOLD (&self->lock);
  *stats = (RtmpOutboxStats) {
  .messages = gst_queue_array_get_length (self->items),.bytes =
        self->bytes,.delay = get_delay (self, now),.dropped_messages =
        self->dropped_messages,.dropped_bytes = self->dropped_bytes,};
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpInbox: see rtmpinbox.h. */

#include "rtmpinbox.h"

#include "life/lifelock.h"

/* How long somebody waits before he looks again; what is waited for has its own
 * deadlines. */
#define WAIT_TIME (1 * G_TIME_SPAN_SECOND)

struct _RtmpInbox
{
  gsize max_bytes;
  LifeLock lock;
  LifeCond changed;

  /* All under the lock. */
  GQueue buffers;
  gsize bytes;
  gboolean full;                /* and whoever put was told so */
  gboolean flushing;
  gboolean interrupted;         /* no more is wanted */
  gboolean taken;               /* something was, ever */
  gboolean ended;
  GstFlowReturn end;
};

RtmpInbox *
rtmp_inbox_new (gsize max_bytes)
{
  RtmpInbox *self = g_new0 (RtmpInbox, 1);

  self->max_bytes = max_bytes;
  life_lock_init (&self->lock);
  life_cond_init (&self->changed);
  g_queue_init (&self->buffers);
  return self;
}

void
rtmp_inbox_free (RtmpInbox * self)
{
  if (self == NULL)
    return;

  rtmp_inbox_empty (self);
  life_cond_clear (&self->changed);
  life_lock_clear (&self->lock);
  g_free (self);
}

gboolean
rtmp_inbox_put (RtmpInbox * self, GstBuffer * buffer)
{
  g_return_val_if_fail (self != NULL && buffer != NULL, FALSE);

  LIFE_LOCK_HOLD (&self->lock);
  self->bytes += gst_buffer_get_size (buffer);
  g_queue_push_tail (&self->buffers, buffer);
  if (self->buffers.length == 1)
    life_cond_broadcast (&self->changed);
  if (self->bytes >= self->max_bytes)
    self->full = TRUE;
  return !self->full;
}

void
rtmp_inbox_end (RtmpInbox * self, GstFlowReturn flow)
{
  g_return_if_fail (self != NULL);

  LIFE_LOCK_HOLD (&self->lock);
  if (!self->ended)
    self->end = flow;
  self->ended = TRUE;
  life_cond_broadcast (&self->changed);
}

GstBuffer *
rtmp_inbox_take (RtmpInbox * self, GstFlowReturn * flow, gboolean * roomy)
{
  g_return_val_if_fail (self != NULL && flow != NULL && roomy != NULL, NULL);

  LIFE_LOCK_HOLD (&self->lock);
  *roomy = FALSE;
  while (!self->flushing && !self->interrupted && !self->ended
      && self->buffers.length == 0)
    life_cond_wait_until (&self->changed, &self->lock,
        g_get_monotonic_time () + WAIT_TIME);
  *flow = self->flushing ? GST_FLOW_FLUSHING
      : self->interrupted ? GST_FLOW_EOS : self->end;
  if (self->flushing || self->interrupted || self->buffers.length == 0)
    return NULL;
  GstBuffer *buffer = g_queue_pop_head (&self->buffers);
  self->bytes -= gst_buffer_get_size (buffer);
  self->taken = TRUE;
  if (self->full && self->bytes <= self->max_bytes / 2) {
    self->full = FALSE;
    *roomy = TRUE;
  }
  *flow = GST_FLOW_OK;
  return buffer;
}

void
rtmp_inbox_set_flushing (RtmpInbox * self, gboolean flushing)
{
  g_return_if_fail (self != NULL);

  LIFE_LOCK_HOLD (&self->lock);
  self->flushing = flushing;
  if (flushing)
    self->interrupted = FALSE;
  life_cond_broadcast (&self->changed);
}

void
rtmp_inbox_interrupt (RtmpInbox * self)
{
  g_return_if_fail (self != NULL);

  LIFE_LOCK_HOLD (&self->lock);
  self->interrupted = TRUE;
  life_cond_broadcast (&self->changed);
}

gboolean
rtmp_inbox_empty (RtmpInbox * self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  GQueue old = G_QUEUE_INIT;
  gboolean untouched;
  {
    LIFE_LOCK_HOLD (&self->lock);
    old = self->buffers;
    g_queue_init (&self->buffers);
    self->bytes = 0;
    untouched = !self->taken;
  }
  /* Who frees memory of somebody's may call out. */
  g_queue_clear_full (&old, (GDestroyNotify) gst_buffer_unref);
  return untouched;
}

gsize
rtmp_inbox_get_size (RtmpInbox * self, guint * buffers)
{
  g_return_val_if_fail (self != NULL && buffers != NULL, 0);

  LIFE_LOCK_HOLD (&self->lock);
  *buffers = self->buffers.length;
  return self->bytes;
}

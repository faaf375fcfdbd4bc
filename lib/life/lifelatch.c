/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A lock, a condition and three states: armed, tripped, done. The count of
 * stops lets a waiter see that its stop is done even when the latch was armed
 * again before it woke. */
#include "life/lifelatch.h"

#include "life/lifelock.h"

typedef enum
{
  LIFE_LATCH_ARMED,
  LIFE_LATCH_TRIPPED,
  LIFE_LATCH_DONE,
} LifeLatchState;

struct _LifeLatch
{
  gint refs;                    /* atomic */
  LifeLock lock;                /* guards all below */
  LifeCond cond;                /* a stop is done */
  LifeLatchState state;
  guint stops;
  gint reason;
  gchar *detail;
};

LifeLatch *
life_latch_new (void)
{
  LifeLatch *self = g_new0 (LifeLatch, 1);
  self->refs = 1;
  life_lock_init (&self->lock);
  life_cond_init (&self->cond);
  return self;
}

LifeLatch *
life_latch_ref (LifeLatch * self)
{
  g_atomic_int_inc (&self->refs);
  return self;
}

void
life_latch_unref (LifeLatch * self)
{
  if (!g_atomic_int_dec_and_test (&self->refs))
    return;
  life_cond_clear (&self->cond);
  life_lock_clear (&self->lock);
  g_free (self->detail);
  g_free (self);
}

gboolean
life_latch_trip (LifeLatch * self, gint reason, const gchar * detail)
{
  g_return_val_if_fail (reason != 0, FALSE);

  LIFE_LOCK_HOLD (&self->lock);
  if (self->state != LIFE_LATCH_ARMED)
    return FALSE;
  self->state = LIFE_LATCH_TRIPPED;
  self->reason = reason;
  self->detail = g_strdup (detail);
  return TRUE;
}

gboolean
life_latch_is_tripped (LifeLatch * self)
{
  LIFE_LOCK_HOLD (&self->lock);
  return self->state != LIFE_LATCH_ARMED;
}

gint
life_latch_get_reason (LifeLatch * self)
{
  LIFE_LOCK_HOLD (&self->lock);
  return self->reason;
}

gchar *
life_latch_dup_detail (LifeLatch * self)
{
  LIFE_LOCK_HOLD (&self->lock);
  return g_strdup (self->detail);
}

void
life_latch_finish (LifeLatch * self)
{
  LIFE_LOCK_HOLD (&self->lock);
  g_return_if_fail (self->state == LIFE_LATCH_TRIPPED);
  self->state = LIFE_LATCH_DONE;
  self->stops++;
  life_cond_broadcast (&self->cond);
}

gboolean
life_latch_wait (LifeLatch * self, gint64 end_time)
{
  LIFE_LOCK_HOLD (&self->lock);
  guint stops = self->stops;
  while (self->state != LIFE_LATCH_DONE && self->stops == stops) {
    if (!life_cond_wait_until (&self->cond, &self->lock, end_time))
      break;
  }
  return self->state == LIFE_LATCH_DONE || self->stops != stops;
}

gboolean
life_latch_rearm (LifeLatch * self)
{
  LIFE_LOCK_HOLD (&self->lock);
  if (self->state == LIFE_LATCH_TRIPPED)
    return FALSE;
  self->state = LIFE_LATCH_ARMED;
  self->reason = 0;
  g_clear_pointer (&self->detail, g_free);
  return TRUE;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gate.h"

void
gate_init (Gate * self)
{
  life_lock_init (&self->lock);
  life_cond_init (&self->cond);
  self->open = FALSE;
}

void
gate_clear (Gate * self)
{
  life_cond_clear (&self->cond);
  life_lock_clear (&self->lock);
}

void
gate_open (gpointer user_data)
{
  Gate *self = user_data;
  LIFE_LOCK_HOLD (&self->lock);
  self->open = TRUE;
  life_cond_broadcast (&self->cond);
}

void
gate_pass (gpointer user_data)
{
  gate_wait (user_data);
}

gboolean
gate_wait (Gate * self)
{
  gint64 end_time = g_get_monotonic_time () + GATE_PATIENCE;
  LIFE_LOCK_HOLD (&self->lock);
  while (!self->open) {
    if (!life_cond_wait_until (&self->cond, &self->lock, end_time))
      return FALSE;
  }
  return TRUE;
}

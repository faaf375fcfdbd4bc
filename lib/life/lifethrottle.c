/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "life/lifethrottle.h"

gboolean
life_throttle_pass (LifeThrottle * self, guint burst, gint64 period_us,
    gint64 now_us, guint * held)
{
  g_return_val_if_fail (self != NULL && held != NULL, FALSE);

  if (self->said == 0 || now_us - self->since_us >= period_us) {
    self->since_us = now_us;
    self->said = 0;
  }
  if (self->said >= burst) {
    self->held += self->held < G_MAXUINT;
    return FALSE;
  }
  self->said++;
  *held = self->held;
  self->held = 0;
  return TRUE;
}

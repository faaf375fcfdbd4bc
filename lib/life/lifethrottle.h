/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LifeThrottle: how often something may be said that a stranger can bring about
 * as often as he likes. It says nothing itself, and time is a parameter. A
 * plain value, zero to begin with; one thread at a time. */
#pragma once

#include <glib.h>

typedef struct {
  gint64 since_us;      /* when the period has begun */
  guint said;           /* in it */
  guint held;           /* not said since the last that was */
} LifeThrottle;

/* TRUE: it may be said, as one of at most @burst in @period_us; @held gets how
 * many before it were not. A period begins with the first that is said.
 * @now_us is monotonic. */
gboolean life_throttle_pass (LifeThrottle *self, guint burst,
    gint64 period_us, gint64 now_us, guint *held);

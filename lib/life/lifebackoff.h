/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LifeBackoff: how long to wait before the next try.
 * Exponential with jitter, a cap and a point where it gives up. Time and
 * randomness are parameters; it sleeps for nobody. One thread at a time. */
#pragma once

#include <glib.h>

typedef struct _LifeBackoff LifeBackoff;

/* A number in [0, 1). */
typedef gdouble (*LifeRandomFunc) (gpointer user_data);

typedef struct {
  gint64 first_us;      /* delay before the second try; > 0 */
  gdouble factor;       /* growth per try; >= 1 */
  gint64 cap_us;        /* longest delay before jitter; >= first_us */
  gdouble jitter;       /* part of the delay that is random: 0 to 1; it only
                         * shortens */
  guint max_tries;      /* delays given before it gives up; 0: no limit */
  gint64 give_up_us;    /* since the first next(); 0: no limit. The last delay
                         * is cut so that the last try falls on the limit */
} LifeBackoffPolicy;

/* @policy is copied. @random NULL: GLib's generator. */
LifeBackoff *life_backoff_new (const LifeBackoffPolicy *policy,
    LifeRandomFunc random, gpointer user_data);
void life_backoff_free (LifeBackoff *self);

/* A try has failed: the delay before the next one in microseconds; -1: give
 * up. @now_us is monotonic. */
gint64 life_backoff_next (LifeBackoff *self, gint64 now_us);

/* How many times next() has given a delay since the last reset. */
guint life_backoff_get_tries (const LifeBackoff *self);

/* Real progress was made: begin from the first delay again. */
void life_backoff_reset (LifeBackoff *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LifeBackoff, life_backoff_free)

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LifeLatch: a stop that is won once.
 * Any thread may trip it. One caller wins and runs the stop; the first reason
 * is kept. The latch itself runs nothing and joins nothing. */
#pragma once

#include <glib.h>

typedef struct _LifeLatch LifeLatch;

LifeLatch *life_latch_new (void);
LifeLatch *life_latch_ref (LifeLatch *self);
void life_latch_unref (LifeLatch *self);

/* Trips the latch. TRUE for the one caller that won and now owns the stop;
 * FALSE for all others, whose reason is forgotten. @reason must not be 0,
 * @detail may be NULL and is copied. */
gboolean life_latch_trip (LifeLatch *self, gint reason, const gchar *detail);

gboolean life_latch_is_tripped (LifeLatch *self);

/* The winner's reason; 0 while armed. */
gint life_latch_get_reason (LifeLatch *self);

/* A copy of the winner's detail; NULL while armed or when it gave none. */
gchar *life_latch_dup_detail (LifeLatch *self);

/* The winner says that its stop is done; wakes all who wait. */
void life_latch_finish (LifeLatch *self);

/* Waits until the stop is done or @end_time (monotonic, microseconds, as for
 * g_cond_wait_until()) has passed. TRUE when the stop is done. */
gboolean life_latch_wait (LifeLatch *self, gint64 end_time);

/* Makes the latch ready for the next start. TRUE when it was armed or its stop
 * was done; FALSE, changing nothing, while a stop still runs. */
gboolean life_latch_rearm (LifeLatch *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LifeLatch, life_latch_unref)

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LifeEvent: a one-shot event with replay.
 * Fired at most once, from any thread. A listener registered before or after
 * the firing is called exactly once, by compare-and-swap, never under a
 * lock. */
#pragma once

#include <glib.h>

typedef struct _LifeEvent LifeEvent;
typedef struct _LifeListener LifeListener;

/* Runs in the thread that fires or, for a late listener, that listens. */
typedef void (*LifeEventFunc) (gint value, gpointer user_data);

LifeEvent *life_event_new (void);
LifeEvent *life_event_ref (LifeEvent *self);
/* The last reference of an event that was not fired drops its listeners. */
void life_event_unref (LifeEvent *self);

/* Fires with @value. TRUE for the one call that fired it; it returns after
 * every listener that it claimed has been called, in no promised order. */
gboolean life_event_fire (LifeEvent *self, gint value);

/* TRUE once fired; then @value (may be NULL) is what it was fired with. */
gboolean life_event_has_fired (LifeEvent *self, gint *value);

/* Registers @func. Calls it at once when the event has fired already.
 * @destroy (may be NULL) is called once, after @func or after removal, when
 * nothing will touch @user_data any more. The caller owns the result. */
LifeListener *life_event_listen (LifeEvent *self, LifeEventFunc func,
    gpointer user_data, GDestroyNotify destroy);

/* TRUE: the function was not and never will be called. FALSE: it has been, or
 * is just being called by another thread. Does not wait. */
gboolean life_listener_remove (LifeListener *self);
void life_listener_unref (LifeListener *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LifeEvent, life_event_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LifeListener, life_listener_unref)

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A stack of listeners that only grows; firing puts a mark on top of it.
 *
 * Exactly once. Each listener has a state, and whoever moves it away from
 * PENDING owns the call or the removal. One compare-and-swap of the head is
 * the firing: a push that came before is below the mark and the firer walks
 * over it, a push that comes after fails, sees the mark and calls by itself.
 *
 * Reuse. A removed listener that its owner gave back is FREE, and a later
 * listen() may claim it in place, so that listening and removing for ever does
 * not grow the stack. It is CLAIMED while it is filled; the firer passes it
 * by, and the listener looks at the head after it is PENDING again. All these
 * accesses are sequentially consistent: either the firer sees PENDING, or the
 * listener sees the mark, or both, and then the state decides.
 *
 * Memory. Nodes leave the stack only with the event, so a walk needs no
 * protection and the head cannot be popped and come back (no ABA). The event
 * lives while it has references or listeners that are owned. Without
 * references it cannot fire: what is pending is then dropped at once, lest the
 * event and the data of its listeners keep each other alive. */
#include "life/lifeevent.h"

typedef enum
{
  LIFE_LISTENER_PENDING,
  LIFE_LISTENER_CALLED,
  LIFE_LISTENER_REMOVED,
  LIFE_LISTENER_FREE,
  LIFE_LISTENER_CLAIMED,
  LIFE_LISTENER_MARK,
} LifeListenerState;

struct _LifeListener
{
  gint state;                   /* atomic */
  LifeEvent *event;             /* this and next: fixed once pushed */
  LifeListener *next;
  gboolean on_stack;
  gint value;                   /* of the mark */
  /* These belong to whoever owns the state. */
  LifeEventFunc func;
  gpointer user_data;
  GDestroyNotify destroy;
};

struct _LifeEvent
{
  gint refs;                    /* atomic: who may fire and listen */
  gint holds;                   /* atomic: the refs as one, owned listeners */
  gint free_nodes;              /* atomic; a hint */
  LifeListener *head;           /* atomic */
};

static gboolean
life_listener_is_mark (LifeListener * self)
{
  return self != NULL && g_atomic_int_get (&self->state) == LIFE_LISTENER_MARK;
}

static gboolean
life_listener_move (LifeListener * self, LifeListenerState from,
    LifeListenerState to)
{
  return g_atomic_int_compare_and_exchange (&self->state, from, to);
}

/* Only by the owner of the state. */
static void
life_listener_discard (LifeListener * self)
{
  if (self->destroy)
    self->destroy (self->user_data);
}

static void
life_listener_call (LifeListener * self, gint value)
{
  self->func (value, self->user_data);
  life_listener_discard (self);
}

static void
life_event_release (LifeEvent * self)
{
  if (!g_atomic_int_dec_and_test (&self->holds))
    return;
  LifeListener *node = self->head;
  while (node) {
    LifeListener *next = node->next;
    g_free (node);
    node = next;
  }
  g_free (self);
}

LifeEvent *
life_event_new (void)
{
  LifeEvent *self = g_new0 (LifeEvent, 1);
  self->refs = 1;
  self->holds = 1;
  return self;
}

LifeEvent *
life_event_ref (LifeEvent * self)
{
  g_atomic_int_inc (&self->refs);
  return self;
}

void
life_event_unref (LifeEvent * self)
{
  if (!g_atomic_int_dec_and_test (&self->refs))
    return;
  LifeListener *node = g_atomic_pointer_get (&self->head);
  for (; node; node = node->next) {
    if (life_listener_move (node, LIFE_LISTENER_PENDING, LIFE_LISTENER_REMOVED))
      life_listener_discard (node);
  }
  life_event_release (self);
}

gboolean
life_event_fire (LifeEvent * self, gint value)
{
  LifeListener *mark = g_new0 (LifeListener, 1);
  mark->state = LIFE_LISTENER_MARK;
  mark->value = value;
  do {
    mark->next = g_atomic_pointer_get (&self->head);
    if (life_listener_is_mark (mark->next)) {
      g_free (mark);
      return FALSE;
    }
  } while (!g_atomic_pointer_compare_and_exchange (&self->head, mark->next,
          mark));

  /* A listener may drop the caller's reference. */
  life_event_ref (self);
  for (LifeListener * node = mark->next; node; node = node->next) {
    if (life_listener_move (node, LIFE_LISTENER_PENDING, LIFE_LISTENER_CALLED))
      life_listener_call (node, value);
  }
  life_event_unref (self);
  return TRUE;
}

gboolean
life_event_has_fired (LifeEvent * self, gint * value)
{
  LifeListener *head = g_atomic_pointer_get (&self->head);
  if (!life_listener_is_mark (head))
    return FALSE;
  if (value)
    *value = head->value;
  return TRUE;
}

static LifeListener *
life_event_claim_free_node (LifeEvent * self)
{
  if (g_atomic_int_get (&self->free_nodes) <= 0)
    return NULL;
  LifeListener *node = g_atomic_pointer_get (&self->head);
  for (; node; node = node->next) {
    if (life_listener_move (node, LIFE_LISTENER_FREE, LIFE_LISTENER_CLAIMED)) {
      g_atomic_int_add (&self->free_nodes, -1);
      return node;
    }
  }
  return NULL;
}

/* FALSE when the mark was there first. */
static gboolean
life_event_push (LifeEvent * self, LifeListener * node)
{
  node->on_stack = TRUE;
  do {
    node->next = g_atomic_pointer_get (&self->head);
    if (life_listener_is_mark (node->next)) {
      node->on_stack = FALSE;
      return FALSE;
    }
  } while (!g_atomic_pointer_compare_and_exchange (&self->head, node->next,
          node));
  return TRUE;
}

LifeListener *
life_event_listen (LifeEvent * self, LifeEventFunc func, gpointer user_data,
    GDestroyNotify destroy)
{
  g_return_val_if_fail (func != NULL, NULL);

  LifeListener *node = life_event_claim_free_node (self);
  gboolean fresh = node == NULL;
  if (fresh) {
    node = g_new0 (LifeListener, 1);
    node->event = self;
  }
  node->func = func;
  node->user_data = user_data;
  node->destroy = destroy;
  g_atomic_int_inc (&self->holds);
  g_atomic_int_set (&node->state, LIFE_LISTENER_PENDING);

  if (fresh && life_event_push (self, node))
    return node;
  gint value = 0;
  if (life_event_has_fired (self, &value)
      && life_listener_move (node, LIFE_LISTENER_PENDING, LIFE_LISTENER_CALLED))
    life_listener_call (node, value);
  return node;
}

gboolean
life_listener_remove (LifeListener * self)
{
  if (life_listener_move (self, LIFE_LISTENER_PENDING, LIFE_LISTENER_REMOVED)) {
    life_listener_discard (self);
    return TRUE;
  }
  return g_atomic_int_get (&self->state) == LIFE_LISTENER_REMOVED;
}

void
life_listener_unref (LifeListener * self)
{
  LifeEvent *event = self->event;
  if (!self->on_stack)
    g_free (self);
  else if (life_listener_move (self, LIFE_LISTENER_REMOVED, LIFE_LISTENER_FREE))
    g_atomic_int_inc (&event->free_nodes);
  life_event_release (event);
}

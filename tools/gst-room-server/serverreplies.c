/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerReplies: see serverreplies.h. */

#include "serverreplies.h"

#include "life/lifelock.h"

struct _ServerReplies
{
  LifeLock lock;                /* guards all below */
  LifeCond changed;
  GPtrArray *outstanding;       /* of GstPromise */
};

static GPtrArray *
new_list (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) gst_promise_unref);
}

ServerReplies *
server_replies_new (void)
{
  ServerReplies *self = g_new0 (ServerReplies, 1);

  life_lock_init (&self->lock);
  life_cond_init (&self->changed);
  self->outstanding = new_list ();
  return self;
}

void
server_replies_free (ServerReplies * self)
{
  g_ptr_array_unref (self->outstanding);
  life_cond_clear (&self->changed);
  life_lock_clear (&self->lock);
  g_free (self);
}

void
server_replies_expect (ServerReplies * self, GstPromise * promise)
{
  LIFE_LOCK_HOLD (&self->lock);
  g_ptr_array_add (self->outstanding, gst_promise_ref (promise));
}

void
server_replies_came (ServerReplies * self, GstPromise * promise)
{
  LIFE_LOCK_HOLD (&self->lock);
  g_ptr_array_remove_fast (self->outstanding, promise);
  life_cond_broadcast (&self->changed);
}

gboolean
server_replies_settle (ServerReplies * self, gint64 timeout)
{
  gint64 end_time = life_cond_end_time (timeout);

  life_lock_lock (&self->lock);
  while (self->outstanding->len > 0) {
    if (!life_cond_wait_until (&self->changed, &self->lock, end_time))
      break;
  }
  g_autoptr (GPtrArray) late = g_steal_pointer (&self->outstanding);
  self->outstanding = new_list ();
  life_lock_unlock (&self->lock);
  /* Each calls its change function. */
  for (guint i = 0; i < late->len; i++)
    gst_promise_interrupt (g_ptr_array_index (late, i));
  return late->len == 0;
}

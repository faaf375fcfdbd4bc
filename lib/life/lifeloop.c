/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Posts go through a queue of our own, which one source on the context
 * empties. So "what was posted before the stop runs, what comes later is
 * refused" is decided under one lock, and a post costs no GSource.
 *
 * The struct has two counts. refs are the users'; with the last one the loop is
 * asked to quit. holds are all users as one, and the thread; with the last one
 * the memory goes. So nothing is freed under a thread that did not end in
 * time, and the last user may sit in the loop itself. */
#include "life/lifeloop.h"

#include <gio/gio.h>

#include "life/lifelock.h"

/* After the loop was told to quit: turns for what cancelled GIO operations
 * still want to say. A source that is always ready must not hold up the end. */
#define LIFE_LOOP_LAST_TURNS 256

typedef struct
{
  LifeLoopFunc func;
  gpointer user_data;
  GDestroyNotify destroy;
} LifePost;

struct _LifeLoop
{
  gint refs;                    /* atomic */
  gint holds;                   /* atomic */
  gchar *name;
  GMainContext *context;
  GSource *posts_source;
  GThread *owner;               /* atomic: the thread while it runs */
  gboolean quit;                /* the thread's own */

  LifeLock lock;                /* guards all below */
  LifeCond cond;                /* ended or joined */
  GQueue posts;                 /* of LifePost */
  GThread *thread;              /* NULL once somebody joins it */
  gboolean started;
  gboolean stopping;
  gboolean ended;
  gboolean joined;
};

static void
life_post_free (LifePost * self)
{
  if (self->destroy)
    self->destroy (self->user_data);
  g_free (self);
}

static void
life_loop_clear_posts (GQueue * posts)
{
  g_queue_clear_full (posts, (GDestroyNotify) life_post_free);
}

/* A source that wakes by its ready time; @loop or @interval, as it needs. */
typedef struct
{
  GSource source;
  LifeLoop *loop;
  gint64 interval;
} LifeLoopSource;

static gboolean
life_loop_dispatch_posts (GSource * source, GSourceFunc callback,
    gpointer user_data)
{
  LifeLoop *self = ((LifeLoopSource *) source)->loop;

  /* Before the queue is looked at, or a wake-up could be lost. */
  g_source_set_ready_time (source, -1);

  life_lock_lock (&self->lock);
  /* Not what is posted meanwhile: other sources want their turn. */
  for (guint n = self->posts.length; n > 0; n--) {
    LifePost *post = g_queue_pop_head (&self->posts);
    life_lock_unlock (&self->lock);
    post->func (post->user_data);
    life_post_free (post);
    life_lock_lock (&self->lock);
  }
  /* What is left was posted after the first line here, and has woken us. */
  self->quit = self->stopping && self->posts.length == 0;
  life_lock_unlock (&self->lock);
  return G_SOURCE_CONTINUE;
}

static gboolean
life_loop_dispatch_timeout (GSource * source, GSourceFunc callback,
    gpointer user_data)
{
  LifeLoopSource *self = (LifeLoopSource *) source;
  life_lock_take_over (source);
  /* No catching up after a busy stretch. */
  g_source_set_ready_time (source, g_source_get_time (source) + self->interval);
  gboolean again = callback (user_data);
  life_lock_hand_over (source);
  return again;
}

static void
life_loop_finalize_source (GSource * source)
{
  life_lock_take_over (source);
}

static const GSourceFuncs life_loop_posts_funcs = {
  .dispatch = life_loop_dispatch_posts,
  .finalize = life_loop_finalize_source,
};

static const GSourceFuncs life_loop_timeout_funcs = {
  .dispatch = life_loop_dispatch_timeout,
  .finalize = life_loop_finalize_source,
};

static LifeLoopSource *
life_loop_new_source (const GSourceFuncs * funcs, const gchar * name)
{
  /* GLib does not write to the functions, it only forgot to say so. */
  GSource *source = g_source_new ((GSourceFuncs *) funcs,
      sizeof (LifeLoopSource));
  g_source_set_static_name (source, name);
  return (LifeLoopSource *) source;
}

LifeLoop *
life_loop_new (const gchar * name)
{
  LifeLoop *self = g_new0 (LifeLoop, 1);
  self->refs = 1;
  self->holds = 1;
  self->name = g_strdup (name);
  life_lock_init (&self->lock);
  life_cond_init (&self->cond);
  g_queue_init (&self->posts);
  self->context = g_main_context_new ();
  LifeLoopSource *source = life_loop_new_source (&life_loop_posts_funcs,
      "life-loop-posts");
  source->loop = self;
  self->posts_source = &source->source;
  life_lock_hand_over (source);
  g_source_attach (self->posts_source, self->context);
  return self;
}

LifeLoop *
life_loop_ref (LifeLoop * self)
{
  g_atomic_int_inc (&self->refs);
  return self;
}

static void
life_loop_release (LifeLoop * self)
{
  if (!g_atomic_int_dec_and_test (&self->holds))
    return;
  g_source_destroy (self->posts_source);
  g_source_unref (self->posts_source);
  g_main_context_unref (self->context);
  if (self->thread)
    g_thread_unref (self->thread);
  life_cond_clear (&self->cond);
  life_lock_clear (&self->lock);
  g_free (self->name);
  g_free (self);
}

/* Refuses posts from now on and wakes the thread, or drops what waits for a
 * thread that never came. */
static void
life_loop_ask_to_quit (LifeLoop * self)
{
  GQueue dropped = G_QUEUE_INIT;

  life_lock_lock (&self->lock);
  self->stopping = TRUE;
  if (!self->started) {
    dropped = self->posts;
    g_queue_init (&self->posts);
  }
  life_lock_unlock (&self->lock);

  g_source_set_ready_time (self->posts_source, 0);
  life_loop_clear_posts (&dropped);
}

void
life_loop_unref (LifeLoop * self)
{
  if (!g_atomic_int_dec_and_test (&self->refs))
    return;
  life_loop_ask_to_quit (self);
  life_loop_release (self);
}

static gpointer
life_loop_run (gpointer user_data)
{
  LifeLoop *self = user_data;

  /* The starter writes self->thread under the lock. */
  life_lock_lock (&self->lock);
  life_lock_unlock (&self->lock);

  g_main_context_push_thread_default (self->context);
  g_atomic_pointer_set (&self->owner, g_thread_self ());
  while (!self->quit)
    g_main_context_iteration (self->context, TRUE);
  for (guint n = 0; n < LIFE_LOOP_LAST_TURNS; n++) {
    if (!g_main_context_iteration (self->context, FALSE))
      break;
  }
  g_main_context_pop_thread_default (self->context);
  /* A thread that is made later may have this address. */
  g_atomic_pointer_set (&self->owner, NULL);

  life_lock_lock (&self->lock);
  self->ended = TRUE;
  life_cond_broadcast (&self->cond);
  life_lock_unlock (&self->lock);
  life_loop_release (self);
  return NULL;
}

gboolean
life_loop_start (LifeLoop * self, GError ** error)
{
  LIFE_LOCK_HOLD (&self->lock);
  g_return_val_if_fail (!self->started, FALSE);
  if (self->stopping) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED,
        "loop %s was stopped before it was started", self->name);
    return FALSE;
  }
  g_atomic_int_inc (&self->holds);
  self->thread = g_thread_try_new (self->name, life_loop_run, self, error);
  if (!self->thread) {
    g_atomic_int_add (&self->holds, -1);
    return FALSE;
  }
  self->started = TRUE;
  return TRUE;
}

GMainContext *
life_loop_get_context (LifeLoop * self)
{
  return self->context;
}

gboolean
life_loop_is_current (LifeLoop * self)
{
  return g_atomic_pointer_get (&self->owner) == g_thread_self ();
}

gboolean
life_loop_post (LifeLoop * self, LifeLoopFunc func, gpointer user_data,
    GDestroyNotify destroy)
{
  g_return_val_if_fail (func != NULL, FALSE);

  LifePost *post = g_new (LifePost, 1);
  post->func = func;
  post->user_data = user_data;
  post->destroy = destroy;

  life_lock_lock (&self->lock);
  gboolean taken = !self->stopping;
  if (taken)
    g_queue_push_tail (&self->posts, post);
  life_lock_unlock (&self->lock);

  if (taken)
    g_source_set_ready_time (self->posts_source, 0);
  else
    life_post_free (post);
  return taken;
}

/* A call that somebody waits for. It outlives a caller whose patience ends. */
typedef struct
{
  gint refs;                    /* atomic: the caller, the post */
  LifeLoopFunc func;
  gpointer user_data;
  GDestroyNotify destroy;

  LifeLock lock;                /* guards all below */
  LifeCond cond;
  gboolean ran;
  gboolean over;                /* it ran, or never will */
} LifeCall;

static void
life_call_unref (LifeCall * self)
{
  if (!g_atomic_int_dec_and_test (&self->refs))
    return;
  life_cond_clear (&self->cond);
  life_lock_clear (&self->lock);
  g_free (self);
}

static void
life_call_run (gpointer user_data)
{
  LifeCall *self = user_data;
  self->func (self->user_data);
  life_lock_lock (&self->lock);
  self->ran = TRUE;
  life_lock_unlock (&self->lock);
}

/* The post is gone, whether it ran or not. */
static void
life_call_end (gpointer user_data)
{
  LifeCall *self = user_data;
  if (self->destroy)
    self->destroy (self->user_data);
  life_lock_lock (&self->lock);
  self->over = TRUE;
  life_cond_broadcast (&self->cond);
  life_lock_unlock (&self->lock);
  life_call_unref (self);
}

gboolean
life_loop_call (LifeLoop * self, LifeLoopFunc func, gpointer user_data,
    GDestroyNotify destroy, gint64 timeout_us)
{
  g_return_val_if_fail (func != NULL, FALSE);

  if (life_loop_is_current (self)) {
    func (user_data);
    if (destroy)
      destroy (user_data);
    return TRUE;
  }

  gint64 end_time = life_cond_end_time (timeout_us);
  LifeCall *call = g_new0 (LifeCall, 1);
  call->refs = 2;
  call->func = func;
  call->user_data = user_data;
  call->destroy = destroy;
  life_lock_init (&call->lock);
  life_cond_init (&call->cond);
  life_loop_post (self, life_call_run, call, life_call_end);

  life_lock_lock (&call->lock);
  while (!call->over) {
    if (!life_cond_wait_until (&call->cond, &call->lock, end_time))
      break;
  }
  gboolean done = call->over && call->ran;
  life_lock_unlock (&call->lock);
  life_call_unref (call);
  return done;
}

GSource *
life_loop_add_timeout (LifeLoop * self, const gchar * name, gint64 delay_us,
    GSourceFunc func, gpointer user_data, GDestroyNotify destroy)
{
  g_return_val_if_fail (func != NULL, NULL);

  LifeLoopSource *timeout = life_loop_new_source (&life_loop_timeout_funcs,
      name);
  GSource *source = &timeout->source;
  timeout->interval = MAX (delay_us, 0);
  g_source_set_callback (source, func, user_data, destroy);
  g_source_set_ready_time (source, life_cond_end_time (timeout->interval));
  life_lock_hand_over (source);
  g_source_attach (source, self->context);
  return source;
}

gboolean
life_loop_stop (LifeLoop * self, gint64 timeout_us)
{
  gint64 end_time = life_cond_end_time (timeout_us);

  life_loop_ask_to_quit (self);
  if (life_loop_is_current (self))
    return TRUE;

  life_lock_lock (&self->lock);
  gboolean in_time = TRUE;
  while (self->started && !self->ended && in_time)
    in_time = life_cond_wait_until (&self->cond, &self->lock, end_time);
  GThread *thread = NULL;
  if (self->ended)
    thread = g_steal_pointer (&self->thread);
  life_lock_unlock (&self->lock);

  /* The thread has nothing left to do but to return. */
  if (thread)
    g_thread_join (thread);

  life_lock_lock (&self->lock);
  if (thread) {
    self->joined = TRUE;
    life_cond_broadcast (&self->cond);
  }
  while (self->started && !self->joined && in_time)
    in_time = life_cond_wait_until (&self->cond, &self->lock, end_time);
  gboolean ended = !self->started || self->joined;
  life_lock_unlock (&self->lock);
  return ended;
}

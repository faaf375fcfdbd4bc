/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LifeNest: a GMainContext that runs inside another.
 * A source of the outer context polls for the inner one. The thread owns the
 * inner context all the time, or a wake-up from another thread would be lost;
 * it gives it up when the nest is closed. */

#include "life/lifenest.h"

#include <string.h>

/* What was cancelled ends in a few turns of the context; this many do no harm
 * to who closes the nest. */
#define LAST_TURNS 100

/* A cancelled operation that does not end by then never will. */
#define END_TIMEOUT (10 * G_TIME_SPAN_SECOND)

typedef struct
{
  GSource source;
  LifeNest *nest;
} NestSource;

struct _LifeNest
{
  GMainContext *context;
  GMainContext *outer;          /* NULL: the process's default */
  NestSource *source;
  gint priority;                /* of what is ready, between query and check */
  GPollFD *fds;                 /* watched by the outer context */
  gint n_fds;
  GPollFD *asked;               /* by the inner one, in this turn */
  gint n_allocated;             /* of both */
  gboolean running;             /* inside dispatch */

  gboolean closed;
  LifeNestDoneFunc done;
  GDestroyNotify finish;
  gpointer user_data;
};

static void
unwatch (LifeNest * self)
{
  for (gint i = 0; i < self->n_fds; i++)
    g_source_remove_poll (&self->source->source, &self->fds[i]);
  self->n_fds = 0;
}

static gboolean
is_watched (LifeNest * self, gint n)
{
  if (n != self->n_fds)
    return FALSE;
  for (gint i = 0; i < n; i++) {
    if (self->asked[i].fd != self->fds[i].fd
        || self->asked[i].events != self->fds[i].events)
      return FALSE;
  }
  return TRUE;
}

/* The outer context keeps pointers into the array: it may only be written to
 * while it is not watched. */
static void
watch (LifeNest * self, gint n)
{
  unwatch (self);
  self->fds = g_renew (GPollFD, self->fds, self->n_allocated);
  memcpy (self->fds, self->asked, n * sizeof (GPollFD));
  self->n_fds = n;
  for (gint i = 0; i < n; i++)
    g_source_add_poll (&self->source->source, &self->fds[i]);
}

static gboolean
prepare (GSource * source, gint * timeout)
{
  LifeNest *self = ((NestSource *) source)->nest;
  gint n;

  g_main_context_prepare (self->context, &self->priority);
  while ((n = g_main_context_query (self->context, self->priority, timeout,
              self->asked, self->n_allocated)) > self->n_allocated) {
    self->n_allocated = n;
    self->asked = g_renew (GPollFD, self->asked, n);
  }
  /* Each change wakes the outer context: with one in every turn it would never
   * rest. */
  if (!is_watched (self, n))
    watch (self, n);
  /* Never ready here: the inner context has to be checked first. What is ready
   * has made the timeout 0. */
  return FALSE;
}

static gboolean
check (GSource * source)
{
  LifeNest *self = ((NestSource *) source)->nest;

  return g_main_context_check (self->context, self->priority, self->fds,
      self->n_fds);
}

static void
finish (LifeNest * self)
{
  self->finish (self->user_data);
  for (guint i = 0; i < LAST_TURNS; i++) {
    if (!g_main_context_iteration (self->context, FALSE))
      break;
  }
}

static void
nest_free (LifeNest * self)
{
  g_main_context_unref (self->context);
  g_clear_pointer (&self->outer, g_main_context_unref);
  g_free (self->fds);
  g_free (self->asked);
  g_free (self);
}

static gboolean
on_end_timeout (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

static gpointer
run_to_the_end (gpointer user_data)
{
  LifeNest *self = user_data;
  gint64 end_time = g_get_monotonic_time () + END_TIMEOUT;
  GSource *timeout = g_timeout_source_new (END_TIMEOUT / 1000);

  g_main_context_push_thread_default (self->context);
  g_source_set_static_name (timeout, "life-nest-end");
  g_source_set_callback (timeout, on_end_timeout, NULL, NULL);
  g_source_attach (timeout, self->context);
  while (!self->done (self->user_data) && g_get_monotonic_time () < end_time)
    g_main_context_iteration (self->context, TRUE);
  g_source_destroy (timeout);
  g_source_unref (timeout);
  finish (self);
  g_main_context_pop_thread_default (self->context);
  nest_free (self);
  return NULL;
}

/* Not from inside: the outer context lets go of the nest. */
static void
end_nest (LifeNest * self)
{
  unwatch (self);
  g_source_destroy (&self->source->source);
  g_source_unref (&self->source->source);

  g_main_context_push_thread_default (self->context);
  for (guint i = 0; i < LAST_TURNS && !self->done (self->user_data); i++) {
    if (!g_main_context_iteration (self->context, FALSE))
      break;
  }
  gboolean is_done = self->done (self->user_data);
  if (is_done)
    finish (self);
  g_main_context_pop_thread_default (self->context);
  g_main_context_release (self->context);
  if (is_done) {
    nest_free (self);
    return;
  }
  GThread *thread = g_thread_try_new ("life-nest", run_to_the_end, self,
      NULL);
  if (thread != NULL)
    g_thread_unref (thread);
  else
    run_to_the_end (self);
}

static gboolean
dispatch (GSource * source, GSourceFunc callback, gpointer user_data)
{
  LifeNest *self = ((NestSource *) source)->nest;

  self->running = TRUE;
  life_nest_enter (self);
  g_main_context_dispatch (self->context);
  life_nest_leave (self);
  self->running = FALSE;
  if (!self->closed)
    return G_SOURCE_CONTINUE;
  end_nest (self);
  return G_SOURCE_REMOVE;
}

LifeNest *
life_nest_new (void)
{
  static GSourceFuncs funcs = { prepare, check, dispatch, NULL, NULL, NULL };
  LifeNest *self = g_new0 (LifeNest, 1);

  self->context = g_main_context_new ();
  g_main_context_acquire (self->context);
  self->outer = g_main_context_get_thread_default ();
  if (self->outer != NULL)
    g_main_context_ref (self->outer);
  self->source = (NestSource *) g_source_new (&funcs, sizeof (NestSource));
  self->source->nest = self;
  g_source_set_static_name (&self->source->source, "life-nest");
  /* An inner source may take its outer priority for granted. */
  g_source_set_priority (&self->source->source, G_PRIORITY_DEFAULT);
  g_source_attach (&self->source->source, g_main_context_get_thread_default ());
  return self;
}

void
life_nest_enter (LifeNest * self)
{
  g_return_if_fail (self != NULL);

  g_main_context_push_thread_default (self->context);
}

void
life_nest_leave (LifeNest * self)
{
  g_return_if_fail (self != NULL);

  g_main_context_pop_thread_default (self->context);
}

/* Pushed on top, not popped down to: GTask pushes its context once more around
 * the callbacks that the nest runs. */
void
life_nest_step_out (LifeNest * self)
{
  g_return_if_fail (self != NULL);

  g_main_context_push_thread_default (self->outer);
}

void
life_nest_step_in (LifeNest * self)
{
  g_return_if_fail (self != NULL);

  g_main_context_pop_thread_default (self->outer);
}

void
life_nest_close (LifeNest * self, LifeNestDoneFunc done,
    GDestroyNotify finish_func, gpointer user_data)
{
  g_return_if_fail (self != NULL && done != NULL && finish_func != NULL);
  g_return_if_fail (!self->closed);

  self->closed = TRUE;
  self->done = done;
  self->finish = finish_func;
  self->user_data = user_data;
  if (!self->running)
    end_nest (self);
}

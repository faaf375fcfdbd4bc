/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stopwatchdog.h"

#include "life/lifelock.h"

#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#define FOREVER (365 * G_TIME_SPAN_DAY)

struct _StopWatchdog
{
  GThread *thread;
  LifeLock lock;                /* guards all below */
  LifeCond changed;
  gchar *what;                  /* NULL: not armed */
  gint64 end_time;
  gboolean quit;
};

/* In a process of its own: this one may hold any lock. That one prints by
 * itself, for this one stands still meanwhile and would not read a pipe. */
static void
print_stacks (void)
{
  g_autofree gchar *pid = g_strdup_printf ("%d", (gint) getpid ());
  const gchar *argv[] = { "gdb", "-p", pid, "-batch", "-nx",
    "-ex", "set pagination off", "-ex", "thread apply all backtrace 40", NULL
  };
  g_autoptr (GError) error = NULL;

  prctl (PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
  if (!g_spawn_sync (NULL, (gchar **) argv, NULL, G_SPAWN_SEARCH_PATH
          | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, NULL, NULL, NULL, &error))
    g_printerr ("no stacks: %s\n", error->message);
}

static gpointer
watch (gpointer user_data)
{
  StopWatchdog *self = user_data;
  g_autofree gchar *hanging = NULL;

  life_lock_lock (&self->lock);
  while (!self->quit && hanging == NULL) {
    gint64 end_time = self->what != NULL ? self->end_time
        : life_cond_end_time (FOREVER);
    if (!life_cond_wait_until (&self->changed, &self->lock, end_time)
        && self->what != NULL && g_get_monotonic_time () >= self->end_time)
      hanging = g_strdup (self->what);
  }
  life_lock_unlock (&self->lock);
  if (hanging != NULL) {
    g_printerr ("%s hangs\n", hanging);
    print_stacks ();
    abort ();
  }
  return NULL;
}

StopWatchdog *
stop_watchdog_new (void)
{
  StopWatchdog *self = g_new0 (StopWatchdog, 1);

  life_lock_init (&self->lock);
  life_cond_init (&self->changed);
  self->thread = g_thread_new ("watchdog", watch, self);
  return self;
}

void
stop_watchdog_free (StopWatchdog * self)
{
  g_return_if_fail (self != NULL);

  life_lock_lock (&self->lock);
  self->quit = TRUE;
  life_cond_broadcast (&self->changed);
  life_lock_unlock (&self->lock);
  g_thread_join (self->thread);
  g_free (self->what);
  life_cond_clear (&self->changed);
  life_lock_clear (&self->lock);
  g_free (self);
}

void
stop_watchdog_arm (StopWatchdog * self, const gchar * what, gint64 timeout)
{
  g_return_if_fail (self != NULL && what != NULL);

  g_autoptr (LifeLocker) locker = life_locker_new (&self->lock);
  g_free (self->what);
  self->what = g_strdup (what);
  self->end_time = life_cond_end_time (timeout);
  life_cond_broadcast (&self->changed);
}

void
stop_watchdog_disarm (StopWatchdog * self)
{
  g_return_if_fail (self != NULL);

  g_autoptr (LifeLocker) locker = life_locker_new (&self->lock);
  g_clear_pointer (&self->what, g_free);
}

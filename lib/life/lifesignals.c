/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LifeSignals: see the header.
 * A pipe to itself rather than GLib's sources: those know no SIGQUIT, and the
 * last wish to stop must be heard when no main loop runs. */
#include "life/lifesignals.h"

#include <errno.h>
#include <glib-unix.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

/* Exit code of a process that died of a signal, as shells give it. */
#define EXIT_CODE_SIGNAL 128

/* timeout(1) and shells signal a process and then its whole group: what comes
 * so soon after a wish is the same one. */
#define ECHO_MS 250

static const gint numbers[] = { SIGINT, SIGTERM, SIGQUIT, SIGHUP };

/* All that the handler touches, as atomics: a signal runs in any thread, and
 * two may run at once in two of them. */
static gint pipe_fd = -1;
static gint last_wish;
static gint wishes;
static gsize wish_ms;           /* when the last one was; 0: none yet */

struct _LifeSignals
{
  gint fds[2];
  GSource *source;
  LifeSignalsFunc func;
  gpointer user_data;
};

/* What goes through the pipe, in one piece. */
typedef struct
{
  guint8 number;
  guint8 wish;
} Word;

/* Which wish to stop this is; 0: an echo. clock_gettime() may be called in a
 * handler. The count of milliseconds may wrap, and be read out of order by two
 * threads. */
static gint
count_wish (void)
{
  struct timespec now;
  clock_gettime (CLOCK_MONOTONIC, &now);
  gsize ms = (gsize) now.tv_sec * 1000 + (gsize) now.tv_nsec / 1000000;
  gsize last = (gsize) g_atomic_pointer_get (&wish_ms);

  if (last != 0 && (gssize) (ms - last) < ECHO_MS)
    return 0;
  if (!g_atomic_pointer_compare_and_exchange (&wish_ms, last, MAX (ms, 1)))
    return 0;
  return g_atomic_int_add (&wishes, 1) + 1;
}

static void
on_signal (gint number)
{
  gint saved = errno;
  gint wish = number == SIGHUP ? 0 : count_wish ();
  Word word = { number, wish };

  if (wish >= g_atomic_int_get (&last_wish))
    _exit (EXIT_CODE_SIGNAL + number);
  /* A full pipe holds enough of them. */
  gssize written = write (g_atomic_int_get (&pipe_fd), &word, sizeof word);
  (void) written;
  errno = saved;
}

static gboolean
on_readable (gint fd, GIOCondition condition, gpointer user_data)
{
  LifeSignals *self = user_data;
  Word word;

  if (read (fd, &word, sizeof word) == sizeof word)
    self->func (word.number, word.wish, self->user_data);
  return G_SOURCE_CONTINUE;
}

static void
attach (LifeSignals * self, GMainContext * context)
{
  self->source = g_unix_fd_source_new (self->fds[0], G_IO_IN);
  g_source_set_static_name (self->source, "life-signals");
  g_source_set_callback (self->source, G_SOURCE_FUNC (on_readable), self, NULL);
  /* A signal goes before everything else that waits. */
  g_source_set_priority (self->source, G_PRIORITY_HIGH);
  g_source_attach (self->source, context);
}

LifeSignals *
life_signals_new (GMainContext * context, guint last, gboolean hup_wanted,
    LifeSignalsFunc func, gpointer user_data, GError ** error)
{
  g_return_val_if_fail (last > 0, NULL);
  g_return_val_if_fail (g_atomic_int_get (&pipe_fd) == -1, NULL);

  g_autofree LifeSignals *self = g_new0 (LifeSignals, 1);
  if (!g_unix_open_pipe (self->fds, FD_CLOEXEC, error))
    return NULL;
  g_unix_set_fd_nonblocking (self->fds[0], TRUE, NULL);
  g_unix_set_fd_nonblocking (self->fds[1], TRUE, NULL);
  self->func = func;
  self->user_data = user_data;
  attach (self, context);

  g_atomic_int_set (&last_wish, last);
  g_atomic_int_set (&wishes, 0);
  g_atomic_pointer_set (&wish_ms, (gsize) 0);
  g_atomic_int_set (&pipe_fd, self->fds[1]);
  struct sigaction action = {.sa_handler = on_signal,.sa_flags = SA_RESTART };
  sigemptyset (&action.sa_mask);
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++) {
    struct sigaction old;
    sigaction (numbers[i], NULL, &old);
    if (old.sa_handler != SIG_IGN || (numbers[i] == SIGHUP && hup_wanted))
      sigaction (numbers[i], &action, NULL);
  }
  return g_steal_pointer (&self);
}

void
life_signals_free (LifeSignals * self)
{
  if (!self)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    signal (numbers[i], SIG_IGN);
  g_atomic_int_set (&pipe_fd, -1);
  g_source_destroy (self->source);
  g_source_unref (self->source);
  close (self->fds[0]);
  close (self->fds[1]);
  g_free (self);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PublisherSignals: see the header.
 * A pipe to itself rather than GLib's sources: those know no SIGQUIT, and the
 * second Ctrl-C must work when no main loop does. */
#include "publishersignals.h"

#include <errno.h>
#include <glib-unix.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

/* Exit code of a process that died of a signal, as shells give it. */
#define EXIT_CODE_SIGNAL 128

static const gint numbers[] = { SIGINT, SIGTERM, SIGQUIT, SIGHUP };

/* timeout(1) and shells signal a process and then its whole group: what comes
 * so soon after the first is the same wish, not a second one. */
#define ECHO_MS 250

/* All that the handlers touch, as atomics: a signal runs in any thread, and two
 * may run at once in two of them. */
static gint pipe_fd = -1;
static gsize stop_ms;           /* of the first wish to stop; 0: none yet */

struct _PublisherSignals
{
  gint fds[2];
  GSource *source;
  PublisherSignalsFunc func;
  gpointer user_data;
};

/* Cuts when it is the second wish to stop. clock_gettime() and _exit() may be
 * called in a handler. The count of milliseconds may
 * wrap, and be read out of order by two threads. */
static void
count_stop (gint number)
{
  struct timespec now;
  clock_gettime (CLOCK_MONOTONIC, &now);
  gsize ms = (gsize) now.tv_sec * 1000 + (gsize) now.tv_nsec / 1000000;
  if (ms == 0)
    ms = 1;
  if (g_atomic_pointer_compare_and_exchange (&stop_ms, (gsize) 0, ms))
    return;
  gssize since = (gssize) (ms - (gsize) g_atomic_pointer_get (&stop_ms));
  if (since > ECHO_MS)
    _exit (EXIT_CODE_SIGNAL + number);
}

static void
on_signal (gint number)
{
  gint saved = errno;
  guint8 byte = number;

  if (number != SIGHUP)
    count_stop (number);
  /* A full pipe holds enough of them. */
  gssize written = write (g_atomic_int_get (&pipe_fd), &byte, 1);
  (void) written;
  errno = saved;
}

static gboolean
on_readable (gint fd, GIOCondition condition, gpointer user_data)
{
  PublisherSignals *self = user_data;
  guint8 byte;

  if (read (fd, &byte, 1) == 1)
    self->func (byte, self->user_data);
  return G_SOURCE_CONTINUE;
}

PublisherSignals *
publisher_signals_new (GMainContext * context, gboolean hup_wanted,
    PublisherSignalsFunc func, gpointer user_data, GError ** error)
{
  g_return_val_if_fail (g_atomic_int_get (&pipe_fd) == -1, NULL);

  g_autofree PublisherSignals *self = g_new0 (PublisherSignals, 1);
  if (!g_unix_open_pipe (self->fds, FD_CLOEXEC, error))
    return NULL;
  g_unix_set_fd_nonblocking (self->fds[0], TRUE, NULL);
  g_unix_set_fd_nonblocking (self->fds[1], TRUE, NULL);
  self->func = func;
  self->user_data = user_data;
  self->source = g_unix_fd_source_new (self->fds[0], G_IO_IN);
  g_source_set_static_name (self->source, "publisher-signals");
  g_source_set_callback (self->source, G_SOURCE_FUNC (on_readable), self, NULL);
  /* A signal goes before everything else that waits. */
  g_source_set_priority (self->source, G_PRIORITY_HIGH);
  g_source_attach (self->source, context);

  g_atomic_pointer_set (&stop_ms, (gsize) 0);
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
publisher_signals_free (PublisherSignals * self)
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

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerSignals: see the header.
 * A pipe to itself rather than GLib's sources: the third wish to stop must be
 * heard when no loop runs, as behind an output that nobody reads. */
#include "serversignals.h"

#include <errno.h>
#include <glib-unix.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

/* timeout(1) and shells signal a process and then its whole group: what comes
 * so soon after the first is the same wish. */
#define ECHO_MS 250

/* So many wishes to stop end the process, with the exit code that shells give
 * one which died of a signal. */
#define LAST_WISH 3
#define EXIT_CODE_SIGNAL 128

/* What goes through the pipe. */
enum
{
  STOP,
  STOP_AGAIN,
  RELOAD,
};

static const gint numbers[] = { SIGINT, SIGTERM, SIGHUP };

/* All that the handler touches, as atomics: a signal runs in any thread, and
 * two may run at once in two of them. */
static gint pipe_fd = -1;
static gint wishes;
static gsize wish_ms;           /* when the last wish was; 0: none yet */

struct _ServerSignals
{
  ServerSignalsFuncs funcs;
  gpointer user_data;
  gint fds[2];
  guint source;
};

/* Which wish to stop this is; 0: an echo. clock_gettime() may be called in a
 * handler. The count of milliseconds may wrap. */
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
  guint8 byte = number == SIGHUP ? RELOAD : wish > 1 ? STOP_AGAIN : STOP;

  if (wish >= LAST_WISH)
    _exit (EXIT_CODE_SIGNAL + number);
  if (byte != RELOAD && wish == 0)
    return;
  /* A full pipe holds enough of them. */
  gssize written = write (g_atomic_int_get (&pipe_fd), &byte, 1);
  (void) written;
  errno = saved;
}

static gboolean
on_readable (gint fd, GIOCondition condition, gpointer user_data)
{
  ServerSignals *self = user_data;
  guint8 byte;

  if (read (fd, &byte, 1) != 1)
    return G_SOURCE_CONTINUE;
  if (byte == RELOAD)
    self->funcs.reload (self->user_data);
  else
    self->funcs.stop (byte == STOP_AGAIN, self->user_data);
  return G_SOURCE_CONTINUE;
}

ServerSignals *
server_signals_new (const ServerSignalsFuncs * funcs, gpointer user_data,
    GError ** error)
{
  g_return_val_if_fail (g_atomic_int_get (&pipe_fd) == -1, NULL);

  g_autofree ServerSignals *self = g_new0 (ServerSignals, 1);
  if (!g_unix_open_pipe (self->fds, FD_CLOEXEC, error))
    return NULL;
  self->funcs = *funcs;
  self->user_data = user_data;
  for (gsize i = 0; i < G_N_ELEMENTS (self->fds); i++)
    g_unix_set_fd_nonblocking (self->fds[i], TRUE, NULL);
  self->source = g_unix_fd_add (self->fds[0], G_IO_IN, on_readable, self);

  g_atomic_int_set (&wishes, 0);
  g_atomic_pointer_set (&wish_ms, (gsize) 0);
  g_atomic_int_set (&pipe_fd, self->fds[1]);
  struct sigaction action = {.sa_handler = on_signal,.sa_flags = SA_RESTART };
  sigemptyset (&action.sa_mask);
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    sigaction (numbers[i], &action, NULL);
  return g_steal_pointer (&self);
}

void
server_signals_free (ServerSignals * self)
{
  if (self == NULL)
    return;

  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    signal (numbers[i], SIG_IGN);
  g_atomic_int_set (&pipe_fd, -1);
  g_source_remove (self->source);
  for (gsize i = 0; i < G_N_ELEMENTS (self->fds); i++)
    close (self->fds[i]);
  g_free (self);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serversignals.h"

#include <glib-unix.h>
#include <signal.h>

/* timeout(1) and shells signal a process and then its whole group: what comes
 * so soon after the first is the same wish. */
#define ECHO_TIME (250 * G_TIME_SPAN_MILLISECOND)

#define N_SIGNALS 3

struct _ServerSignals
{
  ServerSignalsFuncs funcs;
  gpointer user_data;
  guint sources[N_SIGNALS];
  gint64 stopped_at;            /* 0: not asked to */
};

static gboolean
stop (ServerSignals * self, gint number)
{
  gint64 now = g_get_monotonic_time ();

  if (self->stopped_at != 0 && now - self->stopped_at < ECHO_TIME)
    return G_SOURCE_CONTINUE;
  gboolean again = self->stopped_at != 0;
  self->stopped_at = now;
  self->funcs.stop (number, again, self->user_data);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_interrupt (gpointer data)
{
  return stop (data, SIGINT);
}

static gboolean
on_terminate (gpointer data)
{
  return stop (data, SIGTERM);
}

static gboolean
on_reload (gpointer data)
{
  ServerSignals *self = data;

  self->funcs.reload (self->user_data);
  return G_SOURCE_CONTINUE;
}

static const struct
{
  gint number;
  GSourceFunc heard;
} watched[N_SIGNALS] = {
  {SIGINT, on_interrupt},
  {SIGTERM, on_terminate},
  {SIGHUP, on_reload},
};

ServerSignals *
server_signals_new (const ServerSignalsFuncs * funcs, gpointer user_data)
{
  ServerSignals *self = g_new0 (ServerSignals, 1);

  self->funcs = *funcs;
  self->user_data = user_data;
  for (guint i = 0; i < N_SIGNALS; i++)
    self->sources[i] = g_unix_signal_add (watched[i].number, watched[i].heard,
        self);
  return self;
}

void
server_signals_free (ServerSignals * self)
{
  if (self == NULL)
    return;

  for (guint i = 0; i < N_SIGNALS; i++) {
    g_source_remove (self->sources[i]);
    signal (watched[i].number, SIG_IGN);
  }
  g_free (self);
}

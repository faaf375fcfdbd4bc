/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serversignals.h"

#include <glib-unix.h>
#include <signal.h>

/* timeout(1) and shells signal a process and then its whole group: what comes
 * so soon after the first is the same wish. */
#define ECHO_TIME (250 * G_TIME_SPAN_MILLISECOND)

static const gint numbers[] = { SIGINT, SIGTERM, SIGHUP };

struct _ServerSignals
{
  ServerSignalsFuncs funcs;
  gpointer user_data;
  guint sources[G_N_ELEMENTS (numbers)];
  gint64 stopped_at;            /* 0: not asked to */
};

static gboolean
on_stop (gpointer data)
{
  ServerSignals *self = data;
  gint64 now = g_get_monotonic_time ();

  if (self->stopped_at != 0 && now - self->stopped_at < ECHO_TIME)
    return G_SOURCE_CONTINUE;
  gboolean again = self->stopped_at != 0;
  self->stopped_at = now;
  self->funcs.stop (again, self->user_data);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_reload (gpointer data)
{
  ServerSignals *self = data;

  self->funcs.reload (self->user_data);
  return G_SOURCE_CONTINUE;
}

ServerSignals *
server_signals_new (const ServerSignalsFuncs * funcs, gpointer user_data)
{
  ServerSignals *self = g_new0 (ServerSignals, 1);

  self->funcs = *funcs;
  self->user_data = user_data;
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    self->sources[i] = g_unix_signal_add (numbers[i],
        numbers[i] == SIGHUP ? on_reload : on_stop, self);
  return self;
}

void
server_signals_free (ServerSignals * self)
{
  if (self == NULL)
    return;

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++) {
    g_source_remove (self->sources[i]);
    signal (numbers[i], SIG_IGN);
  }
  g_free (self);
}

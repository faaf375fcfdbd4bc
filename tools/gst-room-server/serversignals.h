/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerSignals: the signals of the process, as calls in the default context:
 * SIGINT and SIGTERM, and SIGHUP. One at a time in a process. */
#pragma once

#include <glib.h>

typedef struct _ServerSignals ServerSignals;

typedef struct {
  /* @number: of the signal; @again: it was asked before. */
  void (*stop) (gint number, gboolean again, gpointer user_data);
  void (*reload) (gpointer user_data);
} ServerSignalsFuncs;

ServerSignals *server_signals_new (const ServerSignalsFuncs *funcs,
    gpointer user_data);
/* From now on they are ignored: the end is near. */
void server_signals_free (ServerSignals *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServerSignals, server_signals_free)

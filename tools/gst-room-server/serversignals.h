/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerSignals: the signals of the process, as calls in the default context:
 * SIGINT and SIGTERM, and SIGHUP. The third wish to stop ends the process at
 * once, whatever its threads do. One at a time in a process. */
#pragma once

#include <glib.h>

typedef struct _ServerSignals ServerSignals;

typedef struct {
  /* @again: it was asked before. */
  void (*stop) (gboolean again, gpointer user_data);
  void (*reload) (gpointer user_data);
} ServerSignalsFuncs;

/* NULL with @error: the process has no descriptors left. */
ServerSignals *server_signals_new (const ServerSignalsFuncs *funcs,
    gpointer user_data, GError **error);
/* From now on they are ignored: the end is near. */
void server_signals_free (ServerSignals *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServerSignals, server_signals_free)

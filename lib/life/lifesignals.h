/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LifeSignals: the signals of the process, as calls in a main context: SIGHUP,
 * and the wishes to stop, SIGINT, SIGTERM and SIGQUIT. The last of so many
 * wishes ends the process from within the handler, whatever its threads do. */
#pragma once

#include <glib.h>

typedef struct _LifeSignals LifeSignals;

/* @wish: which wish to stop it is, from 1; 0: none, or the echo of one. */
typedef void (*LifeSignalsFunc) (gint number, guint wish, gpointer user_data);

/* One at a time in a process. A signal that the parent has set to be ignored,
 * as nohup does, stays ignored; not so SIGHUP when it is @hup_wanted. Wish
 * number @last_wish ends the process, with the exit code that shells give one
 * which died of the signal. Fails when there is no pipe to be had. */
LifeSignals *life_signals_new (GMainContext *context, guint last_wish,
    gboolean hup_wanted, LifeSignalsFunc func, gpointer user_data,
    GError **error);

/* The end is near: from now on the four signals are ignored, so that one more
 * of them, or an echo, does not change the exit code. */
void life_signals_free (LifeSignals *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LifeSignals, life_signals_free)

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* StopWatchdog: tells of a stop that hangs. When its time is over it prints
 * every thread's stack and aborts; the process is of no use any more. Arm and
 * disarm in one thread. */
#pragma once

#include <glib.h>

typedef struct _StopWatchdog StopWatchdog;

StopWatchdog *stop_watchdog_new (void);
void stop_watchdog_free (StopWatchdog *self);

/* @what hangs when disarm() does not come within @timeout (us). */
void stop_watchdog_arm (StopWatchdog *self, const gchar *what,
    gint64 timeout);
void stop_watchdog_disarm (StopWatchdog *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StopWatchdog, stop_watchdog_free)

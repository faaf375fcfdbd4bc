/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* StopRunner: what the programs of this folder have in common. One process for
 * all tests of a program: what is made once is made once, and threads can be
 * counted. */
#pragma once

#include "stopwatchdog.h"

#include <gst/check/gstcheck.h>

/* For main(); returns its result. @make is called after all is prepared. */
int stop_runner_run (int *argc, char ***argv, Suite *(*make) (void));
/* FALSE: @done was not so within a time that only a broken test needs. */
gboolean stop_runner_wait_until (gboolean (*done) (gpointer user_data),
    gpointer user_data);

/* While it runs. */
StopWatchdog *stop_runner_get_watchdog (void);
/* How often to do a thing: TEST_LOOPS, or @loops. */
guint stop_runner_get_loops (guint loops);

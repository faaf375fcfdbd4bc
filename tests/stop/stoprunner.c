/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stoprunner.h"

#include "stopcensus.h"

#include <stdlib.h>

#define WAIT_TIMEOUT (30 * G_TIME_SPAN_SECOND)
#define LOOK_EVERY_MS 1

static StopWatchdog *watchdog;

/* A thread that has used OpenSSL and ends while OpenSSL's exit handler runs
 * crashes the process: the threads of the last test have to be gone. */
static void
settle (void)
{
  StopCensus rest;

  stop_census_take (&rest);
}

int
stop_runner_run (int *argc, char ***argv, Suite * (*make) (void))
{
  gst_check_init (argc, argv);
  stop_census_prepare ();
  watchdog = stop_watchdog_new ();
  SRunner *runner = srunner_create (make ());
  srunner_set_fork_status (runner, CK_NOFORK);
  srunner_run_all (runner, CK_NORMAL);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  g_clear_pointer (&watchdog, stop_watchdog_free);
  settle ();
  return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

gboolean
stop_runner_wait_until (gboolean (*done) (gpointer user_data),
    gpointer user_data)
{
  gint64 end_time = g_get_monotonic_time () + WAIT_TIMEOUT;

  while (!done (user_data)) {
    if (g_get_monotonic_time () >= end_time)
      return FALSE;
    g_poll (NULL, 0, LOOK_EVERY_MS);
  }
  return TRUE;
}

StopWatchdog *
stop_runner_get_watchdog (void)
{
  return watchdog;
}

guint
stop_runner_get_loops (guint loops)
{
  const gchar *text = g_getenv ("TEST_LOOPS");

  return text != NULL ? strtoul (text, NULL, 10) : loops;
}

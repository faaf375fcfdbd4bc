/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every two causes of a stop at the same moment are one stop: one reason, told
 * once, and nothing is left behind. */
#include "stopcause.h"
#include "stopcensus.h"
#include "stoprunner.h"

#include <gst/check/gstcheck.h>

/* There are fifteen pairs. */
#define LOOPS 100
#define SHARE 25

#define HANG_TIMEOUT (60 * G_TIME_SPAN_SECOND)

static const StopCause causes[] = { STOP_CAUSE_EOS, STOP_CAUSE_UPSTREAM,
  STOP_CAUSE_SERVER_LEAVE, STOP_CAUSE_CUT, STOP_CAUSE_READY, STOP_CAUSE_NULL
};

static const StopPhase phases[] = { STOP_PHASE_JOINING,
  STOP_PHASE_ADDING_TRACK, STOP_PHASE_OFFERING, STOP_PHASE_LIVE
};

static void
run_once (StopPhase phase, const StopCause pair[2], guint variant)
{
  g_autofree gchar *what = g_strdup_printf ("%s and %s in %s, run %u",
      stop_cause_get_name (pair[0]), stop_cause_get_name (pair[1]),
      stop_phase_get_name (phase), variant);
  StopScene *scene = stop_scene_new (phase, STOP_INPUT_LIVE);

  stop_watchdog_arm (stop_runner_get_watchdog (), what, HANG_TIMEOUT);
  ck_assert_msg (stop_scene_enter (scene, FALSE), "%s: no such phase", what);
  g_autofree gchar *fault = stop_cause_race (pair, scene, variant);
  gboolean gone = stop_scene_free (scene);
  stop_watchdog_disarm (stop_runner_get_watchdog ());
  ck_assert_msg (fault == NULL, "%s: %s", what, fault);
  ck_assert_msg (gone, "%s: not freed", what);
}

static void
run_pairs (StopPhase phase, guint variant)
{
  for (gsize i = 0; i < G_N_ELEMENTS (causes); i++) {
    for (gsize j = i + 1; j < G_N_ELEMENTS (causes); j++) {
      const StopCause pair[] = { causes[i], causes[j] };
      run_once (phase, pair, variant);
    }
  }
}

GST_START_TEST (two_causes_at_once_are_one_stop)
{
  StopPhase phase = phases[__i__];
  StopCensus before;

  run_once (phase, causes, 0);
  stop_census_take (&before);
  for (guint run = 0; run <= stop_runner_get_loops (LOOPS) / SHARE; run++)
    run_pairs (phase, run);
  ck_assert_msg (stop_census_is_back (&before), "things are left behind");
}

GST_END_TEST;

static Suite *
stop_race_suite (void)
{
  Suite *suite = suite_create ("stoprace");
  TCase *tcase = tcase_create ("race");

  tcase_set_timeout (tcase, 0);
  tcase_add_loop_test (tcase, two_causes_at_once_are_one_stop, 0,
      G_N_ELEMENTS (phases));
  suite_add_tcase (suite, tcase);
  return suite;
}

int
main (int argc, char **argv)
{
  return stop_runner_run (&argc, &argv, stop_race_suite);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Each cause of a stop in each phase of roompublish's life, many times: none
 * hangs, each is told once and rightly, and nothing is left behind. The
 * arguments are the phase and, to look at one alone, the cause. */
#include "stopcause.h"
#include "stopcensus.h"
#include "stoprunner.h"

#include <gst/check/gstcheck.h>

/* TEST_LOOPS says another number. Runs with media take ten times as long as the
 * others. */
#define LOOPS 100
#define MEDIA_SHARE 10

/* A stop takes 3.6 s at worst; the rest is for a busy machine. */
#define HANG_TIMEOUT (60 * G_TIME_SPAN_SECOND)

static StopPhase phase;
static StopCause first_cause, last_cause = STOP_N_CAUSES - 1;

static guint
get_loops (void)
{
  guint loops = stop_runner_get_loops (LOOPS);

  if (phase == STOP_PHASE_ICE || phase == STOP_PHASE_LIVE)
    loops /= MEDIA_SHARE;
  return MAX (loops, 2);
}

static void
run_once (StopCause cause, StopInput input, guint variant)
{
  g_autofree gchar *what = g_strdup_printf ("%s in %s, input %u, run %u",
      stop_cause_get_name (cause), stop_phase_get_name (phase), input, variant);
  StopScene *scene = stop_scene_new (phase, input);

  stop_watchdog_arm (stop_runner_get_watchdog (), what, HANG_TIMEOUT);
  if (!stop_scene_enter (scene, variant % 2 == 1)) {
    g_autofree gchar *text = stop_record_dup_text (scene->record);
    ck_abort_msg ("%s: the phase was not reached:%s", what, text);
  }
  g_autofree gchar *fault = stop_cause_apply (cause, scene, variant);
  gboolean gone = stop_scene_free (scene);
  stop_watchdog_disarm (stop_runner_get_watchdog ());
  ck_assert_msg (fault == NULL, "%s: %s", what, fault);
  ck_assert_msg (gone, "%s: not freed", what);
}

/* One run of each input, so that what is made once is there. */
static void
warm_up (StopCause cause)
{
  for (StopInput input = 0; input < STOP_N_INPUTS; input++) {
    if (stop_cause_takes_input (cause, phase, input))
      run_once (cause, input, 0);
  }
}

GST_START_TEST (stop_comes_back_to_the_start)
{
  StopCause cause = __i__;
  StopCensus before;

  if (!stop_cause_is_possible (cause, phase))
    return;
  warm_up (cause);
  stop_census_take (&before);
  for (guint run = 0, loops = get_loops (); run < loops; run++) {
    StopInput input = run % STOP_N_INPUTS;
    while (!stop_cause_takes_input (cause, phase, input))
      input = (input + 1) % STOP_N_INPUTS;
    run_once (cause, input, run);
  }
  ck_assert_msg (stop_census_is_back (&before), "%s in %s leaves things behind",
      stop_cause_get_name (cause), stop_phase_get_name (phase));
}

GST_END_TEST;

static Suite *
stop_matrix_suite (void)
{
  Suite *suite = suite_create (stop_phase_get_name (phase));
  TCase *tcase = tcase_create ("matrix");

  tcase_set_timeout (tcase, 0);
  tcase_add_loop_test (tcase, stop_comes_back_to_the_start, first_cause,
      last_cause + 1);
  suite_add_tcase (suite, tcase);
  return suite;
}

static gboolean
read_arguments (int argc, char **argv)
{
  if (argc < 2 || argc > 3)
    return FALSE;
  while (!g_str_equal (argv[1], stop_phase_get_name (phase))) {
    if (++phase == STOP_N_PHASES)
      return FALSE;
  }
  if (argc == 2)
    return TRUE;
  while (!g_str_equal (argv[2], stop_cause_get_name (first_cause))) {
    if (++first_cause == STOP_N_CAUSES)
      return FALSE;
  }
  last_cause = first_cause;
  return TRUE;
}

int
main (int argc, char **argv)
{
  if (!read_arguments (argc, argv)) {
    g_printerr ("usage: %s PHASE [CAUSE]\n", argv[0]);
    return 2;
  }
  return stop_runner_run (&argc, &argv, stop_matrix_suite);
}

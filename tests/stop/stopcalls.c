/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Each cause of a stop in each phase of the lives of rtmpsink and rtmpsrc: none
 * hangs, each is told once and rightly, and nothing is left behind. The
 * arguments are the element and, to look at one alone, the phase and the
 * cause. */
#include "callcause.h"
#include "stopcensus.h"
#include "stoprunner.h"

#include <gst/check/gstcheck.h>

/* There are two hundred cells. */
#define LOOPS 100
#define SHARE 33

/* A stop takes 2.6 s at worst; the rest is for a busy machine. */
#define HANG_TIMEOUT (60 * G_TIME_SPAN_SECOND)

static gboolean publish;
static CallPhase first_phase, last_phase = CALL_N_PHASES - 1;
static CallCause first_cause, last_cause = CALL_N_CAUSES - 1;

static guint
get_loops (void)
{
  return MAX (stop_runner_get_loops (LOOPS) / SHARE, 2);
}

static void
run_once (CallPhase phase, CallCause cause, guint number)
{
  g_autofree gchar *what = g_strdup_printf ("%s in %s, run %u",
      call_cause_get_name (cause), call_phase_get_name (phase), number);
  CallScene *scene = call_scene_new (phase, publish, number % 2 == 1);

  stop_watchdog_arm (stop_runner_get_watchdog (), what, HANG_TIMEOUT);
  if (!call_scene_enter (scene)) {
    g_autofree gchar *text = stop_record_dup_text (scene->record);
    ck_abort_msg ("%s: the phase was not reached:%s", what, text);
  }
  /* That nobody answers costs half a second. */
  gboolean answered = cause != CALL_CAUSE_NULL || number > 0;
  g_autofree gchar *fault = call_cause_apply (cause, scene, answered);
  call_scene_free (scene);
  stop_watchdog_disarm (stop_runner_get_watchdog ());
  ck_assert_msg (fault == NULL, "%s: %s", what, fault);
}

GST_START_TEST (stop_comes_back_to_the_start)
{
  CallPhase phase = __i__;
  StopCensus before;

  /* So that what is made once is there. */
  run_once (phase, CALL_CAUSE_READY, 0);
  stop_census_take (&before);
  for (CallCause cause = first_cause; cause <= last_cause; cause++) {
    for (guint run = 0, loops = get_loops (); run < loops; run++)
      if (call_cause_is_possible (cause, phase, publish))
        run_once (phase, cause, run);
  }
  ck_assert_msg (stop_census_is_back (&before), "%s leaves things behind",
      call_phase_get_name (phase));
}

GST_END_TEST;

static Suite *
stop_calls_suite (void)
{
  Suite *suite = suite_create ("stopcalls");
  TCase *tcase = tcase_create ("matrix");

  tcase_set_timeout (tcase, 0);
  tcase_add_loop_test (tcase, stop_comes_back_to_the_start, first_phase,
      last_phase + 1);
  suite_add_tcase (suite, tcase);
  return suite;
}

static gboolean
read_arguments (int argc, char **argv)
{
  if (argc < 2 || argc > 4)
    return FALSE;
  publish = g_str_equal (argv[1], "rtmpsink");
  if (!publish && !g_str_equal (argv[1], "rtmpsrc"))
    return FALSE;
  while (argc > 2 && !g_str_equal (argv[2], call_phase_get_name (first_phase)))
    if (++first_phase == CALL_N_PHASES)
      return FALSE;
  while (argc > 3 && !g_str_equal (argv[3], call_cause_get_name (first_cause)))
    if (++first_cause == CALL_N_CAUSES)
      return FALSE;
  if (argc > 2)
    last_phase = first_phase;
  if (argc > 3)
    last_cause = first_cause;
  return TRUE;
}

int
main (int argc, char **argv)
{
  if (!read_arguments (argc, argv)) {
    g_printerr ("usage: %s rtmpsink|rtmpsrc [PHASE [CAUSE]]\n", argv[0]);
    return 2;
  }
  return stop_runner_run (&argc, &argv, stop_calls_suite);
}

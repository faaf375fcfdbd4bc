/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One element, started and stopped again and again. */
#include "stopcensus.h"
#include "stoprunner.h"
#include "stopscene.h"

#include <gst/check/gstcheck.h>

#define CYCLES 100
#define WARM_UP 5

#define HANG_TIMEOUT (60 * G_TIME_SPAN_SECOND)

/* What malloc's arenas may grow by, in KiB; a leak of one connection's worth
 * (1 MiB of webrtcbin) would be ten times that in as many cycles. */
#define MEMORY_SLACK (24 * 1024)

/* READY, PLAYING until both tracks are in the room and their packets come, and
 * READY again. @number counts from 1. */
static void
run_cycle (StopScene * scene, guint number)
{
  g_autofree gchar *what = g_strdup_printf ("cycle %u", number);

  stop_watchdog_arm (stop_runner_get_watchdog (), what, HANG_TIMEOUT);
  stop_scene_start (scene);
  ck_assert_msg (stop_record_wait (scene->record, "room-track-published",
          2 * number), "%s: not published", what);
  ck_assert_msg (room_answerer_wait_packets (scene->answerer, 1),
      "%s: no packets", what);
  gst_element_set_state (scene->pipeline, GST_STATE_READY);
  ck_assert_uint_eq (stop_record_count (scene->record,
          "room-track-unpublished"), 2 * number);
  ck_assert_uint_eq (stop_record_count (scene->record, "room-disconnected"),
      number);
  stop_watchdog_disarm (stop_runner_get_watchdog ());
}

GST_START_TEST (cycles_of_ready_and_playing_leave_nothing_behind)
{
  StopScene *scene = stop_scene_new (STOP_PHASE_LIVE, STOP_INPUT_LIVE);
  StopCensus before;
  guint number = 0;

  while (number < WARM_UP)
    run_cycle (scene, ++number);
  stop_census_take (&before);
  guint memory = stop_census_get_memory ();
  for (guint left = stop_runner_get_loops (CYCLES); left > 0; left--)
    run_cycle (scene, ++number);
  ck_assert_msg (stop_census_is_back (&before), "things are left behind");
  guint grown = stop_census_get_memory ();
  ck_assert_msg (grown <= memory + MEMORY_SLACK, "%u KiB became %u", memory,
      grown);
  ck_assert_uint_eq (stop_record_count (scene->record, "error"), 0);
  gst_element_set_state (scene->pipeline, GST_STATE_NULL);
  ck_assert (stop_scene_free (scene));
}

GST_END_TEST;

static Suite *
stop_cycles_suite (void)
{
  Suite *suite = suite_create ("stopcycles");
  TCase *tcase = tcase_create ("cycles");

  tcase_set_timeout (tcase, 0);
  tcase_add_test (tcase, cycles_of_ready_and_playing_leave_nothing_behind);
  suite_add_tcase (suite, tcase);
  return suite;
}

int
main (int argc, char **argv)
{
  return stop_runner_run (&argc, &argv, stop_cycles_suite);
}

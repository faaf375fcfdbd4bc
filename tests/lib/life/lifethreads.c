/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "life/lifethreads.h"

#include <check.h>
#include <glib.h>
#include <stdlib.h>

#define WAIT_TIMEOUT (30 * G_TIME_SPAN_SECOND)
#define LOOK_EVERY_MS 1

static void
work (gpointer data, gpointer user_data)
{
}

START_TEST (test_threads_that_are_done_wait)
{
  g_thread_pool_set_max_unused_threads (0);
  life_threads_keep ();
  GThreadPool *pool = g_thread_pool_new (work, NULL, -1, FALSE, NULL);
  g_thread_pool_push (pool, GINT_TO_POINTER (1), NULL);
  g_thread_pool_free (pool, FALSE, TRUE);

  gint64 end_time = g_get_monotonic_time () + WAIT_TIMEOUT;
  while (g_thread_pool_get_num_unused_threads () == 0
      && g_get_monotonic_time () < end_time)
    g_poll (NULL, 0, LOOK_EVERY_MS);
  ck_assert_int_eq (g_thread_pool_get_num_unused_threads (), 1);
}

END_TEST;

START_TEST (test_they_wait_without_a_limit)
{
  life_threads_keep ();
  ck_assert_int_eq (g_thread_pool_get_max_unused_threads (), -1);
  ck_assert_uint_eq (g_thread_pool_get_max_idle_time (), 0);
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("lifethreads");
  TCase *tcase = tcase_create ("threads");

  tcase_add_test (tcase, test_threads_that_are_done_wait);
  tcase_add_test (tcase, test_they_wait_without_a_limit);
  suite_add_tcase (suite, tcase);
  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_NORMAL);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "life/lifelatch.h"

#include <check.h>
#include <string.h>
#include <unistd.h>

#include "race.h"

#define PATIENCE (20 * G_TIME_SPAN_SECOND)

static gint64
deadline (gint64 timeout_us)
{
  return g_get_monotonic_time () + timeout_us;
}

START_TEST (test_first_trip_wins)
{
  g_autoptr (LifeLatch) latch = life_latch_new ();

  ck_assert (!life_latch_is_tripped (latch));
  ck_assert (life_latch_trip (latch, 3, "three"));
  ck_assert (!life_latch_trip (latch, 4, "four"));
  ck_assert (life_latch_is_tripped (latch));
}

END_TEST;

START_TEST (test_first_reason_is_kept)
{
  g_autoptr (LifeLatch) latch = life_latch_new ();

  ck_assert_int_eq (life_latch_get_reason (latch), 0);
  life_latch_trip (latch, 3, "three");
  life_latch_trip (latch, 4, "four");
  life_latch_finish (latch);
  g_autofree gchar *detail = life_latch_dup_detail (latch);
  ck_assert_int_eq (life_latch_get_reason (latch), 3);
  ck_assert_str_eq (detail, "three");
}

END_TEST;

START_TEST (test_detail_may_be_absent)
{
  g_autoptr (LifeLatch) latch = life_latch_new ();

  life_latch_trip (latch, 3, NULL);
  life_latch_trip (latch, 4, "four");
  ck_assert_ptr_null (life_latch_dup_detail (latch));
}

END_TEST;

START_TEST (test_wait_gives_up_while_armed)
{
  g_autoptr (LifeLatch) latch = life_latch_new ();

  ck_assert (!life_latch_wait (latch, deadline (1000)));
}

END_TEST;

START_TEST (test_wait_gives_up_while_the_stop_runs)
{
  g_autoptr (LifeLatch) latch = life_latch_new ();

  life_latch_trip (latch, 1, NULL);
  ck_assert (!life_latch_wait (latch, deadline (1000)));
}

END_TEST;

START_TEST (test_wait_after_the_stop_returns_at_once)
{
  g_autoptr (LifeLatch) latch = life_latch_new ();

  life_latch_trip (latch, 1, NULL);
  life_latch_finish (latch);
  ck_assert (life_latch_wait (latch, 0));
}

END_TEST;

static gpointer
wait_in_thread (gpointer user_data)
{
  return GINT_TO_POINTER (life_latch_wait (user_data, deadline (PATIENCE)));
}

START_TEST (test_finish_wakes_all_who_wait)
{
  g_autoptr (LifeLatch) latch = life_latch_new ();
  GThread *first = g_thread_new ("waiter", wait_in_thread, latch);
  GThread *second = g_thread_new ("waiter", wait_in_thread, latch);

  life_latch_trip (latch, 1, NULL);
  life_latch_finish (latch);
  ck_assert (GPOINTER_TO_INT (g_thread_join (first)));
  ck_assert (GPOINTER_TO_INT (g_thread_join (second)));
}

END_TEST;

typedef struct
{
  LifeLatch *latch;
  gint id;                      /* of the thread; atomic */
} Waiter;

static gpointer
wait_with_id (gpointer user_data)
{
  Waiter *self = user_data;
  g_atomic_int_set (&self->id, gettid ());
  return GINT_TO_POINTER (life_latch_wait (self->latch, G_MAXINT64));
}

/* Nothing but the wait can make this thread sleep: nobody holds a lock. */
static gboolean
waiter_sleeps (Waiter * self)
{
  g_autofree gchar *path = g_strdup_printf ("/proc/self/task/%d/stat",
      g_atomic_int_get (&self->id));
  g_autofree gchar *stat = NULL;
  if (!g_file_get_contents (path, &stat, NULL, NULL))
    return FALSE;
  const gchar *after_name = strrchr (stat, ')');
  return after_name != NULL && after_name[2] == 'S';
}

START_TEST (test_rearm_does_not_take_the_stop_from_a_waiter)
{
  g_autoptr (LifeLatch) latch = life_latch_new ();
  Waiter waiter = {.latch = latch };
  life_latch_trip (latch, 1, NULL);
  GThread *thread = g_thread_new ("waiter", wait_with_id, &waiter);

  while (!waiter_sleeps (&waiter))
    g_thread_yield ();
  life_latch_finish (latch);
  life_latch_rearm (latch);
  ck_assert (GPOINTER_TO_INT (g_thread_join (thread)));
}

END_TEST;

START_TEST (test_rearm_is_refused_while_the_stop_runs)
{
  g_autoptr (LifeLatch) latch = life_latch_new ();

  life_latch_trip (latch, 7, "seven");
  ck_assert (!life_latch_rearm (latch));
  ck_assert_int_eq (life_latch_get_reason (latch), 7);
}

END_TEST;

START_TEST (test_rearm_forgets_the_stop)
{
  g_autoptr (LifeLatch) latch = life_latch_new ();

  life_latch_trip (latch, 7, "seven");
  life_latch_finish (latch);
  ck_assert (life_latch_rearm (latch));
  ck_assert (!life_latch_is_tripped (latch));
  ck_assert_int_eq (life_latch_get_reason (latch), 0);
  ck_assert_ptr_null (life_latch_dup_detail (latch));
  ck_assert (!life_latch_wait (latch, 0));
}

END_TEST;

START_TEST (test_rearm_of_an_armed_latch_is_allowed)
{
  g_autoptr (LifeLatch) latch = life_latch_new ();

  ck_assert (life_latch_rearm (latch));
  ck_assert (life_latch_rearm (latch));
}

END_TEST;

START_TEST (test_rearmed_latch_can_be_won_again)
{
  g_autoptr (LifeLatch) latch = life_latch_new ();

  life_latch_trip (latch, 1, NULL);
  life_latch_finish (latch);
  life_latch_rearm (latch);
  ck_assert (life_latch_trip (latch, 2, NULL));
  ck_assert_int_eq (life_latch_get_reason (latch), 2);
}

END_TEST;

typedef struct
{
  LifeLatch *latch;
  gboolean left_won;
  gboolean right_won;
} LatchRace;

static void
latch_race_prepare (gpointer user_data)
{
  LatchRace *self = user_data;
  self->latch = life_latch_new ();
  self->left_won = FALSE;
  self->right_won = FALSE;
}

static void
latch_race_trip_left (gpointer user_data)
{
  LatchRace *self = user_data;
  self->left_won = life_latch_trip (self->latch, 1, "left");
}

static void
latch_race_trip_right (gpointer user_data)
{
  LatchRace *self = user_data;
  self->right_won = life_latch_trip (self->latch, 2, "right");
}

static void
latch_race_judge_trip (gpointer user_data)
{
  LatchRace *self = user_data;
  ck_assert_int_eq (self->left_won + self->right_won, 1);
  ck_assert_int_eq (life_latch_get_reason (self->latch),
      self->left_won ? 1 : 2);
  g_autofree gchar *detail = life_latch_dup_detail (self->latch);
  ck_assert_str_eq (detail, self->left_won ? "left" : "right");
  g_clear_pointer (&self->latch, life_latch_unref);
}

START_TEST (test_trip_versus_trip_has_one_winner)
{
  const RaceFuncs funcs = {
    .prepare = latch_race_prepare,
    .left = latch_race_trip_left,
    .right = latch_race_trip_right,
    .judge = latch_race_judge_trip,
  };
  LatchRace race = { NULL };
  race_run (RACE_ROUNDS, &funcs, &race);
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("lifelatch");

  TCase *once = tcase_create ("once");
  tcase_add_test (once, test_first_trip_wins);
  tcase_add_test (once, test_first_reason_is_kept);
  tcase_add_test (once, test_detail_may_be_absent);
  suite_add_tcase (suite, once);

  TCase *wait = tcase_create ("wait");
  tcase_set_timeout (wait, 60);
  tcase_add_test (wait, test_wait_gives_up_while_armed);
  tcase_add_test (wait, test_wait_gives_up_while_the_stop_runs);
  tcase_add_test (wait, test_wait_after_the_stop_returns_at_once);
  tcase_add_test (wait, test_finish_wakes_all_who_wait);
  suite_add_tcase (suite, wait);

  TCase *rearm = tcase_create ("rearm");
  tcase_set_timeout (rearm, 60);
  tcase_add_test (rearm, test_rearm_does_not_take_the_stop_from_a_waiter);
  tcase_add_test (rearm, test_rearm_is_refused_while_the_stop_runs);
  tcase_add_test (rearm, test_rearm_forgets_the_stop);
  tcase_add_test (rearm, test_rearm_of_an_armed_latch_is_allowed);
  tcase_add_test (rearm, test_rearmed_latch_can_be_won_again);
  suite_add_tcase (suite, rearm);

  TCase *races = tcase_create ("races");
  tcase_set_timeout (races, 120);
  tcase_add_test (races, test_trip_versus_trip_has_one_winner);
  suite_add_tcase (suite, races);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_NORMAL);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

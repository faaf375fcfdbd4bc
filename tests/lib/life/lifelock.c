/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "life/lifelock.h"

#include <check.h>

#include "race.h"

typedef struct
{
  LifeLock lock;
  LifeCond cond;
  guint64 count;                /* not atomic on purpose */
  gboolean set;
} Shared;

static void
shared_init (Shared * self)
{
  *self = (Shared) {
  .count = 0};
  life_lock_init (&self->lock);
  life_cond_init (&self->cond);
}

static void
shared_clear (Shared * self)
{
  life_cond_clear (&self->cond);
  life_lock_clear (&self->lock);
}

static void
shared_prepare (gpointer user_data)
{
  ((Shared *) user_data)->set = FALSE;
}

static void
shared_add (gpointer user_data)
{
  Shared *self = user_data;
  for (guint i = 0; i < 10; i++) {
    LIFE_LOCK_HOLD (&self->lock);
    self->count++;
  }
}

static void
shared_judge_nothing (gpointer user_data)
{
}

START_TEST (test_lock_keeps_threads_apart)
{
  const RaceFuncs funcs = {
    .prepare = shared_prepare,
    .left = shared_add,
    .right = shared_add,
    .judge = shared_judge_nothing,
  };
  Shared shared;
  shared_init (&shared);
  race_run (RACE_ROUNDS, &funcs, &shared);
  ck_assert_uint_eq (shared.count, RACE_ROUNDS * 20);
  shared_clear (&shared);
}

END_TEST;

static void
shared_set (gpointer user_data)
{
  Shared *self = user_data;
  LIFE_LOCK_HOLD (&self->lock);
  self->set = TRUE;
  life_cond_broadcast (&self->cond);
}

static void
shared_wait (gpointer user_data)
{
  Shared *self = user_data;
  gint64 end_time = life_cond_end_time (20 * G_TIME_SPAN_SECOND);
  LIFE_LOCK_HOLD (&self->lock);
  while (!self->set) {
    if (!life_cond_wait_until (&self->cond, &self->lock, end_time))
      return;
  }
  self->count++;
}

START_TEST (test_broadcast_is_not_lost)
{
  const RaceFuncs funcs = {
    .prepare = shared_prepare,
    .left = shared_set,
    .right = shared_wait,
    .judge = shared_judge_nothing,
  };
  Shared shared;
  shared_init (&shared);
  race_run (RACE_ROUNDS, &funcs, &shared);
  ck_assert_uint_eq (shared.count, RACE_ROUNDS);
  shared_clear (&shared);
}

END_TEST;

START_TEST (test_wait_ends_at_its_end_time)
{
  Shared shared;
  shared_init (&shared);
  gint64 end_time = life_cond_end_time (2000);

  life_lock_lock (&shared.lock);
  while (life_cond_wait_until (&shared.cond, &shared.lock, end_time));
  life_lock_unlock (&shared.lock);
  ck_assert_int_ge (g_get_monotonic_time (), end_time);
  shared_clear (&shared);
}

END_TEST;

START_TEST (test_end_time_does_not_wrap)
{
  ck_assert_int_eq (life_cond_end_time (G_MAXINT64), G_MAXINT64);
  ck_assert_int_eq (life_cond_end_time (G_MAXINT64 - 1), G_MAXINT64);
  ck_assert_int_le (life_cond_end_time (0), g_get_monotonic_time ());
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("lifelock");

  TCase *wait = tcase_create ("wait");
  tcase_add_test (wait, test_wait_ends_at_its_end_time);
  tcase_add_test (wait, test_end_time_does_not_wrap);
  suite_add_tcase (suite, wait);

  TCase *races = tcase_create ("races");
  tcase_set_timeout (races, 120);
  tcase_add_test (races, test_lock_keeps_threads_apart);
  tcase_add_test (races, test_broadcast_is_not_lost);
  suite_add_tcase (suite, races);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_NORMAL);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

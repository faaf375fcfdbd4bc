/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "life/lifenest.h"

#include "life/lifelock.h"

#include <check.h>

/* Many turns: the outer context of a broken nest must not hang the test. */
#define END_TIME (g_get_monotonic_time () + 30 * G_TIME_SPAN_SECOND)

typedef struct
{
  GMainContext *outer;
  LifeNest *nest;
  GMainContext *inner;
  LifeLock lock;
  LifeCond finished;
  GThread *finisher;            /* under the lock */
  gint pending;                 /* atomic */
  gint calls;
  GMainContext *seen;           /* default context of the last call */
} Scene;

static void
scene_init (Scene * scene)
{
  *scene = (Scene) {
  0};
  life_lock_init (&scene->lock);
  life_cond_init (&scene->finished);
  scene->outer = g_main_context_new ();
  g_main_context_push_thread_default (scene->outer);
  scene->nest = life_nest_new ();
  life_nest_enter (scene->nest);
  scene->inner = g_main_context_get_thread_default ();
  life_nest_leave (scene->nest);
}

static void
drop_outer (Scene * scene)
{
  g_main_context_pop_thread_default (scene->outer);
  g_main_context_unref (scene->outer);
}

static void
scene_clear (Scene * scene)
{
  drop_outer (scene);
  life_cond_clear (&scene->finished);
  life_lock_clear (&scene->lock);
}

static gboolean
is_over (gpointer user_data)
{
  Scene *scene = user_data;

  return g_atomic_int_get (&scene->pending) == 0;
}

static void
on_finish (gpointer user_data)
{
  Scene *scene = user_data;

  g_autoptr (LifeLocker) locker = life_locker_new (&scene->lock);
  scene->finisher = g_thread_self ();
  life_cond_broadcast (&scene->finished);
}

static void
close_nest (Scene * scene)
{
  life_nest_close (scene->nest, is_over, on_finish, scene);
}

static gboolean
wait_for_finish (Scene * scene)
{
  gint64 end_time = END_TIME;

  g_autoptr (LifeLocker) locker = life_locker_new (&scene->lock);
  while (scene->finisher == NULL) {
    if (!life_cond_wait_until (&scene->finished, &scene->lock, end_time))
      return FALSE;
  }
  return TRUE;
}

static gboolean
on_call (gpointer user_data)
{
  Scene *scene = user_data;

  scene->calls++;
  scene->seen = g_main_context_get_thread_default ();
  return G_SOURCE_REMOVE;
}

static void
add_call (Scene * scene, guint delay_ms, GSourceFunc func)
{
  g_autoptr (GSource) source = g_timeout_source_new (delay_ms);

  g_source_set_callback (source, func, scene, NULL);
  g_source_attach (source, scene->inner);
}

static void
iterate_until (Scene * scene, gint calls)
{
  gint64 end_time = END_TIME;

  while (scene->calls < calls && g_get_monotonic_time () < end_time)
    g_main_context_iteration (scene->outer, TRUE);
  ck_assert_int_eq (scene->calls, calls);
}

START_TEST (test_what_is_inside_runs_with_the_outer_context)
{
  Scene scene;

  scene_init (&scene);
  add_call (&scene, 0, on_call);
  add_call (&scene, 20, on_call);
  iterate_until (&scene, 2);
  ck_assert_ptr_eq (scene.seen, scene.inner);
  ck_assert_ptr_ne (scene.seen, scene.outer);
  close_nest (&scene);
  scene_clear (&scene);
}

END_TEST;

START_TEST (test_two_nests_run_beside_each_other)
{
  Scene scene, other;

  scene_init (&scene);
  scene_init (&other);
  add_call (&scene, 0, on_call);
  add_call (&other, 0, on_call);
  iterate_until (&other, 1);
  iterate_until (&scene, 1);
  close_nest (&scene);
  close_nest (&other);
  scene_clear (&other);
  scene_clear (&scene);
}

END_TEST;

static gpointer
call_from_afar (gpointer user_data)
{
  Scene *scene = user_data;

  add_call (scene, 0, on_call);
  return NULL;
}

START_TEST (test_another_thread_wakes_it)
{
  Scene scene;

  scene_init (&scene);
  for (gint i = 1; i <= 100; i++) {
    GThread *thread = g_thread_new ("afar", call_from_afar, &scene);
    iterate_until (&scene, i);
    g_thread_join (thread);
  }
  close_nest (&scene);
  scene_clear (&scene);
}

END_TEST;

START_TEST (test_with_nothing_to_do_the_outer_context_rests)
{
  Scene scene;
  guint turns = 0;
  gint64 end_time = END_TIME;

  scene_init (&scene);
  add_call (&scene, 100, on_call);
  while (scene.calls == 0 && g_get_monotonic_time () < end_time) {
    g_main_context_iteration (scene.outer, TRUE);
    turns++;
  }
  /* A few when it begins; one that never rests makes tens of thousands. */
  ck_assert_uint_lt (turns, 20);
  close_nest (&scene);
  scene_clear (&scene);
}

END_TEST;

static gboolean
on_step_out (gpointer user_data)
{
  Scene *scene = user_data;

  /* As GTask does around its callbacks. */
  g_main_context_push_thread_default (scene->inner);
  life_nest_step_out (scene->nest);
  on_call (scene);
  life_nest_step_in (scene->nest);
  ck_assert_ptr_eq (g_main_context_get_thread_default (), scene->inner);
  g_main_context_pop_thread_default (scene->inner);
  return G_SOURCE_REMOVE;
}

START_TEST (test_outside_the_outer_context_is_the_default)
{
  Scene scene;

  scene_init (&scene);
  add_call (&scene, 0, on_step_out);
  iterate_until (&scene, 1);
  ck_assert_ptr_eq (scene.seen, scene.outer);
  close_nest (&scene);
  scene_clear (&scene);
}

END_TEST;

START_TEST (test_with_nothing_left_it_closes_at_once)
{
  Scene scene;

  scene_init (&scene);
  close_nest (&scene);
  ck_assert_ptr_eq (scene.finisher, g_thread_self ());
  ck_assert (!g_main_context_pending (scene.outer));
  scene_clear (&scene);
}

END_TEST;

static gboolean
on_over (gpointer user_data)
{
  Scene *scene = user_data;

  g_atomic_int_set (&scene->pending, 0);
  return G_SOURCE_REMOVE;
}

START_TEST (test_what_is_ready_is_run_before_it_closes)
{
  Scene scene;

  scene_init (&scene);
  scene.pending = 1;
  add_call (&scene, 0, on_over);
  close_nest (&scene);
  ck_assert (wait_for_finish (&scene));
  scene_clear (&scene);
}

END_TEST;

START_TEST (test_what_takes_time_is_run_by_a_thread)
{
  Scene scene;

  scene_init (&scene);
  scene.pending = 1;
  add_call (&scene, 100, on_over);
  close_nest (&scene);
  /* The outer context may go; nobody iterates it any more. */
  drop_outer (&scene);
  ck_assert (wait_for_finish (&scene));
  ck_assert_ptr_ne (scene.finisher, g_thread_self ());
}

END_TEST;

static gboolean
on_close (gpointer user_data)
{
  Scene *scene = user_data;

  scene->calls++;
  close_nest (scene);
  ck_assert_ptr_null (scene->finisher);
  return G_SOURCE_REMOVE;
}

START_TEST (test_it_may_be_closed_by_what_it_runs)
{
  Scene scene;

  scene_init (&scene);
  add_call (&scene, 0, on_close);
  iterate_until (&scene, 1);
  ck_assert_ptr_eq (scene.finisher, g_thread_self ());
  scene_clear (&scene);
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("lifenest");
  TCase *tcase = tcase_create ("lifenest");
  tcase_add_test (tcase, test_what_is_inside_runs_with_the_outer_context);
  tcase_add_test (tcase, test_two_nests_run_beside_each_other);
  tcase_add_test (tcase, test_another_thread_wakes_it);
  tcase_add_test (tcase, test_with_nothing_to_do_the_outer_context_rests);
  tcase_add_test (tcase, test_outside_the_outer_context_is_the_default);
  tcase_add_test (tcase, test_with_nothing_left_it_closes_at_once);
  tcase_add_test (tcase, test_what_is_ready_is_run_before_it_closes);
  tcase_add_test (tcase, test_what_takes_time_is_run_by_a_thread);
  tcase_add_test (tcase, test_it_may_be_closed_by_what_it_runs);
  suite_add_tcase (suite, tcase);
  return suite;
}

int
main (void)
{
  SRunner *runner = srunner_create (create_suite ());
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

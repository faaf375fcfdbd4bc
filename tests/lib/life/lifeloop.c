/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "life/lifeloop.h"

#include <check.h>

#include "gate.h"
#include "race.h"

#define PATIENCE GATE_PATIENCE

static LifeLoop *
new_started_loop (void)
{
  LifeLoop *loop = life_loop_new ("test");
  ck_assert (life_loop_start (loop, NULL));
  return loop;
}

static void
count (gpointer user_data)
{
  g_atomic_int_inc ((gint *) user_data);
}

static void
do_nothing (gpointer user_data)
{
}

START_TEST (test_post_runs_in_the_loop)
{
  g_autoptr (LifeLoop) loop = new_started_loop ();
  gint runs = 0, destroys = 0;

  ck_assert (life_loop_post (loop, count, &runs, NULL));
  ck_assert (life_loop_post (loop, do_nothing, &destroys, count));
  ck_assert (life_loop_stop (loop, PATIENCE));
  ck_assert_int_eq (runs, 1);
  ck_assert_int_eq (destroys, 1);
}

END_TEST;

typedef struct
{
  LifeLoop *loop;
  GString *log;
  gboolean current;
  gboolean default_context;
} Notes;

static void
note_a (gpointer user_data)
{
  g_string_append_c (((Notes *) user_data)->log, 'a');
}

static void
note_b (gpointer user_data)
{
  g_string_append_c (((Notes *) user_data)->log, 'b');
}

static void
note_post_between (gpointer user_data)
{
  Notes *self = user_data;
  life_loop_post (self->loop, note_b, self, NULL);
  g_string_append_c (self->log, '(');
  life_loop_call (self->loop, note_a, self, NULL, PATIENCE);
  g_string_append_c (self->log, ')');
}

START_TEST (test_posts_keep_their_order)
{
  g_autoptr (LifeLoop) loop = life_loop_new ("test");
  Notes notes = {.log = g_string_new (NULL) };

  for (guint i = 0; i < 5; i++) {
    life_loop_post (loop, note_a, &notes, NULL);
    life_loop_post (loop, note_b, &notes, NULL);
  }
  ck_assert (life_loop_start (loop, NULL));
  ck_assert (life_loop_stop (loop, PATIENCE));
  ck_assert_str_eq (notes.log->str, "ababababab");
  g_string_free (notes.log, TRUE);
}

END_TEST;

START_TEST (test_in_the_loop_post_waits_and_call_does_not)
{
  g_autoptr (LifeLoop) loop = new_started_loop ();
  Notes notes = {.loop = loop,.log = g_string_new (NULL) };

  ck_assert (life_loop_call (loop, note_post_between, &notes, NULL, PATIENCE));
  ck_assert (life_loop_stop (loop, PATIENCE));
  ck_assert_str_eq (notes.log->str, "(a)b");
  g_string_free (notes.log, TRUE);
}

END_TEST;

static void
note_thread (gpointer user_data)
{
  Notes *self = user_data;
  self->current = life_loop_is_current (self->loop);
  self->default_context = g_main_context_get_thread_default () ==
      life_loop_get_context (self->loop);
}

START_TEST (test_loop_knows_its_thread)
{
  g_autoptr (LifeLoop) loop = new_started_loop ();
  Notes notes = {.loop = loop };

  ck_assert (!life_loop_is_current (loop));
  ck_assert (life_loop_call (loop, note_thread, &notes, NULL, PATIENCE));
  ck_assert (notes.current);
  ck_assert (notes.default_context);
  life_loop_stop (loop, PATIENCE);
}

END_TEST;

START_TEST (test_call_returns_when_the_data_is_free)
{
  g_autoptr (LifeLoop) loop = new_started_loop ();
  gint counter = 0;

  ck_assert (life_loop_call (loop, count, &counter, count, PATIENCE));
  ck_assert_int_eq (counter, 2);
  life_loop_stop (loop, PATIENCE);
}

END_TEST;

START_TEST (test_call_gives_up_while_the_function_runs)
{
  g_autoptr (LifeLoop) loop = new_started_loop ();
  Gate gate, destroyed;
  gate_init (&gate);
  gate_init (&destroyed);

  ck_assert (!life_loop_call (loop, gate_pass, &gate, NULL, 1000));
  ck_assert (!life_loop_call (loop, do_nothing, &destroyed, gate_open, 0));
  gate_open (&gate);
  ck_assert (gate_wait (&destroyed));
  ck_assert (life_loop_stop (loop, PATIENCE));
  gate_clear (&destroyed);
  gate_clear (&gate);
}

END_TEST;

START_TEST (test_call_may_wait_for_ever)
{
  g_autoptr (LifeLoop) loop = new_started_loop ();
  gint counter = 0;

  ck_assert (life_loop_call (loop, count, &counter, NULL, G_MAXINT64));
  ck_assert (life_loop_stop (loop, G_MAXINT64));
}

END_TEST;

START_TEST (test_stopped_loop_refuses)
{
  g_autoptr (LifeLoop) loop = new_started_loop ();
  gint runs = 0, destroys = 0;

  life_loop_stop (loop, PATIENCE);
  ck_assert (!life_loop_post (loop, count, &runs, NULL));
  ck_assert (!life_loop_post (loop, do_nothing, &destroys, count));
  ck_assert (!life_loop_call (loop, do_nothing, &destroys, count, G_MAXINT64));
  ck_assert_int_eq (runs, 0);
  ck_assert_int_eq (destroys, 2);
}

END_TEST;

START_TEST (test_stop_before_start_drops_posts)
{
  g_autoptr (LifeLoop) loop = life_loop_new ("test");
  gint destroys = 0;

  ck_assert (life_loop_post (loop, do_nothing, &destroys, count));
  ck_assert (life_loop_stop (loop, 0));
  ck_assert_int_eq (destroys, 1);
}

END_TEST;

START_TEST (test_start_after_stop_fails_with_a_reason)
{
  g_autoptr (LifeLoop) loop = life_loop_new ("test");
  g_autoptr (GError) error = NULL;

  life_loop_stop (loop, 0);
  ck_assert (!life_loop_start (loop, &error));
  ck_assert_ptr_nonnull (error);
}

END_TEST;

START_TEST (test_unref_of_an_unstarted_loop_drops_posts)
{
  LifeLoop *loop = life_loop_new ("test");
  gint destroys = 0;

  life_loop_post (loop, do_nothing, &destroys, count);
  life_loop_unref (loop);
  ck_assert_int_eq (destroys, 1);
}

END_TEST;

START_TEST (test_stop_again_is_allowed)
{
  g_autoptr (LifeLoop) loop = new_started_loop ();

  ck_assert (life_loop_stop (loop, PATIENCE));
  ck_assert (life_loop_stop (loop, 0));
}

END_TEST;

START_TEST (test_stop_gives_up_on_a_stuck_loop_and_can_be_repeated)
{
  g_autoptr (LifeLoop) loop = new_started_loop ();
  Gate gate;
  gate_init (&gate);

  life_loop_post (loop, gate_pass, &gate, NULL);
  ck_assert (!life_loop_stop (loop, 1000));
  gate_open (&gate);
  ck_assert (life_loop_stop (loop, PATIENCE));
  gate_clear (&gate);
}

END_TEST;

typedef struct
{
  LifeLoop *loop;
  Gate held;
  Gate gone;
} Orphan;

static void
hold_up (gpointer user_data)
{
  Orphan *self = user_data;
  gate_wait (&self->held);
}

START_TEST (test_stop_runs_what_was_posted_while_the_loop_was_busy)
{
  g_autoptr (LifeLoop) loop = new_started_loop ();
  Gate entered, held;
  gint runs = 0;
  gate_init (&entered);
  gate_init (&held);

  life_loop_post (loop, gate_open, &entered, NULL);
  life_loop_post (loop, gate_pass, &held, NULL);
  ck_assert (gate_wait (&entered));
  ck_assert (life_loop_post (loop, count, &runs, NULL));
  ck_assert (!life_loop_stop (loop, 0));
  gate_open (&held);
  ck_assert (life_loop_stop (loop, PATIENCE));
  ck_assert_int_eq (runs, 1);
  gate_clear (&held);
  gate_clear (&entered);
}

END_TEST;

START_TEST (test_stuck_loop_outlives_its_last_user)
{
  Orphan orphan = {.loop = new_started_loop () };
  gate_init (&orphan.held);
  gate_init (&orphan.gone);

  life_loop_post (orphan.loop, hold_up, &orphan, NULL);
  life_loop_post (orphan.loop, gate_open, &orphan.gone, NULL);
  ck_assert (!life_loop_stop (orphan.loop, 1000));
  life_loop_unref (orphan.loop);
  gate_open (&orphan.held);
  ck_assert (gate_wait (&orphan.gone));
  /* Its thread still holds the second gate's lock or is past it. */
  life_lock_lock (&orphan.gone.lock);
  life_lock_unlock (&orphan.gone.lock);
}

END_TEST;

static void
drop_last_ref (gpointer user_data)
{
  Orphan *self = user_data;
  gate_wait (&self->held);
  life_loop_unref (self->loop);
}

START_TEST (test_last_ref_may_go_in_the_loop)
{
  Orphan orphan = {.loop = new_started_loop () };
  gate_init (&orphan.held);
  gate_init (&orphan.gone);

  life_loop_post (life_loop_ref (orphan.loop), drop_last_ref, &orphan, NULL);
  life_loop_post (orphan.loop, gate_open, &orphan.gone, NULL);
  life_loop_unref (orphan.loop);
  gate_open (&orphan.held);
  ck_assert (gate_wait (&orphan.gone));
}

END_TEST;

static void
stop_inside (gpointer user_data)
{
  ck_assert (life_loop_stop (user_data, PATIENCE));
}

START_TEST (test_stop_in_the_loop_does_not_wait_for_itself)
{
  g_autoptr (LifeLoop) loop = new_started_loop ();
  gint runs = 0;

  life_loop_post (loop, stop_inside, loop, NULL);
  life_loop_post (loop, count, &runs, NULL);
  ck_assert (life_loop_stop (loop, PATIENCE));
  ck_assert_int_le (runs, 1);
}

END_TEST;

typedef struct
{
  Gate gate;
  gint wanted;
  gint turns;
  gint64 started;
  gint64 first;
} Ticks;

static gboolean
tick (gpointer user_data)
{
  Ticks *self = user_data;
  if (self->turns++ == 0)
    self->first = g_get_monotonic_time ();
  if (self->turns < self->wanted)
    return G_SOURCE_CONTINUE;
  gate_open (&self->gate);
  return G_SOURCE_REMOVE;
}

START_TEST (test_timeout_comes_once_and_not_early)
{
  g_autoptr (LifeLoop) loop = new_started_loop ();
  Ticks ticks = {.wanted = 1,.started = g_get_monotonic_time () };
  gate_init (&ticks.gate);

  g_autoptr (GSource) source = life_loop_add_timeout (loop, "test-tick", 3000,
      tick, &ticks, NULL);
  ck_assert_str_eq (g_source_get_name (source), "test-tick");
  ck_assert (gate_wait (&ticks.gate));
  ck_assert (life_loop_stop (loop, PATIENCE));
  ck_assert_int_eq (ticks.turns, 1);
  ck_assert_int_ge (ticks.first - ticks.started, 3000);
  gate_clear (&ticks.gate);
}

END_TEST;

START_TEST (test_timeout_repeats_until_it_says_stop)
{
  g_autoptr (LifeLoop) loop = new_started_loop ();
  Ticks ticks = {.wanted = 5 };
  gint destroys = 0;
  gate_init (&ticks.gate);

  g_autoptr (GSource) source = life_loop_add_timeout (loop, "test-tick", 100,
      tick, &ticks, NULL);
  g_autoptr (GSource) other = life_loop_add_timeout (loop, "test-other",
      G_MAXINT64, tick, &destroys, count);
  ck_assert (gate_wait (&ticks.gate));
  ck_assert (life_loop_call (loop, (LifeLoopFunc) g_source_destroy, other, NULL,
          PATIENCE));
  ck_assert_int_eq (destroys, 1);
  ck_assert (life_loop_stop (loop, PATIENCE));
  ck_assert_int_eq (ticks.turns, 5);
  ck_assert (g_source_is_destroyed (source));
  gate_clear (&ticks.gate);
}

END_TEST;

typedef struct
{
  LifeLoop *loop;
  gint runs;                    /* atomic */
  gint destroys;                /* atomic */
  gint taken;
  gboolean stopped[2];
} LoopRace;

static void
loop_race_prepare (gpointer user_data)
{
  LoopRace *self = user_data;
  *self = (LoopRace) {
  .loop = new_started_loop ()};
}

static void
loop_race_ran (gpointer user_data)
{
  LoopRace *self = user_data;
  g_atomic_int_inc (&self->runs);
}

static void
loop_race_destroyed (gpointer user_data)
{
  LoopRace *self = user_data;
  g_atomic_int_inc (&self->destroys);
}

static void
loop_race_post (gpointer user_data)
{
  LoopRace *self = user_data;
  for (guint i = 0; i < 3; i++)
    self->taken += life_loop_post (self->loop, loop_race_ran, self,
        loop_race_destroyed);
}

static void
loop_race_call (gpointer user_data)
{
  LoopRace *self = user_data;
  for (guint i = 0; i < 3; i++)
    self->taken += life_loop_call (self->loop, loop_race_ran, self,
        loop_race_destroyed, PATIENCE);
}

static void
loop_race_stop (gpointer user_data)
{
  LoopRace *self = user_data;
  self->stopped[0] = life_loop_stop (self->loop, PATIENCE);
}

static void
loop_race_stop_too (gpointer user_data)
{
  LoopRace *self = user_data;
  loop_race_post (self);
  self->stopped[1] = life_loop_stop (self->loop, PATIENCE);
}

static void
loop_race_judge (gpointer user_data)
{
  LoopRace *self = user_data;
  ck_assert (self->stopped[0]);
  ck_assert_int_eq (self->runs, self->taken);
  ck_assert_int_eq (self->destroys, 3);
  g_clear_pointer (&self->loop, life_loop_unref);
}

START_TEST (test_post_versus_stop_runs_all_that_was_taken)
{
  const RaceFuncs funcs = {
    .prepare = loop_race_prepare,
    .left = loop_race_post,
    .right = loop_race_stop,
    .judge = loop_race_judge,
  };
  LoopRace race = { NULL };
  race_run (RACE_ROUNDS, &funcs, &race);
}

END_TEST;

START_TEST (test_call_versus_stop_runs_all_that_was_taken)
{
  const RaceFuncs funcs = {
    .prepare = loop_race_prepare,
    .left = loop_race_call,
    .right = loop_race_stop,
    .judge = loop_race_judge,
  };
  LoopRace race = { NULL };
  race_run (RACE_ROUNDS / 10, &funcs, &race);
}

END_TEST;

static void
loop_race_judge_both (gpointer user_data)
{
  LoopRace *self = user_data;
  ck_assert (self->stopped[1]);
  loop_race_judge (self);
}

START_TEST (test_stop_versus_stop_both_wait_for_the_end)
{
  const RaceFuncs funcs = {
    .prepare = loop_race_prepare,
    .left = loop_race_stop,
    .right = loop_race_stop_too,
    .judge = loop_race_judge_both,
  };
  LoopRace race = { NULL };
  race_run (RACE_ROUNDS / 10, &funcs, &race);
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("lifeloop");

  TCase *post = tcase_create ("post");
  tcase_set_timeout (post, 60);
  tcase_add_test (post, test_post_runs_in_the_loop);
  tcase_add_test (post, test_posts_keep_their_order);
  tcase_add_test (post, test_in_the_loop_post_waits_and_call_does_not);
  tcase_add_test (post, test_loop_knows_its_thread);
  tcase_add_test (post, test_call_returns_when_the_data_is_free);
  tcase_add_test (post, test_call_gives_up_while_the_function_runs);
  tcase_add_test (post, test_call_may_wait_for_ever);
  suite_add_tcase (suite, post);

  TCase *stop = tcase_create ("stop");
  tcase_set_timeout (stop, 60);
  tcase_add_test (stop, test_stopped_loop_refuses);
  tcase_add_test (stop, test_stop_before_start_drops_posts);
  tcase_add_test (stop, test_start_after_stop_fails_with_a_reason);
  tcase_add_test (stop, test_unref_of_an_unstarted_loop_drops_posts);
  tcase_add_test (stop, test_stop_again_is_allowed);
  tcase_add_test (stop, test_stop_gives_up_on_a_stuck_loop_and_can_be_repeated);
  tcase_add_test (stop, test_stop_runs_what_was_posted_while_the_loop_was_busy);
  tcase_add_test (stop, test_stuck_loop_outlives_its_last_user);
  tcase_add_test (stop, test_last_ref_may_go_in_the_loop);
  tcase_add_test (stop, test_stop_in_the_loop_does_not_wait_for_itself);
  suite_add_tcase (suite, stop);

  TCase *timeout = tcase_create ("timeout");
  tcase_set_timeout (timeout, 60);
  tcase_add_test (timeout, test_timeout_comes_once_and_not_early);
  tcase_add_test (timeout, test_timeout_repeats_until_it_says_stop);
  suite_add_tcase (suite, timeout);

  TCase *races = tcase_create ("races");
  tcase_set_timeout (races, 240);
  tcase_add_test (races, test_post_versus_stop_runs_all_that_was_taken);
  tcase_add_test (races, test_call_versus_stop_runs_all_that_was_taken);
  tcase_add_test (races, test_stop_versus_stop_both_wait_for_the_end);
  suite_add_tcase (suite, races);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_NORMAL);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "life/lifeevent.h"

#include <check.h>

#include "race.h"

/* What happened to one listener. */
typedef struct
{
  gint calls;                   /* atomic */
  gint destroys;                /* atomic */
  gint value;                   /* atomic */
  LifeEvent *event;             /* for what the listener does */
  LifeListener *listener;
} Witness;

static void
witness_called (gint value, gpointer user_data)
{
  Witness *self = user_data;
  g_atomic_int_set (&self->value, value);
  g_atomic_int_inc (&self->calls);
}

static void
witness_destroyed (gpointer user_data)
{
  Witness *self = user_data;
  g_atomic_int_inc (&self->destroys);
}

static LifeListener *
witness_listen (Witness * self, LifeEvent * event)
{
  return life_event_listen (event, witness_called, self, witness_destroyed);
}

START_TEST (test_fire_happens_once)
{
  g_autoptr (LifeEvent) event = life_event_new ();
  gint value = 0;

  ck_assert (!life_event_has_fired (event, &value));
  ck_assert (life_event_fire (event, 5));
  ck_assert (!life_event_fire (event, 6));
  ck_assert (life_event_has_fired (event, &value));
  ck_assert_int_eq (value, 5);
  ck_assert (life_event_has_fired (event, NULL));
}

END_TEST;

START_TEST (test_early_listener_is_called_once)
{
  g_autoptr (LifeEvent) event = life_event_new ();
  Witness witness = { 0 };
  g_autoptr (LifeListener) listener = witness_listen (&witness, event);

  ck_assert_int_eq (witness.calls, 0);
  life_event_fire (event, -5);
  life_event_fire (event, 6);
  ck_assert_int_eq (witness.calls, 1);
  ck_assert_int_eq (witness.value, -5);
  ck_assert_int_eq (witness.destroys, 1);
  ck_assert (!life_listener_remove (listener));
}

END_TEST;

START_TEST (test_late_listener_is_called_at_once)
{
  g_autoptr (LifeEvent) event = life_event_new ();
  Witness witness = { 0 };

  life_event_fire (event, 5);
  g_autoptr (LifeListener) listener = witness_listen (&witness, event);
  ck_assert_int_eq (witness.calls, 1);
  ck_assert_int_eq (witness.value, 5);
  ck_assert_int_eq (witness.destroys, 1);
  ck_assert (!life_listener_remove (listener));
}

END_TEST;

START_TEST (test_every_listener_is_called)
{
  g_autoptr (LifeEvent) event = life_event_new ();
  Witness witnesses[20] = { {0}
  };

  for (guint i = 0; i < 20; i++)
    life_listener_unref (witness_listen (&witnesses[i], event));
  life_event_fire (event, 1);
  for (guint i = 0; i < 20; i++)
    ck_assert_int_eq (witnesses[i].calls, 1);
}

END_TEST;

START_TEST (test_destroy_may_be_absent)
{
  g_autoptr (LifeEvent) event = life_event_new ();
  Witness witness = { 0 };
  g_autoptr (LifeListener) called = life_event_listen (event, witness_called,
      &witness, NULL);
  g_autoptr (LifeListener) removed = life_event_listen (event, witness_called,
      &witness, NULL);

  ck_assert (life_listener_remove (removed));
  life_event_fire (event, 1);
  ck_assert_int_eq (witness.calls, 1);
  ck_assert (!life_listener_remove (called));
}

END_TEST;

START_TEST (test_removed_listener_is_not_called)
{
  g_autoptr (LifeEvent) event = life_event_new ();
  Witness witness = { 0 };
  g_autoptr (LifeListener) listener = witness_listen (&witness, event);

  ck_assert (life_listener_remove (listener));
  ck_assert_int_eq (witness.destroys, 1);
  life_event_fire (event, 5);
  ck_assert_int_eq (witness.calls, 0);
  ck_assert_int_eq (witness.destroys, 1);
}

END_TEST;

START_TEST (test_second_remove_says_the_same)
{
  g_autoptr (LifeEvent) event = life_event_new ();
  Witness witness = { 0 };
  g_autoptr (LifeListener) listener = witness_listen (&witness, event);

  ck_assert (life_listener_remove (listener));
  ck_assert (life_listener_remove (listener));
  ck_assert_int_eq (witness.destroys, 1);
}

END_TEST;

START_TEST (test_remove_after_the_call_fails)
{
  g_autoptr (LifeEvent) event = life_event_new ();
  Witness witness = { 0 };
  g_autoptr (LifeListener) listener = witness_listen (&witness, event);

  life_event_fire (event, 5);
  ck_assert (!life_listener_remove (listener));
}

END_TEST;

START_TEST (test_listener_stays_when_its_handle_is_given_back)
{
  g_autoptr (LifeEvent) event = life_event_new ();
  Witness witness = { 0 };

  life_listener_unref (witness_listen (&witness, event));
  life_event_fire (event, 5);
  ck_assert_int_eq (witness.calls, 1);
  ck_assert_int_eq (witness.destroys, 1);
}

END_TEST;

START_TEST (test_handle_of_a_removed_listener_is_not_shared)
{
  g_autoptr (LifeEvent) event = life_event_new ();
  Witness old = { 0 };
  Witness new = { 0 };
  g_autoptr (LifeListener) kept = witness_listen (&old, event);

  life_listener_remove (kept);
  g_autoptr (LifeListener) other = witness_listen (&new, event);
  life_listener_remove (kept);
  life_event_fire (event, 1);
  ck_assert_int_eq (new.calls, 1);
  ck_assert_int_eq (old.calls, 0);
  ck_assert (!life_listener_remove (other));
}

END_TEST;

START_TEST (test_listening_and_removing_reuses_the_node)
{
  g_autoptr (LifeEvent) event = life_event_new ();
  Witness witness = { 0 };
  LifeListener *first = witness_listen (&witness, event);
  gpointer first_address = first;

  life_listener_remove (first);
  life_listener_unref (first);
  g_autoptr (LifeListener) second = witness_listen (&witness, event);
  ck_assert_ptr_eq (second, first_address);
  life_event_fire (event, 3);
  ck_assert_int_eq (witness.calls, 1);
  ck_assert_int_eq (witness.destroys, 2);
}

END_TEST;

START_TEST (test_last_unref_drops_pending_listeners)
{
  LifeEvent *event = life_event_new ();
  Witness witness = { 0 };
  g_autoptr (LifeListener) listener = witness_listen (&witness, event);

  life_event_unref (event);
  ck_assert_int_eq (witness.calls, 0);
  ck_assert_int_eq (witness.destroys, 1);
  ck_assert (life_listener_remove (listener));
  ck_assert_int_eq (witness.destroys, 1);
}

END_TEST;

static void
remove_self (gint value, gpointer user_data)
{
  Witness *self = user_data;
  self->calls++;
  ck_assert (!life_listener_remove (self->listener));
  g_clear_pointer (&self->listener, life_listener_unref);
}

START_TEST (test_listener_may_give_back_its_own_handle)
{
  g_autoptr (LifeEvent) event = life_event_new ();
  Witness witness = { 0 };

  witness.listener = life_event_listen (event, remove_self, &witness, NULL);
  life_event_fire (event, 1);
  ck_assert_int_eq (witness.calls, 1);
}

END_TEST;

static void
drop_event (gint value, gpointer user_data)
{
  Witness *self = user_data;
  self->calls++;
  g_clear_pointer (&self->event, life_event_unref);
}

START_TEST (test_listener_may_drop_the_event)
{
  Witness dropper = {.event = life_event_new () };
  Witness before = { 0 };
  Witness after = { 0 };

  life_listener_unref (witness_listen (&before, dropper.event));
  life_listener_unref (life_event_listen (dropper.event, drop_event, &dropper,
          NULL));
  life_listener_unref (witness_listen (&after, dropper.event));
  life_event_fire (dropper.event, 1);
  ck_assert_int_eq (before.calls, 1);
  ck_assert_int_eq (dropper.calls, 1);
  ck_assert_int_eq (after.calls, 1);
}

END_TEST;

static void
listen_again (gint value, gpointer user_data)
{
  Witness *self = user_data;
  self->listener = life_event_listen (self->event, witness_called, self, NULL);
}

START_TEST (test_listener_may_listen)
{
  g_autoptr (LifeEvent) event = life_event_new ();
  Witness witness = {.event = event };

  life_listener_unref (life_event_listen (event, listen_again, &witness, NULL));
  life_event_fire (event, 1);
  ck_assert_int_eq (witness.calls, 1);
  life_listener_unref (witness.listener);
}

END_TEST;

static void
remove_other (gint value, gpointer user_data)
{
  Witness *self = user_data;
  if (self->listener)
    self->value += life_listener_remove (self->listener);
}

START_TEST (test_listener_may_remove_another)
{
  g_autoptr (LifeEvent) event = life_event_new ();
  Witness first = { 0 };
  Witness second = { 0 };

  g_autoptr (LifeListener) one = life_event_listen (event, remove_other, &first,
      NULL);
  g_autoptr (LifeListener) two = life_event_listen (event, remove_other,
      &second, NULL);
  first.listener = two;
  second.listener = one;
  life_event_fire (event, 1);
  /* Whichever came first removed the other. */
  ck_assert_int_eq (first.value + second.value, 1);
}

END_TEST;

typedef struct
{
  LifeEvent *event;
  Witness witness;
  Witness other;
  LifeListener *listener;
  gboolean fired[2];
  gboolean removed;
  gboolean reuse;
} EventRace;

static void
event_race_prepare (gpointer user_data)
{
  EventRace *self = user_data;
  gboolean reuse = !self->reuse;
  *self = (EventRace) {
  .event = life_event_new (),.reuse = reuse};
  if (reuse) {
    LifeListener *listener = life_event_listen (self->event, witness_called,
        &self->witness, NULL);
    life_listener_remove (listener);
    life_listener_unref (listener);
  }
}

static void
event_race_prepare_listener (gpointer user_data)
{
  EventRace *self = user_data;
  event_race_prepare (self);
  self->listener = witness_listen (&self->witness, self->event);
}

static void
event_race_fire (gpointer user_data)
{
  EventRace *self = user_data;
  self->fired[0] = life_event_fire (self->event, 1);
}

static void
event_race_fire_too (gpointer user_data)
{
  EventRace *self = user_data;
  self->fired[1] = life_event_fire (self->event, 2);
}

static void
event_race_listen (gpointer user_data)
{
  EventRace *self = user_data;
  self->listener = witness_listen (&self->witness, self->event);
}

static void
event_race_remove (gpointer user_data)
{
  EventRace *self = user_data;
  self->removed = life_listener_remove (self->listener);
  g_clear_pointer (&self->listener, life_listener_unref);
}

static void
event_race_judge (gpointer user_data)
{
  EventRace *self = user_data;
  gint value = 0;
  ck_assert_int_eq (self->fired[0] + self->fired[1], 1);
  ck_assert (life_event_has_fired (self->event, &value));
  ck_assert_int_eq (value, self->fired[0] ? 1 : 2);
  ck_assert_int_eq (self->witness.calls, self->removed ? 0 : 1);
  ck_assert_int_eq (self->witness.value, self->removed ? 0 : value);
  ck_assert_int_eq (self->witness.destroys, 1);
  g_clear_pointer (&self->listener, life_listener_unref);
  g_clear_pointer (&self->event, life_event_unref);
}

START_TEST (test_fire_versus_listen_calls_once)
{
  const RaceFuncs funcs = {
    .prepare = event_race_prepare,
    .left = event_race_fire,
    .right = event_race_listen,
    .judge = event_race_judge,
  };
  EventRace race = { NULL };
  race_run (RACE_ROUNDS, &funcs, &race);
}

END_TEST;

START_TEST (test_fire_versus_remove_does_one_of_both)
{
  const RaceFuncs funcs = {
    .prepare = event_race_prepare_listener,
    .left = event_race_fire,
    .right = event_race_remove,
    .judge = event_race_judge,
  };
  EventRace race = { NULL };
  race_run (RACE_ROUNDS, &funcs, &race);
}

END_TEST;

START_TEST (test_fire_versus_fire_has_one_winner)
{
  const RaceFuncs funcs = {
    .prepare = event_race_prepare_listener,
    .left = event_race_fire,
    .right = event_race_fire_too,
    .judge = event_race_judge,
  };
  EventRace race = { NULL };
  race_run (RACE_ROUNDS, &funcs, &race);
}

END_TEST;

static void
event_race_drop (gpointer user_data)
{
  EventRace *self = user_data;
  g_clear_pointer (&self->event, life_event_unref);
}

static void
event_race_judge_drop (gpointer user_data)
{
  EventRace *self = user_data;
  ck_assert (self->removed);
  ck_assert_int_eq (self->witness.calls, 0);
  ck_assert_int_eq (self->witness.destroys, 1);
}

START_TEST (test_last_unref_versus_remove_destroys_once)
{
  const RaceFuncs funcs = {
    .prepare = event_race_prepare_listener,
    .left = event_race_drop,
    .right = event_race_remove,
    .judge = event_race_judge_drop,
  };
  EventRace race = { NULL };
  race_run (RACE_ROUNDS, &funcs, &race);
}

END_TEST;

static void
churn (LifeEvent * event, Witness * witness)
{
  for (guint i = 0; i < 8; i++) {
    LifeListener *listener = life_event_listen (event, witness_called, witness,
        witness_destroyed);
    life_listener_remove (listener);
    life_listener_unref (listener);
  }
}

static void
event_race_churn_left (gpointer user_data)
{
  EventRace *self = user_data;
  churn (self->event, &self->witness);
}

static void
event_race_churn_and_fire (gpointer user_data)
{
  EventRace *self = user_data;
  churn (self->event, &self->other);
  life_event_fire (self->event, 1);
}

static void
event_race_judge_churn (gpointer user_data)
{
  EventRace *self = user_data;
  ck_assert_int_eq (self->witness.destroys, 8);
  ck_assert_int_eq (self->other.destroys, 8);
  ck_assert_int_eq (self->other.calls, 0);
  g_clear_pointer (&self->event, life_event_unref);
}

START_TEST (test_reused_nodes_survive_a_fire)
{
  const RaceFuncs funcs = {
    .prepare = event_race_prepare,
    .left = event_race_churn_left,
    .right = event_race_churn_and_fire,
    .judge = event_race_judge_churn,
  };
  EventRace race = { NULL };
  race_run (RACE_ROUNDS, &funcs, &race);
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("lifeevent");

  TCase *once = tcase_create ("once");
  tcase_add_test (once, test_fire_happens_once);
  tcase_add_test (once, test_early_listener_is_called_once);
  tcase_add_test (once, test_late_listener_is_called_at_once);
  tcase_add_test (once, test_every_listener_is_called);
  tcase_add_test (once, test_destroy_may_be_absent);
  suite_add_tcase (suite, once);

  TCase *remove = tcase_create ("remove");
  tcase_add_test (remove, test_removed_listener_is_not_called);
  tcase_add_test (remove, test_second_remove_says_the_same);
  tcase_add_test (remove, test_remove_after_the_call_fails);
  tcase_add_test (remove, test_listener_stays_when_its_handle_is_given_back);
  tcase_add_test (remove, test_handle_of_a_removed_listener_is_not_shared);
  tcase_add_test (remove, test_listening_and_removing_reuses_the_node);
  tcase_add_test (remove, test_last_unref_drops_pending_listeners);
  suite_add_tcase (suite, remove);

  TCase *reenter = tcase_create ("reenter");
  tcase_add_test (reenter, test_listener_may_give_back_its_own_handle);
  tcase_add_test (reenter, test_listener_may_drop_the_event);
  tcase_add_test (reenter, test_listener_may_listen);
  tcase_add_test (reenter, test_listener_may_remove_another);
  suite_add_tcase (suite, reenter);

  TCase *races = tcase_create ("races");
  tcase_set_timeout (races, 120);
  tcase_add_test (races, test_fire_versus_listen_calls_once);
  tcase_add_test (races, test_fire_versus_remove_does_one_of_both);
  tcase_add_test (races, test_fire_versus_fire_has_one_winner);
  tcase_add_test (races, test_last_unref_versus_remove_destroys_once);
  tcase_add_test (races, test_reused_nodes_survive_a_fire);
  suite_add_tcase (suite, races);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_NORMAL);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

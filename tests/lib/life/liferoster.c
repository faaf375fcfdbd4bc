/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "life/liferoster.h"

#include <check.h>

#include "gate.h"
#include "rostersession.h"

#define PATIENCE GATE_PATIENCE

START_TEST (test_registered_session_is_counted_until_it_ends)
{
  g_autoptr (LifeRoster) roster = session_new_roster ();
  Session session = { NULL };

  ck_assert_uint_eq (life_roster_get_count (roster), 0);
  session_register (&session, roster);
  ck_assert_uint_eq (life_roster_get_count (roster), 1);
  life_entry_end (session.entry, 4);
  ck_assert_uint_eq (life_roster_get_count (roster), 0);
  session_clear (&session);
}

END_TEST;

START_TEST (test_gone_comes_once_with_the_first_reason)
{
  g_autoptr (LifeRoster) roster = session_new_roster ();
  Session session = { NULL };

  session_register (&session, roster);
  ck_assert (life_entry_end (session.entry, 4));
  ck_assert (!life_entry_end (session.entry, 5));
  ck_assert_str_eq (session.log, "gd");
  ck_assert_int_eq (session.reason, 4);
  session_clear (&session);
}

END_TEST;

static void
session_free_entry (gpointer session)
{
  session_note (session, 'd');
  session_clear (session);
}

START_TEST (test_session_may_own_its_entry)
{
  g_autoptr (LifeRoster) roster = session_new_roster ();
  Session session = { NULL };

  session.entry = life_roster_register (roster, &session, session_free_entry);
  ck_assert (life_entry_end (session.entry, 4));
  ck_assert_str_eq (session.log, "gd");
}

END_TEST;

START_TEST (test_functions_may_be_absent)
{
  const LifeRosterFuncs funcs = { NULL };
  g_autoptr (LifeRoster) roster = life_roster_new (&funcs, NULL);
  g_autoptr (LifeEntry) entry = life_roster_register (roster, roster, NULL);
  LifeRosterReport report;

  life_roster_close (roster, 0, 0, &report);
  ck_assert_uint_eq (report.stuck, 1);
  ck_assert (life_entry_end (entry, 1));
}

END_TEST;

START_TEST (test_entry_outlives_the_users_reference_to_the_roster)
{
  LifeRoster *roster = session_new_roster ();
  Session session = { NULL };

  session_register (&session, roster);
  life_roster_unref (roster);
  ck_assert (life_entry_end (session.entry, 1));
  ck_assert_str_eq (session.log, "gd");
  session_clear (&session);
}

END_TEST;

static void
visit (gpointer session, gpointer user_data)
{
  session_note (session, 'v');
  ++*(guint *) user_data;
}

static void
visit_and_end (gpointer session, gpointer user_data)
{
  Session *self = session;
  session_note (self, '(');
  session_end (self);
  if (self->next)
    session_end (self->next);
  session_note (self, ')');
}

START_TEST (test_foreach_visits_who_is_in)
{
  g_autoptr (LifeRoster) roster = session_new_roster ();
  Session sessions[3] = { {NULL}
  };
  guint visits = 0;

  for (guint i = 0; i < 3; i++)
    session_register (&sessions[i], roster);
  session_end (&sessions[1]);
  life_roster_foreach (roster, visit, &visits);
  ck_assert_uint_eq (visits, 2);
  ck_assert_str_eq (sessions[0].log, "v");
  ck_assert_str_eq (sessions[1].log, "gd");
  for (guint i = 0; i < 3; i++) {
    session_end (&sessions[i]);
    session_clear (&sessions[i]);
  }
}

END_TEST;

START_TEST (test_session_that_ends_in_a_visit_goes_after_it)
{
  g_autoptr (LifeRoster) roster = session_new_roster ();
  Session second = { NULL };
  Session first = {.next = &second };

  session_register (&first, roster);
  session_register (&second, roster);
  life_roster_foreach (roster, visit_and_end, NULL);
  ck_assert_str_eq (first.log, "()gd");
  ck_assert_str_eq (second.log, "gd");
  session_clear (&first);
  session_clear (&second);
}

END_TEST;

START_TEST (test_close_of_an_empty_roster_returns_at_once)
{
  g_autoptr (LifeRoster) roster = session_new_roster ();
  LifeRosterReport report = { 9, 9, 9 };

  ck_assert (!life_roster_is_closing (roster));
  life_roster_close (roster, G_MAXINT64, G_MAXINT64, &report);
  ck_assert (life_roster_is_closing (roster));
  ck_assert_uint_eq (report.left, 0);
  ck_assert_uint_eq (report.cut, 0);
  ck_assert_uint_eq (report.stuck, 0);
}

END_TEST;

START_TEST (test_close_waits_for_those_who_leave)
{
  g_autoptr (LifeRoster) roster = session_new_roster ();
  Session polite = {.on_notice = session_end };
  LifeRosterReport report;

  session_register (&polite, roster);
  life_roster_close (roster, PATIENCE, PATIENCE, &report);
  ck_assert_str_eq (polite.log, "ngd");
  ck_assert_uint_eq (report.left, 1);
  ck_assert_uint_eq (report.cut, 0);
  ck_assert_uint_eq (report.stuck, 0);
  session_clear (&polite);
}

END_TEST;

START_TEST (test_close_cuts_those_who_stay)
{
  g_autoptr (LifeRoster) roster = session_new_roster ();
  Session polite = {.on_notice = session_end };
  Session deaf = {.on_cut = session_end };
  LifeRosterReport report;

  session_register (&deaf, roster);
  session_register (&polite, roster);
  life_roster_close (roster, 1000, PATIENCE, &report);
  ck_assert_str_eq (polite.log, "ngd");
  ck_assert_str_eq (deaf.log, "ncgd");
  ck_assert_uint_eq (report.left, 1);
  ck_assert_uint_eq (report.cut, 1);
  ck_assert_uint_eq (report.stuck, 0);
  session_clear (&deaf);
  session_clear (&polite);
}

END_TEST;

START_TEST (test_close_gives_up_on_the_stuck)
{
  g_autoptr (LifeRoster) roster = session_new_roster ();
  Session stuck = { NULL };
  LifeRosterReport report;

  session_register (&stuck, roster);
  life_roster_close (roster, 1000, 1000, &report);
  ck_assert_str_eq (stuck.log, "nc");
  ck_assert_uint_eq (report.left, 0);
  ck_assert_uint_eq (report.cut, 0);
  ck_assert_uint_eq (report.stuck, 1);
  ck_assert (life_entry_end (stuck.entry, 1));
  ck_assert_str_eq (stuck.log, "ncgd");
  session_clear (&stuck);
}

END_TEST;

START_TEST (test_close_again_gives_the_same_report)
{
  g_autoptr (LifeRoster) roster = session_new_roster ();
  Session polite = {.on_notice = session_end };
  LifeRosterReport report = { 9, 9, 9 };

  session_register (&polite, roster);
  life_roster_close (roster, PATIENCE, PATIENCE, NULL);
  life_roster_close (roster, 0, 0, &report);
  ck_assert_str_eq (polite.log, "ngd");
  ck_assert_uint_eq (report.left, 1);
  ck_assert_uint_eq (report.cut, 0);
  session_clear (&polite);
}

END_TEST;

static gpointer
close_in_thread (gpointer user_data)
{
  LifeRosterReport *report = g_new0 (LifeRosterReport, 1);
  life_roster_close (user_data, PATIENCE, PATIENCE, report);
  return report;
}

static void
session_open_gate (Session * self)
{
  gate_open (self->gate);
}

START_TEST (test_second_closer_waits_for_the_first)
{
  g_autoptr (LifeRoster) roster = session_new_roster ();
  Gate gate;
  gate_init (&gate);
  Session session = {.on_notice = session_open_gate,.gate = &gate };

  session_register (&session, roster);
  GThread *first = g_thread_new ("closer", close_in_thread, roster);
  ck_assert (gate_wait (&gate));
  GThread *second = g_thread_new ("closer", close_in_thread, roster);
  session_end (&session);
  g_autofree LifeRosterReport *one = g_thread_join (first);
  g_autofree LifeRosterReport *two = g_thread_join (second);
  ck_assert_uint_eq (one->left, 1);
  ck_assert_uint_eq (two->left, 1);
  ck_assert_str_eq (session.log, "ngd");
  session_clear (&session);
  gate_clear (&gate);
}

END_TEST;

static void
session_register_next (Session * self)
{
  session_register (self->next, self->roster);
}

START_TEST (test_straggler_is_drained_and_joined)
{
  g_autoptr (LifeRoster) roster = session_new_roster ();
  Session straggler = {.on_cut = session_end };
  Session first = {.on_notice = session_register_next,.on_cut = session_end,
    .next = &straggler
  };
  LifeRosterReport report;

  session_register (&first, roster);
  life_roster_close (roster, 1000, PATIENCE, &report);
  ck_assert_str_eq (straggler.log, "ncgd");
  ck_assert_uint_eq (report.cut, 2);
  ck_assert_uint_eq (report.stuck, 0);
  session_clear (&first);
  session_clear (&straggler);
}

END_TEST;

START_TEST (test_straggler_gets_notice_before_register_returns)
{
  g_autoptr (LifeRoster) roster = session_new_roster ();
  Gate gate;
  gate_init (&gate);
  Session first = {.on_notice = session_open_gate,.gate = &gate };
  Session straggler = { NULL };

  session_register (&first, roster);
  GThread *closer = g_thread_new ("closer", close_in_thread, roster);
  ck_assert (gate_wait (&gate));
  session_register (&straggler, roster);
  ck_assert_str_eq (straggler.log, "n");
  session_end (&straggler);
  session_end (&first);
  g_autofree LifeRosterReport *report = g_thread_join (closer);
  ck_assert_uint_eq (report->left, 2);
  session_clear (&straggler);
  session_clear (&first);
  gate_clear (&gate);
}

END_TEST;

START_TEST (test_straggler_after_the_grace_is_cut_at_once)
{
  g_autoptr (LifeRoster) roster = session_new_roster ();
  Session straggler = { NULL };
  Session first = {.on_cut = session_register_next,.next = &straggler };
  LifeRosterReport report;

  session_register (&first, roster);
  life_roster_close (roster, 0, 0, &report);
  ck_assert_str_eq (straggler.log, "nc");
  ck_assert_uint_eq (report.stuck, 2);
  session_end (&straggler);
  session_end (&first);
  session_clear (&straggler);
  session_clear (&first);
}

END_TEST;

START_TEST (test_newcomer_after_the_close_is_cut_at_once)
{
  g_autoptr (LifeRoster) roster = session_new_roster ();
  Session session = { NULL };
  LifeRosterReport report;

  life_roster_close (roster, 0, 0, NULL);
  session_register (&session, roster);
  ck_assert_str_eq (session.log, "nc");
  session_end (&session);
  ck_assert_str_eq (session.log, "ncgd");
  life_roster_close (roster, 0, 0, &report);
  ck_assert_uint_eq (report.left + report.cut + report.stuck, 0);
  session_clear (&session);
}

END_TEST;

static void
session_pass_gate (Session * self)
{
  gate_pass (self->gate);
}

static gpointer
register_in_thread (gpointer user_data)
{
  Session *self = user_data;
  session_register (self, self->roster);
  session_end (self);
  return NULL;
}

static void
session_register_next_in_thread (Session * self)
{
  self->next->roster = self->roster;
  GThread *thread = g_thread_new ("straggler", register_in_thread, self->next);
  g_thread_unref (thread);
  while (g_atomic_int_get (&self->next->inside) == 0)
    g_thread_yield ();
}

static void
session_open_gate_and_end (Session * self)
{
  gate_open (self->gate);
  session_end (self);
}

START_TEST (test_cut_waits_for_a_notice_that_still_runs)
{
  g_autoptr (LifeRoster) roster = session_new_roster ();
  Gate gate;
  gate_init (&gate);
  Session straggler = {.on_notice = session_pass_gate,.gate = &gate };
  Session first = {.on_notice = session_register_next_in_thread,
    .on_cut = session_open_gate_and_end,.gate = &gate,.next = &straggler
  };
  LifeRosterReport report;

  session_register (&first, roster);
  life_roster_close (roster, 1000, PATIENCE, &report);
  ck_assert_str_eq (straggler.log, "ncgd");
  ck_assert (!straggler.overlapped);
  ck_assert_uint_eq (report.cut, 2);
  session_clear (&first);
  session_clear (&straggler);
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("liferoster");

  TCase *in = tcase_create ("in");
  tcase_add_test (in, test_registered_session_is_counted_until_it_ends);
  tcase_add_test (in, test_gone_comes_once_with_the_first_reason);
  tcase_add_test (in, test_session_may_own_its_entry);
  tcase_add_test (in, test_functions_may_be_absent);
  tcase_add_test (in, test_entry_outlives_the_users_reference_to_the_roster);
  tcase_add_test (in, test_foreach_visits_who_is_in);
  tcase_add_test (in, test_session_that_ends_in_a_visit_goes_after_it);
  suite_add_tcase (suite, in);

  TCase *close = tcase_create ("close");
  tcase_set_timeout (close, 60);
  tcase_add_test (close, test_close_of_an_empty_roster_returns_at_once);
  tcase_add_test (close, test_close_waits_for_those_who_leave);
  tcase_add_test (close, test_close_cuts_those_who_stay);
  tcase_add_test (close, test_close_gives_up_on_the_stuck);
  tcase_add_test (close, test_close_again_gives_the_same_report);
  tcase_add_test (close, test_second_closer_waits_for_the_first);
  suite_add_tcase (suite, close);

  TCase *straggler = tcase_create ("straggler");
  tcase_set_timeout (straggler, 60);
  tcase_add_test (straggler, test_straggler_is_drained_and_joined);
  tcase_add_test (straggler,
      test_straggler_gets_notice_before_register_returns);
  tcase_add_test (straggler, test_straggler_after_the_grace_is_cut_at_once);
  tcase_add_test (straggler, test_newcomer_after_the_close_is_cut_at_once);
  tcase_add_test (straggler, test_cut_waits_for_a_notice_that_still_runs);
  suite_add_tcase (suite, straggler);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_NORMAL);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

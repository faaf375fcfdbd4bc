/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The races of the roster; its behaviour is tested in liferoster.c. */
#include "life/liferoster.h"

#include <check.h>

#include "gate.h"
#include "race.h"
#include "rostersession.h"

#define PATIENCE GATE_PATIENCE

typedef struct
{
  LifeRoster *roster;
  Session session;
  LifeRosterReport report;
  gboolean ended[2];
} RosterRace;

static void
roster_race_prepare (gpointer user_data)
{
  RosterRace *self = user_data;
  *self = (RosterRace) {
  .roster = session_new_roster ()};
}

static void
roster_race_prepare_session (gpointer user_data)
{
  RosterRace *self = user_data;
  roster_race_prepare (self);
  session_register (&self->session, self->roster);
}

/* The session's own thread: is told to go, and goes. */
static void
roster_race_end_after (RosterRace * self, gint calls)
{
  while (g_atomic_int_get (&self->session.length) < calls)
    g_thread_yield ();
  self->ended[0] = life_entry_end (self->session.entry, 1);
}

static void
roster_race_register_and_go_on_notice (gpointer user_data)
{
  RosterRace *self = user_data;
  session_register (&self->session, self->roster);
  roster_race_end_after (self, 1);
}

static void
roster_race_register_and_go_on_cut (gpointer user_data)
{
  RosterRace *self = user_data;
  session_register (&self->session, self->roster);
  roster_race_end_after (self, 2);
}

static void
roster_race_close (gpointer user_data)
{
  RosterRace *self = user_data;
  life_roster_close (self->roster, PATIENCE, PATIENCE, &self->report);
}

static void
roster_race_close_without_grace (gpointer user_data)
{
  RosterRace *self = user_data;
  life_roster_close (self->roster, 0, PATIENCE, &self->report);
}

static void
roster_race_end (gpointer user_data)
{
  RosterRace *self = user_data;
  self->ended[0] = life_entry_end (self->session.entry, 1);
}

static void
roster_race_end_too (gpointer user_data)
{
  RosterRace *self = user_data;
  self->ended[1] = life_entry_end (self->session.entry, 2);
}

static void
roster_race_judge (RosterRace * self)
{
  ck_assert (!self->session.overlapped);
  ck_assert_uint_eq (life_roster_get_count (self->roster), 0);
  ck_assert_int_eq (self->ended[0] + self->ended[1], 1);
  ck_assert_int_eq (self->session.reason, self->ended[0] ? 1 : 2);
  ck_assert_uint_eq (self->report.stuck, 0);
  session_clear (&self->session);
  g_clear_pointer (&self->roster, life_roster_unref);
}

/* Either the closing saw it, or it came after and was cut as well. */
static void
roster_race_judge_notice (gpointer user_data)
{
  RosterRace *self = user_data;
  gboolean late = self->report.left == 0;
  ck_assert_str_eq (self->session.log, late ? "ncgd" : "ngd");
  ck_assert_uint_eq (self->report.cut, 0);
  roster_race_judge (self);
}

static void
roster_race_judge_cut (gpointer user_data)
{
  RosterRace *self = user_data;
  ck_assert_str_eq (self->session.log, "ncgd");
  ck_assert_uint_eq (self->report.left, 0);
  roster_race_judge (self);
}

static void
roster_race_judge_end (gpointer user_data)
{
  RosterRace *self = user_data;
  const gchar *log = self->session.log;
  ck_assert (g_str_equal (log, "gd") || g_str_equal (log, "ngd"));
  ck_assert_uint_eq (self->report.cut, 0);
  roster_race_judge (self);
}

static void
roster_race_run (void (*prepare) (gpointer), void (*left) (gpointer),
    void (*right) (gpointer), void (*judge) (gpointer))
{
  const RaceFuncs funcs = { prepare, left, right, judge };
  RosterRace race = { NULL };
  race_run (RACE_ROUNDS, &funcs, &race);
}

START_TEST (test_register_versus_close_gives_notice_once)
{
  roster_race_run (roster_race_prepare, roster_race_register_and_go_on_notice,
      roster_race_close, roster_race_judge_notice);
}

END_TEST;

START_TEST (test_register_versus_close_cuts_once)
{
  roster_race_run (roster_race_prepare, roster_race_register_and_go_on_cut,
      roster_race_close_without_grace, roster_race_judge_cut);
}

END_TEST;

START_TEST (test_end_versus_close_goes_once)
{
  roster_race_run (roster_race_prepare_session, roster_race_end,
      roster_race_close, roster_race_judge_end);
}

END_TEST;

START_TEST (test_end_versus_end_has_one_winner)
{
  roster_race_run (roster_race_prepare_session, roster_race_end,
      roster_race_end_too, roster_race_judge_end);
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("liferosterraces");

  TCase *races = tcase_create ("races");
  tcase_set_timeout (races, 120);
  tcase_add_test (races, test_register_versus_close_gives_notice_once);
  tcase_add_test (races, test_register_versus_close_cuts_once);
  tcase_add_test (races, test_end_versus_close_goes_once);
  tcase_add_test (races, test_end_versus_end_has_one_winner);
  suite_add_tcase (suite, races);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_NORMAL);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

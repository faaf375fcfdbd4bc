/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomStart: who begins when and with which offset, on a clock of the test's
 * own. */
#include "roomstart.h"

#include <check.h>
#include <stdlib.h>

#define MS G_TIME_SPAN_MILLISECOND
#define NS_PER_MS ((gint64) 1000000)
#define NOW (1000 * MS)
#define NOTHING G_MININT64

/* Members are addresses; each is told its offset, once. */
static gint64 told[3];
static gpointer const a = &told[0];
static gpointer const b = &told[1];
static gpointer const c = &told[2];
static RoomStart *group;

static void
on_begin (gpointer member, gint64 offset, gpointer user_data)
{
  gint64 *mine = member;

  ck_assert_ptr_eq (user_data, told);
  ck_assert_int_eq (*mine, NOTHING);
  *mine = offset;
}

static void
setup (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (told); i++)
    told[i] = NOTHING;
  group = room_start_new (on_begin, told);
}

static void
teardown (void)
{
  room_start_free (group);
}

static void
add_all (guint count)
{
  for (guint i = 0; i < count; i++)
    room_start_add (group, &told[i]);
}

/* Its first buffer, of running time @ms, waits and the room takes it. */
static void
come (gpointer member, gint64 ms, gint64 now)
{
  room_start_held (group, member, ms * NS_PER_MS, now);
  room_start_ready (group, member, now);
}

static void
assert_told (gint64 first, gint64 second)
{
  ck_assert_int_eq (told[0], first == NOTHING ? first : first * NS_PER_MS);
  ck_assert_int_eq (told[1], second == NOTHING ? second : second * NS_PER_MS);
}

START_TEST (nobody_begins_unasked)
{
  room_start_check (group, NOW, 0);
  ck_assert_int_eq (room_start_get_deadline (group), -1);
  add_all (2);
  room_start_check (group, NOW, 0);
  assert_told (NOTHING, NOTHING);
}

END_TEST;

START_TEST (member_begins_when_it_is_held_and_ready)
{
  add_all (1);
  room_start_held (group, a, 40 * NS_PER_MS, NOW);
  room_start_check (group, NOW, 300 * NS_PER_MS);
  assert_told (NOTHING, NOTHING);
  room_start_ready (group, a, NOW);
  room_start_check (group, NOW, 300 * NS_PER_MS);
  assert_told (260, NOTHING);
  ck_assert_int_eq (room_start_get_deadline (group), -1);
}

END_TEST;

START_TEST (member_begins_once)
{
  add_all (1);
  come (a, 0, NOW);
  room_start_check (group, NOW, 0);
  come (a, 0, NOW + MS);
  room_start_check (group, NOW + MS, NS_PER_MS);
  assert_told (0, NOTHING);
}

END_TEST;

START_TEST (all_begin_together_with_one_offset)
{
  add_all (2);
  come (a, 40, NOW);
  room_start_check (group, NOW, 100 * NS_PER_MS);
  assert_told (NOTHING, NOTHING);
  come (b, 10, NOW + 100 * MS);
  room_start_check (group, NOW + 100 * MS, 200 * NS_PER_MS);
  /* The earliest frame of the two stands for now. */
  assert_told (190, 190);
}

END_TEST;

START_TEST (patience_with_those_without_data_ends)
{
  add_all (2);
  come (a, 0, NOW);
  ck_assert_int_eq (room_start_get_deadline (group), NOW + ROOM_START_PATIENCE);
  room_start_check (group, NOW + ROOM_START_PATIENCE - 1, 0);
  assert_told (NOTHING, NOTHING);
  room_start_check (group, NOW + ROOM_START_PATIENCE, 700 * NS_PER_MS);
  assert_told (700, NOTHING);
  ck_assert_int_eq (room_start_get_deadline (group), -1);
}

END_TEST;

START_TEST (patience_counts_from_the_first_who_could_begin)
{
  add_all (3);
  come (a, 0, NOW);
  come (b, 0, NOW + 300 * MS);
  ck_assert_int_eq (room_start_get_deadline (group), NOW + ROOM_START_PATIENCE);
}

END_TEST;

START_TEST (late_comer_keeps_the_common_offset)
{
  add_all (2);
  come (a, 0, NOW);
  room_start_check (group, NOW + ROOM_START_PATIENCE, 700 * NS_PER_MS);
  come (b, 20, NOW + 900 * MS);
  room_start_check (group, NOW + 900 * MS, 1100 * NS_PER_MS);
  assert_told (700, 700);
}

END_TEST;

START_TEST (member_added_later_begins_at_once_with_the_common_offset)
{
  add_all (1);
  come (a, 0, NOW);
  room_start_check (group, NOW, 50 * NS_PER_MS);
  room_start_add (group, b);
  come (b, 0, NOW + 900 * MS);
  room_start_check (group, NOW + 900 * MS, 950 * NS_PER_MS);
  assert_told (50, 50);
}

END_TEST;

START_TEST (removed_member_is_not_awaited)
{
  add_all (2);
  come (a, 0, NOW);
  room_start_remove (group, b);
  room_start_check (group, NOW, 0);
  assert_told (0, NOTHING);
}

END_TEST;

START_TEST (unknown_member_is_ignored)
{
  add_all (1);
  come (c, 0, NOW);
  room_start_rewound (group, c);
  room_start_remove (group, c);
  room_start_check (group, NOW, 0);
  assert_told (NOTHING, NOTHING);
  ck_assert_int_eq (room_start_get_deadline (group), -1);
}

END_TEST;

static void
begin_both (void)
{
  add_all (2);
  come (a, 0, NOW);
  come (b, 0, NOW);
  room_start_check (group, NOW, 100 * NS_PER_MS);
  assert_told (100, 100);
  told[0] = told[1] = NOTHING;
}

START_TEST (flushed_group_begins_anew_with_a_new_offset)
{
  begin_both ();
  room_start_rewound (group, a);
  room_start_rewound (group, b);
  room_start_held (group, a, 5 * NS_PER_MS, NOW + 2000 * MS);
  room_start_check (group, NOW + 2000 * MS, 2100 * NS_PER_MS);
  assert_told (NOTHING, NOTHING);
  room_start_held (group, b, 0, NOW + 2010 * MS);
  room_start_check (group, NOW + 2010 * MS, 2110 * NS_PER_MS);
  assert_told (2110, 2110);
}

END_TEST;

START_TEST (first_of_a_flush_does_not_take_the_old_offset)
{
  begin_both ();
  room_start_rewound (group, a);
  room_start_held (group, a, 0, NOW + 2000 * MS);
  room_start_check (group, NOW + 2000 * MS, 2100 * NS_PER_MS);
  /* The other's flush is on its way. */
  assert_told (NOTHING, NOTHING);
  room_start_rewound (group, b);
  room_start_held (group, b, 0, NOW + 2001 * MS);
  room_start_check (group, NOW + 2001 * MS, 2101 * NS_PER_MS);
  assert_told (2101, 2101);
}

END_TEST;

START_TEST (flush_of_one_alone_ends_with_the_patience)
{
  begin_both ();
  room_start_rewound (group, a);
  room_start_held (group, a, 0, NOW + 2000 * MS);
  room_start_check (group, NOW + 2000 * MS + ROOM_START_PATIENCE,
      2600 * NS_PER_MS);
  assert_told (2600, NOTHING);
}

END_TEST;

START_TEST (flush_before_the_beginning_changes_nothing)
{
  add_all (1);
  room_start_held (group, a, 30 * NS_PER_MS, NOW);
  room_start_rewound (group, a);
  room_start_held (group, a, 10 * NS_PER_MS, NOW + MS);
  room_start_ready (group, a, NOW + MS);
  room_start_check (group, NOW + MS, 100 * NS_PER_MS);
  assert_told (90, NOTHING);
}

END_TEST;

START_TEST (offset_may_be_negative)
{
  add_all (1);
  come (a, 5000, NOW);
  room_start_check (group, NOW, 100 * NS_PER_MS);
  assert_told (-4900, NOTHING);
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("roomstart");
  TCase *tcase = tcase_create ("begin");
  TCase *flush = tcase_create ("flush");

  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, nobody_begins_unasked);
  tcase_add_test (tcase, member_begins_when_it_is_held_and_ready);
  tcase_add_test (tcase, member_begins_once);
  tcase_add_test (tcase, all_begin_together_with_one_offset);
  tcase_add_test (tcase, patience_with_those_without_data_ends);
  tcase_add_test (tcase, patience_counts_from_the_first_who_could_begin);
  tcase_add_test (tcase, late_comer_keeps_the_common_offset);
  tcase_add_test (tcase,
      member_added_later_begins_at_once_with_the_common_offset);
  tcase_add_test (tcase, removed_member_is_not_awaited);
  tcase_add_test (tcase, unknown_member_is_ignored);
  tcase_add_test (tcase, offset_may_be_negative);
  suite_add_tcase (suite, tcase);

  tcase_add_checked_fixture (flush, setup, teardown);
  tcase_add_test (flush, flushed_group_begins_anew_with_a_new_offset);
  tcase_add_test (flush, first_of_a_flush_does_not_take_the_old_offset);
  tcase_add_test (flush, flush_of_one_alone_ends_with_the_patience);
  tcase_add_test (flush, flush_before_the_beginning_changes_nothing);
  suite_add_tcase (suite, flush);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmpdemuxindex.h"

#include <check.h>

static void
assert_entry (const RtmpDemuxEntry * entry, gint64 time, guint64 offset)
{
  ck_assert (entry != NULL);
  ck_assert_int_eq (entry->time, time);
  ck_assert_uint_eq (entry->offset, offset);
}

static void
fill (RtmpDemuxIndex * index)
{
  rtmp_demux_index_init (index);
  /* In any order, and some more than once. */
  rtmp_demux_index_add (index, 4000, 400);
  rtmp_demux_index_add (index, 0, 13);
  rtmp_demux_index_add (index, 2000, 200);
  rtmp_demux_index_add (index, 2000, 200);
  rtmp_demux_index_add (index, 2001, 999);
  rtmp_demux_index_add (index, 3999, 999);
}

START_TEST (test_the_last_before_a_time_is_found)
{
  RtmpDemuxIndex index;

  fill (&index);
  ck_assert_uint_eq (index.entries->len, 3);
  assert_entry (rtmp_demux_index_find (&index, 0), 0, 13);
  assert_entry (rtmp_demux_index_find (&index, 1999), 0, 13);
  assert_entry (rtmp_demux_index_find (&index, 2000), 2000, 200);
  assert_entry (rtmp_demux_index_find (&index, 100000), 4000, 400);
  assert_entry (rtmp_demux_index_get_last (&index), 4000, 400);
  rtmp_demux_index_clear (&index);
}

END_TEST;

START_TEST (test_the_first_behind_a_time_is_found)
{
  RtmpDemuxIndex index;

  fill (&index);
  assert_entry (rtmp_demux_index_find_after (&index, -1), 0, 13);
  assert_entry (rtmp_demux_index_find_after (&index, 0), 2000, 200);
  assert_entry (rtmp_demux_index_find_after (&index, 2500), 4000, 400);
  ck_assert (rtmp_demux_index_find_after (&index, 4000) == NULL);
  rtmp_demux_index_clear (&index);
}

END_TEST;

START_TEST (test_before_the_first_the_first_is_found)
{
  RtmpDemuxIndex index;

  rtmp_demux_index_init (&index);
  rtmp_demux_index_add (&index, 5000, 500);
  assert_entry (rtmp_demux_index_find (&index, 0), 5000, 500);
  rtmp_demux_index_clear (&index);
}

END_TEST;

START_TEST (test_an_empty_one_has_nothing)
{
  RtmpDemuxIndex index;

  fill (&index);
  index.complete = TRUE;
  rtmp_demux_index_reset (&index);
  ck_assert (!index.complete);
  ck_assert (rtmp_demux_index_find (&index, 0) == NULL);
  ck_assert (rtmp_demux_index_find_after (&index, 0) == NULL);
  ck_assert (rtmp_demux_index_get_last (&index) == NULL);
  rtmp_demux_index_clear (&index);
}

END_TEST;

START_TEST (test_many_at_once_are_as_one_by_one)
{
  static const RtmpDemuxEntry many[] = {
    {6000, 600}, {2100, 999}, {3000, 300}, {3900, 999}, {3000, 999}, {-5, 1}
  };
  g_autoptr (GArray) entries =
      g_array_new (FALSE, FALSE, sizeof (RtmpDemuxEntry));
  RtmpDemuxIndex index;

  fill (&index);
  g_array_append_vals (entries, many, G_N_ELEMENTS (many));
  rtmp_demux_index_add_all (&index, entries);
  ck_assert_uint_eq (index.entries->len, 5);
  assert_entry (rtmp_demux_index_find (&index, 0), 0, 13);
  assert_entry (rtmp_demux_index_find_after (&index, 0), 2000, 200);
  assert_entry (rtmp_demux_index_find_after (&index, 3000), 4000, 400);
  assert_entry (rtmp_demux_index_get_last (&index), 6000, 600);
  g_array_set_size (entries, 0);
  rtmp_demux_index_add_all (&index, entries);
  ck_assert_uint_eq (index.entries->len, 5);
  rtmp_demux_index_clear (&index);
}

END_TEST;

#define TOO_MANY 200000

START_TEST (test_there_is_an_end_to_it)
{
  g_autoptr (GArray) entries =
      g_array_new (FALSE, FALSE, sizeof (RtmpDemuxEntry));
  RtmpDemuxIndex index;

  rtmp_demux_index_init (&index);
  for (gint64 i = 0; i < TOO_MANY; i++) {
    RtmpDemuxEntry entry = { (TOO_MANY - i) * 1000, i };
    g_array_append_val (entries, entry);
  }
  rtmp_demux_index_add_all (&index, entries);
  guint most = index.entries->len;
  ck_assert_uint_lt (most, TOO_MANY);
  rtmp_demux_index_add_all (&index, entries);
  rtmp_demux_index_add (&index, (gint64) TOO_MANY * 2000, 1);
  ck_assert_uint_eq (index.entries->len, most);
  rtmp_demux_index_clear (&index);
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("rtmpdemuxindex");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_the_last_before_a_time_is_found);
  tcase_add_test (tcase, test_the_first_behind_a_time_is_found);
  tcase_add_test (tcase, test_before_the_first_the_first_is_found);
  tcase_add_test (tcase, test_an_empty_one_has_nothing);
  tcase_add_test (tcase, test_many_at_once_are_as_one_by_one);
  tcase_add_test (tcase, test_there_is_an_end_to_it);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

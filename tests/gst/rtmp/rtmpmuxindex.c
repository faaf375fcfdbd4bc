/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmpmuxindex.h"

#include <check.h>

static gdouble
get_time (const RtmpMuxIndex * index, guint at)
{
  return g_array_index (index->keys, RtmpMetadataKey, at).time;
}

START_TEST (test_key_frames_are_kept_with_their_place)
{
  RtmpMuxIndex index;

  rtmp_mux_index_init (&index);
  rtmp_mux_index_reset (&index, 4);
  rtmp_mux_index_add (&index, 0, 100);
  rtmp_mux_index_add (&index, 2040, 5000000000);
  ck_assert_uint_eq (index.keys->len, 2);
  ck_assert_double_eq (get_time (&index, 1), 2.04);
  ck_assert_double_eq (g_array_index (index.keys, RtmpMetadataKey, 1).offset,
      5000000000.0);
  rtmp_mux_index_clear (&index);
}

END_TEST;

START_TEST (test_more_than_fit_are_thinned_out_evenly)
{
  RtmpMuxIndex index;

  rtmp_mux_index_init (&index);
  rtmp_mux_index_reset (&index, 4);
  for (guint i = 0; i < 100; i++) {
    rtmp_mux_index_add (&index, i * 1000, i + 1);
    ck_assert_uint_le (index.keys->len, 4);
    /* All the same distance apart, from the first on. */
    for (guint j = 0; j < index.keys->len; j++)
      ck_assert_double_eq (get_time (&index, j), j * index.step);
  }
  ck_assert_uint_eq (index.step, 32);
  ck_assert_uint_eq (index.keys->len, 4);
  rtmp_mux_index_clear (&index);
}

END_TEST;

START_TEST (test_without_room_nothing_is_kept)
{
  RtmpMuxIndex index;

  rtmp_mux_index_init (&index);
  rtmp_mux_index_add (&index, 0, 100);
  ck_assert_uint_eq (index.keys->len, 0);
  /* One place, whatever comes. */
  rtmp_mux_index_reset (&index, 1);
  for (guint i = 0; i < 9; i++)
    rtmp_mux_index_add (&index, i * 1000, i + 1);
  ck_assert_uint_eq (index.keys->len, 1);
  ck_assert_double_eq (get_time (&index, 0), 0);
  rtmp_mux_index_clear (&index);
}

END_TEST;

START_TEST (test_a_reset_forgets_all)
{
  RtmpMuxIndex index;

  rtmp_mux_index_init (&index);
  rtmp_mux_index_reset (&index, 2);
  for (guint i = 0; i < 9; i++)
    rtmp_mux_index_add (&index, i * 1000, i + 1);
  rtmp_mux_index_reset (&index, 2);
  rtmp_mux_index_add (&index, 7000, 1);
  ck_assert_uint_eq (index.keys->len, 1);
  ck_assert_double_eq (get_time (&index, 0), 7);
  rtmp_mux_index_clear (&index);
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("rtmpmuxindex");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_key_frames_are_kept_with_their_place);
  tcase_add_test (tcase, test_more_than_fit_are_thinned_out_evenly);
  tcase_add_test (tcase, test_without_room_nothing_is_kept);
  tcase_add_test (tcase, test_a_reset_forgets_all);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

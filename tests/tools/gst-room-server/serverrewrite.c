/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverrewrite.h"

#include <check.h>

typedef struct
{
  ServerRewrite rewrite;
  ServerPacket packet;
} Row;

static gboolean
apply (Row * row, guint16 seq, guint32 timestamp, guint turn, guint run,
    gint64 arrival_ms)
{
  row->packet = (ServerPacket) {
  .seq = seq,.timestamp = timestamp};
  return server_rewrite_apply (&row->rewrite, &row->packet, turn, run,
      arrival_ms * 1000);
}

#define ASSERT_OUT(row, number, time) \
  ck_assert_int_eq ((row)->packet.seq, number); \
  ck_assert_uint_eq ((row)->packet.timestamp, time)

START_TEST (test_a_row_without_cuts_is_left_as_it_is)
{
  Row row;

  server_rewrite_init (&row.rewrite, 90000);
  ck_assert (apply (&row, 65535, 1000, 1, 0, 0));
  ASSERT_OUT (&row, 65535, 1000);
  ck_assert (apply (&row, 0, 2000, 1, 0, 10));
  ASSERT_OUT (&row, 0, 2000);
}

END_TEST;

START_TEST (test_a_cut_leaves_no_gap_in_the_numbers_and_the_times_stay)
{
  Row row;

  server_rewrite_init (&row.rewrite, 90000);
  ck_assert (apply (&row, 10, 1000, 1, 0, 0));
  ck_assert (apply (&row, 500, 91000, 1, 1, 1000));
  ASSERT_OUT (&row, 11, 91000);
  ck_assert (apply (&row, 501, 92000, 1, 1, 1010));
  ASSERT_OUT (&row, 12, 92000);
}

END_TEST;

START_TEST (test_order_and_losses_are_passed_on)
{
  Row row;

  server_rewrite_init (&row.rewrite, 90000);
  ck_assert (apply (&row, 10, 1000, 1, 0, 0));
  ck_assert (apply (&row, 100, 2000, 1, 1, 0));
  ck_assert (apply (&row, 103, 2000, 1, 1, 0));
  ASSERT_OUT (&row, 14, 2000);
  ck_assert (apply (&row, 101, 2000, 1, 1, 0));
  ASSERT_OUT (&row, 12, 2000);
  ck_assert (apply (&row, 104, 3000, 1, 1, 0));
  ASSERT_OUT (&row, 15, 3000);
}

END_TEST;

START_TEST (test_what_is_older_than_the_cut_has_no_number)
{
  Row row;

  server_rewrite_init (&row.rewrite, 90000);
  ck_assert (apply (&row, 2, 1000, 1, 0, 0));
  ck_assert (!apply (&row, 1, 900, 1, 0, 0));
  ck_assert (!apply (&row, 65535, 800, 1, 0, 0));
}

END_TEST;

START_TEST (test_nothing_is_sent_twice)
{
  Row row;

  server_rewrite_init (&row.rewrite, 90000);
  ck_assert (apply (&row, 65535, 1000, 1, 0, 0));
  ck_assert (!apply (&row, 65535, 1000, 1, 0, 0));
  ck_assert (apply (&row, 1, 1000, 1, 0, 0));
  /* Asked for again, and then the late one comes as well. */
  ck_assert (apply (&row, 0, 1000, 1, 0, 0));
  ck_assert (!apply (&row, 0, 1000, 1, 0, 0));
  ck_assert (!apply (&row, 1, 1000, 1, 0, 0));
}

END_TEST;

START_TEST (test_what_is_further_behind_than_the_window_is_not_sent)
{
  Row row;

  server_rewrite_init (&row.rewrite, 90000);
  ck_assert (apply (&row, 0, 0, 1, 0, 0));
  ck_assert (apply (&row, 200, 0, 1, 0, 0));
  ck_assert (apply (&row, 101, 0, 1, 0, 0));
  ck_assert (!apply (&row, 100, 0, 1, 0, 0));
}

END_TEST;

START_TEST (test_another_producer_goes_on_as_much_later_as_it_came)
{
  Row row;

  server_rewrite_init (&row.rewrite, 48000);
  ck_assert (apply (&row, 10, 1000, 1, 0, 0));
  ck_assert (apply (&row, 40000, 7, 2, 0, 2000));
  ASSERT_OUT (&row, 11, 1000 + 2 * 48000);
  ck_assert (apply (&row, 40001, 967, 2, 0, 2020));
  ASSERT_OUT (&row, 12, 1000 + 2 * 48000 + 960);
}

END_TEST;

START_TEST (test_a_producer_that_counts_anew_leaves_no_gap)
{
  Row row;

  server_rewrite_init (&row.rewrite, 48000);
  ck_assert (apply (&row, 10, 1000, 1, 0, 0));
  ck_assert (apply (&row, 30000, 1960, 1, 0, 20));
  ASSERT_OUT (&row, 11, 1960);
}

END_TEST;

START_TEST (test_numbers_wrap_for_ever)
{
  Row row;
  guint16 last = 41;

  server_rewrite_init (&row.rewrite, 90000);
  for (guint i = 0; i < 200000; i++) {
    ck_assert (apply (&row, 42 + i, i * 10, 1, 0, i));
    ck_assert_int_eq (row.packet.seq, (guint16) (last + 1));
    last = row.packet.seq;
  }
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("serverrewrite");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_a_row_without_cuts_is_left_as_it_is);
  tcase_add_test (tcase,
      test_a_cut_leaves_no_gap_in_the_numbers_and_the_times_stay);
  tcase_add_test (tcase, test_order_and_losses_are_passed_on);
  tcase_add_test (tcase, test_what_is_older_than_the_cut_has_no_number);
  tcase_add_test (tcase, test_nothing_is_sent_twice);
  tcase_add_test (tcase,
      test_what_is_further_behind_than_the_window_is_not_sent);
  tcase_add_test (tcase,
      test_another_producer_goes_on_as_much_later_as_it_came);
  tcase_add_test (tcase, test_a_producer_that_counts_anew_leaves_no_gap);
  tcase_add_test (tcase, test_numbers_wrap_for_ever);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

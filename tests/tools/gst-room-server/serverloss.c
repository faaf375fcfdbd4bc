/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverloss.h"

#include <check.h>
#include <gst/gst.h>

#define MS G_TIME_SPAN_MILLISECOND

static guint
take_all (ServerLoss * loss, guint16 * first, gint64 now)
{
  guint16 seq;
  guint count = 0;

  while (server_loss_take (loss, &seq, now)) {
    if (count++ == 0)
      *first = seq;
  }
  return count;
}

START_TEST (test_a_gap_is_asked_for_after_a_moment)
{
  ServerLoss loss;
  guint16 seq = 0;

  server_loss_init (&loss);
  server_loss_note (&loss, 65534, 0);
  server_loss_note (&loss, 1, 0);
  ck_assert_int_eq (take_all (&loss, &seq, 0), 0);
  ck_assert_int_eq (take_all (&loss, &seq, 20 * MS), 2);
  ck_assert_int_eq (seq, 65535);
}

END_TEST;

START_TEST (test_what_comes_is_not_asked_for_any_more)
{
  ServerLoss loss;
  guint16 seq = 0;

  server_loss_init (&loss);
  server_loss_note (&loss, 10, 0);
  server_loss_note (&loss, 12, 0);
  server_loss_note (&loss, 11, 5 * MS);
  ck_assert_int_eq (take_all (&loss, &seq, 500 * MS), 0);
}

END_TEST;

START_TEST (test_it_is_asked_for_again_but_not_for_ever)
{
  ServerLoss loss;
  guint16 seq = 0;
  guint asked = 0;

  server_loss_init (&loss);
  server_loss_note (&loss, 10, 0);
  server_loss_note (&loss, 12, 0);
  ck_assert_int_eq (take_all (&loss, &seq, 20 * MS), 1);
  ck_assert_int_eq (take_all (&loss, &seq, 30 * MS), 0);
  for (gint64 now = 0; now < 10 * G_TIME_SPAN_SECOND; now += MS)
    asked += take_all (&loss, &seq, now);
  ck_assert_int_eq (asked, SERVER_LOSS_TRIES - 1);
}

END_TEST;

START_TEST (test_another_beginning_is_no_loss)
{
  ServerLoss loss;
  guint16 seq = 0;

  server_loss_init (&loss);
  server_loss_note (&loss, 10, 0);
  server_loss_note (&loss, 12, 0);
  server_loss_note (&loss, 30000, 0);
  server_loss_note (&loss, 30001, 0);
  ck_assert_int_eq (take_all (&loss, &seq, 500 * MS), 0);
}

END_TEST;

START_TEST (test_no_more_are_kept_than_there_is_room_for)
{
  ServerLoss loss;
  guint16 seq = 0;

  server_loss_init (&loss);
  for (guint i = 0; i < 10 * SERVER_LOSS_MAX; i += 2)
    server_loss_note (&loss, i, 0);
  ck_assert_int_eq (take_all (&loss, &seq, 20 * MS), SERVER_LOSS_MAX);
}

END_TEST;

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  Suite *suite = suite_create ("serverloss");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_a_gap_is_asked_for_after_a_moment);
  tcase_add_test (tcase, test_what_comes_is_not_asked_for_any_more);
  tcase_add_test (tcase, test_it_is_asked_for_again_but_not_for_ever);
  tcase_add_test (tcase, test_another_beginning_is_no_loss);
  tcase_add_test (tcase, test_no_more_are_kept_than_there_is_room_for);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

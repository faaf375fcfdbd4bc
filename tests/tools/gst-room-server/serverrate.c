/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverrate.h"

#include <check.h>

#define SECOND G_TIME_SPAN_SECOND

static ServerRate rate;

static void
setup (void)
{
  server_rate_init (&rate, 100 * SECOND);
}

START_TEST (test_at_first_it_is_since_the_begin)
{
  ck_assert_uint_eq (server_rate_measure (&rate, 0, 100 * SECOND), 0);
  ck_assert_uint_eq (server_rate_measure (&rate, 500, 100 * SECOND
          + SECOND / 2), 8000);
}

END_TEST;

START_TEST (test_it_follows_a_change)
{
  guint64 bytes = 0;

  for (guint i = 1; i <= 10; i++)
    server_rate_measure (&rate, bytes += 1000, (100 + i) * SECOND);
  ck_assert_uint_eq (server_rate_measure (&rate, bytes, 110 * SECOND), 8000);
  ck_assert_uint_eq (server_rate_measure (&rate, bytes += 5000, 111 * SECOND),
      40000);
  ck_assert_uint_eq (server_rate_measure (&rate, bytes, 112 * SECOND), 0);
}

END_TEST;

START_TEST (test_asking_often_does_not_make_it_jump)
{
  /* A burst each second, asked for every ten milliseconds. */
  for (guint i = 1; i <= 1000; i++) {
    guint64 measured = server_rate_measure (&rate, (1 + i / 100) * 1000,
        100 * SECOND + i * SECOND / 100);
    if (i > 200)
      ck_assert_uint_ge (measured, 4000);
    if (i > 200)
      ck_assert_uint_le (measured, 16000);
  }
}

END_TEST;

START_TEST (test_asking_seldom_gives_the_mean_since)
{
  server_rate_measure (&rate, 1000, 110 * SECOND);
  ck_assert_uint_eq (server_rate_measure (&rate, 31000, 140 * SECOND), 8000);
}

END_TEST;

START_TEST (test_a_count_that_goes_back_is_nothing)
{
  server_rate_measure (&rate, 5000, 101 * SECOND);
  server_rate_measure (&rate, 9000, 102 * SECOND);
  ck_assert_uint_eq (server_rate_measure (&rate, 10, 103 * SECOND), 0);
  ck_assert_uint_eq (server_rate_measure (&rate, 1010, 104 * SECOND), 8000);
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("serverrate");
  TCase *tcase = tcase_create ("serverrate");
  tcase_add_checked_fixture (tcase, setup, NULL);
  tcase_add_test (tcase, test_at_first_it_is_since_the_begin);
  tcase_add_test (tcase, test_it_follows_a_change);
  tcase_add_test (tcase, test_asking_often_does_not_make_it_jump);
  tcase_add_test (tcase, test_asking_seldom_gives_the_mean_since);
  tcase_add_test (tcase, test_a_count_that_goes_back_is_nothing);
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

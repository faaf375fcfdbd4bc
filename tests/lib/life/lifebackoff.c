/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "life/lifebackoff.h"

#include <check.h>

static gdouble
give_number (gpointer user_data)
{
  return *(gdouble *) user_data;
}

static LifeBackoffPolicy
plain_policy (void)
{
  return (LifeBackoffPolicy) {
  .first_us = 100,.factor = 2,.cap_us = 1000};
}

START_TEST (test_delay_grows_up_to_the_cap)
{
  LifeBackoffPolicy policy = plain_policy ();
  g_autoptr (LifeBackoff) backoff = life_backoff_new (&policy, NULL, NULL);
  const gint64 wanted[] = { 100, 200, 400, 800, 1000, 1000 };

  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    ck_assert_int_eq (life_backoff_next (backoff, i), wanted[i]);
}

END_TEST;

START_TEST (test_factor_one_keeps_the_delay)
{
  LifeBackoffPolicy policy = plain_policy ();
  policy.factor = 1;
  g_autoptr (LifeBackoff) backoff = life_backoff_new (&policy, NULL, NULL);

  ck_assert_int_eq (life_backoff_next (backoff, 0), 100);
  ck_assert_int_eq (life_backoff_next (backoff, 0), 100);
}

END_TEST;

START_TEST (test_delay_does_not_overflow)
{
  LifeBackoffPolicy policy = {
    .first_us = 1,.factor = 1e9,.cap_us = G_TIME_SPAN_DAY,
  };
  g_autoptr (LifeBackoff) backoff = life_backoff_new (&policy, NULL, NULL);

  for (guint i = 0; i < 1000; i++)
    life_backoff_next (backoff, 0);
  ck_assert_int_eq (life_backoff_next (backoff, 0), G_TIME_SPAN_DAY);
}

END_TEST;

START_TEST (test_jitter_takes_its_part_away)
{
  LifeBackoffPolicy policy = plain_policy ();
  policy.factor = 1;
  policy.jitter = 0.5;
  gdouble number = 0;
  g_autoptr (LifeBackoff) backoff = life_backoff_new (&policy, give_number,
      &number);

  ck_assert_int_eq (life_backoff_next (backoff, 0), 100);
  number = 0.5;
  ck_assert_int_eq (life_backoff_next (backoff, 0), 75);
  number = 1 - 1e-9;
  ck_assert_int_eq (life_backoff_next (backoff, 0), 50);
}

END_TEST;

START_TEST (test_jitter_does_not_feed_the_growth)
{
  LifeBackoffPolicy policy = plain_policy ();
  policy.jitter = 1;
  gdouble number = 0.9;
  g_autoptr (LifeBackoff) backoff = life_backoff_new (&policy, give_number,
      &number);

  life_backoff_next (backoff, 0);
  number = 0;
  ck_assert_int_eq (life_backoff_next (backoff, 0), 200);
}

END_TEST;

START_TEST (test_own_randomness_stays_in_range)
{
  LifeBackoffPolicy policy = plain_policy ();
  policy.factor = 1;
  policy.jitter = 0.25;
  g_autoptr (LifeBackoff) backoff = life_backoff_new (&policy, NULL, NULL);

  for (guint i = 0; i < 1000; i++) {
    gint64 delay = life_backoff_next (backoff, 0);
    ck_assert_int_ge (delay, 75);
    ck_assert_int_le (delay, 100);
  }
}

END_TEST;

START_TEST (test_gives_up_after_max_tries)
{
  LifeBackoffPolicy policy = plain_policy ();
  policy.max_tries = 2;
  g_autoptr (LifeBackoff) backoff = life_backoff_new (&policy, NULL, NULL);

  ck_assert_int_eq (life_backoff_next (backoff, 0), 100);
  ck_assert_int_eq (life_backoff_next (backoff, 0), 200);
  ck_assert_int_eq (life_backoff_next (backoff, 0), -1);
  ck_assert_int_eq (life_backoff_next (backoff, 0), -1);
  ck_assert_uint_eq (life_backoff_get_tries (backoff), 2);
}

END_TEST;

START_TEST (test_gives_up_after_its_time)
{
  LifeBackoffPolicy policy = plain_policy ();
  policy.give_up_us = 5000;
  g_autoptr (LifeBackoff) backoff = life_backoff_new (&policy, NULL, NULL);

  ck_assert_int_eq (life_backoff_next (backoff, 70000), 100);
  ck_assert_int_eq (life_backoff_next (backoff, 74999), 1);
  ck_assert_int_eq (life_backoff_next (backoff, 75000), -1);
}

END_TEST;

START_TEST (test_last_try_falls_on_the_limit)
{
  LifeBackoffPolicy policy = plain_policy ();
  policy.give_up_us = 250;
  g_autoptr (LifeBackoff) backoff = life_backoff_new (&policy, NULL, NULL);

  ck_assert_int_eq (life_backoff_next (backoff, 0), 100);
  ck_assert_int_eq (life_backoff_next (backoff, 100), 150);
}

END_TEST;

START_TEST (test_reset_begins_again)
{
  LifeBackoffPolicy policy = plain_policy ();
  policy.max_tries = 2;
  policy.give_up_us = 1000;
  g_autoptr (LifeBackoff) backoff = life_backoff_new (&policy, NULL, NULL);

  life_backoff_next (backoff, 0);
  life_backoff_next (backoff, 0);
  life_backoff_reset (backoff);
  ck_assert_uint_eq (life_backoff_get_tries (backoff), 0);
  ck_assert_int_eq (life_backoff_next (backoff, 5000), 100);
  ck_assert_uint_eq (life_backoff_get_tries (backoff), 1);
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("lifebackoff");

  TCase *delay = tcase_create ("delay");
  tcase_add_test (delay, test_delay_grows_up_to_the_cap);
  tcase_add_test (delay, test_factor_one_keeps_the_delay);
  tcase_add_test (delay, test_delay_does_not_overflow);
  tcase_add_test (delay, test_jitter_takes_its_part_away);
  tcase_add_test (delay, test_jitter_does_not_feed_the_growth);
  tcase_add_test (delay, test_own_randomness_stays_in_range);
  suite_add_tcase (suite, delay);

  TCase *end = tcase_create ("end");
  tcase_add_test (end, test_gives_up_after_max_tries);
  tcase_add_test (end, test_gives_up_after_its_time);
  tcase_add_test (end, test_last_try_falls_on_the_limit);
  tcase_add_test (end, test_reset_begins_again);
  suite_add_tcase (suite, end);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_NORMAL);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

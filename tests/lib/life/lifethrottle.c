/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "life/lifethrottle.h"

#include <check.h>

#define PERIOD 1000

START_TEST (test_a_burst_passes_and_no_more)
{
  LifeThrottle throttle = { 0 };
  guint held = 7;

  for (guint i = 0; i < 3; i++) {
    ck_assert (life_throttle_pass (&throttle, 3, PERIOD, i, &held));
    ck_assert_uint_eq (held, 0);
  }
  ck_assert (!life_throttle_pass (&throttle, 3, PERIOD, PERIOD - 1, &held));
}

END_TEST;

START_TEST (test_the_next_period_says_how_many_were_held)
{
  LifeThrottle throttle = { 0 };
  guint held = 0;

  ck_assert (life_throttle_pass (&throttle, 1, PERIOD, 5, &held));
  for (guint i = 0; i < 4; i++)
    ck_assert (!life_throttle_pass (&throttle, 1, PERIOD, 6, &held));
  ck_assert (!life_throttle_pass (&throttle, 1, PERIOD, PERIOD + 4, &held));
  ck_assert (life_throttle_pass (&throttle, 1, PERIOD, PERIOD + 5, &held));
  ck_assert_uint_eq (held, 5);
  ck_assert (!life_throttle_pass (&throttle, 1, PERIOD, PERIOD + 6, &held));
  ck_assert (life_throttle_pass (&throttle, 1, PERIOD, 9 * PERIOD, &held));
  ck_assert_uint_eq (held, 1);
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("lifethrottle");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_a_burst_passes_and_no_more);
  tcase_add_test (tcase, test_the_next_period_says_how_many_were_held);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitping.h"

#include <check.h>

START_TEST (test_a_ping_is_due_each_interval)
{
  LivekitPing ping;
  gint64 timestamp = 0;

  livekit_ping_init (&ping, 2000, 5000, 1000000);
  ck_assert_int_eq (livekit_ping_get_deadline (&ping), 1002000);
  ck_assert (!livekit_ping_begin (&ping, 1001999, &timestamp));
  ck_assert (livekit_ping_begin (&ping, 1002000, &timestamp));
  ck_assert_int_eq (timestamp, 1002);
  ck_assert_int_eq (livekit_ping_get_deadline (&ping), 1004000);
}

END_TEST;

START_TEST (test_only_the_last_ping_is_answered)
{
  LivekitPing ping;
  gint64 first = 0, second = 0;

  livekit_ping_init (&ping, 2000, 5000, 1000000);
  ck_assert (!livekit_ping_answered (&ping, 1000, 1000000));
  livekit_ping_begin (&ping, 1002000, &first);
  livekit_ping_begin (&ping, 1004000, &second);
  ck_assert (!livekit_ping_answered (&ping, first, 1004500));
  ck_assert (livekit_ping_answered (&ping, second, 1004700));
  ck_assert_int_eq (ping.round_trip, 700);
  ck_assert (!livekit_ping_answered (&ping, second, 1004800));
}

END_TEST;

START_TEST (test_silence_counts_from_what_was_heard_last)
{
  LivekitPing ping;
  gint64 timestamp = 0;

  livekit_ping_init (&ping, 2000, 5000, 1000000);
  livekit_ping_begin (&ping, 1002000, &timestamp);
  livekit_ping_heard (&ping, 1003000);
  livekit_ping_begin (&ping, 1004000, &timestamp);
  ck_assert (!livekit_ping_is_silent (&ping, 1007999));
  ck_assert (livekit_ping_is_silent (&ping, 1008000));
}

END_TEST;

START_TEST (test_nobody_is_silent_who_was_not_asked)
{
  LivekitPing ping;
  gint64 timestamp = 0;

  livekit_ping_init (&ping, 2000, 5000, 1000000);
  ck_assert (!livekit_ping_is_silent (&ping, 9000000));
  livekit_ping_begin (&ping, 9000000, &timestamp);
  ck_assert (!livekit_ping_is_silent (&ping, 9002999));
  ck_assert (livekit_ping_is_silent (&ping, 9003000));
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("livekitping");
  TCase *tcase = tcase_create ("livekitping");
  tcase_add_test (tcase, test_a_ping_is_due_each_interval);
  tcase_add_test (tcase, test_only_the_last_ping_is_answered);
  tcase_add_test (tcase, test_silence_counts_from_what_was_heard_last);
  tcase_add_test (tcase, test_nobody_is_silent_who_was_not_asked);
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

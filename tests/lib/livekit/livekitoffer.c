/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitoffer.h"

#include <check.h>

START_TEST (test_ids_count_from_one)
{
  g_autoptr (LivekitOffer) offer = livekit_offer_new ();

  ck_assert (!livekit_offer_is_in_flight (offer));
  ck_assert_uint_eq (livekit_offer_begin (offer, 0), 1);
  ck_assert (livekit_offer_is_in_flight (offer));
  ck_assert (livekit_offer_answered (offer, 1));
  ck_assert (!livekit_offer_is_in_flight (offer));
  ck_assert_uint_eq (livekit_offer_begin (offer, 0), 2);
}

END_TEST;

START_TEST (test_only_the_answer_to_the_offer_in_flight_counts)
{
  g_autoptr (LivekitOffer) offer = livekit_offer_new ();

  ck_assert (!livekit_offer_answered (offer, 1));
  livekit_offer_begin (offer, 0);
  livekit_offer_answered (offer, 1);
  livekit_offer_begin (offer, 0);
  ck_assert (!livekit_offer_answered (offer, 1));
  ck_assert (!livekit_offer_answered (offer, 3));
  ck_assert (livekit_offer_answered (offer, 2));
}

END_TEST;

START_TEST (test_an_answer_without_an_id_is_the_one_in_flight)
{
  g_autoptr (LivekitOffer) offer = livekit_offer_new ();

  ck_assert (!livekit_offer_answered (offer, 0));
  livekit_offer_begin (offer, 0);
  ck_assert (livekit_offer_answered (offer, 0));
}

END_TEST;

START_TEST (test_the_deadline_runs_while_an_offer_is_in_flight)
{
  g_autoptr (LivekitOffer) offer = livekit_offer_new ();

  ck_assert_int_eq (livekit_offer_get_deadline (offer), -1);
  livekit_offer_begin (offer, 100);
  ck_assert_int_eq (livekit_offer_get_deadline (offer),
      100 + LIVEKIT_OFFER_TIMEOUT);
  livekit_offer_answered (offer, 1);
  ck_assert_int_eq (livekit_offer_get_deadline (offer), -1);
}

END_TEST;

START_TEST (test_candidates_are_kept_until_the_first_offer)
{
  g_autoptr (LivekitOffer) offer = livekit_offer_new ();

  ck_assert (!livekit_offer_keep (offer, LIVEKIT_TARGET_PUBLISHER, 0, "a"));
  ck_assert (!livekit_offer_keep (offer, LIVEKIT_TARGET_PUBLISHER, 2, "b"));
  ck_assert (livekit_offer_keep (offer, LIVEKIT_TARGET_SUBSCRIBER, 0, "c"));
  ck_assert_ptr_null (livekit_offer_take_kept (offer));
  livekit_offer_begin (offer, 0);
  g_autoptr (LivekitKept) first = livekit_offer_take_kept (offer);
  ck_assert_str_eq (first->candidate, "a");
  g_autoptr (LivekitKept) second = livekit_offer_take_kept (offer);
  ck_assert_str_eq (second->candidate, "b");
  ck_assert_uint_eq (second->mline, 2);
  ck_assert_ptr_null (livekit_offer_take_kept (offer));
  ck_assert (livekit_offer_keep (offer, LIVEKIT_TARGET_PUBLISHER, 0, "d"));
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("livekitoffer");
  TCase *tcase = tcase_create ("livekitoffer");
  tcase_add_test (tcase, test_ids_count_from_one);
  tcase_add_test (tcase, test_only_the_answer_to_the_offer_in_flight_counts);
  tcase_add_test (tcase, test_an_answer_without_an_id_is_the_one_in_flight);
  tcase_add_test (tcase, test_the_deadline_runs_while_an_offer_is_in_flight);
  tcase_add_test (tcase, test_candidates_are_kept_until_the_first_offer);
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

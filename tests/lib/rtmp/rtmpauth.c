/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The golden answers were made with Python's hashlib, after the description of
 * the exchange that is public. */
#include "rtmp/rtmpauth.h"

#include <check.h>

#define HEAD "[ AccessManager.Reject ] : "

static void
assert_step (const gchar * description, RtmpAuthStep step,
    RtmpAuthMethod method)
{
  g_autoptr (RtmpAuthDemand) demand = rtmp_auth_demand_parse (description);

  ck_assert_msg (demand->step == step, "%s: %u", description, demand->step);
  ck_assert_int_eq (demand->method, method);
}

START_TEST (test_a_refusal_may_be_about_something_else)
{
  assert_step ("", RTMP_AUTH_NOT_ASKED, RTMP_AUTH_NONE);
  assert_step ("no such application", RTMP_AUTH_NOT_ASKED, RTMP_AUTH_NONE);
  assert_step ("[ authmod=other ] : ?reason=needauth", RTMP_AUTH_NOT_ASKED,
      RTMP_AUTH_NONE);
}

END_TEST;

START_TEST (test_a_refusal_may_ask_who_it_is)
{
  assert_step (HEAD "[ code=403 need auth; authmod=adobe ] : ",
      RTMP_AUTH_NEEDED, RTMP_AUTH_ADOBE);
  assert_step (HEAD "[ code=403 need auth; authmod=llnw ] : ",
      RTMP_AUTH_NEEDED, RTMP_AUTH_LLNW);
}

END_TEST;

START_TEST (test_a_refusal_may_have_a_challenge)
{
  g_autoptr (RtmpAuthDemand) demand = rtmp_auth_demand_parse (HEAD
      "[ authmod=adobe ] : ?reason=needauth&user=user&salt=SALT&challenge=CH=="
      "&opaque=OPQ==");

  ck_assert_int_eq (demand->step, RTMP_AUTH_CHALLENGE);
  ck_assert_str_eq (demand->salt, "SALT");
  ck_assert_str_eq (demand->challenge, "CH==");
  ck_assert_str_eq (demand->opaque, "OPQ==");
  g_autoptr (RtmpAuthDemand) other = rtmp_auth_demand_parse
      ("[ authmod=llnw ] : ?reason=needauth&user=user&nonce=NONCE&opaque= ");
  ck_assert_str_eq (other->nonce, "NONCE");
  ck_assert_ptr_null (other->opaque);
}

END_TEST;

START_TEST (test_a_refusal_may_be_the_last_word)
{
  assert_step (HEAD "[ authmod=adobe ] : ?reason=authfailed&opaque=x",
      RTMP_AUTH_FAILED, RTMP_AUTH_ADOBE);
  assert_step (HEAD "[ authmod=llnw ] : ?reason=nosuchuser&opaque=x",
      RTMP_AUTH_FAILED, RTMP_AUTH_LLNW);
}

END_TEST;

START_TEST (test_the_first_query_names_the_user)
{
  g_autofree gchar *plain = rtmp_auth_new_first_query (RTMP_AUTH_ADOBE,
      "user@example.com");
  ck_assert_str_eq (plain, "?authmod=adobe&user=user@example.com");
  g_autofree gchar *odd = rtmp_auth_new_first_query (RTMP_AUTH_LLNW, "a&b=c d");
  ck_assert_str_eq (odd, "?authmod=llnw&user=a%26b%3Dc%20d");
}

END_TEST;

START_TEST (test_adobes_challenge_is_answered)
{
  gchar salt[] = "SALT", challenge[] = "CH==", opaque[] = "OPQ==";
  RtmpAuthDemand demand = {.method = RTMP_AUTH_ADOBE,.salt = salt,
    .challenge = challenge,.opaque = opaque
  };
  g_autofree gchar *both = rtmp_auth_new_answer_query (&demand, "user", "pass",
      "live", 42);
  ck_assert_str_eq (both, "?authmod=adobe&user=user&challenge=0000002a"
      "&response=VDvkL3or0y9aQ3MoBkaAjA==&opaque=OPQ==");
  demand.opaque = NULL;
  g_autofree gchar *theirs = rtmp_auth_new_answer_query (&demand, "user",
      "pass", "live", 42);
  ck_assert_str_eq (theirs, "?authmod=adobe&user=user&challenge=0000002a"
      "&response=78rAW009mgW1TK6aKPQrpA==");
  demand.salt = NULL;
  demand.challenge = NULL;
  g_autofree gchar *bare = rtmp_auth_new_answer_query (&demand, "user", "pass",
      "live", 42);
  ck_assert_str_eq (bare, "?authmod=adobe&user=user&challenge=0000002a"
      "&response=Nh+ZPQ+wv3mMqUpEYigEAQ==");
}

END_TEST;

START_TEST (test_limelights_challenge_is_answered)
{
  gchar nonce[] = "NONCE";
  RtmpAuthDemand demand = {.method = RTMP_AUTH_LLNW,.nonce = nonce };
  g_autofree gchar *bare = rtmp_auth_new_answer_query (&demand, "user", "pass",
      "live", 42);
  ck_assert_str_eq (bare, "?authmod=llnw&user=user&nonce=NONCE"
      "&cnonce=0000002a&nc=00000001&response=321c0cc0d2486e4723610a07b826fd91");
  g_autofree gchar *instance = rtmp_auth_new_answer_query (&demand, "user",
      "pass", "live/inst", 42);
  ck_assert_str_eq (instance, "?authmod=llnw&user=user&nonce=NONCE"
      "&cnonce=0000002a&nc=00000001&response=d1e1c8b052418d7b4e937768ca3126b3");
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("rtmpauth");
  TCase *tcase = tcase_create ("rtmpauth");
  tcase_add_test (tcase, test_a_refusal_may_be_about_something_else);
  tcase_add_test (tcase, test_a_refusal_may_ask_who_it_is);
  tcase_add_test (tcase, test_a_refusal_may_have_a_challenge);
  tcase_add_test (tcase, test_a_refusal_may_be_the_last_word);
  tcase_add_test (tcase, test_the_first_query_names_the_user);
  tcase_add_test (tcase, test_adobes_challenge_is_answered);
  tcase_add_test (tcase, test_limelights_challenge_is_answered);
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

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitverify.h"

#include "livekit/livekitlimits.h"

#include <check.h>

#define NOW 1800000000
#define SECRET "a secret of thirty-two characters"

static LivekitKeys *keys;

static void
setup (void)
{
  keys = livekit_keys_new ();
  ck_assert (livekit_keys_load_text (keys, "key: " SECRET, NULL));
}

static void
teardown (void)
{
  g_clear_pointer (&keys, livekit_keys_free);
}

static gchar *
mint (const gchar * key, const gchar * secret, gint64 not_before,
    gint64 expires)
{
  g_autoptr (LivekitToken) token = livekit_token_new ();
  token->key = g_strdup (key);
  token->identity = g_strdup ("ann");
  token->not_before = not_before;
  token->expires = expires;
  token->grants.room_join = 1;
  token->grants.room = g_strdup ("stage");
  gchar *jwt = livekit_token_mint (token, secret, NOW, NULL);
  ck_assert_ptr_nonnull (jwt);
  return jwt;
}

/* Takes @jwt. */
static void
assert_refused (gchar * jwt, guint status, const gchar * text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LivekitToken) token = livekit_verify_token (keys, NULL, jwt, NOW,
      &error);

  ck_assert_ptr_null (token);
  ck_assert (g_error_matches (error, LIVEKIT_REFUSAL, status));
  ck_assert_str_eq (error->message, text);
  g_free (jwt);
}

START_TEST (test_a_good_token_is_taken_from_header_and_query)
{
  g_autofree gchar *jwt = mint ("key", SECRET, 0, NOW + 10);
  g_autofree gchar *header = g_strconcat ("Bearer ", jwt, NULL);
  g_autoptr (LivekitToken) first = livekit_verify_token (keys, header, NULL,
      NOW, NULL);
  g_autoptr (LivekitToken) second = livekit_verify_token (keys, NULL, jwt,
      NOW, NULL);

  ck_assert_ptr_nonnull (first);
  ck_assert_str_eq (first->identity, "ann");
  ck_assert_ptr_nonnull (second);
  ck_assert (livekit_verify_join (second, NULL));
}

END_TEST;

START_TEST (test_the_header_goes_before_the_query)
{
  g_autofree gchar *jwt = mint ("key", SECRET, 0, NOW + 10);
  g_autoptr (GError) error = NULL;

  ck_assert_ptr_null (livekit_verify_token (keys, "Basic x", jwt, NOW, &error));
  ck_assert (g_error_matches (error, LIVEKIT_REFUSAL, 401));
  ck_assert_str_eq (error->message,
      "invalid authorization header. Must start with Bearer ");
}

END_TEST;

START_TEST (test_each_refusal_has_the_words_of_the_real_server)
{
  assert_refused (NULL, 401, "no permissions to access the room");
  assert_refused (g_strdup (""), 401, "no permissions to access the room");
  assert_refused (g_strdup ("nonsense"), 401, "invalid authorization token");
  assert_refused (mint ("other", SECRET, 0, NOW + 10), 401, "invalid API key");
  assert_refused (mint ("key", "another", 0, NOW + 10), 401,
      "invalid token: the token's signature is wrong");
}

END_TEST;

START_TEST (test_times_have_a_minute_of_leeway)
{
  g_autofree gchar *old = mint ("key", SECRET, 0, NOW - 59);
  g_autofree gchar *young = mint ("key", SECRET, NOW + 59, NOW + 100);
  g_autoptr (LivekitToken) first = livekit_verify_token (keys, NULL, old, NOW,
      NULL);
  g_autoptr (LivekitToken) second = livekit_verify_token (keys, NULL, young,
      NOW, NULL);

  ck_assert_ptr_nonnull (first);
  ck_assert_ptr_nonnull (second);
  assert_refused (mint ("key", SECRET, 0, NOW - 61), 401,
      "invalid token: the token has expired");
  assert_refused (mint ("key", SECRET, NOW + 61, NOW + 100), 401,
      "invalid token: the token is not valid yet");
}

END_TEST;

START_TEST (test_a_key_that_is_taken_back_refuses_its_tokens)
{
  ck_assert (livekit_keys_load_text (keys, "new: " SECRET, NULL));
  assert_refused (mint ("key", SECRET, 0, NOW + 10), 401, "invalid API key");
}

END_TEST;

static guint
check_join (const gchar * identity, const gchar * room, gint join)
{
  g_autoptr (LivekitToken) token = livekit_token_new ();
  g_autoptr (GError) error = NULL;

  token->identity = g_strdup (identity);
  token->grants.room = g_strdup (room);
  token->grants.room_join = join;
  return livekit_verify_join (token, &error) ? 200 : error->code;
}

START_TEST (test_a_join_needs_a_grant_an_identity_and_a_room)
{
  g_autofree gchar *text = g_strnfill (LIVEKIT_MAX_NAME + 1, 'x');

  ck_assert_uint_eq (check_join ("ann", "stage", 1), 200);
  ck_assert_uint_eq (check_join ("ann", "stage", -1), 401);
  ck_assert_uint_eq (check_join ("ann", "stage", 0), 401);
  ck_assert_uint_eq (check_join (NULL, "stage", 1), 400);
  ck_assert_uint_eq (check_join (text, "stage", 1), 400);
  ck_assert_uint_eq (check_join ("ann", "", 1), 400);
  ck_assert_uint_eq (check_join ("ann", text, 1), 400);
}

END_TEST;

START_TEST (test_an_administrator_has_the_room_or_the_list_or_all)
{
  g_autoptr (LivekitToken) token = livekit_token_new ();

  ck_assert (!livekit_verify_admin (token, "stage", NULL));
  ck_assert (!livekit_verify_create (token, NULL));
  ck_assert (!livekit_verify_list (token, NULL));
  token->grants.room_admin = 1;
  ck_assert (!livekit_verify_admin (token, "stage", NULL));
  token->grants.room = g_strdup ("stage");
  ck_assert (livekit_verify_admin (token, "stage", NULL));
  ck_assert (!livekit_verify_admin (token, "other", NULL));
  token->grants.room_create = token->grants.room_list = 1;
  ck_assert (livekit_verify_create (token, NULL));
  ck_assert (livekit_verify_list (token, NULL));
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("livekitverify");
  TCase *tcase = tcase_create ("livekitverify");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_a_good_token_is_taken_from_header_and_query);
  tcase_add_test (tcase, test_the_header_goes_before_the_query);
  tcase_add_test (tcase, test_each_refusal_has_the_words_of_the_real_server);
  tcase_add_test (tcase, test_times_have_a_minute_of_leeway);
  tcase_add_test (tcase, test_a_key_that_is_taken_back_refuses_its_tokens);
  tcase_add_test (tcase, test_a_join_needs_a_grant_an_identity_and_a_room);
  tcase_add_test (tcase, test_an_administrator_has_the_room_or_the_list_or_all);
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

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One token is the example of RFC 7515, appendix A.1; the one in
 * golden/tokens.txt was made by golden/generate.mjs with npm package
 * livekit-server-sdk 2.19.2. */
#include "livekit/livekittoken.h"

#include "livekit/livekitbase64.h"
#include "livekit/livekiterror.h"
#include "livekit/livekitlimits.h"

#include <check.h>
#include <string.h>

#define SECRET "a-secret-of-more-than-thirty-two-bytes"
/* The clock of golden/generate.mjs. */
#define MADE G_GINT64_CONSTANT (1767323045)

static const gchar *rfc_jwt = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvb"
    "S9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/* It has no zero in it, so that it is also a string. */
static const gchar *rfc_secret =
    "\x03\x23\x35\x4b\x2b\x0f\xa5\xbc\x83\x7e\x06\x65\x77\x7b\xa6\x8f"
    "\x5a\xb3\x28\xe6\xf0\x54\xc9\x28\xa9\x0f\x84\xb2\xd2\x50\x2e\xbf"
    "\xd3\xfb\x5a\x92\xd2\x06\x47\xef\x96\x8a\xb4\xc3\x77\x62\x3d\x22"
    "\x3d\x2e\x21\x72\x05\x2e\x4f\x08\xc0\xcd\x9a\xf5\x67\xd0\x80\xa3";
#define RFC_EXPIRES 1300819380

static gchar *
read_golden (void)
{
  gchar *jwt = NULL;
  ck_assert (g_file_get_contents (GOLDEN_DIR "/tokens.txt", &jwt, NULL, NULL));
  return g_strchomp (jwt);
}

static LivekitToken *
new_publisher (void)
{
  LivekitToken *token = livekit_token_new ();
  token->key = g_strdup ("devkey");
  token->identity = g_strdup ("stage-1");
  token->grants.room = g_strdup ("hall");
  token->grants.room_join = 1;
  return token;
}

/* A signed token with these claims, however wrong. */
static gchar *
sign (const gchar * header, const gchar * claims, const gchar * secret)
{
  g_autofree gchar *first = livekit_base64_write ((const guint8 *) header,
      strlen (header), FALSE);
  g_autofree gchar *second = livekit_base64_write ((const guint8 *) claims,
      strlen (claims), FALSE);
  g_autofree gchar *text = g_strconcat (first, ".", second, NULL);
  guint8 digest[32];
  gsize size = sizeof digest;
  GHmac *hmac = g_hmac_new (G_CHECKSUM_SHA256, (const guchar *) secret,
      strlen (secret));
  g_hmac_update (hmac, (const guchar *) text, -1);
  g_hmac_get_digest (hmac, digest, &size);
  g_hmac_unref (hmac);
  g_autofree gchar *third = livekit_base64_write (digest, size, FALSE);
  return g_strconcat (text, ".", third, NULL);
}

#define HS256 "{\"alg\":\"HS256\"}"

START_TEST (test_the_example_of_rfc_7515_is_verified)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LivekitToken) token =
      livekit_token_verify (rfc_jwt, rfc_secret, RFC_EXPIRES, &error);
  ck_assert_ptr_null (error);
  ck_assert_str_eq (token->key, "joe");
  ck_assert_int_eq (token->expires, RFC_EXPIRES);
  ck_assert_ptr_null (token->identity);
  ck_assert_int_eq (token->grants.room_join, -1);
}

END_TEST;

START_TEST (test_a_token_of_the_server_sdk_is_verified_and_read)
{
  g_autofree gchar *jwt = read_golden ();
  g_autoptr (GError) error = NULL;
  g_autoptr (LivekitToken) token =
      livekit_token_verify (jwt, SECRET, MADE, &error);
  ck_assert_ptr_null (error);
  ck_assert_str_eq (token->key, "devkey");
  ck_assert_str_eq (token->identity, "stage-1");
  ck_assert_str_eq (token->name, "Stage \xc3\xa4\xc3\xb6");
  ck_assert_str_eq (token->metadata, "{\"a\":1}");
  ck_assert_int_eq (token->not_before, MADE);
  ck_assert_int_eq (token->expires, MADE + 3600);
  ck_assert_uint_eq (g_hash_table_size (token->attributes), 2);
  ck_assert_str_eq (g_hash_table_lookup (token->attributes, "role"), "camera");
  ck_assert_str_eq (token->grants.room, "hall");
  ck_assert_int_eq (token->grants.room_join, 1);
  ck_assert_int_eq (token->grants.can_publish, 1);
  ck_assert_int_eq (token->grants.can_subscribe, 0);
  ck_assert_int_eq (token->grants.can_publish_data, -1);
  ck_assert_int_eq (token->grants.can_update_own_metadata, 1);
  ck_assert_int_eq (token->grants.hidden, 0);
  ck_assert_int_eq (token->grants.room_admin, -1);
  ck_assert_str_eq (token->grants.sources[0], "camera");
  ck_assert_str_eq (token->grants.sources[1], "screen_share_audio");
  ck_assert_ptr_null (token->grants.sources[2]);
  ck_assert (livekit_token_check_publish (token, MADE, NULL));
}

END_TEST;

START_TEST (test_what_is_minted_is_read_back)
{
  g_autoptr (LivekitToken) token = new_publisher ();
  token->name = g_strdup ("\"quoted\" \xe2\x82\xac");
  token->metadata = g_strdup ("m\n");
  token->attributes = g_hash_table_new (g_str_hash, g_str_equal);
  g_hash_table_insert (token->attributes, (gpointer) "k", (gpointer) "v");
  token->not_before = MADE - 5;
  token->expires = MADE + 5;
  token->grants.can_publish = 0;
  token->grants.hidden = 1;
  token->grants.sources = g_strsplit ("camera,microphone", ",", -1);
  g_autoptr (GError) error = NULL;
  g_autofree gchar *jwt = livekit_token_mint (token, SECRET, MADE, &error);
  ck_assert_ptr_null (error);

  g_autoptr (LivekitToken) back =
      livekit_token_verify (jwt, SECRET, MADE, &error);
  ck_assert_ptr_null (error);
  ck_assert_str_eq (back->key, token->key);
  ck_assert_str_eq (back->identity, token->identity);
  ck_assert_str_eq (back->name, token->name);
  ck_assert_str_eq (back->metadata, token->metadata);
  ck_assert_str_eq (g_hash_table_lookup (back->attributes, "k"), "v");
  ck_assert_int_eq (back->not_before, token->not_before);
  ck_assert_int_eq (back->expires, token->expires);
  ck_assert_str_eq (back->grants.room, "hall");
  ck_assert_int_eq (back->grants.can_publish, 0);
  ck_assert_int_eq (back->grants.can_subscribe, -1);
  ck_assert_int_eq (back->grants.hidden, 1);
  ck_assert_str_eq (back->grants.sources[1], "microphone");
}

END_TEST;

START_TEST (test_a_minted_token_gets_an_expiry)
{
  g_autoptr (LivekitToken) token = new_publisher ();
  g_autofree gchar *jwt = livekit_token_mint (token, SECRET, MADE, NULL);
  g_autoptr (LivekitToken) back = livekit_token_parse (jwt, NULL);
  ck_assert_int_eq (back->expires, MADE + LIVEKIT_TOKEN_TTL);
  ck_assert_int_eq (back->not_before, 0);
}

END_TEST;

START_TEST (test_minting_needs_key_identity_and_secret)
{
  g_autoptr (LivekitToken) token = new_publisher ();
  g_autoptr (GError) error = NULL;
  ck_assert_ptr_null (livekit_token_mint (token, NULL, MADE, &error));
  ck_assert (g_error_matches (error, LIVEKIT_ERROR, LIVEKIT_ERROR_CREDENTIALS));
  g_clear_error (&error);
  ck_assert_ptr_null (livekit_token_mint (token, "", MADE, &error));
  ck_assert_ptr_nonnull (strstr (error->message, "secret"));
  g_clear_error (&error);

  g_clear_pointer (&token->identity, g_free);
  ck_assert_ptr_null (livekit_token_mint (token, SECRET, MADE, &error));
  ck_assert_ptr_nonnull (strstr (error->message, "identity"));
  g_clear_error (&error);

  g_clear_pointer (&token->key, g_free);
  ck_assert_ptr_null (livekit_token_mint (token, SECRET, MADE, &error));
  ck_assert_ptr_nonnull (strstr (error->message, "key"));
}

END_TEST;

START_TEST (test_text_that_is_not_utf8_is_not_minted)
{
  g_autoptr (LivekitToken) token = new_publisher ();
  token->name = g_strdup ("\xc3\x28");
  g_autoptr (GError) error = NULL;
  ck_assert_ptr_null (livekit_token_mint (token, SECRET, MADE, &error));
  ck_assert_ptr_nonnull (strstr (error->message, "UTF-8"));
}

END_TEST;

START_TEST (test_a_token_too_long_to_send_is_not_minted)
{
  g_autoptr (LivekitToken) token = new_publisher ();
  token->metadata = g_strnfill (LIVEKIT_MAX_TOKEN, 'a');
  g_autoptr (GError) error = NULL;
  ck_assert_ptr_null (livekit_token_mint (token, SECRET, MADE, &error));
  ck_assert_ptr_nonnull (strstr (error->message, "too long"));
}

END_TEST;

START_TEST (test_a_changed_character_anywhere_is_refused)
{
  gsize length = strlen (rfc_jwt);
  for (gsize i = 0; i < length; i++) {
    g_autofree gchar *jwt = g_strdup (rfc_jwt);
    jwt[i] = jwt[i] == 'A' ? 'B' : 'A';
    g_autoptr (GError) error = NULL;
    ck_assert_ptr_null (livekit_token_verify (jwt, rfc_secret, RFC_EXPIRES,
            &error));
    ck_assert (error->domain == LIVEKIT_ERROR);
  }
}

END_TEST;

START_TEST (test_a_token_cut_at_any_length_is_refused)
{
  for (gsize length = 0; length < strlen (rfc_jwt); length++) {
    g_autofree gchar *jwt = g_strndup (rfc_jwt, length);
    g_autoptr (GError) error = NULL;
    ck_assert_ptr_null (livekit_token_verify (jwt, rfc_secret, RFC_EXPIRES,
            &error));
    ck_assert_ptr_nonnull (error);
  }
}

END_TEST;

START_TEST (test_another_secret_is_refused_without_showing_anything)
{
  g_autofree gchar *jwt = read_golden ();
  g_autoptr (GError) error = NULL;
  ck_assert_ptr_null (livekit_token_verify (jwt, "other", MADE, &error));
  ck_assert (g_error_matches (error, LIVEKIT_ERROR,
          LIVEKIT_ERROR_UNAUTHORIZED));
  ck_assert_ptr_null (strstr (error->message, "other"));
  ck_assert_ptr_null (strstr (error->message, "eyJ"));
}

END_TEST;

START_TEST (test_only_hs256_without_extensions_is_verified)
{
  const gchar *headers[] = {
    "{\"alg\":\"none\"}", "{\"alg\":\"HS512\"}", "{\"alg\":\"RS256\"}", "{}",
    "{\"alg\":null}", "{\"alg\":1}", "{\"alg\":\"hs256\"}",
    "{\"alg\":\"HS256\",\"crit\":[\"b64\"],\"b64\":false}",
  };
  for (guint i = 0; i < G_N_ELEMENTS (headers); i++) {
    g_autofree gchar *jwt = sign (headers[i], "{\"exp\":10}", SECRET);
    g_autoptr (GError) error = NULL;
    ck_assert_ptr_null (livekit_token_verify (jwt, SECRET, 1, &error));
    ck_assert_ptr_nonnull (strstr (error->message, "HS256"));
  }
}

END_TEST;

START_TEST (test_a_signature_of_no_bytes_is_refused)
{
  g_autofree gchar *jwt = sign (HS256, "{\"exp\":10}", SECRET);
  strrchr (jwt, '.')[1] = '\0';
  g_autoptr (GError) error = NULL;
  ck_assert_ptr_null (livekit_token_verify (jwt, SECRET, 1, &error));
  ck_assert (g_error_matches (error, LIVEKIT_ERROR,
          LIVEKIT_ERROR_UNAUTHORIZED));
}

END_TEST;

static gboolean
is_valid_at (const gchar * claims, gint64 now)
{
  g_autofree gchar *jwt = sign (HS256, claims, SECRET);
  g_autoptr (GError) error = NULL;
  g_autoptr (LivekitToken) token =
      livekit_token_verify (jwt, SECRET, now, &error);
  ck_assert ((token == NULL) == (error != NULL));
  ck_assert (error == NULL || g_error_matches (error, LIVEKIT_ERROR,
          LIVEKIT_ERROR_UNAUTHORIZED));
  return token != NULL;
}

START_TEST (test_times_have_a_minute_of_leeway)
{
  ck_assert (is_valid_at ("{\"exp\":1000}", 1060));
  ck_assert (!is_valid_at ("{\"exp\":1000}", 1061));
  ck_assert (is_valid_at ("{\"exp\":1000.75}", 1060));
  ck_assert (is_valid_at ("{\"exp\":9000,\"nbf\":1000}", 940));
  ck_assert (!is_valid_at ("{\"exp\":9000,\"nbf\":1000}", 939));
}

END_TEST;

/* As livekit-server 1.13.5. */
START_TEST (test_no_expiry_is_for_ever_and_zero_is_long_ago)
{
  ck_assert (is_valid_at ("{}", 9000));
  ck_assert (is_valid_at ("{\"exp\":null}", 9000));
  ck_assert (!is_valid_at ("{\"exp\":0}", 9000));
  ck_assert (!is_valid_at ("{\"exp\":-5}", 9000));
  g_autofree gchar *jwt = sign (HS256, "{\"exp\":null}", SECRET);
  g_autoptr (LivekitToken) token = livekit_token_parse (jwt, NULL);
  ck_assert_int_eq (token->expires, 0);
}

END_TEST;

START_TEST (test_claims_of_a_wrong_type_are_refused)
{
  const gchar *claims[] = {
    "{\"iss\":1}", "{\"sub\":[]}", "{\"exp\":\"1\"}", "{\"exp\":1e300}",
    "{\"nbf\":true}", "{\"name\":{}}", "{\"video\":1}", "{\"video\":[]}",
    "{\"video\":{\"roomJoin\":1}}", "{\"video\":{\"room\":1}}",
    "{\"video\":{\"canPublishSources\":\"camera\"}}",
    "{\"video\":{\"canPublishSources\":[1]}}",
    "{\"video\":{\"canPublishSources\":[null]}}", "{\"attributes\":[]}",
    "{\"attributes\":{\"a\":1}}", "{\"attributes\":{\"a\":null}}",
  };
  for (guint i = 0; i < G_N_ELEMENTS (claims); i++) {
    g_autofree gchar *jwt = sign (HS256, claims[i], SECRET);
    g_autoptr (GError) error = NULL;
    ck_assert_msg (livekit_token_parse (jwt, &error) == NULL, "%s", claims[i]);
    ck_assert (g_error_matches (error, LIVEKIT_ERROR,
            LIVEKIT_ERROR_CREDENTIALS));
  }
}

END_TEST;

START_TEST (test_what_is_no_token_is_refused)
{
  g_autofree gchar *deep = g_strnfill (1000, '[');
  g_autofree gchar *nested = sign (HS256, deep, SECRET);
  g_autofree gchar *long_one = g_strnfill (LIVEKIT_MAX_TOKEN + 1, 'a');
  const gchar *texts[] = {
    NULL, "", ".", "..", "...", "a.b.c", "e30.e30", "e30.e30.e30.e30",
    "e30=.e30.", "e30 .e30.", "e31.e30.", "W10.e30.", nested, long_one,
  };
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GError) error = NULL;
    ck_assert_ptr_null (livekit_token_parse (texts[i], &error));
    ck_assert (g_error_matches (error, LIVEKIT_ERROR,
            LIVEKIT_ERROR_CREDENTIALS));
  }
}

END_TEST;

START_TEST (test_an_old_token_has_its_identity_in_jti)
{
  g_autofree gchar *old = sign (HS256, "{\"jti\":\"ann\"}", SECRET);
  g_autoptr (LivekitToken) first = livekit_token_parse (old, NULL);
  ck_assert_str_eq (first->identity, "ann");
  g_autofree gchar *both = sign (HS256, "{\"jti\":\"x\",\"sub\":\"bob\"}",
      SECRET);
  g_autoptr (LivekitToken) second = livekit_token_parse (both, NULL);
  ck_assert_str_eq (second->identity, "bob");
}

END_TEST;

static void
assert_publish (const LivekitToken * token, gint64 now, gint code)
{
  g_autoptr (GError) error = NULL;
  gboolean may = livekit_token_check_publish (token, now, &error);
  ck_assert (may == (code == 0));
  ck_assert_int_eq (error != NULL ? error->code : 0, code);
}

START_TEST (test_a_token_must_allow_to_publish)
{
  g_autoptr (LivekitToken) token = new_publisher ();
  assert_publish (token, MADE, 0);
  token->grants.can_publish = 0;
  assert_publish (token, MADE, LIVEKIT_ERROR_NOT_ALLOWED);
  /* A list of sources wins over canPublish. */
  token->grants.sources = g_strsplit ("camera", ",", -1);
  assert_publish (token, MADE, 0);
}

END_TEST;

START_TEST (test_a_token_must_allow_to_join)
{
  g_autoptr (LivekitToken) token = new_publisher ();
  token->grants.room_join = 0;
  assert_publish (token, MADE, LIVEKIT_ERROR_FORBIDDEN);
  token->grants.room_join = -1;
  assert_publish (token, MADE, LIVEKIT_ERROR_FORBIDDEN);
  token->grants.room_join = 1;
  g_clear_pointer (&token->grants.room, g_free);
  assert_publish (token, MADE, LIVEKIT_ERROR_FORBIDDEN);
  token->grants.room = g_strdup ("hall");
  g_clear_pointer (&token->identity, g_free);
  assert_publish (token, MADE, LIVEKIT_ERROR_FORBIDDEN);
}

END_TEST;

START_TEST (test_a_token_must_be_valid_now)
{
  g_autoptr (LivekitToken) token = new_publisher ();
  token->expires = MADE;
  assert_publish (token, MADE + LIVEKIT_TOKEN_LEEWAY, 0);
  assert_publish (token, MADE + LIVEKIT_TOKEN_LEEWAY + 1,
      LIVEKIT_ERROR_UNAUTHORIZED);
  token->not_before = MADE;
  assert_publish (token, MADE - LIVEKIT_TOKEN_LEEWAY, 0);
  assert_publish (token, MADE - LIVEKIT_TOKEN_LEEWAY - 1,
      LIVEKIT_ERROR_UNAUTHORIZED);
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("livekittoken");
  TCase *tcase = tcase_create ("mint");
  tcase_add_test (tcase, test_what_is_minted_is_read_back);
  tcase_add_test (tcase, test_a_minted_token_gets_an_expiry);
  tcase_add_test (tcase, test_minting_needs_key_identity_and_secret);
  tcase_add_test (tcase, test_text_that_is_not_utf8_is_not_minted);
  tcase_add_test (tcase, test_a_token_too_long_to_send_is_not_minted);
  suite_add_tcase (suite, tcase);

  tcase = tcase_create ("verify");
  tcase_add_test (tcase, test_the_example_of_rfc_7515_is_verified);
  tcase_add_test (tcase, test_a_token_of_the_server_sdk_is_verified_and_read);
  tcase_add_test (tcase, test_a_changed_character_anywhere_is_refused);
  tcase_add_test (tcase, test_a_token_cut_at_any_length_is_refused);
  tcase_add_test (tcase,
      test_another_secret_is_refused_without_showing_anything);
  tcase_add_test (tcase, test_only_hs256_without_extensions_is_verified);
  tcase_add_test (tcase, test_a_signature_of_no_bytes_is_refused);
  tcase_add_test (tcase, test_times_have_a_minute_of_leeway);
  suite_add_tcase (suite, tcase);

  tcase = tcase_create ("parse");
  tcase_add_test (tcase, test_no_expiry_is_for_ever_and_zero_is_long_ago);
  tcase_add_test (tcase, test_claims_of_a_wrong_type_are_refused);
  tcase_add_test (tcase, test_what_is_no_token_is_refused);
  tcase_add_test (tcase, test_an_old_token_has_its_identity_in_jti);
  suite_add_tcase (suite, tcase);

  tcase = tcase_create ("publish");
  tcase_add_test (tcase, test_a_token_must_allow_to_publish);
  tcase_add_test (tcase, test_a_token_must_allow_to_join);
  tcase_add_test (tcase, test_a_token_must_be_valid_now);
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

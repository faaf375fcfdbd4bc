/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitreason.h"

#include "livekit/livekiterror.h"
#include "livekit/livekit.pb-c.h"

#include <check.h>
#include <string.h>

/* What a signed token looks like: three words of base64url with dots. */
#define TOKEN "headheadheadheadhead.bodybodybodybodybody.signsignsignsign"

static const gchar *const secrets[] = { "invalid token: " TOKEN ", error: x",
  "token=" TOKEN, "\"" TOKEN "\"", TOKEN "\n" TOKEN
};

START_TEST (test_no_refusal_repeats_a_token)
{
  static const guint statuses[] = { 200, 302, 400, 401, 403, 404, 429, 500,
    502, 503
  };

  for (guint i = 0; i < G_N_ELEMENTS (secrets); i++) {
    for (guint j = 0; j < G_N_ELEMENTS (statuses); j++) {
      g_autoptr (GError) error =
          livekit_reason_new_refusal (statuses[j], secrets[i]);
      ck_assert_ptr_null (strstr (error->message, "bodybody"));
      ck_assert_ptr_null (strstr (error->message, "signsign"));
    }
  }
}

END_TEST;

START_TEST (test_a_body_is_cut_to_one_short_line)
{
  g_autofree gchar *line = livekit_reason_redact ("  first\tone \r\nsecond");
  ck_assert_str_eq (line, "firstone");

  GString *words = g_string_new (NULL);
  for (guint i = 0; i < 100; i++)
    g_string_append (words, "w\xc3\xb6rd ");
  g_autofree gchar *body = g_string_free (words, FALSE);
  g_autofree gchar *text = livekit_reason_redact (body);
  ck_assert (strlen (text) < 200);
  ck_assert (g_utf8_validate (text, -1, NULL));

  ck_assert_ptr_null (livekit_reason_redact (NULL));
  ck_assert_ptr_null (livekit_reason_redact ("\n"));
  ck_assert_ptr_null (livekit_reason_redact ("\xff\xfe"));
}

END_TEST;

START_TEST (test_only_the_servers_own_text_means_no_route)
{
  ck_assert (livekit_reason_is_no_route (404, "404 page not found\n"));
  ck_assert (livekit_reason_is_no_route (404, "404 page not found"));
  ck_assert (!livekit_reason_is_no_route (404,
          "requested room does not exist"));
  ck_assert (!livekit_reason_is_no_route (404, NULL));
  ck_assert (!livekit_reason_is_no_route (400, "404 page not found"));
}

END_TEST;

static const struct
{
  guint status;
  const gchar *body;
  gint code;
  const gchar *words;
} refusals[] = {
  /* *INDENT-OFF* */
  /* The texts are those of livekit-server 1.13.5. */
  {401, "no permissions to access the room", LIVEKIT_ERROR_UNAUTHORIZED,
      "canUpdateOwnMetadata"},
  {401, "invalid authorization token", LIVEKIT_ERROR_UNAUTHORIZED, "JWT"},
  {401, "invalid token: x", LIVEKIT_ERROR_UNAUTHORIZED, "expired"},
  {401, "invalid API key: devkey", LIVEKIT_ERROR_UNAUTHORIZED, "API key"},
  {401, "permissions denied", LIVEKIT_ERROR_UNAUTHORIZED, "join a room"},
  {401, NULL, LIVEKIT_ERROR_UNAUTHORIZED, "not accepted"},
  {400, "identity cannot be empty", LIVEKIT_ERROR_REFUSED, "identity cannot"},
  {403, NULL, LIVEKIT_ERROR_FORBIDDEN, "403"},
  {404, "requested room does not exist", LIVEKIT_ERROR_NO_SUCH_ROOM,
      "no such room"},
  {404, "404 page not found", LIVEKIT_ERROR_NO_SUCH_ROOM, "host, port and path"},
  {404, NULL, LIVEKIT_ERROR_NO_SUCH_ROOM, "host, port and path"},
  {429, NULL, LIVEKIT_ERROR_REFUSED, "quota"},
  {500, NULL, LIVEKIT_ERROR_REFUSED, "room is full"},
  {502, NULL, LIVEKIT_ERROR_REFUSED, "502"},
  {503, "no node", LIVEKIT_ERROR_REFUSED, "later"},
  {301, "https://other.test", LIVEKIT_ERROR_REFUSED, "other.test"},
  {200, "hello", LIVEKIT_ERROR_PROTOCOL, "not a room server"},
  /* *INDENT-ON* */
};

START_TEST (test_a_refusal_says_what_can_be_done)
{
  g_autoptr (GError) error =
      livekit_reason_new_refusal (refusals[_i].status, refusals[_i].body);

  ck_assert (g_error_matches (error, LIVEKIT_ERROR, refusals[_i].code));
  ck_assert_msg (strstr (error->message, refusals[_i].words) != NULL, "%s",
      error->message);
}

END_TEST;

START_TEST (test_every_reason_to_leave_has_words_of_its_own)
{
  g_autoptr (GHashTable) texts =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (gint i = 0; i < (gint) livekit__disconnect_reason__descriptor.n_values;
      i++) {
    g_autoptr (GError) error = livekit_reason_new_leave (i);
    ck_assert_ptr_null (strstr (error->message, "unknown"));
    ck_assert (g_hash_table_add (texts, g_strdup (error->message)));
  }
  g_autoptr (GError) newer = livekit_reason_new_leave (99);
  ck_assert (g_error_matches (newer, LIVEKIT_ERROR, LIVEKIT_ERROR_LOST));
  ck_assert_ptr_nonnull (strstr (newer->message, "99"));
}

END_TEST;

START_TEST (test_every_refusal_of_a_track_names_it_and_says_why)
{
  for (gint i = 1;
      i < (gint) livekit__request_response__reason__descriptor.n_values; i++) {
    if (i == LIVEKIT__REQUEST_RESPONSE__REASON__QUEUED)
      continue;
    g_autoptr (GError) error = livekit_reason_new_track (i, "stage");
    ck_assert_ptr_nonnull (strstr (error->message, "\"stage\""));
    ck_assert_ptr_null (strstr (error->message, "unknown"));
    ck_assert_int_eq (error->code,
        i == LIVEKIT__REQUEST_RESPONSE__REASON__NOT_ALLOWED
        ? LIVEKIT_ERROR_NOT_ALLOWED : LIVEKIT_ERROR_TRACK_REFUSED);
  }
  g_autoptr (GError) newer = livekit_reason_new_track (99, "stage");
  ck_assert_ptr_nonnull (strstr (newer->message, "99"));
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("livekitreason");
  TCase *tcase = tcase_create ("livekitreason");
  tcase_add_test (tcase, test_no_refusal_repeats_a_token);
  tcase_add_test (tcase, test_a_body_is_cut_to_one_short_line);
  tcase_add_test (tcase, test_only_the_servers_own_text_means_no_route);
  tcase_add_loop_test (tcase, test_a_refusal_says_what_can_be_done, 0,
      G_N_ELEMENTS (refusals));
  tcase_add_test (tcase, test_every_reason_to_leave_has_words_of_its_own);
  tcase_add_test (tcase, test_every_refusal_of_a_track_names_it_and_says_why);
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

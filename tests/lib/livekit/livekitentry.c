/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitentry.h"

#include "livekit/livekitjoin.h"
#include "livekit/livekitlimits.h"
#include "livekit/livekitverify.h"

#include <check.h>
#include <string.h>

#define NOW 1800000000
#define SECRET "a secret of thirty-two characters"

static LivekitKeys *keys;
static gchar *token;            /* may change its metadata */
static gchar *bearer;
static gchar *plain;            /* may not */

static gchar *
mint (gint metadata)
{
  g_autoptr (LivekitToken) value = livekit_token_new ();
  value->key = g_strdup ("key");
  value->identity = g_strdup ("ann");
  value->grants.room_join = 1;
  value->grants.room = g_strdup ("stage");
  value->grants.can_update_own_metadata = metadata;
  return livekit_token_mint (value, SECRET, NOW, NULL);
}

static void
setup (void)
{
  keys = livekit_keys_new ();
  ck_assert (livekit_keys_load_text (keys, "key: " SECRET, NULL));
  token = mint (1);
  bearer = g_strconcat ("Bearer ", token, NULL);
  plain = mint (-1);
}

static void
teardown (void)
{
  g_clear_pointer (&keys, livekit_keys_free);
  g_clear_pointer (&token, g_free);
  g_clear_pointer (&bearer, g_free);
  g_clear_pointer (&plain, g_free);
}

static guint
read_status (const gchar * path, const gchar * query, const gchar * header)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LivekitEntry) entry = livekit_entry_read (keys, path, query,
      header, NOW, &error);

  ck_assert ((entry == NULL) == (error != NULL));
  if (entry != NULL)
    return 200;
  ck_assert (error->domain == LIVEKIT_REFUSAL);
  return error->code;
}

START_TEST (test_the_paths_are_those_of_the_protocol)
{
  gboolean one;

  ck_assert_int_eq (livekit_entry_find ("/rtc", &one), LIVEKIT_ENTRY_JOIN);
  ck_assert (!one);
  ck_assert_int_eq (livekit_entry_find ("//rtc", &one), LIVEKIT_ENTRY_JOIN);
  ck_assert_int_eq (livekit_entry_find ("/rtc/v1", &one), LIVEKIT_ENTRY_JOIN);
  ck_assert (one);
  ck_assert_int_eq (livekit_entry_find ("/rtc/validate", &one),
      LIVEKIT_ENTRY_VALIDATE);
  ck_assert (!one);
  ck_assert_int_eq (livekit_entry_find ("/rtc/v1/validate", &one),
      LIVEKIT_ENTRY_VALIDATE);
  ck_assert (one);
  ck_assert_int_eq (livekit_entry_find ("/", &one), LIVEKIT_ENTRY_NONE);
  ck_assert_int_eq (livekit_entry_find ("/r", &one), LIVEKIT_ENTRY_NONE);
  ck_assert_int_eq (livekit_entry_find ("/rtcx", &one), LIVEKIT_ENTRY_NONE);
  ck_assert_int_eq (livekit_entry_find ("/rtc/", &one), LIVEKIT_ENTRY_NONE);
  ck_assert_int_eq (livekit_entry_find ("/rtc/v12", &one), LIVEKIT_ENTRY_NONE);
}

END_TEST;

START_TEST (test_the_older_path_has_its_parameters)
{
  g_autofree gchar *query = g_strconcat ("access_token=", token,
      "&protocol=16&auto_subscribe=0&reconnect=1&sid=PA_x"
      "&attributes=eyJhIjoiYiJ9", NULL);
  g_autoptr (LivekitEntry) entry = livekit_entry_read (keys, "/rtc", query,
      NULL, NOW, NULL);

  ck_assert_ptr_nonnull (entry);
  ck_assert (!entry->one_connection && !entry->auto_subscribe);
  ck_assert_int_eq (entry->protocol, 16);
  ck_assert_str_eq (entry->resumes, "PA_x");
  ck_assert_str_eq (g_hash_table_lookup (entry->token->attributes, "a"), "b");
}

END_TEST;

START_TEST (test_the_older_path_has_its_defaults)
{
  g_autoptr (LivekitEntry) entry = livekit_entry_read (keys, "/rtc", NULL,
      bearer, NOW, NULL);

  ck_assert_ptr_nonnull (entry);
  ck_assert (entry->auto_subscribe);
  ck_assert_int_eq (entry->protocol, 0);
  ck_assert_ptr_null (entry->resumes);
  ck_assert_ptr_null (entry->join);
}

END_TEST;

static gchar *
write_join (const gchar * metadata)
{
  Livekit__ClientInfo client = LIVEKIT__CLIENT_INFO__INIT;
  Livekit__ConnectionSettings settings = LIVEKIT__CONNECTION_SETTINGS__INIT;
  Livekit__JoinRequest join = LIVEKIT__JOIN_REQUEST__INIT;
  client.protocol = 17;
  settings.auto_subscribe = TRUE;
  join.client_info = &client;
  join.connection_settings = &settings;
  join.reconnect = TRUE;
  join.participant_sid = (gchar *) "PA_y";
  join.metadata = (gchar *) metadata;
  g_autofree gchar *value = livekit_join_write (&join, NULL);
  return g_strconcat ("join_request=", value, NULL);
}

START_TEST (test_the_newer_path_has_a_join_request)
{
  g_autofree gchar *query = write_join ("meta");
  g_autoptr (LivekitEntry) entry = livekit_entry_read (keys, "/rtc/v1", query,
      bearer, NOW, NULL);

  ck_assert_ptr_nonnull (entry);
  ck_assert (entry->one_connection && entry->auto_subscribe);
  ck_assert_int_eq (entry->protocol, 17);
  ck_assert_str_eq (entry->resumes, "PA_y");
  ck_assert_str_eq (entry->token->metadata, "meta");
  ck_assert_ptr_nonnull (entry->join);

  g_autoptr (LivekitEntry) older = livekit_entry_read (keys, "/rtc", query,
      bearer, NOW, NULL);
  ck_assert (older->one_connection);
}

END_TEST;

START_TEST (test_metadata_needs_its_grant)
{
  g_autofree gchar *header = g_strconcat ("Bearer ", plain, NULL);
  g_autofree gchar *without = write_join ("");
  g_autofree gchar *with = write_join ("meta");

  ck_assert_uint_eq (read_status ("/rtc/v1", without, header), 200);
  ck_assert_uint_eq (read_status ("/rtc/v1", with, header), 401);
  ck_assert_uint_eq (read_status ("/rtc", "attributes=eyJhIjoiYiJ9", header),
      401);
}

END_TEST;

/* Each as livekit-server 1.13.5. */
START_TEST (test_attributes_that_cannot_be_read_are_told_of_or_ignored)
{
  g_autofree gchar *header = g_strconcat ("Bearer ", plain, NULL);
  const gchar *bad[] = { "attributes=!", "attributes=W10", "attributes=eHg",
    "attributes=eyJhIjoxfQ"
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    ck_assert_uint_eq (read_status ("/rtc/validate", bad[i], bearer), 400);
    ck_assert_uint_eq (read_status ("/rtc/validate", bad[i], header), 400);
    ck_assert_uint_eq (read_status ("/rtc", bad[i], bearer), 200);
    ck_assert_uint_eq (read_status ("/rtc", bad[i], header), 200);
  }
  /* None at all. */
  ck_assert_uint_eq (read_status ("/rtc", "attributes=e30", header), 200);
}

END_TEST;

START_TEST (test_an_empty_attribute_takes_none_away)
{
  g_autoptr (LivekitEntry) entry = livekit_entry_read (keys, "/rtc",
      "attributes=eyJhIjoiIiwiYiI6ImMifQ", bearer, NOW, NULL);

  ck_assert_ptr_nonnull (entry);
  ck_assert (!g_hash_table_contains (entry->token->attributes, "a"));
  ck_assert_str_eq (g_hash_table_lookup (entry->token->attributes, "b"), "c");
}

END_TEST;

START_TEST (test_nonsense_is_a_bad_request)
{
  ck_assert_uint_eq (read_status ("/rtc", "a=%zz", bearer), 400);
  ck_assert_uint_eq (read_status ("/rtc/v1", NULL, bearer), 400);
  ck_assert_uint_eq (read_status ("/rtc/v1", "join_request=", bearer), 400);
  ck_assert_uint_eq (read_status ("/rtc/v1", "join_request=!", bearer), 400);
  ck_assert_uint_eq (read_status ("/rtc/v1", "join_request=_____w", bearer),
      400);
  ck_assert_uint_eq (read_status ("/rtc", NULL, NULL), 401);

  g_autofree gchar *value = g_strnfill (LIVEKIT_MAX_QUERY, 'a');
  g_autofree gchar *query = g_strconcat ("a=", value, NULL);
  ck_assert_uint_eq (read_status ("/rtc", query, bearer), 400);
}

END_TEST;

START_TEST (test_a_refusal_repeats_nothing_of_the_query)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *query =
      g_strconcat ("access_token=", token, "&b=%zz", NULL);

  ck_assert_ptr_null (livekit_entry_read (keys, "/rtc", query, NULL, NOW,
          &error));
  ck_assert_ptr_null (strstr (error->message, token));
}

END_TEST;

START_TEST (test_a_quiet_one_has_no_socket)
{
  LivekitToken *value = livekit_token_new ();
  g_autoptr (LivekitEntry) entry = livekit_entry_new_quiet (value);

  ck_assert (entry->quiet && entry->auto_subscribe && entry->one_connection);
  ck_assert_ptr_eq (entry->token, value);
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("livekitentry");
  TCase *tcase = tcase_create ("livekitentry");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_the_paths_are_those_of_the_protocol);
  tcase_add_test (tcase, test_the_older_path_has_its_parameters);
  tcase_add_test (tcase, test_the_older_path_has_its_defaults);
  tcase_add_test (tcase, test_the_newer_path_has_a_join_request);
  tcase_add_test (tcase, test_metadata_needs_its_grant);
  tcase_add_test (tcase,
      test_attributes_that_cannot_be_read_are_told_of_or_ignored);
  tcase_add_test (tcase, test_an_empty_attribute_takes_none_away);
  tcase_add_test (tcase, test_nonsense_is_a_bad_request);
  tcase_add_test (tcase, test_a_refusal_repeats_nothing_of_the_query);
  tcase_add_test (tcase, test_a_quiet_one_has_no_socket);
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

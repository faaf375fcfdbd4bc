/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomConfig: its defaults, what it says is missing, the token it makes, and
 * that no secret stays in memory. */
#include "roomconfig.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "livekit/livekiterror.h"
#include "livekit/livekittoken.h"

#define NOW 1700000000
#define SECRET "a secret of thirty-two characters or more"

/* What was wiped, one a line. Stands before the C library's own, which nobody
 * could look behind: the memory is freed right after it. */
static GString *wiped;

void
explicit_bzero (void *memory, size_t size)
{
  if (wiped)
    g_string_append_printf (wiped, "%.*s\n", (int) size, (char *) memory);
  memset (memory, 0, size);
}

static void
setup (void)
{
  g_unsetenv ("LIVEKIT_URL");
  g_unsetenv ("LIVEKIT_TOKEN");
  g_unsetenv ("LIVEKIT_API_KEY");
  g_unsetenv ("LIVEKIT_API_SECRET");
  wiped = g_string_new (NULL);
}

static void
teardown (void)
{
  g_string_free (g_steal_pointer (&wiped), TRUE);
}

static void
set (gchar ** member, const gchar * value)
{
  g_free (*member);
  *member = g_strdup (value);
}

static RoomConfig *
new_with_key (void)
{
  RoomConfig *config = room_config_new ();

  set (&config->url, "ws://127.0.0.1:7880");
  set (&config->api_key, "devkey");
  set (&config->api_secret, SECRET);
  set (&config->room, "stage");
  set (&config->identity, "camera");
  return config;
}

START_TEST (defaults_stand_without_environment)
{
  g_autoptr (RoomConfig) config = room_config_new ();

  ck_assert_ptr_null (config->url);
  ck_assert_ptr_null (config->token);
  ck_assert_ptr_null (config->api_key);
  ck_assert_ptr_null (config->api_secret);
  ck_assert_ptr_null (config->allowed_users);
  ck_assert_ptr_null (config->turn_servers);
  ck_assert_int_eq (config->ice_transport_policy,
      GST_WEBRTC_ICE_TRANSPORT_POLICY_ALL);
  ck_assert (config->ssl_strict);
  ck_assert (!config->ice_tcp_only);
  ck_assert_uint_eq (config->wait_for_subscriber, 2000);
}

END_TEST;

START_TEST (environment_gives_defaults)
{
  g_setenv ("LIVEKIT_URL", "wss://example.com", TRUE);
  g_setenv ("LIVEKIT_TOKEN", "a.b.c", TRUE);
  g_setenv ("LIVEKIT_API_KEY", "key", TRUE);
  g_setenv ("LIVEKIT_API_SECRET", "hidden", TRUE);
  g_autoptr (RoomConfig) config = room_config_new ();

  ck_assert_str_eq (config->url, "wss://example.com");
  ck_assert_str_eq (config->token, "a.b.c");
  ck_assert_str_eq (config->api_key, "key");
  ck_assert_str_eq (config->api_secret, "hidden");
}

END_TEST;

START_TEST (copy_shares_nothing)
{
  g_autoptr (RoomConfig) config = new_with_key ();
  const gchar *users[] = { "anna", "ben", NULL };

  set (&config->token, "a.b.c");
  set (&config->participant_name, "Camera");
  set (&config->metadata, "{}");
  set (&config->stun_server, "stun://example.com");
  config->attributes = gst_structure_new ("a", "k", G_TYPE_STRING, "v", NULL);
  config->allowed_users = g_strdupv ((gchar **) users);
  config->turn_servers = g_strdupv ((gchar **) users);
  config->wait_for_subscriber = 7;
  RoomConfig *copy = room_config_copy (config);
  room_config_free (g_steal_pointer (&config));

  ck_assert_str_eq (copy->url, "ws://127.0.0.1:7880");
  ck_assert_str_eq (copy->token, "a.b.c");
  ck_assert_str_eq (copy->api_key, "devkey");
  ck_assert_str_eq (copy->api_secret, SECRET);
  ck_assert_str_eq (copy->room, "stage");
  ck_assert_str_eq (copy->identity, "camera");
  ck_assert_str_eq (copy->participant_name, "Camera");
  ck_assert_str_eq (copy->metadata, "{}");
  ck_assert_str_eq (copy->stun_server, "stun://example.com");
  ck_assert_str_eq (gst_structure_get_string (copy->attributes, "k"), "v");
  ck_assert_str_eq (copy->allowed_users[1], "ben");
  ck_assert_str_eq (copy->turn_servers[0], "anna");
  ck_assert_uint_eq (copy->wait_for_subscriber, 7);
  room_config_free (copy);
}

END_TEST;

START_TEST (token_is_made_from_the_key)
{
  g_autoptr (RoomConfig) config = new_with_key ();
  g_autoptr (GError) error = NULL;

  set (&config->participant_name, "Camera one");
  set (&config->metadata, "{\"a\":1}");
  config->attributes = gst_structure_new ("attributes",
      "place", G_TYPE_STRING, "hall", "number", G_TYPE_INT, 3, NULL);
  ck_assert (room_config_complete (config, NOW, &error));
  ck_assert_ptr_null (error);
  g_autoptr (LivekitToken) token =
      livekit_token_verify (config->token, SECRET, NOW, &error);
  ck_assert_ptr_nonnull (token);
  ck_assert_str_eq (token->key, "devkey");
  ck_assert_str_eq (token->identity, "camera");
  ck_assert_str_eq (token->name, "Camera one");
  ck_assert_str_eq (token->metadata, "{\"a\":1}");
  ck_assert_str_eq (token->grants.room, "stage");
  ck_assert_int_eq (token->grants.room_join, 1);
  ck_assert_int_eq (token->grants.can_publish, 1);
  ck_assert_str_eq (g_hash_table_lookup (token->attributes, "place"), "hall");
  /* Attributes are strings in the room. */
  ck_assert (!g_hash_table_contains (token->attributes, "number"));
}

END_TEST;

START_TEST (token_that_is_set_wins)
{
  g_autoptr (RoomConfig) config = new_with_key ();

  set (&config->token, "a.b.c");
  ck_assert (room_config_complete (config, NOW, NULL));
  ck_assert_str_eq (config->token, "a.b.c");
}

END_TEST;

START_TEST (empty_token_is_none)
{
  g_autoptr (RoomConfig) config = new_with_key ();

  set (&config->token, "");
  ck_assert (room_config_complete (config, NOW, NULL));
  ck_assert_str_ne (config->token, "");
}

END_TEST;

START_TEST (missing_url_is_named)
{
  const gchar *urls[] = { NULL, "" };
  g_autoptr (RoomConfig) config = new_with_key ();
  g_autoptr (GError) error = NULL;

  set (&config->url, urls[_i]);
  ck_assert (!room_config_complete (config, NOW, &error));
  ck_assert (g_error_matches (error, LIVEKIT_ERROR, LIVEKIT_ERROR_URL));
  ck_assert_ptr_nonnull (strstr (error->message, "LIVEKIT_URL"));
}

END_TEST;

START_TEST (missing_part_of_a_token_is_named)
{
  g_autoptr (RoomConfig) config = new_with_key ();
  g_autoptr (GError) error = NULL;
  struct
  {
    gchar **member;
    const gchar *name;
  } parts[] = {
    {&config->api_key, "api-key is missing"},
    {&config->api_secret, "api-secret is missing"},
    {&config->room, "room is missing"},
    {&config->identity, "identity is missing"},
  };

  set (parts[_i / 2].member, _i % 2 ? "" : NULL);
  ck_assert (!room_config_complete (config, NOW, &error));
  ck_assert (g_error_matches (error, LIVEKIT_ERROR, LIVEKIT_ERROR_CREDENTIALS));
  ck_assert_ptr_nonnull (strstr (error->message, parts[_i / 2].name));
  ck_assert_ptr_null (strstr (error->message, SECRET));
}

END_TEST;

START_TEST (secrets_are_wiped_when_freed)
{
  const gchar *turn[] = { "turn://u:pass1@h", "turn://u:pass2@h", NULL };
  RoomConfig *config = new_with_key ();

  set (&config->token, "head.body.signature");
  room_config_set_turn_servers (config, turn);
  room_config_free (config);
  ck_assert_str_eq (wiped->str, "head.body.signature\n" SECRET "\n"
      "turn://u:pass1@h\nturn://u:pass2@h\n");
}

END_TEST;

START_TEST (replaced_secret_is_wiped)
{
  g_autoptr (RoomConfig) config = new_with_key ();

  room_config_set_secret (&config->api_secret, "other");
  ck_assert_str_eq (wiped->str, SECRET "\n");
  ck_assert_str_eq (config->api_secret, "other");
}

END_TEST;

START_TEST (replaced_turn_servers_are_wiped)
{
  const gchar *first[] = { "turn://u:pass1@h", NULL };
  const gchar *second[] = { "turn://u:pass2@h", NULL };
  g_autoptr (RoomConfig) config = room_config_new ();

  room_config_set_turn_servers (config, first);
  room_config_set_turn_servers (config, second);
  ck_assert_str_eq (wiped->str, "turn://u:pass1@h\n");
  ck_assert_str_eq (config->turn_servers[0], "turn://u:pass2@h");
  room_config_set_turn_servers (config, NULL);
  ck_assert_ptr_null (config->turn_servers);
}

END_TEST;

START_TEST (config_without_attributes_has_none)
{
  g_autoptr (RoomConfig) config = room_config_new ();

  ck_assert_ptr_null (room_config_dup_attributes (config));
}

END_TEST;

int
main (int argc, char **argv)
{
  Suite *suite = suite_create ("roomconfig");
  TCase *tcase = tcase_create ("config");

  gst_init (&argc, &argv);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, defaults_stand_without_environment);
  tcase_add_test (tcase, environment_gives_defaults);
  tcase_add_test (tcase, copy_shares_nothing);
  tcase_add_test (tcase, token_is_made_from_the_key);
  tcase_add_test (tcase, token_that_is_set_wins);
  tcase_add_test (tcase, empty_token_is_none);
  tcase_add_loop_test (tcase, missing_url_is_named, 0, 2);
  tcase_add_loop_test (tcase, missing_part_of_a_token_is_named, 0, 8);
  tcase_add_test (tcase, secrets_are_wiped_when_freed);
  tcase_add_test (tcase, replaced_secret_is_wiped);
  tcase_add_test (tcase, replaced_turn_servers_are_wiped);
  tcase_add_test (tcase, config_without_attributes_has_none);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

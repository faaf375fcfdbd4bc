/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomServers: whose servers are used, and what it means when there are none.
 * The media connection is a stand-in that notes what it is given. */
#include "roomservers.h"

#include <check.h>
#include <string.h>

#include "livekit/livekiterror.h"

static GString *told;
static gboolean relays_usable;
static RoomConfig *config;
static LivekitJoined *joined;

void
room_peer_set_stun (RoomPeer * self, const gchar * uri)
{
  g_string_append_printf (told, "%s ", uri);
}

gboolean
room_peer_add_turn (RoomPeer * self, const gchar * uri)
{
  g_string_append_printf (told, "%s ", uri);
  return relays_usable;
}

void
room_peer_force_relay (RoomPeer * self)
{
  g_string_append (told, "relay ");
}

static void
setup (void)
{
  told = g_string_new (NULL);
  relays_usable = TRUE;
  config = room_config_new ();
  joined = livekit_joined_new ();
}

static void
teardown (void)
{
  g_string_free (told, TRUE);
  room_config_free (config);
  livekit_joined_free (joined);
}

static void
let_room_name (const gchar * url)
{
  LivekitIceServer *server = g_new0 (LivekitIceServer, 1);

  server->urls = g_strsplit (url, " ", -1);
  server->username = g_strdup ("user");
  server->credential = g_strdup ("word");
  g_ptr_array_add (joined->ice_servers, server);
}

static void
configure_relay (const gchar * uri)
{
  g_auto (GStrv) uris = g_strsplit (uri, " ", -1);

  room_config_set_turn_servers (config, (const gchar * const *) uris);
}

static void
assert_used (const gchar * expected)
{
  g_autoptr (GError) error = NULL;

  ck_assert (room_servers_use (joined, config, NULL, NULL, &error));
  g_assert_no_error (error);
  ck_assert_str_eq (told->str, expected);
}

static void
assert_refused (const gchar * words)
{
  g_autoptr (GError) error = NULL;
  gboolean relay_only = FALSE;

  ck_assert (!room_servers_use (joined, config, NULL, &relay_only, &error));
  ck_assert (relay_only);
  ck_assert (g_error_matches (error, LIVEKIT_ERROR, LIVEKIT_ERROR_MEDIA));
  ck_assert_msg (strstr (error->message, words) != NULL, "%s", error->message);
}

START_TEST (servers_of_the_room_are_used)
{
  let_room_name ("stun:one.example:3478 turn:two.example:3478");
  assert_used ("stun://one.example:3478 "
      "turn://user:word@two.example:3478?transport=udp ");
}

END_TEST;

START_TEST (configured_servers_win)
{
  let_room_name ("stun:one.example:3478 turn:two.example:3478");
  config->stun_server = g_strdup ("stun://mine.example:1");
  configure_relay ("turn://a:b@mine.example:2");
  assert_used ("stun://mine.example:1 turn://a:b@mine.example:2 ");
}

END_TEST;

START_TEST (none_is_fine_when_relays_are_not_wanted)
{
  gboolean relay_only = TRUE;

  ck_assert (room_servers_use (joined, config, NULL, &relay_only, NULL));
  ck_assert (!relay_only);
  ck_assert_str_eq (told->str, "");
}

END_TEST;

START_TEST (policy_without_a_relay_is_refused_with_what_to_do)
{
  config->ice_transport_policy = GST_WEBRTC_ICE_TRANSPORT_POLICY_RELAY;
  let_room_name ("stun:one.example:3478");
  assert_refused ("ice-transport-policy=relay allows relays only, and there is "
      "no usable TURN server: set turn-servers, let the room name one, or set "
      "ice-transport-policy=all");
}

END_TEST;

START_TEST (policy_with_relays_that_are_not_usable_is_refused)
{
  config->ice_transport_policy = GST_WEBRTC_ICE_TRANSPORT_POLICY_RELAY;
  relays_usable = FALSE;
  let_room_name ("turn:two.example:3478");
  assert_refused ("no usable TURN server");
  configure_relay ("turn:mine.example:2");
  assert_refused ("no usable TURN server");
}

END_TEST;

START_TEST (policy_of_the_room_without_a_relay_is_refused_as_such)
{
  joined->force_relay = TRUE;
  assert_refused ("the room allows relays only, and there is no usable TURN "
      "server: set turn-servers or let the room name one");
}

END_TEST;

START_TEST (policy_with_a_relay_is_obeyed)
{
  joined->force_relay = TRUE;
  let_room_name ("turn:two.example:3478");
  assert_used ("turn://user:word@two.example:3478?transport=udp relay ");
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("roomservers");
  TCase *tcase = tcase_create ("servers");
  SRunner *runner = srunner_create (suite);
  int failed;

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, servers_of_the_room_are_used);
  tcase_add_test (tcase, configured_servers_win);
  tcase_add_test (tcase, none_is_fine_when_relays_are_not_wanted);
  tcase_add_test (tcase, policy_without_a_relay_is_refused_with_what_to_do);
  tcase_add_test (tcase, policy_with_relays_that_are_not_usable_is_refused);
  tcase_add_test (tcase, policy_of_the_room_without_a_relay_is_refused_as_such);
  tcase_add_test (tcase, policy_with_a_relay_is_obeyed);

  srunner_run_all (runner, CK_ENV);
  failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomIce: the texts, and that webrtcbin takes them. */
#include "roomice.h"

#include <gst/check/gstcheck.h>

#define USER "us@r"
#define PASSWORD "p:p/w+x=?#[%"

static void
assert_turn (const gchar * url, const gchar * expected)
{
  g_autofree gchar *uri = room_ice_turn_uri (url, "u", "p");

  fail_unless_equals_string (uri, expected);
}

static void
assert_stun (const gchar * url, const gchar * expected)
{
  g_autofree gchar *uri = room_ice_stun_uri (url);

  fail_unless_equals_string (uri, expected);
}

static void
assert_redacted (const gchar * uri, const gchar * expected)
{
  g_autofree gchar *redacted = room_ice_redact (uri);

  fail_unless_equals_string (redacted, expected);
}

static gboolean
webrtcbin_takes (const gchar * uri)
{
  GstElement *webrtcbin = gst_check_setup_element ("webrtcbin");
  gboolean taken = FALSE;

  g_signal_emit_by_name (webrtcbin, "add-turn-server", uri, &taken);
  gst_check_teardown_element (webrtcbin);
  return taken;
}

GST_START_TEST (turn_address_becomes_a_uri)
{
  assert_turn ("turn:turn.example.com:3478?transport=udp",
      "turn://u:p@turn.example.com:3478?transport=udp");
  assert_turn ("turn:192.0.2.1:80?transport=tcp",
      "turn://u:p@192.0.2.1:80?transport=tcp");
  assert_turn ("turns:turn.example.com:443?transport=tcp",
      "turns://u:p@turn.example.com:443?transport=tcp");
}

GST_END_TEST;

GST_START_TEST (turn_port_and_transport_have_defaults)
{
  assert_turn ("turn:turn.example.com",
      "turn://u:p@turn.example.com:3478?transport=udp");
  assert_turn ("turns:turn.example.com",
      "turns://u:p@turn.example.com:5349?transport=tcp");
  assert_turn ("turn:turn.example.com?transport=tcp",
      "turn://u:p@turn.example.com:3478?transport=tcp");
}

GST_END_TEST;

GST_START_TEST (turn_takes_v6_in_brackets)
{
  assert_turn ("turn:[2001:db8::1]:3479?transport=udp",
      "turn://u:p@[2001:db8::1]:3479?transport=udp");
  assert_turn ("turn:[::1]", "turn://u:p@[::1]:3478?transport=udp");
}

GST_END_TEST;

GST_START_TEST (turn_reads_scheme_and_transport_in_any_case)
{
  assert_turn ("TURN:h:1?Transport=TCP", "turn://u:p@h:1?transport=tcp");
}

GST_END_TEST;

GST_START_TEST (turn_passes_over_unknown_parameters)
{
  assert_turn ("turn:h:1?x=y&transport=tcp", "turn://u:p@h:1?transport=tcp");
}

GST_END_TEST;

GST_START_TEST (turn_refuses_what_is_no_turn_address)
{
  static const gchar *const bad[] = {
    "", "turn", "turn:", "turn:?transport=udp", "stun:h:1", "http://h:1",
    "turn:h:0", "turn:h:65536", "turn:h:", "turn:h:1x", "turn:h:-1",
    "turn:h:1?transport=sctp", "turn:::1", "turn:[::1", "turn:[]:1",
    "turn:[192.0.2.1]:1", "turn:[::1]x:1", "turn:a b:1", "turn:u:p@h:1",
    "turn:h/x:1", "turnx:h:1",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    assert_turn (bad[i], NULL);
  assert_turn (NULL, NULL);
}

GST_END_TEST;

GST_START_TEST (turn_without_user_or_password_is_none)
{
  fail_unless (room_ice_turn_uri ("turn:h:1", NULL, "p") == NULL);
  fail_unless (room_ice_turn_uri ("turn:h:1", "", "p") == NULL);
  fail_unless (room_ice_turn_uri ("turn:h:1", "u", NULL) == NULL);
  fail_unless (room_ice_turn_uri ("turn:h:1", "u", "") == NULL);
}

GST_END_TEST;

GST_START_TEST (turn_credentials_are_encoded_completely)
{
  g_autofree gchar *uri = room_ice_turn_uri ("turn:h:1", USER, PASSWORD);
  g_autofree gchar *utf8 = room_ice_turn_uri ("turn:h:1", "\303\251", " ");

  fail_unless_equals_string (uri,
      "turn://us%40r:p%3Ap%2Fw%2Bx%3D%3F%23%5B%25@h:1?transport=udp");
  fail_unless_equals_string (utf8, "turn://%C3%A9:%20@h:1?transport=udp");
}

GST_END_TEST;

GST_START_TEST (webrtcbin_takes_turn_uris)
{
  static const gchar *const urls[] = {
    "turn:127.0.0.1:3478?transport=udp", "turn:127.0.0.1:3478?transport=tcp",
    "turns:localhost:5349?transport=tcp", "turn:[::1]:3478", "turn:localhost",
    "turns:localhost",
  };

  for (guint i = 0; i < G_N_ELEMENTS (urls); i++) {
    g_autofree gchar *uri = room_ice_turn_uri (urls[i], USER, PASSWORD);

    fail_unless (webrtcbin_takes (uri), "%s", urls[i]);
  }
}

GST_END_TEST;

/* Why the conversion is there at all. */
GST_START_TEST (webrtcbin_refuses_what_the_server_sends)
{
  fail_if (webrtcbin_takes ("turn:127.0.0.1:3478?transport=udp"));
  fail_if (webrtcbin_takes ("turn://us@r:p/w+x=@127.0.0.1:3478"));
}

GST_END_TEST;

GST_START_TEST (stun_address_becomes_a_uri)
{
  assert_stun ("stun:stun.example.com:19302", "stun://stun.example.com:19302");
  assert_stun ("stun:stun.example.com", "stun://stun.example.com:3478");
  assert_stun ("STUN:[::1]:5", "stun://[::1]:5");
}

GST_END_TEST;

GST_START_TEST (stun_refuses_what_is_no_stun_address)
{
  assert_stun (NULL, NULL);
  assert_stun ("stun:", NULL);
  assert_stun ("stuns:h:1", NULL);
  assert_stun ("turn:h:1", NULL);
  assert_stun ("stun:h:99999", NULL);
}

GST_END_TEST;

GST_START_TEST (redacted_text_holds_no_credentials)
{
  g_autofree gchar *uri = room_ice_turn_uri ("turn:h:1", USER, PASSWORD);

  assert_redacted (uri, "turn://***@h:1?transport=udp");
  assert_redacted ("turn://us@r:p://w@h:1", "turn://***@h:1");
  assert_redacted ("turns:u:p@h:1", "turns:***@h:1");
  assert_redacted ("u:p://x@h", "***@h");
  assert_redacted ("turn:u:p", "turn:***");
  assert_redacted ("turn://u:p1", "turn://***");
  assert_redacted ("u:p/1", "***");
  assert_redacted ("turn://u/p", "turn://***");
  assert_redacted ("turn:[::1:p", "turn:***");
  assert_redacted ("stun://h:1", "stun://h:1");
  assert_redacted ("turn:h", "turn:h");
  assert_redacted ("turn:h:1?transport=udp", "turn:h:1?transport=udp");
  assert_redacted ("turns://[::1]:5349", "turns://[::1]:5349");
  assert_redacted (NULL, NULL);
}

GST_END_TEST;

static Suite *
roomice_suite (void)
{
  Suite *suite = suite_create ("roomice");
  TCase *tcase = tcase_create ("ice");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, turn_address_becomes_a_uri);
  tcase_add_test (tcase, turn_port_and_transport_have_defaults);
  tcase_add_test (tcase, turn_takes_v6_in_brackets);
  tcase_add_test (tcase, turn_reads_scheme_and_transport_in_any_case);
  tcase_add_test (tcase, turn_passes_over_unknown_parameters);
  tcase_add_test (tcase, turn_refuses_what_is_no_turn_address);
  tcase_add_test (tcase, turn_without_user_or_password_is_none);
  tcase_add_test (tcase, turn_credentials_are_encoded_completely);
  tcase_add_test (tcase, webrtcbin_takes_turn_uris);
  tcase_add_test (tcase, webrtcbin_refuses_what_the_server_sends);
  tcase_add_test (tcase, stun_address_becomes_a_uri);
  tcase_add_test (tcase, stun_refuses_what_is_no_stun_address);
  tcase_add_test (tcase, redacted_text_holds_no_credentials);
  return suite;
}

GST_CHECK_MAIN (roomice);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitwelcome.h"

#include <check.h>

START_TEST (test_an_empty_join_gives_empty_values)
{
  Livekit__JoinResponse join = LIVEKIT__JOIN_RESPONSE__INIT;
  g_autoptr (LivekitJoined) joined = livekit_welcome_read (&join, TRUE);

  ck_assert_str_eq (joined->room, "");
  ck_assert_str_eq (joined->participant_sid, "");
  ck_assert_ptr_null (joined->codecs[0]);
  ck_assert_uint_eq (joined->ice_servers->len, 0);
  ck_assert (joined->may_publish);
  ck_assert (!joined->force_relay);
  ck_assert (joined->one_connection);
}

END_TEST;

START_TEST (test_ice_servers_codecs_and_relay_are_read)
{
  gchar *urls[] = { (gchar *) "turn:h:3478", (gchar *) "turns:h:5349" };
  Livekit__ICEServer server = LIVEKIT__ICESERVER__INIT;
  server.urls = urls;
  server.n_urls = 2;
  server.username = (gchar *) "user";
  server.credential = (gchar *) "pass";
  Livekit__ICEServer *servers[] = { &server };
  Livekit__Codec codec = LIVEKIT__CODEC__INIT;
  codec.mime = (gchar *) "video/H264";
  Livekit__Codec *codecs[] = { &codec };
  Livekit__ClientConfiguration client = LIVEKIT__CLIENT_CONFIGURATION__INIT;
  client.force_relay = LIVEKIT__CLIENT_CONFIG_SETTING__ENABLED;
  Livekit__ParticipantInfo other = LIVEKIT__PARTICIPANT_INFO__INIT;
  Livekit__ParticipantInfo *others[] = { &other, &other };

  Livekit__JoinResponse join = LIVEKIT__JOIN_RESPONSE__INIT;
  join.ice_servers = servers;
  join.n_ice_servers = 1;
  join.enabled_publish_codecs = codecs;
  join.n_enabled_publish_codecs = 1;
  join.client_configuration = &client;
  join.other_participants = others;
  join.n_other_participants = 2;
  g_autoptr (LivekitJoined) joined = livekit_welcome_read (&join, FALSE);
  const LivekitIceServer *read = g_ptr_array_index (joined->ice_servers, 0);
  ck_assert_str_eq (read->urls[1], "turns:h:5349");
  ck_assert_ptr_null (read->urls[2]);
  ck_assert_str_eq (read->username, "user");
  ck_assert_str_eq (read->credential, "pass");
  ck_assert_str_eq (joined->codecs[0], "video/H264");
  ck_assert (joined->force_relay);
  ck_assert (!joined->one_connection);
  ck_assert_uint_eq (joined->participants, 2);
}

END_TEST;

START_TEST (test_the_older_fields_stand_in_for_the_server_info)
{
  Livekit__JoinResponse join = LIVEKIT__JOIN_RESPONSE__INIT;
  join.server_version = (gchar *) "1.4.0";
  join.server_region = (gchar *) "north";
  g_autoptr (LivekitJoined) old = livekit_welcome_read (&join, TRUE);
  ck_assert_str_eq (old->server_version, "1.4.0");
  ck_assert_str_eq (old->server_region, "north");

  Livekit__ServerInfo info = LIVEKIT__SERVER_INFO__INIT;
  info.version = (gchar *) "1.13.5";
  info.region = (gchar *) "south";
  join.server_info = &info;
  g_autoptr (LivekitJoined) new = livekit_welcome_read (&join, TRUE);
  ck_assert_str_eq (new->server_version, "1.13.5");
  ck_assert_str_eq (new->server_region, "south");
}

END_TEST;

START_TEST (test_permissions_are_the_flag_and_the_sources)
{
  g_autoptr (GArray) sources = g_array_new (FALSE, FALSE, sizeof (gint));
  Livekit__TrackSource allowed[] = { LIVEKIT__TRACK_SOURCE__MICROPHONE };
  Livekit__ParticipantPermission permission =
      LIVEKIT__PARTICIPANT_PERMISSION__INIT;

  ck_assert (livekit_welcome_read_permission (NULL, sources));
  ck_assert (!livekit_welcome_read_permission (&permission, sources));
  permission.can_publish = TRUE;
  permission.can_publish_sources = allowed;
  permission.n_can_publish_sources = 1;
  ck_assert (livekit_welcome_read_permission (&permission, sources));
  ck_assert_uint_eq (sources->len, 1);
  ck_assert_int_eq (g_array_index (sources, gint, 0),
      LIVEKIT_SOURCE_MICROPHONE);
  ck_assert (livekit_welcome_read_permission (NULL, sources));
  ck_assert_uint_eq (sources->len, 0);
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("livekitwelcome");
  TCase *tcase = tcase_create ("livekitwelcome");
  tcase_add_test (tcase, test_an_empty_join_gives_empty_values);
  tcase_add_test (tcase, test_ice_servers_codecs_and_relay_are_read);
  tcase_add_test (tcase, test_the_older_fields_stand_in_for_the_server_info);
  tcase_add_test (tcase, test_permissions_are_the_flag_and_the_sources);
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

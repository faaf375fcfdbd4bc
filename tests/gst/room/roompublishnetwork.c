/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* roompublish: certificates, relays, and a media connection that falls silent
 * on its own. */
#include "publishrun.h"
#include "testcertificate.h"

#define ROOM "roompublish name=r wait-for-subscriber=0 "
#define AUDIO "audiotestsrc is-live=true ! opusenc ! r.audio_0 "

static GTlsCertificate *certificate;

static void
make_certificate (void)
{
  certificate = test_certificate_new ();
  fail_unless (certificate != NULL);
}

static void
free_certificate (void)
{
  g_clear_object (&certificate);
}

START_TEST (certificate_that_is_not_trusted_is_an_error)
{
  RoomScriptConfig config = {.certificate = certificate };
  g_autoptr (PublishRun) run = publish_run_new (ROOM AUDIO, &config);

  publish_run_set (run, GST_STATE_PLAYING);
  publish_run_assert_error (run, "tls",
      "the certificate of 127.0.0.1 is signed by an authority that is not "
      "trusted here");
  /* The token never left. */
  fail_unless_equals_int (room_script_count (publish_run_get_room (run),
          ROOM_SCRIPT_SEEN_UPGRADE), 0);
}

END_TEST;

START_TEST (certificate_is_taken_when_it_need_not_be_trusted)
{
  RoomScriptConfig config = {.certificate = certificate };
  g_autoptr (PublishRun) run =
      publish_run_new_connected_full (ROOM "ssl-strict=false " AUDIO, &config);

  publish_run_set (run, GST_STATE_PLAYING);
  publish_run_wait (run, "room-joined", 1);
  publish_run_wait (run, "room-track-published", 1);
  publish_run_stop (run);
  publish_run_assert_no_error (run);
}

END_TEST;

START_TEST (relays_alone_without_a_relay_are_an_error_with_what_to_do)
{
  RoomScriptConfig config = { 0 };
  g_autoptr (PublishRun) run =
      publish_run_new (ROOM "ice-transport-policy=relay " AUDIO, &config);

  publish_run_set (run, GST_STATE_PLAYING);
  publish_run_assert_error (run, "media",
      "ice-transport-policy=relay allows relays only, and there is no usable "
      "TURN server: set turn-servers");
}

END_TEST;

START_TEST (relay_that_does_not_answer_is_an_error_with_what_to_look_at)
{
  g_autoptr (PublishRun) run = publish_run_new_connected (ROOM
      "ice-transport-policy=relay "
      "turn-servers=<\"turn://user:word@127.0.0.1:9\"> " AUDIO);

  publish_run_set (run, GST_STATE_PLAYING);
  publish_run_assert_error (run, "media",
      "with relays alone allowed: check the TURN server's address");
}

END_TEST;

/* RTCP may be silent for 5 s, which is looked at every second; pings go every
 * 2 s. The last report may have come a while before, and all that is timed may
 * come late: there is one, and they do not go on for long. */
START_TEST (media_end_that_falls_silent_alone_is_a_lost_connection)
{
  g_autoptr (PublishRun) run = publish_run_new_connected (ROOM AUDIO);
  RoomScript *room = publish_run_get_room (run);

  publish_run_set (run, GST_STATE_PLAYING);
  publish_run_wait (run, "room-track-published", 1);
  fail_unless (room_answerer_wait_packets (publish_run_get_answerer (run), 5));
  room_answerer_hush (publish_run_get_answerer (run));
  guint before = room_script_count (room,
      LIVEKIT__SIGNAL_REQUEST__MESSAGE_PING_REQ);
  publish_run_wait (run, "error", 1);
  guint pings = room_script_count (room,
      LIVEKIT__SIGNAL_REQUEST__MESSAGE_PING_REQ) - before;
  publish_run_assert_error (run, "lost",
      "the server's media end has been silent for 5 s");
  fail_unless (pings >= 1 && pings <= 7, "%u pings", pings);
  fail_unless_equals_int (publish_run_count (run, "room-disconnected"), 1);
}

END_TEST;

static Suite *
roompublishnetwork_suite (void)
{
  Suite *suite = suite_create ("roompublishnetwork");
  TCase *tls = tcase_create ("tls");
  TCase *media = tcase_create ("media");

  publish_run_prepare ();
  tcase_add_checked_fixture (tls, make_certificate, free_certificate);
  tcase_add_test (tls, certificate_that_is_not_trusted_is_an_error);
  tcase_add_test (tls, certificate_is_taken_when_it_need_not_be_trusted);
  suite_add_tcase (suite, tls);

  tcase_set_timeout (media, 60);
  tcase_add_test (media,
      relays_alone_without_a_relay_are_an_error_with_what_to_do);
  tcase_add_test (media,
      relay_that_does_not_answer_is_an_error_with_what_to_look_at);
  tcase_add_test (media,
      media_end_that_falls_silent_alone_is_a_lost_connection);
  suite_add_tcase (suite, media);
  return suite;
}

GST_CHECK_MAIN (roompublishnetwork);

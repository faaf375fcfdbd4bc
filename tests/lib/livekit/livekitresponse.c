/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The bytes are those that LiveKit's own definitions make; see
 * livekitsignal.c for how they came about. */
#include "livekit/livekitresponse.h"

#include "goldenfile.h"
#include "livekit/livekitcandidate.h"
#include "livekit/livekitsignal.h"

#include <check.h>

static GPtrArray *lines;

static void
setup (void)
{
  lines = golden_file_read ("signals.txt");
}

static void
teardown (void)
{
  g_clear_pointer (&lines, g_ptr_array_unref);
}

/* Takes @bytes. */
static Livekit__SignalResponse *
read_back (GBytes * bytes)
{
  g_autoptr (GError) error = NULL;

  ck_assert_ptr_nonnull (bytes);
  Livekit__SignalResponse *response =
      livekit_signal_parse_response (bytes, &error);
  ck_assert_ptr_null (error);
  g_bytes_unref (bytes);
  return response;
}

/* Takes @bytes. */
static void
assert_golden (GBytes * bytes, const gchar * name)
{
  g_autoptr (GBytes) golden =
      golden_line_get_bytes (golden_file_find (lines, "response", name));

  ck_assert_ptr_nonnull (bytes);
  ck_assert (g_bytes_equal (bytes, golden));
  g_bytes_unref (bytes);
}

static Livekit__SignalResponse *
read_golden (const gchar * name)
{
  return read_back (golden_line_get_bytes (golden_file_find (lines, "response",
              name)));
}

START_TEST (test_short_messages_are_those_of_the_official_definitions)
{
  g_autoptr (Livekit__SignalResponse) pong = read_golden ("pong_resp");
  g_autoptr (Livekit__SignalResponse) old = read_golden ("pong");
  g_autoptr (Livekit__SignalResponse) sections =
      read_golden ("media_sections_requirement");

  assert_golden (livekit_response_mute ("té 10", TRUE, NULL), "mute");
  assert_golden (livekit_response_token ("té 17", NULL), "refresh_token");
  assert_golden (livekit_response_unpublished ("té 18", NULL),
      "track_unpublished");
  assert_golden (livekit_response_subscribed ("té 24", NULL),
      "track_subscribed");
  assert_golden (livekit_response_allowed ("té 16", "té 17", TRUE, NULL),
      "subscription_permission_update");
  assert_golden (livekit_response_pong (pong->pong_resp->last_ping_timestamp,
          pong->pong_resp->timestamp, NULL), "pong_resp");
  assert_golden (livekit_response_old_pong (old->pong, NULL), "pong");
  assert_golden (livekit_response_sections
      (sections->media_sections_requirement->num_audios,
          sections->media_sections_requirement->num_videos, NULL),
      "media_sections_requirement");
}

END_TEST;

START_TEST (test_long_messages_are_those_of_the_official_definitions)
{
  g_autoptr (Livekit__SignalResponse) join = read_golden ("join");
  g_autoptr (Livekit__SignalResponse) reconnect = read_golden ("reconnect");
  g_autoptr (Livekit__SignalResponse) update = read_golden ("update");
  g_autoptr (Livekit__SignalResponse) room = read_golden ("room_update");
  g_autoptr (Livekit__SignalResponse) track = read_golden ("track_published");
  g_autoptr (Livekit__SignalResponse) request =
      read_golden ("-request_response.add_track");

  assert_golden (livekit_response_join (join->join, NULL), "join");
  assert_golden (livekit_response_reconnect (reconnect->reconnect, NULL),
      "reconnect");
  assert_golden (livekit_response_update (update->update->participants,
          update->update->n_participants, NULL), "update");
  assert_golden (livekit_response_room (room->room_update->room, NULL),
      "room_update");
  assert_golden (livekit_response_published (track->track_published->cid,
          track->track_published->track, NULL), "track_published");
  assert_golden (livekit_response_request (request->request_response, NULL),
      "-request_response.add_track");
}

END_TEST;

START_TEST (test_a_description_has_its_id_and_its_tracks)
{
  LivekitMid mids[] = { {"0", "TR_1"}, {"1", "TR_2"}
  };
  g_autoptr (Livekit__SignalResponse) offer =
      read_back (livekit_response_description (TRUE, 7, "v=0", mids, 2, NULL));
  g_autoptr (Livekit__SignalResponse) answer =
      read_back (livekit_response_description (FALSE, 8, "v=0", NULL, 0, NULL));

  ck_assert_int_eq (offer->message_case,
      LIVEKIT__SIGNAL_RESPONSE__MESSAGE_OFFER);
  ck_assert_str_eq (offer->offer->type, "offer");
  ck_assert_uint_eq (offer->offer->id, 7);
  ck_assert_uint_eq (offer->offer->n_mid_to_track_id, 2);
  ck_assert_str_eq (offer->offer->mid_to_track_id[1]->value, "TR_2");
  ck_assert_int_eq (answer->message_case,
      LIVEKIT__SIGNAL_RESPONSE__MESSAGE_ANSWER);
  ck_assert_str_eq (answer->answer->type, "answer");
}

END_TEST;

START_TEST (test_watched_is_said_of_each_layer_and_of_the_codec)
{
  g_autoptr (Livekit__SignalResponse) answer =
      read_back (livekit_response_watched ("TR_1", "video/H264", TRUE, NULL));
  const Livekit__SubscribedQualityUpdate *update =
      answer->subscribed_quality_update;

  ck_assert_str_eq (update->track_sid, "TR_1");
  ck_assert_uint_eq (update->n_subscribed_qualities, 3);
  ck_assert_str_eq (update->subscribed_codecs[0]->codec, "h264");
  ck_assert (update->subscribed_codecs[0]->qualities[0]->enabled);
  ck_assert (update->subscribed_qualities[2]->enabled);
}

END_TEST;

START_TEST (test_a_candidate_names_its_connection_and_section)
{
  g_autoptr (Livekit__SignalResponse) one =
      read_back (livekit_response_trickle (LIVEKIT_TARGET_SUBSCRIBER, 3,
          "candidate:1", NULL));
  guint mline = 0;
  g_autofree gchar *candidate =
      livekit_candidate_parse (one->trickle->candidateinit, &mline, NULL);

  ck_assert_str_eq (candidate, "candidate:1");
  ck_assert_uint_eq (mline, 3);
  ck_assert_int_eq (one->trickle->target, LIVEKIT__SIGNAL_TARGET__SUBSCRIBER);
}

END_TEST;

START_TEST (test_a_leave_tells_old_clients_too_whether_to_come_back)
{
  g_autoptr (Livekit__SignalResponse) back =
      read_back (livekit_response_leave
      (LIVEKIT__DISCONNECT_REASON__STATE_MISMATCH,
          LIVEKIT__LEAVE_REQUEST__ACTION__RECONNECT, NULL));
  g_autoptr (Livekit__SignalResponse) final =
      read_back (livekit_response_leave
      (LIVEKIT__DISCONNECT_REASON__ROOM_DELETED,
          LIVEKIT__LEAVE_REQUEST__ACTION__DISCONNECT, NULL));

  ck_assert (back->leave->can_reconnect);
  ck_assert (!final->leave->can_reconnect);
  ck_assert_int_eq (final->leave->reason,
      LIVEKIT__DISCONNECT_REASON__ROOM_DELETED);
}

END_TEST;

START_TEST (test_a_missing_track_is_named)
{
  g_autoptr (Livekit__SignalResponse) response =
      read_back (livekit_response_no_track ("TR_x", NULL));

  ck_assert_str_eq (response->subscription_response->track_sid, "TR_x");
  ck_assert_int_eq (response->subscription_response->err,
      LIVEKIT__SUBSCRIPTION_ERROR__SE_TRACK_NOTFOUND);
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("livekitresponse");
  TCase *tcase = tcase_create ("livekitresponse");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase,
      test_short_messages_are_those_of_the_official_definitions);
  tcase_add_test (tcase,
      test_long_messages_are_those_of_the_official_definitions);
  tcase_add_test (tcase, test_a_description_has_its_id_and_its_tracks);
  tcase_add_test (tcase, test_watched_is_said_of_each_layer_and_of_the_codec);
  tcase_add_test (tcase, test_a_candidate_names_its_connection_and_section);
  tcase_add_test (tcase,
      test_a_leave_tells_old_clients_too_whether_to_come_back);
  tcase_add_test (tcase, test_a_missing_track_is_named);
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

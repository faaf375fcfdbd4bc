/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The bytes in golden/signals.txt were made by golden/generate.mjs with the
 * official definitions, npm package @livekit/protocol 1.52.1: one message for
 * each kind with every field set to something else, some with fields that we do
 * not know, and some as a publisher writes them (names that begin with "="). */
#include "livekit/livekitsignal.h"

#include "goldenfile.h"
#include "goldentext.h"
#include "livekit/livekiterror.h"
#include "livekit/livekitlimits.h"

#include <check.h>
#include <string.h>

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

static gpointer
parse (const gchar * what, GBytes * bytes, GError ** error)
{
  if (g_str_has_suffix (what, "request"))
    return livekit_signal_parse_request (bytes, error);
  return livekit_signal_parse_response (bytes, error);
}

static GBytes *
write_again (const gchar * what, gconstpointer message, GError ** error)
{
  if (g_str_has_suffix (what, "request"))
    return livekit_signal_write_request (message, error);
  return livekit_signal_write_response (message, error);
}

static void
free_message (gpointer message)
{
  if (message != NULL)
    protobuf_c_message_free_unpacked (message, NULL);
}

static void
assert_is_golden (const Livekit__SignalRequest * request, const gchar * name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = livekit_signal_write_request (request, &error);
  g_autoptr (GBytes) golden =
      golden_line_get_bytes (golden_file_find (lines, "request", name));
  ck_assert_ptr_null (error);
  ck_assert (g_bytes_equal (bytes, golden));
}

START_TEST (test_each_golden_message_is_read_by_name_and_number)
{
  for (guint i = 0; i < lines->len; i++) {
    const GoldenLine *line = g_ptr_array_index (lines, i);
    g_autoptr (GBytes) bytes = golden_line_get_bytes (line);
    g_autoptr (GError) error = NULL;
    gpointer message = parse (line->what, bytes, &error);
    ck_assert_msg (message != NULL, "%s %s: %s", line->what, line->name,
        error != NULL ? error->message : "no error");
    g_autofree gchar *text = golden_text_write (message);
    ck_assert_str_eq (text, line->text);
    free_message (message);
  }
}

END_TEST;

START_TEST (test_each_golden_message_is_written_byte_for_byte)
{
  for (guint i = 0; i < lines->len; i++) {
    const GoldenLine *line = g_ptr_array_index (lines, i);
    if (g_str_has_prefix (line->what, "newer"))
      continue;
    g_autoptr (GBytes) bytes = golden_line_get_bytes (line);
    gpointer message = parse (line->what, bytes, NULL);
    ck_assert_uint_eq (golden_text_count_unknown (message), 0);
    g_autoptr (GBytes) again = write_again (line->what, message, NULL);
    ck_assert_msg (g_bytes_equal (bytes, again), "%s %s", line->what,
        line->name);
    free_message (message);
  }
}

END_TEST;

START_TEST (test_each_kind_has_a_golden_message)
{
  const ProtobufCMessageDescriptor *request =
      &livekit__signal_request__descriptor;
  const ProtobufCMessageDescriptor *response =
      &livekit__signal_response__descriptor;
  for (guint i = 0; i < request->n_fields; i++)
    golden_file_find (lines, "request", request->fields[i].name);
  for (guint i = 0; i < response->n_fields; i++)
    golden_file_find (lines, "response", response->fields[i].name);
}

END_TEST;

START_TEST (test_fields_of_a_newer_peer_are_skipped)
{
  g_autoptr (GBytes) bytes =
      golden_line_get_bytes (golden_file_find (lines, "newer-response",
          "join"));
  g_autoptr (Livekit__SignalResponse) response =
      livekit_signal_parse_response (bytes, NULL);
  ck_assert_int_eq (response->message_case,
      LIVEKIT__SIGNAL_RESPONSE__MESSAGE_JOIN);
  ck_assert_uint_gt (golden_text_count_unknown (&response->base), 0);
}

END_TEST;

START_TEST (test_a_kind_we_do_not_know_is_no_error)
{
  g_autoptr (GBytes) bytes =
      golden_line_get_bytes (golden_file_find (lines, "newer-response", ""));
  g_autoptr (Livekit__SignalResponse) response =
      livekit_signal_parse_response (bytes, NULL);
  ck_assert_int_eq (response->message_case,
      LIVEKIT__SIGNAL_RESPONSE__MESSAGE__NOT_SET);
}

END_TEST;

START_TEST (test_descriptions_and_candidates_are_written_as_a_publisher_does)
{
  Livekit__SessionDescription description = LIVEKIT__SESSION_DESCRIPTION__INIT;
  description.type = (gchar *) "offer";
  description.sdp = (gchar *) "v=0";
  description.id = 1;
  Livekit__SignalRequest request = LIVEKIT__SIGNAL_REQUEST__INIT;
  request.message_case = LIVEKIT__SIGNAL_REQUEST__MESSAGE_OFFER;
  request.offer = &description;
  assert_is_golden (&request, "=offer");

  description.type = (gchar *) "answer";
  description.id = 241;
  request.message_case = LIVEKIT__SIGNAL_REQUEST__MESSAGE_ANSWER;
  request.answer = &description;
  assert_is_golden (&request, "=answer");

  Livekit__TrickleRequest trickle = LIVEKIT__TRICKLE_REQUEST__INIT;
  trickle.candidateinit = (gchar *) "x";
  trickle.target = LIVEKIT__SIGNAL_TARGET__SUBSCRIBER;
  request.message_case = LIVEKIT__SIGNAL_REQUEST__MESSAGE_TRICKLE;
  request.trickle = &trickle;
  assert_is_golden (&request, "=trickle");
}

END_TEST;

START_TEST (test_add_track_is_written_as_a_publisher_does)
{
  Livekit__VideoLayer layer = LIVEKIT__VIDEO_LAYER__INIT;
  layer.quality = LIVEKIT__VIDEO_QUALITY__HIGH;
  layer.width = 1920;
  layer.height = 1080;
  layer.bitrate = 4000000;
  Livekit__VideoLayer *layers[] = { &layer };
  Livekit__AudioTrackFeature features[] = {
    LIVEKIT__AUDIO_TRACK_FEATURE__TF_STEREO,
    LIVEKIT__AUDIO_TRACK_FEATURE__TF_NO_DTX,
  };
  Livekit__AddTrackRequest add_track = LIVEKIT__ADD_TRACK_REQUEST__INIT;
  add_track.cid = (gchar *) "webrtctransceiver0";
  add_track.name = (gchar *) "stage";
  add_track.type = LIVEKIT__TRACK_TYPE__VIDEO;
  add_track.width = 1920;
  add_track.height = 1080;
  add_track.source = LIVEKIT__TRACK_SOURCE__SCREEN_SHARE;
  add_track.layers = layers;
  add_track.n_layers = G_N_ELEMENTS (layers);
  add_track.disable_red = TRUE;
  add_track.stream = (gchar *) "main";
  add_track.audio_features = features;
  add_track.n_audio_features = G_N_ELEMENTS (features);
  Livekit__SignalRequest request = LIVEKIT__SIGNAL_REQUEST__INIT;
  request.message_case = LIVEKIT__SIGNAL_REQUEST__MESSAGE_ADD_TRACK;
  request.add_track = &add_track;
  assert_is_golden (&request, "=add_track");
}

END_TEST;

START_TEST (test_track_changes_are_written_as_a_publisher_does)
{
  Livekit__MuteTrackRequest mute = LIVEKIT__MUTE_TRACK_REQUEST__INIT;
  mute.sid = (gchar *) "TR_VC";
  mute.muted = TRUE;
  Livekit__SignalRequest request = LIVEKIT__SIGNAL_REQUEST__INIT;
  request.message_case = LIVEKIT__SIGNAL_REQUEST__MESSAGE_MUTE;
  request.mute = &mute;
  assert_is_golden (&request, "=mute");

  Livekit__UpdateLocalVideoTrack update =
      LIVEKIT__UPDATE_LOCAL_VIDEO_TRACK__INIT;
  update.track_sid = (gchar *) "TR_VC";
  update.width = 640;
  update.height = 360;
  request.message_case = LIVEKIT__SIGNAL_REQUEST__MESSAGE_UPDATE_VIDEO_TRACK;
  request.update_video_track = &update;
  assert_is_golden (&request, "=update_video_track");
}

END_TEST;

START_TEST (test_leave_and_ping_are_written_as_a_publisher_does)
{
  Livekit__LeaveRequest leave = LIVEKIT__LEAVE_REQUEST__INIT;
  leave.reason = LIVEKIT__DISCONNECT_REASON__CLIENT_INITIATED;
  Livekit__SignalRequest request = LIVEKIT__SIGNAL_REQUEST__INIT;
  request.message_case = LIVEKIT__SIGNAL_REQUEST__MESSAGE_LEAVE;
  request.leave = &leave;
  assert_is_golden (&request, "=leave");

  Livekit__Ping ping = LIVEKIT__PING__INIT;
  ping.timestamp = G_GINT64_CONSTANT (1767323045000);
  ping.rtt = 12;
  request.message_case = LIVEKIT__SIGNAL_REQUEST__MESSAGE_PING_REQ;
  request.ping_req = &ping;
  assert_is_golden (&request, "=ping_req");
}

END_TEST;

START_TEST (test_who_may_subscribe_is_written_as_a_publisher_does)
{
  Livekit__SubscriptionPermission permission =
      LIVEKIT__SUBSCRIPTION_PERMISSION__INIT;
  Livekit__SignalRequest request = LIVEKIT__SIGNAL_REQUEST__INIT;
  request.message_case =
      LIVEKIT__SIGNAL_REQUEST__MESSAGE_SUBSCRIPTION_PERMISSION;
  request.subscription_permission = &permission;
  assert_is_golden (&request, "=allow-nobody");

  Livekit__TrackPermission ann = LIVEKIT__TRACK_PERMISSION__INIT;
  ann.all_tracks = TRUE;
  ann.participant_identity = (gchar *) "ann";
  Livekit__TrackPermission bob = ann;
  bob.participant_identity = (gchar *) "bob";
  Livekit__TrackPermission *both[] = { &ann, &bob };
  permission.track_permissions = both;
  permission.n_track_permissions = G_N_ELEMENTS (both);
  assert_is_golden (&request, "=allow-two");
}

END_TEST;

START_TEST (test_a_message_cut_at_any_length_is_refused)
{
  for (guint i = 0; i < lines->len; i++) {
    const GoldenLine *line = g_ptr_array_index (lines, i);
    g_autoptr (GBytes) bytes = golden_line_get_bytes (line);
    /* Copied, so that a sanitizer sees reads beyond the end. */
    for (gsize size = 1; size < g_bytes_get_size (bytes); size++) {
      g_autoptr (GBytes) cut =
          g_bytes_new (g_bytes_get_data (bytes, NULL), size);
      g_autoptr (GError) error = NULL;
      ck_assert_ptr_null (parse (line->what, cut, &error));
      ck_assert (g_error_matches (error, LIVEKIT_ERROR,
              LIVEKIT_ERROR_PROTOCOL));
    }
  }
}

END_TEST;

START_TEST (test_flipped_bits_are_refused_or_give_a_whole_message)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);

  for (guint round = 0; round < 5000; round++) {
    const GoldenLine *line =
        g_ptr_array_index (lines, g_rand_int_range (rand, 0, lines->len));
    g_autoptr (GBytes) golden = golden_line_get_bytes (line);
    gsize size = g_bytes_get_size (golden);
    if (size == 0)
      continue;
    guint8 *data = g_memdup2 (g_bytes_get_data (golden, NULL), size);
    for (gint flips = g_rand_int_range (rand, 1, 4); flips > 0; flips--)
      data[g_rand_int_range (rand, 0, size)] ^= 1 << g_rand_int_range (rand,
          0, 8);
    g_autoptr (GBytes) bytes = g_bytes_new_take (data, size);
    g_autoptr (GError) error = NULL;
    gpointer message = parse (line->what, bytes, &error);
    ck_assert ((message == NULL) == (error != NULL));
    if (message == NULL)
      continue;
    g_autoptr (GBytes) again = write_again (line->what, message, &error);
    ck_assert_ptr_null (error);
    ck_assert_ptr_nonnull (again);
    free_message (message);
  }
}

END_TEST;

START_TEST (test_too_many_bytes_are_refused_unread)
{
  g_autoptr (GBytes) request =
      g_bytes_new_take (g_malloc0 (LIVEKIT_MAX_REQUEST + 1),
      LIVEKIT_MAX_REQUEST + 1);
  g_autoptr (GError) error = NULL;
  ck_assert_ptr_null (livekit_signal_parse_request (request, &error));
  ck_assert_ptr_nonnull (strstr (error->message, "too large"));
  g_clear_error (&error);

  g_autoptr (GBytes) response =
      g_bytes_new_take (g_malloc0 (LIVEKIT_MAX_RESPONSE + 1),
      LIVEKIT_MAX_RESPONSE + 1);
  ck_assert_ptr_null (livekit_signal_parse_response (response, &error));
  ck_assert_ptr_nonnull (strstr (error->message, "too large"));
}

END_TEST;

START_TEST (test_a_message_that_would_unpack_huge_is_refused)
{
  /* SignalResponse.join, of nothing but empty other_participants. */
  gsize count = 4000000;
  GByteArray *array = g_byte_array_new ();
  const guint8 head[] = { 0x0a, 0x80, 0xa4, 0xe8, 0x03 };
  g_byte_array_append (array, head, sizeof head);
  for (gsize i = 0; i < count; i++)
    g_byte_array_append (array, (const guint8 *) "\x1a\x00", 2);
  g_autoptr (GBytes) bytes = g_byte_array_free_to_bytes (array);

  g_autoptr (GError) error = NULL;
  ck_assert_ptr_null (livekit_signal_parse_response (bytes, &error));
  ck_assert_ptr_nonnull (strstr (error->message, "when unpacked"));
}

END_TEST;

START_TEST (test_text_that_is_not_utf8_is_neither_read_nor_written)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("\x82\x01\x02\xc3\x28", 5);
  g_autoptr (GError) error = NULL;
  ck_assert_ptr_null (livekit_signal_parse_response (bytes, &error));
  ck_assert_ptr_nonnull (strstr (error->message, "UTF-8"));
  g_clear_error (&error);

  Livekit__MuteTrackRequest mute = LIVEKIT__MUTE_TRACK_REQUEST__INIT;
  mute.sid = (gchar *) "\xc3\x28";
  Livekit__SignalRequest request = LIVEKIT__SIGNAL_REQUEST__INIT;
  request.message_case = LIVEKIT__SIGNAL_REQUEST__MESSAGE_MUTE;
  request.mute = &mute;
  ck_assert_ptr_null (livekit_signal_write_request (&request, &error));
  ck_assert (g_error_matches (error, LIVEKIT_ERROR, LIVEKIT_ERROR_PROTOCOL));
}

END_TEST;

START_TEST (test_a_request_too_large_for_servers_is_not_written)
{
  g_autofree gchar *sdp = g_strnfill (LIVEKIT_MAX_REQUEST, 'a');
  Livekit__SessionDescription offer = LIVEKIT__SESSION_DESCRIPTION__INIT;
  offer.sdp = sdp;
  Livekit__SignalRequest request = LIVEKIT__SIGNAL_REQUEST__INIT;
  request.message_case = LIVEKIT__SIGNAL_REQUEST__MESSAGE_OFFER;
  request.offer = &offer;
  g_autoptr (GError) error = NULL;
  ck_assert_ptr_null (livekit_signal_write_request (&request, &error));
  ck_assert_ptr_nonnull (strstr (error->message, "too large"));
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("livekitsignal");
  TCase *golden = tcase_create ("golden");
  tcase_add_checked_fixture (golden, setup, teardown);
  tcase_add_test (golden, test_each_golden_message_is_read_by_name_and_number);
  tcase_add_test (golden, test_each_golden_message_is_written_byte_for_byte);
  tcase_add_test (golden, test_each_kind_has_a_golden_message);
  tcase_add_test (golden, test_fields_of_a_newer_peer_are_skipped);
  tcase_add_test (golden, test_a_kind_we_do_not_know_is_no_error);
  tcase_add_test (golden,
      test_descriptions_and_candidates_are_written_as_a_publisher_does);
  tcase_add_test (golden, test_add_track_is_written_as_a_publisher_does);
  tcase_add_test (golden, test_track_changes_are_written_as_a_publisher_does);
  tcase_add_test (golden, test_leave_and_ping_are_written_as_a_publisher_does);
  tcase_add_test (golden,
      test_who_may_subscribe_is_written_as_a_publisher_does);
  tcase_add_test (golden, test_a_message_cut_at_any_length_is_refused);
  tcase_add_test (golden,
      test_flipped_bits_are_refused_or_give_a_whole_message);
  suite_add_tcase (suite, golden);

  TCase *limits = tcase_create ("limits");
  tcase_add_test (limits, test_too_many_bytes_are_refused_unread);
  tcase_add_test (limits, test_a_message_that_would_unpack_huge_is_refused);
  tcase_add_test (limits,
      test_text_that_is_not_utf8_is_neither_read_nor_written);
  tcase_add_test (limits, test_a_request_too_large_for_servers_is_not_written);
  suite_add_tcase (suite, limits);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

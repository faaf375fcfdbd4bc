/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitprotojson.h"

#include "golden/goldenfile.h"
#include "livekit/livekiterror.h"
#include "livekit/livekitjoin.h"
#include "livekit/livekitsignal.h"

#include <check.h>
#include <json-glib/json-glib.h>
#include <string.h>

static const ProtobufCMessageDescriptor *
get_type (const GoldenLine * line)
{
  return g_str_equal (line->what, "request")
      ? &livekit__signal_request__descriptor
      : &livekit__signal_response__descriptor;
}

static ProtobufCMessage *
unpack (const ProtobufCMessageDescriptor * type, GBytes * bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  ProtobufCMessage *message =
      protobuf_c_message_unpack (type, NULL, size, data);

  ck_assert_ptr_nonnull (message);
  return message;
}

/* As our own writer has it: fields in the order of their numbers. */
static GBytes *
normalize (const ProtobufCMessageDescriptor * type, GBytes * bytes)
{
  ProtobufCMessage *message = unpack (type, bytes);
  gsize size = protobuf_c_message_get_packed_size (message);
  guint8 *data = g_malloc (size + 1);

  protobuf_c_message_pack (message, data);
  protobuf_c_message_free_unpacked (message, NULL);
  return g_bytes_new_take (data, size);
}

static void
assert_same (const gchar * what, const gchar * a, const gchar * b)
{
  g_autoptr (JsonNode) left = json_from_string (a, NULL);
  g_autoptr (JsonNode) right = json_from_string (b, NULL);

  ck_assert_msg (left != NULL && right != NULL && json_node_equal (left, right),
      "%s: %s\n%s", what, a, b);
}

START_TEST (test_each_message_has_the_json_of_other_implementations)
{
  g_autoptr (GPtrArray) lines = golden_file_read ("json.txt");

  for (guint i = 0; i < lines->len; i++) {
    const GoldenLine *line = lines->pdata[i];
    g_autoptr (GBytes) bytes = golden_line_get_bytes (line);
    ProtobufCMessage *message = unpack (get_type (line), bytes);
    g_autofree gchar *json = livekit_proto_json_write (message,
        LIVEKIT_PROTO_JSON_SHORT);
    assert_same (line->name, json, line->text);
    protobuf_c_message_free_unpacked (message, NULL);
  }
}

END_TEST;

START_TEST (test_the_json_of_other_implementations_is_read)
{
  g_autoptr (GPtrArray) lines = golden_file_read ("json.txt");

  for (guint i = 0; i < lines->len; i++) {
    const GoldenLine *line = lines->pdata[i];
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) bytes = livekit_proto_json_parse (get_type (line),
        line->text, strlen (line->text), &error);
    ck_assert_msg (bytes != NULL, "%s: %s", line->name,
        error != NULL ? error->message : "");
    g_autoptr (GBytes) golden = golden_line_get_bytes (line);
    g_autoptr (GBytes) wanted = normalize (get_type (line), golden);
    g_autoptr (GBytes) read = normalize (get_type (line), bytes);
    ck_assert_msg (g_bytes_equal (read, wanted), "%s", line->name);
  }
}

END_TEST;

START_TEST (test_the_whole_form_is_read_too)
{
  g_autoptr (GPtrArray) lines = golden_file_read ("json.txt");

  for (guint i = 0; i < lines->len; i++) {
    const GoldenLine *line = lines->pdata[i];
    g_autoptr (GBytes) golden = golden_line_get_bytes (line);
    ProtobufCMessage *message = unpack (get_type (line), golden);
    g_autofree gchar *json = livekit_proto_json_write (message,
        LIVEKIT_PROTO_JSON_WHOLE);
    protobuf_c_message_free_unpacked (message, NULL);
    g_autoptr (GBytes) bytes = livekit_proto_json_parse (get_type (line), json,
        strlen (json), NULL);
    ck_assert_msg (bytes != NULL, "%s: %s", line->name, json);
    g_autoptr (GBytes) wanted = normalize (get_type (line), golden);
    g_autoptr (GBytes) read = normalize (get_type (line), bytes);
    ck_assert_msg (g_bytes_equal (read, wanted), "%s", line->name);
  }
}

END_TEST;

/* Names, nulls and empty lists as livekit-server 1.13.5 answers with. */
START_TEST (test_the_whole_form_has_all_fields)
{
  Livekit__SimulcastCodecInfo codec = LIVEKIT__SIMULCAST_CODEC_INFO__INIT;
  Livekit__SimulcastCodecInfo *codecs[] = { &codec };
  Livekit__TrackInfo track = LIVEKIT__TRACK_INFO__INIT;
  Livekit__TimedVersion version = LIVEKIT__TIMED_VERSION__INIT;

  codec.mime_type = (gchar *) "audio/red";
  track.sid = (gchar *) "TR_A";
  track.source = LIVEKIT__TRACK_SOURCE__MICROPHONE;
  track.codecs = codecs;
  track.n_codecs = 1;
  version.unix_micro = 1795834797594611;
  g_autofree gchar *without = livekit_proto_json_write (&track.base,
      LIVEKIT_PROTO_JSON_WHOLE);
  ck_assert_ptr_nonnull (strstr (without, "\"version\":null"));
  track.version = &version;
  g_autofree gchar *json = livekit_proto_json_write (&track.base,
      LIVEKIT_PROTO_JSON_WHOLE);
  assert_same ("track", json, "{\"sid\":\"TR_A\", \"type\":\"AUDIO\", "
      "\"name\":\"\", \"muted\":false, \"width\":0, \"height\":0, "
      "\"simulcast\":false, \"disable_dtx\":false, \"source\":\"MICROPHONE\", "
      "\"layers\":[], \"mime_type\":\"\", \"mid\":\"\", \"codecs\":[{"
      "\"mime_type\":\"audio/red\", \"mid\":\"\", \"cid\":\"\", \"layers\":[], "
      "\"video_layer_mode\":\"MODE_UNUSED\", \"sdp_cid\":\"\"}], "
      "\"stereo\":false, \"disable_red\":false, \"encryption\":\"NONE\", "
      "\"stream\":\"\", \"version\":{\"unix_micro\":\"1795834797594611\", "
      "\"ticks\":0}, \"audio_features\":[], "
      "\"backup_codec_policy\":\"PREFER_REGRESSION\", "
      "\"packet_trailer_features\":[]}");
}

END_TEST;

START_TEST (test_an_empty_map_is_an_object)
{
  Livekit__ParticipantInfo info = LIVEKIT__PARTICIPANT_INFO__INIT;

  g_autofree gchar *json = livekit_proto_json_write (&info.base,
      LIVEKIT_PROTO_JSON_WHOLE);
  ck_assert_ptr_nonnull (strstr (json, "\"attributes\":{}"));
  ck_assert_ptr_nonnull (strstr (json, "\"tracks\":[]"));
  g_autofree gchar *brief = livekit_proto_json_write (&info.base,
      LIVEKIT_PROTO_JSON_SHORT);
  ck_assert_str_eq (brief, "{}");
}

END_TEST;

/* NULL: refused. */
static Livekit__AddTrackRequest *
read_track (const gchar * json)
{
  const ProtobufCMessageDescriptor *type =
      &livekit__add_track_request__descriptor;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = livekit_proto_json_parse (type, json,
      strlen (json), &error);

  if (bytes == NULL) {
    ck_assert (g_error_matches (error, LIVEKIT_ERROR, LIVEKIT_ERROR_PROTOCOL));
    return NULL;
  }
  ck_assert_ptr_null (error);
  return (Livekit__AddTrackRequest *) unpack (type, bytes);
}

static void
track_free (Livekit__AddTrackRequest * track)
{
  livekit__add_track_request__free_unpacked (track, NULL);
}

/* G_MININT64: refused. */
static gint64
read_width (const gchar * value)
{
  g_autofree gchar *json = g_strdup_printf ("{\"width\":%s}", value);
  Livekit__AddTrackRequest *track = read_track (json);
  gint64 width = track != NULL ? track->width : G_MININT64;

  if (track != NULL)
    track_free (track);
  return width;
}

START_TEST (test_integers_have_their_range_and_may_be_texts)
{
  ck_assert_int_eq (read_width ("640"), 640);
  ck_assert_int_eq (read_width ("\"640\""), 640);
  ck_assert_int_eq (read_width ("640.0"), 640);
  ck_assert_int_eq (read_width ("1e3"), 1000);
  ck_assert_int_eq (read_width ("4294967295"), G_MAXUINT32);
  ck_assert_int_eq (read_width ("null"), 0);
  const gchar *bad[] = { "-1", "4294967296", "1.5", "1e300", "\"\"", "\"x\"",
    "\"-1\"", "\"6 \"", "true", "[]", "{}", "18446744073709551615"
  };
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    ck_assert_msg (read_width (bad[i]) == G_MININT64, "%s", bad[i]);
}

END_TEST;

START_TEST (test_names_may_be_spelt_either_way)
{
  Livekit__AddTrackRequest *track = read_track
      ("{\"disableDtx\":true,\"disable_red\":true,\"simulcastCodecs\":"
      "[{\"videoLayerMode\":2}]}");

  ck_assert (track->disable_dtx && track->disable_red);
  ck_assert_int_eq (track->simulcast_codecs[0]->video_layer_mode, 2);
  track_free (track);
  ck_assert_ptr_null (read_track
      ("{\"disableDtx\":true,\"disable_dtx\":true}"));
  ck_assert_ptr_null (read_track
      ("{\"audioFeatures\":[1],\"audio_features\":[1]}"));
}

END_TEST;

START_TEST (test_what_is_newer_than_us_is_skipped)
{
  Livekit__AddTrackRequest *track = read_track
      ("{\"hologram\":{\"a\":[1]},\"source\":\"HOLOGRAM\",\"type\":7,"
      "\"audioFeatures\":[\"TF_STEREO\",\"TF_HOLOGRAM\",1]}");

  ck_assert_int_eq (track->source, LIVEKIT__TRACK_SOURCE__UNKNOWN);
  ck_assert_int_eq (track->type, 7);
  ck_assert_uint_eq (track->n_audio_features, 2);
  track_free (track);
}

END_TEST;

START_TEST (test_a_value_of_another_kind_is_refused)
{
  const gchar *bad[] = {
    "", "[]", "null", "{", "{\"cid\":1}", "{\"cid\":{}}", "{\"muted\":1}",
    "{\"muted\":\"true\"}", "{\"layers\":{}}", "{\"layers\":[1]}",
    "{\"layers\":[null]}", "{\"layers\":\"x\"}", "{\"source\":{}}",
    "{\"source\":1.5}", "{\"layers\":[{\"width\":-1}]}",
    "{\"cid\":\"\\ud800\"}",
  };
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    ck_assert_msg (read_track (bad[i]) == NULL, "%s", bad[i]);
}

END_TEST;

START_TEST (test_maps_hold_texts_only)
{
  const ProtobufCMessageDescriptor *type = &livekit__join_request__descriptor;
  const gchar *bad[] = {
    "{\"participantAttributes\":[]}", "{\"participantAttributes\":{\"a\":1}}",
    "{\"participantAttributes\":{\"a\":null}}",
  };
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    ck_assert_ptr_null (livekit_proto_json_parse (type, bad[i],
            strlen (bad[i]), NULL));
}

END_TEST;

START_TEST (test_bytes_are_base64_of_any_kind)
{
  const ProtobufCMessageDescriptor *type =
      &livekit__wrapped_join_request__descriptor;
  const gchar *good[] = { "{\"joinRequest\":\"+/8=\"}",
    "{\"joinRequest\":\"-_8=\"}", "{\"joinRequest\":\"-_8\"}"
  };
  const gchar *bad = "{\"joinRequest\":\"?\"}";

  for (guint i = 0; i < G_N_ELEMENTS (good); i++) {
    g_autoptr (GBytes) bytes = livekit_proto_json_parse (type, good[i],
        strlen (good[i]), NULL);
    Livekit__WrappedJoinRequest *join =
        (Livekit__WrappedJoinRequest *) unpack (type, bytes);
    ck_assert_uint_eq (join->join_request.len, 2);
    ck_assert_int_eq (join->join_request.data[0], 0xfb);
    ck_assert_int_eq (join->join_request.data[1], 0xff);
    livekit__wrapped_join_request__free_unpacked (join, NULL);
  }
  ck_assert_ptr_null (livekit_proto_json_parse (type, bad, strlen (bad), NULL));
}

END_TEST;

START_TEST (test_a_float_is_a_number_that_it_can_hold)
{
  const ProtobufCMessageDescriptor *type = &livekit__speaker_info__descriptor;
  const gchar *good = "{\"level\":1}";
  const gchar *bad[] = { "{\"level\":1e39}", "{\"level\":true}",
    "{\"level\":\"x\"}", "{\"level\":[]}"
  };

  g_autoptr (GBytes) bytes = livekit_proto_json_parse (type, good,
      strlen (good), NULL);
  Livekit__SpeakerInfo *info = (Livekit__SpeakerInfo *) unpack (type, bytes);
  ck_assert_float_eq (info->level, 1);
  livekit__speaker_info__free_unpacked (info, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    ck_assert_msg (livekit_proto_json_parse (type, bad[i], strlen (bad[i]),
            NULL) == NULL, "%s", bad[i]);
}

END_TEST;

START_TEST (test_two_of_a_oneof_are_no_message)
{
  const gchar *json = "{\"ping\":1,\"mute\":{\"sid\":\"x\"}}";
  g_autoptr (GBytes) bytes = livekit_proto_json_parse
      (&livekit__signal_request__descriptor, json, strlen (json), NULL);

  ck_assert_ptr_nonnull (bytes);
  ck_assert_ptr_null (livekit_signal_parse_request (bytes, NULL));
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("livekitprotojson");
  TCase *tcase = tcase_create ("livekitprotojson");
  tcase_add_test (tcase,
      test_each_message_has_the_json_of_other_implementations);
  tcase_add_test (tcase, test_the_json_of_other_implementations_is_read);
  tcase_add_test (tcase, test_the_whole_form_is_read_too);
  tcase_add_test (tcase, test_the_whole_form_has_all_fields);
  tcase_add_test (tcase, test_an_empty_map_is_an_object);
  tcase_add_test (tcase, test_integers_have_their_range_and_may_be_texts);
  tcase_add_test (tcase, test_names_may_be_spelt_either_way);
  tcase_add_test (tcase, test_what_is_newer_than_us_is_skipped);
  tcase_add_test (tcase, test_a_value_of_another_kind_is_refused);
  tcase_add_test (tcase, test_maps_hold_texts_only);
  tcase_add_test (tcase, test_bytes_are_base64_of_any_kind);
  tcase_add_test (tcase, test_a_float_is_a_number_that_it_can_hold);
  tcase_add_test (tcase, test_two_of_a_oneof_are_no_message);
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

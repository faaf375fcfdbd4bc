/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverroomservice.h"

#include "livekit/livekitlimits.h"
#include "livekit/livekitprotojson.h"
#include "livekit/livekitroomadmin.h"
#include "livekit/livekitroommedia.h"
#include "livekit/livekitverify.h"

#include <check.h>
#include <string.h>

static LivekitRooms *rooms;
static gchar *ann, *track;
static LivekitToken *token;
static gchar *answer;           /* of the last call; NULL: it was refused */

static void
setup (void)
{
  LivekitRoomConfig config = { 0, };
  LivekitTrackRequest request = {.cid = "c",.name = "screen",.video = TRUE,
    .source = LIVEKIT_SOURCE_SCREEN_SHARE
  };
  LivekitToken *joins = livekit_token_new ();

  rooms = livekit_rooms_new (&config);
  joins->identity = g_strdup ("ann");
  joins->grants.room_join = 1;
  joins->grants.room = g_strdup ("stage");
  ann = livekit_rooms_join (rooms, livekit_entry_new_quiet (joins), 0, NULL);
  LivekitRoom *room = livekit_rooms_find (rooms, "stage");
  track = g_strdup (livekit_room_media_publish (room, ann, &request));
  livekit_room_media_live (room, ann, track, "video/VP8", "0");
  token = livekit_token_new ();
  token->grants.room = g_strdup ("stage");
  token->grants.room_admin = token->grants.room_list =
      token->grants.room_create = 1;
}

static void
teardown (void)
{
  g_clear_pointer (&rooms, livekit_rooms_free);
  g_clear_pointer (&token, livekit_token_free);
  g_clear_pointer (&ann, g_free);
  g_clear_pointer (&track, g_free);
  g_clear_pointer (&answer, g_free);
}

static void
on_response (const ProtobufCMessage * response, gpointer user_data)
{
  ck_assert_ptr_null (answer);
  answer = livekit_proto_json_write (response, LIVEKIT_PROTO_JSON_SHORT);
}

/* 200, or the status of the refusal. */
static guint
ask (const gchar * name, const gchar * json)
{
  const ServerProcedure *procedure = server_room_service_find (name);
  const ProtobufCMessageDescriptor *type =
      server_room_service_get_request (procedure);
  g_autoptr (GBytes) bytes = livekit_proto_json_parse (type, json,
      strlen (json), NULL);
  ck_assert_msg (bytes != NULL, "%s", json);
  ProtobufCMessage *request = protobuf_c_message_unpack (type, NULL,
      g_bytes_get_size (bytes), g_bytes_get_data (bytes, NULL));
  ServerRoomServiceCall call = {.rooms = rooms,.token = token,
    .request = request,.respond = on_response
  };
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&answer, g_free);
  gboolean done = server_room_service_call (procedure, &call, &error);
  protobuf_c_message_free_unpacked (request, NULL);
  ck_assert (done == (answer != NULL) && done == (error == NULL));
  ck_assert (done || error->domain == LIVEKIT_REFUSAL);
  return done ? 200 : error->code;
}

static guint
ask_track (const gchar * name, const gchar * format)
{
  g_autofree gchar *json = g_strdup_printf ("{\"room\":\"stage\","
      "\"identity\":\"ann\",%s\"%s\"%s}", format, track,
      g_str_has_suffix (format, "[") ? "]" : "");

  return ask (name, json);
}

static void
assert_answer (const gchar * part)
{
  ck_assert_msg (answer != NULL
      && strstr (answer, part) != NULL, "%s not in %s", part, answer);
}

START_TEST (test_each_call_needs_its_grant)
{
  const struct
  {
    const gchar *name;
    gint *grant;
  } calls[] = {
    {"ListRooms", &token->grants.room_list},
    {"CreateRoom", &token->grants.room_create},
    {"DeleteRoom", &token->grants.room_create},
    {"UpdateRoomMetadata", &token->grants.room_admin},
    {"ListParticipants", &token->grants.room_admin},
    {"GetParticipant", &token->grants.room_admin},
    {"RemoveParticipant", &token->grants.room_admin},
    {"MutePublishedTrack", &token->grants.room_admin},
    {"UpdateParticipant", &token->grants.room_admin},
    {"UpdateSubscriptions", &token->grants.room_admin},
  };
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++) {
    *calls[i].grant = 0;
    ck_assert_uint_eq (ask (calls[i].name,
            "{\"room\":\"stage\",\"identity\":\"ann\"}"), 401);
    *calls[i].grant = -1;
    ck_assert_uint_eq (ask (calls[i].name, "{}"), 401);
    *calls[i].grant = 1;
    if (calls[i].grant == &token->grants.room_admin)
      ck_assert_uint_eq (ask (calls[i].name, "{\"room\":\"attic\"}"), 401);
  }
  ck_assert_ptr_nonnull (livekit_rooms_find (rooms, "stage"));
  ck_assert_ptr_null (server_room_service_find ("SendData"));
}

END_TEST;

START_TEST (test_rooms_are_listed_all_or_by_name)
{
  ck_assert_uint_eq (ask ("ListRooms", "{}"), 200);
  assert_answer ("\"name\":\"stage\"");
  ck_assert_uint_eq (ask ("ListRooms", "{\"names\":[\"x\",\"stage\"]}"), 200);
  assert_answer ("\"name\":\"stage\"");
  ck_assert_uint_eq (ask ("ListRooms", "{\"names\":[\"x\"]}"), 200);
  ck_assert_str_eq (answer, "{}");
}

END_TEST;

START_TEST (test_a_room_is_made_changed_and_deleted)
{
  ck_assert_uint_eq (ask ("CreateRoom",
          "{\"name\":\"attic\",\"metadata\":\"m\",\"emptyTimeout\":7}"), 200);
  assert_answer ("\"metadata\":\"m\"");
  ck_assert_ptr_nonnull (livekit_rooms_find (rooms, "attic"));
  ck_assert_uint_eq (ask ("UpdateRoomMetadata",
          "{\"room\":\"stage\",\"metadata\":\"n\"}"), 200);
  assert_answer ("\"metadata\":\"n\"");
  ck_assert_uint_eq (ask ("DeleteRoom", "{\"room\":\"stage\"}"), 200);
  ck_assert (livekit_room_is_over (livekit_rooms_find (rooms, "stage")));
  ck_assert_uint_eq (ask ("DeleteRoom", "{\"room\":\"cellar\"}"), 404);
  ck_assert_uint_eq (ask ("CreateRoom", "{}"), 400);
}

END_TEST;

START_TEST (test_participants_are_listed_and_told)
{
  ck_assert_uint_eq (ask ("ListParticipants", "{\"room\":\"stage\"}"), 200);
  assert_answer ("\"identity\":\"ann\"");
  assert_answer (track);
  ck_assert_uint_eq (ask ("GetParticipant",
          "{\"room\":\"stage\",\"identity\":\"ann\"}"), 200);
  assert_answer (ann);
  g_free (token->grants.room);
  token->grants.room = g_strdup ("cellar");
  ck_assert_uint_eq (ask ("ListParticipants", "{\"room\":\"cellar\"}"), 200);
  ck_assert_str_eq (answer, "{}");
  ck_assert_uint_eq (ask ("UpdateRoomMetadata", "{\"room\":\"cellar\"}"), 404);
}

END_TEST;

START_TEST (test_who_is_not_there_is_not_found)
{
  const gchar *names[] = { "GetParticipant", "RemoveParticipant",
    "MutePublishedTrack", "UpdateParticipant", "UpdateSubscriptions"
  };
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    ck_assert_uint_eq (ask (names[i],
            "{\"room\":\"stage\",\"identity\":\"eve\"}"), 404);
}

END_TEST;

START_TEST (test_a_participant_is_removed)
{
  ck_assert_uint_eq (ask ("RemoveParticipant",
          "{\"room\":\"stage\",\"identity\":\"ann\"}"), 200);
  ck_assert_uint_eq (ask ("GetParticipant",
          "{\"room\":\"stage\",\"identity\":\"ann\"}"), 404);
}

END_TEST;

START_TEST (test_a_track_is_muted_and_not_unmuted)
{
  ck_assert_uint_eq (ask_track ("MutePublishedTrack",
          "\"muted\":true,\"trackSid\":"), 200);
  assert_answer ("\"muted\":true");
  assert_answer (track);
  ck_assert_uint_eq (ask_track ("MutePublishedTrack", "\"trackSid\":"), 412);
  ck_assert_uint_eq (ask ("MutePublishedTrack", "{\"room\":\"stage\","
          "\"identity\":\"ann\",\"trackSid\":\"TR_x\",\"muted\":true}"), 200);
  ck_assert_str_eq (answer, "{}");
}

END_TEST;

START_TEST (test_a_participant_is_changed)
{
  ck_assert_uint_eq (ask ("UpdateParticipant", "{\"room\":\"stage\","
          "\"identity\":\"ann\",\"metadata\":\"m\",\"name\":\"Ann\","
          "\"attributes\":{\"a\":\"b\"}}"), 200);
  assert_answer ("\"metadata\":\"m\"");
  assert_answer ("\"name\":\"Ann\"");
  assert_answer ("\"attributes\":{\"a\":\"b\"}");
  ck_assert_uint_eq (ask ("UpdateParticipant", "{\"room\":\"stage\","
          "\"identity\":\"ann\",\"attributes\":{\"a\":\"\"},"
          "\"permission\":{\"canSubscribe\":true}}"), 200);
  /* What it may not publish any more has ended. */
  ck_assert_ptr_null (strstr (answer, "attributes"));
  ck_assert_ptr_null (strstr (answer, "tracks"));
  assert_answer ("\"permission\":{\"canSubscribe\":true}");
}

END_TEST;

START_TEST (test_what_is_too_long_changes_nothing)
{
  g_autofree gchar *name = g_strnfill (LIVEKIT_MAX_NAME + 1, 'n');
  g_autofree gchar *json = g_strdup_printf ("{\"room\":\"stage\","
      "\"identity\":\"ann\",\"name\":\"%s\",\"permission\":{}}", name);

  ck_assert_uint_eq (ask ("UpdateParticipant", json), 400);
  ck_assert_uint_eq (ask ("GetParticipant",
          "{\"room\":\"stage\",\"identity\":\"ann\"}"), 200);
  assert_answer ("\"canPublish\":true");
}

END_TEST;

START_TEST (test_subscriptions_are_changed)
{
  GString *json = g_string_new ("{\"room\":\"stage\",\"identity\":\"ann\","
      "\"trackSids\":[\"x\"");

  ck_assert_uint_eq (ask_track ("UpdateSubscriptions",
          "\"subscribe\":true,\"trackSids\":["), 200);
  ck_assert_uint_eq (ask ("UpdateSubscriptions", "{\"room\":\"stage\","
          "\"identity\":\"ann\",\"participantTracks\":["
          "{\"trackSids\":[\"TR_x\"]}]}"), 200);
  for (guint i = 0; i < LIVEKIT_MAX_ALLOWED; i++)
    g_string_append (json, ",\"x\"");
  g_string_append (json, "]}");
  ck_assert_uint_eq (ask ("UpdateSubscriptions", json->str), 400);
  g_string_free (json, TRUE);
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("serverroomservice");
  TCase *tcase = tcase_create ("serverroomservice");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_each_call_needs_its_grant);
  tcase_add_test (tcase, test_rooms_are_listed_all_or_by_name);
  tcase_add_test (tcase, test_a_room_is_made_changed_and_deleted);
  tcase_add_test (tcase, test_participants_are_listed_and_told);
  tcase_add_test (tcase, test_who_is_not_there_is_not_found);
  tcase_add_test (tcase, test_a_participant_is_removed);
  tcase_add_test (tcase, test_a_track_is_muted_and_not_unmuted);
  tcase_add_test (tcase, test_a_participant_is_changed);
  tcase_add_test (tcase, test_what_is_too_long_changes_nothing);
  tcase_add_test (tcase, test_subscriptions_are_changed);
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

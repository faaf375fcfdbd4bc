/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "servertwirp.h"

#include "livekit/livekitlimits.h"
#include "livekit/livekitroomservice.pb-c.h"
#include "webrun.h"

#include <check.h>
#include <string.h>

#define PATH "/twirp/livekit.RoomService/"

static WebRun *run;
static ServerAccess *keeper;
static ServerSite site;
static ServerTwirp *twirp;
static gchar *token;

static void
setup (void)
{
  run = web_run_new ();
  ServerAccessConfig config = {.keys = run->keys };
  keeper = server_access_new (&config);
  site = (ServerSite) {
  .server = run->server,.rooms = run->rooms,.keys = run->keys,.access = keeper};
  twirp = server_twirp_new (&site);
  token = web_run_mint ("boss", "stage", "roomList roomCreate roomAdmin");
}

static void
teardown (void)
{
  g_clear_pointer (&run, web_run_free);
  g_clear_pointer (&twirp, server_twirp_free);
  g_clear_pointer (&keeper, server_access_free);
  g_clear_pointer (&token, g_free);
}

static WebAnswer *
post (const gchar * name, const gchar * type, const gchar * body, gsize size)
{
  g_autofree gchar *path = g_strconcat (PATH, name, NULL);
  WebRequest request = {.method = "POST",.path = path,.token = token,
    .type = type,.body = body,.size = size
  };

  return web_run_ask (run, &request);
}

static void
assert_error (const WebAnswer * answer, guint status, const gchar * code)
{
  g_autofree gchar *part = g_strdup_printf ("{\"code\":\"%s\",\"msg\":", code);

  ck_assert_msg (answer->status == status, "%u %s", answer->status,
      answer->text);
  ck_assert_msg (g_str_has_prefix (answer->text, part), "%s", answer->text);
  ck_assert_str_eq (web_answer_get_header (answer, "Content-Type"),
      "application/json");
}

static void
expect (const gchar * name, const gchar * type, const gchar * body,
    guint status, const gchar * code)
{
  g_autoptr (WebAnswer) answer = post (name, type, body, 0);

  assert_error (answer, status, code);
}

START_TEST (test_json_is_answered_in_json_with_all_fields)
{
  g_autofree gchar *sid = web_run_join (run, "stage", "ann");
  g_autoptr (WebAnswer) answer = post ("GetParticipant",
      "application/json; charset=utf-8",
      "{\"room\":\"stage\",\"identity\":\"ann\",\"hologram\":1}", 0);

  ck_assert_uint_eq (answer->status, 200);
  ck_assert_str_eq (web_answer_get_header (answer, "Content-Type"),
      "application/json");
  ck_assert_ptr_nonnull (strstr (answer->text, sid));
  ck_assert_ptr_nonnull (strstr (answer->text, "\"joined_at_ms\":\""));
  ck_assert_ptr_nonnull (strstr (answer->text, "\"tracks\":[]"));
}

END_TEST;

START_TEST (test_protobuf_is_answered_in_protobuf)
{
  Livekit__RoomParticipantIdentity request =
      LIVEKIT__ROOM_PARTICIPANT_IDENTITY__INIT;
  g_autofree gchar *sid = web_run_join (run, "stage", "ann");
  guint8 body[64];

  request.room = (gchar *) "stage";
  request.identity = (gchar *) "ann";
  gsize size = livekit__room_participant_identity__pack (&request, body);
  g_autoptr (WebAnswer) answer = post ("GetParticipant",
      "application/protobuf", (const gchar *) body, size);
  ck_assert_uint_eq (answer->status, 200);
  ck_assert_str_eq (web_answer_get_header (answer, "Content-Type"),
      "application/protobuf");
  Livekit__ParticipantInfo *info = livekit__participant_info__unpack (NULL,
      answer->size, (const guint8 *) answer->text);
  ck_assert_str_eq (info->sid, sid);
  livekit__participant_info__free_unpacked (info, NULL);
}

END_TEST;

START_TEST (test_what_is_done_is_carried_out_at_once)
{
  g_autofree gchar *sid = web_run_join (run, "stage", "ann");
  g_autofree gchar *over = g_strconcat ("over ", sid, NULL);
  g_autoptr (WebAnswer) answer = post ("RemoveParticipant", "application/json",
      "{\"room\":\"stage\",\"identity\":\"ann\"}", 0);

  ck_assert_uint_eq (answer->status, 200);
  ck_assert_str_eq (answer->text, "{}");
  ck_assert (g_ptr_array_find_with_equal_func (run->events, over, g_str_equal,
          NULL));
}

END_TEST;

START_TEST (test_a_room_that_nobody_comes_to_goes_in_its_time)
{
  g_autoptr (WebAnswer) answer = post ("CreateRoom", "application/json",
      "{\"name\":\"attic\",\"emptyTimeout\":1}", 0);

  ck_assert_uint_eq (answer->status, 200);
  ck_assert_uint_eq (livekit_rooms_get_count (run->rooms), 1);
  WEB_RUN_WAIT (livekit_rooms_get_count (run->rooms) == 0);
}

END_TEST;

START_TEST (test_what_cannot_be_read_is_malformed)
{
  const gchar *bad[] = { "", " ", "{", "[]", "null", "{\"names\":1}",
    "{\"names\":[null]}", "{\"names\":[\"\\u0000\"]}"
  };
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    expect ("ListRooms", "application/json", bad[i], 400, "malformed");
  expect ("ListRooms", "application/protobuf", "\377", 400, "malformed");
  /* A name that is not UTF-8. */
  expect ("ListRooms", "application/protobuf", "\012\001\377", 400,
      "malformed");

  g_autofree gchar *open = g_strnfill (100000, '[');
  g_autofree gchar *deep = g_strconcat ("{\"names\":", open, NULL);
  expect ("ListRooms", "application/json", deep, 400, "malformed");
}

END_TEST;

START_TEST (test_what_is_no_call_is_a_bad_route)
{
  WebRequest get = {.path = PATH "ListRooms",.token = token };

  expect ("SendData", "application/json", "{}", 404, "bad_route");
  expect ("", "application/json", "{}", 404, "bad_route");
  expect ("ListRooms/", "application/json", "{}", 404, "bad_route");
  expect ("ListRooms", "text/plain", "{}", 404, "bad_route");
  g_autoptr (WebAnswer) answer = web_run_ask (run, &get);
  assert_error (answer, 404, "bad_route");
  WebRequest other = {.method = "POST",.path = "/twirp/livekit.Egress/X" };
  g_autoptr (WebAnswer) plain = web_run_ask (run, &other);
  ck_assert_uint_eq (plain->status, 404);
  ck_assert_str_eq (plain->text, "404 page not found\n");
}

END_TEST;

START_TEST (test_each_refusal_has_its_code)
{
  g_autofree gchar *sid = web_run_join (run, "stage", "ann");

  expect ("DeleteRoom", "application/json", "{\"room\":\"x\"}", 404,
      "not_found");
  expect ("CreateRoom", "application/json", "{}", 400, "invalid_argument");
  g_free (token);
  token = web_run_mint ("ann", "stage", "roomJoin");
  expect ("ListRooms", "application/json", "{}", 401, "unauthenticated");
}

END_TEST;

START_TEST (test_without_a_token_it_is_not_even_read)
{
  g_clear_pointer (&token, g_free);
  expect ("ListRooms", "application/json", "{", 401, "unauthenticated");
  token = g_strdup ("x.y.z");
  g_autoptr (WebAnswer) answer = post ("ListRooms", "application/json", "{}",
      0);
  ck_assert_uint_eq (answer->status, 401);
  ck_assert_str_eq (answer->text, "invalid authorization token\n");
}

END_TEST;

START_TEST (test_pages_of_any_origin_may_call_with_a_token)
{
  WebRequest asking = {.method = "OPTIONS",.path = PATH "ListRooms",
    .headers = {"Origin", "http://other.example",
        "Access-Control-Request-Method", "POST"}
  };
  g_autoptr (WebAnswer) leave = web_run_ask (run, &asking);
  g_autoptr (WebAnswer) answer = post ("ListRooms", "application/json", "{}",
      0);

  ck_assert_uint_eq (leave->status, 204);
  ck_assert_str_eq (web_answer_get_header (leave,
          "Access-Control-Allow-Methods"), "POST");
  ck_assert_str_eq (web_answer_get_header (answer,
          "Access-Control-Allow-Origin"), "*");
}

END_TEST;

START_TEST (test_the_longest_metadata_fits_and_more_is_refused)
{
  g_autofree gchar *most = g_strnfill (LIVEKIT_MAX_METADATA, 'm');
  g_autofree gchar *body = g_strdup_printf ("{\"name\":\"a\","
      "\"metadata\":\"%s\"}", most);
  g_autofree gchar *more = g_strdup_printf ("{\"name\":\"b\","
      "\"metadata\":\"%sm\"}", most);
  g_autofree gchar *far = g_strnfill (LIVEKIT_MAX_BODY + 1, ' ');

  g_autoptr (WebAnswer) answer = post ("CreateRoom", "application/json", body,
      0);
  ck_assert_uint_eq (answer->status, 200);
  expect ("CreateRoom", "application/json", more, 400, "invalid_argument");
  g_autoptr (WebAnswer) large = post ("CreateRoom", "application/json", far, 0);
  ck_assert_uint_eq (large->status, 413);
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("servertwirp");
  TCase *tcase = tcase_create ("servertwirp");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_json_is_answered_in_json_with_all_fields);
  tcase_add_test (tcase, test_protobuf_is_answered_in_protobuf);
  tcase_add_test (tcase, test_what_is_done_is_carried_out_at_once);
  tcase_add_test (tcase, test_a_room_that_nobody_comes_to_goes_in_its_time);
  tcase_add_test (tcase, test_what_cannot_be_read_is_malformed);
  tcase_add_test (tcase, test_what_is_no_call_is_a_bad_route);
  tcase_add_test (tcase, test_each_refusal_has_its_code);
  tcase_add_test (tcase, test_without_a_token_it_is_not_even_read);
  tcase_add_test (tcase, test_pages_of_any_origin_may_call_with_a_token);
  tcase_add_test (tcase, test_the_longest_metadata_fits_and_more_is_refused);
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

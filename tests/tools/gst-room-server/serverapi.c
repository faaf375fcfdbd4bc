/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverapi.h"

#include "serveraccess.h"
#include "webrun.h"

#include <check.h>
#include <json-glib/json-glib.h>
#include <string.h>

static WebRun *run;
static ServerSite site;
static ServerApi *api;

static void
on_request (SoupServer * soup, SoupServerMessage * message, const gchar * path,
    GHashTable * query, gpointer user_data)
{
  g_auto (ServerPath) parsed = { 0 };

  server_path_parse (&parsed, path);
  server_api_handle (api, message, &parsed);
}

static void
hear (const LivekitRoomEvent * event)
{
  server_api_hear (api, event);
}

static void
begin (gboolean loopback)
{
  ServerAccessConfig config = {.keys = run->keys,.loopback = loopback };

  site = (ServerSite) {
  .server = run->server,.rooms = run->rooms,.keys = run->keys,.access =
        server_access_new (&config)};
  api = server_api_new (&site);
  run->hear = hear;
  livekit_server_add_route (run->server, "/", on_request, NULL);
}

static void
setup (void)
{
  run = web_run_new ();
}

static void
teardown (void)
{
  g_clear_pointer (&run, web_run_free);
  g_clear_pointer (&api, server_api_free);
  g_clear_pointer (&site.access, server_access_free);
}

static WebAnswer *
ask (const gchar * path, const gchar * token)
{
  WebRequest request = {.path = path,.token = token };

  return web_run_ask (run, &request);
}

static void
expect (const gchar * path, const gchar * token, guint status)
{
  g_autoptr (WebAnswer) answer = ask (path, token);

  ck_assert_msg (answer->status == status, "%s: %u %s", path, answer->status,
      answer->text);
}

/* As what stands at @path, "$.rooms[0].name", is written in JSON. */
static void
assert_member (JsonNode * root, const gchar * path, const gchar * value)
{
  g_autoptr (JsonNode) found = json_path_query (path, root, NULL);
  g_autofree gchar *text = json_to_string (found, FALSE);
  g_autofree gchar *expected = g_strdup_printf ("[%s]", value);

  ck_assert_str_eq (text, expected);
}

static JsonNode *
ask_json (const gchar * token)
{
  g_autoptr (WebAnswer) answer = ask ("/api/rooms", token);

  ck_assert_uint_eq (answer->status, 200);
  ck_assert_str_eq (web_answer_get_header (answer, "Content-Type"),
      "application/json");
  ck_assert_str_eq (web_answer_get_header (answer, "Cache-Control"),
      "no-store");
  JsonNode *root = json_from_string (answer->text, NULL);
  ck_assert_ptr_nonnull (root);
  return root;
}

START_TEST (test_rooms_are_told_with_all_that_is_in_them)
{
  begin (TRUE);
  g_autofree gchar *ann = web_run_join (run, "st\"age", "ann");
  g_autofree gchar *bob = web_run_join (run, "st\"age", "bob");
  g_autofree gchar *track = web_run_publish (run, "st\"age", ann, "cam", TRUE);
  g_autofree gchar *sid = g_strdup_printf ("\"%s\"", track);
  g_autoptr (JsonNode) root = ask_json (NULL);

  assert_member (root, "$.rooms[*].name", "\"st\\\"age\"");
  assert_member (root, "$.rooms[0].waiting", "0");
  assert_member (root, "$.rooms[0].participants[*].identity",
      "\"ann\",\"bob\"");
  assert_member (root, "$.rooms[0].participants[0].hidden", "false");
  assert_member (root, "$.rooms[0].participants[0].state", "\"JOINED\"");
  assert_member (root, "$.rooms[0].participants[0].tracks[0].sid", sid);
  assert_member (root, "$.rooms[0].participants[0].tracks[0].kind",
      "\"video\"");
  assert_member (root, "$.rooms[0].participants[0].tracks[0].mime",
      "\"video/H264\"");
  assert_member (root, "$.rooms[0].participants[0].tracks[0].bitrate", "0");
  assert_member (root,
      "$.rooms[0].participants[0].tracks[0].key_frame_requests", "0");
  assert_member (root, "$.rooms[0].participants[0].tracks[0].consumers", "[]");
  assert_member (root, "$.rooms[0].participants[1].tracks", "[]");
}

END_TEST;

START_TEST (test_metrics_are_text_of_their_version)
{
  begin (TRUE);
  g_autofree gchar *ann = web_run_join (run, "stage", "ann");
  g_autoptr (WebAnswer) answer = ask ("/metrics", NULL);

  ck_assert_uint_eq (answer->status, 200);
  ck_assert_str_eq (web_answer_get_header (answer, "Content-Type"),
      "text/plain; version=0.0.4; charset=utf-8");
  ck_assert_ptr_nonnull (strstr (answer->text,
          "\nroom_server_participants_joined_total 1\n"));
  ck_assert_ptr_nonnull (strstr (answer->text, "\nroom_server_sockets 1\n"));
  ck_assert_ptr_nonnull (strstr (answer->text,
          "\nroom_server_room_participants{room=\"stage\"} 1\n"));
}

END_TEST;

START_TEST (test_off_loopback_a_token_is_needed)
{
  begin (FALSE);
  g_autofree gchar *lister = web_run_mint ("x", NULL, "roomList");
  g_autofree gchar *joiner = web_run_mint ("x", "stage", "roomJoin");

  expect ("/api/rooms", NULL, 401);
  expect ("/metrics", NULL, 401);
  expect ("/api/rooms", "nonsense", 401);
  expect ("/api/rooms", joiner, 403);
  expect ("/metrics", joiner, 403);
  expect ("/api/rooms", lister, 200);
  expect ("/metrics", lister, 200);
}

END_TEST;

START_TEST (test_who_administrates_a_room_sees_that_one)
{
  begin (FALSE);
  g_autofree gchar *admin = web_run_mint ("x", "stage", "roomAdmin");
  g_autofree gchar *ann = web_run_join (run, "other", "ann");
  g_autofree gchar *bob = web_run_join (run, "stage", "bob");
  g_autoptr (JsonNode) root = ask_json (admin);

  assert_member (root, "$.rooms[*].name", "\"stage\"");
  expect ("/metrics", admin, 403);
}

END_TEST;

START_TEST (test_it_is_only_read)
{
  begin (TRUE);
  WebRequest post = {.method = "POST",.path = "/api/rooms" };
  WebRequest head = {.method = "HEAD",.path = "/metrics" };
  g_autoptr (WebAnswer) refused = web_run_ask (run, &post);
  g_autoptr (WebAnswer) empty = web_run_ask (run, &head);

  ck_assert_uint_eq (refused->status, 405);
  ck_assert_str_eq (web_answer_get_header (refused, "Allow"),
      "GET, HEAD, OPTIONS");
  ck_assert_uint_eq (empty->status, 200);
  ck_assert_uint_eq (empty->size, 0);
}

END_TEST;

/* A page of strangers must not read what the machine may. */
START_TEST (test_pages_of_others_need_a_token)
{
  begin (TRUE);
  g_autofree gchar *token = web_run_mint ("x", NULL, "roomList");
  WebRequest request = {.path = "/api/rooms",
    .headers = {"Origin", "http://example.com"}
  };
  g_autoptr (WebAnswer) refused = web_run_ask (run, &request);
  request.token = token;
  g_autoptr (WebAnswer) shared = web_run_ask (run, &request);

  ck_assert_uint_eq (refused->status, 401);
  ck_assert_uint_eq (shared->status, 200);
  ck_assert_str_eq (web_answer_get_header (shared,
          "Access-Control-Allow-Origin"), "*");
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("serverapi");
  TCase *tcase = tcase_create ("all");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_rooms_are_told_with_all_that_is_in_them);
  tcase_add_test (tcase, test_metrics_are_text_of_their_version);
  tcase_add_test (tcase, test_off_loopback_a_token_is_needed);
  tcase_add_test (tcase, test_who_administrates_a_room_sees_that_one);
  tcase_add_test (tcase, test_it_is_only_read);
  tcase_add_test (tcase, test_pages_of_others_need_a_token);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  gint failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What becomes of a resource of ServerWish. */
#include "serverwish.h"

#include "livekit/livekitlimits.h"
#include "livekit/livekitroommedia.h"
#include "wishrun.h"

#include <check.h>
#include <gst/gst.h>
#include <string.h>

static WishRun *run;

static void
setup (void)
{
  run = wish_run_new ();
}

static void
teardown (void)
{
  wish_run_free (run);
}

static void
check_header (const WebAnswer * answer, const gchar * name, const gchar * value)
{
  ck_assert_pstr_eq (web_answer_get_header (answer, name), value);
}

START_TEST (test_candidates_trickle_in)
{
  g_autoptr (WebAnswer) resource = wish_run_watch (run);
  g_autoptr (WebAnswer) answer =
      wish_run_patch (run, web_answer_get_header (resource, "Location"),
      web_answer_get_header (resource, "ETag"), FRAGMENT);

  ck_assert_uint_eq (answer->status, 204);
  check_header (answer, "ETag", NULL);
  ck_assert_uint_eq (run->candidates->len, 1);
  ck_assert_str_eq (run->candidates->pdata[0], "1 " HOST);
}

END_TEST;

START_TEST (test_candidates_are_of_one_session)
{
  g_autoptr (WebAnswer) resource = wish_run_watch (run);
  const gchar *location = web_answer_get_header (resource, "Location");

  g_autoptr (WebAnswer) other =
      wish_run_patch (run, location, "\"xyzzy\"", FRAGMENT);
  ck_assert_uint_eq (other->status, 412);
  g_autoptr (WebAnswer) any = wish_run_patch (run, location, "*", FRAGMENT);
  ck_assert_uint_eq (any->status, 204);
  g_autoptr (WebAnswer) missing =
      wish_run_patch (run, location, NULL, FRAGMENT);
  ck_assert_uint_eq (missing->status, 204);
}

END_TEST;

START_TEST (test_an_ice_restart_is_refused_and_the_session_goes_on)
{
  g_autoptr (WebAnswer) resource = wish_run_watch (run);
  const gchar *matches[] = { "*", NULL };

  for (guint i = 0; i < G_N_ELEMENTS (matches); i++) {
    g_autoptr (WebAnswer) restart =
        wish_run_patch (run, web_answer_get_header (resource, "Location"),
        matches[i], "m=audio 9 X 0\r\na=mid:0\r\na=ice-ufrag:ysXw\r\n"
        "a=ice-pwd:vw5LmwG4y/e6dPP/zAP9Gp5k\r\n");
    ck_assert_uint_eq (restart->status, 422);
  }
  wish_run_check_patch (run, resource, FRAGMENT, 204);
}

END_TEST;

START_TEST (test_candidates_that_make_no_sense_are_refused)
{
  g_autoptr (WebAnswer) resource = wish_run_watch (run);
  g_autoptr (GString) many = g_string_new (NULL);
  WebRequest plain = {.method = "PATCH",
    .path = web_answer_get_header (resource, "Location"),
    .type = "application/json",.body = "{}"
  };

  for (guint i = 0; i < LIVEKIT_MAX_CANDIDATES; i++)
    g_string_append (many, "a=" HOST "\r\n");
  g_autoptr (WebAnswer) answer = web_run_ask (run->web, &plain);
  ck_assert_uint_eq (answer->status, 415);
  wish_run_check_patch (run, resource, "hello", 400);
  wish_run_check_patch (run, resource,
      "m=audio 9 X 0\r\na=mid:7\r\na=" HOST "\r\n", 400);
  wish_run_check_patch (run, resource, many->str, 204);
  wish_run_check_patch (run, resource, FRAGMENT, 400);
  ck_assert_uint_eq (run->candidates->len, LIVEKIT_MAX_CANDIDATES);
}

END_TEST;

START_TEST (test_what_is_deleted_is_gone)
{
  g_autoptr (WebAnswer) resource = wish_run_watch (run);
  const gchar *location = web_answer_get_header (resource, "Location");

  wish_run_check_method (run, "DELETE", location, 200);
  wish_run_check_gone (run);
  wish_run_check_method (run, "DELETE", location, 404);
  wish_run_check_patch (run, resource, FRAGMENT, 404);
}

END_TEST;

START_TEST (test_a_resource_has_one_name)
{
  g_autoptr (WebAnswer) resource = wish_run_watch (run);
  const gchar *location = web_answer_get_header (resource, "Location");
  g_autofree gchar *other =
      g_strconcat ("/room/other", location + strlen ("/room/stage"), NULL);

  wish_run_check_method (run, "DELETE", other, 404);
  wish_run_check_method (run, "DELETE",
      WHEP "/00000000000000000000000000000000", 404);
  ck_assert_uint_eq (server_wish_get_count (run->wish), 1);
}

END_TEST;

START_TEST (test_methods_are_those_of_the_specification)
{
  g_autoptr (WebAnswer) resource = wish_run_watch (run);
  const gchar *location = web_answer_get_header (resource, "Location");
  WebRequest options = {.method = "OPTIONS",.path = WHEP,
    .headers = {"Origin", "http://example.net",
        "Access-Control-Request-Method", "POST"}
  };
  WebRequest put = {.method = "PUT",.path = WHEP };

  wish_run_check_method (run, "GET", WHEP, 204);
  wish_run_check_method (run, "HEAD", WHIP, 204);
  wish_run_check_method (run, "GET", location, 204);
  wish_run_check_method (run, "POST", location, 405);
  wish_run_check_method (run, "PATCH", WHEP, 405);
  wish_run_check_method (run, "DELETE", WHEP, 405);
  g_autoptr (WebAnswer) refused = web_run_ask (run->web, &put);
  ck_assert_uint_eq (refused->status, 405);
  check_header (refused, "Allow", "POST, GET, HEAD, OPTIONS");
  g_autoptr (WebAnswer) answer = web_run_ask (run->web, &options);
  ck_assert_uint_eq (answer->status, 200);
  check_header (answer, "Accept-Post", "application/sdp");
  check_header (answer, "Access-Control-Allow-Origin", "*");
}

END_TEST;

START_TEST (test_a_page_of_another_origin_brings_a_token)
{
  g_autofree gchar *token = web_run_mint ("bob", "stage", "roomJoin");
  WebRequest request = {.method = "POST",.path = WHEP,
    .headers = {"Origin", "http://example.net"},
    .type = "application/sdp",.body = WATCH
  };

  wish_run_publish (run, "ann");
  g_autoptr (WebAnswer) without = web_run_ask (run->web, &request);
  ck_assert_uint_eq (without->status, 401);
  request.token = token;
  g_autoptr (WebAnswer) with = web_run_ask (run->web, &request);
  ck_assert_uint_eq (with->status, 201);
}

END_TEST;

/* -- Ends -------------------------------------------------------------------- */

START_TEST (test_a_connection_that_fails_takes_its_resource_with_it)
{
  g_autoptr (WebAnswer) resource = wish_run_watch (run);

  livekit_room_media_failed (livekit_rooms_find (run->web->rooms, "stage"),
      run->sid, g_get_monotonic_time ());
  livekit_server_pump (run->web->server);
  wish_run_check_gone (run);
  wish_run_check_patch (run, resource, FRAGMENT, 404);
}

END_TEST;

START_TEST (test_who_never_connects_goes_by_himself)
{
  g_autoptr (WebAnswer) resource = wish_run_watch (run);

  livekit_rooms_tick (run->web->rooms,
      g_get_monotonic_time () + 61 * G_TIME_SPAN_SECOND);
  livekit_server_pump (run->web->server);
  ck_assert_uint_eq (server_wish_get_count (run->wish), 0);
}

END_TEST;

static gboolean
on_close (gpointer user_data)
{
  if (run->offers == 0)
    return G_SOURCE_CONTINUE;
  server_wish_close (run->wish);
  return G_SOURCE_REMOVE;
}

START_TEST (test_a_close_answers_who_waits_and_ends_all)
{
  g_autoptr (WebAnswer) resource = wish_run_watch (run);
  run->sdp = NULL;
  run->offers = 0;
  g_idle_add (on_close, NULL);
  wish_run_check_post (run, WHEP, WATCH, 503);
  wish_run_check_gone (run);
  run->sdp = ANSWER;
  wish_run_check_post (run, WHEP, WATCH, 503);
}

END_TEST;

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  Suite *suite = suite_create ("serverwishresource");
  TCase *tcase = tcase_create ("all");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_candidates_trickle_in);
  tcase_add_test (tcase, test_candidates_are_of_one_session);
  tcase_add_test (tcase,
      test_an_ice_restart_is_refused_and_the_session_goes_on);
  tcase_add_test (tcase, test_candidates_that_make_no_sense_are_refused);
  tcase_add_test (tcase, test_what_is_deleted_is_gone);
  tcase_add_test (tcase, test_a_resource_has_one_name);
  tcase_add_test (tcase, test_methods_are_those_of_the_specification);
  tcase_add_test (tcase, test_a_page_of_another_origin_brings_a_token);
  tcase_add_test (tcase,
      test_a_connection_that_fails_takes_its_resource_with_it);
  tcase_add_test (tcase, test_who_never_connects_goes_by_himself);
  tcase_add_test (tcase, test_a_close_answers_who_waits_and_ends_all);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  gint failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverwish.h"

#include "livekit/livekitlimits.h"
#include "livekit/livekitroomadmin.h"
#include "wishrun.h"

#include <check.h>
#include <gst/gst.h>
#include <string.h>
#define GST_USE_UNSTABLE_API
#include <gst/webrtc/webrtc.h>

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

START_TEST (test_an_offer_is_answered_with_a_resource)
{
  g_autoptr (WebAnswer) answer = wish_run_watch (run);

  ck_assert_str_eq (answer->text, ANSWER);
  check_header (answer, "Content-Type", "application/sdp");
  check_header (answer, "Accept-Patch", "application/trickle-ice-sdpfrag");
  check_header (answer, "Link", "<stun:stun.example.net>; rel=\"ice-server\"");
  check_header (answer, "Access-Control-Allow-Origin", "*");
  ck_assert (g_str_has_prefix (web_answer_get_header (answer, "Location"),
          WHEP "/"));
  ck_assert (g_str_has_prefix (web_answer_get_header (answer, "ETag"), "\""));
  ck_assert_uint_eq (server_wish_get_count (run->wish), 1);
  ck_assert_ptr_null (run->publisher);
}

END_TEST;

/* Players ask for both ways, or say nothing, and mean one. */
START_TEST (test_media_goes_one_way)
{
  wish_run_publish (run, "ann");
  wish_run_check_post (run, WHEP, HEAD SECTIONS ("a=sendrecv\r\n"), 201);
  ck_assert_str_eq (run->offer, WATCH);
  wish_run_check_post (run, WHEP, HEAD SECTIONS (""), 201);
  ck_assert_ptr_null (strstr (run->offer, "a=sendrecv"));
  const gchar *first = strstr (run->offer, "a=recvonly\r\nm=video");
  ck_assert_ptr_nonnull (first);
  ck_assert_ptr_nonnull (strstr (first + 1, "VP8/90000\r\na=recvonly\r\n"));
  wish_run_check_post (run, WHIP, HEAD SECTIONS ("a=sendrecv\r\n"), 201);
  ck_assert_str_eq (run->offer, PUBLISH);
}

END_TEST;

START_TEST (test_who_watches_is_hidden_and_takes_nobodys_place)
{
  wish_run_publish (run, "ann");
  g_autofree gchar *token = web_run_mint ("ann", "stage", "roomJoin");
  WebRequest request = {.method = "POST",.path = WHEP,.token = token,
    .type = "application/sdp",.body = WATCH
  };
  g_autoptr (WebAnswer) answer = web_run_ask (run->web, &request);
  g_autoptr (LivekitMemberMessage) member = wish_run_find_member (run);

  ck_assert_uint_eq (answer->status, 201);
  ck_assert (g_str_has_prefix (member->message.identity, "watch-"));
  ck_assert (member->message.permission->hidden);
  ck_assert (!member->message.permission->can_publish);
  ck_assert (member->message.permission->can_subscribe);
  g_autoptr (GPtrArray) ann = livekit_room_admin_list (livekit_rooms_find
      (run->web->rooms, "stage"), "ann");
  ck_assert_uint_eq (ann->len, 1);
}

END_TEST;

START_TEST (test_one_publisher_may_be_watched)
{
  wish_run_publish (run, "ann b");
  wish_run_check_post (run, WHEP "?publisher=ann%20b", WATCH, 201);
  ck_assert_str_eq (run->publisher, "ann b");
}

END_TEST;

START_TEST (test_nothing_to_watch_is_a_conflict_for_now)
{
  g_autoptr (WebAnswer) nobody = wish_run_post (run, WHEP, WATCH);
  ck_assert_uint_eq (nobody->status, 409);
  ck_assert_ptr_nonnull (web_answer_get_header (nobody, "Retry-After"));
  ck_assert_ptr_null (livekit_rooms_find (run->web->rooms, "stage"));
  wish_run_publish (run, "ann");
  wish_run_check_post (run, WHEP "?publisher=bob", WATCH, 409);
  ck_assert_uint_eq (run->offers, 0);
}

END_TEST;

START_TEST (test_who_publishes_is_seen)
{
  g_autofree gchar *token = web_run_mint ("ann", "stage", "roomJoin");
  WebRequest request = {.method = "POST",.path = WHIP,.token = token,
    .type = "application/sdp",.body = PUBLISH
  };
  g_autoptr (WebAnswer) answer = web_run_ask (run->web, &request);
  g_autoptr (LivekitMemberMessage) member = wish_run_find_member (run);

  ck_assert_uint_eq (answer->status, 201);
  ck_assert (g_str_has_prefix (web_answer_get_header (answer, "Location"),
          WHIP "/"));
  ck_assert_str_eq (member->message.identity, "ann");
  ck_assert (!member->message.permission->hidden);
  ck_assert (member->message.permission->can_publish);
}

END_TEST;

START_TEST (test_who_publishes_without_a_token_has_a_name)
{
  wish_run_check_post (run, WHIP, PUBLISH, 201);
  g_autoptr (LivekitMemberMessage) first = wish_run_find_member (run);
  ck_assert_str_eq (first->message.identity, "whip");
  wish_run_check_post (run, WHIP "?identity=bob", PUBLISH, 201);
  g_autoptr (LivekitMemberMessage) second = wish_run_find_member (run);
  ck_assert_str_eq (second->message.identity, "bob");
}

END_TEST;

START_TEST (test_what_is_no_name_is_refused)
{
  g_autofree gchar *longest = g_strnfill (LIVEKIT_MAX_NAME, 'a');
  g_autofree gchar *fits = g_strconcat (WHIP "?identity=", longest, NULL);
  g_autofree gchar *over = g_strconcat (fits, "a", NULL);
  g_autofree gchar *watched =
      g_strconcat (WHEP "?publisher=", longest, "a", NULL);

  wish_run_check_post (run, WHIP "?identity=%ff", PUBLISH, 400);
  wish_run_check_post (run, over, PUBLISH, 400);
  wish_run_check_post (run, WHEP "?publisher=%ff", WATCH, 400);
  wish_run_check_post (run, watched, WATCH, 400);
  ck_assert_uint_eq (run->offers, 0);
  ck_assert_uint_eq (server_wish_get_count (run->wish), 0);
  wish_run_check_post (run, fits, PUBLISH, 201);
  wish_run_check_post (run, WHIP "?identity=%c3%a4", PUBLISH, 201);
}

END_TEST;

START_TEST (test_who_publishes_again_takes_his_own_place)
{
  g_autoptr (WebAnswer) first = wish_run_post (run, WHIP, PUBLISH);
  wish_run_check_post (run, WHIP, PUBLISH, 201);
  ck_assert_uint_eq (server_wish_get_count (run->wish), 1);
  wish_run_check_method (run, "DELETE", web_answer_get_header (first,
          "Location"), 404);
}

END_TEST;

START_TEST (test_what_is_no_offer_is_refused)
{
  WebRequest plain = {.method = "POST",.path = WHEP,.type = "text/plain",
    .body = WATCH
  };
  g_autofree gchar *large = g_strnfill (300 * 1024, 'a');

  wish_run_publish (run, "ann");
  g_autoptr (WebAnswer) answer = web_run_ask (run->web, &plain);
  ck_assert_uint_eq (answer->status, 415);
  wish_run_check_post (run, WHEP, "hello", 400);
  wish_run_check_post (run, WHEP, HEAD, 400);
  wish_run_check_post (run, WHEP, large, 413);
  wish_run_check_post (run, WHEP, PUBLISH, 406);
  wish_run_check_post (run, WHEP, UNKNOWN, 406);
  wish_run_check_post (run, WHIP, WATCH, 406);
  ck_assert_uint_eq (run->offers, 0);
  ck_assert_uint_eq (server_wish_get_count (run->wish), 0);
}

END_TEST;

START_TEST (test_what_the_media_refuses_leaves_nothing)
{
  wish_run_publish (run, "ann");
  run->sdp = NULL;
  run->domain = GST_WEBRTC_ERROR;
  wish_run_check_post (run, WHEP, WATCH, 406);
  wish_run_check_gone (run);
  run->domain = G_IO_ERROR;
  wish_run_check_post (run, WHEP, WATCH, 503);
  wish_run_check_gone (run);
}

END_TEST;

START_TEST (test_an_answer_has_a_deadline)
{
  wish_run_make (run, 0, 10);
  wish_run_publish (run, "ann");
  run->sdp = NULL;
  wish_run_check_post (run, WHEP, WATCH, 503);
  wish_run_check_gone (run);
}

END_TEST;

START_TEST (test_an_answer_may_take_longer_than_a_request)
{
  teardown ();
  run = wish_run_new_hasty (500);
  wish_run_make (run, 0, 1000);
  wish_run_publish (run, "ann");
  run->sdp = NULL;
  wish_run_check_post (run, WHEP, WATCH, 503);
}

END_TEST;

START_TEST (test_a_token_is_needed)
{
  g_autofree gchar *deaf =
      web_run_mint ("ann", "stage", "roomJoin !canSubscribe");
  g_autofree gchar *mute =
      web_run_mint ("ann", "stage", "roomJoin !canPublish");
  WebRequest request = {.method = "POST",.path = WHEP,.token = deaf,
    .type = "application/sdp",.body = WATCH
  };

  wish_run_publish (run, "ann");
  wish_run_set_access (run, FALSE);
  wish_run_check_post (run, WHEP, WATCH, 401);
  wish_run_check_post (run, WHIP, PUBLISH, 401);
  g_autoptr (WebAnswer) first = web_run_ask (run->web, &request);
  ck_assert_uint_eq (first->status, 403);
  request.path = WHIP;
  request.token = mute;
  g_autoptr (WebAnswer) second = web_run_ask (run->web, &request);
  ck_assert_uint_eq (second->status, 403);
  ck_assert_uint_eq (run->offers, 0);
}

END_TEST;

START_TEST (test_resources_have_a_limit)
{
  wish_run_make (run, 1, 0);
  g_autoptr (WebAnswer) first = wish_run_watch (run);
  g_autoptr (WebAnswer) second = wish_run_post (run, WHEP, WATCH);

  ck_assert_uint_eq (second->status, 503);
  ck_assert_ptr_nonnull (web_answer_get_header (second, "Retry-After"));
  wish_run_check_method (run, "DELETE", web_answer_get_header (first,
          "Location"), 200);
  wish_run_check_post (run, WHEP, WATCH, 201);
}

END_TEST;

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  Suite *suite = suite_create ("serverwish");
  TCase *tcase = tcase_create ("all");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_an_offer_is_answered_with_a_resource);
  tcase_add_test (tcase, test_media_goes_one_way);
  tcase_add_test (tcase, test_who_watches_is_hidden_and_takes_nobodys_place);
  tcase_add_test (tcase, test_one_publisher_may_be_watched);
  tcase_add_test (tcase, test_nothing_to_watch_is_a_conflict_for_now);
  tcase_add_test (tcase, test_who_publishes_is_seen);
  tcase_add_test (tcase, test_who_publishes_without_a_token_has_a_name);
  tcase_add_test (tcase, test_what_is_no_name_is_refused);
  tcase_add_test (tcase, test_who_publishes_again_takes_his_own_place);
  tcase_add_test (tcase, test_what_is_no_offer_is_refused);
  tcase_add_test (tcase, test_what_the_media_refuses_leaves_nothing);
  tcase_add_test (tcase, test_an_answer_has_a_deadline);
  tcase_add_test (tcase, test_an_answer_may_take_longer_than_a_request);
  tcase_add_test (tcase, test_a_token_is_needed);
  tcase_add_test (tcase, test_resources_have_a_limit);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  gint failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

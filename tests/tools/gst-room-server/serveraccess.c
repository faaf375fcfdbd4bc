/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serveraccess.h"

#include "livekit/livekitverify.h"
#include "webrun.h"

#include <check.h>
#include <gst/gst.h>

static WebRun *run;
static ServerAccess *door_keeper;
static LivekitToken *last;      /* that was let in */

/* What each route asks for. */
typedef struct
{
  const gchar *path;
  ServerRight right;
} Door;

static const Door doors[] = {
  {"/observe", SERVER_RIGHT_OBSERVE},
  {"/watch", SERVER_RIGHT_WATCH},
  {"/publish", SERVER_RIGHT_PUBLISH},
};

static void
on_door (SoupServer * soup, SoupServerMessage * message, const gchar * path,
    GHashTable * query, gpointer user_data)
{
  const Door *door = user_data;
  g_autoptr (GError) error = NULL;

  if (server_access_share (message, "GET, POST", "Location"))
    return;
  g_clear_pointer (&last, livekit_token_free);
  last =
      server_access_check (door_keeper, message, door->right, "stage", &error);
  if (last == NULL)
    server_access_refuse (door_keeper, message, error);
  else
    web_run_answer (message, "in");
}

static void
set_access (gboolean loopback, gboolean development, gboolean open_watch)
{
  ServerAccessConfig config = { run->keys, loopback, development, open_watch };

  g_clear_pointer (&door_keeper, server_access_free);
  door_keeper = server_access_new (&config);
}

static void
setup (void)
{
  run = web_run_new ();
  for (guint i = 0; i < G_N_ELEMENTS (doors); i++)
    livekit_server_add_route (run->server, doors[i].path, on_door,
        (gpointer) & doors[i]);
}

static void
teardown (void)
{
  g_clear_pointer (&run, web_run_free);
  g_clear_pointer (&door_keeper, server_access_free);
  g_clear_pointer (&last, livekit_token_free);
}

/* Statuses of the three, in their order. */
static void
expect (WebRequest request, guint observe, guint watch, guint publish)
{
  guint expected[] = { observe, watch, publish };

  for (guint i = 0; i < G_N_ELEMENTS (doors); i++) {
    request.path = doors[i].path;
    g_autoptr (WebAnswer) answer = web_run_ask (run, &request);
    ck_assert_msg (answer->status == expected[i], "%s: %u", doors[i].path,
        answer->status);
  }
}

static void
expect_token (const gchar * room, const gchar * grants, guint observe,
    guint watch, guint publish)
{
  g_autofree gchar *token = web_run_mint ("ann", room, grants);
  WebRequest request = {.token = token };

  expect (request, observe, watch, publish);
}

static void
expect_header (const gchar * name, const gchar * value, guint status)
{
  WebRequest request = {.headers = {name, value} };

  expect (request, status, status, status);
}

START_TEST (test_what_is_free_where)
{
  WebRequest request = { 0, };

  set_access (TRUE, TRUE, FALSE);
  expect (request, 200, 200, 200);
  set_access (TRUE, FALSE, FALSE);
  expect (request, 200, 401, 401);
  set_access (TRUE, FALSE, TRUE);
  expect (request, 200, 200, 401);
  set_access (FALSE, FALSE, FALSE);
  expect (request, 401, 401, 401);
  set_access (FALSE, FALSE, TRUE);
  expect (request, 401, 200, 401);
  /* Not meant to be, and not free for all. */
  set_access (FALSE, TRUE, FALSE);
  expect (request, 401, 401, 401);
}

END_TEST;

START_TEST (test_keys_of_ones_own_close_what_was_free)
{
  WebRequest request = { 0, };

  set_access (TRUE, TRUE, FALSE);
  expect (request, 200, 200, 200);
  server_access_set_development (door_keeper, FALSE);
  expect (request, 200, 401, 401);
}

END_TEST;

START_TEST (test_what_a_token_opens)
{
  set_access (FALSE, FALSE, FALSE);
  expect_token ("stage", "roomJoin", 403, 200, 200);
  expect_token ("stage", "roomJoin !canPublish", 403, 200, 403);
  expect_token ("stage", "roomJoin !canSubscribe", 403, 403, 200);
  expect_token ("stage", "!roomJoin", 403, 403, 403);
  expect_token ("attic", "roomJoin", 403, 403, 403);
  expect_token (NULL, "roomList", 200, 403, 403);
  expect_token ("stage", "roomAdmin", 200, 403, 403);
  expect_token (NULL, "roomAdmin", 403, 403, 403);
}

END_TEST;

START_TEST (test_what_is_free_stays_so_with_a_token_for_something_else)
{
  set_access (TRUE, TRUE, FALSE);
  expect_token ("attic", "roomJoin", 200, 200, 200);
}

END_TEST;

START_TEST (test_a_wrong_token_is_refused_where_none_is_needed)
{
  WebRequest request = {.token = "x.y.z" };

  set_access (TRUE, TRUE, TRUE);
  expect (request, 401, 401, 401);
  expect_header ("Authorization", "Basic YTpi", 401);
}

END_TEST;

START_TEST (test_a_token_may_be_in_the_query)
{
  g_autofree gchar *token = web_run_mint ("ann", "stage", "roomJoin");
  g_autofree gchar *path = g_strconcat ("/watch?access_token=", token, NULL);
  WebRequest request = {.path = path };

  set_access (FALSE, FALSE, FALSE);
  g_autoptr (WebAnswer) answer = web_run_ask (run, &request);
  ck_assert_uint_eq (answer->status, 200);
  ck_assert_str_eq (last->identity, "ann");
}

END_TEST;

START_TEST (test_who_needs_no_token_gets_one_that_has_just_the_right)
{
  WebRequest request = {.path = "/watch" };

  set_access (TRUE, TRUE, FALSE);
  g_autoptr (WebAnswer) watch = web_run_ask (run, &request);
  ck_assert_str_eq (last->grants.room, "stage");
  ck_assert_int_eq (last->grants.room_join, 1);
  ck_assert_int_eq (last->grants.can_subscribe, 1);
  ck_assert_int_eq (last->grants.can_publish, 0);
  ck_assert_ptr_null (last->identity);
  request.path = "/publish";
  g_autoptr (WebAnswer) publish = web_run_ask (run, &request);
  ck_assert_int_eq (last->grants.can_publish, 1);
  ck_assert_int_eq (last->grants.can_subscribe, 0);
  request.path = "/observe";
  g_autoptr (WebAnswer) observe = web_run_ask (run, &request);
  ck_assert_int_eq (last->grants.room_list, 1);
  ck_assert_int_ne (last->grants.room_join, 1);
}

END_TEST;

START_TEST (test_a_name_that_is_given_to_our_address_opens_nothing)
{
  set_access (TRUE, TRUE, FALSE);
  expect_header ("Host", "evil.example:7880", 401);
  expect_header ("Host", "127.0.0.1.evil.example", 401);
  expect_header ("Host", "a@127.0.0.1.evil.example", 401);
  expect_header ("Host", "localhost.evil.example", 401);
  expect_header ("Host", "localhost:7880", 200);
  expect_header ("Host", "LocalHost", 200);
  expect_header ("Host", "127.0.0.1:1", 200);
  expect_header ("Host", "[::1]:7880", 200);
}

END_TEST;

START_TEST (test_pages_of_others_open_nothing)
{
  g_autofree gchar *own = g_strdup_printf ("http://127.0.0.1:%u",
      livekit_server_get_port (run->server));

  for (guint i = 0; i < 2; i++) {
    set_access (TRUE, TRUE, i == 1);
    expect_header ("Origin", own, 200);
    expect_header ("Origin", "http://evil.example", 401);
    expect_header ("Origin", "http://127.0.0.1:1", 401);
    expect_header ("Origin", "null", 401);
    expect_header ("Sec-Fetch-Site", "cross-site", 401);
    expect_header ("Sec-Fetch-Site", "same-site", 401);
    expect_header ("Sec-Fetch-Site", "same-origin", 200);
    expect_header ("Sec-Fetch-Site", "none", 200);
  }
}

END_TEST;

START_TEST (test_a_link_from_anywhere_opens_the_page)
{
  WebRequest request = {
    .headers = {"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate"}
  };

  set_access (TRUE, TRUE, FALSE);
  expect (request, 200, 200, 200);
  request.method = "POST";
  expect (request, 401, 401, 401);
}

END_TEST;

START_TEST (test_open_watching_off_loopback_goes_by_any_name)
{
  WebRequest request = {.headers = {"Host", "media.example"}
  };

  set_access (FALSE, FALSE, TRUE);
  expect (request, 401, 200, 401);
  WebRequest foreign = {
    .headers = {"Host", "media.example", "Origin", "http://evil.example"}
  };
  expect (foreign, 401, 401, 401);
}

END_TEST;

START_TEST (test_a_proxy_on_this_machine_opens_nothing)
{
  set_access (TRUE, TRUE, FALSE);
  expect_header ("X-Forwarded-For", "192.0.2.1", 401);
  expect_header ("Forwarded", "for=192.0.2.1", 401);
  expect_header ("Via", "1.1 proxy", 401);
}

END_TEST;

START_TEST (test_a_token_opens_to_any_page_under_any_name)
{
  g_autofree gchar *token = web_run_mint ("ann", "stage", "roomJoin roomList");
  WebRequest request = {.token = token,
    .headers = {"Host", "evil.example", "Origin", "http://evil.example",
        "X-Forwarded-For", "192.0.2.1"}
  };

  set_access (TRUE, TRUE, FALSE);
  expect (request, 200, 200, 200);
}

END_TEST;

START_TEST (test_pages_may_ask_for_leave_and_read_the_answer)
{
  WebRequest asking = {.method = "OPTIONS",.path = "/watch",
    .headers = {"Origin", "http://other.example",
        "Access-Control-Request-Method", "POST"}
  };
  WebRequest request = {.path = "/watch" };

  set_access (FALSE, FALSE, FALSE);
  g_autoptr (WebAnswer) leave = web_run_ask (run, &asking);
  ck_assert_uint_eq (leave->status, 204);
  ck_assert_str_eq (web_answer_get_header (leave,
          "Access-Control-Allow-Origin"), "*");
  ck_assert_str_eq (web_answer_get_header (leave,
          "Access-Control-Allow-Methods"), "GET, POST");
  ck_assert_str_eq (web_answer_get_header (leave,
          "Access-Control-Allow-Headers"), "Authorization, *");
  ck_assert_ptr_null (web_answer_get_header (leave,
          "Access-Control-Allow-Credentials"));
  g_autoptr (WebAnswer) refused = web_run_ask (run, &request);
  ck_assert_uint_eq (refused->status, 401);
  ck_assert_str_eq (web_answer_get_header (refused,
          "Access-Control-Allow-Origin"), "*");
  ck_assert_str_eq (web_answer_get_header (refused,
          "Access-Control-Expose-Headers"), "Location");
  ck_assert_str_eq (web_answer_get_header (refused, "WWW-Authenticate"),
      "Bearer");
}

END_TEST;

/* -- What is logged --------------------------------------------------------- */

static GString *logged;
static guint warnings;

static void
on_log (GstDebugCategory * category, GstDebugLevel level, const gchar * file,
    const gchar * function, gint line, GObject * object,
    GstDebugMessage * message, gpointer user_data)
{
  if (logged == NULL)
    return;
  g_string_append (logged, gst_debug_message_get (message));
  warnings += level == GST_LEVEL_WARNING
      && g_str_equal (gst_debug_category_get_name (category), "roomserver");
}

START_TEST (test_a_flood_is_logged_once_and_never_with_a_token)
{
  g_autofree gchar *token = web_run_mint ("ann", "attic", "roomJoin");
  g_autofree gchar *path = g_strconcat ("/watch?access_token=", token, NULL);
  WebRequest request = {.path = path };

  logged = g_string_new (NULL);
  warnings = 0;
  gst_debug_set_default_threshold (GST_LEVEL_LOG);
  set_access (FALSE, FALSE, FALSE);
  for (guint i = 0; i < 20; i++) {
    g_autoptr (WebAnswer) answer = web_run_ask (run, &request);
    ck_assert_uint_eq (answer->status, 403);
    ck_assert_ptr_null (strstr (answer->text, token));
  }
  gst_debug_set_default_threshold (GST_LEVEL_NONE);
  ck_assert_uint_eq (warnings, 1);
  ck_assert_ptr_nonnull (strstr (logged->str, "refused"));
  ck_assert_ptr_null (strstr (logged->str, token));
  g_string_free (logged, TRUE);
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("serveraccess");
  TCase *tcase = tcase_create ("serveraccess");

  /* Before any test: each change loses the list as it was. */
  gst_debug_add_log_function (on_log, NULL, NULL);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_what_is_free_where);
  tcase_add_test (tcase, test_keys_of_ones_own_close_what_was_free);
  tcase_add_test (tcase, test_what_a_token_opens);
  tcase_add_test (tcase,
      test_what_is_free_stays_so_with_a_token_for_something_else);
  tcase_add_test (tcase, test_a_wrong_token_is_refused_where_none_is_needed);
  tcase_add_test (tcase, test_a_token_may_be_in_the_query);
  tcase_add_test (tcase,
      test_who_needs_no_token_gets_one_that_has_just_the_right);
  tcase_add_test (tcase,
      test_a_name_that_is_given_to_our_address_opens_nothing);
  tcase_add_test (tcase, test_pages_of_others_open_nothing);
  tcase_add_test (tcase, test_a_link_from_anywhere_opens_the_page);
  tcase_add_test (tcase, test_open_watching_off_loopback_goes_by_any_name);
  tcase_add_test (tcase, test_a_proxy_on_this_machine_opens_nothing);
  tcase_add_test (tcase, test_a_token_opens_to_any_page_under_any_name);
  tcase_add_test (tcase, test_pages_may_ask_for_leave_and_read_the_answer);
  tcase_add_test (tcase, test_a_flood_is_logged_once_and_never_with_a_token);
  suite_add_tcase (suite, tcase);
  return suite;
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  SRunner *runner = srunner_create (create_suite ());
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

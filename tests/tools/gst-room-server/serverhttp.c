/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverhttp.h"

#include "webrun.h"

#include <check.h>
#include <gst/gst.h>
#include <string.h>

static WebRun *run;

static void
on_route (SoupServer * soup, SoupServerMessage * message, const gchar * path,
    GHashTable * query, gpointer user_data)
{
  if (g_str_equal (path, "/text"))
    server_http_answer (message, 409, "not now");
  else if (g_str_equal (path, "/empty"))
    server_http_answer (message, 204, NULL);
  else if (g_str_equal (path, "/method"))
    server_http_refuse_method (message, "GET, HEAD");
  else
    server_http_answer (message, 200, server_http_get_header (message, "X"));
  if (g_str_equal (path, "/safe"))
    server_http_protect (message);
}

static void
setup (void)
{
  run = web_run_new ();
  livekit_server_add_route (run->server, "/", on_route, NULL);
}

static void
teardown (void)
{
  web_run_free (run);
}

static WebAnswer *
ask (const gchar * path)
{
  WebRequest request = {.path = path,.headers = {"X", "a header"} };

  return web_run_ask (run, &request);
}

START_TEST (test_an_answer_is_a_line_that_nobody_keeps)
{
  g_autoptr (WebAnswer) text = ask ("/text");
  g_autoptr (WebAnswer) empty = ask ("/empty");

  ck_assert_uint_eq (text->status, 409);
  ck_assert_str_eq (text->text, "not now\n");
  ck_assert_str_eq (web_answer_get_header (text, "Cache-Control"), "no-store");
  ck_assert_uint_eq (empty->status, 204);
  ck_assert_uint_eq (empty->size, 0);
}

END_TEST;

START_TEST (test_a_wrong_method_is_told_the_right_ones)
{
  g_autoptr (WebAnswer) answer = ask ("/method");

  ck_assert_uint_eq (answer->status, 405);
  ck_assert_str_eq (web_answer_get_header (answer, "Allow"), "GET, HEAD");
}

END_TEST;

START_TEST (test_a_header_is_found)
{
  g_autoptr (WebAnswer) answer = ask ("/header");

  ck_assert_str_eq (answer->text, "a header\n");
}

END_TEST;

/* Nothing inline, nothing from elsewhere, in nobody's frame. */
START_TEST (test_a_page_is_protected)
{
  g_autoptr (WebAnswer) answer = ask ("/safe");
  const gchar *policy =
      web_answer_get_header (answer, "Content-Security-Policy");

  ck_assert_ptr_nonnull (strstr (policy, "default-src 'none'"));
  ck_assert_ptr_nonnull (strstr (policy, "script-src 'self'"));
  ck_assert_ptr_nonnull (strstr (policy, "style-src 'self'"));
  ck_assert_ptr_nonnull (strstr (policy, "frame-ancestors 'none'"));
  ck_assert_ptr_null (strstr (policy, "unsafe"));
  ck_assert_ptr_null (strstr (policy, "http"));
  ck_assert_str_eq (web_answer_get_header (answer, "X-Content-Type-Options"),
      "nosniff");
  ck_assert_str_eq (web_answer_get_header (answer, "Referrer-Policy"),
      "no-referrer");
}

END_TEST;

START_TEST (test_tags_are_found_in_a_list)
{
  ck_assert (server_http_lists_etag ("\"a\"", "\"a\""));
  ck_assert (server_http_lists_etag ("\"b\", W/\"a\" ,\"c\"", "\"a\""));
  ck_assert (server_http_lists_etag ("*", "\"a\""));
  ck_assert (!server_http_lists_etag ("\"b\"", "\"a\""));
  ck_assert (!server_http_lists_etag ("a", "\"a\""));
  ck_assert (!server_http_lists_etag ("", "\"a\""));
}

END_TEST;

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  Suite *suite = suite_create ("serverhttp");
  TCase *tcase = tcase_create ("all");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_an_answer_is_a_line_that_nobody_keeps);
  tcase_add_test (tcase, test_a_wrong_method_is_told_the_right_ones);
  tcase_add_test (tcase, test_a_header_is_found);
  tcase_add_test (tcase, test_a_page_is_protected);
  tcase_add_test (tcase, test_tags_are_found_in_a_list);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  gint failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

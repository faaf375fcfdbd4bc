/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverpage.h"

#include "webrun.h"

#include <check.h>
#include <gst/gst.h>
#include <string.h>

static WebRun *run;
static ServerPage *page;

static void
on_route (SoupServer * soup, SoupServerMessage * message, const gchar * path,
    GHashTable * query, gpointer user_data)
{
  g_auto (ServerPath) parsed = { 0 };

  server_path_parse (&parsed, path);
  server_page_handle (page, message, &parsed);
}

static void
setup (void)
{
  run = web_run_new ();
  page = server_page_new ();
  livekit_server_add_route (run->server, "/", on_route, NULL);
}

static void
teardown (void)
{
  web_run_free (run);
  server_page_free (page);
}

static WebAnswer *
ask (const gchar * method, const gchar * path, const gchar * known)
{
  WebRequest request = {.method = method,.path = path,
    .headers = {known != NULL ? "If-None-Match" : NULL, known}
  };

  return web_run_ask (run, &request);
}

static void
check_file (const gchar * path, const gchar * type, const gchar * part)
{
  g_autoptr (WebAnswer) answer = ask ("GET", path, NULL);

  ck_assert_uint_eq (answer->status, 200);
  ck_assert_str_eq (web_answer_get_header (answer, "Content-Type"), type);
  ck_assert_ptr_nonnull (strstr (answer->text, part));
  ck_assert_ptr_nonnull (web_answer_get_header (answer,
          "Content-Security-Policy"));
  ck_assert_str_eq (web_answer_get_header (answer, "Cache-Control"),
      "no-cache");
}

START_TEST (test_files_are_what_they_say)
{
  check_file ("/", "text/html; charset=utf-8", "/page/list.js");
  check_file ("/room/stage", "text/html; charset=utf-8", "/page/room.js");
  check_file ("/page/room.js", "text/javascript; charset=utf-8", "import");
  check_file ("/page/page.css", "text/css; charset=utf-8", ":root");
  check_file ("/page/icon.svg", "image/svg+xml", "<svg");
}

END_TEST;

START_TEST (test_what_a_browser_has_is_not_sent_again)
{
  g_autoptr (WebAnswer) first = ask ("GET", "/page/page.css", NULL);
  const gchar *etag = web_answer_get_header (first, "ETag");
  g_autoptr (WebAnswer) again = ask ("GET", "/page/page.css", etag);
  g_autoptr (WebAnswer) other = ask ("GET", "/page/page.css", "\"older\"");

  ck_assert_uint_eq (again->status, 304);
  ck_assert_uint_eq (again->size, 0);
  ck_assert_str_eq (web_answer_get_header (again, "ETag"), etag);
  ck_assert_uint_eq (other->status, 200);
}

END_TEST;

START_TEST (test_a_head_has_no_body)
{
  g_autoptr (WebAnswer) answer = ask ("HEAD", "/", NULL);

  ck_assert_uint_eq (answer->status, 200);
  ck_assert_uint_eq (answer->size, 0);
  ck_assert_ptr_nonnull (web_answer_get_header (answer, "ETag"));
}

END_TEST;

START_TEST (test_a_page_is_only_read)
{
  g_autoptr (WebAnswer) answer = ask ("POST", "/room/stage", NULL);

  ck_assert_uint_eq (answer->status, 405);
  ck_assert_str_eq (web_answer_get_header (answer, "Allow"), "GET, HEAD");
}

END_TEST;

START_TEST (test_there_is_nothing_else)
{
  g_autoptr (WebAnswer) missing = ask ("GET", "/page/none.js", NULL);
  g_autoptr (WebAnswer) source = ask ("GET", "/page/page.gresource.xml", NULL);
  g_autoptr (WebAnswer) outside = ask ("GET", "/page/../etc/passwd", NULL);

  ck_assert_uint_eq (missing->status, 404);
  ck_assert_uint_eq (source->status, 404);
  ck_assert_uint_eq (outside->status, 404);
}

END_TEST;

/* Whoever asks for a name of a room that is no name gets the same text. */
START_TEST (test_the_page_is_the_same_for_each_room)
{
  g_autoptr (WebAnswer) one = ask ("GET", "/room/stage", NULL);
  g_autoptr (WebAnswer) other = ask ("GET", "/room/%3Cscript%3E", NULL);

  ck_assert_str_eq (one->text, other->text);
}

END_TEST;

static gint waiting;            /* atomic: threads that are not there yet */

static gpointer
make_page (gpointer data)
{
  g_atomic_int_add (&waiting, -1);
  while (g_atomic_int_get (&waiting) > 0);
  server_page_free (server_page_new ());
  return NULL;
}

/* A process may have several servers; each run of this is one of its own. */
START_TEST (test_many_may_need_it_first)
{
  GThread *threads[4];

  waiting = G_N_ELEMENTS (threads);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("page", make_page, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

END_TEST;

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  Suite *suite = suite_create ("serverpage");
  TCase *tcase = tcase_create ("all");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_files_are_what_they_say);
  tcase_add_test (tcase, test_what_a_browser_has_is_not_sent_again);
  tcase_add_test (tcase, test_a_head_has_no_body);
  tcase_add_test (tcase, test_a_page_is_only_read);
  tcase_add_test (tcase, test_there_is_nothing_else);
  tcase_add_test (tcase, test_the_page_is_the_same_for_each_room);
  suite_add_tcase (suite, tcase);
  TCase *first = tcase_create ("first");
  tcase_add_loop_test (first, test_many_may_need_it_first, 0, 50);
  suite_add_tcase (suite, first);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  gint failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

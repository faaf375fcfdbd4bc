/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverweb.h"

#include "serveraccess.h"
#include "webrun.h"

#include <check.h>
#include <gst/gst.h>
#include <string.h>

static WebRun *run;
static ServerSite site;
static ServerWeb *web;

static void
setup (void)
{
  run = web_run_new ();
  ServerAccessConfig access = { run->keys, TRUE, TRUE, FALSE };
  site = (ServerSite) {
  .server = run->server,.rooms = run->rooms,.keys = run->keys,.access =
        server_access_new (&access)};
  ServerWishConfig config = {.site = &site };
  web = server_web_new (&config);
}

static void
teardown (void)
{
  server_web_close (web);
  web_run_free (run);
  server_web_free (web);
  server_access_free (site.access);
}

static void
check_answer (const gchar * method, const gchar * path, guint status,
    const gchar * part)
{
  WebRequest request = {.method = method,.path = path };
  g_autoptr (WebAnswer) answer = web_run_ask (run, &request);

  ck_assert_msg (answer->status == status, "%s: %u", path, answer->status);
  ck_assert_msg (strstr (answer->text, part) != NULL, "%s: %s", path,
      answer->text);
}

START_TEST (test_each_request_finds_its_way)
{
  check_answer ("GET", "/", 200, "/page/list.js");
  check_answer ("GET", "/api/rooms", 200, "\"rooms\":[]");
  check_answer ("GET", "/metrics", 200, "room_server_rooms 0\n");
  check_answer ("GET", "/room/stage", 200, "/page/room.js");
  check_answer ("GET", "/page/room.js", 200, "follow");
  check_answer ("POST", "/events", 405, "");
  check_answer ("POST", "/room/stage/events", 405, "");
  check_answer ("POST", "/room/stage/whep", 415, "offer");
  check_answer ("POST", "/room/stage/whip", 415, "offer");
  check_answer ("DELETE", "/room/stage/whip/0123456789abcdef0123456789abcdef",
      404, "");
}

END_TEST;

/* Clients of the signalling look for this text. */
START_TEST (test_what_is_nobodys_is_missing)
{
  check_answer ("GET", "/none", 404, "404 page not found\n");
  check_answer ("GET", "/room/", 404, "404 page not found\n");
  check_answer ("GET", "/api/none", 404, "404 page not found\n");
  check_answer ("GET", "/rtc/none", 404, "404 page not found\n");
  check_answer ("GET", "/rtc", 404, "");
}

END_TEST;

START_TEST (test_a_close_leaves_the_page)
{
  server_web_close (web);
  check_answer ("GET", "/", 200, "/page/list.js");
  check_answer ("GET", "/events", 503, "stops");
  ck_assert_uint_eq (server_web_count_resources (web), 0);
  ck_assert_uint_eq (server_web_count_listeners (web), 0);
}

END_TEST;

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  Suite *suite = suite_create ("serverweb");
  TCase *tcase = tcase_create ("all");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_each_request_finds_its_way);
  tcase_add_test (tcase, test_what_is_nobodys_is_missing);
  tcase_add_test (tcase, test_a_close_leaves_the_page);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  gint failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmproute.h"

#include <check.h>

#include "rtmp/rtmplimits.h"

static RtmpUrl *url, *other;
static RtmpRoute route;

static void
setup (void)
{
  url = rtmp_url_parse ("rtmp://one/live/key", NULL);
  other = rtmp_url_resolve (url, "//two/live", NULL);
  rtmp_route_init (&route, url);
}

static void
teardown (void)
{
  rtmp_route_clear (&route);
  rtmp_url_free (url);
  rtmp_url_free (other);
}

START_TEST (test_it_begins_at_home)
{
  ck_assert (rtmp_route_is_home (&route));
  ck_assert_str_eq (route.here->host, "one");
}

END_TEST;

START_TEST (test_it_goes_and_comes_back)
{
  rtmp_route_go (&route, other);
  ck_assert (!rtmp_route_is_home (&route));
  ck_assert_str_eq (route.here->host, "two");
  ck_assert_str_eq (route.here->stream, "key");
  /* Also to where it is. */
  rtmp_route_go (&route, route.here);
  ck_assert_str_eq (route.here->host, "two");
  rtmp_route_return (&route);
  ck_assert (rtmp_route_is_home (&route));
}

END_TEST;

START_TEST (test_who_asks_too_often_is_not_heard)
{
  gint64 now = 1000 * G_TIME_SPAN_SECOND;

  for (guint i = 0; i < RTMP_MAX_MOVES; i++)
    ck_assert (rtmp_route_ask (&route, now + i));
  ck_assert (!rtmp_route_ask (&route, now + RTMP_MAX_MOVES));
  now += RTMP_MAX_MOVES - 1 + RTMP_MOVES_TIME;
  ck_assert (!rtmp_route_ask (&route, now - 1));
  ck_assert (rtmp_route_ask (&route, now));
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("rtmproute");
  TCase *tcase = tcase_create ("rtmproute");

  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_it_begins_at_home);
  tcase_add_test (tcase, test_it_goes_and_comes_back);
  tcase_add_test (tcase, test_who_asks_too_often_is_not_heard);
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

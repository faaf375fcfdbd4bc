/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitroute.h"

#include "livekit/livekiterror.h"
#include "livekit/livekitjoin.h"

#include <check.h>
#include <string.h>

static const LivekitRouteInfo info = {.client_version = "1 & 2" };

START_TEST (test_the_join_request_is_the_whole_query)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *uri =
      livekit_route_one_connection ("http://[::1]:7880/base/", &info, &error);
  const gchar *start = "ws://[::1]:7880/base/rtc/v1?join_request=";

  ck_assert_ptr_null (error);
  ck_assert (g_str_has_prefix (uri, start));
  ck_assert_ptr_null (strchr (uri, '&'));
  g_autoptr (Livekit__JoinRequest) join =
      livekit_join_parse (uri + strlen (start), &error);
  ck_assert_ptr_null (error);
  ck_assert_str_eq (join->client_info->version, "1 & 2");
  ck_assert_uint_eq (join->n_participant_attributes, 0);
}

END_TEST;

START_TEST (test_the_old_query_is_escaped)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *uri =
      livekit_route_two_connections ("wss://room.test", &info, &error);

  ck_assert_ptr_null (error);
  ck_assert_str_eq (uri, "wss://room.test/rtc?protocol=17&sdk=cpp"
      "&version=1%20%26%202&auto_subscribe=0");
}

END_TEST;

START_TEST (test_a_bad_url_has_no_route)
{
  g_autoptr (GError) one = NULL;
  g_autoptr (GError) two = NULL;

  ck_assert_ptr_null (livekit_route_one_connection ("ftp://x", &info, &one));
  ck_assert (g_error_matches (one, LIVEKIT_ERROR, LIVEKIT_ERROR_URL));
  ck_assert_ptr_null (livekit_route_two_connections ("ftp://x", &info, &two));
  ck_assert (g_error_matches (two, LIVEKIT_ERROR, LIVEKIT_ERROR_URL));
}

END_TEST;

START_TEST (test_metadata_that_cannot_be_sent_is_an_error)
{
  LivekitRouteInfo bad = info;
  g_autoptr (GError) error = NULL;

  bad.metadata = "\xff";
  ck_assert_ptr_null (livekit_route_one_connection ("ws://x", &bad, &error));
  ck_assert (g_error_matches (error, LIVEKIT_ERROR, LIVEKIT_ERROR_PROTOCOL));
}

END_TEST;

static const struct
{
  const gchar *from;
  const gchar *to;
  gboolean good;
} redirects[] = {
  /* *INDENT-OFF* */
  {"wss://a.test", "wss://b.test", TRUE},
  {"ws://a.test", "wss://b.test", TRUE},
  {"ws://a.test", "ws://b.test", TRUE},
  {"https://a.test", "https://b.test/x", TRUE},
  {"wss://a.test", "ws://b.test", FALSE},
  {"https://a.test", "http://b.test", FALSE},
  {"ws://a.test", "ftp://b.test", FALSE},
  /* *INDENT-ON* */
};

START_TEST (test_a_redirect_never_leaves_tls)
{
  g_autoptr (GError) error = NULL;

  ck_assert_int_eq (livekit_route_check_redirect (redirects[_i].from,
          redirects[_i].to, &error), redirects[_i].good);
  ck_assert_int_eq (error == NULL, redirects[_i].good);
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("livekitroute");
  TCase *tcase = tcase_create ("livekitroute");
  tcase_add_test (tcase, test_the_join_request_is_the_whole_query);
  tcase_add_test (tcase, test_the_old_query_is_escaped);
  tcase_add_test (tcase, test_a_bad_url_has_no_route);
  tcase_add_test (tcase, test_metadata_that_cannot_be_sent_is_an_error);
  tcase_add_loop_test (tcase, test_a_redirect_never_leaves_tls, 0,
      G_N_ELEMENTS (redirects));
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

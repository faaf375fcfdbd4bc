/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpurloptions.h"

#include "rtmp/rtmperror.h"

#include <check.h>
#include <math.h>
#include <string.h>

static RtmpUrl *
parse (const gchar * text)
{
  g_autoptr (GError) error = NULL;
  RtmpUrl *url = rtmp_url_parse (text, &error);

  ck_assert_msg (url != NULL, "%s: %s", text,
      error != NULL ? error->message : "");
  return url;
}

START_TEST (test_texts_are_taken)
{
  g_autoptr (RtmpUrl) url = parse ("rtmp://h/a/b app=app tcUrl=rtmp://t/x "
      "pageUrl=http://p swfUrl=http://s flashVer=LNX\\2010,0,32,18 "
      "playpath=mp4:b.mp4 subscribe=sub token=tok pubUser=me pubPasswd=pw");

  ck_assert_str_eq (url->application, "app");
  ck_assert_str_eq (url->tc_url, "rtmp://t/x");
  ck_assert_str_eq (url->page_url, "http://p");
  ck_assert_str_eq (url->swf_url, "http://s");
  ck_assert_str_eq (url->flash_version, "LNX 10,0,32,18");
  ck_assert_str_eq (url->stream, "mp4:b.mp4");
  ck_assert_str_eq (url->subscribe, "sub");
  ck_assert_str_eq (url->secure_token, "tok");
  ck_assert_str_eq (url->user, "me");
  ck_assert_str_eq (url->password, "pw");
  ck_assert_ptr_null (url->ignored);
}

END_TEST;

START_TEST (test_nothing_is_said_where_nothing_is)
{
  g_autoptr (RtmpUrl) url = parse ("rtmp://h/a/b  ");

  ck_assert_int_eq (url->live, -1);
  ck_assert (isnan (url->start) && isnan (url->stop));
  ck_assert_int_eq (url->buffer, -1);
  ck_assert_int_eq (url->timeout, -1);
  ck_assert_ptr_null (url->arguments);
  ck_assert_ptr_null (url->ignored);
}

END_TEST;

START_TEST (test_names_are_compared_without_case)
{
  g_autoptr (RtmpUrl) url = parse ("rtmp://h/a/b swfurl=x PAGEURL=y LIVE=TRUE");

  ck_assert_str_eq (url->swf_url, "x");
  ck_assert_str_eq (url->page_url, "y");
  ck_assert_int_eq (url->live, 1);
}

END_TEST;

START_TEST (test_flags_have_four_words_for_yes)
{
  const gchar *yes[] = { "1", "on", "yes", "true", "True" };

  for (guint i = 0; i < G_N_ELEMENTS (yes); i++) {
    g_autofree gchar *text = g_strconcat ("rtmp://h/a/b live=", yes[i], NULL);
    g_autoptr (RtmpUrl) url = parse (text);
    ck_assert_int_eq (url->live, 1);
  }
  g_autoptr (RtmpUrl) no = parse ("rtmp://h/a/b live=0");
  ck_assert_int_eq (no->live, 0);
}

END_TEST;

START_TEST (test_numbers_are_taken)
{
  g_autoptr (RtmpUrl) url =
      parse ("rtmp://h/a/b buffer=3000 timeout=20 start=1.5 stop=10");

  ck_assert_int_eq (url->buffer, 3000);
  ck_assert_int_eq (url->timeout, 20);
  ck_assert_double_eq (url->start, 1.5);
  ck_assert_double_eq (url->stop, 10);
}

END_TEST;

START_TEST (test_arguments_are_taken_all_together)
{
  g_autoptr (RtmpUrl) url =
      parse ("rtmp://h/a/b conn=S:a\\20b live=1 conn=O:1 conn=NN:n:1 conn=O:0");

  ck_assert_uint_eq (rtmp_values_get_count (url->arguments), 2);
  ck_assert_str_eq (rtmp_value_get_string (rtmp_values_get (url->arguments,
              0)), "a b");
}

END_TEST;

START_TEST (test_what_does_nothing_here_is_named)
{
  g_autoptr (RtmpUrl) url = parse ("rtmp://h/a/b swfVfy=1 live=1 nonsense=2");

  ck_assert_uint_eq (g_strv_length (url->ignored), 2);
  ck_assert_str_eq (url->ignored[0], "swfVfy");
  ck_assert_str_eq (url->ignored[1], "nonsense");
}

END_TEST;

START_TEST (test_values_that_cannot_be_are_refused)
{
  const gchar *bad[] = { "secret", "buffer=secret", "buffer=-1",
    "timeout=99999999999", "start=-1secret", "stop=nan", "start=",
    "conn=N:secret", "conn=O:1", "token=secret\\0", "token=secret\\ff",
    "app=secret\\1e"
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autofree gchar *text = g_strconcat ("rtmp://h/a/b ", bad[i], NULL);
    g_autoptr (GError) error = NULL;
    ck_assert_msg (rtmp_url_parse (text, &error) == NULL, "%s", bad[i]);
    ck_assert_msg (g_error_matches (error, RTMP_ERROR, RTMP_ERROR_URL), "%s",
        bad[i]);
    ck_assert_msg (strstr (error->message, "secret") == NULL, "%s",
        error->message);
  }
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("rtmpurloptions");
  TCase *tcase = tcase_create ("rtmpurloptions");
  tcase_add_test (tcase, test_texts_are_taken);
  tcase_add_test (tcase, test_nothing_is_said_where_nothing_is);
  tcase_add_test (tcase, test_names_are_compared_without_case);
  tcase_add_test (tcase, test_flags_have_four_words_for_yes);
  tcase_add_test (tcase, test_numbers_are_taken);
  tcase_add_test (tcase, test_arguments_are_taken_all_together);
  tcase_add_test (tcase, test_what_does_nothing_here_is_named);
  tcase_add_test (tcase, test_values_that_cannot_be_are_refused);
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

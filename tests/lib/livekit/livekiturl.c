/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekiturl.h"

#include "livekit/livekiterror.h"
#include "livekit/livekitlimits.h"

#include <check.h>
#include <string.h>

static const struct
{
  const gchar *url;
  const gchar *signal;
  const gchar *http;
} good[] = {
  {"ws://h", "ws://h/rtc", "http://h/rtc"},
  {"wss://h", "wss://h/rtc", "https://h/rtc"},
  {"http://h:7880", "ws://h:7880/rtc", "http://h:7880/rtc"},
  {"https://h", "wss://h/rtc", "https://h/rtc"},
  {"WSS://Example.COM/", "wss://Example.COM/rtc", "https://Example.COM/rtc"},
  {"wss://h/base", "wss://h/base/rtc", "https://h/base/rtc"},
  {"wss://h/a/b//", "wss://h/a/b/rtc", "https://h/a/b/rtc"},
  {"wss://h/a%20b", "wss://h/a%20b/rtc", "https://h/a%20b/rtc"},
  {"wss://h/\xc3\xb6", "wss://h/%C3%B6/rtc", "https://h/%C3%B6/rtc"},
  {"wss://h/?", "wss://h/rtc", "https://h/rtc"},
  {"wss://h/?region=x", "wss://h/rtc?region=x", "https://h/rtc?region=x"},
  {"wss://\xc3\xa4.example", "wss://xn--4ca.example/rtc",
      "https://xn--4ca.example/rtc"},
  {"ws://[::1]:7880", "ws://[::1]:7880/rtc", "http://[::1]:7880/rtc"},
  {"ws://[fe80::1%25eth0]/", "ws://[fe80::1%25eth0]/rtc",
      "http://[fe80::1%25eth0]/rtc"},
  {"example.com", "wss://example.com/rtc", "https://example.com/rtc"},
  {"example.com:8443/x", "wss://example.com:8443/x/rtc",
      "https://example.com:8443/x/rtc"},
  {"10.0.0.1", "wss://10.0.0.1/rtc", "https://10.0.0.1/rtc"},
  {"localhost", "ws://localhost:7880/rtc", "http://localhost:7880/rtc"},
  {"LocalHost:80", "ws://LocalHost:80/rtc", "http://LocalHost:80/rtc"},
  {"127.0.0.2", "ws://127.0.0.2:7880/rtc", "http://127.0.0.2:7880/rtc"},
  {"[::1]", "ws://[::1]:7880/rtc", "http://[::1]:7880/rtc"},
  {"a.localhost", "ws://a.localhost:7880/rtc", "http://a.localhost:7880/rtc"},
  {"localhost?x=http://y", "ws://localhost:7880/rtc?x=http://y",
      "http://localhost:7880/rtc?x=http://y"},
};

static const gchar *bad[] = {
  NULL, "", "/", "/path", "?x", "ws://", "ws:///x", "ws://?x", "ftp://h",
  "://h", "rtmp://h", "mailto:a", "http:/h", "h:", "ws://h:", "ws://h:0",
  "ws://h:65536", "ws://h:-1", "ws://h:x", "ws://u@h", "ws://u:p@h",
  "ws://u:p@h:80/x", "u:p@h", "ws://h#f", "h#f", "ws://h/%zz", "ws://h%00x",
  "ws://h%25x", "ws://h,x", "ws://<h>", "ws://[::1", "ws://[fe80::1%25a%25b]",
  "ws://[fe80::1%25a:b]", "ws://[fe80::1%25]", "ws://[x:1]", "ws://::1",
  " ws://h",
  "ws://h/a b", "ws://h\r\nx: y", "ws://h\t", "ws:\\\\h", "ws://h/\xff",
};

START_TEST (test_each_good_url_becomes_exact)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *uri =
      livekit_url_signal (good[_i].url, "rtc", NULL, &error);
  ck_assert_ptr_null (error);
  ck_assert_str_eq (uri, good[_i].signal);
  g_autofree gchar *http = livekit_url_http (good[_i].url, "rtc", NULL, NULL);
  ck_assert_str_eq (http, good[_i].http);
}

END_TEST;

START_TEST (test_each_bad_url_is_refused)
{
  g_autoptr (GError) error = NULL;
  ck_assert_ptr_null (livekit_url_signal (bad[_i], "rtc", NULL, &error));
  ck_assert (g_error_matches (error, LIVEKIT_ERROR, LIVEKIT_ERROR_URL));
}

END_TEST;

START_TEST (test_the_query_is_appended_as_it_is)
{
  g_autofree gchar *plain =
      livekit_url_signal ("ws://h/x", "rtc/v1", "join_request=a_-%3D", NULL);
  ck_assert_str_eq (plain, "ws://h/x/rtc/v1?join_request=a_-%3D");
  g_autofree gchar *both =
      livekit_url_signal ("ws://h/x?b=1", "rtc/v1", "a=2", NULL);
  ck_assert_str_eq (both, "ws://h/x/rtc/v1?b=1&a=2");
}

END_TEST;

START_TEST (test_a_url_beyond_the_limit_is_refused)
{
  g_autofree gchar *name = g_strnfill (LIVEKIT_MAX_URL + 1, 'a');
  g_autoptr (GError) error = NULL;
  ck_assert_ptr_null (livekit_url_signal (name, "rtc", NULL, &error));
  ck_assert_ptr_nonnull (strstr (error->message, "too long"));
}

END_TEST;

START_TEST (test_errors_do_not_hold_a_password)
{
  const gchar *urls[] = { "ws://user:hush@h", "ws://user:hu/hush@h",
    "ws://user:hush?@h", "ws://:hush#@h", "user:hush@h", "ws://h:hush",
    "ws://h/#hush",
  };
  for (guint i = 0; i < G_N_ELEMENTS (urls); i++) {
    g_autoptr (GError) error = NULL;
    ck_assert_ptr_null (livekit_url_signal (urls[i], "rtc", NULL, &error));
    ck_assert_ptr_null (strstr (error->message, "hush"));
    g_autofree gchar *shown = livekit_url_redact (urls[i]);
    ck_assert_ptr_null (strstr (shown, "hush"));
  }
}

END_TEST;

START_TEST (test_redacting_keeps_where_and_drops_who)
{
  static const gchar *pairs[][2] = {
    {"wss://h:1/x?access_token=hush", "wss://h:1/x"},
    {"h:1/x?access_token=hush#hush", "h:1/x"},
    {"https://user:hush@h/x", "https://h/x"},
    {"ws://[::1]:7880/", "ws://[::1]:7880/"},
    {"ftp://h", "ftp://h"},
    {"", "(unreadable URL)"},
    {NULL, "(unreadable URL)"},
    {"\xff", "(unreadable URL)"},
    {"ws://h%0ax", "(unreadable URL)"},
    {"ws://h%ff", "(unreadable URL)"},
    {"ws://h/x?t=a@b", "(URL with a user name)"},
  };
  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++) {
    g_autofree gchar *shown = livekit_url_redact (pairs[i][0]);
    ck_assert_str_eq (shown, pairs[i][1]);
  }
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("livekiturl");
  TCase *tcase = tcase_create ("all");
  tcase_add_loop_test (tcase, test_each_good_url_becomes_exact, 0,
      G_N_ELEMENTS (good));
  tcase_add_loop_test (tcase, test_each_bad_url_is_refused, 0,
      G_N_ELEMENTS (bad));
  tcase_add_test (tcase, test_the_query_is_appended_as_it_is);
  tcase_add_test (tcase, test_a_url_beyond_the_limit_is_refused);
  tcase_add_test (tcase, test_errors_do_not_hold_a_password);
  tcase_add_test (tcase, test_redacting_keeps_where_and_drops_who);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

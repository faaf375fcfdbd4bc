/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpurl.h"

#include "rtmp/rtmparguments.h"
#include "rtmp/rtmperror.h"
#include "rtmp/rtmplimits.h"

#include <check.h>
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

static const struct
{
  const gchar *url;
  gboolean secure;
  const gchar *host;
  guint port;
} hosts[] = {
  {"rtmp://h/a/s", FALSE, "h", 1935},
  {"RTMP://Example.COM/a/s", FALSE, "Example.COM", 1935},
  {"rtmps://h/a/s", TRUE, "h", 443},
  {"rtmp://h:1936/a/s", FALSE, "h", 1936},
  {"rtmps://h:65535/a/s", TRUE, "h", 65535},
  {"rtmp://[::1]/a/s", FALSE, "::1", 1935},
  {"rtmp://[::1]:5/a/s", FALSE, "::1", 5},
  {"rtmp://[fe80::1%25eth0]/a/s", FALSE, "fe80::1%eth0", 1935},
  {"rtmp://127.0.0.1/a/s", FALSE, "127.0.0.1", 1935},
  {"rtmp://u:p@h:7/a/s", FALSE, "h", 7},
  {"rtmp://\xc3\xa4.example/a/s", FALSE, "xn--4ca.example", 1935},
};

START_TEST (test_hosts_are_found)
{
  for (guint i = 0; i < G_N_ELEMENTS (hosts); i++) {
    g_autoptr (RtmpUrl) url = parse (hosts[i].url);
    ck_assert_int_eq (url->secure, hosts[i].secure);
    ck_assert_str_eq (url->host, hosts[i].host);
    ck_assert_uint_eq (url->port, hosts[i].port);
  }
}

END_TEST;

static const struct
{
  const gchar *path;
  const gchar *application;
  const gchar *stream;
} paths[] = {
  {"", "", NULL},
  {"/", "", NULL},
  {"/live", "live", NULL},
  {"/live/", "live", NULL},
  {"/live/key", "live", "key"},
  {"/live/inst/key", "live/inst", "key"},
  {"/live/inst/key/more", "live/inst", "key/more"},
  {"/live/inst/", "live/inst", NULL},
  {"/live/key?a=b", "live", "key?a=b"},
  {"/live/key?a=b/c", "live", "key?a=b/c"},
  {"/live?a=b/key", "live?a=b", "key"},
  {"/live?a=b/key?c=d", "live?a=b", "key?c=d"},
  {"/live?a=b", "live?a=b", NULL},
  {"/live//key", "live/", "key"},
  {"//key", "", "key"},
  {"/vod/mp4:dir/film.mp4", "vod", "mp4:dir/film.mp4"},
  {"/vod/film.flv", "vod", "film"},
  {"/vod/film.mp4", "vod", "mp4:film.mp4"},
  {"/vod/film.f4v?t=1", "vod", "mp4:film.f4v?t=1"},
  {"/vod/film.flv?t=1", "vod", "film?t=1"},
  {"/live/a%20b", "live", "a%20b"},
  {"/live/\xc3\xb6", "live", "\xc3\xb6"},
};

START_TEST (test_paths_are_split)
{
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++) {
    g_autofree gchar *text = g_strconcat ("rtmp://h", paths[i].path, NULL);
    g_autoptr (RtmpUrl) url = parse (text);
    ck_assert_str_eq (url->application, paths[i].application);
    if (paths[i].stream == NULL)
      ck_assert_msg (url->stream == NULL, "%s: %s", text, url->stream);
    else
      ck_assert_str_eq (url->stream, paths[i].stream);
  }
}

END_TEST;

START_TEST (test_what_cannot_be_is_refused)
{
  const gchar *bad[] = { "", "h/live/key", "rtmp:/h", "rtmp://", "rtmp:///a/s",
    "http://h/a/s", "rtmp://h:0/a/s", "rtmp://h:65536/a/s", "rtmp://h:x/a/s",
    "rtmp://h?x/a/s", "rtmp://h#x/a/s", "rtmp://[::1/a/s", "rtmp://h/a\n/s",
    "rtmp://h/\xff", "rtmp://@/a/s", "rtmp://u:p@/a", "rtmp://a b/c",
    "rtmps://%14", "rtmp://%252f/a"
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;
    ck_assert_msg (rtmp_url_parse (bad[i], &error) == NULL, "%s", bad[i]);
    ck_assert_msg (g_error_matches (error, RTMP_ERROR, RTMP_ERROR_URL), "%s",
        bad[i]);
  }
}

END_TEST;

START_TEST (test_other_kinds_of_rtmp_are_not_supported)
{
  const gchar *kin[] = { "rtmpe", "rtmpt", "rtmpte", "rtmpts", "rtmfp" };

  for (guint i = 0; i < G_N_ELEMENTS (kin); i++) {
    g_autofree gchar *text = g_strconcat (kin[i], "://h/a/s", NULL);
    g_autoptr (GError) error = NULL;
    ck_assert_ptr_null (rtmp_url_parse (text, &error));
    ck_assert (g_error_matches (error, RTMP_ERROR,
            g_str_equal (kin[i], "rtmfp") ? RTMP_ERROR_URL
            : RTMP_ERROR_UNSUPPORTED));
  }
}

END_TEST;

START_TEST (test_one_that_is_too_long_is_refused)
{
  g_autofree gchar *key = g_strnfill (RTMP_MAX_URL, 'x');
  g_autofree gchar *text = g_strconcat ("rtmp://h/a/", key, NULL);
  g_autoptr (GError) error = NULL;

  ck_assert_ptr_null (rtmp_url_parse (text, &error));
  ck_assert (g_error_matches (error, RTMP_ERROR, RTMP_ERROR_URL));
}

END_TEST;

START_TEST (test_user_and_password_are_unescaped)
{
  g_autoptr (RtmpUrl) both = parse ("rtmp://me:p%40ss:w@h/a/s");
  ck_assert_str_eq (both->user, "me");
  ck_assert_str_eq (both->password, "p@ss:w");
  g_autoptr (RtmpUrl) user = parse ("rtmp://me@h/a/s");
  ck_assert_str_eq (user->user, "me");
  ck_assert_ptr_null (user->password);
  g_autoptr (RtmpUrl) none = parse ("rtmp://h/a/s");
  ck_assert_ptr_null (none->user);
}

END_TEST;

START_TEST (test_a_key_of_its_own_is_the_stream)
{
  g_autoptr (RtmpUrl) url =
      rtmp_url_parse_with_key ("rtmp://h/app/inst/deep?x=1", "k.flv?a/b", NULL);
  ck_assert_str_eq (url->application, "app/inst/deep?x=1");
  ck_assert_str_eq (url->stream, "k.flv?a/b");
  g_autoptr (RtmpUrl) slash = rtmp_url_parse_with_key ("rtmp://h/app/", "k",
      NULL);
  ck_assert_str_eq (slash->application, "app");
  g_autoptr (RtmpUrl) bare = rtmp_url_parse_with_key ("rtmp://h", "k", NULL);
  ck_assert_str_eq (bare->application, "");
  g_autoptr (RtmpUrl) keyless = rtmp_url_parse_with_key ("rtmp://h/a", "",
      NULL);
  ck_assert_ptr_null (keyless->stream);
  ck_assert_ptr_null (rtmp_url_parse_with_key ("rtmp://h/a", "k\n", NULL));
  ck_assert_ptr_null (rtmp_url_parse_with_key ("h/a", "k", NULL));
}

END_TEST;

START_TEST (test_the_server_is_told_its_own_url)
{
  const gchar *told[][2] = {
    {"rtmp://me:pw@h/live?x=1/key", "rtmp://h/live?x=1"},
    {"rtmp://h:1935/live/i/key", "rtmp://h/live/i"},
    {"rtmps://[::1]:1935/live/key", "rtmps://[::1]:1935/live"},
    {"rtmp://[fe80::1%25eth0]/live/key", "rtmp://[fe80::1]/live"},
    {"rtmp://h/live/key tcUrl=rtmp://other/x", "rtmp://other/x"},
    {"rtmp://h/live/key app=vod", "rtmp://h/vod"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (told); i++) {
    g_autoptr (RtmpUrl) url = parse (told[i][0]);
    g_autofree gchar *tc_url = rtmp_url_dup_tc_url (url);
    ck_assert_str_eq (tc_url, told[i][1]);
  }
}

END_TEST;

START_TEST (test_what_people_see_has_no_secrets)
{
  const gchar *shown[][2] = {
    {"rtmp://me:pw@h:1/live?t=1/key?x=2 token=3", "rtmp://h:1/live"},
    {"rtmps://h/live/i/key", "rtmps://h/live/i"},
    {"no url with a key", "***"},
    {"rtmp://h/live/key token=\\", "***"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (shown); i++) {
    g_autofree gchar *safe = rtmp_url_dup_safe (shown[i][0]);
    ck_assert_str_eq (safe, shown[i][1]);
  }
}

END_TEST;

START_TEST (test_words_of_a_server_lose_their_secrets)
{
  g_autoptr (RtmpUrl) url = parse ("rtmp://user:password@h/live?sig=secret1/"
      "stream-key?token=secret2&x=1 token=secret3 subscribe=channel");
  g_autofree gchar *words = rtmp_url_dup_redacted (url,
      "stream-key?token=secret2&x=1: stream-key, secret1 secret2\nsecret3 user "
      "password channel live 1 \xff");

  ck_assert_str_eq (words, "***: ***, *** *** *** *** *** *** live 1 "
      "\xef\xbf\xbd");
}

END_TEST;

START_TEST (test_many_secrets_do_not_take_long)
{
  g_autoptr (RtmpUrl) url = parse ("rtmp://h/live/keys");
  g_autoptr (GString) text = g_string_new (NULL);

  while (text->len < RTMP_MAX_SCRIPT)
    g_string_append (text, "keys,");
  g_autofree gchar *words = rtmp_url_dup_redacted (url, text->str);
  ck_assert (g_str_has_prefix (words, "***,***,"));
  ck_assert_uint_le (strlen (words), 64 * 1024);
}

END_TEST;

/* It ends at 64 KiB: before it, in it at any place, in a character of it, and
 * behind it. */
START_TEST (test_a_secret_that_is_cut_is_hidden)
{
  g_autoptr (RtmpUrl) url = parse ("rtmp://h/live/s\xc3\xa4" "cret");

  for (guint i = 0; i < 10; i++) {
    g_autofree gchar *before = g_strnfill (64 * 1024 - i, '.');
    g_autofree gchar *text = g_strconcat (before, "s\xc3\xa4" "cret!", NULL);
    g_autofree gchar *words = rtmp_url_dup_redacted (url, text);
    ck_assert (g_str_has_prefix (words, before));
    ck_assert_str_eq (words + strlen (before), i == 0 ? "" : i < 8 ? "***"
        : "***!");
  }
}

END_TEST;

START_TEST (test_secrets_in_each_other_are_hidden)
{
  g_autoptr (RtmpUrl) url = parse ("rtmp://abcd:cdef@h/live/bcde");
  g_autofree gchar *words = rtmp_url_dup_redacted (url, "abcdef abcdeg");

  ck_assert_str_eq (words, "*** ***g");
}

END_TEST;

START_TEST (test_errors_have_no_secrets)
{
  const gchar *bad[] = { "rtmp://secret:secret@/secret", "secret",
    "rtmpe://h/secret", "rtmp://secret:secret@h:x/secret/secret",
    "rtmp://h/a/secret secret", "secret://secret"
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;
    ck_assert_ptr_null (rtmp_url_parse (bad[i], &error));
    ck_assert_msg (strstr (error->message, "secret") == NULL, "%s",
        error->message);
  }
}

END_TEST;

START_TEST (test_a_server_may_send_a_client_elsewhere)
{
  const gchar *sent[][2] = {
    {"rtmp://other:7/vod", "rtmp://other:7/vod"},
    {"rtmps://other/vod?x=1", "rtmps://other/vod?x=1"},
    {"//other/vod/inst", "rtmp://other/vod/inst"},
    {"/vod", "rtmp://h:5/vod"},
    {"vod", "rtmp://h:5/vod"},
  };
  g_autoptr (RtmpUrl) url =
      parse ("rtmp://u:p@h:5/live/key?t=1 tcUrl=rtmp://x/y live=1");

  for (guint i = 0; i < G_N_ELEMENTS (sent); i++) {
    g_autoptr (RtmpUrl) there = rtmp_url_resolve (url, sent[i][0], NULL);
    ck_assert_ptr_nonnull (there);
    g_autofree gchar *tc_url = rtmp_url_dup_tc_url (there);
    ck_assert_str_eq (tc_url, sent[i][1]);
    ck_assert_str_eq (there->stream, "key?t=1");
    ck_assert_str_eq (there->password, "p");
    ck_assert_int_eq (there->live, 1);
  }
}

END_TEST;

START_TEST (test_a_server_may_not_send_it_anywhere)
{
  const gchar *bad[] = { "rtmp://other/live", "http://other/live", "rtmps://",
    "//", "/live playpath=x", "/li\nve"
  };
  g_autoptr (RtmpUrl) url = parse ("rtmps://h/live/key");

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;
    ck_assert_msg (rtmp_url_resolve (url, bad[i], &error) == NULL, "%s",
        bad[i]);
    ck_assert (g_error_matches (error, RTMP_ERROR, RTMP_ERROR_URL));
  }
}

END_TEST;

START_TEST (test_a_copy_is_its_own)
{
  RtmpUrl *url = parse ("rtmp://u:p@h/a/s conn=B:1 x=y live=1 swfUrl=f");
  g_autoptr (RtmpUrl) copy = rtmp_url_copy (url);

  rtmp_url_free (url);
  ck_assert_str_eq (copy->password, "p");
  ck_assert_str_eq (copy->stream, "s");
  ck_assert_str_eq (copy->swf_url, "f");
  ck_assert_str_eq (copy->ignored[0], "x");
  ck_assert_uint_eq (rtmp_values_get_count (copy->arguments), 1);
  rtmp_url_free (NULL);
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("rtmpurl");
  TCase *tcase = tcase_create ("rtmpurl");
  tcase_add_test (tcase, test_hosts_are_found);
  tcase_add_test (tcase, test_paths_are_split);
  tcase_add_test (tcase, test_what_cannot_be_is_refused);
  tcase_add_test (tcase, test_other_kinds_of_rtmp_are_not_supported);
  tcase_add_test (tcase, test_one_that_is_too_long_is_refused);
  tcase_add_test (tcase, test_user_and_password_are_unescaped);
  tcase_add_test (tcase, test_a_key_of_its_own_is_the_stream);
  tcase_add_test (tcase, test_the_server_is_told_its_own_url);
  tcase_add_test (tcase, test_what_people_see_has_no_secrets);
  tcase_add_test (tcase, test_words_of_a_server_lose_their_secrets);
  tcase_add_test (tcase, test_many_secrets_do_not_take_long);
  tcase_add_test (tcase, test_a_secret_that_is_cut_is_hidden);
  tcase_add_test (tcase, test_secrets_in_each_other_are_hidden);
  tcase_add_test (tcase, test_errors_have_no_secrets);
  tcase_add_test (tcase, test_a_server_may_send_a_client_elsewhere);
  tcase_add_test (tcase, test_a_server_may_not_send_it_anywhere);
  tcase_add_test (tcase, test_a_copy_is_its_own);
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

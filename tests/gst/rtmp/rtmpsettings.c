/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmpsettings.h"

#include <gst/check/gstcheck.h>

#include "rtmp/rtmperror.h"

static RtmpSettings settings;
static RtmpClientConfig config;
static RtmpCapabilities capabilities;

static void
setup (void)
{
  rtmp_settings_init (&settings);
  config = (RtmpClientConfig) {
    { {
  0}}};
}

static void
teardown (void)
{
  rtmp_settings_clear_config (&config);
  rtmp_settings_clear (&settings);
}

static void
make (gboolean publish)
{
  g_autoptr (GError) error = NULL;

  fail_unless (rtmp_settings_make_config (&settings, settings.url, publish,
          &config, &capabilities, &error));
  g_assert_no_error (error);
}

static void
assert_refused_at (const RtmpUrl * url, gint code)
{
  g_autoptr (GError) error = NULL;

  fail_if (rtmp_settings_make_config (&settings, url, TRUE, &config,
          &capabilities, &error));
  fail_unless (g_error_matches (error, RTMP_ERROR, code));
}

static void
assert_refused (gint code)
{
  assert_refused_at (settings.url, code);
}

static void
assert_location (const gchar * expected)
{
  g_autofree gchar *location = rtmp_settings_dup_location (&settings);

  assert_equals_string (location, expected);
}

GST_START_TEST (test_a_location_stays_as_it_was_written)
{
  assert_location ("rtmp://localhost/live/myStream");
  rtmp_settings_set_location (&settings, "rtmp://h:1935/a/s live=1 conn=B:1");
  assert_location ("rtmp://h:1935/a/s live=1 conn=B:1");
}

GST_END_TEST;

GST_START_TEST (test_a_location_is_made_of_its_parts)
{
  rtmp_settings_set_location (&settings, "rtmp://h/a/s");
  g_free (settings.url->host);
  settings.url->host = g_strdup ("::1");
  settings.url->port = 1936;
  rtmp_settings_touch (&settings);
  assert_location ("rtmp://[::1]:1936/a/s");
}

GST_END_TEST;

GST_START_TEST (test_the_usual_port_follows_the_scheme)
{
  rtmp_settings_set_secure (&settings, TRUE);
  assert_equals_int (settings.url->port, 443);
  assert_location ("rtmps://localhost/live/myStream");
  settings.url->port = 1936;
  rtmp_settings_set_secure (&settings, FALSE);
  assert_equals_int (settings.url->port, 1936);
}

GST_END_TEST;

GST_START_TEST (test_a_location_that_is_none_is_an_error_to_connect)
{
  rtmp_settings_set_location (&settings, "http://h/a/s");
  assert_location ("http://h/a/s");
  assert_refused (RTMP_ERROR_URL);
  rtmp_settings_set_location (&settings, "rtmp://h/a/s");
  make (TRUE);
}

GST_END_TEST;

GST_START_TEST (test_times_are_those_of_the_properties)
{
  settings.timeout = 7;
  settings.stall_timeout = 8;
  settings.idle_timeout = 9;
  make (FALSE);
  assert_equals_int64 (config.caller.dial_timeout, 7 * G_TIME_SPAN_SECOND);
  assert_equals_int64 (config.caller.handshake_timeout, 7 * G_TIME_SPAN_SECOND);
  assert_equals_int64 (config.caller.dialogue.answer_timeout,
      7 * G_TIME_SPAN_SECOND);
  assert_equals_int64 (config.caller.stall_timeout, 8 * G_TIME_SPAN_SECOND);
  assert_equals_int64 (config.caller.idle_timeout, 9 * G_TIME_SPAN_SECOND);
  settings.idle_timeout = 0;
  make (FALSE);
  assert_equals_int64 (config.caller.idle_timeout, -1);
}

GST_END_TEST;

GST_START_TEST (test_librtmps_timeout_wins)
{
  rtmp_settings_set_location (&settings, "rtmp://h/a/s timeout=3");
  make (FALSE);
  assert_equals_int64 (config.caller.dial_timeout, 3 * G_TIME_SPAN_SECOND);
}

GST_END_TEST;

GST_START_TEST (test_a_certificate_is_looked_at_whole)
{
  make (TRUE);
  assert_equals_int (config.tls_flags, 0);
  settings.tls_flags =
      G_TLS_CERTIFICATE_VALIDATE_ALL & ~G_TLS_CERTIFICATE_UNKNOWN_CA;
  make (TRUE);
  assert_equals_int (config.tls_flags, G_TLS_CERTIFICATE_UNKNOWN_CA);
}

GST_END_TEST;

GST_START_TEST (test_authorities_that_cannot_be_read_are_an_error)
{
  settings.ca_file = g_strdup ("/no/such/file");
  make (TRUE);
  fail_unless (config.tls_database == NULL);
  rtmp_settings_set_location (&settings, "rtmps://h/a/s");
  assert_refused (RTMP_ERROR_TLS);
}

GST_END_TEST;

GST_START_TEST (test_authorities_are_read_for_where_it_is_led_to)
{
  g_autoptr (RtmpUrl) there = rtmp_url_parse ("rtmps://h/a/s", NULL);

  settings.ca_file = g_strdup ("/no/such/file");
  assert_refused_at (there, RTMP_ERROR_TLS);
}

GST_END_TEST;

GST_START_TEST (test_a_player_shows_a_digest)
{
  make (FALSE);
  fail_unless (config.caller.digest);
  make (TRUE);
  fail_if (config.caller.digest);
}

GST_END_TEST;

GST_START_TEST (test_arguments_are_read)
{
  settings.connect_arguments = g_strdup ("conn=B:1 conn=S:text");
  make (TRUE);
  fail_unless (config.caller.dialogue.arguments != NULL);
  assert_equals_int (rtmp_values_get_count (config.caller.dialogue.arguments),
      2);
  g_clear_pointer (&config.caller.dialogue.arguments, rtmp_values_unref);
  g_free (settings.connect_arguments);
  settings.connect_arguments = g_strdup ("nonsense");
  assert_refused (RTMP_ERROR_URL);
}

GST_END_TEST;

GST_START_TEST (test_a_copy_stands_alone)
{
  RtmpSettings copy;

  rtmp_settings_set_location (&settings, "rtmp://h/a/s");
  settings.username = g_strdup ("me");
  rtmp_settings_copy (&settings, &copy);
  rtmp_settings_clear (&settings);
  assert_equals_string (copy.url->host, "h");
  assert_equals_string (copy.username, "me");
  settings = copy;
  assert_location ("rtmp://h/a/s");
}

GST_END_TEST;

static Suite *
rtmpsettings_suite (void)
{
  Suite *suite = suite_create ("rtmpsettings");
  TCase *tcase = tcase_create ("rtmpsettings");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_a_location_stays_as_it_was_written);
  tcase_add_test (tcase, test_a_location_is_made_of_its_parts);
  tcase_add_test (tcase, test_the_usual_port_follows_the_scheme);
  tcase_add_test (tcase, test_a_location_that_is_none_is_an_error_to_connect);
  tcase_add_test (tcase, test_times_are_those_of_the_properties);
  tcase_add_test (tcase, test_librtmps_timeout_wins);
  tcase_add_test (tcase, test_a_certificate_is_looked_at_whole);
  tcase_add_test (tcase, test_authorities_that_cannot_be_read_are_an_error);
  tcase_add_test (tcase, test_authorities_are_read_for_where_it_is_led_to);
  tcase_add_test (tcase, test_a_player_shows_a_digest);
  tcase_add_test (tcase, test_arguments_are_read);
  tcase_add_test (tcase, test_a_copy_stands_alone);
  suite_add_tcase (suite, tcase);
  return suite;
}

GST_CHECK_MAIN (rtmpsettings);

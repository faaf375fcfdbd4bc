/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serveroptions.h"

#include <check.h>
#include <string.h>

/* Of a line with single spaces. Its copy stays, for who looks at what became of
 * the words. */
static gchar **words;

static void
teardown (void)
{
  g_clear_pointer (&words, g_strfreev);
}

static ServerOptions *
parse (const gchar * line, GError ** error)
{
  g_autofree gchar *whole = g_strconcat ("gst-room-server ", line, NULL);

  g_strfreev (words);
  words = g_strsplit (g_strchomp (whole), " ", -1);
  return server_options_parse (g_strv_length (words), words, error);
}

static void
assert_refused (const gchar * line, const gchar * text)
{
  g_autoptr (GError) error = NULL;

  ck_assert_ptr_null (parse (line, &error));
  ck_assert (g_error_matches (error, SERVER_OPTIONS_ERROR,
          SERVER_OPTIONS_ERROR_USAGE));
  ck_assert_msg (strstr (error->message, text) != NULL, "%s: %s", line,
      error->message);
}

START_TEST (test_without_options_it_is_for_this_machine)
{
  g_autoptr (ServerOptions) options = parse ("", NULL);

  ck_assert_str_eq (options->address, "127.0.0.1");
  ck_assert_uint_eq (options->port, 7880);
  ck_assert_ptr_null (options->keys);
  ck_assert_ptr_null (options->keys_file);
  ck_assert (!options->tcp && !options->json && !options->open_watch);
  ck_assert_double_eq (options->grace, 3);
}

END_TEST;

static const struct
{
  const gchar *text;
  const gchar *address;
  guint port;
} places[] = {
  {"0.0.0.0:80", "0.0.0.0", 80},
  {"127.0.0.1:0", "127.0.0.1", 0},
  {"192.0.2.7", "192.0.2.7", 7880},
  {"[::1]:9", "::1", 9},
  {"localhost:1", "127.0.0.1", 1},
};

START_TEST (test_a_place_is_an_address_and_a_port)
{
  g_autofree gchar *line = g_strconcat ("--listen=", places[_i].text, NULL);
  g_autoptr (ServerOptions) options = parse (line, NULL);

  ck_assert_ptr_nonnull (options);
  ck_assert_str_eq (options->address, places[_i].address);
  ck_assert_uint_eq (options->port, places[_i].port);
}

END_TEST;

START_TEST (test_what_makes_no_sense_is_refused)
{
  assert_refused ("--listen=example.org:80", "IP address");
  assert_refused ("--listen=127.0.0.1:99999", "--listen");
  assert_refused ("--keys=a:b --keys-file=c", "exclude");
  assert_refused ("--grace=-1", "--grace");
  assert_refused ("--grace=nan", "--grace");
  assert_refused ("--media-address=eth0", "IP address");
  assert_refused ("--stun-server=example.org", "stun://");
  assert_refused ("--udp-ports=5000", "--udp-ports");
  assert_refused ("--udp-ports=5001-5000", "--udp-ports");
  assert_refused ("--udp-ports=80-90", "--udp-ports");
  assert_refused ("--udp-ports=65000-65536", "--udp-ports");
  assert_refused ("--udp-ports=5000-5010x", "--udp-ports");
  assert_refused ("here", "here is no option");
  assert_refused ("--nothing", "--nothing");
}

END_TEST;

START_TEST (test_ports_of_media_are_a_range)
{
  g_autoptr (ServerOptions) any = parse ("", NULL);
  g_autoptr (ServerOptions) some = parse ("--udp-ports=5000-5010", NULL);

  ck_assert_uint_eq (any->min_port, 0);
  ck_assert_uint_eq (some->min_port, 5000);
  ck_assert_uint_eq (some->max_port, 5010);
}

END_TEST;

START_TEST (test_secrets_leave_the_words)
{
  g_autoptr (ServerOptions) options = parse ("--keys=key:hidden --json", NULL);
  g_autofree gchar *after = g_strjoinv (" ", words);

  ck_assert_str_eq (options->keys, "key:hidden");
  ck_assert_ptr_null (strstr (after, "hidden"));
  g_clear_pointer (&options, server_options_free);
  assert_refused ("--keys key:hidden --nothing", "--nothing");
  g_autofree gchar *refused = g_strjoinv (" ", words);
  ck_assert_ptr_null (strstr (refused, "hidden"));
}

END_TEST;

START_TEST (test_help_names_each_option)
{
  static const gchar *const names[] = { "--listen", "--keys", "--keys-file",
    "--no-auth-watch", "--media-address", "--ice-tcp", "--udp-ports", "--grace",
    "--json",
    "--verbose"
  };
  g_autofree gchar *help = server_options_dup_help ();

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    ck_assert_ptr_nonnull (strstr (help, names[i]));
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("serveroptions");
  TCase *tcase = tcase_create ("all");
  tcase_add_checked_fixture (tcase, NULL, teardown);
  tcase_add_test (tcase, test_without_options_it_is_for_this_machine);
  tcase_add_loop_test (tcase, test_a_place_is_an_address_and_a_port, 0,
      G_N_ELEMENTS (places));
  tcase_add_test (tcase, test_what_makes_no_sense_is_refused);
  tcase_add_test (tcase, test_ports_of_media_are_a_range);
  tcase_add_test (tcase, test_secrets_leave_the_words);
  tcase_add_test (tcase, test_help_names_each_option);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "publisheroptions.h"

#include <check.h>
#include <glib/gstdio.h>
#include <string.h>

/* Parses the words of @line; @environ may be NULL. */
static PublisherOptions *
parse (const gchar * line, const gchar * const *variables, GError ** error)
{
  g_autofree gchar *whole = g_strconcat ("gst-publisher ", line, NULL);
  gint argc;
  g_auto (GStrv) argv = NULL;
  ck_assert (g_shell_parse_argv (whole, &argc, &argv, NULL));
  gchar *none[] = { NULL };
  return publisher_options_parse (argc, argv,
      variables ? (gchar **) variables : none, error);
}

static void
assert_usage_error (const gchar * line, const gchar * part)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PublisherOptions) options = parse (line, NULL, &error);
  ck_assert_ptr_null (options);
  ck_assert (g_error_matches (error, PUBLISHER_OPTIONS_ERROR,
          PUBLISHER_OPTIONS_ERROR_USAGE));
  ck_assert_msg (strstr (error->message, part) != NULL, "%s", error->message);
}

static void
assert_room_error (const gchar * line, const gchar * part)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PublisherOptions) options = parse (line, NULL, &error);
  gchar *none[] = { NULL };
  ck_assert_ptr_nonnull (options);
  ck_assert (!publisher_options_complete (options, none, &error));
  ck_assert_msg (strstr (error->message, part) != NULL, "%s", error->message);
}

static gchar *
write_file (const gchar * data)
{
  gchar *path = NULL;
  gint fd = g_file_open_tmp (NULL, &path, NULL);
  ck_assert_int_ge (fd, 0);
  g_close (fd, NULL);
  ck_assert (g_file_set_contents (path, data, -1, NULL));
  return path;
}

START_TEST (test_the_pipeline_begins_at_the_first_word_that_is_no_option)
{
  g_autoptr (PublisherOptions) options =
      parse ("--token t fakesrc --verbose ! fakesink", NULL, NULL);
  ck_assert_str_eq (options->description, "fakesrc --verbose ! fakesink");
  ck_assert (!options->verbose);
}

END_TEST;

START_TEST (test_the_pipeline_begins_behind_two_dashes)
{
  g_autoptr (PublisherOptions) options =
      parse ("--token t -- fakesrc ! fakesink", NULL, NULL);
  ck_assert_str_eq (options->description, "fakesrc ! fakesink");
}

END_TEST;

START_TEST (test_a_pipeline_behind_two_dashes_may_begin_with_one)
{
  g_autoptr (PublisherOptions) options =
      parse ("--token t -- -v ! fakesink", NULL, NULL);
  ck_assert_str_eq (options->description, "-v ! fakesink");
}

END_TEST;

START_TEST (test_one_argument_may_hold_the_whole_pipeline)
{
  g_autoptr (PublisherOptions) options =
      parse ("--token t 'fakesrc ! fakesink'", NULL, NULL);
  ck_assert_str_eq (options->description, "fakesrc ! fakesink");
}

END_TEST;

START_TEST (test_every_option_is_taken)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PublisherOptions) options = parse ("--url wss://h --api-key k "
      "--api-secret s --room r --identity i --name n --metadata m "
      "--delay 1.5 --allowed-users ' a , b' --video-source screen-share "
      "--track-name one --track-name two --stats 2 --json --verbose fakesrc",
      NULL, &error);
  ck_assert_ptr_null (error);
  ck_assert_str_eq (options->url, "wss://h");
  ck_assert_str_eq (options->api_key, "k");
  ck_assert_str_eq (options->api_secret, "s");
  ck_assert_str_eq (options->room, "r");
  ck_assert_str_eq (options->identity, "i");
  ck_assert_str_eq (options->name, "n");
  ck_assert_str_eq (options->metadata, "m");
  ck_assert_double_eq (options->delay, 1.5);
  ck_assert_str_eq (options->allowed_users[0], "a");
  ck_assert_str_eq (options->allowed_users[1], "b");
  ck_assert (options->read_allowed_users);
  ck_assert_str_eq (options->video_source, "screen-share");
  ck_assert_str_eq (options->track_names[0], "one");
  ck_assert_str_eq (options->track_names[1], "two");
  ck_assert_double_eq (options->stats, 2);
  ck_assert (options->json);
  ck_assert (options->verbose);
}

END_TEST;

START_TEST (test_without_a_list_everyone_may_subscribe_and_no_input_is_read)
{
  g_autoptr (PublisherOptions) options =
      parse ("--token t fakesrc", NULL, NULL);
  ck_assert_ptr_null (options->allowed_users);
  ck_assert (!options->read_allowed_users);
}

END_TEST;

START_TEST (test_an_empty_list_is_nobody)
{
  g_autoptr (PublisherOptions) options =
      parse ("--token t --allowed-users '' fakesrc", NULL, NULL);
  ck_assert_ptr_nonnull (options->allowed_users);
  ck_assert_ptr_null (options->allowed_users[0]);
}

END_TEST;

START_TEST (test_the_environment_fills_what_is_not_given)
{
  const gchar *variables[] = { "LIVEKIT_URL=ws://e", "LIVEKIT_TOKEN=t",
    "LIVEKIT_ALLOWED_USERS=anna", NULL
  };
  g_autoptr (PublisherOptions) options = parse ("fakesrc", variables, NULL);
  ck_assert_ptr_null (options->url);
  ck_assert (publisher_options_complete (options, (gchar **) variables, NULL));
  ck_assert_str_eq (options->url, "ws://e");
  ck_assert_str_eq (options->token, "t");
  ck_assert_str_eq (options->allowed_users[0], "anna");
}

END_TEST;

START_TEST (test_the_command_line_wins_over_the_environment)
{
  const gchar *variables[] = { "LIVEKIT_URL=ws://e", "LIVEKIT_TOKEN=t",
    "LIVEKIT_API_SECRET=s", NULL
  };
  g_autoptr (PublisherOptions) options =
      parse ("--url ws://c --api-key k --room r --identity i fakesrc",
      variables, NULL);
  ck_assert (publisher_options_complete (options, (gchar **) variables, NULL));
  ck_assert_str_eq (options->url, "ws://c");
  ck_assert_ptr_null (options->token);
  ck_assert_str_eq (options->api_secret, "s");
}

END_TEST;

START_TEST (test_an_empty_variable_is_as_good_as_none)
{
  const gchar *variables[] = { "LIVEKIT_URL=", "LIVEKIT_TOKEN=", NULL };
  g_autoptr (PublisherOptions) options = parse ("fakesrc", variables, NULL);
  ck_assert (!publisher_options_complete (options, (gchar **) variables, NULL));
  ck_assert_str_eq (options->url, "ws://localhost:7880");
  ck_assert_ptr_null (options->token);
}

END_TEST;

START_TEST (test_secrets_are_read_from_files)
{
  g_autofree gchar *path = write_file ("s3cret\n");
  g_autofree gchar *line = g_strdup_printf ("--api-key k --room r "
      "--identity i --api-secret-file %s fakesrc", path);
  g_autofree gchar *other = g_strdup_printf ("--token-file %s fakesrc", path);
  g_autoptr (PublisherOptions) with_key = parse (line, NULL, NULL);
  g_autoptr (PublisherOptions) with_token = parse (other, NULL, NULL);
  g_unlink (path);
  ck_assert_str_eq (with_key->api_secret, "s3cret");
  ck_assert_str_eq (with_token->token, "s3cret");
}

END_TEST;

START_TEST (test_a_list_is_read_from_a_file)
{
  g_autofree gchar *path = write_file ("anna\nben\n");
  g_autofree gchar *line =
      g_strdup_printf ("--token t --allowed-users-file %s fakesrc", path);
  g_autoptr (PublisherOptions) options = parse (line, NULL, NULL);
  g_unlink (path);
  ck_assert_str_eq (options->allowed_users_file, path);
  ck_assert_str_eq (options->allowed_users[1], "ben");
  ck_assert (!options->read_allowed_users);
}

END_TEST;

START_TEST (test_a_missing_file_is_a_file_error)
{
  const gchar *lines[] = { "--token-file /nowhere/t fakesrc",
    "--api-secret-file /nowhere/s fakesrc",
    "--token t --allowed-users-file /nowhere/u fakesrc"
  };
  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++) {
    g_autoptr (GError) error = NULL;
    ck_assert_ptr_null (parse (lines[i], NULL, &error));
    ck_assert (g_error_matches (error, PUBLISHER_OPTIONS_ERROR,
            PUBLISHER_OPTIONS_ERROR_FILE));
  }
}

END_TEST;

START_TEST (test_secrets_leave_the_argument_list)
{
  gchar words[] = "tool\0--token\0abc\0fakesrc";
  gchar *argv[] = { words, words + 5, words + 13, words + 17, NULL };
  gchar *none[] = { NULL };
  g_autoptr (PublisherOptions) options =
      publisher_options_parse (4, argv, none, NULL);
  ck_assert_str_eq (options->token, "abc");
  ck_assert_str_eq (argv[2], "***");
}

END_TEST;

START_TEST (test_nonsense_is_refused_with_the_reason)
{
  assert_usage_error ("", "no pipeline");
  assert_usage_error ("--token t", "no pipeline");
  assert_usage_error ("--token t --", "no pipeline");
  assert_usage_error ("--no-such-option fakesrc", "no-such-option");
  assert_usage_error ("--delay x fakesrc", "delay");
  assert_usage_error ("--delay -1 fakesrc", "--delay");
  assert_usage_error ("--delay nan fakesrc", "--delay");
  assert_usage_error ("--stats 0.01 fakesrc", "--stats");
  assert_usage_error ("--stats inf fakesrc", "--stats");
  assert_usage_error ("--video-source webcam fakesrc", "webcam");
  assert_usage_error ("--url '' fakesrc", "--url is empty");
  assert_usage_error ("--token '' fakesrc", "--token is empty");
  assert_usage_error ("--room-server '' fakesrc", "--room-server is empty");
  assert_usage_error ("--url ws://h --room-server ws://i fakesrc",
      "--room-server");
  assert_usage_error ("--quiet --verbose fakesrc", "--quiet");
  assert_usage_error ("--token t --token-file f fakesrc", "--token-file");
  assert_usage_error ("--token t --api-key k fakesrc", "API key");
  assert_usage_error ("--api-secret s --api-secret-file f fakesrc",
      "--api-secret-file");
  assert_usage_error ("--allowed-users a --allowed-users-file f fakesrc",
      "--allowed-users-file");
}

END_TEST;

START_TEST (test_an_error_never_holds_the_secret)
{
  g_autoptr (GError) error = NULL;
  ck_assert_ptr_null (parse ("--token s3cret --api-key k fakesrc", NULL,
          &error));
  ck_assert_ptr_null (strstr (error->message, "s3cret"));
}

END_TEST;

START_TEST (test_what_a_room_needs_is_named)
{
  assert_room_error ("fakesrc", "no credentials");
  assert_room_error ("--api-secret s --room r --identity i fakesrc",
      "--api-key");
  assert_room_error ("--api-key k --room r --identity i fakesrc",
      "--api-secret");
  assert_room_error ("--api-key k --api-secret s --identity i fakesrc",
      "--room");
  assert_room_error ("--api-key k --api-secret s --room r fakesrc",
      "--identity");
  assert_room_error ("--token t --room r fakesrc", "--room");
}

END_TEST;

static gboolean
wants_server (const gchar * line, const gchar * variable)
{
  const gchar *variables[] = { variable, NULL };
  g_autofree gchar *whole = g_strconcat (line, " fakesrc", NULL);
  g_autoptr (PublisherOptions) options = parse (whole, NULL, NULL);
  return publisher_options_want_server (options, (gchar **) variables);
}

START_TEST (test_a_server_is_wanted_when_nothing_names_one)
{
  ck_assert (wants_server ("", NULL));
  ck_assert (wants_server ("--room r --identity i --name n", NULL));
  ck_assert (wants_server ("", "LIVEKIT_URL="));
  ck_assert (!wants_server ("--url ws://h", NULL));
  ck_assert (!wants_server ("", "LIVEKIT_URL=ws://h"));
  ck_assert (!wants_server ("--room-server none", NULL));
}

END_TEST;

START_TEST (test_who_has_credentials_has_a_server_for_them)
{
  ck_assert (!wants_server ("--token t", NULL));
  ck_assert (!wants_server ("--api-key k", NULL));
  ck_assert (!wants_server ("", "LIVEKIT_TOKEN=t"));
  ck_assert (!wants_server ("", "LIVEKIT_API_KEY=k"));
  ck_assert (!wants_server ("", "LIVEKIT_API_SECRET=s"));
  ck_assert (!wants_server ("--room-server ws://127.0.0.1:7 --token t", NULL));
}

END_TEST;

START_TEST (test_a_named_one_needs_credentials_unless_it_is_here)
{
  ck_assert (wants_server ("--room-server ws://127.0.0.1:7", NULL));
  ck_assert (wants_server ("--room-server http://LOCALHOST:7", NULL));
  ck_assert (wants_server ("--room-server [::1]:7", NULL));
  ck_assert (wants_server ("--room-server localhost:7", "LIVEKIT_URL=ws://h"));
  ck_assert (!wants_server ("--room-server ws://192.0.2.1:7", NULL));
  ck_assert (!wants_server ("--room-server ws://localhost.example.org", NULL));
  ck_assert (!wants_server ("--room-server gopher://localhost", NULL));
}

END_TEST;

START_TEST (test_a_server_here_needs_no_names)
{
  g_autoptr (PublisherOptions) alone = parse ("fakesrc", NULL, NULL);
  g_autoptr (PublisherOptions) other = parse ("fakesrc", NULL, NULL);
  publisher_options_use_server (alone, "ws://h", "k", "s", TRUE);
  publisher_options_use_server (other, "ws://h", "k", "s", FALSE);
  ck_assert_str_eq (alone->url, "ws://h");
  ck_assert_str_eq (alone->api_key, "k");
  ck_assert_str_eq (alone->api_secret, "s");
  ck_assert_str_eq (alone->room, "live");
  ck_assert_str_eq (alone->identity, "publisher");
  /* Two of one identity are not in a room at the same time. */
  ck_assert_str_eq (other->room, "live");
  ck_assert (g_str_has_prefix (other->identity, "publisher-"));
}

END_TEST;

START_TEST (test_names_that_are_given_are_used_there)
{
  g_autoptr (PublisherOptions) options =
      parse ("--room r --identity i fakesrc", NULL, NULL);
  publisher_options_use_server (options, "ws://h", "k", "s", FALSE);
  ck_assert_str_eq (options->room, "r");
  ck_assert_str_eq (options->identity, "i");
}

END_TEST;

START_TEST (test_the_port_of_a_server_here_can_be_chosen)
{
  const gchar *variables[] = { "GST_ROOM_SERVER_PORT=9000", NULL };
  const gchar *wrong[] = { "GST_ROOM_SERVER_PORT=70000", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (PublisherOptions) plain = parse ("fakesrc", NULL, NULL);
  g_autoptr (PublisherOptions) other = parse ("fakesrc", variables, NULL);
  ck_assert_uint_eq (plain->port, 7880);
  ck_assert_uint_eq (other->port, 9000);
  ck_assert_ptr_null (parse ("fakesrc", wrong, &error));
  ck_assert_ptr_nonnull (strstr (error->message, "GST_ROOM_SERVER_PORT"));
}

END_TEST;

START_TEST (test_a_named_room_server_is_the_server)
{
  const gchar *variables[] = { "LIVEKIT_URL=ws://e", NULL };
  g_autoptr (PublisherOptions) options =
      parse ("--room-server wss://h --token t fakesrc", variables, NULL);
  ck_assert (publisher_options_complete (options, (gchar **) variables, NULL));
  ck_assert_str_eq (options->url, "wss://h");
}

END_TEST;

START_TEST (test_help_and_version_need_nothing_else)
{
  g_autoptr (PublisherOptions) help = parse ("--help", NULL, NULL);
  g_autoptr (PublisherOptions) version = parse ("--version", NULL, NULL);
  ck_assert (help->help);
  ck_assert (version->version);
}

END_TEST;

START_TEST (test_help_shows_options_and_examples)
{
  g_autofree gchar *text = publisher_options_dup_help ();
  ck_assert_ptr_nonnull (strstr (text, "--allowed-users-file"));
  ck_assert_ptr_nonnull (strstr (text, "Examples:"));
}

END_TEST;


int
main (void)
{
  Suite *suite = suite_create ("publisheroptions");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase,
      test_the_pipeline_begins_at_the_first_word_that_is_no_option);
  tcase_add_test (tcase, test_the_pipeline_begins_behind_two_dashes);
  tcase_add_test (tcase, test_a_pipeline_behind_two_dashes_may_begin_with_one);
  tcase_add_test (tcase, test_one_argument_may_hold_the_whole_pipeline);
  tcase_add_test (tcase, test_every_option_is_taken);
  tcase_add_test (tcase,
      test_without_a_list_everyone_may_subscribe_and_no_input_is_read);
  tcase_add_test (tcase, test_an_empty_list_is_nobody);
  tcase_add_test (tcase, test_the_environment_fills_what_is_not_given);
  tcase_add_test (tcase, test_the_command_line_wins_over_the_environment);
  tcase_add_test (tcase, test_an_empty_variable_is_as_good_as_none);
  tcase_add_test (tcase, test_secrets_are_read_from_files);
  tcase_add_test (tcase, test_a_list_is_read_from_a_file);
  tcase_add_test (tcase, test_a_missing_file_is_a_file_error);
  tcase_add_test (tcase, test_secrets_leave_the_argument_list);
  tcase_add_test (tcase, test_nonsense_is_refused_with_the_reason);
  tcase_add_test (tcase, test_an_error_never_holds_the_secret);
  tcase_add_test (tcase, test_what_a_room_needs_is_named);
  tcase_add_test (tcase, test_a_server_is_wanted_when_nothing_names_one);
  tcase_add_test (tcase, test_who_has_credentials_has_a_server_for_them);
  tcase_add_test (tcase, test_a_named_one_needs_credentials_unless_it_is_here);
  tcase_add_test (tcase, test_a_server_here_needs_no_names);
  tcase_add_test (tcase, test_names_that_are_given_are_used_there);
  tcase_add_test (tcase, test_the_port_of_a_server_here_can_be_chosen);
  tcase_add_test (tcase, test_a_named_room_server_is_the_server);
  tcase_add_test (tcase, test_help_and_version_need_nothing_else);
  tcase_add_test (tcase, test_help_shows_options_and_examples);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

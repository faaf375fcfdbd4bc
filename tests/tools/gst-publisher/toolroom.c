/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The tool with the real element, in a room that plays a part: how it ends when
 * the room refuses, ends or says nothing. */
#include <check.h>
#include <signal.h>
#include <string.h>

#include "freeport.h"
#include "livekit/livekittoken.h"
#include "roomscript.h"
#include "toolfixture.h"

#define LIVE "audiotestsrc is-live=true ! " \
    "audio/x-raw,channels=1,rate=8000 ! mulawenc"

static const gchar *program;    /* the arguments of this test */
static const gchar *plugins;
static RoomScript *script;
static ToolFixture *tool;
static gchar *token;            /* made anew for each test */

static void
clear (void)
{
  g_clear_pointer (&tool, tool_fixture_free);
  g_clear_pointer (&script, room_script_free);
}

static void
setup (void)
{
  g_autoptr (LivekitToken) claims = livekit_token_new ();
  g_autoptr (GError) error = NULL;
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  claims->key = g_strdup ("key");
  claims->identity = g_strdup ("cam");
  claims->expires = now + 600;
  claims->grants.room = g_strdup ("stage");
  claims->grants.room_join = 1;
  token = livekit_token_mint (claims, "a secret that nobody checks", now,
      &error);
  ck_assert_msg (token != NULL, "%s", error ? error->message : "");
}

static void
teardown (void)
{
  clear ();
  g_free (token);
}

/* The tool in a room at @url. */
static void
start_at (const gchar * url, const gchar * with_token, const gchar * pipeline)
{
  ToolFixtureConfig config = {.plugins = plugins,.url = url };
  g_autofree gchar *line = g_strdup_printf
      ("--token %s --json --verbose -- %s", with_token, pipeline);
  tool = tool_fixture_new (program, line, &config);
}

/* The tool with @pipeline, joining a room that plays @config. */
static void
start (const RoomScriptConfig * config, const gchar * pipeline)
{
  clear ();
  script = room_script_new (config);
  start_at (room_script_get_url (script), token, pipeline);
}

static void
assert_refused (guint status, const gchar * body, gint code)
{
  RoomScriptConfig config = {.status = status,.body = body };
  start (&config, LIVE);
  tool_fixture_finish (tool, code);
}

static void
assert_ended (Livekit__DisconnectReason reason, gint code)
{
  RoomScriptConfig config = { 0 };
  start (&config, LIVE);
  tool_fixture_read_line (tool, "\"joined\"");
  room_script_send_leave (script, reason);
  tool_fixture_finish (tool, code);
}

START_TEST (test_a_refusal_has_its_code)
{
  assert_refused (401, "invalid token", 77);
  assert_refused (403, "permissions denied", 77);
  assert_refused (404, "requested room does not exist", 69);
  assert_refused (503, "overloaded", 69);
}

END_TEST;

START_TEST (test_being_turned_away_has_its_code)
{
  RoomScriptConfig config = {.turn_away =
        LIVEKIT__DISCONNECT_REASON__PARTICIPANT_REMOVED
  };
  start (&config, LIVE);
  tool_fixture_finish (tool, 79);
}

END_TEST;

START_TEST (test_a_track_that_is_not_permitted_has_its_code)
{
  RoomScriptConfig config = {.refuse_track =
        LIVEKIT__REQUEST_RESPONSE__REASON__NOT_ALLOWED
  };
  start (&config, LIVE);
  tool_fixture_finish (tool, 77);
}

END_TEST;

START_TEST (test_an_end_by_the_server_has_its_code)
{
  assert_ended (LIVEKIT__DISCONNECT_REASON__PARTICIPANT_REMOVED, 79);
  assert_ended (LIVEKIT__DISCONNECT_REASON__ROOM_DELETED, 79);
  assert_ended (LIVEKIT__DISCONNECT_REASON__DUPLICATE_IDENTITY, 79);
  assert_ended (LIVEKIT__DISCONNECT_REASON__SERVER_SHUTDOWN, 75);
}

END_TEST;

START_TEST (test_a_cut_connection_has_its_code)
{
  RoomScriptConfig config = { 0 };
  for (gint reset = 0; reset < 2; reset++) {
    start (&config, LIVE);
    tool_fixture_read_line (tool, "\"joined\"");
    room_script_cut (script, reset);
    tool_fixture_finish (tool, 75);
  }
}

END_TEST;

START_TEST (test_nobody_there_has_its_code)
{
  RoomScriptConfig config = { 0 };
  script = room_script_new (&config);
  g_autofree gchar *url = g_strdup (room_script_get_url (script));
  g_clear_pointer (&script, room_script_free);
  start_at (url, token, LIVE);
  tool_fixture_finish (tool, 69);
}

END_TEST;

START_TEST (test_a_bad_token_has_its_code)
{
  RoomScriptConfig config = { 0 };
  script = room_script_new (&config);
  start_at (room_script_get_url (script), "nonsense", LIVE);
  tool_fixture_finish (tool, 77);
}

END_TEST;

START_TEST (test_a_bad_url_is_usage)
{
  start_at ("gopher://x", token, LIVE);
  tool_fixture_finish (tool, 64);
}

END_TEST;

START_TEST (test_a_signal_ends_it_well_wherever_the_room_hangs)
{
  static const struct
  {
    RoomScriptPhase hang;
    gint seen;
  } phases[] = {
    {ROOM_SCRIPT_UPGRADE, 0},
    {ROOM_SCRIPT_JOIN, ROOM_SCRIPT_SEEN_OPEN},
    {ROOM_SCRIPT_ADD_TRACK, ROOM_SCRIPT_SEEN_OPEN},
    {ROOM_SCRIPT_OFFER, ROOM_SCRIPT_SEEN_OPEN},
    {ROOM_SCRIPT_LEAVE, ROOM_SCRIPT_SEEN_OPEN},
  };
  for (gsize i = 0; i < G_N_ELEMENTS (phases); i++) {
    RoomScriptConfig config = {.hang = phases[i].hang };
    start (&config, LIVE);
    tool_fixture_read_line (tool, "PLAYING");
    if (phases[i].seen)
      ck_assert (room_script_wait (script, phases[i].seen, 1));
    tool_fixture_signal (tool, SIGTERM);
    tool_fixture_finish (tool, 0);
    ck_assert_ptr_null (strstr (tool_fixture_get_seen (tool), "stuck"));
  }
}

END_TEST;

START_TEST (test_the_pipelines_error_cancels_a_join_that_hangs)
{
  RoomScriptConfig config = {.hang = ROOM_SCRIPT_JOIN };
  start (&config, "audiotestsrc is-live=true ! identity error-after=5 ! "
      "audio/x-raw,channels=1,rate=8000 ! mulawenc");
  tool_fixture_finish (tool, 70);
}

END_TEST;

START_TEST (test_a_pipeline_that_runs_does_not_hold_up_a_refusal)
{
  RoomScriptConfig config = {.status = 401,.body = "invalid token" };
  start (&config, LIVE " videotestsrc is-live=true ! vp8enc deadline=1");
  tool_fixture_finish (tool, 77);
}

END_TEST;

START_TEST (test_the_server_hears_a_leave)
{
  RoomScriptConfig config = { 0 };
  start (&config, LIVE);
  tool_fixture_read_line (tool, "\"joined\"");
  tool_fixture_signal (tool, SIGINT);
  tool_fixture_finish (tool, 0);
  ck_assert (room_script_wait (script,
          LIVEKIT__SIGNAL_REQUEST__MESSAGE_LEAVE, 1));
}

END_TEST;

/* The tool in a room of its own. */
static void
start_alone (guint16 port, const gchar * options)
{
  ToolFixtureConfig config = {.plugins = plugins,.port = port };
  g_autofree gchar *line =
      g_strdup_printf ("%s --json --verbose -- " LIVE, options);
  clear ();
  tool = tool_fixture_new (program, line, &config);
}

START_TEST (test_a_room_of_its_own_takes_what_it_publishes)
{
  guint16 port = free_port_find ();
  start_alone (port, "--room big/stage");
  tool_fixture_read_line (tool, "\"watch\"");
  g_autofree gchar *address =
      g_strdup_printf ("http://127.0.0.1:%u/room/big%%2Fstage", port);
  ck_assert_ptr_nonnull (strstr (tool_fixture_get_seen (tool), address));
  tool_fixture_read_line (tool, "\"track-published\"");
  tool_fixture_signal (tool, SIGTERM);
  tool_fixture_finish (tool, 0);
}

END_TEST;

START_TEST (test_a_second_one_joins_the_first)
{
  guint16 port = free_port_find ();
  start_alone (port, "");
  g_autoptr (ToolFixture) first = g_steal_pointer (&tool);
  tool_fixture_read_line (first, "\"track-published\"");
  start_alone (port, "");
  tool_fixture_read_line (tool, "\"participants\":1");
  tool_fixture_read_line (tool, "\"track-published\"");
  /* The room ends with the first. */
  tool_fixture_signal (first, SIGTERM);
  tool_fixture_finish (first, 0);
  tool_fixture_finish (tool, 75);
}

END_TEST;

START_TEST (test_a_signal_ends_a_room_of_its_own_well_in_each_phase)
{
  static const gchar *const phases[] = { "linked", "READY", "PAUSED",
    "\"joined\"", "\"track-published\""
  };
  for (gsize i = 0; i < G_N_ELEMENTS (phases); i++) {
    guint16 port = free_port_find ();
    start_alone (port, "");
    tool_fixture_read_line (tool, phases[i]);
    tool_fixture_signal (tool, SIGTERM);
    tool_fixture_finish (tool, 0);
    ck_assert_ptr_null (strstr (tool_fixture_get_seen (tool), "stuck"));
    ck_assert (!tool_fixture_is_open (port));
  }
}

END_TEST;

START_TEST (test_a_killed_one_frees_its_room_in_each_phase)
{
  static const gchar *const phases[] = { "linked", "\"joined\"",
    "\"track-published\""
  };
  for (gsize i = 0; i < G_N_ELEMENTS (phases); i++) {
    guint16 port = free_port_find ();
    start_alone (port, "");
    tool_fixture_read_line (tool, phases[i]);
    tool_fixture_kill (tool);
    ck_assert (!tool_fixture_is_open (port));
  }
}

END_TEST;

START_TEST (test_no_output_holds_the_token)
{
  g_autofree gchar *body = g_strdup_printf ("invalid token: %s", token);
  RoomScriptConfig config = {.status = 401,.body = body };
  start (&config, LIVE);
  g_autofree gchar *error = tool_fixture_read_errors (tool);
  tool_fixture_finish (tool, 77);
  ck_assert_ptr_null (strstr (error, token));
  ck_assert_ptr_null (strstr (tool_fixture_get_seen (tool), token));
}

END_TEST;

int
main (int argc, char **argv)
{
  if (argc != 3)
    return 64;
  program = argv[1];
  plugins = argv[2];
  Suite *suite = suite_create ("toolroom");
  TCase *tcase = tcase_create ("all");
  tcase_set_timeout (tcase, 120);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_a_refusal_has_its_code);
  tcase_add_test (tcase, test_being_turned_away_has_its_code);
  tcase_add_test (tcase, test_a_track_that_is_not_permitted_has_its_code);
  tcase_add_test (tcase, test_an_end_by_the_server_has_its_code);
  tcase_add_test (tcase, test_a_cut_connection_has_its_code);
  tcase_add_test (tcase, test_nobody_there_has_its_code);
  tcase_add_test (tcase, test_a_bad_token_has_its_code);
  tcase_add_test (tcase, test_a_bad_url_is_usage);
  tcase_add_test (tcase, test_a_signal_ends_it_well_wherever_the_room_hangs);
  tcase_add_test (tcase, test_the_pipelines_error_cancels_a_join_that_hangs);
  tcase_add_test (tcase, test_a_pipeline_that_runs_does_not_hold_up_a_refusal);
  tcase_add_test (tcase, test_the_server_hears_a_leave);
  tcase_add_test (tcase, test_a_room_of_its_own_takes_what_it_publishes);
  tcase_add_test (tcase, test_a_second_one_joins_the_first);
  tcase_add_test (tcase,
      test_a_signal_ends_a_room_of_its_own_well_in_each_phase);
  tcase_add_test (tcase, test_a_killed_one_frees_its_room_in_each_phase);
  tcase_add_test (tcase, test_no_output_holds_the_token);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

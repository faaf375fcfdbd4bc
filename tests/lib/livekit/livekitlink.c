/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitLink over plain TCP; over TLS it is in livekitlinktls.c. */
#include "livekit/livekitlink.h"

#include "linkrun.h"
#include "livekit/livekiterror.h"
#include "livekit/livekitlimits.h"
#include "roomscript.h"
#include "stucklistener.h"

#include <check.h>
#include <string.h>

static gchar *
get_uri (RoomScript * room)
{
  return g_strconcat (room_script_get_url (room), "/rtc/v1?x=1", NULL);
}

START_TEST (test_it_opens_and_hears_the_server)
{
  RoomScriptConfig config = { 0 };
  g_autoptr (RoomScript) room = room_script_new (&config);
  g_autofree gchar *uri = get_uri (room);
  g_autoptr (LinkRun) run = link_run_new (TRUE);

  livekit_link_dial (run->link, uri, "token");
  ck_assert_uint_eq (run->opened, 0);
  ck_assert (link_run_until (run, &run->messages, 1));
  ck_assert_uint_eq (run->opened, 1);
  ck_assert_uint_eq (run->refused, 0);
  g_autofree gchar *target =
      room_script_dup_target (room, ROOM_SCRIPT_SEEN_UPGRADE, 0);
  ck_assert_str_eq (target, "/rtc/v1?x=1");
  g_autofree gchar *header =
      room_script_dup_authorization (room, ROOM_SCRIPT_SEEN_UPGRADE, 0);
  ck_assert_str_eq (header, "Bearer token");
}

END_TEST;

START_TEST (test_hang_up_sends_what_was_said_before)
{
  RoomScriptConfig config = {.hang = ROOM_SCRIPT_LEAVE };
  g_autoptr (RoomScript) room = room_script_new (&config);
  g_autofree gchar *uri = get_uri (room);
  g_autoptr (LinkRun) run = link_run_new (TRUE);
  g_autoptr (GBytes) leave = link_run_new_leave ();

  livekit_link_dial (run->link, uri, "token");
  ck_assert (link_run_until (run, &run->opened, 1));
  for (guint i = 0; i < 100; i++)
    livekit_link_send (run->link, leave);
  livekit_link_hang_up (run->link);
  livekit_link_hang_up (run->link);
  ck_assert (link_run_until (run, &run->closed, 1));
  ck_assert_ptr_null (run->error);
  ck_assert (room_script_wait (room, LIVEKIT__SIGNAL_REQUEST__MESSAGE_LEAVE,
          100));
}

END_TEST;

START_TEST (test_the_words_of_a_refusal_come_from_the_validation)
{
  RoomScriptConfig config = {.status = 401,.body = "permissions denied" };
  g_autoptr (RoomScript) room = room_script_new (&config);
  g_autofree gchar *uri = get_uri (room);
  g_autoptr (LinkRun) run = link_run_new (TRUE);

  livekit_link_dial (run->link, uri, "token");
  ck_assert (link_run_until (run, &run->refused, 1));
  ck_assert_uint_eq (run->status, 401);
  ck_assert_str_eq (run->body, "permissions denied");
  g_autofree gchar *target =
      room_script_dup_target (room, ROOM_SCRIPT_SEEN_VALIDATE, 0);
  ck_assert_str_eq (target, "/rtc/v1/validate?x=1");
  g_autofree gchar *header =
      room_script_dup_authorization (room, ROOM_SCRIPT_SEEN_VALIDATE, 0);
  ck_assert_str_eq (header, "Bearer token");
}

END_TEST;

START_TEST (test_a_refusal_that_the_validation_does_not_share_has_no_words)
{
  /* As a room that is full: the validation finds nothing wrong. */
  RoomScriptConfig config = {.status = 500,.validates = TRUE };
  g_autoptr (RoomScript) room = room_script_new (&config);
  g_autofree gchar *uri = get_uri (room);
  g_autoptr (LinkRun) run = link_run_new (TRUE);

  livekit_link_dial (run->link, uri, "token");
  ck_assert (link_run_until (run, &run->refused, 1));
  ck_assert_uint_eq (run->status, 500);
  ck_assert_ptr_null (run->body);
}

END_TEST;

START_TEST (test_a_long_body_is_cut)
{
  g_autofree gchar *body = g_strnfill (100000, 'x');
  RoomScriptConfig config = {.status = 400,.body = body };
  g_autoptr (RoomScript) room = room_script_new (&config);
  g_autofree gchar *uri = get_uri (room);
  g_autoptr (LinkRun) run = link_run_new (TRUE);

  livekit_link_dial (run->link, uri, "token");
  ck_assert (link_run_until (run, &run->refused, 1));
  ck_assert_uint_eq (strlen (run->body), 4096);
}

END_TEST;

START_TEST (test_the_token_does_not_follow_a_redirect)
{
  RoomScriptConfig plain = { 0 };
  g_autoptr (RoomScript) other = room_script_new (&plain);
  g_autofree gchar *location = get_uri (other);
  RoomScriptConfig config = {.status = 302,.location = location };
  g_autoptr (RoomScript) room = room_script_new (&config);
  g_autofree gchar *uri = get_uri (room);
  g_autoptr (LinkRun) run = link_run_new (TRUE);

  livekit_link_dial (run->link, uri, "token");
  ck_assert (link_run_until (run, &run->refused, 1));
  ck_assert_uint_eq (run->status, 302);
  ck_assert (g_str_has_prefix (run->body, room_script_get_url (other)));
  ck_assert_uint_eq (room_script_count (other, ROOM_SCRIPT_SEEN_UPGRADE), 0);
}

END_TEST;

START_TEST (test_a_port_where_nobody_listens_is_unreachable)
{
  RoomScriptConfig config = { 0 };
  RoomScript *room = room_script_new (&config);
  g_autofree gchar *uri = get_uri (room);
  g_autoptr (LinkRun) run = link_run_new (TRUE);

  room_script_free (room);
  livekit_link_dial (run->link, uri, "token");
  ck_assert (link_run_until (run, &run->refused, 1));
  ck_assert_uint_eq (run->status, 0);
  ck_assert (g_error_matches (run->error, LIVEKIT_ERROR,
          LIVEKIT_ERROR_UNREACHABLE));
}

END_TEST;

static void
answer_nonsense (GSocket * socket, const gchar * head, gpointer user_data)
{
  const gchar *text = user_data;

  g_socket_send (socket, text, strlen (text), NULL, NULL);
  g_socket_shutdown (socket, FALSE, TRUE, NULL);
}

START_TEST (test_a_peer_that_speaks_something_else_is_no_room_server)
{
  static const gchar *const texts[] = { "SSH-2.0-x\r\n",
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Accept: wrong\r\n\r\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (StuckListener) listener =
        stuck_listener_new_mute (answer_nonsense, (gpointer) texts[i]);
    g_autofree gchar *uri = g_strdup_printf ("ws://127.0.0.1:%u/rtc",
        stuck_listener_get_port (listener));
    g_autoptr (LinkRun) run = link_run_new (TRUE);
    livekit_link_dial (run->link, uri, "token");
    ck_assert (link_run_until (run, &run->refused, 1));
    ck_assert_uint_eq (run->status, 0);
    ck_assert_msg (g_error_matches (run->error, LIVEKIT_ERROR,
            LIVEKIT_ERROR_PROTOCOL), "%s", run->error->message);
  }
}

END_TEST;

START_TEST (test_a_message_beyond_the_libraries_own_limit_arrives)
{
  RoomScriptConfig config = {.hang = ROOM_SCRIPT_JOIN };
  g_autoptr (RoomScript) room = room_script_new (&config);
  g_autofree gchar *uri = get_uri (room);
  g_autoptr (LinkRun) run = link_run_new (TRUE);
  gsize size = 4 * 1024 * 1024;

  livekit_link_dial (run->link, uri, "token");
  ck_assert (link_run_until (run, &run->opened, 1));
  ck_assert (room_script_wait (room, ROOM_SCRIPT_SEEN_OPEN, 1));
  room_script_send (room, g_bytes_new_take (g_malloc0 (size), size));
  ck_assert (link_run_until (run, &run->messages, 1));
  ck_assert_uint_eq (run->size, size);
}

END_TEST;

START_TEST (test_a_message_beyond_our_limit_ends_the_connection)
{
  RoomScriptConfig config = {.hang = ROOM_SCRIPT_JOIN };
  g_autoptr (RoomScript) room = room_script_new (&config);
  g_autofree gchar *uri = get_uri (room);
  g_autoptr (LinkRun) run = link_run_new (TRUE);
  gsize size = LIVEKIT_MAX_RESPONSE + 1;

  livekit_link_dial (run->link, uri, "token");
  ck_assert (link_run_until (run, &run->opened, 1));
  ck_assert (room_script_wait (room, ROOM_SCRIPT_SEEN_OPEN, 1));
  room_script_send (room, g_bytes_new_take (g_malloc0 (size), size));
  ck_assert (link_run_until (run, &run->closed, 1));
  ck_assert_uint_eq (run->messages, 0);
  ck_assert (g_error_matches (run->error, LIVEKIT_ERROR, LIVEKIT_ERROR_LOST));
}

END_TEST;

START_TEST (test_a_cut_connection_is_lost)
{
  RoomScriptConfig config = { 0 };
  g_autoptr (RoomScript) room = room_script_new (&config);
  g_autofree gchar *uri = get_uri (room);
  g_autoptr (LinkRun) run = link_run_new (TRUE);

  livekit_link_dial (run->link, uri, "token");
  ck_assert (link_run_until (run, &run->messages, 1));
  room_script_cut (room, _i == 1);
  ck_assert (link_run_until (run, &run->closed, 1));
  ck_assert (g_error_matches (run->error, LIVEKIT_ERROR, LIVEKIT_ERROR_LOST));
}

END_TEST;

START_TEST (test_a_new_dial_drops_the_old_one_without_a_word)
{
  RoomScriptConfig config = { 0 };
  g_autoptr (RoomScript) first = room_script_new (&config);
  g_autoptr (RoomScript) second = room_script_new (&config);
  g_autofree gchar *first_uri = get_uri (first);
  g_autofree gchar *second_uri = get_uri (second);
  g_autoptr (LinkRun) run = link_run_new (TRUE);

  livekit_link_dial (run->link, first_uri, "token");
  ck_assert (link_run_until (run, &run->messages, 1));
  livekit_link_hang_up (run->link);
  livekit_link_dial (run->link, second_uri, "token");
  ck_assert (link_run_until (run, &run->messages, 2));
  ck_assert (link_run_until_seen (run, first, ROOM_SCRIPT_SEEN_CLOSED));
  ck_assert_uint_eq (run->opened, 2);
  ck_assert_uint_eq (run->closed, 0);
}

END_TEST;

START_TEST (test_a_hang_up_while_dialling_is_the_last_word)
{
  RoomScriptConfig config = { 0 };
  g_autoptr (RoomScript) room = room_script_new (&config);
  g_autofree gchar *uri = get_uri (room);
  g_autoptr (LinkRun) run = link_run_new (TRUE);

  livekit_link_dial (run->link, uri, "token");
  livekit_link_hang_up (run->link);
  livekit_link_dial (run->link, uri, "token");
  ck_assert (link_run_until (run, &run->messages, 1));
  ck_assert_uint_eq (run->opened, 1);
  ck_assert_uint_eq (run->refused + run->closed, 0);
}

END_TEST;

START_TEST (test_it_may_be_freed_in_each_callback)
{
  RoomScriptConfig config = {.turn_away = 1,.status = _i == 3 ? 401 : 0 };
  g_autoptr (RoomScript) room = room_script_new (&config);
  g_autofree gchar *uri = get_uri (room);
  g_autoptr (LinkRun) run = link_run_new (TRUE);
  guint *seen[] = { &run->opened, &run->messages, &run->closed,
    &run->refused
  };

  run->free_at = seen[_i];
  livekit_link_dial (run->link, uri, "token");
  ck_assert (link_run_until (run, seen[_i], 1));
  ck_assert_ptr_null (run->link);
  ck_assert (_i == 3
      || link_run_until_seen (run, room, ROOM_SCRIPT_SEEN_CLOSED));
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("livekitlink");
  TCase *tcase = tcase_create ("livekitlink");
  tcase_add_test (tcase, test_it_opens_and_hears_the_server);
  tcase_add_test (tcase, test_hang_up_sends_what_was_said_before);
  tcase_add_test (tcase, test_the_words_of_a_refusal_come_from_the_validation);
  tcase_add_test (tcase,
      test_a_refusal_that_the_validation_does_not_share_has_no_words);
  tcase_add_test (tcase, test_a_long_body_is_cut);
  tcase_add_test (tcase, test_the_token_does_not_follow_a_redirect);
  tcase_add_test (tcase, test_a_port_where_nobody_listens_is_unreachable);
  tcase_add_test (tcase,
      test_a_peer_that_speaks_something_else_is_no_room_server);
  tcase_add_test (tcase, test_a_message_beyond_the_libraries_own_limit_arrives);
  tcase_add_test (tcase, test_a_message_beyond_our_limit_ends_the_connection);
  tcase_add_loop_test (tcase, test_a_cut_connection_is_lost, 0, 2);
  tcase_add_test (tcase, test_a_new_dial_drops_the_old_one_without_a_word);
  tcase_add_test (tcase, test_a_hang_up_while_dialling_is_the_last_word);
  tcase_add_loop_test (tcase, test_it_may_be_freed_in_each_callback, 0, 4);
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

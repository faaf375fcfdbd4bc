/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitLink over TLS. */
#include "livekit/livekitlink.h"

#include "linkrun.h"
#include "livekit/livekiterror.h"
#include "roomscript.h"
#include "stucklistener.h"
#include "testcertificate.h"

#include <check.h>
#include <string.h>

static GTlsCertificate *certificate;

static void
setup (void)
{
  certificate = test_certificate_new ();
}

static void
teardown (void)
{
  g_clear_object (&certificate);
}

START_TEST (test_an_untrusted_certificate_is_refused)
{
  RoomScriptConfig config = {.certificate = certificate };
  g_autoptr (RoomScript) room = room_script_new (&config);
  g_autofree gchar *uri =
      g_strconcat (room_script_get_url (room), "/rtc/v1", NULL);
  g_autoptr (LinkRun) run = link_run_new (TRUE);

  livekit_link_dial (run->link, uri, "token");
  ck_assert (link_run_until (run, &run->refused, 1));
  ck_assert_uint_eq (run->status, 0);
  ck_assert (g_error_matches (run->error, LIVEKIT_ERROR, LIVEKIT_ERROR_TLS));
  ck_assert_ptr_nonnull (strstr (run->error->message, "not trusted"));
  /* The token never left. */
  ck_assert_uint_eq (room_script_count (room, ROOM_SCRIPT_SEEN_UPGRADE), 0);
}

END_TEST;

START_TEST (test_it_is_taken_when_told_so)
{
  RoomScriptConfig config = {.certificate = certificate };
  g_autoptr (RoomScript) room = room_script_new (&config);
  g_autofree gchar *uri =
      g_strconcat (room_script_get_url (room), "/rtc/v1", NULL);
  g_autoptr (LinkRun) run = link_run_new (FALSE);

  livekit_link_dial (run->link, uri, "token");
  ck_assert (link_run_until (run, &run->messages, 1));
  livekit_link_hang_up (run->link);
  ck_assert (link_run_until (run, &run->closed, 1));
  ck_assert_ptr_null (run->error);
}

END_TEST;

START_TEST (test_the_words_of_a_refusal_come_over_tls_too)
{
  RoomScriptConfig config = {.certificate = certificate,.status = 401,
    .body = "permissions denied"
  };
  g_autoptr (RoomScript) room = room_script_new (&config);
  g_autofree gchar *uri =
      g_strconcat (room_script_get_url (room), "/rtc/v1", NULL);
  g_autoptr (LinkRun) run = link_run_new (FALSE);

  livekit_link_dial (run->link, uri, "token");
  ck_assert (link_run_until (run, &run->refused, 1));
  ck_assert_str_eq (run->body, "permissions denied");
}

END_TEST;

static void
answer_in_plain_http (GSocket * socket, const gchar * head, gpointer user_data)
{
  const gchar *text = "HTTP/1.1 400 Bad Request\r\n\r\n";

  g_socket_send (socket, text, strlen (text), NULL, NULL);
}

START_TEST (test_a_server_without_tls_is_an_error_of_tls)
{
  g_autoptr (StuckListener) listener =
      stuck_listener_new_mute (answer_in_plain_http, NULL);
  g_autofree gchar *uri = g_strdup_printf ("wss://127.0.0.1:%u/rtc/v1",
      stuck_listener_get_port (listener));
  g_autoptr (LinkRun) run = link_run_new (FALSE);

  livekit_link_dial (run->link, uri, "token");
  ck_assert (link_run_until (run, &run->refused, 1));
  ck_assert (g_error_matches (run->error, LIVEKIT_ERROR, LIVEKIT_ERROR_TLS));
}

END_TEST;

static void
close_at_once (GSocket * socket, const gchar * head, gpointer user_data)
{
  g_socket_close (socket, NULL);
}

/* Another attempt may do better. */
START_TEST (test_a_handshake_that_is_cut_is_no_error_of_tls)
{
  g_autoptr (StuckListener) listener =
      stuck_listener_new_mute (close_at_once, NULL);
  g_autofree gchar *uri = g_strdup_printf ("wss://127.0.0.1:%u/rtc/v1",
      stuck_listener_get_port (listener));
  g_autoptr (LinkRun) run = link_run_new (FALSE);

  livekit_link_dial (run->link, uri, "token");
  ck_assert (link_run_until (run, &run->refused, 1));
  ck_assert_msg (g_error_matches (run->error, LIVEKIT_ERROR,
          LIVEKIT_ERROR_UNREACHABLE), "%s", run->error->message);
}

END_TEST;

START_TEST (test_it_may_be_freed_while_open)
{
  RoomScriptConfig config = {.certificate = certificate };
  g_autoptr (RoomScript) room = room_script_new (&config);
  g_autofree gchar *uri =
      g_strconcat (room_script_get_url (room), "/rtc/v1", NULL);
  g_autoptr (LinkRun) run = link_run_new (FALSE);

  run->free_at = &run->messages;
  livekit_link_dial (run->link, uri, "token");
  ck_assert (link_run_until (run, &run->messages, 1));
  ck_assert (link_run_until_seen (run, room, ROOM_SCRIPT_SEEN_CLOSED));
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("livekitlinktls");
  TCase *tcase = tcase_create ("livekitlinktls");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_an_untrusted_certificate_is_refused);
  tcase_add_test (tcase, test_it_is_taken_when_told_so);
  tcase_add_test (tcase, test_the_words_of_a_refusal_come_over_tls_too);
  tcase_add_test (tcase, test_a_server_without_tls_is_an_error_of_tls);
  tcase_add_test (tcase, test_a_handshake_that_is_cut_is_no_error_of_tls);
  tcase_add_test (tcase, test_it_may_be_freed_while_open);
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

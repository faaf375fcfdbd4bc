/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitdoor.h"

#include <check.h>
#include <string.h>

static GSocketListener *listener;
static GSocketConnection *near, *far;
static GSocketAddress *remote;
static LivekitDoor *door;
static GSocketConnection *opened;

static void
on_opened (GSocketConnection * stream, GSocketAddress * address,
    gpointer user_data)
{
  ck_assert_ptr_eq (stream, near);
  ck_assert_ptr_eq (address, remote);
  ck_assert_ptr_null (opened);
  opened = g_object_ref (stream);
}

static void
setup (void)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  listener = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);

  far = g_socket_client_connect_to_host (client, "127.0.0.1", port, NULL, NULL);
  near = g_socket_listener_accept (listener, NULL, NULL, NULL);
  ck_assert (near != NULL && far != NULL);
  g_socket_set_timeout (g_socket_connection_get_socket (far), 30);
  remote = g_socket_connection_get_remote_address (near, NULL);
  door = livekit_door_new (on_opened, NULL);
  livekit_door_wait (door, near, remote);
}

static void
teardown (void)
{
  g_clear_pointer (&door, livekit_door_free);
  g_clear_object (&opened);
  g_clear_object (&remote);
  g_clear_object (&near);
  g_clear_object (&far);
  g_clear_object (&listener);
}

static void
say (const gchar * bytes)
{
  ck_assert_int_eq (g_socket_send (g_socket_connection_get_socket (far),
          bytes, strlen (bytes), NULL, NULL), strlen (bytes));
}

/* What the far end gets until ours is closed. */
static gchar *
hear (void)
{
  g_autoptr (GString) heard = g_string_new (NULL);
  gchar part[64];
  gssize size;

  while ((size = g_socket_receive (g_socket_connection_get_socket (far), part,
              sizeof part, NULL, NULL)) > 0)
    g_string_append_len (heard, part, size);
  ck_assert_int_eq (size, 0);
  return g_string_free (g_steal_pointer (&heard), FALSE);
}

static void
let_come (void)
{
  while (livekit_door_get_count (door) > 0)
    g_main_context_iteration (NULL, TRUE);
}

START_TEST (test_request_is_let_in_whole)
{
  gchar request[8] = "";

  say ("GET");
  let_come ();
  ck_assert_ptr_eq (opened, near);
  ck_assert_int_eq (g_socket_receive (g_socket_connection_get_socket (opened),
          request, sizeof request, NULL, NULL), 3);
  ck_assert_str_eq (request, "GET");
}

END_TEST;

START_TEST (test_tls_is_turned_away_in_words)
{
  say ("\x16\x03\x01\x02");
  let_come ();
  ck_assert_ptr_null (opened);
  g_clear_object (&near);
  g_autofree gchar *heard = hear ();
  ck_assert (g_str_has_prefix (heard, "HTTP/1.0 400 "));
  ck_assert (strstr (heard, "TLS") != NULL);
}

END_TEST;

START_TEST (test_one_who_goes_is_let_go)
{
  g_clear_object (&far);
  let_come ();
  ck_assert_ptr_null (opened);
  g_object_add_weak_pointer (G_OBJECT (near), (gpointer *) & near);
  g_object_unref (near);
  ck_assert_ptr_null (near);
}

END_TEST;

START_TEST (test_one_who_is_silent_is_let_go_with_the_door)
{
  ck_assert_uint_eq (livekit_door_get_count (door), 1);
  g_clear_pointer (&door, livekit_door_free);
  g_object_add_weak_pointer (G_OBJECT (near), (gpointer *) & near);
  g_object_unref (near);
  ck_assert_ptr_null (near);
  ck_assert_ptr_null (opened);
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("livekitdoor");
  TCase *tcase = tcase_create ("door");
  SRunner *runner = srunner_create (suite);

  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_request_is_let_in_whole);
  tcase_add_test (tcase, test_tls_is_turned_away_in_words);
  tcase_add_test (tcase, test_one_who_goes_is_let_go);
  tcase_add_test (tcase, test_one_who_is_silent_is_let_go_with_the_door);
  suite_add_tcase (suite, tcase);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed ? 1 : 0;
}

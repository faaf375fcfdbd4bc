/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitsockets.h"

#include <check.h>

/* Short, as what is tested is that it comes. */
#define TIMEOUT_MS 20

static GSocketListener *listener;
static GSocketConnection *near, *far;
static GSocketAddress *remote;

static void
setup (void)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  listener = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);

  far = g_socket_client_connect_to_host (client, "127.0.0.1", port, NULL, NULL);
  near = g_socket_listener_accept (listener, NULL, NULL, NULL);
  ck_assert (near != NULL && far != NULL);
  remote = g_socket_connection_get_remote_address (near, NULL);
}

static void
teardown (void)
{
  g_clear_object (&remote);
  g_clear_object (&near);
  g_clear_object (&far);
  g_clear_object (&listener);
}

/* Whether the other end has said something or is gone. */
static gboolean
is_cut (void)
{
  return (g_socket_condition_check (g_socket_connection_get_socket (far),
          G_IO_IN) & G_IO_IN) != 0;
}

/* Its timers run until then; others may wake the context, too. */
static void
wait_cut (void)
{
  while (!is_cut ())
    g_main_context_iteration (NULL, TRUE);
}

/* Blocks until the other end is gone. */
static void
assert_cut (void)
{
  gchar byte;

  g_socket_set_timeout (g_socket_connection_get_socket (far), 30);
  ck_assert_int_eq (g_socket_receive (g_socket_connection_get_socket (far),
          &byte, 1, NULL, NULL), 0);
}

START_TEST (test_one_that_asks_nothing_is_cut)
{
  g_autoptr (LivekitSockets) sockets = livekit_sockets_new (TIMEOUT_MS, 8);

  ck_assert (livekit_sockets_add (sockets, near, remote));
  wait_cut ();
  assert_cut ();
}

END_TEST;

static gboolean
on_later (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

START_TEST (test_one_that_has_asked_is_not_until_it_may_ask_again)
{
  g_autoptr (LivekitSockets) sockets = livekit_sockets_new (TIMEOUT_MS, 8);
  gboolean later = FALSE;

  ck_assert (livekit_sockets_add (sockets, near, remote));
  livekit_sockets_relax (sockets, remote);
  g_timeout_add (2 * TIMEOUT_MS, on_later, &later);
  while (!later)
    g_main_context_iteration (NULL, TRUE);
  ck_assert (!is_cut ());
  livekit_sockets_await (sockets, remote);
  wait_cut ();
  assert_cut ();
}

END_TEST;

START_TEST (test_one_is_forgotten_when_it_is_gone)
{
  g_autoptr (LivekitSockets) sockets = livekit_sockets_new (TIMEOUT_MS, 8);

  ck_assert (livekit_sockets_add (sockets, near, remote));
  ck_assert_uint_eq (livekit_sockets_get_count (sockets), 1);
  g_clear_object (&near);
  ck_assert_uint_eq (livekit_sockets_get_count (sockets), 0);
  livekit_sockets_await (sockets, remote);
  livekit_sockets_cut (sockets, remote);
  ck_assert (!g_main_context_pending (NULL));
}

END_TEST;

START_TEST (test_it_cuts_one_and_in_the_end_all)
{
  LivekitSockets *sockets = livekit_sockets_new (TIMEOUT_MS, 8);

  ck_assert (livekit_sockets_add (sockets, near, remote));
  livekit_sockets_cut (sockets, remote);
  assert_cut ();
  teardown ();
  livekit_sockets_free (sockets);

  setup ();
  sockets = livekit_sockets_new (TIMEOUT_MS, 8);
  ck_assert (livekit_sockets_add (sockets, near, remote));
  livekit_sockets_free (sockets);
  assert_cut ();
}

END_TEST;

static gboolean
is_over (GSocketConnection * stream)
{
  return (g_socket_condition_check (g_socket_connection_get_socket (stream),
          G_IO_IN) & G_IO_IN) != 0;
}

/* Addresses of others: of whom, and of which ports. */
static GSocketAddress *
make_address (const gchar * host, guint port)
{
  return g_inet_socket_address_new_from_string (host, port);
}

static const struct
{
  const gchar *first;
  const gchar *second;
  gboolean same;
} hosts[] = {
  {"192.0.2.1", "192.0.2.1", TRUE},
  {"192.0.2.1", "192.0.2.2", FALSE},
  {"2001:db8::1", "2001:db8::2", TRUE},
  {"2001:db8::1", "2001:db8:0:1::1", FALSE},
  {"::ffff:192.0.2.1", "::ffff:192.0.2.2", FALSE},
  {"::ffff:192.0.2.1", "::ffff:192.0.2.1", TRUE},
  {"192.0.2.1", "2001:db8::1", FALSE},
};

START_TEST (test_a_host_has_half_for_silence)
{
  g_autoptr (LivekitSockets) sockets = livekit_sockets_new (3600 * 1000, 3);
  g_autoptr (GSocketAddress) first = make_address (hosts[_i].first, 1);
  g_autoptr (GSocketAddress) second = make_address (hosts[_i].second, 2);
  g_autoptr (GSocketConnection) other_far = g_object_ref (far);
  g_autoptr (GSocketConnection) other = g_object_ref (near);

  ck_assert (livekit_sockets_add (sockets, other, first));
  teardown ();
  setup ();
  ck_assert (livekit_sockets_add (sockets, near, second));
  ck_assert_int_eq (is_over (other_far), hosts[_i].same);
  ck_assert (!is_cut ());
}

END_TEST;

START_TEST (test_who_has_asked_does_not_give_way)
{
  g_autoptr (LivekitSockets) sockets = livekit_sockets_new (3600 * 1000, 3);
  g_autoptr (GSocketAddress) again = make_address ("127.0.0.1", 1);
  g_autoptr (GSocketConnection) other = g_object_ref (near);
  g_autoptr (GSocketConnection) other_far = g_object_ref (far);
  g_autoptr (GSocketAddress) other_remote = g_object_ref (remote);

  ck_assert (livekit_sockets_add (sockets, other, other_remote));
  livekit_sockets_relax (sockets, other_remote);
  teardown ();
  setup ();
  ck_assert (livekit_sockets_add (sockets, near, again));
  ck_assert (!is_over (other_far) && !is_cut ());
}

END_TEST;

START_TEST (test_there_are_no_more_than_so_many)
{
  g_autoptr (LivekitSockets) sockets = livekit_sockets_new (TIMEOUT_MS, 1);

  ck_assert (livekit_sockets_add (sockets, near, remote));
  ck_assert (!livekit_sockets_add (sockets, near, remote));
  ck_assert_uint_eq (livekit_sockets_get_count (sockets), 1);
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("livekitsockets");
  TCase *tcase = tcase_create ("livekitsockets");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_one_that_asks_nothing_is_cut);
  tcase_add_test (tcase, test_one_that_has_asked_is_not_until_it_may_ask_again);
  tcase_add_test (tcase, test_one_is_forgotten_when_it_is_gone);
  tcase_add_test (tcase, test_it_cuts_one_and_in_the_end_all);
  tcase_add_loop_test (tcase, test_a_host_has_half_for_silence, 0,
      G_N_ELEMENTS (hosts));
  tcase_add_test (tcase, test_who_has_asked_does_not_give_way);
  tcase_add_test (tcase, test_there_are_no_more_than_so_many);
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

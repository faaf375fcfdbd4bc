/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a ServerPeer offers of itself. That two of them connect is servermedia's
 * test. */
#include "serverpeer.h"

#include "life/lifelock.h"
#include "obsoffer.h"

#include <gio/gio.h>
#include <gst/check/gstcheck.h>
#include <string.h>

/* Only a broken test waits so long. */
#define WAIT_TIME (30 * G_TIME_SPAN_SECOND)
#define RANGE 3

static const gchar *const loopback[] = { "127.0.0.1", NULL };

static LifeLoop *loop;
static ServerPeer *peer;
static ServerPeerConfig config;
static LifeLock lock;
static LifeCond changed;
static GString *offered;        /* ports, each with a space behind it */
static gboolean gathered;
static gchar *described;        /* by us */

static void
on_described (const gchar * sdp, const GError * error, gpointer user_data)
{
  ck_assert_msg (error == NULL, "%s", error != NULL ? error->message : "");
  LIFE_LOCK_HOLD (&lock);
  described = g_strdup (sdp);
  life_cond_broadcast (&changed);
}

static void
on_answered (const GError * error, gpointer user_data)
{
}

static void
on_candidate (guint mline, const gchar * candidate, gpointer user_data)
{
  g_auto (GStrv) words = g_strsplit (candidate, " ", 7);

  LIFE_LOCK_HOLD (&lock);
  if (g_strv_length (words) == 7)
    g_string_append_printf (offered, "%s ", words[5]);
}

static void
on_state_changed (GstWebRTCPeerConnectionState state, gpointer user_data)
{
}

static void
on_failed (const GError * error, gpointer user_data)
{
  ck_abort_msg ("%s", error->message);
}

static void
on_gathered (gpointer user_data)
{
  LIFE_LOCK_HOLD (&lock);
  gathered = TRUE;
  life_cond_broadcast (&changed);
}

static const ServerPeerFuncs funcs = { on_described, on_answered, on_candidate,
  on_state_changed, on_failed, on_gathered
};

static void
setup (void)
{
  life_lock_init (&lock);
  life_cond_init (&changed);
  offered = g_string_new (NULL);
  gathered = FALSE;
  config = (ServerPeerConfig) {
  .addresses = loopback,.udp_only = TRUE,.data = TRUE};
  loop = life_loop_new ("peer");
  ck_assert (life_loop_start (loop, NULL));
}

static void
teardown (void)
{
  ck_assert (life_loop_stop (loop, WAIT_TIME));
  g_clear_pointer (&loop, life_loop_unref);
  g_string_free (offered, TRUE);
  g_clear_pointer (&described, g_free);
  life_cond_clear (&changed);
  life_lock_clear (&lock);
}

static void
begin (gpointer data)
{
  peer = server_peer_new (loop, &config, &funcs, NULL, NULL);
  ck_assert (peer != NULL);
  server_peer_play (peer);
  server_peer_create_offer (peer);
}

static void
answer (gpointer sdp)
{
  config.data = FALSE;
  peer = server_peer_new (loop, &config, &funcs, NULL, NULL);
  ck_assert (peer != NULL);
  server_peer_play (peer);
  server_peer_set_offer (peer, sdp);
}

static void
end (gpointer data)
{
  server_peer_close (peer);
}

/* What it offers, until it has no more. */
static void
gather (void)
{
  gint64 end_time = life_cond_end_time (WAIT_TIME);

  ck_assert (life_loop_call (loop, begin, NULL, NULL, WAIT_TIME));
  {
    LIFE_LOCK_HOLD (&lock);
    while (!gathered)
      ck_assert (life_cond_wait_until (&changed, &lock, end_time));
  }
  ck_assert (life_loop_call (loop, end, NULL, NULL, WAIT_TIME));
  server_peer_shut (peer);
  g_clear_pointer (&peer, server_peer_unref);
}

/* Sockets at @RANGE free ports in a row; the first of them. */
static guint16
take_ports (GSocket ** sockets)
{
  for (guint try = 0; try < 100; try++) {
    guint16 first = 0;
    guint taken = 0;
    for (; taken < RANGE; taken++) {
      g_autoptr (GSocketAddress) address =
          g_inet_socket_address_new_from_string (loopback[0],
          first == 0 ? 0 : first + taken);
      sockets[taken] = g_socket_new (G_SOCKET_FAMILY_IPV4,
          G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
      if (!g_socket_bind (sockets[taken], address, FALSE, NULL))
        break;
      g_autoptr (GSocketAddress) local =
          g_socket_get_local_address (sockets[taken], NULL);
      if (first == 0)
        first = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (local));
    }
    if (taken == RANGE && first <= G_MAXUINT16 - RANGE)
      return first;
    for (guint i = 0; i < MIN (taken + 1, RANGE); i++)
      g_clear_object (&sockets[i]);
  }
  ck_abort_msg ("no ports in a row");
}

START_TEST (test_it_offers_a_port_of_its_range)
{
  GSocket *sockets[RANGE];

  config.min_port = take_ports (sockets);
  config.max_port = config.min_port + RANGE - 1;
  g_clear_object (&sockets[1]);
  gather ();
  g_autofree gchar *wanted = g_strdup_printf ("%u ", config.min_port + 1);
  ck_assert_str_eq (offered->str, wanted);
  g_clear_object (&sockets[0]);
  g_clear_object (&sockets[2]);
}

END_TEST;

START_TEST (test_it_offers_any_port_without_one)
{
  gather ();
  ck_assert_uint_gt (offered->len, 0);
}

END_TEST;

START_TEST (test_it_answers_what_is_said_once_for_all_sections)
{
  gint64 end_time = life_cond_end_time (WAIT_TIME);

  ck_assert (life_loop_call (loop, answer, (gpointer) OBS_OFFER, NULL,
          WAIT_TIME));
  {
    LIFE_LOCK_HOLD (&lock);
    while (described == NULL)
      ck_assert (life_cond_wait_until (&changed, &lock, end_time));
  }
  ck_assert (life_loop_call (loop, end, NULL, NULL, WAIT_TIME));
  server_peer_shut (peer);
  g_clear_pointer (&peer, server_peer_unref);
  g_auto (GStrv) setups = g_strsplit (described, "a=setup:active\r\n", -1);
  ck_assert_msg (g_strv_length (setups) == 3, "%s", described);
}

END_TEST;

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  Suite *suite = suite_create ("serverpeer");
  TCase *tcase = tcase_create ("all");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_set_timeout (tcase, 120);
  tcase_add_test (tcase, test_it_offers_a_port_of_its_range);
  tcase_add_test (tcase, test_it_offers_any_port_without_one);
  tcase_add_test (tcase, test_it_answers_what_is_said_once_for_all_sections);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

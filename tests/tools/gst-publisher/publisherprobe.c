/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "publisherprobe.h"

#include "life/lifeloop.h"
#include "livekit/livekitserver.h"

#include <check.h>

#define WAIT_TIME (30 * G_TIME_SPAN_SECOND)
#define SOFTWARE "our-server/"

/* A server in a thread of its own. */
typedef struct
{
  const gchar *software;
  const gchar *pairs;
  LifeLoop *loop;
  LivekitKeys *keys;
  LivekitRooms *rooms;
  LivekitServer *server;
  guint16 port;
} Peer;

static void
open_server (gpointer data)
{
  Peer *peer = data;
  LivekitRoomConfig room_config = { 0 };

  peer->keys = livekit_keys_new ();
  g_assert_true (livekit_keys_load_pairs (peer->keys, peer->pairs, NULL));
  room_config.keys = peer->keys;
  room_config.clock = g_get_real_time () - g_get_monotonic_time ();
  peer->rooms = livekit_rooms_new (&room_config);
  LivekitServerConfig config = {.rooms = peer->rooms,.keys = peer->keys,
    .software = peer->software
  };
  peer->server = livekit_server_new (&config);
  g_assert_true (livekit_server_listen (peer->server, "127.0.0.1", 0, NULL));
  peer->port = livekit_server_get_port (peer->server);
}

static void
close_server (gpointer data)
{
  Peer *peer = data;

  livekit_server_free (peer->server);
  livekit_rooms_free (peer->rooms);
  livekit_keys_free (peer->keys);
}

static void
peer_open (Peer * peer)
{
  peer->loop = life_loop_new ("peer");
  ck_assert (life_loop_start (peer->loop, NULL));
  ck_assert (life_loop_call (peer->loop, open_server, peer, NULL, WAIT_TIME));
}

static void
peer_close (Peer * peer)
{
  ck_assert (life_loop_call (peer->loop, close_server, peer, NULL, WAIT_TIME));
  ck_assert (life_loop_stop (peer->loop, WAIT_TIME));
  life_loop_unref (peer->loop);
}

static PublisherProbeResult
probe (guint16 port, gint64 timeout_us)
{
  PublisherProbeConfig config = { port, SOFTWARE, "devkey", "secret" };

  return publisher_probe_run (&config, timeout_us);
}

static void
assert_result (const gchar * software, const gchar * pairs,
    PublisherProbeResult expected)
{
  Peer peer = {.software = software,.pairs = pairs };

  peer_open (&peer);
  ck_assert_int_eq (probe (peer.port, WAIT_TIME), expected);
  peer_close (&peer);
}

/* Holds a port at which nobody listens. */
static GSocket *
new_deaf_socket (guint16 * port)
{
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM,
      G_SOCKET_PROTOCOL_TCP, NULL);
  g_autoptr (GInetAddress) loopback =
      g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);

  ck_assert (g_socket_bind (socket, any, FALSE, NULL));
  g_autoptr (GSocketAddress) bound = g_socket_get_local_address (socket, NULL);
  *port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  return socket;
}

/* Takes connections, as far as the kernel does, and never answers. */
static GSocket *
new_silent_socket (guint16 * port)
{
  GSocket *socket = new_deaf_socket (port);

  ck_assert (g_socket_listen (socket, NULL));
  return socket;
}

START_TEST (test_a_server_of_ours_that_takes_the_key_is_found)
{
  assert_result (SOFTWARE "1.2", "devkey:secret", PUBLISHER_PROBE_OURS);
}

END_TEST;

START_TEST (test_one_of_ours_with_other_keys_is_not_for_us)
{
  assert_result (SOFTWARE "1.2", "other:key", PUBLISHER_PROBE_OTHER);
  assert_result (SOFTWARE "1.2", "devkey:other", PUBLISHER_PROBE_OTHER);
}

END_TEST;

START_TEST (test_another_one_that_takes_the_key_is_not_ours)
{
  assert_result (NULL, "devkey:secret", PUBLISHER_PROBE_OTHER);
  assert_result ("another/1.2", "devkey:secret", PUBLISHER_PROBE_OTHER);
}

END_TEST;

START_TEST (test_where_nothing_listens_there_is_nobody)
{
  guint16 port;
  GSocket *socket = new_deaf_socket (&port);

  ck_assert_int_eq (probe (port, WAIT_TIME), PUBLISHER_PROBE_NOBODY);
  g_object_unref (socket);
}

END_TEST;

START_TEST (test_who_does_not_answer_in_time_is_another)
{
  guint16 port;
  GSocket *socket = new_silent_socket (&port);

  ck_assert_int_eq (probe (port, 50 * G_TIME_SPAN_MILLISECOND),
      PUBLISHER_PROBE_OTHER);
  g_object_unref (socket);
}

END_TEST;

static gboolean
on_idle (gpointer data)
{
  g_assert_not_reached ();
}

START_TEST (test_the_sources_of_others_do_not_run_in_the_wait)
{
  guint16 port;
  GSocket *socket = new_silent_socket (&port);
  g_autoptr (GSource) idle = g_idle_source_new ();

  g_source_set_callback (idle, on_idle, NULL, NULL);
  g_source_attach (idle, NULL);
  probe (port, 50 * G_TIME_SPAN_MILLISECOND);
  g_source_destroy (idle);
  g_object_unref (socket);
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("publisherprobe");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_a_server_of_ours_that_takes_the_key_is_found);
  tcase_add_test (tcase, test_one_of_ours_with_other_keys_is_not_for_us);
  tcase_add_test (tcase, test_another_one_that_takes_the_key_is_not_ours);
  tcase_add_test (tcase, test_where_nothing_listens_there_is_nobody);
  tcase_add_test (tcase, test_who_does_not_answer_in_time_is_another);
  tcase_add_test (tcase, test_the_sources_of_others_do_not_run_in_the_wait);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

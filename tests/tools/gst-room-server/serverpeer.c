/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a ServerPeer offers of itself, and what it takes of an offer. */
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

/* What it offers, until it has no more. The peer is left, and shut. */
static void
gather_and_shut (void)
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
}

static void
gather (void)
{
  gather_and_shut ();
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

static GstPadProbeReturn
on_packet (GstPad * pad, GstPadProbeInfo * info, gpointer count)
{
  (*(guint *) count)++;
  return GST_PAD_PROBE_DROP;
}

START_TEST (test_nothing_comes_in_for_its_channels_once_it_is_shut)
{
  GValue decoder = G_VALUE_INIT;
  GstSegment segment;
  guint came = 0;

  gather_and_shut ();
  GstIterator *decoders = gst_bin_iterate_all_by_element_factory_name
      (server_peer_get_bin (peer), "sctpdec");
  ck_assert_int_eq (gst_iterator_next (decoders, &decoder), GST_ITERATOR_OK);
  g_autoptr (GstPad) pad =
      gst_element_get_static_pad (g_value_get_object (&decoder), "sink");
  gst_segment_init (&segment, GST_FORMAT_BYTES);
  ck_assert (gst_pad_set_active (pad, TRUE));
  gst_pad_send_event (pad, gst_event_new_stream_start ("room"));
  gst_pad_send_event (pad, gst_event_new_segment (&segment));
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_packet, &came, NULL);
  ck_assert_int_eq (gst_pad_chain (pad, gst_buffer_new ()), GST_FLOW_OK);
  ck_assert_uint_eq (came, 0);
  gst_pad_set_active (pad, FALSE);
  g_value_unset (&decoder);
  gst_iterator_free (decoders);
  g_clear_pointer (&peer, server_peer_unref);
}

END_TEST;

/* -- Two of them ------------------------------------------------------------ */

typedef struct End End;

struct End
{
  ServerPeer *peer;
  End *other;
  gboolean offers;
  gboolean connected;           /* under the lock */
};

/* What each of its sections says of the connection, once before them all. */
static gchar *
lift (const gchar * sdp)
{
  static const gchar *const names[] = { "a=setup:", "a=ice-ufrag:",
    "a=ice-pwd:", "a=fingerprint:"
  };
  g_auto (GStrv) lines = g_strsplit (sdp, "\r\n", -1);
  g_autoptr (GString) head = g_string_new (NULL);
  g_autoptr (GString) rest = g_string_new (NULL);

  for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++) {
    gboolean common = FALSE;
    for (guint j = 0; j < G_N_ELEMENTS (names); j++)
      common |= g_str_has_prefix (lines[i], names[j]);
    GString *text = common || (rest->len == 0 && lines[i][0] != 'm') ? head
        : rest;
    g_string_append_printf (text, "%s\r\n", lines[i]);
  }
  return g_strconcat (head->str, rest->str, NULL);
}

static void
on_end_described (const gchar * sdp, const GError * error, gpointer user_data)
{
  End *end = user_data;

  ck_assert_msg (error == NULL, "%s", error != NULL ? error->message : "");
  if (!end->offers) {
    server_peer_set_answer (end->other->peer, sdp);
    return;
  }
  g_autofree gchar *lifted = lift (sdp);
  server_peer_set_offer (end->other->peer, lifted);
}

static void
on_end_candidate (guint mline, const gchar * candidate, gpointer user_data)
{
  End *end = user_data;

  server_peer_add_candidate (end->other->peer, mline, candidate);
}

static void
on_end_state (GstWebRTCPeerConnectionState state, gpointer user_data)
{
  End *end = user_data;

  LIFE_LOCK_HOLD (&lock);
  end->connected |= state == GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED;
  life_cond_broadcast (&changed);
}

static const ServerPeerFuncs end_funcs = { on_end_described, on_answered,
  on_end_candidate, on_end_state, on_failed, NULL
};

static void
begin_both (gpointer data)
{
  End *ends = data;

  for (guint i = 0; i < 2; i++) {
    config.data = ends[i].offers;
    ends[i].peer = server_peer_new (loop, &config, &end_funcs, &ends[i], NULL);
    ck_assert (ends[i].peer != NULL);
    server_peer_play (ends[i].peer);
  }
  server_peer_create_offer (ends[0].peer);
}

static void
end_both (gpointer data)
{
  End *ends = data;

  server_peer_close (ends[0].peer);
  server_peer_close (ends[1].peer);
}

START_TEST (test_it_connects_to_who_says_all_once)
{
  gint64 end_time = life_cond_end_time (WAIT_TIME);
  End ends[2] = { {.offers = TRUE,.other = &ends[1]}, {.other = &ends[0]} };

  ck_assert (life_loop_call (loop, begin_both, ends, NULL, WAIT_TIME));
  {
    LIFE_LOCK_HOLD (&lock);
    while (!ends[0].connected || !ends[1].connected)
      ck_assert (life_cond_wait_until (&changed, &lock, end_time));
  }
  ck_assert (life_loop_call (loop, end_both, ends, NULL, WAIT_TIME));
  for (guint i = 0; i < 2; i++) {
    server_peer_shut (ends[i].peer);
    server_peer_unref (ends[i].peer);
  }
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
  tcase_add_test (tcase, test_it_answers_what_is_said_once_for_all_sections);
  tcase_add_test (tcase,
      test_nothing_comes_in_for_its_channels_once_it_is_shut);
  tcase_add_test (tcase, test_it_connects_to_who_says_all_once);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

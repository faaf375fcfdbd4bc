/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What of rtmpsink may change while it publishes: the rate and the chunk size,
 * as in rtmp2sink. */

#include <gst/check/gstcheck.h>

#include "hostserver.h"
#include "sinkrun.h"

#include <sys/socket.h>

static SinkRun *run;
static HostServer *server;

/* At the end of each test, not behind it: GstCheck first waits for all
 * threads. */
static void
end (void)
{
  g_clear_pointer (&run, sink_run_free);
  g_clear_pointer (&server, host_server_free);
}

static void
begin (const gchar * properties)
{
  server = host_server_new (&(HostServerConfig) {
      0}
  );
  g_autofree gchar *url = host_server_dup_url (server);
  run = sink_run_new (url, properties, FALSE);
}

typedef struct
{
  HostServerSeen seen;
  guint64 count;
} Wanted;

static gboolean
has_seen (gpointer user_data)
{
  Wanted *wanted = user_data;

  return host_server_count (server, wanted->seen) == wanted->count;
}

static void
wait_for (HostServerSeen seen, guint64 count)
{
  Wanted wanted = { seen, count };

  fail_unless (sink_run_wait (has_seen, &wanted), "%u: %" G_GUINT64_FORMAT,
      seen, host_server_count (server, seen));
}

/* Of the sockets of this process, that which is connected to the server. */
static gint
find_socket (void)
{
  for (gint fd = 3; fd < 1024; fd++) {
    struct sockaddr_storage peer;
    socklen_t size = sizeof peer;
    if (getpeername (fd, (struct sockaddr *) &peer, &size) < 0)
      continue;
    g_autoptr (GSocketAddress) address =
        g_socket_address_new_from_native (&peer, size);
    if (G_IS_INET_SOCKET_ADDRESS (address)
        && g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address))
        == host_server_get_port (server))
      return fd;
  }
  return -1;
}

/* Bytes a second, as the system has it. */
static gboolean
has_rate (gpointer rate)
{
  gint value = 0;
  socklen_t size = sizeof value;
  gint fd = find_socket ();

  return fd >= 0 && getsockopt (fd, SOL_SOCKET, SO_MAX_PACING_RATE, &value,
      &size) == 0 && value == GPOINTER_TO_INT (rate);
}

static void
wait_for_rate (gint rate)
{
  fail_unless (sink_run_wait (has_rate, GINT_TO_POINTER (rate)));
}

GST_START_TEST (test_a_peak_rate_is_given_to_the_system)
{
  const gint kbps[] = { 80000, 16000, 0 };

  begin ("sync=false peak-kbps=8000");
  sink_run_push_head (run);
  wait_for_rate (1000000);
  for (guint i = 0; i < G_N_ELEMENTS (kbps); i++) {
    g_object_set (sink_run_get_sink (run), "peak-kbps", kbps[i], NULL);
    wait_for_rate (kbps[i] > 0 ? kbps[i] * 125 : -1);
  }
  end ();
}

GST_END_TEST;

/* Between two messages: all of them arrive. */
GST_START_TEST (test_a_chunk_size_changes_while_it_publishes)
{
  const guint sizes[] = { 1000, 60000, 128 };

  begin ("sync=false");
  sink_run_push_head (run);
  wait_for (HOST_SERVER_CHUNK_SIZE, 4096);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    sink_run_push_frames (run, 10, 20000);
    g_object_set (sink_run_get_sink (run), "chunk-size", sizes[i], NULL);
    sink_run_push_frames (run, 10, 20000);
    wait_for (HOST_SERVER_MEDIA, 3 + 21 * i + 20);
    sink_run_push_frames (run, 1, 10);
    wait_for (HOST_SERVER_CHUNK_SIZE, sizes[i]);
    assert_equals_uint64 (sink_run_get_number (run, "out-chunk-size"),
        sizes[i]);
  }
  end ();
}

GST_END_TEST;

GST_START_TEST (test_both_hold_for_the_next_connection)
{
  begin ("sync=false reconnect=lost reconnect-delay=1");
  sink_run_push_head (run);
  wait_for (HOST_SERVER_MEDIA, 3);
  g_object_set (sink_run_get_sink (run), "peak-kbps", 16000, "chunk-size",
      60000, NULL);
  host_server_cut (server);
  wait_for (HOST_SERVER_PUBLISHES, 2);
  sink_run_push_frames (run, 1, 10);
  wait_for_rate (2000000);
  wait_for (HOST_SERVER_CHUNK_SIZE, 60000);
  end ();
}

GST_END_TEST;

/* It has made no connection, and makes it so. */
GST_START_TEST (test_both_change_before_it_connects)
{
  begin ("sync=false async-connect=false peak-kbps=8000");
  g_object_set (sink_run_get_sink (run), "peak-kbps", 16000, "chunk-size",
      60000, NULL);
  sink_run_push_head (run);
  wait_for_rate (2000000);
  wait_for (HOST_SERVER_CHUNK_SIZE, 60000);
  end ();
}

GST_END_TEST;

GST_START_TEST (test_nothing_else_changes_while_it_runs)
{
  gint timeout = 0;

  begin ("sync=false timeout=7");
  g_object_set (sink_run_get_sink (run), "timeout", 8, NULL);
  g_object_get (sink_run_get_sink (run), "timeout", &timeout, NULL);
  assert_equals_int (timeout, 7);
  end ();
}

GST_END_TEST;

static Suite *
rtmptuning_suite (void)
{
  Suite *suite = suite_create ("rtmptuning");
  TCase *tcase = tcase_create ("rtmptuning");
  tcase_add_test (tcase, test_a_peak_rate_is_given_to_the_system);
  tcase_add_test (tcase, test_a_chunk_size_changes_while_it_publishes);
  tcase_add_test (tcase, test_both_hold_for_the_next_connection);
  tcase_add_test (tcase, test_both_change_before_it_connects);
  tcase_add_test (tcase, test_nothing_else_changes_while_it_runs);
  suite_add_tcase (suite, tcase);
  return suite;
}

GST_CHECK_MAIN (rtmptuning);

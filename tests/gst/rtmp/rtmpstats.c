/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The statistics of rtmpsink and rtmpsrc, from outside: the same fields in every
 * state, and what is in them. */

#include <gst/check/gstcheck.h>

#include "hostserver.h"
#include "hostwanted.h"
#include "rtmp/rtmpcontrol.h"
#include "sinkrun.h"

static SinkRun *run;
static HostServer *server;

/* At the end of each test, not behind it: GstCheck early waits for all
 * threads. */
static void
end (void)
{
  g_clear_pointer (&run, sink_run_free);
  g_clear_pointer (&server, host_server_free);
}

static void
begin (const HostServerConfig * config, const gchar * properties)
{
  server = host_server_new (config);
  g_autofree gchar *url = host_server_dup_url (server);
  run = sink_run_new (url, properties, FALSE);
}

static GstStructure *
get_stats (GstElement * element)
{
  GstStructure *stats = NULL;

  g_object_get (element, "stats", &stats, NULL);
  return stats;
}

static guint64
get_number (const GstStructure * stats, const gchar * name)
{
  const GValue *value = gst_structure_get_value (stats, name);
  GValue number = G_VALUE_INIT;

  fail_unless (value != NULL, "%s", name);
  g_value_init (&number, G_TYPE_UINT64);
  fail_unless (g_value_transform (value, &number));
  return g_value_get_uint64 (&number);
}

/* Fields of @stats, of which all but two are numbers; zero: each of
 * them. */
static guint
count_fields (const GstStructure * stats, gboolean zero)
{
  guint number = gst_structure_n_fields (stats);

  for (guint i = 0; i < number; i++) {
    const gchar *name = gst_structure_nth_field_name (stats, i);
    if (zero && !g_str_equal (name, "state")
        && !g_str_has_prefix (name, "round-trip"))
      assert_equals_uint64 (get_number (stats, name), 0);
  }
  return number;
}

GST_START_TEST (test_there_are_all_fields_before_and_after_a_run)
{
  begin (&(HostServerConfig) {
      0}
      , "sync=false");
  GstElement *sink = sink_run_get_sink (run);
  sink_run_push_head (run);
  sink_run_push_eos (run);
  fail_unless (sink_run_wait_for_eos (run));
  g_autoptr (GstStructure) running = get_stats (sink);
  fail_unless (sink_run_set_state (run, GST_STATE_NULL));
  g_autoptr (GstStructure) stopped = get_stats (sink);
  assert_equals_string (gst_structure_get_string (stopped, "state"),
      "disconnected");
  assert_equals_int (count_fields (stopped, TRUE), count_fields (running,
          FALSE));
  assert_equals_int (count_fields (stopped, TRUE), 19);
  end ();
}

GST_END_TEST;

GST_START_TEST (test_a_source_has_its_fields_before_it_runs)
{
  GstElement *src = gst_element_factory_make ("rtmpsrc", NULL);
  g_autoptr (GstStructure) stats = get_stats (src);

  assert_equals_int (count_fields (stats, TRUE), 17);
  fail_unless (gst_structure_has_field (stats, "queued-buffers"));
  gst_object_unref (src);
}

GST_END_TEST;

/* It has begun, and has connected to nobody. */
GST_START_TEST (test_a_sink_without_a_connection_has_its_fields)
{
  begin (&(HostServerConfig) {
      0}
      , "sync=false async-connect=false");
  g_autoptr (GstStructure) stats = sink_run_get_stats (run);
  assert_equals_int (count_fields (stats, TRUE), 19);
  end ();
}

GST_END_TEST;

static gboolean
is_acked (gpointer user_data)
{
  return sink_run_get_number (run, "out-bytes-acked") > 0;
}

/* The server acknowledges twice in its window, of 2.5 MB. */
GST_START_TEST (test_a_sink_counts_what_it_sends)
{
  begin (&(HostServerConfig) {
      0}
      , "sync=false");
  sink_run_push_head (run);
  sink_run_push_frames (run, 100, 40000);
  fail_unless (sink_run_wait (is_acked, NULL));
  g_autoptr (GstStructure) stats = sink_run_get_stats (run);
  guint64 total = get_number (stats, "out-bytes-total");
  guint64 acked = get_number (stats, "out-bytes-acked");
  fail_unless (acked >= 1000000 && acked <= total, "%" G_GUINT64_FORMAT, acked);
  fail_unless (total <= 4200000, "%" G_GUINT64_FORMAT, total);
  fail_unless (get_number (stats, "out-messages") > 40);
  fail_unless (get_number (stats, "in-messages") > 3);
  fail_unless (get_number (stats, "in-bytes-total") > 3073);
  assert_equals_uint64 (get_number (stats, "out-chunk-size"), 4096);
  fail_unless (get_number (stats, "in-window-ack-size") > 0);
  end ();
}

GST_END_TEST;

GST_START_TEST (test_a_sink_says_what_waits_and_how_long)
{
  begin (&(HostServerConfig) {
      .deaf = TRUE}
      , "sync=false max-queue-bytes=1000000");
  sink_run_push_head (run);
  sink_run_push_frames (run, 400, 100000);
  fail_unless (sink_run_wait_until_blocked (run));
  g_autoptr (GstStructure) early = sink_run_get_stats (run);
  g_autoptr (GstStructure) late = sink_run_get_stats (run);
  guint64 bytes = get_number (early, "queued-bytes");
  assert_equals_uint64 (bytes, 100000 * get_number (early, "queued-messages"));
  fail_unless (bytes >= 900000 && bytes <= 1100000, "%" G_GUINT64_FORMAT,
      bytes);
  fail_unless (get_number (early, "queued-time") > 0);
  fail_unless (get_number (late, "queued-time")
      > get_number (early, "queued-time"));
  assert_equals_uint64 (get_number (early, "dropped-messages"), 0);
  end ();
}

GST_END_TEST;

static GstPadProbeReturn
hold (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  return GST_PAD_PROBE_OK;
}

/* What is behind rtmpsrc takes nothing. */
static GstElement *
play_to_nobody (const gchar * url, GstElement ** src)
{
  g_autofree gchar *line = g_strdup_printf ("rtmpsrc name=src location=%s ! "
      "fakesink sync=false", url);
  GstElement *pipeline = gst_parse_launch (line, NULL);

  *src = gst_bin_get_by_name (GST_BIN (pipeline), "src");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (*src, "src");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BLOCK |
      GST_PAD_PROBE_TYPE_BUFFER, hold, NULL, NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  return pipeline;
}

static void
end_playing (GstElement * pipeline, GstElement * src)
{
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (src);
  gst_object_unref (pipeline);
  end ();
}

static gboolean
has_much (gpointer src)
{
  g_autoptr (GstStructure) stats = get_stats (src);

  return get_number (stats, "queued-bytes") >= 8 * 1024 * 1024;
}

/* What nobody takes waits in it; from so much on it reads nothing more. */
GST_START_TEST (test_a_source_counts_what_it_gets)
{
  server = host_server_new (&(HostServerConfig) {
      .to_play = 400,.play_size = 50000}
  );
  g_autofree gchar *url = host_server_dup_url (server);
  GstElement *src;
  GstElement *pipeline = play_to_nobody (url, &src);

  fail_unless (sink_run_wait (has_much, src));
  g_autoptr (GstStructure) stats = get_stats (src);
  assert_equals_string (gst_structure_get_string (stats, "state"), "playing");
  guint64 total = get_number (stats, "in-bytes-total");
  guint64 acked = get_number (stats, "in-bytes-acked");
  fail_unless (total >= get_number (stats, "queued-bytes"));
  fail_unless (acked >= 2000000 && acked <= total, "%" G_GUINT64_FORMAT, acked);
  fail_unless (get_number (stats, "in-messages") >= total / 50000 - 1);
  fail_unless (get_number (stats, "queued-buffers") > 0);
  fail_unless (get_number (stats, "out-messages") > 3);
  assert_equals_uint64 (get_number (stats, "reconnects"), 0);
  end_playing (pipeline, src);
}

GST_END_TEST;

static gboolean
has_something (gpointer src)
{
  g_autoptr (GstStructure) stats = get_stats (src);

  return get_number (stats, "queued-bytes") > 0;
}

/* It is taken in what pieces it will: shows sounds until one waits. */
static gboolean
show_until_one_waits (gpointer src)
{
  g_autoptr (GBytes) sound = g_bytes_new_static ("\xaf\x01\x21", 3);

  if (has_something (src))
    return TRUE;
  host_server_show (server, rtmp_message_new (&(RtmpMessageHead) {
          .type = RTMP_MESSAGE_AUDIO}
          , sound));
  return FALSE;
}

static gboolean
was_pinged (gpointer src)
{
  g_autoptr (GstStructure) stats = get_stats (src);

  return g_str_equal (gst_structure_get_string (stats, "round-trip-by"),
      "ping");
}

/* Who is pinged answers and pings in its turn, whatever the pipeline does. */
GST_START_TEST (test_a_ping_is_answered_while_nobody_takes_anything)
{
  GstElement *src;

  server = host_server_new (&(HostServerConfig) {
      0}
  );
  g_autofree gchar *url = host_server_dup_url (server);
  GstElement *pipeline = play_to_nobody (url, &src);

  fail_unless (host_wanted_wait (server, HOST_SERVER_PLAYS, 1));
  fail_unless (sink_run_wait (show_until_one_waits, src));
  host_server_show (server, rtmp_control_new_ping (RTMP_USER_PING_REQUEST, 1));
  fail_unless (sink_run_wait (was_pinged, src));
  fail_unless (has_something (src));
  end_playing (pipeline, src);
}

GST_END_TEST;

static Suite *
rtmpstats_suite (void)
{
  Suite *suite = suite_create ("rtmpstats");
  TCase *tcase = tcase_create ("rtmpstats");
  tcase_add_test (tcase, test_there_are_all_fields_before_and_after_a_run);
  tcase_add_test (tcase, test_a_source_has_its_fields_before_it_runs);
  tcase_add_test (tcase, test_a_sink_without_a_connection_has_its_fields);
  tcase_add_test (tcase, test_a_sink_counts_what_it_sends);
  tcase_add_test (tcase, test_a_sink_says_what_waits_and_how_long);
  tcase_add_test (tcase, test_a_source_counts_what_it_gets);
  tcase_add_test (tcase, test_a_ping_is_answered_while_nobody_takes_anything);
  suite_add_tcase (suite, tcase);
  return suite;
}

GST_CHECK_MAIN (rtmpstats);

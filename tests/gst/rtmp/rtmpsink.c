/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* rtmpsink from outside, against a server of our own in a thread. */

#include <gst/check/gstcheck.h>

#include "hostwanted.h"
#include "sinkrun.h"
#include "stucklistener.h"
#include "testcertificate.h"

/* What a stop may take, and room for a slow machine. */
#define STOP_LIMIT (20 * G_TIME_SPAN_SECOND)

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
begin (const HostServerConfig * config, const gchar * properties)
{
  server = host_server_new (config);
  g_autofree gchar *url = host_server_dup_url (server);
  run = sink_run_new (url, properties, FALSE);
}

static void
wait_for (HostServerSeen seen, guint64 count)
{
  fail_unless (host_wanted_wait (server, seen, count));
}

GST_START_TEST (test_it_is_found_by_name_and_by_uri)
{
  g_autoptr (GstElementFactory) factory = gst_element_factory_find ("rtmpsink");
  g_autoptr (GstPlugin) plugin =
      gst_plugin_feature_get_plugin (GST_PLUGIN_FEATURE (factory));

  assert_equals_string (gst_plugin_get_source (plugin), "gst-room-rtmp");
  GstElement *made = gst_element_make_from_uri (GST_URI_SINK,
      "rtmps://host/app/key", "made", NULL);
  assert_equals_string (G_OBJECT_TYPE_NAME (made), "GstRtmpSink");
  g_autofree gchar *uri = gst_uri_handler_get_uri (GST_URI_HANDLER (made));
  assert_equals_string (uri, "rtmps://host/app/key");
  gst_object_unref (made);
}

GST_END_TEST;

GST_START_TEST (test_it_takes_the_properties_of_rtmp2sink)
{
  g_autoptr (GError) error = NULL;
  GstElement *sink = gst_parse_launch ("rtmpsink location=rtmp://h/a/s "
      "scheme=rtmps host=other port=1936 application=app stream=key "
      "username=me password=word secure-token=t authmod=adobe timeout=3 "
      "tls-validation-flags=validate-all flash-version=x async-connect=false "
      "peak-kbps=8000 chunk-size=60000 "
      "stop-commands=fcunpublish+closestream+deletestream "
      "extra-connect-args=\"conn=B:1\"", &error);
  g_autofree gchar *location = NULL;

  g_assert_no_error (error);
  g_object_get (sink, "location", &location, NULL);
  assert_equals_string (location, "rtmps://other:1936/app/key");
  gst_object_unref (sink);
}

GST_END_TEST;

GST_START_TEST (test_a_stream_is_published_whole_and_ended)
{
  begin (&(HostServerConfig) {
      0}
      , "sync=false");
  sink_run_push_head (run);
  sink_run_push_frames (run, 100, 10000);
  sink_run_push_eos (run);
  fail_unless (sink_run_wait_for_eos (run));
  assert_equals_uint64 (host_server_count (server, HOST_SERVER_MEDIA), 103);
  assert_equals_uint64 (host_server_count (server, HOST_SERVER_ENDS), 1);
  /* @setDataFrame was put before the metadata. */
  assert_equals_uint64 (host_server_count (server, HOST_SERVER_BYTES),
      100 * 10000 + SINK_RUN_HEAD_BYTES + 16);
  end ();
}

GST_END_TEST;

GST_START_TEST (test_it_connects_with_the_first_data_when_told_so)
{
  begin (&(HostServerConfig) {
      0}
      , "sync=false async-connect=false");
  assert_equals_uint64 (host_server_count (server, HOST_SERVER_CONNECTIONS), 0);
  sink_run_push_head (run);
  wait_for (HOST_SERVER_PUBLISHES, 1);
  end ();
}

GST_END_TEST;

GST_START_TEST (test_any_slices_will_do)
{
  begin (&(HostServerConfig) {
      0}
      , "sync=false");
  sink_run_set_slice (run, 7);
  sink_run_push_head (run);
  sink_run_push_frames (run, 3, 500);
  sink_run_push_eos (run);
  fail_unless (sink_run_wait_for_eos (run));
  assert_equals_uint64 (host_server_count (server, HOST_SERVER_MEDIA), 6);
  end ();
}

GST_END_TEST;

/* As servers send them, and so as they stand in what was received. */
GST_START_TEST (test_metadata_with_no_time_begin_nothing_anew)
{
  begin (&(HostServerConfig) {
      0}
      , "sync=false");
  sink_run_push_head (run);
  sink_run_push_frames (run, 100, 10);
  sink_run_push_metadata (run, 0);
  sink_run_push_frames (run, 1, 10);
  wait_for (HOST_SERVER_MEDIA, 3 + 100 + 1 + 1);
  assert_equals_uint64 (host_server_count (server, HOST_SERVER_LAST_TIME),
      100 * 40);
  end ();
}

GST_END_TEST;

GST_START_TEST (test_what_is_no_flv_is_an_error)
{
  begin (&(HostServerConfig) {
      0}
      , "sync=false");
  sink_run_push_bytes (run, "this is not what was agreed upon", 32);
  g_autofree gchar *text = sink_run_wait_for_error (run, "format");
  fail_unless (text != NULL);
  end ();
}

GST_END_TEST;

/* One error, in the server's words, and no key in it. */
GST_START_TEST (test_a_refusal_is_told_in_the_servers_words)
{
  begin (&(HostServerConfig) {
      .refuse_stream = "NetStream.Publish.BadName"}
      , "sync=false");
  sink_run_push_head (run);
  g_autofree gchar *text = sink_run_wait_for_error (run, "busy");
  fail_unless (strstr (text, "NetStream.Publish.BadName") != NULL, "%s", text);
  fail_unless (strstr (text, "key") == NULL, "%s", text);
  end ();
}

GST_END_TEST;

GST_START_TEST (test_a_server_that_goes_is_an_error)
{
  begin (&(HostServerConfig) {
      0}
      , "sync=false");
  sink_run_push_head (run);
  wait_for (HOST_SERVER_PUBLISHES, 1);
  host_server_cut (server);
  g_autofree gchar *text = sink_run_wait_for_error (run, "lost");
  fail_unless (text != NULL);
  end ();
}

GST_END_TEST;

GST_START_TEST (test_a_location_that_is_none_does_not_start)
{
  GstElement *sink = gst_element_factory_make ("rtmpsink", NULL);

  g_object_set (sink, "location", "rtmpe://host/app/key", NULL);
  assert_equals_int (gst_element_set_state (sink, GST_STATE_PAUSED),
      GST_STATE_CHANGE_FAILURE);
  gst_element_set_state (sink, GST_STATE_NULL);
  gst_object_unref (sink);
}

GST_END_TEST;

/* More than all buffers hold, for a server that reads nothing. */
#define MUCH 400
#define LARGE 100000

GST_START_TEST (test_what_is_not_live_waits_and_loses_nothing)
{
  begin (&(HostServerConfig) {
      .deaf = TRUE}
      , "sync=false max-queue-bytes=1000000");
  sink_run_push_head (run);
  sink_run_push_frames (run, MUCH, LARGE);
  sink_run_push_eos (run);
  fail_unless (sink_run_wait_until_blocked (run));
  host_server_listen (server);
  fail_unless (sink_run_wait_for_eos (run));
  assert_equals_uint64 (host_server_count (server, HOST_SERVER_MEDIA),
      MUCH + 3);
  end ();
}

GST_END_TEST;

GST_START_TEST (test_a_pause_in_the_middle_loses_nothing)
{
  begin (&(HostServerConfig) {
      .deaf = TRUE}
      , "sync=false max-queue-bytes=1000000");
  sink_run_push_head (run);
  sink_run_push_frames (run, MUCH, LARGE);
  sink_run_push_eos (run);
  fail_unless (sink_run_wait_until_blocked (run));
  fail_unless (sink_run_set_state (run, GST_STATE_PAUSED));
  fail_unless (sink_run_set_state (run, GST_STATE_PLAYING));
  host_server_listen (server);
  fail_unless (sink_run_wait_for_eos (run));
  assert_equals_uint64 (host_server_count (server, HOST_SERVER_MEDIA),
      MUCH + 3);
  end ();
}

GST_END_TEST;

GST_START_TEST (test_what_is_live_is_dropped_and_goes_on)
{
  server = host_server_new (&(HostServerConfig) {
      .deaf = TRUE}
  );
  g_autofree gchar *url = host_server_dup_url (server);
  run = sink_run_new (url, "sync=false max-queue-bytes=1000000", TRUE);
  sink_run_push_head (run);
  wait_for (HOST_SERVER_PUBLISHES, 1);
  sink_run_push_frames (run, MUCH, LARGE);
  fail_unless (sink_run_wait_until_taken (run));
  fail_unless (sink_run_get_number (run, "dropped-messages") > 0);
  assert_equals_uint64 (sink_run_get_number (run, "dropped-bytes"),
      sink_run_get_number (run, "dropped-messages") * LARGE);
  host_server_listen (server);
  sink_run_push_eos (run);
  fail_unless (sink_run_wait_for_eos (run));
  guint64 dropped = sink_run_get_number (run, "dropped-messages");
  assert_equals_uint64 (host_server_count (server, HOST_SERVER_MEDIA),
      MUCH + 3 - dropped);
  end ();
}

GST_END_TEST;

GST_START_TEST (test_a_stop_is_not_stuck_behind_a_deaf_server)
{
  begin (&(HostServerConfig) {
      .deaf = TRUE}
      , "sync=false max-queue-bytes=1000000");
  sink_run_push_head (run);
  sink_run_push_frames (run, MUCH, LARGE);
  fail_unless (sink_run_wait_until_blocked (run));
  gint64 before = g_get_monotonic_time ();
  g_clear_pointer (&run, sink_run_free);
  fail_unless (g_get_monotonic_time () - before < STOP_LIMIT);
  end ();
}

GST_END_TEST;

GST_START_TEST (test_it_can_be_stopped_before_anybody_answers)
{
  g_autoptr (StuckListener) full = stuck_listener_new_full ();
  g_autoptr (StuckListener) mute = stuck_listener_new_mute (NULL, NULL);
  guint16 ports[] = { stuck_listener_get_port (full),
    stuck_listener_get_port (mute)
  };

  for (guint i = 0; i < G_N_ELEMENTS (ports); i++) {
    g_autofree gchar *url = g_strdup_printf ("rtmp://127.0.0.1:%u/a/s",
        ports[i]);
    run = sink_run_new (url, "sync=false max-queue-bytes=1000", FALSE);
    sink_run_push_head (run);
    sink_run_push_frames (run, 10, 1000);
    fail_unless (sink_run_wait_until_blocked (run));
    gint64 before = g_get_monotonic_time ();
    g_clear_pointer (&run, sink_run_free);
    fail_unless (g_get_monotonic_time () - before < STOP_LIMIT);
  }
}

GST_END_TEST;

GST_START_TEST (test_it_runs_again_after_a_stop)
{
  begin (&(HostServerConfig) {
      0}
      , "sync=false");
  for (guint i = 1; i <= 3; i++) {
    sink_run_push_head (run);
    sink_run_push_eos (run);
    fail_unless (sink_run_wait_for_eos (run));
    assert_equals_uint64 (host_server_count (server, HOST_SERVER_ENDS), i);
    fail_unless (sink_run_set_state (run, GST_STATE_READY));
    fail_unless (sink_run_set_state (run, GST_STATE_PLAYING));
  }
  end ();
}

GST_END_TEST;

static guint
count_said (const gchar * name)
{
  guint number = 0;
  GstStructure *said;

  while ((said = sink_run_pop_said (run)) != NULL) {
    number += gst_structure_has_name (said, name);
    gst_structure_free (said);
  }
  return number;
}

GST_START_TEST (test_attempts_have_an_end)
{
  StuckListener *listener = stuck_listener_new_mute (NULL, NULL);
  g_autofree gchar *url = g_strdup_printf ("rtmp://127.0.0.1:%u/a/s",
      stuck_listener_get_port (listener));

  stuck_listener_free (listener);
  run = sink_run_new (url, "sync=false reconnect=always reconnect-delay=1 "
      "reconnect-attempts=3", FALSE);
  g_autofree gchar *text = sink_run_wait_for_error (run, "unreachable");
  fail_unless (text != NULL);
  assert_equals_int (count_said ("rtmp-reconnecting"), 3);
  end ();
}

GST_END_TEST;

static void
hang_up (GSocket * socket, const gchar * head, gpointer user_data)
{
  g_socket_close (socket, NULL);
}

/* TLS or not. */
GST_START_TEST (test_a_server_that_hangs_up_at_once_is_tried_again)
{
  const gchar *schemes[] = { "rtmp", "rtmps" };
  const gchar *reasons[] = { "lost", "unreachable" };
  g_autoptr (StuckListener) listener = stuck_listener_new_mute (hang_up, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++) {
    g_autofree gchar *url = g_strdup_printf ("%s://127.0.0.1:%u/a/s",
        schemes[i], stuck_listener_get_port (listener));
    run = sink_run_new (url, "sync=false reconnect=always reconnect-delay=1 "
        "reconnect-attempts=2", FALSE);
    g_autofree gchar *text = sink_run_wait_for_error (run, reasons[i]);
    fail_unless (text != NULL);
    assert_equals_int (count_said ("rtmp-reconnecting"), 2);
    end ();
  }
}

GST_END_TEST;

GST_START_TEST (test_what_never_ran_is_not_lost)
{
  begin (&(HostServerConfig) {
      .refuse_stream = "NetStream.Publish.BadName"}
      , "sync=false reconnect=lost reconnect-delay=1");
  g_autofree gchar *text = sink_run_wait_for_error (run, "busy");
  fail_unless (text != NULL);
  assert_equals_int (count_said ("rtmp-reconnecting"), 0);
  end ();
}

GST_END_TEST;

/* A server that is started anew says so too. */
GST_START_TEST (test_what_the_server_ends_is_made_again_when_always)
{
  begin (&(HostServerConfig) {
      .refuse_connect = "NetConnection.Connect.AppShutdown"}
      , "sync=false reconnect=always reconnect-delay=1 reconnect-attempts=2");
  g_autofree gchar *text = sink_run_wait_for_error (run, "closed");
  fail_unless (text != NULL);
  assert_equals_int (count_said ("rtmp-reconnecting"), 2);
  end ();
}

GST_END_TEST;

GST_START_TEST (test_it_can_be_stopped_while_it_waits_to_connect_again)
{
  begin (&(HostServerConfig) {
      0}
      , "sync=false reconnect=always reconnect-delay=30000");
  sink_run_push_head (run);
  wait_for (HOST_SERVER_PUBLISHES, 1);
  host_server_cut (server);
  wait_for (HOST_SERVER_CLOSED, 1);
  gint64 before = g_get_monotonic_time ();
  end ();
  fail_unless (g_get_monotonic_time () - before < STOP_LIMIT);
}

GST_END_TEST;

/* Ours, and all of its certificate is looked at. */
GST_START_TEST (test_whom_to_trust_can_be_said_by_a_file)
{
  g_autoptr (GTlsCertificate) certificate = test_certificate_new ();
  g_autoptr (GTlsDatabase) database = host_database_new (certificate);
  g_autofree gchar *path = NULL;

  g_object_get (database, "anchors", &path, NULL);
  g_autofree gchar *properties =
      g_strdup_printf ("sync=false ssl-ca-file=%s", path);
  begin (&(HostServerConfig) {
      .certificate = certificate}
      , properties);
  sink_run_push_head (run);
  wait_for (HOST_SERVER_MEDIA, 3);
  end ();
}

GST_END_TEST;

/* Somebody else's file: it is not asked. */
GST_START_TEST (test_whom_to_trust_can_be_said_by_a_database)
{
  g_autoptr (GTlsCertificate) certificate = test_certificate_new ();
  g_autoptr (GTlsDatabase) database = host_database_new (certificate);
  g_autoptr (GTlsDatabase) found = NULL;
  HostServerConfig config = {.certificate = certificate };

  server = host_server_new (&config);
  g_autofree gchar *url = host_server_dup_url (server);
  run = sink_run_new (url, "sync=false async-connect=false "
      "ssl-ca-file=/no/such/file", FALSE);
  fail_unless (sink_run_set_state (run, GST_STATE_READY));
  g_object_set (sink_run_get_sink (run), "tls-database", database, NULL);
  g_object_get (sink_run_get_sink (run), "tls-database", &found, NULL);
  fail_unless (found == database);
  fail_unless (sink_run_set_state (run, GST_STATE_PLAYING));
  sink_run_push_head (run);
  wait_for (HOST_SERVER_MEDIA, 3);
  end ();
}

GST_END_TEST;

GST_START_TEST (test_statistics_have_what_rtmp2sink_says)
{
  const gchar *names[] = { "in-chunk-size", "out-chunk-size",
    "in-window-ack-size", "out-window-ack-size", "in-bytes-total",
    "out-bytes-total", "in-bytes-acked", "out-bytes-acked"
  };

  begin (&(HostServerConfig) {
      0}, "sync=false");
  sink_run_push_head (run);
  wait_for (HOST_SERVER_MEDIA, 3);
  g_autoptr (GstStructure) stats = sink_run_get_stats (run);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    fail_unless (gst_structure_has_field (stats, names[i]), "%s", names[i]);
  assert_equals_string (gst_structure_get_string (stats, "state"),
      "publishing");
  assert_equals_uint64 (sink_run_get_number (run, "out-chunk-size"), 4096);
  end ();
}

GST_END_TEST;

static Suite *
rtmpsink_suite (void)
{
  Suite *suite = suite_create ("rtmpsink");
  TCase *tcase = tcase_create ("rtmpsink");
  tcase_add_test (tcase, test_it_is_found_by_name_and_by_uri);
  tcase_add_test (tcase, test_it_takes_the_properties_of_rtmp2sink);
  tcase_add_test (tcase, test_a_stream_is_published_whole_and_ended);
  tcase_add_test (tcase, test_it_connects_with_the_first_data_when_told_so);
  tcase_add_test (tcase, test_any_slices_will_do);
  tcase_add_test (tcase, test_metadata_with_no_time_begin_nothing_anew);
  tcase_add_test (tcase, test_what_is_no_flv_is_an_error);
  tcase_add_test (tcase, test_a_refusal_is_told_in_the_servers_words);
  tcase_add_test (tcase, test_a_server_that_goes_is_an_error);
  tcase_add_test (tcase, test_a_location_that_is_none_does_not_start);
  tcase_add_test (tcase, test_what_is_not_live_waits_and_loses_nothing);
  tcase_add_test (tcase, test_a_pause_in_the_middle_loses_nothing);
  tcase_add_test (tcase, test_what_is_live_is_dropped_and_goes_on);
  tcase_add_test (tcase, test_a_stop_is_not_stuck_behind_a_deaf_server);
  tcase_add_test (tcase, test_it_can_be_stopped_before_anybody_answers);
  tcase_add_test (tcase, test_it_runs_again_after_a_stop);
  tcase_add_test (tcase, test_attempts_have_an_end);
  tcase_add_test (tcase, test_a_server_that_hangs_up_at_once_is_tried_again);
  tcase_add_test (tcase, test_what_never_ran_is_not_lost);
  tcase_add_test (tcase, test_what_the_server_ends_is_made_again_when_always);
  tcase_add_test (tcase,
      test_it_can_be_stopped_while_it_waits_to_connect_again);
  tcase_add_test (tcase, test_whom_to_trust_can_be_said_by_a_file);
  tcase_add_test (tcase, test_whom_to_trust_can_be_said_by_a_database);
  tcase_add_test (tcase, test_statistics_have_what_rtmp2sink_says);
  suite_add_tcase (suite, tcase);
  return suite;
}

GST_CHECK_MAIN (rtmpsink);

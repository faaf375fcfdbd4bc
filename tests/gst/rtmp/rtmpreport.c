/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What rtmpsink and rtmpsrc say on the bus: each message with all its fields,
 * as docs/rtmp.md has them, and nothing secret in any. */
#include <gst/check/gstcheck.h>

#include "hostserver.h"
#include "rtmp/rtmpcapabilities.h"
#include "sinkrun.h"

#define WAIT_TIME (60 * GST_SECOND)

static SinkRun *run;
static HostServer *server;

static void
end (void)
{
  g_clear_pointer (&run, sink_run_free);
  g_clear_pointer (&server, host_server_free);
}

/* All that must not be told is in it. */
static gchar *
dup_secret_url (void)
{
  return g_strdup_printf ("rtmp://hushuser:hushword@127.0.0.1:%u/live/hushkey"
      "?token=hushtoken", host_server_get_port (server));
}

static gchar *
dup_plain_url (void)
{
  return g_strdup_printf ("rtmp://127.0.0.1:%u/live",
      host_server_get_port (server));
}

static void
begin (const HostServerConfig * config, const gchar * properties)
{
  server = host_server_new (config);
  g_autofree gchar *url = dup_secret_url ();
  run = sink_run_new (url, properties, FALSE);
}

static gboolean
has_media (gpointer user_data)
{
  return host_server_count (server, HOST_SERVER_MEDIA) >=
      GPOINTER_TO_UINT (user_data);
}

static void
assert_no_secret (const GstStructure * said)
{
  g_autofree gchar *text = gst_structure_to_string (said);

  fail_unless (strstr (text, "hush") == NULL, "%s", text);
}

/* Has that name and these fields, each with the name of its type, and no
 * others. */
static void
assert_shape (const GstStructure * said, const gchar * name,
    const gchar * fields)
{
  g_autoptr (GString) found = g_string_new (NULL);

  fail_unless (said != NULL, "no %s", name);
  assert_equals_string (gst_structure_get_name (said), name);
  for (gint i = 0; i < gst_structure_n_fields (said); i++) {
    const gchar *field = gst_structure_nth_field_name (said, i);
    g_string_append_printf (found, "%s%s %s", i > 0 ? ", " : "", field,
        g_type_name (gst_structure_get_field_type (said, field)));
  }
  assert_equals_string (found->str, fields);
  assert_no_secret (said);
}

static void
assert_text (const GstStructure * said, const gchar * field,
    const gchar * wanted)
{
  assert_equals_string (gst_structure_get_string (said, field), wanted);
}

static void
assert_connected (const GstStructure * said, gboolean wanted)
{
  g_autofree gchar *url = dup_plain_url ();
  gboolean enhanced;

  assert_shape (said, "rtmp-connected",
      "location gchararray, enhanced gboolean");
  assert_text (said, "location", url);
  fail_unless (gst_structure_get_boolean (said, "enhanced", &enhanced));
  assert_equals_int (enhanced, wanted);
}

static void
assert_started (const GstStructure * said, const gchar * name)
{
  g_autofree gchar *url = dup_plain_url ();

  assert_shape (said, name, "location gchararray");
  assert_text (said, "location", url);
}

static void
assert_disconnected (const GstStructure * said, const gchar * reason)
{
  g_autofree gchar *url = dup_plain_url ();

  assert_shape (said, "rtmp-disconnected",
      "location gchararray, reason gchararray, text gchararray");
  assert_text (said, "location", url);
  assert_text (said, "reason", reason);
  fail_unless (*gst_structure_get_string (said, "text") != '\0');
}

GST_START_TEST (test_a_stream_that_is_published)
{
  begin (&(HostServerConfig) {
      .any_video = RTMP_CAN_FORWARD}
      , "sync=false");
  sink_run_push_head (run);
  sink_run_push_eos (run);
  fail_unless (sink_run_wait_for_eos (run));
  g_autoptr (GstStructure) connected = sink_run_pop_said (run);
  assert_connected (connected, TRUE);
  g_autoptr (GstStructure) publishing = sink_run_pop_said (run);
  assert_started (publishing, "rtmp-publishing");
  g_autoptr (GstStructure) disconnected = sink_run_pop_said (run);
  assert_disconnected (disconnected, "stop");
  end ();
}

GST_END_TEST;

static void
assert_reconnecting (const GstStructure * said, guint wanted_attempt,
    guint64 longest)
{
  guint attempt = 0;
  guint64 delay = G_MAXUINT64;

  assert_shape (said, "rtmp-reconnecting", "attempt guint, delay guint64, "
      "reason gchararray, text gchararray");
  gst_structure_get_uint (said, "attempt", &attempt);
  assert_equals_int (attempt, wanted_attempt);
  gst_structure_get_uint64 (said, "delay", &delay);
  /* Less up to a third. */
  fail_unless (delay <= longest && delay >= longest * 2 / 3 - 1000);
  assert_text (said, "reason", "lost");
  fail_unless (*gst_structure_get_string (said, "text") != '\0');
}

GST_START_TEST (test_a_stream_that_is_lost_and_goes_on)
{
  begin (&(HostServerConfig) {
      0}
      , "sync=false reconnect=lost reconnect-delay=30");
  sink_run_push_head (run);
  fail_unless (sink_run_wait (has_media, GUINT_TO_POINTER (3)));
  host_server_cut (server);
  fail_unless (sink_run_wait_until_lost (run));
  sink_run_push_frames (run, 1, 10);
  fail_unless (sink_run_wait (has_media, GUINT_TO_POINTER (7)));
  sink_run_push_eos (run);
  fail_unless (sink_run_wait_for_eos (run));
  g_autoptr (GstStructure) connected = sink_run_pop_said (run);
  g_autoptr (GstStructure) publishing = sink_run_pop_said (run);
  g_autoptr (GstStructure) lost = sink_run_pop_said (run);
  g_autoptr (GstStructure) reconnecting = sink_run_pop_said (run);
  g_autoptr (GstStructure) connected_again = sink_run_pop_said (run);
  assert_connected (connected, FALSE);
  assert_started (publishing, "rtmp-publishing");
  assert_disconnected (lost, "lost");
  assert_reconnecting (reconnecting, 1, 30 * GST_MSECOND);
  assert_connected (connected_again, FALSE);
  end ();
}

GST_END_TEST;

/* Its words, but not what in them is of the address. */
GST_START_TEST (test_a_refusal_with_the_key_in_it)
{
  begin (&(HostServerConfig) {
      .refuse_stream = "NetStream.Publish.hushkey"}
      , "sync=false");
  sink_run_push_head (run);
  g_autofree gchar *text = sink_run_wait_for_error (run, "refused");
  fail_unless (strstr (text, "NetStream.Publish.") != NULL, "%s", text);
  fail_unless (strstr (text, "hush") == NULL, "%s", text);
  g_autoptr (GstStructure) connected = sink_run_pop_said (run);
  assert_connected (connected, FALSE);
  g_autoptr (GstStructure) disconnected = sink_run_pop_said (run);
  assert_disconnected (disconnected, "refused");
  end ();
}

GST_END_TEST;

static GstStructure *
pop_of_element (GstBus * bus)
{
  g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (bus, WAIT_TIME,
      GST_MESSAGE_ELEMENT | GST_MESSAGE_ERROR);

  fail_unless (message != NULL);
  fail_unless (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ELEMENT);
  return gst_structure_copy (gst_message_get_structure (message));
}

GST_START_TEST (test_a_stream_that_is_played)
{
  server = host_server_new (&(HostServerConfig) {
      .to_play = 3,.play_size = 100}
  );
  g_autofree gchar *url = dup_secret_url ();
  g_autofree gchar *line = g_strdup_printf ("rtmpsrc location=%s ! fakesink",
      url);
  GstElement *pipeline = gst_parse_launch (line, NULL);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_autoptr (GstStructure) connected = pop_of_element (bus);
  assert_connected (connected, FALSE);
  g_autoptr (GstStructure) playing = pop_of_element (bus);
  assert_started (playing, "rtmp-playing");
  g_autoptr (GstStructure) disconnected = pop_of_element (bus);
  assert_disconnected (disconnected, "stop");
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
  end ();
}

GST_END_TEST;

static gchar *
pop_warning (GstBus * bus)
{
  g_autoptr (GstMessage) message =
      gst_bus_timed_pop_filtered (bus, WAIT_TIME, GST_MESSAGE_WARNING);
  g_autoptr (GError) warning = NULL;
  g_autofree gchar *debug = NULL;

  fail_unless (message != NULL);
  gst_message_parse_warning (message, &warning, &debug);
  return g_strconcat (warning->message, debug, NULL);
}

/* Of librtmp's, or nobody's: one warning each, without what it was set to. */
GST_START_TEST (test_an_option_without_a_meaning)
{
  server = host_server_new (&(HostServerConfig) {
      0}
  );
  g_autofree gchar *line = g_strdup_printf ("rtmpsrc location=\"rtmp://"
      "127.0.0.1:%u/live/key live=1 swfAge=hush another=hushed\" ! fakesink",
      host_server_get_port (server));
  GstElement *pipeline = gst_parse_launch (line, NULL);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_autofree gchar *first = pop_warning (bus);
  g_autofree gchar *second = pop_warning (bus);
  fail_unless (strstr (first, "swfAge") != NULL, "%s", first);
  fail_unless (strstr (second, "another") != NULL, "%s", second);
  fail_unless (strstr (first, "hush") == NULL, "%s", first);
  fail_unless (strstr (second, "hush") == NULL, "%s", second);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
  end ();
}

GST_END_TEST;

static Suite *
rtmpreport_suite (void)
{
  Suite *suite = suite_create ("rtmpreport");
  TCase *tcase = tcase_create ("rtmpreport");
  tcase_add_test (tcase, test_a_stream_that_is_published);
  tcase_add_test (tcase, test_a_stream_that_is_lost_and_goes_on);
  tcase_add_test (tcase, test_a_refusal_with_the_key_in_it);
  tcase_add_test (tcase, test_a_stream_that_is_played);
  tcase_add_test (tcase, test_an_option_without_a_meaning);
  suite_add_tcase (suite, tcase);
  return suite;
}

GST_CHECK_MAIN (rtmpreport);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* rtmpsrc from outside, against a server of our own in a thread. */

#include <gst/check/gstcheck.h>

#include "hostserver.h"
#include "rtmp/rtmpflvreader.h"
#include "rtmp/rtmpgrade.h"
#include "sinkrun.h"
#include "testcertificate.h"

#define WAIT_TIME (60 * GST_SECOND)
/* What waits in it at most. */
#define MAX_QUEUE (8 * 1024 * 1024)

static HostServer *server;
static GstElement *pipeline;
static GstBus *bus;

/* Of the streaming thread. */
static RtmpFlvReader *reader;
static guint tags;
static gboolean wrong;          /* a tag was not the next one */
static gboolean untimed;        /* a buffer had no time */
static guint disconts;
static guint32 last_time;
static gboolean backwards;      /* times did not go on */
static gboolean breaks;         /* the next tag is behind a discontinuity */
static gint breaks_seen;        /* atomic: how many of those tags there were */
static RtmpGradeKind behind_a_break;    /* but for headers */
static GstClockTime last_arrival;

static void
take_tag (const RtmpFlvTag * tag)
{
  RtmpGrade grade;
  gsize size;
  const guint8 *data = g_bytes_get_data (tag->data, &size);

  rtmp_grade_read (&grade, tag->type, data, size);
  if (breaks && grade.kind != RTMP_GRADE_HEADER) {
    behind_a_break = grade.kind;
    breaks = FALSE;
    g_atomic_int_inc (&breaks_seen);
  }
  wrong |= tag->timestamp != tags || data[0] != (guint8) tags
      || data[size - 1] != data[0];
  backwards |= tag->timestamp < last_time;
  last_time = tag->timestamp;
  tags++;
}

static GstPadProbeReturn
on_buffer (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  g_auto (RtmpFlvTag) tag = { 0 };
  GstMapInfo map;

  disconts += GST_BUFFER_IS_DISCONT (buffer);
  breaks |= GST_BUFFER_IS_DISCONT (buffer);
  backwards |= GST_BUFFER_DTS (buffer) < last_arrival;
  last_arrival = GST_BUFFER_DTS (buffer);
  untimed |= !GST_CLOCK_TIME_IS_VALID (GST_BUFFER_DTS (buffer));
  gst_buffer_map (buffer, &map, GST_MAP_READ);
  g_autoptr (GBytes) bytes = g_bytes_new (map.data, map.size);
  gst_buffer_unmap (buffer, &map);
  rtmp_flv_reader_feed (reader, bytes);
  while (rtmp_flv_reader_take (reader, &tag, NULL)) {
    take_tag (&tag);
    rtmp_flv_tag_clear (&tag);
  }
  return GST_PAD_PROBE_OK;
}

static void
begin_at (const gchar * location, const gchar * properties)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *line = g_strdup_printf ("rtmpsrc name=src location=%s %s "
      "! fakesink name=sink sync=false", location, properties);

  reader = rtmp_flv_reader_new ();
  tags = 0;
  wrong = untimed = backwards = FALSE;
  disconts = last_time = behind_a_break = breaks_seen = 0;
  breaks = FALSE;
  last_arrival = 0;
  pipeline = gst_parse_launch (line, &error);
  g_assert_no_error (error);
  bus = gst_element_get_bus (pipeline);
  g_autoptr (GstElement) sink =
      gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_buffer, NULL, NULL);
}

static void
begin (const HostServerConfig * config, const gchar * properties)
{
  server = host_server_new (config);
  g_autofree gchar *url = host_server_dup_url (server);
  begin_at (url, properties);
}

static void
play (void)
{
  fail_if (gst_element_set_state (pipeline, GST_STATE_PLAYING)
      == GST_STATE_CHANGE_FAILURE);
}

static void
end_pipeline (void)
{
  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_clear_object (&bus);
  g_clear_object (&pipeline);
  g_clear_pointer (&reader, rtmp_flv_reader_free);
}

/* At the end of each test, not behind it: GstCheck first waits for all
 * threads. */
static void
end (void)
{
  end_pipeline ();
  g_clear_pointer (&server, host_server_free);
}

static GstMessage *
wait_for (GstMessageType type)
{
  GstMessage *message = gst_bus_timed_pop_filtered (bus, WAIT_TIME,
      type | GST_MESSAGE_ERROR | GST_MESSAGE_EOS);

  fail_unless (message != NULL);
  assert_equals_string (GST_MESSAGE_TYPE_NAME (message),
      gst_message_type_get_name (type));
  return message;
}

static void
wait_for_said (const gchar * name)
{
  gboolean said = FALSE;

  while (!said) {
    g_autoptr (GstMessage) message = wait_for (GST_MESSAGE_ELEMENT);
    said = gst_message_has_name (message, name);
  }
}

static gchar *
wait_for_error (const gchar * reason)
{
  g_autoptr (GstMessage) message = wait_for (GST_MESSAGE_ERROR);
  g_autoptr (GError) error = NULL;
  g_autofree gchar *debug = NULL;
  const GstStructure *details = NULL;

  gst_message_parse_error (message, &error, &debug);
  gst_message_parse_error_details (message, &details);
  assert_equals_string (gst_structure_get_string (details, "rtmp-reason"),
      reason);
  return g_strconcat (error->message, " ", debug, NULL);
}

GST_START_TEST (test_it_is_found_by_name_and_by_uri)
{
  g_autoptr (GstElementFactory) factory = gst_element_factory_find ("rtmpsrc");
  g_autoptr (GstPlugin) plugin =
      gst_plugin_feature_get_plugin (GST_PLUGIN_FEATURE (factory));

  assert_equals_string (gst_plugin_get_source (plugin), "gst-room-rtmp");
  GstElement *made = gst_element_make_from_uri (GST_URI_SRC,
      "rtmp://host/app/key live=1", "made", NULL);
  assert_equals_string (G_OBJECT_TYPE_NAME (made), "GstRtmpSrc");
  gst_object_unref (made);
}

GST_END_TEST;

GST_START_TEST (test_it_takes_the_properties_of_rtmp2src)
{
  g_autoptr (GError) error = NULL;
  GstElement *src = gst_parse_launch ("rtmpsrc location=rtmp://h/a/s "
      "scheme=rtmps host=other port=1936 application=app stream=key "
      "username=me password=word secure-token=t authmod=auto timeout=3 "
      "tls-validation-flags=validate-all flash-version=x async-connect=false "
      "idle-timeout=5 no-eof-is-error=true extra-connect-args=\"conn=B:1\" "
      "do-timestamp=true", &error);
  g_autofree gchar *location = NULL;

  g_assert_no_error (error);
  g_object_get (src, "location", &location, NULL);
  assert_equals_string (location, "rtmps://other:1936/app/key");
  gst_object_unref (src);
}

GST_END_TEST;

static void
assert_played (guint number)
{
  g_autoptr (GstMessage) eos = wait_for (GST_MESSAGE_EOS);

  assert_equals_int (tags, number);
  fail_if (wrong);
  fail_if (untimed);
}

GST_START_TEST (test_a_stream_is_played_whole_and_ends)
{
  begin (&(HostServerConfig) {
      .to_play = 300,.play_size = 20000}, "");
  play ();
  wait_for_said ("rtmp-connected");
  wait_for_said ("rtmp-playing");
  wait_for_said ("rtmp-disconnected");
  assert_played (300);
  end ();
}

GST_END_TEST;

GST_START_TEST (test_it_connects_when_data_is_wanted_when_told_so)
{
  begin (&(HostServerConfig) {
      .to_play = 3,.play_size = 10}, "async-connect=false");
  assert_equals_int (gst_element_set_state (pipeline, GST_STATE_PAUSED),
      GST_STATE_CHANGE_NO_PREROLL);
  assert_equals_uint64 (host_server_count (server, HOST_SERVER_CONNECTIONS), 0);
  play ();
  assert_played (3);
  end ();
}

GST_END_TEST;

static GstPadProbeReturn
hold (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  return GST_PAD_PROBE_OK;
}

/* Until it has so many bytes; how many there are. */
static guint64
wait_for_queue (GstElement * src, guint64 bytes)
{
  gint64 last = g_get_monotonic_time () + 60 * G_TIME_SPAN_SECOND;
  guint64 queued = 0;

  while (queued < bytes && g_get_monotonic_time () < last) {
    g_autoptr (GstStructure) stats = NULL;
    g_object_get (src, "stats", &stats, NULL);
    gst_structure_get_uint64 (stats, "queued-bytes", &queued);
    g_poll (NULL, 0, 10);
  }
  fail_unless (queued >= bytes);
  return queued;
}

/* More than may wait here: the server waits too. */
GST_START_TEST (test_a_pipeline_that_takes_nothing_loses_nothing)
{
  begin (&(HostServerConfig) {
      .to_play = 400,.play_size = 50000}
      , "");
  g_autoptr (GstElement) src = gst_bin_get_by_name (GST_BIN (pipeline), "src");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (src, "src");
  gulong probe = gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BLOCK |
      GST_PAD_PROBE_TYPE_BUFFER, hold, NULL, NULL);

  play ();
  fail_unless (wait_for_queue (src, MAX_QUEUE) < MAX_QUEUE + MAX_QUEUE / 4);
  gst_pad_remove_probe (pad, probe);
  assert_played (400);
  end ();
}

GST_END_TEST;

GST_START_TEST (test_a_close_without_a_word_is_an_error)
{
  begin (&(HostServerConfig) {
      0}
      , "");
  play ();
  wait_for_said ("rtmp-playing");
  host_server_cut (server);
  g_autofree gchar *text = wait_for_error ("lost");
  fail_unless (strstr (text, "key") == NULL, "%s", text);
  end ();
}

GST_END_TEST;

static GstBusSyncReply
on_posted (GstBus * where, GstMessage * message, gpointer tags_then)
{
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    *(guint *) tags_then = tags;
  return GST_BUS_PASS;
}

/* It reads no more when it has 8 MB, and sees the cut when half of that is
 * pushed. */
GST_START_TEST (test_what_came_before_an_error_is_pushed_before_it)
{
  guint tags_then = 0;

  begin (&(HostServerConfig) {
      .to_play = 400,.play_size = 50000}
      , "");
  gst_bus_set_sync_handler (bus, on_posted, &tags_then, NULL);
  g_autoptr (GstElement) src = gst_bin_get_by_name (GST_BIN (pipeline), "src");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (src, "src");
  gulong probe = gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BLOCK |
      GST_PAD_PROBE_TYPE_BUFFER, hold, NULL, NULL);
  play ();
  wait_for_queue (src, MAX_QUEUE);
  host_server_cut (server);
  gst_pad_remove_probe (pad, probe);
  g_autofree gchar *text = wait_for_error ("lost");
  fail_unless (tags_then >= MAX_QUEUE / 50000, "%u", tags_then);
  fail_if (wrong);
  /* And it is the only one. */
  g_autoptr (GstMessage) eos = wait_for (GST_MESSAGE_EOS);
  end ();
}

GST_END_TEST;

GST_START_TEST (test_and_it_is_an_end_when_told_so)
{
  begin (&(HostServerConfig) {
      0}
      , "no-eof-is-error=false");
  play ();
  wait_for_said ("rtmp-playing");
  host_server_cut (server);
  assert_played (0);
  end ();
}

GST_END_TEST;

GST_START_TEST (test_a_refusal_is_told_in_the_servers_words)
{
  begin (&(HostServerConfig) {
      .refuse_stream = "NetStream.Play.StreamNotFound"}
      , "");
  play ();
  g_autofree gchar *text = wait_for_error ("no-such-stream");
  fail_unless (strstr (text, "NetStream.Play.StreamNotFound") != NULL, "%s",
      text);
  fail_unless (strstr (text, "key") == NULL, "%s", text);
  end ();
}

GST_END_TEST;

GST_START_TEST (test_whom_to_trust_can_be_said)
{
  g_autoptr (GTlsCertificate) certificate = test_certificate_new ();
  g_autoptr (GTlsDatabase) database = host_database_new (certificate);
  g_autofree gchar *path = NULL;

  g_object_get (database, "anchors", &path, NULL);
  g_autofree gchar *properties = g_strdup_printf ("ssl-ca-file=%s", path);
  begin (&(HostServerConfig) {
      .to_play = 3,.play_size = 10,.certificate = certificate}
      , properties);
  play ();
  assert_played (3);
  end ();
}

GST_END_TEST;

/* In the middle of what it plays: all of it comes once more, and times go
 * on. */
GST_START_TEST (test_a_lost_connection_is_made_again)
{
  begin (&(HostServerConfig) {
      .to_play = 400,.play_size = 50000}
      , "reconnect=lost reconnect-delay=10");
  g_autoptr (GstElement) src = gst_bin_get_by_name (GST_BIN (pipeline), "src");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (src, "src");
  gulong probe = gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BLOCK |
      GST_PAD_PROBE_TYPE_BUFFER, hold, NULL, NULL);

  play ();
  wait_for_said ("rtmp-playing");
  host_server_cut (server);
  gst_pad_remove_probe (pad, probe);
  wait_for_said ("rtmp-reconnecting");
  wait_for_said ("rtmp-playing");
  wait_for_said ("rtmp-disconnected");
  g_autoptr (GstMessage) eos = wait_for (GST_MESSAGE_EOS);
  fail_unless (tags > 400);
  fail_if (backwards);
  assert_equals_int (disconts, 2);
  end ();
}

GST_END_TEST;

/* The stream is not over, the server is: for "lost" that is no loss, "always"
 * goes on, and the end of a stream is an end for all. */
GST_START_TEST (test_a_server_that_shuts_down_is_waited_for_when_always)
{
  HostServerConfig config = {.to_play = 3,.play_size = 10,
    .end_code = "NetConnection.Connect.Closed"
  };

  begin (&config, "reconnect=lost reconnect-delay=1");
  play ();
  g_autofree gchar *text = wait_for_error ("closed");
  fail_unless (strstr (text, "NetConnection.Connect.Closed") != NULL);
  assert_equals_uint64 (host_server_count (server, HOST_SERVER_PLAYS), 1);
  end ();
  begin (&config, "reconnect=always reconnect-delay=1");
  play ();
  wait_for_said ("rtmp-reconnecting");
  wait_for_said ("rtmp-playing");
  end ();
  config.end_code = "NetStream.Play.UnpublishNotify";
  begin (&config, "reconnect=always reconnect-delay=1");
  play ();
  assert_played (3);
  assert_equals_uint64 (host_server_count (server, HOST_SERVER_PLAYS), 1);
  end ();
}

GST_END_TEST;

/* -- A pause. -- */

/* Never ends, or not before the test does. */
#define ENDLESS 100000000

static gboolean
has_paused (gpointer count)
{
  return host_server_count (server, HOST_SERVER_PAUSES)
      >= GPOINTER_TO_UINT (count);
}

static gboolean
has_gone_on (gpointer count)
{
  return g_atomic_int_get (&breaks_seen) >= GPOINTER_TO_INT (count);
}

static gboolean
has_dropped (gpointer src)
{
  g_autoptr (GstStructure) stats = NULL;
  guint64 dropped = 0;

  g_object_get (src, "stats", &stats, NULL);
  return gst_structure_get_uint64 (stats, "dropped-messages", &dropped)
      && dropped > 0;
}

static void
rest (void)
{
  gst_element_set_state (pipeline, GST_STATE_PAUSED);
}

/* Behind so many discontinuities; the first is the beginning. */
static void
wait_for_breaks (gint count)
{
  fail_unless (sink_run_wait (has_gone_on, GINT_TO_POINTER (count)));
}

/* The streaming thread is gone: what it has seen can be looked at. */
static void
stop_pipeline (void)
{
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

/* As it is before it plays for the first time. */
GST_START_TEST (test_what_is_recorded_goes_on_behind_a_pause)
{
  begin (&(HostServerConfig) {
      .to_play = ENDLESS,.play_size = 10,.pauses = TRUE}
      , "");
  for (guint i = 0; i < 2; i++) {
    rest ();
    fail_unless (sink_run_wait (has_paused, GUINT_TO_POINTER (2 * i + 1)));
    play ();
    fail_unless (sink_run_wait (has_paused, GUINT_TO_POINTER (2 * i + 2)));
    wait_for_breaks (i + 2);
  }
  stop_pipeline ();
  fail_if (wrong);
  fail_if (backwards);
  assert_equals_int (disconts, 3);
  end ();
}

GST_END_TEST;

GST_START_TEST (test_what_is_live_goes_on_with_a_key_frame)
{
  begin (&(HostServerConfig) {
      .to_play = ENDLESS,.play_size = 10,.pauses = TRUE,.pause_skips = 1000}
      , "");
  play ();
  wait_for_breaks (1);
  rest ();
  fail_unless (sink_run_wait (has_paused, GUINT_TO_POINTER (1)));
  play ();
  wait_for_breaks (2);
  stop_pipeline ();
  fail_unless (wrong);
  fail_if (backwards);
  assert_equals_int (disconts, 2);
  assert_equals_int (behind_a_break, RTMP_GRADE_KEY);
  end ();
}

GST_END_TEST;

/* At first and later. What waits is not kept for long. */
GST_START_TEST (test_a_server_that_does_not_pause_is_not_listened_to)
{
  begin (&(HostServerConfig) {
      .to_play = ENDLESS,.play_size = 10}
      , "");
  g_autoptr (GstElement) src = gst_bin_get_by_name (GST_BIN (pipeline), "src");

  rest ();
  fail_unless (sink_run_wait (has_dropped, src));
  assert_equals_uint64 (wait_for_queue (src, 0), 0);
  play ();
  wait_for_breaks (1);
  stop_pipeline ();
  fail_if (backwards);
  assert_equals_int (disconts, 1);
  assert_equals_int (behind_a_break, RTMP_GRADE_KEY);
  end ();
}

GST_END_TEST;

GST_START_TEST (test_it_runs_again_after_a_stop)
{
  begin (&(HostServerConfig) {
      .to_play = 5,.play_size = 10}
      , "");
  for (guint i = 0; i < 3; i++) {
    tags = 0;
    rtmp_flv_reader_restart (reader, 0);
    play ();
    assert_played (5);
    gst_element_set_state (pipeline, GST_STATE_READY);
  }
  end ();
}

GST_END_TEST;

static Suite *
rtmpsrc_suite (void)
{
  Suite *suite = suite_create ("rtmpsrc");
  TCase *tcase = tcase_create ("rtmpsrc");
  tcase_add_test (tcase, test_it_is_found_by_name_and_by_uri);
  tcase_add_test (tcase, test_it_takes_the_properties_of_rtmp2src);
  tcase_add_test (tcase, test_a_stream_is_played_whole_and_ends);
  tcase_add_test (tcase, test_it_connects_when_data_is_wanted_when_told_so);
  tcase_add_test (tcase, test_a_pipeline_that_takes_nothing_loses_nothing);
  tcase_add_test (tcase, test_a_close_without_a_word_is_an_error);
  tcase_add_test (tcase, test_what_came_before_an_error_is_pushed_before_it);
  tcase_add_test (tcase, test_and_it_is_an_end_when_told_so);
  tcase_add_test (tcase, test_a_refusal_is_told_in_the_servers_words);
  tcase_add_test (tcase, test_whom_to_trust_can_be_said);
  tcase_add_test (tcase, test_a_lost_connection_is_made_again);
  tcase_add_test (tcase,
      test_a_server_that_shuts_down_is_waited_for_when_always);
  tcase_add_test (tcase, test_what_is_recorded_goes_on_behind_a_pause);
  tcase_add_test (tcase, test_what_is_live_goes_on_with_a_key_frame);
  tcase_add_test (tcase, test_a_server_that_does_not_pause_is_not_listened_to);
  tcase_add_test (tcase, test_it_runs_again_after_a_stop);
  suite_add_tcase (suite, tcase);
  return suite;
}

GST_CHECK_MAIN (rtmpsrc);

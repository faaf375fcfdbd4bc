/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* rtmpsink and rtmpsrc when their server falls silent in the middle: it takes
 * nothing any more, or says nothing. */

#include <gst/check/gstcheck.h>

#include "hostwanted.h"
#include "sinkrun.h"

/* More than all buffers hold. */
#define MUCH 400
#define LARGE 100000

#define WAIT_TIME (60 * GST_SECOND)

static HostServer *server;
static SinkRun *run;
static GstElement *player;
static GstBus *bus;

/* At the end of each test, not behind it: GstCheck first waits for all
 * threads. */
static void
end (void)
{
  if (player != NULL)
    gst_element_set_state (player, GST_STATE_NULL);
  g_clear_object (&bus);
  g_clear_object (&player);
  g_clear_pointer (&run, sink_run_free);
  g_clear_pointer (&server, host_server_free);
}

static void
wait_for (HostServerSeen seen, guint64 count)
{
  fail_unless (host_wanted_wait (server, seen, count));
}

/* In the middle of it the server takes nothing any more. */
static void
publish (const gchar * properties, gboolean live)
{
  g_autofree gchar *all = g_strconcat ("sync=false stall-timeout=1 "
      "max-queue-bytes=1000000 ", properties, NULL);

  server = host_server_new (&(HostServerConfig) {
      0});
  g_autofree gchar *url = host_server_dup_url (server);
  run = sink_run_new (url, all, live);
  sink_run_push_head (run);
  wait_for (HOST_SERVER_MEDIA, 3);
  host_server_hush (server);
  sink_run_push_frames (run, MUCH, LARGE);
}

/* In the middle of it the server says nothing any more. */
static void
play (const gchar * properties)
{
  g_autoptr (GError) error = NULL;

  server = host_server_new (&(HostServerConfig) {
      .to_play = 100000000,.play_size = 100}
  );
  g_autofree gchar *url = host_server_dup_url (server);
  g_autofree gchar *line = g_strdup_printf ("rtmpsrc idle-timeout=1 "
      "location=%s %s ! fakesink", url, properties);
  player = gst_parse_launch (line, &error);
  g_assert_no_error (error);
  bus = gst_element_get_bus (player);
  gst_element_set_state (player, GST_STATE_PLAYING);
  wait_for (HOST_SERVER_PLAYS, 1);
  host_server_hush (server);
}

static GstMessage *
wait_for_message (GstMessageType type, const gchar * name)
{
  for (;;) {
    GstMessage *message = gst_bus_timed_pop_filtered (bus, WAIT_TIME, type);
    fail_unless (message != NULL);
    if (name == NULL || gst_message_has_name (message, name))
      return message;
    gst_message_unref (message);
  }
}

GST_START_TEST (test_a_server_that_takes_nothing_is_an_error)
{
  publish ("", FALSE);
  g_autofree gchar *text = sink_run_wait_for_error (run, "stalled");
  fail_unless (strstr (text, "1 s") != NULL, "%s", text);
  end ();
}

GST_END_TEST;

static gboolean
was_said (const gchar * name, const gchar * reason)
{
  GstStructure *said;
  gboolean found = FALSE;

  while ((said = sink_run_pop_said (run)) != NULL) {
    found |= gst_structure_has_name (said, name)
        && g_strcmp0 (gst_structure_get_string (said, "reason"), reason) == 0;
    gst_structure_free (said);
  }
  return found;
}

/* What is not live waits for the next one. */
GST_START_TEST (test_another_connection_takes_what_waits)
{
  publish ("reconnect=lost reconnect-delay=10", FALSE);
  wait_for (HOST_SERVER_PUBLISHES, 2);
  sink_run_push_eos (run);
  fail_unless (sink_run_wait_for_eos (run));
  fail_unless (was_said ("rtmp-reconnecting", "stalled"));
  assert_equals_uint64 (host_server_count (server, HOST_SERVER_HEADERS), 6);
  assert_equals_uint64 (host_server_count (server, HOST_SERVER_LAST_TIME),
      (MUCH - 1) * 40);
  end ();
}

GST_END_TEST;

/* What is live waits for nobody. */
GST_START_TEST (test_what_is_live_is_dropped_meanwhile)
{
  publish ("reconnect=lost reconnect-delay=10", TRUE);
  fail_unless (sink_run_wait_until_taken (run));
  fail_unless (sink_run_get_number (run, "dropped-messages") > 0);
  wait_for (HOST_SERVER_PUBLISHES, 2);
  sink_run_push_frames (run, 10, 1000);
  sink_run_push_eos (run);
  fail_unless (sink_run_wait_for_eos (run));
  assert_equals_uint64 (sink_run_get_number (run, "reconnects"), 1);
  assert_equals_uint64 (host_server_count (server, HOST_SERVER_LAST_TIME),
      (MUCH + 9) * 40);
  end ();
}

GST_END_TEST;

GST_START_TEST (test_a_server_that_says_nothing_is_an_error)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *debug = NULL;

  play ("");
  g_autoptr (GstMessage) message = wait_for_message (GST_MESSAGE_ERROR, NULL);
  gst_message_parse_error (message, &error, &debug);
  fail_unless (strstr (debug, "nothing came for 1 s") != NULL, "%s", debug);
  end ();
}

GST_END_TEST;

GST_START_TEST (test_another_connection_plays_on)
{
  play ("reconnect=lost reconnect-delay=10");
  g_autoptr (GstMessage) message = wait_for_message (GST_MESSAGE_ELEMENT,
      "rtmp-reconnecting");
  wait_for (HOST_SERVER_PLAYS, 2);
  end ();
}

GST_END_TEST;

static Suite *
rtmpstall_suite (void)
{
  Suite *suite = suite_create ("rtmpstall");
  TCase *tcase = tcase_create ("rtmpstall");
  tcase_add_test (tcase, test_a_server_that_takes_nothing_is_an_error);
  tcase_add_test (tcase, test_another_connection_takes_what_waits);
  tcase_add_test (tcase, test_what_is_live_is_dropped_meanwhile);
  tcase_add_test (tcase, test_a_server_that_says_nothing_is_an_error);
  tcase_add_test (tcase, test_another_connection_plays_on);
  suite_add_tcase (suite, tcase);
  return suite;
}

GST_CHECK_MAIN (rtmpstall);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* rtmpsrc is sent the end of the stream: whoever sends it never waits, and it
 * comes out as soon as something can. */

#include <gst/check/gstcheck.h>

#include "hostserver.h"
#include "sinkrun.h"

#define WAIT_TIME (60 * GST_SECOND)
/* How often a race is run. */
#define ROUNDS 10

static HostServer *server;
static GstElement *pipeline;
static GstElement *src;
static GstBus *bus;
static gint come_out;           /* atomic: buffers */
static gint sending;            /* atomic: a thread is to go on */

static GstPadProbeReturn
on_buffer (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  g_atomic_int_inc (&come_out);
  return GST_PAD_PROBE_OK;
}

/* What is played never ends by itself. */
static void
begin (const gchar * properties)
{
  g_autoptr (GError) error = NULL;

  g_atomic_int_set (&come_out, 0);
  server = host_server_new (&(HostServerConfig) {
      .to_play = G_MAXUINT,.play_size = 10});
  g_autofree gchar *url = host_server_dup_url (server);
  g_autofree gchar *line = g_strdup_printf ("rtmpsrc name=src location=%s %s "
      "! fakesink name=sink sync=false", url, properties);
  pipeline = gst_parse_launch (line, &error);
  g_assert_no_error (error);
  bus = gst_element_get_bus (pipeline);
  src = gst_bin_get_by_name (GST_BIN (pipeline), "src");
  g_autoptr (GstElement) sink =
      gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_buffer, NULL, NULL);
}

/* In the test: GstCheck waits for all threads behind it. */
static void
end (void)
{
  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_clear_object (&src);
  g_clear_object (&bus);
  g_clear_object (&pipeline);
  g_clear_pointer (&server, host_server_free);
}

static void
set_state (GstState state)
{
  fail_if (gst_element_set_state (pipeline, state)
      == GST_STATE_CHANGE_FAILURE);
}

/* By which it is known when it comes out. */
static guint32
send_end (void)
{
  GstEvent *event = gst_event_new_eos ();
  guint32 number = gst_event_get_seqnum (event);

  fail_unless (gst_element_send_event (pipeline, event));
  return number;
}

static void
assert_ends (guint32 number)
{
  g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (bus, WAIT_TIME,
      GST_MESSAGE_ERROR | GST_MESSAGE_EOS);

  fail_unless (message != NULL);
  assert_equals_string (GST_MESSAGE_TYPE_NAME (message), "eos");
  assert_equals_uint64 (gst_message_get_seqnum (message), number);
}

static void
assert_has_not_ended (void)
{
  g_autoptr (GstMessage) message = gst_bus_pop_filtered (bus,
      GST_MESSAGE_ERROR | GST_MESSAGE_EOS);

  fail_unless (message == NULL);
}

static gboolean
has_played_on (gpointer before)
{
  return g_atomic_int_get (&come_out) >= GPOINTER_TO_INT (before) + 2;
}

static void
assert_plays_on (void)
{
  fail_unless (sink_run_wait (has_played_on,
          GINT_TO_POINTER (g_atomic_int_get (&come_out))));
  assert_has_not_ended ();
}

static void
wait_for_said (const gchar * name)
{
  gboolean said = FALSE;

  while (!said) {
    g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (bus,
        WAIT_TIME, GST_MESSAGE_ERROR | GST_MESSAGE_ELEMENT);
    fail_unless (message != NULL);
    said = gst_message_has_name (message, name);
  }
}

static GstPadProbeReturn
hold (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  return GST_PAD_PROBE_OK;
}

static gboolean
is_held (gpointer pad)
{
  return gst_pad_is_blocking (pad);
}

/* The streaming thread waits downstream, with a buffer. */
static gulong
block (GstPad * pad)
{
  gulong probe = gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BLOCK
      | GST_PAD_PROBE_TYPE_BUFFER, hold, NULL, NULL);

  fail_unless (sink_run_wait (is_held, pad));
  return probe;
}

GST_START_TEST (test_who_sends_it_does_not_wait_for_what_is_blocked)
{
  begin ("");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (src, "src");
  set_state (GST_STATE_PLAYING);
  gulong probe = block (pad);
  guint32 number = send_end ();
  fail_unless (gst_pad_is_blocking (pad));
  assert_has_not_ended ();
  gst_pad_remove_probe (pad, probe);
  assert_ends (number);
  end ();
}

GST_END_TEST;

/* Nor does who asks for what cannot be: before it plays as well. */
GST_START_TEST (test_a_seek_is_refused_without_waiting)
{
  begin ("");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (src, "src");
  fail_if (gst_element_seek_simple (src, GST_FORMAT_TIME, 0, GST_SECOND));
  set_state (GST_STATE_PLAYING);
  gulong probe = block (pad);
  fail_if (gst_element_seek_simple (src, GST_FORMAT_TIME, 0, GST_SECOND));
  gst_pad_remove_probe (pad, probe);
  assert_plays_on ();
  end ();
}

GST_END_TEST;

/* Before the first PLAYING no data is wanted, and so it is the first there
 * is. */
GST_START_TEST (test_in_a_pause_it_comes_when_it_plays)
{
  begin ("");
  set_state (GST_STATE_PAUSED);
  guint32 number = send_end ();
  assert_has_not_ended ();
  set_state (GST_STATE_PLAYING);
  assert_ends (number);
  assert_equals_int (g_atomic_int_get (&come_out), 0);
  end ();
}

GST_END_TEST;

GST_START_TEST (test_it_does_not_wait_for_a_connection)
{
  begin ("reconnect=lost reconnect-delay=30000");
  set_state (GST_STATE_PLAYING);
  wait_for_said ("rtmp-playing");
  host_server_cut (server);
  wait_for_said ("rtmp-reconnecting");
  assert_ends (send_end ());
  end ();
}

GST_END_TEST;

/* The pipeline's lock first: behind the flush GStreamer 1.22 wants it, and
 * whoever sends the end has it already. */
static void
flush (void)
{
  GST_STATE_LOCK (pipeline);
  fail_unless (gst_element_send_event (src, gst_event_new_flush_start ()));
  fail_unless (gst_element_send_event (src, gst_event_new_flush_stop (TRUE)));
  GST_STATE_UNLOCK (pipeline);
}

/* One that has not come out, and one that has. */
GST_START_TEST (test_a_flush_takes_it_back)
{
  begin ("");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (src, "src");
  set_state (GST_STATE_PLAYING);
  gulong probe = block (pad);
  send_end ();
  flush ();
  gst_pad_remove_probe (pad, probe);
  assert_plays_on ();
  assert_ends (send_end ());
  flush ();
  assert_plays_on ();
  end ();
}

GST_END_TEST;

GST_START_TEST (test_between_the_two_of_a_flush_it_is_kept)
{
  begin ("");
  set_state (GST_STATE_PLAYING);
  assert_plays_on ();
  fail_unless (gst_element_send_event (src, gst_event_new_flush_start ()));
  guint32 number = send_end ();
  fail_unless (gst_element_send_event (src, gst_event_new_flush_stop (TRUE)));
  assert_ends (number);
  end ();
}

GST_END_TEST;

GST_START_TEST (test_twice_is_once_and_a_restart_begins_anew)
{
  begin ("");
  for (GstState state = GST_STATE_NULL; state <= GST_STATE_READY; state++) {
    set_state (GST_STATE_PLAYING);
    assert_plays_on ();
    assert_ends (send_end ());
    send_end ();
    assert_has_not_ended ();
    set_state (state);
  }
  set_state (GST_STATE_PLAYING);
  assert_plays_on ();
  end ();
}

GST_END_TEST;

GST_START_TEST (test_in_ready_it_is_kept_and_in_null_forgotten)
{
  begin ("");
  set_state (GST_STATE_READY);
  guint32 number = send_end ();
  set_state (GST_STATE_PLAYING);
  assert_ends (number);
  set_state (GST_STATE_READY);
  send_end ();
  set_state (GST_STATE_NULL);
  set_state (GST_STATE_PLAYING);
  assert_plays_on ();
  end ();
}

GST_END_TEST;

static gpointer
send_ends (gpointer data)
{
  while (g_atomic_int_get (&sending)) {
    send_end ();
    g_poll (NULL, 0, 1);
  }
  return NULL;
}

GST_START_TEST (test_it_may_come_while_all_stops_and_starts)
{
  begin ("");
  g_atomic_int_set (&sending, TRUE);
  GThread *sender = g_thread_new ("sender", send_ends, NULL);
  for (guint i = 0; i < ROUNDS; i++) {
    set_state (GST_STATE_PLAYING);
    if (i % 2)
      flush ();
    set_state (i % 3 ? GST_STATE_NULL : GST_STATE_READY);
  }
  g_atomic_int_set (&sending, FALSE);
  g_thread_join (sender);
  end ();
}

GST_END_TEST;

static Suite *
rtmpsrcend_suite (void)
{
  Suite *suite = suite_create ("rtmpsrcend");
  TCase *tcase = tcase_create ("rtmpsrcend");
  tcase_add_test (tcase, test_who_sends_it_does_not_wait_for_what_is_blocked);
  tcase_add_test (tcase, test_a_seek_is_refused_without_waiting);
  tcase_add_test (tcase, test_in_a_pause_it_comes_when_it_plays);
  tcase_add_test (tcase, test_it_does_not_wait_for_a_connection);
  tcase_add_test (tcase, test_a_flush_takes_it_back);
  tcase_add_test (tcase, test_between_the_two_of_a_flush_it_is_kept);
  tcase_add_test (tcase, test_twice_is_once_and_a_restart_begins_anew);
  tcase_add_test (tcase, test_in_ready_it_is_kept_and_in_null_forgotten);
  tcase_add_test (tcase, test_it_may_come_while_all_stops_and_starts);
  suite_add_tcase (suite, tcase);
  return suite;
}

GST_CHECK_MAIN (rtmpsrcend);

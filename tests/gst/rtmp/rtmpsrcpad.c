/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* rtmpsrc to what is behind it: a live source of FLV, in times of its clock. */

#include <gst/check/gstcheck.h>

#include "hostserver.h"

#define WAIT_TIME (60 * GST_SECOND)

/* Of the streaming thread. */
static GstSegment segment;
static guint taken;
static guint untimely;          /* not in the past of the pipeline */

static GstPadProbeReturn
on_buffer (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  GstElement *src = user_data;
  GstClockTime time = GST_BUFFER_DTS (GST_PAD_PROBE_INFO_BUFFER (info));
  g_autoptr (GstEvent) event =
      gst_pad_get_sticky_event (pad, GST_EVENT_SEGMENT, 0);

  gst_event_copy_segment (event, &segment);
  GstClockTime running = gst_segment_to_running_time (&segment,
      GST_FORMAT_TIME, time);
  taken++;
  untimely += !GST_CLOCK_TIME_IS_VALID (running)
      || running > gst_element_get_current_running_time (src);
  return GST_PAD_PROBE_OK;
}

static void
assert_live (GstElement * src)
{
  g_autoptr (GstQuery) query = gst_query_new_latency ();
  gboolean live = FALSE;

  fail_unless (gst_element_query (src, query));
  gst_query_parse_latency (query, &live, NULL, NULL);
  fail_unless (live);
}

static void
wait_for_end (GstElement * pipeline)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (bus, WAIT_TIME,
      GST_MESSAGE_EOS | GST_MESSAGE_ERROR);

  fail_unless (message != NULL);
  assert_equals_string (GST_MESSAGE_TYPE_NAME (message), "eos");
}

GST_START_TEST (test_it_is_live_flv_in_time)
{
  g_autoptr (HostServer) server = host_server_new (&(HostServerConfig) {
      .to_play = 5,.play_size = 100});
  g_autofree gchar *url = host_server_dup_url (server);
  g_autofree gchar *line = g_strdup_printf ("rtmpsrc name=src location=%s ! "
      "fakesink", url);
  GstElement *pipeline = gst_parse_launch (line, NULL);
  GstElement *src = gst_bin_get_by_name (GST_BIN (pipeline), "src");
  GstPad *pad = gst_element_get_static_pad (src, "src");

  taken = untimely = 0;
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_buffer, src, NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  assert_live (src);
  wait_for_end (pipeline);
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  assert_equals_string (gst_structure_get_name (gst_caps_get_structure (caps,
              0)), "video/x-flv");
  fail_unless (taken > 0);
  assert_equals_int (segment.format, GST_FORMAT_TIME);
  assert_equals_int (untimely, 0);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pad);
  gst_object_unref (src);
  gst_object_unref (pipeline);
}

GST_END_TEST;

static Suite *
rtmpsrcpad_suite (void)
{
  Suite *suite = suite_create ("rtmpsrcpad");
  TCase *tcase = tcase_create ("rtmpsrcpad");
  tcase_add_test (tcase, test_it_is_live_flv_in_time);
  suite_add_tcase (suite, tcase);
  return suite;
}

GST_CHECK_MAIN (rtmpsrcpad);

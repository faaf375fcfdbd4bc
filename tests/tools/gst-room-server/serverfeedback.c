/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverfeedback.h"

#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>

#define NUMBER 3

typedef struct
{
  GstElement *bin;
  GstHarness *packets;
  GstHarness *reports;
} Scene;

static GstCaps *
on_request_caps (GstElement * session, guint pt, gpointer unused)
{
  return gst_caps_from_string ("application/x-rtp, media=video, "
      "clock-rate=90000, encoding-name=VP8, payload=96");
}

static void
scene_begin (Scene * scene, ServerFeedback ** feedback)
{
  scene->bin = gst_object_ref_sink (gst_bin_new (NULL));
  *feedback = server_feedback_new (GST_BIN (scene->bin));
  GstElement *session = gst_element_factory_make ("rtpsession", NULL);
  gst_bin_add (GST_BIN (scene->bin), session);
  gst_util_set_object_arg (G_OBJECT (session), "rtp-profile", "avpf");
  g_signal_connect (session, "request-pt-map", G_CALLBACK (on_request_caps),
      NULL);
  scene->packets = gst_harness_new_with_element (session, "recv_rtp_sink",
      "recv_rtp_src");
  scene->reports = gst_harness_new_with_element (session, NULL,
      "send_rtcp_src");
  gst_harness_use_systemclock (scene->packets);
  gst_harness_set_src_caps_str (scene->packets, "application/x-rtp");
}

static void
scene_end (Scene * scene)
{
  gst_harness_teardown (scene->reports);
  gst_harness_teardown (scene->packets);
  gst_object_unref (scene->bin);
}

static void
push (Scene * scene, guint16 seq)
{
  guint8 data[] = {
    0x90, 0xe0, 0, 0, 0, 0, 0, 0, 0x11, 0x22, 0x33, 0x44,
    0xbe, 0xde, 0x00, 0x01, NUMBER << 4 | 1, seq >> 8, seq & 0xff, 0,
    0x10, 0x11, 0, 0,
  };

  GST_WRITE_UINT16_BE (data + 2, seq);
  GstBuffer *buffer = gst_buffer_new_memdup (data, sizeof data);
  GST_BUFFER_PTS (buffer) =
      gst_element_get_current_running_time (scene->packets->element);
  ck_assert_int_eq (gst_harness_push (scene->packets, buffer), GST_FLOW_OK);
}

/* RTPFB with format 15, somewhere in a compound packet. */
static gboolean
is_feedback (GstBuffer * buffer)
{
  GstMapInfo map;
  gboolean found = FALSE;

  ck_assert (gst_buffer_map (buffer, &map, GST_MAP_READ));
  for (gsize at = 0; at + 4 <= map.size;
      at += (GST_READ_UINT16_BE (map.data + at + 2) + 1) * 4)
    found |= map.data[at + 1] == 205 && (map.data[at] & 0x1f) == 15;
  gst_buffer_unmap (buffer, &map);
  return found;
}

/* Packets until there is a report of them. */
static gboolean
run (Scene * scene)
{
  gint64 end_time = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;

  for (guint16 seq = 1; g_get_monotonic_time () < end_time; seq++) {
    push (scene, seq);
    g_poll (NULL, 0, 5);
    GstBuffer *report = gst_harness_try_pull (scene->reports);
    gboolean found = report != NULL && is_feedback (report);
    gst_clear_buffer (&report);
    if (found)
      return TRUE;
  }
  return FALSE;
}

START_TEST (test_the_session_reports_when_packets_came)
{
  g_autoptr (ServerFeedback) feedback = NULL;
  Scene scene;

  scene_begin (&scene, &feedback);
  server_feedback_set_number (feedback, NUMBER);
  ck_assert (run (&scene));
  scene_end (&scene);
}

END_TEST;

START_TEST (test_it_may_be_known_before_there_is_a_session)
{
  g_autoptr (ServerFeedback) feedback = NULL;
  GstElement *bin = gst_object_ref_sink (gst_bin_new (NULL));
  GstElement *session = gst_element_factory_make ("rtpsession", NULL);
  g_autoptr (GObject) internal = NULL;
  guint64 interval = 0;

  feedback = server_feedback_new (GST_BIN (bin));
  server_feedback_set_number (feedback, NUMBER);
  gst_bin_add (GST_BIN (bin), session);
  g_object_get (session, "internal-session", &internal, NULL);
  g_object_get (internal, "twcc-feedback-interval", &interval, NULL);
  ck_assert_uint_eq (interval, 250 * GST_MSECOND);
  GstPad *pad = gst_element_request_pad_simple (session, "recv_rtp_sink");
  ck_assert (pad != NULL);
  gst_element_release_request_pad (session, pad);
  gst_object_unref (pad);
  gst_object_unref (bin);
}

END_TEST;

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  Suite *suite = suite_create ("serverfeedback");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_the_session_reports_when_packets_came);
  tcase_add_test (tcase, test_it_may_be_known_before_there_is_a_session);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmpcall.h"

#include <gst/check/gstcheck.h>

static GstElement *element;
static RtmpSettings settings;
static RtmpCall *call;

static void
setup (void)
{
  static const RtmpLineFuncs funcs = { NULL };

  element = gst_object_ref_sink (gst_bin_new (NULL));
  rtmp_settings_init (&settings);
  call = rtmp_call_new (element, &settings, TRUE, &funcs, NULL);
}

static void
teardown (void)
{
  g_clear_pointer (&call, rtmp_call_unref);
  rtmp_settings_clear (&settings);
  gst_clear_object (&element);
}

/* Each that waits for a loop that does not run takes a second. */
GST_START_TEST (test_before_the_start_statistics_wait_for_nobody)
{
  gint64 before = g_get_monotonic_time ();

  for (guint i = 0; i < 60; i++) {
    g_autoptr (GstStructure) stats = rtmp_call_get_stats (call);
    assert_equals_string (gst_structure_get_string (stats, "state"),
        "disconnected");
  }
  fail_unless (g_get_monotonic_time () - before < 30 * G_TIME_SPAN_SECOND);
}

GST_END_TEST;

GST_START_TEST (test_what_was_stopped_before_does_not_start)
{
  g_autoptr (GError) error = NULL;

  fail_unless (rtmp_call_stop (call));
  fail_if (rtmp_call_start (call, &error));
  fail_unless (error != NULL);
}

GST_END_TEST;

GST_START_TEST (test_it_is_full_while_it_does_not_run)
{
  fail_unless (rtmp_line_is_full (rtmp_call_get_line (call)));
}

GST_END_TEST;

static Suite *
rtmpcall_suite (void)
{
  Suite *suite = suite_create ("rtmpcall");
  TCase *tcase = tcase_create ("rtmpcall");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_before_the_start_statistics_wait_for_nobody);
  tcase_add_test (tcase, test_what_was_stopped_before_does_not_start);
  tcase_add_test (tcase, test_it_is_full_while_it_does_not_run);
  suite_add_tcase (suite, tcase);
  return suite;
}

GST_CHECK_MAIN (rtmpcall);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* rtmpmux with sources that do not wait: on a clock of the test's own. */
#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>

#define AAC "audio/mpeg, mpegversion=4, stream-format=raw, rate=44100, " \
  "channels=2, codec_data=(buffer)1210"
#define LATENCY (100 * GST_MSECOND)

typedef struct
{
  GstElement *mux;
  GstHarness *first;            /* has the source pad as well */
  GstHarness *second;
} Live;

static GstBuffer *
new_frame (GstClockTime time)
{
  GstBuffer *buffer = gst_buffer_new_memdup ("\0\0\0\1e", 5);

  GST_BUFFER_PTS (buffer) = time;
  return buffer;
}

static void
setup (Live * self)
{
  self->mux = gst_element_factory_make ("rtmpmux", NULL);
  self->first = gst_harness_new_with_element (self->mux, "audio_0", "src");
  self->second = gst_harness_new_with_element (self->mux, "audio_1", NULL);
  gst_harness_use_testclock (self->first);
  gst_harness_set_live (self->first, TRUE);
  gst_harness_set_upstream_latency (self->first, LATENCY);
  gst_harness_set_live (self->second, TRUE);
  gst_harness_set_upstream_latency (self->second, LATENCY);
  gst_harness_set_src_caps_str (self->first, AAC);
  gst_harness_set_src_caps_str (self->second, AAC);
}

static void
teardown (Live * self)
{
  gst_harness_teardown (self->second);
  gst_harness_teardown (self->first);
  gst_object_unref (self->mux);
}

static guint
pull_ms (Live * self, gboolean * second)
{
  for (;;) {
    g_autoptr (GstBuffer) buffer = gst_harness_pull (self->first);
    guint8 head[12] = { 0 };
    ck_assert (buffer != NULL);
    gst_buffer_extract (buffer, 0, head, sizeof head);
    /* Headers say so. */
    if (GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_HEADER))
      continue;
    *second = head[11] == 0x95;
    return head[4] << 16 | head[5] << 8 | head[6];
  }
}

START_TEST (test_the_latency_is_that_of_the_sources)
{
  Live self;

  setup (&self);
  ck_assert_uint_eq (gst_harness_query_latency (self.first), LATENCY);
  teardown (&self);
}

END_TEST;

START_TEST (test_frames_wait_for_the_other_track_as_long_as_that_is_in_time)
{
  Live self;
  gboolean second;

  setup (&self);
  gst_harness_push (self.first, new_frame (20 * GST_MSECOND));
  gst_harness_push (self.second, new_frame (0));
  /* Both are there: what is to be decoded first goes first, before any time has
   * passed. */
  ck_assert_uint_eq (pull_ms (&self, &second), 0);
  ck_assert (second);
  teardown (&self);
}

END_TEST;

START_TEST (test_a_track_that_is_silent_does_not_hold_up_the_other)
{
  Live self;
  gboolean second;

  setup (&self);
  gst_harness_push (self.first, new_frame (0));
  /* It waits for the moment at which it would be too late. */
  ck_assert (gst_harness_crank_single_clock_wait (self.first));
  ck_assert_uint_eq (pull_ms (&self, &second), 0);
  ck_assert (!second);
  ck_assert_uint_ge (gst_clock_get_time (GST_ELEMENT_CLOCK (self.mux)),
      LATENCY);
  teardown (&self);
}

END_TEST;

START_TEST (test_a_track_that_comes_late_is_told_then)
{
  Live self;
  gboolean second;

  setup (&self);
  gst_harness_push (self.first, new_frame (0));
  ck_assert (gst_harness_crank_single_clock_wait (self.first));
  ck_assert_uint_eq (pull_ms (&self, &second), 0);
  gst_harness_push (self.second, new_frame (50 * GST_MSECOND));
  gst_harness_push (self.first, new_frame (60 * GST_MSECOND));
  ck_assert_uint_eq (pull_ms (&self, &second), 50);
  ck_assert (second);
  teardown (&self);
}

END_TEST;

START_TEST (test_what_is_too_late_is_sent_with_the_last_time)
{
  Live self;
  gboolean second;

  setup (&self);
  for (guint i = 0; i < 2; i++) {
    gst_harness_push (self.first, new_frame (i * 40 * GST_MSECOND));
    ck_assert (gst_harness_crank_single_clock_wait (self.first));
    ck_assert_uint_eq (pull_ms (&self, &second), i * 40);
  }
  gst_harness_push (self.second, new_frame (10 * GST_MSECOND));
  gst_harness_push (self.first, new_frame (80 * GST_MSECOND));
  ck_assert_uint_eq (pull_ms (&self, &second), 40);
  ck_assert (second);
  teardown (&self);
}

END_TEST;

static Suite *
rtmpmuxlive_suite (void)
{
  Suite *suite = suite_create ("rtmpmuxlive");
  TCase *tcase = tcase_create ("all");

  tcase_add_test (tcase, test_the_latency_is_that_of_the_sources);
  tcase_add_test (tcase,
      test_frames_wait_for_the_other_track_as_long_as_that_is_in_time);
  tcase_add_test (tcase,
      test_a_track_that_is_silent_does_not_hold_up_the_other);
  tcase_add_test (tcase, test_a_track_that_comes_late_is_told_then);
  tcase_add_test (tcase, test_what_is_too_late_is_sent_with_the_last_time);
  suite_add_tcase (suite, tcase);
  return suite;
}

GST_CHECK_MAIN (rtmpmuxlive);

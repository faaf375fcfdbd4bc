/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmpinbox.h"

#include <gst/check/gstcheck.h>

static RtmpInbox *box;

static void
teardown (void)
{
  g_clear_pointer (&box, rtmp_inbox_free);
}

static gboolean
put (gsize size)
{
  return rtmp_inbox_put (box, gst_buffer_new_allocate (NULL, size, NULL));
}

static gboolean
assert_taken (gsize size)
{
  GstFlowReturn flow;
  gboolean roomy;
  g_autoptr (GstBuffer) buffer = rtmp_inbox_take (box, &flow, &roomy);

  fail_unless (buffer != NULL);
  assert_equals_int (flow, GST_FLOW_OK);
  assert_equals_uint64 (gst_buffer_get_size (buffer), size);
  return roomy;
}

static void
assert_none (GstFlowReturn expected)
{
  GstFlowReturn flow;
  gboolean roomy;

  fail_unless (rtmp_inbox_take (box, &flow, &roomy) == NULL);
  assert_equals_int (flow, expected);
}

GST_START_TEST (test_what_is_put_is_taken_in_order)
{
  guint count;

  box = rtmp_inbox_new (1000);
  put (1);
  put (2);
  assert_equals_uint64 (rtmp_inbox_get_size (box, &count), 3);
  assert_equals_int (count, 2);
  assert_taken (1);
  assert_taken (2);
}

GST_END_TEST;

GST_START_TEST (test_the_end_comes_behind_all_and_once)
{
  box = rtmp_inbox_new (1000);
  put (1);
  rtmp_inbox_end (box, GST_FLOW_EOS);
  rtmp_inbox_end (box, GST_FLOW_ERROR);
  assert_taken (1);
  assert_none (GST_FLOW_EOS);
  assert_none (GST_FLOW_EOS);
}

GST_END_TEST;

GST_START_TEST (test_it_says_when_it_is_full_and_when_no_more)
{
  box = rtmp_inbox_new (100);
  fail_unless (put (50));
  fail_if (put (50));
  fail_if (put (10));
  fail_if (assert_taken (50));
  fail_unless (assert_taken (50));
  fail_if (assert_taken (10));
  fail_unless (put (60));
}

GST_END_TEST;

GST_START_TEST (test_who_flushes_gets_nothing_and_loses_nothing)
{
  box = rtmp_inbox_new (1000);
  put (1);
  rtmp_inbox_set_flushing (box, TRUE);
  assert_none (GST_FLOW_FLUSHING);
  rtmp_inbox_set_flushing (box, FALSE);
  assert_taken (1);
}

GST_END_TEST;

GST_START_TEST (test_what_waits_can_be_forgotten)
{
  box = rtmp_inbox_new (1000);
  put (1);
  fail_unless (rtmp_inbox_empty (box));
  put (2);
  assert_taken (2);
  put (3);
  fail_if (rtmp_inbox_empty (box));
  rtmp_inbox_end (box, GST_FLOW_EOS);
  assert_none (GST_FLOW_EOS);
}

GST_END_TEST;

GST_START_TEST (test_who_wants_no_more_gets_nothing_until_a_flush)
{
  box = rtmp_inbox_new (1000);
  put (1);
  rtmp_inbox_end (box, GST_FLOW_ERROR);
  rtmp_inbox_interrupt (box);
  assert_none (GST_FLOW_EOS);
  assert_none (GST_FLOW_EOS);
  rtmp_inbox_set_flushing (box, TRUE);
  assert_none (GST_FLOW_FLUSHING);
  rtmp_inbox_set_flushing (box, FALSE);
  assert_taken (1);
  assert_none (GST_FLOW_ERROR);
}

GST_END_TEST;

static gpointer
flush (gpointer data)
{
  rtmp_inbox_set_flushing (box, TRUE);
  return NULL;
}

static gpointer
interrupt (gpointer data)
{
  rtmp_inbox_interrupt (box);
  return NULL;
}

GST_START_TEST (test_who_waits_is_woken)
{
  box = rtmp_inbox_new (1000);
  GThread *other = g_thread_new ("other", flush, NULL);
  assert_none (GST_FLOW_FLUSHING);
  g_thread_join (other);
  rtmp_inbox_set_flushing (box, FALSE);
  other = g_thread_new ("other", interrupt, NULL);
  assert_none (GST_FLOW_EOS);
  g_thread_join (other);
}

GST_END_TEST;

static Suite *
rtmpinbox_suite (void)
{
  Suite *suite = suite_create ("rtmpinbox");
  TCase *tcase = tcase_create ("rtmpinbox");
  tcase_add_checked_fixture (tcase, NULL, teardown);
  tcase_add_test (tcase, test_what_is_put_is_taken_in_order);
  tcase_add_test (tcase, test_the_end_comes_behind_all_and_once);
  tcase_add_test (tcase, test_it_says_when_it_is_full_and_when_no_more);
  tcase_add_test (tcase, test_who_flushes_gets_nothing_and_loses_nothing);
  tcase_add_test (tcase, test_what_waits_can_be_forgotten);
  tcase_add_test (tcase, test_who_wants_no_more_gets_nothing_until_a_flush);
  tcase_add_test (tcase, test_who_waits_is_woken);
  suite_add_tcase (suite, tcase);
  return suite;
}

GST_CHECK_MAIN (rtmpinbox);

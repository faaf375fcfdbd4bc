/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmpdemuxseek.h"

#include <gst/check/gstcheck.h>

static RtmpDemuxIndex index_of_three;

static void
setup (void)
{
  rtmp_demux_index_init (&index_of_three);
  rtmp_demux_index_add (&index_of_three, 0, 13);
  rtmp_demux_index_add (&index_of_three, 2000, 200);
  rtmp_demux_index_add (&index_of_three, 4000, 400);
}

static gboolean
seek_to (GstSeekFlags flags, GstClockTime time, GstSegment * segment,
    RtmpDemuxEntry * entry)
{
  g_autoptr (GstEvent) event = gst_event_new_seek (1, GST_FORMAT_TIME, flags,
      GST_SEEK_TYPE_SET, time, GST_SEEK_TYPE_NONE, -1);
  RtmpDemuxSeek seek;

  ck_assert (rtmp_demux_seek_init (&seek, event));
  ck_assert_int_eq (rtmp_demux_seek_is_flushing (&seek),
      (flags & GST_SEEK_FLAG_FLUSH) != 0);
  gst_segment_init (segment, GST_FORMAT_TIME);
  rtmp_demux_seek_apply (&seek, segment);
  return rtmp_demux_seek_find (&seek, &index_of_three, segment, entry);
}

START_TEST (test_an_accurate_seek_begins_before_and_shows_from_there)
{
  GstSegment segment;
  RtmpDemuxEntry entry;

  setup ();
  ck_assert (seek_to (GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_ACCURATE,
          3 * GST_SECOND, &segment, &entry));
  ck_assert_uint_eq (entry.offset, 200);
  ck_assert_uint_eq (segment.start, 3 * GST_SECOND);
  rtmp_demux_index_clear (&index_of_three);
}

END_TEST;

START_TEST (test_a_seek_to_key_units_shows_all_of_them)
{
  GstSegment segment;
  RtmpDemuxEntry entry;

  setup ();
  ck_assert (seek_to (GST_SEEK_FLAG_KEY_UNIT, 3 * GST_SECOND, &segment,
          &entry));
  ck_assert_uint_eq (entry.offset, 200);
  ck_assert_uint_eq (segment.start, 2 * GST_SECOND);
  ck_assert_uint_eq (segment.time, 2 * GST_SECOND);
  ck_assert (seek_to (GST_SEEK_FLAG_KEY_UNIT | GST_SEEK_FLAG_SNAP_AFTER,
          3 * GST_SECOND, &segment, &entry));
  ck_assert_uint_eq (entry.offset, 400);
  /* Behind the last there is none. */
  ck_assert (seek_to (GST_SEEK_FLAG_KEY_UNIT | GST_SEEK_FLAG_SNAP_AFTER,
          9 * GST_SECOND, &segment, &entry));
  ck_assert_uint_eq (entry.offset, 400);
  rtmp_demux_index_clear (&index_of_three);
}

END_TEST;

START_TEST (test_without_an_index_nothing_is_found)
{
  GstSegment segment;
  RtmpDemuxEntry entry;

  setup ();
  rtmp_demux_index_reset (&index_of_three);
  ck_assert (!seek_to (GST_SEEK_FLAG_FLUSH, GST_SECOND, &segment, &entry));
  rtmp_demux_index_clear (&index_of_three);
}

END_TEST;

START_TEST (test_what_we_cannot_do_is_refused)
{
  g_autoptr (GstEvent) backwards = gst_event_new_seek (-1, GST_FORMAT_TIME, 0,
      GST_SEEK_TYPE_SET, 0, GST_SEEK_TYPE_SET, GST_SECOND);
  g_autoptr (GstEvent) by_bytes = gst_event_new_seek (1, GST_FORMAT_BYTES, 0,
      GST_SEEK_TYPE_SET, 0, GST_SEEK_TYPE_NONE, -1);
  RtmpDemuxSeek seek;

  ck_assert (!rtmp_demux_seek_init (&seek, backwards));
  ck_assert (!rtmp_demux_seek_init (&seek, by_bytes));
}

END_TEST;

START_TEST (test_events_carry_the_number_of_the_seek)
{
  g_autoptr (GstEvent) event = gst_event_new_seek (1, GST_FORMAT_TIME,
      GST_SEEK_FLAG_FLUSH, GST_SEEK_TYPE_SET, 0, GST_SEEK_TYPE_NONE, -1);
  RtmpDemuxSeek seek;

  ck_assert (rtmp_demux_seek_init (&seek, event));
  g_autoptr (GstEvent) start = rtmp_demux_seek_new_flush (&seek, FALSE);
  g_autoptr (GstEvent) stop = rtmp_demux_seek_new_flush (&seek, TRUE);
  g_autoptr (GstEvent) up = rtmp_demux_seek_new_event (&seek, 200);
  ck_assert_int_eq (GST_EVENT_TYPE (start), GST_EVENT_FLUSH_START);
  ck_assert_int_eq (GST_EVENT_TYPE (stop), GST_EVENT_FLUSH_STOP);
  ck_assert_uint_eq (gst_event_get_seqnum (start), seek.seqnum);
  ck_assert_uint_eq (gst_event_get_seqnum (stop), seek.seqnum);
  ck_assert_uint_eq (gst_event_get_seqnum (up), seek.seqnum);
}

END_TEST;

static Suite *
rtmpdemuxseek_suite (void)
{
  Suite *suite = suite_create ("rtmpdemuxseek");
  TCase *tcase = tcase_create ("all");

  tcase_add_test (tcase,
      test_an_accurate_seek_begins_before_and_shows_from_there);
  tcase_add_test (tcase, test_a_seek_to_key_units_shows_all_of_them);
  tcase_add_test (tcase, test_without_an_index_nothing_is_found);
  tcase_add_test (tcase, test_what_we_cannot_do_is_refused);
  tcase_add_test (tcase, test_events_carry_the_number_of_the_seek);
  suite_add_tcase (suite, tcase);
  return suite;
}

GST_CHECK_MAIN (rtmpdemuxseek);

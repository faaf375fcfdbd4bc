/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmpwrap.h"

#include <gst/check/gstcheck.h>

#include "rtmp/rtmpflvreader.h"

static RtmpWrap wrap;

static void
setup (void)
{
  rtmp_wrap_init (&wrap);
}

static void
teardown (void)
{
  rtmp_wrap_clear (&wrap);
}

static void
add (guint type, guint32 time, const guint8 * data, gsize size)
{
  RtmpMessageHead head = {.type = type,.timestamp = 7 };
  g_autoptr (RtmpMessage) message = rtmp_message_new_copy (&head, data, size);

  rtmp_wrap_add (&wrap, message, time);
}

static void
add_filled (guint32 time, guint8 fill, gsize size)
{
  g_autofree guint8 *data = g_malloc (size);

  memset (data, fill, size);
  add (RTMP_MESSAGE_VIDEO, time, data, size);
}

/* Every tag that the taken buffer has, as "type time size first". */
static gchar *
read_taken (RtmpFlvReader * reader)
{
  g_autoptr (GstBuffer) buffer = rtmp_wrap_take (&wrap);
  g_autoptr (GString) text = g_string_new (NULL);
  g_auto (RtmpFlvTag) tag = { 0 };
  GstMapInfo map;

  fail_unless (buffer != NULL);
  fail_unless (gst_buffer_n_memory (buffer) <= gst_buffer_get_max_memory ());
  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
  g_autoptr (GBytes) bytes = g_bytes_new (map.data, map.size);
  gst_buffer_unmap (buffer, &map);
  rtmp_flv_reader_feed (reader, bytes);
  while (rtmp_flv_reader_take (reader, &tag, NULL)) {
    const guint8 *data = g_bytes_get_data (tag.data, NULL);
    g_string_append_printf (text, "[%u %u %u %02x]", tag.type, tag.timestamp,
        (guint) tag.size, data[0]);
    rtmp_flv_tag_clear (&tag);
  }
  assert_equals_uint64 (rtmp_flv_reader_get_pending (reader), 0);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

GST_START_TEST (test_messages_are_tags_of_one_file)
{
  g_autoptr (RtmpFlvReader) reader = rtmp_flv_reader_new ();

  add_filled (0, 0x17, 10);
  add_filled (40, 0x27, 5000);
  g_autofree gchar *one = read_taken (reader);
  assert_equals_string (one, "[9 0 10 17][9 40 5000 27]");
  add_filled (0xfffffff0, 0x27, 3);
  g_autofree gchar *two = read_taken (reader);
  assert_equals_string (two, "[9 4294967280 3 27]");
  fail_unless (rtmp_wrap_take (&wrap) == NULL);
}

GST_END_TEST;

GST_START_TEST (test_a_file_can_begin_again)
{
  g_autoptr (RtmpFlvReader) reader = rtmp_flv_reader_new ();

  for (guint i = 1; i <= 2; i++) {
    rtmp_wrap_restart (&wrap);
    add_filled (0, 0x17, 10);
    g_autofree gchar *text = read_taken (reader);
    assert_equals_int (rtmp_flv_reader_count_files (reader), i);
  }
}

GST_END_TEST;

/* More than a buffer has places for. */
GST_START_TEST (test_many_long_ones_go_into_one_buffer)
{
  g_autoptr (RtmpFlvReader) reader = rtmp_flv_reader_new ();
  g_autoptr (GString) expected = g_string_new (NULL);

  for (guint i = 0; i < 50; i++) {
    add_filled (i, i, 5000 + i);
    g_string_append_printf (expected, "[9 %u %u %02x]", i, 5000 + i, i);
  }
  g_autofree gchar *text = read_taken (reader);
  assert_equals_string (text, expected->str);
}

GST_END_TEST;

GST_START_TEST (test_what_is_for_servers_only_is_left_out)
{
  static const guint8 data[] =
      "\x02\x00\x0d@setDataFrame\x02\x00\x0aonMetaData";
  g_autoptr (RtmpFlvReader) reader = rtmp_flv_reader_new ();

  add (RTMP_MESSAGE_COMMAND, 0, data, 3);
  add (RTMP_MESSAGE_VIDEO, 0, data, 0);
  fail_unless (rtmp_wrap_take (&wrap) == NULL);
  add (RTMP_MESSAGE_DATA, 0, data, sizeof data - 1);
  g_autofree gchar *text = read_taken (reader);
  assert_equals_string (text, "[18 0 13 02]");
}

GST_END_TEST;

static Suite *
rtmpwrap_suite (void)
{
  Suite *suite = suite_create ("rtmpwrap");
  TCase *tcase = tcase_create ("rtmpwrap");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_messages_are_tags_of_one_file);
  tcase_add_test (tcase, test_a_file_can_begin_again);
  tcase_add_test (tcase, test_many_long_ones_go_into_one_buffer);
  tcase_add_test (tcase, test_what_is_for_servers_only_is_left_out);
  suite_add_tcase (suite, tcase);
  return suite;
}

GST_CHECK_MAIN (rtmpwrap);

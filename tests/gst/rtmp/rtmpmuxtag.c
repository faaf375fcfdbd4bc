/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmpmuxtag.h"

#include <gst/check/gstcheck.h>

#include "rtmp/rtmpflvreader.h"
#include "rtmp/rtmplimits.h"

static GstBuffer *
new_payload (gsize size)
{
  return gst_buffer_new_wrapped (g_malloc0 (size), size);
}

/* Whatever memories it is made of. */
static void
assert_tag (GstBuffer * buffer, guint type, guint32 timestamp, gsize size)
{
  g_autoptr (RtmpFlvReader) reader = rtmp_flv_reader_new ();
  g_auto (RtmpFlvTag) tag = { 0 };
  gsize length;
  gpointer data;

  gst_buffer_extract_dup (buffer, 0, -1, &data, &length);
  g_autoptr (GBytes) bytes = g_bytes_new_take (data, length);
  ck_assert_uint_eq (length, 11 + size + 4);
  rtmp_flv_reader_restart (reader, 1);
  rtmp_flv_reader_feed (reader, bytes);
  ck_assert (rtmp_flv_reader_take (reader, &tag, NULL));
  ck_assert_uint_eq (tag.type, type);
  ck_assert_uint_eq (tag.timestamp, timestamp);
  ck_assert_uint_eq (tag.size, size);
  ck_assert_uint_eq (((guint8 *) data)[length - 1], (11 + size) & 0xff);
}

START_TEST (test_a_small_frame_is_copied)
{
  g_autoptr (GstBuffer) payload = new_payload (100);
  g_autoptr (GstBuffer) tag =
      rtmp_mux_tag_new (8, 1234, (const guint8 *) "ab", 2, payload, 10);

  assert_tag (tag, 8, 1234, 92);
  ck_assert_uint_eq (gst_buffer_n_memory (tag), 1);
}

END_TEST;

START_TEST (test_a_large_frame_is_lent)
{
  g_autoptr (GstBuffer) payload = new_payload (100000);
  g_autoptr (GstBuffer) tag = rtmp_mux_tag_new (9, 0x1ffffffff,
      (const guint8 *) "abcde", 5, payload, 1);
  GstMapInfo a, b;

  assert_tag (tag, 9, G_MAXUINT32, 100004);
  ck_assert_uint_eq (gst_buffer_n_memory (tag), 3);
  GstMemory *memory = gst_buffer_peek_memory (tag, 1);
  ck_assert (gst_memory_map (memory, &a, GST_MAP_READ));
  ck_assert (gst_buffer_map (payload, &b, GST_MAP_READ));
  ck_assert (a.data == b.data + 1);
  gst_memory_unmap (memory, &a);
  gst_buffer_unmap (payload, &b);
}

END_TEST;

START_TEST (test_a_tag_may_have_only_a_header)
{
  g_autoptr (GstBuffer) tag =
      rtmp_mux_tag_new (9, 0, (const guint8 *) "ab", 2, NULL, 0);

  assert_tag (tag, 9, 0, 2);
}

END_TEST;

START_TEST (test_what_does_not_fit_is_no_tag)
{
  g_autoptr (GstBuffer) most = new_payload (RTMP_MAX_MESSAGE - 2);
  g_autoptr (GstBuffer) more = new_payload (RTMP_MAX_MESSAGE - 1);
  g_autoptr (GstBuffer) tag =
      rtmp_mux_tag_new (9, 0, (const guint8 *) "ab", 2, most, 0);

  ck_assert (tag != NULL);
  ck_assert (rtmp_mux_tag_new (9, 0, (const guint8 *) "ab", 2, more, 0) ==
      NULL);
}

END_TEST;

int
main (int argc, char **argv)
{
  gst_check_init (&argc, &argv);
  Suite *suite = suite_create ("rtmpmuxtag");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_a_small_frame_is_copied);
  tcase_add_test (tcase, test_a_large_frame_is_lent);
  tcase_add_test (tcase, test_a_tag_may_have_only_a_header);
  tcase_add_test (tcase, test_what_does_not_fit_is_no_tag);
  suite_add_tcase (suite, tcase);
  return gst_check_run_suite (suite, "rtmpmuxtag", __FILE__);
}

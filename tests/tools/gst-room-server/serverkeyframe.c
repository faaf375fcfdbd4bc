/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The packets are the beginnings of those that GStreamer 1.22's payloaders made
 * of videotestsrc, through x264enc, x265enc, vp8enc and vp9enc. AV1 has no
 * payloader there: its bytes are written after the format's description. */
#include "serverkeyframe.h"

#include <check.h>

#define ASSERT_BEGINS(codec, ...) \
  ck_assert (feed (server_key_frame_begins_##codec, (const guint8[]) \
      { __VA_ARGS__ }, sizeof ((const guint8[]) { __VA_ARGS__ })))
#define ASSERT_GOES_ON(codec, ...) \
  ck_assert (!feed (server_key_frame_begins_##codec, (const guint8[]) \
      { __VA_ARGS__ }, sizeof ((const guint8[]) { __VA_ARGS__ })))

/* In memory of its own size, so that a byte too far is seen; and every shorter
 * beginning as well. */
static gboolean
feed (ServerKeyFrameFunc begins, const guint8 * payload, gsize size)
{
  gboolean result = FALSE;

  for (gsize length = 0; length <= size; length++) {
    g_autofree guint8 *copy = g_memdup2 (payload, length);
    result = begins (copy, length);
  }
  return result;
}

START_TEST (test_h264_begins_with_its_parameters)
{
  ASSERT_BEGINS (h264, 0x67, 0xf4, 0x00, 0x0d, 0x90);
  ASSERT_BEGINS (h264, 0x78, 0x00, 0x02, 0x09, 0x10, 0x00, 0x1b, 0x67, 0xf4,
      0x00, 0x0d, 0x90, 0xd9, 0x64, 0x10, 0x9b, 0x01, 0x6a, 0x0c, 0x0c,
      0x0c, 0x80, 0x00, 0x00, 0x03, 0x00, 0x80, 0x00, 0x00, 0x0a, 0x47,
      0x8a, 0x15, 0x24, 0x00, 0x06, 0x68, 0xeb, 0xcc, 0x44, 0x84, 0x40);
}

END_TEST;

START_TEST (test_h264_goes_on_with_all_else)
{
  ASSERT_GOES_ON (h264, 0x09, 0x10);
  ASSERT_GOES_ON (h264, 0x68, 0xeb, 0xcc, 0x44);
  ASSERT_GOES_ON (h264, 0x7c, 0x85, 0x88, 0x84);
  ASSERT_GOES_ON (h264, 0x5c, 0x81, 0x9a, 0x3b);
  ASSERT_GOES_ON (h264, 0x1c, 0x86, 0x05, 0xff);
  /* An aggregate that is cut off in front of the parameters. */
  ASSERT_GOES_ON (h264, 0x78, 0x00, 0x02, 0x09, 0x10, 0x00, 0x1b, 0x67);
}

END_TEST;

START_TEST (test_h265_begins_with_its_parameters)
{
  ASSERT_BEGINS (h265, 0x40, 0x01, 0x0c, 0x01, 0xff);
  ASSERT_BEGINS (h265, 0x42, 0x01, 0x01, 0x04, 0x08);
  ASSERT_BEGINS (h265, 0x60, 0x01, 0x00, 0x17, 0x40, 0x01, 0x0c, 0x01, 0xff,
      0xff, 0x04, 0x08, 0x00, 0x00, 0x03, 0x00, 0x98, 0x08, 0x00, 0x00,
      0x03, 0x00, 0x00, 0x3f, 0x92, 0x80, 0x90, 0x00, 0x30, 0x42);
}

END_TEST;

START_TEST (test_h265_goes_on_with_all_else)
{
  ASSERT_GOES_ON (h265, 0x44, 0x01, 0xc1, 0x72);
  ASSERT_GOES_ON (h265, 0x62, 0x01, 0xa7, 0x05);
  ASSERT_GOES_ON (h265, 0x62, 0x01, 0x94, 0xaf);
  ASSERT_GOES_ON (h265, 0x02, 0x01, 0xd0, 0x09);
}

END_TEST;

START_TEST (test_vp8_begins_with_a_frame_that_needs_no_other)
{
  ASSERT_BEGINS (vp8, 0x10, 0x10, 0x1d, 0x00, 0x9d, 0x01, 0x2a);
  ASSERT_BEGINS (vp8, 0x90, 0x80, 0xd5, 0x34, 0x10, 0x1d, 0x00, 0x9d);
  /* As browsers write it: TL0PICIDX, TID and KEYIDX as well. */
  ASSERT_BEGINS (vp8, 0x90, 0xe0, 0xd5, 0x34, 0x07, 0x20, 0x10, 0x1d, 0x00);
}

END_TEST;

START_TEST (test_vp8_goes_on_with_all_else)
{
  ASSERT_GOES_ON (vp8, 0x10, 0x11, 0x03, 0x00, 0x01);
  ASSERT_GOES_ON (vp8, 0x90, 0x80, 0xd5, 0x35, 0x11, 0x03, 0x00, 0x01);
  /* The second packet of a key frame, and a further partition. */
  ASSERT_GOES_ON (vp8, 0x80, 0x80, 0xd5, 0x34, 0x10, 0x1d);
  ASSERT_GOES_ON (vp8, 0x11, 0x10, 0x1d, 0x00);
}

END_TEST;

START_TEST (test_vp9_begins_with_a_picture_that_refers_to_none)
{
  ASSERT_BEGINS (vp9, 0x8a, 0xeb, 0xe0, 0x18, 0x00, 0x40, 0x00, 0x40);
  /* With layers: the lowest. */
  ASSERT_BEGINS (vp9, 0xaa, 0xeb, 0xe0, 0x00, 0x00, 0x18, 0x00);
}

END_TEST;

START_TEST (test_vp9_goes_on_with_all_else)
{
  ASSERT_GOES_ON (vp9, 0xcc, 0xeb, 0xe1, 0xb3, 0x00);
  ASSERT_GOES_ON (vp9, 0x84, 0xeb, 0xe0, 0x18, 0x00);
  ASSERT_GOES_ON (vp9, 0xaa, 0xeb, 0xe0, 0x02, 0x00, 0x18, 0x00);
}

END_TEST;

START_TEST (test_av1_begins_with_a_coded_video_sequence)
{
  ASSERT_BEGINS (av1, 0x18, 0x0a, 0x0b, 0x00, 0x00);
  ASSERT_GOES_ON (av1, 0x10, 0x32, 0x44);
  ASSERT_GOES_ON (av1, 0x98, 0x0a, 0x0b);
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("serverkeyframe");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_h264_begins_with_its_parameters);
  tcase_add_test (tcase, test_h264_goes_on_with_all_else);
  tcase_add_test (tcase, test_h265_begins_with_its_parameters);
  tcase_add_test (tcase, test_h265_goes_on_with_all_else);
  tcase_add_test (tcase, test_vp8_begins_with_a_frame_that_needs_no_other);
  tcase_add_test (tcase, test_vp8_goes_on_with_all_else);
  tcase_add_test (tcase, test_vp9_begins_with_a_picture_that_refers_to_none);
  tcase_add_test (tcase, test_vp9_goes_on_with_all_else);
  tcase_add_test (tcase, test_av1_begins_with_a_coded_video_sequence);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bytes laid together by hand from Adobe FLV 10.1, E.2 to E.4.1. */
#include "rtmp/rtmpflvtag.h"

#include "hexbytes.h"

#include <check.h>

START_TEST (test_a_header_is_read)
{
  g_autoptr (GBytes) bytes = hex_bytes_new ("29 000102 345678 12 000003");
  RtmpFlvTag tag;

  rtmp_flv_tag_read_header (&tag, g_bytes_get_data (bytes, NULL));
  ck_assert_uint_eq (tag.type, RTMP_MESSAGE_VIDEO);
  ck_assert (tag.encrypted);
  ck_assert_uint_eq (tag.size, 0x102);
  ck_assert_uint_eq (tag.timestamp, 0x12345678);
  ck_assert_uint_eq (tag.stream, 3);
  ck_assert (tag.data == NULL);
}

END_TEST;

START_TEST (test_a_tag_is_written)
{
  RtmpFlvTag tag = { RTMP_MESSAGE_AUDIO, FALSE, 0x89abcdef, 0, 0xfffff0 };
  guint8 out[RTMP_FLV_TAG_HEADER];

  rtmp_flv_tag_write_header (&tag, out);
  hex_bytes_assert (out, sizeof out, "08 fffff0 abcdef 89 000000");
  rtmp_flv_tag_write_trailer (&tag, out);
  hex_bytes_assert (out, RTMP_FLV_TAG_TRAILER, "00fffffb");
  tag.encrypted = TRUE;
  tag.stream = 7;
  rtmp_flv_tag_write_header (&tag, out);
  hex_bytes_assert (out, sizeof out, "28 fffff0 abcdef 89 000007");
}

END_TEST;

START_TEST (test_what_a_file_begins_with_is_written)
{
  guint8 out[RTMP_FLV_FILE_HEADER];

  rtmp_flv_write_file_header (TRUE, TRUE, out);
  hex_bytes_assert (out, sizeof out, "464c56 01 05 00000009 00000000");
  rtmp_flv_write_file_header (TRUE, FALSE, out);
  hex_bytes_assert (out, sizeof out, "464c56 01 04 00000009 00000000");
  rtmp_flv_write_file_header (FALSE, TRUE, out);
  hex_bytes_assert (out, sizeof out, "464c56 01 01 00000009 00000000");
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("rtmpflvtag");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_a_header_is_read);
  tcase_add_test (tcase, test_a_tag_is_written);
  tcase_add_test (tcase, test_what_a_file_begins_with_is_written);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The golden headers are what libaom and SVT-AV1 write for pictures of the size
 * and kind that the test names. */
#include "rtmp/rtmpav1sequence.h"

#include "hexbytes.h"

#include <check.h>

static gboolean
parse (RtmpAv1Sequence * self, const gchar * hex)
{
  g_autoptr (GBytes) bytes = hex_bytes_new (hex);

  return rtmp_av1_sequence_parse (self, g_bytes_get_data (bytes, NULL),
      g_bytes_get_size (bytes));
}

START_TEST (test_a_plain_header_is_read)
{
  RtmpAv1Sequence self;

  /* libaom, 320x240, 8 bits, 4:2:0. */
  ck_assert (parse (&self, "000000043cffbcdaf90040"));
  ck_assert_uint_eq (self.profile, 0);
  ck_assert_uint_eq (self.level, 0);
  ck_assert_uint_eq (self.width, 320);
  ck_assert_uint_eq (self.height, 240);
  ck_assert_uint_eq (self.depth, 8);
  ck_assert (!self.monochrome);
  ck_assert_uint_eq (self.subsampling_x, 1);
  ck_assert_uint_eq (self.subsampling_y, 1);
  ck_assert_uint_eq (self.primaries, 2);
  ck_assert (!self.full_range);
  /* librav1e, the same. */
  ck_assert (parse (&self, "000000fa1e7fde210a88101010a0"));
  ck_assert_uint_eq (self.level, 31);
  ck_assert_uint_eq (self.width, 320);
  ck_assert_uint_eq (self.height, 240);
  ck_assert_uint_eq (self.depth, 8);
}

END_TEST;

START_TEST (test_colours_are_read)
{
  RtmpAv1Sequence self;

  /* libaom, 640x360, 10 bits, BT.2100 with PQ. */
  ck_assert (parse (&self, "0000000cc4ff6736be5424402410"));
  ck_assert_uint_eq (self.width, 640);
  ck_assert_uint_eq (self.height, 360);
  ck_assert_uint_eq (self.depth, 10);
  ck_assert_uint_eq (self.primaries, 9);
  ck_assert_uint_eq (self.transfer, 16);
  ck_assert_uint_eq (self.matrix, 9);
  /* SVT-AV1, 1920x1080, BT.709, chroma beside the luma. */
  ck_assert (parse (&self, "00000042abbfc373efe440404049"));
  ck_assert_uint_eq (self.level, 8);
  ck_assert_uint_eq (self.width, 1920);
  ck_assert_uint_eq (self.height, 1080);
  ck_assert_uint_eq (self.primaries, 1);
  ck_assert_uint_eq (self.transfer, 1);
  ck_assert_uint_eq (self.matrix, 1);
  ck_assert_uint_eq (self.chroma_position, 1);
}

END_TEST;

START_TEST (test_other_samplings_are_read)
{
  RtmpAv1Sequence self;

  /* libaom, 640x360, grey. */
  ck_assert (parse (&self, "0000000cc4ff6736be4a80"));
  ck_assert (self.monochrome);
  ck_assert_uint_eq (self.height, 360);
  /* libaom, 322x182, 12 bits, 4:2:2, full range. */
  ck_assert (parse (&self, "400000043d06d4daf96620"));
  ck_assert_uint_eq (self.profile, 2);
  ck_assert_uint_eq (self.width, 322);
  ck_assert_uint_eq (self.height, 182);
  ck_assert_uint_eq (self.depth, 12);
  ck_assert_uint_eq (self.subsampling_x, 1);
  ck_assert_uint_eq (self.subsampling_y, 0);
  ck_assert (self.full_range);
  /* libaom, 320x240, RGB. */
  ck_assert (parse (&self, "200000043cffbcdaf92021a004"));
  ck_assert_uint_eq (self.profile, 1);
  ck_assert_uint_eq (self.subsampling_x, 0);
  ck_assert_uint_eq (self.subsampling_y, 0);
  ck_assert_uint_eq (self.matrix, 0);
}

END_TEST;

START_TEST (test_a_reduced_header_of_a_still_picture_is_read)
{
  RtmpAv1Sequence self;

  /* By hand: profile 0, still, reduced, level 5; four bits for each size, 15
   * and 7, less one; no superblocks of 128 and no filters; no superres, cdef,
   * restoration; 8 bits, monochrome, no description, full range. */
  ck_assert (parse (&self, "19 4c fd c0 58"));
  ck_assert_uint_eq (self.level, 5);
  ck_assert_uint_eq (self.width, 16);
  ck_assert_uint_eq (self.height, 8);
  ck_assert (self.monochrome);
  ck_assert (self.full_range);
  ck_assert_uint_eq (self.depth, 8);
  ck_assert_uint_eq (self.matrix, 2);
}

END_TEST;

START_TEST (test_a_header_cut_at_any_length_is_refused)
{
  g_autoptr (GBytes) bytes = hex_bytes_new ("000000043cffbcdaf90040");
  const guint8 *data = g_bytes_get_data (bytes, NULL);
  RtmpAv1Sequence self;

  /* The last byte is trailing bits. */
  for (gsize length = 0; length < 10; length++) {
    g_autoptr (GBytes) cut = g_bytes_new (data, length);
    ck_assert (!rtmp_av1_sequence_parse (&self, g_bytes_get_data (cut, NULL),
            length));
  }
}

END_TEST;

START_TEST (test_a_reserved_profile_is_refused)
{
  RtmpAv1Sequence self;

  ck_assert (!parse (&self, "600000043cffbcdaf9004000"));
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("rtmpav1sequence");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_a_plain_header_is_read);
  tcase_add_test (tcase, test_colours_are_read);
  tcase_add_test (tcase, test_other_samplings_are_read);
  tcase_add_test (tcase, test_a_reduced_header_of_a_still_picture_is_read);
  tcase_add_test (tcase, test_a_header_cut_at_any_length_is_refused);
  tcase_add_test (tcase, test_a_reserved_profile_is_refused);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

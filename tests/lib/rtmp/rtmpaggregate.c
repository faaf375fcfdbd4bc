/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bytes laid together by hand from RTMP 1.0, 7.1.6. */
#include "rtmp/rtmpaggregate.h"

#include "hexbytes.h"
#include "rtmp/rtmperror.h"

#include <check.h>

#define AUDIO "08 000002 0003e8 00 000000 af01 0000000d"
#define VIDEO "09 000001 0003fc 00 000007 17 0000000c"

static void
assert_tag (RtmpAggregateReader * reader, guint type, guint32 timestamp,
    const gchar * hex)
{
  g_auto (RtmpFlvTag) tag = { 0 };
  g_autoptr (GError) error = NULL;

  ck_assert (rtmp_aggregate_reader_take (reader, &tag, &error));
  ck_assert_uint_eq (tag.type, type);
  ck_assert_uint_eq (tag.timestamp, timestamp);
  hex_bytes_assert (g_bytes_get_data (tag.data, NULL), tag.size, hex);
}

static void
assert_end (RtmpAggregateReader * reader)
{
  g_autoptr (GError) error = NULL;
  RtmpFlvTag tag;

  ck_assert (!rtmp_aggregate_reader_take (reader, &tag, &error));
  ck_assert (error == NULL);
}

START_TEST (test_times_are_moved_to_that_of_the_aggregate)
{
  g_autoptr (GBytes) data = hex_bytes_new (AUDIO VIDEO);
  RtmpAggregateReader reader;

  /* The first is at 1000, the second 20 behind it. */
  rtmp_aggregate_reader_init (&reader, data, 5000);
  assert_tag (&reader, RTMP_MESSAGE_AUDIO, 5000, "af01");
  assert_tag (&reader, RTMP_MESSAGE_VIDEO, 5020, "17");
  assert_end (&reader);
  /* Over the end of the numbers too. */
  rtmp_aggregate_reader_init (&reader, data, G_MAXUINT32 - 9);
  assert_tag (&reader, RTMP_MESSAGE_AUDIO, G_MAXUINT32 - 9, "af01");
  assert_tag (&reader, RTMP_MESSAGE_VIDEO, 10, "17");
}

END_TEST;

START_TEST (test_an_empty_one_has_nothing)
{
  g_autoptr (GBytes) data = g_bytes_new (NULL, 0);
  RtmpAggregateReader reader;

  rtmp_aggregate_reader_init (&reader, data, 0);
  assert_end (&reader);
}

END_TEST;

START_TEST (test_what_is_cut_off_is_refused_behind_what_is_whole)
{
  g_autoptr (GBytes) data = hex_bytes_new (AUDIO VIDEO);
  gsize size = g_bytes_get_size (data);

  /* Without the number behind it the last one is whole. */
  for (gsize length = 17 + 1; length < size - RTMP_FLV_TAG_TRAILER; length++) {
    g_autoptr (GBytes) cut = g_bytes_new_from_bytes (data, 0, length);
    g_autoptr (GError) error = NULL;
    RtmpAggregateReader reader;
    RtmpFlvTag tag;
    rtmp_aggregate_reader_init (&reader, cut, 0);
    assert_tag (&reader, RTMP_MESSAGE_AUDIO, 0, "af01");
    ck_assert (!rtmp_aggregate_reader_take (&reader, &tag, &error));
    ck_assert (g_error_matches (error, RTMP_ERROR, RTMP_ERROR_FORMAT));
    assert_end (&reader);
  }
}

END_TEST;

START_TEST (test_the_last_may_end_early)
{
  g_autoptr (GBytes) data = hex_bytes_new ("08 000002 0003e8 00 000000 af01");
  RtmpAggregateReader reader;

  rtmp_aggregate_reader_init (&reader, data, 0);
  assert_tag (&reader, RTMP_MESSAGE_AUDIO, 0, "af01");
  assert_end (&reader);
}

END_TEST;

START_TEST (test_what_is_put_together_is_taken_apart)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_auto (RtmpFlvTag) audio = { RTMP_MESSAGE_AUDIO, FALSE, 1000, 0, 2,
    hex_bytes_new ("af01")
  };
  g_auto (RtmpFlvTag) video = { RTMP_MESSAGE_VIDEO, FALSE, 1020, 7, 1,
    hex_bytes_new ("17")
  };

  rtmp_aggregate_append (out, &audio);
  rtmp_aggregate_append (out, &video);
  hex_bytes_assert (out->data, out->len, AUDIO VIDEO);
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("rtmpaggregate");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_times_are_moved_to_that_of_the_aggregate);
  tcase_add_test (tcase, test_an_empty_one_has_nothing);
  tcase_add_test (tcase, test_what_is_cut_off_is_refused_behind_what_is_whole);
  tcase_add_test (tcase, test_the_last_may_end_early);
  tcase_add_test (tcase, test_what_is_put_together_is_taken_apart);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

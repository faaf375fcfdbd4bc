/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bytes laid together by hand from Adobe FLV 10.1, annex E. RTMP_TEST_SEED sets
 * the seed of the random slices. */
#include "rtmp/rtmpflvreader.h"

#include "hexbytes.h"
#include "rtmp/rtmperror.h"
#include "rtmp/rtmplimits.h"

#include <check.h>
#include <stdlib.h>

#define HEADER "464c56 01 05 00000009 00000000"
#define SCRIPT "12 000003 000000 00 000000 020001 0000000e"
#define AUDIO "08 000004 000017 00 000000 af012100 0000000f"
#define VIDEO "09 000005 ffffff ff 000000 1701000050 00000010"
#define EMPTY "08 000000 000017 00 000000 0000000b"
#define UNKNOWN "1e 000002 000000 00 000000 aabb 0000000d"
#define FILE_OF_ALL HEADER SCRIPT AUDIO VIDEO EMPTY UNKNOWN AUDIO

/* What comes out, in words: type, time, offset and data of each tag. */
static void
take_all (RtmpFlvReader * reader, GString * words, GError ** error)
{
  g_auto (RtmpFlvTag) tag = { 0 };

  while (rtmp_flv_reader_take (reader, &tag, error)) {
    gsize size;
    const guint8 *data = g_bytes_get_data (tag.data, &size);
    ck_assert_uint_eq (size, tag.size);
    g_string_append_printf (words, "%u@%u+%" G_GUINT64_FORMAT ":", tag.type,
        tag.timestamp, rtmp_flv_reader_get_offset (reader));
    for (gsize i = 0; i < size; i++)
      g_string_append_printf (words, "%02x", data[i]);
    g_string_append_c (words, ' ');
    rtmp_flv_tag_clear (&tag);
  }
}

#define WORDS_OF_ALL "18@0+13:020001 8@23+31:af012100 " \
  "9@4294967295+50:1701000050 8@23+70: 30@0+85:aabb 8@23+102:af012100 "

static gchar *
read_whole (const gchar * hex, GError ** error)
{
  g_autoptr (RtmpFlvReader) reader = rtmp_flv_reader_new ();
  g_autoptr (GBytes) bytes = hex_bytes_new (hex);
  GString *words = g_string_new (NULL);

  rtmp_flv_reader_feed (reader, bytes);
  take_all (reader, words, error);
  return g_string_free (words, FALSE);
}

static gchar *
read_slices (const gchar * hex, GRand * random, gsize longest)
{
  g_autoptr (RtmpFlvReader) reader = rtmp_flv_reader_new ();
  g_autoptr (GBytes) bytes = hex_bytes_new (hex);
  g_autoptr (GError) error = NULL;
  GString *words = g_string_new (NULL);
  gsize all = g_bytes_get_size (bytes);

  for (gsize at = 0; at < all;) {
    gsize size = random ? g_rand_int_range (random, 0, longest + 1) : 1;
    size = MIN (size, all - at);
    g_autoptr (GBytes) slice = g_bytes_new_from_bytes (bytes, at, size);
    rtmp_flv_reader_feed (reader, slice);
    take_all (reader, words, &error);
    ck_assert_msg (error == NULL, "%s", error ? error->message : "");
    at += size;
  }
  ck_assert_uint_eq (rtmp_flv_reader_get_pending (reader), 0);
  return g_string_free (words, FALSE);
}

START_TEST (test_tags_are_read_all_at_once)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *words = read_whole (FILE_OF_ALL, &error);

  ck_assert_str_eq (words, WORDS_OF_ALL);
  ck_assert (error == NULL);
}

END_TEST;

START_TEST (test_tags_are_read_one_byte_at_a_time)
{
  g_autofree gchar *words = read_slices (FILE_OF_ALL, NULL, 1);

  ck_assert_str_eq (words, WORDS_OF_ALL);
}

END_TEST;

START_TEST (test_tags_are_read_in_any_slices)
{
  const gchar *given = g_getenv ("RTMP_TEST_SEED");
  guint32 seed = given ? strtoul (given, NULL, 0) : g_random_int ();
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);

  for (guint i = 0; i < 500; i++) {
    g_autofree gchar *words = read_slices (FILE_OF_ALL, random, 1 + i % 40);
    ck_assert_msg (g_str_equal (words, WORDS_OF_ALL),
        "RTMP_TEST_SEED=%u, round %u: %s", seed, i, words);
  }
}

END_TEST;

START_TEST (test_a_tag_in_one_slice_is_not_copied)
{
  g_autoptr (RtmpFlvReader) reader = rtmp_flv_reader_new ();
  g_autoptr (GBytes) bytes = hex_bytes_new (HEADER AUDIO);
  const guint8 *data = g_bytes_get_data (bytes, NULL);
  g_auto (RtmpFlvTag) tag = { 0 };

  rtmp_flv_reader_feed (reader, bytes);
  ck_assert (rtmp_flv_reader_take (reader, &tag, NULL));
  ck_assert (g_bytes_get_data (tag.data, NULL) == data + 13 + 11);
}

END_TEST;

START_TEST (test_a_long_tag_takes_no_memory_before_it_is_there)
{
  g_autoptr (RtmpFlvReader) reader = rtmp_flv_reader_new ();
  g_autoptr (GBytes) bytes = hex_bytes_new (HEADER "09 ffffff 000000 00 000000"
      "1701");
  g_auto (RtmpFlvTag) tag = { 0 };

  rtmp_flv_reader_feed (reader, bytes);
  ck_assert (!rtmp_flv_reader_take (reader, &tag, NULL));
  ck_assert_uint_eq (rtmp_flv_reader_get_pending (reader), 13);
}

END_TEST;

START_TEST (test_the_header_says_what_is_in_the_file)
{
  g_autoptr (RtmpFlvReader) reader = rtmp_flv_reader_new ();
  g_autoptr (GBytes) bytes = hex_bytes_new ("464c56 01 04 00000009");
  g_auto (RtmpFlvTag) tag = { 0 };
  gboolean audio, video;

  ck_assert (!rtmp_flv_reader_get_header (reader, &audio, &video));
  rtmp_flv_reader_feed (reader, bytes);
  ck_assert (!rtmp_flv_reader_take (reader, &tag, NULL));
  ck_assert (rtmp_flv_reader_get_header (reader, &audio, &video));
  ck_assert (audio);
  ck_assert (!video);
}

END_TEST;

START_TEST (test_a_longer_header_is_skipped)
{
  g_autofree gchar *words =
      read_whole ("464c56 01 05 0000000b aabb 00000000" AUDIO, NULL);

  ck_assert_str_eq (words, "8@23+15:af012100 ");
}

END_TEST;

START_TEST (test_a_header_in_the_middle_begins_another_file)
{
  g_autofree gchar *words = read_slices (HEADER AUDIO HEADER AUDIO, NULL, 1);

  ck_assert_str_eq (words, "8@23+13:af012100 8@23+45:af012100 ");
}

END_TEST;

START_TEST (test_a_careless_number_behind_a_tag_is_overlooked)
{
  g_autofree gchar *words =
      read_whole (HEADER "08 000001 000000 00 000000 af 00000001" AUDIO, NULL);

  ck_assert_str_eq (words, "8@0+13:af 8@23+29:af012100 ");
}

END_TEST;

START_TEST (test_the_last_tag_may_end_early)
{
  g_autofree gchar *words =
      read_whole (HEADER "08 000001 000000 00 000000 af", NULL);

  ck_assert_str_eq (words, "8@0+13:af ");
}

END_TEST;

START_TEST (test_what_is_no_file_is_refused)
{
  const gchar *bad[] = {
    "00000018 66747970", "464c56 02 05 00000009", "46", "464c56 01 05 00000008",
    "464c56 01 05 7fffffff", HEADER AUDIO "ff", HEADER AUDIO "80",
    HEADER AUDIO "464c55 01", HEADER AUDIO "1e 000002 000000 00 000000 aabb"
        "0000000e",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree gchar *hex =
        g_strconcat (bad[i], "000000000000000000000000", NULL);
    g_autofree gchar *words = read_whole (hex, &error);
    ck_assert_msg (g_error_matches (error, RTMP_ERROR, RTMP_ERROR_FORMAT),
        "%s", bad[i]);
  }
}

END_TEST;

START_TEST (test_after_an_error_there_is_an_error)
{
  g_autoptr (RtmpFlvReader) reader = rtmp_flv_reader_new ();
  g_autoptr (GBytes) bad = hex_bytes_new ("00000000");
  g_autoptr (GBytes) good = hex_bytes_new (HEADER AUDIO);
  g_auto (RtmpFlvTag) tag = { 0 };

  rtmp_flv_reader_feed (reader, bad);
  for (guint i = 0; i < 2; i++) {
    g_autoptr (GError) error = NULL;
    ck_assert (!rtmp_flv_reader_take (reader, &tag, &error));
    ck_assert (g_error_matches (error, RTMP_ERROR, RTMP_ERROR_FORMAT));
    rtmp_flv_reader_feed (reader, good);
  }
  rtmp_flv_reader_restart (reader, 0);
  rtmp_flv_reader_feed (reader, good);
  ck_assert (rtmp_flv_reader_take (reader, &tag, NULL));
}

END_TEST;

START_TEST (test_reading_goes_on_at_another_tag)
{
  g_autoptr (RtmpFlvReader) reader = rtmp_flv_reader_new ();
  g_autoptr (GBytes) start = hex_bytes_new (HEADER "0900");
  g_autoptr (GBytes) later = hex_bytes_new (AUDIO);
  g_auto (RtmpFlvTag) tag = { 0 };

  rtmp_flv_reader_feed (reader, start);
  ck_assert (!rtmp_flv_reader_take (reader, &tag, NULL));
  rtmp_flv_reader_restart (reader, 1000);
  ck_assert_uint_eq (rtmp_flv_reader_get_pending (reader), 0);
  rtmp_flv_reader_feed (reader, later);
  ck_assert (rtmp_flv_reader_take (reader, &tag, NULL));
  ck_assert_uint_eq (tag.type, RTMP_MESSAGE_AUDIO);
  ck_assert_uint_eq (rtmp_flv_reader_get_offset (reader), 1000);
}

END_TEST;

/* A reader that was put in the middle of a file has seen none begin. */
START_TEST (test_files_are_counted_by_their_headers)
{
  g_autoptr (RtmpFlvReader) reader = rtmp_flv_reader_new ();
  g_autoptr (GBytes) bytes = hex_bytes_new (AUDIO HEADER AUDIO);
  g_auto (RtmpFlvTag) tag = { 0 };

  rtmp_flv_reader_restart (reader, 1000);
  rtmp_flv_reader_feed (reader, bytes);
  for (guint i = 0; i < 2; i++) {
    rtmp_flv_tag_clear (&tag);
    ck_assert (rtmp_flv_reader_take (reader, &tag, NULL));
    ck_assert_uint_eq (rtmp_flv_reader_count_files (reader), i);
  }
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("rtmpflvreader");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_tags_are_read_all_at_once);
  tcase_add_test (tcase, test_tags_are_read_one_byte_at_a_time);
  tcase_add_test (tcase, test_tags_are_read_in_any_slices);
  tcase_add_test (tcase, test_a_tag_in_one_slice_is_not_copied);
  tcase_add_test (tcase, test_a_long_tag_takes_no_memory_before_it_is_there);
  tcase_add_test (tcase, test_the_header_says_what_is_in_the_file);
  tcase_add_test (tcase, test_a_longer_header_is_skipped);
  tcase_add_test (tcase, test_a_header_in_the_middle_begins_another_file);
  tcase_add_test (tcase, test_a_careless_number_behind_a_tag_is_overlooked);
  tcase_add_test (tcase, test_the_last_tag_may_end_early);
  tcase_add_test (tcase, test_what_is_no_file_is_refused);
  tcase_add_test (tcase, test_after_an_error_there_is_an_error);
  tcase_add_test (tcase, test_reading_goes_on_at_another_tag);
  tcase_add_test (tcase, test_files_are_counted_by_their_headers);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

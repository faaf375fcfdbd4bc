/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Golden bytes are laid together by hand from "Adobe's Real Time Messaging
 * Protocol" 1.0; the section is named beside each. Each is given to the reader
 * in every slicing. */
#include "rtmp/rtmpchunkreader.h"

#include "chunkrun.h"
#include "hexbytes.h"
#include "rtmp/rtmperror.h"
#include "rtmp/rtmplimits.h"

#include <check.h>
#include <string.h>

/* @count bytes with @value, after @before, in hex. */
static GString *
append_fill (GString * hex, const gchar * before, guint count, guint8 value)
{
  g_string_append (hex, before);
  for (guint i = 0; i < count; i++)
    g_string_append_printf (hex, "%02x", value);
  return hex;
}

static gboolean
is_filled (RtmpMessage * message, guint8 value)
{
  gsize size;
  const guint8 *data = rtmp_message_get_data (message, &size);

  for (gsize i = 0; i < size; i++) {
    if (data[i] != value)
      return FALSE;
  }
  return TRUE;
}

static void
assert_error (const gchar * hex, gint code)
{
  g_autoptr (ChunkRun) run = chunk_run_new_hex (hex);

  ck_assert_msg (g_error_matches (run->error, RTMP_ERROR, code), "%s: %s",
      hex, run->error != NULL ? run->error->message : "no error");
}

/* 5.3.2.1: four audio messages of 32 bytes, 20 ms apart; the header has 12, 4,
 * 1 and 1 bytes. 1000 = 0x3e8, 12345 = 0x3039. */
START_TEST (test_the_first_example_of_the_specification)
{
  g_autoptr (GString) hex = g_string_new (NULL);

  append_fill (hex, "03 0003e8 000020 08 39300000", 32, 1);
  append_fill (hex, "83 000014", 32, 2);
  append_fill (hex, "c3", 32, 3);
  append_fill (hex, "c3", 32, 4);
  g_autoptr (ChunkRun) run = chunk_run_new_hex (hex->str);
  ck_assert_uint_eq (run->messages->len, 4);
  for (guint i = 0; i < 4; i++) {
    chunk_run_assert (run, i, RTMP_MESSAGE_AUDIO, 1000 + 20 * i, 12345, 32);
    ck_assert (is_filled (chunk_run_get (run, i), i + 1));
  }
}

END_TEST;

/* 5.3.2.2: a video message of 307 bytes in chunks of 128, 128 and 51. */
START_TEST (test_the_second_example_of_the_specification)
{
  g_autoptr (GString) hex = g_string_new (NULL);

  append_fill (hex, "04 0003e8 000133 09 3a300000", 128, 1);
  append_fill (hex, "c4", 128, 1);
  append_fill (hex, "c4", 51, 1);
  g_autoptr (ChunkRun) run = chunk_run_new_hex (hex->str);
  ck_assert_uint_eq (run->messages->len, 1);
  chunk_run_assert (run, 0, RTMP_MESSAGE_VIDEO, 1000, 12346, 307);
  ck_assert (is_filled (chunk_run_get (run, 0), 1));
}

END_TEST;

/* 5.3.1.1: one, two and three bytes; the third counts 256. */
START_TEST (test_ids_of_chunk_streams_have_three_forms)
{
  const struct
  {
    const gchar *basic;
    guint id;
  } forms[] = { {"02", 2}, {"3f", 63}, {"00 00", 64}, {"00 ff", 319},
  {"01 0000", 64}, {"01 ff00", 319}, {"01 0001", 320}, {"01 ffff", 65599}
  };

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++) {
    g_autofree gchar *hex = g_strconcat (forms[i].basic,
        "000001 000001 08 01000000 aa", NULL);
    g_autoptr (ChunkRun) run = chunk_run_new_hex (hex);
    chunk_run_assert (run, 0, RTMP_MESSAGE_AUDIO, 1, 1, 1);
    ck_assert_uint_eq (rtmp_message_get_head (chunk_run_get (run,
                0))->chunk_stream, forms[i].id);
  }
}

END_TEST;

START_TEST (test_two_forms_of_an_id_are_one_chunk_stream)
{
  g_autoptr (ChunkRun) run =
      chunk_run_new_hex ("00 00 000005 000001 08 01000000 aa"
      "c1 0000 bb 80 00 000003 cc");

  ck_assert_ptr_null (run->error);
  chunk_run_assert (run, 1, RTMP_MESSAGE_AUDIO, 10, 1, 1);
  chunk_run_assert (run, 2, RTMP_MESSAGE_AUDIO, 13, 1, 1);
}

END_TEST;

START_TEST (test_an_empty_message_is_whole_at_once)
{
  g_autoptr (ChunkRun) run =
      chunk_run_new_hex ("04 000001 000000 08 01000000 44 000002 000000 08");

  ck_assert_uint_eq (run->messages->len, 2);
  chunk_run_assert (run, 0, RTMP_MESSAGE_AUDIO, 1, 1, 0);
  chunk_run_assert (run, 1, RTMP_MESSAGE_AUDIO, 3, 1, 0);
}

END_TEST;

START_TEST (test_chunks_of_several_messages_may_mix)
{
  g_autoptr (GString) hex = g_string_new (NULL);

  append_fill (hex, "04 000001 000082 09 01000000", 128, 1);
  append_fill (hex, "05 000002 000081 08 01000000", 128, 2);
  append_fill (hex, "06 000003 000001 12 01000000", 1, 3);
  append_fill (hex, "c4", 2, 1);
  append_fill (hex, "c5", 1, 2);
  g_autoptr (ChunkRun) run = chunk_run_new_hex (hex->str);
  ck_assert_uint_eq (run->messages->len, 3);
  chunk_run_assert (run, 0, RTMP_MESSAGE_DATA, 3, 1, 1);
  chunk_run_assert (run, 1, RTMP_MESSAGE_VIDEO, 1, 1, 130);
  chunk_run_assert (run, 2, RTMP_MESSAGE_AUDIO, 2, 1, 129);
  ck_assert (is_filled (chunk_run_get (run, 1), 1));
  ck_assert (is_filled (chunk_run_get (run, 2), 2));
}

END_TEST;

/* 5.3.1.3: what does not fit into 24 bits. */
START_TEST (test_a_long_time_has_a_field_of_its_own)
{
  g_autoptr (ChunkRun) run =
      chunk_run_new_hex ("04 ffffff 000001 08 01000000 01000000 aa"
      "44 000014 000001 08 bb" "84 ffffff 01000000 cc");

  chunk_run_assert (run, 0, RTMP_MESSAGE_AUDIO, 0x1000000, 1, 1);
  chunk_run_assert (run, 1, RTMP_MESSAGE_AUDIO, 0x1000014, 1, 1);
  chunk_run_assert (run, 2, RTMP_MESSAGE_AUDIO, 0x2000014, 1, 1);
}

END_TEST;

START_TEST (test_it_is_repeated_in_each_chunk)
{
  g_autoptr (GString) hex = g_string_new (NULL);

  append_fill (hex, "04 ffffff 000101 09 01000000 01020304", 128, 1);
  append_fill (hex, "c4 01020304", 128, 1);
  append_fill (hex, "c4 01020304", 1, 1);
  append_fill (hex, "04 000005 000001 09 01000000", 1, 5);
  g_autoptr (ChunkRun) run = chunk_run_new_hex (hex->str);
  ck_assert_uint_eq (run->messages->len, 2);
  chunk_run_assert (run, 0, RTMP_MESSAGE_VIDEO, 0x01020304, 1, 257);
  ck_assert (is_filled (chunk_run_get (run, 0), 1));
  chunk_run_assert (run, 1, RTMP_MESSAGE_VIDEO, 5, 1, 1);
}

END_TEST;

/* As OBS did before 30.1. The payload begins like the time, so that it is a
 * matter of the last byte. */
START_TEST (test_it_may_be_left_away_in_further_chunks)
{
  g_autoptr (GString) hex = g_string_new (NULL);

  append_fill (hex, "04 ffffff 000101 09 01000000 01010102", 128, 1);
  append_fill (hex, "c4", 128, 1);
  append_fill (hex, "c4", 1, 1);
  append_fill (hex, "04 000005 000001 09 01000000", 1, 5);
  g_autoptr (ChunkRun) run = chunk_run_new_hex (hex->str);
  ck_assert_uint_eq (run->messages->len, 2);
  chunk_run_assert (run, 0, RTMP_MESSAGE_VIDEO, 0x01010102, 1, 257);
  ck_assert (is_filled (chunk_run_get (run, 0), 1));
  chunk_run_assert (run, 1, RTMP_MESSAGE_VIDEO, 5, 1, 1);
}

END_TEST;

/* The last chunk has one byte, which could begin the time, and behind it comes
 * a header: that has been read too, and has to be read again. */
START_TEST (test_a_short_last_chunk_may_begin_like_the_time)
{
  g_autoptr (GString) hex = g_string_new (NULL);

  append_fill (hex, "04 ffffff 000081 09 01000000 01050102", 128, 1);
  append_fill (hex, "c4", 1, 1);
  append_fill (hex, "05 000005 000001 08 01000000", 1, 5);
  g_autoptr (ChunkRun) run = chunk_run_new_hex (hex->str);
  ck_assert_uint_eq (run->messages->len, 2);
  chunk_run_assert (run, 0, RTMP_MESSAGE_VIDEO, 0x01050102, 1, 129);
  chunk_run_assert (run, 1, RTMP_MESSAGE_AUDIO, 5, 1, 1);
}

END_TEST;

/* A delta that is long, and who repeats the time that came of it. */
START_TEST (test_the_time_itself_may_be_repeated)
{
  g_autoptr (GString) hex = g_string_new (NULL);

  append_fill (hex, "04 000001 000001 09 01000000", 1, 9);
  append_fill (hex, "44 ffffff 000081 09 01000000", 128, 1);
  append_fill (hex, "c4 01000001", 1, 1);
  append_fill (hex, "44 ffffff 000081 09 01000000", 128, 1);
  append_fill (hex, "c4 01000000", 1, 1);
  g_autoptr (ChunkRun) run = chunk_run_new_hex (hex->str);
  ck_assert_uint_eq (run->messages->len, 3);
  chunk_run_assert (run, 1, RTMP_MESSAGE_VIDEO, 0x01000001, 1, 129);
  ck_assert (is_filled (chunk_run_get (run, 1), 1));
  chunk_run_assert (run, 2, RTMP_MESSAGE_VIDEO, 0x02000001, 1, 129);
  ck_assert (is_filled (chunk_run_get (run, 2), 1));
}

END_TEST;

START_TEST (test_a_new_message_of_type_3_has_the_long_time)
{
  g_autoptr (ChunkRun) run =
      chunk_run_new_hex ("04 000001 000001 08 01000000 aa"
      "84 ffffff 01000000 bb" "c4 01000000 cc" "c4 01000000 dd");

  chunk_run_assert (run, 1, RTMP_MESSAGE_AUDIO, 0x1000001, 1, 1);
  chunk_run_assert (run, 2, RTMP_MESSAGE_AUDIO, 0x2000001, 1, 1);
  chunk_run_assert (run, 3, RTMP_MESSAGE_AUDIO, 0x3000001, 1, 1);
}

END_TEST;

START_TEST (test_times_pass_the_end_of_32_bits)
{
  g_autoptr (ChunkRun) run =
      chunk_run_new_hex ("04 ffffff 000001 08 01000000 fffffff0 aa"
      "84 000020 bb");

  chunk_run_assert (run, 0, RTMP_MESSAGE_AUDIO, 0xfffffff0, 1, 1);
  chunk_run_assert (run, 1, RTMP_MESSAGE_AUDIO, 0x10, 1, 1);
}

END_TEST;

/* 5.3.1.2.4: the delta is the time, which ffmpeg means. */
START_TEST (test_type_3_behind_type_0_repeats_a_short_time)
{
  g_autoptr (ChunkRun) run =
      chunk_run_new_hex ("04 000028 000001 08 01000000 aa c4 bb c4 cc");

  chunk_run_assert (run, 1, RTMP_MESSAGE_AUDIO, 80, 1, 1);
  chunk_run_assert (run, 2, RTMP_MESSAGE_AUDIO, 120, 1, 1);
}

END_TEST;

/* nginx: the same time again. */
START_TEST (test_type_3_behind_type_0_does_not_double_a_long_time)
{
  g_autoptr (ChunkRun) run =
      chunk_run_new_hex ("04 0003e9 000001 08 01000000 aa c4 bb"
      "04 ffffff 000001 08 01000000 01000000 aa c4 01000000 bb");

  chunk_run_assert (run, 1, RTMP_MESSAGE_AUDIO, 1001, 1, 1);
  chunk_run_assert (run, 3, RTMP_MESSAGE_AUDIO, 0x1000000, 1, 1);
}

END_TEST;

START_TEST (test_a_chunk_stream_may_begin_with_type_1)
{
  g_autoptr (ChunkRun) run = chunk_run_new_hex ("44 000005 000001 08 aa");

  ck_assert_ptr_null (run->error);
  chunk_run_assert (run, 0, RTMP_MESSAGE_AUDIO, 5, 0, 1);
}

END_TEST;

START_TEST (test_a_chunk_stream_may_not_begin_with_type_2_or_3)
{
  assert_error ("84 000005 aa", RTMP_ERROR_PROTOCOL);
  assert_error ("c4 aa", RTMP_ERROR_PROTOCOL);
}

END_TEST;

/* 5.4.1 */
START_TEST (test_a_chunk_size_is_obeyed)
{
  g_autoptr (GString) hex = g_string_new (NULL);

  append_fill (hex, "02 000000 000004 01 00000000 00000100", 0, 0);
  append_fill (hex, "04 000001 000101 09 01000000", 256, 1);
  append_fill (hex, "c4", 1, 1);
  g_autoptr (ChunkRun) run = chunk_run_new_hex (hex->str);
  ck_assert_uint_eq (run->messages->len, 2);
  ck_assert_uint_eq (run->chunk_size, 256);
  chunk_run_assert (run, 0, RTMP_MESSAGE_SET_CHUNK_SIZE, 0, 0, 4);
  chunk_run_assert (run, 1, RTMP_MESSAGE_VIDEO, 1, 1, 257);
}

END_TEST;

START_TEST (test_a_chunk_size_may_change_within_a_message)
{
  g_autoptr (GString) hex = g_string_new (NULL);

  append_fill (hex, "04 000001 000101 09 01000000", 128, 1);
  append_fill (hex, "02 000000 000004 01 00000000 00000002", 0, 0);
  append_fill (hex, "c4", 2, 1);
  append_fill (hex, "02 000000 000004 01 00000000 0000", 0, 0);
  /* This message has two chunks itself now. */
  append_fill (hex, "c2 7fff", 0, 0);
  append_fill (hex, "c4", 127, 1);
  g_autoptr (ChunkRun) run = chunk_run_new_hex (hex->str);
  ck_assert_uint_eq (run->messages->len, 3);
  ck_assert_uint_eq (run->chunk_size, 0x7fff);
  chunk_run_assert (run, 2, RTMP_MESSAGE_VIDEO, 1, 1, 257);
  ck_assert (is_filled (chunk_run_get (run, 2), 1));
}

END_TEST;

START_TEST (test_chunk_sizes_that_cannot_be_are_refused)
{
  assert_error ("02 000000 000004 01 00000000 00000000", RTMP_ERROR_PROTOCOL);
  assert_error ("02 000000 000004 01 00000000 80000001", RTMP_ERROR_PROTOCOL);
  assert_error ("02 000000 000003 01 00000000 000001", RTMP_ERROR_PROTOCOL);
  assert_error ("02 000000 000000 01 00000000", RTMP_ERROR_PROTOCOL);
  g_autoptr (ChunkRun) run =
      chunk_run_new_hex ("02 000000 000004 01 00000000 7fffffff");
  ck_assert_uint_eq (run->chunk_size, RTMP_MAX_CHUNK_SIZE);
}

END_TEST;

/* 5.4.2 */
START_TEST (test_an_aborted_message_is_thrown_away)
{
  g_autoptr (GString) hex = g_string_new (NULL);

  append_fill (hex, "04 000028 000081 09 01000000", 128, 1);
  append_fill (hex, "02 000000 000004 02 00000000 00000004", 0, 0);
  append_fill (hex, "84 000001", 128, 2);
  append_fill (hex, "c4", 1, 2);
  /* One that is not on its way, and one that is not there. */
  append_fill (hex, "42 000000 000004 02 00000004", 0, 0);
  append_fill (hex, "42 000000 000004 02 00010000", 0, 0);
  g_autoptr (ChunkRun) run = chunk_run_new_hex (hex->str);
  ck_assert_ptr_null (run->error);
  ck_assert_uint_eq (run->messages->len, 4);
  chunk_run_assert (run, 1, RTMP_MESSAGE_VIDEO, 41, 1, 129);
  ck_assert (is_filled (chunk_run_get (run, 1), 2));
  assert_error ("02 000000 000002 02 00000000 0000", RTMP_ERROR_PROTOCOL);
}

END_TEST;

/* CVE-2016-10191 of FFmpeg was a message that changed its length. */
START_TEST (test_a_header_within_a_message_begins_a_new_one)
{
  g_autoptr (GString) hex = g_string_new (NULL);

  append_fill (hex, "04 000001 000101 09 01000000", 128, 1);
  append_fill (hex, "44 000001 000003 09", 3, 2);
  append_fill (hex, "44 000001 000081 09", 128, 1);
  append_fill (hex, "04 000009 000102 09 01000000", 128, 3);
  append_fill (hex, "c4", 128, 3);
  append_fill (hex, "c4", 2, 3);
  g_autoptr (ChunkRun) run = chunk_run_new_hex (hex->str);
  ck_assert_ptr_null (run->error);
  ck_assert_uint_eq (run->messages->len, 2);
  chunk_run_assert (run, 0, RTMP_MESSAGE_VIDEO, 2, 1, 3);
  ck_assert (is_filled (chunk_run_get (run, 0), 2));
  chunk_run_assert (run, 1, RTMP_MESSAGE_VIDEO, 9, 1, 258);
  ck_assert (is_filled (chunk_run_get (run, 1), 3));
}

END_TEST;

START_TEST (test_lengths_beyond_their_limit_are_refused)
{
  /* A control message, a command, metadata. */
  assert_error ("02 000000 000041 04 00000000", RTMP_ERROR_LIMIT);
  assert_error ("03 000000 400001 14 00000000", RTMP_ERROR_LIMIT);
  assert_error ("03 000000 ffffff 12 00000000", RTMP_ERROR_LIMIT);
  g_autoptr (ChunkRun) run =
      chunk_run_new_hex ("03 000000 ffffff 09 01000000 00");
  ck_assert_ptr_null (run->error);
}

END_TEST;

START_TEST (test_too_many_chunk_streams_are_refused)
{
  g_autoptr (GString) hex = g_string_new (NULL);

  for (guint i = 0; i < RTMP_MAX_CHUNK_STREAMS; i++)
    g_string_append_printf (hex, "01 %02x%02x 000001 000001 08 01000000 aa",
        i & 0xff, i >> 8);
  g_autoptr (ChunkRun) run = chunk_run_new_hex (hex->str);
  ck_assert_ptr_null (run->error);
  ck_assert_uint_eq (run->messages->len, RTMP_MAX_CHUNK_STREAMS);
  g_string_append (hex, "02 000001 000001 08 01000000 aa");
  assert_error (hex->str, RTMP_ERROR_LIMIT);
}

END_TEST;

/* Each announces 16 MiB, and sends some hundred bytes. */
START_TEST (test_an_announcement_takes_no_memory)
{
  g_autoptr (GString) hex = g_string_new (NULL);

  for (guint i = 0; i < RTMP_MAX_CHUNK_STREAMS; i++) {
    g_string_append_printf (hex, "01 %02x%02x", i & 0xff, i >> 8);
    append_fill (hex, "000001 ffffff 09 01000000", 128, 1);
  }
  g_autoptr (ChunkRun) run = chunk_run_new_hex (hex->str);
  ck_assert_ptr_null (run->error);
  ck_assert_uint_eq (run->messages->len, 0);
}

END_TEST;

/* Each sends the first of two chunks of eight MiB. */
START_TEST (test_long_messages_on_their_way_are_bounded)
{
  g_autoptr (RtmpChunkReader) reader = rtmp_chunk_reader_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) set =
      hex_bytes_new ("02 000000 000004 01 00000000 00800000");
  g_autofree guint8 *zeros = g_malloc0 (0x800000);
  guint n = 0;

  rtmp_chunk_reader_feed (reader, set, g_bytes_get_data (set, NULL),
      g_bytes_get_size (set));
  rtmp_message_unref (rtmp_chunk_reader_take (reader, NULL));
  for (; n < 10 && error == NULL; n++) {
    g_autofree gchar *hex = g_strdup_printf ("%02x 000001 ffffff 09 01000000",
        4 + n);
    g_autoptr (GBytes) header = hex_bytes_new (hex);
    rtmp_chunk_reader_feed (reader, NULL, g_bytes_get_data (header, NULL), 12);
    ck_assert_ptr_null (rtmp_chunk_reader_take (reader, &error));
    rtmp_chunk_reader_feed (reader, NULL, zeros, 0x800000);
    ck_assert_ptr_null (rtmp_chunk_reader_take (reader, &error));
  }
  ck_assert (g_error_matches (error, RTMP_ERROR, RTMP_ERROR_LIMIT));
  ck_assert_uint_gt (n, 2);
  ck_assert_uint_le (n, 5);
}

END_TEST;

START_TEST (test_after_an_error_it_stays_in_error)
{
  g_autoptr (RtmpChunkReader) reader = rtmp_chunk_reader_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bad = hex_bytes_new ("c4 00");
  g_autoptr (GBytes) good = hex_bytes_new ("04 000001 000001 08 01000000 aa");

  rtmp_chunk_reader_feed (reader, bad, g_bytes_get_data (bad, NULL), 2);
  ck_assert_ptr_null (rtmp_chunk_reader_take (reader, &error));
  ck_assert (g_error_matches (error, RTMP_ERROR, RTMP_ERROR_PROTOCOL));
  rtmp_chunk_reader_feed (reader, good, g_bytes_get_data (good, NULL), 13);
  g_clear_error (&error);
  ck_assert_ptr_null (rtmp_chunk_reader_take (reader, &error));
  ck_assert (g_error_matches (error, RTMP_ERROR, RTMP_ERROR_PROTOCOL));
}

END_TEST;

START_TEST (test_a_message_of_one_chunk_is_a_slice)
{
  g_autoptr (GString) hex =
      g_string_new ("02 000000 000004 01 00000000 00010000");
  append_fill (hex, "04 000001 000400 09 01000000", 1024, 1);
  g_autoptr (GBytes) bytes = hex_bytes_new (hex->str);
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  g_autoptr (RtmpChunkReader) reader = rtmp_chunk_reader_new ();

  rtmp_chunk_reader_feed (reader, bytes, data, size);
  rtmp_message_unref (rtmp_chunk_reader_take (reader, NULL));
  g_autoptr (RtmpMessage) message = rtmp_chunk_reader_take (reader, NULL);
  ck_assert_ptr_eq (rtmp_message_get_data (message, NULL), data + size - 1024);
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("rtmpchunkreader");
  TCase *tcase = tcase_create ("rtmpchunkreader");
  tcase_add_test (tcase, test_the_first_example_of_the_specification);
  tcase_add_test (tcase, test_the_second_example_of_the_specification);
  tcase_add_test (tcase, test_ids_of_chunk_streams_have_three_forms);
  tcase_add_test (tcase, test_two_forms_of_an_id_are_one_chunk_stream);
  tcase_add_test (tcase, test_an_empty_message_is_whole_at_once);
  tcase_add_test (tcase, test_chunks_of_several_messages_may_mix);
  tcase_add_test (tcase, test_a_long_time_has_a_field_of_its_own);
  tcase_add_test (tcase, test_it_is_repeated_in_each_chunk);
  tcase_add_test (tcase, test_it_may_be_left_away_in_further_chunks);
  tcase_add_test (tcase, test_a_short_last_chunk_may_begin_like_the_time);
  tcase_add_test (tcase, test_the_time_itself_may_be_repeated);
  tcase_add_test (tcase, test_a_new_message_of_type_3_has_the_long_time);
  tcase_add_test (tcase, test_times_pass_the_end_of_32_bits);
  tcase_add_test (tcase, test_type_3_behind_type_0_repeats_a_short_time);
  tcase_add_test (tcase, test_type_3_behind_type_0_does_not_double_a_long_time);
  tcase_add_test (tcase, test_a_chunk_stream_may_begin_with_type_1);
  tcase_add_test (tcase, test_a_chunk_stream_may_not_begin_with_type_2_or_3);
  tcase_add_test (tcase, test_a_chunk_size_is_obeyed);
  tcase_add_test (tcase, test_a_chunk_size_may_change_within_a_message);
  tcase_add_test (tcase, test_chunk_sizes_that_cannot_be_are_refused);
  tcase_add_test (tcase, test_an_aborted_message_is_thrown_away);
  tcase_add_test (tcase, test_a_header_within_a_message_begins_a_new_one);
  tcase_add_test (tcase, test_lengths_beyond_their_limit_are_refused);
  tcase_add_test (tcase, test_too_many_chunk_streams_are_refused);
  tcase_add_test (tcase, test_an_announcement_takes_no_memory);
  tcase_add_test (tcase, test_long_messages_on_their_way_are_bounded);
  tcase_add_test (tcase, test_after_an_error_it_stays_in_error);
  tcase_add_test (tcase, test_a_message_of_one_chunk_is_a_slice);
  suite_add_tcase (suite, tcase);
  return suite;
}

int
main (void)
{
  SRunner *runner = srunner_create (create_suite ());
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

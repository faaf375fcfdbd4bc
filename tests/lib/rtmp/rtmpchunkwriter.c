/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Golden bytes are laid together by hand from "Adobe's Real Time Messaging
 * Protocol" 1.0; the section is named beside each. */
#include "rtmp/rtmpchunkwriter.h"

#include "chunkrun.h"
#include "hexbytes.h"
#include "rtmp/rtmpcursor.h"
#include "rtmp/rtmplimits.h"

#include <check.h>
#include <string.h>

static RtmpChunkWriter *writer;

static void
setup (void)
{
  writer = rtmp_chunk_writer_new ();
}

static void
teardown (void)
{
  g_clear_pointer (&writer, rtmp_chunk_writer_free);
}

static void
put (guint type, guint32 timestamp, guint32 stream, guint32 chunk_stream,
    gconstpointer data, gsize size)
{
  RtmpMessageHead head = { type, timestamp, stream, chunk_stream };
  g_autoptr (RtmpMessage) message = rtmp_message_new_copy (&head, data, size);

  rtmp_chunk_writer_put (writer, message, 0);
}

static void
put_filled (guint32 timestamp, gsize size, guint8 value)
{
  g_autofree guint8 *data = g_malloc (MAX (size, 1));

  memset (data, value, size);
  put (RTMP_MESSAGE_VIDEO, timestamp, 1, 6, data, size);
}

static void
put_chunk_size (guint32 chunk_size)
{
  guint8 data[4];

  rtmp_put_u32 (data, chunk_size);
  put (RTMP_MESSAGE_SET_CHUNK_SIZE, 0, 0, 0, data, 4);
}

/* Takes all bytes, at most @step at a time. */
static GByteArray *
take (gsize step)
{
  GByteArray *bytes = g_byte_array_new ();
  const GOutputVector *vectors;
  guint n;

  while ((vectors = rtmp_chunk_writer_peek (writer, &n)), n > 0) {
    gsize left = step;
    for (guint i = 0; i < n && left > 0; i++) {
      gsize size = MIN (left, vectors[i].size);
      g_byte_array_append (bytes, vectors[i].buffer, size);
      left -= size;
    }
    rtmp_chunk_writer_advance (writer, step - left);
  }
  ck_assert_uint_eq (rtmp_chunk_writer_get_n_messages (writer), 0);
  ck_assert_uint_eq (rtmp_chunk_writer_get_size (writer), 0);
  return bytes;
}

static void
assert_written (const gchar * hex)
{
  g_autoptr (GByteArray) bytes = take (G_MAXSIZE);

  hex_bytes_assert (bytes->data, bytes->len, hex);
}

/* 5.3.1.2.1 */
START_TEST (test_the_first_message_has_a_whole_header)
{
  put (RTMP_MESSAGE_AUDIO, 1000, 12345, 5, "\xaa", 1);
  assert_written ("05 0003e8 000001 08 39300000 aa");
}

END_TEST;

/* 5.3.1.2.2 */
START_TEST (test_the_next_one_has_a_delta)
{
  put (RTMP_MESSAGE_AUDIO, 1000, 1, 5, "\xaa", 1);
  put (RTMP_MESSAGE_AUDIO, 1020, 1, 5, "\xbb", 1);
  put (RTMP_MESSAGE_DATA, 1020, 1, 5, "\xcc", 1);
  assert_written ("05 0003e8 000001 08 01000000 aa 45 000014 000001 08 bb"
      "45 000000 000001 12 cc");
}

END_TEST;

START_TEST (test_a_time_that_goes_back_is_whole)
{
  put (RTMP_MESSAGE_AUDIO, 1000, 1, 5, "\xaa", 1);
  put (RTMP_MESSAGE_AUDIO, 999, 1, 5, "\xbb", 1);
  assert_written ("05 0003e8 000001 08 01000000 aa"
      "05 0003e7 000001 08 01000000 bb");
}

END_TEST;

START_TEST (test_another_message_stream_is_said)
{
  put (RTMP_MESSAGE_AUDIO, 1000, 1, 5, "\xaa", 1);
  put (RTMP_MESSAGE_AUDIO, 1000, 2, 5, "\xbb", 1);
  assert_written ("05 0003e8 000001 08 01000000 aa"
      "05 0003e8 000001 08 02000000 bb");
}

END_TEST;

START_TEST (test_chunk_streams_have_headers_of_their_own)
{
  put (RTMP_MESSAGE_AUDIO, 0, 1, 5, "\xaa", 1);
  put (RTMP_MESSAGE_VIDEO, 0, 1, 6, "\xbb", 1);
  put (RTMP_MESSAGE_AUDIO, 20, 1, 5, "\xaa", 1);
  assert_written ("05 000000 000001 08 01000000 aa"
      "06 000000 000001 09 01000000 bb 45 000014 000001 08 aa");
}

END_TEST;

/* 5.3.1.3: from 16777215 on; the message's other chunks have it too. */
START_TEST (test_a_long_time_has_a_field_of_its_own)
{
  guint8 data[129];

  memset (data, 0xaa, sizeof data);
  put (RTMP_MESSAGE_AUDIO, 0xfffffe, 1, 5, "\xaa", 1);
  put (RTMP_MESSAGE_AUDIO, 0xffffff, 1, 6, "\xaa", 1);
  put (RTMP_MESSAGE_AUDIO, 0xfffffffe, 1, 7, data, 129);
  put (RTMP_MESSAGE_AUDIO, 1, 1, 7, "\xbb", 1);
  g_autoptr (GByteArray) bytes = take (G_MAXSIZE);
  hex_bytes_assert (bytes->data, 30 + 16,
      "05 fffffe 000001 08 01000000 aa"
      "06 ffffff 000001 08 01000000 00ffffff aa"
      "07 ffffff 000081 08 01000000 fffffffe");
  /* And over the end of 32 bits it goes by a delta. */
  hex_bytes_assert (bytes->data + 46 + 128, bytes->len - 46 - 128,
      "c7 fffffffe aa 47 000003 000001 08 bb");
}

END_TEST;

START_TEST (test_a_long_delta_is_a_whole_time)
{
  put (RTMP_MESSAGE_AUDIO, 0, 1, 5, "\xaa", 1);
  put (RTMP_MESSAGE_AUDIO, 0xfffffe, 1, 5, "\xaa", 1);
  put (RTMP_MESSAGE_AUDIO, 0x1fffffd, 1, 5, "\xaa", 1);
  assert_written ("05 000000 000001 08 01000000 aa 45 fffffe 000001 08 aa"
      "05 ffffff 000001 08 01000000 01fffffd aa");
}

END_TEST;

/* 5.3.1.1 */
START_TEST (test_ids_of_chunk_streams_have_three_forms)
{
  put (RTMP_MESSAGE_AUDIO, 0, 1, 63, "\xaa", 1);
  put (RTMP_MESSAGE_AUDIO, 0, 1, 64, "\xaa", 1);
  put (RTMP_MESSAGE_AUDIO, 0, 1, 319, "\xaa", 1);
  put (RTMP_MESSAGE_AUDIO, 0, 1, 320, "\xaa", 1);
  put (RTMP_MESSAGE_AUDIO, 0, 1, 65599, "\xaa", 1);
  put (RTMP_MESSAGE_AUDIO, 1, 1, 65599, "\xaa", 1);
  assert_written ("3f 000000 000001 08 01000000 aa"
      "0000 000000 000001 08 01000000 aa 00ff 000000 000001 08 01000000 aa"
      "010001 000000 000001 08 01000000 aa"
      "01ffff 000000 000001 08 01000000 aa 41ffff 000001 000001 08 aa");
}

END_TEST;

START_TEST (test_an_empty_message_is_a_header)
{
  put (RTMP_MESSAGE_AUDIO, 0, 1, 5, NULL, 0);
  put (RTMP_MESSAGE_AUDIO, 1, 1, 5, NULL, 0);
  assert_written ("05 000000 000000 08 01000000 45 000001 000000 08");
}

END_TEST;

/* 5.3.2.2, with another id. */
START_TEST (test_a_long_message_is_cut_into_chunks)
{
  put_filled (1000, 307, 1);
  g_autoptr (GByteArray) bytes = take (G_MAXSIZE);
  ck_assert_uint_eq (bytes->len, 12 + 307 + 2);
  ck_assert_uint_eq (bytes->data[140], 0xc6);
  ck_assert_uint_eq (bytes->data[269], 0xc6);
}

END_TEST;

START_TEST (test_a_message_as_long_as_a_chunk_is_one)
{
  put_filled (0, 128, 1);
  put_filled (1, 256, 1);
  g_autoptr (GByteArray) bytes = take (G_MAXSIZE);
  ck_assert_uint_eq (bytes->len, 12 + 128 + 8 + 256 + 1);
}

END_TEST;

START_TEST (test_a_chunk_size_takes_effect_behind_it)
{
  put_filled (0, 130, 1);
  put_chunk_size (64);
  put_filled (1, 65, 2);
  ck_assert_uint_eq (rtmp_chunk_writer_get_chunk_size (writer), 64);
  g_autoptr (GByteArray) bytes = take (G_MAXSIZE);
  ck_assert_uint_eq (bytes->len, 12 + 130 + 1 + 16 + 8 + 65 + 1);
  g_autoptr (ChunkRun) run = chunk_run_new (bytes->data, bytes->len,
      CHUNK_RUN_WHOLE, NULL);
  ck_assert_uint_eq (run->messages->len, 3);
}

END_TEST;

START_TEST (test_a_payload_is_not_copied)
{
  g_autofree guint8 *data = g_malloc0 (100000);
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, 100000);
  RtmpMessageHead head = { RTMP_MESSAGE_VIDEO, 0, 1, 0 };
  g_autoptr (RtmpMessage) message = rtmp_message_new (&head, bytes);
  guint n;

  put_chunk_size (65536);
  rtmp_chunk_writer_put (writer, message, 0);
  const GOutputVector *vectors = rtmp_chunk_writer_peek (writer, &n);
  ck_assert_uint_eq (n, 4);
  ck_assert_ptr_eq (vectors[1].buffer, data);
  ck_assert_uint_eq (vectors[1].size, 65536);
  ck_assert_ptr_eq (vectors[3].buffer, data + 65536);
  ck_assert_uint_eq (vectors[3].size, 100000 - 65536);
}

END_TEST;

START_TEST (test_short_messages_share_a_place)
{
  guint n;

  for (guint i = 0; i < 100; i++)
    put_filled (i, 100, 1);
  const GOutputVector *vectors = rtmp_chunk_writer_peek (writer, &n);
  ck_assert_uint_eq (n, 1);
  ck_assert_uint_eq (vectors[0].size, 12 + 99 * 8 + 100 * 100);
}

END_TEST;

START_TEST (test_parts_come_one_behind_the_other)
{
  g_autoptr (GBytes) one = g_bytes_new_static ("one", 3);
  g_autofree gchar *text = g_strnfill (300, 'x');
  g_autoptr (GBytes) two = g_bytes_new_static (text, 300);
  GBytes *parts[] = { one, two, one };
  RtmpMessageHead head = { RTMP_MESSAGE_VIDEO, 0, 1, 0 };
  g_autoptr (RtmpMessage) message = rtmp_message_new_parts (&head, parts, 3);

  rtmp_chunk_writer_put (writer, message, 0);
  g_autoptr (GByteArray) bytes = take (G_MAXSIZE);
  g_autoptr (ChunkRun) run = chunk_run_new (bytes->data, bytes->len,
      CHUNK_RUN_WHOLE, NULL);
  const guint8 *data = rtmp_message_get_data (chunk_run_get (run, 0), NULL);
  ck_assert_mem_eq (data, "onexxx", 6);
  ck_assert_mem_eq (data + 300, "xxxone", 6);
}

END_TEST;

START_TEST (test_a_message_is_kept_until_it_is_sent)
{
  RtmpMessageHead head = { RTMP_MESSAGE_VIDEO, 0, 1, 0 };
  RtmpMessage *message = rtmp_message_new_copy (&head, "abc", 3);
  guint n;

  rtmp_chunk_writer_put (writer, message, 0);
  rtmp_chunk_writer_peek (writer, &n);
  rtmp_chunk_writer_advance (writer, 14);
  ck_assert_uint_eq (rtmp_chunk_writer_get_n_messages (writer), 1);
  ck_assert_uint_eq (rtmp_chunk_writer_get_size (writer), 3);
  ck_assert (!g_atomic_ref_count_compare (&message->ref_count, 1));
  rtmp_chunk_writer_advance (writer, 1);
  ck_assert_uint_eq (rtmp_chunk_writer_get_n_messages (writer), 0);
  ck_assert (g_atomic_ref_count_compare (&message->ref_count, 1));
  rtmp_message_unref (message);
}

END_TEST;

START_TEST (test_the_oldest_message_tells_its_time)
{
  RtmpMessageHead head = { RTMP_MESSAGE_VIDEO, 0, 1, 0 };
  g_autoptr (RtmpMessage) message = rtmp_message_new_copy (&head, "abc", 3);
  guint n;

  ck_assert_int_eq (rtmp_chunk_writer_get_oldest (writer), -1);
  rtmp_chunk_writer_put (writer, message, 10);
  rtmp_chunk_writer_put (writer, message, 20);
  rtmp_chunk_writer_peek (writer, &n);
  rtmp_chunk_writer_advance (writer, 14);
  ck_assert_int_eq (rtmp_chunk_writer_get_oldest (writer), 10);
  rtmp_chunk_writer_advance (writer, 1);
  ck_assert_int_eq (rtmp_chunk_writer_get_oldest (writer), 20);
  rtmp_chunk_writer_advance (writer, 11);
  ck_assert_int_eq (rtmp_chunk_writer_get_oldest (writer), -1);
}

END_TEST;

START_TEST (test_what_was_not_sent_is_let_go)
{
  RtmpMessageHead head = { RTMP_MESSAGE_VIDEO, 0, 1, 0 };
  RtmpMessage *message = rtmp_message_new_copy (&head, "abc", 3);
  guint n;

  for (guint i = 0; i < 50; i++)
    rtmp_chunk_writer_put (writer, message, 0);
  rtmp_chunk_writer_peek (writer, &n);
  g_clear_pointer (&writer, rtmp_chunk_writer_free);
  ck_assert (g_atomic_ref_count_compare (&message->ref_count, 1));
  rtmp_message_unref (message);
}

END_TEST;

START_TEST (test_more_may_be_put_while_some_is_sent)
{
  guint n;

  put_filled (0, 10, 1);
  const GOutputVector *vectors = rtmp_chunk_writer_peek (writer, &n);
  guint8 first[5];
  memcpy (first, vectors[0].buffer, 5);
  rtmp_chunk_writer_advance (writer, 5);
  for (guint i = 1; i < 40; i++)
    put_filled (i, 1000, i);
  g_autoptr (GByteArray) bytes = take (7);
  g_byte_array_prepend (bytes, first, 5);
  g_autoptr (ChunkRun) run = chunk_run_new (bytes->data, bytes->len,
      CHUNK_RUN_WHOLE, NULL);
  ck_assert_ptr_null (run->error);
  ck_assert_uint_eq (run->messages->len, 40);
}

END_TEST;

static RtmpMessage *
new_random_message (GRand * random, guint32 * timestamp)
{
  static const guint8 types[] = { 8, 9, 18, 20, 22, 99 };
  static const guint32 streams[] = { 3, 5, 6, 63, 64, 319, 320, 65599 };
  guint size = g_rand_int_range (random, 0, 4) == 0
      ? g_rand_int_range (random, 0, 12000) : g_rand_int_range (random, 0, 600);
  g_autoptr (GPtrArray) parts =
      g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  RtmpMessageHead head;

  *timestamp += g_rand_int_range (random, 0, 20) == 0 ? g_rand_int (random)
      : (guint32) g_rand_int_range (random, 0, 100);
  head.type = types[g_rand_int_range (random, 0, G_N_ELEMENTS (types))];
  head.timestamp = *timestamp;
  head.stream = g_rand_int_range (random, 0, 3);
  head.chunk_stream =
      streams[g_rand_int_range (random, 0, G_N_ELEMENTS (streams))];
  for (guint n = g_rand_int_range (random, 1, 4); n > 0; n--) {
    guint8 *data = g_malloc (size + 1);
    for (guint i = 0; i < size; i++)
      data[i] = g_rand_int (random);
    g_ptr_array_add (parts, g_bytes_new_take (data, size));
  }
  return rtmp_message_new_parts (&head, (GBytes * const *) parts->pdata,
      parts->len);
}

/* Whatever is written is read again as it was, however it is taken and
 * given. */
START_TEST (test_what_is_written_is_read)
{
  GRand *random = chunk_run_new_random ();

  for (guint round = 0; round < 8; round++) {
    g_autoptr (GPtrArray) put_messages =
        g_ptr_array_new_with_free_func ((GDestroyNotify) rtmp_message_unref);
    guint32 timestamp = g_rand_int (random);
    for (guint i = g_rand_int_range (random, 1, 30); i > 0; i--) {
      RtmpMessage *message = new_random_message (random, &timestamp);
      rtmp_chunk_writer_put (writer, message, 0);
      g_ptr_array_add (put_messages, message);
      if (g_rand_int_range (random, 0, 10) == 0)
        put_chunk_size (g_rand_int_range (random, 1, 9000));
    }
    g_autoptr (GByteArray) bytes =
        take (g_rand_boolean (random) ? G_MAXSIZE
        : (gsize) g_rand_int_range (random, 1, 5000));
    g_autoptr (ChunkRun) run = chunk_run_new_all (bytes->data, bytes->len,
        random);
    ck_assert_ptr_null (run->error);
    guint found = 0;
    for (guint i = 0; i < run->messages->len; i++) {
      RtmpMessage *message = chunk_run_get (run, i);
      if (message->head.type == RTMP_MESSAGE_SET_CHUNK_SIZE)
        continue;
      ck_assert (chunk_run_is_same (message, g_ptr_array_index (put_messages,
                  found++)));
    }
    ck_assert_uint_eq (found, put_messages->len);
    teardown ();
    setup ();
  }
  g_rand_free (random);
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("rtmpchunkwriter");
  TCase *tcase = tcase_create ("rtmpchunkwriter");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_the_first_message_has_a_whole_header);
  tcase_add_test (tcase, test_the_next_one_has_a_delta);
  tcase_add_test (tcase, test_a_time_that_goes_back_is_whole);
  tcase_add_test (tcase, test_another_message_stream_is_said);
  tcase_add_test (tcase, test_chunk_streams_have_headers_of_their_own);
  tcase_add_test (tcase, test_a_long_time_has_a_field_of_its_own);
  tcase_add_test (tcase, test_a_long_delta_is_a_whole_time);
  tcase_add_test (tcase, test_ids_of_chunk_streams_have_three_forms);
  tcase_add_test (tcase, test_an_empty_message_is_a_header);
  tcase_add_test (tcase, test_a_long_message_is_cut_into_chunks);
  tcase_add_test (tcase, test_a_message_as_long_as_a_chunk_is_one);
  tcase_add_test (tcase, test_a_chunk_size_takes_effect_behind_it);
  tcase_add_test (tcase, test_a_payload_is_not_copied);
  tcase_add_test (tcase, test_short_messages_share_a_place);
  tcase_add_test (tcase, test_parts_come_one_behind_the_other);
  tcase_add_test (tcase, test_a_message_is_kept_until_it_is_sent);
  tcase_add_test (tcase, test_the_oldest_message_tells_its_time);
  tcase_add_test (tcase, test_what_was_not_sent_is_let_go);
  tcase_add_test (tcase, test_more_may_be_put_while_some_is_sent);
  tcase_add_test (tcase, test_what_is_written_is_read);
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

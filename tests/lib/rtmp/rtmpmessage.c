/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpmessage.h"

#include "rtmp/rtmplimits.h"

#include <check.h>
#include <string.h>

static const RtmpMessageHead video = { RTMP_MESSAGE_VIDEO, 40, 1, 0 };

static guint freed;

static void
count_freed (gpointer data)
{
  freed++;
}

static GBytes *
new_counted (gsize size)
{
  static guint8 zeros[RTMP_MESSAGE_SMALL + 1];

  return g_bytes_new_with_free_func (zeros, size, count_freed, NULL);
}

START_TEST (test_it_says_what_it_is)
{
  g_autoptr (RtmpMessage) message = rtmp_message_new_copy (&video, "abc", 3);
  const RtmpMessageHead *head = rtmp_message_get_head (message);
  gsize size;

  ck_assert_uint_eq (head->type, RTMP_MESSAGE_VIDEO);
  ck_assert_uint_eq (head->timestamp, 40);
  ck_assert_uint_eq (head->stream, 1);
  ck_assert_mem_eq (rtmp_message_get_data (message, &size), "abc", 3);
  ck_assert_uint_eq (size, 3);
  ck_assert_uint_eq (rtmp_message_get_n_parts (message), 1);
  ck_assert_mem_eq (rtmp_message_get_part (message, 0, &size), "abc", 3);
  ck_assert_uint_eq (size, 3);
}

END_TEST;

START_TEST (test_each_kind_has_its_chunk_stream)
{
  RtmpMessageHead head = video;
  g_autoptr (RtmpMessage) usual = rtmp_message_new (&head, NULL);
  ck_assert_uint_eq (rtmp_message_get_head (usual)->chunk_stream, 6);
  head.chunk_stream = 65599;
  g_autoptr (RtmpMessage) own = rtmp_message_new (&head, NULL);
  ck_assert_uint_eq (rtmp_message_get_head (own)->chunk_stream, 65599);

  for (guint type = 0; type < 256; type++) {
    RtmpMessageHead any = {.type = type };
    g_autoptr (RtmpMessage) message = rtmp_message_new (&any, NULL);
    guint id = rtmp_message_get_head (message)->chunk_stream;
    /* RTMP 5.4: 2 is for what concerns the connection. */
    ck_assert_int_eq (id == 2, type >= 1 && type <= 6);
    ck_assert_uint_ge (id, 2);
    ck_assert_uint_lt (id, 32);
  }
}

END_TEST;

START_TEST (test_an_empty_one_has_no_parts)
{
  g_autoptr (GBytes) nothing = g_bytes_new (NULL, 0);
  GBytes *parts[] = { nothing, nothing };
  g_autoptr (RtmpMessage) one = rtmp_message_new (&video, nothing);
  g_autoptr (RtmpMessage) two = rtmp_message_new_parts (&video, parts, 2);
  g_autoptr (GBytes) payload = rtmp_message_dup_payload (one);

  ck_assert_uint_eq (rtmp_message_get_n_parts (one), 0);
  ck_assert_uint_eq (rtmp_message_get_n_parts (two), 0);
  ck_assert_uint_eq (rtmp_message_get_size (two), 0);
  ck_assert_ptr_null (rtmp_message_get_data (one, NULL));
  ck_assert_uint_eq (g_bytes_get_size (payload), 0);
}

END_TEST;

START_TEST (test_a_small_payload_is_copied)
{
  GBytes *bytes = new_counted (RTMP_MESSAGE_SMALL);
  g_autoptr (RtmpMessage) message = rtmp_message_new (&video, bytes);

  g_bytes_unref (bytes);
  ck_assert_uint_eq (freed, 1);
  ck_assert_uint_eq (rtmp_message_get_size (message), RTMP_MESSAGE_SMALL);
}

END_TEST;

START_TEST (test_a_large_payload_is_kept)
{
  GBytes *bytes = new_counted (RTMP_MESSAGE_SMALL + 1);
  RtmpMessage *message = rtmp_message_new (&video, bytes);

  ck_assert_ptr_eq (rtmp_message_get_data (message, NULL),
      g_bytes_get_data (bytes, NULL));
  g_bytes_unref (bytes);
  ck_assert_uint_eq (freed, 0);
  rtmp_message_unref (rtmp_message_ref (message));
  ck_assert_uint_eq (freed, 0);
  rtmp_message_unref (message);
  ck_assert_uint_eq (freed, 1);
}

END_TEST;

START_TEST (test_parts_are_kept_in_their_order)
{
  g_autoptr (GBytes) one = g_bytes_new_static ("one", 3);
  g_autoptr (GBytes) none = g_bytes_new (NULL, 0);
  GBytes *large = new_counted (RTMP_MESSAGE_SMALL);
  GBytes *parts[] = { none, one, none, large, one };
  RtmpMessage *message = rtmp_message_new_parts (&video, parts, 5);
  gsize size;

  g_bytes_unref (large);
  ck_assert_uint_eq (rtmp_message_get_n_parts (message), 3);
  ck_assert_uint_eq (rtmp_message_get_size (message), RTMP_MESSAGE_SMALL + 6);
  ck_assert_mem_eq (rtmp_message_get_part (message, 2, &size), "one", 3);
  ck_assert_uint_eq (size, 3);
  ck_assert_ptr_null (rtmp_message_get_data (message, NULL));
  ck_assert_uint_eq (freed, 0);
  rtmp_message_unref (message);
  ck_assert_uint_eq (freed, 1);
}

END_TEST;

START_TEST (test_parts_are_made_one)
{
  g_autoptr (GBytes) one = g_bytes_new_static ("one", 3);
  GBytes *parts[] = { one, one };
  g_autoptr (RtmpMessage) message = rtmp_message_new_parts (&video, parts, 2);
  g_autoptr (RtmpMessage) flat = rtmp_message_flatten (message);
  g_autoptr (RtmpMessage) same = rtmp_message_flatten (flat);
  gsize size;

  ck_assert_mem_eq (rtmp_message_get_data (flat, &size), "oneone", 6);
  ck_assert_uint_eq (size, 6);
  ck_assert_uint_eq (rtmp_message_get_head (flat)->timestamp, 40);
  ck_assert_ptr_eq (same, flat);
}

END_TEST;

START_TEST (test_a_payload_outlives_the_message)
{
  RtmpMessage *message = rtmp_message_new_copy (&video, "abc", 3);
  g_autoptr (GBytes) payload = rtmp_message_dup_payload (message);

  rtmp_message_unref (message);
  ck_assert_mem_eq (g_bytes_get_data (payload, NULL), "abc", 3);
}

END_TEST;

START_TEST (test_it_is_filled_by_and_by)
{
  RtmpMessage *message = rtmp_message_new_blank (&video, 2);

  memcpy (message->tail, "ab", 2);
  message = rtmp_message_grow (message, 100000);
  memset (message->tail + 2, 'c', 100000 - 2);
  rtmp_message_fill (message, 100000);
  ck_assert_mem_eq (rtmp_message_get_data (message, NULL), "abc", 3);
  ck_assert_uint_eq (rtmp_message_get_size (message), 100000);
  rtmp_message_unref (message);
}

END_TEST;

START_TEST (test_types_have_names)
{
  ck_assert_str_eq (rtmp_message_type_get_name (9), "video");
  ck_assert_str_eq (rtmp_message_type_get_name (17), "command");
  ck_assert_str_eq (rtmp_message_type_get_name (0), "unknown");
  ck_assert_str_eq (rtmp_message_type_get_name (7), "unknown");
  for (guint type = 1; type <= 6; type++)
    ck_assert_str_ne (rtmp_message_type_get_name (type), "unknown");
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("rtmpmessage");
  TCase *tcase = tcase_create ("rtmpmessage");
  tcase_add_test (tcase, test_it_says_what_it_is);
  tcase_add_test (tcase, test_each_kind_has_its_chunk_stream);
  tcase_add_test (tcase, test_an_empty_one_has_no_parts);
  tcase_add_test (tcase, test_a_small_payload_is_copied);
  tcase_add_test (tcase, test_a_large_payload_is_kept);
  tcase_add_test (tcase, test_parts_are_kept_in_their_order);
  tcase_add_test (tcase, test_parts_are_made_one);
  tcase_add_test (tcase, test_a_payload_outlives_the_message);
  tcase_add_test (tcase, test_it_is_filled_by_and_by);
  tcase_add_test (tcase, test_types_have_names);
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

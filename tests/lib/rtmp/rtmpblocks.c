/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpblocks.h"

#include <check.h>
#include <string.h>

#define SIZE 4096

START_TEST (test_a_block_is_used_again)
{
  g_autoptr (RtmpBlocks) blocks = rtmp_blocks_new (SIZE, 2);
  guint8 *one, *two;

  GBytes *bytes = rtmp_blocks_take (blocks, &one);
  ck_assert_ptr_eq (g_bytes_get_data (bytes, NULL), one);
  ck_assert_uint_eq (g_bytes_get_size (bytes), SIZE);
  ck_assert_uint_eq (rtmp_blocks_get_n_kept (blocks), 0);
  g_bytes_unref (bytes);
  ck_assert_uint_eq (rtmp_blocks_get_n_kept (blocks), 1);
  bytes = rtmp_blocks_take (blocks, &two);
  ck_assert_ptr_eq (one, two);
  g_bytes_unref (bytes);
}

END_TEST;

START_TEST (test_a_block_stays_while_somebody_has_a_part_of_it)
{
  g_autoptr (RtmpBlocks) blocks = rtmp_blocks_new (SIZE, 2);
  guint8 *data;
  GBytes *bytes = rtmp_blocks_take (blocks, &data);
  GBytes *part = g_bytes_new_from_bytes (bytes, 10, 10);

  memset (data, 7, SIZE);
  g_bytes_unref (bytes);
  ck_assert_uint_eq (rtmp_blocks_get_n_kept (blocks), 0);
  ck_assert_uint_eq (*(const guint8 *) g_bytes_get_data (part, NULL), 7);
  g_bytes_unref (part);
  ck_assert_uint_eq (rtmp_blocks_get_n_kept (blocks), 1);
}

END_TEST;

START_TEST (test_only_so_many_are_kept)
{
  g_autoptr (RtmpBlocks) blocks = rtmp_blocks_new (SIZE, 2);
  GBytes *bytes[5];
  guint8 *data;

  for (guint i = 0; i < G_N_ELEMENTS (bytes); i++)
    bytes[i] = rtmp_blocks_take (blocks, &data);
  for (guint i = 0; i < G_N_ELEMENTS (bytes); i++)
    g_bytes_unref (bytes[i]);
  ck_assert_uint_eq (rtmp_blocks_get_n_kept (blocks), 2);
}

END_TEST;

START_TEST (test_a_block_outlives_them)
{
  RtmpBlocks *blocks = rtmp_blocks_new (SIZE, 2);
  guint8 *data;
  GBytes *bytes = rtmp_blocks_take (blocks, &data);

  rtmp_blocks_unref (blocks);
  memset (data, 7, SIZE);
  g_bytes_unref (bytes);
}

END_TEST;

static gpointer
let_go (gpointer data)
{
  GAsyncQueue *queue = data;
  GBytes *bytes;

  while (g_bytes_get_size (bytes = g_async_queue_pop (queue)) > 0)
    g_bytes_unref (bytes);
  g_bytes_unref (bytes);
  return NULL;
}

START_TEST (test_blocks_come_back_from_other_threads)
{
  g_autoptr (RtmpBlocks) blocks = rtmp_blocks_new (SIZE, 2);
  g_autoptr (GAsyncQueue) queue = g_async_queue_new ();
  GThread *thread = g_thread_new ("let-go", let_go, queue);

  for (guint i = 0; i < 2000; i++) {
    guint8 *data;
    GBytes *bytes = rtmp_blocks_take (blocks, &data);
    data[i] = i;
    g_async_queue_push (queue, bytes);
  }
  g_async_queue_push (queue, g_bytes_new (NULL, 0));
  g_thread_join (thread);
  ck_assert_uint_ge (rtmp_blocks_get_n_kept (blocks), 1);
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("rtmpblocks");
  TCase *tcase = tcase_create ("rtmpblocks");
  tcase_add_test (tcase, test_a_block_is_used_again);
  tcase_add_test (tcase, test_a_block_stays_while_somebody_has_a_part_of_it);
  tcase_add_test (tcase, test_only_so_many_are_kept);
  tcase_add_test (tcase, test_a_block_outlives_them);
  tcase_add_test (tcase, test_blocks_come_back_from_other_threads);
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

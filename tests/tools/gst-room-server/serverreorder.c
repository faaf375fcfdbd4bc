/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverreorder.h"

#include "packets.h"

#include <check.h>

static void
push (ServerReorder * reorder, guint16 seq, gint64 arrival)
{
  server_reorder_push (reorder, packets_make (seq, seq * 3000u, FALSE, 20),
      arrival);
}

/* The number of the next packet; -1: none yet. */
static gint
take (ServerReorder * reorder, gint64 now, gboolean * gap)
{
  ServerReorderItem item;

  if (!server_reorder_take (reorder, &item, now))
    return -1;
  gst_buffer_unref (item.buffer);
  if (gap != NULL)
    *gap = item.gap;
  return item.timestamp / 3000;
}

START_TEST (test_what_comes_in_order_goes_at_once)
{
  g_autoptr (ServerReorder) reorder = server_reorder_new ();

  for (guint i = 7; i < 20; i++) {
    gboolean gap;
    push (reorder, i, 0);
    ck_assert_int_eq (take (reorder, 0, &gap), i);
    ck_assert (!gap);
  }
  ck_assert_int_eq (take (reorder, 0, NULL), -1);
}

END_TEST;

START_TEST (test_what_was_overtaken_goes_first)
{
  static const guint16 row[] = { 1, 4, 3, 5, 2 };
  g_autoptr (ServerReorder) reorder = server_reorder_new ();
  gboolean gap;

  for (guint i = 0; i < G_N_ELEMENTS (row); i++)
    push (reorder, row[i], i);
  for (gint i = 1; i <= 5; i++) {
    ck_assert_int_eq (take (reorder, 5, &gap), i);
    ck_assert (!gap);
  }
}

END_TEST;

START_TEST (test_a_lost_one_is_waited_for_so_long)
{
  g_autoptr (ServerReorder) reorder = server_reorder_new ();
  gboolean gap;

  push (reorder, 1, 0);
  push (reorder, 3, 1000);
  ck_assert_int_eq (take (reorder, 1000, NULL), 1);
  ck_assert_int_eq (take (reorder, 999 + SERVER_REORDER_TIME, NULL), -1);
  ck_assert_int_eq (take (reorder, 1000 + SERVER_REORDER_TIME, &gap), 3);
  ck_assert (gap);
  push (reorder, 4, 2000);
  ck_assert_int_eq (take (reorder, 2000, &gap), 4);
  ck_assert (!gap);
}

END_TEST;

START_TEST (test_a_lost_one_is_waited_for_so_many)
{
  g_autoptr (ServerReorder) reorder = server_reorder_new ();
  gboolean gap;

  push (reorder, 1, 0);
  ck_assert_int_eq (take (reorder, 0, NULL), 1);
  for (guint i = 0; i < SERVER_REWRITE_WINDOW - 1; i++)
    push (reorder, 3 + i, 0);
  ck_assert_int_eq (take (reorder, 0, NULL), -1);
  push (reorder, 2 + SERVER_REWRITE_WINDOW, 0);
  ck_assert_int_eq (take (reorder, 0, &gap), 3);
  ck_assert (gap);
}

END_TEST;

START_TEST (test_what_comes_too_late_is_dropped)
{
  g_autoptr (ServerReorder) reorder = server_reorder_new ();

  push (reorder, 1, 0);
  push (reorder, 3, 0);
  ck_assert_int_eq (take (reorder, G_MAXINT64, NULL), 1);
  ck_assert_int_eq (take (reorder, G_MAXINT64, NULL), 3);
  push (reorder, 2, 0);
  ck_assert_int_eq (take (reorder, G_MAXINT64, NULL), -1);
}

END_TEST;

START_TEST (test_numbers_wrap)
{
  g_autoptr (ServerReorder) reorder = server_reorder_new ();
  ServerReorderItem item;

  push (reorder, 65534, 0);
  push (reorder, 0, 0);
  push (reorder, 65535, 0);
  for (guint i = 0; i < 3; i++) {
    ck_assert (server_reorder_take (reorder, &item, 0));
    ck_assert_uint_eq (item.timestamp, (guint16) (65534 + i) * 3000u);
    ck_assert (!item.gap);
    gst_buffer_unref (item.buffer);
  }
}

END_TEST;

START_TEST (test_what_is_no_packet_is_dropped)
{
  g_autoptr (ServerReorder) reorder = server_reorder_new ();

  server_reorder_push (reorder, gst_buffer_new_memdup ("GET /", 5), 0);
  ck_assert_int_eq (take (reorder, G_MAXINT64, NULL), -1);
}

END_TEST;

START_TEST (test_what_waits_is_let_go_of)
{
  g_autoptr (ServerReorder) reorder = server_reorder_new ();
  g_autoptr (GstBuffer) buffer = packets_make (3, 0, FALSE, 20);

  push (reorder, 1, 0);
  server_reorder_push (reorder, gst_buffer_ref (buffer), 0);
  g_clear_pointer (&reorder, server_reorder_free);
  ck_assert_int_eq (GST_MINI_OBJECT_REFCOUNT_VALUE (buffer), 1);
}

END_TEST;

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  Suite *suite = suite_create ("serverreorder");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_what_comes_in_order_goes_at_once);
  tcase_add_test (tcase, test_what_was_overtaken_goes_first);
  tcase_add_test (tcase, test_a_lost_one_is_waited_for_so_long);
  tcase_add_test (tcase, test_a_lost_one_is_waited_for_so_many);
  tcase_add_test (tcase, test_what_comes_too_late_is_dropped);
  tcase_add_test (tcase, test_numbers_wrap);
  tcase_add_test (tcase, test_what_is_no_packet_is_dropped);
  tcase_add_test (tcase, test_what_waits_is_let_go_of);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

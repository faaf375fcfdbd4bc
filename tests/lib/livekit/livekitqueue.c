/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitqueue.h"

#include <check.h>
#include <gio/gio.h>

START_TEST (test_events_come_out_in_their_order)
{
  LivekitQueue queue;

  livekit_queue_init (&queue);
  livekit_queue_push (&queue, LIVEKIT_EVENT_JOINED);
  livekit_queue_push (&queue, LIVEKIT_EVENT_ENDED)->flag = TRUE;
  g_autoptr (LivekitEvent) first = livekit_queue_take (&queue);
  g_autoptr (LivekitEvent) second = livekit_queue_take (&queue);
  ck_assert_int_eq (first->type, LIVEKIT_EVENT_JOINED);
  ck_assert_int_eq (second->type, LIVEKIT_EVENT_ENDED);
  ck_assert (second->flag);
  ck_assert_ptr_null (livekit_queue_take (&queue));
  livekit_queue_clear (&queue);
}

END_TEST;

START_TEST (test_what_could_not_be_written_is_not_sent)
{
  LivekitQueue queue;

  livekit_queue_init (&queue);
  ck_assert (!livekit_queue_push_send (&queue, NULL,
          g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "no")));
  ck_assert_ptr_null (livekit_queue_take (&queue));
  ck_assert (livekit_queue_push_send (&queue, g_bytes_new_static ("x", 1),
          NULL));
  g_autoptr (LivekitEvent) send = livekit_queue_take (&queue);
  ck_assert_uint_eq (g_bytes_get_size (send->bytes), 1);
}

END_TEST;

START_TEST (test_what_is_left_is_freed)
{
  LivekitQueue queue;

  livekit_queue_init (&queue);
  livekit_queue_push (&queue, LIVEKIT_EVENT_ANSWER)->sdp = g_strdup ("v=0");
  livekit_queue_clear (&queue);
  ck_assert_ptr_null (livekit_queue_take (&queue));
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("livekitqueue");
  TCase *tcase = tcase_create ("livekitqueue");
  tcase_add_test (tcase, test_events_come_out_in_their_order);
  tcase_add_test (tcase, test_what_could_not_be_written_is_not_sent);
  tcase_add_test (tcase, test_what_is_left_is_freed);
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

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpqueue.h"

#include <check.h>

START_TEST (test_events_come_in_their_order)
{
  RtmpQueue queue;
  RtmpEvent event;

  rtmp_queue_init (&queue);
  ck_assert (!rtmp_queue_take (&queue, &event));
  for (guint round = 0; round < 3; round++) {
    for (guint i = 0; i < 50; i++)
      rtmp_queue_push (&queue, RTMP_EVENT_STARTED)->stream = i;
    for (guint i = 0; i < 50; i++) {
      ck_assert (rtmp_queue_take (&queue, &event));
      ck_assert_uint_eq (event.stream, i);
      ck_assert_ptr_null (event.code);
      rtmp_event_clear (&event);
    }
    ck_assert (!rtmp_queue_take (&queue, &event));
  }
  rtmp_queue_clear (&queue);
}

END_TEST;

/* What was taken is the taker's; the rest goes with the queue. */
START_TEST (test_what_was_not_taken_goes_with_it)
{
  RtmpQueue queue;
  g_auto (RtmpEvent) event = { 0 };

  rtmp_queue_init (&queue);
  rtmp_queue_push (&queue, RTMP_EVENT_STATUS)->code = g_strdup ("one");
  rtmp_queue_push (&queue, RTMP_EVENT_STATUS)->code = g_strdup ("two");
  ck_assert (rtmp_queue_take (&queue, &event));
  rtmp_queue_clear (&queue);
  ck_assert_str_eq (event.code, "one");
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("rtmpqueue");
  TCase *tcase = tcase_create ("rtmpqueue");
  tcase_add_test (tcase, test_events_come_in_their_order);
  tcase_add_test (tcase, test_what_was_not_taken_goes_with_it);
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

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "roomreplies.h"

#include <check.h>

#define LONG (30 * G_TIME_SPAN_SECOND)
#define SHORT (20 * G_TIME_SPAN_MILLISECOND)

static RoomReplies *replies;
static guint changes;

static void
on_changed (GstPromise * promise, gpointer user_data)
{
  changes++;
  room_replies_came (replies, promise);
}

static GstPromise *
expect (void)
{
  GstPromise *promise =
      gst_promise_new_with_change_func (on_changed, NULL, NULL);

  room_replies_expect (replies, promise);
  return promise;
}

static void
setup (void)
{
  replies = room_replies_new ();
  changes = 0;
}

static void
teardown (void)
{
  g_clear_pointer (&replies, room_replies_free);
}

START_TEST (nothing_expected_is_settled)
{
  ck_assert (room_replies_settle (replies, LONG));
}

END_TEST;

START_TEST (reply_settles)
{
  GstPromise *promise = expect ();

  gst_promise_reply (promise, NULL);
  gst_promise_unref (promise);
  ck_assert_uint_eq (changes, 1);
  ck_assert (room_replies_settle (replies, LONG));
}

END_TEST;

START_TEST (promise_that_is_not_kept_is_interrupted)
{
  GstPromise *promise = expect ();

  ck_assert (!room_replies_settle (replies, SHORT));
  ck_assert_uint_eq (changes, 1);
  ck_assert_int_eq (gst_promise_wait (promise), GST_PROMISE_RESULT_INTERRUPTED);
  gst_promise_unref (promise);
  ck_assert (room_replies_settle (replies, LONG));
}

END_TEST;

START_TEST (promise_that_is_dropped_is_interrupted)
{
  gst_promise_unref (expect ());
  ck_assert (!room_replies_settle (replies, SHORT));
  ck_assert_uint_eq (changes, 1);
}

END_TEST;

static gpointer
reply (gpointer promise)
{
  gst_promise_reply (promise, NULL);
  gst_promise_unref (promise);
  return NULL;
}

START_TEST (reply_in_another_thread_is_waited_for)
{
  GThread *thread = g_thread_new ("reply", reply, expect ());

  ck_assert (room_replies_settle (replies, LONG));
  g_thread_join (thread);
  ck_assert_uint_eq (changes, 1);
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("roomreplies");
  TCase *tcase = tcase_create ("roomreplies");

  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, nothing_expected_is_settled);
  tcase_add_test (tcase, reply_settles);
  tcase_add_test (tcase, promise_that_is_not_kept_is_interrupted);
  tcase_add_test (tcase, promise_that_is_dropped_is_interrupted);
  tcase_add_test (tcase, reply_in_another_thread_is_waited_for);
  suite_add_tcase (suite, tcase);
  return suite;
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  SRunner *runner = srunner_create (create_suite ());
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverreplies.h"

#include <check.h>

START_TEST (test_nothing_outstanding_is_settled)
{
  g_autoptr (ServerReplies) replies = server_replies_new ();

  ck_assert (server_replies_settle (replies, 0));
}

END_TEST;

START_TEST (test_a_promise_that_was_kept_is_not_waited_for)
{
  g_autoptr (ServerReplies) replies = server_replies_new ();
  GstPromise *promise = gst_promise_new ();

  server_replies_expect (replies, promise);
  gst_promise_reply (promise, NULL);
  server_replies_came (replies, promise);
  ck_assert (server_replies_settle (replies, 0));
  gst_promise_unref (promise);
}

END_TEST;

START_TEST (test_a_promise_that_is_late_is_interrupted)
{
  g_autoptr (ServerReplies) replies = server_replies_new ();
  GstPromise *promise = gst_promise_new ();

  server_replies_expect (replies, promise);
  ck_assert (!server_replies_settle (replies, 1000));
  ck_assert_int_eq (gst_promise_wait (promise), GST_PROMISE_RESULT_INTERRUPTED);
  gst_promise_unref (promise);
}

END_TEST;

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  Suite *suite = suite_create ("serverreplies");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_nothing_outstanding_is_settled);
  tcase_add_test (tcase, test_a_promise_that_was_kept_is_not_waited_for);
  tcase_add_test (tcase, test_a_promise_that_is_late_is_interrupted);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

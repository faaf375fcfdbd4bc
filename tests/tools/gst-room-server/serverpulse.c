/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverpulse.h"

#include <check.h>

static ServerPulse *pulse;

static void
setup (void)
{
  pulse = server_pulse_new ();
}

static void
teardown (void)
{
  server_pulse_unref (pulse);
}

START_TEST (test_who_is_sent_to_and_never_answers_is_gone)
{
  for (guint i = 1; i < SERVER_PULSE_MISSES; i++)
    ck_assert (server_pulse_check (pulse, i, FALSE));
  ck_assert (!server_pulse_check (pulse, SERVER_PULSE_MISSES, FALSE));
}

END_TEST;

START_TEST (test_who_sends_and_is_not_heard_any_more_is_gone)
{
  for (guint i = 1; i < SERVER_PULSE_MISSES; i++)
    ck_assert (server_pulse_check (pulse, 0, TRUE));
  ck_assert (!server_pulse_check (pulse, 0, TRUE));
}

END_TEST;

START_TEST (test_one_report_is_enough)
{
  for (guint i = 0; i < 10 * SERVER_PULSE_MISSES; i++) {
    if (i % SERVER_PULSE_MISSES == 0)
      server_pulse_beat (pulse);
    ck_assert (server_pulse_check (pulse, i, TRUE));
  }
}

END_TEST;

/* His publisher is away: there is nothing to report on. */
START_TEST (test_who_is_sent_nothing_may_be_silent)
{
  for (guint i = 0; i < 10 * SERVER_PULSE_MISSES; i++)
    ck_assert (server_pulse_check (pulse, 10, FALSE));
}

END_TEST;

START_TEST (test_who_has_closed_is_gone_at_once)
{
  server_pulse_beat (pulse);
  server_pulse_close (pulse);
  ck_assert (!server_pulse_check (pulse, 0, FALSE));
}

END_TEST;

START_TEST (test_the_end_of_what_is_decrypted_is_heard)
{
  g_autoptr (GstElement) element =
      gst_object_ref_sink (gst_element_factory_make ("dtlsdec", NULL));

  server_pulse_watch (pulse, element);
  GstPad *pad = gst_element_request_pad_simple (element, "src");
  gst_pad_set_active (pad, TRUE);
  gst_pad_push_event (pad, gst_event_new_stream_start ("s"));
  ck_assert (server_pulse_check (pulse, 0, FALSE));
  gst_pad_push_event (pad, gst_event_new_eos ());
  ck_assert (!server_pulse_check (pulse, 0, FALSE));
  gst_element_release_request_pad (element, pad);
  gst_object_unref (pad);
}

END_TEST;

START_TEST (test_reports_of_a_session_are_counted)
{
  g_autoptr (GstElement) element =
      gst_object_ref_sink (gst_element_factory_make ("rtpsession", NULL));
  g_autoptr (GObject) session = NULL;
  g_autoptr (GstBuffer) report = gst_buffer_new ();

  server_pulse_watch (pulse, element);
  g_object_get (element, "internal-session", &session, NULL);
  for (guint i = 0; i < 2 * SERVER_PULSE_MISSES; i++) {
    g_signal_emit_by_name (session, "on-receiving-rtcp", report);
    ck_assert (server_pulse_check (pulse, 0, TRUE));
  }
}

END_TEST;

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  Suite *suite = suite_create ("serverpulse");
  TCase *tcase = tcase_create ("all");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_who_is_sent_to_and_never_answers_is_gone);
  tcase_add_test (tcase, test_who_sends_and_is_not_heard_any_more_is_gone);
  tcase_add_test (tcase, test_one_report_is_enough);
  tcase_add_test (tcase, test_who_is_sent_nothing_may_be_silent);
  tcase_add_test (tcase, test_who_has_closed_is_gone_at_once);
  tcase_add_test (tcase, test_the_end_of_what_is_decrypted_is_heard);
  tcase_add_test (tcase, test_reports_of_a_session_are_counted);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  gint failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Each test is a process of its own, that signals itself. */
#include "life/lifesignals.h"

#include <check.h>
#include <signal.h>
#include <unistd.h>

/* More than what counts as the echo of a signal, in milliseconds, and less. */
#define ECHO_OVER 300
#define ECHO 200

#define LAST_WISH 3

static GArray *stops;           /* of guint: which wish */
static guint reloads;
static guint echoes;

static void
on_signal (gint number, guint wish, gpointer user_data)
{
  if (number == SIGHUP)
    reloads++;
  else if (wish == 0)
    echoes++;
  else
    g_array_append_val (stops, wish);
}

static LifeSignals *
watch_what_is_not_ignored (gboolean hup_wanted)
{
  return life_signals_new (NULL, LAST_WISH, hup_wanted, on_signal, NULL, NULL);
}

/* One before it has left them ignored. */
static LifeSignals *
watch (void)
{
  signal (SIGINT, SIG_DFL);
  signal (SIGTERM, SIG_DFL);
  return watch_what_is_not_ignored (FALSE);
}

static void
setup (void)
{
  stops = g_array_new (FALSE, FALSE, sizeof (guint));
  reloads = echoes = 0;
}

static void
teardown (void)
{
  g_clear_pointer (&stops, g_array_unref);
}

static void
send (gint number)
{
  ck_assert_int_eq (kill (getpid (), number), 0);
}

static void
wait_stops (guint count)
{
  while (stops->len < count)
    g_main_context_iteration (NULL, TRUE);
  ck_assert_uint_eq (stops->len, count);
}

static gboolean
on_later (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
wait_echo_over (void)
{
  gboolean later = FALSE;

  g_timeout_add (ECHO_OVER, on_later, &later);
  while (!later)
    g_main_context_iteration (NULL, TRUE);
}

START_TEST (test_the_second_is_told_from_the_first)
{
  g_autoptr (LifeSignals) signals = watch ();

  send (SIGTERM);
  wait_stops (1);
  wait_echo_over ();
  send (SIGINT);
  wait_stops (2);
  ck_assert_uint_eq (g_array_index (stops, guint, 0), 1);
  ck_assert_uint_eq (g_array_index (stops, guint, 1), 2);
}

END_TEST;

/* With no loop that runs. */
START_TEST (test_the_last_ends_the_process_at_once)
{
  g_autoptr (LifeSignals) signals = watch ();

  send (SIGTERM);
  g_poll (NULL, 0, ECHO_OVER);
  send (SIGTERM);
  g_poll (NULL, 0, ECHO_OVER);
  send (SIGINT);
  ck_abort_msg ("it goes on");
}

END_TEST;

START_TEST (test_those_before_it_do_not_count)
{
  for (guint i = 0; i < 3; i++) {
    g_autoptr (LifeSignals) signals = watch ();
    send (SIGTERM);
    wait_stops (i + 1);
    ck_assert_uint_eq (g_array_index (stops, guint, i), 1);
  }
}

END_TEST;

/* FALSE: the machine was too busy for an echo. */
static gboolean
send_echo (void)
{
  gint64 begin = g_get_monotonic_time ();

  send (SIGINT);
  wait_stops (1);
  send (SIGTERM);
  return g_get_monotonic_time () - begin < ECHO * G_TIME_SPAN_MILLISECOND;
}

START_TEST (test_an_echo_is_the_same_wish)
{
  gboolean sent = FALSE;

  while (!sent) {
    g_autoptr (LifeSignals) signals = watch ();

    g_array_set_size (stops, 0);
    echoes = 0;
    sent = send_echo ();
    wait_echo_over ();
  }
  ck_assert_uint_eq (stops->len, 1);
  ck_assert_uint_eq (echoes, 1);
}

END_TEST;

START_TEST (test_a_hang_up_is_no_wish_to_stop)
{
  g_autoptr (LifeSignals) signals = watch ();

  send (SIGHUP);
  while (reloads == 0)
    g_main_context_iteration (NULL, TRUE);
  ck_assert_uint_eq (stops->len, 0);
}

END_TEST;

START_TEST (test_what_the_parent_ignores_stays_ignored)
{
  signal (SIGINT, SIG_IGN);
  signal (SIGHUP, SIG_IGN);
  g_autoptr (LifeSignals) signals = watch_what_is_not_ignored (FALSE);

  send (SIGINT);
  send (SIGHUP);
  wait_echo_over ();
  ck_assert_uint_eq (stops->len + reloads + echoes, 0);
}

END_TEST;

START_TEST (test_a_hang_up_that_is_wanted_is_heard)
{
  signal (SIGHUP, SIG_IGN);
  g_autoptr (LifeSignals) signals = watch_what_is_not_ignored (TRUE);

  send (SIGHUP);
  while (reloads == 0)
    g_main_context_iteration (NULL, TRUE);
}

END_TEST;

START_TEST (test_freed_it_ignores_all)
{
  life_signals_free (watch ());
  send (SIGINT);
  send (SIGTERM);
  send (SIGQUIT);
  send (SIGHUP);
  wait_echo_over ();
  ck_assert_uint_eq (stops->len + reloads + echoes, 0);
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("lifesignals");
  TCase *tcase = tcase_create ("all");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_set_timeout (tcase, 60);
  tcase_add_test (tcase, test_the_second_is_told_from_the_first);
  tcase_add_exit_test (tcase, test_the_last_ends_the_process_at_once,
      128 + SIGINT);
  tcase_add_test (tcase, test_those_before_it_do_not_count);
  tcase_add_test (tcase, test_an_echo_is_the_same_wish);
  tcase_add_test (tcase, test_a_hang_up_is_no_wish_to_stop);
  tcase_add_test (tcase, test_what_the_parent_ignores_stays_ignored);
  tcase_add_test (tcase, test_a_hang_up_that_is_wanted_is_heard);
  tcase_add_test (tcase, test_freed_it_ignores_all);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

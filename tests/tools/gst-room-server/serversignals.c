/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Each test is a process of its own, that signals itself. */
#include "serversignals.h"

#include <check.h>
#include <signal.h>
#include <unistd.h>

/* More than what counts as the echo of a signal, in milliseconds. */
#define ECHO_OVER 300

static GArray *stops;           /* of gint: the number, negative when again */
static guint reloads;

static void
on_stop (gint number, gboolean again, gpointer user_data)
{
  gint said = again ? -number : number;

  g_array_append_val (stops, said);
}

static void
on_reload (gpointer user_data)
{
  reloads++;
}

static const ServerSignalsFuncs funcs = { on_stop, on_reload };

static void
setup (void)
{
  stops = g_array_new (FALSE, FALSE, sizeof (gint));
  reloads = 0;
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

START_TEST (test_each_says_which_it_was)
{
  g_autoptr (ServerSignals) signals = server_signals_new (&funcs, NULL);

  send (SIGTERM);
  wait_stops (1);
  wait_echo_over ();
  send (SIGINT);
  wait_stops (2);
  wait_echo_over ();
  send (SIGTERM);
  wait_stops (3);
  ck_assert_int_eq (g_array_index (stops, gint, 0), SIGTERM);
  ck_assert_int_eq (g_array_index (stops, gint, 1), -SIGINT);
  ck_assert_int_eq (g_array_index (stops, gint, 2), -SIGTERM);
}

END_TEST;

START_TEST (test_an_echo_is_the_same_wish)
{
  g_autoptr (ServerSignals) signals = server_signals_new (&funcs, NULL);

  send (SIGINT);
  wait_stops (1);
  send (SIGTERM);
  wait_echo_over ();
  ck_assert_uint_eq (stops->len, 1);
}

END_TEST;

START_TEST (test_a_hang_up_reloads)
{
  g_autoptr (ServerSignals) signals = server_signals_new (&funcs, NULL);

  send (SIGHUP);
  while (reloads == 0)
    g_main_context_iteration (NULL, TRUE);
  ck_assert_uint_eq (stops->len, 0);
}

END_TEST;

START_TEST (test_freed_it_ignores_all)
{
  server_signals_free (server_signals_new (&funcs, NULL));
  send (SIGINT);
  send (SIGTERM);
  send (SIGHUP);
  wait_echo_over ();
  ck_assert_uint_eq (stops->len + reloads, 0);
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("serversignals");
  TCase *tcase = tcase_create ("all");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_set_timeout (tcase, 60);
  tcase_add_test (tcase, test_each_says_which_it_was);
  tcase_add_test (tcase, test_an_echo_is_the_same_wish);
  tcase_add_test (tcase, test_a_hang_up_reloads);
  tcase_add_test (tcase, test_freed_it_ignores_all);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitrefusals.h"

#include "livekit/livekitverify.h"

#include <check.h>

static guint told, held;
static gchar *line;

static void
on_refused (const LivekitRefused * refused, gpointer user_data)
{
  ck_assert_ptr_eq (user_data, &told);
  told++;
  held += refused->held;
  g_free (line);
  line = g_strdup_printf ("%u %s %s %s %s", refused->status, refused->reason,
      refused->room, refused->identity, refused->address);
}

static void
teardown (void)
{
  g_clear_pointer (&line, g_free);
}

START_TEST (test_it_says_who_and_why)
{
  LivekitRefusals refusals = {.tell = on_refused,.user_data = &told };
  g_autoptr (GSocketAddress) remote =
      g_inet_socket_address_new_from_string ("192.0.2.1", 5);
  g_autoptr (GError) error =
      g_error_new_literal (LIVEKIT_REFUSAL, 429, "the room is full");

  livekit_refusals_tell (&refusals, remote, "stage", "ann", error, 0);
  ck_assert_str_eq (line, "429 the room is full stage ann 192.0.2.1");
}

END_TEST;

START_TEST (test_a_flood_is_told_as_a_number)
{
  LivekitRefusals refusals = {.tell = on_refused,.user_data = &told };
  g_autoptr (GError) error = g_error_new_literal (LIVEKIT_REFUSAL, 401, "no");

  for (guint i = 0; i < 1000; i++)
    livekit_refusals_tell (&refusals, NULL, NULL, NULL, error, i);
  ck_assert_uint_lt (told, 20);
  guint before = told;
  livekit_refusals_tell (&refusals, NULL, NULL, NULL, error,
      G_TIME_SPAN_MINUTE);
  ck_assert_uint_eq (told, before + 1);
  ck_assert_uint_eq (told + held, 1001);
}

END_TEST;

START_TEST (test_nobody_has_to_listen)
{
  LivekitRefusals refusals = { 0 };
  g_autoptr (GError) error = g_error_new_literal (LIVEKIT_REFUSAL, 401, "no");

  livekit_refusals_tell (&refusals, NULL, NULL, NULL, error, 0);
  ck_assert_uint_eq (told, 0);
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("livekitrefusals");
  TCase *tcase = tcase_create ("all");
  tcase_add_checked_fixture (tcase, NULL, teardown);
  tcase_add_test (tcase, test_it_says_who_and_why);
  tcase_add_test (tcase, test_a_flood_is_told_as_a_number);
  tcase_add_test (tcase, test_nobody_has_to_listen);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

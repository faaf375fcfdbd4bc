/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LifeDialFault: each error of GIO's in its words, and of its kind. */
#include "life/lifedialfault.h"

#include <check.h>
#include <string.h>

static void
assert_read (GQuark domain, gint code, LifeDialFault fault, const gchar * words)
{
  g_autoptr (GError) error = g_error_new_literal (domain, code, "because");
  g_autofree gchar *text = NULL;

  ck_assert_int_eq (life_dial_fault_read (error, "host", 1935,
          G_TLS_CERTIFICATE_EXPIRED, &text), fault);
  ck_assert_msg (strstr (text, "host") != NULL, "%s", text);
  ck_assert_msg (strstr (text, words) != NULL, "%s", text);
}

START_TEST (test_a_name_is_not_found)
{
  assert_read (G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND,
      LIFE_DIAL_FAULT_RESOLVE, "because");
  assert_read (G_IO_ERROR, G_IO_ERROR_HOST_NOT_FOUND,
      LIFE_DIAL_FAULT_RESOLVE, "not found");
}

END_TEST;

START_TEST (test_nobody_answers)
{
  const struct
  {
    gint code;
    const gchar *words;
  } cases[] = {
    {G_IO_ERROR_CONNECTION_REFUSED, "on port 1935"},
    {G_IO_ERROR_TIMED_OUT, "in time"},
    {G_IO_ERROR_HOST_UNREACHABLE, "no route"},
    {G_IO_ERROR_NETWORK_UNREACHABLE, "no route"},
    {G_IO_ERROR_CONNECTION_CLOSED, "before it answered"},
    {G_IO_ERROR_PARTIAL_INPUT, "before it answered"},
    {G_IO_ERROR_FAILED, "because"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_read (G_IO_ERROR, cases[i].code, LIFE_DIAL_FAULT_UNREACHABLE,
        cases[i].words);
  assert_read (g_quark_from_static_string ("other"), 1,
      LIFE_DIAL_FAULT_UNREACHABLE, "because");
}

END_TEST;

START_TEST (test_a_certificate_is_of_tls)
{
  assert_read (G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, LIFE_DIAL_FAULT_TLS,
      "expired");
}

END_TEST;

/* Another attempt may do better. */
START_TEST (test_a_handshake_that_is_cut_is_not_of_tls)
{
  assert_read (G_TLS_ERROR, G_TLS_ERROR_NOT_TLS, LIFE_DIAL_FAULT_UNREACHABLE,
      "before it was secure");
  assert_read (G_TLS_ERROR, G_TLS_ERROR_EOF, LIFE_DIAL_FAULT_UNREACHABLE,
      "before it was secure");
}

END_TEST;

START_TEST (test_who_cannot_do_tls_is_of_tls)
{
  assert_read (G_TLS_ERROR, G_TLS_ERROR_MISC, LIFE_DIAL_FAULT_TLS, "because");
  assert_read (G_TLS_ERROR, G_TLS_ERROR_HANDSHAKE, LIFE_DIAL_FAULT_TLS,
      "because");
  assert_read (G_TLS_ERROR, G_TLS_ERROR_UNAVAILABLE, LIFE_DIAL_FAULT_TLS,
      "because");
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("lifedialfault");
  TCase *kinds = tcase_create ("kinds");

  tcase_add_test (kinds, test_a_name_is_not_found);
  tcase_add_test (kinds, test_nobody_answers);
  tcase_add_test (kinds, test_a_certificate_is_of_tls);
  tcase_add_test (kinds, test_a_handshake_that_is_cut_is_not_of_tls);
  tcase_add_test (kinds, test_who_cannot_do_tls_is_of_tls);
  suite_add_tcase (suite, kinds);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_NORMAL);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

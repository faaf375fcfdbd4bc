/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serveraddresses.h"

#include <check.h>
#include <gio/gio.h>

START_TEST (test_loopback_stands_for_all_of_the_machine)
{
  static const gchar *const forms[] = { "127.0.0.1", "::1", "0.0.0.0", "::" };
  g_auto (GStrv) list = server_addresses_list (forms[_i]);

  ck_assert_str_eq (list[0], "127.0.0.1");
  ck_assert_uint_le (g_strv_length (list), SERVER_ADDRESSES_MAX);
  for (gchar ** each = list; *each != NULL; each++) {
    g_autoptr (GInetAddress) address = g_inet_address_new_from_string (*each);
    ck_assert_ptr_nonnull (address);
    ck_assert (!g_inet_address_get_is_link_local (address));
    ck_assert (!g_strv_contains ((const gchar * const *) each + 1, *each));
  }
}

END_TEST;

START_TEST (test_any_other_stands_for_itself)
{
  g_auto (GStrv) list = server_addresses_list ("192.0.2.7");

  ck_assert_uint_eq (g_strv_length (list), 1);
  ck_assert_str_eq (list[0], "192.0.2.7");
}

END_TEST;

START_TEST (test_loopback_is_told)
{
  ck_assert (server_addresses_is_loopback ("127.0.0.1"));
  ck_assert (server_addresses_is_loopback ("127.9.9.9"));
  ck_assert (server_addresses_is_loopback ("::1"));
  ck_assert (!server_addresses_is_loopback ("0.0.0.0"));
  ck_assert (!server_addresses_is_loopback ("192.0.2.7"));
  ck_assert (!server_addresses_is_loopback ("localhost"));
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("serveraddresses");
  TCase *tcase = tcase_create ("all");
  tcase_add_loop_test (tcase, test_loopback_stands_for_all_of_the_machine, 0,
      4);
  tcase_add_test (tcase, test_any_other_stands_for_itself);
  tcase_add_test (tcase, test_loopback_is_told);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LifeCertificate: one reason, and the worst. */
#include "life/lifecertificate.h"

#include <check.h>

START_TEST (test_each_reason_has_its_words)
{
  const gchar *seen[7] = { "not acceptable" };

  for (guint i = 0; i < 6; i++) {
    const gchar *words = life_certificate_get_words (1 << i);
    for (guint j = 0; j <= i; j++)
      ck_assert_str_ne (words, seen[j]);
    seen[i + 1] = words;
  }
}

END_TEST;

START_TEST (test_who_signed_it_counts_before_all_else)
{
  ck_assert_str_eq (life_certificate_get_words
      (G_TLS_CERTIFICATE_VALIDATE_ALL),
      life_certificate_get_words (G_TLS_CERTIFICATE_UNKNOWN_CA));
}

END_TEST;

START_TEST (test_what_has_no_words_is_not_acceptable)
{
  ck_assert_str_eq (life_certificate_get_words
      (G_TLS_CERTIFICATE_GENERIC_ERROR), "not acceptable");
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("lifecertificate");
  TCase *words = tcase_create ("words");

  tcase_add_test (words, test_each_reason_has_its_words);
  tcase_add_test (words, test_who_signed_it_counts_before_all_else);
  tcase_add_test (words, test_what_has_no_words_is_not_acceptable);
  suite_add_tcase (suite, words);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_NORMAL);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

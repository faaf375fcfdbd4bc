/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmptoken.h"

#include "hexbytes.h"

#include <check.h>

static void
assert_answer (const gchar * token, const gchar * challenge,
    const gchar * expected)
{
  g_autoptr (GBytes) answer = rtmp_token_answer (token, challenge);
  g_autoptr (GBytes) wanted = hex_bytes_new (expected);

  ck_assert_ptr_nonnull (answer);
  ck_assert (g_bytes_equal (answer, wanted));
}

/* What rtmpdump 2.4 answers, with --token. */
START_TEST (test_it_answers_as_librtmp_does)
{
  assert_answer ("secret", "0123456789abcdef", "d4d9389a21a94817");
  assert_answer ("secret", "0123456789ABCDEF", "d4d9389a21a94817");
  assert_answer ("k", "ffffffffffffffffffffffff", "9968bb68f44afd3059e1bdbd");
  /* Of a long one only the beginning counts. */
  assert_answer ("a#longer&token=than16bytes",
      "00112233445566778899aabbccddeeff0123456789abcdef0011223344556677",
      "303f9f40bf8e53d50e54fa7843a39347e149b560be821693ced1d8d2ae343cbe");
}

END_TEST;

START_TEST (test_what_is_no_challenge_has_no_answer)
{
  g_autofree gchar *longer = g_strnfill (4096, 'a');
  const gchar *texts[] = { "", "01234567", "0123456789abcde",
    "0123456789abcdef01", "0123456789abcdeg", longer
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    ck_assert_ptr_null (rtmp_token_answer ("secret", texts[i]));
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("rtmptoken");
  TCase *tcase = tcase_create ("rtmptoken");
  tcase_add_test (tcase, test_it_answers_as_librtmp_does);
  tcase_add_test (tcase, test_what_is_no_challenge_has_no_answer);
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

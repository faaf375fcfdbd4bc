/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitbase64.h"

#include <check.h>
#include <string.h>

/* RFC 4648, section 10. */
static const gchar *pairs[][2] = {
  {"", ""},
  {"f", "Zg=="},
  {"fo", "Zm8="},
  {"foo", "Zm9v"},
  {"foob", "Zm9vYg=="},
  {"fooba", "Zm9vYmE="},
  {"foobar", "Zm9vYmFy"},
};

static void
assert_parses (const gchar * text, const gchar * data, gsize size)
{
  g_autoptr (GBytes) bytes = livekit_base64_parse (text, strlen (text));
  ck_assert_ptr_nonnull (bytes);
  ck_assert_uint_eq (g_bytes_get_size (bytes), size);
  ck_assert (size == 0 || memcmp (g_bytes_get_data (bytes, NULL), data,
          size) == 0);
}

START_TEST (test_the_examples_of_rfc_4648_both_ways)
{
  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++) {
    const gchar *plain = pairs[i][0];
    g_autofree gchar *padded =
        livekit_base64_write ((const guint8 *) plain, strlen (plain), TRUE);
    ck_assert_str_eq (padded, pairs[i][1]);
    assert_parses (padded, plain, strlen (plain));

    g_autofree gchar *bare =
        livekit_base64_write ((const guint8 *) plain, strlen (plain), FALSE);
    ck_assert_ptr_null (strchr (bare, '='));
    ck_assert (g_str_has_prefix (padded, bare));
    assert_parses (bare, plain, strlen (plain));
  }
}

END_TEST;

START_TEST (test_the_alphabet_is_the_one_for_urls)
{
  const guint8 data[] = { 0xfb, 0xff, 0xbf };
  g_autofree gchar *text = livekit_base64_write (data, sizeof data, TRUE);
  ck_assert_str_eq (text, "-_-_");
  assert_parses ("-_-_", (const gchar *) data, sizeof data);
}

END_TEST;

START_TEST (test_every_byte_comes_back)
{
  guint8 data[256];
  for (guint i = 0; i < sizeof data; i++)
    data[i] = i;
  for (gsize size = 0; size < sizeof data; size++) {
    g_autofree gchar *text = livekit_base64_write (data, size, size % 2);
    assert_parses (text, (const gchar *) data, size);
  }
}

END_TEST;

START_TEST (test_another_spelling_is_refused)
{
  const gchar *bad[] = {
    "Z", "Zg=", "Zg===", "Z===", "=", "==", "====", "Zm9vY", "Zm9v=",
    "Zm9v====", "Zh", "Zh==", "Zm9", "Zm9=", "Zg==Zg==", "Z g=", "Zg\n", "+/+/",
    "Zm\xc3\xb6",
  };
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    ck_assert_msg (livekit_base64_parse (bad[i], strlen (bad[i])) == NULL,
        "%s", bad[i]);
  ck_assert_ptr_null (livekit_base64_parse ("Zm\0v", 4));
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("livekitbase64");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_the_examples_of_rfc_4648_both_ways);
  tcase_add_test (tcase, test_the_alphabet_is_the_one_for_urls);
  tcase_add_test (tcase, test_every_byte_comes_back);
  tcase_add_test (tcase, test_another_spelling_is_refused);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

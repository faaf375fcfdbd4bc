/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* GOLDEN is the example of RFC 9725, section 4.3.2, with an address of our
 * own and a name that browsers give. */
#include "serverfragment.h"

#include "livekit/livekitverify.h"

#include <check.h>
#include <string.h>

#define CREDENTIALS "a=ice-ufrag:EsAw\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\n"
#define HOST "candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host " \
    "generation 0 ufrag EsAw network-id 1"
#define HIDDEN "candidate:2 1 udp 2122194687 " \
    "4f1a1c9c-a3a2-4c1e-8d0c-0b0f6a1b2c3d.local 61765 typ host"
#define TCP "candidate:473322822 1 tcp 1518280447 2001:db8::1 9 typ host " \
    "tcptype active"
#define SECTION(kind, mid) "m=" kind " 9 UDP/TLS/RTP/SAVPF 111\r\n" \
    "a=mid:" mid "\r\n"
#define GOLDEN "a=group:BUNDLE 0 1\r\n" SECTION ("audio", "0") CREDENTIALS \
    "a=" HOST "\r\na=" HIDDEN "\r\na=" TCP "\r\na=end-of-candidates\r\n"
#define OFFER "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n" \
    "a=group:BUNDLE 0 1\r\n" SECTION ("audio", "0") CREDENTIALS \
    SECTION ("video", "1") CREDENTIALS

static ServerFragment *
parse (const gchar * text)
{
  g_autoptr (GError) error = NULL;
  ServerFragment *fragment =
      server_fragment_parse (text, strlen (text), &error);

  ck_assert_int_eq (fragment == NULL, error != NULL);
  if (error != NULL)
    ck_assert (g_error_matches (error, LIVEKIT_REFUSAL, 400));
  return fragment;
}

static void
check_refused (const gchar * text)
{
  g_autoptr (ServerFragment) fragment = parse (text);
  ck_assert_msg (fragment == NULL, "%s", text);
}

START_TEST (test_the_example_of_the_specification_is_read)
{
  g_autoptr (ServerFragment) fragment = parse (GOLDEN);
  const ServerFragmentSection *section = server_fragment_get (fragment, 0);

  ck_assert_uint_eq (fragment->sections->len, 1);
  ck_assert_str_eq (section->mid, "0");
  ck_assert_str_eq (section->ufrag, "EsAw");
  ck_assert_str_eq (section->pwd, "P2uYro0UCOQ4zxjKXaWCBui1");
  ck_assert (section->ended);
  ck_assert_uint_eq (section->candidates->len, 2);
  ck_assert_str_eq (section->candidates->pdata[0], HOST);
  ck_assert_str_eq (section->candidates->pdata[1], TCP);
}

END_TEST;

START_TEST (test_a_candidate_with_a_name_is_left_out)
{
  g_autoptr (ServerFragment) fragment = parse ("a=" HIDDEN "\r\n");

  ck_assert_uint_eq (server_fragment_get (fragment, 0)->candidates->len, 0);
}

END_TEST;

START_TEST (test_what_stands_before_the_sections_is_for_all)
{
  g_autoptr (ServerFragment) fragment = parse (CREDENTIALS
      "a=end-of-candidates\r\n" SECTION ("audio", "a") SECTION ("video", "b"));

  ck_assert_uint_eq (fragment->sections->len, 2);
  for (guint i = 0; i < 2; i++) {
    ck_assert_str_eq (server_fragment_get (fragment, i)->ufrag, "EsAw");
    ck_assert (server_fragment_get (fragment, i)->ended);
  }
}

END_TEST;

START_TEST (test_candidates_without_a_section_are_of_the_first)
{
  g_autoptr (ServerFragment) offer = parse (OFFER);
  g_autoptr (ServerFragment) fragment = parse ("a=" HOST "\n");

  ck_assert_uint_eq (server_fragment_get (fragment, 0)->candidates->len, 1);
  ck_assert_int_eq (server_fragment_find (fragment, 0, offer), 0);
}

END_TEST;

START_TEST (test_a_section_is_found_by_its_mid)
{
  g_autoptr (ServerFragment) offer = parse (OFFER);
  g_autoptr (ServerFragment) second = parse (SECTION ("video", "1"));
  g_autoptr (ServerFragment) unknown = parse (SECTION ("video", "7"));
  g_autoptr (ServerFragment) placed =
      parse ("m=audio 9 X 0\r\nm=video 9 X 0\r\nm=video 9 X 0\r\n");

  ck_assert_int_eq (server_fragment_find (second, 0, offer), 1);
  ck_assert_int_eq (server_fragment_find (unknown, 0, offer), -1);
  ck_assert_int_eq (server_fragment_find (placed, 1, offer), 1);
  ck_assert_int_eq (server_fragment_find (placed, 2, offer), -1);
}

END_TEST;

START_TEST (test_other_credentials_are_a_restart)
{
  g_autoptr (ServerFragment) offer = parse (OFFER);
  g_autoptr (ServerFragment) same = parse (GOLDEN);
  g_autoptr (ServerFragment) none = parse ("a=" HOST "\r\n");
  g_autoptr (ServerFragment) other = parse (SECTION ("audio", "0")
      "a=ice-ufrag:ysXw\r\na=ice-pwd:vw5LmwG4y/e6dPP/zAP9Gp5k\r\n");
  g_autoptr (ServerFragment) word = parse (SECTION ("audio", "0")
      "a=ice-ufrag:EsAw\r\na=ice-pwd:vw5LmwG4y/e6dPP/zAP9Gp5k\r\n");

  ck_assert (!server_fragment_restarts (same, offer));
  ck_assert (!server_fragment_restarts (none, offer));
  ck_assert (server_fragment_restarts (other, offer));
  ck_assert (server_fragment_restarts (word, offer));
}

END_TEST;

START_TEST (test_what_is_no_description_is_refused)
{
  check_refused ("hello");
  check_refused ("{\"candidate\":\"\"}");
  check_refused ("a=mid:0\rm=audio\n");
  check_refused ("\xff=1\r\n");
  check_refused ("A=mid:0\r\n");
}

END_TEST;

START_TEST (test_a_zero_byte_is_refused)
{
  g_autoptr (GError) error = NULL;

  ck_assert_ptr_null (server_fragment_parse ("a=mid:0\0\r\n", 10, &error));
  ck_assert (g_error_matches (error, LIVEKIT_REFUSAL, 400));
}

END_TEST;

START_TEST (test_a_candidate_that_is_none_is_refused)
{
  check_refused ("a=candidate:\r\n");
  check_refused ("a=candidate:1 1 udp 1 192.0.2.1 61764 typ\r\n");
  check_refused ("a=candidate:1 1 udp 1 192.0.2.1 61764 tip host\r\n");
  check_refused ("a=candidate:1 1 udp 1 192.0.2.1 65536 typ host\r\n");
  check_refused ("a=candidate:1 x udp 1 192.0.2.1 61764 typ host\r\n");
  check_refused ("a=candidate:1 1 udp -1 192.0.2.1 61764 typ host\r\n");
}

END_TEST;

START_TEST (test_a_credential_has_one_value)
{
  check_refused ("a=ice-ufrag:\r\n");
  check_refused ("a=ice-ufrag:a b\r\n");
  check_refused ("a=ice-ufrag:aaaa\r\na=ice-ufrag:bbbb\r\n");
  check_refused ("m=audio 9 X 0\r\na=mid:0\r\na=mid:1\r\n");
}

END_TEST;

static gchar *
repeat (const gchar * text, guint times)
{
  GString *whole = g_string_new (NULL);

  for (guint i = 0; i < times; i++)
    g_string_append (whole, text);
  return g_string_free (whole, FALSE);
}

START_TEST (test_limits_are_held)
{
  g_autofree gchar *sections =
      repeat ("m=audio 9 X 0\r\n", SERVER_FRAGMENT_MAX_SECTIONS);
  g_autofree gchar *more_sections = g_strconcat (sections, "m=x\r\n", NULL);
  g_autofree gchar *candidates =
      repeat ("a=" HOST "\r\n", SERVER_FRAGMENT_MAX_CANDIDATES);
  g_autofree gchar *more_candidates =
      g_strconcat (candidates, "a=" HIDDEN "\r\n", NULL);
  g_autofree gchar *word = repeat ("x", SERVER_FRAGMENT_MAX_WORD);
  g_autofree gchar *long_word = g_strconcat ("a=ice-pwd:", word, "x", NULL);
  g_autofree gchar *right_word = g_strconcat ("a=ice-pwd:", word, NULL);
  g_autofree gchar *wide = repeat ("a=x\r\n", SERVER_FRAGMENT_MAX_SIZE / 4);

  g_autoptr (ServerFragment) many = parse (sections);
  ck_assert_uint_eq (many->sections->len, SERVER_FRAGMENT_MAX_SECTIONS);
  g_autoptr (ServerFragment) full = parse (candidates);
  ck_assert_uint_eq (server_fragment_get (full, 0)->candidates->len,
      SERVER_FRAGMENT_MAX_CANDIDATES);
  g_autoptr (ServerFragment) fits = parse (right_word);
  ck_assert_ptr_nonnull (fits);
  check_refused (more_sections);
  check_refused (more_candidates);
  check_refused (long_word);
  check_refused (wide);
}

END_TEST;

START_TEST (test_every_beginning_is_read_or_refused)
{
  g_autofree gchar *copy = NULL;

  for (gsize i = 0; i <= strlen (OFFER GOLDEN); i++) {
    g_free (copy);
    copy = g_strndup (OFFER GOLDEN, i);
    g_autoptr (ServerFragment) fragment = parse (copy);
    if (fragment != NULL)
      ck_assert_uint_ge (fragment->sections->len, 1);
  }
}

END_TEST;

int
main (void)
{
  TCase *tcase = tcase_create ("fragment");

  tcase_add_test (tcase, test_the_example_of_the_specification_is_read);
  tcase_add_test (tcase, test_a_candidate_with_a_name_is_left_out);
  tcase_add_test (tcase, test_what_stands_before_the_sections_is_for_all);
  tcase_add_test (tcase, test_candidates_without_a_section_are_of_the_first);
  tcase_add_test (tcase, test_a_section_is_found_by_its_mid);
  tcase_add_test (tcase, test_other_credentials_are_a_restart);
  tcase_add_test (tcase, test_what_is_no_description_is_refused);
  tcase_add_test (tcase, test_a_zero_byte_is_refused);
  tcase_add_test (tcase, test_a_candidate_that_is_none_is_refused);
  tcase_add_test (tcase, test_a_credential_has_one_value);
  tcase_add_test (tcase, test_limits_are_held);
  tcase_add_test (tcase, test_every_beginning_is_read_or_refused);

  Suite *suite = suite_create ("serverfragment");
  suite_add_tcase (suite, tcase);
  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  gint failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

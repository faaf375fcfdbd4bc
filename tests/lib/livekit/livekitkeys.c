/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitkeys.h"

#include "livekit/livekiterror.h"
#include "livekit/livekitlimits.h"

#include <check.h>
#include <glib/gstdio.h>

START_TEST (test_a_file_has_a_key_on_each_line)
{
  g_autoptr (LivekitKeys) keys = livekit_keys_new ();
  g_autofree gchar *path = NULL;
  gint file = g_file_open_tmp ("keys-XXXXXX", &path, NULL);
  ck_assert_int_ge (file, 0);
  ck_assert (g_close (file, NULL));
  ck_assert (g_file_set_contents (path,
          "# two\n\n  first :  one two:three \r\nsecond:s\n", -1, NULL));

  ck_assert (livekit_keys_load_file (keys, path, NULL));
  ck_assert_uint_eq (livekit_keys_get_count (keys), 2);
  ck_assert_str_eq (livekit_keys_get_secret (keys, "first"), "one two:three");
  ck_assert_str_eq (livekit_keys_get_secret (keys, "second"), "s");
  ck_assert_ptr_null (livekit_keys_get_secret (keys, "third"));
  g_unlink (path);
  g_autoptr (GError) error = NULL;
  ck_assert (!livekit_keys_load_file (keys, path, &error));
  ck_assert_int_eq (error->code, LIVEKIT_ERROR_CREDENTIALS);
  ck_assert_uint_eq (livekit_keys_get_count (keys), 2);
}

END_TEST;

START_TEST (test_an_option_has_pairs)
{
  g_autoptr (LivekitKeys) keys = livekit_keys_new ();

  ck_assert (livekit_keys_load_pairs (keys, "devkey:secret, other: x", NULL));
  ck_assert_str_eq (livekit_keys_get_secret (keys, "devkey"), "secret");
  ck_assert_str_eq (livekit_keys_get_secret (keys, "other"), "x");
}

END_TEST;

START_TEST (test_a_reload_forgets_the_keys_before)
{
  g_autoptr (LivekitKeys) keys = livekit_keys_new ();

  ck_assert (livekit_keys_load_text (keys, "a: 1", NULL));
  ck_assert (livekit_keys_load_text (keys, "b: 2", NULL));
  ck_assert_ptr_null (livekit_keys_get_secret (keys, "a"));
  ck_assert_str_eq (livekit_keys_get_secret (keys, "b"), "2");
}

END_TEST;

START_TEST (test_what_is_wrong_changes_nothing_and_is_not_repeated)
{
  static const gchar *const wrong[] = { "", "# none", "hush", "hush:", ":hush",
    "a: hush\na: hush", "a: hush\n\xff: b"
  };
  g_autoptr (LivekitKeys) keys = livekit_keys_new ();
  ck_assert (livekit_keys_load_text (keys, "a: 1", NULL));

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++) {
    g_autoptr (GError) error = NULL;
    ck_assert (!livekit_keys_load_text (keys, wrong[i], &error));
    ck_assert (g_error_matches (error, LIVEKIT_ERROR,
            LIVEKIT_ERROR_CREDENTIALS));
    ck_assert_ptr_null (strstr (error->message, "hush"));
    ck_assert_str_eq (livekit_keys_get_secret (keys, "a"), "1");
  }
}

END_TEST;

START_TEST (test_there_are_not_too_many)
{
  g_autoptr (LivekitKeys) keys = livekit_keys_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  for (guint i = 0; i <= LIVEKIT_MAX_KEYS; i++)
    g_string_append_printf (text, "k%u: s\n", i);
  ck_assert (!livekit_keys_load_text (keys, text->str, NULL));

  g_autofree gchar *spaces = g_strnfill (LIVEKIT_MAX_KEYS_TEXT, ' ');
  g_autofree gchar *longer = g_strconcat ("a: b", spaces, NULL);
  ck_assert (!livekit_keys_load_text (keys, longer, NULL));
  ck_assert_uint_eq (livekit_keys_get_count (keys), 0);
}

END_TEST;

START_TEST (test_two_change_places)
{
  g_autoptr (LivekitKeys) keys = livekit_keys_new ();
  g_autoptr (LivekitKeys) others = livekit_keys_new ();

  ck_assert (livekit_keys_load_pairs (keys, "a:b", NULL));
  ck_assert (livekit_keys_load_pairs (others, "c:d,e:f", NULL));
  livekit_keys_swap (keys, others);
  ck_assert_str_eq (livekit_keys_get_secret (keys, "c"), "d");
  ck_assert_uint_eq (livekit_keys_get_count (keys), 2);
  ck_assert_str_eq (livekit_keys_get_secret (others, "a"), "b");
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("livekitkeys");
  TCase *tcase = tcase_create ("livekitkeys");
  tcase_add_test (tcase, test_a_file_has_a_key_on_each_line);
  tcase_add_test (tcase, test_an_option_has_pairs);
  tcase_add_test (tcase, test_a_reload_forgets_the_keys_before);
  tcase_add_test (tcase,
      test_what_is_wrong_changes_nothing_and_is_not_repeated);
  tcase_add_test (tcase, test_there_are_not_too_many);
  tcase_add_test (tcase, test_two_change_places);
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

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitevent.h"

#include <check.h>

START_TEST (test_every_type_has_a_name_of_its_own)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  for (gint type = LIVEKIT_EVENT_DIAL; type <= LIVEKIT_EVENT_ENDED; type++) {
    const gchar *name = livekit_event_type_get_name (type);
    ck_assert_str_ne (name, "unknown");
    ck_assert (g_hash_table_add (seen, (gpointer) name));
  }
  ck_assert_str_eq (livekit_event_type_get_name (LIVEKIT_EVENT_ENDED + 1),
      "unknown");
}

END_TEST;

START_TEST (test_a_new_event_is_empty)
{
  g_autoptr (LivekitEvent) event = livekit_event_new (LIVEKIT_EVENT_OFFER);
  ck_assert_int_eq (event->type, LIVEKIT_EVENT_OFFER);
  ck_assert_ptr_null (event->sdp);
  ck_assert_ptr_null (event->error);
}

END_TEST;

/* The leak checker is the judge of these. */
START_TEST (test_an_event_frees_all_it_holds)
{
  LivekitEvent *event = livekit_event_new (LIVEKIT_EVENT_ENDED);
  event->uri = g_strdup ("a");
  event->token = g_strdup ("b");
  event->bytes = g_bytes_new ("c", 1);
  event->joined = livekit_joined_new ();
  event->cid = g_strdup ("d");
  event->sid = g_strdup ("e");
  event->sdp = g_strdup ("f");
  event->candidate = g_strdup ("g");
  event->sources = g_array_new (FALSE, FALSE, sizeof (gint));
  event->error = g_error_new_literal (g_quark_from_static_string ("q"), 1, "h");
  GBytes *kept = g_bytes_ref (event->bytes);
  GArray *array = g_array_ref (event->sources);
  livekit_event_free (event);
  ck_assert_uint_eq (g_bytes_get_size (kept), 1);
  ck_assert_uint_eq (array->len, 0);
  g_bytes_unref (kept);
  g_array_unref (array);
}

END_TEST;

START_TEST (test_a_join_holds_empty_lists_and_frees_what_is_added)
{
  LivekitJoined *joined = livekit_joined_new ();
  ck_assert_uint_eq (joined->ice_servers->len, 0);
  ck_assert_uint_eq (joined->sources->len, 0);
  ck_assert_ptr_null (joined->codecs[0]);
  ck_assert_ptr_null (joined->room);

  LivekitIceServer *server = g_new0 (LivekitIceServer, 1);
  server->urls = g_strsplit ("stun:a,turn:b", ",", -1);
  server->username = g_strdup ("u");
  server->credential = g_strdup ("c");
  g_ptr_array_add (joined->ice_servers, server);
  joined->room = g_strdup ("r");
  joined->server_region = g_strdup ("s");
  livekit_joined_free (joined);
}

END_TEST;

START_TEST (test_nothing_can_be_freed)
{
  livekit_event_free (NULL);
  livekit_joined_free (NULL);
  livekit_ice_server_free (NULL);
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("livekitevent");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_every_type_has_a_name_of_its_own);
  tcase_add_test (tcase, test_a_new_event_is_empty);
  tcase_add_test (tcase, test_an_event_frees_all_it_holds);
  tcase_add_test (tcase, test_a_join_holds_empty_lists_and_frees_what_is_added);
  tcase_add_test (tcase, test_nothing_can_be_freed);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

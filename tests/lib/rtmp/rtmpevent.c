/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpevent.h"

#include "rtmp/rtmperror.h"

#include <check.h>

START_TEST (test_what_it_owns_goes_with_it)
{
  RtmpMessageHead head = {.type = RTMP_MESSAGE_VIDEO };
  RtmpEvent event = {
    .kind = RTMP_EVENT_ENDED,
    .message = rtmp_message_new (&head, NULL),
    .url = rtmp_url_parse ("rtmp://h/a/s", NULL),
    .connect = rtmp_connect_new (),
    .code = g_strdup ("code"),
    .text = g_strdup ("text"),
    .name = g_strdup ("name"),
    .error = g_error_new_literal (RTMP_ERROR, RTMP_ERROR_LOST, "lost"),
  };

  rtmp_event_clear (&event);
  ck_assert_ptr_null (event.message);
  ck_assert_ptr_null (event.error);
  rtmp_event_clear (&event);
}

END_TEST;

START_TEST (test_each_kind_has_a_name_of_its_own)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint kind = 0; kind <= RTMP_EVENT_ENDED; kind++) {
    const gchar *name = rtmp_event_kind_get_name (kind);
    ck_assert_str_ne (name, "unknown");
    ck_assert (g_hash_table_add (seen, (gpointer) name));
  }
  ck_assert_str_eq (rtmp_event_kind_get_name (RTMP_EVENT_ENDED + 1), "unknown");
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("rtmpevent");
  TCase *tcase = tcase_create ("rtmpevent");
  tcase_add_test (tcase, test_what_it_owns_goes_with_it);
  tcase_add_test (tcase, test_each_kind_has_a_name_of_its_own);
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

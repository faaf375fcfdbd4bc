/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmpheaders.h"

#include <check.h>

#define SLOT(type, kind, track) ((type) << 16 | (kind) << 8 | (track))

static RtmpHeaders *headers;

static void
setup (void)
{
  headers = rtmp_headers_new ();
}

static void
teardown (void)
{
  rtmp_headers_free (headers);
}

/* Known by its time. */
static void
put (guint32 slot, guint32 time)
{
  RtmpMessageHead head = {.type = slot >> 16,.timestamp = time };
  g_autoptr (RtmpMessage) message = rtmp_message_new_copy (&head, "x", 1);

  rtmp_headers_put (headers, slot, message);
}

static void
assert_times (const gchar * expected)
{
  g_autoptr (GPtrArray) list = rtmp_headers_list (headers);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < list->len; i++)
    g_string_append_printf (text, "%u ",
        rtmp_message_get_head (list->pdata[i])->timestamp);
  ck_assert_str_eq (text->str, expected);
}

START_TEST (test_metadata_goes_first_and_sound_last)
{
  assert_times ("");
  put (SLOT (8, 1, 0), 1);
  put (SLOT (9, 1, 1), 2);
  put (SLOT (9, 1, 0), 3);
  put (SLOT (18, 0, 0), 4);
  assert_times ("4 3 2 1 ");
}

END_TEST;

START_TEST (test_the_latest_stays)
{
  put (SLOT (9, 1, 0), 1);
  put (SLOT (8, 1, 0), 2);
  put (SLOT (9, 1, 0), 3);
  assert_times ("3 2 ");
}

END_TEST;

START_TEST (test_there_is_an_end_to_it)
{
  for (guint i = 0; i < 1000; i++)
    put (SLOT (9, i / 256, i % 256), i);
  g_autoptr (GPtrArray) list = rtmp_headers_list (headers);
  ck_assert_uint_eq (list->len, 256);
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("rtmpheaders");
  TCase *tcase = tcase_create ("rtmpheaders");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_metadata_goes_first_and_sound_last);
  tcase_add_test (tcase, test_the_latest_stays);
  tcase_add_test (tcase, test_there_is_an_end_to_it);
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

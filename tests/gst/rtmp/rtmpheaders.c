/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmpheaders.h"

#include "rtmp/rtmplimits.h"

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

static void
put_long (guint32 slot, gsize size)
{
  RtmpMessageHead head = {.type = slot >> 16 };
  g_autofree guint8 *data = g_malloc0 (size);
  g_autoptr (RtmpMessage) message = rtmp_message_new_copy (&head, data, size);

  rtmp_headers_put (headers, slot, message);
}

START_TEST (test_what_is_too_long_is_none)
{
  put (SLOT (9, 1, 0), 7);
  put_long (SLOT (9, 1, 0), RTMP_MAX_CONFIG + 1);
  /* Nor is the one before it true any more. */
  assert_times ("");
  put_long (SLOT (9, 1, 0), RTMP_MAX_CONFIG);
  put_long (SLOT (18, 0, 0), RTMP_MAX_CONFIG + 1);
  assert_times ("0 0 ");
}

END_TEST;

START_TEST (test_all_of_them_are_bounded)
{
  gsize bytes = 0;

  for (guint i = 0; i < 200; i++)
    put_long (SLOT (9, 1, i), RTMP_MAX_CONFIG);
  /* What goes makes room. */
  for (guint i = 0; i < 200; i++)
    put_long (SLOT (9, 1, 0), RTMP_MAX_CONFIG);
  g_autoptr (GPtrArray) list = rtmp_headers_list (headers);
  for (guint i = 0; i < list->len; i++)
    bytes += rtmp_message_get_size (list->pdata[i]);
  ck_assert_uint_gt (bytes, RTMP_MAX_SCRIPT);
  ck_assert_uint_le (bytes, 2 * RTMP_MAX_SCRIPT);
}

END_TEST;

START_TEST (test_metadata_may_have_several_parts)
{
  RtmpMessageHead head = {.type = RTMP_MESSAGE_DATA };
  g_autoptr (GBytes) first = g_bytes_new ("abc", 3);
  g_autoptr (GBytes) second = g_bytes_new ("de", 2);
  GBytes *parts[] = { first, second };
  g_autoptr (RtmpMessage) message = rtmp_message_new_parts (&head, parts, 2);

  rtmp_headers_put (headers, SLOT (18, 0, 0), message);
  g_autoptr (GPtrArray) list = rtmp_headers_list (headers);
  ck_assert_uint_eq (rtmp_message_get_size (list->pdata[0]), 5);
}

END_TEST;

/* A few bytes of a read would hold all of it. */
START_TEST (test_nothing_else_is_kept_with_them)
{
  RtmpMessageHead head = {.type = RTMP_MESSAGE_VIDEO };
  g_autoptr (GBytes) slice = g_bytes_new_take (g_malloc0 (5000), 5000);
  g_autoptr (RtmpMessage) message = rtmp_message_new (&head, slice);

  rtmp_headers_put (headers, SLOT (9, 1, 0), message);
  g_autoptr (GPtrArray) list = rtmp_headers_list (headers);
  g_autoptr (GBytes) kept = rtmp_message_dup_payload (list->pdata[0]);
  ck_assert (g_bytes_equal (kept, slice));
  ck_assert (g_bytes_get_data (kept, NULL) != g_bytes_get_data (slice, NULL));
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
  tcase_add_test (tcase, test_what_is_too_long_is_none);
  tcase_add_test (tcase, test_all_of_them_are_bounded);
  tcase_add_test (tcase, test_metadata_may_have_several_parts);
  tcase_add_test (tcase, test_nothing_else_is_kept_with_them);
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

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpstreams.h"

#include <check.h>

static RtmpStreams streams;

static void
setup (void)
{
  rtmp_streams_init (&streams);
}

static void
teardown (void)
{
  rtmp_streams_clear (&streams);
}

START_TEST (test_numbers_begin_with_one_and_are_used_again)
{
  ck_assert_uint_eq (rtmp_streams_add (&streams), 1);
  ck_assert_uint_eq (rtmp_streams_add (&streams), 2);
  rtmp_streams_remove (&streams, 1);
  ck_assert_ptr_null (rtmp_streams_get (&streams, 1));
  ck_assert_uint_eq (rtmp_streams_add (&streams), 1);
  ck_assert_int_eq (rtmp_streams_get (&streams, 1)->use, RTMP_STREAM_IDLE);
}

END_TEST;

START_TEST (test_there_are_so_many_and_no_more)
{
  for (guint i = 1; i <= RTMP_MAX_STREAMS; i++)
    ck_assert_uint_eq (rtmp_streams_add (&streams), i);
  ck_assert_uint_eq (rtmp_streams_add (&streams), 0);
}

END_TEST;

START_TEST (test_other_numbers_are_none)
{
  ck_assert_ptr_null (rtmp_streams_get (&streams, 0));
  ck_assert_ptr_null (rtmp_streams_get (&streams, 1));
  ck_assert_ptr_null (rtmp_streams_get (&streams, RTMP_MAX_STREAMS + 1));
  ck_assert_ptr_null (rtmp_streams_get (&streams, G_MAXUINT32));
  rtmp_streams_remove (&streams, G_MAXUINT32);
}

END_TEST;

START_TEST (test_a_publisher_is_found_by_its_name)
{
  rtmp_streams_add (&streams);
  rtmp_streams_add (&streams);
  rtmp_stream_set (rtmp_streams_get (&streams, 1), RTMP_STREAM_PLAYS, "a");
  rtmp_stream_set (rtmp_streams_get (&streams, 2), RTMP_STREAM_PUBLISHES, "a");
  ck_assert_uint_eq (rtmp_streams_find_publisher (&streams, "a"), 2);
  ck_assert_uint_eq (rtmp_streams_find_publisher (&streams, "b"), 0);
  rtmp_stream_set (rtmp_streams_get (&streams, 2),
      RTMP_STREAM_WANTS_TO_PUBLISH, "b");
  ck_assert_uint_eq (rtmp_streams_find_publisher (&streams, "b"), 2);
}

END_TEST;

START_TEST (test_a_name_may_be_set_to_itself)
{
  rtmp_streams_add (&streams);
  RtmpStream *stream = rtmp_streams_get (&streams, 1);
  rtmp_stream_set (stream, RTMP_STREAM_WANTS_TO_PLAY, "a");
  rtmp_stream_set (stream, RTMP_STREAM_PLAYS, stream->name);
  ck_assert_str_eq (stream->name, "a");
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("rtmpstreams");
  TCase *tcase = tcase_create ("rtmpstreams");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_numbers_begin_with_one_and_are_used_again);
  tcase_add_test (tcase, test_there_are_so_many_and_no_more);
  tcase_add_test (tcase, test_other_numbers_are_none);
  tcase_add_test (tcase, test_a_publisher_is_found_by_its_name);
  tcase_add_test (tcase, test_a_name_may_be_set_to_itself);
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

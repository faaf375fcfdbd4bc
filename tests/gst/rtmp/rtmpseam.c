/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmpseam.h"

#include <check.h>
#include <string.h>

#define SECOND G_TIME_SPAN_SECOND
#define MIB (1024 * 1024)

static RtmpSeamPast past;
static RtmpSeam *seam;
static gint64 now;

static void
setup (void)
{
  past = (RtmpSeamPast) {
  .has_video = TRUE,.last = 1000};
  now = 1000 * SECOND;
}

static void
teardown (void)
{
  g_clear_pointer (&seam, rtmp_seam_free);
}

static void
begin (void)
{
  seam = rtmp_seam_new (&past);
}

static gboolean
old (RtmpGradeKind kind, guint32 time)
{
  RtmpGrade grade = {.kind = kind };

  return rtmp_seam_pass_old (seam, &grade, time, now);
}

static void
add_sized (RtmpGradeKind kind, guint32 time, gsize size)
{
  gboolean is_sound = kind == RTMP_GRADE_SOUND;
  RtmpMessageHead head = {.type = is_sound ? RTMP_MESSAGE_AUDIO
        : RTMP_MESSAGE_VIDEO,.timestamp = time
  };
  const gchar *start = kind == RTMP_GRADE_HEADER ? "\x17\x00\x00\x00\x00"
      : kind == RTMP_GRADE_KEY ? "\x17\x01\x00\x00\x00"
      : is_sound ? "\xaf\x01\x00\x00\x00" : "\x27\x01\x00\x00\x00";
  g_autofree guint8 *data = g_malloc0 (size);
  RtmpGrade grade;

  memcpy (data, start, 5);
  rtmp_grade_read (&grade, head.type, data, size);
  ck_assert_int_eq (grade.kind, kind);
  g_autoptr (RtmpMessage) message = rtmp_message_new_copy (&head, data, size);
  rtmp_seam_keep (seam, message, &grade, now);
}

static void
add (RtmpGradeKind kind, guint32 time)
{
  add_sized (kind, time, 5);
}

static gsize
count_bytes (void)
{
  GPtrArray *kept = rtmp_seam_get_kept (seam);
  gsize bytes = 0;

  for (guint i = 0; i < kept->len; i++)
    bytes += rtmp_message_get_size (kept->pdata[i]);
  return bytes;
}

static gboolean
pass (RtmpGradeKind kind, guint32 time, gboolean over)
{
  RtmpGrade grade = {.kind = kind };
  gboolean is_over;
  gboolean passes = rtmp_seam_pass_new (seam, &grade, time, &is_over);

  ck_assert_int_eq (is_over, over);
  return passes;
}

static void
assert_kept (const gchar * times)
{
  GPtrArray *kept = rtmp_seam_get_kept (seam);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < kept->len; i++)
    g_string_append_printf (text, i > 0 ? " %u" : "%u",
        rtmp_message_get_head (kept->pdata[i])->timestamp);
  ck_assert_str_eq (text->str, times);
}

START_TEST (test_one_that_is_ahead_is_waited_for)
{
  begin ();
  add (RTMP_GRADE_HEADER, 0);
  add (RTMP_GRADE_FRAME, 1040);
  ck_assert (!rtmp_seam_has_begun (seam));
  add (RTMP_GRADE_KEY, 1080);
  add (RTMP_GRADE_FRAME, 1120);
  ck_assert (rtmp_seam_has_begun (seam));
  ck_assert (old (RTMP_GRADE_FRAME, 1040));
  ck_assert (!rtmp_seam_is_reached (seam, now));
  ck_assert (!rtmp_seam_has_dropped (seam));
  ck_assert (!old (RTMP_GRADE_KEY, 1080));
  ck_assert (rtmp_seam_is_reached (seam, now));
  ck_assert (rtmp_seam_has_dropped (seam));
  ck_assert (!rtmp_seam_is_break (seam));
  assert_kept ("0 1080 1120");
}

END_TEST;

START_TEST (test_one_that_is_behind_begins_where_the_old_one_can_end)
{
  begin ();
  add (RTMP_GRADE_KEY, 800);
  ck_assert (!rtmp_seam_has_begun (seam));
  ck_assert (old (RTMP_GRADE_FRAME, 1040));
  ck_assert (!old (RTMP_GRADE_KEY, 1200));
  ck_assert (!old (RTMP_GRADE_FRAME, 1240));
  add (RTMP_GRADE_FRAME, 1160);
  ck_assert (!rtmp_seam_is_reached (seam, now));
  add (RTMP_GRADE_KEY, 1200);
  ck_assert (rtmp_seam_is_reached (seam, now));
  assert_kept ("1200");
}

END_TEST;

/* In either of the two they are not in order. */
START_TEST (test_sounds_are_cut_by_their_times)
{
  past.has_sound = TRUE;
  begin ();
  add (RTMP_GRADE_SOUND, 1070);
  add (RTMP_GRADE_SOUND, 1090);
  add (RTMP_GRADE_KEY, 1080);
  add (RTMP_GRADE_SOUND, 1075);
  add (RTMP_GRADE_SOUND, 1100);
  ck_assert (!old (RTMP_GRADE_KEY, 1080));
  ck_assert (!rtmp_seam_is_reached (seam, now));
  ck_assert (old (RTMP_GRADE_SOUND, 1079));
  ck_assert (!old (RTMP_GRADE_SOUND, 1081));
  ck_assert (rtmp_seam_is_reached (seam, now));
  assert_kept ("1090 1080 1100");
  ck_assert (!pass (RTMP_GRADE_SOUND, 1079, FALSE));
  ck_assert (pass (RTMP_GRADE_SOUND, 1080, FALSE));
  ck_assert (pass (RTMP_GRADE_HEADER, 0, FALSE));
  ck_assert (pass (RTMP_GRADE_FRAME, 1080 + 10001, TRUE));
}

END_TEST;

START_TEST (test_where_there_is_no_video_a_sound_will_do)
{
  past.has_video = FALSE;
  past.has_sound = TRUE;
  begin ();
  add (RTMP_GRADE_SOUND, 1010);
  ck_assert (old (RTMP_GRADE_SOUND, 1005));
  ck_assert (!old (RTMP_GRADE_SOUND, 1010));
  ck_assert (rtmp_seam_is_reached (seam, now));
  assert_kept ("1010");
}

END_TEST;

START_TEST (test_times_from_elsewhere_wait_for_nothing)
{
  begin ();
  add (RTMP_GRADE_SOUND, 4000000);
  add (RTMP_GRADE_KEY, 4000000);
  ck_assert (rtmp_seam_is_reached (seam, now));
  ck_assert (rtmp_seam_is_break (seam));
  assert_kept ("4000000");
  ck_assert (pass (RTMP_GRADE_FRAME, 5, TRUE));
}

END_TEST;

START_TEST (test_times_may_begin_anew_on_the_way)
{
  past.last = G_MAXUINT32 - 10;
  begin ();
  add (RTMP_GRADE_KEY, 20);
  ck_assert (old (RTMP_GRADE_FRAME, 19));
  ck_assert (!old (RTMP_GRADE_FRAME, 20));
  ck_assert (!rtmp_seam_is_break (seam));
  assert_kept ("20");
}

END_TEST;

START_TEST (test_an_old_one_that_says_nothing_is_not_waited_for_long)
{
  begin ();
  add (RTMP_GRADE_KEY, 1080);
  ck_assert (!rtmp_seam_is_reached (seam, now + SECOND));
  ck_assert (rtmp_seam_is_reached (seam, now + 5 * SECOND));
}

END_TEST;

/* The old one goes on, and what comes of the new one next is taken. */
START_TEST (test_a_new_one_that_is_too_slow_is_not_waited_for_long)
{
  begin ();
  add (RTMP_GRADE_KEY, 800);
  ck_assert (!old (RTMP_GRADE_KEY, 1200));
  now += 5 * SECOND;
  ck_assert (!old (RTMP_GRADE_FRAME, 6200));
  ck_assert (old (RTMP_GRADE_KEY, 6240));
  ck_assert (old (RTMP_GRADE_KEY, 7240));
  add (RTMP_GRADE_KEY, 1100);
  ck_assert (rtmp_seam_is_reached (seam, now));
  ck_assert (rtmp_seam_is_break (seam));
}

END_TEST;

/* A server may send what it likes for as long as it likes. */
START_TEST (test_sounds_before_a_key_frame_are_kept_within_bounds)
{
  begin ();
  add (RTMP_GRADE_HEADER, 0);
  for (guint i = 0; i < 64; i++)
    add_sized (RTMP_GRADE_SOUND, 1100, MIB / 4);
  ck_assert_uint_le (count_bytes (), MIB);
  for (guint i = 0; i < 5000; i++)
    add (RTMP_GRADE_SOUND, 1200);
  ck_assert_uint_le (rtmp_seam_get_kept (seam)->len, 512);
  add (RTMP_GRADE_KEY, 1080);
  ck_assert (rtmp_seam_has_begun (seam));
  ck_assert_uint_eq (rtmp_message_get_head (rtmp_seam_get_kept (seam)->pdata
          [0])->type, RTMP_MESSAGE_VIDEO);
}

END_TEST;

START_TEST (test_of_headers_the_newest_is_kept)
{
  begin ();
  add (RTMP_GRADE_HEADER, 1);
  add (RTMP_GRADE_SOUND, 1100);
  add (RTMP_GRADE_HEADER, 2);
  assert_kept ("1100 2");
}

END_TEST;

START_TEST (test_too_much_behind_a_key_frame_is_begun_anew)
{
  begin ();
  add (RTMP_GRADE_KEY, 1080);
  ck_assert (!old (RTMP_GRADE_FRAME, 1080));
  for (guint i = 0; i < 40; i++)
    add_sized (RTMP_GRADE_FRAME, 1100, MIB);
  ck_assert_uint_le (count_bytes (), 17 * MIB);
  ck_assert (!rtmp_seam_is_reached (seam, now));
  ck_assert (!old (RTMP_GRADE_FRAME, 1120));
  ck_assert (old (RTMP_GRADE_KEY, 1160));
  add (RTMP_GRADE_KEY, 1200);
  ck_assert (rtmp_seam_is_reached (seam, now));
  ck_assert (rtmp_seam_is_break (seam));
  assert_kept ("1200");
}

END_TEST;

START_TEST (test_the_past_is_the_newest_there_was)
{
  rtmp_seam_past_add (&past, 1040);
  rtmp_seam_past_add (&past, 1030);
  ck_assert_uint_eq (past.last, 1040);
  rtmp_seam_past_add (&past, 900000);
  ck_assert_uint_eq (past.last, 900000);
  rtmp_seam_past_add (&past, 5);
  ck_assert_uint_eq (past.last, 5);
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("rtmpseam");
  TCase *tcase = tcase_create ("rtmpseam");

  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_one_that_is_ahead_is_waited_for);
  tcase_add_test (tcase,
      test_one_that_is_behind_begins_where_the_old_one_can_end);
  tcase_add_test (tcase, test_sounds_are_cut_by_their_times);
  tcase_add_test (tcase, test_where_there_is_no_video_a_sound_will_do);
  tcase_add_test (tcase, test_times_from_elsewhere_wait_for_nothing);
  tcase_add_test (tcase, test_times_may_begin_anew_on_the_way);
  tcase_add_test (tcase,
      test_an_old_one_that_says_nothing_is_not_waited_for_long);
  tcase_add_test (tcase,
      test_a_new_one_that_is_too_slow_is_not_waited_for_long);
  tcase_add_test (tcase, test_sounds_before_a_key_frame_are_kept_within_bounds);
  tcase_add_test (tcase, test_of_headers_the_newest_is_kept);
  tcase_add_test (tcase, test_too_much_behind_a_key_frame_is_begun_anew);
  tcase_add_test (tcase, test_the_past_is_the_newest_there_was);
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

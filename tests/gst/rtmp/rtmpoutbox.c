/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmpoutbox.h"

#include <check.h>
#include <string.h>

#define SECOND G_TIME_SPAN_SECOND

/* H.264 and AAC, as classic FLV has them. */
#define CONFIG "\x17\x00\x00\x00\x00"
#define KEY "\x17\x01\x00\x00\x00"
#define FRAME "\x27\x01\x00\x00\x00"
#define SOUND "\xaf\x01"
#define SOUND_CONFIG "\xaf\x00"
#define SIZE 1000

static RtmpOutbox *box;
static guint32 number;          /* the next tag's time, by which it is known */

static void
setup (void)
{
  number = 0;
}

static void
teardown (void)
{
  g_clear_pointer (&box, rtmp_outbox_free);
}

static RtmpParcel
make_parcel (const gchar * head)
{
  guint8 *data = g_malloc0 (SIZE);
  gboolean is_sound = head[0] == SOUND[0];

  memcpy (data, head, is_sound ? 2 : 5);
  RtmpParcel parcel = {.tag = {.type = is_sound ? RTMP_MESSAGE_AUDIO
          : RTMP_MESSAGE_VIDEO,.timestamp = number++,.size = SIZE,.data =
          g_bytes_new_take (data, SIZE)}
  };
  rtmp_grade_read (&parcel.grade, parcel.tag.type, data, SIZE);
  return parcel;
}

static RtmpOutboxResult
put (const gchar * head, gboolean live, gint64 now)
{
  RtmpParcel parcel = make_parcel (head);
  RtmpOutboxResult result = rtmp_outbox_put (box, &parcel, live, now);

  ck_assert ((parcel.tag.data == NULL) == (result == RTMP_OUTBOX_TAKEN));
  rtmp_parcel_clear (&parcel);
  return result;
}

/* Takes all, and says their numbers. */
static void
assert_taken (const gchar * numbers)
{
  g_autoptr (GString) taken = g_string_new (NULL);
  RtmpParcel parcel;

  while (rtmp_outbox_take (box, &parcel, 1, G_MAXSIZE, FALSE) == 1) {
    g_string_append_printf (taken, taken->len > 0 ? " %u" : "%u",
        parcel.tag.timestamp);
    rtmp_parcel_clear (&parcel);
  }
  ck_assert_str_eq (taken->str, numbers);
}

static guint64
count_dropped (void)
{
  RtmpOutboxStats stats;

  rtmp_outbox_get_stats (box, 0, &stats);
  ck_assert_uint_eq (stats.dropped_bytes, stats.dropped_messages * SIZE);
  return stats.dropped_messages;
}

START_TEST (test_what_is_put_is_taken_in_order)
{
  RtmpOutboxStats stats;

  box = rtmp_outbox_new (1000000, 0);
  put (CONFIG, FALSE, 5);
  put (KEY, FALSE, 6);
  put (SOUND, FALSE, 7);
  rtmp_outbox_get_stats (box, 15, &stats);
  ck_assert_uint_eq (stats.messages, 3);
  ck_assert_uint_eq (stats.bytes, 3 * SIZE);
  ck_assert_int_eq (stats.delay, 10);
  assert_taken ("0 1 2");
  rtmp_outbox_get_stats (box, 15, &stats);
  ck_assert_uint_eq (stats.bytes, 0);
  ck_assert_int_eq (stats.delay, 0);
}

END_TEST;

START_TEST (test_no_more_is_taken_than_was_asked_for)
{
  RtmpParcel parcels[8];

  box = rtmp_outbox_new (1000000, 0);
  for (guint i = 0; i < 8; i++)
    put (FRAME, FALSE, 0);
  ck_assert_uint_eq (rtmp_outbox_take (box, parcels, 3, G_MAXSIZE, FALSE), 3);
  ck_assert_uint_eq (rtmp_outbox_take (box, parcels + 3, 5, 2 * SIZE, FALSE),
      2);
  for (guint i = 0; i < 5; i++)
    rtmp_parcel_clear (&parcels[i]);
  assert_taken ("5 6 7");
}

END_TEST;

START_TEST (test_what_is_not_live_waits_for_room)
{
  box = rtmp_outbox_new (2 * SIZE, SECOND);
  put (KEY, FALSE, 0);
  put (FRAME, FALSE, 0);
  ck_assert_int_eq (put (FRAME, FALSE, 100 * SECOND), RTMP_OUTBOX_FULL);
  ck_assert_int_eq (rtmp_outbox_wait (box, 0), RTMP_OUTBOX_FULL);
  assert_taken ("0 1");
  ck_assert_int_eq (rtmp_outbox_wait (box, 0), RTMP_OUTBOX_TAKEN);
  ck_assert_int_eq (put (FRAME, FALSE, 0), RTMP_OUTBOX_TAKEN);
  ck_assert_uint_eq (count_dropped (), 0);
}

END_TEST;

START_TEST (test_live_goes_on_with_the_next_key_frame)
{
  box = rtmp_outbox_new (1000000, SECOND);
  put (CONFIG, TRUE, 0);
  put (KEY, TRUE, 0);
  put (FRAME, TRUE, SECOND / 2);
  put (SOUND, TRUE, SECOND);
  /* Too late now: all of it goes, and what needs it. */
  put (FRAME, TRUE, SECOND + 1);
  put (SOUND, TRUE, SECOND + 2);
  put (FRAME, TRUE, SECOND + 3);
  put (KEY, TRUE, SECOND + 4);
  put (FRAME, TRUE, SECOND + 5);
  ck_assert_uint_eq (count_dropped (), 5);
  assert_taken ("0 5 7 8");
}

END_TEST;

START_TEST (test_live_goes_on_with_a_key_frame_that_waits)
{
  box = rtmp_outbox_new (1000000, SECOND);
  put (KEY, TRUE, 0);
  put (FRAME, TRUE, SECOND / 2);
  put (SOUND, TRUE, SECOND / 2);
  put (KEY, TRUE, SECOND * 3 / 4);
  put (SOUND, TRUE, SECOND * 3 / 4);
  put (FRAME, TRUE, SECOND);
  put (FRAME, TRUE, SECOND + 1);
  ck_assert_uint_eq (count_dropped (), 3);
  assert_taken ("3 4 5 6");
}

END_TEST;

START_TEST (test_live_never_has_more_bytes_than_it_may)
{
  RtmpOutboxStats stats;

  box = rtmp_outbox_new (10 * SIZE, 0);
  put (CONFIG, TRUE, 0);
  for (guint i = 0; i < 1000; i++) {
    put (i % 7 == 0 ? KEY : FRAME, TRUE, 0);
    rtmp_outbox_get_stats (box, 0, &stats);
    ck_assert_uint_le (stats.bytes, 10 * SIZE);
  }
  ck_assert_uint_gt (count_dropped (), 0);
}

END_TEST;

/* Even one that is longer than all may be. */
START_TEST (test_a_key_frame_that_fills_it_is_dropped_for_the_next)
{
  RtmpOutboxStats stats;

  box = rtmp_outbox_new (SIZE, SECOND);
  put (KEY, TRUE, 0);
  put (KEY, TRUE, 1);
  rtmp_outbox_get_stats (box, 0, &stats);
  ck_assert_uint_eq (stats.bytes, SIZE);
  assert_taken ("1");
}

END_TEST;

START_TEST (test_of_headers_the_latest_stay)
{
  box = rtmp_outbox_new (1000000, SECOND);
  put (CONFIG, TRUE, 0);
  put (SOUND_CONFIG, TRUE, 0);
  put (KEY, TRUE, 0);
  put (CONFIG, TRUE, 0);
  put (FRAME, TRUE, 2 * SECOND);
  assert_taken ("1 3");
}

END_TEST;

/* They had waited before, and would cause it again. */
START_TEST (test_headers_that_stay_are_not_late)
{
  box = rtmp_outbox_new (1000000, SECOND);
  put (CONFIG, TRUE, 0);
  put (KEY, TRUE, 0);
  put (KEY, TRUE, 2 * SECOND);
  put (FRAME, TRUE, 2 * SECOND + SECOND / 2);
  ck_assert_uint_eq (count_dropped (), 1);
  assert_taken ("0 2 3");
}

END_TEST;

/* One at a time may be what one can begin with, and it is the first. */
START_TEST (test_it_can_be_taken_up_to_where_one_can_begin)
{
  static const gchar *heads[] = { SOUND_CONFIG, CONFIG, FRAME, SOUND, KEY,
    FRAME, KEY
  };
  static const guint lengths[] = { 4, 2, 1 };
  RtmpParcel parcels[8];

  box = rtmp_outbox_new (1000000, 0);
  for (guint i = 0; i < G_N_ELEMENTS (heads); i++)
    put (heads[i], FALSE, 0);
  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++) {
    ck_assert_int_eq (rtmp_outbox_is_at_start (box), i > 0);
    guint n = rtmp_outbox_take (box, parcels, 8, G_MAXSIZE, TRUE);
    ck_assert_uint_eq (n, lengths[i]);
    for (guint k = 0; k < n; k++)
      rtmp_parcel_clear (&parcels[k]);
  }
  ck_assert (!rtmp_outbox_is_at_start (box));
}

END_TEST;

START_TEST (test_without_video_one_can_begin_with_any_sound)
{
  RtmpParcel parcels[2];

  box = rtmp_outbox_new (1000000, 0);
  put (SOUND, FALSE, 0);
  put (SOUND, FALSE, 0);
  ck_assert (rtmp_outbox_is_at_start (box));
  ck_assert_uint_eq (rtmp_outbox_take (box, parcels, 2, G_MAXSIZE, TRUE), 1);
  rtmp_parcel_clear (&parcels[0]);
  put (KEY, FALSE, 0);
  ck_assert (!rtmp_outbox_is_at_start (box));
}

END_TEST;

START_TEST (test_an_empty_message_is_not_sent)
{
  RtmpParcel parcel = {.tag = {.type = RTMP_MESSAGE_VIDEO,.data =
          g_bytes_new (NULL, 0)}
  };

  box = rtmp_outbox_new (1000000, SECOND);
  ck_assert_int_eq (rtmp_outbox_put (box, &parcel, FALSE, 0),
      RTMP_OUTBOX_TAKEN);
  assert_taken ("");
  ck_assert_uint_eq (count_dropped (), 0);
}

END_TEST;

START_TEST (test_who_flushes_is_not_waited_for)
{
  box = rtmp_outbox_new (SIZE, SECOND);
  put (KEY, FALSE, 0);
  rtmp_outbox_set_flushing (box, TRUE);
  ck_assert_int_eq (put (FRAME, FALSE, 0), RTMP_OUTBOX_FLUSHING);
  ck_assert_int_eq (rtmp_outbox_wait (box, G_MAXINT64), RTMP_OUTBOX_FLUSHING);
  ck_assert_int_eq (rtmp_outbox_wait_closed (box, G_MAXINT64),
      RTMP_OUTBOX_FLUSHING);
  rtmp_outbox_empty (box);
  rtmp_outbox_set_flushing (box, FALSE);
  assert_taken ("");
  ck_assert_int_eq (put (KEY, FALSE, 0), RTMP_OUTBOX_TAKEN);
}

END_TEST;

START_TEST (test_a_closed_one_takes_nothing)
{
  box = rtmp_outbox_new (SIZE, SECOND);
  rtmp_outbox_close (box);
  ck_assert_int_eq (put (KEY, FALSE, 0), RTMP_OUTBOX_CLOSED);
  ck_assert_int_eq (put (KEY, TRUE, 0), RTMP_OUTBOX_CLOSED);
  ck_assert_int_eq (rtmp_outbox_wait_closed (box, G_MAXINT64),
      RTMP_OUTBOX_CLOSED);
}

END_TEST;

START_TEST (test_behind_an_interruption_video_begins_with_a_key_frame)
{
  box = rtmp_outbox_new (1000000, SECOND);
  put (FRAME, FALSE, 0);
  put (CONFIG, FALSE, 0);
  put (SOUND, FALSE, 0);
  rtmp_outbox_interrupt (box);
  put (FRAME, FALSE, 0);
  put (SOUND, FALSE, 0);
  put (KEY, FALSE, 0);
  put (FRAME, FALSE, 0);
  assert_taken ("1 2 4 5 6");
}

END_TEST;

#define MANY 2000

static gpointer
take_many (gpointer data)
{
  guint32 expected = 0;

  while (expected < MANY) {
    RtmpParcel parcels[16];
    guint n = rtmp_outbox_take (box, parcels, 16, G_MAXSIZE, FALSE);
    for (guint i = 0; i < n; i++) {
      g_assert_cmpuint (parcels[i].tag.timestamp, ==, expected++);
      rtmp_parcel_clear (&parcels[i]);
    }
    if (n == 0)
      g_thread_yield ();
  }
  rtmp_outbox_close (box);
  return NULL;
}

START_TEST (test_it_is_shut_when_all_is_taken_and_no_more_comes)
{
  box = rtmp_outbox_new (10 * SIZE, 0);
  ck_assert (!rtmp_outbox_shut (box));
  put (KEY, FALSE, 0);
  rtmp_outbox_end (box);
  ck_assert (!rtmp_outbox_shut (box));
  assert_taken ("0");
  ck_assert (!rtmp_outbox_is_shut (box));
  ck_assert (rtmp_outbox_shut (box));
  ck_assert (rtmp_outbox_is_shut (box));
  ck_assert_int_eq (put (KEY, FALSE, 0), RTMP_OUTBOX_CLOSED);
  /* But what is on its way has not arrived yet. */
  ck_assert_int_eq (rtmp_outbox_wait_closed (box, 0), RTMP_OUTBOX_TAKEN);
  rtmp_outbox_empty (box);
  ck_assert (rtmp_outbox_shut (box));
}

END_TEST;

START_TEST (test_an_end_is_forgotten_with_what_was_before)
{
  box = rtmp_outbox_new (10 * SIZE, 0);
  put (KEY, FALSE, 0);
  rtmp_outbox_end (box);
  rtmp_outbox_empty (box);
  ck_assert (!rtmp_outbox_shut (box));
  ck_assert_int_eq (put (KEY, FALSE, 0), RTMP_OUTBOX_TAKEN);
  assert_taken ("1");
  ck_assert (!rtmp_outbox_shut (box));
}

END_TEST;

START_TEST (test_one_thread_puts_and_another_takes)
{
  box = rtmp_outbox_new (4 * SIZE, 0);
  GThread *taker = g_thread_new ("taker", take_many, NULL);

  for (guint i = 0; i < MANY; i++) {
    RtmpParcel parcel = make_parcel (FRAME);
    while (rtmp_outbox_put (box, &parcel, FALSE, 0) == RTMP_OUTBOX_FULL)
      rtmp_outbox_wait (box, G_MAXINT64);
  }
  ck_assert_int_eq (rtmp_outbox_wait_closed (box, G_MAXINT64),
      RTMP_OUTBOX_CLOSED);
  g_thread_join (taker);
}

END_TEST;

static guint asked;

/* As an application may that is told that its memory is free. */
static void
ask (gpointer bytes)
{
  RtmpOutboxStats stats;

  g_bytes_unref (bytes);
  rtmp_outbox_get_stats (box, 0, &stats);
  asked++;
}

static void
put_asking (const gchar * head)
{
  RtmpParcel parcel = make_parcel (head);
  GBytes *bytes = parcel.tag.data;

  parcel.tag.data = g_bytes_new_with_free_func (g_bytes_get_data (bytes, NULL),
      SIZE, ask, bytes);
  ck_assert_int_eq (rtmp_outbox_put (box, &parcel, TRUE, 0), RTMP_OUTBOX_TAKEN);
}

START_TEST (test_nothing_is_freed_under_its_lock)
{
  asked = 0;
  box = rtmp_outbox_new (2 * SIZE, 0);
  for (guint i = 0; i < 3; i++)
    put_asking (FRAME);
  ck_assert_uint_eq (asked, 3);
  put_asking (KEY);
  rtmp_outbox_interrupt (box);
  put_asking (FRAME);
  put_asking (KEY);
  rtmp_outbox_empty (box);
  ck_assert_uint_eq (asked, 6);
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("rtmpoutbox");
  TCase *tcase = tcase_create ("rtmpoutbox");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_what_is_put_is_taken_in_order);
  tcase_add_test (tcase, test_no_more_is_taken_than_was_asked_for);
  tcase_add_test (tcase, test_what_is_not_live_waits_for_room);
  tcase_add_test (tcase, test_live_goes_on_with_the_next_key_frame);
  tcase_add_test (tcase, test_live_goes_on_with_a_key_frame_that_waits);
  tcase_add_test (tcase, test_live_never_has_more_bytes_than_it_may);
  tcase_add_test (tcase,
      test_a_key_frame_that_fills_it_is_dropped_for_the_next);
  tcase_add_test (tcase, test_of_headers_the_latest_stay);
  tcase_add_test (tcase, test_headers_that_stay_are_not_late);
  tcase_add_test (tcase, test_it_can_be_taken_up_to_where_one_can_begin);
  tcase_add_test (tcase, test_without_video_one_can_begin_with_any_sound);
  tcase_add_test (tcase, test_an_empty_message_is_not_sent);
  tcase_add_test (tcase, test_who_flushes_is_not_waited_for);
  tcase_add_test (tcase, test_a_closed_one_takes_nothing);
  tcase_add_test (tcase,
      test_behind_an_interruption_video_begins_with_a_key_frame);
  tcase_add_test (tcase, test_it_is_shut_when_all_is_taken_and_no_more_comes);
  tcase_add_test (tcase, test_an_end_is_forgotten_with_what_was_before);
  tcase_add_test (tcase, test_nothing_is_freed_under_its_lock);
  tcase_add_test (tcase, test_one_thread_puts_and_another_takes);
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

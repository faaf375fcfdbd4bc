/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "servershelf.h"

#include "life/lifelatch.h"

#include <check.h>

#define WAIT_TIME (20 * G_TIME_SPAN_SECOND)
#define LONG_TIME G_TIME_SPAN_HOUR

static LifeLoop *loop;
static ServerShelf *shelf;
static const ServerCodec *vp8, *h264;

static void
setup (void)
{
  loop = life_loop_new ("shelf");
  ck_assert (life_loop_start (loop, NULL));
  vp8 = server_codec_find ("VP8");
  h264 = server_codec_find ("H264");
}

static void
teardown (void)
{
  ck_assert (life_loop_stop (loop, WAIT_TIME));
  server_shelf_free (shelf);
  shelf = NULL;
  life_loop_unref (loop);
}

static ServerFan *
take (const gchar * identity, const gchar * name, const ServerCodec * codec)
{
  return server_shelf_take (shelf, "stage", identity, name, 0, codec);
}

static gboolean
has_ended (ServerFan * fan)
{
  return life_event_has_fired (server_fan_get_ended (fan), NULL);
}

START_TEST (test_who_comes_back_finds_his_fan)
{
  shelf = server_shelf_new (loop, LONG_TIME, NULL);
  ServerFan *fan = take ("ann", "video", vp8);
  server_shelf_give_back (shelf, fan);
  ck_assert_uint_eq (server_shelf_count_waiting (shelf), 1);
  ck_assert_ptr_eq (take ("ann", "video", vp8), fan);
  ck_assert_uint_eq (server_shelf_count_waiting (shelf), 0);
  ck_assert (!has_ended (fan));
}

END_TEST;

START_TEST (test_another_track_does_not_find_it)
{
  shelf = server_shelf_new (loop, LONG_TIME, NULL);
  ServerFan *fan = take ("ann", "video", vp8);
  server_shelf_give_back (shelf, fan);
  ck_assert_ptr_ne (take ("ann", "video", h264), fan);
  ck_assert_ptr_ne (take ("ann", "screen", vp8), fan);
  ck_assert_ptr_ne (take ("bob", "video", vp8), fan);
  ck_assert_ptr_ne (server_shelf_take (shelf, "hall", "ann", "video", 0, vp8),
      fan);
  ck_assert_uint_eq (server_shelf_get_count (shelf), 5);
}

END_TEST;

START_TEST (test_two_of_a_name_have_a_fan_each)
{
  shelf = server_shelf_new (loop, LONG_TIME, NULL);
  ServerFan *first = take ("ann", "", vp8);
  ServerFan *second = server_shelf_take (shelf, "stage", "ann", "", 1, vp8);
  ck_assert_ptr_ne (first, second);
  /* And each finds his own, whoever went first. */
  server_shelf_give_back (shelf, second);
  server_shelf_give_back (shelf, first);
  ck_assert_ptr_eq (take ("ann", "", vp8), first);
}

END_TEST;

START_TEST (test_the_fans_of_a_room_end_with_it)
{
  shelf = server_shelf_new (loop, LONG_TIME, NULL);
  g_autoptr (ServerFan) fan = server_fan_ref (take ("ann", "video", vp8));
  ServerFan *other = server_shelf_take (shelf, "hall", "ann", "video", 0, vp8);

  server_shelf_clear_room (shelf, "stage");
  ck_assert (has_ended (fan));
  ck_assert (!has_ended (other));
  ck_assert_uint_eq (server_shelf_get_count (shelf), 1);
}

END_TEST;

START_TEST (test_those_who_wait_are_not_without_number)
{
  shelf = server_shelf_new (loop, LONG_TIME, NULL);
  g_autoptr (ServerFan) first = server_fan_ref (take ("ann", "0", vp8));

  server_shelf_give_back (shelf, first);
  for (guint i = 1; i <= SERVER_SHELF_MAX_WAITING; i++) {
    g_autofree gchar *name = g_strdup_printf ("%u", i);
    ck_assert (!has_ended (first));
    server_shelf_give_back (shelf, take ("ann", name, vp8));
  }
  ck_assert (has_ended (first));
  ck_assert_uint_eq (server_shelf_get_count (shelf), SERVER_SHELF_MAX_WAITING);
}

END_TEST;

static void
give_back (gpointer fan)
{
  server_shelf_give_back (shelf, fan);
}

static void
on_ended (gint reason, gpointer latch)
{
  life_latch_trip (latch, reason, NULL);
  life_latch_finish (latch);
}

START_TEST (test_one_that_nobody_comes_back_to_ends)
{
  g_autoptr (LifeLatch) latch = life_latch_new ();

  shelf = server_shelf_new (loop, 1, NULL);
  g_autoptr (ServerFan) fan = server_fan_ref (take ("ann", "video", vp8));
  g_autoptr (LifeListener) listener =
      life_event_listen (server_fan_get_ended (fan), on_ended, latch, NULL);
  ck_assert (life_loop_post (loop, give_back, fan, NULL));
  ck_assert (life_latch_wait (latch, g_get_monotonic_time () + WAIT_TIME));
}

END_TEST;

START_TEST (test_a_key_is_of_one_track_and_stays)
{
  g_autofree gchar *track = server_shelf_make_key ("ann", "video", 0, TRUE);
  g_autofree gchar *again = server_shelf_make_key ("ann", "video", 0, TRUE);
  g_autofree gchar *twin = server_shelf_make_key ("ann", "video", 1, TRUE);
  g_autofree gchar *other = server_shelf_make_key ("ann", "video1", 0, TRUE);
  g_autofree gchar *sound = server_shelf_make_key ("ann", "video", 0, FALSE);
  g_autofree gchar *publisher = server_shelf_make_key ("ann", NULL, 0, FALSE);
  g_autofree gchar *shifted = server_shelf_make_key ("an", "nvideo", 0, TRUE);

  ck_assert_str_eq (track, again);
  ck_assert_str_ne (track, twin);
  ck_assert_str_ne (twin, other);
  ck_assert_str_ne (track, sound);
  ck_assert_str_ne (track, publisher);
  ck_assert_str_ne (track, shifted);
  for (const gchar * c = track; *c != '\0'; c++)
    ck_assert (g_ascii_isalnum (*c));
}

END_TEST;

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  Suite *suite = suite_create ("servershelf");
  TCase *tcase = tcase_create ("all");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_who_comes_back_finds_his_fan);
  tcase_add_test (tcase, test_another_track_does_not_find_it);
  tcase_add_test (tcase, test_two_of_a_name_have_a_fan_each);
  tcase_add_test (tcase, test_the_fans_of_a_room_end_with_it);
  tcase_add_test (tcase, test_those_who_wait_are_not_without_number);
  tcase_add_test (tcase, test_one_that_nobody_comes_back_to_ends);
  tcase_add_test (tcase, test_a_key_is_of_one_track_and_stays);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "publisherpipeline.h"

#include <check.h>

#include "fakeroompublish.h"
#include "life/lifelock.h"

static GstElement *element;
static GstElement *room;
static PublisherPipeline *pipeline;
static gint failures;
static gint posts;
static gint destroys;
static LifeLock lock;
static LifeCond cond;
static gboolean reached;

static void
make (const gchar * behaviour)
{
  element = gst_object_ref_sink (gst_parse_launch ("audiotestsrc is-live=true "
          "! audio/x-raw,channels=1,rate=8000 ! mulawenc ! "
          "roompublish name=r", NULL));
  room = gst_bin_get_by_name (GST_BIN (element), "r");
  g_object_set (room, "behaviour", behaviour, NULL);
  pipeline = publisher_pipeline_new (element, NULL);
  ck_assert_ptr_nonnull (pipeline);
}

static void
teardown (void)
{
  publisher_pipeline_stop (pipeline, 20 * G_USEC_PER_SEC);
  publisher_pipeline_free (pipeline);
  gst_object_unref (room);
  gst_object_unref (element);
}

/* Not in main(): GStreamer starts a thread, and a process with threads cannot
 * be forked under ThreadSanitizer. */
static void
setup (void)
{
  gst_init (NULL, NULL);
  ck_assert (fake_room_publish_register (NULL));
}

static void
on_failed (GstElement * failed, gpointer user_data)
{
  g_atomic_int_inc (&failures);
}

static void
count_post (GstElement * posted, gpointer user_data)
{
  posts++;
}

static void
count_destroy (gpointer user_data)
{
  destroys++;
}

static void
mark_reached (GstElement * posted, gpointer user_data)
{
  life_lock_lock (&lock);
  reached = TRUE;
  life_cond_broadcast (&cond);
  life_lock_unlock (&lock);
}

/* Until everything that was asked for before has been done. */
static void
wait_for_posts (void)
{
  gint64 end = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;
  reached = FALSE;
  publisher_pipeline_post (pipeline, mark_reached, NULL, NULL);
  life_lock_lock (&lock);
  while (!reached)
    ck_assert (life_cond_wait_until (&cond, &lock, end));
  life_lock_unlock (&lock);
}

static gint
count (const gchar * property)
{
  gint value;
  g_object_get (room, property, &value, NULL);
  return value;
}

START_TEST (test_start_does_not_wait_for_the_pipeline)
{
  make ("hang-start");
  publisher_pipeline_start (pipeline, on_failed, NULL);
  ck_assert (fake_room_publish_wait (room, FAKE_ROOM_STARTED));
  fake_room_publish_release ();
  ck_assert (publisher_pipeline_stop (pipeline, 20 * G_USEC_PER_SEC));
  ck_assert_int_eq (failures, 0);
}

END_TEST;

START_TEST (test_a_start_that_fails_is_told)
{
  make ("fail-start");
  publisher_pipeline_start (pipeline, on_failed, NULL);
  ck_assert (fake_room_publish_wait (room, FAKE_ROOM_STARTED));
  wait_for_posts ();
  ck_assert_int_eq (g_atomic_int_get (&failures), 1);
  ck_assert (publisher_pipeline_stop (pipeline, 20 * G_USEC_PER_SEC));
}

END_TEST;

START_TEST (test_a_stop_goes_to_null)
{
  make ("join");
  publisher_pipeline_start (pipeline, on_failed, NULL);
  ck_assert (fake_room_publish_wait (room, FAKE_ROOM_JOINED));
  ck_assert (publisher_pipeline_stop (pipeline, 20 * G_USEC_PER_SEC));
  ck_assert_int_eq (GST_STATE (element), GST_STATE_NULL);
}

END_TEST;

START_TEST (test_a_stop_has_a_deadline)
{
  make ("hang-stop");
  publisher_pipeline_start (pipeline, on_failed, NULL);
  ck_assert (fake_room_publish_wait (room, FAKE_ROOM_JOINED));
  ck_assert (!publisher_pipeline_stop (pipeline, 1000));
  /* Nothing is lost: once the element lets go, the stop goes on. */
  fake_room_publish_release ();
  ck_assert (publisher_pipeline_stop (pipeline, 20 * G_USEC_PER_SEC));
  ck_assert_int_eq (GST_STATE (element), GST_STATE_NULL);
}

END_TEST;

START_TEST (test_a_stop_without_a_start_is_quick)
{
  make ("join");
  ck_assert (publisher_pipeline_stop (pipeline, 20 * G_USEC_PER_SEC));
  ck_assert_int_eq (count ("starts"), 0);
}

END_TEST;

START_TEST (test_nothing_runs_after_the_stop_has_begun)
{
  make ("join");
  ck_assert (publisher_pipeline_stop (pipeline, 20 * G_USEC_PER_SEC));
  publisher_pipeline_start (pipeline, on_failed, NULL);
  publisher_pipeline_resume (pipeline);
  publisher_pipeline_post (pipeline, count_post, NULL, count_destroy);
  ck_assert_int_eq (count ("starts"), 0);
  ck_assert_int_eq (posts, 0);
  ck_assert_int_eq (destroys, 1);
}

END_TEST;

START_TEST (test_pause_and_resume_follow_each_other)
{
  make ("join");
  publisher_pipeline_start (pipeline, on_failed, NULL);
  publisher_pipeline_pause (pipeline);
  wait_for_posts ();
  ck_assert_int_eq (GST_STATE_TARGET (element), GST_STATE_PAUSED);
  publisher_pipeline_resume (pipeline);
  wait_for_posts ();
  ck_assert_int_eq (GST_STATE_TARGET (element), GST_STATE_PLAYING);
}

END_TEST;

START_TEST (test_what_is_posted_runs_in_order)
{
  make ("join");
  for (gint i = 0; i < 100; i++)
    publisher_pipeline_post (pipeline, count_post, NULL, count_destroy);
  wait_for_posts ();
  ck_assert_int_eq (posts, 100);
  ck_assert (publisher_pipeline_stop (pipeline, 20 * G_USEC_PER_SEC));
  ck_assert_int_eq (destroys, 100);
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("publisherpipeline");
  TCase *tcase = tcase_create ("all");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_start_does_not_wait_for_the_pipeline);
  tcase_add_test (tcase, test_a_start_that_fails_is_told);
  tcase_add_test (tcase, test_a_stop_goes_to_null);
  tcase_add_test (tcase, test_a_stop_has_a_deadline);
  tcase_add_test (tcase, test_a_stop_without_a_start_is_quick);
  tcase_add_test (tcase, test_nothing_runs_after_the_stop_has_begun);
  tcase_add_test (tcase, test_pause_and_resume_follow_each_other);
  tcase_add_test (tcase, test_what_is_posted_runs_in_order);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

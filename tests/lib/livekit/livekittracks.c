/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekittracks.h"

#include <check.h>

static void
add_and_take (LivekitTracks * tracks, const gchar * cid, gint64 now)
{
  LivekitTrackRequest request = {.cid = cid };

  livekit_tracks_add (tracks, &request);
  ck_assert_ptr_nonnull (livekit_tracks_take_unsent (tracks, now));
}

START_TEST (test_requests_are_copied_and_taken_in_their_order)
{
  g_autoptr (LivekitTracks) tracks = livekit_tracks_new ();
  gchar cid[] = "c1";
  LivekitTrackRequest request = {.cid = cid,.name = "cam",.width = 640 };

  livekit_tracks_add (tracks, &request);
  cid[1] = '2';
  livekit_tracks_add (tracks, &request);
  const LivekitTrackRequest *first = livekit_tracks_take_unsent (tracks, 0);
  ck_assert_str_eq (first->cid, "c1");
  ck_assert_str_eq (first->name, "cam");
  ck_assert_uint_eq (first->width, 640);
  ck_assert_str_eq (livekit_tracks_take_unsent (tracks, 0)->cid, "c2");
  ck_assert_ptr_null (livekit_tracks_take_unsent (tracks, 0));
}

END_TEST;

START_TEST (test_only_what_was_sent_can_be_published)
{
  g_autoptr (LivekitTracks) tracks = livekit_tracks_new ();
  LivekitTrackRequest request = {.cid = "c1" };

  livekit_tracks_add (tracks, &request);
  ck_assert (!livekit_tracks_published (tracks, "c1", "TR_1", 0));
  livekit_tracks_take_unsent (tracks, 0);
  ck_assert (livekit_tracks_published (tracks, "c1", "TR_1", 0));
  ck_assert (!livekit_tracks_published (tracks, "c1", "TR_2", 0));
}

END_TEST;

START_TEST (test_answers_to_one_cid_go_to_the_oldest_request)
{
  g_autoptr (LivekitTracks) tracks = livekit_tracks_new ();

  add_and_take (tracks, "c1", 0);
  livekit_tracks_forget (tracks, "c1");
  add_and_take (tracks, "c1", 0);
  ck_assert (!livekit_tracks_published (tracks, "c1", "TR_1", 0));
  ck_assert (livekit_tracks_published (tracks, "c1", "TR_2", 0));
}

END_TEST;

START_TEST (test_a_request_has_a_deadline_until_it_is_answered)
{
  g_autoptr (LivekitTracks) tracks = livekit_tracks_new ();

  ck_assert_int_eq (livekit_tracks_get_deadline (tracks), -1);
  add_and_take (tracks, "c1", 500);
  add_and_take (tracks, "c2", 100);
  ck_assert_int_eq (livekit_tracks_get_deadline (tracks),
      100 + LIVEKIT_TRACKS_TIMEOUT);
  livekit_tracks_published (tracks, "c2", "TR_2", 200);
  ck_assert_int_eq (livekit_tracks_get_deadline (tracks),
      500 + LIVEKIT_TRACKS_TIMEOUT);
}

END_TEST;

START_TEST (test_overdue_requests_are_taken_out_once)
{
  g_autoptr (LivekitTracks) tracks = livekit_tracks_new ();
  g_autofree gchar *name = NULL;

  add_and_take (tracks, "c1", 0);
  ck_assert_ptr_null (livekit_tracks_take_overdue (tracks,
          LIVEKIT_TRACKS_TIMEOUT - 1, &name));
  g_autofree gchar *cid = livekit_tracks_take_overdue (tracks,
      LIVEKIT_TRACKS_TIMEOUT, &name);
  ck_assert_str_eq (cid, "c1");
  /* Without a name the cid stands for it. */
  ck_assert_str_eq (name, "c1");
  g_autofree gchar *none = NULL;
  ck_assert_ptr_null (livekit_tracks_take_overdue (tracks,
          LIVEKIT_TRACKS_TIMEOUT, &none));
}

END_TEST;

START_TEST (test_a_forgotten_request_is_overdue_without_a_word)
{
  g_autoptr (LivekitTracks) tracks = livekit_tracks_new ();
  g_autofree gchar *name = NULL;

  add_and_take (tracks, "c1", 0);
  livekit_tracks_forget (tracks, "c1");
  ck_assert_ptr_null (livekit_tracks_take_overdue (tracks,
          LIVEKIT_TRACKS_TIMEOUT, &name));
  ck_assert_int_eq (livekit_tracks_get_deadline (tracks), -1);
}

END_TEST;

START_TEST (test_a_queued_request_has_no_deadline_until_its_turn)
{
  g_autoptr (LivekitTracks) tracks = livekit_tracks_new ();

  add_and_take (tracks, "c1", 0);
  livekit_tracks_published (tracks, "c1", "TR_1", 0);
  add_and_take (tracks, "c1", 0);
  livekit_tracks_queued (tracks, "c1");
  ck_assert_int_eq (livekit_tracks_get_deadline (tracks), -1);
  livekit_tracks_unpublished (tracks, "TR_1", 1000);
  ck_assert_int_eq (livekit_tracks_get_deadline (tracks),
      1000 + LIVEKIT_TRACKS_TIMEOUT);
  ck_assert (livekit_tracks_published (tracks, "c1", "TR_2", 2000));
}

END_TEST;

START_TEST (test_a_refusal_is_for_the_newest_request)
{
  g_autoptr (LivekitTracks) tracks = livekit_tracks_new ();
  LivekitTrackRequest second = {.cid = "c1",.name = "second" };

  add_and_take (tracks, "c1", 0);
  livekit_tracks_add (tracks, &second);
  livekit_tracks_take_unsent (tracks, 0);
  g_autofree gchar *name = livekit_tracks_refused (tracks, "c1");
  ck_assert_str_eq (name, "second");
  ck_assert (livekit_tracks_published (tracks, "c1", "TR_1", 0));
  ck_assert_ptr_null (livekit_tracks_refused (tracks, "c9"));
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("livekittracks");
  TCase *tcase = tcase_create ("livekittracks");
  tcase_add_test (tcase, test_requests_are_copied_and_taken_in_their_order);
  tcase_add_test (tcase, test_only_what_was_sent_can_be_published);
  tcase_add_test (tcase, test_answers_to_one_cid_go_to_the_oldest_request);
  tcase_add_test (tcase, test_a_request_has_a_deadline_until_it_is_answered);
  tcase_add_test (tcase, test_overdue_requests_are_taken_out_once);
  tcase_add_test (tcase, test_a_forgotten_request_is_overdue_without_a_word);
  tcase_add_test (tcase, test_a_queued_request_has_no_deadline_until_its_turn);
  tcase_add_test (tcase, test_a_refusal_is_for_the_newest_request);
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

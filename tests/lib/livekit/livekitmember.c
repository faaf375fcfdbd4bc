/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitmember.h"

#include "livekit/livekitlimits.h"
#include "roomrun.h"

#include <check.h>

static LivekitMember *member;

static void
setup (void)
{
  g_autoptr (LivekitEntry) entry = room_run_entry ("ann");

  member = livekit_member_new ("PA_1", entry);
}

static void
teardown (void)
{
  g_clear_pointer (&member, livekit_member_free);
}

static LivekitPublication *
add (const gchar * cid, gboolean video)
{
  Livekit__AddTrackRequest request = LIVEKIT__ADD_TRACK_REQUEST__INIT;

  request.cid = (gchar *) cid;
  request.type = video ? LIVEKIT__TRACK_TYPE__VIDEO
      : LIVEKIT__TRACK_TYPE__AUDIO;
  LivekitPublication *track = livekit_publication_new (&request, cid);
  g_ptr_array_add (member->tracks, track);
  return track;
}

START_TEST (test_a_section_is_matched_by_cid_then_by_kind_and_order)
{
  LivekitPublication *sound = add ("a", FALSE);
  LivekitPublication *first = add ("v1", TRUE);
  LivekitPublication *second = add ("v2", TRUE);

  ck_assert_ptr_eq (livekit_member_match_track (member, "v2", TRUE), second);
  ck_assert_ptr_eq (livekit_member_match_track (member, "x", TRUE), first);
  ck_assert_ptr_eq (livekit_member_match_track (member, NULL, FALSE), sound);
  /* The id of another kind's track does not count. */
  ck_assert_ptr_eq (livekit_member_match_track (member, "a", TRUE), first);
  first->live = TRUE;
  ck_assert_ptr_eq (livekit_member_match_track (member, "v1", TRUE), second);
  second->live = TRUE;
  ck_assert_ptr_null (livekit_member_match_track (member, "v1", TRUE));
  ck_assert (livekit_member_has_cid (member, "v1"));
  ck_assert (!livekit_member_has_cid (member, "x"));
}

END_TEST;

static LivekitPublication *
add_named (const gchar * name, gboolean video)
{
  Livekit__AddTrackRequest request = LIVEKIT__ADD_TRACK_REQUEST__INIT;

  request.cid = (gchar *) "c";
  request.name = (gchar *) name;
  request.type = video ? LIVEKIT__TRACK_TYPE__VIDEO
      : LIVEKIT__TRACK_TYPE__AUDIO;
  LivekitPublication *track = livekit_publication_new (&request, "x");
  livekit_member_add_track (member, track);
  return track;
}

START_TEST (test_tracks_of_a_kind_and_name_are_told_apart)
{
  const LivekitPublication *first = add_named ("film", FALSE);
  const LivekitPublication *second = add_named ("film", FALSE);

  ck_assert_uint_eq (first->ordinal, 0);
  ck_assert_uint_eq (second->ordinal, 1);
  ck_assert_uint_eq (add_named ("film", TRUE)->ordinal, 0);
  ck_assert_uint_eq (add_named ("other", FALSE)->ordinal, 0);
  /* The others stay what they are. */
  g_ptr_array_remove (member->tracks, (gpointer) first);
  ck_assert_uint_eq (second->ordinal, 1);
  ck_assert_uint_eq (add_named ("film", FALSE)->ordinal, 0);
}

END_TEST;

START_TEST (test_a_wish_goes_before_auto_subscribe)
{
  ck_assert (livekit_member_wants (member, "TR_1"));
  g_hash_table_insert (member->wishes, g_strdup ("TR_1"), GINT_TO_POINTER (0));
  ck_assert (!livekit_member_wants (member, "TR_1"));
  livekit_member_forget_track (member, "TR_1");
  member->auto_subscribe = FALSE;
  ck_assert (!livekit_member_wants (member, "TR_1"));
  g_hash_table_insert (member->wishes, g_strdup ("TR_1"), GINT_TO_POINTER (1));
  ck_assert (livekit_member_wants (member, "TR_1"));
}

END_TEST;

START_TEST (test_an_empty_attribute_goes_and_the_rest_stays)
{
  Livekit__UpdateParticipantMetadata__AttributesEntry a =
      LIVEKIT__UPDATE_PARTICIPANT_METADATA__ATTRIBUTES_ENTRY__INIT, b = a;
  Livekit__UpdateParticipantMetadata__AttributesEntry *both[] = { &a, &b };
  a.key = (gchar *) "a";
  a.value = (gchar *) "1";
  b.key = (gchar *) "b";
  b.value = (gchar *) "2";

  ck_assert (livekit_member_update (member, "meta", "Ann", both, 2));
  ck_assert_str_eq (member->token->metadata, "meta");
  ck_assert_str_eq (member->token->name, "Ann");
  a.value = (gchar *) "";
  ck_assert (livekit_member_update (member, "", NULL, both, 1));
  ck_assert_str_eq (member->token->metadata, "meta");
  ck_assert_ptr_null (g_hash_table_lookup (member->token->attributes, "a"));
  ck_assert_str_eq (g_hash_table_lookup (member->token->attributes, "b"), "2");
}

END_TEST;

START_TEST (test_beyond_the_limits_nothing_changes)
{
  Livekit__UpdateParticipantMetadata__AttributesEntry a =
      LIVEKIT__UPDATE_PARTICIPANT_METADATA__ATTRIBUTES_ENTRY__INIT;
  Livekit__UpdateParticipantMetadata__AttributesEntry *one[] = { &a };
  g_autofree gchar *text = g_strnfill (LIVEKIT_MAX_METADATA + 1, 'x');

  ck_assert (!livekit_member_update (member, text, NULL, NULL, 0));
  ck_assert (!livekit_member_update (member, NULL, text, NULL, 0));
  a.key = (gchar *) "k";
  a.value = text;
  ck_assert (!livekit_member_update (member, "meta", NULL, one, 1));
  ck_assert_ptr_null (member->token->metadata);
  ck_assert_ptr_null (member->token->attributes);
}

END_TEST;

START_TEST (test_others_are_told_of_live_tracks_only)
{
  add ("a", FALSE);
  add ("v", TRUE)->live = TRUE;
  member->joined_at = 5 * G_TIME_SPAN_SECOND;
  g_autoptr (LivekitMemberMessage) view = livekit_member_to_message (member);

  ck_assert_uint_eq (view->message.n_tracks, 1);
  ck_assert_int_eq (view->message.tracks[0]->type, LIVEKIT__TRACK_TYPE__VIDEO);
  ck_assert (view->message.is_publisher);
  ck_assert_int_eq (view->message.joined_at, 5);
  ck_assert_str_eq (view->message.identity, "ann");
  ck_assert (view->message.permission->can_publish);
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("livekitmember");
  TCase *tcase = tcase_create ("livekitmember");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase,
      test_a_section_is_matched_by_cid_then_by_kind_and_order);
  tcase_add_test (tcase, test_tracks_of_a_kind_and_name_are_told_apart);
  tcase_add_test (tcase, test_a_wish_goes_before_auto_subscribe);
  tcase_add_test (tcase, test_an_empty_attribute_goes_and_the_rest_stays);
  tcase_add_test (tcase, test_beyond_the_limits_nothing_changes);
  tcase_add_test (tcase, test_others_are_told_of_live_tracks_only);
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

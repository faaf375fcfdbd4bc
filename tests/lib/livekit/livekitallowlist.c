/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitallowlist.h"

#include "livekit/livekitlimits.h"

#include <check.h>

static gboolean
allows (const LivekitAllowList * list, const gchar * who, const gchar * track)
{
  g_autofree gchar *sid = g_strconcat ("PA_", who, NULL);

  return livekit_allow_list_allows (list, sid, who, track);
}

START_TEST (test_without_a_list_everyone_may)
{
  LivekitAllowList list = { NULL };

  ck_assert (allows (&list, "ann", "TR_1"));
}

END_TEST;

START_TEST (test_an_empty_list_is_nobody_and_all_is_everyone)
{
  Livekit__SubscriptionPermission message =
      LIVEKIT__SUBSCRIPTION_PERMISSION__INIT;
  LivekitAllowList list = { NULL };

  ck_assert (livekit_allow_list_set (&list, &message));
  ck_assert (!allows (&list, "ann", "TR_1"));
  message.all_participants = TRUE;
  ck_assert (livekit_allow_list_set (&list, &message));
  ck_assert (allows (&list, "ann", "TR_1"));
  livekit_allow_list_clear (&list);
}

END_TEST;

START_TEST (test_a_line_means_a_sid_or_an_identity_and_its_tracks)
{
  gchar *tracks[] = { (gchar *) "TR_1" };
  Livekit__TrackPermission lines[3] = { LIVEKIT__TRACK_PERMISSION__INIT,
    LIVEKIT__TRACK_PERMISSION__INIT, LIVEKIT__TRACK_PERMISSION__INIT
  };
  Livekit__TrackPermission *all[] = { &lines[0], &lines[1], &lines[2] };
  lines[0].participant_identity = (gchar *) "ann";
  lines[0].all_tracks = TRUE;
  lines[1].participant_sid = (gchar *) "PA_bob";
  lines[1].track_sids = tracks;
  lines[1].n_track_sids = 1;
  lines[2].all_tracks = TRUE;
  Livekit__SubscriptionPermission message =
      LIVEKIT__SUBSCRIPTION_PERMISSION__INIT;
  message.track_permissions = all;
  message.n_track_permissions = 3;

  LivekitAllowList list = { NULL };
  ck_assert (livekit_allow_list_set (&list, &message));
  ck_assert (allows (&list, "ann", "TR_2"));
  ck_assert (allows (&list, "bob", "TR_1"));
  ck_assert (!allows (&list, "bob", "TR_2"));
  ck_assert (!allows (&list, "eve", "TR_1"));
  livekit_allow_list_clear (&list);
}

END_TEST;

START_TEST (test_a_list_that_is_too_long_changes_nothing)
{
  Livekit__TrackPermission line = LIVEKIT__TRACK_PERMISSION__INIT;
  g_autofree Livekit__TrackPermission **all =
      g_new0 (Livekit__TrackPermission *, LIVEKIT_MAX_ALLOWED + 1);
  for (guint i = 0; i <= LIVEKIT_MAX_ALLOWED; i++)
    all[i] = &line;
  Livekit__SubscriptionPermission message =
      LIVEKIT__SUBSCRIPTION_PERMISSION__INIT;
  message.track_permissions = all;
  message.n_track_permissions = LIVEKIT_MAX_ALLOWED + 1;
  LivekitAllowList list = { NULL };

  ck_assert (!livekit_allow_list_set (&list, &message));
  ck_assert (allows (&list, "ann", "TR_1"));
  message.n_track_permissions = 1;
  line.n_track_sids = LIVEKIT_MAX_ALLOWED + 1;
  ck_assert (!livekit_allow_list_set (&list, &message));
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("livekitallowlist");
  TCase *tcase = tcase_create ("livekitallowlist");
  tcase_add_test (tcase, test_without_a_list_everyone_may);
  tcase_add_test (tcase, test_an_empty_list_is_nobody_and_all_is_everyone);
  tcase_add_test (tcase, test_a_line_means_a_sid_or_an_identity_and_its_tracks);
  tcase_add_test (tcase, test_a_list_that_is_too_long_changes_nothing);
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

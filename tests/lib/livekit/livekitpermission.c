/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitpermission.h"

#include <check.h>

START_TEST (test_absent_grants_allow_to_publish_and_subscribe)
{
  g_autoptr (LivekitToken) token = livekit_token_new ();
  LivekitPermission permission;

  livekit_permission_from_grants (&permission, &token->grants);
  ck_assert (permission.can_publish && permission.can_subscribe
      && permission.can_publish_data);
  ck_assert (!permission.hidden && !permission.can_update_metadata);
  ck_assert (livekit_permission_allows (&permission, LIVEKIT_SOURCE_CAMERA));
  ck_assert (livekit_permission_allows (&permission, LIVEKIT_SOURCE_UNKNOWN));
  ck_assert (!livekit_permission_allows (&permission, (LivekitSource) 5));
  ck_assert (!livekit_permission_allows (&permission, (LivekitSource) - 1));
}

END_TEST;

START_TEST (test_a_list_of_sources_wins_over_can_publish)
{
  static gchar *sources[] = { (gchar *) "microphone", (gchar *) "Screen_Share",
    NULL
  };
  LivekitGrants grants = {.can_publish = 0,.can_subscribe = 0,
    .can_publish_data = -1,.hidden = 1,.sources = sources
  };
  LivekitPermission permission;

  livekit_permission_from_grants (&permission, &grants);
  ck_assert (!permission.can_subscribe && permission.hidden);
  ck_assert (livekit_permission_allows (&permission,
          LIVEKIT_SOURCE_MICROPHONE));
  ck_assert (livekit_permission_allows (&permission,
          LIVEKIT_SOURCE_SCREEN_SHARE));
  ck_assert (!livekit_permission_allows (&permission, LIVEKIT_SOURCE_CAMERA));
  ck_assert (!livekit_permission_allows (&permission, LIVEKIT_SOURCE_UNKNOWN));
}

END_TEST;

START_TEST (test_a_list_of_nothing_known_allows_nothing)
{
  static gchar *sources[] = { (gchar *) "telepathy", NULL };
  LivekitGrants grants = {.can_publish = 1,.sources = sources };
  LivekitPermission permission;

  livekit_permission_from_grants (&permission, &grants);
  ck_assert (!livekit_permission_allows (&permission, LIVEKIT_SOURCE_CAMERA));
}

END_TEST;

static void
assert_same (const LivekitPermission * a, const LivekitPermission * b)
{
  ck_assert_int_eq (a->can_subscribe, b->can_subscribe);
  ck_assert_int_eq (a->can_publish, b->can_publish);
  ck_assert_int_eq (a->can_publish_data, b->can_publish_data);
  ck_assert_int_eq (a->can_update_metadata, b->can_update_metadata);
  ck_assert_int_eq (a->hidden, b->hidden);
  ck_assert_uint_eq (a->sources, b->sources);
}

START_TEST (test_it_comes_back_from_a_token_and_from_a_message)
{
  for (guint bits = 0; bits < 64; bits++) {
    LivekitPermission permission = {
      .can_subscribe = bits & 1,.can_publish = (bits & 2) != 0,
      .can_publish_data = (bits & 4) != 0,
      .can_update_metadata = (bits & 8) != 0,.hidden = (bits & 16) != 0,
    };
    if ((bits & 32) != 0 && permission.can_publish)
      permission.sources = 1 << LIVEKIT_SOURCE_CAMERA
          | 1 << LIVEKIT_SOURCE_SCREEN_SHARE_AUDIO;
    g_autoptr (LivekitToken) token = livekit_token_new ();
    LivekitPermission back;
    livekit_permission_to_grants (&permission, &token->grants);
    livekit_permission_from_grants (&back, &token->grants);
    assert_same (&permission, &back);

    LivekitPermissionMessage view;
    livekit_permission_to_message (&permission, &view);
    livekit_permission_from_message (&back, &view.message);
    assert_same (&permission, &back);
  }
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("livekitpermission");
  TCase *tcase = tcase_create ("livekitpermission");
  tcase_add_test (tcase, test_absent_grants_allow_to_publish_and_subscribe);
  tcase_add_test (tcase, test_a_list_of_sources_wins_over_can_publish);
  tcase_add_test (tcase, test_a_list_of_nothing_known_allows_nothing);
  tcase_add_test (tcase, test_it_comes_back_from_a_token_and_from_a_message);
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

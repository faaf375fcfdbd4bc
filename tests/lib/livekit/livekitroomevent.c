/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitroomevent.h"

#include <check.h>

START_TEST (test_each_kind_has_a_name_of_its_own)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);

  for (gint i = 0; i <= LIVEKIT_ROOM_EVENT_ROOM_OVER; i++)
    g_hash_table_add (names, (gpointer)
        livekit_room_event_type_get_name ((LivekitRoomEventType) i));
  ck_assert_uint_eq (g_hash_table_size (names),
      LIVEKIT_ROOM_EVENT_ROOM_OVER + 1);
  ck_assert (!g_hash_table_contains (names, "unknown"));
}

END_TEST;

START_TEST (test_it_owns_what_it_says)
{
  g_autoptr (LivekitRoomEvent) event =
      livekit_room_event_new (LIVEKIT_ROOM_EVENT_FORWARD, "stage", "PA_1");
  event->publisher = g_strdup ("PA_2");
  event->track = g_strdup ("TR_1");

  ck_assert_str_eq (event->room, "stage");
  ck_assert_str_eq (event->participant, "PA_1");
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("livekitroomevent");
  TCase *tcase = tcase_create ("livekitroomevent");
  tcase_add_test (tcase, test_each_kind_has_a_name_of_its_own);
  tcase_add_test (tcase, test_it_owns_what_it_says);
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

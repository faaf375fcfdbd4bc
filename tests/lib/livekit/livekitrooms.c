/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitrooms.h"

#include "livekit/livekitlimits.h"
#include "livekit/livekitroomadmin.h"
#include "livekit/livekitverify.h"
#include "roomrun.h"

#include <check.h>

static LivekitRooms *rooms;

static void
setup (void)
{
  LivekitRoomConfig config = {.seed = 1 };

  rooms = livekit_rooms_new (&config);
}

static void
teardown (void)
{
  g_clear_pointer (&rooms, livekit_rooms_free);
}

static LivekitEntry *
enter (const gchar * identity, const gchar * room)
{
  LivekitEntry *entry = room_run_entry (identity);

  g_free (entry->token->grants.room);
  entry->token->grants.room = g_strdup (room);
  return entry;
}

static guint
take_all (LivekitRoomEventType type)
{
  LivekitRoomEvent *event;
  guint count = 0;

  while ((event = livekit_rooms_take (rooms)) != NULL) {
    count += event->type == type;
    livekit_room_event_free (event);
  }
  return count;
}

START_TEST (test_a_room_is_made_by_who_comes_and_goes_when_empty)
{
  g_autofree gchar *ann = livekit_rooms_join (rooms, enter ("ann", "one"), 0,
      NULL);
  g_autofree gchar *bob = livekit_rooms_join (rooms, enter ("bob", "two"), 0,
      NULL);
  ck_assert_str_ne (ann, bob);
  ck_assert_uint_eq (livekit_rooms_get_count (rooms), 2);
  ck_assert_uint_eq (take_all (LIVEKIT_ROOM_EVENT_JOINED), 2);

  LivekitRoom *room = livekit_rooms_find (rooms, "one");
  ck_assert_ptr_eq (livekit_rooms_get (rooms, 0), room);
  livekit_room_lost (room, ann, 0);
  ck_assert_uint_eq (take_all (LIVEKIT_ROOM_EVENT_OVER), 1);
  ck_assert_int_eq (livekit_rooms_get_deadline (rooms),
      15 * G_TIME_SPAN_SECOND);
  livekit_rooms_tick (rooms, 20 * G_TIME_SPAN_SECOND);
  ck_assert_uint_eq (take_all (LIVEKIT_ROOM_EVENT_ROOM_OVER), 1);
  ck_assert_ptr_null (livekit_rooms_find (rooms, "one"));
  ck_assert_ptr_nonnull (livekit_rooms_find (rooms, "two"));
}

END_TEST;

START_TEST (test_a_room_can_be_made_before_anyone_comes)
{
  Livekit__CreateRoomRequest request = LIVEKIT__CREATE_ROOM_REQUEST__INIT;
  Livekit__Room told;

  request.name = (gchar *) "one";
  request.metadata = (gchar *) "meta";
  request.empty_timeout = 7;
  request.departure_timeout = 3;
  request.max_participants = 1;
  LivekitRoom *room = livekit_rooms_create (rooms, &request, 0, NULL);
  livekit_room_admin_describe (room, &told);
  ck_assert_str_eq (told.metadata, "meta");
  ck_assert_uint_eq (told.empty_timeout, 7);
  ck_assert_uint_eq (told.departure_timeout, 3);
  ck_assert_uint_eq (told.max_participants, 1);
  request.metadata = (gchar *) "other";
  ck_assert_ptr_eq (livekit_rooms_create (rooms, &request, 0, NULL), room);
  livekit_room_admin_describe (room, &told);
  ck_assert_str_eq (told.metadata, "meta");

  g_autofree gchar *ann = livekit_rooms_join (rooms, enter ("ann", "one"), 0,
      NULL);
  g_autoptr (LivekitEntry) bob = enter ("bob", "one");
  ck_assert (!livekit_rooms_check (rooms, bob, NULL));
  livekit_room_lost (room, ann, 0);
  take_all (LIVEKIT_ROOM_EVENT_OVER);
}

END_TEST;

START_TEST (test_a_room_that_nobody_comes_to_goes)
{
  Livekit__CreateRoomRequest request = LIVEKIT__CREATE_ROOM_REQUEST__INIT;

  request.name = (gchar *) "one";
  request.empty_timeout = 7;
  ck_assert_ptr_nonnull (livekit_rooms_create (rooms, &request, 0, NULL));
  ck_assert_int_eq (livekit_rooms_get_deadline (rooms), 7 * G_TIME_SPAN_SECOND);
  livekit_rooms_tick (rooms, 7 * G_TIME_SPAN_SECOND);
  ck_assert_uint_eq (take_all (LIVEKIT_ROOM_EVENT_ROOM_OVER), 1);
}

END_TEST;

START_TEST (test_a_room_that_cannot_be_is_not_made)
{
  g_autofree gchar *name = g_strnfill (LIVEKIT_MAX_NAME + 1, 'n');
  g_autofree gchar *metadata = g_strnfill (LIVEKIT_MAX_METADATA + 1, 'm');
  Livekit__CreateRoomRequest request = LIVEKIT__CREATE_ROOM_REQUEST__INIT;
  g_autoptr (GError) error = NULL;

  ck_assert_ptr_null (livekit_rooms_create (rooms, &request, 0, &error));
  ck_assert (g_error_matches (error, LIVEKIT_REFUSAL, 400));
  request.name = name;
  ck_assert_ptr_null (livekit_rooms_create (rooms, &request, 0, NULL));
  request.name = (gchar *) "one";
  request.metadata = metadata;
  ck_assert_ptr_null (livekit_rooms_create (rooms, &request, 0, NULL));
  request.metadata = (gchar *) "";
  livekit_rooms_close (rooms, 0);
  g_clear_error (&error);
  ck_assert_ptr_null (livekit_rooms_create (rooms, &request, 0, &error));
  ck_assert (g_error_matches (error, LIVEKIT_REFUSAL, 503));
  ck_assert_uint_eq (livekit_rooms_get_count (rooms), 0);
}

END_TEST;

START_TEST (test_the_same_identity_may_be_in_two_rooms)
{
  g_autofree gchar *one = livekit_rooms_join (rooms, enter ("ann", "one"), 0,
      NULL);
  g_autofree gchar *two = livekit_rooms_join (rooms, enter ("ann", "two"), 0,
      NULL);

  ck_assert_uint_eq (take_all (LIVEKIT_ROOM_EVENT_OVER), 0);
}

END_TEST;

START_TEST (test_after_the_end_nobody_comes_in)
{
  g_autofree gchar *ann = livekit_rooms_join (rooms, enter ("ann", "one"), 0,
      NULL);
  g_autoptr (GError) error = NULL;

  livekit_rooms_close (rooms, 0);
  ck_assert_uint_eq (take_all (LIVEKIT_ROOM_EVENT_OVER), 1);
  ck_assert_uint_eq (livekit_rooms_get_count (rooms), 0);
  ck_assert_ptr_null (livekit_rooms_join (rooms, enter ("bob", "two"), 0,
          &error));
  ck_assert (g_error_matches (error, LIVEKIT_REFUSAL, 503));
  ck_assert_int_eq (livekit_rooms_get_deadline (rooms), G_MAXINT64);
}

END_TEST;

START_TEST (test_there_are_not_too_many_rooms)
{
  for (guint i = 0; i < LIVEKIT_MAX_ROOMS; i++) {
    g_autofree gchar *name = g_strdup_printf ("room %u", i);
    g_free (livekit_rooms_join (rooms, enter ("ann", name), 0, NULL));
  }
  ck_assert_ptr_null (livekit_rooms_join (rooms, enter ("ann", "more"), 0,
          NULL));
  g_free (livekit_rooms_join (rooms, enter ("bob", "room 1"), 0, NULL));
  ck_assert_uint_eq (livekit_rooms_get_count (rooms), LIVEKIT_MAX_ROOMS);
}

END_TEST;

static Suite *
create_suite (void)
{
  Suite *suite = suite_create ("livekitrooms");
  TCase *tcase = tcase_create ("livekitrooms");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_a_room_is_made_by_who_comes_and_goes_when_empty);
  tcase_add_test (tcase, test_a_room_can_be_made_before_anyone_comes);
  tcase_add_test (tcase, test_a_room_that_nobody_comes_to_goes);
  tcase_add_test (tcase, test_a_room_that_cannot_be_is_not_made);
  tcase_add_test (tcase, test_the_same_identity_may_be_in_two_rooms);
  tcase_add_test (tcase, test_after_the_end_nobody_comes_in);
  tcase_add_test (tcase, test_there_are_not_too_many_rooms);
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

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serversnapshot.h"

#include "livekit/livekitroommedia.h"
#include "servershelf.h"
#include "webrun.h"

#include <check.h>
#include <gst/gst.h>
#include <string.h>

static WebRun *run;

static void
setup (void)
{
  run = web_run_new ();
}

static void
teardown (void)
{
  web_run_free (run);
}

static gchar *
publish (const gchar * room, const gchar * identity)
{
  gchar *sid = web_run_join (run, room, identity);
  g_autofree gchar *picture = web_run_publish (run, room, sid, "video", TRUE);
  g_autofree gchar *sound = web_run_publish (run, room, sid, "audio", FALSE);

  return sid;
}

static void
spy (const gchar * room)
{
  LivekitToken *token = livekit_token_new ();

  token->identity = g_strdup ("spy");
  token->grants.room = g_strdup (room);
  token->grants.room_join = 1;
  token->grants.hidden = 1;
  g_autofree gchar *sid = livekit_rooms_join (run->rooms,
      livekit_entry_new_quiet (token), g_get_monotonic_time (), NULL);
  livekit_server_pump (run->server);
  g_autofree gchar *track = web_run_publish (run, room, sid, "secret", TRUE);
}

static void
check_holds (const gchar * text, const gchar * part)
{
  ck_assert_msg (strstr (text, part) != NULL, "%s has no %s", text, part);
}

START_TEST (test_rooms_are_listed_by_name)
{
  g_autofree gchar *ann = publish ("stage", "ann");
  g_autofree gchar *bob = web_run_join (run, "stage", "bob");
  g_autofree gchar *cid = web_run_join (run, "lab \"1\"", "cid");
  g_autofree gchar *text = server_snapshot_write_list (run->rooms);

  ck_assert_str_eq (text, "{\"rooms\":["
      "{\"name\":\"lab \\\"1\\\"\",\"watchers\":1,\"publishers\":0,"
      "\"tracks\":0},"
      "{\"name\":\"stage\",\"watchers\":1,\"publishers\":1,\"tracks\":2}]}");
}

END_TEST;

START_TEST (test_a_room_names_what_is_published)
{
  g_autofree gchar *ann = publish ("stage", "ann");
  g_autofree gchar *bob = web_run_join (run, "stage", "bob");
  g_autofree gchar *text = server_snapshot_write_room (run->rooms, "stage");
  g_autofree gchar *whose = server_shelf_make_key ("ann", NULL, 0, FALSE);
  g_autofree gchar *picture = server_shelf_make_key ("ann", "video", 0, TRUE);
  g_autofree gchar *sound = server_shelf_make_key ("ann", "audio", 0, FALSE);

  check_holds (text, "\"identity\":\"ann\"");
  check_holds (text, "\"kind\":\"video\",\"source\":\"camera\","
      "\"codec\":\"H264\",\"muted\":false");
  check_holds (text, "\"kind\":\"audio\",\"source\":\"microphone\","
      "\"codec\":\"opus\"");
  check_holds (text, whose);
  check_holds (text, picture);
  check_holds (text, sound);
  check_holds (text, "\"watchers\":1");
  ck_assert_ptr_null (strstr (text, "bob"));
}

END_TEST;

/* As films of one name are, or tracks without any. */
START_TEST (test_tracks_of_one_name_have_a_key_each)
{
  g_autofree gchar *ann = publish ("stage", "ann");
  LivekitRoom *room = livekit_rooms_find (run->rooms, "stage");
  LivekitTrackRequest twin = {.cid = (gchar *) "b",.name = (gchar *) "audio" };
  g_autofree gchar *pending = g_strdup (livekit_room_media_publish (room, ann,
          &twin));
  twin.cid = (gchar *) "c";
  g_autofree gchar *track = g_strdup (livekit_room_media_publish (room, ann,
          &twin));
  livekit_room_media_live (room, ann, track, "audio/opus", "2");
  livekit_server_pump (run->server);
  g_autofree gchar *text = server_snapshot_write_room (run->rooms, "stage");
  g_autofree gchar *first = server_shelf_make_key ("ann", "audio", 0, FALSE);
  g_autofree gchar *second = server_shelf_make_key ("ann", "audio", 1, FALSE);
  g_autofree gchar *third = server_shelf_make_key ("ann", "audio", 2, FALSE);

  check_holds (text, first);
  check_holds (text, third);
  ck_assert_ptr_null (strstr (text, second));
}

END_TEST;

START_TEST (test_the_hidden_are_not_named)
{
  g_autofree gchar *ann = publish ("stage", "ann");
  spy ("stage");
  g_autofree gchar *text = server_snapshot_write_room (run->rooms, "stage");

  ck_assert_ptr_null (strstr (text, "spy"));
  ck_assert_ptr_null (strstr (text, "secret"));
  ck_assert (!server_snapshot_has_tracks (livekit_rooms_find (run->rooms,
              "stage"), "spy"));
}

END_TEST;

START_TEST (test_a_room_that_is_not_there_is_empty)
{
  g_autofree gchar *text = server_snapshot_write_room (run->rooms, "none");
  g_autofree gchar *list = server_snapshot_write_list (run->rooms);

  check_holds (text, "\"publishers\":[]");
  ck_assert_str_eq (list, "{\"rooms\":[]}");
  ck_assert_ptr_null (livekit_rooms_find (run->rooms, "none"));
}

END_TEST;

START_TEST (test_tracks_are_found_when_they_are_live)
{
  g_autofree gchar *ann = web_run_join (run, "stage", "ann");
  LivekitRoom *room = livekit_rooms_find (run->rooms, "stage");

  ck_assert (!server_snapshot_has_tracks (room, NULL));
  g_autofree gchar *track = web_run_publish (run, "stage", ann, "video", TRUE);
  ck_assert (server_snapshot_has_tracks (room, NULL));
  ck_assert (server_snapshot_has_tracks (room, "ann"));
  ck_assert (!server_snapshot_has_tracks (room, "bob"));
}

END_TEST;

/* It is one line of an event. */
START_TEST (test_a_snapshot_is_one_line)
{
  g_autofree gchar *ann = publish ("stage", "an\nn");
  g_autofree gchar *text = server_snapshot_write_room (run->rooms, "stage");

  ck_assert_ptr_null (strpbrk (text, "\r\n"));
  check_holds (text, "an\\nn");
}

END_TEST;

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  Suite *suite = suite_create ("serversnapshot");
  TCase *tcase = tcase_create ("all");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_rooms_are_listed_by_name);
  tcase_add_test (tcase, test_a_room_names_what_is_published);
  tcase_add_test (tcase, test_tracks_of_one_name_have_a_key_each);
  tcase_add_test (tcase, test_the_hidden_are_not_named);
  tcase_add_test (tcase, test_a_room_that_is_not_there_is_empty);
  tcase_add_test (tcase, test_tracks_are_found_when_they_are_live);
  tcase_add_test (tcase, test_a_snapshot_is_one_line);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  gint failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

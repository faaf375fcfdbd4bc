/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverpath.h"

#include "livekit/livekitlimits.h"

#include <check.h>
#include <string.h>

#define ID "0123456789abcdef0123456789abcdef"

static void
check_path (const gchar * path, ServerPathKind kind, const gchar * room,
    const gchar * id)
{
  g_auto (ServerPath) parsed = { 0 };

  server_path_parse (&parsed, path);
  ck_assert_msg (parsed.kind == kind, "%s is %d", path, parsed.kind);
  ck_assert_pstr_eq (parsed.room, room);
  ck_assert_pstr_eq (parsed.id, id);
}

START_TEST (test_the_list_and_the_page_are_named)
{
  check_path ("/", SERVER_PATH_LIST, NULL, NULL);
  check_path ("/events", SERVER_PATH_LIST_EVENTS, NULL, NULL);
  check_path ("/page/room.js", SERVER_PATH_ASSET, NULL, "room.js");
}

END_TEST;

START_TEST (test_what_programs_ask_is_named)
{
  check_path ("/api/rooms", SERVER_PATH_API, NULL, NULL);
  check_path ("/metrics", SERVER_PATH_METRICS, NULL, NULL);
  check_path ("/api", SERVER_PATH_NONE, NULL, NULL);
  check_path ("/api/rooms/", SERVER_PATH_NONE, NULL, NULL);
  check_path ("/api/rooms/stage", SERVER_PATH_NONE, NULL, NULL);
  check_path ("/metrics/", SERVER_PATH_NONE, NULL, NULL);
}

END_TEST;

START_TEST (test_what_is_of_a_room_is_named)
{
  check_path ("/room/stage", SERVER_PATH_ROOM, "stage", NULL);
  check_path ("/room/stage/", SERVER_PATH_ROOM, "stage", NULL);
  check_path ("/room/stage/events", SERVER_PATH_ROOM_EVENTS, "stage", NULL);
  check_path ("/room/stage/whep", SERVER_PATH_WHEP, "stage", NULL);
  check_path ("/room/stage/whip", SERVER_PATH_WHIP, "stage", NULL);
  check_path ("/room/stage/whep/" ID, SERVER_PATH_RESOURCE, "stage", ID);
  check_path ("/room/stage/whip/" ID, SERVER_PATH_RESOURCE, "stage", ID);
}

END_TEST;

START_TEST (test_a_room_may_have_any_name)
{
  check_path ("/room/a/b c", SERVER_PATH_ROOM, "a/b c", NULL);
  check_path ("/room/a/b/whep/" ID, SERVER_PATH_RESOURCE, "a/b", ID);
  check_path ("/room/whep", SERVER_PATH_ROOM, "whep", NULL);
  check_path ("/room/\xc3\xb6", SERVER_PATH_ROOM, "\xc3\xb6", NULL);
}

END_TEST;

START_TEST (test_all_else_is_nothing)
{
  check_path ("", SERVER_PATH_NONE, NULL, NULL);
  check_path ("/room", SERVER_PATH_NONE, NULL, NULL);
  check_path ("/room/", SERVER_PATH_NONE, NULL, NULL);
  check_path ("/room//whep", SERVER_PATH_NONE, NULL, NULL);
  check_path ("/room//whep/" ID, SERVER_PATH_NONE, NULL, NULL);
  check_path ("/rtc", SERVER_PATH_NONE, NULL, NULL);
  check_path ("/room/\xff", SERVER_PATH_NONE, NULL, NULL);
}

END_TEST;

START_TEST (test_an_id_has_one_form)
{
  check_path ("/room/stage/whep/" ID "0", SERVER_PATH_ROOM,
      "stage/whep/" ID "0", NULL);
  check_path ("/room/stage/whep/0123456789ABCDEF0123456789abcdef",
      SERVER_PATH_ROOM, "stage/whep/0123456789ABCDEF0123456789abcdef", NULL);
}

END_TEST;

START_TEST (test_the_name_of_a_room_has_a_limit)
{
  g_autofree gchar *name = g_strnfill (LIVEKIT_MAX_NAME, 'a');
  g_autofree gchar *longest = g_strconcat ("/room/", name, "/whep", NULL);
  g_autofree gchar *longer = g_strconcat ("/room/b", name, "/whep", NULL);

  check_path (longest, SERVER_PATH_WHEP, name, NULL);
  check_path (longer, SERVER_PATH_NONE, NULL, NULL);
}

END_TEST;

START_TEST (test_a_resource_is_written_so_that_it_is_found)
{
  g_autofree gchar *written =
      server_path_write_resource ("a/b \xc3\xb6?", SERVER_PATH_WHIP, ID);
  g_autofree gchar *read = g_uri_unescape_string (written, NULL);

  ck_assert_str_eq (written, "/room/a%2Fb%20%C3%B6%3F/whip/" ID);
  check_path (read, SERVER_PATH_RESOURCE, "a/b \xc3\xb6?", ID);
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("serverpath");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_the_list_and_the_page_are_named);
  tcase_add_test (tcase, test_what_programs_ask_is_named);
  tcase_add_test (tcase, test_what_is_of_a_room_is_named);
  tcase_add_test (tcase, test_a_room_may_have_any_name);
  tcase_add_test (tcase, test_all_else_is_nothing);
  tcase_add_test (tcase, test_an_id_has_one_form);
  tcase_add_test (tcase, test_the_name_of_a_room_has_a_limit);
  tcase_add_test (tcase, test_a_resource_is_written_so_that_it_is_found);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  gint failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverprint.h"

#include <check.h>
#include <string.h>

static gchar *out, *err;
static gsize out_size, err_size;
static ServerPrint print;

static void
setup (void)
{
  print.json = FALSE;
  print.out = open_memstream (&out, &out_size);
  print.err = open_memstream (&err, &err_size);
}

static void
teardown (void)
{
  fclose (print.out);
  fclose (print.err);
  free (out);
  free (err);
}

START_TEST (test_events_are_lines_or_objects)
{
  LivekitRoomEvent event = {.type = LIVEKIT_ROOM_EVENT_JOINED,
    .room = (gchar *) "stage",.participant = (gchar *) "PA_1",
    .identity = (gchar *) "ann",
  };

  server_print_event (&print, &event);
  ck_assert_str_eq (out, "joined room=stage participant=PA_1 identity=ann\n");
  print.json = TRUE;
  server_print_event (&print, &event);
  ck_assert_ptr_nonnull (strstr (out, "\n{\"event\":\"joined\","
          "\"room\":\"stage\",\"participant\":\"PA_1\",\"identity\":\"ann\"}\n"));
}

END_TEST;

START_TEST (test_a_refusal_is_a_line_or_an_object)
{
  LivekitRefused refused = {.status = 401,.reason = "no permissions",
    .address = "192.0.2.1",
  };

  server_print_refused (&print, &refused);
  ck_assert_str_eq (out,
      "refused status=401 address=192.0.2.1 reason=no permissions\n");
  print.json = TRUE;
  refused.room = "stage";
  refused.identity = "ann";
  refused.held = 3;
  server_print_refused (&print, &refused);
  ck_assert_ptr_nonnull (strstr (out, "\n{\"event\":\"refused\",\"status\":401,"
          "\"held\":3,\"room\":\"stage\",\"identity\":\"ann\","
          "\"address\":\"192.0.2.1\",\"reason\":\"no permissions\"}\n"));
}

END_TEST;

START_TEST (test_a_name_does_not_speak_to_the_terminal)
{
  LivekitRoomEvent event = {.type = LIVEKIT_ROOM_EVENT_JOINED,
    .room = (gchar *) "st\033[2Jage",.identity = (gchar *) "a\nb\xff",
  };

  server_print_event (&print, &event);
  ck_assert_ptr_null (strchr (out, '\033'));
  ck_assert_ptr_eq (strchr (out, '\n'), out + strlen (out) - 1);
}

END_TEST;

START_TEST (test_what_is_for_the_media_is_not_told)
{
  LivekitRoomEvent event = {.type = LIVEKIT_ROOM_EVENT_OFFER,
    .sdp = (gchar *) "v=0"
  };

  server_print_event (&print, &event);
  fflush (print.out);
  ck_assert_uint_eq (out_size, 0);
}

END_TEST;

START_TEST (test_a_failed_reload_is_told_twice_to_programs)
{
  g_autoptr (GError) error =
      g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "no keys");

  print.json = TRUE;
  server_print_reloaded (&print, error);
  fflush (print.err);
  ck_assert_str_eq (err,
      "gst-room-server: the keys are those of before: no keys\n");
  ck_assert_str_eq (out,
      "{\"event\":\"keys\",\"changed\":false,\"error\":\"no keys\"}\n");
}

END_TEST;

START_TEST (test_the_end_says_who_was_cut)
{
  ServerHostReport report = {.left = 2,.cut = 1,.stuck = 3 };

  server_print_stopped (&print, &report);
  fflush (print.err);
  ck_assert_str_eq (out, "stopped: 2 left, 1 cut\n");
  ck_assert_str_eq (err, "gst-room-server: 3 connections did not end\n");
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("serverprint");
  TCase *tcase = tcase_create ("all");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_events_are_lines_or_objects);
  tcase_add_test (tcase, test_a_refusal_is_a_line_or_an_object);
  tcase_add_test (tcase, test_a_name_does_not_speak_to_the_terminal);
  tcase_add_test (tcase, test_what_is_for_the_media_is_not_told);
  tcase_add_test (tcase, test_a_failed_reload_is_told_twice_to_programs);
  tcase_add_test (tcase, test_the_end_says_who_was_cut);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

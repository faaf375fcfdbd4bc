/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverprint.h"

#include <check.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define WAIT (30 * G_TIME_SPAN_SECOND)

static ServerPrint print;
static gchar *out, *err;

static void
setup (void)
{
  print.json = FALSE;
  print.out = memfd_create ("out", MFD_CLOEXEC);
  print.err = memfd_create ("err", MFD_CLOEXEC);
  ck_assert (print.out >= 0 && print.err >= 0);
  print.writer = life_writer_new ("print", print.out, FALSE, NULL);
  ck_assert_ptr_nonnull (print.writer);
}

static gchar *
read_all (gint fd)
{
  gsize size = lseek (fd, 0, SEEK_END);
  gchar *text = g_malloc0 (size + 1);

  ck_assert_int_eq (pread (fd, text, size, 0), size);
  close (fd);
  return text;
}

/* All has been said: into @out and @err. */
static void
finish (void)
{
  ck_assert (life_writer_close (print.writer, WAIT));
  life_writer_free (print.writer);
  out = read_all (print.out);
  err = read_all (print.err);
}

static void
teardown (void)
{
  g_free (out);
  g_free (err);
}

START_TEST (test_events_are_lines_or_objects)
{
  LivekitRoomEvent event = {.type = LIVEKIT_ROOM_EVENT_JOINED,
    .room = (gchar *) "stage",.participant = (gchar *) "PA_1",
    .identity = (gchar *) "ann",
  };

  server_print_event (&print, &event);
  print.json = TRUE;
  server_print_event (&print, &event);
  finish ();
  ck_assert_str_eq (out, "joined room=stage participant=PA_1 identity=ann\n"
      "{\"event\":\"joined\",\"room\":\"stage\",\"participant\":\"PA_1\","
      "\"identity\":\"ann\"}\n");
}

END_TEST;

START_TEST (test_a_refusal_is_a_line_or_an_object)
{
  LivekitRefused refused = {.status = 401,.reason = "no permissions",
    .address = "192.0.2.1",
  };

  server_print_refused (&print, &refused);
  print.json = TRUE;
  refused.room = "stage";
  refused.identity = "ann";
  refused.held = 3;
  server_print_refused (&print, &refused);
  finish ();
  ck_assert_str_eq (out,
      "refused status=401 address=192.0.2.1 reason=no permissions\n"
      "{\"event\":\"refused\",\"status\":401,\"held\":3,\"room\":\"stage\","
      "\"identity\":\"ann\",\"address\":\"192.0.2.1\","
      "\"reason\":\"no permissions\"}\n");
}

END_TEST;

START_TEST (test_a_name_does_not_speak_to_the_terminal)
{
  LivekitRoomEvent event = {.type = LIVEKIT_ROOM_EVENT_JOINED,
    .room = (gchar *) "st\033[2Jage",.identity = (gchar *) "a\nb\xff",
  };

  server_print_event (&print, &event);
  finish ();
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
  finish ();
  ck_assert_str_eq (out, "");
}

END_TEST;

START_TEST (test_a_failed_reload_is_told_twice_to_programs)
{
  g_autoptr (GError) error =
      g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "no keys");

  print.json = TRUE;
  server_print_reloaded (&print, error);
  finish ();
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
  finish ();
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

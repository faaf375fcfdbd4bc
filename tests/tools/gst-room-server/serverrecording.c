/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverrecording.h"

#include "film.h"
#include "packets.h"

#include "life/lifelatch.h"

#include <check.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define WAIT_TIME (60 * G_TIME_SPAN_SECOND)

typedef struct
{
  LifeLoop *loop;
  gchar *folder;
  gint folder_fd;
  ServerFan *fan;
  guint turn;
  gint asked;                   /* atomic */
  ServerRecording *recording;
  LifeLatch *ended;             /* finished when the end was told */

  /* The loop's, until the latch is finished. */
  guint begun;
  gchar *file;
  GError *error;
} Scene;

static Scene *scene;

static void
on_begun (ServerRecording * recording, const gchar * file, gpointer data)
{
  scene->begun++;
}

static void
on_ended (ServerRecording * recording, const gchar * file, const GError * error,
    gpointer data)
{
  scene->file = g_strdup (file);
  scene->error = error != NULL ? g_error_copy (error) : NULL;
  ck_assert (life_latch_trip (scene->ended, 1, NULL));
  life_latch_finish (scene->ended);
}

static void
on_asked (gpointer data)
{
  g_atomic_int_inc (&scene->asked);
}

static void
setup (void)
{
  scene = g_new0 (Scene, 1);
  scene->folder = g_dir_make_tmp ("recording-XXXXXX", NULL);
  scene->folder_fd = open (scene->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  ck_assert_int_ge (scene->folder_fd, 0);
  scene->loop = life_loop_new ("recording");
  ck_assert (life_loop_start (scene->loop, NULL));
  scene->ended = life_latch_new ();
}

static void
teardown (void)
{
  ck_assert (life_loop_stop (scene->loop, WAIT_TIME));
  life_loop_unref (scene->loop);
  g_clear_pointer (&scene->recording, server_recording_unref);
  life_latch_unref (scene->ended);
  server_fan_unref (scene->fan);
  g_autoptr (GDir) dir = g_dir_open (scene->folder, 0, NULL);
  const gchar *name;
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    unlinkat (scene->folder_fd, name, 0);
  close (scene->folder_fd);
  g_rmdir (scene->folder);
  g_free (scene->folder);
  g_free (scene->file);
  g_clear_error (&scene->error);
  g_free (scene);
}

static void
make_recording (gpointer data)
{
  static const ServerRecordingFuncs funcs = { on_begun, on_ended };

  scene->recording = server_recording_new (scene->loop, scene->fan,
      scene->folder_fd, "film", &funcs, NULL, NULL);
}

static void
begin (const gchar * codec)
{
  static const ServerFanSource source = { on_asked, NULL };

  scene->fan = server_fan_new (server_codec_find (codec));
  scene->turn = server_fan_begin (scene->fan, &source, NULL);
  ck_assert (life_loop_call (scene->loop, make_recording, NULL, NULL,
          WAIT_TIME));
  ck_assert_ptr_nonnull (scene->recording);
}

static void
stop (gpointer data)
{
  server_recording_stop (scene->recording);
  /* Whoever comes later starts nothing. */
  server_recording_stop (scene->recording);
}

static void
end (void)
{
  ck_assert (life_loop_post (scene->loop, stop, NULL, NULL));
  ck_assert (life_latch_wait (scene->ended,
          g_get_monotonic_time () + WAIT_TIME));
  ck_assert (server_recording_wait (scene->recording,
          g_get_monotonic_time () + WAIT_TIME));
}

START_TEST (test_all_that_came_is_in_the_file)
{
  g_autoptr (GPtrArray) film = film_new (server_codec_find ("H264"), 25, 128);

  begin ("H264");
  film_push (film, scene->fan, scene->turn);
  end ();
  ck_assert_ptr_null (scene->error);
  ck_assert (g_str_has_prefix (scene->file, "film."));
  ck_assert (g_str_has_suffix (scene->file, ".mkv"));
  ck_assert_uint_eq (scene->begun, 1);
  g_autofree gchar *path = g_build_filename (scene->folder, scene->file, NULL);
  ck_assert_uint_eq (film_count_frames (path), 25);
}

END_TEST;

START_TEST (test_packets_may_come_out_of_order)
{
  g_autoptr (GPtrArray) film = film_new (server_codec_find ("VP8"), 25, 512);

  /* The first one is where a consumer begins. */
  for (guint i = 1; i + 1 < film->len; i += 2) {
    gpointer swapped = film->pdata[i];
    film->pdata[i] = film->pdata[i + 1];
    film->pdata[i + 1] = swapped;
  }
  begin ("VP8");
  film_push (film, scene->fan, scene->turn);
  end ();
  ck_assert_ptr_null (scene->error);
  g_autofree gchar *path = g_build_filename (scene->folder, scene->file, NULL);
  ck_assert_uint_eq (film_count_frames (path), 25);
}

END_TEST;

START_TEST (test_a_key_frame_is_asked_for)
{
  begin ("VP8");
  ck_assert_int_eq (g_atomic_int_get (&scene->asked), 1);
  end ();
}

END_TEST;

START_TEST (test_of_a_track_that_never_speaks_there_is_no_file)
{
  begin ("OPUS");
  end ();
  ck_assert_ptr_null (scene->error);
  ck_assert_ptr_null (scene->file);
  ck_assert_uint_eq (scene->begun, 0);
  /* The folder is empty. */
  ck_assert_int_eq (g_rmdir (scene->folder), 0);
}

END_TEST;

START_TEST (test_what_cannot_be_written_ends_it_by_itself)
{
  g_autoptr (GPtrArray) film = film_new (server_codec_find ("PCMU"), 5, 0);
  ServerFanCounts counts;

  begin ("PCMU");
  ck_assert_int_eq (g_rmdir (scene->folder), 0);
  film_push (film, scene->fan, scene->turn);
  ck_assert (life_latch_wait (scene->ended,
          g_get_monotonic_time () + WAIT_TIME));
  ck_assert_ptr_nonnull (scene->error);
  ck_assert (g_error_matches (scene->error, G_FILE_ERROR, G_FILE_ERROR_NOENT));
  ck_assert_uint_eq (scene->begun, 0);
  server_fan_get_counts (scene->fan, &counts);
  ck_assert_uint_eq (counts.consumers, 0);
  ck_assert (server_recording_wait (scene->recording,
          g_get_monotonic_time () + WAIT_TIME));
}

END_TEST;

START_TEST (test_a_wait_has_an_end)
{
  begin ("OPUS");
  ck_assert (!server_recording_wait (scene->recording,
          g_get_monotonic_time ()));
  end ();
}

END_TEST;

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  if (!film_can_look ()) {
    g_print ("SKIP ffmpeg is not installed\n");
    return 77;
  }
  Suite *suite = suite_create ("serverrecording");
  TCase *tcase = tcase_create ("all");
  tcase_set_timeout (tcase, 120);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_all_that_came_is_in_the_file);
  tcase_add_test (tcase, test_packets_may_come_out_of_order);
  tcase_add_test (tcase, test_a_key_frame_is_asked_for);
  tcase_add_test (tcase, test_of_a_track_that_never_speaks_there_is_no_file);
  tcase_add_test (tcase, test_what_cannot_be_written_ends_it_by_itself);
  tcase_add_test (tcase, test_a_wait_has_an_end);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

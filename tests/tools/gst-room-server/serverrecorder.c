/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverrecorder.h"

#include "film.h"
#include "servershelf.h"

#include "life/lifelock.h"

#include <check.h>
#include <glib/gstdio.h>
#include <string.h>

#define WAIT_TIME (60 * G_TIME_SPAN_SECOND)

typedef struct
{
  LifeLoop *loop;
  gchar *folder;
  ServerRecorder *recorder;

  LifeLock lock;                /* guards all below */
  LifeCond changed;
  GPtrArray *begun;
  GPtrArray *finished;
  GPtrArray *failed;
} Scene;

static Scene *scene;

static void
note (GPtrArray * list, const gchar * text)
{
  LIFE_LOCK_HOLD (&scene->lock);

  g_ptr_array_add (list, g_strdup (text));
  life_cond_broadcast (&scene->changed);
}

static void
on_begun (const gchar * file, gpointer data)
{
  note (scene->begun, file);
}

static void
on_finished (const gchar * file, gpointer data)
{
  note (scene->finished, file);
}

static void
on_failed (const gchar * text, gpointer data)
{
  note (scene->failed, text);
}

static const ServerRecorderFuncs funcs = { on_begun, on_finished, on_failed };

static void
setup (void)
{
  scene = g_new0 (Scene, 1);
  scene->folder = g_dir_make_tmp ("recorder-XXXXXX", NULL);
  scene->loop = life_loop_new ("recorder");
  ck_assert (life_loop_start (scene->loop, NULL));
  scene->begun = g_ptr_array_new_with_free_func (g_free);
  scene->finished = g_ptr_array_new_with_free_func (g_free);
  scene->failed = g_ptr_array_new_with_free_func (g_free);
  life_lock_init (&scene->lock);
  life_cond_init (&scene->changed);
  scene->recorder = server_recorder_new (scene->loop, scene->folder, &funcs,
      NULL, NULL);
  ck_assert_ptr_nonnull (scene->recorder);
}

static void
teardown (void)
{
  g_autoptr (GDir) dir = g_dir_open (scene->folder, 0, NULL);
  const gchar *name;

  ck_assert (life_loop_stop (scene->loop, WAIT_TIME));
  life_loop_unref (scene->loop);
  server_recorder_free (scene->recorder);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree gchar *path = g_build_filename (scene->folder, name, NULL);
    g_unlink (path);
  }
  g_rmdir (scene->folder);
  g_free (scene->folder);
  g_ptr_array_unref (scene->begun);
  g_ptr_array_unref (scene->finished);
  g_ptr_array_unref (scene->failed);
  life_cond_clear (&scene->changed);
  life_lock_clear (&scene->lock);
  g_free (scene);
}

/* Waits for a text on @list that begins with @start; how many there are. */
static guint
wait_for (GPtrArray * list, guint count, const gchar * start)
{
  gint64 end_time = life_cond_end_time (WAIT_TIME);
  LIFE_LOCK_HOLD (&scene->lock);

  for (;;) {
    guint found = 0;
    for (guint i = 0; i < list->len; i++) {
      if (g_str_has_prefix (g_ptr_array_index (list, i), start))
        found++;
    }
    if (found >= count)
      return found;
    ck_assert_msg (life_cond_wait_until (&scene->changed, &scene->lock,
            end_time), "%u of %u '%s'", found, count, start);
  }
}

typedef struct
{
  const gchar *identity;
  ServerFan *fan;
} Call;

static void
run_begin (gpointer data)
{
  Call *call = data;

  server_recorder_begin (scene->recorder, "stage", call->identity, "camera",
      call->fan);
}

static void
run_end (gpointer data)
{
  server_recorder_end (scene->recorder, data);
}

static void
run_stop (gpointer data)
{
  server_recorder_stop (scene->recorder);
}

static void
begin (const gchar * identity, ServerFan * fan)
{
  Call call = { identity, fan };

  ck_assert (life_loop_call (scene->loop, run_begin, &call, NULL, WAIT_TIME));
}

static void
end (ServerFan * fan)
{
  ck_assert (life_loop_call (scene->loop, run_end, fan, NULL, WAIT_TIME));
}

static guint
stop (gint64 timeout)
{
  ck_assert (life_loop_call (scene->loop, run_stop, NULL, NULL, WAIT_TIME));
  return server_recorder_wait (scene->recorder,
      g_get_monotonic_time () + timeout);
}

/* The frames in each file whose name begins with @start, added up; @files gets
 * how many there are. */
static guint
count_frames (const gchar * start, guint * files)
{
  g_autoptr (GDir) dir = g_dir_open (scene->folder, 0, NULL);
  const gchar *name;
  guint frames = 0;

  *files = 0;
  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree gchar *path = g_build_filename (scene->folder, name, NULL);
    if (!g_str_has_prefix (name, start))
      continue;
    ck_assert_msg (g_str_has_suffix (name, ".mkv"), "%s", name);
    frames += film_count_frames (path);
    (*files)++;
  }
  return frames;
}

START_TEST (test_each_track_has_a_file_of_its_own)
{
  g_autoptr (GPtrArray) film = film_new (server_codec_find ("VP8"), 20, 128);
  g_autoptr (ServerFan) first = server_fan_new (server_codec_find ("VP8"));
  g_autoptr (ServerFan) second = server_fan_new (server_codec_find ("VP8"));
  ServerFanSource source = { NULL };
  guint files;

  begin ("anna", first);
  begin ("ben", second);
  film_push (film, first, server_fan_begin (first, &source, NULL));
  film_push (film, second, server_fan_begin (second, &source, NULL));
  end (first);
  end (second);
  wait_for (scene->finished, 2, scene->folder);
  ck_assert_uint_eq (wait_for (scene->begun, 2, scene->folder), 2);
  ck_assert_uint_eq (count_frames ("stage.anna.camera.", &files), 20);
  ck_assert_uint_eq (files, 1);
  ck_assert_uint_eq (count_frames ("stage.ben.camera.", &files), 20);
  ck_assert_uint_eq (files, 1);
  ck_assert_uint_eq (scene->failed->len, 0);
}

END_TEST;

START_TEST (test_a_publisher_that_comes_back_gets_a_new_file)
{
  g_autoptr (GPtrArray) film = film_new (server_codec_find ("VP8"), 20, 128);
  g_autoptr (ServerFan) fan = server_fan_new (server_codec_find ("VP8"));
  ServerFanSource source = { NULL };
  guint files;

  for (guint i = 0; i < 3; i++) {
    /* The second time without a word about the end. */
    begin ("anna", fan);
    film_push (film, fan, server_fan_begin (fan, &source, NULL));
    if (i != 0)
      end (fan);
  }
  wait_for (scene->finished, 3, scene->folder);
  ck_assert_uint_eq (count_frames ("stage.anna.camera.", &files), 60);
  ck_assert_uint_eq (files, 3);
}

END_TEST;

START_TEST (test_the_stop_finishes_all_and_begins_none)
{
  g_autoptr (GPtrArray) film = film_new (server_codec_find ("VP8"), 20, 128);
  g_autoptr (ServerFan) fan = server_fan_new (server_codec_find ("VP8"));
  ServerFanSource source = { NULL };
  ServerFanCounts counts;
  guint files;

  begin ("anna", fan);
  film_push (film, fan, server_fan_begin (fan, &source, NULL));
  ck_assert_uint_eq (stop (WAIT_TIME), 0);
  ck_assert_uint_eq (count_frames ("stage.anna.camera.", &files), 20);
  begin ("anna", fan);
  server_fan_get_counts (fan, &counts);
  ck_assert_uint_eq (counts.consumers, 0);
}

END_TEST;

static void
make_shelf (gpointer data)
{
  ServerShelf **shelf = data;

  *shelf = server_shelf_new (scene->loop, WAIT_TIME, scene->recorder);
}

/* As a room does: publishes, takes it back, and publishes the same again. */
static void
publish_twice (gpointer data)
{
  ServerShelf *shelf = data;
  const ServerCodec *codec = server_codec_find ("PCMU");
  g_autoptr (GPtrArray) film = film_new (codec, 10, 0);
  ServerFanSource source = { NULL };

  for (guint i = 0; i < 2; i++) {
    ServerFan *fan =
        server_shelf_take (shelf, "stage", "anna", "mic", 0, codec);
    film_push (film, fan, server_fan_begin (fan, &source, NULL));
    if (i == 0)
      server_shelf_give_back (shelf, fan);
  }
}

static void
free_shelf (gpointer data)
{
  server_shelf_free (data);
}

START_TEST (test_all_that_a_shelf_lends_is_recorded)
{
  ServerShelf *shelf;
  guint files;

  ck_assert (life_loop_call (scene->loop, make_shelf, &shelf, NULL, WAIT_TIME));
  ck_assert (life_loop_call (scene->loop, publish_twice, shelf, NULL,
          WAIT_TIME));
  wait_for (scene->finished, 1, scene->folder);
  /* It ends what is published still. */
  ck_assert (life_loop_call (scene->loop, free_shelf, shelf, NULL, WAIT_TIME));
  wait_for (scene->finished, 2, scene->folder);
  ck_assert_uint_eq (count_frames ("stage.anna.mic.", &files), 20);
  ck_assert_uint_eq (files, 2);
}

END_TEST;

START_TEST (test_what_cannot_be_recorded_is_said_once)
{
  g_autoptr (ServerFan) first = server_fan_new (server_codec_find ("AV1"));
  g_autoptr (ServerFan) second = server_fan_new (server_codec_find ("AV1"));

  begin ("anna", first);
  begin ("ben", second);
  ck_assert_uint_eq (wait_for (scene->failed, 1, "AV1 is not recorded"), 1);
  ck_assert_uint_eq (scene->failed->len, 1);
}

END_TEST;

START_TEST (test_the_same_trouble_is_told_once)
{
  const ServerCodec *codec = server_codec_find ("PCMU");
  g_autoptr (GPtrArray) film = film_new (codec, 5, 0);
  g_autoptr (GPtrArray) fans =
      g_ptr_array_new_with_free_func ((GDestroyNotify) server_fan_unref);
  ServerFanSource source = { NULL };

  ck_assert_int_eq (g_rmdir (scene->folder), 0);
  for (guint i = 0; i < 3; i++) {
    ServerFan *fan = server_fan_new (codec);
    g_ptr_array_add (fans, fan);
    begin ("anna", fan);
    film_push (film, fan, server_fan_begin (fan, &source, NULL));
  }
  wait_for (scene->failed, 1, "recording into ");
  ck_assert_uint_eq (stop (WAIT_TIME), 0);
  /* All have ended and said so. */
  ck_assert_uint_eq (scene->failed->len, 1);
  ck_assert_ptr_nonnull (strstr (scene->failed->pdata[0],
          "No such file or directory"));
}

END_TEST;

START_TEST (test_a_folder_that_cannot_be_written_is_refused)
{
  static const gchar *const folders[] = { "/nowhere/at/all", "/dev/null" };

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++) {
    g_autoptr (GError) error = NULL;
    ck_assert_ptr_null (server_recorder_new (scene->loop, folders[i], &funcs,
            NULL, &error));
    ck_assert_msg (g_str_has_prefix (error->message, "cannot record into /"),
        "%s", error->message);
  }
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
  Suite *suite = suite_create ("serverrecorder");
  TCase *tcase = tcase_create ("all");
  tcase_set_timeout (tcase, 120);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_each_track_has_a_file_of_its_own);
  tcase_add_test (tcase, test_a_publisher_that_comes_back_gets_a_new_file);
  tcase_add_test (tcase, test_the_stop_finishes_all_and_begins_none);
  tcase_add_test (tcase, test_all_that_a_shelf_lends_is_recorded);
  tcase_add_test (tcase, test_what_cannot_be_recorded_is_said_once);
  tcase_add_test (tcase, test_the_same_trouble_is_told_once);
  tcase_add_test (tcase, test_a_folder_that_cannot_be_written_is_refused);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

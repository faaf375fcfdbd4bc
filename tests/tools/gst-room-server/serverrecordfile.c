/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverrecordfile.h"

#include <check.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* 2026-11-21 10:11:12.034567 UTC */
#define TIME (G_GINT64_CONSTANT (1795255872) * G_USEC_PER_SEC + 34567)
#define STAMP ".20261121-101112-034"

static gchar *folder;
static gint folder_fd;

static void
setup (void)
{
  folder = g_dir_make_tmp ("record-XXXXXX", NULL);
  ck_assert_ptr_nonnull (folder);
  folder_fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  ck_assert_int_ge (folder_fd, 0);
}

static void
teardown (void)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const gchar *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    unlinkat (folder_fd, name, 0);
  close (folder_fd);
  g_rmdir (folder);
  g_free (folder);
}

static void
assert_name (const gchar * room, const gchar * identity, const gchar * track,
    const gchar * expected)
{
  g_autofree gchar *name = server_record_file_make_name (room, identity, track);

  ck_assert_str_eq (name, expected);
}

static void
put (const gchar * name, const gchar * text)
{
  g_autofree gchar *path = g_build_filename (folder, name, NULL);

  ck_assert (g_file_set_contents (path, text, -1, NULL));
}

static void
assert_content (const gchar * name, const gchar * text)
{
  g_autofree gchar *path = g_build_filename (folder, name, NULL);
  g_autofree gchar *content = NULL;

  ck_assert_msg (g_file_get_contents (path, &content, NULL, NULL), "no %s",
      name);
  ck_assert_str_eq (content, text);
}

static guint
count_files (void)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint count = 0;

  while (g_dir_read_name (dir) != NULL)
    count++;
  return count;
}

static ServerRecordFile *
make (const gchar * name)
{
  g_autoptr (GError) error = NULL;
  ServerRecordFile *file =
      server_record_file_new (folder_fd, name, TIME, &error);

  ck_assert_msg (file != NULL, "%s", error != NULL ? error->message : "");
  return file;
}

static void
fill (ServerRecordFile * file, const gchar * text)
{
  gssize size = strlen (text);

  ck_assert_int_eq (write (server_record_file_get_fd (file), text, size), size);
}

START_TEST (test_a_name_says_who_and_what)
{
  assert_name ("stage", "anna-2", "camera", "stage.anna-2.camera");
  assert_name ("Bühne", "アンナ", "θ1", "Bühne.アンナ.θ1");
}

END_TEST;

START_TEST (test_no_name_leaves_the_folder_or_hides_a_file)
{
  assert_name ("../..", "/etc/passwd", "..", "_____._etc_passwd.__");
  assert_name (".hidden", ".", "", "_hidden._._");
  assert_name ("-rf", "a b", "c\nd", "_rf.a_b.c_d");
  assert_name ("a\\b", "%2e%2e", "x.mkv", "a_b._2e_2e.x_mkv");
  /* Bytes that are no text, and what turns the text around them. */
  assert_name ("a\xff", "\xe2\x80\xae" "b", "c", "a_._b.c");
}

END_TEST;

START_TEST (test_the_longest_names_fit_a_file_system)
{
  g_autofree gchar *plain = g_strnfill (256, 'x');
  g_autoptr (GString) wide = g_string_new (NULL);

  for (guint i = 0; i < 80; i++)
    g_string_append (wide, "字");
  g_autofree gchar *name =
      server_record_file_make_name (plain, wide->str, plain);
  ck_assert (g_utf8_validate (name, -1, NULL));
  server_record_file_free (make (name));
}

END_TEST;

START_TEST (test_a_file_is_for_its_owner_and_group)
{
  struct stat status;
  mode_t mask = umask (0);
  g_autoptr (ServerRecordFile) file = make ("a");

  ck_assert_int_eq (fstat (server_record_file_get_fd (file), &status), 0);
  ck_assert_int_eq (status.st_mode & 07777, 0640);
  umask (077);
  g_autoptr (ServerRecordFile) other = make ("b");
  ck_assert_int_eq (fstat (server_record_file_get_fd (other), &status), 0);
  ck_assert_int_eq (status.st_mode & 07777, 0600);
  umask (mask);
}

END_TEST;

START_TEST (test_a_whole_file_has_its_own_name)
{
  g_autoptr (ServerRecordFile) file = make ("a");

  ck_assert_str_eq (server_record_file_get_name (file), "a" STAMP ".mkv.part");
  fill (file, "film");
  assert_content ("a" STAMP ".mkv.part", "film");
  ck_assert (server_record_file_finish (file, NULL));
  ck_assert_str_eq (server_record_file_get_name (file), "a" STAMP ".mkv");
  assert_content ("a" STAMP ".mkv", "film");
  ck_assert_uint_eq (count_files (), 1);
}

END_TEST;

START_TEST (test_what_was_not_finished_stays_a_part)
{
  ServerRecordFile *file = make ("a");

  fill (file, "half");
  server_record_file_free (file);
  assert_content ("a" STAMP ".mkv.part", "half");
}

END_TEST;

START_TEST (test_of_nothing_nothing_is_left)
{
  server_record_file_free (make ("a"));
  ck_assert_uint_eq (count_files (), 0);
}

END_TEST;

START_TEST (test_nothing_is_overwritten)
{
  put ("a" STAMP ".mkv", "first");
  put ("a" STAMP "-2.mkv.part", "second");
  g_autoptr (ServerRecordFile) file = make ("a");
  ck_assert_str_eq (server_record_file_get_name (file),
      "a" STAMP "-3.mkv.part");
  fill (file, "third");
  /* Somebody is quicker. */
  put ("a" STAMP "-3.mkv", "other");
  ck_assert (server_record_file_finish (file, NULL));
  assert_content ("a" STAMP ".mkv", "first");
  assert_content ("a" STAMP "-2.mkv.part", "second");
  assert_content ("a" STAMP "-3.mkv", "other");
  assert_content ("a" STAMP "-3-2.mkv", "third");
}

END_TEST;

START_TEST (test_a_link_is_not_followed)
{
  g_autofree gchar *target = g_build_filename (folder, "target", NULL);

  ck_assert_int_eq (symlinkat (target, folder_fd, "a" STAMP ".mkv.part"), 0);
  ck_assert_int_eq (symlinkat (target, folder_fd, "a" STAMP "-2.mkv"), 0);
  g_autoptr (ServerRecordFile) file = make ("a");
  ck_assert_str_eq (server_record_file_get_name (file),
      "a" STAMP "-3.mkv.part");
  ck_assert (!g_file_test (target, G_FILE_TEST_EXISTS));
}

END_TEST;

START_TEST (test_a_folder_that_has_gone_is_an_error_with_words)
{
  g_autoptr (GError) error = NULL;

  ck_assert_int_eq (g_rmdir (folder), 0);
  ck_assert_ptr_null (server_record_file_new (folder_fd, "a", TIME, &error));
  ck_assert_str_eq (error->message,
      "a" STAMP ".mkv.part: No such file or directory");
  ck_assert_int_eq (g_mkdir (folder, 0700), 0);
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("serverrecordfile");
  TCase *tcase = tcase_create ("all");
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_a_name_says_who_and_what);
  tcase_add_test (tcase, test_no_name_leaves_the_folder_or_hides_a_file);
  tcase_add_test (tcase, test_the_longest_names_fit_a_file_system);
  tcase_add_test (tcase, test_a_file_is_for_its_owner_and_group);
  tcase_add_test (tcase, test_a_whole_file_has_its_own_name);
  tcase_add_test (tcase, test_what_was_not_finished_stays_a_part);
  tcase_add_test (tcase, test_of_nothing_nothing_is_left);
  tcase_add_test (tcase, test_nothing_is_overwritten);
  tcase_add_test (tcase, test_a_link_is_not_followed);
  tcase_add_test (tcase, test_a_folder_that_has_gone_is_an_error_with_words);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

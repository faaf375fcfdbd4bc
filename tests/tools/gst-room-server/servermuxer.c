/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a foreign decoder finds in the files. */
#include "servermuxer.h"

#include "film.h"
#include "servertimeline.h"

#include <check.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

static const gchar *const names[] = { "H264", "H265", "VP8", "VP9", "OPUS",
  "PCMU", "PCMA"
};

static gchar *path;
static gint fd;

static void
setup (void)
{
  fd = g_file_open_tmp ("muxed-XXXXXX.mkv", &path, NULL);
  ck_assert_int_ge (fd, 0);
}

static void
teardown (void)
{
  close (fd);
  g_unlink (path);
  g_free (path);
}

/* Pushes @film, from the time @offset on. */
static void
push (ServerMuxer * muxer, const ServerCodec * codec, GPtrArray * film,
    GstClockTime offset)
{
  ServerTimeline line;

  server_timeline_init (&line, codec->clock_rate);
  for (guint i = 0; i < film->len; i++) {
    GstBuffer *packet = gst_buffer_copy (g_ptr_array_index (film, i));
    g_autoptr (GError) error = NULL;
    ServerPacket header;
    GstMapInfo map;
    ck_assert (gst_buffer_map (packet, &map, GST_MAP_READ));
    ck_assert (server_packet_parse (&header, map.data, map.size));
    gst_buffer_unmap (packet, &map);
    GST_BUFFER_PTS (packet) =
        offset + server_timeline_get (&line, header.timestamp, 0);
    ck_assert_msg (server_muxer_push (muxer, packet, &error), "%s",
        error != NULL ? error->message : "");
  }
}

static void
assert_red (void)
{
  guint8 rgb[3];

  film_get_colour (path, rgb);
  ck_assert_msg (rgb[0] > 200 && rgb[1] < 60 && rgb[2] < 60, "%u %u %u", rgb[0],
      rgb[1], rgb[2]);
}

START_TEST (test_every_frame_of_each_codec_is_found_by_others)
{
  const ServerCodec *codec = server_codec_find (names[_i]);
  g_autoptr (GPtrArray) film = film_new (codec, 40, 128);
  g_autoptr (ServerMuxer) muxer = server_muxer_new (codec, fd, NULL);

  ck_assert (server_muxer_takes (codec));
  ck_assert_ptr_nonnull (muxer);
  push (muxer, codec, film, 0);
  ck_assert (server_muxer_finish (muxer, NULL));
  gdouble seconds = film_get_duration (path);
  if (codec->video) {
    ck_assert_uint_eq (film_count_frames (path), 40);
    ck_assert_msg (seconds > 1.5 && seconds < 1.7, "%f s", seconds);
    assert_red ();
  } else {
    ck_assert_uint_ge (film_count_frames (path), 40);
    ck_assert_msg (seconds > 0.7 && seconds < 0.9, "%f s", seconds);
  }
}

END_TEST;

/* As browsers do when the network gets worse or better. */
START_TEST (test_a_size_that_changes_stays_in_one_file)
{
  const ServerCodec *codec = server_codec_find (names[_i]);
  g_autoptr (GPtrArray) small = film_new (codec, 30, 128);
  g_autoptr (GPtrArray) large = film_new (codec, 30, 256);
  g_autoptr (ServerMuxer) muxer = server_muxer_new (codec, fd, NULL);

  push (muxer, codec, small, 0);
  push (muxer, codec, large, 1200 * GST_MSECOND);
  ck_assert (server_muxer_finish (muxer, NULL));
  ck_assert_uint_eq (film_count_frames (path), 60);
  assert_red ();
}

END_TEST;

START_TEST (test_a_disk_that_is_full_is_an_error_with_words)
{
  const ServerCodec *codec = server_codec_find ("VP8");
  g_autoptr (GPtrArray) film = film_new (codec, 1, 128);
  g_autoptr (GError) error = NULL;
  gint full = open ("/dev/full", O_WRONLY | O_CLOEXEC);

  ck_assert_int_ge (full, 0);
  g_autoptr (ServerMuxer) muxer = server_muxer_new (codec, full, NULL);
  GstBuffer *packet = gst_buffer_copy (g_ptr_array_index (film, 0));
  GST_BUFFER_PTS (packet) = 0;
  gboolean pushed = server_muxer_push (muxer, packet, &error);
  if (pushed)
    pushed = server_muxer_finish (muxer, &error);
  ck_assert (!pushed);
  ck_assert (g_error_matches (error, GST_RESOURCE_ERROR,
          GST_RESOURCE_ERROR_NO_SPACE_LEFT));
  close (full);
}

END_TEST;

START_TEST (test_what_has_no_depayloader_is_not_taken)
{
  ck_assert (!server_muxer_takes (server_codec_find ("AV1")));
}

END_TEST;

START_TEST (test_a_file_of_nothing_can_be_finished)
{
  g_autoptr (ServerMuxer) muxer =
      server_muxer_new (server_codec_find ("VP8"), fd, NULL);

  ck_assert_ptr_nonnull (muxer);
  server_muxer_finish (muxer, NULL);
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
  Suite *suite = suite_create ("servermuxer");
  TCase *tcase = tcase_create ("all");
  tcase_set_timeout (tcase, 60);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_loop_test (tcase,
      test_every_frame_of_each_codec_is_found_by_others, 0,
      G_N_ELEMENTS (names));
  tcase_add_loop_test (tcase, test_a_size_that_changes_stays_in_one_file, 0, 4);
  tcase_add_test (tcase, test_a_disk_that_is_full_is_an_error_with_words);
  tcase_add_test (tcase, test_what_has_no_depayloader_is_not_taken);
  tcase_add_test (tcase, test_a_file_of_nothing_can_be_finished);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}

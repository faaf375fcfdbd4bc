/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "film.h"

#include <gio/gio.h>
#include <stdlib.h>
#include <string.h>

#define PICTURE "videotestsrc pattern=red num-buffers=%u " \
    "! video/x-raw,format=I420,width=%u,height=96,framerate=25/1 ! "
#define TONE "audiotestsrc num-buffers=%u samplesperbuffer=%u " \
    "! audio/x-raw,rate=%u,channels=1 ! "

static const struct
{
  const gchar *codec;
  const gchar *line;
} lines[] = {
  {"H264", "x264enc tune=zerolatency key-int-max=25 speed-preset=1 "
        "! rtph264pay config-interval=-1"},
  {"H265", "x265enc tune=zerolatency key-int-max=25 speed-preset=1 "
        "log-level=none ! rtph265pay config-interval=-1"},
  {"VP8", "vp8enc deadline=1 keyframe-max-dist=25 ! rtpvp8pay"},
  {"VP9", "vp9enc deadline=1 keyframe-max-dist=25 ! rtpvp9pay"},
  {"OPUS", "opusenc ! rtpopuspay"},
  {"PCMU", "mulawenc ! rtppcmupay"},
  {"PCMA", "alawenc ! rtppcmapay"},
};

static gchar *
describe (const ServerCodec * codec, guint frames, guint width)
{
  GString *line = g_string_new (NULL);

  if (codec->video)
    g_string_append_printf (line, PICTURE, frames, width);
  else
    g_string_append_printf (line, TONE, frames, codec->clock_rate / 50,
        codec->clock_rate);
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++) {
    if (g_str_equal (lines[i].codec, codec->name))
      g_string_append (line, lines[i].line);
  }
  g_string_append_printf (line, " pt=%u mtu=1200 ! fakesink name=end "
      "signal-handoffs=true sync=false", codec->pt);
  return g_string_free (line, FALSE);
}

static void
on_packet (GstElement * sink, GstBuffer * buffer, GstPad * pad, gpointer data)
{
  g_ptr_array_add (data, gst_buffer_ref (buffer));
}

GPtrArray *
film_new (const ServerCodec * codec, guint frames, guint width)
{
  GPtrArray *film = g_ptr_array_new_with_free_func (
      (GDestroyNotify) gst_buffer_unref);
  g_autofree gchar *line = describe (codec, frames, width);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = gst_parse_launch (line, &error);

  g_assert_no_error (error);
  g_autoptr (GstElement) end = gst_bin_get_by_name (GST_BIN (pipeline), "end");
  g_signal_connect (end, "handoff", G_CALLBACK (on_packet), film);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (bus,
      60 * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  g_assert_nonnull (message);
  g_assert_cmpint (GST_MESSAGE_TYPE (message), ==, GST_MESSAGE_EOS);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return film;
}

void
film_push (GPtrArray * film, ServerFan * fan, guint turn)
{
  gint64 now = g_get_monotonic_time ();

  for (guint i = 0; i < film->len; i++)
    g_assert_true (server_fan_push (fan, turn, g_ptr_array_index (film, i),
            now));
}

gboolean
film_can_look (void)
{
  g_autofree gchar *probe = g_find_program_in_path ("ffprobe");
  g_autofree gchar *player = g_find_program_in_path ("ffmpeg");

  return probe != NULL && player != NULL;
}

static gchar *
ask (const gchar * path, const gchar * what, gboolean count)
{
  const gchar *words[] = { "ffprobe", "-v", "error", "-of",
    "default=noprint_wrappers=1:nokey=1", "-show_entries", what, path,
    count ? "-count_frames" : NULL, NULL
  };
  g_autoptr (GError) error = NULL;
  g_autofree gchar *problem = NULL;
  gchar *answer = NULL;
  gint status;

  g_assert_true (g_spawn_sync (NULL, (gchar **) words, NULL,
          G_SPAWN_SEARCH_PATH, NULL, NULL, &answer, &problem, &status, &error));
  g_assert_cmpstr (problem, ==, "");
  g_assert_true (g_spawn_check_wait_status (status, NULL));
  return g_strstrip (answer);
}

guint
film_count_frames (const gchar * path)
{
  g_autofree gchar *answer = ask (path, "stream=nb_read_frames", TRUE);

  return strtoul (answer, NULL, 10);
}

gdouble
film_get_duration (const gchar * path)
{
  g_autofree gchar *answer = ask (path, "format=duration", FALSE);

  return g_ascii_strtod (answer, NULL);
}

void
film_get_colour (const gchar * path, guint8 rgb[3])
{
  g_autofree gchar *line = g_strdup_printf ("ffmpeg -v error -i %s -frames:v 1 "
      "-vf crop=2:2,scale=1:1 -pix_fmt rgb24 -f rawvideo -", path);
  g_auto (GStrv) words = g_strsplit (line, " ", -1);
  g_autoptr (GSubprocess) player = g_subprocess_newv (
      (const gchar * const *) words, G_SUBPROCESS_FLAGS_STDOUT_PIPE, NULL);
  g_autoptr (GBytes) picture = NULL;

  g_assert_nonnull (player);
  g_assert_true (g_subprocess_communicate (player, NULL, NULL, &picture, NULL,
          NULL));
  g_assert_cmpuint (g_bytes_get_size (picture), ==, 3);
  memcpy (rgb, g_bytes_get_data (picture, NULL), 3);
}

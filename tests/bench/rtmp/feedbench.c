/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* feedbench: what an element costs that takes FLV, without a muxer before it.
 *
 *   feedbench FILE source MBYTES ELEMENT
 *   feedbench FILE live SECONDS ELEMENT
 *
 * ELEMENT as in a launch line is given FILE's tags again and again, each in a
 * buffer of its own, as fast as it takes them or at their times. Prints what
 * the process has used from PLAYING to the end of the stream: CPU, and how
 * often a thread went to sleep. */

#include "benchtape.h"
#include "rtmp/rtmpgrade.h"

#include <gst/app/gstappsrc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

static GstBuffer *
new_buffer (const RtmpFlvTag * tag)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (tag->data, &size);
  guint8 *out = g_malloc (RTMP_FLV_TAG_HEADER + size + RTMP_FLV_TAG_TRAILER);

  rtmp_flv_tag_write_header (tag, out);
  memcpy (out + RTMP_FLV_TAG_HEADER, data, size);
  rtmp_flv_tag_write_trailer (tag, out + RTMP_FLV_TAG_HEADER + size);
  GstBuffer *buffer = gst_buffer_new_wrapped (out,
      RTMP_FLV_TAG_HEADER + size + RTMP_FLV_TAG_TRAILER);
  GST_BUFFER_DTS (buffer) = GST_BUFFER_PTS (buffer) =
      tag->timestamp * GST_MSECOND;
  return buffer;
}

static gboolean
is_header (const RtmpFlvTag * tag)
{
  RtmpGrade grade;
  gsize size;
  const guint8 *data = g_bytes_get_data (tag->data, &size);

  rtmp_grade_read (&grade, tag->type, data, size);
  return grade.kind == RTMP_GRADE_HEADER;
}

/* As of flvmux: with the headers that @buffers begin with. */
static GstCaps *
new_caps (GQueue * buffers, guint n_headers)
{
  GstCaps *caps = gst_caps_new_empty_simple ("video/x-flv");
  GValue headers = G_VALUE_INIT;

  g_value_init (&headers, GST_TYPE_ARRAY);
  for (guint i = 0; i < n_headers; i++) {
    GValue header = G_VALUE_INIT;
    GstBuffer *buffer = g_queue_peek_nth (buffers, i);
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_HEADER);
    g_value_init (&header, GST_TYPE_BUFFER);
    gst_value_set_buffer (&header, buffer);
    gst_value_array_append_and_take_value (&headers, &header);
  }
  gst_caps_set_value (caps, "streamheader", &headers);
  g_value_unset (&headers);
  return caps;
}

/* All before the clock runs: what is measured is not how they are made. */
static GQueue *
new_buffers (const gchar * file, guint64 bytes, guint64 ms, guint * n_headers)
{
  g_autoptr (BenchTape) tape = bench_tape_new (file);
  GQueue *buffers = g_queue_new ();
  guint8 head[RTMP_FLV_FILE_HEADER];

  rtmp_flv_write_file_header (TRUE, TRUE, head);
  g_queue_push_tail (buffers, gst_buffer_new_memdup (head, sizeof head));
  for (guint64 made = 0;;) {
    const RtmpFlvTag *tag = bench_tape_next (tape);
    if (made >= bytes || tag->timestamp >= ms)
      return buffers;
    made += tag->size;
    g_queue_push_tail (buffers, new_buffer (tag));
    if (*n_headers + 2 == buffers->length && is_header (tag))
      (*n_headers)++;
  }
}

static gdouble
get_seconds (const struct timeval *time)
{
  return time->tv_sec + time->tv_usec / 1e6;
}

static void
wait_until (GstClock * clock, GstClockTime time)
{
  GstClockID id = gst_clock_new_single_shot_id (clock, time);

  gst_clock_id_wait (id, NULL);
  gst_clock_id_unref (id);
}

static void
feed (GstAppSrc * source, GQueue * buffers, gboolean live)
{
  g_autoptr (GstClock) clock = gst_system_clock_obtain ();
  GstClockTime began = gst_clock_get_time (clock);
  GstBuffer *buffer;

  while ((buffer = g_queue_pop_head (buffers)) != NULL) {
    if (live && GST_BUFFER_PTS_IS_VALID (buffer))
      wait_until (clock, began + GST_BUFFER_PTS (buffer));
    if (gst_app_src_push_buffer (source, buffer) != GST_FLOW_OK)
      break;
  }
  gst_app_src_end_of_stream (source);
}

/* FALSE, with words, when it has not come to its end. */
static gboolean
wait_end (GstElement * pipeline)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (bus,
      60 * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  g_autoptr (GError) error = NULL;

  if (message != NULL && GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS)
    return TRUE;
  if (message != NULL)
    gst_message_parse_error (message, &error, NULL);
  g_printerr ("%s\n", error != NULL ? error->message : "no end");
  return FALSE;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  struct rusage before, after;

  gst_init (&argc, &argv);
  if (argc != 5) {
    g_printerr ("usage: see the head of feedbench.c\n");
    return 2;
  }
  gboolean live = g_str_equal (argv[2], "live");
  guint64 limit = strtoull (argv[3], NULL, 10);
  g_autofree gchar *line = g_strdup_printf ("appsrc name=source format=time"
      " block=true max-bytes=4000000 is-live=%s ! %s",
      live ? "true" : "false", argv[4]);
  g_autoptr (GstElement) pipeline = gst_parse_launch (line, &error);
  if (error != NULL)
    g_error ("%s", error->message);
  g_autoptr (GstElement) source =
      gst_bin_get_by_name (GST_BIN (pipeline), "source");
  guint n_headers = 0;
  GQueue *buffers = new_buffers (argv[1], live ? G_MAXUINT64 : limit * 1000000,
      live ? limit * 1000 : G_MAXUINT64, &n_headers);
  g_autoptr (GstCaps) caps = new_caps (buffers, n_headers + 1);
  gst_app_src_set_caps (GST_APP_SRC (source), caps);

  getrusage (RUSAGE_SELF, &before);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  feed (GST_APP_SRC (source), buffers, live);
  gboolean ended = wait_end (pipeline);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  getrusage (RUSAGE_SELF, &after);
  g_queue_free_full (buffers, (GDestroyNotify) gst_buffer_unref);
  g_print ("{\"cpu\": %.4f, \"switches\": %ld}\n",
      get_seconds (&after.ru_utime) + get_seconds (&after.ru_stime)
      - get_seconds (&before.ru_utime) - get_seconds (&before.ru_stime),
      after.ru_nvcsw - before.ru_nvcsw);
  return ended ? 0 : 1;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* frameprint: runs a launch line to its end and prints each buffer that comes
 * to one of its fakesinks as one JSON object per line: the sink's name, the
 * times in milliseconds, whether it is a key frame, size and MD5. Caps come as
 * an object of their own, and so does what ended it. SIGINT and SIGTERM send an
 * end of stream through the pipeline. */

#include <glib-unix.h>
#include <gst/gst.h>
#include <stdio.h>

#define PRINTED_TIME 32

static GMutex output_lock;

/* @line is a JSON object. */
static void
print_line (const gchar * line)
{
  g_mutex_lock (&output_lock);
  puts (line);
  fflush (stdout);
  g_mutex_unlock (&output_lock);
}

static void
print_text (const gchar * event, const gchar * name, const gchar * text)
{
  g_autofree gchar *plain = g_strdelimit (g_strdup (text), "\"\\\n\t", '\'');
  g_autofree gchar *line = g_strdup_printf ("{\"event\": \"%s\", "
      "\"sink\": \"%s\", \"text\": \"%s\"}", event, name, plain);
  print_line (line);
}

static const gchar *
format_time (gchar buffer[PRINTED_TIME], GstClockTime time)
{
  if (!GST_CLOCK_TIME_IS_VALID (time))
    return "null";
  return g_ascii_formatd (buffer, PRINTED_TIME, "%.6f", time / 1e6);
}

static void
print_frame (const gchar * name, GstBuffer * buffer)
{
  gchar pts[PRINTED_TIME], dts[PRINTED_TIME];
  GstMapInfo map;
  gboolean key = !GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT);

  if (!gst_buffer_map (buffer, &map, GST_MAP_READ))
    return;
  g_autofree gchar *digest = g_compute_checksum_for_data (G_CHECKSUM_MD5,
      map.data, map.size);
  g_autofree gchar *line = g_strdup_printf ("{\"event\": \"frame\", "
      "\"sink\": \"%s\", \"pts\": %s, \"dts\": %s, \"key\": %s, "
      "\"size\": %" G_GSIZE_FORMAT ", \"md5\": \"%s\"}", name,
      format_time (pts, GST_BUFFER_PTS (buffer)),
      format_time (dts, GST_BUFFER_DTS (buffer)), key ? "true" : "false",
      map.size, digest);
  gst_buffer_unmap (buffer, &map);
  print_line (line);
}

static GstPadProbeReturn
on_data (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  const gchar *name = user_data;

  if (info->type & GST_PAD_PROBE_TYPE_BUFFER) {
    print_frame (name, GST_PAD_PROBE_INFO_BUFFER (info));
  } else if (GST_EVENT_TYPE (info->data) == GST_EVENT_CAPS) {
    GstCaps *caps;
    gst_event_parse_caps (GST_PAD_PROBE_INFO_EVENT (info), &caps);
    g_autofree gchar *text = gst_caps_to_string (caps);
    print_text ("caps", name, text);
  }
  return GST_PAD_PROBE_OK;
}

static void
watch_sink (const GValue * item, gpointer user_data)
{
  GstElement *sink = g_value_get_object (item);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");

  if (!g_str_equal (G_OBJECT_TYPE_NAME (sink), "GstFakeSink"))
    return;
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER |
      GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_data,
      gst_element_get_name (sink), g_free);
}

static gboolean
on_signal (gpointer user_data)
{
  gst_element_send_event (user_data, gst_event_new_eos ());
  return G_SOURCE_CONTINUE;
}

typedef struct
{
  GMainLoop *loop;
  gboolean failed;
} End;

static gboolean
on_message (GstBus * bus, GstMessage * message, gpointer user_data)
{
  End *end = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree gchar *debug = NULL;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS) {
    print_text ("eos", GST_MESSAGE_SRC_NAME (message), "");
  } else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    gst_message_parse_error (message, &error, &debug);
    print_text ("error", GST_MESSAGE_SRC_NAME (message), error->message);
    fprintf (stderr, "%s: %s: %s\n", GST_MESSAGE_SRC_NAME (message),
        error->message, debug ? debug : "");
    end->failed = TRUE;
  } else {
    return G_SOURCE_CONTINUE;
  }
  g_main_loop_quit (end->loop);
  return G_SOURCE_CONTINUE;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  gst_init (&argc, &argv);
  if (argc != 2) {
    fputs ("usage: frameprint LAUNCH-LINE\n", stderr);
    return 2;
  }
  g_autoptr (GstElement) pipeline = gst_parse_launch_full (argv[1], NULL,
      GST_PARSE_FLAG_FATAL_ERRORS, &error);
  if (pipeline == NULL || !GST_IS_PIPELINE (pipeline)) {
    fprintf (stderr, "%s\n", error ? error->message : "not a pipeline");
    return 1;
  }
  g_autoptr (GstIterator) sinks = gst_bin_iterate_sinks (GST_BIN (pipeline));
  gst_iterator_foreach (sinks, watch_sink, NULL);

  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  End end = { loop, FALSE };
  guint watch = gst_bus_add_watch (bus, on_message, &end);
  guint interrupt = g_unix_signal_add (SIGINT, on_signal, pipeline);
  guint term = g_unix_signal_add (SIGTERM, on_signal, pipeline);

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_main_loop_run (loop);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_source_remove (watch);
  g_source_remove (interrupt);
  g_source_remove (term);
  return end.failed ? 1 : 0;
}

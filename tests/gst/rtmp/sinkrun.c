/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sinkrun.h"

#include <string.h>

#include "rtmp/rtmpflvtag.h"

#define WAIT_TIME (60 * G_TIME_SPAN_SECOND)
#define STEP_MS 10
#define FRAME_MS 40

static const gchar metadata[17] = "\x02\x00\x0aonMetaData\x03\x00\x00\x09";

struct _SinkRun
{
  GstElement *pipeline;
  GstElement *src;
  GstElement *sink;
  GstBus *bus;
  GQueue *said;                 /* of GstStructure */
  gsize slice;
  guint32 time;
};

SinkRun *
sink_run_new (const gchar * location, const gchar * properties, gboolean live)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *line = g_strdup_printf ("appsrc name=src max-bytes=0 "
      "is-live=%d caps=video/x-flv ! rtmpsink name=sink location=%s %s", live,
      location, properties);
  SinkRun *self = g_new0 (SinkRun, 1);

  self->pipeline = gst_parse_launch (line, &error);
  g_assert_no_error (error);
  self->src = gst_bin_get_by_name (GST_BIN (self->pipeline), "src");
  self->sink = gst_bin_get_by_name (GST_BIN (self->pipeline), "sink");
  self->bus = gst_element_get_bus (self->pipeline);
  self->said = g_queue_new ();
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
  return self;
}

void
sink_run_free (SinkRun * self)
{
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  g_queue_free_full (self->said, (GDestroyNotify) gst_structure_free);
  gst_object_unref (self->bus);
  gst_object_unref (self->src);
  gst_object_unref (self->sink);
  gst_object_unref (self->pipeline);
  g_free (self);
}

gboolean
sink_run_set_state (SinkRun * self, GstState state)
{
  return gst_element_set_state (self->pipeline, state)
      != GST_STATE_CHANGE_FAILURE;
}

GstElement *
sink_run_get_sink (SinkRun * self)
{
  return self->sink;
}

void
sink_run_set_slice (SinkRun * self, gsize slice)
{
  self->slice = slice;
}

static void
push (SinkRun * self, GByteArray * bytes)
{
  gsize slice = self->slice > 0 ? self->slice : bytes->len;

  for (gsize at = 0; at < bytes->len; at += slice) {
    gsize size = MIN (slice, bytes->len - at);
    g_autoptr (GstBuffer) buffer =
        gst_buffer_new_memdup (bytes->data + at, size);
    GstFlowReturn flow;
    g_signal_emit_by_name (self->src, "push-buffer", buffer, &flow);
  }
  g_byte_array_unref (bytes);
}

void
sink_run_push_bytes (SinkRun * self, gconstpointer data, gsize size)
{
  push (self, g_byte_array_append (g_byte_array_new (), data, size));
}

/* A tag that begins with @head and is as long as @size. */
static void
add_tag (SinkRun * self, GByteArray * bytes, guint8 type, const gchar * head,
    gsize head_size, gsize size)
{
  RtmpFlvTag tag = {.type = type,.timestamp = self->time,.size = size };
  guint8 header[RTMP_FLV_TAG_HEADER], trailer[RTMP_FLV_TAG_TRAILER];
  gsize at = bytes->len;

  rtmp_flv_tag_write_header (&tag, header);
  rtmp_flv_tag_write_trailer (&tag, trailer);
  g_byte_array_append (bytes, header, sizeof header);
  g_byte_array_set_size (bytes, at + sizeof header + size);
  memset (bytes->data + at + sizeof header, self->time / FRAME_MS, size);
  memcpy (bytes->data + at + sizeof header, head, head_size);
  g_byte_array_append (bytes, trailer, sizeof trailer);
}

void
sink_run_push_metadata (SinkRun * self, guint32 time)
{
  GByteArray *bytes = g_byte_array_new ();
  guint32 now = self->time;

  self->time = time;
  add_tag (self, bytes, RTMP_MESSAGE_DATA, metadata, sizeof metadata,
      sizeof metadata);
  self->time = now;
  push (self, bytes);
}

void
sink_run_push_head (SinkRun * self)
{
  static const gchar video[9] = "\x17\x00\x00\x00\x00\x01\x64\x00\x28";
  static const gchar audio[4] = "\xaf\x00\x11\x90";
  GByteArray *bytes = g_byte_array_new ();
  guint8 header[RTMP_FLV_FILE_HEADER];

  rtmp_flv_write_file_header (TRUE, TRUE, header);
  g_byte_array_append (bytes, header, sizeof header);
  add_tag (self, bytes, RTMP_MESSAGE_DATA, metadata, 17, 17);
  add_tag (self, bytes, RTMP_MESSAGE_VIDEO, video, 9, 9);
  add_tag (self, bytes, RTMP_MESSAGE_AUDIO, audio, 4, 4);
  push (self, bytes);
}

static void
push_frame (SinkRun * self, const gchar * head, gsize size)
{
  GByteArray *bytes = g_byte_array_new ();

  add_tag (self, bytes, RTMP_MESSAGE_VIDEO, head, 5, size);
  self->time += FRAME_MS;
  push (self, bytes);
}

void
sink_run_push_frames (SinkRun * self, guint number, gsize size)
{
  for (guint i = 0; i < number; i++)
    push_frame (self, i % 10 == 0
        ? "\x17\x01\x00\x00\x00" : "\x27\x01\x00\x00\x00", size);
}

void
sink_run_push_rest (SinkRun * self, guint number, gsize size)
{
  for (guint i = 0; i < number; i++)
    push_frame (self, "\x27\x01\x00\x00\x00", size);
}

void
sink_run_push_eos (SinkRun * self)
{
  GstFlowReturn flow;

  g_signal_emit_by_name (self->src, "end-of-stream", &flow);
}

gboolean
sink_run_wait (SinkRunFunc func, gpointer user_data)
{
  gint64 end_time = g_get_monotonic_time () + WAIT_TIME;

  while (!func (user_data)) {
    if (g_get_monotonic_time () > end_time)
      return FALSE;
    g_main_context_iteration (NULL, FALSE);
    g_poll (NULL, 0, STEP_MS);
  }
  return TRUE;
}

static void
keep (SinkRun * self, GstMessage * message)
{
  g_queue_push_tail (self->said,
      gst_structure_copy (gst_message_get_structure (message)));
}

/* Keeps what the sink says on the way. */
static GstMessage *
wait_for_message (SinkRun * self, GstMessageType type)
{
  gint64 end_time = g_get_monotonic_time () + WAIT_TIME;

  while (g_get_monotonic_time () < end_time) {
    GstMessage *message = gst_bus_timed_pop_filtered (self->bus, GST_SECOND,
        GST_MESSAGE_EOS | GST_MESSAGE_ERROR | GST_MESSAGE_ELEMENT);
    if (message == NULL)
      continue;
    if (GST_MESSAGE_TYPE (message) == type)
      return message;
    if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ELEMENT)
      keep (self, message);
    gst_message_unref (message);
  }
  return NULL;
}

gboolean
sink_run_wait_for_said (SinkRun * self, const gchar * name)
{
  gint64 end_time = g_get_monotonic_time () + WAIT_TIME;

  while (g_get_monotonic_time () < end_time) {
    g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (self->bus,
        GST_SECOND, GST_MESSAGE_ELEMENT);
    if (message == NULL)
      continue;
    keep (self, message);
    if (gst_message_has_name (message, name))
      return TRUE;
  }
  return FALSE;
}

gboolean
sink_run_wait_for_eos (SinkRun * self)
{
  g_autoptr (GstMessage) message = wait_for_message (self, GST_MESSAGE_EOS);

  return message != NULL;
}

GstStructure *
sink_run_get_stats (SinkRun * self)
{
  GstStructure *stats = NULL;

  g_object_get (self->sink, "stats", &stats, NULL);
  return stats;
}

static gboolean
is_lost (gpointer user_data)
{
  g_autoptr (GstStructure) stats = sink_run_get_stats (user_data);
  guint reconnects = 0;

  gst_structure_get_uint (stats, "reconnects", &reconnects);
  return reconnects > 0 || g_str_equal ("waiting",
      gst_structure_get_string (stats, "state"));
}

gboolean
sink_run_wait_until_lost (SinkRun * self)
{
  return sink_run_wait (is_lost, self);
}

static guint64
get_level (SinkRun * self)
{
  guint64 level = 0;

  g_object_get (self->src, "current-level-bytes", &level, NULL);
  return level;
}

/* Its level stays as it is for a while. */
gboolean
sink_run_wait_until_blocked (SinkRun * self)
{
  gint64 end_time = g_get_monotonic_time () + WAIT_TIME;
  guint64 level = 0;

  for (guint same = 0; same < 20; same++) {
    if (g_get_monotonic_time () > end_time)
      return FALSE;
    if (get_level (self) != level || level == 0)
      same = 0;
    level = get_level (self);
    g_autoptr (GstMessage) none = gst_bus_timed_pop_filtered (self->bus,
        STEP_MS * GST_MSECOND, GST_MESSAGE_EOS);
    if (none != NULL)
      return FALSE;
  }
  return TRUE;
}

static gboolean
is_taken (gpointer user_data)
{
  return get_level (user_data) == 0;
}

gboolean
sink_run_wait_until_taken (SinkRun * self)
{
  return sink_run_wait (is_taken, self);
}

gchar *
sink_run_wait_for_error (SinkRun * self, const gchar * reason)
{
  g_autoptr (GstMessage) message = wait_for_message (self, GST_MESSAGE_ERROR);
  g_autoptr (GError) error = NULL;
  g_autofree gchar *debug = NULL;
  const GstStructure *details = NULL;

  if (message == NULL)
    return NULL;
  g_assert_true (GST_MESSAGE_SRC (message) == GST_OBJECT (self->sink));
  gst_message_parse_error (message, &error, &debug);
  gst_message_parse_error_details (message, &details);
  g_assert_cmpstr (gst_structure_get_string (details, "rtmp-reason"), ==,
      reason);
  return g_strconcat (error->message, " ", debug, NULL);
}

GstStructure *
sink_run_pop_said (SinkRun * self)
{
  return g_queue_pop_head (self->said);
}

guint64
sink_run_get_number (SinkRun * self, const gchar * name)
{
  g_autoptr (GstStructure) stats = sink_run_get_stats (self);
  const GValue *value = gst_structure_get_value (stats, name);
  GValue number = G_VALUE_INIT;

  g_assert_nonnull (value);
  g_value_init (&number, G_TYPE_UINT64);
  g_assert_true (g_value_transform (value, &number));
  return g_value_get_uint64 (&number);
}

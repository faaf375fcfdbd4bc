/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerMuxer: a pipeline without a thread: what is pushed into its pad is
 * written when the push returns. */
#include "servermuxer.h"

#include "life/lifelock.h"
#include "serverdebug.h"

/* Where one may seek to. With a position for each key frame the index of a day
 * would be as long as minutes of the film. */
#define INDEX_INTERVAL GST_SECOND

struct _ServerMuxer
{
  GstElement *pipeline;
  GstPad *pad;                  /* ours, which feeds it */
  gboolean begun;               /* the file has; the pushing thread's */

  LifeLock lock;                /* guards error */
  GError *error;                /* the first that an element has posted */
};

/* What is between the packets and the muxer. Parameter sets and sizes are in
 * the stream again wherever they change; the muxer is told the first. A
 * depayloader of GStreamer 1.22 that has to tell parameter sets leaks them. */
static const struct
{
  const gchar *codec;
  const gchar *caps;            /* beside those that each codec has */
  const gchar *line;
} rows[] = {
  {"H264", "", "rtph264depay ! video/x-h264,stream-format=byte-stream"
        " ! h264parse config-interval=-1"
        " ! video/x-h264,stream-format=avc,alignment=au"},
  {"H265", "", "rtph265depay ! video/x-h265,stream-format=byte-stream"
        " ! h265parse config-interval=-1"
        " ! video/x-h265,stream-format=hev1,alignment=au"},
  {"VP8", "", "rtpvp8depay"},
  {"VP9", "", "rtpvp9depay ! vp9parse"},
  /* Mono is played as stereo too; the other way round a channel is lost. */
  {"OPUS", ",sprop-stereo=(string)1", "rtpopusdepay"},
  {"PCMU", "", "rtppcmudepay"},
  {"PCMA", "", "rtppcmadepay"},
};

static gint
find_row (const ServerCodec * codec)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    if (g_str_equal (rows[i].codec, codec->name))
      return i;
  }
  return -1;
}

gboolean
server_muxer_takes (const ServerCodec * codec)
{
  return find_row (codec) >= 0;
}

/* Nobody reads the bus: what is not an error goes at once. */
static GstBusSyncReply
on_message (GstBus * bus, GstMessage * message, gpointer data)
{
  ServerMuxer *self = data;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    g_autoptr (GError) error = NULL;
    gst_message_parse_error (message, &error, NULL);
    LIFE_LOCK_HOLD (&self->lock);
    if (self->error == NULL)
      self->error = g_steal_pointer (&error);
  }
  gst_message_unref (message);
  return GST_BUS_DROP;
}

static gboolean
take_error (ServerMuxer * self, GError ** error)
{
  LIFE_LOCK_HOLD (&self->lock);

  if (self->error == NULL)
    return FALSE;
  g_propagate_error (error, g_steal_pointer (&self->error));
  return TRUE;
}

/* The muxer refuses another size or profile than the first. A decoder learns of
 * it from the stream. */
static GstPadProbeReturn
on_muxed (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  ServerMuxer *self = data;

  if (info->type & GST_PAD_PROBE_TYPE_BUFFER)
    self->begun = TRUE;
  else if (self->begun && GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info))
      == GST_EVENT_CAPS)
    return GST_PAD_PROBE_DROP;
  return GST_PAD_PROBE_OK;
}

static GstElement *
make_pipeline (const ServerCodec * codec, gint fd, GError ** error)
{
  g_autofree gchar *line = g_strdup_printf ("identity name=in silent=true ! %s "
      "! matroskamux name=mux min-index-interval=%" G_GUINT64_FORMAT
      " ! fdsink fd=%d sync=false async=false", rows[find_row (codec)].line,
      INDEX_INTERVAL, fd);
  GstElement *pipeline =
      gst_parse_launch_full (line, NULL, GST_PARSE_FLAG_FATAL_ERRORS, error);

  return pipeline != NULL ? gst_object_ref_sink (pipeline) : NULL;
}

static GstCaps *
make_caps (const ServerCodec * codec)
{
  g_autofree gchar *text = g_strdup_printf ("application/x-rtp,media=%s,"
      "encoding-name=%s,clock-rate=%u,payload=%u%s",
      codec->video ? "video" : "audio", codec->name, codec->clock_rate,
      codec->pt, rows[find_row (codec)].caps);

  return gst_caps_from_string (text);
}

static void
begin_stream (ServerMuxer * self, const ServerCodec * codec)
{
  g_autoptr (GstElement) in =
      gst_bin_get_by_name (GST_BIN (self->pipeline), "in");
  g_autoptr (GstPad) target = gst_element_get_static_pad (in, "sink");
  g_autoptr (GstCaps) caps = make_caps (codec);
  GstSegment segment;

  self->pad = gst_object_ref_sink (gst_pad_new ("src", GST_PAD_SRC));
  gst_pad_set_active (self->pad, TRUE);
  gst_pad_link (self->pad, target);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (self->pad, gst_event_new_stream_start ("recording"));
  gst_pad_push_event (self->pad, gst_event_new_caps (caps));
  gst_pad_push_event (self->pad, gst_event_new_segment (&segment));
}

/* Its only pad is the one that was linked. */
static void
watch_muxer (ServerMuxer * self)
{
  g_autoptr (GstElement) muxer =
      gst_bin_get_by_name (GST_BIN (self->pipeline), "mux");

  gst_pad_add_probe (muxer->sinkpads->data,
      GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_muxed,
      self, NULL);
}

ServerMuxer *
server_muxer_new (const ServerCodec * codec, gint fd, GError ** error)
{
  GstElement *pipeline = make_pipeline (codec, fd, error);

  if (pipeline == NULL)
    return NULL;
  ServerMuxer *self = g_new0 (ServerMuxer, 1);
  self->pipeline = pipeline;
  life_lock_init (&self->lock);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  gst_bus_set_sync_handler (bus, on_message, self, NULL);
  watch_muxer (self);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  begin_stream (self, codec);
  return self;
}

void
server_muxer_free (ServerMuxer * self)
{
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  gst_pad_set_active (self->pad, FALSE);
  gst_object_unref (self->pad);
  gst_object_unref (self->pipeline);
  g_clear_error (&self->error);
  life_lock_clear (&self->lock);
  g_free (self);
}

gboolean
server_muxer_push (ServerMuxer * self, GstBuffer * packet, GError ** error)
{
  GstFlowReturn flow = gst_pad_push (self->pad, packet);

  if (flow == GST_FLOW_OK)
    return TRUE;
  if (!take_error (self, error))
    g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_MUX,
        "the muxer takes no more (%s)", gst_flow_get_name (flow));
  return FALSE;
}

gboolean
server_muxer_finish (ServerMuxer * self, GError ** error)
{
  gst_pad_push_event (self->pad, gst_event_new_eos ());
  return !take_error (self, error);
}

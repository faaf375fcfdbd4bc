/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* rtmpdemux, the whole element: FLV is pushed into it, in pieces, as a file and
 * as a live stream with breaks, and what comes out is in order. */
#include "fuzztarget.h"

#include "gstrtmpdemux.h"

/* The first byte says how; the rest is FLV. */
#define LIVE 0x80
#define BREAKS 0x40
#define SLICE 0x3f

typedef struct
{
  gboolean has_caps;
  gboolean has_segment;
  gboolean over;
} Seen;

static GstFlowReturn
chain (GstPad * pad, GstObject * parent, GstBuffer * buffer)
{
  Seen *seen = gst_pad_get_element_private (pad);

  FUZZ_REQUIRE (seen->has_caps && seen->has_segment && !seen->over);
  FUZZ_REQUIRE (GST_BUFFER_PTS_IS_VALID (buffer)
      || GST_BUFFER_DTS_IS_VALID (buffer));
  gst_buffer_unref (buffer);
  return GST_FLOW_OK;
}

static gboolean
on_event (GstPad * pad, GstObject * parent, GstEvent * event)
{
  Seen *seen = gst_pad_get_element_private (pad);
  GstCaps *caps;

  if (GST_EVENT_TYPE (event) == GST_EVENT_CAPS) {
    gst_event_parse_caps (event, &caps);
    FUZZ_REQUIRE (gst_caps_is_fixed (caps));
    seen->has_caps = TRUE;
  }
  seen->has_segment |= GST_EVENT_TYPE (event) == GST_EVENT_SEGMENT;
  seen->over |= GST_EVENT_TYPE (event) == GST_EVENT_EOS;
  gst_event_unref (event);
  return TRUE;
}

static void
on_pad (GstElement * element, GstPad * source, GPtrArray * sinks)
{
  g_autoptr (GstCaps) template = gst_pad_get_pad_template_caps (source);
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (source);
  GstPad *sink = gst_object_ref_sink (gst_pad_new (NULL, GST_PAD_SINK));

  FUZZ_REQUIRE (caps != NULL && gst_caps_is_subset (caps, template));
  gst_pad_set_chain_function (sink, chain);
  gst_pad_set_event_function (sink, on_event);
  gst_pad_set_element_private (sink, g_new0 (Seen, 1));
  gst_pad_set_active (sink, TRUE);
  FUZZ_REQUIRE (gst_pad_link (source, sink) == GST_PAD_LINK_OK);
  g_ptr_array_add (sinks, sink);
}

static void
free_sink (gpointer data)
{
  GstPad *sink = data;

  gst_pad_set_active (sink, FALSE);
  g_free (gst_pad_get_element_private (sink));
  gst_object_unref (sink);
}

static void
push (GstPad * pad, const guint8 * data, gsize size, guint8 how)
{
  gsize slice = (how & SLICE) == 0 ? MAX (size, 1) : (how & SLICE) * 7;
  GstFlowReturn flow = GST_FLOW_OK;
  guint number = 0;

  for (gsize at = 0; at < size && flow == GST_FLOW_OK; at += slice) {
    GstBuffer *buffer = gst_buffer_new_memdup (data + at,
        MIN (slice, size - at));
    if (how & LIVE)
      GST_BUFFER_DTS (buffer) = number * GST_MSECOND;
    if ((how & BREAKS) && ++number % 4 == 0)
      GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
    flow = gst_pad_chain (pad, buffer);
  }
}

static void
demux (const guint8 * data, gsize size, guint8 how)
{
  g_autoptr (GPtrArray) sinks = g_ptr_array_new_with_free_func (free_sink);
  GstElement *element =
      gst_object_ref_sink (g_object_new (GST_TYPE_RTMP_DEMUX, NULL));
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, "sink");
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple ("video/x-flv");
  GstSegment segment;

  g_signal_connect (element, "pad-added", G_CALLBACK (on_pad), sinks);
  gst_element_set_state (element, GST_STATE_PLAYING);
  gst_segment_init (&segment, how & LIVE ? GST_FORMAT_TIME : GST_FORMAT_BYTES);
  gst_pad_send_event (pad, gst_event_new_stream_start ("fuzz"));
  gst_pad_send_event (pad, gst_event_new_caps (caps));
  gst_pad_send_event (pad, gst_event_new_segment (&segment));
  push (pad, data, size, how);
  gst_pad_send_event (pad, gst_event_new_eos ());
  gst_element_set_state (element, GST_STATE_NULL);
  gst_object_unref (element);
}

int
LLVMFuzzerTestOneInput (const guint8 * data, size_t size)
{
  if (!gst_is_initialized ()) {
    /* No plugins: one of them has the same type. */
    g_setenv ("GST_REGISTRY_DISABLE", "yes", TRUE);
    gst_init (NULL, NULL);
  }
  if (size > 0)
    demux (data + 1, size - 1, data[0]);
  return 0;
}

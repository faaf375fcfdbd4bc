/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "demuxrun.h"

#include <stdlib.h>
#include <string.h>

struct _DemuxRun
{
  GstElement *element;
  GstBus *bus;
  GstPad *source;
  GList *sinks;
  GString *words;
};

#define MS(time) ((guint) ((time) / GST_MSECOND))

/* One that takes other caps when it has some already. */
static GstStaticPadTemplate template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

static void
say_frame (DemuxRun * self, const gchar * name, GstBuffer * buffer)
{
  g_string_append_printf (self->words, "%s:%u", name,
      MS (GST_BUFFER_PTS (buffer)));
  if (GST_BUFFER_DTS_IS_VALID (buffer))
    g_string_append_printf (self->words, "/%u", MS (GST_BUFFER_DTS (buffer)));
  if (GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT))
    g_string_append_c (self->words, '!');
  if (GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DISCONT))
    g_string_append_c (self->words, '*');
  g_string_append_c (self->words, ' ');
}

static GstFlowReturn
on_chain (GstPad * pad, GstObject * parent, GstBuffer * buffer)
{
  DemuxRun *self = gst_pad_get_element_private (pad);

  say_frame (self, GST_OBJECT_NAME (pad), buffer);
  gst_buffer_unref (buffer);
  return GST_FLOW_OK;
}

static gboolean
on_event (GstPad * pad, GstObject * parent, GstEvent * event)
{
  DemuxRun *self = gst_pad_get_element_private (pad);
  const gchar *name = GST_OBJECT_NAME (pad);
  const GstSegment *segment;
  GstCaps *caps;

  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_CAPS:
      gst_event_parse_caps (event, &caps);
      g_string_append_printf (self->words, "%s=%s ", name,
          gst_structure_get_name (gst_caps_get_structure (caps, 0)));
      break;
    case GST_EVENT_SEGMENT:
      gst_event_parse_segment (event, &segment);
      g_string_append_printf (self->words, "%s[%u+%u ", name,
          MS (segment->start), MS (segment->base));
      break;
    case GST_EVENT_GAP:
      g_string_append_printf (self->words, "%s~ ", name);
      break;
    case GST_EVENT_EOS:
      g_string_append_printf (self->words, "%s. ", name);
      break;
    default:
      break;
  }
  gst_event_unref (event);
  return TRUE;
}

static void
on_pad_added (GstElement * element, GstPad * pad, DemuxRun * self)
{
  GstPad *sink = gst_pad_new_from_static_template (&template,
      GST_OBJECT_NAME (pad));

  g_string_append_printf (self->words, "+%s ", GST_OBJECT_NAME (pad));
  gst_pad_set_element_private (sink, self);
  gst_pad_set_chain_function (sink, on_chain);
  gst_pad_set_event_function (sink, on_event);
  gst_pad_set_active (sink, TRUE);
  ck_assert_int_eq (gst_pad_link (pad, sink), GST_PAD_LINK_OK);
  self->sinks = g_list_prepend (self->sinks, gst_object_ref_sink (sink));
}

static void
on_pad_removed (GstElement * element, GstPad * pad, DemuxRun * self)
{
  if (GST_PAD_IS_SRC (pad))
    g_string_append_printf (self->words, "-%s ", GST_OBJECT_NAME (pad));
}

static void
on_no_more_pads (GstElement * element, DemuxRun * self)
{
  g_string_append (self->words, "done ");
}

DemuxRun *
demux_run_new (gboolean live)
{
  DemuxRun *self = g_new0 (DemuxRun, 1);
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple ("video/x-flv");
  GstSegment segment;

  self->words = g_string_new (NULL);
  self->element = gst_object_ref_sink (gst_element_factory_make ("rtmpdemux",
          NULL));
  self->bus = gst_bus_new ();
  gst_element_set_bus (self->element, self->bus);
  g_signal_connect (self->element, "pad-added", G_CALLBACK (on_pad_added),
      self);
  g_signal_connect (self->element, "pad-removed", G_CALLBACK (on_pad_removed),
      self);
  g_signal_connect (self->element, "no-more-pads",
      G_CALLBACK (on_no_more_pads), self);

  self->source = gst_object_ref_sink (gst_pad_new ("src", GST_PAD_SRC));
  gst_pad_set_active (self->source, TRUE);
  g_autoptr (GstPad) sink = gst_element_get_static_pad (self->element, "sink");
  ck_assert_int_eq (gst_pad_link (self->source, sink), GST_PAD_LINK_OK);
  gst_element_set_state (self->element, GST_STATE_PAUSED);
  gst_pad_push_event (self->source, gst_event_new_stream_start ("test"));
  gst_pad_push_event (self->source, gst_event_new_caps (caps));
  gst_segment_init (&segment, live ? GST_FORMAT_TIME : GST_FORMAT_BYTES);
  gst_pad_push_event (self->source, gst_event_new_segment (&segment));
  return self;
}

void
demux_run_free (DemuxRun * self)
{
  gst_pad_set_active (self->source, FALSE);
  gst_element_set_state (self->element, GST_STATE_NULL);
  gst_element_set_bus (self->element, NULL);
  g_signal_handlers_disconnect_by_data (self->element, self);
  gst_object_unref (self->source);
  gst_object_unref (self->element);
  gst_object_unref (self->bus);
  g_list_free_full (self->sinks, gst_object_unref);
  g_string_free (self->words, TRUE);
  g_free (self);
}

static void
append_hex (GByteArray * out, const gchar * hex)
{
  for (const gchar * at = hex; *at != '\0';) {
    if (*at == ' ') {
      at++;
      continue;
    }
    ck_assert (g_ascii_isxdigit (at[0]) && g_ascii_isxdigit (at[1]));
    guint8 byte =
        g_ascii_xdigit_value (at[0]) << 4 | g_ascii_xdigit_value (at[1]);
    g_byte_array_append (out, &byte, 1);
    at += 2;
  }
}

GstFlowReturn
demux_run_push_at (DemuxRun * self, GstClockTime time, gboolean discont,
    const gchar * hex)
{
  GByteArray *bytes = g_byte_array_new ();

  append_hex (bytes, hex);
  GstBuffer *buffer = bytes->len > 0 ?
      gst_buffer_new_memdup (bytes->data, bytes->len) : gst_buffer_new ();
  g_byte_array_unref (bytes);
  GST_BUFFER_PTS (buffer) = time;
  if (discont)
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
  return gst_pad_push (self->source, buffer);
}

GstFlowReturn
demux_run_push (DemuxRun * self, const gchar * hex)
{
  return demux_run_push_at (self, GST_CLOCK_TIME_NONE, FALSE, hex);
}

GstFlowReturn
demux_run_push_header (DemuxRun * self)
{
  return demux_run_push (self, "464c56 01 05 00000009 00000000");
}

GstFlowReturn
demux_run_push_tag (DemuxRun * self, guint8 type, guint32 ms, const gchar * hex)
{
  g_autoptr (GByteArray) body = g_byte_array_new ();

  append_hex (body, hex);
  g_autofree gchar *tag = g_strdup_printf ("%02x %06x %06x %02x 000000 %s %08x",
      type, body->len, ms & 0xffffff, ms >> 24, hex, body->len + 11);
  return demux_run_push (self, tag);
}

void
demux_run_end (DemuxRun * self)
{
  gst_pad_push_event (self->source, gst_event_new_eos ());
}

void
demux_run_assert (DemuxRun * self, const gchar * words)
{
  g_autofree gchar *done = g_strdup (g_strchomp (self->words->str));

  g_string_truncate (self->words, 0);
  ck_assert_str_eq (done, words);
}

void
demux_run_forget (DemuxRun * self)
{
  g_string_truncate (self->words, 0);
}

GstElement *
demux_run_get_element (DemuxRun * self)
{
  return self->element;
}

guint
demux_run_count (DemuxRun * self, GstMessageType type, gchar ** text)
{
  guint count = 0;

  for (;;) {
    g_autoptr (GstMessage) message = gst_bus_pop (self->bus);
    g_autoptr (GError) error = NULL;
    g_autofree gchar *debug = NULL;
    if (message == NULL)
      return count;
    if (GST_MESSAGE_TYPE (message) != type)
      continue;
    count++;
    if (type == GST_MESSAGE_ERROR)
      gst_message_parse_error (message, &error, &debug);
    else if (type == GST_MESSAGE_WARNING)
      gst_message_parse_warning (message, &error, &debug);
    if (text != NULL && error != NULL) {
      g_free (*text);
      *text = g_strdup_printf ("%s %s", error->message, debug);
    }
  }
}

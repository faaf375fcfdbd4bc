/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "benchload.h"

#include <gst/video/video.h>
#include <string.h>
#define GST_USE_UNSTABLE_API
#include <gst/webrtc/webrtc.h>

#define PT 96
#define PAYLOAD 1180            /* of a packet, with what FU-A adds */
#define FRAME_US (G_USEC_PER_SEC / 30)
#define TICKS 3000
#define FRAME_SIZE 7500
#define KEY_SIZE 50000
#define KEY_DISTANCE 60

struct _BenchLoad
{
  GstElement *webrtc;
  GstPad *target;
  GstPad *pad;
  gboolean started;
  gint wanted;                  /* a key frame; atomic */
  guint32 ssrc;
  guint16 seq;
  guint32 timestamp;
};

static gboolean
on_event (GstPad * pad, GstObject * parent, GstEvent * event)
{
  BenchLoad *self = pad->eventdata;

  if (gst_video_event_is_force_key_unit (event))
    g_atomic_int_set (&self->wanted, 1);
  gst_event_unref (event);
  return TRUE;
}

static gboolean
on_query (GstPad * pad, GstObject * parent, GstQuery * query)
{
  if (GST_QUERY_TYPE (query) == GST_QUERY_LATENCY) {
    gst_query_set_latency (query, TRUE, 0, GST_CLOCK_TIME_NONE);
    return TRUE;
  }
  if (GST_QUERY_TYPE (query) == GST_QUERY_CAPS) {
    g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
    gst_query_set_caps_result (query, caps);
    return caps != NULL;
  }
  return FALSE;
}

BenchLoad *
bench_load_new (GstElement * webrtc)
{
  BenchLoad *self = g_new0 (BenchLoad, 1);
  g_autoptr (GstWebRTCRTPTransceiver) transceiver = NULL;
  GstSegment segment;

  self->webrtc = gst_object_ref (webrtc);
  self->ssrc = g_random_int () | 1;
  self->wanted = 1;
  g_autoptr (GstCaps) caps = gst_caps_new_simple ("application/x-rtp", "media",
      G_TYPE_STRING, "video", "encoding-name", G_TYPE_STRING, "H264",
      "clock-rate", G_TYPE_INT, 90000, "payload", G_TYPE_INT, PT, "ssrc",
      G_TYPE_UINT, self->ssrc, "packetization-mode", G_TYPE_STRING, "1",
      "profile-level-id", G_TYPE_STRING, "42e01f", NULL);
  self->target = gst_element_request_pad_simple (webrtc, "sink_%u");
  g_object_get (self->target, "transceiver", &transceiver, NULL);
  g_object_set (transceiver, "direction",
      GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_SENDONLY, "do-nack", TRUE, NULL);
  self->pad = gst_object_ref_sink (gst_pad_new ("src", GST_PAD_SRC));
  gst_pad_set_event_function_full (self->pad, on_event, self, NULL);
  gst_pad_set_query_function (self->pad, on_query);
  gst_pad_set_active (self->pad, TRUE);
  g_assert (gst_pad_link (self->pad, self->target) == GST_PAD_LINK_OK);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (self->pad, gst_event_new_stream_start ("load"));
  gst_pad_push_event (self->pad, gst_event_new_caps (caps));
  gst_pad_push_event (self->pad, gst_event_new_segment (&segment));
  return self;
}

static void
add_packet (BenchLoad * self, GstBufferList * list, const guint8 * head,
    gsize head_size, gsize size, gboolean marker)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, 12 + size, NULL);
  GstMapInfo map;

  gst_buffer_map (buffer, &map, GST_MAP_WRITE);
  map.data[0] = 0x80;
  map.data[1] = (marker ? 0x80 : 0) | PT;
  GST_WRITE_UINT16_BE (map.data + 2, self->seq++);
  GST_WRITE_UINT32_BE (map.data + 4, self->timestamp);
  GST_WRITE_UINT32_BE (map.data + 8, self->ssrc);
  memset (map.data + 12, 0x55, size);
  memcpy (map.data + 12, head, head_size);
  gst_buffer_unmap (buffer, &map);
  gst_buffer_list_add (list, buffer);
}

/* RFC 6184, section 5.8. */
static void
add_fragments (BenchLoad * self, GstBufferList * list, guint type, gsize size)
{
  for (gsize done = 0; done < size; done += PAYLOAD) {
    gboolean first = done == 0, last = size - done <= PAYLOAD;
    guint8 head[] = { 0x60 | 28, (first ? 0x80 : 0) | (last ? 0x40 : 0) | type
    };
    add_packet (self, list, head, sizeof head, MIN (size - done, PAYLOAD),
        last);
  }
}

static GstBufferList *
make_frame (BenchLoad * self, gboolean key)
{
  static const guint8 sps[] = { 0x67, 0x42, 0xe0, 0x1f, 0x95, 0xa0 };
  static const guint8 pps[] = { 0x68, 0xce, 0x3c, 0x80 };
  GstBufferList *list = gst_buffer_list_new ();

  if (key) {
    add_packet (self, list, sps, sizeof sps, sizeof sps, FALSE);
    add_packet (self, list, pps, sizeof pps, sizeof pps, FALSE);
  }
  add_fragments (self, list, key ? 5 : 1, key ? KEY_SIZE : FRAME_SIZE);
  GST_BUFFER_PTS (gst_buffer_list_get_writable (list, 0)) =
      gst_element_get_current_running_time (self->webrtc);
  self->timestamp += TICKS;
  return list;
}

static gpointer
run (gpointer data)
{
  BenchLoad *self = data;
  gint64 due = g_get_monotonic_time ();

  for (guint i = 0;; i++) {
    gboolean key = i % KEY_DISTANCE == 0
        || g_atomic_int_get (&self->wanted) != 0;
    if (key)
      g_atomic_int_set (&self->wanted, 0);
    if (gst_pad_push_list (self->pad, make_frame (self, key)) != GST_FLOW_OK)
      return NULL;
    due += FRAME_US;
    gint64 rest = due - g_get_monotonic_time ();
    if (rest > 0)
      g_poll (NULL, 0, (rest + 999) / 1000);
  }
  return NULL;
}

void
bench_load_start (BenchLoad * self)
{
  if (self->started)
    return;
  self->started = TRUE;
  g_thread_unref (g_thread_new ("bench-load", run, self));
}

gchar *
bench_load_dup_transceiver (BenchLoad * self)
{
  g_autoptr (GstWebRTCRTPTransceiver) transceiver = NULL;

  g_object_get (self->target, "transceiver", &transceiver, NULL);
  return gst_object_get_name (GST_OBJECT (transceiver));
}

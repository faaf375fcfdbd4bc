/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerOutlet: the consumer's thread pushes into webrtcbin through a pad that
 * belongs to no element. An end of stream never goes that way: it would end
 * every track of the connection. */
#include "serveroutlet.h"

#include <string.h>

#include <gst/video/video.h>

#include "serverdebug.h"

/* A push waits for nobody once webrtcbin is set to NULL. */
#define STOP_TIME (1 * G_TIME_SPAN_SECOND)

struct _ServerOutlet
{
  ServerFan *fan;
  gchar *stream;
  gchar *track;

  GstElement *webrtc;           /* NULL: not open */
  RoomReception *reception;     /* the connection's; likewise */
  GstPad *target;               /* webrtcbin's */
  GstPad *pad;                  /* ours, linked to it */
  gchar *transceiver;
  guint pt;
  guint32 ssrc;
  ServerExtensionMap extensions;
  ServerConsumer *consumer;     /* NULL: not started */
  gboolean left;
  gboolean refused;
  gboolean rejected;            /* in the client's last answer */
  gboolean paused;
};

ServerOutlet *
server_outlet_new (ServerFan * fan, const gchar * stream, const gchar * track)
{
  ServerOutlet *self = g_atomic_rc_box_new0 (ServerOutlet);

  self->fan = server_fan_ref (fan);
  self->stream = g_strdup (stream);
  self->track = g_strdup (track);
  return self;
}

ServerOutlet *
server_outlet_ref (ServerOutlet * self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  ServerOutlet *self = data;

  g_clear_pointer (&self->consumer, server_consumer_unref);
  gst_clear_object (&self->pad);
  gst_clear_object (&self->target);
  gst_clear_object (&self->webrtc);
  g_clear_pointer (&self->reception, room_reception_unref);
  g_free (self->transceiver);
  g_free (self->stream);
  g_free (self->track);
  server_fan_unref (self->fan);
}

void
server_outlet_unref (ServerOutlet * self)
{
  g_atomic_rc_box_release_full (self, clear);
}

ServerFan *
server_outlet_get_fan (ServerOutlet * self)
{
  return self->fan;
}

const gchar *
server_outlet_get_transceiver (ServerOutlet * self)
{
  return self->transceiver;
}

const gchar *
server_outlet_get_track (ServerOutlet * self)
{
  return self->track;
}

gboolean
server_outlet_is_open (ServerOutlet * self)
{
  return self->webrtc != NULL;
}

void
server_outlet_refuse (ServerOutlet * self)
{
  self->refused = TRUE;
}

gboolean
server_outlet_is_waiting (ServerOutlet * self)
{
  return self->webrtc == NULL && !self->refused;
}

gchar *
server_outlet_dup_mid (ServerOutlet * self)
{
  g_autoptr (GstWebRTCRTPTransceiver) transceiver = NULL;
  gchar *mid = NULL;

  if (self->target == NULL)
    return NULL;
  g_object_get (self->target, "transceiver", &transceiver, NULL);
  if (transceiver != NULL)
    g_object_get (transceiver, "mid", &mid, NULL);
  return mid;
}

/* In a thread of webrtcbin: a PLI or FIR of the client. */
static gboolean
on_event (GstPad * pad, GstObject * parent, GstEvent * event)
{
  ServerFan *fan = pad->eventdata;

  if (gst_video_event_is_force_key_unit (event))
    server_fan_ask_key_frame (fan, g_get_monotonic_time ());
  gst_event_unref (event);
  return TRUE;
}

static gboolean
on_query (GstPad * pad, GstObject * parent, GstQuery * query)
{
  switch (GST_QUERY_TYPE (query)) {
    case GST_QUERY_LATENCY:
      gst_query_set_latency (query, TRUE, 0, GST_CLOCK_TIME_NONE);
      return TRUE;
    case GST_QUERY_CAPS:{
      g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
      gst_query_set_caps_result (query, caps);
      return caps != NULL;
    }
    default:
      return FALSE;
  }
}

static GstCaps *
make_caps (ServerOutlet * self, const ServerFormat * format)
{
  const ServerCodec *codec = server_fan_get_codec (self->fan);
  GstCaps *caps = gst_caps_new_simple ("application/x-rtp", "media",
      G_TYPE_STRING, codec->video ? "video" : "audio", "encoding-name",
      G_TYPE_STRING, codec->name, "clock-rate", G_TYPE_INT,
      (gint) codec->clock_rate, "payload", G_TYPE_INT, (gint) format->pt,
      "ssrc", G_TYPE_UINT, self->ssrc, NULL);

  server_format_write (format, caps);
  if (codec->channels > 0) {
    g_autofree gchar *channels = g_strdup_printf ("%u", codec->channels);
    gst_caps_set_simple (caps, "encoding-params", G_TYPE_STRING, channels,
        NULL);
  }
  if (self->stream != NULL && self->track != NULL) {
    g_autofree gchar *msid = g_strdup_printf ("%s %s", self->stream,
        self->track);
    gst_caps_set_simple (caps, "a-msid", G_TYPE_STRING, msid, NULL);
  }
  return caps;
}

static void
configure (ServerOutlet * self)
{
  g_autoptr (GstWebRTCRTPTransceiver) transceiver = NULL;

  if (self->stream != NULL)
    g_object_set (self->target, "msid", self->stream, NULL);
  g_object_get (self->target, "transceiver", &transceiver, NULL);
  g_object_set (transceiver, "direction",
      GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_SENDONLY, NULL);
  /* Video only: for audio it claims a payload type that the answer drops. */
  if (server_fan_get_codec (self->fan)->video)
    g_object_set (transceiver, "do-nack", TRUE, NULL);
  self->transceiver = gst_object_get_name (GST_OBJECT (transceiver));
}

static void
make_pad (ServerOutlet * self, GstCaps * caps)
{
  g_autofree gchar *id = g_strdup_printf ("room/%08x", self->ssrc);
  GstSegment segment;

  self->pad = gst_object_ref_sink (gst_pad_new ("src", GST_PAD_SRC));
  gst_pad_set_event_function_full (self->pad, on_event,
      server_fan_ref (self->fan), (GDestroyNotify) server_fan_unref);
  gst_pad_set_query_function (self->pad, on_query);
  gst_pad_set_active (self->pad, TRUE);
  gst_pad_link (self->pad, self->target);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (self->pad, gst_event_new_stream_start (id));
  gst_pad_push_event (self->pad, gst_event_new_caps (caps));
  gst_pad_push_event (self->pad, gst_event_new_segment (&segment));
}

/* @extensions: of those that are to be offered; NULL: none. */
static gboolean
open_pad (ServerOutlet * self, ServerPeer * peer,
    const ServerFormat * format, const ServerExtensionMap * extensions)
{
  GstElement *webrtc = server_peer_get_webrtc (peer);

  self->pt = format->pt;
  /* 0 means none in more than one place. */
  self->ssrc = g_random_int () | 1;
  g_autoptr (GstCaps) caps = make_caps (self, format);
  if (extensions != NULL)
    server_extension_map_write (extensions, caps);
  self->target = gst_element_request_pad (webrtc,
      gst_element_get_pad_template (webrtc, "sink_%u"), NULL, caps);
  if (self->target == NULL)
    return FALSE;
  self->webrtc = gst_object_ref (webrtc);
  self->reception = room_reception_ref (server_peer_get_reception (peer));
  configure (self);
  make_pad (self, caps);
  return TRUE;
}

gboolean
server_outlet_offer (ServerOutlet * self, ServerPeer * peer)
{
  const ServerCodec *codec = server_fan_get_codec (self->fan);
  g_autofree gchar *fmtp = server_fan_dup_fmtp (self->fan);
  ServerFormat format;

  server_format_init_own (&format, codec, fmtp);
  gboolean open = open_pad (self, peer, &format,
      server_extension_get_own (codec->video));
  server_format_clear (&format);
  return open;
}

static const ServerFormat *
choose_format (ServerOutlet * self, const ServerSection * section)
{
  g_autofree gchar *fmtp = server_fan_dup_fmtp (self->fan);

  return server_section_choose (section, server_fan_get_codec (self->fan),
      fmtp);
}

gboolean
server_outlet_suits (ServerOutlet * self, const ServerSection * section)
{
  return choose_format (self, section) != NULL;
}

gboolean
server_outlet_accept (ServerOutlet * self, ServerPeer * peer,
    const ServerSection * section)
{
  self->extensions = section->extensions;
  return open_pad (self, peer, choose_format (self, section), NULL);
}

void
server_outlet_set_answer (ServerOutlet * self, const ServerOffer * answer)
{
  g_autofree gchar *mid = server_outlet_dup_mid (self);
  gint mline =
      mid != NULL ? server_offer_find (answer, 0, mid, strlen (mid)) : -1;

  /* A section that is rejected at once never gets its mid. */
  self->rejected = mline < 0 || server_offer_get (answer, mline)->refused;
  if (mline >= 0)
    self->extensions = server_offer_get (answer, mline)->extensions;
}

/* In the consumer's thread, which is the only one that pushes. */
typedef struct
{
  GstElement *webrtc;
  GstPad *pad;
} OutletFeed;

static gboolean
deliver (GstBufferList * packets, gpointer data)
{
  OutletFeed *feed = data;
  GstClockTime now = gst_element_get_current_running_time (feed->webrtc);
  GstClockTime clock = g_get_monotonic_time () * GST_USECOND;

  /* From its time webrtcbin tells when to send a packet, which is at once, and
   * what the sender reports say: when it was captured. */
  for (guint i = 0; i < gst_buffer_list_length (packets); i++) {
    GstBuffer *packet = gst_buffer_list_get (packets, i);
    GstClockTime age = clock - MIN (GST_BUFFER_PTS (packet), clock);
    GST_BUFFER_PTS (packet) = now - MIN (age, now);
  }
  return gst_pad_push_list (feed->pad, packets) == GST_FLOW_OK;
}

static void
feed_free (gpointer data)
{
  OutletFeed *feed = data;

  gst_object_unref (feed->webrtc);
  gst_object_unref (feed->pad);
  g_free (feed);
}

gboolean
server_outlet_start (ServerOutlet * self)
{
  static const ServerConsumerFuncs funcs = { deliver, feed_free };
  ServerConsumerConfig config = {.pt = self->pt,.ssrc = self->ssrc,
    .extensions = self->extensions,
  };
  g_autoptr (GError) error = NULL;

  /* webrtcbin goes on blocking the pad of a section that was rejected. */
  if (self->webrtc == NULL || self->consumer != NULL || self->left
      || self->rejected)
    return FALSE;
  OutletFeed *feed = g_new0 (OutletFeed, 1);
  feed->webrtc = gst_object_ref (self->webrtc);
  feed->pad = gst_object_ref (self->pad);
  self->consumer =
      server_fan_add_consumer (self->fan, &config, &funcs, feed, &error);
  if (self->consumer == NULL) {
    GST_ERROR_OBJECT (self->webrtc, "a track cannot be sent: %s",
        error->message);
    return FALSE;
  }
  if (self->paused)
    server_consumer_set_paused (self->consumer, TRUE);
  return TRUE;
}

void
server_outlet_set_paused (ServerOutlet * self, gboolean paused)
{
  if (self->paused == paused)
    return;
  self->paused = paused;
  if (self->consumer != NULL)
    server_consumer_set_paused (self->consumer, paused);
}

void
server_outlet_leave (ServerOutlet * self)
{
  g_autoptr (GstWebRTCRTPTransceiver) transceiver = NULL;

  if (self->left)
    return;
  self->left = TRUE;
  if (self->consumer != NULL)
    server_consumer_leave (self->consumer);
  if (self->target == NULL)
    return;
  g_object_get (self->target, "transceiver", &transceiver, NULL);
  if (transceiver != NULL)
    g_object_set (transceiver, "direction",
        GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_INACTIVE, NULL);
}

void
server_outlet_close (ServerOutlet * self)
{
  if (self->consumer != NULL
      && !server_consumer_stop (self->consumer, STOP_TIME))
    GST_WARNING_OBJECT (self->webrtc, "a track is still being sent");
  if (self->pad == NULL)
    return;
  gst_pad_unlink (self->pad, self->target);
  gst_pad_set_active (self->pad, FALSE);
  gst_element_release_request_pad (self->webrtc, self->target);
  gst_clear_object (&self->pad);
  gst_clear_object (&self->target);
}

gboolean
server_outlet_try_close (ServerOutlet * self)
{
  if (self->consumer != NULL && !server_consumer_wait (self->consumer, 0))
    return FALSE;
  server_outlet_close (self);
  return TRUE;
}

gboolean
server_outlet_get_reception (ServerOutlet * self, RoomReceptionReport * report)
{
  *report = (RoomReceptionReport) {
  0};
  return self->reception != NULL
      && room_reception_get (self->reception, self->ssrc, report);
}

gboolean
server_outlet_get_counts (ServerOutlet * self, ServerConsumerCounts * counts)
{
  if (self->consumer == NULL)
    return FALSE;
  server_consumer_get_counts (self->consumer, counts);
  return TRUE;
}

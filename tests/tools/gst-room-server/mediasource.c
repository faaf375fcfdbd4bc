/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mediasource.h"

#include <gst/rtp/rtp.h>
#include <string.h>

static const gchar *
get_payloader (const gchar * codec)
{
  return g_str_equal (codec, "H264")
      ? "h264parse config-interval=-1 ! rtph264pay"
      : g_str_equal (codec, "VP9") ? "rtpvp9pay picture-id-mode=15-bit"
      : g_str_equal (codec, "H265")
      ? "h265parse config-interval=-1 ! rtph265pay"
      : g_str_equal (codec, "PCMU") ? "rtppcmupay"
      : g_str_equal (codec, "PCMA") ? "rtppcmapay"
      : g_str_equal (codec, "OPUS") ? "rtpopuspay"
      : "rtpvp8pay picture-id-mode=15-bit";
}

/* webrtcbin's name of the first section. */
static void
add_mid (GstElement * branch)
{
  g_autoptr (GstElement) payloader =
      gst_bin_get_by_name (GST_BIN (branch), "pay");
  GstRTPHeaderExtension *mid =
      gst_rtp_header_extension_create_from_uri (GST_RTP_HDREXT_BASE "sdes:mid");

  g_object_set (mid, "mid", "video0", NULL);
  gst_rtp_header_extension_set_id (mid, 4);
  g_signal_emit_by_name (payloader, "add-extension", mid);
  gst_object_unref (mid);
}

const gchar *
media_source_get_sound (const gchar * line)
{
  return strstr (line, "mulawenc") != NULL ? "PCMU"
      : strstr (line, "alawenc") != NULL ? "PCMA" : "OPUS";
}

gchar *
media_source_add (ServerPeer * client, const gchar * source,
    const gchar * codec, gboolean unnamed)
{
  const ServerCodec *row = server_codec_find (codec);
  /* Numbers of its own, other than the server's. */
  guint pt = row->pt < 96 ? row->pt : row->video ? 97 : 109;
  GstElement *webrtc = server_peer_get_webrtc (client);
  guint32 ssrc = g_random_int () | 1;
  g_autofree gchar *line = g_strdup_printf ("%s ! %s name=pay pt=%u ssrc=%u "
      "timestamp-offset=0 mtu=1200 ! capsfilter caps=\"application/x-rtp, media=%s, "
      "encoding-name=%s, clock-rate=%u, payload=%u, ssrc=(uint)%u%s\"",
      source, get_payloader (codec), pt, ssrc, row->video ? "video" : "audio",
      codec, row->clock_rate, pt, ssrc, unnamed
      ? ", extmap-4=(string)" GST_RTP_HDREXT_BASE "sdes:mid" : "");
  g_autoptr (GError) error = NULL;
  GstElement *branch = gst_parse_bin_from_description (line, TRUE, &error);

  g_assert_no_error (error);
  if (unnamed)
    add_mid (branch);
  gst_bin_add (server_peer_get_bin (client), branch);
  g_autoptr (GstPad) src = gst_element_get_static_pad (branch, "src");
  g_autoptr (GstPad) sink = gst_element_request_pad_simple (webrtc, "sink_%u");
  g_autoptr (GstWebRTCRTPTransceiver) transceiver = NULL;
  g_object_get (sink, "transceiver", &transceiver, NULL);
  g_object_set (transceiver, "direction",
      GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_SENDONLY, NULL);
  if (row->video)
    g_object_set (transceiver, "do-nack", TRUE, NULL);
  g_assert_cmpint (gst_pad_link (src, sink), ==, GST_PAD_LINK_OK);
  gst_element_sync_state_with_parent (branch);
  return gst_object_get_name (GST_OBJECT (transceiver));
}

void
media_source_add_receiver (ServerPeer * client, const ServerCodec * codec)
{
  guint pt = codec->pt < 96 ? codec->pt : codec->video ? 120 : 123;
  g_autoptr (GstWebRTCRTPTransceiver) transceiver = NULL;
  g_autoptr (GstCaps) caps = gst_caps_new_simple ("application/x-rtp", "media",
      G_TYPE_STRING, codec->video ? "video" : "audio", "encoding-name",
      G_TYPE_STRING, codec->name, "clock-rate", G_TYPE_INT,
      (gint) codec->clock_rate, "payload", G_TYPE_INT, (gint) pt, NULL);

  g_signal_emit_by_name (server_peer_get_webrtc (client), "add-transceiver",
      GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_RECVONLY, caps, &transceiver);
  if (codec->video)
    g_object_set (transceiver, "do-nack", TRUE, NULL);
}

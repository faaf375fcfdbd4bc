/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomCodec: the table, and the elements that send what it names. */
#include "roomcodec.h"

#include <gst/rtp/gstrtphdrext.h>

/* Below the path's 1280 or so, with room for SRTP, RTX and TURN. */
#define PAYLOADER_MTU 1200

/* PCM comes in blocks of any length; this is what a packet should hold. */
#define PCM_PACKET_TIME (20 * GST_MSECOND)

#define TWCC_URI "http://www.ietf.org/id/draft-holmer-rmcat-" \
    "transport-wide-cc-extensions-01"

/* Dynamic payload types are from 96 on, because the payloaders take no other.
 * webrtcbin takes RTX payload types from 96 upwards; room_sdp_widen() writes
 * the table's in their place, so the two ranges may overlap. */
static const RoomCodec codecs[] = {
  {"H264", "video/H264", TRUE, "video/x-h264", "h264parse", "rtph264pay",
        96, 97, 90000, 0,
      "packetization-mode=1;profile-level-id=42e01f;level-asymmetry-allowed=1"},
  {"VP8", "video/VP8", TRUE, "video/x-vp8", NULL, "rtpvp8pay",
      98, 99, 90000, 0, NULL},
  {"VP9", "video/VP9", TRUE, "video/x-vp9", "vp9parse", "rtpvp9pay",
      100, 101, 90000, 0, "profile-id=0"},
  {"AV1", "video/AV1", TRUE, "video/x-av1", "av1parse", "rtpav1pay",
      102, 103, 90000, 0, NULL},
  {"H265", "video/H265", TRUE, "video/x-h265", "h265parse", "rtph265pay",
      116, 117, 90000, 0, NULL},
  {"opus", "audio/opus", FALSE, "audio/x-opus", "capssetter", "rtpopuspay",
      111, 0, 48000, 2, "minptime=10;useinbandfec=1"},
  {"PCMU", "audio/PCMU", FALSE, "audio/x-mulaw", NULL, "rtppcmupay",
      0, 0, 8000, 0, NULL},
  {"PCMA", "audio/PCMA", FALSE, "audio/x-alaw", NULL, "rtppcmapay",
      8, 0, 8000, 0, NULL},
};

const RoomCodec *
room_codec_get (guint index)
{
  return index < G_N_ELEMENTS (codecs) ? &codecs[index] : NULL;
}

const RoomCodec *
room_codec_find (const GstCaps * caps)
{
  const GstStructure *structure;

  if (caps == NULL || gst_caps_is_any (caps) || gst_caps_is_empty (caps))
    return NULL;

  structure = gst_caps_get_structure (caps, 0);
  for (guint i = 0; i < G_N_ELEMENTS (codecs); i++) {
    if (gst_structure_has_name (structure, codecs[i].media_type))
      return &codecs[i];
  }
  return NULL;
}

const RoomCodec *
room_codec_find_name (const gchar * name)
{
  for (guint i = 0; i < G_N_ELEMENTS (codecs); i++) {
    if (g_ascii_strcasecmp (codecs[i].name, name) == 0)
      return &codecs[i];
  }
  return NULL;
}

static gboolean
codec_has_factory (const gchar * name)
{
  g_autoptr (GstElementFactory) factory = gst_element_factory_find (name);

  return factory != NULL;
}

gboolean
room_codec_is_available (const RoomCodec * self)
{
  /* Audio needs its parser for rare caps only. */
  return codec_has_factory (self->payloader)
      && (!self->video || self->parser == NULL
      || codec_has_factory (self->parser));
}

static GstElement *
codec_make_element (const RoomCodec * self, const gchar * factory,
    GError ** error)
{
  GstElement *element = gst_element_factory_make (factory, NULL);

  if (element == NULL) {
    g_set_error (error, GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN,
        "%s needs the element %s, which is not installed", self->name, factory);
  }
  return element;
}

static gboolean
codec_add_twcc (GstElement * payloader, GError ** error)
{
  g_autoptr (GstRTPHeaderExtension) twcc =
      gst_rtp_header_extension_create_from_uri (TWCC_URI);

  if (twcc == NULL) {
    g_set_error_literal (error, GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN,
        "the element rtphdrexttwcc is not installed");
    return FALSE;
  }
  gst_rtp_header_extension_set_id (twcc, ROOM_CODEC_TWCC_ID);
  g_signal_emit_by_name (payloader, "add-extension", twcc);
  return TRUE;
}

static void
codec_set_if_there (GstElement * element, const gchar * property,
    const gchar * value)
{
  if (g_object_class_find_property (G_OBJECT_GET_CLASS (element), property))
    gst_util_set_object_arg (G_OBJECT (element), property, value);
}

GstElement *
room_codec_make_payloader (const RoomCodec * self, GError ** error)
{
  GstElement *payloader = codec_make_element (self, self->payloader, error);

  if (payloader == NULL)
    return NULL;

  /* perfect-rtptime counts samples from the start: a gap in the input would
   * then shift all that follows against the other tracks. */
  g_object_set (payloader, "pt", self->pt, "mtu", PAYLOADER_MTU,
      "perfect-rtptime", FALSE, NULL);
  codec_set_if_there (payloader, "aggregate-mode", "zero-latency");
  codec_set_if_there (payloader, "picture-id-mode", "15-bit");
  if (self->clock_rate == 8000)
    g_object_set (payloader, "max-ptime", (gint64) PCM_PACKET_TIME, NULL);

  if (self->video && !codec_add_twcc (payloader, error)) {
    gst_object_ref_sink (payloader);
    gst_object_unref (payloader);
    return NULL;
  }
  return payloader;
}

gboolean
room_codec_needs_parser (const RoomCodec * self, const GstCaps * caps)
{
  const GstStructure *structure = gst_caps_get_structure (caps, 0);

  if (self->parser == NULL || self->video)
    return self->parser != NULL;

  /* Bare Opus, as an appsrc may send it. RTP has the one mapping family, and
   * opusparse cannot read caps without it either. */
  return !gst_structure_has_field (structure, "channel-mapping-family");
}

GstElement *
room_codec_make_parser (const RoomCodec * self, GError ** error)
{
  GstElement *parser;

  g_return_val_if_fail (self->parser != NULL, NULL);

  parser = codec_make_element (self, self->parser, error);
  /* Parameter sets in band with every key frame: the server recognises a key
   * frame by them, and a late subscriber has nothing else. It is done here and
   * not in the payloader, which adds a second set where there is one. */
  if (parser != NULL) {
    codec_set_if_there (parser, "config-interval", "-1");
    codec_set_if_there (parser, "caps",
        "audio/x-opus, channel-mapping-family = (int) 0");
  }
  return parser;
}

GstBuffer *
room_codec_make_silence (const RoomCodec * self)
{
  /* RFC 6716, section 3.1: full band CELT, 20 ms, one frame of nothing. */
  static const guint8 opus[] = { 0xf8, 0xff, 0xfe };

  if (self->clock_rate != 8000)
    return gst_buffer_new_memdup (opus, sizeof opus);
  /* ITU-T G.711: the code of the smallest value, in mu-law and in A-law. */
  gboolean mu_law = g_str_equal (self->media_type, "audio/x-mulaw");
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, 160, NULL);
  gst_buffer_memset (buffer, 0, mu_law ? 0xff : 0xd5, 160);
  return buffer;
}

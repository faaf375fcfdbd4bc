/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpMuxFormat: see rtmpmuxformat.h. */

#include "rtmpmuxformat.h"

#include <gst/pbutils/pbutils.h>
#include <string.h>

#include "rtmp/rtmpaacconfig.h"
#include "rtmp/rtmpav1config.h"
#include "rtmp/rtmpavcconfig.h"
#include "rtmp/rtmpflacconfig.h"
#include "rtmp/rtmphevcconfig.h"
#include "rtmp/rtmpopusconfig.h"
#include "rtmp/rtmpvpconfig.h"
#include "rtmpcolor.h"

/* What libFLAC puts before the marker in front of a stream: as in Ogg. */
#define OGG_FLAC "\177FLAC"
#define OGG_FLAC_SIZE 9

#define VIDEO_CAPS \
  "video/x-h264, stream-format = avc, alignment = au; " \
  "video/x-h265, stream-format = { hvc1, hev1 }, alignment = au; " \
  "video/x-av1, stream-format = obu-stream, alignment = tu; " \
  "video/x-vp9, alignment = super-frame; " \
  "video/x-vp8"

#define AUDIO_CAPS \
  "audio/mpeg, mpegversion = { 2, 4 }, stream-format = raw; " \
  "audio/mpeg, mpegversion = 1, layer = 3; " \
  "audio/x-opus; " \
  "audio/x-flac; " \
  "audio/x-ac3, alignment = frame; " \
  "audio/x-eac3, alignment = frame"

typedef struct
{
  const gchar *media_type;
  RtmpCodec codec;
} Row;

/* audio/mpeg is two. */
static const Row rows[] = {
  {"video/x-h264", RTMP_CODEC_H264}, {"video/x-h265", RTMP_CODEC_H265},
  {"video/x-av1", RTMP_CODEC_AV1}, {"video/x-vp9", RTMP_CODEC_VP9},
  {"video/x-vp8", RTMP_CODEC_VP8}, {"audio/mpeg", RTMP_CODEC_AAC},
  {"audio/x-opus", RTMP_CODEC_OPUS}, {"audio/x-flac", RTMP_CODEC_FLAC},
  {"audio/x-ac3", RTMP_CODEC_AC3}, {"audio/x-eac3", RTMP_CODEC_EAC3},
};

void
rtmp_mux_format_clear (RtmpMuxFormat * self)
{
  g_clear_pointer (&self->config, g_bytes_unref);
}

GstCaps *
rtmp_mux_format_template (gboolean video)
{
  return gst_caps_from_string (video ? VIDEO_CAPS : AUDIO_CAPS);
}

static gboolean
fail (GError ** error, RtmpCodec codec, const gchar * what)
{
  g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT, "%s %s",
      rtmp_codec_get_name (codec), what);
  return FALSE;
}

static GBytes *
get_bytes (const GValue * value)
{
  GstMapInfo map;

  if (value == NULL || !GST_VALUE_HOLDS_BUFFER (value))
    return NULL;
  GstBuffer *buffer = gst_value_get_buffer (value);
  if (buffer == NULL || !gst_buffer_map (buffer, &map, GST_MAP_READ))
    return NULL;
  GBytes *bytes = g_bytes_new (map.data, map.size);
  gst_buffer_unmap (buffer, &map);
  return bytes;
}

static GBytes *
get_codec_data (const GstStructure * structure)
{
  return get_bytes (gst_structure_get_value (structure, "codec_data"));
}

/* What a parser says an element must have before the stream. */
static GBytes *
get_first_header (const GstStructure * structure)
{
  const GValue *headers = gst_structure_get_value (structure, "streamheader");

  if (headers == NULL || !GST_VALUE_HOLDS_ARRAY (headers)
      || gst_value_array_get_size (headers) == 0)
    return NULL;
  return get_bytes (gst_value_array_get_value (headers, 0));
}

/* -- Records. -- */

static gboolean
check_record (RtmpCodec codec, GBytes * record, GError ** error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (record, &size);
  RtmpAacConfig aac;

  switch (codec) {
    case RTMP_CODEC_H264:
    {
      g_autoptr (RtmpAvcConfig) avc = rtmp_avc_config_parse (data, size, error);
      return avc != NULL;
    }
    case RTMP_CODEC_H265:
    {
      g_autoptr (RtmpHevcConfig) hevc =
          rtmp_hevc_config_parse (data, size, error);
      return hevc != NULL;
    }
    default:
      return rtmp_aac_config_parse (&aac, data, size, error);
  }
}

static gboolean
read_codec_data (RtmpMuxFormat * self, const GstStructure * structure,
    GError ** error)
{
  self->config = get_codec_data (structure);
  if (self->config == NULL)
    return fail (error, self->codec, "comes without codec_data");
  if (check_record (self->codec, self->config, NULL))
    return TRUE;
  return fail (error, self->codec, "comes with codec_data that are none");
}

/* Not all that stands there is a record: qtdemux of GStreamer 1.22 leaves out
 * its head. Then it is made from the first key frame. */
static void
read_av1_record (RtmpMuxFormat * self, const GstStructure * structure)
{
  g_autoptr (GBytes) record = get_codec_data (structure);
  g_auto (RtmpAv1Config) config = { 0 };
  gsize size = 0;
  const guint8 *data = record ? g_bytes_get_data (record, &size) : NULL;

  if (record != NULL && rtmp_av1_config_parse (&config, data, size, NULL))
    self->config = g_steal_pointer (&record);
}

static gboolean
read_opus_record (RtmpMuxFormat * self, const GstCaps * caps, GError ** error)
{
  g_autoptr (GBytes) header =
      get_first_header (gst_caps_get_structure (caps, 0));
  RtmpOpusConfig config;
  guint32 rate;
  guint8 channels, family, streams, coupled, mapping[256];

  if (header != NULL && rtmp_opus_config_parse (&config,
          g_bytes_get_data (header, NULL), g_bytes_get_size (header), NULL)) {
    self->config = g_steal_pointer (&header);
  } else {
    /* It takes a family for granted. */
    if (!gst_structure_has_field_typed (gst_caps_get_structure (caps, 0),
            "channel-mapping-family", G_TYPE_INT)
        || !gst_codec_utils_opus_parse_caps ((GstCaps *) caps, &rate,
            &channels, &family, &streams, &coupled, mapping))
      return fail (error, self->codec, "does not say its channels");
    memset (&config, 0, sizeof config);
    config.channels = channels;
    config.rate = rate;
    config.family = family;
    config.streams = streams;
    config.coupled = coupled;
    memcpy (config.mapping, mapping, channels);
    self->config = rtmp_opus_config_write (&config);
  }
  self->numbers.channels = config.channels;
  /* Whatever was encoded. */
  self->numbers.sample_rate = 48000;
  return TRUE;
}

static gboolean
read_flac_record (RtmpMuxFormat * self, const GstStructure * structure,
    GError ** error)
{
  g_autoptr (GBytes) header = get_first_header (structure);
  RtmpFlacConfig config;
  gsize size = 0;
  const guint8 *data = header ? g_bytes_get_data (header, &size) : NULL;

  if (size > OGG_FLAC_SIZE && memcmp (data, OGG_FLAC, strlen (OGG_FLAC)) == 0) {
    data += OGG_FLAC_SIZE;
    size -= OGG_FLAC_SIZE;
  }
  if (size == 0 || !rtmp_flac_config_parse (&config, data, size, NULL))
    return fail (error, self->codec, "comes without its header");
  self->config = rtmp_flac_config_write (&config);
  self->numbers.sample_rate = config.rate;
  self->numbers.sample_size = config.depth;
  self->numbers.channels = config.channels;
  return TRUE;
}

/* -- Numbers. -- */

static void
read_video_numbers (RtmpMuxFormat * self, const GstStructure * structure)
{
  gint width, height, rate, base;

  if (gst_structure_get_int (structure, "width", &width)
      && gst_structure_get_int (structure, "height", &height)) {
    self->numbers.width = width;
    self->numbers.height = height;
  }
  if (gst_structure_get_fraction (structure, "framerate", &rate, &base)
      && rate > 0 && base > 0)
    self->numbers.frame_rate = (gdouble) rate / base;
}

static void
read_audio_numbers (RtmpMuxFormat * self, const GstStructure * structure)
{
  gint rate, channels;

  if (self->numbers.sample_rate == 0
      && gst_structure_get_int (structure, "rate", &rate))
    self->numbers.sample_rate = rate;
  if (self->numbers.channels == 0
      && gst_structure_get_int (structure, "channels", &channels))
    self->numbers.channels = channels;
  if (self->numbers.sample_size == 0)
    self->numbers.sample_size = 16;
}

/* A classic header has four rates and 8 kHz; 48 kHz goes as 44.1, which all
 * readers bear, for they look into the frames. */
static void
settle_mp3 (RtmpMuxFormat * self)
{
  guint rate = self->numbers.sample_rate;

  if (rate == 8000)
    self->codec = RTMP_CODEC_MP3_8K;
  self->enhanced_only = rate != 8000 && rate != 11025 && rate != 22050
      && rate != 44100 && rate != 48000;
}

/* -- All of it. -- */

static RtmpCodec
find_codec (const GstStructure * structure)
{
  gint version;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    if (!gst_structure_has_name (structure, rows[i].media_type))
      continue;
    if (rows[i].codec == RTMP_CODEC_AAC
        && gst_structure_get_int (structure, "mpegversion", &version)
        && version == 1)
      return RTMP_CODEC_MP3;
    return rows[i].codec;
  }
  return RTMP_CODEC_UNKNOWN;
}

static gboolean
read_record (RtmpMuxFormat * self, const GstCaps * caps, GError ** error)
{
  const GstStructure *structure = gst_caps_get_structure (caps, 0);
  RtmpVpConfig vp8;

  switch (self->codec) {
    case RTMP_CODEC_H264:
    case RTMP_CODEC_H265:
    case RTMP_CODEC_AAC:
      return read_codec_data (self, structure, error);
    case RTMP_CODEC_AV1:
      read_av1_record (self, structure);
      return TRUE;
    case RTMP_CODEC_VP8:
      rtmp_vp_config_init (&vp8);
      self->config = rtmp_vp_config_write (&vp8);
      return TRUE;
    case RTMP_CODEC_OPUS:
      return read_opus_record (self, caps, error);
    case RTMP_CODEC_FLAC:
      return read_flac_record (self, structure, error);
    case RTMP_CODEC_UNKNOWN:
      return fail (error, self->codec, "media cannot be written");
    default:
      return TRUE;
  }
}

gboolean
rtmp_mux_format_read (RtmpMuxFormat * self, const GstCaps * caps,
    GError ** error)
{
  const GstStructure *structure = gst_caps_get_structure (caps, 0);

  memset (self, 0, sizeof *self);
  self->codec = find_codec (structure);
  if (!read_record (self, caps, error)) {
    rtmp_mux_format_clear (self);
    return FALSE;
  }
  if (rtmp_codec_is_video (self->codec)) {
    read_video_numbers (self, structure);
    self->has_color = rtmp_color_from_caps (&self->color, caps);
  } else {
    read_audio_numbers (self, structure);
  }
  if (self->codec == RTMP_CODEC_MP3)
    settle_mp3 (self);
  self->numbers.codec = self->codec;
  return TRUE;
}

gboolean
rtmp_mux_format_is_open (const RtmpMuxFormat * self)
{
  return self->config == NULL && rtmp_codec_has_config (self->codec);
}

gboolean
rtmp_mux_format_find_config (RtmpMuxFormat * self, const guint8 * frame,
    gsize size)
{
  g_auto (RtmpAv1Config) av1 = { 0 };
  RtmpVpConfig vp9;
  guint width, height;

  if (self->codec == RTMP_CODEC_AV1) {
    if (!rtmp_av1_config_find (&av1, frame, size, NULL))
      return FALSE;
    self->config = rtmp_av1_config_write (&av1);
    return TRUE;
  }
  if (!rtmp_vp_config_find (&vp9, frame, size, &width, &height))
    return FALSE;
  vp9.level = rtmp_vp_config_get_level (width, height,
      self->numbers.frame_rate);
  self->config = rtmp_vp_config_write (&vp9);
  return TRUE;
}

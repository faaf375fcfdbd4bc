/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpDemuxCaps: see rtmpdemuxcaps.h. */

#include "rtmpdemuxcaps.h"

#include <gst/pbutils/pbutils.h>
#include <string.h>

#include "rtmp/rtmpaacconfig.h"
#include "rtmp/rtmpav1config.h"
#include "rtmp/rtmpavcconfig.h"
#include "rtmp/rtmperror.h"
#include "rtmp/rtmpflacconfig.h"
#include "rtmp/rtmphevcconfig.h"
#include "rtmp/rtmpopusconfig.h"
#include "rtmp/rtmpvpconfig.h"

#define VIDEO_CAPS \
  "video/x-h264, stream-format = avc, alignment = au; " \
  "video/x-h265, stream-format = hvc1, alignment = au; " \
  "video/x-av1, stream-format = obu-stream, alignment = tu; " \
  "video/x-vp9; " \
  "video/x-vp8; " \
  "video/x-flash-video, flvversion = 1; " \
  "video/x-flash-screen; " \
  "video/x-flash-screen2; " \
  "video/x-vp6-flash; " \
  "video/x-vp6-alpha"

#define AUDIO_CAPS \
  "audio/mpeg, mpegversion = 4, stream-format = raw, framed = true; " \
  "audio/mpeg, mpegversion = 1, layer = 3, parsed = true; " \
  "audio/x-opus; " \
  "audio/x-flac, framed = true; " \
  "audio/x-ac3, framed = true, alignment = frame; " \
  "audio/x-eac3, framed = true, alignment = frame; " \
  "audio/x-speex; " \
  "audio/x-nellymoser; " \
  "audio/x-adpcm, layout = swf; " \
  "audio/x-alaw; " \
  "audio/x-mulaw; " \
  "audio/x-raw, format = { U8, S16LE }, layout = interleaved"

GstCaps *
rtmp_demux_caps_template (gboolean video)
{
  return gst_caps_from_string (video ? VIDEO_CAPS : AUDIO_CAPS);
}

gboolean
rtmp_demux_caps_need_config (RtmpCodec codec)
{
  return codec == RTMP_CODEC_H264 || codec == RTMP_CODEC_H265
      || codec == RTMP_CODEC_AAC || codec == RTMP_CODEC_FLAC;
}

static GstCaps *
refuse (GError ** error, RtmpCodec codec)
{
  g_set_error (error, RTMP_ERROR, RTMP_ERROR_UNSUPPORTED,
      "there are no caps for %s", rtmp_codec_get_name (codec));
  return NULL;
}

static void
add_buffer (GstCaps * caps, const gchar * field, GBytes * bytes)
{
  g_autoptr (GstBuffer) buffer = gst_buffer_new_wrapped_bytes (bytes);

  gst_caps_set_simple (caps, field, GST_TYPE_BUFFER, buffer, NULL);
}

/* What many decoders ask for: the headers of the stream, as a file of its own
 * would have them. Takes @headers. */
static void
add_stream_headers (GstCaps * caps, GstBuffer ** headers, guint n_headers)
{
  GValue list = G_VALUE_INIT;

  g_value_init (&list, GST_TYPE_ARRAY);
  for (guint i = 0; i < n_headers; i++) {
    GValue value = G_VALUE_INIT;
    g_value_init (&value, GST_TYPE_BUFFER);
    GST_BUFFER_FLAG_SET (headers[i], GST_BUFFER_FLAG_HEADER);
    g_value_take_boxed (&value, headers[i]);
    gst_value_array_append_and_take_value (&list, &value);
  }
  gst_structure_take_value (gst_caps_get_structure (caps, 0), "streamheader",
      &list);
}

/* -- Video. -- */

static GstCaps *
new_h264 (GBytes * config, GError ** error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (config, &size);
  g_autoptr (RtmpAvcConfig) record = rtmp_avc_config_parse (data, size, error);

  if (record == NULL)
    return NULL;
  GstCaps *caps = gst_caps_new_simple ("video/x-h264",
      "stream-format", G_TYPE_STRING, "avc",
      "alignment", G_TYPE_STRING, "au", NULL);
  gst_codec_utils_h264_caps_set_level_and_profile (caps, data + 1, size - 1);
  add_buffer (caps, "codec_data", config);
  return caps;
}

static GstCaps *
new_h265 (GBytes * config, GError ** error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (config, &size);
  g_autoptr (RtmpHevcConfig) record =
      rtmp_hevc_config_parse (data, size, error);

  if (record == NULL)
    return NULL;
  GstCaps *caps = gst_caps_new_simple ("video/x-h265",
      "stream-format", G_TYPE_STRING, "hvc1",
      "alignment", G_TYPE_STRING, "au", NULL);
  gst_codec_utils_h265_caps_set_level_tier_and_profile (caps, data + 1,
      size - 1);
  add_buffer (caps, "codec_data", config);
  return caps;
}

/* The record may be missing: each key frame has all that is in it. */
static GstCaps *
new_av1 (GBytes * config, GError ** error)
{
  static const gchar *profiles[] = { "main", "high", "professional" };
  GstCaps *caps = gst_caps_new_simple ("video/x-av1",
      "stream-format", G_TYPE_STRING, "obu-stream",
      "alignment", G_TYPE_STRING, "tu", NULL);
  g_auto (RtmpAv1Config) record = { 0 };

  if (config == NULL || g_bytes_get_size (config) == 0)
    return caps;
  if (!rtmp_av1_config_parse (&record, g_bytes_get_data (config, NULL),
          g_bytes_get_size (config), error)) {
    gst_caps_unref (caps);
    return NULL;
  }
  if (record.profile < G_N_ELEMENTS (profiles))
    gst_caps_set_simple (caps, "profile", G_TYPE_STRING,
        profiles[record.profile], NULL);
  gst_caps_set_simple (caps,
      "bit-depth-luma", G_TYPE_UINT, (guint) record.depth,
      "bit-depth-chroma", G_TYPE_UINT, (guint) record.depth, NULL);
  add_buffer (caps, "codec_data", config);
  return caps;
}

static GstCaps *
new_vp (const gchar * name, GBytes * config, GError ** error)
{
  static const gchar *profiles[] = { "0", "1", "2", "3" };
  GstCaps *caps = gst_caps_new_empty_simple (name);
  RtmpVpConfig record;

  if (config == NULL || g_bytes_get_size (config) == 0)
    return caps;
  if (!rtmp_vp_config_parse (&record, g_bytes_get_data (config, NULL),
          g_bytes_get_size (config), error)) {
    gst_caps_unref (caps);
    return NULL;
  }
  gst_caps_set_simple (caps, "profile", G_TYPE_STRING,
      profiles[record.profile], NULL);
  return caps;
}

/* Parsers know better; without one it is better than nothing. */
static void
add_video_numbers (GstCaps * caps, const RtmpMetadataTrack * numbers)
{
  gint rate, base;

  if (numbers->width >= 1 && numbers->width <= G_MAXUINT16
      && numbers->height >= 1 && numbers->height <= G_MAXUINT16)
    gst_caps_set_simple (caps, "width", G_TYPE_INT, (gint) numbers->width,
        "height", G_TYPE_INT, (gint) numbers->height, NULL);
  if (numbers->frame_rate > 0 && numbers->frame_rate <= 1000) {
    gst_util_double_to_fraction (numbers->frame_rate, &rate, &base);
    gst_caps_set_simple (caps, "framerate", GST_TYPE_FRACTION, rate, base,
        NULL);
  }
}

static GstCaps *
new_video (RtmpCodec codec, GBytes * config, GError ** error)
{
  switch (codec) {
    case RTMP_CODEC_H264:
      return new_h264 (config, error);
    case RTMP_CODEC_H265:
      return new_h265 (config, error);
    case RTMP_CODEC_AV1:
      return new_av1 (config, error);
    case RTMP_CODEC_VP9:
      return new_vp ("video/x-vp9", config, error);
    case RTMP_CODEC_VP8:
      return new_vp ("video/x-vp8", config, error);
    case RTMP_CODEC_SORENSON:
      return gst_caps_new_simple ("video/x-flash-video",
          "flvversion", G_TYPE_INT, 1, NULL);
    case RTMP_CODEC_SCREEN:
      return gst_caps_new_empty_simple ("video/x-flash-screen");
    case RTMP_CODEC_SCREEN2:
      return gst_caps_new_empty_simple ("video/x-flash-screen2");
    case RTMP_CODEC_VP6:
      return gst_caps_new_empty_simple ("video/x-vp6-flash");
    case RTMP_CODEC_VP6_ALPHA:
      return gst_caps_new_empty_simple ("video/x-vp6-alpha");
    default:
      return refuse (error, codec);
  }
}

GstCaps *
rtmp_demux_caps_new_video (RtmpCodec codec, GBytes * config,
    const RtmpMetadataTrack * numbers, GError ** error)
{
  GstCaps *caps = new_video (codec, config, error);

  if (caps != NULL && numbers != NULL)
    add_video_numbers (caps, numbers);
  return caps;
}

/* -- Audio. -- */

static GstCaps *
new_aac (GBytes * config, GError ** error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (config, &size);
  RtmpAacConfig record;

  if (!rtmp_aac_config_parse (&record, data, size, error))
    return NULL;
  guint channels = gst_codec_utils_aac_get_channels (data, size);
  GstCaps *caps = gst_caps_new_simple ("audio/mpeg",
      "mpegversion", G_TYPE_INT, 4, "framed", G_TYPE_BOOLEAN, TRUE,
      "stream-format", G_TYPE_STRING, "raw",
      "rate", G_TYPE_INT, (gint) record.rate, NULL);
  if (channels > 0)
    gst_caps_set_simple (caps, "channels", G_TYPE_INT, (gint) channels, NULL);
  gst_codec_utils_aac_caps_set_level_and_profile (caps, data, size);
  add_buffer (caps, "codec_data", config);
  return caps;
}

static GstCaps *
new_opus (GBytes * config, const RtmpChannels * channels, GError ** error)
{
  RtmpOpusConfig record;

  if (config != NULL && g_bytes_get_size (config) > 0) {
    if (!rtmp_opus_config_parse (&record, g_bytes_get_data (config, NULL),
            g_bytes_get_size (config), error))
      return NULL;
    g_autoptr (GstBuffer) header = gst_buffer_new_wrapped_bytes (config);
    GstCaps *caps = gst_codec_utils_opus_create_caps_from_header (header, NULL);
    if (caps != NULL)
      return caps;
  }
  /* Enhanced RTMP v2: without a record it is mono or stereo. */
  guint8 count = channels != NULL && channels->count == 1 ? 1 : 2;
  return gst_codec_utils_opus_create_caps (48000, count, 0, 1, count - 1, NULL);
}

/* As libFLAC has it in Ogg, which is what the elements of GStreamer ask for. */
static GstCaps *
new_flac (GBytes * config, GError ** error)
{
  static const guint8 ogg[] = { 0x7f, 'F', 'L', 'A', 'C', 1, 0, 0, 0 };
  RtmpFlacConfig record;

  if (!rtmp_flac_config_parse (&record, g_bytes_get_data (config, NULL),
          g_bytes_get_size (config), error))
    return NULL;
  g_autoptr (GBytes) header = rtmp_flac_config_write (&record);
  GstBuffer *buffer = gst_buffer_new_memdup (ogg, sizeof ogg);
  g_autoptr (GstBuffer) rest = gst_buffer_new_wrapped_bytes (header);
  gst_buffer_copy_into (buffer, rest,
      GST_BUFFER_COPY_MEMORY | GST_BUFFER_COPY_MERGE, 0, -1);
  GstCaps *caps = gst_caps_new_simple ("audio/x-flac",
      "framed", G_TYPE_BOOLEAN, TRUE,
      "rate", G_TYPE_INT, (gint) record.rate,
      "channels", G_TYPE_INT, (gint) record.channels, NULL);
  add_stream_headers (caps, &buffer, 1);
  return caps;
}

/* ISO/IEC 11172-3, 2.4.2.3: the header of a frame, which is truer than that of
 * the tag. */
static void
read_mp3_header (const RtmpAudio * audio, gint * rate, gint * channels)
{
  static const guint rates[] = { 44100, 48000, 32000 };
  const guint8 *data = audio->data;

  *rate = audio->rate;
  *channels = audio->channels;
  if (audio->kind != RTMP_AUDIO_FRAMES || audio->size < 4 || data[0] != 0xff
      || (data[1] & 0xe0) != 0xe0 || (data[2] >> 2 & 3) == 3)
    return;
  guint version = data[1] >> 3 & 3;
  guint divisor = version == 3 ? 1 : version == 2 ? 2 : 4;
  *rate = rates[data[2] >> 2 & 3] / divisor;
  *channels = data[3] >> 6 == 3 ? 1 : 2;
}

static GstCaps *
new_mp3 (const RtmpAudio * audio)
{
  gint rate, channels;
  GstCaps *caps = gst_caps_new_simple ("audio/mpeg",
      "mpegversion", G_TYPE_INT, 1, "layer", G_TYPE_INT, 3,
      "parsed", G_TYPE_BOOLEAN, TRUE, NULL);

  read_mp3_header (audio, &rate, &channels);
  if (rate > 0 && channels > 0)
    gst_caps_set_simple (caps, "rate", G_TYPE_INT, rate,
        "channels", G_TYPE_INT, channels, NULL);
  return caps;
}

static GstCaps *
new_ac3 (const gchar * name, const RtmpMetadataTrack * numbers)
{
  GstCaps *caps = gst_caps_new_simple (name, "framed", G_TYPE_BOOLEAN, TRUE,
      "alignment", G_TYPE_STRING, "frame", NULL);

  if (numbers != NULL && numbers->sample_rate >= 1 && numbers->channels >= 1)
    gst_caps_set_simple (caps,
        "rate", G_TYPE_INT, (gint) numbers->sample_rate,
        "channels", G_TYPE_INT, (gint) numbers->channels, NULL);
  return caps;
}

/* The header that stands before Speex in Ogg, for 16 kHz and one channel: all
 * that FLV allows. */
static GstCaps *
new_speex (void)
{
  static const guint8 header[80] = {
    'S', 'p', 'e', 'e', 'x', ' ', ' ', ' ', '1', '.', '1', '.', '1', '2',
    /* version, size, rate, mode (wide), version of the mode, channels, bit
     * rate (not told), samples of a frame, vbr, frames of a packet */
    [28] = 1,[32] = 80,[36] = 0x80, 0x3e,[40] = 1,[44] = 4,[48] = 1,
    [52] = 0xff, 0xff, 0xff, 0xff,[56] = 0x40, 0x01,[64] = 1,
  };
  /* No vendor, no comments. */
  static const guint8 comments[9] = { 0 };
  GstBuffer *headers[] = { gst_buffer_new_memdup (header, sizeof header),
    gst_buffer_new_memdup (comments, sizeof comments)
  };
  GstCaps *caps = gst_caps_new_simple ("audio/x-speex",
      "rate", G_TYPE_INT, 16000, "channels", G_TYPE_INT, 1, NULL);

  add_stream_headers (caps, headers, G_N_ELEMENTS (headers));
  return caps;
}

static GstCaps *
new_sampled (const RtmpAudio * audio, GstCaps * caps)
{
  gst_caps_set_simple (caps, "rate", G_TYPE_INT, (gint) audio->rate,
      "channels", G_TYPE_INT, (gint) audio->channels, NULL);
  return caps;
}

static GstCaps *
new_classic (const RtmpAudio * audio, GError ** error)
{
  switch (audio->codec) {
    case RTMP_CODEC_PCM_NATIVE:
      /* Whose order is not told; nearly all machines have this one. */
    case RTMP_CODEC_PCM_LE:
      return new_sampled (audio, gst_caps_new_simple ("audio/x-raw",
              "format", G_TYPE_STRING, audio->bits == 8 ? "U8" : "S16LE",
              "layout", G_TYPE_STRING, "interleaved", NULL));
    case RTMP_CODEC_ADPCM:
      return new_sampled (audio, gst_caps_new_simple ("audio/x-adpcm",
              "layout", G_TYPE_STRING, "swf", NULL));
    case RTMP_CODEC_NELLYMOSER:
    case RTMP_CODEC_NELLYMOSER_8K:
    case RTMP_CODEC_NELLYMOSER_16K:
      return new_sampled (audio,
          gst_caps_new_empty_simple ("audio/x-nellymoser"));
    case RTMP_CODEC_ALAW:
      return new_sampled (audio, gst_caps_new_empty_simple ("audio/x-alaw"));
    case RTMP_CODEC_MULAW:
      return new_sampled (audio, gst_caps_new_empty_simple ("audio/x-mulaw"));
    case RTMP_CODEC_SPEEX:
      return new_speex ();
    default:
      return refuse (error, audio->codec);
  }
}

GstCaps *
rtmp_demux_caps_new_audio (const RtmpAudio * audio, GBytes * config,
    const RtmpMetadataTrack * numbers, const RtmpChannels * channels,
    GError ** error)
{
  switch (audio->codec) {
    case RTMP_CODEC_AAC:
      return new_aac (config, error);
    case RTMP_CODEC_OPUS:
      return new_opus (config, channels, error);
    case RTMP_CODEC_FLAC:
      return new_flac (config, error);
    case RTMP_CODEC_MP3:
    case RTMP_CODEC_MP3_8K:
      return new_mp3 (audio);
    case RTMP_CODEC_AC3:
      return new_ac3 ("audio/x-ac3", numbers);
    case RTMP_CODEC_EAC3:
      return new_ac3 ("audio/x-eac3", numbers);
    default:
      return new_classic (audio, error);
  }
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomInput: what may come in is wide (the template), what is asked for is
 * narrow (the wanted caps), and what cannot be decoded in a room is refused
 * with words instead of going out unseen: the server never looks at a
 * profile. */
#include "roominput.h"

#define EIGHT_BIT_HINT "put video/x-raw,format=I420 before the encoder"

/* All of 4:2:0 and eight bits. */
#define H264_PROFILES "constrained-baseline, baseline, main, high, " \
    "constrained-high, progressive-high"

typedef struct
{
  const gchar *codec;
  const gchar *caps;            /* what an encoder in front may choose from */
  const gchar *profiles;        /* what subscribers can decode; NULL: all */
  gboolean eight_bits;          /* and eight bits only */
} InputRule;

/* Stereo stands before mono so that five channels become two, not one; one
 * stays one. No profile in VP9's caps: vp9enc does not look at it before it has
 * chosen its input, and then fails with less to go by than room_input_check()
 * has. */
static const InputRule rules[] = {
  {"H264", "video/x-h264, stream-format = { avc, avc3, byte-stream }, "
        "alignment = { au, nal }, profile = { " H264_PROFILES " }",
      H264_PROFILES, TRUE},
  {"VP8", "video/x-vp8", NULL, TRUE},
  {"VP9", "video/x-vp9", "0", TRUE},
  {"AV1", "video/x-av1", "main", FALSE},
  {"H265", "video/x-h265, "
        "stream-format = { hvc1, hev1, byte-stream }, "
        "alignment = { au, nal }, profile = (string) main", "main", TRUE},
  {"opus", "audio/x-opus, channel-mapping-family = 0, channels = 2; "
        "audio/x-opus, channel-mapping-family = 0, channels = 1", NULL, FALSE},
  {"PCMU", "audio/x-mulaw, rate = 8000, channels = 1", NULL, FALSE},
  {"PCMA", "audio/x-alaw, rate = 8000, channels = 1", NULL, FALSE},
};

static const InputRule *
input_get_rule (const RoomCodec * codec)
{
  guint i = 0;

  while (!g_str_equal (rules[i].codec, codec->name))
    i++;
  return &rules[i];
}

static const gchar *
input_get_raw_type (gboolean video)
{
  return video ? "video/x-raw" : "audio/x-raw";
}

static void
input_append_raw (GstCaps * caps, gboolean video)
{
  GstStructure *raw = gst_structure_new_empty (input_get_raw_type (video));

  gst_caps_append_structure_full (caps, raw, gst_caps_features_new_any ());
}

GstCaps *
room_input_template_caps (gboolean video)
{
  GstCaps *caps = gst_caps_new_empty ();

  for (guint i = 0; room_codec_get (i) != NULL; i++) {
    const RoomCodec *codec = room_codec_get (i);

    if (codec->video == video)
      gst_caps_append_structure (caps,
          gst_structure_new_empty (codec->media_type));
  }
  input_append_raw (caps, video);
  return caps;
}

GstCaps *
room_input_wanted_caps (gboolean video)
{
  GstCaps *caps = gst_caps_new_empty ();

  for (guint i = 0; room_codec_get (i) != NULL; i++) {
    const RoomCodec *codec = room_codec_get (i);

    if (codec->video == video && room_codec_is_available (codec))
      gst_caps_append (caps,
          gst_caps_from_string (input_get_rule (codec)->caps));
  }
  input_append_raw (caps, video);
  return caps;
}

static gboolean
G_GNUC_PRINTF (2, 3)
input_refuse (GError ** error, const gchar * format, ...)
{
  g_autofree gchar *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error_literal (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT, text);
  return FALSE;
}

static gboolean
input_check_profile (const RoomCodec * codec, const GstStructure * structure,
    const gchar * pad_name, GError ** error)
{
  const InputRule *rule = input_get_rule (codec);
  const gchar *profile = gst_structure_get_string (structure, "profile");
  const gchar *chroma = gst_structure_get_string (structure, "chroma-format");
  guint depth = 8;

  if (profile != NULL && rule->profiles != NULL) {
    g_auto (GStrv) allowed = g_strsplit (rule->profiles, ", ", -1);

    if (!g_strv_contains ((const gchar * const *) allowed, profile))
      return input_refuse (error, "pad %s: subscribers cannot decode %s "
          "profile %s, only %s: " EIGHT_BIT_HINT, pad_name, codec->name,
          profile, rule->profiles);
  }

  if (chroma != NULL && !g_str_equal (chroma, "4:2:0"))
    return input_refuse (error, "pad %s: subscribers cannot decode %s with "
        "chroma format %s, only 4:2:0: " EIGHT_BIT_HINT, pad_name,
        codec->name, chroma);

  gst_structure_get_uint (structure, "bit-depth-luma", &depth);
  if (rule->eight_bits && depth != 8)
    return input_refuse (error, "pad %s: subscribers cannot decode %s with %u "
        "bits per sample, only 8: " EIGHT_BIT_HINT, pad_name, codec->name,
        depth);
  return TRUE;
}

static gboolean
input_check_audio (const RoomCodec * codec, const GstStructure * structure,
    const gchar * pad_name, GError ** error)
{
  gint most = codec->channels != 0 ? (gint) codec->channels : 1;
  gint channels = most;
  gint rate = codec->clock_rate;
  gint family = 0;

  gst_structure_get_int (structure, "channels", &channels);
  gst_structure_get_int (structure, "rate", &rate);
  gst_structure_get_int (structure, "channel-mapping-family", &family);

  if (channels > most || family != 0)
    return input_refuse (error, "pad %s: %s with %d channels, the room takes "
        "at most %d", pad_name, codec->name, channels, most);
  if (codec->clock_rate == 8000 && rate != 8000)
    return input_refuse (error, "pad %s: %s with a rate of %d, the room takes "
        "8000 only", pad_name, codec->name, rate);
  return TRUE;
}

static gboolean
input_is_enabled (const RoomCodec * codec, const gchar * const *enabled_mimes)
{
  for (guint i = 0; enabled_mimes[i] != NULL; i++) {
    if (g_ascii_strcasecmp (enabled_mimes[i], codec->mime) == 0)
      return TRUE;
  }
  return FALSE;
}

/* The enabled codecs of the kind that can be published from here, as words. */
static gchar *
input_list_enabled (gboolean video, const gchar * const *enabled_mimes)
{
  GString *list = g_string_new (NULL);

  for (guint i = 0; room_codec_get (i) != NULL; i++) {
    const RoomCodec *codec = room_codec_get (i);

    if (codec->video == video && input_is_enabled (codec, enabled_mimes)
        && room_codec_is_available (codec))
      g_string_append_printf (list, "%s%s", list->len > 0 ? ", " : "",
          codec->name);
  }
  return g_string_free (list, FALSE);
}

static gboolean
input_check_enabled (const RoomCodec * codec, const gchar * pad_name,
    const gchar * const *enabled_mimes, GError ** error)
{
  g_autofree gchar *list = NULL;

  if (input_is_enabled (codec, enabled_mimes))
    return TRUE;

  list = input_list_enabled (codec->video, enabled_mimes);
  g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_WRONG_TYPE,
      "pad %s: the room does not take %s; of %s codecs it takes %s", pad_name,
      codec->name, codec->video ? "video" : "audio", *list ? list : "none");
  return FALSE;
}

gboolean
room_input_check (const RoomCodec * codec, const GstCaps * parsed,
    const gchar * pad_name, const gchar * const *enabled_mimes, GError ** error)
{
  const GstStructure *structure = gst_caps_get_structure (parsed, 0);

  if (enabled_mimes != NULL
      && !input_check_enabled (codec, pad_name, enabled_mimes, error))
    return FALSE;
  return codec->video ? input_check_profile (codec, structure, pad_name, error)
      : input_check_audio (codec, structure, pad_name, error);
}

GError *
room_input_refuse (const GstCaps * caps, const gchar * pad_name)
{
  const gchar *name = "an unknown stream";
  gboolean video = g_str_has_prefix (pad_name, "video");

  if (caps != NULL && !gst_caps_is_any (caps) && !gst_caps_is_empty (caps)) {
    name = gst_structure_get_name (gst_caps_get_structure (caps, 0));
    if (g_str_has_prefix (name, "video/") || g_str_has_prefix (name, "audio/"))
      video = g_str_has_prefix (name, "video/");
  }

  if (g_str_equal (name, input_get_raw_type (video)))
    return g_error_new (GST_STREAM_ERROR, GST_STREAM_ERROR_WRONG_TYPE,
        "pad %s takes encoded %s, not %s: put an encoder "
        "before it, such as %s", pad_name, video ? "video" : "audio", name,
        video ? "x264enc tune=zerolatency key-int-max=60, or vp8enc deadline=1"
        : "opusenc");
  return g_error_new (GST_STREAM_ERROR, GST_STREAM_ERROR_WRONG_TYPE,
      "pad %s: the room does not take %s: decode it and "
      "encode it as %s", pad_name, name, video ? "H264 (x264enc "
      "tune=zerolatency key-int-max=60) or VP8 (vp8enc deadline=1)"
      : "Opus (opusenc)");
}

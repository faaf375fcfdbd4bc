/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PublisherEnd: see the header. */
#include "publisherend.h"

/* The first entry that is a prefix of the caps' name speaks. */
static const struct
{
  const gchar *prefix;
  const gchar *what;
  const gchar *cure;
} advice[] = {
  {"video/x-raw", "raw video",
      "add an encoder, such as: videoconvert ! x264enc tune=zerolatency"},
  {"audio/x-raw", "raw audio",
      "add an encoder, such as: audioconvert ! audioresample ! opusenc"},
  {"application/x-rtp", "RTP packets",
      "leave the payloader out, or add a depayloader"},
  {"video/quicktime", "a container", "leave the muxer out, or add qtdemux"},
  {"video/x-matroska", "a container",
      "leave the muxer out, or add matroskademux"},
  {"video/webm", "a container", "leave the muxer out, or add matroskademux"},
  {"video/mpegts", "a container", "leave the muxer out, or add tsdemux"},
  {"video/x-flv", "a container", "leave the muxer out, or add flvdemux"},
  {"application/ogg", "a container", "leave the muxer out, or add oggdemux"},
  {"audio/ogg", "a container", "leave the muxer out, or add oggdemux"},
  {"video/", NULL, "the room takes H.264, H.265, VP8, VP9 and AV1"},
  {"image/", NULL, "decode it and add a video encoder, such as x264enc"},
  {"audio/", NULL, "the room takes Opus, PCMU and PCMA"},
  {"", NULL, "the room takes encoded audio and video only"},
};

PublisherEndKind
publisher_end_classify (GstCaps * caps, GstCaps * audio, GstCaps * video)
{
  if (!caps || gst_caps_is_any (caps) || gst_caps_is_empty (caps))
    return PUBLISHER_END_UNKNOWN;

  gboolean is_audio = gst_caps_can_intersect (caps, audio);
  gboolean is_video = gst_caps_can_intersect (caps, video);
  if (is_audio && is_video)
    return PUBLISHER_END_UNKNOWN;
  /* An end that can give several formats settles on one that the room takes
   * when it is linked. */
  if (is_audio)
    return PUBLISHER_END_AUDIO;
  if (is_video)
    return PUBLISHER_END_VIDEO;

  const gchar *name = gst_structure_get_name (gst_caps_get_structure (caps, 0));
  return g_str_has_suffix (name, "/x-raw") ? PUBLISHER_END_RAW :
      PUBLISHER_END_REFUSED;
}

/* The name of a format with the one or two fields that may be what is wrong
 * with it. */
static gchar *
describe_format (const GstStructure * format)
{
  static const gchar *const fields[] = { "profile", "mpegversion" };
  g_autoptr (GString) text = g_string_new (gst_structure_get_name (format));

  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++) {
    const GValue *value = gst_structure_get_value (format, fields[i]);
    if (!value)
      continue;
    g_autofree gchar *word = G_VALUE_HOLDS_STRING (value) ?
        g_value_dup_string (value) : gst_value_serialize (value);
    g_string_append_printf (text, ", %s %s", fields[i], word);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

gchar *
publisher_end_describe (GstPad * pad, GstCaps * caps)
{
  g_autoptr (GstObject) parent = gst_object_get_parent (GST_OBJECT (pad));
  g_autofree gchar *end = g_strdup_printf ("%s.%s",
      parent ? GST_OBJECT_NAME (parent) : "?", GST_OBJECT_NAME (pad));

  if (!caps || gst_caps_is_any (caps) || gst_caps_is_empty (caps))
    return g_strdup_printf ("%s gives data of an unknown format: "
        "add a parser, a demuxer or decodebin", end);

  GstStructure *first = gst_caps_get_structure (caps, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (advice); i++) {
    if (!g_str_has_prefix (gst_structure_get_name (first), advice[i].prefix))
      continue;
    g_autofree gchar *details = advice[i].what ?
        g_strdup (advice[i].what) : describe_format (first);
    return g_strdup_printf ("%s gives %s: %s", end, details, advice[i].cure);
  }
  g_return_val_if_reached (g_steal_pointer (&end));
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomSdp: works on the parsed message, which webrtcbin has written with the
 * same writer: what is not touched here comes out as it went in. */
#include "roomsdp.h"

#include <gst/gst.h>
#include <gst/sdp/sdp.h>
#include <string.h>

#include "roomcodec.h"

static const gchar *const video_feedback[] = {
  "nack", "nack pli", "ccm fir", "transport-cc",
};

/* @value is "PT rest". */
static gboolean
attribute_is_of (const GstSDPAttribute * self, const gchar * key, guint pt)
{
  gchar *end = NULL;

  return g_str_equal (self->key, key) && self->value != NULL
      && g_ascii_isdigit (self->value[0])
      && g_ascii_strtoull (self->value, &end, 10) == pt && *end == ' ';
}

static gint
media_find (const GstSDPMedia * self, const gchar * key, guint pt)
{
  for (guint i = 0; i < gst_sdp_media_attributes_len (self); i++) {
    if (attribute_is_of (gst_sdp_media_get_attribute (self, i), key, pt))
      return i;
  }
  return -1;
}

static void
G_GNUC_PRINTF (3, 4)
media_add (GstSDPMedia * self, const gchar * key, const gchar * format, ...)
{
  g_autofree gchar *value = NULL;
  va_list args;

  va_start (args, format);
  value = g_strdup_vprintf (format, args);
  va_end (args);
  gst_sdp_media_add_attribute (self, key, value);
}

static void
media_add_format (GstSDPMedia * self, guint pt)
{
  g_autofree gchar *format = g_strdup_printf ("%u", pt);

  gst_sdp_media_add_format (self, format);
}

static gboolean
media_get_format (const GstSDPMedia * self, guint index, guint * pt)
{
  guint64 number;

  if (index >= gst_sdp_media_formats_len (self)
      || !g_ascii_string_to_unsigned (gst_sdp_media_get_format (self, index),
          10, 0, 127, &number, NULL))
    return FALSE;
  *pt = number;
  return TRUE;
}

static gboolean
media_has_flag (const GstSDPMedia * self, const gchar * key)
{
  return gst_sdp_media_get_attribute_val (self, key) != NULL;
}

/* The codec of the first format, which is the one that the section sends. */
static const RoomCodec *
media_get_codec (const GstSDPMedia * self, guint * pt)
{
  g_autofree gchar *name = NULL;
  const gchar *map, *start;
  gint index;

  if (!media_get_format (self, 0, pt))
    return NULL;
  index = media_find (self, "rtpmap", *pt);
  if (index < 0)
    return NULL;

  map = gst_sdp_media_get_attribute (self, index)->value;
  start = strchr (map, ' ') + 1;
  name = g_strndup (start, strcspn (start, "/"));
  return room_codec_find_name (name);
}

static void
media_set_fmtp (GstSDPMedia * self, const RoomCodec * codec)
{
  for (gint i = media_find (self, "fmtp", codec->pt); i >= 0;
      i = media_find (self, "fmtp", codec->pt))
    gst_sdp_media_remove_attribute (self, i);
  if (codec->fmtp != NULL)
    media_add (self, "fmtp", "%u %s", codec->pt, codec->fmtp);
}

/* Takes RTX for @codec out of the section, under whatever number; FALSE: there
 * was none. */
static gboolean
media_remove_rtx (GstSDPMedia * self, const RoomCodec * codec)
{
  g_autofree gchar *apt = g_strdup_printf (" apt=%u", codec->pt);
  gboolean removed = FALSE;

  for (guint i = 1; i < gst_sdp_media_formats_len (self);) {
    guint pt;
    gint index = -1;

    if (media_get_format (self, i, &pt))
      index = media_find (self, "fmtp", pt);
    if (index < 0 || !g_str_has_suffix (gst_sdp_media_get_attribute (self,
                index)->value, apt)) {
      i++;
      continue;
    }

    gst_sdp_media_remove_attribute (self, index);
    index = media_find (self, "rtpmap", pt);
    if (index >= 0)
      gst_sdp_media_remove_attribute (self, index);
    gst_sdp_media_remove_format (self, i);
    removed = TRUE;
  }
  return removed;
}

static void
media_add_rtx (GstSDPMedia * self, const RoomCodec * codec)
{
  media_add_format (self, codec->rtx_pt);
  media_add (self, "rtpmap", "%u rtx/%u", codec->rtx_pt, codec->clock_rate);
  media_add (self, "fmtp", "%u apt=%u", codec->rtx_pt, codec->pt);
}

static void
media_add_feedback (GstSDPMedia * self, const RoomCodec * codec)
{
  for (gint i = media_find (self, "rtcp-fb", codec->pt); i >= 0;
      i = media_find (self, "rtcp-fb", codec->pt))
    gst_sdp_media_remove_attribute (self, i);
  for (guint i = 0; i < G_N_ELEMENTS (video_feedback); i++)
    media_add (self, "rtcp-fb", "%u %s", codec->pt, video_feedback[i]);
}

static void
media_add_codec (GstSDPMedia * self, const RoomCodec * codec)
{
  media_add_format (self, codec->pt);
  if (codec->channels != 0)
    media_add (self, "rtpmap", "%u %s/%u/%u", codec->pt, codec->name,
        codec->clock_rate, codec->channels);
  else
    media_add (self, "rtpmap", "%u %s/%u", codec->pt, codec->name,
        codec->clock_rate);

  if (codec->fmtp != NULL)
    media_add (self, "fmtp", "%u %s", codec->pt, codec->fmtp);
  if (codec->video) {
    media_add_feedback (self, codec);
    media_add_rtx (self, codec);
  }
}

/* The server negotiates the codecs of a kind once, with the first section. It
 * keeps exact matches alone when there are any, and H.264 matches exactly by
 * one of the server's own profiles only. */
static void
media_widen (GstSDPMedia * self, const RoomCodec * own)
{
  if (own->video) {
    media_set_fmtp (self, own);
    media_add_feedback (self, own);
    media_remove_rtx (self, own);
    media_add_rtx (self, own);
  }

  for (guint i = 0; room_codec_get (i) != NULL; i++) {
    const RoomCodec *other = room_codec_get (i);

    if (other != own && other->video == own->video
        && room_codec_is_available (other))
      media_add_codec (self, other);
  }
}

/* @own NULL: a section that sends nothing, left as it is. */
static gboolean
media_read (const GstSDPMedia * self, guint mline, const RoomCodec ** own,
    GError ** error)
{
  guint pt = 0;

  *own = media_get_codec (self, &pt);
  if (*own == NULL && (gst_sdp_media_get_port (self) == 0
          || media_has_flag (self, "inactive")))
    return TRUE;

  if (*own == NULL || (*own)->video !=
      g_str_equal (gst_sdp_media_get_media (self), "video")) {
    g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT,
        "media section %u of the offer begins with no codec of the room",
        mline);
    return FALSE;
  }
  if (pt != (*own)->pt) {
    g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT,
        "media section %u of the offer has %s as payload type %u, the "
        "connection has %u", mline, (*own)->name, pt, (*own)->pt);
    return FALSE;
  }
  return TRUE;
}

static gboolean
sdp_widen_media (GstSDPMessage * self, GError ** error)
{
  gboolean widened[2] = { FALSE, FALSE };

  for (guint i = 0; i < gst_sdp_message_medias_len (self); i++) {
    /* There is no accessor for writing; webrtcbin does it like this too. */
    GstSDPMedia *media = (GstSDPMedia *) gst_sdp_message_get_media (self, i);
    const gchar *kind = gst_sdp_media_get_media (media);
    const RoomCodec *own = NULL;

    if (!g_str_equal (kind, "audio") && !g_str_equal (kind, "video"))
      continue;
    if (!media_read (media, i, &own, error))
      return FALSE;
    if (own == NULL)
      continue;

    if (!widened[own->video]) {
      media_widen (media, own);
      widened[own->video] = TRUE;
    } else if (own->video && media_remove_rtx (media, own)) {
      media_add_rtx (media, own);
    }
  }
  return TRUE;
}

gchar *
room_sdp_widen (const gchar * offer, GError ** error)
{
  g_autoptr (GstSDPMessage) message = NULL;

  if (room_sdp_count_media (offer) == 0
      || gst_sdp_message_new_from_text (offer, &message) != GST_SDP_OK) {
    g_set_error_literal (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT,
        "the offer has no media section");
    return NULL;
  }

  if (!sdp_widen_media (message, error))
    return NULL;
  return gst_sdp_message_as_text (message);
}

guint
room_sdp_count_media (const gchar * sdp)
{
  guint count = 0;

  for (const gchar * line = sdp; line != NULL; line = strchr (line, '\n')) {
    if (*line == '\n')
      line++;
    if (g_str_has_prefix (line, "m="))
      count++;
  }
  return count;
}

gboolean
room_sdp_find_track (const gchar * offer, const gchar * track_id, guint * mline)
{
  g_auto (GStrv) lines = g_strsplit (offer, "\n", -1);
  g_autofree gchar *id = g_strdup_printf (" %s", track_id);
  guint sections = 0;

  for (gchar ** line = lines; *line; line++) {
    g_strchomp (*line);
    if (g_str_has_prefix (*line, "m="))
      sections++;
    else if (g_str_has_prefix (*line, "a=ssrc:") && strstr (*line, " msid:")
        && g_str_has_suffix (*line, id) && sections > 0) {
      *mline = sections - 1;
      return TRUE;
    }
  }
  return FALSE;
}

gboolean
room_sdp_is_refused (const gchar * answer, guint mline)
{
  g_autoptr (GstSDPMessage) message = NULL;
  const GstSDPMedia *media;

  if (room_sdp_count_media (answer) <= mline
      || gst_sdp_message_new_from_text (answer, &message) != GST_SDP_OK
      || gst_sdp_message_medias_len (message) <= mline)
    return TRUE;

  media = gst_sdp_message_get_media (message, mline);
  return gst_sdp_media_get_port (media) == 0
      || media_has_flag (media, "inactive");
}

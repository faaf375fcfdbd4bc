/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpcapabilities.h"

static RtmpCodec
parse_codec (const gchar * fourcc, gboolean video)
{
  if (fourcc == NULL || strlen (fourcc) != 4)
    return RTMP_CODEC_UNKNOWN;
  return rtmp_codec_from_fourcc (rtmp_get_u32 ((const guint8 *) fourcc), video);
}

static void
add (RtmpCapabilities * self, const gchar * fourcc, gboolean video, guint can)
{
  if (g_strcmp0 (fourcc, "*") == 0) {
    if (video)
      self->any_video |= can;
    else
      self->any_audio |= can;
    return;
  }
  RtmpCodec codec = parse_codec (fourcc, video);
  if (codec != RTMP_CODEC_UNKNOWN)
    self->codecs[codec] |= can;
}

/* The list does not say what can be done: everything. */
static void
read_list (RtmpCapabilities * self, const RtmpValue * list)
{
  const RtmpValue *item = NULL;

  while ((item = rtmp_value_next (list, item)) != NULL) {
    add (self, rtmp_value_get_string (item), TRUE, RTMP_CAN_ALL);
    add (self, rtmp_value_get_string (item), FALSE, RTMP_CAN_ALL);
  }
}

static void
read_map (RtmpCapabilities * self, const RtmpValue * map, gboolean video)
{
  const RtmpValue *member = NULL;

  while ((member = rtmp_value_next (map, member)) != NULL) {
    gint64 can = rtmp_value_get_integer (member, 0, G_MAXUINT32, 0);
    add (self, rtmp_value_get_name (member), video, can & RTMP_CAN_ALL);
  }
}

void
rtmp_capabilities_read (RtmpCapabilities * self, const RtmpValue * object)
{
  g_return_if_fail (self != NULL);

  read_list (self, rtmp_value_lookup (object, "fourCcList"));
  read_map (self, rtmp_value_lookup (object, "videoFourCcInfoMap"), TRUE);
  read_map (self, rtmp_value_lookup (object, "audioFourCcInfoMap"), FALSE);
  self->caps |= rtmp_value_get_integer (rtmp_value_lookup (object, "capsEx"),
      0, G_MAXUINT32, 0);
  self->video_function |= rtmp_value_get_integer (rtmp_value_lookup (object,
          "videoFunction"), 0, G_MAXUINT32, 0);
}

static void
get_text (guint32 fourcc, gchar * text)
{
  rtmp_put_u32 ((guint8 *) text, fourcc);
  text[4] = '\0';
}

static void
write_list (const RtmpCapabilities * self, RtmpAmf0Writer * writer)
{
  gchar text[5];
  guint count = 0;

  if (self->any_video != 0 && self->any_audio != 0) {
    rtmp_amf0_writer_add_array (writer, "fourCcList", 1);
    rtmp_amf0_writer_add_string (writer, NULL, "*");
    return;
  }
  for (guint i = 0; i < RTMP_N_CODECS; i++)
    count += self->codecs[i] != 0 && rtmp_codec_get_fourcc (i) != 0;
  rtmp_amf0_writer_add_array (writer, "fourCcList", count);
  for (guint i = 0; i < RTMP_N_CODECS; i++) {
    if (self->codecs[i] == 0 || rtmp_codec_get_fourcc (i) == 0)
      continue;
    get_text (rtmp_codec_get_fourcc (i), text);
    rtmp_amf0_writer_add_string (writer, NULL, text);
  }
}

static void
write_map (const RtmpCapabilities * self, RtmpAmf0Writer * writer,
    gboolean video)
{
  guint any = video ? self->any_video : self->any_audio;

  rtmp_amf0_writer_open_object (writer,
      video ? "videoFourCcInfoMap" : "audioFourCcInfoMap");
  if (any != 0)
    rtmp_amf0_writer_add_number (writer, "*", any);
  for (guint i = 0; i < RTMP_N_CODECS; i++) {
    gchar text[5];
    guint32 fourcc = rtmp_codec_get_fourcc (i);
    if (self->codecs[i] == 0 || fourcc == 0 || rtmp_codec_is_video (i) != video)
      continue;
    get_text (fourcc, text);
    rtmp_amf0_writer_add_number (writer, text, self->codecs[i]);
  }
  rtmp_amf0_writer_close (writer);
}

void
rtmp_capabilities_write (const RtmpCapabilities * self, RtmpAmf0Writer * writer)
{
  g_return_if_fail (self != NULL && writer != NULL);

  if (!rtmp_capabilities_is_enhanced (self))
    return;
  write_list (self, writer);
  write_map (self, writer, TRUE);
  write_map (self, writer, FALSE);
  rtmp_amf0_writer_add_number (writer, "capsEx", self->caps);
}

guint
rtmp_capabilities_get (const RtmpCapabilities * self, RtmpCodec codec)
{
  g_return_val_if_fail (self != NULL && codec < RTMP_N_CODECS, 0);

  if (rtmp_codec_get_fourcc (codec) == 0)
    return 0;
  return self->codecs[codec]
      | (rtmp_codec_is_video (codec) ? self->any_video : self->any_audio);
}

gboolean
rtmp_capabilities_is_enhanced (const RtmpCapabilities * self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  for (guint i = 0; i < RTMP_N_CODECS; i++) {
    if (self->codecs[i] != 0)
      return TRUE;
  }
  return self->any_video != 0 || self->any_audio != 0 || self->caps != 0;
}

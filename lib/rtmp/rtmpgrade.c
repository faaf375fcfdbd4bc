/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpgrade.h"

#include "rtmp/rtmpaudio.h"
#include "rtmp/rtmpvideo.h"

#include <string.h>

/* "@setDataFrame", which a publisher says before it, and the name, as AMF0 has
 * them. */
#define SET_DATA_FRAME "\x02\x00\x0d@setDataFrame"
#define ON_METADATA "\x02\x00\x0aonMetaData"

static void
set_header (RtmpGrade * self, guint type, guint kind)
{
  self->kind = RTMP_GRADE_HEADER;
  self->slot = type << 16 | kind << 8 | self->track;
}

static void
read_video (RtmpGrade * self, guint type, const guint8 * data, gsize size)
{
  RtmpVideoReader reader;
  RtmpVideo video;

  rtmp_video_reader_init (&reader, data, size);
  self->kind = RTMP_GRADE_FRAME;
  if (!rtmp_video_reader_take (&reader, &video, NULL))
    return;
  self->track = video.track;
  if (video.kind == RTMP_VIDEO_CONFIG || video.kind == RTMP_VIDEO_TS_CONFIG
      || video.kind == RTMP_VIDEO_METADATA)
    set_header (self, type, video.kind);
  else if (video.kind == RTMP_VIDEO_FRAMES && (video.frame == RTMP_FRAME_KEY
          || video.frame == RTMP_FRAME_GENERATED_KEY))
    self->kind = RTMP_GRADE_KEY;
}

static void
read_audio (RtmpGrade * self, guint type, const guint8 * data, gsize size)
{
  RtmpAudioReader reader;
  RtmpAudio audio;

  rtmp_audio_reader_init (&reader, data, size);
  self->kind = RTMP_GRADE_SOUND;
  if (!rtmp_audio_reader_take (&reader, &audio, NULL))
    return;
  self->track = audio.track;
  if (audio.kind == RTMP_AUDIO_CONFIG || audio.kind == RTMP_AUDIO_CHANNELS)
    set_header (self, type, audio.kind);
}

static gboolean
skip (const guint8 ** data, gsize * size, const gchar * what, gsize length)
{
  if (*size < length || memcmp (*data, what, length) != 0)
    return FALSE;
  *data += length;
  *size -= length;
  return TRUE;
}

static void
read_data (RtmpGrade * self, guint type, const guint8 * data, gsize size)
{
  /* Type 15 has a byte before it that says which AMF. */
  if (type == RTMP_MESSAGE_DATA_AMF3)
    skip (&data, &size, "", 1);
  skip (&data, &size, SET_DATA_FRAME, sizeof SET_DATA_FRAME - 1);
  self->kind = RTMP_GRADE_DATA;
  if (skip (&data, &size, ON_METADATA, sizeof ON_METADATA - 1))
    set_header (self, RTMP_MESSAGE_DATA, 0);
}

void
rtmp_grade_read (RtmpGrade * self, guint type, const guint8 * data, gsize size)
{
  g_return_if_fail (self != NULL && (data != NULL || size == 0));

  *self = (RtmpGrade) {
  .kind = RTMP_GRADE_EMPTY};
  if (size == 0)
    return;
  if (type == RTMP_MESSAGE_VIDEO)
    read_video (self, type, data, size);
  else if (type == RTMP_MESSAGE_AUDIO)
    read_audio (self, type, data, size);
  else if (type == RTMP_MESSAGE_DATA || type == RTMP_MESSAGE_DATA_AMF3)
    read_data (self, type, data, size);
}

gboolean
rtmp_grade_is_media (const RtmpGrade * self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->kind == RTMP_GRADE_KEY || self->kind == RTMP_GRADE_FRAME
      || self->kind == RTMP_GRADE_SOUND;
}

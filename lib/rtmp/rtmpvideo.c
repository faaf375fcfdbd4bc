/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpvideo.h"

#include "rtmp/rtmperror.h"

#include <string.h>

/* Adobe FLV 10.1, E.4.3.1. */
#define IS_ENHANCED 0x80
#define COMPOSITION_TIME_SIZE 3

/* Enhanced RTMP v2, "VideoPacketType". */
enum
{
  TYPE_CONFIG = 0,
  TYPE_FRAMES = 1,
  TYPE_END = 2,
  TYPE_FRAMES_AT_ONCE = 3,      /* no composition time: it is zero */
  TYPE_METADATA = 4,
  TYPE_TS_CONFIG = 5,
  TYPE_MULTITRACK = 6,
};

static gboolean
fail (GError ** error, const gchar * what)
{
  g_set_error (error, RTMP_ERROR, RTMP_ERROR_FORMAT, "bad video message: %s",
      what);
  return FALSE;
}

void
rtmp_video_reader_init (RtmpVideoReader * self, const guint8 * data, gsize size)
{
  memset (self, 0, sizeof *self);
  rtmp_cursor_init (&self->rest, data, size);
}

/* It has a sign. */
static gboolean
read_composition_time (RtmpCursor * reader, RtmpVideo * video)
{
  guint32 bits;

  if (!rtmp_cursor_get_u24 (reader, &bits))
    return FALSE;
  video->composition_time = (gint32) (bits ^ 0x800000) - 0x800000;
  return TRUE;
}

static void
take_rest (RtmpCursor * reader, RtmpVideo * video)
{
  video->size = rtmp_cursor_get_left (reader);
  video->data = reader->at;
}

static void
read_command (RtmpCursor * reader, RtmpVideo * video)
{
  video->kind = RTMP_VIDEO_COMMAND;
  /* Some servers leave it out: of no use to anybody. */
  if (!rtmp_cursor_get_u8 (reader, &video->command))
    video->kind = RTMP_VIDEO_UNKNOWN;
}

/* "AVCVIDEOPACKET", and what others have made after it. */
static gboolean
read_classic_packet (RtmpCursor * reader, RtmpVideo * video, GError ** error)
{
  guint8 type;

  if (!rtmp_cursor_get_u8 (reader, &type)) {
    video->kind = RTMP_VIDEO_UNKNOWN;
    return TRUE;
  }
  switch (type) {
    case 0:
      video->kind = RTMP_VIDEO_CONFIG;
      break;
    case 1:
      video->kind = RTMP_VIDEO_FRAMES;
      break;
    case 2:
      video->kind = RTMP_VIDEO_END;
      break;
    default:
      video->kind = RTMP_VIDEO_UNKNOWN;
      return TRUE;
  }
  /* An end may be no longer than its type. */
  if (!read_composition_time (reader, video) && type != 2)
    return fail (error, "cut off in the composition time");
  take_rest (reader, video);
  return TRUE;
}

static gboolean
read_classic (RtmpVideoReader * self, RtmpVideo * video, GError ** error)
{
  guint id = self->first & 0xf;

  self->done = TRUE;
  video->codec = rtmp_codec_from_classic (id, TRUE);
  if (video->frame == RTMP_FRAME_COMMAND) {
    read_command (&self->rest, video);
    return TRUE;
  }
  switch (video->codec) {
    case RTMP_CODEC_UNKNOWN:
      video->kind = RTMP_VIDEO_UNKNOWN;
      return TRUE;
    case RTMP_CODEC_H264:
    case RTMP_CODEC_H265:
    case RTMP_CODEC_AV1:
      return read_classic_packet (&self->rest, video, error);
    default:
      /* Nothing to see is nothing to decode. */
      video->kind = rtmp_cursor_get_left (&self->rest) > 0 ?
          RTMP_VIDEO_FRAMES : RTMP_VIDEO_UNKNOWN;
      take_rest (&self->rest, video);
      return TRUE;
  }
}

static gboolean
start_enhanced (RtmpVideoReader * self, RtmpVideo * video, GError ** error)
{
  RtmpEnhanced *enhanced = &self->enhanced;

  if (!rtmp_enhanced_read_changes (enhanced, self->first & 0xf, &self->rest,
          error))
    return FALSE;
  /* The type of frame says nothing about metadata: FFmpeg writes them as a
   * command. */
  if (video->frame == RTMP_FRAME_COMMAND && enhanced->type != TYPE_METADATA) {
    self->done = TRUE;
    read_command (&self->rest, video);
    return TRUE;
  }
  return rtmp_enhanced_read_tracks (enhanced, TYPE_MULTITRACK, &self->rest,
      error);
}

static gboolean
read_body (guint type, RtmpVideo * video, GError ** error)
{
  RtmpCursor rest;

  switch (type) {
    case TYPE_CONFIG:
      video->kind = RTMP_VIDEO_CONFIG;
      return TRUE;
    case TYPE_FRAMES:
      video->kind = RTMP_VIDEO_FRAMES;
      if (!rtmp_codec_has_composition_time (video->codec))
        return TRUE;
      rtmp_cursor_init (&rest, video->data, video->size);
      if (!read_composition_time (&rest, video))
        return fail (error, "cut off in the composition time");
      take_rest (&rest, video);
      return TRUE;
    case TYPE_FRAMES_AT_ONCE:
      video->kind = RTMP_VIDEO_FRAMES;
      return TRUE;
    case TYPE_END:
      video->kind = RTMP_VIDEO_END;
      return TRUE;
    case TYPE_METADATA:
      video->kind = RTMP_VIDEO_METADATA;
      return TRUE;
    case TYPE_TS_CONFIG:
      video->kind = RTMP_VIDEO_TS_CONFIG;
      return TRUE;
    default:
      video->kind = RTMP_VIDEO_UNKNOWN;
      return TRUE;
  }
}

static gboolean
read_enhanced (RtmpVideoReader * self, RtmpVideo * video, GError ** error)
{
  RtmpEnhancedPart part;

  if (!rtmp_enhanced_read_part (&self->enhanced, &self->rest, &part, error))
    return FALSE;
  self->done = self->enhanced.tracks == RTMP_TRACKS_PLAIN
      || self->enhanced.tracks == RTMP_TRACKS_ONE;
  video->tracks = self->enhanced.tracks;
  video->nanoseconds = self->enhanced.nanoseconds;
  video->track = part.track;
  video->fourcc = part.fourcc;
  video->codec = rtmp_codec_from_fourcc (part.fourcc, TRUE);
  video->data = part.data;
  video->size = part.size;
  return read_body (self->enhanced.type, video, error);
}

gboolean
rtmp_video_reader_take (RtmpVideoReader * self, RtmpVideo * video,
    GError ** error)
{
  gboolean begins = !self->begun;
  gboolean taken;

  if (self->done || (begins && !rtmp_cursor_get_u8 (&self->rest, &self->first)))
    return FALSE;
  self->begun = TRUE;
  memset (video, 0, sizeof *video);
  video->frame = self->first >> 4 & 7;
  video->tracks = RTMP_TRACKS_PLAIN;
  video->enhanced = (self->first & IS_ENHANCED) != 0;

  if (!video->enhanced)
    taken = read_classic (self, video, error);
  else
    taken = (!begins || start_enhanced (self, video, error))
        && (self->done || read_enhanced (self, video, error));
  if (!taken)
    self->done = TRUE;
  return taken;
}

static guint
get_type (const RtmpVideo * self)
{
  switch (self->kind) {
    case RTMP_VIDEO_CONFIG:
      return TYPE_CONFIG;
    case RTMP_VIDEO_FRAMES:
      /* Only codecs that have the field have the type without it. */
      return rtmp_codec_has_composition_time (self->codec)
          && self->composition_time == 0 ? TYPE_FRAMES_AT_ONCE : TYPE_FRAMES;
    case RTMP_VIDEO_END:
      return TYPE_END;
    case RTMP_VIDEO_METADATA:
      return TYPE_METADATA;
    case RTMP_VIDEO_TS_CONFIG:
      return TYPE_TS_CONFIG;
    default:
      g_return_val_if_reached (TYPE_END);
  }
}

static guint
write_composition_time (const RtmpVideo * self, guint8 * out)
{
  guint32 bits = self->composition_time;
  rtmp_put_u24 (out, bits & 0xffffff);
  return COMPOSITION_TIME_SIZE;
}

static guint
write_classic (const RtmpVideo * self, guint8 * out)
{
  guint n = 0;

  out[n++] = self->frame << 4 | rtmp_codec_get_classic (self->codec);
  if (self->kind == RTMP_VIDEO_COMMAND) {
    out[n++] = self->command;
  } else if (self->codec == RTMP_CODEC_H264) {
    out[n++] = self->kind == RTMP_VIDEO_CONFIG ? 0
        : self->kind == RTMP_VIDEO_FRAMES ? 1 : 2;
    n += write_composition_time (self, out + n);
  }
  return n;
}

guint
rtmp_video_write_header (const RtmpVideo * self, guint8 * out)
{
  guint8 flags = IS_ENHANCED | self->frame << 4;

  if (!self->enhanced)
    return write_classic (self, out);
  if (self->kind == RTMP_VIDEO_COMMAND) {
    out[0] = flags | TYPE_END;
    out[1] = self->command;
    return 2;
  }

  RtmpEnhanced enhanced = { get_type (self), self->nanoseconds, self->tracks,
    self->fourcc
  };
  guint n = rtmp_enhanced_write (&enhanced, flags, TYPE_MULTITRACK,
      self->track, out);
  if (enhanced.type == TYPE_FRAMES
      && rtmp_codec_has_composition_time (self->codec))
    n += write_composition_time (self, out + n);
  return n;
}

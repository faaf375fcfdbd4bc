/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpMuxTrack: see rtmpmuxtrack.h. */

#include "rtmpmuxtrack.h"

#include <string.h>

#include "rtmp/rtmpamf0.h"
#include "rtmp/rtmpaudio.h"
#include "rtmp/rtmpav1obu.h"
#include "rtmp/rtmpmessage.h"
#include "rtmp/rtmpvideo.h"
#include "rtmpmuxtag.h"

/* RFC 9639, 9.1.1: the first byte of each frame. */
#define FLAC_SYNC 0xff
/* RFC 7845, 5. */
#define OPUS_HEADER_SIZE 8

RtmpMuxTrack *
rtmp_mux_track_new (gboolean video, guint8 number)
{
  RtmpMuxTrack *self = g_new0 (RtmpMuxTrack, 1);

  self->video = video;
  self->number = number;
  return self;
}

void
rtmp_mux_track_free (RtmpMuxTrack * self)
{
  rtmp_mux_format_clear (&self->format);
  g_free (self);
}

void
rtmp_mux_track_reset (RtmpMuxTrack * self)
{
  rtmp_mux_format_clear (&self->format);
  self->has_format = FALSE;
  rtmp_mux_track_restart (self);
}

void
rtmp_mux_track_restart (RtmpMuxTrack * self)
{
  self->announced = FALSE;
  self->ended = FALSE;
  self->bytes = 0;
}

static gboolean
is_same (const RtmpMuxFormat * a, const RtmpMuxFormat * b)
{
  gboolean same_config = a->config == b->config
      || (a->config != NULL && b->config != NULL
      && g_bytes_equal (a->config, b->config));

  return same_config && a->has_color == b->has_color
      && memcmp (&a->color, &b->color, sizeof a->color) == 0
      && memcmp (&a->numbers, &b->numbers, sizeof a->numbers) == 0;
}

gboolean
rtmp_mux_track_set_caps (RtmpMuxTrack * self, const GstCaps * caps,
    GError ** error)
{
  g_auto (RtmpMuxFormat) format = { 0 };

  if (!rtmp_mux_format_read (&format, caps, error))
    return FALSE;
  if (self->has_format && format.codec != self->format.codec) {
    g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT,
        "a track cannot change from %s to %s",
        rtmp_codec_get_name (self->format.codec),
        rtmp_codec_get_name (format.codec));
    return FALSE;
  }
  if (self->has_format && is_same (&self->format, &format))
    return TRUE;
  rtmp_mux_format_clear (&self->format);
  self->format = format;
  format.config = NULL;
  self->has_format = TRUE;
  self->announced = FALSE;
  return TRUE;
}

gboolean
rtmp_mux_track_examine (RtmpMuxTrack * self, GstBuffer * frame)
{
  GstMapInfo map;

  if (!rtmp_mux_format_is_open (&self->format))
    return TRUE;
  if (GST_BUFFER_FLAG_IS_SET (frame, GST_BUFFER_FLAG_DELTA_UNIT)
      || !gst_buffer_map (frame, &map, GST_MAP_READ))
    return FALSE;
  gboolean found =
      rtmp_mux_format_find_config (&self->format, map.data, map.size);
  gst_buffer_unmap (frame, &map);
  return found;
}

gboolean
rtmp_mux_track_is_header (const RtmpMuxTrack * self, GstBuffer * frame)
{
  guint8 start[OPUS_HEADER_SIZE] = { 0 };
  gsize size = gst_buffer_extract (frame, 0, start, sizeof start);

  switch (self->format.codec) {
    case RTMP_CODEC_FLAC:
      return size > 0 && start[0] != FLAC_SYNC;
    case RTMP_CODEC_OPUS:
      return memcmp (start, "OpusHead", size) == 0
          || memcmp (start, "OpusTags", size) == 0;
    default:
      return FALSE;
  }
}

gboolean
rtmp_mux_track_is_ready (const RtmpMuxTrack * self)
{
  return self->has_format && !rtmp_mux_format_is_open (&self->format);
}

gboolean
rtmp_mux_track_is_enhanced (const RtmpMuxTrack * self)
{
  return self->enhanced || self->number > 0 || self->format.enhanced_only
      || rtmp_codec_get_classic (self->format.codec) < 0;
}

/* The two kinds of MP3 are one in the enhanced form. */
static RtmpCodec
get_codec (const RtmpMuxTrack * self)
{
  if (self->format.codec == RTMP_CODEC_MP3_8K
      && rtmp_mux_track_is_enhanced (self))
    return RTMP_CODEC_MP3;
  return self->format.codec;
}

gboolean
rtmp_mux_track_get_numbers (const RtmpMuxTrack * self,
    RtmpMetadataTrack * numbers)
{
  if (!self->has_format)
    return FALSE;
  *numbers = self->format.numbers;
  numbers->track = self->number;
  numbers->codec = get_codec (self);
  numbers->enhanced = rtmp_mux_track_is_enhanced (self);
  numbers->bitrate = self->bitrate;
  return TRUE;
}

/* -- Tags. -- */

static void
init_video (const RtmpMuxTrack * self, RtmpVideo * video, RtmpVideoKind kind)
{
  memset (video, 0, sizeof *video);
  video->kind = kind;
  /* For FFmpeg metadata are a command, and anything else would be a frame. */
  video->frame = kind == RTMP_VIDEO_METADATA ? RTMP_FRAME_COMMAND :
      RTMP_FRAME_KEY;
  video->codec = get_codec (self);
  video->fourcc = rtmp_codec_get_fourcc (video->codec);
  video->enhanced = rtmp_mux_track_is_enhanced (self);
  video->track = self->number;
  video->tracks = self->number > 0 ? RTMP_TRACKS_ONE : RTMP_TRACKS_PLAIN;
}

static void
init_audio (const RtmpMuxTrack * self, RtmpAudio * audio, RtmpAudioKind kind)
{
  memset (audio, 0, sizeof *audio);
  audio->kind = kind;
  audio->codec = get_codec (self);
  audio->fourcc = rtmp_codec_get_fourcc (audio->codec);
  audio->enhanced = rtmp_mux_track_is_enhanced (self);
  audio->track = self->number;
  audio->tracks = self->number > 0 ? RTMP_TRACKS_ONE : RTMP_TRACKS_PLAIN;
  audio->rate = self->format.numbers.sample_rate;
  audio->channels = self->format.numbers.channels;
  audio->bits = 16;
}

static GstBuffer *
new_tag (const RtmpMuxTrack * self, guint64 ms, const guint8 * header,
    gsize size, GstBuffer * payload, gsize skip)
{
  return rtmp_mux_tag_new (self->video ? RTMP_MESSAGE_VIDEO :
      RTMP_MESSAGE_AUDIO, ms, header, size, payload, skip);
}

static GstBuffer *
new_video_tag (const RtmpMuxTrack * self, guint64 ms, RtmpVideoKind kind,
    GBytes * data)
{
  guint8 header[RTMP_VIDEO_MAX_HEADER];
  RtmpVideo video;

  init_video (self, &video, kind);
  guint size = rtmp_video_write_header (&video, header);
  g_autoptr (GstBuffer) payload =
      data ? gst_buffer_new_wrapped_bytes (data) : NULL;
  return new_tag (self, ms, header, size, payload, 0);
}

/* A record that is longer than a tag is not written: none is. */
static void
add_tag (GPtrArray * tags, GstBuffer * tag)
{
  if (tag == NULL)
    return;
  GST_BUFFER_FLAG_SET (tag, GST_BUFFER_FLAG_HEADER);
  g_ptr_array_add (tags, tag);
}

static void
announce_video (RtmpMuxTrack * self, guint64 ms, GPtrArray * tags)
{
  add_tag (tags, new_video_tag (self, ms, RTMP_VIDEO_CONFIG,
          self->format.config));
  /* Old players take it for a frame of another codec. */
  if (!self->format.has_color || !rtmp_mux_track_is_enhanced (self))
    return;
  g_autoptr (RtmpValues) values = rtmp_color_info_write (&self->format.color);
  g_autoptr (GBytes) data = rtmp_amf0_write_bytes (values);
  add_tag (tags, new_video_tag (self, ms, RTMP_VIDEO_METADATA, data));
}

static void
announce_audio (RtmpMuxTrack * self, guint64 ms, GPtrArray * tags)
{
  guint8 header[RTMP_AUDIO_MAX_HEADER];
  RtmpAudio audio;

  /* In the enhanced form each track begins with a record, if an empty one: it
   * says that there is a track. */
  if (self->format.config == NULL && !rtmp_mux_track_is_enhanced (self))
    return;
  init_audio (self, &audio, RTMP_AUDIO_CONFIG);
  guint size = rtmp_audio_write_header (&audio, header);
  g_autoptr (GstBuffer) payload = self->format.config ?
      gst_buffer_new_wrapped_bytes (self->format.config) : NULL;
  add_tag (tags, new_tag (self, ms, header, size, payload, 0));
}

void
rtmp_mux_track_announce (RtmpMuxTrack * self, guint64 ms, GPtrArray * tags)
{
  if (self->video)
    announce_video (self, ms, tags);
  else
    announce_audio (self, ms, tags);
  self->announced = TRUE;
}

static gsize
count_skipped (const RtmpMuxTrack * self, GstBuffer * frame)
{
  gsize skipped = 0;
  GstMapInfo map;

  if (self->format.codec == RTMP_CODEC_AV1
      && gst_buffer_map (frame, &map, GST_MAP_READ)) {
    skipped = rtmp_av1_obu_count_delimiters (map.data, map.size);
    gst_buffer_unmap (frame, &map);
  }
  return skipped;
}

GstBuffer *
rtmp_mux_track_write (RtmpMuxTrack * self, GstBuffer * frame,
    const RtmpMuxTime * time)
{
  guint8 header[MAX (RTMP_VIDEO_MAX_HEADER, RTMP_AUDIO_MAX_HEADER)];
  guint size;

  if (self->video) {
    RtmpVideo video;
    init_video (self, &video, RTMP_VIDEO_FRAMES);
    if (GST_BUFFER_FLAG_IS_SET (frame, GST_BUFFER_FLAG_DELTA_UNIT))
      video.frame = RTMP_FRAME_INTER;
    video.composition_time = time->composition_time;
    video.nanoseconds = time->nanoseconds;
    size = rtmp_video_write_header (&video, header);
  } else {
    RtmpAudio audio;
    init_audio (self, &audio, RTMP_AUDIO_FRAMES);
    audio.nanoseconds = time->nanoseconds;
    size = rtmp_audio_write_header (&audio, header);
  }
  self->bytes += gst_buffer_get_size (frame);
  return new_tag (self, time->time, header, size, frame,
      count_skipped (self, frame));
}

GstBuffer *
rtmp_mux_track_end (RtmpMuxTrack * self, guint64 ms)
{
  if (!self->video || !self->announced || self->ended)
    return NULL;
  self->ended = TRUE;
  return new_video_tag (self, ms, RTMP_VIDEO_END, NULL);
}

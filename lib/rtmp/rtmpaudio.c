/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpaudio.h"

#include "rtmp/rtmperror.h"

#include <string.h>

/* Enhanced RTMP v2, "SoundFormat" and "AudioPacketType". */
#define FORMAT_ENHANCED 9

enum
{
  TYPE_CONFIG = 0,
  TYPE_FRAMES = 1,
  TYPE_END = 2,
  TYPE_CHANNELS = 4,
  TYPE_MULTITRACK = 5,
};

/* Adobe FLV 10.1, E.4.2.1. */
static const guint rates[] = { 5512, 11025, 22050, 44100 };

void
rtmp_audio_reader_init (RtmpAudioReader * self, const guint8 * data, gsize size)
{
  memset (self, 0, sizeof *self);
  rtmp_cursor_init (&self->rest, data, size);
}

static void
take_rest (RtmpCursor * reader, RtmpAudio * audio)
{
  audio->size = rtmp_cursor_get_left (reader);
  audio->data = reader->at;
}

/* Some formats have one rate, whatever the header says. */
static void
read_sound (RtmpAudio * audio, guint8 first)
{
  audio->rate = rates[first >> 2 & 3];
  audio->bits = (first & 2) != 0 ? 16 : 8;
  audio->channels = (first & 1) != 0 ? 2 : 1;
  switch (audio->codec) {
    case RTMP_CODEC_NELLYMOSER_16K:
    case RTMP_CODEC_SPEEX:
      audio->rate = 16000;
      audio->channels = 1;
      break;
    case RTMP_CODEC_NELLYMOSER_8K:
      audio->rate = 8000;
      audio->channels = 1;
      break;
    case RTMP_CODEC_ALAW:
    case RTMP_CODEC_MULAW:
    case RTMP_CODEC_MP3_8K:
      audio->rate = 8000;
      break;
    default:
      break;
  }
}

static void
read_classic (RtmpAudioReader * self, RtmpAudio * audio)
{
  guint8 type = 1;

  self->done = TRUE;
  audio->codec = rtmp_codec_from_classic (self->first >> 4, FALSE);
  read_sound (audio, self->first);
  audio->kind = RTMP_AUDIO_UNKNOWN;
  /* "AACAUDIODATA". */
  if (audio->codec == RTMP_CODEC_AAC
      && !rtmp_cursor_get_u8 (&self->rest, &type))
    return;
  take_rest (&self->rest, audio);
  if (type == 0)
    audio->kind = RTMP_AUDIO_CONFIG;
  /* Nothing to hear is nothing to decode. */
  else if (type == 1 && audio->codec != RTMP_CODEC_UNKNOWN && audio->size > 0)
    audio->kind = RTMP_AUDIO_FRAMES;
}

static RtmpAudioKind
get_kind (guint type)
{
  switch (type) {
    case TYPE_CONFIG:
      return RTMP_AUDIO_CONFIG;
    case TYPE_FRAMES:
      return RTMP_AUDIO_FRAMES;
    case TYPE_END:
      return RTMP_AUDIO_END;
    case TYPE_CHANNELS:
      return RTMP_AUDIO_CHANNELS;
    default:
      return RTMP_AUDIO_UNKNOWN;
  }
}

static gboolean
start_enhanced (RtmpAudioReader * self, GError ** error)
{
  return rtmp_enhanced_read_changes (&self->enhanced, self->first & 0xf,
      &self->rest, error)
      && rtmp_enhanced_read_tracks (&self->enhanced, TYPE_MULTITRACK,
      &self->rest, error);
}

static gboolean
read_enhanced (RtmpAudioReader * self, RtmpAudio * audio, GError ** error)
{
  RtmpEnhancedPart part;

  if (!rtmp_enhanced_read_part (&self->enhanced, &self->rest, &part, error))
    return FALSE;
  self->done = self->enhanced.tracks == RTMP_TRACKS_PLAIN
      || self->enhanced.tracks == RTMP_TRACKS_ONE;
  audio->kind = get_kind (self->enhanced.type);
  audio->tracks = self->enhanced.tracks;
  audio->nanoseconds = self->enhanced.nanoseconds;
  audio->track = part.track;
  audio->fourcc = part.fourcc;
  audio->codec = rtmp_codec_from_fourcc (part.fourcc, FALSE);
  audio->data = part.data;
  audio->size = part.size;
  return TRUE;
}

gboolean
rtmp_audio_reader_take (RtmpAudioReader * self, RtmpAudio * audio,
    GError ** error)
{
  gboolean begins = !self->begun;

  if (self->done)
    return FALSE;
  memset (audio, 0, sizeof *audio);
  audio->tracks = RTMP_TRACKS_PLAIN;
  if (begins && !rtmp_cursor_get_u8 (&self->rest, &self->first)) {
    audio->kind = RTMP_AUDIO_END;
    self->done = TRUE;
    return TRUE;
  }
  self->begun = TRUE;
  audio->enhanced = self->first >> 4 == FORMAT_ENHANCED;

  if (!audio->enhanced) {
    read_classic (self, audio);
    return TRUE;
  }
  if ((!begins || start_enhanced (self, error))
      && read_enhanced (self, audio, error))
    return TRUE;
  self->done = TRUE;
  return FALSE;
}

static guint
get_type (const RtmpAudio * self)
{
  switch (self->kind) {
    case RTMP_AUDIO_CONFIG:
      return TYPE_CONFIG;
    case RTMP_AUDIO_FRAMES:
      return TYPE_FRAMES;
    case RTMP_AUDIO_END:
      return TYPE_END;
    case RTMP_AUDIO_CHANNELS:
      return TYPE_CHANNELS;
    default:
      g_return_val_if_reached (TYPE_END);
  }
}

/* The rate that is nearest: 48 kHz has none, and goes as 44.1. */
static guint
get_rate_bits (guint rate)
{
  guint bits = 0;

  for (guint i = 1; i < G_N_ELEMENTS (rates); i++) {
    if (rate * 2 >= rates[i - 1] + rates[i])
      bits = i;
  }
  return bits;
}

static guint
write_classic (const RtmpAudio * self, guint8 * out)
{
  guint n = 0;
  guint8 first = rtmp_codec_get_classic (self->codec) << 4;

  switch (self->codec) {
    case RTMP_CODEC_AAC:
      /* E.4.2.1: always said to be 44 kHz, stereo. */
      out[n++] = first | 3 << 2 | 2 | 1;
      out[n++] = self->kind == RTMP_AUDIO_CONFIG ? 0 : 1;
      break;
    default:
      out[n++] = first | get_rate_bits (self->rate) << 2
          | (self->bits == 8 ? 0 : 2) | (self->channels > 1 ? 1 : 0);
      break;
  }
  return n;
}

guint
rtmp_audio_write_header (const RtmpAudio * self, guint8 * out)
{
  if (!self->enhanced)
    return write_classic (self, out);

  RtmpEnhanced enhanced = { get_type (self), self->nanoseconds, self->tracks,
    self->fourcc
  };
  return rtmp_enhanced_write (&enhanced, FORMAT_ENHANCED << 4, TYPE_MULTITRACK,
      self->track, out);
}

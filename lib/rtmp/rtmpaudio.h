/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpAudio: what an audio message says before the coded sound, in its classic
 * and in its enhanced form. The sound itself and the configuration record are
 * not looked into. */
#pragma once

#include "rtmp/rtmpcodec.h"
#include "rtmp/rtmpenhanced.h"

typedef enum {
  RTMP_AUDIO_UNKNOWN,           /* of a newer text: to be skipped */
  RTMP_AUDIO_CONFIG,            /* how to begin decoding */
  RTMP_AUDIO_FRAMES,
  RTMP_AUDIO_END,               /* of the sequence: silence from here on */
  RTMP_AUDIO_CHANNELS,          /* which speaker a channel is for */
} RtmpAudioKind;

typedef struct {
  RtmpAudioKind kind;
  RtmpCodec codec;
  guint32 fourcc;               /* in the enhanced form */
  RtmpTracks tracks;
  gboolean enhanced;
  guint8 track;
  /* Of a classic header; 0 in the enhanced form, which leaves it to the codec.
   * What AAC, MP3 and Speex have here is often untrue. */
  guint rate;                   /* Hz */
  guint bits;                   /* of a sample: 8 or 16 */
  guint channels;
  guint32 nanoseconds;          /* to add to the time of the message */
  const guint8 *data;           /* lent by the message */
  gsize size;
} RtmpAudio;

/* One message after the other. Embedded in its user. */
typedef struct {
  RtmpCursor rest;
  RtmpEnhanced enhanced;
  guint8 first;
  gboolean begun;
  gboolean done;
} RtmpAudioReader;

/* @data has to live as long as what is taken. A message without any is an
 * END of track 0: Enhanced RTMP v2 says so of old players. */
void rtmp_audio_reader_init (RtmpAudioReader *self, const guint8 *data,
    gsize size);

/* The next of the tracks in the message, most have one; FALSE at the end.
 * @error: RTMP_ERROR_FORMAT for what is broken, RTMP_ERROR_UNSUPPORTED for what
 * cannot even be skipped over; there is no more then. */
gboolean rtmp_audio_reader_take (RtmpAudioReader *self, RtmpAudio *audio,
    GError **error);

#define RTMP_AUDIO_MAX_HEADER RTMP_ENHANCED_MAX_HEADER

/* Writes what stands before the data into @out, and returns its length.
 * Classic for a codec that has a classic number when .enhanced is FALSE. Not
 * for UNKNOWN, nor for several tracks at once. */
guint rtmp_audio_write_header (const RtmpAudio *self, guint8 *out);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpCodec: the kinds of coded media that FLV and RTMP carry, and the numbers
 * each of them goes by. Says nothing about what GStreamer can do with them. */
#pragma once

#include <glib.h>

/* Big-endian, as on the wire. */
#define RTMP_FOURCC(a, b, c, d) \
  ((guint32) (a) << 24 | (guint32) (b) << 16 | (guint32) (c) << 8 | (d))

typedef enum {
  RTMP_CODEC_UNKNOWN = 0,
  /* Video. */
  RTMP_CODEC_SORENSON,          /* Sorenson's H.263 */
  RTMP_CODEC_SCREEN,
  RTMP_CODEC_VP6,
  RTMP_CODEC_VP6_ALPHA,
  RTMP_CODEC_SCREEN2,
  RTMP_CODEC_H264,
  RTMP_CODEC_H265,
  RTMP_CODEC_H266,
  RTMP_CODEC_AV1,
  RTMP_CODEC_VP8,
  RTMP_CODEC_VP9,
  /* Audio. */
  RTMP_CODEC_PCM_NATIVE,        /* in the byte order of who wrote it */
  RTMP_CODEC_ADPCM,
  RTMP_CODEC_MP3,
  RTMP_CODEC_PCM_LE,
  RTMP_CODEC_NELLYMOSER_16K,
  RTMP_CODEC_NELLYMOSER_8K,
  RTMP_CODEC_NELLYMOSER,
  RTMP_CODEC_ALAW,
  RTMP_CODEC_MULAW,
  RTMP_CODEC_AAC,
  RTMP_CODEC_SPEEX,
  RTMP_CODEC_MP3_8K,
  RTMP_CODEC_DEVICE,            /* known to one device only */
  RTMP_CODEC_OPUS,
  RTMP_CODEC_FLAC,
  RTMP_CODEC_AC3,
  RTMP_CODEC_EAC3,
  RTMP_N_CODECS
} RtmpCodec;

/* UNKNOWN when it is none of that kind. */
RtmpCodec rtmp_codec_from_fourcc (guint32 fourcc, gboolean video);

/* The four bits of a classic header. Knows the numbers 12 and 13 that some
 * servers and cameras use for H.265, AV1 and Opus; we never write them. */
RtmpCodec rtmp_codec_from_classic (guint id, gboolean video);

/* videocodecid and audiocodecid of onMetaData: a classic number or a FourCC. */
RtmpCodec rtmp_codec_from_number (gdouble number, gboolean video);

gboolean rtmp_codec_is_video (RtmpCodec self);

/* For people: "H.264". */
const gchar *rtmp_codec_get_name (RtmpCodec self);

/* 0 when there is none. */
guint32 rtmp_codec_get_fourcc (RtmpCodec self);

/* What old players know it by; -1 when there is nothing. */
gint rtmp_codec_get_classic (RtmpCodec self);

/* Whether frames may be shown in another order than they are sent in. */
gboolean rtmp_codec_has_composition_time (RtmpCodec self);

/* Whether a stream begins with a configuration record. */
gboolean rtmp_codec_has_config (RtmpCodec self);

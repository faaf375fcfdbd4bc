/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpcodec.h"

#define NONE (-1)

typedef struct
{
  const gchar *name;
  guint32 fourcc;
  gint8 classic;
  gint8 unofficial;
  gboolean composition_time;
  gboolean config;
} CodecRow;

/* Classic numbers: Adobe FLV 10.1, E.4.2.1 and E.4.3.1. FourCCs: Enhanced RTMP
 * v2, "Enhanced Audio" and "Enhanced Video". */
static const CodecRow rows[RTMP_N_CODECS] = {
  [RTMP_CODEC_UNKNOWN] = {"unknown", 0, NONE, NONE},
  [RTMP_CODEC_SORENSON] = {"Sorenson H.263", 0, 2, NONE},
  [RTMP_CODEC_SCREEN] = {"Screen Video", 0, 3, NONE},
  [RTMP_CODEC_VP6] = {"VP6", 0, 4, NONE},
  [RTMP_CODEC_VP6_ALPHA] = {"VP6 with alpha", 0, 5, NONE},
  [RTMP_CODEC_SCREEN2] = {"Screen Video 2", 0, 6, NONE},
  [RTMP_CODEC_H264] = {"H.264", RTMP_FOURCC ('a', 'v', 'c', '1'), 7, NONE,
      TRUE, TRUE},
  [RTMP_CODEC_H265] = {"H.265", RTMP_FOURCC ('h', 'v', 'c', '1'), NONE, 12,
      TRUE, TRUE},
  [RTMP_CODEC_H266] = {"H.266", RTMP_FOURCC ('v', 'v', 'c', '1'), NONE, NONE,
      TRUE, TRUE},
  [RTMP_CODEC_AV1] = {"AV1", RTMP_FOURCC ('a', 'v', '0', '1'), NONE, 13, FALSE,
      TRUE},
  [RTMP_CODEC_VP8] = {"VP8", RTMP_FOURCC ('v', 'p', '0', '8'), NONE, NONE,
      FALSE, TRUE},
  [RTMP_CODEC_VP9] = {"VP9", RTMP_FOURCC ('v', 'p', '0', '9'), NONE, NONE,
      FALSE, TRUE},
  [RTMP_CODEC_PCM_NATIVE] = {"PCM", 0, 0, NONE},
  [RTMP_CODEC_ADPCM] = {"ADPCM", 0, 1, NONE},
  [RTMP_CODEC_MP3] = {"MP3", RTMP_FOURCC ('.', 'm', 'p', '3'), 2, NONE},
  [RTMP_CODEC_PCM_LE] = {"PCM, little-endian", 0, 3, NONE},
  [RTMP_CODEC_NELLYMOSER_16K] = {"Nellymoser 16 kHz", 0, 4, NONE},
  [RTMP_CODEC_NELLYMOSER_8K] = {"Nellymoser 8 kHz", 0, 5, NONE},
  [RTMP_CODEC_NELLYMOSER] = {"Nellymoser", 0, 6, NONE},
  [RTMP_CODEC_ALAW] = {"G.711 A-law", 0, 7, NONE},
  [RTMP_CODEC_MULAW] = {"G.711 mu-law", 0, 8, NONE},
  [RTMP_CODEC_AAC] = {"AAC", RTMP_FOURCC ('m', 'p', '4', 'a'), 10, NONE, FALSE,
      TRUE},
  [RTMP_CODEC_SPEEX] = {"Speex", 0, 11, NONE},
  [RTMP_CODEC_MP3_8K] = {"MP3 8 kHz", 0, 14, NONE},
  [RTMP_CODEC_DEVICE] = {"device-specific sound", 0, 15, NONE},
  [RTMP_CODEC_OPUS] = {"Opus", RTMP_FOURCC ('O', 'p', 'u', 's'), NONE, 13,
      FALSE, TRUE},
  [RTMP_CODEC_FLAC] = {"FLAC", RTMP_FOURCC ('f', 'L', 'a', 'C'), NONE, NONE,
      FALSE, TRUE},
  [RTMP_CODEC_AC3] = {"AC-3", RTMP_FOURCC ('a', 'c', '-', '3'), NONE, NONE},
  [RTMP_CODEC_EAC3] = {"E-AC-3", RTMP_FOURCC ('e', 'c', '-', '3'), NONE, NONE},
};

static const CodecRow *
get_row (RtmpCodec self)
{
  return &rows[(guint) self < RTMP_N_CODECS ? self : RTMP_CODEC_UNKNOWN];
}

RtmpCodec
rtmp_codec_from_fourcc (guint32 fourcc, gboolean video)
{
  for (guint i = 1; i < RTMP_N_CODECS; i++) {
    if (fourcc != 0 && rows[i].fourcc == fourcc
        && rtmp_codec_is_video (i) == video)
      return i;
  }
  return RTMP_CODEC_UNKNOWN;
}

RtmpCodec
rtmp_codec_from_classic (guint id, gboolean video)
{
  for (guint i = 1; i < RTMP_N_CODECS; i++) {
    if (rtmp_codec_is_video (i) == video
        && (rows[i].classic == (gint) id || rows[i].unofficial == (gint) id))
      return i;
  }
  return RTMP_CODEC_UNKNOWN;
}

RtmpCodec
rtmp_codec_from_number (gdouble number, gboolean video)
{
  /* Not a number is neither. */
  if (number >= 0 && number < 16)
    return rtmp_codec_from_classic (number, video);
  if (number >= 16 && number <= G_MAXUINT32)
    return rtmp_codec_from_fourcc (number, video);
  return RTMP_CODEC_UNKNOWN;
}

gboolean
rtmp_codec_is_video (RtmpCodec self)
{
  return self >= RTMP_CODEC_SORENSON && self <= RTMP_CODEC_VP9;
}

const gchar *
rtmp_codec_get_name (RtmpCodec self)
{
  return get_row (self)->name;
}

guint32
rtmp_codec_get_fourcc (RtmpCodec self)
{
  return get_row (self)->fourcc;
}

gint
rtmp_codec_get_classic (RtmpCodec self)
{
  return get_row (self)->classic;
}

gboolean
rtmp_codec_has_composition_time (RtmpCodec self)
{
  return get_row (self)->composition_time;
}

gboolean
rtmp_codec_has_config (RtmpCodec self)
{
  return get_row (self)->config;
}

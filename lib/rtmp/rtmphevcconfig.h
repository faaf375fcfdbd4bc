/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpHevcConfig: the configuration record of H.265 (ISO/IEC 14496-15,
 * 8.3.3.1): profile, size of lengths, arrays of parameter sets. The sets are
 * not looked into. */
#pragma once

#include "rtmp/rtmpnalunits.h"

#define RTMP_HEVC_CONFIG_CONSTRAINTS 6

typedef struct {
  gboolean complete;            /* none of the type are in the frames */
  guint8 type;                  /* of unit: 32 VPS, 33 SPS, 34 PPS, 39 SEI */
  GPtrArray *units;
} RtmpHevcArray;

typedef struct {
  guint8 profile_space;
  gboolean high_tier;
  guint8 profile;
  guint32 compatibility;
  guint8 constraints[RTMP_HEVC_CONFIG_CONSTRAINTS];
  guint8 level;
  guint16 min_segmentation;
  guint8 parallelism;
  guint8 chroma_format;
  guint8 luma_depth;
  guint8 chroma_depth;
  guint16 frame_rate;           /* in 1/256 per second; 0: not told */
  guint8 constant_frame_rate;
  guint8 temporal_layers;
  gboolean temporal_nested;
  guint length_size;            /* before each NAL unit: 1, 2 or 4 bytes */
  GArray *arrays;               /* of RtmpHevcArray */
} RtmpHevcConfig;

/* Empty, with lengths of four bytes and eight bits a sample. */
RtmpHevcConfig *rtmp_hevc_config_new (void);
void rtmp_hevc_config_free (RtmpHevcConfig *self);

/* An array of its own for units of @type, which it takes. */
void rtmp_hevc_config_add (RtmpHevcConfig *self, guint8 type,
    gboolean complete, GPtrArray *units);

/* NULL and @error (RTMP_ERROR_FORMAT). */
RtmpHevcConfig *rtmp_hevc_config_parse (const guint8 *data, gsize size,
    GError **error);

/* NULL when it has more than a record can say. */
GBytes *rtmp_hevc_config_write (const RtmpHevcConfig *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtmpHevcConfig, rtmp_hevc_config_free)

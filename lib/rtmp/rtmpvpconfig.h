/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpVpConfig: the configuration record of VP8 and VP9 ("VP Codec ISO Media
 * File Format Binding"): what decoders must be able to do. */
#pragma once

#include <glib.h>

typedef enum {
  RTMP_VP_CHROMA_420_VERTICAL = 0,
  RTMP_VP_CHROMA_420_COLOCATED = 1,
  RTMP_VP_CHROMA_422 = 2,
  RTMP_VP_CHROMA_444 = 3,
} RtmpVpChroma;

typedef struct {
  guint8 profile;
  guint8 level;                 /* ten times, as in "3.1"; 0: not told */
  guint8 depth;                 /* bits of a sample */
  RtmpVpChroma chroma;
  gboolean full_range;
  /* ISO/IEC 23091-4; 2: not told. */
  guint8 primaries;
  guint8 transfer;
  guint8 matrix;
} RtmpVpConfig;

/* Eight bits, 4:2:0, nothing told: all there is to say about VP8. */
void rtmp_vp_config_init (RtmpVpConfig *self);

/* With and without the version that stands before it in a file: FFmpeg and
 * others leave it there. FALSE and @error (RTMP_ERROR_FORMAT). */
gboolean rtmp_vp_config_parse (RtmpVpConfig *self, const guint8 *data,
    gsize size, GError **error);

/* From a key frame of VP9, and its size; FALSE for any other. */
gboolean rtmp_vp_config_find (RtmpVpConfig *self, const guint8 *frame,
    gsize size, guint *width, guint *height);

/* The lowest level that allows such pictures, @rate of them a second. */
guint8 rtmp_vp_config_get_level (guint width, guint height, gdouble rate);

/* With the version. */
GBytes *rtmp_vp_config_write (const RtmpVpConfig *self);

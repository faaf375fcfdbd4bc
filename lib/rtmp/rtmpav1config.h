/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpAv1Config: the configuration record of AV1 ("AV1 Codec ISO Media File
 * Format Binding", 2.3): what decoders must be able to do, and units that stand
 * before all frames. */
#pragma once

#include "rtmp/rtmpav1sequence.h"

typedef struct {
  guint8 profile;
  guint8 level;
  guint8 tier;
  guint8 depth;                 /* bits of a sample: 8, 10 or 12 */
  gboolean monochrome;
  guint8 subsampling_x;
  guint8 subsampling_y;
  guint8 chroma_position;
  gint presentation_delay;      /* frames; 0: not told */
  GBytes *units;                /* may be empty */
} RtmpAv1Config;

void rtmp_av1_config_clear (RtmpAv1Config *self);

/* FALSE and @error (RTMP_ERROR_FORMAT). */
gboolean rtmp_av1_config_parse (RtmpAv1Config *self, const guint8 *data,
    gsize size, GError **error);

/* From the sequence header in a temporal unit; FALSE when it has none, or none
 * that can be read. @sequence may be NULL. */
gboolean rtmp_av1_config_find (RtmpAv1Config *self, const guint8 *data,
    gsize size, RtmpAv1Sequence *sequence);

GBytes *rtmp_av1_config_write (const RtmpAv1Config *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (RtmpAv1Config, rtmp_av1_config_clear)

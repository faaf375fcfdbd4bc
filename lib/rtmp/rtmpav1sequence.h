/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpAv1Sequence: what the sequence header of AV1 says about the pictures (AV1
 * 5.5): profile, size, colours. */
#pragma once

#include <glib.h>

typedef struct {
  guint8 profile;
  guint8 level;
  guint8 tier;
  guint width;
  guint height;
  guint8 depth;                 /* bits of a sample: 8, 10 or 12 */
  gboolean monochrome;
  guint8 subsampling_x;
  guint8 subsampling_y;
  guint8 chroma_position;
  /* ISO/IEC 23091-4; 2: not told. */
  guint8 primaries;
  guint8 transfer;
  guint8 matrix;
  gboolean full_range;
} RtmpAv1Sequence;

/* The payload of a sequence header; FALSE when it is cut off. */
gboolean rtmp_av1_sequence_parse (RtmpAv1Sequence *self, const guint8 *data,
    gsize size);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpAv1Obu: one open bitstream unit of AV1 in a temporal unit (AV1 5.3, the
 * low-overhead format: each says its size). Only headers are read. */
#pragma once

#include "rtmp/rtmpcursor.h"

#include <glib.h>

typedef enum {
  RTMP_AV1_OBU_SEQUENCE_HEADER = 1,
  RTMP_AV1_OBU_TEMPORAL_DELIMITER = 2,
} RtmpAv1ObuType;

typedef struct {
  guint8 type;
  const guint8 *data;           /* with its header; lent by the reader */
  gsize size;
  const guint8 *payload;
  gsize payload_size;
} RtmpAv1Obu;

/* FALSE at the end, or where no unit is; the reader is at its end only in the
 * first case. A last unit without a size takes all that is left. */
gboolean rtmp_av1_obu_read (RtmpAv1Obu *self, RtmpCursor *reader);

/* How many bytes of temporal delimiters @data begins with, which files and
 * messages leave out. */
gsize rtmp_av1_obu_count_delimiters (const guint8 *data, gsize size);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpAvcConfig: the configuration record of H.264 (ISO/IEC 14496-15, 5.3.3.1):
 * profile, size of lengths, parameter sets. The sets are not looked into. */
#pragma once

#include "rtmp/rtmpnalunits.h"

typedef struct {
  guint8 profile;
  guint8 compatibility;
  guint8 level;
  guint length_size;            /* before each NAL unit: 1, 2 or 4 bytes */
  GPtrArray *sps;
  GPtrArray *pps;
  /* Of the high profiles, when the record has them. */
  gboolean has_format;
  guint8 chroma_format;
  guint8 luma_depth;
  guint8 chroma_depth;
  GPtrArray *sps_extensions;
} RtmpAvcConfig;

/* Empty, with lengths of four bytes. */
RtmpAvcConfig *rtmp_avc_config_new (void);
void rtmp_avc_config_free (RtmpAvcConfig *self);

/* NULL and @error (RTMP_ERROR_FORMAT). What is left out of the high profiles'
 * part is overlooked, as many encoders leave it out. */
RtmpAvcConfig *rtmp_avc_config_parse (const guint8 *data, gsize size,
    GError **error);

/* NULL when it has more than a record can say. */
GBytes *rtmp_avc_config_write (const RtmpAvcConfig *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtmpAvcConfig, rtmp_avc_config_free)

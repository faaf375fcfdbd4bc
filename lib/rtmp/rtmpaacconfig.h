/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpAacConfig: the AudioSpecificConfig of AAC (ISO/IEC 14496-3, 1.6.2.1),
 * as far as rates and channels go. */
#pragma once

#include <glib.h>

typedef struct {
  guint8 object_type;           /* 2: low complexity */
  guint rate;                   /* of the core, Hz */
  guint channels;               /* 0: listed in the config itself */
  guint8 channel_config;        /* 0-15, as it was said */
  guint extension_rate;         /* with SBR, Hz; 0: none told of */
  gboolean parametric_stereo;
} RtmpAacConfig;

/* FALSE and @error (RTMP_ERROR_FORMAT). */
gboolean rtmp_aac_config_parse (RtmpAacConfig *self, const guint8 *data,
    gsize size, GError **error);

/* Without an extension. .channel_config counts, not .channels; NULL when there
 * is no way to say it. */
GBytes *rtmp_aac_config_write (const RtmpAacConfig *self);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpOpusConfig: the identification header of Opus, "OpusHead" (RFC 7845,
 * 5.1). */
#pragma once

#include <glib.h>

#define RTMP_OPUS_MAX_CHANNELS 255

typedef struct {
  guint8 channels;
  guint16 pre_skip;             /* samples at 48 kHz */
  guint32 rate;                 /* of what was encoded, Hz; 0: not told */
  gint16 gain;                  /* in 1/256 dB */
  guint8 family;                /* of the mapping; 0: mono or stereo */
  guint8 streams;
  guint8 coupled;
  guint8 mapping[RTMP_OPUS_MAX_CHANNELS];       /* not in family 0 */
} RtmpOpusConfig;

/* FALSE and @error (RTMP_ERROR_FORMAT). */
gboolean rtmp_opus_config_parse (RtmpOpusConfig *self, const guint8 *data,
    gsize size, GError **error);

GBytes *rtmp_opus_config_write (const RtmpOpusConfig *self);

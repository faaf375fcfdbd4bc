/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpFlacConfig: what a FLAC stream begins with: the marker and the STREAMINFO
 * block (RFC 9639, 8.2). */
#pragma once

#include <glib.h>

#define RTMP_FLAC_MD5_SIZE 16

typedef struct {
  guint16 min_block;            /* samples */
  guint16 max_block;
  guint32 min_frame;            /* bytes; 0: not told */
  guint32 max_frame;
  guint32 rate;                 /* Hz */
  guint8 channels;
  guint8 depth;                 /* bits of a sample */
  guint64 samples;              /* 0: not told */
  guint8 md5[RTMP_FLAC_MD5_SIZE];
} RtmpFlacConfig;

/* With and without marker and block header: FFmpeg leaves them out. FALSE and
 * @error (RTMP_ERROR_FORMAT). */
gboolean rtmp_flac_config_parse (RtmpFlacConfig *self, const guint8 *data,
    gsize size, GError **error);

/* With them, as Enhanced RTMP v2 has it. */
GBytes *rtmp_flac_config_write (const RtmpFlacConfig *self);

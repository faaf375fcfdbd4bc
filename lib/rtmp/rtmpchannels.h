/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpChannels: which speaker each channel of a track is for (Enhanced RTMP v2,
 * "MultichannelConfig"). */
#pragma once

#include <glib.h>

#define RTMP_CHANNELS_MAX 255

/* What may stand for a channel beside 0 to 23, the speakers of 22.2. */
#define RTMP_CHANNEL_UNUSED 0xfe
#define RTMP_CHANNEL_UNKNOWN 0xff

typedef enum {
  RTMP_CHANNELS_UNSPECIFIED = 0,        /* only how many */
  RTMP_CHANNELS_NATIVE = 1,             /* those of .mask, in its order */
  RTMP_CHANNELS_CUSTOM = 2,             /* as .mapping says */
} RtmpChannelsOrder;

typedef struct {
  RtmpChannelsOrder order;
  guint8 count;
  guint32 mask;                 /* bit n: speaker n */
  guint8 mapping[RTMP_CHANNELS_MAX];
} RtmpChannels;

/* FALSE and @error: RTMP_ERROR_FORMAT, or RTMP_ERROR_UNSUPPORTED for another
 * order. */
gboolean rtmp_channels_parse (RtmpChannels *self, const guint8 *data,
    gsize size, GError **error);

GBytes *rtmp_channels_write (const RtmpChannels *self);

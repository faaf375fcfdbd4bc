/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpMuxFormat: what the caps of a pad of rtmpmux mean in FLV: codec, record,
 * numbers for the metadata. */
#pragma once

#include <gst/gst.h>

#include "rtmp/rtmpcolorinfo.h"
#include "rtmp/rtmpmetadata.h"

typedef struct {
  RtmpCodec codec;
  gboolean enhanced_only;       /* no classic header can say it */
  GBytes *config;               /* NULL: there is none, or it is in a frame */
  RtmpMetadataTrack numbers;
  gboolean has_color;
  RtmpColorInfo color;
} RtmpMuxFormat;

void rtmp_mux_format_clear (RtmpMuxFormat *self);

/* For the pad templates. */
GstCaps *rtmp_mux_format_template (gboolean video);

/* FALSE and @error (GST_STREAM_ERROR) when something is missing in @caps, or
 * does not fit. */
gboolean rtmp_mux_format_read (RtmpMuxFormat *self, const GstCaps *caps,
    GError **error);

/* Whether frames have to be looked at for the record. */
gboolean rtmp_mux_format_is_open (const RtmpMuxFormat *self);

/* FALSE where @frame has no record, as only some key frames have. */
gboolean rtmp_mux_format_find_config (RtmpMuxFormat *self,
    const guint8 *frame, gsize size);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (RtmpMuxFormat, rtmp_mux_format_clear)

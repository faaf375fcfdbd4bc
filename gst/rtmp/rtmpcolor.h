/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpColor: the colours of caps and those of a colorInfo message, one made
 * from the other. */
#pragma once

#include <gst/gst.h>

#include "rtmp/rtmpcolorinfo.h"

/* FALSE when @caps say nothing that an ordinary picture would not have: it has
 * a high dynamic range, or a wide gamut, or says how bright it is. */
gboolean rtmp_color_from_caps (RtmpColorInfo *self, const GstCaps *caps);

/* Adds what @self tells to the first structure of @caps, and takes away what
 * stands there. */
void rtmp_color_to_caps (const RtmpColorInfo *self, GstCaps *caps);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpColorInfo: what a video message of type Metadata says about colours and
 * light (Enhanced RTMP v2, "Metadata Frame"). */
#pragma once

#include "rtmp/rtmpvalue.h"
#include "rtmp/rtmpvaluebuilder.h"

/* A number that is not told is 0. */
typedef struct {
  gdouble bit_depth;
  /* ISO/IEC 23091-4. */
  gdouble primaries;
  gdouble transfer;
  gdouble matrix;
  /* Of the content, cd/m2. */
  gdouble max_fall;
  gdouble max_cll;
  /* Of the display it was made on: coordinates of CIE 1931, and cd/m2. */
  gdouble red_x, red_y;
  gdouble green_x, green_y;
  gdouble blue_x, blue_y;
  gdouble white_x, white_y;
  gdouble max_luminance;
  gdouble min_luminance;
} RtmpColorInfo;

/* FALSE where @values say nothing about colours. One that takes back what was
 * said before has nothing but zeros. */
gboolean rtmp_color_info_read (RtmpColorInfo *self, const RtmpValues *values);

/* With all that is told; without anything, the one that takes it back. */
RtmpValues *rtmp_color_info_write (const RtmpColorInfo *self);

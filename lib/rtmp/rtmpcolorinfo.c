/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpcolorinfo.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

typedef struct
{
  const gchar *group;
  const gchar *name;
  gsize offset;
} Row;

/* Those of a group stand together. */
static const Row rows[] = {
  {"colorConfig", "bitDepth", offsetof (RtmpColorInfo, bit_depth)},
  {"colorConfig", "colorPrimaries", offsetof (RtmpColorInfo, primaries)},
  {"colorConfig", "transferCharacteristics",
      offsetof (RtmpColorInfo, transfer)},
  {"colorConfig", "matrixCoefficients", offsetof (RtmpColorInfo, matrix)},
  {"hdrCll", "maxFall", offsetof (RtmpColorInfo, max_fall)},
  {"hdrCll", "maxCLL", offsetof (RtmpColorInfo, max_cll)},
  {"hdrMdcv", "redX", offsetof (RtmpColorInfo, red_x)},
  {"hdrMdcv", "redY", offsetof (RtmpColorInfo, red_y)},
  {"hdrMdcv", "greenX", offsetof (RtmpColorInfo, green_x)},
  {"hdrMdcv", "greenY", offsetof (RtmpColorInfo, green_y)},
  {"hdrMdcv", "blueX", offsetof (RtmpColorInfo, blue_x)},
  {"hdrMdcv", "blueY", offsetof (RtmpColorInfo, blue_y)},
  {"hdrMdcv", "whitePointX", offsetof (RtmpColorInfo, white_x)},
  {"hdrMdcv", "whitePointY", offsetof (RtmpColorInfo, white_y)},
  {"hdrMdcv", "maxLuminance", offsetof (RtmpColorInfo, max_luminance)},
  {"hdrMdcv", "minLuminance", offsetof (RtmpColorInfo, min_luminance)},
};

/* Names and values take turns. */
static const RtmpValue *
find_color_info (const RtmpValues * values)
{
  for (guint i = 0; i + 1 < rtmp_values_get_count (values); i += 2) {
    const gchar *name = rtmp_value_get_string (rtmp_values_get (values, i));
    if (g_strcmp0 (name, "colorInfo") == 0)
      return rtmp_values_get (values, i + 1);
  }
  return NULL;
}

gboolean
rtmp_color_info_read (RtmpColorInfo * self, const RtmpValues * values)
{
  const RtmpValue *all = find_color_info (values);

  memset (self, 0, sizeof *self);
  if (all == NULL)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    const RtmpValue *group = rtmp_value_lookup (all, rows[i].group);
    gdouble number =
        rtmp_value_get_number (rtmp_value_lookup (group, rows[i].name), 0);
    if (isfinite (number) && number > 0)
      *(gdouble *) ((guint8 *) self + rows[i].offset) = number;
  }
  return TRUE;
}

/* Each object with what is told of it; none that would be empty. */
static void
add_groups (const RtmpColorInfo * self, RtmpValueBuilder * builder)
{
  const gchar *open = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    gdouble number = *(const gdouble *) ((const guint8 *) self
        + rows[i].offset);
    if (number == 0)
      continue;
    if (g_strcmp0 (open, rows[i].group) != 0) {
      if (open != NULL)
        rtmp_value_builder_close (builder);
      open = rows[i].group;
      rtmp_value_builder_open_object (builder, open, NULL);
    }
    rtmp_value_builder_add_number (builder, rows[i].name, number);
  }
  if (open != NULL)
    rtmp_value_builder_close (builder);
}

RtmpValues *
rtmp_color_info_write (const RtmpColorInfo * self)
{
  static const RtmpColorInfo nothing;
  g_auto (RtmpValueBuilder) builder;

  rtmp_value_builder_init (&builder);
  rtmp_value_builder_add_string (&builder, NULL, "colorInfo");
  if (memcmp (self, &nothing, sizeof nothing) == 0) {
    rtmp_value_builder_add_undefined (&builder, NULL);
  } else {
    rtmp_value_builder_open_object (&builder, NULL, NULL);
    add_groups (self, &builder);
    rtmp_value_builder_close (&builder);
  }
  return rtmp_value_builder_end (&builder, NULL);
}

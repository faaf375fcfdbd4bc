/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpColor: see rtmpcolor.h. */

#include "rtmpcolor.h"

#include <gst/video/video.h>
#include <string.h>

/* In caps, coordinates are in units of 0.00002 and a display's luminance in
 * units of 0.0001 cd/m2, as in the messages of H.265. */
#define COORDINATE 0.00002
#define LUMINANCE 0.0001

static gboolean
read_colorimetry (RtmpColorInfo * self, const GstStructure * structure)
{
  const gchar *text = gst_structure_get_string (structure, "colorimetry");
  GstVideoColorimetry color;

  if (text == NULL || !gst_video_colorimetry_from_string (&color, text))
    return FALSE;
  self->primaries = gst_video_color_primaries_to_iso (color.primaries);
  self->transfer = gst_video_transfer_function_to_iso (color.transfer);
  self->matrix = gst_video_color_matrix_to_iso (color.matrix);
  return color.primaries == GST_VIDEO_COLOR_PRIMARIES_BT2020
      || color.transfer == GST_VIDEO_TRANSFER_SMPTE2084
      || color.transfer == GST_VIDEO_TRANSFER_ARIB_STD_B67;
}

static gboolean
read_mastering (RtmpColorInfo * self, const GstCaps * caps)
{
  GstVideoMasteringDisplayInfo info;

  if (!gst_video_mastering_display_info_from_caps (&info, caps))
    return FALSE;
  self->red_x = info.display_primaries[0].x * COORDINATE;
  self->red_y = info.display_primaries[0].y * COORDINATE;
  self->green_x = info.display_primaries[1].x * COORDINATE;
  self->green_y = info.display_primaries[1].y * COORDINATE;
  self->blue_x = info.display_primaries[2].x * COORDINATE;
  self->blue_y = info.display_primaries[2].y * COORDINATE;
  self->white_x = info.white_point.x * COORDINATE;
  self->white_y = info.white_point.y * COORDINATE;
  self->max_luminance = info.max_display_mastering_luminance * LUMINANCE;
  self->min_luminance = info.min_display_mastering_luminance * LUMINANCE;
  return TRUE;
}

gboolean
rtmp_color_from_caps (RtmpColorInfo * self, const GstCaps * caps)
{
  const GstStructure *structure = gst_caps_get_structure (caps, 0);
  GstVideoContentLightLevel light;
  guint depth = 0;

  memset (self, 0, sizeof *self);
  gboolean special = read_colorimetry (self, structure);
  if (read_mastering (self, caps))
    special = TRUE;
  if (gst_video_content_light_level_from_caps (&light, caps)) {
    self->max_cll = light.max_content_light_level;
    self->max_fall = light.max_frame_average_light_level;
    special = TRUE;
  }
  if (gst_structure_get_uint (structure, "bit-depth-luma", &depth))
    self->bit_depth = depth;
  return special;
}

static void
add_colorimetry (const RtmpColorInfo * self, GstCaps * caps)
{
  /* None of the numbers says which range: all that is sent as video has the
   * narrow one. */
  GstVideoColorimetry color = { GST_VIDEO_COLOR_RANGE_16_235,
    gst_video_color_matrix_from_iso (self->matrix),
    gst_video_transfer_function_from_iso (self->transfer),
    gst_video_color_primaries_from_iso (self->primaries)
  };
  g_autofree gchar *text = gst_video_colorimetry_to_string (&color);

  if (text != NULL)
    gst_caps_set_simple (caps, "colorimetry", G_TYPE_STRING, text, NULL);
}

static guint
round_to (gdouble number, gdouble unit, guint most)
{
  return CLAMP (number / unit + 0.5, 0, most);
}

static void
add_mastering (const RtmpColorInfo * self, GstCaps * caps)
{
  GstVideoMasteringDisplayInfo info;

  gst_video_mastering_display_info_init (&info);
  info.display_primaries[0].x = round_to (self->red_x, COORDINATE, G_MAXUINT16);
  info.display_primaries[0].y = round_to (self->red_y, COORDINATE, G_MAXUINT16);
  info.display_primaries[1].x =
      round_to (self->green_x, COORDINATE, G_MAXUINT16);
  info.display_primaries[1].y =
      round_to (self->green_y, COORDINATE, G_MAXUINT16);
  info.display_primaries[2].x =
      round_to (self->blue_x, COORDINATE, G_MAXUINT16);
  info.display_primaries[2].y =
      round_to (self->blue_y, COORDINATE, G_MAXUINT16);
  info.white_point.x = round_to (self->white_x, COORDINATE, G_MAXUINT16);
  info.white_point.y = round_to (self->white_y, COORDINATE, G_MAXUINT16);
  info.max_display_mastering_luminance =
      round_to (self->max_luminance, LUMINANCE, G_MAXINT);
  info.min_display_mastering_luminance =
      round_to (self->min_luminance, LUMINANCE, G_MAXINT);
  gst_video_mastering_display_info_add_to_caps (&info, caps);
}

static void
add_light (const RtmpColorInfo * self, GstCaps * caps)
{
  GstVideoContentLightLevel light;

  gst_video_content_light_level_init (&light);
  light.max_content_light_level = round_to (self->max_cll, 1, G_MAXUINT16);
  light.max_frame_average_light_level =
      round_to (self->max_fall, 1, G_MAXUINT16);
  gst_video_content_light_level_add_to_caps (&light, caps);
}

void
rtmp_color_to_caps (const RtmpColorInfo * self, GstCaps * caps)
{
  gst_structure_remove_fields (gst_caps_get_structure (caps, 0), "colorimetry",
      "mastering-display-info", "content-light-level", NULL);
  if (self->primaries > 0 && self->transfer > 0)
    add_colorimetry (self, caps);
  if (self->red_x > 0 && self->white_x > 0 && self->max_luminance > 0)
    add_mastering (self, caps);
  if (self->max_cll > 0 || self->max_fall > 0)
    add_light (self, caps);
}

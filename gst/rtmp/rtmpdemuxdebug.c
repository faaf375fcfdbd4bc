/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmpdemuxdebug.h"

GstDebugCategory *
rtmp_demux_debug_get_category (void)
{
  static gsize category = 0;

  if (g_once_init_enter (&category)) {
    GstDebugCategory *made = NULL;
    GST_DEBUG_CATEGORY_INIT (made, "rtmpdemux", 0, "demuxing enhanced FLV");
    g_once_init_leave (&category, (gsize) made);
  }
  return (GstDebugCategory *) category;
}

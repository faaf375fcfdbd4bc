/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmpcalldebug.h"

GstDebugCategory *
rtmp_call_debug_get_category (void)
{
  static gsize category = 0;

  if (g_once_init_enter (&category)) {
    GstDebugCategory *made = NULL;
    GST_DEBUG_CATEGORY_INIT (made, "rtmpcall", 0, "rtmpsrc and rtmpsink");
    g_once_init_leave (&category, (gsize) made);
  }
  return (GstDebugCategory *) category;
}

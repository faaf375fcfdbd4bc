/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The plugin "rtmp". Its file takes the place of the one of the same name that
 * is in Debian: see docs/architecture.md. */

#include <gst/gst.h>

#include "gstrtmpdemux.h"
#include "gstrtmpmux.h"
#include "gstrtmpsink.h"
#include "gstrtmpsrc.h"

static gboolean
plugin_init (GstPlugin * plugin)
{
  return GST_ELEMENT_REGISTER (rtmpdemux, plugin)
      && GST_ELEMENT_REGISTER (rtmpmux, plugin)
      && GST_ELEMENT_REGISTER (rtmpsink, plugin)
      && GST_ELEMENT_REGISTER (rtmpsrc, plugin);
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, rtmp,
    "RTMP and FLV, with Enhanced RTMP", plugin_init, PACKAGE_VERSION, "LGPL",
    "gst-room-rtmp", "https://veovera.org")

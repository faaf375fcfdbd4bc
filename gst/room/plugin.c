/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The plugin "room". */

#include <gst/gst.h>

#include "gstroompublish.h"
#include "roomdebug.h"

static gboolean
plugin_init (GstPlugin * plugin)
{
  /* So that GST_DEBUG=help lists it. */
  room_debug_get_category ();
  return GST_ELEMENT_REGISTER (roompublish, plugin);
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, room,
    "Publishes media into LiveKit rooms", plugin_init, PACKAGE_VERSION, "LGPL",
    "gst-room-rtmp", "https://livekit.io")

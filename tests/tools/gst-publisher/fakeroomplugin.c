/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The fake room as a plugin, for tests that run the tool itself. */
#include "fakeroompublish.h"

#define PACKAGE "gst-room-rtmp"

static gboolean
plugin_init (GstPlugin * plugin)
{
  return fake_room_publish_register (plugin);
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, fakeroom,
    "A room that is none, for tests", plugin_init, "0", "LGPL", PACKAGE,
    "https://example.org/");

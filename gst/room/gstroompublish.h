/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* GstRoomPublish: the element roompublish. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_ROOM_PUBLISH (gst_room_publish_get_type ())
G_DECLARE_FINAL_TYPE (GstRoomPublish, gst_room_publish, GST, ROOM_PUBLISH,
    GstBin)

GST_ELEMENT_REGISTER_DECLARE (roompublish);

G_END_DECLS

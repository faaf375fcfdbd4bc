/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomChildren: the sink pads of a bin as its first children, so that what is
 * set on pads can stand in a launch line: "video_0::track-name=stage". After
 * them comes what the bin's own GstChildProxy offers. */
#pragma once

#include <gst/gst.h>

/* For G_IMPLEMENT_INTERFACE() with GST_TYPE_CHILD_PROXY. */
void room_children_init_interface (gpointer iface, gpointer unused);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The debug category "roompublish" of everything in this plugin: include it in
 * a .c that logs, and nothing else. Made at its first use. */
#pragma once

#include <gst/gst.h>

GstDebugCategory *room_debug_get_category (void);

#define GST_CAT_DEFAULT (room_debug_get_category ())

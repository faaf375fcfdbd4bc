/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The debug category of the room server's media: "roomserver". */
#pragma once

#include <gst/gst.h>

#define GST_CAT_DEFAULT (server_debug_get_category ())

GstDebugCategory *server_debug_get_category (void);

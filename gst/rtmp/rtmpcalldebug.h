/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The debug category "rtmpcall": include it in a .c that logs, and nothing
 * else. Made at its first use. */
#pragma once

#include <gst/gst.h>

GstDebugCategory *rtmp_call_debug_get_category (void);

#define GST_CAT_DEFAULT (rtmp_call_debug_get_category ())

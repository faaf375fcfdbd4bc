/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerShortcut: ways through webrtcbin that cost less. What an element in it
 * does not do for us anyway is left out for the packets that we send; nothing
 * else changes, and what is not known is left alone. */
#pragma once

#include <gst/gst.h>

/* Before anything is in @bin: looks at each element that comes into it. */
void server_shortcut_watch (GstBin *bin);

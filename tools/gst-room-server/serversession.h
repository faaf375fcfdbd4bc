/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerSession: the RTP session in an element that webrtcbin makes, for those
 * who look at each that comes ("deep-element-added"). In any thread. */
#pragma once

#include <gst/gst.h>

/* NULL: @element is no rtpsession. */
GObject *server_session_dup (GstElement *element);

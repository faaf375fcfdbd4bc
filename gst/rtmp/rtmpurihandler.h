/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpUriHandler: rtmp:// and rtmps:// of rtmpsink and rtmpsrc: the property
 * "location", for who has a URI and looks for an element. */
#pragma once

#include <gst/gst.h>

/* All of @iface but its get_type(), in which alone the two differ. */
void rtmp_uri_handler_init (GstURIHandlerInterface *iface);

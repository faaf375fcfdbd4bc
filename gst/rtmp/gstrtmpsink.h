/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* GstRtmpSink: the element rtmpsink, which publishes FLV to an RTMP server. See
 * its class comment. */
#pragma once

#include <gst/base/gstbasesink.h>

#define GST_TYPE_RTMP_SINK (gst_rtmp_sink_get_type ())
G_DECLARE_FINAL_TYPE (GstRtmpSink, gst_rtmp_sink, GST, RTMP_SINK, GstBaseSink)

GST_ELEMENT_REGISTER_DECLARE (rtmpsink)

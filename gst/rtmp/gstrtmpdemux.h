/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* GstRtmpDemux: the element rtmpdemux, FLV with Enhanced RTMP. See its class
 * comment. */
#pragma once

#include <gst/gst.h>

#define GST_TYPE_RTMP_DEMUX (gst_rtmp_demux_get_type ())
G_DECLARE_FINAL_TYPE (GstRtmpDemux, gst_rtmp_demux, GST, RTMP_DEMUX, GstElement)

GST_ELEMENT_REGISTER_DECLARE (rtmpdemux)

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* GstRtmpMux: the element rtmpmux, FLV with Enhanced RTMP. See its class
 * comment. */
#pragma once

#include <gst/base/gstaggregator.h>

#define GST_TYPE_RTMP_MUX (gst_rtmp_mux_get_type ())
G_DECLARE_FINAL_TYPE (GstRtmpMux, gst_rtmp_mux, GST, RTMP_MUX, GstAggregator)

GST_ELEMENT_REGISTER_DECLARE (rtmpmux)

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* GstRtmpSrc: the element rtmpsrc, which plays FLV from an RTMP server. See its
 * class comment. */
#pragma once

#include <gst/base/gstpushsrc.h>

#define GST_TYPE_RTMP_SRC (gst_rtmp_src_get_type ())
G_DECLARE_FINAL_TYPE (GstRtmpSrc, gst_rtmp_src, GST, RTMP_SRC, GstPushSrc)

GST_ELEMENT_REGISTER_DECLARE (rtmpsrc)

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpMuxTag: one FLV tag as a buffer, with the media in it by reference where
 * that is cheaper than a copy. */
#pragma once

#include <gst/gst.h>

/* @header, then what @payload has from @skip on; it may be NULL. The payload's
 * flags and times are not taken over. NULL when it is too long for a tag. */
GstBuffer *rtmp_mux_tag_new (guint8 type, guint64 ms, const guint8 *header,
    gsize header_size, GstBuffer *payload, gsize skip);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RTP packets of VP8 and of audio, as small as they can be, for tests. */
#pragma once

#include <gst/gst.h>

/* One packet with a payload of @size bytes (at least 4); @key: it begins a key
 * frame of VP8, else the payload continues one. It is the last of its frame. */
GstBuffer *packets_make (guint16 seq, guint32 timestamp, gboolean key,
    gsize size);
/* The same, and more of the frame follows. */
GstBuffer *packets_make_part (guint16 seq, guint32 timestamp, gboolean key,
    gsize size);

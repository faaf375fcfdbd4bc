/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpLend: the bytes of a GstBuffer for those who know GBytes only, without a
 * copy. */
#pragma once

#include <gst/gst.h>

/* Takes @buffer, which lives as long as the bytes. NULL when it cannot be
 * read. */
GBytes *rtmp_lend_bytes (GstBuffer *buffer);

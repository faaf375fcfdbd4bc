/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpAmf3Writer: one value to the bytes of AMF3.
 * Nothing is written as a reference. A member without a name cannot be said,
 * and is left out. */
#pragma once

#include "rtmp/rtmpvalue.h"

/* How many bytes write() makes. */
gsize rtmp_amf3_measure (const RtmpValue *value);
/* To @data, which has as much room; gives the end of what was written. */
guint8 *rtmp_amf3_write (const RtmpValue *value, guint8 *data);

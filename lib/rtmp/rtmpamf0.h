/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* AMF0: the values of a command or data message, to bytes and back.
 * From Adobe's "Action Message Format -- AMF 0"; section numbers are its. A
 * value may be in AMF3 (3.1), and is then read and written by rtmpamf3. */
#pragma once

#include "rtmp/rtmpvalue.h"

/* All values in @data, to its end; what a message is, without the byte that one
 * of type 15 or 17 has in front. NULL and @error: RTMP_ERROR_PROTOCOL, or
 * RTMP_ERROR_LIMIT. Where the message ends between two members of an object,
 * all that is open ends there: some encoders leave the end away. */
RtmpValues *rtmp_amf0_parse (const guint8 *data, gsize size, GError **error);

/* How many bytes write() makes. */
gsize rtmp_amf0_measure (const RtmpValues *values);
/* To @data, which has as much room; gives the end of what was written. */
guint8 *rtmp_amf0_write (const RtmpValues *values, guint8 *data);
/* The same for one value, without its name. */
gsize rtmp_amf0_measure_value (const RtmpValue *value);
guint8 *rtmp_amf0_write_value (const RtmpValue *value, guint8 *data);
/* Both, for all. */
GBytes *rtmp_amf0_write_bytes (const RtmpValues *values);

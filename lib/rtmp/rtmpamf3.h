/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* AMF3: one value from its bytes; rtmpamf3writer goes the other way.
 * From Adobe's "Action Message Format -- AMF 3"; section numbers are its. In
 * RTMP it stands within AMF0 only, each value with tables of its own. */
#pragma once

#include "rtmp/rtmpcursor.h"
#include "rtmp/rtmpvaluebuilder.h"

/* One value, to @builder. FALSE and @error: RTMP_ERROR_PROTOCOL,
 * RTMP_ERROR_LIMIT, or RTMP_ERROR_UNSUPPORTED for a class that has a form of
 * its own (3.12), which only its maker can read. Vectors become arrays, a
 * dictionary one of key, value, key, value. */
gboolean rtmp_amf3_parse (RtmpCursor *cursor, RtmpValueBuilder *builder,
    RtmpValueName name, GError **error);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitWire: a serialized message held against its descriptor before it is
 * unpacked. The unpacker knows no limits and takes any bytes for a string. */
#pragma once

#include <glib.h>
#include <protobuf-c/protobuf-c.h>

/* FALSE and @error (LIVEKIT_ERROR_PROTOCOL) when @data is not one whole @type,
 * holds text that is not UTF-8 or has a NUL in it, gives a singular field
 * twice, nests too deep, or would take more than @max_memory when unpacked. */
gboolean livekit_wire_check (const ProtobufCMessageDescriptor *type,
    const guint8 *data, gsize size, gsize max_memory, GError **error);

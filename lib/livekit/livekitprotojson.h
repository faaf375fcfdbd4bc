/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitProtoJson: a message of the protocol as JSON and back, after its
 * descriptor, by the rules of protobuf's own mapping ("ProtoJSON Format").
 * Names may be spelt either way, unknown fields and enum names are skipped, an
 * integer may be in a string. It knows what the protocol has: no unsigned 64
 * bits, no fixed numbers, maps of strings only. */
#pragma once

#include <glib.h>
#include <protobuf-c/protobuf-c.h>

typedef enum {
  LIVEKIT_PROTO_JSON_SHORT,     /* lowerCamelCase, without what is default */
  LIVEKIT_PROTO_JSON_WHOLE,     /* names as in the .proto, all fields */
} LivekitProtoJsonStyle;

/* @text as a serialized @type, to be checked like any that someone sent
 * (livekit_wire_check()). NULL and @error (LIVEKIT_ERROR_PROTOCOL, without the
 * text) when it is not its JSON. Limit @length before. */
GBytes *livekit_proto_json_parse (const ProtobufCMessageDescriptor *type,
    const gchar *text, gsize length, GError **error);

/* @message must hold UTF-8 only. */
gchar *livekit_proto_json_write (const ProtobufCMessage *message,
    LivekitProtoJsonStyle style);

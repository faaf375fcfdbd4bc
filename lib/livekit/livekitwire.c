/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitwire.h"

#include "livekit/livekiterror.h"
#include "livekit/livekitlimits.h"

#include <gst/base/gstbytereader.h>

/* What an allocation costs beside its contents, about. */
#define ALLOCATION 32

/* Encoding, "Message Structure": the wire types still in use. */
enum
{
  WIRE_VARINT = 0,
  WIRE_64 = 1,
  WIRE_LENGTH = 2,
  WIRE_32 = 5,
};

typedef struct
{
  gsize memory;                 /* still allowed */
  GError **error;
} Walk;

static gboolean check_message (Walk * walk,
    const ProtobufCMessageDescriptor * type, const guint8 * data, gsize size,
    guint depth);

static gboolean
refuse (Walk * walk, const ProtobufCMessageDescriptor * type,
    const gchar * what)
{
  g_set_error (walk->error, LIVEKIT_ERROR, LIVEKIT_ERROR_PROTOCOL,
      "bad %s message: %s", type->short_name, what);
  return FALSE;
}

/* At most ten bytes, as everywhere in the encoding. */
static gboolean
read_varint (GstByteReader * reader, guint64 * value)
{
  *value = 0;
  for (guint shift = 0; shift < 70; shift += 7) {
    guint8 byte;
    if (!gst_byte_reader_get_uint8 (reader, &byte))
      return FALSE;
    if (shift < 64)
      *value |= (guint64) (byte & 0x7f) << shift;
    if ((byte & 0x80) == 0)
      return TRUE;
  }
  return FALSE;
}

static gboolean
spend (Walk * walk, gsize memory)
{
  if (memory > walk->memory)
    return FALSE;
  walk->memory -= memory;
  return TRUE;
}

static guint
wire_type_of (ProtobufCType type)
{
  switch (type) {
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_FLOAT:
      return WIRE_32;
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_DOUBLE:
      return WIRE_64;
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_BYTES:
    case PROTOBUF_C_TYPE_MESSAGE:
      return WIRE_LENGTH;
    default:
      return WIRE_VARINT;
  }
}

/* The bits of @field, and of its alternatives in a oneof. */
static guint64
get_bits (const ProtobufCMessageDescriptor * type,
    const ProtobufCFieldDescriptor * field)
{
  if ((field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) == 0)
    return G_GUINT64_CONSTANT (1) << (field - type->fields);

  guint64 bits = 0;
  for (guint i = 0; i < type->n_fields; i++) {
    const ProtobufCFieldDescriptor *other = &type->fields[i];
    if ((other->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0
        && other->quantifier_offset == field->quantifier_offset)
      bits |= G_GUINT64_CONSTANT (1) << i;
  }
  return bits;
}

static gboolean
check_contents (Walk * walk, const ProtobufCMessageDescriptor * type,
    const ProtobufCFieldDescriptor * field, const guint8 * data, gsize size,
    guint depth)
{
  switch (field->type) {
    case PROTOBUF_C_TYPE_STRING:
      if (!g_utf8_validate_len ((const gchar *) data, size, NULL))
        return refuse (walk, type, "text is not UTF-8");
      if (!spend (walk, ALLOCATION + size))
        return refuse (walk, type, "too large when unpacked");
      return TRUE;
    case PROTOBUF_C_TYPE_BYTES:
      if (!spend (walk, ALLOCATION + size))
        return refuse (walk, type, "too large when unpacked");
      return TRUE;
    case PROTOBUF_C_TYPE_MESSAGE:
    {
      const ProtobufCMessageDescriptor *inner = field->descriptor;
      if (!spend (walk, ALLOCATION + inner->sizeof_message))
        return refuse (walk, type, "too large when unpacked");
      return check_message (walk, inner, data, size, depth + 1);
    }
    default:
      /* A packed list: one byte may become eight. */
      if (!spend (walk, ALLOCATION + size * sizeof (gint64)))
        return refuse (walk, type, "too large when unpacked");
      return TRUE;
  }
}

static gboolean
check_field (Walk * walk, const ProtobufCMessageDescriptor * type,
    GstByteReader * reader, guint64 * seen, guint depth)
{
  guint64 tag, length = 0;
  if (!read_varint (reader, &tag) || tag > G_MAXUINT32 || tag >> 3 == 0)
    return refuse (walk, type, "bad field number");

  guint wire_type = tag & 7;
  const guint8 *data = NULL;
  guint64 ignored;
  gboolean whole = FALSE;
  switch (wire_type) {
    case WIRE_VARINT:
      whole = read_varint (reader, &ignored);
      break;
    case WIRE_64:
      whole = gst_byte_reader_skip (reader, 8);
      break;
    case WIRE_32:
      whole = gst_byte_reader_skip (reader, 4);
      break;
    case WIRE_LENGTH:
      whole = read_varint (reader, &length)
          && length <= gst_byte_reader_get_remaining (reader)
          && gst_byte_reader_get_data (reader, length, &data);
      break;
    default:
      return refuse (walk, type, "unknown wire type");
  }
  if (!whole)
    return refuse (walk, type, "truncated");

  const ProtobufCFieldDescriptor *field =
      protobuf_c_message_descriptor_get_field (type, tag >> 3);
  if (field == NULL) {
    /* Skipped on purpose: newer than us, or of no use to us. The unpacker keeps
     * a copy all the same. */
    if (!spend (walk, 2 * ALLOCATION + length))
      return refuse (walk, type, "too large when unpacked");
    return TRUE;
  }

  gboolean repeated = field->label == PROTOBUF_C_LABEL_REPEATED;
  guint expected = wire_type_of (field->type);
  gboolean packed = repeated && wire_type == WIRE_LENGTH
      && expected != WIRE_LENGTH;
  if (wire_type != expected && !packed)
    return refuse (walk, type, "wrong wire type");

  /* Merging two halves of a message is allowed by the encoding, done by nobody,
   * and quadratic in protobuf-c. */
  guint64 bits = repeated ? 0 : get_bits (type, field);
  if ((*seen & bits) != 0)
    return refuse (walk, type, "field given twice");
  *seen |= bits;

  if (wire_type == WIRE_LENGTH)
    return check_contents (walk, type, field, data, length, depth);
  if (repeated && !spend (walk, sizeof (gint64)))
    return refuse (walk, type, "too large when unpacked");
  return TRUE;
}

static gboolean
check_message (Walk * walk, const ProtobufCMessageDescriptor * type,
    const guint8 * data, gsize size, guint depth)
{
  if (depth > LIVEKIT_MAX_DEPTH)
    return refuse (walk, type, "nested too deep");

  GstByteReader reader = GST_BYTE_READER_INIT (data, size);
  guint64 seen = 0;
  while (gst_byte_reader_get_remaining (&reader) > 0) {
    if (!check_field (walk, type, &reader, &seen, depth))
      return FALSE;
  }
  return TRUE;
}

gboolean
livekit_wire_check (const ProtobufCMessageDescriptor * type,
    const guint8 * data, gsize size, gsize max_memory, GError ** error)
{
  g_return_val_if_fail (type->n_fields <= 64, FALSE);

  /* Lengths of a GstByteReader have 32 bits. */
  Walk walk = { max_memory, error };
  if (size > G_MAXUINT || !spend (&walk, type->sizeof_message))
    return refuse (&walk, type, "too large");
  return check_message (&walk, type, data, size, 1);
}

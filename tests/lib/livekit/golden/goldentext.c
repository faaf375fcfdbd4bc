/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "goldentext.h"

#include <check.h>

static gsize
get_size (const ProtobufCFieldDescriptor * field)
{
  switch (field->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FLOAT:
    case PROTOBUF_C_TYPE_ENUM:
      return 4;
    case PROTOBUF_C_TYPE_BOOL:
      return sizeof (protobuf_c_boolean);
    case PROTOBUF_C_TYPE_INT64:
      return 8;
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_MESSAGE:
      return sizeof (gpointer);
    case PROTOBUF_C_TYPE_BYTES:
      return sizeof (ProtobufCBinaryData);
    default:
      ck_abort_msg ("a type that the protocol did not have: %s", field->name);
      return 0;
  }
}

/* proto3: a zero is the same as absent. */
static gboolean
is_default (const ProtobufCFieldDescriptor * field, const void *value)
{
  switch (field->type) {
    case PROTOBUF_C_TYPE_STRING:
    {
      const gchar *text = *(gchar * const *) value;
      return text == NULL || *text == '\0';
    }
    case PROTOBUF_C_TYPE_MESSAGE:
      return *(gpointer const *) value == NULL;
    case PROTOBUF_C_TYPE_BYTES:
      return ((const ProtobufCBinaryData *) value)->len == 0;
    case PROTOBUF_C_TYPE_INT64:
      return *(const gint64 *) value == 0;
    case PROTOBUF_C_TYPE_FLOAT:
      return *(const gfloat *) value == 0;
    default:
      return *(const gint32 *) value == 0;
  }
}

static void
append_bytes (GString * text, const ProtobufCBinaryData * bytes)
{
  for (gsize i = 0; i < bytes->len; i++)
    g_string_append_printf (text, "%02x", bytes->data[i]);
}

static void append_message (GString * text, const ProtobufCMessage * message);

static void
append_value (GString * text, const ProtobufCFieldDescriptor * field,
    const void *value)
{
  switch (field->type) {
    case PROTOBUF_C_TYPE_INT32:
      g_string_append_printf (text, "%d", *(const gint32 *) value);
      break;
    case PROTOBUF_C_TYPE_UINT32:
      g_string_append_printf (text, "%u", *(const guint32 *) value);
      break;
    case PROTOBUF_C_TYPE_INT64:
      g_string_append_printf (text, "%" G_GINT64_FORMAT,
          *(const gint64 *) value);
      break;
    case PROTOBUF_C_TYPE_FLOAT:
      g_string_append_printf (text, "%g", *(const gfloat *) value);
      break;
    case PROTOBUF_C_TYPE_BOOL:
      g_string_append (text,
          *(const protobuf_c_boolean *) value ? "true" : "false");
      break;
    case PROTOBUF_C_TYPE_ENUM:
    {
      const ProtobufCEnumValue *item =
          protobuf_c_enum_descriptor_get_value (field->descriptor,
          *(const gint32 *) value);
      ck_assert_ptr_nonnull (item);
      g_string_append (text, item->name);
      break;
    }
    case PROTOBUF_C_TYPE_STRING:
      g_string_append_printf (text, "\"%s\"", *(gchar * const *) value);
      break;
    case PROTOBUF_C_TYPE_BYTES:
      append_bytes (text, value);
      break;
    case PROTOBUF_C_TYPE_MESSAGE:
      append_message (text, *(ProtobufCMessage * const *) value);
      break;
    default:
      ck_abort ();
  }
}

static void
append_field (GString * text, const ProtobufCMessage * message,
    const ProtobufCFieldDescriptor * field)
{
  const guint8 *base = (const guint8 *) message;
  const guint8 *value = base + field->offset;
  gboolean plain = field->type != PROTOBUF_C_TYPE_MESSAGE;
  gsize count = 0;

  if (field->label == PROTOBUF_C_LABEL_REPEATED) {
    count = *(const gsize *) (base + field->quantifier_offset);
    value = *(guint8 * const *) value;
    if (count == 0)
      return;
  } else if ((field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0) {
    if (*(const guint32 *) (base + field->quantifier_offset) != field->id)
      return;
  } else if (is_default (field, value)) {
    return;
  }

  if (text->str[text->len - 1] != '{')
    g_string_append_c (text, ' ');
  g_string_append (text, field->name);
  if (field->label != PROTOBUF_C_LABEL_REPEATED) {
    g_string_append (text, plain ? "=" : "");
    append_value (text, field, value);
    return;
  }
  for (gsize i = 0; i < count; i++) {
    g_string_append_c (text, i == 0 ? '[' : ' ');
    append_value (text, field, value + i * get_size (field));
  }
  g_string_append_c (text, ']');
}

static void
append_message (GString * text, const ProtobufCMessage * message)
{
  g_string_append_c (text, '{');
  for (guint i = 0; i < message->descriptor->n_fields; i++)
    append_field (text, message, &message->descriptor->fields[i]);
  g_string_append_c (text, '}');
}

gchar *
golden_text_write (const ProtobufCMessage * message)
{
  GString *text = g_string_new (NULL);
  append_message (text, message);
  return g_string_free (text, FALSE);
}

guint
golden_text_count_unknown (const ProtobufCMessage * message)
{
  const guint8 *base = (const guint8 *) message;
  guint unknown = message->n_unknown_fields;

  for (guint i = 0; i < message->descriptor->n_fields; i++) {
    const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
    gpointer const *inner = (gpointer const *) (base + field->offset);
    if (field->type != PROTOBUF_C_TYPE_MESSAGE)
      continue;
    if (field->label == PROTOBUF_C_LABEL_REPEATED) {
      gsize count = *(const gsize *) (base + field->quantifier_offset);
      for (gsize j = 0; j < count; j++)
        unknown += golden_text_count_unknown (((gpointer *) * inner)[j]);
    } else if ((field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0
        && *(const guint32 *) (base + field->quantifier_offset) != field->id) {
      continue;
    } else if (*inner != NULL) {
      unknown += golden_text_count_unknown (*inner);
    }
  }
  return unknown;
}

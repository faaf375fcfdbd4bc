/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitProtoJson: JSON becomes the serialized message and not the struct, so
 * that it goes the way of every other message from there on, with its limits,
 * and nothing here has to own what is half read. */
#include "livekit/livekitprotojson.h"

#include "livekit/livekitbase64.h"
#include "livekit/livekiterror.h"
#include "livekit/livekitjson.h"

#include <string.h>

/* Beyond it a double has no unit digit. */
#define MAX_EXACT 9007199254740992.0

/* Encoding, "Message Structure". */
enum
{
  WIRE_VARINT = 0,
  WIRE_LENGTH = 2,
  WIRE_32 = 5,
};

typedef ProtobufCFieldDescriptor Field;
typedef ProtobufCMessageDescriptor Type;

static gboolean read_message (const Type * type, JsonObject * object,
    GByteArray * out);

/* protoc-c keeps a map as a list of what protoc names so. */
static gboolean
is_map (const Field * field)
{
  if (field->label != PROTOBUF_C_LABEL_REPEATED
      || field->type != PROTOBUF_C_TYPE_MESSAGE)
    return FALSE;
  const Type *entry = field->descriptor;
  return entry->n_fields == 2 && g_str_has_suffix (entry->short_name, "Entry")
      && g_str_equal (entry->fields[0].name, "key");
}

static gchar *
make_json_name (const gchar * name)
{
  GString *made = g_string_new (NULL);

  for (; *name != '\0'; name++) {
    if (*name == '_' && name[1] != '\0')
      g_string_append_c (made, g_ascii_toupper (*++name));
    else
      g_string_append_c (made, *name);
  }
  return g_string_free (made, FALSE);
}

/* -- From JSON -------------------------------------------------------------- */

static const Field *
find_field (const Type * type, const gchar * name)
{
  const Field *field =
      protobuf_c_message_descriptor_get_field_by_name (type, name);

  for (guint i = 0; field == NULL && i < type->n_fields; i++) {
    g_autofree gchar *other = make_json_name (type->fields[i].name);
    if (g_str_equal (other, name))
      field = &type->fields[i];
  }
  return field;
}

static void
put_varint (GByteArray * out, guint64 value)
{
  guint8 byte;

  do {
    byte = (value & 0x7f) | (value > 0x7f ? 0x80 : 0);
    g_byte_array_append (out, &byte, 1);
    value >>= 7;
  } while (value > 0);
}

static void
put_number (GByteArray * out, const Field * field, gint64 value)
{
  put_varint (out, field->id << 3 | WIRE_VARINT);
  put_varint (out, value);
}

static void
put_data (GByteArray * out, const Field * field, gconstpointer data, gsize size)
{
  put_varint (out, field->id << 3 | WIRE_LENGTH);
  put_varint (out, size);
  g_byte_array_append (out, data, size);
}

static gboolean
get_integer (JsonNode * node, gint64 min, gint64 max, gint64 * value)
{
  if (!JSON_NODE_HOLDS_VALUE (node))
    return FALSE;
  switch (json_node_get_value_type (node)) {
    case G_TYPE_INT64:
      *value = json_node_get_int (node);
      return *value >= min && *value <= max;
    case G_TYPE_DOUBLE:
    {
      /* 1.0 and 1e3 are integers too. */
      gdouble number = json_node_get_double (node);
      if (!(number >= -MAX_EXACT && number <= MAX_EXACT))
        return FALSE;
      *value = (gint64) number;
      return *value == number && *value >= min && *value <= max;
    }
    case G_TYPE_STRING:
      return g_ascii_string_to_signed (json_node_get_string (node), 10, min,
          max, value, NULL);
    default:
      return FALSE;
  }
}

/* NULL: no text. That it is UTF-8 was seen by livekit_json_parse(). */
static const gchar *
get_text (JsonNode * node)
{
  if (!JSON_NODE_HOLDS_VALUE (node)
      || json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;
  return json_node_get_string (node);
}

static gboolean
read_integer (const Field * field, JsonNode * node, gint64 min, gint64 max,
    GByteArray * out)
{
  gint64 value;

  if (!get_integer (node, min, max, &value))
    return FALSE;
  put_number (out, field, value);
  return TRUE;
}

static gboolean
read_enum (const Field * field, JsonNode * node, GByteArray * out)
{
  const gchar *name = get_text (node);
  if (name == NULL)
    return read_integer (field, node, G_MININT32, G_MAXINT32, out);

  const ProtobufCEnumValue *value =
      protobuf_c_enum_descriptor_get_value_by_name (field->descriptor, name);
  /* Skipped on purpose: newer than us. */
  if (value != NULL)
    put_number (out, field, value->value);
  return TRUE;
}

static gboolean
read_float (const Field * field, JsonNode * node, GByteArray * out)
{
  if (!JSON_NODE_HOLDS_VALUE (node)
      || (json_node_get_value_type (node) != G_TYPE_DOUBLE
          && json_node_get_value_type (node) != G_TYPE_INT64))
    return FALSE;
  gdouble number = json_node_get_double (node);
  if (!(number >= -G_MAXFLOAT && number <= G_MAXFLOAT))
    return FALSE;
  gfloat value = number;
  guint32 bits;
  memcpy (&bits, &value, sizeof bits);
  bits = GUINT32_TO_LE (bits);
  put_varint (out, field->id << 3 | WIRE_32);
  g_byte_array_append (out, (const guint8 *) &bits, sizeof bits);
  return TRUE;
}

static gboolean
read_bytes (const Field * field, JsonNode * node, GByteArray * out)
{
  const gchar *text = get_text (node);
  if (text == NULL)
    return FALSE;
  /* "Either standard or URL-safe, with or without padding." */
  g_autofree gchar *safe = g_strdup (text);
  g_strdelimit (safe, "+", '-');
  g_strdelimit (safe, "/", '_');
  g_autoptr (GBytes) bytes = livekit_base64_parse (safe, strlen (safe));
  if (bytes == NULL)
    return FALSE;
  put_data (out, field, g_bytes_get_data (bytes, NULL),
      g_bytes_get_size (bytes));
  return TRUE;
}

static gboolean
read_value (const Field * field, JsonNode * node, GByteArray * out)
{
  const gchar *text;

  switch (field->type) {
    case PROTOBUF_C_TYPE_INT32:
      return read_integer (field, node, G_MININT32, G_MAXINT32, out);
    case PROTOBUF_C_TYPE_UINT32:
      return read_integer (field, node, 0, G_MAXUINT32, out);
    case PROTOBUF_C_TYPE_INT64:
      return read_integer (field, node, G_MININT64, G_MAXINT64, out);
    case PROTOBUF_C_TYPE_ENUM:
      return read_enum (field, node, out);
    case PROTOBUF_C_TYPE_FLOAT:
      return read_float (field, node, out);
    case PROTOBUF_C_TYPE_BOOL:
      if (!JSON_NODE_HOLDS_VALUE (node)
          || json_node_get_value_type (node) != G_TYPE_BOOLEAN)
        return FALSE;
      put_number (out, field, json_node_get_boolean (node));
      return TRUE;
    case PROTOBUF_C_TYPE_STRING:
      text = get_text (node);
      if (text != NULL)
        put_data (out, field, text, strlen (text));
      return text != NULL;
    case PROTOBUF_C_TYPE_BYTES:
      return read_bytes (field, node, out);
    case PROTOBUF_C_TYPE_MESSAGE:
    {
      g_autoptr (GByteArray) inner = g_byte_array_new ();
      if (!JSON_NODE_HOLDS_OBJECT (node)
          || !read_message (field->descriptor, json_node_get_object (node),
              inner))
        return FALSE;
      put_data (out, field, inner->data, inner->len);
      return TRUE;
    }
    default:
      g_return_val_if_reached (FALSE);
  }
}

static gboolean
read_list (const Field * field, JsonNode * node, GByteArray * out)
{
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return FALSE;

  JsonArray *array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++) {
    if (!read_value (field, json_array_get_element (array, i), out))
      return FALSE;
  }
  return TRUE;
}

static gboolean
read_map (const Field * field, JsonNode * node, GByteArray * out)
{
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return FALSE;

  const Type *type = field->descriptor;
  JsonObjectIter iter;
  const gchar *key;
  JsonNode *value;
  json_object_iter_init_ordered (&iter, json_node_get_object (node));
  while (json_object_iter_next_ordered (&iter, &key, &value)) {
    g_autoptr (GByteArray) entry = g_byte_array_new ();
    put_data (entry, &type->fields[0], key, strlen (key));
    if (!read_value (&type->fields[1], value, entry))
      return FALSE;
    put_data (out, field, entry->data, entry->len);
  }
  return TRUE;
}

static gboolean
read_message (const Type * type, JsonObject * object, GByteArray * out)
{
  guint64 seen = 0;
  JsonObjectIter iter;
  const gchar *name;
  JsonNode *node;

  g_return_val_if_fail (type->n_fields <= 64, FALSE);
  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &name, &node)) {
    const Field *field = find_field (type, name);
    /* Skipped on purpose: newer than us, or of no use to us. */
    if (field == NULL)
      continue;
    guint64 bit = G_GUINT64_CONSTANT (1) << (field - type->fields);
    /* In either spelling. */
    if ((seen & bit) != 0)
      return FALSE;
    seen |= bit;
    if (JSON_NODE_HOLDS_NULL (node))
      continue;
    gboolean good = is_map (field) ? read_map (field, node, out)
        : field->label == PROTOBUF_C_LABEL_REPEATED
        ? read_list (field, node, out) : read_value (field, node, out);
    if (!good)
      return FALSE;
  }
  return TRUE;
}

GBytes *
livekit_proto_json_parse (const ProtobufCMessageDescriptor * type,
    const gchar * text, gsize length, GError ** error)
{
  g_return_val_if_fail (type != NULL && text != NULL, NULL);

  g_autoptr (JsonObject) object = livekit_json_parse (text, length, error);
  if (object == NULL)
    return NULL;
  g_autoptr (GByteArray) out = g_byte_array_new ();
  if (!read_message (type, object, out)) {
    g_set_error (error, LIVEKIT_ERROR, LIVEKIT_ERROR_PROTOCOL,
        "bad %s message: not its JSON", type->short_name);
    return NULL;
  }
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

/* -- To JSON ---------------------------------------------------------------- */

static JsonObject *write_object (const ProtobufCMessage * message,
    LivekitProtoJsonStyle style);

static JsonNode *
write_bytes (const ProtobufCBinaryData * data)
{
  g_autofree gchar *text = g_base64_encode (data->data, data->len);

  return json_node_init_string (json_node_alloc (), text);
}

static JsonNode *
write_integer (gint64 value, gboolean quoted)
{
  if (!quoted)
    return json_node_init_int (json_node_alloc (), value);
  g_autofree gchar *text = g_strdup_printf ("%" G_GINT64_FORMAT, value);
  return json_node_init_string (json_node_alloc (), text);
}

/* @member points to the struct's. */
static JsonNode *
write_value (const Field * field, gconstpointer member,
    LivekitProtoJsonStyle style)
{
  switch (field->type) {
    case PROTOBUF_C_TYPE_INT32:
      return write_integer (*(const gint32 *) member, FALSE);
    case PROTOBUF_C_TYPE_UINT32:
      return write_integer (*(const guint32 *) member, FALSE);
    case PROTOBUF_C_TYPE_INT64:
      return write_integer (*(const gint64 *) member, TRUE);
    case PROTOBUF_C_TYPE_ENUM:
    {
      const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value
          (field->descriptor, *(const gint *) member);
      return value != NULL
          ? json_node_init_string (json_node_alloc (), value->name)
          : write_integer (*(const gint *) member, FALSE);
    }
    case PROTOBUF_C_TYPE_FLOAT:
      return json_node_init_double (json_node_alloc (),
          *(const gfloat *) member);
    case PROTOBUF_C_TYPE_BOOL:
      return json_node_init_boolean (json_node_alloc (),
          *(const protobuf_c_boolean *) member);
    case PROTOBUF_C_TYPE_STRING:
      return json_node_init_string (json_node_alloc (),
          *(const gchar * const *) member);
    case PROTOBUF_C_TYPE_BYTES:
      return write_bytes (member);
    case PROTOBUF_C_TYPE_MESSAGE:
    {
      g_autoptr (JsonObject) object =
          write_object (*(const ProtobufCMessage * const *) member, style);
      return json_node_init_object (json_node_alloc (), object);
    }
    default:
      g_return_val_if_reached (json_node_init_null (json_node_alloc ()));
  }
}

static gsize
get_size (const Field * field)
{
  switch (field->type) {
    case PROTOBUF_C_TYPE_INT64:
      return sizeof (gint64);
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_MESSAGE:
      return sizeof (gpointer);
    case PROTOBUF_C_TYPE_BYTES:
      return sizeof (ProtobufCBinaryData);
    default:
      return sizeof (gint32);
  }
}

static gboolean
is_default (const Field * field, gconstpointer member)
{
  static const ProtobufCBinaryData zero;
  const gchar *text;

  switch (field->type) {
    case PROTOBUF_C_TYPE_STRING:
      text = *(const gchar * const *) member;
      return text == NULL || *text == '\0';
    case PROTOBUF_C_TYPE_BYTES:
      return ((const ProtobufCBinaryData *) member)->len == 0;
    default:
      return memcmp (member, &zero, get_size (field)) == 0;
  }
}

static JsonNode *
write_map (const Field * field, gsize count, ProtobufCMessage ** entries)
{
  const Type *type = field->descriptor;
  g_autoptr (JsonObject) object = json_object_new ();

  for (gsize i = 0; i < count; i++) {
    const gchar *entry = (const gchar *) entries[i];
    json_object_set_member (object,
        *(const gchar * const *) (entry + type->fields[0].offset),
        write_value (&type->fields[1], entry + type->fields[1].offset,
            LIVEKIT_PROTO_JSON_SHORT));
  }
  return json_node_init_object (json_node_alloc (), object);
}

static JsonNode *
write_list (const Field * field, gsize count, const gchar * items,
    LivekitProtoJsonStyle style)
{
  g_autoptr (JsonArray) array = json_array_sized_new (count);

  for (gsize i = 0; i < count; i++)
    json_array_add_element (array,
        write_value (field, items + i * get_size (field), style));
  return json_node_init_array (json_node_alloc (), array);
}

/* NULL: left out. */
static JsonNode *
write_field (const ProtobufCMessage * message, const Field * field,
    LivekitProtoJsonStyle style)
{
  gconstpointer member = (const gchar *) message + field->offset;
  gconstpointer quantifier = (const gchar *) message + field->quantifier_offset;

  if (field->label == PROTOBUF_C_LABEL_REPEATED) {
    gsize count = *(const gsize *) quantifier;
    if (count == 0 && style == LIVEKIT_PROTO_JSON_SHORT)
      return NULL;
    gpointer items = *(const gpointer *) member;
    return is_map (field) ? write_map (field, count, items)
        : write_list (field, count, items, style);
  }
  if ((field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0)
    return *(const guint32 *) quantifier == field->id
        ? write_value (field, member, style) : NULL;
  if (is_default (field, member)) {
    if (style == LIVEKIT_PROTO_JSON_SHORT)
      return NULL;
    if (field->type == PROTOBUF_C_TYPE_MESSAGE)
      return json_node_init_null (json_node_alloc ());
  }
  return write_value (field, member, style);
}

static JsonObject *
write_object (const ProtobufCMessage * message, LivekitProtoJsonStyle style)
{
  const Type *type = message->descriptor;
  JsonObject *object = json_object_new ();

  for (guint i = 0; i < type->n_fields; i++) {
    const Field *field = &type->fields[i];
    JsonNode *node = write_field (message, field, style);
    if (node == NULL)
      continue;
    g_autofree gchar *name = style == LIVEKIT_PROTO_JSON_SHORT
        ? make_json_name (field->name) : g_strdup (field->name);
    json_object_set_member (object, name, node);
  }
  return object;
}

gchar *
livekit_proto_json_write (const ProtobufCMessage * message,
    LivekitProtoJsonStyle style)
{
  g_return_val_if_fail (message != NULL, NULL);

  g_autoptr (JsonObject) object = write_object (message, style);
  g_autoptr (JsonNode) root = json_node_init_object (json_node_alloc (),
      object);
  return json_to_string (root, FALSE);
}

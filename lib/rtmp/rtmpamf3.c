/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpamf3.h"

#include "rtmp/rtmperror.h"

#include <string.h>

/* 3.1 */
enum
{
  MARKER_UNDEFINED = 0x00,
  MARKER_NULL = 0x01,
  MARKER_FALSE = 0x02,
  MARKER_TRUE = 0x03,
  MARKER_INTEGER = 0x04,
  MARKER_DOUBLE = 0x05,
  MARKER_STRING = 0x06,
  MARKER_XML_DOCUMENT = 0x07,
  MARKER_DATE = 0x08,
  MARKER_ARRAY = 0x09,
  MARKER_OBJECT = 0x0a,
  MARKER_XML = 0x0b,
  MARKER_BYTES = 0x0c,
  MARKER_VECTOR_INT = 0x0d,
  MARKER_VECTOR_UINT = 0x0e,
  MARKER_VECTOR_DOUBLE = 0x0f,
  MARKER_VECTOR_OBJECT = 0x10,
  MARKER_DICTIONARY = 0x11
};

/* 1.3.1: what 29 bits hold, with and without a sign. */
#define U29_MAX 0x1fffffff
#define INTEGER_MAX 0x0fffffff

typedef struct
{
  RtmpValueName class_name;
  gboolean dynamic;
  guint first_name;
  guint n_names;
} Traits;

/* 2.2: what may be referred to. */
typedef struct
{
  RtmpCursor *cursor;
  RtmpValueBuilder *builder;
  GArray *strings;              /* of RtmpValueName */
  GArray *objects;              /* of guint32, places in the builder */
  GArray *traits;               /* of Traits */
  GArray *names;                /* of RtmpValueName: those of all traits */
} Parser;

static gboolean parse_value (Parser * self, RtmpValueName name,
    GError ** error);

static gboolean
set_broken (GError ** error, const gchar * why)
{
  g_set_error_literal (error, RTMP_ERROR, RTMP_ERROR_PROTOCOL, why);
  return FALSE;
}

static gboolean
set_truncated (GError ** error)
{
  return set_broken (error, "a message ends within a value");
}

static gboolean
set_dangling (GError ** error)
{
  return set_broken (error, "a value refers to one that is not there");
}

static gboolean
check_added (Parser * self, gboolean added, GError ** error)
{
  if (!added)
    rtmp_value_builder_set_error (self->builder, error);
  return added;
}

/* 1.3.1: seven bits in each of up to three bytes, eight in the fourth. */
static gboolean
parse_u29 (Parser * self, guint32 * number, GError ** error)
{
  guint8 byte;

  *number = 0;
  for (guint i = 0; i < 4; i++) {
    if (!rtmp_cursor_get_u8 (self->cursor, &byte))
      return set_truncated (error);
    if (i == 3) {
      *number = *number << 8 | byte;
      break;
    }
    *number = *number << 7 | (byte & 0x7f);
    if ((byte & 0x80) == 0)
      break;
  }
  return TRUE;
}

/* A number whose lowest bit says whether something is written here: then it is
 * how many, or else which of those before. */
static gboolean
parse_u29_or_reference (Parser * self, guint32 * number, gboolean * is_here,
    GError ** error)
{
  if (!parse_u29 (self, number, error))
    return FALSE;
  *is_here = *number & 1;
  *number >>= 1;
  return TRUE;
}

static gboolean
parse_bytes_here (Parser * self, gsize length, RtmpValueName * text,
    GError ** error)
{
  const guint8 *data;

  if (!rtmp_cursor_get_data (self->cursor, length, &data))
    return set_truncated (error);
  *text = rtmp_value_name (data, length);
  return TRUE;
}

/* 1.3.2 */
static gboolean
parse_text (Parser * self, RtmpValueName * text, GError ** error)
{
  guint32 number;
  gboolean is_here;

  if (!parse_u29_or_reference (self, &number, &is_here, error))
    return FALSE;
  if (!is_here) {
    if (number >= self->strings->len)
      return set_dangling (error);
    *text = g_array_index (self->strings, RtmpValueName, number);
    return TRUE;
  }
  if (!parse_bytes_here (self, number, text, error))
    return FALSE;
  /* The empty one is never referred to. */
  if (number > 0)
    g_array_append_val (self->strings, *text);
  return TRUE;
}

static void
keep_object (Parser * self)
{
  guint32 index = self->builder->n_values;

  g_array_append_val (self->objects, index);
}

static gboolean
repeat_object (Parser * self, RtmpValueName name, guint32 number,
    GError ** error)
{
  if (number >= self->objects->len)
    return set_dangling (error);
  guint32 index = g_array_index (self->objects, guint32, number);
  if (rtmp_value_builder_is_open (self->builder, index)) {
    g_set_error_literal (error, RTMP_ERROR, RTMP_ERROR_UNSUPPORTED,
        "a value refers to one that it is in");
    return FALSE;
  }
  return check_added (self, rtmp_value_builder_put_again (self->builder, name,
          index), error);
}

/* What follows the marker of all that objects refer to. */
static gboolean
parse_head (Parser * self, RtmpValueName name, guint32 * number,
    gboolean * is_here, GError ** error)
{
  if (!parse_u29_or_reference (self, number, is_here, error))
    return FALSE;
  return *is_here || repeat_object (self, name, *number, error);
}

static gboolean
open_value (Parser * self, RtmpValueKind kind, RtmpValueName name,
    RtmpValueName class_name, GError ** error)
{
  return check_added (self, rtmp_value_builder_put_open (self->builder, kind,
          name, class_name), error);
}

static gboolean
put_number (Parser * self, RtmpValueKind kind, RtmpValueName name,
    gdouble number, GError ** error)
{
  return check_added (self, rtmp_value_builder_put (self->builder, kind, name,
          number), error);
}

static gboolean
parse_integer (Parser * self, RtmpValueName name, GError ** error)
{
  guint32 number;

  if (!parse_u29 (self, &number, error))
    return FALSE;
  gint32 integer = number;
  if (integer > INTEGER_MAX)
    integer -= U29_MAX + 1;
  return put_number (self, RTMP_VALUE_NUMBER, name, integer, error);
}

static gboolean
parse_double (Parser * self, RtmpValueKind kind, RtmpValueName name,
    GError ** error)
{
  gdouble number;

  if (!rtmp_cursor_get_double (self->cursor, &number))
    return set_truncated (error);
  return put_number (self, kind, name, number, error);
}

static gboolean
parse_string (Parser * self, RtmpValueName name, GError ** error)
{
  RtmpValueName text;

  if (!parse_text (self, &text, error))
    return FALSE;
  return check_added (self, rtmp_value_builder_put_text (self->builder,
          RTMP_VALUE_STRING, name, text.name, text.length), error);
}

/* XML (3.9, 3.13) and bytes (3.14). */
static gboolean
parse_block (Parser * self, RtmpValueKind kind, RtmpValueName name,
    GError ** error)
{
  guint32 number;
  gboolean is_here;
  RtmpValueName text;

  if (!parse_head (self, name, &number, &is_here, error))
    return FALSE;
  if (!is_here)
    return TRUE;
  if (!parse_bytes_here (self, number, &text, error))
    return FALSE;
  keep_object (self);
  return check_added (self, rtmp_value_builder_put_text (self->builder, kind,
          name, text.name, text.length), error);
}

static gboolean
parse_date (Parser * self, RtmpValueName name, GError ** error)
{
  guint32 number;
  gboolean is_here;

  if (!parse_head (self, name, &number, &is_here, error))
    return FALSE;
  if (!is_here)
    return TRUE;
  keep_object (self);
  return parse_double (self, RTMP_VALUE_DATE, name, error);
}

/* The members up to an empty name, of which the first is @text. */
static gboolean
parse_members (Parser * self, RtmpValueName text, GError ** error)
{
  while (text.length > 0) {
    if (!parse_value (self, text, error) || !parse_text (self, &text, error))
      return FALSE;
  }
  return TRUE;
}

/* 3.11: members, then @number items; with both the items have their places for
 * names. */
static gboolean
parse_array (Parser * self, RtmpValueName name, GError ** error)
{
  guint32 number;
  gboolean is_here;
  RtmpValueName text;

  if (!parse_head (self, name, &number, &is_here, error))
    return FALSE;
  if (!is_here)
    return TRUE;
  keep_object (self);
  if (!parse_text (self, &text, error))
    return FALSE;
  gboolean is_map = text.length > 0;
  if (!open_value (self, is_map ? RTMP_VALUE_MAP : RTMP_VALUE_ARRAY, name,
          RTMP_VALUE_NO_NAME, error) || !parse_members (self, text, error))
    return FALSE;
  if (number > rtmp_cursor_get_left (self->cursor))
    return set_truncated (error);
  for (guint32 i = 0; i < number; i++) {
    gchar place[16];
    RtmpValueName own = rtmp_value_name (place, g_snprintf (place,
            sizeof place, "%u", i));
    if (!parse_value (self, is_map ? own : RTMP_VALUE_NO_NAME, error))
      return FALSE;
  }
  rtmp_value_builder_close (self->builder);
  return TRUE;
}

static gboolean
parse_traits (Parser * self, guint32 head, Traits * traits, GError ** error)
{
  traits->dynamic = head >> 3 & 1;
  traits->n_names = head >> 4;
  traits->first_name = self->names->len;
  if (!parse_text (self, &traits->class_name, error))
    return FALSE;
  if (traits->n_names > rtmp_cursor_get_left (self->cursor))
    return set_truncated (error);
  for (guint32 i = 0; i < traits->n_names; i++) {
    RtmpValueName text;
    if (!parse_text (self, &text, error))
      return FALSE;
    g_array_append_val (self->names, text);
  }
  g_array_append_val (self->traits, *traits);
  return TRUE;
}

/* 3.12: the lowest bits say what is written here: the object, its traits, a
 * form of its own. */
static gboolean
parse_object_head (Parser * self, RtmpValueName name, Traits * traits,
    gboolean * is_here, GError ** error)
{
  guint32 head;

  if (!parse_u29 (self, &head, error))
    return FALSE;
  *is_here = head & 1;
  if (!*is_here)
    return repeat_object (self, name, head >> 1, error);
  if ((head & 2) == 0) {
    if (head >> 2 >= self->traits->len)
      return set_dangling (error);
    *traits = g_array_index (self->traits, Traits, head >> 2);
    return TRUE;
  }
  if ((head & 4) == 0)
    return parse_traits (self, head, traits, error);
  g_set_error_literal (error, RTMP_ERROR, RTMP_ERROR_UNSUPPORTED,
      "a value has a form of its own, which cannot be read");
  return FALSE;
}

static gboolean
parse_object (Parser * self, RtmpValueName name, GError ** error)
{
  Traits traits;
  gboolean is_here;

  if (!parse_object_head (self, name, &traits, &is_here, error))
    return FALSE;
  if (!is_here)
    return TRUE;
  keep_object (self);
  if (!open_value (self, RTMP_VALUE_OBJECT, name, traits.class_name, error))
    return FALSE;
  for (guint i = 0; i < traits.n_names; i++) {
    RtmpValueName own =
        g_array_index (self->names, RtmpValueName, traits.first_name + i);
    if (!parse_value (self, own, error))
      return FALSE;
  }
  if (traits.dynamic) {
    RtmpValueName text;
    if (!parse_text (self, &text, error)
        || !parse_members (self, text, error))
      return FALSE;
  }
  rtmp_value_builder_close (self->builder);
  return TRUE;
}

static gboolean
parse_vector_item (Parser * self, guint8 marker, GError ** error)
{
  guint32 number;

  if (marker == MARKER_VECTOR_OBJECT)
    return parse_value (self, RTMP_VALUE_NO_NAME, error);
  if (marker == MARKER_VECTOR_DOUBLE)
    return parse_double (self, RTMP_VALUE_NUMBER, RTMP_VALUE_NO_NAME, error);
  if (!rtmp_cursor_get_u32 (self->cursor, &number))
    return set_truncated (error);
  return put_number (self, RTMP_VALUE_NUMBER, RTMP_VALUE_NO_NAME,
      marker == MARKER_VECTOR_INT ? (gdouble) (gint32) number : number, error);
}

/* 3.15: how many, whether that may change, the class if of objects, the
 * items. */
static gboolean
parse_vector (Parser * self, guint8 marker, RtmpValueName name, GError ** error)
{
  guint32 number;
  gboolean is_here;
  RtmpValueName text;

  if (!parse_head (self, name, &number, &is_here, error))
    return FALSE;
  if (!is_here)
    return TRUE;
  keep_object (self);
  if (!rtmp_cursor_skip (self->cursor, 1))
    return set_truncated (error);
  if (marker == MARKER_VECTOR_OBJECT && !parse_text (self, &text, error))
    return FALSE;
  if (number > rtmp_cursor_get_left (self->cursor))
    return set_truncated (error);
  if (!open_value (self, RTMP_VALUE_ARRAY, name, RTMP_VALUE_NO_NAME, error))
    return FALSE;
  for (guint32 i = 0; i < number; i++) {
    if (!parse_vector_item (self, marker, error))
      return FALSE;
  }
  rtmp_value_builder_close (self->builder);
  return TRUE;
}

/* 3.16: how many, whether its keys are weak, then each key and its value. */
static gboolean
parse_dictionary (Parser * self, RtmpValueName name, GError ** error)
{
  guint32 number;
  gboolean is_here;

  if (!parse_head (self, name, &number, &is_here, error))
    return FALSE;
  if (!is_here)
    return TRUE;
  keep_object (self);
  if (!rtmp_cursor_skip (self->cursor, 1)
      || number > rtmp_cursor_get_left (self->cursor))
    return set_truncated (error);
  if (!open_value (self, RTMP_VALUE_ARRAY, name, RTMP_VALUE_NO_NAME, error))
    return FALSE;
  for (guint32 i = 0; i < 2 * number; i++) {
    if (!parse_value (self, RTMP_VALUE_NO_NAME, error))
      return FALSE;
  }
  rtmp_value_builder_close (self->builder);
  return TRUE;
}

static gboolean
parse_value (Parser * self, RtmpValueName name, GError ** error)
{
  guint8 marker;

  if (!rtmp_cursor_get_u8 (self->cursor, &marker))
    return set_truncated (error);
  switch (marker) {
    case MARKER_UNDEFINED:
      return put_number (self, RTMP_VALUE_UNDEFINED, name, 0, error);
    case MARKER_NULL:
      return put_number (self, RTMP_VALUE_NULL, name, 0, error);
    case MARKER_FALSE:
    case MARKER_TRUE:
      return put_number (self, RTMP_VALUE_BOOLEAN, name,
          marker == MARKER_TRUE, error);
    case MARKER_INTEGER:
      return parse_integer (self, name, error);
    case MARKER_DOUBLE:
      return parse_double (self, RTMP_VALUE_NUMBER, name, error);
    case MARKER_STRING:
      return parse_string (self, name, error);
    case MARKER_XML_DOCUMENT:
    case MARKER_XML:
      return parse_block (self, RTMP_VALUE_XML, name, error);
    case MARKER_BYTES:
      return parse_block (self, RTMP_VALUE_BYTES, name, error);
    case MARKER_DATE:
      return parse_date (self, name, error);
    case MARKER_ARRAY:
      return parse_array (self, name, error);
    case MARKER_OBJECT:
      return parse_object (self, name, error);
    case MARKER_VECTOR_INT:
    case MARKER_VECTOR_UINT:
    case MARKER_VECTOR_DOUBLE:
    case MARKER_VECTOR_OBJECT:
      return parse_vector (self, marker, name, error);
    case MARKER_DICTIONARY:
      return parse_dictionary (self, name, error);
    default:
      g_set_error (error, RTMP_ERROR, RTMP_ERROR_PROTOCOL,
          "a value has the marker 0x%02x, which is none", marker);
      return FALSE;
  }
}

gboolean
rtmp_amf3_parse (RtmpCursor * cursor, RtmpValueBuilder * builder,
    RtmpValueName name, GError ** error)
{
  g_return_val_if_fail (cursor != NULL && builder != NULL, FALSE);

  Parser self = {
    .cursor = cursor,
    .builder = builder,
    .strings = g_array_new (FALSE, FALSE, sizeof (RtmpValueName)),
    .objects = g_array_new (FALSE, FALSE, sizeof (guint32)),
    .traits = g_array_new (FALSE, FALSE, sizeof (Traits)),
    .names = g_array_new (FALSE, FALSE, sizeof (RtmpValueName)),
  };
  gboolean good = parse_value (&self, name, error);
  g_array_unref (self.strings);
  g_array_unref (self.objects);
  g_array_unref (self.traits);
  g_array_unref (self.names);
  return good;
}

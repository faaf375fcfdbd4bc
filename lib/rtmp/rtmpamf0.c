/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpamf0.h"

#include "rtmp/rtmpamf3.h"
#include "rtmp/rtmpamf3writer.h"
#include "rtmp/rtmpcursor.h"
#include "rtmp/rtmperror.h"

/* 2.1 */
enum
{
  MARKER_NUMBER = 0x00,
  MARKER_BOOLEAN = 0x01,
  MARKER_STRING = 0x02,
  MARKER_OBJECT = 0x03,
  MARKER_MOVIE_CLIP = 0x04,
  MARKER_NULL = 0x05,
  MARKER_UNDEFINED = 0x06,
  MARKER_REFERENCE = 0x07,
  MARKER_ECMA_ARRAY = 0x08,
  MARKER_OBJECT_END = 0x09,
  MARKER_STRICT_ARRAY = 0x0a,
  MARKER_DATE = 0x0b,
  MARKER_LONG_STRING = 0x0c,
  MARKER_UNSUPPORTED = 0x0d,
  MARKER_RECORD_SET = 0x0e,
  MARKER_XML = 0x0f,
  MARKER_TYPED_OBJECT = 0x10,
  MARKER_AVM_PLUS = 0x11
};

typedef struct
{
  RtmpCursor cursor;
  RtmpValueBuilder builder;
  GArray *referable;            /* of guint32: what a reference may mean */
  guint n_looked_at;            /* for it */
} Parser;

static gboolean parse_value (Parser * self, RtmpValueName name,
    GError ** error);

static gboolean
set_truncated (GError ** error)
{
  g_set_error_literal (error, RTMP_ERROR, RTMP_ERROR_PROTOCOL,
      "a message ends within a value");
  return FALSE;
}

/* @added: what the builder said. */
static gboolean
check_added (Parser * self, gboolean added, GError ** error)
{
  if (!added)
    rtmp_value_builder_set_error (&self->builder, error);
  return added;
}

static gboolean
parse_short_text (Parser * self, RtmpValueName * text)
{
  const guint8 *data;
  guint32 length;

  if (!rtmp_cursor_get_u16 (&self->cursor, &length)
      || !rtmp_cursor_get_data (&self->cursor, length, &data))
    return FALSE;
  *text = rtmp_value_name (data, length);
  return TRUE;
}

static gboolean
parse_string (Parser * self, RtmpValueName name, GError ** error)
{
  RtmpValueName text;

  if (!parse_short_text (self, &text))
    return set_truncated (error);
  return check_added (self, rtmp_value_builder_put_text (&self->builder,
          RTMP_VALUE_STRING, name, text.name, text.length), error);
}

static gboolean
parse_long_text (Parser * self, RtmpValueKind kind, RtmpValueName name,
    GError ** error)
{
  const guint8 *data;
  guint32 length;

  if (!rtmp_cursor_get_u32 (&self->cursor, &length)
      || !rtmp_cursor_get_data (&self->cursor, length, &data))
    return set_truncated (error);
  return check_added (self, rtmp_value_builder_put_text (&self->builder, kind,
          name, (const gchar *) data, length), error);
}

static gboolean
parse_number (Parser * self, RtmpValueName name, GError ** error)
{
  gdouble number;

  if (!rtmp_cursor_get_double (&self->cursor, &number))
    return set_truncated (error);
  return check_added (self, rtmp_value_builder_put (&self->builder,
          RTMP_VALUE_NUMBER, name, number), error);
}

static gboolean
parse_boolean (Parser * self, RtmpValueName name, GError ** error)
{
  guint8 byte;

  if (!rtmp_cursor_get_u8 (&self->cursor, &byte))
    return set_truncated (error);
  return check_added (self, rtmp_value_builder_put (&self->builder,
          RTMP_VALUE_BOOLEAN, name, byte), error);
}

/* 2.13: the time zone is reserved, and not to be used. */
static gboolean
parse_date (Parser * self, RtmpValueName name, GError ** error)
{
  gdouble number;

  if (!rtmp_cursor_get_double (&self->cursor, &number)
      || !rtmp_cursor_skip (&self->cursor, 2))
    return set_truncated (error);
  return check_added (self, rtmp_value_builder_put (&self->builder,
          RTMP_VALUE_DATE, name, number), error);
}

/* Whether the end is here instead of a member; then it is behind us. */
static gboolean
skip_end (Parser * self)
{
  const guint8 *data = self->cursor.at;
  gsize left = rtmp_cursor_get_left (&self->cursor);

  if (left == 0)
    return TRUE;
  if (left < 2)
    return FALSE;
  if (data[0] != 0 || data[1] != 0)
    return FALSE;
  if (left > 2 && data[2] != MARKER_OBJECT_END)
    return FALSE;
  return rtmp_cursor_skip (&self->cursor, MIN (left, 3));
}

static gboolean
parse_members (Parser * self, RtmpValueKind kind, RtmpValueName name,
    RtmpValueName class_name, GError ** error)
{
  if (!check_added (self, rtmp_value_builder_put_open (&self->builder, kind,
              name, class_name), error))
    return FALSE;
  while (!skip_end (self)) {
    RtmpValueName member;
    if (!parse_short_text (self, &member))
      return set_truncated (error);
    if (!parse_value (self, member, error))
      return FALSE;
  }
  rtmp_value_builder_close (&self->builder);
  return TRUE;
}

static gboolean
parse_typed_object (Parser * self, RtmpValueName name, GError ** error)
{
  RtmpValueName class_name;

  if (!parse_short_text (self, &class_name))
    return set_truncated (error);
  return parse_members (self, RTMP_VALUE_OBJECT, name, class_name, error);
}

/* 2.10: the count is a hint. What is in it ends as an object does. */
static gboolean
parse_ecma_array (Parser * self, RtmpValueName name, GError ** error)
{
  if (!rtmp_cursor_skip (&self->cursor, 4))
    return set_truncated (error);
  return parse_members (self, RTMP_VALUE_MAP, name, RTMP_VALUE_NO_NAME, error);
}

static gboolean
parse_strict_array (Parser * self, RtmpValueName name, GError ** error)
{
  guint32 count;

  /* An item has a byte at least. */
  if (!rtmp_cursor_get_u32 (&self->cursor, &count)
      || count > rtmp_cursor_get_left (&self->cursor))
    return set_truncated (error);
  if (!check_added (self, rtmp_value_builder_put_open (&self->builder,
              RTMP_VALUE_ARRAY, name, RTMP_VALUE_NO_NAME), error))
    return FALSE;
  for (guint32 i = 0; i < count; i++) {
    if (!parse_value (self, RTMP_VALUE_NO_NAME, error))
      return FALSE;
  }
  rtmp_value_builder_close (&self->builder);
  return TRUE;
}

/* 2.9: references count the objects and arrays that were written out, in the
 * order in which they begin. */
static gboolean
parse_reference (Parser * self, RtmpValueName name, GError ** error)
{
  guint32 number;

  if (!rtmp_cursor_get_u16 (&self->cursor, &number))
    return set_truncated (error);
  if (self->referable == NULL)
    self->referable = g_array_new (FALSE, FALSE, sizeof (guint32));
  for (; self->n_looked_at < self->builder.n_values; self->n_looked_at++) {
    const RtmpValue *value = &self->builder.values[self->n_looked_at];
    if (rtmp_value_kind_holds (value->kind) && !value->repeated)
      g_array_append_val (self->referable, self->n_looked_at);
  }
  if (number >= self->referable->len) {
    g_set_error_literal (error, RTMP_ERROR, RTMP_ERROR_PROTOCOL,
        "a value refers to one that is not there");
    return FALSE;
  }
  guint32 index = g_array_index (self->referable, guint32, number);
  /* Scripts can do this; a tree cannot. */
  if (rtmp_value_builder_is_open (&self->builder, index)) {
    g_set_error_literal (error, RTMP_ERROR, RTMP_ERROR_UNSUPPORTED,
        "a value refers to one that it is in");
    return FALSE;
  }
  return check_added (self, rtmp_value_builder_put_again (&self->builder, name,
          index), error);
}

static gboolean
parse_avm_plus (Parser * self, RtmpValueName name, GError ** error)
{
  guint index = self->builder.n_values;

  if (!rtmp_amf3_parse (&self->cursor, &self->builder, name, error))
    return FALSE;
  /* AMF0's references do not count them. */
  for (; index < self->builder.n_values; index++)
    self->builder.values[index].repeated = TRUE;
  return TRUE;
}

static gboolean
parse_value (Parser * self, RtmpValueName name, GError ** error)
{
  guint8 marker;

  if (!rtmp_cursor_get_u8 (&self->cursor, &marker))
    return set_truncated (error);
  switch (marker) {
    case MARKER_NUMBER:
      return parse_number (self, name, error);
    case MARKER_BOOLEAN:
      return parse_boolean (self, name, error);
    case MARKER_STRING:
      return parse_string (self, name, error);
    case MARKER_OBJECT:
      return parse_members (self, RTMP_VALUE_OBJECT, name, RTMP_VALUE_NO_NAME,
          error);
    case MARKER_NULL:
      return check_added (self, rtmp_value_builder_put (&self->builder,
              RTMP_VALUE_NULL, name, 0), error);
      /* 2.15: what the other end could not write. */
    case MARKER_UNSUPPORTED:
    case MARKER_UNDEFINED:
      return check_added (self, rtmp_value_builder_put (&self->builder,
              RTMP_VALUE_UNDEFINED, name, 0), error);
    case MARKER_REFERENCE:
      return parse_reference (self, name, error);
    case MARKER_ECMA_ARRAY:
      return parse_ecma_array (self, name, error);
    case MARKER_STRICT_ARRAY:
      return parse_strict_array (self, name, error);
    case MARKER_DATE:
      return parse_date (self, name, error);
    case MARKER_LONG_STRING:
      return parse_long_text (self, RTMP_VALUE_STRING, name, error);
    case MARKER_XML:
      return parse_long_text (self, RTMP_VALUE_XML, name, error);
    case MARKER_TYPED_OBJECT:
      return parse_typed_object (self, name, error);
    case MARKER_AVM_PLUS:
      return parse_avm_plus (self, name, error);
      /* 2.6, 2.16: reserved, and no form is given. */
    case MARKER_MOVIE_CLIP:
    case MARKER_RECORD_SET:
    default:
      g_set_error (error, RTMP_ERROR, RTMP_ERROR_PROTOCOL,
          "a value has the marker 0x%02x, which is none", marker);
      return FALSE;
  }
}

RtmpValues *
rtmp_amf0_parse (const guint8 * data, gsize size, GError ** error)
{
  g_return_val_if_fail (data != NULL || size == 0, NULL);

  if (size > RTMP_MAX_SCRIPT) {
    g_set_error (error, RTMP_ERROR, RTMP_ERROR_LIMIT,
        "a message with values has %" G_GSIZE_FORMAT " bytes", size);
    return NULL;
  }
  Parser self;
  self.referable = NULL;
  self.n_looked_at = 0;
  rtmp_cursor_init (&self.cursor, data, size);
  rtmp_value_builder_init (&self.builder);
  RtmpValues *values = NULL;
  gboolean good = TRUE;
  while (good && rtmp_cursor_get_left (&self.cursor) > 0)
    good = parse_value (&self, RTMP_VALUE_NO_NAME, error);
  if (good)
    values = rtmp_value_builder_end (&self.builder, error);
  else
    rtmp_value_builder_clear (&self.builder);
  g_clear_pointer (&self.referable, g_array_unref);
  return values;
}

/* One value, without what is in it; its end too. */
static gsize
measure_one (const RtmpValue * value)
{
  switch ((RtmpValueKind) value->kind) {
    case RTMP_VALUE_UNDEFINED:
    case RTMP_VALUE_NULL:
      return 1;
    case RTMP_VALUE_BOOLEAN:
      return 1 + 1;
    case RTMP_VALUE_NUMBER:
      return 1 + 8;
    case RTMP_VALUE_DATE:
      return 1 + 8 + 2;
    case RTMP_VALUE_STRING:
      return 1 + (value->text_length > G_MAXUINT16 ? 4 : 2)
          + value->text_length;
    case RTMP_VALUE_XML:
      return 1 + 4 + value->text_length;
    case RTMP_VALUE_BYTES:
      return 1 + rtmp_amf3_measure (value);
    case RTMP_VALUE_OBJECT:
      return 1 + 3 + (value->text_length > 0 ? 2 + value->text_length : 0);
    case RTMP_VALUE_MAP:
      return 1 + 4 + 3;
    case RTMP_VALUE_ARRAY:
      return 1 + 4;
  }
  g_return_val_if_reached (0);
}

/* The name of the first, at @values, is not counted. */
static gsize
measure_row (const RtmpValue * values, guint n)
{
  gsize size = 0;

  for (guint i = 0; i < n; i++) {
    const RtmpValue *value = &values[i];
    size += measure_one (value);
    if (value->named && i > 0)
      size += 2 + value->name_length;
  }
  return size;
}

gsize
rtmp_amf0_measure (const RtmpValues * values)
{
  g_return_val_if_fail (values != NULL, 0);

  return measure_row (values->values, values->n_values);
}

gsize
rtmp_amf0_measure_value (const RtmpValue * value)
{
  g_return_val_if_fail (value != NULL, 0);

  return measure_row (value, value->span);
}

static guint8 *
write_short_text (guint8 * data, const gchar * text, gsize length)
{
  return rtmp_put_data (rtmp_put_u16 (data, length), text, length);
}

static guint8 *
write_long_text (guint8 * data, const RtmpValue * value)
{
  return rtmp_put_data (rtmp_put_u32 (data, value->text_length), value->text,
      value->text_length);
}

static guint8 *
write_text (guint8 * data, const RtmpValue * value)
{
  if (value->kind == RTMP_VALUE_XML) {
    *data++ = MARKER_XML;
    return write_long_text (data, value);
  }
  if (value->text_length > G_MAXUINT16) {
    *data++ = MARKER_LONG_STRING;
    return write_long_text (data, value);
  }
  *data++ = MARKER_STRING;
  return write_short_text (data, value->text, value->text_length);
}

static guint8 *
write_marker_and_count (guint8 * data, guint8 marker, guint32 count)
{
  *data++ = marker;
  return rtmp_put_u32 (data, count);
}

/* One value, and the beginning of one that holds others. */
static guint8 *
write_one (guint8 * data, const RtmpValue * value)
{
  switch ((RtmpValueKind) value->kind) {
    case RTMP_VALUE_UNDEFINED:
      *data++ = MARKER_UNDEFINED;
      break;
    case RTMP_VALUE_NULL:
      *data++ = MARKER_NULL;
      break;
    case RTMP_VALUE_BOOLEAN:
      *data++ = MARKER_BOOLEAN;
      *data++ = value->boolean ? 1 : 0;
      break;
    case RTMP_VALUE_NUMBER:
      *data++ = MARKER_NUMBER;
      data = rtmp_put_double (data, value->number);
      break;
    case RTMP_VALUE_DATE:
      *data++ = MARKER_DATE;
      data = rtmp_put_u16 (rtmp_put_double (data, value->number), 0);
      break;
    case RTMP_VALUE_STRING:
    case RTMP_VALUE_XML:
      data = write_text (data, value);
      break;
    case RTMP_VALUE_BYTES:
      *data++ = MARKER_AVM_PLUS;
      data = rtmp_amf3_write (value, data);
      break;
    case RTMP_VALUE_OBJECT:
      *data++ = value->text_length > 0 ? MARKER_TYPED_OBJECT : MARKER_OBJECT;
      if (value->text_length > 0)
        data = write_short_text (data, value->text, value->text_length);
      break;
    case RTMP_VALUE_MAP:
      data = write_marker_and_count (data, MARKER_ECMA_ARRAY, value->count);
      break;
    case RTMP_VALUE_ARRAY:
      data = write_marker_and_count (data, MARKER_STRICT_ARRAY, value->count);
      break;
  }
  return data;
}

/* As measured: without the first one's name. */
static guint8 *
write_row (guint8 * data, const RtmpValue * values, guint n)
{
  /* Where the objects end that are open. */
  const RtmpValue *ends[RTMP_MAX_DEPTH];
  guint depth = 0;

  for (const RtmpValue * value = values; value < values + n;) {
    if (value->named && value != values)
      data = write_short_text (data, value->name, value->name_length);
    data = write_one (data, value);
    if (value->kind == RTMP_VALUE_OBJECT || value->kind == RTMP_VALUE_MAP)
      ends[depth++] = value + value->span;
    for (value++; depth > 0 && ends[depth - 1] == value; depth--)
      data = rtmp_put_u24 (data, MARKER_OBJECT_END);
  }
  return data;
}

guint8 *
rtmp_amf0_write (const RtmpValues * values, guint8 * data)
{
  g_return_val_if_fail (values != NULL && data != NULL, data);

  return write_row (data, values->values, values->n_values);
}

guint8 *
rtmp_amf0_write_value (const RtmpValue * value, guint8 * data)
{
  g_return_val_if_fail (value != NULL && data != NULL, data);

  return write_row (data, value, value->span);
}

GBytes *
rtmp_amf0_write_bytes (const RtmpValues * values)
{
  g_return_val_if_fail (values != NULL, NULL);

  gsize size = rtmp_amf0_measure (values);
  guint8 *data = g_malloc (MAX (size, 1));
  rtmp_amf0_write (values, data);
  return g_bytes_new_take (data, size);
}

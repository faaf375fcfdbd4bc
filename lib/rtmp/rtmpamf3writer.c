/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpamf3writer.h"

#include "rtmp/rtmpcursor.h"

#include <math.h>

/* 3.1, those that are written. */
enum
{
  MARKER_UNDEFINED = 0x00,
  MARKER_NULL = 0x01,
  MARKER_FALSE = 0x02,
  MARKER_TRUE = 0x03,
  MARKER_INTEGER = 0x04,
  MARKER_DOUBLE = 0x05,
  MARKER_STRING = 0x06,
  MARKER_DATE = 0x08,
  MARKER_ARRAY = 0x09,
  MARKER_OBJECT = 0x0a,
  MARKER_XML = 0x0b,
  MARKER_BYTES = 0x0c
};

/* 1.3.1: what 29 bits hold, with and without a sign. */
#define U29_MAX 0x1fffffff
#define INTEGER_MAX 0x0fffffff
#define INTEGER_MIN (-0x10000000)

/* 3.12: an object written here, its traits too, with members that come one by
 * one and none that were announced. */
#define PLAIN_OBJECT 0x0b

static gsize
measure_u29 (guint32 number)
{
  if (number < 0x80)
    return 1;
  if (number < 0x4000)
    return 2;
  return number < 0x200000 ? 3 : 4;
}

static gsize
measure_text (gsize length)
{
  return measure_u29 (length << 1 | 1) + length;
}

static gboolean
is_integer (gdouble number)
{
  return number >= INTEGER_MIN && number <= INTEGER_MAX
      && number == (gint32) number && !(number == 0 && signbit (number));
}

static gsize
measure_value (const RtmpValue * value)
{
  switch ((RtmpValueKind) value->kind) {
    case RTMP_VALUE_UNDEFINED:
    case RTMP_VALUE_NULL:
    case RTMP_VALUE_BOOLEAN:
      return 1;
    case RTMP_VALUE_NUMBER:
      return 1 + (is_integer (value->number)
          ? measure_u29 ((gint32) value->number & U29_MAX) : 8);
    case RTMP_VALUE_DATE:
      return 1 + 1 + 8;
    case RTMP_VALUE_STRING:
    case RTMP_VALUE_XML:
    case RTMP_VALUE_BYTES:
      return 1 + measure_text (value->text_length);
    case RTMP_VALUE_OBJECT:
      return 1 + 1 + measure_text (value->text_length) + 1;
    case RTMP_VALUE_MAP:
      return 1 + 1 + 1;
    case RTMP_VALUE_ARRAY:
      return 1 + measure_u29 (value->count << 1 | 1) + 1;
  }
  g_return_val_if_reached (0);
}

gsize
rtmp_amf3_measure (const RtmpValue * value)
{
  g_return_val_if_fail (value != NULL, 0);

  gsize size = measure_value (value);
  const RtmpValue *child = NULL;
  while (rtmp_value_kind_holds (value->kind)
      && (child = rtmp_value_next (value, child)) != NULL) {
    if (child->named && child->name_length == 0)
      continue;
    size += rtmp_amf3_measure (child);
    if (child->named)
      size += measure_text (child->name_length);
  }
  return size;
}

static guint8 *
write_u29 (guint8 * data, guint32 number)
{
  if (number >= 0x200000) {
    *data++ = number >> 22 | 0x80;
    *data++ = number >> 15 | 0x80;
    *data++ = number >> 8 | 0x80;
    *data++ = number;
    return data;
  }
  if (number >= 0x4000)
    *data++ = number >> 14 | 0x80;
  if (number >= 0x80)
    *data++ = number >> 7 | 0x80;
  *data++ = number & 0x7f;
  return data;
}

static guint8 *
write_text (guint8 * data, const gchar * text, gsize length)
{
  data = write_u29 (data, length << 1 | 1);
  return rtmp_put_data (data, text, length);
}

static guint8 *
write_number (guint8 * data, gdouble number)
{
  if (is_integer (number)) {
    *data++ = MARKER_INTEGER;
    return write_u29 (data, (gint32) number & U29_MAX);
  }
  *data++ = MARKER_DOUBLE;
  return rtmp_put_double (data, number);
}

static guint8 *
write_children (guint8 * data, const RtmpValue * value)
{
  const RtmpValue *child = NULL;

  while ((child = rtmp_value_next (value, child)) != NULL) {
    if (child->named && child->name_length == 0)
      continue;
    if (child->named)
      data = write_text (data, child->name, child->name_length);
    data = rtmp_amf3_write (child, data);
  }
  return data;
}

guint8 *
rtmp_amf3_write (const RtmpValue * value, guint8 * data)
{
  g_return_val_if_fail (value != NULL && data != NULL, data);

  switch ((RtmpValueKind) value->kind) {
    case RTMP_VALUE_UNDEFINED:
      *data++ = MARKER_UNDEFINED;
      break;
    case RTMP_VALUE_NULL:
      *data++ = MARKER_NULL;
      break;
    case RTMP_VALUE_BOOLEAN:
      *data++ = value->boolean ? MARKER_TRUE : MARKER_FALSE;
      break;
    case RTMP_VALUE_NUMBER:
      data = write_number (data, value->number);
      break;
    case RTMP_VALUE_DATE:
      *data++ = MARKER_DATE;
      *data++ = 1;
      data = rtmp_put_double (data, value->number);
      break;
    case RTMP_VALUE_STRING:
      *data++ = MARKER_STRING;
      data = write_text (data, value->text, value->text_length);
      break;
    case RTMP_VALUE_XML:
      *data++ = MARKER_XML;
      data = write_text (data, value->text, value->text_length);
      break;
    case RTMP_VALUE_BYTES:
      *data++ = MARKER_BYTES;
      data = write_text (data, value->text, value->text_length);
      break;
    case RTMP_VALUE_OBJECT:
      *data++ = MARKER_OBJECT;
      *data++ = PLAIN_OBJECT;
      data = write_text (data, value->text, value->text_length);
      data = write_children (data, value);
      *data++ = 1;
      break;
    case RTMP_VALUE_MAP:
      *data++ = MARKER_ARRAY;
      *data++ = 1;
      data = write_children (data, value);
      *data++ = 1;
      break;
    case RTMP_VALUE_ARRAY:
      *data++ = MARKER_ARRAY;
      data = write_u29 (data, value->count << 1 | 1);
      *data++ = 1;
      data = write_children (data, value);
      break;
  }
  return data;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpCursor: a place in bytes that are read one after the other, with their
 * end. Not GstByteReader, which loads numbers from where no number may be: the
 * sanitizers object, and every header of RTMP is such a place. */
#pragma once

#include <glib.h>
#include <string.h>

typedef struct {
  const guint8 *at;
  const guint8 *end;
} RtmpCursor;

/* Numbers in network order, at any place. */

static inline guint32
rtmp_get_u16 (const guint8 *data)
{
  return (guint32) data[0] << 8 | data[1];
}

static inline guint32
rtmp_get_u24 (const guint8 *data)
{
  return (guint32) data[0] << 16 | (guint32) data[1] << 8 | data[2];
}

static inline guint32
rtmp_get_u32 (const guint8 *data)
{
  guint32 number;
  memcpy (&number, data, 4);
  return GUINT32_FROM_BE (number);
}

static inline gdouble
rtmp_get_double (const guint8 *data)
{
  guint64 bits;
  gdouble number;
  memcpy (&bits, data, 8);
  bits = GUINT64_FROM_BE (bits);
  memcpy (&number, &bits, 8);
  return number;
}

/* These give the place behind what was written. */

static inline guint8 *
rtmp_put_u16 (guint8 *data, guint32 number)
{
  data[0] = number >> 8;
  data[1] = number;
  return data + 2;
}

static inline guint8 *
rtmp_put_u24 (guint8 *data, guint32 number)
{
  data[0] = number >> 16;
  return rtmp_put_u16 (data + 1, number);
}

static inline guint8 *
rtmp_put_u32 (guint8 *data, guint32 number)
{
  number = GUINT32_TO_BE (number);
  memcpy (data, &number, 4);
  return data + 4;
}

static inline guint8 *
rtmp_put_double (guint8 *data, gdouble number)
{
  guint64 bits;
  memcpy (&bits, &number, 8);
  bits = GUINT64_TO_BE (bits);
  memcpy (data, &bits, 8);
  return data + 8;
}

static inline guint8 *
rtmp_put_data (guint8 *data, gconstpointer bytes, gsize size)
{
  if (size > 0)
    memcpy (data, bytes, size);
  return data + size;
}

/* -- The cursor. Each get moves it, or gives FALSE and does not. -----------*/

static inline void
rtmp_cursor_init (RtmpCursor *self, gconstpointer data, gsize size)
{
  self->at = data;
  self->end = size > 0 ? self->at + size : self->at;
}

static inline gsize
rtmp_cursor_get_left (const RtmpCursor *self)
{
  return self->end - self->at;
}

/* Lends @size bytes. */
static inline gboolean
rtmp_cursor_get_data (RtmpCursor *self, gsize size, const guint8 **data)
{
  if (rtmp_cursor_get_left (self) < size)
    return FALSE;
  *data = self->at;
  self->at += size;
  return TRUE;
}

static inline gboolean
rtmp_cursor_skip (RtmpCursor *self, gsize size)
{
  const guint8 *data;
  return rtmp_cursor_get_data (self, size, &data);
}

#define RTMP_CURSOR_GET(name, type, size, read) \
  static inline gboolean \
  rtmp_cursor_get_##name (RtmpCursor *self, type *number) \
  { \
    const guint8 *data; \
    if (!rtmp_cursor_get_data (self, size, &data)) \
      return FALSE; \
    *number = read (data); \
    return TRUE; \
  }

RTMP_CURSOR_GET (u8, guint8, 1, *)
RTMP_CURSOR_GET (u16, guint32, 2, rtmp_get_u16)
RTMP_CURSOR_GET (u24, guint32, 3, rtmp_get_u24)
RTMP_CURSOR_GET (u32, guint32, 4, rtmp_get_u32)
RTMP_CURSOR_GET (double, gdouble, 8, rtmp_get_double)

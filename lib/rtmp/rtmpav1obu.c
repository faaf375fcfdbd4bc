/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpav1obu.h"

/* AV1, 4.10.5: a leb128() has no more bytes. */
#define MAX_LEB128 8

static gboolean
read_leb128 (RtmpCursor * reader, guint64 * value)
{
  *value = 0;
  for (guint i = 0; i < MAX_LEB128; i++) {
    guint8 byte;
    if (!rtmp_cursor_get_u8 (reader, &byte))
      return FALSE;
    *value |= (guint64) (byte & 0x7f) << (7 * i);
    if ((byte & 0x80) == 0)
      return TRUE;
  }
  return FALSE;
}

gboolean
rtmp_av1_obu_read (RtmpAv1Obu * self, RtmpCursor * reader)
{
  RtmpCursor ahead = *reader;
  guint8 header;

  /* The first bit is forbidden. */
  if (!rtmp_cursor_get_u8 (&ahead, &header) || (header & 0x80) != 0)
    return FALSE;
  gboolean has_extension = (header & 4) != 0;
  gboolean has_size = (header & 2) != 0;
  if (has_extension && !rtmp_cursor_skip (&ahead, 1))
    return FALSE;
  guint64 size = rtmp_cursor_get_left (&ahead);
  if (has_size && !read_leb128 (&ahead, &size))
    return FALSE;
  if (size > rtmp_cursor_get_left (&ahead)
      || !rtmp_cursor_get_data (&ahead, size, &self->payload))
    return FALSE;

  self->type = header >> 3 & 0xf;
  self->payload_size = size;
  self->data = reader->at;
  self->size = ahead.at - reader->at;
  *reader = ahead;
  return TRUE;
}

gsize
rtmp_av1_obu_count_delimiters (const guint8 * data, gsize size)
{
  RtmpCursor reader;
  RtmpAv1Obu obu;
  gsize count = 0;

  rtmp_cursor_init (&reader, data, size);
  while (rtmp_av1_obu_read (&obu, &reader)
      && obu.type == RTMP_AV1_OBU_TEMPORAL_DELIMITER)
    count += obu.size;
  return count;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverpacket.h"

#include <gst/base/gstbytereader.h>
#include <string.h>

#define HEADER_SIZE 12
#define ONE_BYTE_PROFILE 0xbede

/* GStreamer's reader takes numbers from where they may not be aligned. */
static gboolean
read_number (GstByteReader * reader, guint bytes, guint32 * number)
{
  *number = 0;
  for (guint i = 0; i < bytes; i++) {
    guint8 byte;
    if (!gst_byte_reader_get_uint8 (reader, &byte))
      return FALSE;
    *number = *number << 8 | byte;
  }
  return TRUE;
}

/* Leaves @reader behind the fixed header and the contributing sources. */
static gboolean
read_fixed (GstByteReader * reader, ServerPacket * self, guint8 * first)
{
  guint8 second;
  guint32 seq;

  if (!gst_byte_reader_get_uint8 (reader, first) || (*first >> 6) != 2
      || !gst_byte_reader_get_uint8 (reader, &second)
      || !read_number (reader, 2, &seq)
      || !read_number (reader, 4, &self->timestamp)
      || !read_number (reader, 4, &self->ssrc))
    return FALSE;
  self->seq = seq;
  self->marker = (second & 0x80) != 0;
  self->pt = second & 0x7f;
  return gst_byte_reader_skip (reader, (*first & 0x0f) * 4);
}

static gboolean
read_extension (GstByteReader * reader, guint32 * profile,
    const guint8 ** data, guint * size)
{
  guint32 words;

  if (!read_number (reader, 2, profile) || !read_number (reader, 2, &words))
    return FALSE;
  *size = words * 4;
  return gst_byte_reader_get_data (reader, *size, data);
}

gboolean
server_packet_parse (ServerPacket * self, const guint8 * data, gsize size)
{
  GstByteReader reader;
  const guint8 *extension;
  guint8 first;
  guint32 profile;
  guint extension_size;

  if (size > G_MAXUINT16)
    return FALSE;
  gst_byte_reader_init (&reader, data, size);
  if (!read_fixed (&reader, self, &first))
    return FALSE;
  if ((first & 0x10) && !read_extension (&reader, &profile, &extension,
          &extension_size))
    return FALSE;
  self->offset = gst_byte_reader_get_pos (&reader);
  self->size = gst_byte_reader_get_remaining (&reader);
  if (first & 0x20) {
    guint padding = self->size > 0 ? data[size - 1] : 0;
    if (padding == 0 || padding > self->size)
      return FALSE;
    self->size -= padding;
  }
  return TRUE;
}

const guint8 *
server_packet_find_extension (const guint8 * data, gsize size, guint id,
    guint * length)
{
  GstByteReader reader, elements;
  ServerPacket packet;
  const guint8 *extension;
  guint8 first, header;
  guint32 profile;
  guint extension_size;

  if (id == 0 || id > 14 || size > G_MAXUINT16)
    return NULL;
  gst_byte_reader_init (&reader, data, size);
  if (!read_fixed (&reader, &packet, &first) || (first & 0x10) == 0
      || !read_extension (&reader, &profile, &extension, &extension_size)
      || profile != ONE_BYTE_PROFILE)
    return NULL;
  gst_byte_reader_init (&elements, extension, extension_size);
  while (gst_byte_reader_get_uint8 (&elements, &header)) {
    /* A zero is padding, 15 ends it: RFC 8285, section 4.2. */
    if (header == 0)
      continue;
    if (header >> 4 == 15)
      return NULL;
    *length = (header & 0x0f) + 1;
    if (!gst_byte_reader_get_data (&elements, *length, &extension))
      return NULL;
    if (header >> 4 == id)
      return extension;
  }
  return NULL;
}

GstBuffer *
server_packet_make (const ServerPacket * self, GstBuffer * buffer)
{
  GstBuffer *made =
      gst_buffer_new_allocate (NULL, HEADER_SIZE + self->size, NULL);
  GstMapInfo map;

  if (!gst_buffer_map (made, &map, GST_MAP_WRITE)) {
    gst_buffer_unref (made);
    return NULL;
  }
  map.data[0] = 0x80;
  map.data[1] = (self->marker ? 0x80 : 0) | self->pt;
  GST_WRITE_UINT16_BE (map.data + 2, self->seq);
  GST_WRITE_UINT32_BE (map.data + 4, self->timestamp);
  GST_WRITE_UINT32_BE (map.data + 8, self->ssrc);
  gsize copied = gst_buffer_extract (buffer, self->offset,
      map.data + HEADER_SIZE, self->size);
  gst_buffer_unmap (made, &map);
  if (copied != self->size) {
    gst_buffer_unref (made);
    return NULL;
  }
  return made;
}

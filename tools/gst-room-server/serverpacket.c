/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverpacket.h"

#include <gst/base/gstbytereader.h>
#include <string.h>

#define HEADER_SIZE 12

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
read_extension (GstByteReader * reader, ServerPacket * self)
{
  guint32 profile, words;

  if (!read_number (reader, 2, &profile) || !read_number (reader, 2, &words))
    return FALSE;
  self->profile = profile;
  self->body = gst_byte_reader_get_pos (reader);
  if (!gst_byte_reader_skip (reader, words * 4))
    return FALSE;
  self->body_size = words * 4;
  return TRUE;
}

gboolean
server_packet_parse (ServerPacket * self, const guint8 * data, gsize size)
{
  GstByteReader reader;
  guint8 first;

  self->body_size = 0;
  if (size > G_MAXUINT16)
    return FALSE;
  gst_byte_reader_init (&reader, data, size);
  if (!read_fixed (&reader, self, &first))
    return FALSE;
  if ((first & 0x10) && !read_extension (&reader, self))
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

void
server_packet_find_extensions (const ServerPacket * self, const guint8 * data,
    const ServerExtensionMap * map, ServerExtensions * extensions)
{
  memset (extensions, 0, sizeof *extensions);
  if (self->body_size > 0)
    server_extensions_parse (extensions, map, self->profile, data + self->body,
        self->body_size, self->body);
}

static void
write_header (const ServerPacket * self, gboolean extended, guint8 * data)
{
  data[0] = extended ? 0x90 : 0x80;
  data[1] = (self->marker ? 0x80 : 0) | self->pt;
  GST_WRITE_UINT16_BE (data + 2, self->seq);
  GST_WRITE_UINT32_BE (data + 4, self->timestamp);
  GST_WRITE_UINT32_BE (data + 8, self->ssrc);
}

GstBuffer *
server_packet_make (const ServerPacket * self, GstBuffer * buffer,
    const ServerExtensions * extensions, const ServerExtensionMap * to)
{
  guint extended = extensions != NULL && to != NULL
      ? server_extensions_get_size (extensions, to) : 0;
  GstMapInfo from, map;

  if (self->offset + self->size > gst_buffer_get_size (buffer)
      || !gst_buffer_map (buffer, &from, GST_MAP_READ))
    return NULL;
  GstBuffer *made =
      gst_buffer_new_allocate (NULL, HEADER_SIZE + extended, NULL);
  if (gst_buffer_map (made, &map, GST_MAP_WRITE)) {
    write_header (self, extended > 0, map.data);
    if (extended > 0)
      server_extensions_write (extensions, to, from.data,
          map.data + HEADER_SIZE);
    gst_buffer_unmap (made, &map);
  }
  gst_buffer_unmap (buffer, &from);
  if (self->size > 0)
    gst_buffer_copy_into (made, buffer, GST_BUFFER_COPY_MEMORY, self->offset,
        self->size);
  return made;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "packets.h"

static GstBuffer *
make (guint16 seq, guint32 timestamp, gboolean key, gsize size, gboolean marker)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, 12 + size, NULL);
  GstMapInfo map;

  g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_WRITE));
  memset (map.data, 0x55, map.size);
  map.data[0] = 0x80;
  map.data[1] = (marker ? 0x80 : 0) | 98;
  GST_WRITE_UINT16_BE (map.data + 2, seq);
  GST_WRITE_UINT32_BE (map.data + 4, timestamp);
  GST_WRITE_UINT32_BE (map.data + 8, 0x11223344);
  /* S, and a frame that is a key frame; or neither. */
  map.data[12] = key ? 0x10 : 0x00;
  map.data[13] = key ? 0x10 : 0x11;
  gst_buffer_unmap (buffer, &map);
  return buffer;
}

GstBuffer *
packets_make (guint16 seq, guint32 timestamp, gboolean key, gsize size)
{
  return make (seq, timestamp, key, size, TRUE);
}

GstBuffer *
packets_make_part (guint16 seq, guint32 timestamp, gboolean key, gsize size)
{
  return make (seq, timestamp, key, size, FALSE);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpMuxTag: see rtmpmuxtag.h. */

#include "rtmpmuxtag.h"

#include "rtmp/rtmpcursor.h"
#include "rtmp/rtmpflvtag.h"
#include "rtmp/rtmplimits.h"

/* Up to here a copy costs less than a memory of its own, which whoever writes
 * the buffer has to handle too. */
#define SMALL 4096

GstBuffer *
rtmp_mux_tag_new (guint8 type, guint64 ms, const guint8 * header,
    gsize header_size, GstBuffer * payload, gsize skip)
{
  gsize payload_size = payload ? gst_buffer_get_size (payload) - skip : 0;
  gsize size = header_size + payload_size;
  RtmpFlvTag tag = { type, FALSE, ms & G_MAXUINT32, 0, size };
  gboolean small = payload_size <= SMALL;
  GstMapInfo map;

  if (size > RTMP_MAX_MESSAGE)
    return NULL;
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, RTMP_FLV_TAG_HEADER
      + header_size + (small ? payload_size + RTMP_FLV_TAG_TRAILER : 0), NULL);
  gst_buffer_map (buffer, &map, GST_MAP_WRITE);
  rtmp_flv_tag_write_header (&tag, map.data);
  rtmp_put_data (map.data + RTMP_FLV_TAG_HEADER, header, header_size);
  if (small) {
    if (payload != NULL)
      gst_buffer_extract (payload, skip,
          map.data + RTMP_FLV_TAG_HEADER + header_size, payload_size);
    rtmp_flv_tag_write_trailer (&tag, map.data + RTMP_FLV_TAG_HEADER + size);
  }
  gst_buffer_unmap (buffer, &map);
  if (small)
    return buffer;

  guint8 *trailer = g_malloc (RTMP_FLV_TAG_TRAILER);
  rtmp_flv_tag_write_trailer (&tag, trailer);
  gst_buffer_copy_into (buffer, payload, GST_BUFFER_COPY_MEMORY, skip, -1);
  gst_buffer_append_memory (buffer, gst_memory_new_wrapped (0, trailer,
          RTMP_FLV_TAG_TRAILER, 0, RTMP_FLV_TAG_TRAILER, trailer, g_free));
  return buffer;
}

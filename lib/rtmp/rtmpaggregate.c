/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpaggregate.h"

#include "rtmp/rtmperror.h"

#include <string.h>

void
rtmp_aggregate_reader_init (RtmpAggregateReader * self, GBytes * data,
    guint32 timestamp)
{
  memset (self, 0, sizeof *self);
  self->data = data;
  self->timestamp = timestamp;
}

gboolean
rtmp_aggregate_reader_take (RtmpAggregateReader * self, RtmpFlvTag * tag,
    GError ** error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (self->data, &size);
  gsize left = size - self->position;

  if (left == 0)
    return FALSE;
  if (left >= RTMP_FLV_TAG_HEADER) {
    rtmp_flv_tag_read_header (tag, data + self->position);
    if (self->position == 0)
      self->first = tag->timestamp;
    if (left - RTMP_FLV_TAG_HEADER >= tag->size) {
      tag->timestamp += self->timestamp - self->first;
      tag->data = g_bytes_new_from_bytes (self->data,
          self->position + RTMP_FLV_TAG_HEADER, tag->size);
      /* What stands behind the last is sometimes left out. */
      self->position += MIN (left,
          RTMP_FLV_TAG_HEADER + tag->size + RTMP_FLV_TAG_TRAILER);
      return TRUE;
    }
  }
  self->position = size;
  g_set_error_literal (error, RTMP_ERROR, RTMP_ERROR_FORMAT,
      "bad aggregate message: cut off");
  return FALSE;
}

void
rtmp_aggregate_append (GByteArray * out, const RtmpFlvTag * tag)
{
  guint8 header[RTMP_FLV_TAG_HEADER], trailer[RTMP_FLV_TAG_TRAILER];
  gsize size;
  const guint8 *data = g_bytes_get_data (tag->data, &size);

  rtmp_flv_tag_write_header (tag, header);
  rtmp_flv_tag_write_trailer (tag, trailer);
  g_byte_array_append (out, header, sizeof header);
  g_byte_array_append (out, data, size);
  g_byte_array_append (out, trailer, sizeof trailer);
}

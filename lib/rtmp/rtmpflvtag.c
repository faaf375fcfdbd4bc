/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpflvtag.h"

#include "rtmp/rtmpcursor.h"

#include <string.h>

/* E.4.1: two reserved bits, "filter", five bits of type. */
#define TYPE_MASK 0x1f
#define FILTER 0x20
/* E.2. */
#define HAS_AUDIO 4
#define HAS_VIDEO 1
#define VERSION 1
#define DATA_OFFSET 9

void
rtmp_flv_tag_clear (RtmpFlvTag * self)
{
  g_clear_pointer (&self->data, g_bytes_unref);
}

void
rtmp_flv_tag_read_header (RtmpFlvTag * self, const guint8 * header)
{
  memset (self, 0, sizeof *self);
  self->type = header[0] & TYPE_MASK;
  self->encrypted = (header[0] & FILTER) != 0;
  self->size = rtmp_get_u24 (header + 1);
  /* The high byte comes last. */
  self->timestamp = rtmp_get_u24 (header + 4) | (guint32) header[7] << 24;
  self->stream = rtmp_get_u24 (header + 8);
}

void
rtmp_flv_tag_write_header (const RtmpFlvTag * self, guint8 * out)
{
  guint32 low = self->timestamp & 0xffffff;

  out[0] = self->type | (self->encrypted ? FILTER : 0);
  rtmp_put_u24 (out + 1, self->size);
  rtmp_put_u24 (out + 4, low);
  out[7] = self->timestamp >> 24;
  rtmp_put_u24 (out + 8, self->stream);
}

void
rtmp_flv_tag_write_trailer (const RtmpFlvTag * self, guint8 * out)
{
  rtmp_put_u32 (out, RTMP_FLV_TAG_HEADER + self->size);
}

void
rtmp_flv_write_file_header (gboolean audio, gboolean video, guint8 * out)
{
  memset (out, 0, RTMP_FLV_FILE_HEADER);
  memcpy (out, "FLV", 3);
  out[3] = VERSION;
  out[4] = (audio ? HAS_AUDIO : 0) | (video ? HAS_VIDEO : 0);
  out[8] = DATA_OFFSET;
}

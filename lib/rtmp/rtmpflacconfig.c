/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpflacconfig.h"

#include "rtmp/rtmperror.h"

#include "rtmp/rtmpcursor.h"

#include <string.h>

#define MARKER "fLaC"
#define MARKER_SIZE 4
#define BLOCK_HEADER_SIZE 4
#define INFO_SIZE 34
/* The last block there is, and its type is 0. */
#define LAST_BLOCK 0x80
#define TYPE_MASK 0x7f

gboolean
rtmp_flac_config_parse (RtmpFlacConfig * self, const guint8 * data,
    gsize size, GError ** error)
{
  gboolean good = TRUE;

  if (size >= MARKER_SIZE + BLOCK_HEADER_SIZE
      && memcmp (data, MARKER, MARKER_SIZE) == 0) {
    good = (data[MARKER_SIZE] & TYPE_MASK) == 0;
    data += MARKER_SIZE + BLOCK_HEADER_SIZE;
    size -= MARKER_SIZE + BLOCK_HEADER_SIZE;
  }
  if (good && size >= INFO_SIZE) {
    guint64 bits = (guint64) rtmp_get_u32 (data + 10) << 32
        | rtmp_get_u32 (data + 14);
    memset (self, 0, sizeof *self);
    self->min_block = rtmp_get_u16 (data);
    self->max_block = rtmp_get_u16 (data + 2);
    self->min_frame = rtmp_get_u24 (data + 4);
    self->max_frame = rtmp_get_u24 (data + 7);
    self->rate = bits >> 44;
    self->channels = (bits >> 41 & 7) + 1;
    self->depth = (bits >> 36 & 0x1f) + 1;
    self->samples = bits & G_GUINT64_CONSTANT (0xfffffffff);
    memcpy (self->md5, data + 18, sizeof self->md5);
    if (self->rate > 0)
      return TRUE;
  }
  g_set_error_literal (error, RTMP_ERROR, RTMP_ERROR_FORMAT,
      "bad stream header of FLAC");
  return FALSE;
}

GBytes *
rtmp_flac_config_write (const RtmpFlacConfig * self)
{
  guint8 out[MARKER_SIZE + BLOCK_HEADER_SIZE + INFO_SIZE];
  guint8 *info = out + MARKER_SIZE + BLOCK_HEADER_SIZE;

  memcpy (out, MARKER, MARKER_SIZE);
  rtmp_put_u32 (out + MARKER_SIZE, (guint32) LAST_BLOCK << 24 | INFO_SIZE);
  rtmp_put_u16 (info, self->min_block);
  rtmp_put_u16 (info + 2, self->max_block);
  rtmp_put_u24 (info + 4, self->min_frame);
  rtmp_put_u24 (info + 7, self->max_frame);
  guint64 bits = (guint64) self->rate << 44
      | (guint64) (self->channels - 1) << 41
      | (guint64) (self->depth - 1) << 36 | self->samples;
  rtmp_put_u32 (info + 10, bits >> 32);
  rtmp_put_u32 (info + 14, bits & 0xffffffff);
  memcpy (info + 18, self->md5, sizeof self->md5);
  return g_bytes_new (out, sizeof out);
}

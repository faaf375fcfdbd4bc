/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpopusconfig.h"

#include "rtmp/rtmperror.h"

#include "rtmp/rtmpcursor.h"

#include <string.h>

#define MAGIC "OpusHead"
#define MAGIC_SIZE 8
#define HEAD_SIZE 19

static gboolean
read_mapping (RtmpOpusConfig * self, RtmpCursor * reader)
{
  const guint8 *mapping;

  if (self->family == 0) {
    self->streams = 1;
    self->coupled = self->channels - 1;
    return self->channels <= 2;
  }
  if (!rtmp_cursor_get_u8 (reader, &self->streams)
      || !rtmp_cursor_get_u8 (reader, &self->coupled)
      || !rtmp_cursor_get_data (reader, self->channels, &mapping))
    return FALSE;
  memcpy (self->mapping, mapping, self->channels);
  return self->streams > 0 && self->coupled <= self->streams
      && self->streams + self->coupled <= RTMP_OPUS_MAX_CHANNELS;
}

gboolean
rtmp_opus_config_parse (RtmpOpusConfig * self, const guint8 * data, gsize size,
    GError ** error)
{
  memset (self, 0, sizeof *self);
  if (size >= HEAD_SIZE && memcmp (data, MAGIC, MAGIC_SIZE) == 0
      /* Only another major version may look otherwise. */
      && data[8] >> 4 == 0 && data[9] > 0) {
    RtmpCursor rest;
    rtmp_cursor_init (&rest, data + HEAD_SIZE, size - HEAD_SIZE);
    self->channels = data[9];
    self->pre_skip = data[10] | data[11] << 8;
    self->rate = GUINT32_SWAP_LE_BE (rtmp_get_u32 (data + 12));
    self->gain = data[16] | data[17] << 8;
    self->family = data[18];
    if (read_mapping (self, &rest))
      return TRUE;
  }
  g_set_error_literal (error, RTMP_ERROR, RTMP_ERROR_FORMAT,
      "bad identification header of Opus");
  return FALSE;
}

GBytes *
rtmp_opus_config_write (const RtmpOpusConfig * self)
{
  guint8 out[HEAD_SIZE + 2 + RTMP_OPUS_MAX_CHANNELS];
  guint n = HEAD_SIZE;

  memcpy (out, MAGIC, MAGIC_SIZE);
  out[8] = 1;
  out[9] = self->channels;
  out[10] = self->pre_skip & 0xff;
  out[11] = self->pre_skip >> 8;
  rtmp_put_u32 (out + 12, GUINT32_SWAP_LE_BE (self->rate));
  out[16] = self->gain & 0xff;
  out[17] = self->gain >> 8 & 0xff;
  out[18] = self->family;
  if (self->family != 0) {
    out[n++] = self->streams;
    out[n++] = self->coupled;
    memcpy (out + n, self->mapping, self->channels);
    n += self->channels;
  }
  return g_bytes_new (out, n);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpchannels.h"

#include "rtmp/rtmpcursor.h"
#include "rtmp/rtmperror.h"

gboolean
rtmp_channels_parse (RtmpChannels * self, const guint8 * data, gsize size,
    GError ** error)
{
  RtmpCursor cursor;
  const guint8 *mapping = NULL;
  guint8 order;

  memset (self, 0, sizeof *self);
  rtmp_cursor_init (&cursor, data, size);
  gboolean good = rtmp_cursor_get_u8 (&cursor, &order)
      && rtmp_cursor_get_u8 (&cursor, &self->count);
  if (good && order > RTMP_CHANNELS_CUSTOM) {
    g_set_error_literal (error, RTMP_ERROR, RTMP_ERROR_UNSUPPORTED,
        "unknown order of channels");
    return FALSE;
  }
  if (good) {
    self->order = order;
    if (order == RTMP_CHANNELS_NATIVE)
      good = rtmp_cursor_get_u32 (&cursor, &self->mask);
    else if (order == RTMP_CHANNELS_CUSTOM)
      good = rtmp_cursor_get_data (&cursor, self->count, &mapping);
  }
  if (mapping)
    rtmp_put_data (self->mapping, mapping, self->count);
  if (!good)
    g_set_error_literal (error, RTMP_ERROR, RTMP_ERROR_FORMAT,
        "bad configuration of channels: cut off");
  return good;
}

GBytes *
rtmp_channels_write (const RtmpChannels * self)
{
  guint8 out[2 + RTMP_CHANNELS_MAX];
  guint8 *at = out;

  *at++ = self->order;
  *at++ = self->count;
  if (self->order == RTMP_CHANNELS_NATIVE)
    at = rtmp_put_u32 (at, self->mask);
  else if (self->order == RTMP_CHANNELS_CUSTOM)
    at = rtmp_put_data (at, self->mapping, self->count);
  return g_bytes_new (out, at - out);
}

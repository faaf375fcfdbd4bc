/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpav1config.h"

#include "rtmp/rtmpav1obu.h"
#include "rtmp/rtmperror.h"
#include "rtmp/rtmplimits.h"

#include <string.h>

#define MARKER_AND_VERSION 0x81
#define HEAD_SIZE 4

void
rtmp_av1_config_clear (RtmpAv1Config * self)
{
  g_clear_pointer (&self->units, g_bytes_unref);
}

gboolean
rtmp_av1_config_parse (RtmpAv1Config * self, const guint8 * data, gsize size,
    GError ** error)
{
  if (size < HEAD_SIZE || size > RTMP_MAX_CONFIG
      || data[0] != MARKER_AND_VERSION) {
    g_set_error_literal (error, RTMP_ERROR, RTMP_ERROR_FORMAT,
        "bad configuration record of AV1");
    return FALSE;
  }
  gboolean high = (data[2] & 0x40) != 0, twelve = (data[2] & 0x20) != 0;
  memset (self, 0, sizeof *self);
  self->profile = data[1] >> 5;
  self->level = data[1] & 0x1f;
  self->tier = data[2] >> 7;
  self->depth = !high ? 8 : twelve ? 12 : 10;
  self->monochrome = (data[2] & 0x10) != 0;
  self->subsampling_x = data[2] >> 3 & 1;
  self->subsampling_y = data[2] >> 2 & 1;
  self->chroma_position = data[2] & 3;
  self->presentation_delay = (data[3] & 0x10) != 0 ? (data[3] & 0xf) + 1 : 0;
  self->units = g_bytes_new (data + HEAD_SIZE, size - HEAD_SIZE);
  return TRUE;
}

gboolean
rtmp_av1_config_find (RtmpAv1Config * self, const guint8 * data, gsize size,
    RtmpAv1Sequence * sequence)
{
  RtmpCursor reader;
  RtmpAv1Sequence found;
  RtmpAv1Obu obu;

  rtmp_cursor_init (&reader, data, size);
  do {
    if (!rtmp_av1_obu_read (&obu, &reader))
      return FALSE;
  } while (obu.type != RTMP_AV1_OBU_SEQUENCE_HEADER);
  if (!rtmp_av1_sequence_parse (&found, obu.payload, obu.payload_size))
    return FALSE;

  memset (self, 0, sizeof *self);
  self->profile = found.profile;
  self->level = found.level;
  self->tier = found.tier;
  self->depth = found.depth;
  self->monochrome = found.monochrome;
  self->subsampling_x = found.subsampling_x;
  self->subsampling_y = found.subsampling_y;
  self->chroma_position = found.chroma_position;
  self->units = g_bytes_new (obu.data, obu.size);
  if (sequence != NULL)
    *sequence = found;
  return TRUE;
}

GBytes *
rtmp_av1_config_write (const RtmpAv1Config * self)
{
  gsize size = 0;
  const guint8 *units =
      self->units != NULL ? g_bytes_get_data (self->units, &size) : NULL;
  guint8 head[HEAD_SIZE] = {
    MARKER_AND_VERSION,
    self->profile << 5 | self->level,
    self->tier << 7 | (self->depth > 8 ? 0x40 : 0)
        | (self->depth > 10 ? 0x20 : 0) | (self->monochrome ? 0x10 : 0)
        | self->subsampling_x << 3 | self->subsampling_y << 2
        | self->chroma_position,
    self->presentation_delay > 0 ? 0x10 | (self->presentation_delay - 1) : 0,
  };
  GByteArray *out = g_byte_array_sized_new (HEAD_SIZE + size);

  g_byte_array_append (out, head, HEAD_SIZE);
  if (size > 0)
    g_byte_array_append (out, units, size);
  return g_byte_array_free_to_bytes (out);
}

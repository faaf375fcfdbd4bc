/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpaacconfig.h"

#include "rtmp/rtmperror.h"

#include <gst/base/gstbitreader.h>
#include <string.h>

/* ISO/IEC 14496-3, table 1.18, table 1.19 and 1.6.5. */
#define RATE_IN_FULL 15
#define TYPE_ESCAPE 31
#define TYPE_SBR 5
#define TYPE_PS 29
#define SYNC_SBR 0x2b7

static const guint rates[] = { 96000, 88200, 64000, 48000, 44100, 32000, 24000,
  22050, 16000, 12000, 11025, 8000, 7350
};

static const guint8 channels[16] = { 0, 1, 2, 3, 4, 5, 6, 8, 0, 0, 0, 7, 8, 24,
  8, 0
};

static gboolean
read_type (GstBitReader * bits, guint8 * type)
{
  guint8 more = 0;

  if (!gst_bit_reader_get_bits_uint8 (bits, type, 5))
    return FALSE;
  if (*type != TYPE_ESCAPE)
    return TRUE;
  if (!gst_bit_reader_get_bits_uint8 (bits, &more, 6))
    return FALSE;
  *type = 32 + more;
  return TRUE;
}

static gboolean
read_rate (GstBitReader * bits, guint * rate)
{
  guint8 index;

  if (!gst_bit_reader_get_bits_uint8 (bits, &index, 4))
    return FALSE;
  if (index == RATE_IN_FULL)
    return gst_bit_reader_get_bits_uint32 (bits, rate, 24);
  if (index >= G_N_ELEMENTS (rates))
    return FALSE;
  *rate = rates[index];
  return TRUE;
}

/* These stand before the type of what they extend. */
static gboolean
is_extension (guint8 type)
{
  return type == TYPE_SBR || type == TYPE_PS;
}

/* The way that old decoders do not see: behind what they read. */
static void
find_extension (RtmpAacConfig * self, GstBitReader * bits)
{
  guint16 sync;
  guint8 type, present;

  /* What stands between is three bits for all but rare configs. */
  if (!gst_bit_reader_skip (bits, 3)
      || !gst_bit_reader_get_bits_uint16 (bits, &sync, 11) || sync != SYNC_SBR
      || !read_type (bits, &type) || type != TYPE_SBR
      || !gst_bit_reader_get_bits_uint8 (bits, &present, 1) || !present)
    return;
  if (!read_rate (bits, &self->extension_rate)) {
    self->extension_rate = 0;
    return;
  }
  if (gst_bit_reader_get_bits_uint16 (bits, &sync, 11) && sync == 0x548
      && gst_bit_reader_get_bits_uint8 (bits, &present, 1))
    self->parametric_stereo = present;
}

gboolean
rtmp_aac_config_parse (RtmpAacConfig * self, const guint8 * data, gsize size,
    GError ** error)
{
  GstBitReader bits = GST_BIT_READER_INIT (data, size);

  memset (self, 0, sizeof *self);
  gboolean good = read_type (&bits, &self->object_type)
      && read_rate (&bits, &self->rate) && self->rate > 0
      && gst_bit_reader_get_bits_uint8 (&bits, &self->channel_config, 4);
  if (good) {
    self->channels = channels[self->channel_config];
    if (is_extension (self->object_type)) {
      self->parametric_stereo = self->object_type == TYPE_PS;
      good = read_rate (&bits, &self->extension_rate)
          && read_type (&bits, &self->object_type)
          && !is_extension (self->object_type);
    } else {
      find_extension (self, &bits);
    }
  }
  if (!good)
    g_set_error_literal (error, RTMP_ERROR, RTMP_ERROR_FORMAT,
        "bad configuration record of AAC");
  return good;
}

GBytes *
rtmp_aac_config_write (const RtmpAacConfig * self)
{
  guint index = 0;

  if (self->object_type >= TYPE_ESCAPE || is_extension (self->object_type)
      || self->channel_config > 15)
    return NULL;
  while (index < G_N_ELEMENTS (rates) && rates[index] != self->rate)
    index++;
  if (index < G_N_ELEMENTS (rates)) {
    guint16 all = self->object_type << 11 | index << 7
        | self->channel_config << 3;
    guint8 out[] = { all >> 8, all & 0xff };
    return g_bytes_new (out, sizeof out);
  }
  if (self->rate > 0xffffff)
    return NULL;
  guint64 all = (guint64) self->object_type << 35
      | (guint64) RATE_IN_FULL << 31 | (guint64) self->rate << 7
      | self->channel_config << 3;
  guint8 out[] = { all >> 32, all >> 24, all >> 16, all >> 8, all };
  return g_bytes_new (out, sizeof out);
}

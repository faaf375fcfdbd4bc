/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpavcconfig.h"

#include "rtmp/rtmperror.h"
#include "rtmp/rtmplimits.h"

/* ISO/IEC 14496-15, 5.3.3.1.2. */
#define VERSION 1
#define MAX_SPS 31

RtmpAvcConfig *
rtmp_avc_config_new (void)
{
  RtmpAvcConfig *self = g_new0 (RtmpAvcConfig, 1);

  self->length_size = 4;
  self->sps = rtmp_nal_units_new ();
  self->pps = rtmp_nal_units_new ();
  self->sps_extensions = rtmp_nal_units_new ();
  return self;
}

void
rtmp_avc_config_free (RtmpAvcConfig * self)
{
  g_ptr_array_unref (self->sps);
  g_ptr_array_unref (self->pps);
  g_ptr_array_unref (self->sps_extensions);
  g_free (self);
}

static gboolean
has_high_part (const RtmpAvcConfig * self)
{
  return self->profile == 100 || self->profile == 110 || self->profile == 122
      || self->profile == 144;
}

static gboolean
read_sets (RtmpAvcConfig * self, RtmpCursor * reader)
{
  guint8 sps, pps;

  return rtmp_cursor_get_u8 (reader, &sps)
      && rtmp_nal_units_read (self->sps, sps & 0x1f, reader)
      && rtmp_cursor_get_u8 (reader, &pps)
      && rtmp_nal_units_read (self->pps, pps, reader);
}

static void
read_high_part (RtmpAvcConfig * self, RtmpCursor * reader)
{
  guint8 chroma, luma_depth, chroma_depth, extensions;

  if (!rtmp_cursor_get_u8 (reader, &chroma)
      || !rtmp_cursor_get_u8 (reader, &luma_depth)
      || !rtmp_cursor_get_u8 (reader, &chroma_depth)
      || !rtmp_cursor_get_u8 (reader, &extensions)
      || !rtmp_nal_units_read (self->sps_extensions, extensions, reader)) {
    g_ptr_array_set_size (self->sps_extensions, 0);
    return;
  }
  self->has_format = TRUE;
  self->chroma_format = chroma & 3;
  self->luma_depth = 8 + (luma_depth & 7);
  self->chroma_depth = 8 + (chroma_depth & 7);
}

RtmpAvcConfig *
rtmp_avc_config_parse (const guint8 * data, gsize size, GError ** error)
{
  g_autoptr (RtmpAvcConfig) self = rtmp_avc_config_new ();
  RtmpCursor reader;
  guint8 version = 0, length = 0;

  rtmp_cursor_init (&reader, data, size);
  if (size <= RTMP_MAX_CONFIG && rtmp_cursor_get_u8 (&reader, &version)
      && version == VERSION && rtmp_cursor_get_u8 (&reader, &self->profile)
      && rtmp_cursor_get_u8 (&reader, &self->compatibility)
      && rtmp_cursor_get_u8 (&reader, &self->level)
      && rtmp_cursor_get_u8 (&reader, &length)
      && (length & 3) != 2 && read_sets (self, &reader)) {
    self->length_size = (length & 3) + 1;
    if (has_high_part (self))
      read_high_part (self, &reader);
    return g_steal_pointer (&self);
  }
  g_set_error_literal (error, RTMP_ERROR, RTMP_ERROR_FORMAT,
      "bad configuration record of H.264");
  return NULL;
}

GBytes *
rtmp_avc_config_write (const RtmpAvcConfig * self)
{
  guint8 head[] = { VERSION, self->profile, self->compatibility, self->level,
    0xfc | (self->length_size - 1), 0xe0 | self->sps->len
  };
  guint8 pps = self->pps->len;
  guint8 high[] = { 0xfc | self->chroma_format,
    0xf8 | (self->luma_depth - 8), 0xf8 | (self->chroma_depth - 8),
    self->sps_extensions->len
  };
  g_autoptr (GByteArray) out = g_byte_array_new ();

  if (self->sps->len > MAX_SPS || self->pps->len > G_MAXUINT8
      || self->sps_extensions->len > G_MAXUINT8)
    return NULL;
  g_byte_array_append (out, head, sizeof head);
  if (!rtmp_nal_units_write (self->sps, out))
    return NULL;
  g_byte_array_append (out, &pps, 1);
  if (!rtmp_nal_units_write (self->pps, out))
    return NULL;
  if (self->has_format && has_high_part (self)) {
    g_byte_array_append (out, high, sizeof high);
    if (!rtmp_nal_units_write (self->sps_extensions, out))
      return NULL;
  }
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

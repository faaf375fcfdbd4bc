/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmphevcconfig.h"

#include "rtmp/rtmperror.h"
#include "rtmp/rtmplimits.h"

#include <string.h>

/* ISO/IEC 14496-15, 8.3.3.1.2. Early encoders wrote version 0. */
#define VERSION 1
#define HEAD_SIZE 23

static void
clear_array (gpointer data)
{
  RtmpHevcArray *array = data;

  g_clear_pointer (&array->units, g_ptr_array_unref);
}

RtmpHevcConfig *
rtmp_hevc_config_new (void)
{
  RtmpHevcConfig *self = g_new0 (RtmpHevcConfig, 1);

  self->length_size = 4;
  self->luma_depth = 8;
  self->chroma_depth = 8;
  self->arrays = g_array_new (FALSE, FALSE, sizeof (RtmpHevcArray));
  g_array_set_clear_func (self->arrays, clear_array);
  return self;
}

void
rtmp_hevc_config_free (RtmpHevcConfig * self)
{
  g_array_unref (self->arrays);
  g_free (self);
}

void
rtmp_hevc_config_add (RtmpHevcConfig * self, guint8 type, gboolean complete,
    GPtrArray * units)
{
  RtmpHevcArray array = { complete, type & 0x3f, units };

  g_array_append_val (self->arrays, array);
}

static void
read_head (RtmpHevcConfig * self, const guint8 * data)
{
  self->profile_space = data[1] >> 6;
  self->high_tier = (data[1] & 0x20) != 0;
  self->profile = data[1] & 0x1f;
  self->compatibility = rtmp_get_u32 (data + 2);
  memcpy (self->constraints, data + 6, sizeof self->constraints);
  self->level = data[12];
  self->min_segmentation = rtmp_get_u16 (data + 13) & 0xfff;
  self->parallelism = data[15] & 3;
  self->chroma_format = data[16] & 3;
  self->luma_depth = 8 + (data[17] & 7);
  self->chroma_depth = 8 + (data[18] & 7);
  self->frame_rate = rtmp_get_u16 (data + 19);
  self->constant_frame_rate = data[21] >> 6;
  self->temporal_layers = data[21] >> 3 & 7;
  self->temporal_nested = (data[21] & 4) != 0;
  self->length_size = (data[21] & 3) + 1;
}

static gboolean
read_array (RtmpHevcConfig * self, RtmpCursor * reader)
{
  guint8 type;
  guint32 count;

  if (!rtmp_cursor_get_u8 (reader, &type)
      || !rtmp_cursor_get_u16 (reader, &count))
    return FALSE;
  GPtrArray *units = rtmp_nal_units_new ();
  rtmp_hevc_config_add (self, type, (type & 0x80) != 0, units);
  return rtmp_nal_units_read (units, count, reader);
}

RtmpHevcConfig *
rtmp_hevc_config_parse (const guint8 * data, gsize size, GError ** error)
{
  g_autoptr (RtmpHevcConfig) self = rtmp_hevc_config_new ();
  RtmpCursor reader;
  const guint8 *head;

  rtmp_cursor_init (&reader, data, size);
  gboolean good = size <= RTMP_MAX_CONFIG
      && rtmp_cursor_get_data (&reader, HEAD_SIZE, &head)
      && head[0] <= VERSION;
  if (good) {
    read_head (self, head);
    good = self->length_size != 3;
    for (guint i = 0; good && i < head[HEAD_SIZE - 1]; i++)
      good = read_array (self, &reader);
  }
  if (good)
    return g_steal_pointer (&self);
  g_set_error_literal (error, RTMP_ERROR, RTMP_ERROR_FORMAT,
      "bad configuration record of H.265");
  return NULL;
}

static void
write_head (const RtmpHevcConfig * self, guint8 * out)
{
  out[0] = VERSION;
  out[1] = self->profile_space << 6 | (self->high_tier ? 0x20 : 0)
      | self->profile;
  rtmp_put_u32 (out + 2, self->compatibility);
  memcpy (out + 6, self->constraints, sizeof self->constraints);
  out[12] = self->level;
  rtmp_put_u16 (out + 13, 0xf000 | self->min_segmentation);
  out[15] = 0xfc | self->parallelism;
  out[16] = 0xfc | self->chroma_format;
  out[17] = 0xf8 | (self->luma_depth - 8);
  out[18] = 0xf8 | (self->chroma_depth - 8);
  rtmp_put_u16 (out + 19, self->frame_rate);
  out[21] = self->constant_frame_rate << 6 | self->temporal_layers << 3
      | (self->temporal_nested ? 4 : 0) | (self->length_size - 1);
  out[22] = self->arrays->len;
}

GBytes *
rtmp_hevc_config_write (const RtmpHevcConfig * self)
{
  guint8 head[HEAD_SIZE];
  g_autoptr (GByteArray) out = g_byte_array_new ();

  if (self->arrays->len > G_MAXUINT8)
    return NULL;
  write_head (self, head);
  g_byte_array_append (out, head, sizeof head);
  for (guint i = 0; i < self->arrays->len; i++) {
    const RtmpHevcArray *array =
        &g_array_index (self->arrays, RtmpHevcArray, i);
    if (array->units->len > G_MAXUINT16)
      return NULL;
    guint8 start[] = { (array->complete ? 0x80 : 0) | array->type,
      array->units->len >> 8, array->units->len & 0xff
    };
    g_byte_array_append (out, start, sizeof start);
    if (!rtmp_nal_units_write (array->units, out))
      return NULL;
  }
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtmp/rtmpnalunits.h"

GPtrArray *
rtmp_nal_units_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
}

gboolean
rtmp_nal_units_read (GPtrArray * units, guint count, RtmpCursor * reader)
{
  for (guint i = 0; i < count; i++) {
    guint32 size;
    const guint8 *data;
    if (!rtmp_cursor_get_u16 (reader, &size)
        || !rtmp_cursor_get_data (reader, size, &data))
      return FALSE;
    g_ptr_array_add (units, g_bytes_new (data, size));
  }
  return TRUE;
}

gboolean
rtmp_nal_units_write (const GPtrArray * units, GByteArray * out)
{
  for (guint i = 0; i < units->len; i++) {
    gsize size;
    const guint8 *data = g_bytes_get_data (units->pdata[i], &size);
    if (size > G_MAXUINT16)
      return FALSE;
    guint8 length[] = { size >> 8, size & 0xff };
    g_byte_array_append (out, length, sizeof length);
    g_byte_array_append (out, data, size);
  }
  return TRUE;
}

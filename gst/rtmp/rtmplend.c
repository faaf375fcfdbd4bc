/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpLend: see rtmplend.h. */

#include "rtmplend.h"

typedef struct
{
  GstBuffer *buffer;
  GstMapInfo map;
} Lent;

static void
free_lent (gpointer data)
{
  Lent *lent = data;

  gst_buffer_unmap (lent->buffer, &lent->map);
  gst_buffer_unref (lent->buffer);
  g_free (lent);
}

GBytes *
rtmp_lend_bytes (GstBuffer * buffer)
{
  Lent *lent = g_new0 (Lent, 1);

  lent->buffer = buffer;
  if (gst_buffer_map (buffer, &lent->map, GST_MAP_READ))
    return g_bytes_new_with_free_func (lent->map.data, lent->map.size,
        free_lent, lent);
  gst_buffer_unref (buffer);
  g_free (lent);
  return NULL;
}

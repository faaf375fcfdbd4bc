/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "medialoss.h"

#define LOSE_EVERY 20

/* Media only: SRTP, and no RTCP (RFC 5761, section 4). */
static gboolean
is_lost (GstBuffer * buffer, guint * count)
{
  guint8 head[2] = { 0 };

  gst_buffer_extract (buffer, 0, head, sizeof head);
  if (head[0] >> 6 != 2 || (head[1] >= 192 && head[1] <= 223))
    return FALSE;
  return ++ * count % LOSE_EVERY == 0;
}

static gboolean
lose_some (GstBuffer ** buffer, guint index, gpointer count)
{
  if (is_lost (*buffer, count))
    gst_clear_buffer (buffer);
  return TRUE;
}

static GstPadProbeReturn
on_way (GstPad * pad, GstPadProbeInfo * info, gpointer count)
{
  if (info->type & GST_PAD_PROBE_TYPE_BUFFER)
    return is_lost (info->data, count) ? GST_PAD_PROBE_DROP : GST_PAD_PROBE_OK;
  GstBufferList *packets = gst_buffer_list_make_writable (info->data);
  gst_buffer_list_foreach (packets, lose_some, count);
  info->data = packets;
  return GST_PAD_PROBE_OK;
}

void
media_loss_begin (GstBin * bin)
{
  g_autoptr (GstIterator) each =
      gst_bin_iterate_all_by_element_factory_name (bin, "nicesink");
  g_auto (GValue) value = G_VALUE_INIT;

  while (gst_iterator_next (each, &value) == GST_ITERATOR_OK) {
    g_autoptr (GstPad) pad =
        gst_element_get_static_pad (g_value_get_object (&value), "sink");
    gst_pad_add_probe (pad,
        GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, on_way,
        g_new0 (guint, 1), g_free);
    g_value_reset (&value);
  }
}

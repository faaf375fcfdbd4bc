/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "servershortcut.h"

/* In a streaming thread. No redundancy is ever agreed on, so the element would
 * pass on what it gets; but it takes lists apart, and each element behind it
 * would be gone through for each packet, and not once for each frame. */
static GstPadProbeReturn
on_list (GstPad * sink, GstPadProbeInfo * info, gpointer src)
{
  GstBufferList *list = GST_PAD_PROBE_INFO_BUFFER_LIST (info);

  info->data = NULL;
  GST_PAD_PROBE_INFO_FLOW_RETURN (info) = gst_pad_push_list (src, list);
  return GST_PAD_PROBE_HANDLED;
}

static void
pass_lists (GstElement * element)
{
  g_autoptr (GstPad) sink = gst_element_get_static_pad (element, "sink");
  g_autoptr (GstPad) src = gst_element_get_static_pad (element, "src");

  if (sink == NULL || src == NULL)
    return;
  gst_pad_add_probe (sink, GST_PAD_PROBE_TYPE_BUFFER_LIST, on_list,
      gst_object_ref (src), gst_object_unref);
}

static gboolean
is_made_by (GstElement * element, const gchar * name)
{
  GstElementFactory *factory = gst_element_get_factory (element);

  return factory != NULL && g_str_equal (GST_OBJECT_NAME (factory), name);
}

/* In any thread. */
static void
on_element_added (GstBin * bin, GstBin * within, GstElement * element,
    gpointer unused)
{
  if (is_made_by (element, "rtpulpfecenc")
      || is_made_by (element, "rtpredenc"))
    pass_lists (element);
  /* It would wait for the time of each packet, which is that of its sending. */
  else if (is_made_by (element, "clocksync"))
    g_object_set (element, "sync", FALSE, NULL);
}

void
server_shortcut_watch (GstBin * bin)
{
  g_signal_connect (bin, "deep-element-added", G_CALLBACK (on_element_added),
      NULL);
}

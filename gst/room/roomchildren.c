/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomChildren: see roomchildren.h. */

#include "roomchildren.h"

static GObject *
get_child_by_name (GstChildProxy * proxy, const gchar * name)
{
  GstChildProxyInterface *parent =
      g_type_interface_peek_parent (GST_CHILD_PROXY_GET_INTERFACE (proxy));
  GstPad *pad = gst_element_get_static_pad (GST_ELEMENT (proxy), name);

  return pad ? G_OBJECT (pad) : parent->get_child_by_name (proxy, name);
}

static GObject *
get_child_by_index (GstChildProxy * proxy, guint index)
{
  GstChildProxyInterface *parent =
      g_type_interface_peek_parent (GST_CHILD_PROXY_GET_INTERFACE (proxy));
  GstElement *element = GST_ELEMENT (proxy);
  GObject *pad = NULL;

  GST_OBJECT_LOCK (element);
  guint pads = element->numsinkpads;
  if (index < pads)
    pad = g_object_ref (g_list_nth_data (element->sinkpads, index));
  GST_OBJECT_UNLOCK (element);
  return pad ? pad : parent->get_child_by_index (proxy, index - pads);
}

static guint
get_children_count (GstChildProxy * proxy)
{
  GstChildProxyInterface *parent =
      g_type_interface_peek_parent (GST_CHILD_PROXY_GET_INTERFACE (proxy));
  GstElement *element = GST_ELEMENT (proxy);

  GST_OBJECT_LOCK (element);
  guint pads = element->numsinkpads;
  GST_OBJECT_UNLOCK (element);
  return pads + parent->get_children_count (proxy);
}

void
room_children_init_interface (gpointer data, gpointer unused)
{
  GstChildProxyInterface *iface = data;

  iface->get_child_by_name = get_child_by_name;
  iface->get_child_by_index = get_child_by_index;
  iface->get_children_count = get_children_count;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serversession.h"

GObject *
server_session_dup (GstElement * element)
{
  GstElementFactory *factory = gst_element_get_factory (element);
  GObject *session = NULL;

  if (factory != NULL && g_str_equal (GST_OBJECT_NAME (factory), "rtpsession"))
    g_object_get (element, "internal-session", &session, NULL);
  return session;
}

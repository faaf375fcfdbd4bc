/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpUriHandler: see rtmpurihandler.h. */

#include "rtmpurihandler.h"

#include "rtmp/rtmpurl.h"

static const gchar *const *
get_protocols (GType type)
{
  static const gchar *const protocols[] = { "rtmp", "rtmps", NULL };

  return protocols;
}

static gchar *
get_uri (GstURIHandler * handler)
{
  gchar *uri = NULL;

  g_object_get (handler, "location", &uri, NULL);
  return uri;
}

static gboolean
set_uri (GstURIHandler * handler, const gchar * uri, GError ** error)
{
  g_autoptr (GError) bad = NULL;
  g_autoptr (RtmpUrl) url = rtmp_url_parse (uri, &bad);

  if (url == NULL) {
    g_set_error (error, GST_URI_ERROR, GST_URI_ERROR_BAD_URI, "%s",
        bad->message);
    return FALSE;
  }
  g_object_set (handler, "location", uri, NULL);
  return TRUE;
}

void
rtmp_uri_handler_init (GstURIHandlerInterface * iface)
{
  iface->get_protocols = get_protocols;
  iface->get_uri = get_uri;
  iface->set_uri = set_uri;
}

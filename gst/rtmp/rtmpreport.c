/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpReport: see rtmpreport.h. */

#include "rtmpreport.h"

#include "rtmp/rtmperror.h"
#include "rtmpcalldebug.h"

static void
post (GstElement * element, GstStructure * structure)
{
  gst_element_post_message (element,
      gst_message_new_element (GST_OBJECT (element), structure));
}

static const gchar *
get_reason (const GError * error)
{
  return error->domain == RTMP_ERROR ? rtmp_error_get_nick (error->code)
      : "input";
}

void
rtmp_report_connected (GstElement * element, const gchar * location,
    gboolean enhanced)
{
  GST_INFO_OBJECT (element, "connected to %s", location);
  post (element, gst_structure_new ("rtmp-connected",
          "location", G_TYPE_STRING, location,
          "enhanced", G_TYPE_BOOLEAN, enhanced, NULL));
}

void
rtmp_report_started (GstElement * element, gboolean publish,
    const gchar * location)
{
  const gchar *name = publish ? "rtmp-publishing" : "rtmp-playing";

  GST_INFO_OBJECT (element, "%s", name);
  post (element, gst_structure_new (name,
          "location", G_TYPE_STRING, location, NULL));
}

void
rtmp_report_reconnecting (GstElement * element, guint attempt, gint64 delay_us,
    const GError * error)
{
  GST_WARNING_OBJECT (element, "%s; attempt %u to connect again in %d ms",
      error->message, attempt, (gint) (delay_us / 1000));
  post (element, gst_structure_new ("rtmp-reconnecting",
          "attempt", G_TYPE_UINT, attempt,
          "delay", G_TYPE_UINT64, (guint64) delay_us * 1000,
          "reason", G_TYPE_STRING, get_reason (error),
          "text", G_TYPE_STRING, error->message, NULL));
}

void
rtmp_report_disconnected (GstElement * element, const gchar * location,
    const GError * error, const gchar * otherwise)
{
  const gchar *text = error != NULL ? error->message : "in order";

  GST_INFO_OBJECT (element, "disconnected from %s: %s", location, text);
  post (element, gst_structure_new ("rtmp-disconnected",
          "location", G_TYPE_STRING, location,
          "reason", G_TYPE_STRING, error != NULL ? get_reason (error)
          : otherwise, "text", G_TYPE_STRING, text, NULL));
}

void
rtmp_report_asked (GstElement * element, const gchar * location,
    const gchar * words)
{
  g_autofree gchar *text = g_strdup_printf ("server asks to go to %s%s%s",
      location, *words != '\0' ? ": " : "", words);

  GST_INFO_OBJECT (element, "%s", text);
  post (element, gst_structure_new ("rtmp-reconnecting",
          "attempt", G_TYPE_UINT, 1, "delay", G_TYPE_UINT64, (guint64) 0,
          "reason", G_TYPE_STRING, "asked", "text", G_TYPE_STRING, text, NULL));
}

void
rtmp_report_move_failed (GstElement * element, const gchar * location,
    const GError * error)
{
  const gchar *text = error != NULL ? error->message : "the stream has ended";

  GST_WARNING_OBJECT (element, "stays, instead of %s: %s", location, text);
  post (element, gst_structure_new ("rtmp-move-failed",
          "location", G_TYPE_STRING, location,
          "reason", G_TYPE_STRING, error != NULL ? get_reason (error)
          : "closed", "text", G_TYPE_STRING, text, NULL));
}

static GstResourceError
get_resource_code (GstElement * element, const GError * error)
{
  gboolean is_sink = GST_OBJECT_FLAG_IS_SET (element, GST_ELEMENT_FLAG_SINK);

  switch ((RtmpError) error->code) {
    case RTMP_ERROR_URL:
    case RTMP_ERROR_UNSUPPORTED:
      return GST_RESOURCE_ERROR_SETTINGS;
    case RTMP_ERROR_RESOLVE:
    case RTMP_ERROR_NO_SUCH_APPLICATION:
    case RTMP_ERROR_NO_SUCH_STREAM:
      return GST_RESOURCE_ERROR_NOT_FOUND;
    case RTMP_ERROR_UNAUTHORIZED:
      return GST_RESOURCE_ERROR_NOT_AUTHORIZED;
    case RTMP_ERROR_BUSY:
      return GST_RESOURCE_ERROR_BUSY;
    case RTMP_ERROR_UNREACHABLE:
    case RTMP_ERROR_TLS:
    case RTMP_ERROR_HANDSHAKE:
    case RTMP_ERROR_REFUSED:
    case RTMP_ERROR_TIMEOUT:
      return is_sink ? GST_RESOURCE_ERROR_OPEN_WRITE
          : GST_RESOURCE_ERROR_OPEN_READ;
    case RTMP_ERROR_PROTOCOL:
    case RTMP_ERROR_LIMIT:
    case RTMP_ERROR_FORMAT:
    case RTMP_ERROR_STALLED:
    case RTMP_ERROR_LOST:
    case RTMP_ERROR_CLOSED:
      return is_sink ? GST_RESOURCE_ERROR_WRITE : GST_RESOURCE_ERROR_READ;
  }
  return GST_RESOURCE_ERROR_FAILED;
}

void
rtmp_report_error (GstElement * element, const GError * error)
{
  GQuark domain = error->domain;
  gint code = error->code;

  if (domain == RTMP_ERROR) {
    domain = GST_RESOURCE_ERROR;
    code = get_resource_code (element, error);
  }
  g_autofree gchar *name = gst_object_get_path_string (GST_OBJECT (element));
  g_autofree gchar *debug = g_strdup_printf ("%s: %s", name, error->message);
  g_autoptr (GError) posted =
      g_error_new (domain, code, "RTMP: %s.", error->message);
  GstStructure *details = gst_structure_new ("rtmp-error",
      "rtmp-reason", G_TYPE_STRING, get_reason (error), NULL);

  GST_ERROR_OBJECT (element, "%s", error->message);
  gst_element_post_message (element,
      gst_message_new_error_with_details (GST_OBJECT (element), posted, debug,
          details));
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomReport: see roomreport.h. */

#include "roomreport.h"

#include "livekit/livekiterror.h"
#include "roomdebug.h"

static void
post (GstElement * element, GstStructure * structure)
{
  gst_element_post_message (element,
      gst_message_new_element (GST_OBJECT (element), structure));
}

void
room_report_joined (GstElement * element, const LivekitJoined * joined)
{
  post (element, gst_structure_new ("room-joined",
          "room", G_TYPE_STRING, joined->room,
          "room-sid", G_TYPE_STRING, joined->room_sid,
          "identity", G_TYPE_STRING, joined->identity,
          "participant-sid", G_TYPE_STRING, joined->participant_sid,
          "server-version", G_TYPE_STRING, joined->server_version,
          "server-region", G_TYPE_STRING, joined->server_region,
          "participants", G_TYPE_UINT, joined->participants, NULL));
}

static GstStructure *
track_structure (const gchar * name, const RoomReportTrack * track)
{
  return gst_structure_new (name,
      "pad", G_TYPE_STRING, track->pad,
      "track-sid", G_TYPE_STRING, track->sid,
      "track-name", G_TYPE_STRING, track->name, NULL);
}

void
room_report_track_published (GstElement * element,
    const RoomReportTrack * track)
{
  GstStructure *structure = track_structure ("room-track-published", track);
  gst_structure_set (structure,
      "codec", G_TYPE_STRING, track->codec,
      "kind", G_TYPE_STRING, track->video ? "video" : "audio",
      "width", G_TYPE_UINT, track->width,
      "height", G_TYPE_UINT, track->height,
      "channels", G_TYPE_UINT, track->channels, NULL);
  post (element, structure);
}

void
room_report_track_unpublished (GstElement * element,
    const RoomReportTrack * track, const gchar * reason)
{
  GstStructure *structure = track_structure ("room-track-unpublished", track);
  gst_structure_set (structure, "reason", G_TYPE_STRING, reason, NULL);
  post (element, structure);
}

void
room_report_track_subscribed (GstElement * element,
    const RoomReportTrack * track)
{
  post (element, track_structure ("room-track-subscribed", track));
}

static const gchar *
get_reason (const GError * error)
{
  if (error->domain == LIVEKIT_ERROR)
    return livekit_error_get_nick (error->code);
  return "input";
}

void
room_report_disconnected (GstElement * element, const GError * error)
{
  post (element, gst_structure_new ("room-disconnected",
          "reason", G_TYPE_STRING, error ? get_reason (error) : "left",
          "text", G_TYPE_STRING, error ? error->message : "left the room",
          NULL));
}

static GstResourceError
get_resource_code (const GError * error)
{
  switch ((LivekitError) error->code) {
    case LIVEKIT_ERROR_URL:
    case LIVEKIT_ERROR_CREDENTIALS:
      return GST_RESOURCE_ERROR_SETTINGS;
    case LIVEKIT_ERROR_RESOLVE:
    case LIVEKIT_ERROR_NO_SUCH_ROOM:
      return GST_RESOURCE_ERROR_NOT_FOUND;
    case LIVEKIT_ERROR_UNAUTHORIZED:
    case LIVEKIT_ERROR_FORBIDDEN:
    case LIVEKIT_ERROR_NOT_ALLOWED:
      return GST_RESOURCE_ERROR_NOT_AUTHORIZED;
    case LIVEKIT_ERROR_UNREACHABLE:
    case LIVEKIT_ERROR_TLS:
    case LIVEKIT_ERROR_REFUSED:
    case LIVEKIT_ERROR_PROTOCOL:
    case LIVEKIT_ERROR_JOIN_TIMEOUT:
      return GST_RESOURCE_ERROR_OPEN_READ_WRITE;
    case LIVEKIT_ERROR_TRACK_REFUSED:
    case LIVEKIT_ERROR_REMOVED:
    case LIVEKIT_ERROR_ROOM_DELETED:
    case LIVEKIT_ERROR_DUPLICATE_IDENTITY:
    case LIVEKIT_ERROR_SERVER_SHUTDOWN:
    case LIVEKIT_ERROR_STATE:
    case LIVEKIT_ERROR_LOST:
    case LIVEKIT_ERROR_MEDIA:
      return GST_RESOURCE_ERROR_WRITE;
  }
  return GST_RESOURCE_ERROR_FAILED;
}

void
room_report_error (GstElement * element, const GError * error)
{
  GQuark domain = GST_RESOURCE_ERROR;
  gint code;

  if (error->domain == LIVEKIT_ERROR) {
    code = get_resource_code (error);
  } else {
    domain = error->domain;
    code = error->code;
  }
  g_autofree gchar *name = gst_object_get_path_string (GST_OBJECT (element));
  g_autofree gchar *debug = g_strdup_printf ("%s: %s", name, error->message);
  g_autoptr (GError) posted =
      g_error_new (domain, code, "Room: %s.", error->message);
  GstStructure *details = gst_structure_new ("room-error",
      "room-reason", G_TYPE_STRING, get_reason (error), NULL);

  GST_ERROR_OBJECT (element, "%s", error->message);
  gst_element_post_message (element,
      gst_message_new_error_with_details (GST_OBJECT (element), posted, debug,
          details));
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverapi.h"

#include "livekit/livekitverify.h"
#include "serveraccess.h"
#include "serverhttp.h"
#include "servermetrics.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define METHODS "GET, HEAD, OPTIONS"

struct _ServerApi
{
  const ServerSite *site;
  gint64 started_at;            /* unix us */
  gint64 began;                 /* monotonic us */
  guint64 joined;
};

/* -- JSON ------------------------------------------------------------------- */

static void
add_reception (JsonObject * object, const ServerReportConsumer * consumer)
{
  json_object_set_int_member (object, "lost", consumer->lost);
  json_object_set_double_member (object, "loss", consumer->loss);
  json_object_set_double_member (object, "jitter_ms",
      (gdouble) consumer->jitter_us / G_TIME_SPAN_MILLISECOND);
  if (consumer->round_trip_us > 0)
    json_object_set_double_member (object, "round_trip_ms",
        (gdouble) consumer->round_trip_us / G_TIME_SPAN_MILLISECOND);
}

static JsonObject *
make_consumer (const ServerReportConsumer * consumer)
{
  JsonObject *object = json_object_new ();
  const ServerConsumerCounts *counts = &consumer->counts;

  json_object_set_string_member (object, "identity", consumer->identity);
  json_object_set_string_member (object, "sid", consumer->sid);
  json_object_set_int_member (object, "packets", counts->packets);
  json_object_set_int_member (object, "bytes", counts->bytes);
  json_object_set_int_member (object, "bitrate", consumer->bitrate);
  json_object_set_int_member (object, "dropped", counts->queue.dropped);
  json_object_set_int_member (object, "cuts", counts->queue.cuts);
  json_object_set_int_member (object, "late", counts->late);
  json_object_set_int_member (object, "queued_packets", counts->queue.packets);
  json_object_set_int_member (object, "queued_bytes", counts->queue.bytes);
  json_object_set_int_member (object, "longest_gap_ms",
      counts->longest_gap_us / G_TIME_SPAN_MILLISECOND);
  if (consumer->reported)
    add_reception (object, consumer);
  return object;
}

static JsonObject *
make_track (const ServerReportTrack * track)
{
  JsonObject *object = json_object_new ();
  JsonArray *consumers = json_array_new ();
  const ServerFanCounts *counts = &track->counts;

  json_object_set_string_member (object, "sid", track->sid);
  json_object_set_string_member (object, "name", track->name);
  json_object_set_string_member (object, "kind",
      track->video ? "video" : "audio");
  json_object_set_string_member (object, "source", track->source);
  json_object_set_string_member (object, "mime", track->mime);
  json_object_set_boolean_member (object, "muted", track->muted);
  json_object_set_int_member (object, "width", track->width);
  json_object_set_int_member (object, "height", track->height);
  json_object_set_int_member (object, "packets", counts->packets);
  json_object_set_int_member (object, "bytes", counts->bytes);
  json_object_set_int_member (object, "bitrate", track->bitrate);
  json_object_set_int_member (object, "key_frames", counts->key_frames);
  json_object_set_int_member (object, "key_frame_requests", counts->requests);
  json_object_set_int_member (object, "key_frame_requests_sent", counts->asked);
  for (guint i = 0; i < track->consumers->len; i++)
    json_array_add_object_element (consumers,
        make_consumer (track->consumers->pdata[i]));
  json_object_set_array_member (object, "consumers", consumers);
  return object;
}

static JsonObject *
make_participant (const ServerReportParticipant * participant)
{
  JsonObject *object = json_object_new ();
  JsonArray *tracks = json_array_new ();

  json_object_set_string_member (object, "identity", participant->identity);
  json_object_set_string_member (object, "sid", participant->sid);
  json_object_set_string_member (object, "name", participant->name);
  json_object_set_string_member (object, "state", participant->state);
  json_object_set_int_member (object, "joined_at", participant->joined_at);
  json_object_set_boolean_member (object, "hidden", participant->hidden);
  for (guint i = 0; i < participant->tracks->len; i++)
    json_array_add_object_element (tracks,
        make_track (participant->tracks->pdata[i]));
  json_object_set_array_member (object, "tracks", tracks);
  return object;
}

static JsonObject *
make_room (const ServerReportRoom * room)
{
  JsonObject *object = json_object_new ();
  JsonArray *participants = json_array_new ();

  json_object_set_string_member (object, "name", room->name);
  json_object_set_string_member (object, "sid", room->sid);
  json_object_set_int_member (object, "created_at", room->created_at);
  json_object_set_int_member (object, "waiting", room->waiting);
  for (guint i = 0; i < room->participants->len; i++)
    json_array_add_object_element (participants,
        make_participant (room->participants->pdata[i]));
  json_object_set_array_member (object, "participants", participants);
  return object;
}

/* @only: the room that is told of; NULL: all. */
static gchar *
write_rooms (const ServerReport * report, const gchar * only)
{
  g_autoptr (JsonObject) object = json_object_new ();
  JsonArray *rooms = json_array_new ();

  json_object_set_string_member (object, "version", report->version);
  json_object_set_int_member (object, "started_at", report->started_at);
  json_object_set_int_member (object, "uptime_ms", report->uptime);
  for (guint i = 0; i < report->rooms->len; i++) {
    const ServerReportRoom *room = report->rooms->pdata[i];
    if (only == NULL || g_str_equal (room->name, only))
      json_array_add_object_element (rooms, make_room (room));
  }
  json_object_set_array_member (object, "rooms", rooms);
  g_autoptr (JsonNode) root = json_node_init_object (json_node_alloc (),
      object);
  return json_to_string (root, FALSE);
}

/* -- Requests --------------------------------------------------------------- */

static ServerReport *
make_report (ServerApi * self)
{
  const ServerSite *site = self->site;
  ServerReport *report = server_report_new ();

  report->version = ROOM_SERVER_VERSION;
  report->started_at = self->started_at / G_TIME_SPAN_MILLISECOND;
  report->uptime = (g_get_monotonic_time () - self->began)
      / G_TIME_SPAN_MILLISECOND;
  report->sockets = livekit_server_count_sockets (site->server);
  report->clients = livekit_server_count_clients (site->server);
  report->joined = self->joined;
  server_report_add_rooms (report, site->rooms);
  if (site->media != NULL)
    server_media_describe (site->media, report);
  return report;
}

static void
answer (ServerApi * self, SoupServerMessage * message,
    const ServerPath * path, const gchar * only)
{
  g_autoptr (ServerReport) report = make_report (self);
  gboolean json = path->kind == SERVER_PATH_API;
  gchar *text = json ? write_rooms (report, only)
      : server_metrics_write (report);

  server_http_answer (message, SOUP_STATUS_OK, NULL);
  server_http_protect (message);
  soup_server_message_set_response (message,
      json ? "application/json" : SERVER_METRICS_TYPE, SOUP_MEMORY_TAKE, text,
      strlen (text));
}

void
server_api_handle (ServerApi * self, SoupServerMessage * message,
    const ServerPath * path)
{
  g_return_if_fail (self != NULL && message != NULL && path != NULL);

  const gchar *method = soup_server_message_get_method (message);
  ServerAccess *access = self->site->access;
  g_autoptr (GError) error = NULL;

  if (server_access_share (message, METHODS, NULL))
    return;
  if (method != SOUP_METHOD_GET && method != SOUP_METHOD_HEAD) {
    server_http_refuse_method (message, METHODS);
    return;
  }
  g_autoptr (LivekitToken) token = server_access_check (access, message,
      SERVER_RIGHT_OBSERVE, NULL, &error);
  gboolean all = token != NULL && token->grants.room_list == 1;
  if (token != NULL && !all && path->kind == SERVER_PATH_METRICS)
    g_set_error_literal (&error, LIVEKIT_REFUSAL, SOUP_STATUS_FORBIDDEN,
        "the token does not permit to list rooms");
  if (error != NULL)
    server_access_refuse (access, message, error);
  else
    answer (self, message, path, all ? NULL : token->grants.room);
}

void
server_api_hear (ServerApi * self, const LivekitRoomEvent * event)
{
  g_return_if_fail (self != NULL && event != NULL);

  self->joined += event->type == LIVEKIT_ROOM_EVENT_JOINED;
}

ServerApi *
server_api_new (const ServerSite * site)
{
  g_return_val_if_fail (site != NULL && site->access != NULL, NULL);

  ServerApi *self = g_new0 (ServerApi, 1);
  self->site = site;
  self->started_at = g_get_real_time ();
  self->began = g_get_monotonic_time ();
  return self;
}

void
server_api_free (ServerApi * self)
{
  g_free (self);
}

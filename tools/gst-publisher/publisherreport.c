/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PublisherReport: see the header. */
#include "publisherreport.h"

#include <string.h>

#include "livekit/livekiturl.h"
#include "publisherallowed.h"
#include "publisherjson.h"

#define REDRAW_INTERVAL_US G_USEC_PER_SEC

struct _PublisherReport
{
  LifeLoop *loop;
  PublisherOutput *output;
  PublisherStatus *status;
  gint64 stats_us;
  gchar *server;                /* where to watch, not said yet; or NULL */

  GstElement *room;
  PublisherPipeline *pipeline;
  GSource *redraw_source;
  GSource *stats_source;
  gboolean over;                /* the end was told, and is the last word */
  gboolean stats_running;       /* the state thread reads them */
  gboolean stats_wanted;        /* they are to be reported, not only drawn */
};

typedef struct
{
  PublisherReport *report;
  GstElement *room;
  GstStructure *stats;
} StatsRequest;

PublisherReport *
publisher_report_new (LifeLoop * loop, PublisherOutput * output,
    gint64 stats_us)
{
  PublisherReport *self = g_new0 (PublisherReport, 1);
  self->loop = life_loop_ref (loop);
  self->output = output;
  self->status = publisher_status_new ();
  self->stats_us = stats_us;
  return self;
}

void
publisher_report_free (PublisherReport * self)
{
  if (!self)
    return;
  publisher_report_stop (self);
  publisher_status_free (self->status);
  g_clear_object (&self->room);
  g_free (self->server);
  life_loop_unref (self->loop);
  g_free (self);
}

static void
redraw (PublisherReport * self)
{
  if (self->over || !publisher_output_has_status (self->output))
    return;
  g_autofree gchar *line = publisher_status_dup_line (self->status,
      g_get_monotonic_time (),
      publisher_output_get_width (self->output) - 1);
  publisher_output_set_status (self->output, line);
}

/* Takes @object. */
static void
tell (PublisherReport * self, PublisherOutputLevel level, const gchar * text,
    JsonObject * object)
{
  if (self->over)
    json_object_unref (object);
  else
    publisher_output_say (self->output, level, text, object);
}

void
publisher_report_say (PublisherReport * self, PublisherOutputLevel level,
    const gchar * event, const gchar * text)
{
  JsonObject *object = publisher_json_new (event);
  json_object_set_string_member (object, "text", text);
  tell (self, level, text, object);
}

void
publisher_report_set_phase (PublisherReport * self, PublisherStatusPhase phase)
{
  publisher_status_set_phase (self->status, phase);
  redraw (self);
}

void
publisher_report_linked (PublisherReport * self, const gchar * end,
    const gchar * pad)
{
  JsonObject *object = publisher_json_new ("linked");
  json_object_set_string_member (object, "end", end);
  json_object_set_string_member (object, "pad", pad);
  g_autofree gchar *text = g_strdup_printf ("%s becomes %s", end, pad);
  tell (self, PUBLISHER_OUTPUT_DETAIL, text, object);
}

void
publisher_report_set_server (PublisherReport * self, const gchar * url)
{
  g_free (self->server);
  self->server = g_strdup (url);
}

/* Nothing for an address that is no good: joining says so. */
static void
say_watch (PublisherReport * self, const gchar * room)
{
  g_autofree gchar *server = g_steal_pointer (&self->server);
  g_autofree gchar *name = g_uri_escape_string (room, NULL, FALSE);
  g_autofree gchar *route = g_strconcat ("room/", name, NULL);
  g_autofree gchar *url = livekit_url_http (server, route, NULL, NULL);
  if (!url)
    return;
  JsonObject *object = publisher_json_new ("watch");
  json_object_set_string_member (object, "url", url);
  g_autofree gchar *text = g_strconcat ("watch: ", url, NULL);
  tell (self, PUBLISHER_OUTPUT_EVENT, text, object);
}

void
publisher_report_room (PublisherReport * self, const GstStructure * message)
{
  g_autofree gchar *text = publisher_status_take_message (self->status,
      message, g_get_monotonic_time ());
  if (!text)
    return;
  JsonObject *object = publisher_json_new (gst_structure_get_name (message) +
      strlen ("room-"));
  publisher_json_add_structure (object, message);
  tell (self, PUBLISHER_OUTPUT_EVENT, *text ? text : NULL, object);
  if (self->server && gst_structure_has_name (message, "room-joined"))
    say_watch (self, gst_structure_get_string (message, "room"));
  redraw (self);
}

void
publisher_report_allowed_users (PublisherReport * self, gchar ** users)
{
  JsonObject *object = publisher_json_new ("allowed-users");
  JsonArray *array = json_array_new ();
  for (gchar ** user = users; *user; user++)
    json_array_add_string_element (array, *user);
  json_object_set_array_member (object, "users", array);

  g_autofree gchar *list = publisher_allowed_to_text (users);
  g_autofree gchar *text = g_strdup_printf ("may subscribe: %s", list);
  tell (self, PUBLISHER_OUTPUT_EVENT, text, object);
}

void
publisher_report_stopping (PublisherReport * self, PublisherExit reason)
{
  JsonObject *object = publisher_json_new ("stopping");
  json_object_set_string_member (object, "reason",
      publisher_exit_get_nick (reason));
  tell (self, PUBLISHER_OUTPUT_EVENT, NULL, object);
  publisher_report_set_phase (self, PUBLISHER_STATUS_STOPPING);
}

void
publisher_report_ended (PublisherReport * self, PublisherExit reason,
    gint code, const gchar * text)
{
  JsonObject *object = publisher_json_new ("ended");
  json_object_set_string_member (object, "reason",
      publisher_exit_get_nick (reason));
  json_object_set_int_member (object, "exit-code", code);
  json_object_set_string_member (object, "text", text);
  tell (self, code == 0 ? PUBLISHER_OUTPUT_EVENT :
      PUBLISHER_OUTPUT_ERROR, text, object);
  self->over = TRUE;
}

static void
stats_request_free (gpointer data)
{
  StatsRequest *self = data;
  g_clear_pointer (&self->stats, gst_structure_free);
  gst_object_unref (self->room);
  g_free (self);
}

static void
take_stats (gpointer user_data)
{
  StatsRequest *request = user_data;
  PublisherReport *self = request->report;

  self->stats_running = FALSE;
  if (!request->stats)
    return;
  publisher_status_take_stats (self->status, request->stats);
  if (self->stats_wanted) {
    self->stats_wanted = FALSE;
    JsonObject *object = publisher_json_new ("stats");
    publisher_json_add_structure (object, request->stats);
    g_autofree gchar *text = publisher_status_dup_stats (self->status);
    tell (self, PUBLISHER_OUTPUT_EVENT, text, object);
  }
  redraw (self);
}

/* In the state thread, where a slow element holds up nobody else. */
static void
read_stats (GstElement * pipeline, gpointer user_data)
{
  StatsRequest *request = user_data;
  PublisherReport *self = request->report;
  StatsRequest *answer = g_new0 (StatsRequest, 1);

  answer->report = self;
  answer->room = gst_object_ref (request->room);
  g_object_get (request->room, "stats", &answer->stats, NULL);

  life_loop_post (self->loop, take_stats, answer, stats_request_free);
}

static void
request_stats (PublisherReport * self)
{
  if (self->stats_running)
    return;
  self->stats_running = TRUE;
  StatsRequest *request = g_new0 (StatsRequest, 1);
  request->report = self;
  request->room = gst_object_ref (self->room);
  publisher_pipeline_post (self->pipeline, read_stats, request,
      stats_request_free);
}

static gboolean
on_stats_due (gpointer user_data)
{
  PublisherReport *self = user_data;
  self->stats_wanted = TRUE;
  request_stats (self);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_redraw_due (gpointer user_data)
{
  PublisherReport *self = user_data;
  request_stats (self);
  redraw (self);
  return G_SOURCE_CONTINUE;
}

void
publisher_report_start (PublisherReport * self, GstElement * room,
    PublisherPipeline * pipeline)
{
  self->room = gst_object_ref (room);
  self->pipeline = pipeline;
  if (publisher_output_has_status (self->output))
    self->redraw_source = life_loop_add_timeout (self->loop,
        "publisher-redraw", REDRAW_INTERVAL_US, on_redraw_due, self, NULL);
  if (self->stats_us > 0)
    self->stats_source = life_loop_add_timeout (self->loop,
        "publisher-stats", self->stats_us, on_stats_due, self, NULL);
  redraw (self);
}

static void
remove_source (GSource ** source)
{
  if (*source)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

void
publisher_report_stop (PublisherReport * self)
{
  remove_source (&self->redraw_source);
  remove_source (&self->stats_source);
}

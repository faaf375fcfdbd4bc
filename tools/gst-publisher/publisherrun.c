/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PublisherRun: see the header.
 * One loop decides, and never blocks before the stop. Whatever may block
 * (state changes, properties of the room) runs in the pipeline's state thread,
 * whatever writes in the output's. Other threads trip the latch, or post. */
#include "publisherrun.h"

#include <signal.h>

#include "life/lifeevent.h"
#include "life/lifelatch.h"
#include "life/lifeloop.h"
#include "publisherallowed.h"
#include "publisherbus.h"
#include "publisherends.h"
#include "publisherfeed.h"
#include "publisherpipeline.h"
#include "publisherreport.h"
#include "publisherroom.h"

/* When the stop is done the loop has nothing more to do. */
#define LOOP_US (G_USEC_PER_SEC / 4)

/* Without a track for so long it is worth a word. */
#define NO_TRACK_US (10 * G_USEC_PER_SEC)

struct _PublisherRun
{
  GstElement *element;
  GstElement *room;
  gboolean own_room;
  const PublisherOptions *options;
  PublisherHost *host;          /* NULL: the server is no affair of ours */
  gint64 state_us;
  gint64 drain_us;
  gint feed_fd;                 /* -1: none */

  LifeLoop *loop;
  LifeLatch *latch;
  LifeEvent *eos;
  gboolean clean;
  gint code;                    /* after the stop */

  /* Only in the loop; ends answers to others. */
  PublisherReport *report;
  PublisherPipeline *pipeline;
  PublisherEnds *ends;
  PublisherBus *bus;
  PublisherFeed *feed;
  GSource *delay_source;
  GSource *no_track_source;
  GSource *drain_source;
};

PublisherRun *
publisher_run_new (GstElement * pipeline, GstElement * room, gboolean own,
    const PublisherOptions * options, PublisherOutput * output)
{
  PublisherRun *self = g_new0 (PublisherRun, 1);
  self->element = gst_object_ref (pipeline);
  self->room = gst_object_ref (room);
  self->own_room = own;
  self->options = options;
  self->state_us = PUBLISHER_RUN_STATE_US;
  self->drain_us = PUBLISHER_RUN_DRAIN_US;
  self->feed_fd = -1;
  self->loop = life_loop_new ("publisher");
  self->latch = life_latch_new ();
  self->eos = life_event_new ();
  self->report = publisher_report_new (self->loop, output,
      options->stats * G_USEC_PER_SEC);
  self->clean = TRUE;
  return self;
}

/* A message on the bus keeps the pipeline, and that the bus. One more time: a
 * thread that is not the pipeline's own may have been past the bus's gate when
 * it was closed. */
static void
throw_messages_away (GstElement * pipeline)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  gst_bus_set_flushing (bus, TRUE);
}

void
publisher_run_free (PublisherRun * self)
{
  if (!self || !self->clean)
    return;
  throw_messages_away (self->element);
  publisher_report_free (self->report);
  publisher_pipeline_free (self->pipeline);
  publisher_ends_free (self->ends);
  life_event_unref (self->eos);
  life_latch_unref (self->latch);
  life_loop_unref (self->loop);
  gst_object_unref (self->room);
  gst_object_unref (self->element);
  g_free (self);
}

void
publisher_run_set_deadlines (PublisherRun * self, gint64 state_us,
    gint64 drain_us)
{
  self->state_us = state_us;
  self->drain_us = drain_us;
}

void
publisher_run_set_host (PublisherRun * self, PublisherHost * host,
    const gchar * url)
{
  self->host = host;
  publisher_report_set_server (self->report, url);
}

void
publisher_run_set_feed (PublisherRun * self, gint fd)
{
  self->feed_fd = fd;
}

GMainContext *
publisher_run_get_context (PublisherRun * self)
{
  return life_loop_get_context (self->loop);
}

gboolean
publisher_run_is_clean (PublisherRun * self)
{
  return self->clean;
}

static void
remove_source (GSource ** source)
{
  if (*source)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
say_stuck (PublisherRun * self, const gchar * what, gint64 timeout_us)
{
  g_autofree gchar *text = g_strdup_printf ("%s did not stop within %.1f s and "
      "was left behind", what, (gdouble) timeout_us / G_USEC_PER_SEC);
  publisher_report_say (self->report, PUBLISHER_OUTPUT_ERROR, "stuck", text);
}

/* The one stop. NULL makes roompublish leave the room; no end of stream has to
 * go through the pipeline for that. Only then the server goes, whose room it
 * may be. */
static void
finish (gpointer user_data)
{
  PublisherRun *self = user_data;
  PublisherExit reason = life_latch_get_reason (self->latch);
  g_autofree gchar *text = life_latch_dup_detail (self->latch);
  gint code = publisher_exit_get_code (reason);

  remove_source (&self->delay_source);
  remove_source (&self->no_track_source);
  remove_source (&self->drain_source);
  publisher_report_stop (self->report);
  publisher_report_stopping (self->report, reason);
  g_clear_pointer (&self->feed, publisher_feed_free);

  if (self->pipeline)
    self->clean = publisher_pipeline_stop (self->pipeline, self->state_us);
  if (self->bus)
    publisher_bus_drain (self->bus);
  if (self->clean)
    g_clear_pointer (&self->bus, publisher_bus_free);
  else
    say_stuck (self, "the pipeline", self->state_us);
  if (self->host && !publisher_host_stop (self->host, PUBLISHER_RUN_HOST_US)) {
    self->clean = FALSE;
    say_stuck (self, "the room server", PUBLISHER_RUN_HOST_US);
  }
  if (!self->clean && code == 0)
    code = publisher_exit_get_code (PUBLISHER_EXIT_PIPELINE);
  publisher_report_ended (self->report, reason, code, text ? text : "stopped");
  self->code = code;
  life_latch_finish (self->latch);
}

gboolean
publisher_run_stop (PublisherRun * self, PublisherExit reason,
    const gchar * text)
{
  if (!life_latch_trip (self->latch, reason, text))
    return FALSE;
  life_loop_post (self->loop, finish, self, NULL);
  return TRUE;
}

static gboolean
check_drain (gpointer user_data)
{
  PublisherRun *self = user_data;
  g_autofree gchar *text = g_strdup_printf ("every stream has ended, but the "
      "pipeline did not end within %.1f s",
      (gdouble) self->drain_us / G_USEC_PER_SEC);
  publisher_run_stop (self, PUBLISHER_EXIT_PIPELINE, text);
  return G_SOURCE_REMOVE;
}

static void
take_track_end (gpointer user_data)
{
  PublisherRun *self = user_data;
  if (!life_latch_is_tripped (self->latch) && !self->drain_source
      && publisher_ends_have_ended (self->ends)) {
    publisher_report_say (self->report, PUBLISHER_OUTPUT_DETAIL, "draining",
        "every stream has ended");
    self->drain_source =
        life_loop_add_timeout (self->loop, "publisher-drain", self->drain_us,
        check_drain, self, NULL);
  }
}

/* In the streaming thread that brought the end. */
static void
on_track_ended (gint value, gpointer user_data)
{
  PublisherRun *self = user_data;
  life_loop_post (self->loop, take_track_end, self, NULL);
}

typedef struct
{
  PublisherRun *run;
  gchar *first;
  gchar *second;
} Words;

static void
words_free (gpointer data)
{
  Words *self = data;
  g_free (self->first);
  g_free (self->second);
  g_free (self);
}

static void
post_words (PublisherRun * self, LifeLoopFunc func, const gchar * first,
    const gchar * second)
{
  Words *words = g_new0 (Words, 1);
  words->run = self;
  words->first = g_strdup (first);
  words->second = g_strdup (second);
  life_loop_post (self->loop, func, words, words_free);
}

static void
take_linked (gpointer user_data)
{
  Words *words = user_data;
  PublisherRun *self = words->run;

  publisher_report_linked (self->report, words->first, words->second);
  /* More is to come after all. */
  if (!publisher_ends_have_ended (self->ends))
    remove_source (&self->drain_source);
  remove_source (&self->no_track_source);
}

/* The listener is there before any data is, let alone its end. */
static void
on_linked (const gchar * end, const gchar * pad, LifeEvent * ended,
    gpointer user_data)
{
  life_listener_unref (life_event_listen (ended, on_track_ended, user_data,
          NULL));
  post_words (user_data, take_linked, end, pad);
}

static void
take_unused (gpointer user_data)
{
  Words *words = user_data;
  publisher_report_say (words->run->report, PUBLISHER_OUTPUT_WARNING, "unused",
      words->first);
}

static void
on_unused (const gchar * text, gpointer user_data)
{
  post_words (user_data, take_unused, text, NULL);
}

static void
on_ends_failed (const gchar * text, gpointer user_data)
{
  publisher_run_stop (user_data, PUBLISHER_EXIT_BAD_PIPELINE, text);
}

static gchar *
dup_complaint (PublisherRun * self)
{
  return self->own_room ? NULL : publisher_ends_dup_complaint (self->ends);
}

/* The pipeline has sent everything; or it had nothing that could be sent. */
static void
on_end_of_streams (gint value, gpointer user_data)
{
  PublisherRun *self = user_data;
  g_autofree gchar *complaint = dup_complaint (self);
  if (complaint)
    publisher_run_stop (self, PUBLISHER_EXIT_BAD_PIPELINE, complaint);
  else
    publisher_run_stop (self, PUBLISHER_EXIT_EOS, "every stream has ended");
}

static void
on_eos (gpointer user_data)
{
  PublisherRun *self = user_data;
  life_event_fire (self->eos, 0);
}

/* Data that found no way out, in a pipeline without a track: then the ends are
 * what is wrong. */
static void
on_bus_failed (PublisherExit reason, const gchar * text, gboolean no_way_out,
    gpointer user_data)
{
  PublisherRun *self = user_data;
  g_autofree gchar *complaint = no_way_out ? dup_complaint (self) : NULL;
  if (complaint) {
    g_autofree gchar *both = g_strdup_printf ("%s\n  %s", complaint, text);
    publisher_run_stop (self, PUBLISHER_EXIT_BAD_PIPELINE, both);
  } else {
    publisher_run_stop (self, reason, text);
  }
}

static void
on_room_message (const GstStructure * message, gpointer user_data)
{
  PublisherRun *self = user_data;
  publisher_report_room (self->report, message);
}

static void
on_text (PublisherOutputLevel level, const gchar * event, const gchar * text,
    gpointer user_data)
{
  PublisherRun *self = user_data;
  publisher_report_say (self->report, level, event, text);
}

static void
on_buffered (gboolean enough, gpointer user_data)
{
  PublisherRun *self = user_data;
  if (enough)
    publisher_pipeline_resume (self->pipeline);
  else
    publisher_pipeline_pause (self->pipeline);
}

static void
recalculate_latency (GstElement * pipeline, gpointer user_data)
{
  gst_bin_recalculate_latency (GST_BIN (pipeline));
}

static void
on_latency (gpointer user_data)
{
  PublisherRun *self = user_data;
  publisher_pipeline_post (self->pipeline, recalculate_latency, NULL, NULL);
}

static void
on_clock_lost (gpointer user_data)
{
  PublisherRun *self = user_data;
  publisher_pipeline_pause (self->pipeline);
  publisher_pipeline_resume (self->pipeline);
}

static const PublisherEndsFuncs ends_funcs = {
  .linked = on_linked,
  .unused = on_unused,
  .failed = on_ends_failed,
};

static const PublisherBusFuncs bus_funcs = {
  .failed = on_bus_failed,
  .eos = on_eos,
  .room = on_room_message,
  .text = on_text,
  .buffered = on_buffered,
  .latency = on_latency,
  .clock_lost = on_clock_lost,
};

typedef struct
{
  GstElement *room;
  gchar **users;
} AllowedRequest;

static void
allowed_request_free (gpointer data)
{
  AllowedRequest *self = data;
  gst_object_unref (self->room);
  g_strfreev (self->users);
  g_free (self);
}

static void
apply_allowed_users (GstElement * pipeline, gpointer user_data)
{
  AllowedRequest *request = user_data;
  publisher_room_set_allowed_users (request->room, request->users);
}

static void
on_users (gchar ** users, gpointer user_data)
{
  PublisherRun *self = user_data;
  AllowedRequest *request = g_new0 (AllowedRequest, 1);
  request->room = gst_object_ref (self->room);
  request->users = g_strdupv (users);
  publisher_report_allowed_users (self->report, users);
  publisher_pipeline_post (self->pipeline, apply_allowed_users, request,
      allowed_request_free);
}

static void
on_line_refused (const gchar * text, gpointer user_data)
{
  PublisherRun *self = user_data;
  publisher_report_say (self->report, PUBLISHER_OUTPUT_WARNING, "warning",
      text);
}

/* A list that cannot be read changes nothing: neither all nor none may come in
 * by mistake. */
static void
reload_allowed_users (PublisherRun * self)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) users =
      publisher_allowed_read (self->options->allowed_users_file, &error);
  if (users) {
    on_users (users, self);
    return;
  }
  g_autofree gchar *text =
      g_strdup_printf ("the list of users stays as it is: %s", error->message);
  publisher_report_say (self->report, PUBLISHER_OUTPUT_WARNING, "warning",
      text);
}

void
publisher_run_take_signal (PublisherRun * self, gint number)
{
  if (number == SIGHUP && self->options->allowed_users_file) {
    reload_allowed_users (self);
    return;
  }
  publisher_run_stop (self, PUBLISHER_EXIT_SIGNAL,
      number == SIGINT ? "stopped by SIGINT" :
      number == SIGTERM ? "stopped by SIGTERM" :
      number == SIGQUIT ? "stopped by SIGQUIT" : "stopped by SIGHUP");
}

/* In the state thread. What an element has said about it came first. */
static void
on_start_failed (GstElement * pipeline, gpointer user_data)
{
  publisher_run_stop (user_data, PUBLISHER_EXIT_PIPELINE,
      "the pipeline cannot be started");
}

static gboolean
warn_no_track (gpointer user_data)
{
  PublisherRun *self = user_data;
  publisher_report_say (self->report, PUBLISHER_OUTPUT_WARNING, "no-track",
      "the pipeline runs, but nothing that could be published has come yet");
  return G_SOURCE_REMOVE;
}

/* The room is joined in a thread of its own from READY to PAUSED on: nothing
 * waits for it here, and it waits for nothing. */
static gboolean
start (gpointer user_data)
{
  PublisherRun *self = user_data;

  publisher_report_set_phase (self->report, PUBLISHER_STATUS_STARTING);
  if (publisher_ends_get_count (self->ends) == 0)
    self->no_track_source = life_loop_add_timeout (self->loop,
        "publisher-no-track", NO_TRACK_US, warn_no_track, self, NULL);
  publisher_report_start (self->report, self->room, self->pipeline);
  publisher_pipeline_start (self->pipeline, on_start_failed, self);
  return G_SOURCE_REMOVE;
}

/* Everything that may end the run listens before the pipeline is started. */
static gboolean
prepare (PublisherRun * self)
{
  g_autoptr (GError) error = NULL;
  static const PublisherFeedFuncs feed_funcs = { on_users, on_line_refused };

  /* What is posted on the way down is read after it. */
  if (GST_IS_PIPELINE (self->element))
    gst_pipeline_set_auto_flush_bus (GST_PIPELINE (self->element), FALSE);
  life_listener_unref (life_event_listen (self->eos, on_end_of_streams, self,
          NULL));
  self->ends = publisher_ends_new (GST_BIN (self->element), self->room,
      (const gchar * const *) self->options->track_names,
      self->options->video_source, &ends_funcs, self);
  self->bus = publisher_bus_new (self->element,
      life_loop_get_context (self->loop), &bus_funcs, self);
  gboolean found = self->own_room ?
      publisher_ends_adopt (self->ends, &error) :
      publisher_ends_find (self->ends, &error);
  if (!found) {
    publisher_run_stop (self, PUBLISHER_EXIT_BAD_PIPELINE, error->message);
    return FALSE;
  }
  self->pipeline = publisher_pipeline_new (self->element, &error);
  if (!self->pipeline) {
    publisher_run_stop (self, PUBLISHER_EXIT_PIPELINE, error->message);
    return FALSE;
  }
  if (self->feed_fd >= 0)
    self->feed =
        publisher_feed_new (life_loop_get_context (self->loop), self->feed_fd,
        &feed_funcs, self);
  return TRUE;
}

static void
begin (gpointer user_data)
{
  PublisherRun *self = user_data;
  gint64 delay = self->options->delay * G_USEC_PER_SEC;

  if (life_latch_is_tripped (self->latch) || !prepare (self))
    return;
  if (delay > 0) {
    publisher_report_set_phase (self->report, PUBLISHER_STATUS_WAITING);
    self->delay_source = life_loop_add_timeout (self->loop,
        "publisher-delay", delay, start, self, NULL);
  } else {
    start (self);
  }
}

gint
publisher_run_exec (PublisherRun * self)
{
  g_autoptr (GError) error = NULL;
  if (!life_loop_start (self->loop, &error)) {
    publisher_report_say (self->report, PUBLISHER_OUTPUT_ERROR, "error",
        error->message);
    return publisher_exit_get_code (PUBLISHER_EXIT_PIPELINE);
  }
  life_loop_post (self->loop, begin, self, NULL);
  /* As long as the publication lasts. */
  while (!life_latch_wait (self->latch, G_MAXINT64));
  self->clean &= life_loop_stop (self->loop, LOOP_US);
  return self->code;
}

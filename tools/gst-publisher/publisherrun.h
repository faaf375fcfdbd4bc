/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PublisherRun: the life of one publication, from start to the one stop.
 * The pipeline is started at once and joins the room beside its own start. End
 * of stream, errors, signals, the room's end and publisher_run_stop() all lead
 * to the same stop; the first reason is the one that is reported. */
#pragma once

#include <gst/gst.h>

#include "publisherexit.h"
#include "publisherhost.h"
#include "publisheroptions.h"
#include "publisheroutput.h"

typedef struct _PublisherRun PublisherRun;

/* How long each step of a stop may take: the pipeline on its way to NULL, the
 * room server of this process, the loop (0.25 s), and the last lines of output,
 * for which main() waits. No stop takes longer than the sum, 6.75 s; without
 * such a server 4.75 s. */
#define PUBLISHER_RUN_STATE_US (4 * G_USEC_PER_SEC)
#define PUBLISHER_RUN_HOST_US (2 * G_USEC_PER_SEC)
#define PUBLISHER_RUN_OUTPUT_US (G_USEC_PER_SEC / 2)

/* How long the pipeline may go on after the last stream has ended. */
#define PUBLISHER_RUN_DRAIN_US (10 * G_USEC_PER_SEC)

/* @room is the roompublish within @pipeline; @own tells that it came with the
 * description. @options and @output outlive the run. */
PublisherRun *publisher_run_new (GstElement *pipeline, GstElement *room,
    gboolean own, const PublisherOptions *options, PublisherOutput *output);

/* Frees everything, unless a stop has left something behind that still uses
 * it. */
void publisher_run_free (PublisherRun *self);

/* Shortens the deadlines, for tests. */
void publisher_run_set_deadlines (PublisherRun *self, gint64 state_us,
    gint64 drain_us);

/* Before exec. @host (may be NULL) is stopped after the pipeline, and outlives
 * the run; rooms can be watched at @url (may be NULL). */
void publisher_run_set_host (PublisherRun *self, PublisherHost *host,
    const gchar *url);

/* Lines of @fd are lists of allowed users. Before exec. */
void publisher_run_set_feed (PublisherRun *self, gint fd);

/* Runs until stopped, and waits for it; the exit code. Once. */
gint publisher_run_exec (PublisherRun *self);

/* Asks for the stop, from any thread and at any time. TRUE for the one call
 * that won; @text (may be NULL) is what happened, in words. */
gboolean publisher_run_stop (PublisherRun *self, PublisherExit reason,
    const gchar *text);

/* SIGHUP and such; in the loop. */
void publisher_run_take_signal (PublisherRun *self, gint number);

/* The context of the loop. */
GMainContext *publisher_run_get_context (PublisherRun *self);

/* FALSE when the stop has left a thread behind: then only _exit() is left. */
gboolean publisher_run_is_clean (PublisherRun *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PublisherRun, publisher_run_free)

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PublisherReport: says what happens in a run, and keeps the status line.
 * It joins what is known (PublisherStatus) with what is read
 * (PublisherOutput), and asks the room for its statistics. It belongs to its
 * loop and never blocks it. */
#pragma once

#include <gst/gst.h>

#include "life/lifeloop.h"
#include "publisherexit.h"
#include "publisheroutput.h"
#include "publisherpipeline.h"
#include "publisherstatus.h"

typedef struct _PublisherReport PublisherReport;

/* @output outlives the report. @stats_us: how often statistics are reported;
 * 0: never. */
PublisherReport *publisher_report_new (LifeLoop *loop,
    PublisherOutput *output, gint64 stats_us);
void publisher_report_free (PublisherReport *self);

/* An event that consists of its text. */
void publisher_report_say (PublisherReport *self, PublisherOutputLevel level,
    const gchar *event, const gchar *text);

void publisher_report_set_phase (PublisherReport *self,
    PublisherStatusPhase phase);

/* @url: of a server that shows its rooms in a browser. Where to watch is said
 * once, when a room is joined. */
void publisher_report_set_server (PublisherReport *self, const gchar *url);

/* An end of the pipeline feeds a pad of the room. */
void publisher_report_linked (PublisherReport *self, const gchar *end,
    const gchar *pad);

/* An element message of the room. */
void publisher_report_room (PublisherReport *self,
    const GstStructure *message);

void publisher_report_allowed_users (PublisherReport *self, gchar **users);

/* The stop begins: the phase, and for programs an event. */
void publisher_report_stopping (PublisherReport *self, PublisherExit reason);

/* Why the run has ended, and with which exit code. */
void publisher_report_ended (PublisherReport *self, PublisherExit reason,
    gint code, const gchar *text);

/* From now on the statistics of @room are read, in the state thread of
 * @pipeline. */
void publisher_report_start (PublisherReport *self, GstElement *room,
    PublisherPipeline *pipeline);
/* No timer any more. */
void publisher_report_stop (PublisherReport *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PublisherReport, publisher_report_free)

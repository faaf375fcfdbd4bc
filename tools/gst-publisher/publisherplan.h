/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PublisherPlan: what is published and where: the pipeline, its roompublish and
 * the server, brought together before anything is started. */
#pragma once

#include <gst/gst.h>

#include "publisherexit.h"
#include "publisherhost.h"
#include "publisheroptions.h"

typedef struct _PublisherPlan PublisherPlan;

/* Begins to look for a server on this machine, if one may be needed. @options
 * outlive the plan. */
PublisherPlan *publisher_plan_new (PublisherOptions *options,
    gchar **environ);
/* After a run in time, or without one. A room server that was not stopped is
 * left to end with the process. */
void publisher_plan_free (PublisherPlan *self);

/* Makes the pipeline, finds its room or adds @prepared (see PublisherRoom), and
 * tells it the options, filled from @environ and from the server that there is.
 * FALSE with @error, and @reason for the exit code. Once. */
gboolean publisher_plan_make (PublisherPlan *self, GstElement *prepared,
    gchar **environ, PublisherExit *reason, GError **error);

/* All of it borrowed. */
GstElement *publisher_plan_get_pipeline (PublisherPlan *self);
GstElement *publisher_plan_get_room (PublisherPlan *self);
/* The room came with the pipeline. */
gboolean publisher_plan_is_own_room (PublisherPlan *self);
/* NULL: a server is named. */
PublisherHost *publisher_plan_get_host (PublisherPlan *self);
/* Of a server that shows its rooms in a browser; NULL: not known. */
const gchar *publisher_plan_get_watch (PublisherPlan *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PublisherPlan, publisher_plan_free)

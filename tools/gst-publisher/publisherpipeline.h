/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PublisherPipeline: a pipeline and the one thread that changes its state.
 * A state change may block for as long as an element likes; here it blocks
 * nobody else, and the stop has a deadline. */
#pragma once

#include <gst/gst.h>

typedef struct _PublisherPipeline PublisherPipeline;

/* In the state thread. */
typedef void (*PublisherPipelineFunc) (GstElement *pipeline,
    gpointer user_data);

/* Takes a reference. Fails when the system gives no thread. */
PublisherPipeline *publisher_pipeline_new (GstElement *pipeline,
    GError **error);

/* After a stop in time, or without a start. */
void publisher_pipeline_free (PublisherPipeline *self);

/* Goes to PLAYING; @failed is called when an element refuses. Returns at
 * once. */
void publisher_pipeline_start (PublisherPipeline *self,
    PublisherPipelineFunc failed, gpointer user_data);

/* Runs @func between two state changes, unless the stop comes first. @destroy
 * (may be NULL) is called in any case. Any thread. */
void publisher_pipeline_post (PublisherPipeline *self,
    PublisherPipelineFunc func, gpointer user_data, GDestroyNotify destroy);

/* While data is being buffered or the clock has to be chosen again; nothing
 * when the stop has begun. Any thread. */
void publisher_pipeline_pause (PublisherPipeline *self);
void publisher_pipeline_resume (PublisherPipeline *self);

/* Goes to NULL and ends the thread. FALSE when this took longer than
 * @timeout_us; then an element hangs, the pipeline may be neither touched nor
 * freed, and the process had better exit. */
gboolean publisher_pipeline_stop (PublisherPipeline *self, gint64 timeout_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PublisherPipeline, publisher_pipeline_free)

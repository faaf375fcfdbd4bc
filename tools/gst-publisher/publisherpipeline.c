/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PublisherPipeline: see the header. */
#include "publisherpipeline.h"

#include "life/lifeloop.h"

struct _PublisherPipeline
{
  GstElement *pipeline;
  LifeLoop *loop;
  gint stopping;                /* atomic: nothing but NULL any more */

  PublisherPipelineFunc failed;
  gpointer failed_data;
};

typedef struct
{
  PublisherPipeline *pipeline;
  PublisherPipelineFunc func;
  gpointer user_data;
  GDestroyNotify destroy;
} Task;

PublisherPipeline *
publisher_pipeline_new (GstElement * pipeline, GError ** error)
{
  g_autoptr (LifeLoop) loop = life_loop_new ("publisher-state");
  if (!life_loop_start (loop, error))
    return NULL;

  PublisherPipeline *self = g_new0 (PublisherPipeline, 1);
  self->pipeline = gst_object_ref (pipeline);
  self->loop = g_steal_pointer (&loop);
  return self;
}

void
publisher_pipeline_free (PublisherPipeline * self)
{
  if (!self)
    return;
  life_loop_stop (self->loop, G_USEC_PER_SEC);
  life_loop_unref (self->loop);
  gst_object_unref (self->pipeline);
  g_free (self);
}

static void
run_task (gpointer user_data)
{
  Task *task = user_data;
  if (!g_atomic_int_get (&task->pipeline->stopping))
    task->func (task->pipeline->pipeline, task->user_data);
}

static void
task_free (gpointer data)
{
  Task *task = data;
  if (task->destroy)
    task->destroy (task->user_data);
  g_free (task);
}

void
publisher_pipeline_post (PublisherPipeline * self, PublisherPipelineFunc func,
    gpointer user_data, GDestroyNotify destroy)
{
  Task *task = g_new0 (Task, 1);
  task->pipeline = self;
  task->func = func;
  task->user_data = user_data;
  task->destroy = destroy;
  life_loop_post (self->loop, run_task, task, task_free);
}

static void
play (GstElement * pipeline, gpointer user_data)
{
  PublisherPipeline *self = user_data;
  if (gst_element_set_state (pipeline, GST_STATE_PLAYING) ==
      GST_STATE_CHANGE_FAILURE)
    self->failed (pipeline, self->failed_data);
}

void
publisher_pipeline_start (PublisherPipeline * self,
    PublisherPipelineFunc failed, gpointer user_data)
{
  self->failed = failed;
  self->failed_data = user_data;
  publisher_pipeline_post (self, play, self, NULL);
}

/* An element that cannot pause says so on the bus. */
static void
change_state (GstElement * pipeline, gpointer user_data)
{
  gst_element_set_state (pipeline, GPOINTER_TO_INT (user_data));
}

void
publisher_pipeline_pause (PublisherPipeline * self)
{
  publisher_pipeline_post (self, change_state,
      GINT_TO_POINTER (GST_STATE_PAUSED), NULL);
}

void
publisher_pipeline_resume (PublisherPipeline * self)
{
  publisher_pipeline_post (self, change_state,
      GINT_TO_POINTER (GST_STATE_PLAYING), NULL);
}

static void
go_to_null (gpointer user_data)
{
  PublisherPipeline *self = user_data;
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
}

gboolean
publisher_pipeline_stop (PublisherPipeline * self, gint64 timeout_us)
{
  g_atomic_int_set (&self->stopping, TRUE);
  life_loop_post (self->loop, go_to_null, self, NULL);
  return life_loop_stop (self->loop, timeout_us);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerRecording: the consumer's thread writes; after its end the stop's
 * thread writes the rest. */
#include "serverrecording.h"

#include "life/lifelatch.h"
#include "life/lifelock.h"
#include "serverdebug.h"
#include "servermuxer.h"
#include "serverrecordfile.h"
#include "serverreorder.h"
#include "servertimeline.h"

/* What may wait for the disk. */
#define MAX_WAITING_BYTES (16 * 1024 * 1024)
#define MAX_WAITING_TIME (3 * G_TIME_SPAN_SECOND)

/* How long the end waits for what is still to be written, and then for a write
 * that is under way. */
#define WRITE_TIME (10 * G_TIME_SPAN_SECOND)

struct _ServerRecording
{
  LifeLoop *loop;
  ServerFan *fan;
  gint folder_fd;
  gchar *name;
  ServerRecordingFuncs funcs;
  gpointer user_data;
  LifeLatch *latch;             /* tripped by stop, finished by its thread */
  ServerConsumer *consumer;

  /* The consumer's thread's, and after it the stop's. */
  ServerReorder *reorder;
  ServerTimeline timeline;
  ServerRecordFile *file;       /* NULL: nothing was written yet */
  ServerMuxer *muxer;
  GError *error;                /* nothing more can be written */

  LifeLock lock;                /* guards thread */
  GThread *thread;
};

/* What is told to the loop. */
typedef struct
{
  ServerRecording *recording;
  gchar *file;
  GError *error;
} News;

ServerRecording *
server_recording_ref (ServerRecording * self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  ServerRecording *self = data;

  g_clear_pointer (&self->thread, g_thread_unref);
  g_clear_pointer (&self->muxer, server_muxer_free);
  g_clear_pointer (&self->file, server_record_file_free);
  server_reorder_free (self->reorder);
  g_clear_error (&self->error);
  life_latch_unref (self->latch);
  life_lock_clear (&self->lock);
  server_fan_unref (self->fan);
  life_loop_unref (self->loop);
  g_free (self->name);
}

void
server_recording_unref (ServerRecording * self)
{
  g_atomic_rc_box_release_full (self, clear);
}

static void
news_free (gpointer data)
{
  News *news = data;

  server_recording_unref (news->recording);
  g_free (news->file);
  g_clear_error (&news->error);
  g_free (news);
}

static void
post_news (ServerRecording * self, LifeLoopFunc func, GError * error)
{
  News *news = g_new0 (News, 1);

  news->recording = server_recording_ref (self);
  if (self->file != NULL)
    news->file = g_strdup (server_record_file_get_name (self->file));
  news->error = error;
  life_loop_post (self->loop, func, news, news_free);
}

static void
tell_begun (gpointer data)
{
  News *news = data;
  ServerRecording *self = news->recording;

  self->funcs.begun (self, news->file, self->user_data);
}

static void
tell_ended (gpointer data)
{
  News *news = data;
  ServerRecording *self = news->recording;

  self->funcs.ended (self, news->file, news->error, self->user_data);
}

static gboolean
open_file (ServerRecording * self)
{
  self->file = server_record_file_new (self->folder_fd, self->name,
      g_get_real_time (), &self->error);
  if (self->file == NULL)
    return FALSE;
  self->muxer = server_muxer_new (server_fan_get_codec (self->fan),
      server_record_file_get_fd (self->file), &self->error);
  if (self->muxer == NULL)
    return FALSE;
  post_news (self, tell_begun, NULL);
  return TRUE;
}

static gboolean
write_item (ServerRecording * self, const ServerReorderItem * item)
{
  GST_BUFFER_PTS (item->buffer) =
      server_timeline_get (&self->timeline, item->timestamp, item->arrival);
  if (item->gap)
    server_fan_ask_key_frame (self->fan, g_get_monotonic_time ());
  if (self->muxer == NULL && !open_file (self)) {
    gst_buffer_unref (item->buffer);
    return FALSE;
  }
  return server_muxer_push (self->muxer, item->buffer, &self->error);
}

/* FALSE: the error is set. */
static gboolean
write_ready (ServerRecording * self, gint64 now)
{
  ServerReorderItem item;

  while (server_reorder_take (self->reorder, &item, now)) {
    if (!write_item (self, &item))
      return FALSE;
  }
  return TRUE;
}

static void
give_up (gpointer data)
{
  server_recording_stop (data);
}

static gboolean
deliver (GstBufferList * packets, gpointer data)
{
  ServerRecording *self = data;
  gint64 now = g_get_monotonic_time ();

  for (guint i = 0; i < gst_buffer_list_length (packets); i++)
    server_reorder_push (self->reorder,
        gst_buffer_ref (gst_buffer_list_get (packets, i)), now);
  gst_buffer_list_unref (packets);
  if (write_ready (self, now))
    return TRUE;
  life_loop_post (self->loop, give_up, server_recording_ref (self),
      (GDestroyNotify) server_recording_unref);
  return FALSE;
}

static ServerConsumer *
add_consumer (ServerRecording * self, GError ** error)
{
  static const ServerConsumerFuncs consumer_funcs = {
    deliver, (GDestroyNotify) server_recording_unref,
  };
  ServerConsumerConfig config = {.name = "room-recording",
    .pt = server_fan_get_codec (self->fan)->pt,
    .ssrc = 1,
    .max_bytes = MAX_WAITING_BYTES,.max_time_us = MAX_WAITING_TIME,
  };

  return server_fan_add_consumer (self->fan, &config, &consumer_funcs,
      server_recording_ref (self), error);
}

ServerRecording *
server_recording_new (LifeLoop * loop, ServerFan * fan, gint folder_fd,
    const gchar * name, const ServerRecordingFuncs * funcs, gpointer user_data,
    GError ** error)
{
  g_autoptr (ServerRecording) self = g_atomic_rc_box_new0 (ServerRecording);

  self->loop = life_loop_ref (loop);
  self->fan = server_fan_ref (fan);
  self->folder_fd = folder_fd;
  self->name = g_strdup (name);
  self->funcs = *funcs;
  self->user_data = user_data;
  self->latch = life_latch_new ();
  self->reorder = server_reorder_new ();
  server_timeline_init (&self->timeline,
      server_fan_get_codec (fan)->clock_rate);
  life_lock_init (&self->lock);
  self->consumer = add_consumer (self, error);
  return self->consumer != NULL ? g_steal_pointer (&self) : NULL;
}

ServerFan *
server_recording_get_fan (ServerRecording * self)
{
  return self->fan;
}

static void
finish_file (ServerRecording * self)
{
  if (self->error == NULL)
    write_ready (self, G_MAXINT64);
  if (self->error == NULL && self->muxer != NULL)
    server_muxer_finish (self->muxer, &self->error);
  g_clear_pointer (&self->muxer, server_muxer_free);
  if (self->error == NULL && self->file != NULL)
    server_record_file_finish (self->file, &self->error);
  post_news (self, tell_ended, g_steal_pointer (&self->error));
  g_clear_pointer (&self->file, server_record_file_free);
}

/* All of the file is still the consumer's, who goes when the disk lets him. */
static void
leave_file (ServerRecording * self)
{
  News *news = g_new0 (News, 1);

  news->recording = server_recording_ref (self);
  news->error = g_error_new (G_FILE_ERROR, G_FILE_ERROR_IO,
      "%s: the disk does not answer", self->name);
  life_loop_post (self->loop, tell_ended, news, news_free);
}

static gpointer
run_stop (gpointer data)
{
  ServerRecording *self = data;

  if (server_consumer_wait (self->consumer, WRITE_TIME)
      || server_consumer_stop (self->consumer, WRITE_TIME))
    finish_file (self);
  else
    leave_file (self);
  g_clear_pointer (&self->consumer, server_consumer_unref);
  life_latch_finish (self->latch);
  server_recording_unref (self);
  return NULL;
}

void
server_recording_stop (ServerRecording * self)
{
  if (!life_latch_trip (self->latch, 1, NULL))
    return;
  server_consumer_finish (self->consumer);
  life_lock_lock (&self->lock);
  self->thread = g_thread_try_new ("room-recording-stop", run_stop,
      server_recording_ref (self), NULL);
  gboolean begun = self->thread != NULL;
  life_lock_unlock (&self->lock);
  /* Without a thread the loop has to wait for it. */
  if (!begun)
    run_stop (self);
}

gboolean
server_recording_wait (ServerRecording * self, gint64 end_time)
{
  if (!life_latch_wait (self->latch, end_time))
    return FALSE;
  life_lock_lock (&self->lock);
  GThread *thread = g_steal_pointer (&self->thread);
  life_lock_unlock (&self->lock);
  if (thread != NULL)
    g_thread_join (thread);
  return TRUE;
}

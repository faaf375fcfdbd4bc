/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "serverrecorder.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "life/lifelock.h"
#include "servermuxer.h"
#include "serverrecordfile.h"
#include "serverrecording.h"

struct _ServerRecorder
{
  LifeLoop *loop;
  gchar *folder;
  gint folder_fd;
  ServerRecorderFuncs funcs;
  gpointer user_data;

  /* The loop's. */
  gboolean stopped;
  gboolean troubled;            /* and told so */
  GHashTable *refused;          /* of ServerCodec that was told about */

  LifeLock lock;                /* guards recordings */
  GPtrArray *recordings;        /* of ServerRecording: not ended yet */
};

static gint
open_folder (const gchar * folder, GError ** error)
{
  gint fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  /* Root may write everywhere, but not on what is mounted read-only. */
  if (fd >= 0 && faccessat (fd, ".", W_OK | X_OK, AT_EACCESS) == 0)
    return fd;
  gint code = errno;
  if (fd >= 0)
    close (fd);
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (code),
      "cannot record into %s: %s", folder, g_strerror (code));
  return -1;
}

ServerRecorder *
server_recorder_new (LifeLoop * loop, const gchar * folder,
    const ServerRecorderFuncs * funcs, gpointer user_data, GError ** error)
{
  gint fd = open_folder (folder, error);

  if (fd < 0)
    return NULL;
  ServerRecorder *self = g_new0 (ServerRecorder, 1);
  self->loop = life_loop_ref (loop);
  self->folder = g_strdup (folder);
  self->folder_fd = fd;
  self->funcs = *funcs;
  self->user_data = user_data;
  self->refused = g_hash_table_new (NULL, NULL);
  self->recordings = g_ptr_array_new_with_free_func (
      (GDestroyNotify) server_recording_unref);
  life_lock_init (&self->lock);
  return self;
}

void
server_recorder_free (ServerRecorder * self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->refused);
  g_ptr_array_unref (self->recordings);
  life_lock_clear (&self->lock);
  close (self->folder_fd);
  g_free (self->folder);
  life_loop_unref (self->loop);
  g_free (self);
}

/* Takes @text. */
static void
tell_trouble (ServerRecorder * self, gchar * text)
{
  if (!self->troubled)
    self->funcs.failed (text, self->user_data);
  self->troubled = TRUE;
  g_free (text);
}

static void
on_begun (ServerRecording * recording, const gchar * file, gpointer data)
{
  ServerRecorder *self = data;
  g_autofree gchar *path = g_build_filename (self->folder, file, NULL);

  self->funcs.begun (path, self->user_data);
}

static void
on_ended (ServerRecording * recording, const gchar * file, const GError * error,
    gpointer data)
{
  ServerRecorder *self = data;

  if (error != NULL) {
    tell_trouble (self, g_strdup_printf ("recording into %s has failed: %s",
            self->folder, error->message));
  } else if (file != NULL) {
    g_autofree gchar *path = g_build_filename (self->folder, file, NULL);
    self->troubled = FALSE;
    self->funcs.finished (path, self->user_data);
  }
  /* The last: it may be what holds it. */
  g_autoptr (ServerRecording) held = server_recording_ref (recording);
  LIFE_LOCK_HOLD (&self->lock);
  g_ptr_array_remove_fast (self->recordings, recording);
}

/* Once for a codec. */
static void
refuse (ServerRecorder * self, const ServerCodec * codec)
{
  if (!g_hash_table_add (self->refused, (gpointer) codec))
    return;
  g_autofree gchar *text = g_strdup_printf ("%s is not recorded: GStreamer has "
      "no depayloader for it here", codec->name);
  self->funcs.failed (text, self->user_data);
}

void
server_recorder_begin (ServerRecorder * self, const gchar * room,
    const gchar * identity, const gchar * track, ServerFan * fan)
{
  static const ServerRecordingFuncs recording_funcs = { on_begun, on_ended };
  g_autoptr (GError) error = NULL;

  if (self->stopped)
    return;
  server_recorder_end (self, fan);
  if (!server_muxer_takes (server_fan_get_codec (fan))) {
    refuse (self, server_fan_get_codec (fan));
    return;
  }
  g_autofree gchar *name = server_record_file_make_name (room, identity, track);
  ServerRecording *recording = server_recording_new (self->loop, fan,
      self->folder_fd, name, &recording_funcs, self, &error);
  if (recording == NULL) {
    tell_trouble (self, g_strdup_printf ("%s is not recorded: %s", name,
            error->message));
    return;
  }
  LIFE_LOCK_HOLD (&self->lock);
  g_ptr_array_add (self->recordings, recording);
}

/* What is done with each of them is done without the lock. */
static GPtrArray *
copy_recordings (ServerRecorder * self)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func (
      (GDestroyNotify) server_recording_unref);
  LIFE_LOCK_HOLD (&self->lock);

  for (guint i = 0; i < self->recordings->len; i++)
    g_ptr_array_add (copy,
        server_recording_ref (g_ptr_array_index (self->recordings, i)));
  return copy;
}

void
server_recorder_end (ServerRecorder * self, ServerFan * fan)
{
  g_autoptr (GPtrArray) recordings = copy_recordings (self);

  for (guint i = 0; i < recordings->len; i++) {
    ServerRecording *recording = g_ptr_array_index (recordings, i);
    if (server_recording_get_fan (recording) == fan)
      server_recording_stop (recording);
  }
}

void
server_recorder_stop (ServerRecorder * self)
{
  g_autoptr (GPtrArray) recordings = copy_recordings (self);

  self->stopped = TRUE;
  for (guint i = 0; i < recordings->len; i++)
    server_recording_stop (g_ptr_array_index (recordings, i));
}

guint
server_recorder_wait (ServerRecorder * self, gint64 end_time)
{
  g_autoptr (GPtrArray) recordings = copy_recordings (self);
  guint left = 0;

  for (guint i = 0; i < recordings->len; i++) {
    if (!server_recording_wait (g_ptr_array_index (recordings, i), end_time))
      left++;
  }
  return left;
}

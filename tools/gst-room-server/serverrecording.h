/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerRecording: one track on its way into one file, from a ServerFan's first
 * packet on until it is stopped. A disk that is too slow costs frames, never
 * memory nor anybody else's time. In the loop, where nothing else is said. */
#pragma once

#include "life/lifeloop.h"
#include "serverfan.h"

typedef struct _ServerRecording ServerRecording;

/* Both come in the loop, each at most once. */
typedef struct {
  void (*begun) (ServerRecording *recording, const gchar *file,
      gpointer user_data);
  /* The last. @file: what it is called now; NULL: nothing came that could be
   * written. @error: it is not whole. */
  void (*ended) (ServerRecording *recording, const gchar *file,
      const GError *error, gpointer user_data);
} ServerRecordingFuncs;

/* Into the folder @folder_fd, under @name, as ServerRecordFile makes it. NULL
 * with @error: there is no thread for it. */
ServerRecording *server_recording_new (LifeLoop *loop, ServerFan *fan,
    gint folder_fd, const gchar *name, const ServerRecordingFuncs *funcs,
    gpointer user_data, GError **error);
ServerRecording *server_recording_ref (ServerRecording *self);
void server_recording_unref (ServerRecording *self);

ServerFan *server_recording_get_fan (ServerRecording *self);

/* Begins the end, once: the file is finished in a thread of its own. It does
 * so by itself when nothing more can be written. */
void server_recording_stop (ServerRecording *self);
/* Any thread but the loop's: waits for that end. FALSE after @end_time. */
gboolean server_recording_wait (ServerRecording *self, gint64 end_time);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServerRecording, server_recording_unref)

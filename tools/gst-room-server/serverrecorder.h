/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerRecorder: keeps each published track in a file of its own, all in one
 * folder. It is told of tracks, decides nothing about them, and its trouble is
 * nobody else's. In the loop, where nothing else is said. */
#pragma once

#include "life/lifeloop.h"
#include "serverfan.h"

typedef struct _ServerRecorder ServerRecorder;

/* All come in the loop; @file with its folder. */
typedef struct {
  void (*begun) (const gchar *file, gpointer user_data);
  /* It is whole, and called so from now on. */
  void (*finished) (const gchar *file, gpointer user_data);
  /* Something is not recorded. The same trouble is told once, until a file is
   * whole again. */
  void (*failed) (const gchar *text, gpointer user_data);
} ServerRecorderFuncs;

/* NULL with @error (G_FILE_ERROR): nothing can be written to @folder. */
ServerRecorder *server_recorder_new (LifeLoop *loop, const gchar *folder,
    const ServerRecorderFuncs *funcs, gpointer user_data, GError **error);
/* When all is over: after the wait, and when the loop tells nothing more. */
void server_recorder_free (ServerRecorder *self);

/* A publisher begins to feed @fan: a new file. */
void server_recorder_begin (ServerRecorder *self, const gchar *room,
    const gchar *identity, const gchar *track, ServerFan *fan);
/* It feeds it no more, for now or for good: its file is finished. */
void server_recorder_end (ServerRecorder *self, ServerFan *fan);

/* Finishes all files and begins no more. */
void server_recorder_stop (ServerRecorder *self);
/* Any thread but the loop's, after the stop: how many were not finished before
 * @end_time. They are left to end by themselves; do not free the recorder. */
guint server_recorder_wait (ServerRecorder *self, gint64 end_time);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServerRecorder, server_recorder_free)

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PublishRun: a pipeline with a roompublish called "r", its bus, and the room
 * it joins. Keeps what is posted until the end: errors, warnings, ends and
 * element messages. Waits for conditions with a
 * deadline that only a broken test needs, and asserts them. One thread. */
#pragma once

#include <gst/check/gstcheck.h>

#include "roomanswerer.h"
#include "roomscript.h"

typedef struct _PublishRun PublishRun;

/* Of the token that roompublish is given, and of the one it makes itself. */
#define PUBLISH_RUN_SECRET "a secret of thirty-two characters or more"

/* Everything that takes long and can be shared by the tests of a program, which
 * run in forks of it. */
void publish_run_prepare (void);

/* @launch is a description with a roompublish name=r, or just that element.
 * @config NULL: nobody listens where it dials. */
PublishRun *publish_run_new (const gchar *launch,
    const RoomScriptConfig *config);
/* In a room whose media end takes what comes. */
PublishRun *publish_run_new_connected (const gchar *launch);
/* The same, as @config says beside that. */
PublishRun *publish_run_new_connected_full (const gchar *launch,
    const RoomScriptConfig *config);
/* Stops before it frees. */
void publish_run_free (PublishRun *self);

/* Borrowed; the room is NULL where there is none. */
GstElement *publish_run_get_pipeline (PublishRun *self);
GstElement *publish_run_get_element (PublishRun *self);
RoomScript *publish_run_get_room (PublishRun *self);
RoomAnswerer *publish_run_get_answerer (PublishRun *self);
/* A new reference to the element of that name. */
GstElement *publish_run_get (PublishRun *self, const gchar *name);
/* A new reference; it must be there. */
GstPad *publish_run_get_pad (PublishRun *self, const gchar *name);

/* Sets the pipeline's state and asserts that it did not fail. */
GstStateChangeReturn publish_run_set (PublishRun *self, GstState state);
/* Waits until the pipeline is there. */
void publish_run_wait_state (PublishRun *self, GstState state);
/* To NULL; then everything was posted and no more will come. */
void publish_run_stop (PublishRun *self);

/* Messages go by the name of an element message's structure, and by that of
 * their type for others: "error", "eos", "warning". Waits for number @count
 * (from 1) and lends it. */
GstMessage *publish_run_wait (PublishRun *self, const gchar *name,
    guint count);
/* Takes what is on the bus, waits for nothing. */
guint publish_run_count (PublishRun *self, const gchar *name);
void publish_run_assert_no_error (PublishRun *self);
/* How many errors roompublish itself has posted. */
guint publish_run_count_own_errors (PublishRun *self);
/* As wait, and only those with the string @value in the field @field. */
GstMessage *publish_run_wait_with (PublishRun *self, const gchar *name,
    const gchar *field, const gchar *value);

/* All that were kept so far. */
void publish_run_foreach (PublishRun *self,
    void (*func) (GstMessage *message, gpointer user_data),
    gpointer user_data);

/* Waits until @done. */
void publish_run_until (PublishRun *self,
    gboolean (*done) (PublishRun *self, gpointer user_data),
    gpointer user_data);

/* Waits for the error, stops, and asserts that it was the only one, that it
 * came from roompublish with this reason, and that its text holds @words. */
void publish_run_assert_error (PublishRun *self, const gchar *reason,
    const gchar *words);

/* Waits until the element's statistics of the track of @pad have @field, as
 * text, at @value. */
void publish_run_wait_track (PublishRun *self, const gchar *pad,
    const gchar *field, const gchar *value);
guint64 publish_run_get_track_count (PublishRun *self, const gchar *pad,
    const gchar *field);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PublishRun, publish_run_free)

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SinkRun: rtmpsink behind an appsrc in a pipeline that plays, for tests: FLV
 * made here goes in, and what the bus says is kept. */
#pragma once

#include <gst/gst.h>

typedef struct _SinkRun SinkRun;
typedef gboolean (*SinkRunFunc) (gpointer user_data);

/* @properties as in a launch line. @live: as if of a live source. */
SinkRun *sink_run_new (const gchar *location, const gchar *properties,
    gboolean live);
void sink_run_free (SinkRun *self);
gboolean sink_run_set_state (SinkRun *self, GstState state);
GstElement *sink_run_get_sink (SinkRun *self);

/* What is pushed from here on is in slices of so many bytes. */
void sink_run_set_slice (SinkRun *self, gsize slice);

/* Metadata and the configurations of H.264 and AAC: three messages. */
#define SINK_RUN_HEAD_BYTES (17 + 9 + 4)
void sink_run_push_head (SinkRun *self);
/* Metadata once more, in the middle. */
void sink_run_push_metadata (SinkRun *self, guint32 time);
/* Of @size bytes each, a key frame first and then every tenth. */
void sink_run_push_frames (SinkRun *self, guint number, gsize size);
/* The same without a key frame. */
void sink_run_push_rest (SinkRun *self, guint number, gsize size);
void sink_run_push_bytes (SinkRun *self, gconstpointer data, gsize size);
void sink_run_push_eos (SinkRun *self);

/* Each FALSE or NULL after a time that only a broken test needs. */
gboolean sink_run_wait (SinkRunFunc func, gpointer user_data);
gboolean sink_run_wait_for_eos (SinkRun *self);
/* What is pushed is not taken; all of it is. */
gboolean sink_run_wait_until_blocked (SinkRun *self);
gboolean sink_run_wait_until_taken (SinkRun *self);
/* It has found that its connection is lost; it may have a new one already. */
gboolean sink_run_wait_until_lost (SinkRun *self);
/* The text of the first error of the sink, which has that reason. */
gchar *sink_run_wait_for_error (SinkRun *self, const gchar *reason);

/* The next of the sink's element messages that were on the bus up to now. */
GstStructure *sink_run_pop_said (SinkRun *self);
/* That one of them was, of that name; they stay. */
gboolean sink_run_wait_for_said (SinkRun *self, const gchar *name);
GstStructure *sink_run_get_stats (SinkRun *self);
guint64 sink_run_get_number (SinkRun *self, const gchar *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SinkRun, sink_run_free)

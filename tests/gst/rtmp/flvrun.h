/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* FlvRun: a pipeline that is run to its end, and what came into its fakesinks.
 * One thread; waits with a deadline that only a broken test needs. */
#pragma once

#include <gst/check/gstcheck.h>

typedef struct _FlvRun FlvRun;

/* @launch may have any number of fakesinks; each is known by its name. */
FlvRun *flv_run_new (const gchar *launch);
/* Stops before it frees. */
void flv_run_free (FlvRun *self);

/* Borrowed. */
GstElement *flv_run_get_pipeline (FlvRun *self);
/* A new reference. */
GstElement *flv_run_get (FlvRun *self, const gchar *name);

/* Plays until the end; asserts that there was no error. */
void flv_run_play (FlvRun *self);
/* Plays until an error, which is returned; asserts that there is one. */
GError *flv_run_fail (FlvRun *self);
/* To PAUSED, and waits until it is there. */
void flv_run_pause (FlvRun *self);
/* After a seek, or for a pipeline that is there already: as play(). */
void flv_run_wait_end (FlvRun *self);

/* Messages of @type that were posted until now. */
guint flv_run_count (FlvRun *self, GstMessageType type);

/* What came into a fakesink: GstBuffers, the last caps, and how many caps there
 * were. */
GPtrArray *flv_run_get_buffers (FlvRun *self, const gchar *sink);
GstCaps *flv_run_get_caps (FlvRun *self, const gchar *sink);
guint flv_run_count_caps (FlvRun *self, const gchar *sink);
/* Forgets the buffers. */
void flv_run_forget (FlvRun *self);

/* All of them in one piece. */
GBytes *flv_run_join (FlvRun *self, const gchar *sink);

/* Asserts that @b has the frames of @a: the same bytes, behind @skip of each,
 * which are key frames in the same places, and times that are all as far from
 * those of @a, to within the millisecond that rounding takes. */
void flv_run_assert_same (GPtrArray *a, GPtrArray *b, gsize skip);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FlvRun, flv_run_free)

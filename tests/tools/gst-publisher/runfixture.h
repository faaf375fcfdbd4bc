/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RunFixture: a PublisherRun of a pipeline and the fake room, with all that it
 * says within reach. Tests only. */
#pragma once

#include "publisherrun.h"

/* Longer than anything takes on a busy machine. */
#define RUN_FIXTURE_WAIT_US (20 * G_USEC_PER_SEC)

/* A branch without end. */
#define RUN_FIXTURE_LIVE "audiotestsrc is-live=true ! " \
    "audio/x-raw,channels=1,rate=8000 ! mulawenc"

typedef struct _RunFixture RunFixture;

/* @behaviour of the fake room; NULL: the description brings one of its own.
 * @line: options as on a command line. */
RunFixture *run_fixture_new (const gchar *description,
    const gchar *behaviour, const gchar *line);
/* A room server of this process, on any port; before the run. */
void run_fixture_add_host (RunFixture *self);
/* After the run, which must have stopped in time. */
void run_fixture_free (RunFixture *self);

PublisherRun *run_fixture_get_run (RunFixture *self);
GstElement *run_fixture_get_pipeline (RunFixture *self);
GstElement *run_fixture_get_room (RunFixture *self);
PublisherHost *run_fixture_get_host (RunFixture *self);

/* Runs to the end; the exit code. All has been said then. */
gint run_fixture_execute (RunFixture *self);

/* Fails the test unless @part was said. */
void run_fixture_assert_said (RunFixture *self, const gchar *part);

/* Waits until something that @pattern matches is said; FALSE when it is not in
 * time. Any thread. */
gboolean run_fixture_wait_said (RunFixture *self, const gchar *pattern);

/* Lets the run take the signal in its own loop. Any thread. */
void run_fixture_signal (RunFixture *self, gint number);

/* "starts" or "stops" of the room. */
gint run_fixture_count (RunFixture *self, const gchar *property);

/* The pipeline was started once and stopped once. */
void run_fixture_assert_one_stop (RunFixture *self);

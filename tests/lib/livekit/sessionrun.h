/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SessionRun: a LivekitSession in a time of its own, for tests. Keeps what it
 * says and what it sends, and calls its tick at each deadline. */
#pragma once

#include "livekit/livekitsession.h"
#include "scriptreply.h"

/* A time of which nothing but differences matters. */
#define SESSION_RUN_BEGIN (1000 * G_TIME_SPAN_SECOND)

typedef struct {
  LivekitSession *session;
  gint64 now;
  GPtrArray *events;            /* of LivekitEvent, but SEND */
  GPtrArray *sent;              /* of Livekit__SignalRequest */
} SessionRun;

SessionRun *session_run_new (const LivekitSessionConfig *config);
/* For ws://room.test with a good token, started and opened. */
SessionRun *session_run_new_open (void);
/* And joined. */
SessionRun *session_run_new_joined (void);
void session_run_free (SessionRun *self);

/* Takes what the session has to say. After each call of the session. */
void session_run_take (SessionRun *self);

/* Takes @message and feeds it. */
void session_run_feed (SessionRun *self, GBytes *message);
/* Time passes, with a tick at each deadline on the way. */
void session_run_pass (SessionRun *self, gint64 time);

/* Number @count (from 1) of its kind; NULL: there is none. */
const LivekitEvent *session_run_find (SessionRun *self,
    LivekitEventType type, guint count);
guint session_run_count (SessionRun *self, LivekitEventType type);
const Livekit__SignalRequest *session_run_find_sent (SessionRun *self,
    Livekit__SignalRequest__MessageCase kind, guint count);
guint session_run_count_sent (SessionRun *self,
    Livekit__SignalRequest__MessageCase kind);

/* There is one end, it is the last event, and it has the LivekitError @code
 * or, 0, no error. */
void session_run_assert_ended (SessionRun *self, gint code);
void session_run_assert_going_on (SessionRun *self);

/* A token that may publish, for @room; valid an hour from @now. */
gchar *session_run_new_token (gint64 now, gint can_publish);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SessionRun, session_run_free)

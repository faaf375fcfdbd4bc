/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* CallRun: a caller in a time of its own, and a server that says what the test
 * has it say, for tests. */
#pragma once

#include "rtmp/rtmpcaller.h"

#define CALL_RUN_BEGIN (1000 * G_TIME_SPAN_SECOND)

typedef struct {
  gint64 now;
  GRand *random;
  RtmpUrl *url;
  RtmpCaller *caller;
  RtmpSession *server;          /* of the connection that is open, or NULL */
  guint dials;
  GPtrArray *events;            /* of RtmpEvent, all but DIAL and HANG_UP */
  GPtrArray *commands;          /* of RtmpCommand: that the server heard */
  GPtrArray *messages;          /* of RtmpMessage: all else that it heard */
} CallRun;

/* @config's URL is @url; nothing is started. */
CallRun *call_run_new (const gchar *url, const RtmpCallerConfig *config);
void call_run_free (CallRun *self);

/* Lets both talk until nothing moves. Each dial is opened at once. */
void call_run_pump (CallRun *self);
/* The server says @message, which is taken. */
void call_run_say (CallRun *self, RtmpMessage *message);
/* Time passes, with its deadlines. */
void call_run_pass (CallRun *self, gint64 time);
/* The server closes the connection. */
void call_run_hang_up (CallRun *self);

/* Started, and the server has heard the connect; has let it in; has made
 * stream 1; has let it publish or play. */
void call_run_connect (CallRun *self);
void call_run_let_in (CallRun *self);
void call_run_make_stream (CallRun *self);
void call_run_begin (CallRun *self);

/* The @count-th, from 1 on; NULL: there are not so many. */
const RtmpEvent *call_run_find (CallRun *self, RtmpEventKind kind,
    guint count);
guint call_run_count (CallRun *self, RtmpEventKind kind);
const RtmpCommand *call_run_find_command (CallRun *self, const gchar *name,
    guint count);
/* Ends the test when it has not ended so. */
void call_run_assert_ended (CallRun *self, gint code, const gchar *why);
void call_run_assert_ended_in_order (CallRun *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CallRun, call_run_free)

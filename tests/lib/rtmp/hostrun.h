/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* HostRun: a host in a time of its own, and a client that says what the test
 * has it say, for tests. */
#pragma once

#include "rtmp/rtmphost.h"

#define HOST_RUN_BEGIN (1000 * G_TIME_SPAN_SECOND)

typedef struct {
  gint64 now;
  GRand *random;
  RtmpHost *host;
  RtmpSession *client;          /* NULL: the connection is closed */
  GPtrArray *events;            /* of RtmpEvent, all but HANG_UP */
  GPtrArray *commands;          /* of RtmpCommand: that the client heard */
  GPtrArray *messages;          /* of RtmpMessage: all else that it heard */
} HostRun;

HostRun *host_run_new (const RtmpHostConfig *config);
void host_run_free (HostRun *self);

/* Lets both talk until nothing moves. */
void host_run_pump (HostRun *self);
/* The client says @message, which is taken. */
void host_run_say (HostRun *self, RtmpMessage *message);
/* Time passes, with its deadlines; the client answers pings. */
void host_run_pass (HostRun *self, gint64 time);

/* The client says connect, with @caps; is let in; has stream 1; publishes or
 * plays "key" there. */
void host_run_connect (HostRun *self, guint caps);
void host_run_let_in (HostRun *self);
void host_run_make_stream (HostRun *self);
void host_run_publish (HostRun *self);
void host_run_play (HostRun *self);

const RtmpEvent *host_run_find (HostRun *self, RtmpEventKind kind,
    guint count);
guint host_run_count (HostRun *self, RtmpEventKind kind);
const RtmpCommand *host_run_find_command (HostRun *self, const gchar *name,
    guint count);
/* Ends the test when the client has not heard an onStatus with that code. */
void host_run_assert_status (HostRun *self, guint32 stream,
    const gchar *code);
void host_run_assert_ended (HostRun *self, gint code, const gchar *why);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HostRun, host_run_free)

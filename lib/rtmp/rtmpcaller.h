/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpCaller: a client from the first dial to the end, as a state machine:
 * rounds of authentication, one dialogue after the other, the goodbye. No
 * socket, no thread, no clock: what happened goes in with the time, what is to
 * be done comes out as events and bytes. One thread at a time. */
#pragma once

#include "rtmp/rtmpauth.h"
#include "rtmp/rtmpdialogue.h"

typedef struct _RtmpCaller RtmpCaller;

/* Everything is copied. Times in microseconds. */
typedef struct {
  RtmpDialogueConfig dialogue;
  const gchar *user;            /* NULL: those of the URL */
  const gchar *password;
  RtmpAuthMethod auth_method;   /* NONE: as the server asks */
  gboolean auth_disabled;       /* never says who it is */
  gboolean digest;              /* handshake of a Flash player */
  gint64 dial_timeout;          /* until the socket is open; 0: 10 s */
  gint64 handshake_timeout;     /* 0: 10 s */
  gint64 idle_timeout;          /* of a player; 0: 90 s, -1: none */
  gint64 stall_timeout;         /* 0: 30 s */
  gint64 ping_interval;         /* 0: none; some servers know none of us */
  gint64 close_timeout;         /* goodbye to the end; 0: 500 ms */
} RtmpCallerConfig;

typedef enum {
  RTMP_CALLER_IDLE,
  RTMP_CALLER_DIALLING,
  RTMP_CALLER_HANDSHAKE,
  RTMP_CALLER_OPENING,          /* connect, createStream, publish or play */
  RTMP_CALLER_STARTED,
  RTMP_CALLER_CLOSING,
  RTMP_CALLER_ENDED,
} RtmpCallerState;

/* @random is used here only. */
RtmpCaller *rtmp_caller_new (const RtmpCallerConfig *config, GRand *random);
void rtmp_caller_free (RtmpCaller *self);
RtmpCallerState rtmp_caller_get_state (const RtmpCaller *self);

/* Next event, to be cleared; FALSE: none. Take until FALSE after every call
 * below: bytes that were fed are read only here. */
gboolean rtmp_caller_take (RtmpCaller *self, RtmpEvent *event, gint64 now);

/* What is to go into the socket, @n places; and how much of it went. */
const GOutputVector *rtmp_caller_peek (RtmpCaller *self, guint *n);
void rtmp_caller_advance (RtmpCaller *self, gsize size, gint64 now);

/* When to call tick() at the latest (same clock as @now); -1: not needed. */
gint64 rtmp_caller_get_deadline (const RtmpCaller *self);
void rtmp_caller_tick (RtmpCaller *self, gint64 now);

/* Begins; the first event is DIAL, or ENDED. */
void rtmp_caller_start (RtmpCaller *self, gint64 now);

/* What became of the last dial. */
void rtmp_caller_opened (RtmpCaller *self, gint64 now);
void rtmp_caller_refused (RtmpCaller *self, const GError *error,
    gint64 now);

/* What came from the socket, as rtmp_session_feed(); the socket's end, NULL
 * for one in order. */
void rtmp_caller_feed (RtmpCaller *self, GBytes *owner, const guint8 *data,
    gsize size, gint64 now);
void rtmp_caller_closed (RtmpCaller *self, const GError *error, gint64 now);
/* FALSE: nothing is read from the socket, so that silence is no loss, until
 * TRUE. */
void rtmp_caller_set_reading (RtmpCaller *self, gboolean reading, gint64 now);

/* TRUE: silence is no loss, as nobody misses anything. */
void rtmp_caller_set_patient (RtmpCaller *self, gboolean patient, gint64 now);

/* Asks the server to pause what it plays, or to go on, at @time of the stream,
 * in ms. Until then silence is no loss. */
void rtmp_caller_pause (RtmpCaller *self, gboolean pause, guint32 time,
    gint64 now);

/* A message of the stream of get_stream(); one that comes before STARTED or
 * behind close() is dropped, and FALSE. */
gboolean rtmp_caller_send (RtmpCaller *self, RtmpMessage *message,
    gint64 now);
guint32 rtmp_caller_get_stream (const RtmpCaller *self);

/* Of a publisher, from the next message on and for later dials. */
void rtmp_caller_set_chunk_size (RtmpCaller *self, guint32 size,
    gint64 now);

/* Sends what waits, says goodbye; ENDED follows by close_timeout. */
void rtmp_caller_close (RtmpCaller *self, gint64 now);

/* FALSE where there is no connection. */
gboolean rtmp_caller_get_stats (const RtmpCaller *self,
    RtmpSessionStats *stats);
gint64 rtmp_caller_get_delay (const RtmpCaller *self, gint64 now);
/* What the server can do; behind CONNECTED. NULL before. */
const RtmpCapabilities *rtmp_caller_get_capabilities (const RtmpCaller *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtmpCaller, rtmp_caller_free)

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpSession: one connection, the same for both ends: handshake, chunks,
 * acknowledgements, pings, deadlines. No socket, no thread, no clock: bytes and
 * times go in, messages and bytes come out. One thread at a time. */
#pragma once

#include "rtmp/rtmpcontrol.h"

#include <gio/gio.h>

typedef struct _RtmpSession RtmpSession;

/* Times in microseconds; 0: none. */
typedef struct {
  gboolean is_server;
  gboolean digest;              /* a client's handshake */
  gint64 handshake_timeout;     /* until it is done */
  gint64 idle_timeout;          /* longest silence of the other end */
  gint64 stall_timeout;         /* longest time that it takes no byte */
  gint64 ping_interval;
  gboolean ping_back;           /* pings whoever does: that one knows how */
} RtmpSessionConfig;

typedef struct {
  guint64 bytes_in;
  guint64 bytes_out;
  guint64 messages_in;
  guint64 messages_out;
  guint32 chunk_size_in;
  guint32 chunk_size_out;
  guint32 window_in;            /* when we acknowledge */
  guint32 window_out;           /* what we have told; 0: nothing */
  guint64 confirmed;            /* of bytes_in, by us */
  guint64 acknowledged;         /* of bytes_out, by the other end */
  guint queued_messages;        /* not sent yet */
  gsize queued_bytes;
  gint64 round_trip;            /* of the last ping; -1: none answered */
} RtmpSessionStats;

/* @random is used here only. */
RtmpSession *rtmp_session_new (const RtmpSessionConfig *config,
    GRand *random, gint64 now);
void rtmp_session_free (RtmpSession *self);

/* What came: @size bytes at @data, which @owner holds and messages may keep;
 * or NULL. Take until NULL after it. */
void rtmp_session_feed (RtmpSession *self, GBytes *owner,
    const guint8 *data, gsize size, gint64 now);

/* The next message, or NULL; and @error when the connection has to end. What
 * concerns the connection alone is dealt with here and not given: chunk size,
 * abort, acknowledgement, windows, pings. */
RtmpMessage *rtmp_session_take (RtmpSession *self, gint64 now,
    GError **error);

/* The handshake is done. */
gboolean rtmp_session_is_open (const RtmpSession *self);

/* Goes out behind all that was sent before; before the handshake is done it
 * waits. */
void rtmp_session_send (RtmpSession *self, RtmpMessage *message,
    gint64 now);
/* The same, for what answers something: FALSE when too many wait already
 * because the other end does not read. */
gboolean rtmp_session_answer (RtmpSession *self, RtmpMessage *message,
    gint64 now);
/* Sets our chunk size; tells our window, unless the other end knows it. */
void rtmp_session_set_chunk_size (RtmpSession *self, guint32 size,
    gint64 now);
void rtmp_session_tell_window (RtmpSession *self, guint32 window,
    gint64 now);

/* What is to go into the socket, @n places; and how much of it went. */
const GOutputVector *rtmp_session_peek (RtmpSession *self, guint *n);
void rtmp_session_advance (RtmpSession *self, gsize size, gint64 now);

/* When to call tick() at the latest; -1: not needed. */
gint64 rtmp_session_get_deadline (const RtmpSession *self);
/* FALSE and @error when a deadline has passed: RTMP_ERROR_TIMEOUT,
 * RTMP_ERROR_LOST, RTMP_ERROR_STALLED. */
gboolean rtmp_session_tick (RtmpSession *self, gint64 now, GError **error);
void rtmp_session_set_idle_timeout (RtmpSession *self, gint64 timeout);
/* FALSE: nobody reads from the socket, and silence says nothing until TRUE. */
void rtmp_session_set_reading (RtmpSession *self, gboolean reading,
    gint64 now);

void rtmp_session_get_stats (const RtmpSession *self,
    RtmpSessionStats *stats);
/* How long the first message that is not sent has waited; 0: there is none. */
gint64 rtmp_session_get_delay (const RtmpSession *self, gint64 now);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtmpSession, rtmp_session_free)

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpHost: a server's end of one connection, as a state machine. Who may come
 * in, publish and play its user decides, at once or later. No socket, no
 * thread, no clock: bytes and times go in, events and bytes come out. One
 * thread at a time. */
#pragma once

#include "rtmp/rtmpqueue.h"
#include "rtmp/rtmpsession.h"

typedef struct _RtmpHost RtmpHost;

/* Times in microseconds. */
typedef struct {
  RtmpCapabilities capabilities;
  guint32 chunk_size;           /* 0: 4096 */
  guint32 window;               /* 0: 2500000 */
  gint64 handshake_timeout;     /* 0: 10 s */
  gint64 connect_timeout;       /* until the connect; 0: 10 s */
  gint64 idle_timeout;          /* 0: 90 s */
  gint64 stall_timeout;         /* 0: 30 s */
  gint64 ping_interval;         /* 0: 30 s */
  gint64 close_timeout;         /* 0: 500 ms */
} RtmpHostConfig;

/* A client has connected. @random is used here only. */
RtmpHost *rtmp_host_new (const RtmpHostConfig *config, GRand *random,
    gint64 now);
void rtmp_host_free (RtmpHost *self);

/* As the functions of RtmpCaller. */
gboolean rtmp_host_take (RtmpHost *self, RtmpEvent *event, gint64 now);
const GOutputVector *rtmp_host_peek (RtmpHost *self, guint *n);
void rtmp_host_advance (RtmpHost *self, gsize size, gint64 now);
gint64 rtmp_host_get_deadline (const RtmpHost *self);
void rtmp_host_tick (RtmpHost *self, gint64 now);
void rtmp_host_feed (RtmpHost *self, GBytes *owner, const guint8 *data,
    gsize size, gint64 now);
void rtmp_host_closed (RtmpHost *self, const GError *error, gint64 now);

/* To CONNECT. Refused, @code is "NetConnection.Connect.Rejected" or the like,
 * and the connection ends. FALSE when nobody waits for it any more. */
gboolean rtmp_host_accept_connect (RtmpHost *self, gint64 now);
gboolean rtmp_host_refuse_connect (RtmpHost *self, const gchar *code,
    const gchar *description, gint64 now);

/* To PUBLISH or PLAY of @stream. Refused, @code is "NetStream.Publish.BadName",
 * "NetStream.Play.StreamNotFound" or the like, and the connection stays. FALSE
 * when nobody waits for it any more. */
gboolean rtmp_host_accept (RtmpHost *self, guint32 stream, gint64 now);
gboolean rtmp_host_refuse (RtmpHost *self, guint32 stream, const gchar *code,
    const gchar *description, gint64 now);

/* Media for who plays the message's stream; FALSE when nobody does. */
gboolean rtmp_host_send (RtmpHost *self, RtmpMessage *message, gint64 now);
/* What it plays is over. In all the ways in which players are told so. */
gboolean rtmp_host_end_play (RtmpHost *self, guint32 stream, gint64 now);

/* Asks the client to connect again, to @tc_url or NULL: here. FALSE when it
 * does not know how. */
gboolean rtmp_host_request_reconnect (RtmpHost *self, const gchar *tc_url,
    const gchar *description, gint64 now);

/* Sends what waits, then ends. */
void rtmp_host_close (RtmpHost *self, gint64 now);

void rtmp_host_get_stats (const RtmpHost *self, RtmpSessionStats *stats);
gint64 rtmp_host_get_delay (const RtmpHost *self, gint64 now);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtmpHost, rtmp_host_free)

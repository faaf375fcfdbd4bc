/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpClient: a caller joined to its sockets and a clock.
 * Lives on the thread-default GMainContext it was made in, is touched only
 * there, and reports there. Who sends more than the other end takes is told so,
 * by bytes and by time. */
#pragma once

#include "rtmp/rtmpcaller.h"

typedef struct _RtmpClient RtmpClient;

/* None is called from inside an rtmp_client function; each may free the
 * client. */
typedef struct {
  /* All that came at once, in order. Lent; what a callee wants to keep it
   * steals. */
  void (*events) (RtmpClient *client, RtmpEvent *events, guint n,
      gpointer user_data);
  /* It was full and is so no more. May be NULL. */
  void (*drained) (RtmpClient *client, gpointer user_data);
} RtmpClientFuncs;

/* Everything is copied. */
typedef struct {
  RtmpCallerConfig caller;
  GTlsCertificateFlags tls_flags;       /* what is not looked at; 0: nothing */
  GTlsDatabase *tls_database;   /* NULL: the system's */
  gsize budget_bytes;           /* that wait to be sent; 0: 8 MiB */
  gint64 budget_time;           /* for how long, us; 0: no limit */
  guint rate;                   /* bytes a second, at most; 0: no limit */
} RtmpClientConfig;

RtmpClient *rtmp_client_new (const RtmpClientConfig *config,
    const RtmpClientFuncs *funcs, gpointer user_data);
/* Another user from now on, for all that was not handed on yet. */
void rtmp_client_set_funcs (RtmpClient *self, const RtmpClientFuncs *funcs,
    gpointer user_data);
/* Cuts: no goodbye, no further event. Close first to part in order. */
void rtmp_client_free (RtmpClient *self);

void rtmp_client_start (RtmpClient *self);
/* Says goodbye; ENDED follows. */
void rtmp_client_close (RtmpClient *self);
/* The same once all that was sent has arrived at the other end's system,
 * however long that takes while anything moves: what waits here is lost when we
 * close and the other end has said something meanwhile. */
void rtmp_client_finish (RtmpClient *self);

/* Sends @n messages, in one write if they fit; how many were taken: none before
 * STARTED or behind the close. The budget does not refuse, it tells. */
guint rtmp_client_send (RtmpClient *self, RtmpMessage * const *messages,
    guint n);
guint32 rtmp_client_get_stream (RtmpClient *self);
/* More waits than the budget allows. drained() follows when it is half. */
gboolean rtmp_client_is_full (RtmpClient *self);

/* Bytes a second, at most; 0: no limit. */
void rtmp_client_set_rate (RtmpClient *self, guint rate);
/* Of a publisher, from the next message on. */
void rtmp_client_set_chunk_size (RtmpClient *self, guint32 size);

/* FALSE: reads no more, answers no pings either, and takes no silence for a
 * loss, until TRUE. For who plays what is recorded, and cannot take more. */
void rtmp_client_set_reading (RtmpClient *self, gboolean reading);

/* As rtmp_caller_set_patient() and rtmp_caller_pause(). */
void rtmp_client_set_patient (RtmpClient *self, gboolean patient);
void rtmp_client_pause (RtmpClient *self, gboolean pause, guint32 time);

RtmpCallerState rtmp_client_get_state (RtmpClient *self);
/* FALSE while there is no connection. */
gboolean rtmp_client_get_stats (RtmpClient *self, RtmpSessionStats *stats);
/* Of the last ping that was answered, us; or else as the system measures it
 * (@by_system); -1: not known. */
gint64 rtmp_client_get_round_trip (RtmpClient *self, gboolean *by_system);
const RtmpCapabilities *rtmp_client_get_capabilities (RtmpClient *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtmpClient, rtmp_client_free)

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpCall: one run of rtmpsink or rtmpsrc: a loop of its own, a client in it,
 * and what is to be told the bus. It knows no FLV, and no pad. */
#pragma once

#include "life/lifeloop.h"
#include "rtmpsettings.h"

typedef struct _RtmpCall RtmpCall;

/* Called in the loop, without a lock. Each may be NULL. */
typedef struct {
  /* It publishes or plays, on that stream. */
  void (*started) (guint32 stream, gpointer user_data);
  /* Something came; @message is lent. */
  void (*received) (RtmpMessage *message, gpointer user_data);
  /* And was all that came at once. */
  void (*received_all) (gpointer user_data);
  /* The server has ended what it plays. */
  void (*stopped) (gpointer user_data);
  /* Somebody has woken the call, or more can be sent. */
  void (*work) (gpointer user_data);
  /* The connection is gone, and another one is tried: started() follows, or
   * over(). */
  void (*lost) (gpointer user_data);
  /* TRUE: @error is no error, but an end in order. */
  gboolean (*forgive) (const GError *error, gpointer user_data);
  /* TRUE: who has the call posts @error, behind what was received before. */
  gboolean (*postpone) (const GError *error, gpointer user_data);
  /* Nothing comes after it. @error was posted, or is; NULL: in order. */
  void (*over) (const GError *error, gpointer user_data);
} RtmpCallFuncs;

/* The longest that each step of a stop may take, in microseconds: the goodbye,
 * then to close, then to end the loop. */
#define RTMP_CALL_GOODBYE_TIME (600 * G_TIME_SPAN_MILLISECOND)
#define RTMP_CALL_CLOSE_TIME (1 * G_TIME_SPAN_SECOND)

/* @settings are copied. @element outlives it. */
RtmpCall *rtmp_call_new (GstElement *element, const RtmpSettings *settings,
    gboolean publish, const RtmpCallFuncs *funcs, gpointer user_data);
RtmpCall *rtmp_call_ref (RtmpCall *self);
/* The last one after stop, if it was started. */
void rtmp_call_unref (RtmpCall *self);

/* Any thread, once. FALSE and @error when nobody could connect like this. */
gboolean rtmp_call_start (RtmpCall *self, GError **error);
/* Any thread but the loop's: says goodbye, closes, ends the loop; at most
 * RTMP_CALL_GOODBYE_TIME and twice RTMP_CALL_CLOSE_TIME. Nothing is called
 * after it. FALSE: the thread did not end, and nothing may be freed under
 * it. */
gboolean rtmp_call_stop (RtmpCall *self);
gboolean rtmp_call_is_started (RtmpCall *self);
/* In the loop, and so in a handler of what it tells. */
gboolean rtmp_call_is_current (RtmpCall *self);

/* Any thread: work() is called soon, once for many. */
void rtmp_call_wake (RtmpCall *self);
/* Any thread, without a lock: it waits for the loop. The structure
 * "rtmp-stats"; NULL when the loop did not answer in time, is over, or never
 * ran. */
GstStructure *rtmp_call_get_stats (RtmpCall *self);

/* In the loop. As those of RtmpClient. */
guint rtmp_call_send (RtmpCall *self, RtmpMessage * const *messages, guint n);
/* Also while it does not publish, so that nobody takes what cannot go. */
gboolean rtmp_call_is_full (RtmpCall *self);
void rtmp_call_set_reading (RtmpCall *self, gboolean reading);
/* In the loop: says goodbye behind all that was sent; over() follows. */
void rtmp_call_finish (RtmpCall *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtmpCall, rtmp_call_unref)

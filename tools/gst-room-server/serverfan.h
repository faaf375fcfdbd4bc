/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerFan: one track, from whoever produces it to all who consume it. Each
 * consumer has a queue and a thread of its own, so that none delays another.
 * It knows buffers and no pads. Thread-safe; nothing is called under a lock.
 * Times are monotonic microseconds. */
#pragma once

#include "life/lifeevent.h"
#include "servercodec.h"
#include "serverconsumer.h"

#define SERVER_FAN_ASK_INTERVAL (500 * G_TIME_SPAN_MILLISECOND)

/* The packets of one frame go to the consumers together, which costs each of
 * them less: at its end, or when there are so many, or when the first of them
 * has waited so long. */
#define SERVER_FAN_BATCH 16
#define SERVER_FAN_BATCH_TIME (5 * G_TIME_SPAN_MILLISECOND)

typedef struct _ServerFan ServerFan;

/* The producer, as the fan sees it. Calls may come from any thread; @destroy
 * (may be NULL) once, when no call is under way or will come. */
typedef struct {
  void (*ask_key_frame) (gpointer user_data);   /* may be NULL */
  GDestroyNotify destroy;
  /* When a packet with @timestamp was captured that has come at @arrival, and
   * not later; in the thread that pushes. May be NULL: just then. */
  gint64 (*get_time) (guint32 timestamp, guint clock_rate, gint64 arrival,
      gpointer user_data);
  ServerExtensionMap extensions;        /* as its packets number them */
} ServerFanSource;

typedef struct {
  guint consumers;
  guint64 packets;              /* from the producers */
  guint64 bytes;                /* of payload */
  guint64 key_frames;
  guint64 requests;             /* for a key frame, from consumers */
  guint64 asked;                /* of the producers: merged */
} ServerFanCounts;

ServerFan *server_fan_new (const ServerCodec *codec);
ServerFan *server_fan_ref (ServerFan *self);
void server_fan_unref (ServerFan *self);
const ServerCodec *server_fan_get_codec (ServerFan *self);

/* The codec's parameters as its producer has said them, for those who are to be
 * offered the track; NULL: not said. The caller frees what dup gives. */
void server_fan_set_fmtp (ServerFan *self, const gchar *fmtp);
gchar *server_fan_dup_fmtp (ServerFan *self);

/* A producer begins or, after another, takes over: the consumers go on with it
 * from its first key frame. Gives its turn, never 0; 0: the fan has ended, and
 * @source was destroyed. */
guint server_fan_begin (ServerFan *self, const ServerFanSource *source,
    gpointer user_data);
/* One packet of the producer whose turn it is; of others it is ignored. Takes a
 * reference of @buffer, which must not change any more. From one thread at a
 * time in a turn; never waits for a consumer. FALSE: no packet, or not the
 * turn. */
gboolean server_fan_push (ServerFan *self, guint turn, GstBuffer *buffer,
    gint64 now);
/* While it is muted nothing is passed on; then consumers go on with a key
 * frame. */
void server_fan_set_muted (ServerFan *self, gboolean muted);
/* The producer has gone and may come back: consumers wait. */
void server_fan_leave (ServerFan *self, guint turn);

/* The track is over. The first call fires the event with @reason. */
void server_fan_end (ServerFan *self, gint reason);
/* Borrowed. Fires once: each consumer's owner listens, and stops his. */
LifeEvent *server_fan_get_ended (ServerFan *self);

/* Adds a consumer and asks for a key frame. Its thread runs when this returns;
 * NULL with @error when there is none. The caller owns it and stops it. */
ServerConsumer *server_fan_add_consumer (ServerFan *self,
    const ServerConsumerConfig *config, const ServerConsumerFuncs *funcs,
    gpointer user_data, GError **error);

/* A consumer asks. The producer is asked at once, or when
 * SERVER_FAN_ASK_INTERVAL has passed since the last time and no key frame has
 * come before. */
void server_fan_ask_key_frame (ServerFan *self, gint64 now);

void server_fan_get_counts (ServerFan *self, ServerFanCounts *counts);

/* For ServerConsumer: it is gone from the list when this returns. */
void server_fan_remove_consumer (ServerFan *self, ServerConsumer *consumer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServerFan, server_fan_unref)

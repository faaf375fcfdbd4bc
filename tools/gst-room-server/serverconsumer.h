/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerConsumer: one who gets the packets of a ServerFan, in a thread of its
 * own that may be as slow as it likes. It numbers the packets for him in one
 * row. Thread-safe. */
#pragma once

#include "serverqueue.h"

typedef struct _ServerConsumer ServerConsumer;
typedef struct _ServerFan ServerFan;

typedef struct {
  const gchar *name;            /* of the thread; NULL: a name for all */
  guint pt;                     /* what the consumer's connection calls it */
  guint32 ssrc;
  ServerExtensionMap extensions;        /* the numbers there; all 0: none is
                                         * passed on */
  gsize max_bytes;              /* of the queue; 0: the default of the kind */
  gint64 max_time_us;           /* likewise */
} ServerConsumerConfig;

typedef struct {
  /* In the consumer's thread; takes @packets, which has one or more, each with
   * the time when it was captured: monotonic, and for all of a client's tracks
   * by one measure. May block, until it is made to return by him who stops the
   * consumer. FALSE: no more is wanted. */
  gboolean (*deliver) (GstBufferList *packets, gpointer user_data);
  GDestroyNotify destroy;       /* may be NULL; once, after all calls,
                                 * in any thread */
} ServerConsumerFuncs;

typedef struct {
  guint64 packets;              /* delivered */
  guint64 bytes;                /* of payload */
  guint64 late;                 /* dropped: older than what was sent since */
  gint64 longest_gap_us;        /* between two deliveries */
  ServerQueueCounts queue;
} ServerConsumerCounts;

/* For ServerFan. Starts the thread; NULL with @error when there is none, and
 * @funcs->destroy was called. */
ServerConsumer *server_consumer_new (ServerFan *fan,
    const ServerQueueLimits *limits, guint clock_rate,
    const ServerConsumerConfig *config, const ServerConsumerFuncs *funcs,
    gpointer user_data, GError **error);
ServerConsumer *server_consumer_ref (ServerConsumer *self);
void server_consumer_unref (ServerConsumer *self);

/* For ServerFan: packets for him. Never waits. */
void server_consumer_push (ServerConsumer *self, const ServerItem *items,
    guint count);

/* He asks for a key frame. Any thread. */
void server_consumer_ask_key_frame (ServerConsumer *self);

/* He wants nothing for now; then he goes on, and asks for a key frame. Any
 * thread. */
void server_consumer_set_paused (ServerConsumer *self, gboolean paused);

/* Takes him out of the fan; what waits for him is still delivered, unless he
 * leaves. Any thread. */
void server_consumer_finish (ServerConsumer *self);

/* Takes him out of the fan and drops what waits for him: nothing is delivered
 * any more but what is being delivered just now. Any thread, any number of
 * times. */
void server_consumer_leave (ServerConsumer *self);

/* Leaves, and waits for the end of the thread. FALSE: it is still delivering
 * after @timeout_us; then it ends by itself. Not from within deliver(). */
gboolean server_consumer_stop (ServerConsumer *self, gint64 timeout_us);
/* The same without leaving: after finish. */
gboolean server_consumer_wait (ServerConsumer *self, gint64 timeout_us);

void server_consumer_get_counts (ServerConsumer *self,
    ServerConsumerCounts *counts);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServerConsumer, server_consumer_unref)

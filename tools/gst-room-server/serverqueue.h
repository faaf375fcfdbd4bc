/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerQueue: the packets that wait for one consumer, bounded in bytes and in
 * time. It decides what is lost when the consumer is slow: of video all up to
 * the next key frame, of audio the oldest packets. Thread-safe; pushing never
 * waits. Times are monotonic microseconds. */
#pragma once

#include "serverpacket.h"

typedef struct _ServerQueue ServerQueue;

typedef struct {
  gboolean video;
  gsize max_bytes;
  gint64 max_time_us;           /* between the oldest and the newest packet */
} ServerQueueLimits;

typedef struct {
  GstBuffer *buffer;
  ServerPacket packet;          /* of the buffer */
  ServerExtensions extensions;  /* likewise */
  gboolean key;                 /* it begins a key frame */
  guint turn;                   /* of the producer; counts up */
  guint run;                    /* set by the queue: counts the cuts */
  gint64 arrival;
  gint64 captured;              /* not later; of that clock as well */
} ServerItem;

/* So many packets are taken at a time, at most. */
#define SERVER_QUEUE_BATCH 64

typedef struct {
  guint packets;                /* waiting now */
  gsize bytes;
  guint64 dropped;              /* packets, since the beginning */
  guint64 cuts;                 /* how often a row of packets was lost */
} ServerQueueCounts;

typedef enum {
  SERVER_QUEUE_ITEMS,
  SERVER_QUEUE_EMPTY,           /* nothing came in time */
  SERVER_QUEUE_CLOSED,
} ServerQueueResult;

ServerQueue *server_queue_new (const ServerQueueLimits *limits);
void server_queue_free (ServerQueue *self);

/* Takes a reference of each item's buffer, or drops it. Video begins with a key
 * frame, and so does each turn; an older turn's packets are dropped. Who takes
 * is woken once. */
void server_queue_push (ServerQueue *self, const ServerItem *items,
    guint count);

/* Nothing waits and nothing is taken while it is paused; then it goes on, video
 * with a key frame. */
void server_queue_set_paused (ServerQueue *self, gboolean paused);

/* Appends what waits, the oldest first, to @items, of ServerItem; the caller
 * then owns their buffers. @hungry: there is room again and nothing but a key
 * frame can follow. */
ServerQueueResult server_queue_take (ServerQueue *self, GArray *items,
    gboolean *hungry, gint64 timeout_us);

/* Takes no more: closed when what waits has been taken. */
void server_queue_finish (ServerQueue *self);
/* Drops what waits, takes no more, and wakes who takes. */
void server_queue_close (ServerQueue *self);

void server_queue_get_counts (ServerQueue *self, ServerQueueCounts *counts);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServerQueue, server_queue_free)

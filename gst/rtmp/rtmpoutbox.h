/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpOutbox: tags between the streaming thread of rtmpsink and its loop. It is
 * bounded: what is not live waits, what is live is dropped up to the next key
 * frame. Thread-safe; one puts, one takes. */
#pragma once

#include "rtmp/rtmpflvtag.h"
#include "rtmp/rtmpgrade.h"

typedef struct _RtmpOutbox RtmpOutbox;

/* A tag and what it is, which is found out once. A plain value; all zero is
 * none. */
typedef struct {
  RtmpFlvTag tag;
  RtmpGrade grade;
  gint64 time;                  /* when it was put; the box says */
} RtmpParcel;

typedef enum {
  RTMP_OUTBOX_TAKEN,
  RTMP_OUTBOX_FULL,
  RTMP_OUTBOX_FLUSHING,
  RTMP_OUTBOX_CLOSED,
} RtmpOutboxResult;

typedef struct {
  guint messages;               /* that wait */
  gsize bytes;
  gint64 delay;                 /* of the first of them, us */
  guint64 dropped_messages;     /* ever */
  guint64 dropped_bytes;
} RtmpOutboxStats;

/* @max_time in microseconds, of live input only; 0: no limit. */
RtmpOutbox *rtmp_outbox_new (gsize max_bytes, gint64 max_time);
void rtmp_outbox_free (RtmpOutbox *self);

void rtmp_parcel_clear (RtmpParcel *self);

/* The streaming thread. What is in @parcel is gone when TAKEN, and stays else.
 * @live: drops what is too old, and is never FULL. */
RtmpOutboxResult rtmp_outbox_put (RtmpOutbox *self, RtmpParcel *parcel,
    gboolean live, gint64 now);
/* Waits until there is room, or @end_time has passed. FULL: there is none. */
RtmpOutboxResult rtmp_outbox_wait (RtmpOutbox *self, gint64 end_time);
/* Nothing more is put, unless empty() takes that back. */
void rtmp_outbox_end (RtmpOutbox *self);
/* Waits until all is taken and close() was called. */
RtmpOutboxResult rtmp_outbox_wait_closed (RtmpOutbox *self, gint64 end_time);

/* Any thread: who waits does so no more, and nobody else. */
void rtmp_outbox_set_flushing (RtmpOutbox *self, gboolean flushing);
/* What waits is forgotten, and not counted as dropped, but for headers, which
 * what comes next may need; so is end(). */
void rtmp_outbox_empty (RtmpOutbox *self);

/* The loop: up to @max, to be cleared; fewer when they have @max_bytes.
 * @to_start: and only the first may be one that a server can begin with: a key
 * frame, or where there is no video a sound. */
guint rtmp_outbox_take (RtmpOutbox *self, RtmpParcel *parcels, guint max,
    gsize max_bytes, gboolean to_start);
/* The first that waits is one. */
gboolean rtmp_outbox_is_at_start (RtmpOutbox *self);
/* TRUE: it has come to the end(), all is taken, and from now on nothing more
 * can be put. */
gboolean rtmp_outbox_shut (RtmpOutbox *self);
/* Any thread: whether it was. */
gboolean rtmp_outbox_is_shut (RtmpOutbox *self);
/* Some of what was taken did not arrive: video goes on with a key frame. */
void rtmp_outbox_interrupt (RtmpOutbox *self);
/* Takes no more, from whom it may be. */
void rtmp_outbox_close (RtmpOutbox *self);

void rtmp_outbox_get_stats (RtmpOutbox *self, gint64 now,
    RtmpOutboxStats *stats);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtmpOutbox, rtmp_outbox_free)

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomKeyUnit: decides when one video track asks its encoder for a key frame.
 * Subscribers' requests are spaced; a short burst of our own follows a new
 * subscription. A plain value without clock or lock: times are monotonic
 * microseconds, the caller guards it. */
#pragma once

#include <glib.h>

#define ROOM_KEY_UNIT_MIN_INTERVAL (500 * G_TIME_SPAN_MILLISECOND)
#define ROOM_KEY_UNIT_PATIENCE (2 * G_TIME_SPAN_SECOND)

/* Why no key frame can go out at present, whatever upstream does. */
typedef enum {
  ROOM_KEY_UNIT_CLOSED = 1 << 0,        /* the stream is held, or flushed */
  ROOM_KEY_UNIT_MUTED = 1 << 1,
  ROOM_KEY_UNIT_PAUSED = 1 << 2,
} RoomKeyUnitStall;

typedef struct {
  gint64 min_interval;  /* between two asked for by subscribers */
  gint64 last_asked;    /* -1: never */
  gint64 due;           /* a request that came too soon; -1: none */
  gint64 burst_from;    /* time of the subscription; meaningless when over */
  guint burst_next;     /* step of the burst that comes next */
  gint64 first_asked;   /* since the last key frame; -1: never */
  gint64 last_key_frame;        /* -1: never */
  guint stalls;         /* RoomKeyUnitStall, all that hold */
  guint64 requests;     /* PLI and FIR received, for statistics */
} RoomKeyUnit;

void room_key_unit_init (RoomKeyUnit *self, gint64 min_interval);

/* A PLI or FIR came. TRUE: ask upstream now. FALSE: too soon; it is remembered
 * and due at the deadline unless a key frame goes out before that. */
gboolean room_key_unit_request (RoomKeyUnit *self, gint64 now);

/* Somebody subscribed: key units at +80, +200 and +400 ms. The key frame that
 * answers the subscriber's own request often comes before he can take it, and
 * his next request is 600 ms away. These are not spaced like requests. */
void room_key_unit_subscribed (RoomKeyUnit *self, gint64 now);

/* A key frame went out: a remembered request is answered. The burst goes on. */
void room_key_unit_key_frame (RoomKeyUnit *self, gint64 now);

/* When to call tick() next; -1: no need. */
gint64 room_key_unit_get_deadline (const RoomKeyUnit *self);

/* TRUE: ask upstream now. Several things due at once are one TRUE. */
gboolean room_key_unit_tick (RoomKeyUnit *self, gint64 now);

/* @stall begins or is over. Not one is there at first. */
void room_key_unit_set_stalled (RoomKeyUnit *self, RoomKeyUnitStall stall,
    gboolean stalled, gint64 now);

/* Upstream was asked ROOM_KEY_UNIT_PATIENCE ago or longer, and no key frame has
 * come since: it cannot make them on request. Never during a stall; after one
 * the time begins anew. */
gboolean room_key_unit_is_ignored (const RoomKeyUnit *self, gint64 now);

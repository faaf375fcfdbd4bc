/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitOffer: our side of the negotiation, one offer in flight at a time.
 * Gives ids, drops stale answers, knows when an answer is late, and keeps
 * candidates until the first offer has gone. It sends nothing itself. */
#pragma once

#include <glib.h>

#include "livekit/livekitevent.h"

typedef struct _LivekitOffer LivekitOffer;

/* After 15 s the server gives the session up as well. */
#define LIVEKIT_OFFER_TIMEOUT (15 * G_TIME_SPAN_SECOND)

typedef struct {
  LivekitTarget target;
  guint mline;
  gchar *candidate;
} LivekitKept;

LivekitOffer *livekit_offer_new (void);
void livekit_offer_free (LivekitOffer *self);

gboolean livekit_offer_is_in_flight (LivekitOffer *self);

/* An offer goes out now; gives its id: 1, 2, ... */
guint livekit_offer_begin (LivekitOffer *self, gint64 now);

/* TRUE for the answer to the offer in flight, which is over then. */
gboolean livekit_offer_answered (LivekitOffer *self, guint id);

/* When the answer is late; -1: no offer in flight. */
gint64 livekit_offer_get_deadline (LivekitOffer *self);

/* TRUE when a candidate may go at once. FALSE: it was kept. */
gboolean livekit_offer_keep (LivekitOffer *self, LivekitTarget target,
    guint mline, const gchar *candidate);
/* The kept candidates one by one in their order once they may go, then NULL.
 * Owned by the caller. */
LivekitKept *livekit_offer_take_kept (LivekitOffer *self);
void livekit_kept_free (LivekitKept *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LivekitOffer, livekit_offer_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LivekitKept, livekit_kept_free)

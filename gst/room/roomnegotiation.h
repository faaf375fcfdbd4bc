/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomNegotiation: one offer at a time about a list of publications.
 * Collects what changes meanwhile for the next one, and moves the publications
 * through their states. It does not speak to the server itself. Loop only. */
#pragma once

#include "roomcast.h"
#include "roompeer.h"

typedef struct _RoomNegotiation RoomNegotiation;

typedef struct {
  /* It will be in the offer that is made next. FALSE: it cannot be. */
  gboolean (*prepare) (RoomPublication *publication, gpointer user_data);
  void (*send_offer) (const gchar *sdp, gpointer user_data);
  /* An answer is in force: publications are accepted or ended. */
  void (*settled) (gpointer user_data);
  void (*failed) (const GError *error, gpointer user_data);
} RoomNegotiationFuncs;

/* @cast is borrowed. */
RoomNegotiation *room_negotiation_new (RoomPeer *peer,
    RoomCast *cast, const RoomNegotiationFuncs *funcs,
    gpointer user_data);
void room_negotiation_free (RoomNegotiation *self);

/* A publication is described, or is to end. */
void room_negotiation_want (RoomNegotiation *self, gint64 now);
/* Whether an offer may go out: joined, and the media can flow. */
void room_negotiation_set_ready (RoomNegotiation *self, gboolean ready);
/* TRUE once an offer was made on this connection. */
gboolean room_negotiation_has_begun (RoomNegotiation *self);

/* Makes an offer when one is wanted and may be made. */
void room_negotiation_check (RoomNegotiation *self, gint64 now);
/* When to call check() again; -1: no need. */
gint64 room_negotiation_get_deadline (RoomNegotiation *self);

/* From the peer, and the server's answer. */
void room_negotiation_described (RoomNegotiation *self, const gchar *sdp,
    const GError *error);
void room_negotiation_answer (RoomNegotiation *self, const gchar *sdp);
void room_negotiation_answered (RoomNegotiation *self, const GError *error);

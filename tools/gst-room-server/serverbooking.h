/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerBooking: which of a participant's tracks each section of his offer is,
 * and what his room is told of it. He asks for a track before he offers it, or
 * behind that. In the loop. */
#pragma once

#include "livekit/livekitroom.h"
#include "serversupply.h"

/* All lent, for one call. */
typedef struct {
  ServerSupply *supply;
  LivekitRoom *room;            /* NULL: it is over */
  const gchar *sid;
  gboolean quiet;               /* came without signalling */
} ServerBooking;

/* What is taken of him in @section, of an offer that he makes now. NULL:
 * nothing. */
const ServerCodec *server_booking_take (const ServerBooking *self,
    guint mline, const ServerSection *section);
/* TRACK_ADDED. */
void server_booking_add (const ServerBooking *self,
    const LivekitRoomEvent *added);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerSeat: the media of one participant: his one or two lines, what he
 * publishes and what he is given. It does what the room says of him, and tells
 * the room what his lines find out. In the loop. */
#pragma once

#include "livekit/livekitroomevent.h"
#include "livekit/livekitrooms.h"
#include "serverdemand.h"
#include "serverline.h"
#include "servermedia.h"
#include "serversupply.h"

typedef struct _ServerSeat ServerSeat;

/* What all seats share; it outlives them. */
typedef struct {
  LifeLoop *loop;
  LivekitRooms *rooms;
  LifeRoster *roster;           /* of legs */
  ServerShelf *shelf;
  ServerPeerConfig peer;
  ServerReportTotals *gone;     /* what was counted of those who have gone */
  ServerMediaPump pump;
  gpointer user_data;
} ServerSeatPlace;

/* FALSE with @error (LIVEKIT_REFUSAL): there are no descriptors for one more
 * connection. */
gboolean server_seat_check_place (const ServerSeatPlace *place,
    GError **error);

/* @joined: the event. */
ServerSeat *server_seat_new (const ServerSeatPlace *place,
    const LivekitRoomEvent *joined);

/* Any event of the participant but JOINED, FORWARD and OVER. */
void server_seat_handle (ServerSeat *self, const LivekitRoomEvent *event);
/* FORWARD, from @publisher's seat. */
void server_seat_forward (ServerSeat *self, ServerSeat *publisher,
    const LivekitRoomEvent *event);

/* See server_media_offer(). */
void server_seat_offer (ServerSeat *self, const gchar *sdp,
    const gchar *publisher, ServerMediaAnswered answered, gpointer user_data,
    GDestroyNotify destroy);
void server_seat_add_candidate (ServerSeat *self, guint mline,
    const gchar *candidate);

/* Lent. */
const gchar *server_seat_get_room (ServerSeat *self);
const gchar *server_seat_get_sid (ServerSeat *self);

/* Adds what has come from it and went to it. */
void server_seat_describe (ServerSeat *self, ServerReport *report,
    gint64 now);

/* OVER, or the end: its lines stop. It is not the caller's any more, and frees
 * itself when nothing is left of them. */
void server_seat_leave (ServerSeat *self);

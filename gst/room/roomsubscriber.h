/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomSubscriber: the second connection of the two-connection mode.
 * The server offers it at once and removes who does not answer, even when
 * nothing is subscribed. It answers and receives nothing. Loop only. */
#pragma once

#include "livekit/livekitclient.h"
#include "roomconfig.h"
#include "roompeer.h"

typedef struct _RoomSubscriber RoomSubscriber;

/* Makes no connection yet. All is borrowed. Any thread. */
RoomSubscriber *room_subscriber_new (GstBin *bin, LifeLoop *loop,
    const RoomConfig *config);
void room_subscriber_free (RoomSubscriber *self);

/* We are in the room: makes its webrtcbin in the bin, which is running, if
 * the room has such a connection. @client is borrowed until part(). */
gboolean room_subscriber_join (RoomSubscriber *self, LivekitClient *client,
    const LivekitJoined *joined, GError **error);

/* The server's offer of that id. */
void room_subscriber_take_offer (RoomSubscriber *self, guint id,
    const gchar *sdp);
void room_subscriber_add_candidate (RoomSubscriber *self, guint mline,
    const gchar *candidate);

/* The client is gone; no answer goes out any more. */
void room_subscriber_part (RoomSubscriber *self);
/* Takes it out of the bin; after part(), and after the loop has ended. */
void room_subscriber_remove (RoomSubscriber *self);

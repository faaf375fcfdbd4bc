/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitRoomForward: who is given which track of whom. It holds what is
 * wanted and permitted against what is, and says what has to begin and to end.
 * For the files of the room only. */
#pragma once

#include "livekit/livekitroomstate.h"

/* After a change to what @consumer wants or may. */
void livekit_room_forward_review_consumer (LivekitRoom *self,
    LivekitMember *consumer);
/* After a change to the tracks of @publisher, or to who may have them. */
void livekit_room_forward_review_publisher (LivekitRoom *self,
    LivekitMember *publisher);

/* FALSE, and nothing changed, for a list that is too long. Those whose rights
 * change are told. */
gboolean livekit_room_forward_set_allowed (LivekitRoom *self,
    LivekitMember *publisher, const Livekit__SubscriptionPermission *message);

/* @paused: @consumer does not want to see it now, and keeps it. */
void livekit_room_forward_set_paused (LivekitRoom *self,
    LivekitMember *consumer, const LivekitMember *publisher,
    const gchar *track, gboolean paused);

/* @track, which is freed, ends at everyone. */
void livekit_room_forward_drop_track (LivekitRoom *self,
    LivekitMember *publisher, LivekitPublication *track);
/* @consumer gets nothing any more. */
void livekit_room_forward_drop_consumer (LivekitRoom *self,
    LivekitMember *consumer);

/* Says who has to negotiate after all that has changed. */
/* Packets of @track go to @consumer from now on: its publisher is told of the
 * first. */
void livekit_room_forward_flows (LivekitRoom *self, LivekitMember *consumer,
    const gchar *track);

void livekit_room_forward_flush (LivekitRoom *self);

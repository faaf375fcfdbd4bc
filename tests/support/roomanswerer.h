/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomAnswerer: the room's end of the media, in the test's process: a webrtcbin
 * that answers what comes through a RoomScript and takes the packets. On
 * 127.0.0.1 alone. It signals nothing itself. */
#pragma once

#include "packetwatch.h"
#include "roomscript.h"

#include <gst/gst.h>

typedef struct _RoomAnswerer RoomAnswerer;

/* @silent: no candidate goes either way, so that no connection comes about. */
RoomAnswerer *room_answerer_new (gboolean silent);
void room_answerer_free (RoomAnswerer *self);

/* Its candidates go to @script; NULL before the script is freed. */
void room_answerer_set_script (RoomAnswerer *self, RoomScript *script);

/* For a RoomScriptConfig whose user_data is the answerer. Offer 1 begins a new
 * connection. */
gchar *room_answerer_answer (guint id, const gchar *offer,
    gpointer user_data);
void room_answerer_trickle (Livekit__SignalTarget target, const gchar *json,
    gpointer user_data);

/* Waits until @count packets of this connection have come; FALSE when they
 * have not within a time that only a broken test needs. */
gboolean room_answerer_wait_packets (RoomAnswerer *self, guint count);

/* What comes in at it, over all its connections; borrowed. It asks for what the
 * watch loses only if that was told before the first offer. */
PacketWatch *room_answerer_get_watch (RoomAnswerer *self);

/* From here on it sends nothing, neither media nor RTCP; the path between the
 * two stays alive. After packets have come. */
void room_answerer_hush (RoomAnswerer *self);

/* Every webrtcbin that comes into @bin uses 127.0.0.1 alone too. */
void room_answerer_confine (GstBin *bin);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RoomAnswerer, room_answerer_free)

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerTrack: one stream that a client sends us, taken where webrtcbin has
 * decrypted it and put lost packets back in, but in front of its jitterbuffer:
 * nothing waits for order. Of streams that the offer names, the jitterbuffer
 * behind asks for what is lost; of others the track itself does. What comes
 * before there is a fan is kept for it. */
#pragma once

#include "life/lifeloop.h"
#include "serverfan.h"
#include "serveroffer.h"
#include "serversync.h"

/* So many packets wait for a fan: some seconds, or a large key frame. */
#define SERVER_TRACK_MAX_HELD 1024
/* And of a stream that nobody knows so few: there may be no use for it. */
#define SERVER_TRACK_MAX_UNKNOWN 100

typedef struct _ServerTrack ServerTrack;

/* In the streaming thread, for a packet of a stream that is not known yet: its
 * section, or -1. @offer is given with a reference. */
typedef gint (*ServerTrackFindFunc) (const ServerPacket *packet,
    const guint8 *data, ServerOffer **offer, gpointer user_data);
/* In the loop, once: the stream is known. */
typedef void (*ServerTrackFoundFunc) (ServerTrack *track, gpointer user_data);

/* Watches @pad, of a demultiplexer by SSRC. In a streaming thread. @sync is the
 * client's. */
ServerTrack *server_track_new (LifeLoop *loop, GstPad *pad, guint32 ssrc,
    ServerSync *sync, ServerTrackFindFunc find, ServerTrackFoundFunc found,
    gpointer user_data, GDestroyNotify destroy);
ServerTrack *server_track_ref (ServerTrack *self);
void server_track_unref (ServerTrack *self);

/* It is known what it is. Any thread. */
gboolean server_track_is_found (ServerTrack *self);
/* Once found. */
const ServerSection *server_track_get_section (ServerTrack *self);
const ServerCodec *server_track_get_codec (ServerTrack *self);
guint server_track_get_mline (ServerTrack *self);

/* In the loop: becomes the producer of @fan, whose codec it must have. FALSE:
 * the fan has ended, or the track is closed. */
gboolean server_track_attach (ServerTrack *self, ServerFan *fan);

/* In the loop: the client's offer takes it back; its fan is left, and not
 * ended. Packets still on the way are dropped: webrtcbin 1.22 has ended
 * its own part and would end the whole connection over one of them. Offered
 * again, it is found again. */
void server_track_withdraw (ServerTrack *self);

/* In the loop: nothing more comes of it; its fan is left, and not ended. */
void server_track_close (ServerTrack *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServerTrack, server_track_unref)

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerTrack: one stream that a client sends us, taken where webrtcbin has
 * decrypted it and put lost packets back in. Nothing goes further there, and
 * nothing waits for order; of pictures the track asks for what is lost. What
 * comes before there is a fan is kept for it. */
#pragma once

#include "life/lifeloop.h"
#include "serverfan.h"
#include "serveroffer.h"
#include "serversync.h"

/* So many packets wait for a fan: some seconds, or a large key frame. */
#define SERVER_TRACK_MAX_HELD 1024
/* And of a stream that nobody knows so few: there may be no use for it. */
#define SERVER_TRACK_MAX_UNKNOWN 100
/* And of all streams of one client together. */
#define SERVER_TRACK_MAX_BYTES (2 * 1024 * 1024)

typedef struct _ServerTrack ServerTrack;

/* In the streaming thread, for a packet of a stream that is not known yet: its
 * section, or -1. @offer is given with a reference. */
typedef gint (*ServerTrackFindFunc) (const ServerPacket *packet,
    const guint8 *data, ServerOffer **offer, gpointer user_data);
/* In the loop, once: the stream is known. */
typedef void (*ServerTrackFoundFunc) (ServerTrack *track, gpointer user_data);

/* Takes all that comes out of @pad, of a demultiplexer by SSRC, and goes on to
 * when it is closed: the pad owns it too. In a streaming thread. @sync is the
 * client's, and @budget: it counts what all his tracks hold, from 0, and lives
 * until @destroy. */
ServerTrack *server_track_new (LifeLoop *loop, GstPad *pad, guint32 ssrc,
    ServerSync *sync, gint *budget, ServerTrackFindFunc find,
    ServerTrackFoundFunc found, gpointer user_data, GDestroyNotify destroy);
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

/* No fan will have it: nothing is kept. Until it is withdrawn. */
void server_track_give_up (ServerTrack *self);

/* In the loop: the client's offer takes it back; its fan is left, and not
 * ended. Offered again, it is found again. */
void server_track_withdraw (ServerTrack *self);

/* Nothing more comes of it; its fan is left, and not ended. In the loop, or
 * where it was made. */
void server_track_close (ServerTrack *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServerTrack, server_track_unref)

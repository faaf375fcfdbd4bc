/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerIntake: finds the streams that come in through a ServerPeer, and which
 * section of the client's offer each belongs to: by its SSRC, or by the mid
 * that browsers write into the packets. In the loop. */
#pragma once

#include "serverpeer.h"
#include "servertrack.h"

typedef struct _ServerIntake ServerIntake;

/* In the loop, not after close(). */
typedef void (*ServerIntakeFunc) (ServerTrack *track, gpointer user_data);

/* Before the peer plays. @gone: the client has taken its offer of the stream
 * back; right after that the track leaves its fan. */
ServerIntake *server_intake_new (LifeLoop *loop, ServerPeer *peer,
    ServerIntakeFunc found, ServerIntakeFunc gone, gpointer user_data);
void server_intake_unref (ServerIntake *self);

/* What the client offers from now on. Before webrtcbin gets it. */
void server_intake_set_offer (ServerIntake *self, ServerOffer *offer);

/* Closes all tracks; no more is found. */
void server_intake_close (ServerIntake *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServerIntake, server_intake_unref)

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerOutlet: one track that goes to a client: a consumer of a ServerFan that
 * feeds a sink pad of webrtcbin. A retransmission that the client asks for is
 * answered by webrtcbin itself, which keeps the last 500 packets of each stream
 * for it. In the loop, where nothing else is said. */
#pragma once

#include "serverfan.h"
#include "serveroffer.h"
#include "serverpeer.h"

typedef struct _ServerOutlet ServerOutlet;

/* @stream and @track are what the client shall see in the description; NULL:
 * names of webrtcbin's own. */
ServerOutlet *server_outlet_new (ServerFan *fan, const gchar *stream,
    const gchar *track);
ServerOutlet *server_outlet_ref (ServerOutlet *self);
void server_outlet_unref (ServerOutlet *self);

ServerFan *server_outlet_get_fan (ServerOutlet *self);
/* The two, as the description has them for now and as it shall have them. NULL:
 * not open, or no name was given. */
const gchar *server_outlet_get_transceiver (ServerOutlet *self);
const gchar *server_outlet_get_track (ServerOutlet *self);

/* Makes the pad, sending only, so that our next description has it: an offer of
 * ours, or the answer to one of the client's with @section, which suits. FALSE:
 * webrtcbin does not give one. */
gboolean server_outlet_offer (ServerOutlet *self, ServerPeer *peer);
gboolean server_outlet_accept (ServerOutlet *self, ServerPeer *peer,
    const ServerSection *section);
/* The client can receive it there. */
gboolean server_outlet_suits (ServerOutlet *self,
    const ServerSection *section);
/* What his answer to our offer, once in force, says of it: whether he takes it
 * and, from its start on, which header extensions are passed on. */
void server_outlet_set_answer (ServerOutlet *self,
    const ServerOffer *answer);
gboolean server_outlet_is_open (ServerOutlet *self);
/* The client takes no such codec: it is never opened. */
void server_outlet_refuse (ServerOutlet *self);
/* Neither open nor refused. */
gboolean server_outlet_is_waiting (ServerOutlet *self);
/* The section it is in; NULL: not negotiated. The caller frees it. */
gchar *server_outlet_dup_mid (ServerOutlet *self);

/* Open, described, not rejected and connected: packets flow, from a key frame
 * on. TRUE when they begin to: once. */
gboolean server_outlet_start (ServerOutlet *self);
/* Packets do not flow for now, started or not; the section stays. */
void server_outlet_set_paused (ServerOutlet *self, gboolean paused);
/* Packets flow no more; the next description says inactive. */
void server_outlet_leave (ServerOutlet *self);
/* After leave, and after that description or webrtcbin's end: waits for the
 * thread, and gives the pad back. Any thread. */
void server_outlet_close (ServerOutlet *self);
/* The same without a wait. FALSE: the thread is not done, nothing happened. */
gboolean server_outlet_try_close (ServerOutlet *self);

/* How the client gets it, by his reports. FALSE: he has sent none. */
gboolean server_outlet_get_reception (ServerOutlet *self,
    RoomReceptionReport *report);
/* FALSE: it has not been started. */
gboolean server_outlet_get_counts (ServerOutlet *self,
    ServerConsumerCounts *counts);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServerOutlet, server_outlet_unref)

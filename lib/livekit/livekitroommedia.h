/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitRoomMedia: what those who have the connections tell the room. With
 * the events of livekitroomevent.h it is the whole of the seam between
 * signalling and media. As with LivekitRoom, take all events after each call,
 * and what is said about one that is out is ignored.
 *
 * How it goes. JOINED: make a leg. TRACK_ADDED: a track is announced and has
 * no media yet. OFFER: set it; for each new section that the client sends
 * with, ask livekit_room_media_match() which track it is, and say
 * livekit_room_media_live() when the answer takes it; then
 * livekit_room_media_answer(). A client may offer first, and ask for the track
 * behind that. FORWARD: give the participant that track from now on;
 * FORWARD_END: no more. NEGOTIATE comes behind them: with two connections make
 * an offer, livekit_room_media_offer(); the next NEGOTIATE comes when it is
 * answered. With one connection count the sections of the client's last offer
 * that can take what is to be sent, and ask for what is missing,
 * livekit_room_media_require(); its next offer has them. OVER: the leg goes;
 * all its FORWARD_END and TRACK_REMOVED were before. */
#pragma once

#include "livekit/livekitresponse.h"
#include "livekit/livekitroom.h"

/* To the offer of that id. @mids: the track in each section that we send with,
 * for a client with one connection. */
void livekit_room_media_answer (LivekitRoom *self, const gchar *sid, guint id,
    const gchar *sdp, const LivekitMid *mids, gsize n_mids);
/* After NEGOTIATE, for a participant with two connections. Clients find whose
 * a track is by its msid: "PUBLISHER|STREAM TRACK", of sids. Gives the offer's
 * id; 0: not sent. */
guint livekit_room_media_offer (LivekitRoom *self, const gchar *sid,
    const gchar *sdp, const LivekitMid *mids, gsize n_mids);
/* That many sections more than its last offer had. */
void livekit_room_media_require (LivekitRoom *self, const gchar *sid,
    guint audios, guint videos);
/* @target: whose connection, as the client names it; with one connection
 * always PUBLISHER. */
void livekit_room_media_trickle (LivekitRoom *self, const gchar *sid,
    LivekitTarget target, guint mline, const gchar *candidate);

/* The pending track that a new section means, by the track id of its msid
 * (NULL: it has none). Lent; NULL: there is none, and the section is to be
 * refused. Say that it is live before the next is matched. */
const gchar *livekit_room_media_match (LivekitRoom *self, const gchar *sid,
    const gchar *cid, gboolean video);
/* A section that means none may get its track later: it may publish one more.
 * Until then nobody is told of it. */
gboolean livekit_room_media_may_publish (LivekitRoom *self, const gchar *sid);
/* It is negotiated, as @mime ("video/H264") in the section @mid: now the
 * others get to know it. */
void livekit_room_media_live (LivekitRoom *self, const gchar *sid,
    const gchar *track, const gchar *mime, const gchar *mid);
/* Its section is inactive, or its media has ended. */
void livekit_room_media_gone (LivekitRoom *self, const gchar *sid,
    const gchar *track);

/* What was forwarded is sent from now on: it is negotiated, and the connection
 * is up. The publisher, who may have waited for it, is told of the first. */
void livekit_room_media_flows (LivekitRoom *self, const gchar *sid,
    const gchar *track);

/* The connection that matters is up: the one there is; of two ours, if the
 * participant may subscribe. Without this it is thrown out after a minute. */
void livekit_room_media_connected (LivekitRoom *self, const gchar *sid);
/* A connection has failed: the client is told to join anew, unless it says
 * within a second that it leaves. */
void livekit_room_media_failed (LivekitRoom *self, const gchar *sid,
    gint64 now);

/* For one that came without signalling (LivekitEntry.quiet): a pending track,
 * as if it had been asked for. Its sid, lent; NULL: not permitted, or too
 * many. */
const gchar *livekit_room_media_publish (LivekitRoom *self, const gchar *sid,
    const LivekitTrackRequest *request);

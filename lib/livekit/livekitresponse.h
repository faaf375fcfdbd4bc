/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitResponse: what a server says to a client, one function per message.
 * Each gives the bytes of one SignalResponse; NULL and @error
 * (LIVEKIT_ERROR_PROTOCOL) for what a client would have to refuse. */
#pragma once

#include "livekit/livekit.pb-c.h"
#include "livekit/livekitevent.h"

/* Which track a section of a description carries. */
typedef struct {
  const gchar *mid;
  const gchar *track_sid;
} LivekitMid;

GBytes *livekit_response_join (Livekit__JoinResponse *join, GError **error);
GBytes *livekit_response_reconnect (Livekit__ReconnectResponse *reconnect,
    GError **error);
GBytes *livekit_response_update (Livekit__ParticipantInfo **participants,
    gsize n_participants, GError **error);
GBytes *livekit_response_room (Livekit__Room *room, GError **error);
GBytes *livekit_response_leave (Livekit__DisconnectReason reason,
    Livekit__LeaveRequest__Action action, GError **error);

/* @offer: FALSE for an answer. */
GBytes *livekit_response_description (gboolean offer, guint id,
    const gchar *sdp, const LivekitMid *mids, gsize n_mids, GError **error);
/* There is no way to say that there are no more: the native clients end the
 * process over an empty candidate. */
GBytes *livekit_response_trickle (LivekitTarget target, guint mline,
    const gchar *candidate, GError **error);
/* That many more sections to receive with are needed in the next offer. */
GBytes *livekit_response_sections (guint audios, guint videos,
    GError **error);

GBytes *livekit_response_published (const gchar *cid,
    Livekit__TrackInfo *track, GError **error);
GBytes *livekit_response_unpublished (const gchar *sid, GError **error);
GBytes *livekit_response_subscribed (const gchar *sid, GError **error);
/* Whether anybody watches the video track @sid, which is @mime ("video/H264"):
 * of all its layers alike. */
GBytes *livekit_response_watched (const gchar *sid, const gchar *mime,
    gboolean watched, GError **error);
GBytes *livekit_response_mute (const gchar *sid, gboolean muted,
    GError **error);
/* Whether the receiver may have a track of another participant. */
GBytes *livekit_response_allowed (const gchar *participant_sid,
    const gchar *track_sid, gboolean allowed, GError **error);
/* No track of that sid can be subscribed to. */
GBytes *livekit_response_no_track (const gchar *sid, GError **error);

/* A refusal, or the other answer to a request with an id. */
GBytes *livekit_response_request (Livekit__RequestResponse *answer,
    GError **error);

GBytes *livekit_response_token (const gchar *token, GError **error);
/* Milliseconds: the ping's own, and our clock. */
GBytes *livekit_response_pong (gint64 ping, gint64 now, GError **error);
/* To the ping of older clients. */
GBytes *livekit_response_old_pong (gint64 now, GError **error);

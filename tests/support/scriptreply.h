/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ScriptReply: what a room's server says, one function per message, as bytes.
 * For tests: text that cannot be written is the test's bug and aborts. */
#pragma once

#include "livekit/livekitsignal.h"

GBytes *script_reply (const Livekit__SignalResponse *response);

/* Room "stage", ourselves "publisher" with the sid SCRIPT_PARTICIPANT.
 * @codecs NULL: as a real server; @url: go there instead, or NULL. */
GBytes *script_reply_join (const gchar * const *codecs, const gchar *url);
GBytes *script_reply_leave (Livekit__DisconnectReason reason);
GBytes *script_reply_published (const Livekit__AddTrackRequest *request,
    const gchar *sid);
GBytes *script_reply_refused (Livekit__AddTrackRequest *request,
    Livekit__RequestResponse__Reason reason);
GBytes *script_reply_unpublished (const gchar *sid);
GBytes *script_reply_subscribed (const gchar *sid);
/* Of a track with one codec and three layers. */
GBytes *script_reply_watched (const gchar *sid, gboolean watched);
GBytes *script_reply_mute (const gchar *sid, gboolean muted);
GBytes *script_reply_answer (guint id, const gchar *sdp);
GBytes *script_reply_offer (guint id, const gchar *sdp);
GBytes *script_reply_trickle (Livekit__SignalTarget target,
    const gchar *json, gboolean final);
GBytes *script_reply_pong (gint64 timestamp);
GBytes *script_reply_token (const gchar *token);
/* Of the participant @sid. */
GBytes *script_reply_update (const gchar *sid,
    Livekit__ParticipantInfo__State state, gboolean can_publish);

#define SCRIPT_PARTICIPANT "PA_script"

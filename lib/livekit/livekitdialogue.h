/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitDialogue: what is said in a room between the join and the leave.
 * Tracks, negotiation, mute, permissions, pings. It neither connects nor ends:
 * its session does. Requests made before begin() are kept. */
#pragma once

#include "livekit/livekit.pb-c.h"
#include "livekit/livekitqueue.h"
#include "livekit/livekitsession.h"

typedef struct _LivekitDialogue LivekitDialogue;

/* @queue is the session's and outlives the dialogue. */
LivekitDialogue *livekit_dialogue_new (LivekitQueue *queue);
void livekit_dialogue_free (LivekitDialogue *self);

/* The room has let us in: sends what was kept. */
void livekit_dialogue_begin (LivekitDialogue *self,
    const LivekitJoined *joined, gint64 ping_interval, gint64 ping_timeout,
    gint64 now);

/* One message of the server after the join. Kinds that are of no use to a
 * publisher, or unknown, are skipped: the protocol grows by new kinds. */
void livekit_dialogue_handle (LivekitDialogue *self,
    const Livekit__SignalResponse *message, gint64 now);

/* Any bytes came. */
void livekit_dialogue_heard (LivekitDialogue *self, gint64 now);

/* After begin. */
gint64 livekit_dialogue_get_deadline (LivekitDialogue *self);
/* FALSE and @error when the session has to end: LIVEKIT_ERROR_LOST when the
 * other end is silent, LIVEKIT_ERROR_MEDIA when an offer found no answer. */
gboolean livekit_dialogue_tick (LivekitDialogue *self, gint64 now,
    GError **error);

/* As the functions of LivekitSession. */
void livekit_dialogue_add_track (LivekitDialogue *self,
    const LivekitTrackRequest *request, gint64 now);
void livekit_dialogue_forget_track (LivekitDialogue *self, const gchar *cid);
gboolean livekit_dialogue_can_offer (LivekitDialogue *self);
guint livekit_dialogue_offer (LivekitDialogue *self, const gchar *sdp,
    gint64 now);
void livekit_dialogue_answer (LivekitDialogue *self, guint id,
    const gchar *sdp);
void livekit_dialogue_trickle (LivekitDialogue *self, LivekitTarget target,
    guint mline, const gchar *candidate);
void livekit_dialogue_set_muted (LivekitDialogue *self, const gchar *sid,
    gboolean muted);
void livekit_dialogue_set_video_size (LivekitDialogue *self,
    const gchar *sid, guint width, guint height);
void livekit_dialogue_set_allowed (LivekitDialogue *self,
    const gchar * const *identities);

/* The server moved us: who we are now. */
void livekit_dialogue_set_participant (LivekitDialogue *self,
    const gchar *sid);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LivekitDialogue, livekit_dialogue_free)

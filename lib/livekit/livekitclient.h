/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitClient: a session joined to a link and a clock.
 * Lives on the thread-default GMainContext it was made in, is touched only
 * there, and reports there. It holds no media. */
#pragma once

#include "livekit/livekitsession.h"

typedef struct _LivekitClient LivekitClient;

/* @event is borrowed. Never called from inside a livekit_client function, so
 * the callee may call back, free included. */
typedef void (*LivekitClientFunc) (LivekitClient *client,
    const LivekitEvent *event, gpointer user_data);

LivekitClient *livekit_client_new (const LivekitSessionConfig *config,
    gboolean ssl_strict, LivekitClientFunc func, gpointer user_data);
/* Cuts: no leave, no further event. Leave first to part in order. */
void livekit_client_free (LivekitClient *self);

void livekit_client_start (LivekitClient *self);
void livekit_client_leave (LivekitClient *self);

/* The requests of LivekitSession; what they cause comes as events. */
void livekit_client_add_track (LivekitClient *self,
    const LivekitTrackRequest *request);
void livekit_client_forget_track (LivekitClient *self, const gchar *cid);
gboolean livekit_client_can_offer (LivekitClient *self);
guint livekit_client_offer (LivekitClient *self, const gchar *sdp);
void livekit_client_answer (LivekitClient *self, guint id, const gchar *sdp);
void livekit_client_trickle (LivekitClient *self, LivekitTarget target,
    guint mline, const gchar *candidate);
void livekit_client_set_muted (LivekitClient *self, const gchar *sid,
    gboolean muted);
void livekit_client_set_video_size (LivekitClient *self, const gchar *sid,
    guint width, guint height);
void livekit_client_set_allowed (LivekitClient *self,
    const gchar * const *identities);
LivekitSessionState livekit_client_get_state (LivekitClient *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LivekitClient, livekit_client_free)

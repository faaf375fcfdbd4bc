/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitSession: the client's dialogue with a room, as a state machine.
 * No socket, no thread, no clock: what happened goes in with the time, what is
 * to be done comes out as events. One thread at a time. */
#pragma once

#include "livekit/livekitevent.h"

typedef struct _LivekitSession LivekitSession;

/* All strings are copied. Times in microseconds. */
typedef struct {
  const gchar *url;             /* as the user wrote it */
  const gchar *token;           /* access token (JWT) */
  const gchar *client_version;
  const gchar *metadata;        /* NULL: none; needs canUpdateOwnMetadata */
  GHashTable *attributes;       /* string to string; NULL: none */
  gint64 unix_time;             /* seconds, at the start: to see an expired
                                 * token; 0: left to the server */
  gint64 connect_timeout;       /* dial to open; 0: 10 s */
  gint64 join_timeout;          /* open to join; 0: 5 s */
  gint64 ping_interval;         /* longest; 0: 2 s. The server's if shorter */
  gint64 ping_timeout;          /* longest silence; 0: 5 s */
  gint64 leave_timeout;         /* leave to the socket's end; 0: 500 ms */
} LivekitSessionConfig;

typedef enum {
  LIVEKIT_SESSION_IDLE,
  LIVEKIT_SESSION_CONNECTING,   /* dialling, upgrading */
  LIVEKIT_SESSION_JOINING,      /* socket open, no join yet */
  LIVEKIT_SESSION_JOINED,
  LIVEKIT_SESSION_LEAVING,      /* leave sent */
  LIVEKIT_SESSION_ENDED,
} LivekitSessionState;

LivekitSession *livekit_session_new (const LivekitSessionConfig *config);
void livekit_session_free (LivekitSession *self);

LivekitSessionState livekit_session_get_state (LivekitSession *self);

/* Next event, or NULL. Take until NULL after every call below. */
LivekitEvent *livekit_session_take (LivekitSession *self);

/* When to call tick() at the latest (same clock as @now); -1: not needed. */
gint64 livekit_session_get_deadline (LivekitSession *self);
void livekit_session_tick (LivekitSession *self, gint64 now);

/* Begins; the first event is DIAL, or ENDED for a URL that cannot be used. */
void livekit_session_start (LivekitSession *self, gint64 now);

/* What became of the dialling. @status is the HTTP status of a refused upgrade
 * with @body its text (may hold the token: it is cut to words); 0 when there
 * was no HTTP answer, and @error says why. */
void livekit_session_opened (LivekitSession *self, gint64 now);
void livekit_session_refused (LivekitSession *self, guint status,
    const gchar *body, const GError *error, gint64 now);

/* One binary WebSocket message; the socket's end. */
void livekit_session_feed (LivekitSession *self, GBytes *message, gint64 now);
void livekit_session_closed (LivekitSession *self, const GError *error,
    gint64 now);

/* Requests. Those made before the join are kept and sent after it. */
void livekit_session_add_track (LivekitSession *self,
    const LivekitTrackRequest *request, gint64 now);
/* The track of @cid is not wanted any more: a queued request is dropped, and a
 * late TRACK_PUBLISHED is not reported. */
void livekit_session_forget_track (LivekitSession *self, const gchar *cid);
/* TRUE when joined and no offer is in flight. */
gboolean livekit_session_can_offer (LivekitSession *self);
/* Only when can_offer; gives the offer's id (1, 2, ...). */
guint livekit_session_offer (LivekitSession *self, const gchar *sdp,
    gint64 now);
/* To an OFFER event: its id. */
void livekit_session_answer (LivekitSession *self, guint id,
    const gchar *sdp);
/* @candidate "candidate:..."; kept until our first offer has been sent. */
void livekit_session_trickle (LivekitSession *self, LivekitTarget target,
    guint mline, const gchar *candidate);
void livekit_session_set_muted (LivekitSession *self, const gchar *sid,
    gboolean muted);
void livekit_session_set_video_size (LivekitSession *self, const gchar *sid,
    guint width, guint height);
/* Who may subscribe: NULL everyone, an empty list nobody. The last list is
 * kept and sent after the join. */
void livekit_session_set_allowed (LivekitSession *self,
    const gchar * const *identities);

/* Says leave; ENDED follows with the server's answer or leave_timeout. */
void livekit_session_leave (LivekitSession *self, gint64 now);

/* The newest token, refreshed by the server. Never log it. */
const gchar *livekit_session_get_token (LivekitSession *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LivekitSession, livekit_session_free)

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitTracks: the tracks we asked the server for and what it said.
 * Keeps requests until they may be sent, matches answers to them and gives up
 * on what stays unanswered. It sends nothing itself. */
#pragma once

#include "livekit/livekitevent.h"

typedef struct _LivekitTracks LivekitTracks;

/* How long the server may take to answer one request. */
#define LIVEKIT_TRACKS_TIMEOUT (10 * G_TIME_SPAN_SECOND)

LivekitTracks *livekit_tracks_new (void);
void livekit_tracks_free (LivekitTracks *self);

/* @request is copied. */
void livekit_tracks_add (LivekitTracks *self,
    const LivekitTrackRequest *request);

/* The next request to send, in the order of adding, now under way and with its
 * deadline running from @now; NULL when there is none. Borrowed until the next
 * call. */
const LivekitTrackRequest *livekit_tracks_take_unsent (LivekitTracks *self,
    gint64 now);

/* The owner of @cid does not want it any more. */
void livekit_tracks_forget (LivekitTracks *self, const gchar *cid);

/* The server published the oldest unanswered request for @cid. TRUE when
 * somebody still wants to hear it. */
gboolean livekit_tracks_published (LivekitTracks *self, const gchar *cid,
    const gchar *sid, gint64 now);

/* The server keeps the newest request for @cid until the track that has the
 * cid now is gone; its deadline stops. */
void livekit_tracks_queued (LivekitTracks *self, const gchar *cid);

/* The server refused the newest unanswered request for @cid. Gives the
 * request's track name (owned by the caller) when somebody still wants to hear
 * it, else NULL. */
gchar *livekit_tracks_refused (LivekitTracks *self, const gchar *cid);

/* The published track @sid is gone; a queued request of its cid is next. */
void livekit_tracks_unpublished (LivekitTracks *self, const gchar *sid,
    gint64 now);

/* The earliest deadline; -1: none. */
gint64 livekit_tracks_get_deadline (LivekitTracks *self);

/* Takes out one request whose deadline has passed: its cid, and its name in
 * @name; both owned by the caller. NULL when there is none to tell of. */
gchar *livekit_tracks_take_overdue (LivekitTracks *self, gint64 now,
    gchar **name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LivekitTracks, livekit_tracks_free)

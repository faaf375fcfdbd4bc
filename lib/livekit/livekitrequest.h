/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitRequest: what a publisher says to a room, one function per message.
 * Each gives the bytes of one SignalRequest; NULL and @error
 * (LIVEKIT_ERROR_PROTOCOL) for text that the server would have to refuse. */
#pragma once

#include "livekit/livekitevent.h"

GBytes *livekit_request_add_track (const LivekitTrackRequest *track,
    GError **error);
GBytes *livekit_request_offer (guint id, const gchar *sdp, GError **error);
GBytes *livekit_request_answer (guint id, const gchar *sdp, GError **error);
GBytes *livekit_request_trickle (LivekitTarget target, guint mline,
    const gchar *candidate, GError **error);
GBytes *livekit_request_mute (const gchar *sid, gboolean muted,
    GError **error);
GBytes *livekit_request_video_size (const gchar *sid, guint width,
    guint height, GError **error);

/* Who may subscribe: NULL everyone, an empty list nobody. */
GBytes *livekit_request_allowed (const gchar * const *identities,
    GError **error);

/* Both may be NULL. */
GBytes *livekit_request_metadata (const gchar *metadata,
    GHashTable *attributes, GError **error);

/* Milliseconds: of the sender's clock, and of the round trip before. */
GBytes *livekit_request_ping (gint64 timestamp, gint64 round_trip,
    GError **error);
GBytes *livekit_request_leave (GError **error);

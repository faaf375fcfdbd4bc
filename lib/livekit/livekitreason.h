/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitReason: the server's numbers and refusals in words.
 * Each becomes an error of the domain LIVEKIT_ERROR whose text says what
 * happened and what can be done. No text repeats a token. */
#pragma once

#include <glib.h>

/* Of a DisconnectReason on the wire (Livekit__DisconnectReason). */
GError *livekit_reason_new_leave (gint reason);

/* Of an HTTP status with which the upgrade was refused; @body may be NULL and
 * may hold a token. */
GError *livekit_reason_new_refusal (guint status, const gchar *body);

/* Of a RequestResponse's reason to an AddTrackRequest
 * (Livekit__RequestResponse__Reason). @track is its name. */
GError *livekit_reason_new_track (gint reason, const gchar *track);

/* TRUE when a refusal means that the route does not exist at all, as on
 * servers older than it, and not that a room is missing. */
gboolean livekit_reason_is_no_route (guint status, const gchar *body);

/* The first line of @body without anything that could be a secret, and not
 * longer than a sentence; NULL when nothing is left. */
gchar *livekit_reason_redact (const gchar *body);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitCandidate: the JSON around one ICE candidate in a trickle message (an
 * RTCIceCandidateInit). The candidate itself is not read. */
#pragma once

#include <glib.h>

/* @candidate "candidate:...". */
gchar *livekit_candidate_write (const gchar *candidate, guint mline);

/* The candidate; empty means the last has been. NULL and @error
 * (LIVEKIT_ERROR_PROTOCOL) for anything else. */
gchar *livekit_candidate_parse (const gchar *json, guint *mline,
    GError **error);

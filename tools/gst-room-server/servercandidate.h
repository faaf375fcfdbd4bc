/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerCandidate: which of a client's candidates webrtcbin gets: addresses,
 * and so many of them. It would look up names, for whoever sends them. Text
 * only; it knows no connection. */
#pragma once

#include <glib.h>

/* Of one description, or of a client that does not offer. */
#define SERVER_CANDIDATE_MAX 100

/* "candidate:FOUNDATION COMPONENT TRANSPORT PRIORITY ADDRESS PORT ..." */
gboolean server_candidate_has_address (const gchar *candidate);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitUrl: a room server's address as people write it, made exact.
 * Accepts http, https, ws, wss, or none (ws and port 7880 for loopback hosts,
 * wss for all others); keeps path prefixes and queries; refuses user info and
 * fragments. No error holds any of the URL. */
#pragma once

#include <glib.h>

/* The WebSocket URI of @route ("rtc", "rtc/v1") with @query (already encoded,
 * may be NULL). NULL and @error (LIVEKIT_ERROR_URL) for a bad @url. */
gchar *livekit_url_signal (const gchar *url, const gchar *route,
    const gchar *query, GError **error);

/* The HTTP URI of @route, for validation and Twirp calls. */
gchar *livekit_url_http (const gchar *url, const gchar *route,
    const gchar *query, GError **error);

/* @url fit for logs and errors: scheme, host, port, path; no query, no user
 * info. Takes anything. */
gchar *livekit_url_redact (const gchar *url);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitSignal: one binary WebSocket message of a room's signalling, from and
 * to bytes. What a message means is not known here. */
#pragma once

#include "livekit/livekit.pb-c.h"

#include <glib.h>

/* NULL and @error (LIVEKIT_ERROR_PROTOCOL) for bytes that are too many or not
 * one valid message. A kind we do not know gives message_case NOT_SET. */
Livekit__SignalResponse *livekit_signal_parse_response (GBytes *bytes,
    GError **error);
Livekit__SignalRequest *livekit_signal_parse_request (GBytes *bytes,
    GError **error);

/* NULL and @error (LIVEKIT_ERROR_PROTOCOL) for what the other end would have to
 * refuse: too large, or text that is not UTF-8. */
GBytes *livekit_signal_write_request (const Livekit__SignalRequest *request,
    GError **error);
GBytes *livekit_signal_write_response (const Livekit__SignalResponse *response,
    GError **error);

/* Only for what parse gave. */
void livekit_signal_response_free (Livekit__SignalResponse *response);
void livekit_signal_request_free (Livekit__SignalRequest *request);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Livekit__SignalResponse,
    livekit_signal_response_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Livekit__SignalRequest,
    livekit_signal_request_free)

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerFeedback: makes the RTP session of a webrtcbin report when each packet
 * came (transport-wide congestion control), for browsers send the less the less
 * they hear of it. webrtcbin 1.22 agrees on it, and does not tell the session
 * which header extension it is. Thread-safe. */
#pragma once

#include <gst/gst.h>

typedef struct _ServerFeedback ServerFeedback;

/* Before anything is in @bin. */
ServerFeedback *server_feedback_new (GstBin *bin);
void server_feedback_unref (ServerFeedback *self);

/* The number of the extension on the whole connection; 0: it is not known. */
void server_feedback_set_number (ServerFeedback *self, guint number);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServerFeedback, server_feedback_unref)

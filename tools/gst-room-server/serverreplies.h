/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerReplies: the promises that one webrtcbin has not kept yet. It neither
 * makes them nor reads what they say. Thread-safe. */
#pragma once

#include <gst/gst.h>

typedef struct _ServerReplies ServerReplies;

ServerReplies *server_replies_new (void);
void server_replies_free (ServerReplies *self);

/* @promise, of which a reference is kept, is about to be given away. */
void server_replies_expect (ServerReplies *self, GstPromise *promise);
/* In the promise's change function. */
void server_replies_came (ServerReplies *self, GstPromise *promise);

/* Waits until none is outstanding. FALSE: some were still after @timeout (us),
 * and are interrupted. */
gboolean server_replies_settle (ServerReplies *self, gint64 timeout);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServerReplies, server_replies_free)

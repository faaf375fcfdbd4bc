/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomReplies: the promises that one webrtcbin has not kept yet. It neither
 * makes them nor reads what they say. Thread-safe. */
#pragma once

#include <gst/gst.h>

typedef struct _RoomReplies RoomReplies;

RoomReplies *room_replies_new (void);
void room_replies_free (RoomReplies *self);

/* @promise, of which a reference is kept, is about to be given away. */
void room_replies_expect (RoomReplies *self, GstPromise *promise);
/* In the promise's change function. */
void room_replies_came (RoomReplies *self, GstPromise *promise);

/* Waits until none is outstanding. FALSE: some were still after @timeout (us),
 * and are interrupted. */
gboolean room_replies_settle (RoomReplies *self, gint64 timeout);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RoomReplies, room_replies_free)

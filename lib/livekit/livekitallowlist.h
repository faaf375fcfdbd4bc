/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitAllowList: whom a publisher lets subscribe to which of its tracks.
 * Without a list, everyone to all. Embedded in its owner. */
#pragma once

#include "livekit/livekit.pb-c.h"

#include <glib.h>

typedef struct {
  GPtrArray *lines;             /* NULL: everyone */
} LivekitAllowList;

void livekit_allow_list_clear (LivekitAllowList *self);

/* FALSE, and nothing changed, when it is longer than LIVEKIT_MAX_ALLOWED. */
gboolean livekit_allow_list_set (LivekitAllowList *self,
    const Livekit__SubscriptionPermission *message);

gboolean livekit_allow_list_allows (const LivekitAllowList *self,
    const gchar *consumer_sid, const gchar *consumer_identity,
    const gchar *track_sid);

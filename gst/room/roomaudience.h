/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomAudience: what the server says of who watches our tracks, brought to the
 * track it is about. No state of its own. Loop only. */
#pragma once

#include "roomcast.h"

/* Somebody subscribed to the track @sid, for the first time. @element posts
 * the message. */
void room_audience_came (RoomCast *cast, const gchar *sid,
    GstElement *element, gint64 now);
/* Whether anybody watches the track @sid at present. */
void room_audience_changed (RoomCast *cast, const gchar *sid,
    gboolean watched, gint64 now);

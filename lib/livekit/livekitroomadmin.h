/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitRoomAdmin: what an administrator sees of a room and does to it.
 * Whether someone is one is LivekitVerify's to say. Failures are of the domain
 * LIVEKIT_REFUSAL: the code is an HTTP status. A room is deleted by
 * livekit_room_close(). As with LivekitRoom, take all events after a call. */
#pragma once

#include "livekit/livekitmember.h"
#include "livekit/livekitroom.h"

/* Borrows from @self. */
void livekit_room_admin_describe (LivekitRoom *self, Livekit__Room *room);

/* Of LivekitMemberMessage, the hidden too; they borrow from @self. @identity:
 * only that one; NULL: all. */
GPtrArray *livekit_room_admin_list (LivekitRoom *self, const gchar *identity);

gboolean livekit_room_admin_remove (LivekitRoom *self, const gchar *identity,
    gint64 now, GError **error);
gboolean livekit_room_admin_mute (LivekitRoom *self, const gchar *identity,
    const gchar *track, gboolean muted, GError **error);
/* Tracks that it may not publish any more are ended. */
gboolean livekit_room_admin_permit (LivekitRoom *self, const gchar *identity,
    const LivekitPermission *permission, gint64 now, GError **error);
/* Tracks that are not there are nobody's wish. */
gboolean livekit_room_admin_subscribe (LivekitRoom *self,
    const gchar *identity, const gchar * const *tracks, gboolean subscribe,
    GError **error);
/* Of the room; all are told. */
gboolean livekit_room_admin_set_metadata (LivekitRoom *self,
    const gchar *metadata, GError **error);
/* As livekit_member_update(). */
gboolean livekit_room_admin_update (LivekitRoom *self, const gchar *identity,
    const gchar *metadata, const gchar *name,
    Livekit__UpdateParticipantMetadata__AttributesEntry * const *attributes,
    gsize n_attributes, GError **error);

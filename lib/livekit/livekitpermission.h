/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitPermission: what a participant may do in the room, now. The grants of
 * a token are where it begins; an administrator may change it. */
#pragma once

#include "livekit/livekit.pb-c.h"
#include "livekit/livekitevent.h"
#include "livekit/livekittoken.h"

/* Of LivekitSource, UNKNOWN included. */
#define LIVEKIT_PERMISSION_SOURCES 5

typedef struct {
  gboolean can_subscribe;
  gboolean can_publish;
  gboolean can_publish_data;
  gboolean can_update_metadata;
  gboolean hidden;              /* others do not see it */
  guint sources;                /* a bit for each LivekitSource; 0: all */
} LivekitPermission;

/* What the message of a permission points to. */
typedef struct {
  Livekit__ParticipantPermission message;
  Livekit__TrackSource sources[LIVEKIT_PERMISSION_SOURCES];
} LivekitPermissionMessage;

/* An absent grant allows to publish and to subscribe; a list of sources says
 * more than canPublish, and wins. */
void livekit_permission_from_grants (LivekitPermission *self,
    const LivekitGrants *grants);
void livekit_permission_from_message (LivekitPermission *self,
    const Livekit__ParticipantPermission *message);

/* So that a token minted of @grants gives @self again. */
void livekit_permission_to_grants (const LivekitPermission *self,
    LivekitGrants *grants);
void livekit_permission_to_message (const LivekitPermission *self,
    LivekitPermissionMessage *view);

gboolean livekit_permission_allows (const LivekitPermission *self,
    LivekitSource source);

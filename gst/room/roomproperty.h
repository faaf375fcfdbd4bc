/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomProperty: the properties of roompublish that are members of RoomConfig.
 * One table says how each is installed, read and written; the element adds
 * those that are no configuration. */
#pragma once

#include "roomconfig.h"

typedef enum {
  ROOM_PROPERTY_URL = 1,
  ROOM_PROPERTY_TOKEN,
  ROOM_PROPERTY_API_KEY,
  ROOM_PROPERTY_API_SECRET,
  ROOM_PROPERTY_ROOM,
  ROOM_PROPERTY_IDENTITY,
  ROOM_PROPERTY_PARTICIPANT_NAME,
  ROOM_PROPERTY_METADATA,
  ROOM_PROPERTY_ATTRIBUTES,
  ROOM_PROPERTY_ALLOWED_USERS,
  ROOM_PROPERTY_STUN_SERVER,
  ROOM_PROPERTY_TURN_SERVERS,
  ROOM_PROPERTY_ICE_TRANSPORT_POLICY,
  ROOM_PROPERTY_ICE_TCP_ONLY,
  ROOM_PROPERTY_SSL_STRICT,
  ROOM_PROPERTY_WAIT_FOR_SUBSCRIBER,
  ROOM_PROPERTY_LAST = ROOM_PROPERTY_WAIT_FOR_SUBSCRIBER,
} RoomProperty;

void room_property_install_all (GObjectClass *klass);

/* FALSE: not one of these. The caller holds the lock that guards @config. */
gboolean room_property_set (RoomConfig *config, guint id,
    const GValue *value);
gboolean room_property_get (const RoomConfig *config, guint id,
    GValue *value);

/* Whether it takes effect while the element runs. */
gboolean room_property_is_mutable (guint id);

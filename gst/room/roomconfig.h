/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomConfig: everything a user sets on roompublish before it starts.
 * A plain value, guarded by whoever holds it; start takes a copy, so that
 * nothing changes under a running room. Secrets are wiped when freed. */
#pragma once

#include <gst/gst.h>
#define GST_USE_UNSTABLE_API
#include <gst/webrtc/webrtc.h>

typedef struct {
  gchar *url;
  gchar *token;
  gchar *api_key;
  gchar *api_secret;
  gchar *room;
  gchar *identity;
  gchar *participant_name;
  gchar *metadata;
  GstStructure *attributes;     /* string fields; NULL: none */
  gchar **allowed_users;        /* NULL: everyone */
  gchar *stun_server;           /* NULL: the server's; "": none */
  gchar **turn_servers;         /* NULL: the server's */
  GstWebRTCICETransportPolicy ice_transport_policy;
  gboolean ice_tcp_only;
  gboolean ssl_strict;
  guint wait_for_subscriber;    /* ms */
} RoomConfig;

/* The defaults, environment included: LIVEKIT_URL, LIVEKIT_TOKEN,
 * LIVEKIT_API_KEY, LIVEKIT_API_SECRET. */
RoomConfig *room_config_new (void);
RoomConfig *room_config_copy (const RoomConfig *self);
void room_config_free (RoomConfig *self);

/* Makes the copy ready to join: mints the token when there is none. Fails
 * (LIVEKIT_ERROR) with what is missing. @now in unix seconds. */
gboolean room_config_complete (RoomConfig *self, gint64 now, GError **error);

/* The participant's attributes as strings, or NULL. */
GHashTable *room_config_dup_attributes (const RoomConfig *self);

/* Replaces a string with a copy of @value; the old one is wiped first. */
void room_config_set_secret (gchar **member, const gchar *value);
/* The same for these; NULL: the server's. */
void room_config_set_turn_servers (RoomConfig *self,
    const gchar * const *uris);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RoomConfig, room_config_free)

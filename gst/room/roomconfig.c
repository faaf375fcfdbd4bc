/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomConfig: see roomconfig.h. */

#include "roomconfig.h"

#include <string.h>

#include "livekit/livekiterror.h"
#include "livekit/livekittoken.h"

#define ROOM_CONFIG_WAIT_FOR_SUBSCRIBER_MS 2000

RoomConfig *
room_config_new (void)
{
  RoomConfig *self = g_new0 (RoomConfig, 1);

  self->url = g_strdup (g_getenv ("LIVEKIT_URL"));
  self->token = g_strdup (g_getenv ("LIVEKIT_TOKEN"));
  self->api_key = g_strdup (g_getenv ("LIVEKIT_API_KEY"));
  self->api_secret = g_strdup (g_getenv ("LIVEKIT_API_SECRET"));
  self->ice_transport_policy = GST_WEBRTC_ICE_TRANSPORT_POLICY_ALL;
  self->ssl_strict = TRUE;
  self->wait_for_subscriber = ROOM_CONFIG_WAIT_FOR_SUBSCRIBER_MS;
  return self;
}

RoomConfig *
room_config_copy (const RoomConfig * self)
{
  RoomConfig *copy = g_memdup2 (self, sizeof (RoomConfig));

  copy->url = g_strdup (self->url);
  copy->token = g_strdup (self->token);
  copy->api_key = g_strdup (self->api_key);
  copy->api_secret = g_strdup (self->api_secret);
  copy->room = g_strdup (self->room);
  copy->identity = g_strdup (self->identity);
  copy->participant_name = g_strdup (self->participant_name);
  copy->metadata = g_strdup (self->metadata);
  copy->attributes =
      self->attributes ? gst_structure_copy (self->attributes) : NULL;
  copy->allowed_users = g_strdupv (self->allowed_users);
  copy->stun_server = g_strdup (self->stun_server);
  copy->turn_servers = g_strdupv (self->turn_servers);
  return copy;
}

void
room_config_free (RoomConfig * self)
{
  g_free (self->url);
  room_config_set_secret (&self->token, NULL);
  g_free (self->api_key);
  room_config_set_secret (&self->api_secret, NULL);
  g_free (self->room);
  g_free (self->identity);
  g_free (self->participant_name);
  g_free (self->metadata);
  g_clear_pointer (&self->attributes, gst_structure_free);
  g_strfreev (self->allowed_users);
  g_free (self->stun_server);
  room_config_set_turn_servers (self, NULL);
  g_free (self);
}

void
room_config_set_secret (gchar ** member, const gchar * value)
{
  if (*member)
    explicit_bzero (*member, strlen (*member));
  g_free (*member);
  *member = g_strdup (value);
}

void
room_config_set_turn_servers (RoomConfig * self, const gchar * const *uris)
{
  for (gchar ** turn = self->turn_servers; turn && *turn; turn++)
    explicit_bzero (*turn, strlen (*turn));
  g_strfreev (self->turn_servers);
  self->turn_servers = g_strdupv ((gchar **) uris);
}

static gboolean
add_attribute (GQuark field, const GValue * value, gpointer user_data)
{
  if (G_VALUE_HOLDS_STRING (value))
    g_hash_table_insert (user_data, g_strdup (g_quark_to_string (field)),
        g_value_dup_string (value));
  return TRUE;
}

GHashTable *
room_config_dup_attributes (const RoomConfig * self)
{
  if (!self->attributes)
    return NULL;
  GHashTable *table =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  gst_structure_foreach (self->attributes, add_attribute, table);
  return table;
}

static gboolean
mint (RoomConfig * self, gint64 now, GError ** error)
{
  static const struct
  {
    const gchar *property;
    gsize offset;
  } needed[] = {
    {"api-key", G_STRUCT_OFFSET (RoomConfig, api_key)},
    {"api-secret", G_STRUCT_OFFSET (RoomConfig, api_secret)},
    {"room", G_STRUCT_OFFSET (RoomConfig, room)},
    {"identity", G_STRUCT_OFFSET (RoomConfig, identity)},
  };

  for (guint i = 0; i < G_N_ELEMENTS (needed); i++) {
    const gchar *value = G_STRUCT_MEMBER (gchar *, self, needed[i].offset);
    if (!value || !*value) {
      g_set_error (error, LIVEKIT_ERROR, LIVEKIT_ERROR_CREDENTIALS,
          "no token: set token, or api-key, api-secret, room and identity "
          "(%s is missing)", needed[i].property);
      return FALSE;
    }
  }

  g_autoptr (LivekitToken) token = livekit_token_new ();
  token->key = g_strdup (self->api_key);
  token->identity = g_strdup (self->identity);
  token->name = g_strdup (self->participant_name);
  token->metadata = g_strdup (self->metadata);
  token->attributes = room_config_dup_attributes (self);
  token->grants.room = g_strdup (self->room);
  token->grants.room_join = 1;
  token->grants.can_publish = 1;
  token->grants.can_update_own_metadata = 1;
  self->token = livekit_token_mint (token, self->api_secret, now, error);
  return self->token != NULL;
}

gboolean
room_config_complete (RoomConfig * self, gint64 now, GError ** error)
{
  if (!self->url || !*self->url) {
    g_set_error_literal (error, LIVEKIT_ERROR, LIVEKIT_ERROR_URL,
        "no server: set url, or LIVEKIT_URL in the environment");
    return FALSE;
  }
  if (self->token && *self->token)
    return TRUE;
  g_clear_pointer (&self->token, g_free);
  return mint (self, now, error);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomProperty: see roomproperty.h. */

#include "roomproperty.h"

#include <string.h>

/* Strings are all alike: a row each. */
static const struct
{
  RoomProperty id;
  gsize offset;
  gboolean secret;
  const gchar *name, *nick, *blurb;
} strings[] = {
  {ROOM_PROPERTY_URL, G_STRUCT_OFFSET (RoomConfig, url), FALSE, "url", "URL",
      "Server: ws, wss, http or https. Default: LIVEKIT_URL"},
  {ROOM_PROPERTY_TOKEN, G_STRUCT_OFFSET (RoomConfig, token), TRUE, "token",
      "Token", "Access token; wins over api-key, api-secret, room and "
        "identity. Default: LIVEKIT_TOKEN"},
  {ROOM_PROPERTY_API_KEY, G_STRUCT_OFFSET (RoomConfig, api_key), FALSE,
      "api-key", "API key", "With api-secret, room and identity a token is "
        "made here. Default: LIVEKIT_API_KEY"},
  {ROOM_PROPERTY_API_SECRET, G_STRUCT_OFFSET (RoomConfig, api_secret), TRUE,
      "api-secret", "API secret", "Belongs to api-key. Default: "
        "LIVEKIT_API_SECRET"},
  {ROOM_PROPERTY_ROOM, G_STRUCT_OFFSET (RoomConfig, room), FALSE, "room",
      "Room", "Room to join, when no token names it"},
  {ROOM_PROPERTY_IDENTITY, G_STRUCT_OFFSET (RoomConfig, identity), FALSE,
      "identity", "Identity", "Who joins; unique in the room, when no token "
        "names it"},
  {ROOM_PROPERTY_PARTICIPANT_NAME, G_STRUCT_OFFSET (RoomConfig,
            participant_name), FALSE, "participant-name", "Participant name",
      "Name shown to others, when the token is made here"},
  {ROOM_PROPERTY_METADATA, G_STRUCT_OFFSET (RoomConfig, metadata), FALSE,
      "metadata", "Metadata", "Metadata of the participant; a token must "
        "permit it (canUpdateOwnMetadata)"},
  {ROOM_PROPERTY_STUN_SERVER, G_STRUCT_OFFSET (RoomConfig, stun_server),
      FALSE, "stun-server", "STUN server", "stun://host:port instead of the "
        "room's; empty: none; NULL: the room's"},
};

#define FLAGS (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS)

static void
install_strings (GObjectClass * klass)
{
  for (guint i = 0; i < G_N_ELEMENTS (strings); i++) {
    GParamFlags flags = G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS |
        GST_PARAM_MUTABLE_READY;
    if (!strings[i].secret)
      flags |= G_PARAM_READABLE;
    g_object_class_install_property (klass, strings[i].id,
        g_param_spec_string (strings[i].name, strings[i].nick,
            strings[i].blurb, NULL, flags));
  }
}

static void
install_lists (GObjectClass * klass)
{
  g_object_class_install_property (klass, ROOM_PROPERTY_ALLOWED_USERS,
      gst_param_spec_array ("allowed-users", "Allowed users",
          "Identities that may subscribe. Not set: everyone; empty: nobody. "
          "Can change at any time",
          g_param_spec_string ("identity", "Identity", "An identity", NULL,
              FLAGS), FLAGS | GST_PARAM_MUTABLE_PLAYING));
  g_object_class_install_property (klass, ROOM_PROPERTY_TURN_SERVERS,
      gst_param_spec_array ("turn-servers", "TURN servers",
          "turn(s)://user:password@host:port?transport=udp|tcp instead of the "
          "room's, user and password percent-encoded; empty: none",
          g_param_spec_string ("uri", "URI", "A TURN server", NULL, FLAGS),
          G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY));
}

void
room_property_install_all (GObjectClass * klass)
{
  install_strings (klass);
  install_lists (klass);
  g_object_class_install_property (klass, ROOM_PROPERTY_ATTRIBUTES,
      g_param_spec_boxed ("attributes", "Attributes",
          "Attributes of the participant, string fields; a token must permit "
          "them (canUpdateOwnMetadata)", GST_TYPE_STRUCTURE,
          FLAGS | GST_PARAM_MUTABLE_READY));
  g_object_class_install_property (klass, ROOM_PROPERTY_ICE_TRANSPORT_POLICY,
      g_param_spec_enum ("ice-transport-policy", "ICE transport policy",
          "Whether media may go the direct way or through relays only",
          GST_TYPE_WEBRTC_ICE_TRANSPORT_POLICY,
          GST_WEBRTC_ICE_TRANSPORT_POLICY_ALL,
          FLAGS | GST_PARAM_MUTABLE_READY));
  g_object_class_install_property (klass, ROOM_PROPERTY_ICE_TCP_ONLY,
      g_param_spec_boolean ("ice-tcp-only", "ICE over TCP only",
          "Offer no UDP candidates", FALSE, FLAGS | GST_PARAM_MUTABLE_READY));
  g_object_class_install_property (klass, ROOM_PROPERTY_SSL_STRICT,
      g_param_spec_boolean ("ssl-strict", "Strict TLS",
          "Refuse a server whose certificate cannot be verified", TRUE,
          FLAGS | GST_PARAM_MUTABLE_READY));
  g_object_class_install_property (klass, ROOM_PROPERTY_WAIT_FOR_SUBSCRIBER,
      g_param_spec_uint ("wait-for-subscriber", "Wait for subscriber",
          "Longest time in ms that a stream which is not live waits for a "
          "subscriber after its track was published; 0: does not wait",
          0, G_MAXUINT, 2000, FLAGS | GST_PARAM_MUTABLE_READY));
}

static gchar **
dup_list (const GValue * value)
{
  guint n = gst_value_array_get_size (value);
  gchar **list = g_new0 (gchar *, n + 1);

  for (guint i = 0; i < n; i++) {
    const gchar *item =
        g_value_get_string (gst_value_array_get_value (value, i));
    list[i] = g_strdup (item ? item : "");
  }
  return list;
}

/* They hold passwords. */
static void
set_turn_servers (RoomConfig * config, const GValue * value)
{
  gchar **list = dup_list (value);

  room_config_set_turn_servers (config, (const gchar * const *) list);
  for (gchar ** uri = list; *uri; uri++)
    explicit_bzero (*uri, strlen (*uri));
  g_strfreev (list);
}

static void
put_list (gchar ** list, GValue * value)
{
  for (gchar ** item = list; item && *item; item++) {
    GValue text = G_VALUE_INIT;
    g_value_init (&text, G_TYPE_STRING);
    g_value_set_string (&text, *item);
    gst_value_array_append_and_take_value (value, &text);
  }
}

static gchar **
find_string (RoomConfig * config, guint id)
{
  for (guint i = 0; i < G_N_ELEMENTS (strings); i++)
    if (strings[i].id == id)
      return (gchar **) G_STRUCT_MEMBER_P (config, strings[i].offset);
  return NULL;
}

gboolean
room_property_set (RoomConfig * config, guint id, const GValue * value)
{
  gchar **string = find_string (config, id);

  if (string) {
    room_config_set_secret (string, g_value_get_string (value));
    return TRUE;
  }
  switch (id) {
    case ROOM_PROPERTY_ATTRIBUTES:
      g_clear_pointer (&config->attributes, gst_structure_free);
      config->attributes = g_value_dup_boxed (value);
      return TRUE;
    case ROOM_PROPERTY_ALLOWED_USERS:
      g_strfreev (config->allowed_users);
      config->allowed_users = dup_list (value);
      return TRUE;
    case ROOM_PROPERTY_TURN_SERVERS:
      set_turn_servers (config, value);
      return TRUE;
    case ROOM_PROPERTY_ICE_TRANSPORT_POLICY:
      config->ice_transport_policy = g_value_get_enum (value);
      return TRUE;
    case ROOM_PROPERTY_ICE_TCP_ONLY:
      config->ice_tcp_only = g_value_get_boolean (value);
      return TRUE;
    case ROOM_PROPERTY_SSL_STRICT:
      config->ssl_strict = g_value_get_boolean (value);
      return TRUE;
    case ROOM_PROPERTY_WAIT_FOR_SUBSCRIBER:
      config->wait_for_subscriber = g_value_get_uint (value);
      return TRUE;
    default:
      return FALSE;
  }
}

gboolean
room_property_get (const RoomConfig * config, guint id, GValue * value)
{
  gchar **string = find_string ((RoomConfig *) config, id);

  if (string) {
    g_value_set_string (value, *string);
    return TRUE;
  }
  switch (id) {
    case ROOM_PROPERTY_ATTRIBUTES:
      g_value_set_boxed (value, config->attributes);
      return TRUE;
    case ROOM_PROPERTY_ALLOWED_USERS:
      put_list (config->allowed_users, value);
      return TRUE;
    case ROOM_PROPERTY_ICE_TRANSPORT_POLICY:
      g_value_set_enum (value, config->ice_transport_policy);
      return TRUE;
    case ROOM_PROPERTY_ICE_TCP_ONLY:
      g_value_set_boolean (value, config->ice_tcp_only);
      return TRUE;
    case ROOM_PROPERTY_SSL_STRICT:
      g_value_set_boolean (value, config->ssl_strict);
      return TRUE;
    case ROOM_PROPERTY_WAIT_FOR_SUBSCRIBER:
      g_value_set_uint (value, config->wait_for_subscriber);
      return TRUE;
    default:
      return FALSE;
  }
}

gboolean
room_property_is_mutable (guint id)
{
  return id == ROOM_PROPERTY_ALLOWED_USERS;
}

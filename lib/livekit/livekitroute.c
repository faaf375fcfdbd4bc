/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "livekit/livekitroute.h"

#include "livekit/livekiterror.h"
#include "livekit/livekitjoin.h"
#include "livekit/livekiturl.h"

/* The protocol's newest feature number; servers take it as "all of them". */
#define PROTOCOL_VERSION 17

static void
fill_attributes (Livekit__JoinRequest__ParticipantAttributesEntry * items,
    Livekit__JoinRequest__ParticipantAttributesEntry ** list,
    GHashTable * attributes)
{
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, attributes);
  for (guint i = 0; g_hash_table_iter_next (&iter, &key, &value); i++) {
    livekit__join_request__participant_attributes_entry__init (&items[i]);
    items[i].key = key;
    items[i].value = value;
    list[i] = &items[i];
  }
}

gchar *
livekit_route_one_connection (const gchar * url, const LivekitRouteInfo * info,
    GError ** error)
{
  g_return_val_if_fail (url != NULL && info != NULL, NULL);

  /* Not GO: for that SDK the server turns ICE over TCP off. */
  Livekit__ClientInfo client = LIVEKIT__CLIENT_INFO__INIT;
  client.sdk = LIVEKIT__CLIENT_INFO__SDK__CPP;
  client.version = (gchar *) info->client_version;
  client.protocol = PROTOCOL_VERSION;

  /* Absent means FALSE here, unlike on the older route. */
  Livekit__ConnectionSettings settings = LIVEKIT__CONNECTION_SETTINGS__INIT;
  settings.auto_subscribe = FALSE;

  Livekit__JoinRequest join = LIVEKIT__JOIN_REQUEST__INIT;
  join.client_info = &client;
  join.connection_settings = &settings;
  if (info->metadata != NULL)
    join.metadata = (gchar *) info->metadata;

  guint n = info->attributes != NULL ? g_hash_table_size (info->attributes) : 0;
  g_autofree Livekit__JoinRequest__ParticipantAttributesEntry *items =
      g_new0 (Livekit__JoinRequest__ParticipantAttributesEntry, n);
  g_autofree Livekit__JoinRequest__ParticipantAttributesEntry **list =
      g_new0 (Livekit__JoinRequest__ParticipantAttributesEntry *, n);
  if (n > 0)
    fill_attributes (items, list, info->attributes);
  join.participant_attributes = list;
  join.n_participant_attributes = n;

  g_autofree gchar *value = livekit_join_write (&join, error);
  if (value == NULL)
    return NULL;
  g_autofree gchar *query = g_strconcat ("join_request=", value, NULL);
  return livekit_url_signal (url, "rtc/v1", query, error);
}

gchar *
livekit_route_two_connections (const gchar * url, const LivekitRouteInfo * info,
    GError ** error)
{
  g_return_val_if_fail (url != NULL && info != NULL, NULL);

  g_autofree gchar *version =
      g_uri_escape_string (info->client_version, NULL, FALSE);
  g_autofree gchar *query =
      g_strdup_printf ("protocol=%d&sdk=cpp&version=%s&auto_subscribe=0",
      PROTOCOL_VERSION, version);
  return livekit_url_signal (url, "rtc", query, error);
}

gboolean
livekit_route_check_redirect (const gchar * from, const gchar * to,
    GError ** error)
{
  g_return_val_if_fail (from != NULL && to != NULL, FALSE);

  g_autofree gchar *old = livekit_url_signal (from, "rtc", NULL, error);
  if (old == NULL)
    return FALSE;
  g_autofree gchar *new = livekit_url_signal (to, "rtc", NULL, error);
  if (new == NULL)
    return FALSE;
  if (g_str_has_prefix (old, "wss:") && !g_str_has_prefix (new, "wss:")) {
    g_set_error_literal (error, LIVEKIT_ERROR, LIVEKIT_ERROR_URL,
        "the server redirects from a secure address to one that is not");
    return FALSE;
  }
  return TRUE;
}
